//! What has come since: new records about the persons of an answer, and texts that name them. For a reply
//! that is valid it becomes a notice to the approver (意见失效提示); a proof lists it; a signature waits for it.

use std::collections::{BTreeMap, BTreeSet};

use archive::{ActFilter, Archive, ClearanceAct, NewNotice, Snapshot};
use chrono::{DateTime, NaiveDate, Utc};
use dossier::clearance_act::ActState;
use dossier::{Kind, RecordKey, RecordRef};
use indexer::Index;
use serde::Serialize;

use crate::answer::Tier;
use crate::error::ClearanceError;
use crate::gather::listed_kinds;
use crate::mentions::{Sources, gather_in};
use crate::resolved::Resolved;
use crate::rows::View;
use crate::run::{Request, stored_request};
use crate::stored::{StoredRow, stored_rows};

/// Changes read at once.
const PAGE: u32 = 5000;
/// Joins that follow one another.
const JOINS_MAX: usize = 16;
/// Most acts that are out and valid at one time.
const ACTS_MAX: u32 = 10_000;

/// One thing that has come.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct News {
    /// About whom; a row that nobody was found for is named by its number.
    pub person: String,
    /// `kind:key`.
    pub cause: String,
}

/// The live records that have changed after `version`, by kind.
async fn changed(
    snapshot: &Snapshot,
    version: i64,
) -> Result<BTreeMap<Kind, Vec<RecordKey>>, ClearanceError> {
    let mut changed: BTreeMap<Kind, BTreeSet<RecordKey>> = BTreeMap::new();
    let mut after = version;
    loop {
        let page = snapshot.changes_since(after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.seq;
        for change in page {
            changed.entry(change.record.kind).or_default().insert(change.record.key);
        }
    }
    Ok(changed.into_iter().map(|(kind, keys)| (kind, keys.into_iter().collect())).collect())
}

/// New records of the listed kinds about `persons`, after `version`.
async fn new_records(
    snapshot: &Snapshot,
    persons: &BTreeSet<&RecordKey>,
    changed: &BTreeMap<Kind, Vec<RecordKey>>,
) -> Result<BTreeSet<News>, ClearanceError> {
    let mut news = BTreeSet::new();
    for kind in listed_kinds() {
        let Some(keys) = changed.get(&kind) else { continue };
        for stored in snapshot.records(kind, keys).await? {
            if let Some(person) = stored.person.as_ref().filter(|person| persons.contains(person)) {
                news.insert(News { person: person.to_string(), cause: stored.record.to_string() });
            }
        }
    }
    Ok(news)
}

/// What has come after `version` about the persons that `request` was answered with, from records and, as far
/// as they list a person, from texts.
pub(crate) async fn news_since(
    archive: &Archive,
    request: &Request,
    persons: &[RecordKey],
    version: i64,
) -> Result<Vec<News>, ClearanceError> {
    let snapshot = archive.snapshot().await?;
    let changed = changed(&snapshot, version).await?;
    let present = present_persons(&snapshot, persons.iter()).await?;
    let known: BTreeSet<&RecordKey> = present.values().collect();
    let mut news = new_records(&snapshot, &known, &changed).await?;
    news.extend(joined(&snapshot, &present, &changed).await?);
    if let Some(texts) = changed.get(&Kind::Text) {
        let names: BTreeSet<String> = request.inputs.iter().map(crate::Input::name_key).collect();
        for text in snapshot.texts(texts).await? {
            let listed = text.stored.fields.list("persons");
            let normal = dossier::normal::Normal::of(&text.content).text();
            for person in persons.iter().filter(|person| listed.iter().any(|key| key == person.as_str())) {
                news.insert(News { person: person.to_string(), cause: text.stored.record.to_string() });
            }
            if listed.is_empty() && names.iter().any(|name| !name.is_empty() && normal.contains(name)) {
                news.insert(News { person: String::new(), cause: text.stored.record.to_string() });
            }
        }
    }
    Ok(news.into_iter().collect())
}

/// What has come about the persons of an act since it was last looked through.
pub async fn news(archive: &Archive, index: &Index, act: &ClearanceAct) -> Result<Vec<News>, ClearanceError> {
    let header = archive
        .clearance(&act.clearance)
        .await?
        .ok_or_else(|| ClearanceError::NoSuchAnswer(act.clearance.clone()))?;
    let request = stored_request(archive, &header).await?;
    let view = View::present(archive, index, crate::coverage::Scope::Full).await?;
    let changed = changed(&view.snapshot, act.watched_version).await?;
    if changed.is_empty() {
        return Ok(Vec::new());
    }
    let rows = stored_rows(archive, &act.clearance).await?;
    let asked = rows.iter().filter_map(|row| row.person.as_ref());
    let persons = present_persons(&view.snapshot, asked).await?;
    let known: BTreeSet<&RecordKey> = persons.values().collect();
    let mut news = new_records(&view.snapshot, &known, &changed).await?;
    news.extend(moved(&view.snapshot, &rows, &persons, &changed).await?);
    if let Some(texts) = changed.get(&Kind::Text) {
        news.extend(new_mentions(&view.sources(), &view, &request, texts).await?);
    }
    Ok(news.into_iter().collect())
}

/// Under which dossier each person of the answer is found now: another one, where it was joined to that since.
async fn present_persons<'r>(
    snapshot: &Snapshot,
    asked: impl Iterator<Item = &'r RecordKey>,
) -> Result<BTreeMap<RecordKey, RecordKey>, ClearanceError> {
    let mut present: BTreeMap<RecordKey, RecordKey> =
        asked.map(|person| (person.clone(), person.clone())).collect();
    // A row of joins that bites its own tail ends here.
    for _ in 0..JOINS_MAX {
        let at: Vec<RecordKey> = present.values().cloned().collect();
        let joined: BTreeMap<RecordKey, RecordKey> = snapshot
            .dossier_standings(&at)
            .await?
            .into_iter()
            .filter_map(|one| Some((one.person, one.joined_into?)))
            .collect();
        if joined.is_empty() {
            break;
        }
        for person in present.values_mut() {
            if let Some(into) = joined.get(person) {
                person.clone_from(into);
            }
        }
    }
    Ok(present)
}

