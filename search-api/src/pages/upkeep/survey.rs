//! All dossiers of a view, judged: class, completeness, unit, and what registries say that was not declared. Made once
//! a day; after that only those are judged again of whom something has changed.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, OnceLock};

use alerts::upkeep::{Filed, Judge, Judged, count_in};
use archive::Stored;
use chrono::{DateTime, NaiveDate, Utc};
use dossier::person::Post;
use dossier::upkeep::contents::{Class, Completeness, Lack, completeness};
use dossier::upkeep::declared::{Match, compare, latest_base};
use dossier::upkeep::timely::{FollowUp, Owed, is_own_table};
use dossier::{Fields, Kind, PartialDate, RecordKey, RecordRef};

use crate::failure::Failure;
use crate::view::View;

/// Persons read at one time.
const CHUNK: u32 = 500;
/// Above this many changed records everybody is judged again.
const CHANGES_MAX: u32 = 5_000;
/// What is looked at.
const KINDS: [Kind; alerts::upkeep::KINDS.len() + 1] = {
    let mut kinds = [Kind::Property; alerts::upkeep::KINDS.len() + 1];
    let mut at = 0;
    while at < alerts::upkeep::KINDS.len() {
        kinds[at] = alerts::upkeep::KINDS[at];
        at += 1;
    }
    kinds
};

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
    /// What it lacks of what its class asks for.
    pub(crate) lacks: Vec<Lack>,
    /// What should have followed from an event and has not.
    pub(crate) overdue: Vec<Owed>,
    /// Events of the last twelve months: how many came on file in time, and how many late, by table.
    pub(crate) filed: BTreeMap<Kind, Filed>,
    /// The base day of the latest yearly report, and the facts of registries that it does not bear out.
    pub(crate) differences: Option<(NaiveDate, Vec<RecordRef>)>,
}

impl Surveyed {
    /// Whether it lacks anything.
    pub(crate) fn is_lacking(&self) -> bool {
        !self.lacks.is_empty() || !self.overdue.is_empty()
    }
}

/// All of them, in the order of their keys.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    /// The day.
    pub(crate) day: Option<NaiveDate>,
    /// The dossiers.
    pub(crate) persons: Vec<Arc<Surveyed>>,
    /// Those of each unit that are kept up: who has left is not counted.
    pub(crate) units: BTreeMap<Option<RecordKey>, Vec<Arc<Surveyed>>>,
    /// The ranks that there are.
    pub(crate) ranks: BTreeSet<String>,
    /// The units that there are, those of people who have left too.
    pub(crate) all_units: BTreeSet<RecordKey>,
    /// What the dossiers of each office lack: counted once.
    pub(super) lacking: OnceLock<Lacking>,
    /// Who of a unit's list has no dossier (name and post), by unit and the instant of the list: found out once.
    pub(crate) unmet: Mutex<HashMap<(RecordKey, DateTime<Utc>), Unmet>>,
}

/// Dossiers of an office, those of them that lack something, and how many lack what.
#[derive(Debug, Clone, Default)]
pub(super) struct OfficeLacks {
    pub(super) kept: u64,
    pub(super) dossiers: u64,
    pub(super) lacks: Vec<(String, u64)>,
    /// What should have followed from events: what, how many, and the oldest day that is past.
    pub(super) events: BTreeMap<FollowUp, (u64, NaiveDate)>,
    /// Events of the last twelve months, by table.
    pub(super) filed: BTreeMap<Kind, Filed>,
}

/// By office; none: nobody's.
pub(super) type Lacking = BTreeMap<String, OfficeLacks>;

impl Survey {
    fn of(day: Option<NaiveDate>, persons: Vec<Arc<Surveyed>>) -> Self {
        let mut units: BTreeMap<Option<RecordKey>, Vec<Arc<Surveyed>>> = BTreeMap::new();
        for one in persons.iter().filter(|one| one.class != Class::Former) {
            match units.get_mut(&one.unit) {
                Some(own) => own.push(Arc::clone(one)),
                None => _ = units.insert(one.unit.clone(), vec![Arc::clone(one)]),
            }
        }
        let mut ranks = BTreeSet::new();
        for one in persons.iter().filter(|one| !one.rank.is_empty()) {
            if !ranks.contains(&one.rank) {
                ranks.insert(one.rank.clone());
            }
        }
        let mut all_units: BTreeSet<RecordKey> = units.keys().flatten().cloned().collect();
        for unit in persons.iter().filter_map(|one| one.unit.as_ref()) {
            if !all_units.contains(unit) {
                all_units.insert(unit.clone());
            }
        }
        Self { day, persons, units, ranks, all_units, ..Self::default() }
    }

    /// What the dossiers of each office lack, the most frequent first; `supervising` tells the office of a unit.
    pub(super) fn lacking(&self, supervising: &HashMap<String, String>) -> &Lacking {
        self.lacking.get_or_init(|| self.count_lacking(supervising))
    }

