//! All dossiers of a view in one pass: class, completeness, unit, office. Made once for a version and a day.

use std::collections::{BTreeMap, HashMap};

use archive::Stored;
use chrono::NaiveDate;
use dossier::person::Post;
use dossier::upkeep::contents::{Class, Completeness, Lack, completeness};
use dossier::{Fields, Kind, PartialDate, RecordKey};

use crate::failure::Failure;
use crate::view::View;

/// Persons read at one time.
const CHUNK: u32 = 500;
/// What completeness looks at.
const KINDS: [Kind; 5] =
    [Kind::Post, Kind::Relative, Kind::Declared, Kind::HouseholdIncome, Kind::Assessment];

/// A dossier, judged.
#[derive(Debug, Clone)]
pub(crate) struct Surveyed {
    /// Whose.
    pub(crate) key: RecordKey,
    /// Name.
    pub(crate) name: String,
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
}

/// All of them, in the order of their keys.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    /// The day.
    pub(crate) day: Option<NaiveDate>,
    /// The dossiers.
    pub(crate) persons: Vec<Surveyed>,
}

/// Reads every dossier that the view shows.
pub(super) async fn survey(view: &View) -> Result<Survey, Failure> {
    let mut persons = Vec::new();
    let mut after: Option<RecordKey> = None;
    loop {
        let page = view.snapshot.page(Kind::Person, after.as_ref(), CHUNK).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.record.key.clone());
        let keys: Vec<RecordKey> = page.iter().map(|stored| stored.record.key.clone()).collect();
        let mut own: HashMap<RecordKey, Vec<Stored>> = HashMap::new();
        for stored in view.snapshot.records_of_persons(&keys, &KINDS).await? {
            if let Some(person) = stored.person.clone() {
                own.entry(person).or_default().push(stored);
            }
        }
        for person in page {
            let records = own.remove(&person.record.key).unwrap_or_default();
            persons.push(judge(&person, &records, view.today));
        }
    }
    Ok(Survey { day: Some(view.today), persons })
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
        unit: post.as_ref().map(|(post, _)| post.unit.clone()),
        post: post.map(|(post, _)| post.title).unwrap_or_default(),
        rank,
        class: found.class,
        percent: found.percent() as u64,
        lacks: found.lacks,
    }
}

/// The dossiers of each unit that are kept up: those who have left are not counted.
pub(super) fn by_unit(survey: &Survey) -> BTreeMap<Option<RecordKey>, Vec<&Surveyed>> {
    let mut units: BTreeMap<Option<RecordKey>, Vec<&Surveyed>> = BTreeMap::new();
    for one in survey.persons.iter().filter(|one| one.class != Class::Former) {
        units.entry(one.unit.clone()).or_default().push(one);
    }
    units
}