/// Whose dossier was joined to another's, which may hold more, or another's to his.
async fn joined(
    snapshot: &Snapshot,
    persons: &BTreeMap<RecordKey, RecordKey>,
    changed: &BTreeMap<Kind, Vec<RecordKey>>,
) -> Result<BTreeSet<News>, ClearanceError> {
    let mut news = BTreeSet::new();
    let Some(changed) = changed.get(&Kind::Person) else { return Ok(news) };
    let present: BTreeSet<&RecordKey> = persons.values().collect();
    for one in snapshot.dossier_standings(changed).await? {
        let Some(into) = one.joined_into else { continue };
        if persons.contains_key(&one.person) || present.contains(&into) {
            let cause = RecordRef::new(Kind::Person, one.person).to_string();
            news.insert(News { person: into.to_string(), cause });
        }
    }
    Ok(news)
}

/// What has moved since: dossiers that were joined, and records that the answer rests on which went out of use, or to
/// somebody else.
async fn moved(
    snapshot: &Snapshot,
    rows: &[StoredRow],
    persons: &BTreeMap<RecordKey, RecordKey>,
    changed: &BTreeMap<Kind, Vec<RecordKey>>,
) -> Result<BTreeSet<News>, ClearanceError> {
    let mut news = joined(snapshot, persons, changed).await?;
    for row in rows {
        let Some(person) = row.person.as_ref().and_then(|person| persons.get(person)) else { continue };
        for record in &row.records {
            let Some(kind) = Kind::parse(&record.kind) else { continue };
            if changed.get(&kind).is_none_or(|keys| keys.binary_search(&record.id).is_err()) {
                continue;
            }
            let stands = snapshot.records(kind, std::slice::from_ref(&record.id)).await?;
            if stands.first().and_then(|stored| stored.person.as_ref()) != Some(person) {
                let cause = RecordRef::new(kind, record.id.clone()).to_string();
                news.insert(News { person: person.to_string(), cause });
            }
        }
    }
    Ok(news)
}

async fn new_mentions(
    sources: &Sources<'_>,
    view: &View<'_>,
    request: &Request,
    texts: &[RecordKey],
) -> Result<BTreeSet<News>, ClearanceError> {
    let resolved = Resolved::of(view.archive, &view.snapshot, &request.inputs, view.decisions).await?;
    let question = resolved.whole_question(request.period);
    let found = gather_in(sources, &question, texts).await?;
    let mut news = BTreeSet::new();
    for (at, &subject) in resolved.subject_of_row.iter().enumerate() {
        let person =
            resolved.person(at).map_or_else(|| format!("row {}", at + 1), |(person, _)| person.to_string());
        for mention in found[subject].listed.iter().filter(|mention| mention.tier <= Tier::Name) {
            news.insert(News { person: person.clone(), cause: format!("text:{}", mention.text) });
        }
    }
    Ok(news)
}

/// Looks through everything that came since for every reply that is out and valid on `today`, and raises a
/// notice for each new thing. Run after every import and by a server's follower; repeating it raises nothing
/// twice. Gives the number of new notices.
pub async fn watch(
    archive: &Archive,
    index: &Index,
    today: NaiveDate,
    now: DateTime<Utc>,
) -> Result<u64, ClearanceError> {
    let states = ActState::ALL.iter().filter(|state| state.is_out()).map(|state| state.slug().to_owned());
    let filter = ActFilter { states: states.collect(), ..ActFilter::default() };
    let mut raised = 0;
    for act in archive.acts(&filter, ACTS_MAX).await? {
        if act.valid_until.is_none_or(|until| until < today) {
            continue;
        }
        let version = archive.snapshot().await?.version();
        if version <= act.watched_version {
            continue;
        }
        let mut notices = Vec::new();
        for news in news(archive, index, &act).await? {
            let person =
                RecordKey::new(&news.person).map_err(|error| ClearanceError::Format(error.to_string()))?;
            notices.push(NewNotice { person, cause: news.cause });
        }
        raised += archive.raise_notices(&act.id, &notices, version, now).await?;
    }
    Ok(raised)
}