    fn count_lacking(&self, supervising: &HashMap<String, String>) -> Lacking {
        let mut counted: BTreeMap<&str, (OfficeLacks, BTreeMap<&str, u64>)> = BTreeMap::new();
        for one in &self.persons {
            let of_unit = || one.unit.as_ref().and_then(|unit| supervising.get(unit.as_str()));
            let office = one.office.as_ref().map(RecordKey::as_str).or_else(|| of_unit().map(String::as_str));
            let office = office.unwrap_or_default();
            // what the commission sees to itself stands under no office
            for owed in &one.overdue {
                let whose = if owed.what.is_own() { "" } else { office };
                let events = &mut counted.entry(whose).or_default().0.events;
                let (count, oldest) = events.entry(owed.what).or_insert((0, owed.due));
                *count += 1;
                *oldest = owed.due.min(*oldest);
            }
            for (kind, filed) in &one.filed {
                let whose = if is_own_table(*kind) { "" } else { office };
                let sum = counted.entry(whose).or_default().0.filed.entry(*kind).or_default();
                sum.in_time += filed.in_time;
                sum.late += filed.late;
            }
            let (told, lacks) = counted.entry(office).or_default();
            if one.class == Class::Former {
                continue;
            }
            told.kept += 1;
            told.dossiers += u64::from(!one.lacks.is_empty());
            let words: BTreeSet<&str> = one.lacks.iter().map(|lack| lack.words.as_str()).collect();
            for words in words {
                *lacks.entry(words).or_default() += 1;
            }
        }
        let told = |(office, (told, lacks)): (&str, (OfficeLacks, BTreeMap<&str, u64>))| {
            let mut lacks: Vec<(String, u64)> =
                lacks.into_iter().map(|(words, count)| (words.to_owned(), count)).collect();
            lacks.sort_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));
            (office.to_owned(), OfficeLacks { lacks, ..told })
        };
        counted.into_iter().map(told).collect()
    }
}

/// Names and posts.
pub(crate) type Unmet = Vec<(String, String)>;

/// Reads every dossier that the view shows.
pub(super) async fn survey(view: &View, by: &Judge) -> Result<Survey, Failure> {
    let mut persons = Vec::new();
    let mut after: Option<RecordKey> = None;
    loop {
        let page = view.snapshot.page(Kind::Person, after.as_ref(), CHUNK).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.record.key.clone());
        persons.extend(judged(view, by, page).await?);
    }
    Ok(Survey::of(Some(view.today), persons))
}

/// The same, where `before` was true at the version `version`: only those are read of whom something has changed. None:
/// too much has.
pub(super) async fn renewed(
    view: &View,
    by: &Judge,
    before: &Survey,
    version: i64,
) -> Result<Option<Survey>, Failure> {
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
        persons.extend(judged(view, by, page).await?.into_iter().map(|one| (one.key.clone(), one)));
    }
    let kept = before.persons.iter().filter(|one| !touched.contains(&one.key));
    persons.extend(kept.map(|one| (one.key.clone(), Arc::clone(one))));
    Ok(Some(Survey::of(before.day, persons.into_values().collect())))
}

/// Versions of one record that are looked back at: it may have changed hands more than once.
const CHANGED_TWICE_MAX: usize = 8;

async fn judged(view: &View, by: &Judge, page: Vec<Stored>) -> Result<Vec<Arc<Surveyed>>, Failure> {
    let keys: Vec<RecordKey> = page.iter().map(|stored| stored.record.key.clone()).collect();
    let mut own: HashMap<RecordKey, Vec<Stored>> = HashMap::new();
    for stored in view.snapshot.records_of_persons(&keys, &KINDS).await? {
        if let Some(person) = stored.person.clone() {
            own.entry(person).or_default().push(stored);
        }
    }
    let mut persons = Vec::with_capacity(page.len());
    for person in page {
        let records = own.remove(&person.record.key).unwrap_or_default();
        let events = by.judge(&view.snapshot, &person, &records).await?;
        persons.push(Arc::new(judge(&person, &records, events, view.today)));
    }
    Ok(persons)
}

fn judge(person: &Stored, records: &[Stored], events: Judged, today: NaiveDate) -> Surveyed {
    let rows: Vec<(Kind, &Fields)> =
        records.iter().map(|stored| (stored.record.kind, &stored.fields)).collect();
    let found: Completeness = completeness(&person.fields, &rows, today);
    let mut whole = found.clone();
    count_in(&mut whole, &events.owed, today);
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
        percent: whole.percent() as u64,
        lacks: found.lacks,
        overdue: events.owed.into_iter().filter(|one| one.is_overdue(today)).collect(),
        filed: events.filed,
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
