//! All dossiers of a view, judged: class, completeness, unit, and what registries say that was not declared. Made once
//! a day; after that only those are judged again of whom something has changed.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use archive::Stored;
use chrono::{DateTime, NaiveDate, Utc};
use dossier::person::Post;
use dossier::upkeep::contents::{Class, Completeness, Lack, completeness};
use dossier::upkeep::declared::{Match, compare, latest_base};
use dossier::{Fields, Kind, PartialDate, RecordKey, RecordRef};

use crate::failure::Failure;
use crate::view::View;

/// Persons read at one time.
const CHUNK: u32 = 500;
/// Above this many changed records everybody is judged again.
const CHANGES_MAX: u32 = 5_000;
/// What is looked at.
const KINDS: [Kind; 9] = [
    Kind::Post,
    Kind::Relative,
    Kind::Declared,
    Kind::HouseholdIncome,
    Kind::Assessment,
    Kind::Property,
    Kind::BusinessInterest,
    Kind::ExitDocument,
    Kind::Trip,
];

/// A dossier, judged.
#[derive(Debug, Clone)]
pub(crate) struct Surveyed {
    /// Whose.
    pub(crate) key: RecordKey,
    /// Name.
    pub(crate) name: String,
    /// The office that was named for this person in particular.
    pub(crate) office: Option<RecordKey>,
    /// The unit of the post held, or held last.
    pub(crate) unit: Option<RecordKey>,
    /// That post.
    pub(crate) post: String,
    /// Its rank.
    pub(crate) rank: String,
    /// By what it is judged.
    pub(crate) class: Class,
    /// In percent.
    pub(crate) percent: u64,
    /// What it lacks.
    pub(crate) lacks: Vec<Lack>,
    /// The base day of the latest yearly report, and the facts of registries that it does not bear out.
    pub(crate) differences: Option<(NaiveDate, Vec<RecordRef>)>,
}

/// All of them, in the order of their keys.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    /// The day.
    pub(crate) day: Option<NaiveDate>,
    /// The dossiers.
    pub(crate) persons: Vec<Arc<Surveyed>>,
    /// Who of a unit's list has no dossier (name and post), by unit and the instant of the list: found out once.
    pub(crate) unmet: Mutex<HashMap<(RecordKey, DateTime<Utc>), Unmet>>,
}

/// Names and posts.
pub(crate) type Unmet = Vec<(String, String)>;

/// Reads every dossier that the view shows.
pub(super) async fn survey(view: &View) -> Result<Survey, Failure> {
    let mut persons = Vec::new();
    let mut after: Option<RecordKey> = None;
    loop {
        let page = view.snapshot.page(Kind::Person, after.as_ref(), CHUNK).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.record.key.clone());
        persons.extend(judged(view, page).await?);
    }
    Ok(Survey { day: Some(view.today), persons, unmet: Mutex::default() })
}

/// The same, where `before` was true at the version `version`: only those are read of whom something has changed. None:
/// too much has.
pub(super) async fn renewed(view: &View, before: &Survey, version: i64) -> Result<Option<Survey>, Failure> {
    let changes = view.snapshot.changes_since(version, CHANGES_MAX + 1).await?;
    if changes.len() > CHANGES_MAX as usize {
        return Ok(None);
    }
    let records: BTreeSet<RecordRef> = changes.into_iter().map(|change| change.record).collect();
    let looked_at = |kind: Kind| kind == Kind::Person || KINDS.contains(&kind);
    let mut touched: BTreeSet<RecordKey> = BTreeSet::new();
    for record in records.iter().filter(|record| looked_at(record.kind)) {
        if record.kind == Kind::Person {
            touched.insert(record.key.clone());
            continue;
        }
        // Whom it was about, and whom it is about now.
        for version in view.snapshot.versions(record).await?.into_iter().rev().take(CHANGED_TWICE_MAX) {
            touched.extend(version.stored.person);
        }
    }
    let keys: Vec<RecordKey> = touched.iter().cloned().collect();
    let mut persons: BTreeMap<RecordKey, Arc<Surveyed>> = BTreeMap::new();
    for chunk in keys.chunks(CHUNK as usize) {
        let page = view.snapshot.records(Kind::Person, chunk).await?;
        persons.extend(judged(view, page).await?.into_iter().map(|one| (one.key.clone(), one)));
    }
    let kept = before.persons.iter().filter(|one| !touched.contains(&one.key));
    persons.extend(kept.map(|one| (one.key.clone(), Arc::clone(one))));
    Ok(Some(Survey { day: before.day, persons: persons.into_values().collect(), unmet: Mutex::default() }))
}

/// Versions of one record that are looked back at: it may have changed hands more than once.
const CHANGED_TWICE_MAX: usize = 8;

async fn judged(view: &View, page: Vec<Stored>) -> Result<Vec<Arc<Surveyed>>, Failure> {
    let keys: Vec<RecordKey> = page.iter().map(|stored| stored.record.key.clone()).collect();
    let mut own: HashMap<RecordKey, Vec<Stored>> = HashMap::new();
    for stored in view.snapshot.records_of_persons(&keys, &KINDS).await? {
        if let Some(person) = stored.person.clone() {
            own.entry(person).or_default().push(stored);
        }
    }
    let one = |person: Stored| {
        let records = own.remove(&person.record.key).unwrap_or_default();
        Arc::new(judge(&person, &records, view.today))
    };
    Ok(page.into_iter().map(one).collect())
}

fn judge(person: &Stored, records: &[Stored], today: NaiveDate) -> Surveyed {
    let rows: Vec<(Kind, &Fields)> =
        records.iter().map(|stored| (stored.record.kind, &stored.fields)).collect();
    let found: Completeness = completeness(&person.fields, &rows, today);
    let weight = |post: &Post| (post.is_held_on(today), post.main, post.from.map(PartialDate::first_day));
    let posts = records.iter().filter(|stored| stored.record.kind == Kind::Post);
    let posts = posts.filter_map(|stored| Some((Post::of(&stored.fields)?, stored.fields.text("rank"))));
    let post = posts.max_by_key(|(post, _)| weight(post));
    let rank = post.as_ref().and_then(|(_, rank)| *rank).unwrap_or_default().to_owned();
    Surveyed {
        key: person.record.key.clone(),
        name: person.fields.text("name").unwrap_or_default().to_owned(),
        office: person.fields.text("office").and_then(|key| RecordKey::new(key).ok()),
        unit: post.as_ref().map(|(post, _)| post.unit.clone()),
        post: post.map(|(post, _)| post.title).unwrap_or_default(),
        rank,
        class: found.class,
        percent: found.percent() as u64,
        lacks: found.lacks,
        differences: differences(records, today),
    }
}

fn differences(records: &[Stored], today: NaiveDate) -> Option<(NaiveDate, Vec<RecordRef>)> {
    let rows: Vec<(&RecordRef, &Fields)> =
        records.iter().map(|stored| (&stored.record, &stored.fields)).collect();
    let base = latest_base(&rows, today)?;
    let facts = compare(&rows, base, today).into_iter().filter(|one| one.found != Match::Declared);
    let facts: Vec<RecordRef> = facts.map(|one| one.fact).collect();
    (!facts.is_empty()).then_some((base, facts))
}

/// The dossiers of each unit that are kept up: those who have left are not counted.
pub(super) fn by_unit(survey: &Survey) -> BTreeMap<Option<RecordKey>, Vec<&Surveyed>> {
    let mut units: BTreeMap<Option<RecordKey>, Vec<&Surveyed>> = BTreeMap::new();
    for one in survey.persons.iter().filter(|one| one.class != Class::Former) {
        units.entry(one.unit.clone()).or_default().push(one);
    }
    units
}
