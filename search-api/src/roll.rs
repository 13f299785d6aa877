//! What is the same for every request as long as the archive stays at one version, and dear enough to be
//! kept: the roll of all names, the number of records of each table.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use archive::NameHit;
use dossier::{Kind, RecordKey};
use indexer::SearchRequest;

use crate::app::App;
use crate::failure::Failure;
use crate::pages::audit::Followed;
use crate::pages::unit::UnitBrief;
use crate::pages::upkeep::survey::Survey;
use crate::view::View;

/// All names, and who bears them.
#[derive(Debug, Default)]
pub(crate) struct Roll {
    /// Names and former names, by key.
    pub(crate) names: Vec<NameHit>,
    /// Every person once, in the order of their present names.
    pub(crate) persons: Vec<RecordKey>,
}

/// 在职状态 of every person that has one.
pub(crate) type Statuses = HashMap<RecordKey, String>;

/// Changes that are followed rather than everything read anew.
const FOLLOWED_MAX: i64 = 20_000;
/// Persons or changes read at one time.
const CHUNK: u32 = 1_000;

/// What is kept belongs to one version; what a narrowed view sees is never kept.
type Kept<T> = Mutex<Option<(i64, Arc<T>)>>;

/// What is kept, with the version it belongs to.
#[derive(Default)]
pub(crate) struct Caches {
    roll: Kept<Roll>,
    tables: Kept<BTreeMap<Kind, u64>>,
    survey: Kept<Survey>,
    units: Kept<Vec<UnitBrief>>,
    followed: Mutex<Option<Followed>>,
    statuses: Kept<Statuses>,
}

impl Caches {
    /// Up to where the chain of the log was followed in this process.
    pub(crate) fn followed(&self) -> Option<Followed> {
        self.followed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps it.
    pub(crate) fn keep_followed(&self, followed: Followed) {
        *self.followed.lock().unwrap_or_else(PoisonError::into_inner) = Some(followed);
    }

    /// All units, where they were listed for this version.
    pub(crate) fn units_of(&self, view: &View) -> Option<Arc<Vec<UnitBrief>>> {
        if view.snapshot.is_partial() { None } else { kept(&self.units, view.snapshot.version()) }
    }

    /// Keeps them.
    pub(crate) fn keep_units(&self, view: &View, units: &Arc<Vec<UnitBrief>>) {
        if !view.snapshot.is_partial() {
            keep(&self.units, view.snapshot.version(), units);
        }
    }

    /// The survey of all dossiers, where it was made for this version and this day.
    pub(crate) fn survey_of(&self, view: &View) -> Option<Arc<Survey>> {
        if view.snapshot.is_partial() {
            return None;
        }
        kept(&self.survey, view.snapshot.version()).filter(|survey| survey.day == Some(view.today))
    }

    /// The survey that was made last for this day, with its version.
    pub(crate) fn survey_before(&self, view: &View) -> Option<(i64, Arc<Survey>)> {
        if view.snapshot.is_partial() {
            return None;
        }
        let held = self.survey.lock().unwrap_or_else(PoisonError::into_inner);
        held.clone()
            .filter(|(version, survey)| *version <= view.snapshot.version() && survey.day == Some(view.today))
    }

    /// Keeps it.
    pub(crate) fn keep_survey(&self, view: &View, survey: &Arc<Survey>) {
        if !view.snapshot.is_partial() {
            keep(&self.survey, view.snapshot.version(), survey);
        }
    }
}

impl App {
    /// The roll at the version of `view`.
    pub(crate) async fn roll(&self, view: &View) -> Result<Arc<Roll>, Failure> {
        if view.snapshot.is_partial() {
            return Ok(Arc::new(roll_of(view.snapshot.all_names().await?)));
        }
        let version = view.snapshot.version();
        if let Some(roll) = kept(&self.caches().roll, version) {
            return Ok(roll);
        }
        let roll = Arc::new(roll_of(view.snapshot.all_names().await?));
        keep(&self.caches().roll, version, &roll);
        Ok(roll)
    }

    /// The statuses of all persons: for narrowing a list of those whom its reader sees, whom it says nothing else of.
    /// Kept, and brought up to date by the log of changes.
    pub(crate) async fn statuses(&self) -> Result<Arc<Statuses>, Failure> {
        let view = self.whole_view().await?;
        let version = view.snapshot.version();
        let known = self.caches().statuses.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let statuses = match known {
            Some((at, statuses)) if at == version => return Ok(statuses),
            Some((at, statuses)) if (0..FOLLOWED_MAX).contains(&(version - at)) => {
                followed(&view, at, Statuses::clone(&statuses)).await?
            }
            _ => all_statuses(&view).await?,
        };
        let statuses = Arc::new(statuses);
        keep(&self.caches().statuses, version, &statuses);
        Ok(statuses)
    }

    /// Live records by table, texts left out, as far as the index has followed.
    pub(crate) async fn tables(&self, view: &View) -> Result<Arc<BTreeMap<Kind, u64>>, Failure> {
        let searcher = self.index().searcher()?;
        if let Some(visible) = view.snapshot.visible().await? {
            let all = SearchRequest::default();
            let run = move || indexer::search_within(&searcher, &all, Some(&visible));
            let answer = tokio::task::spawn_blocking(run).await??;
            let counted = answer
                .classes
                .into_iter()
                .filter_map(|facet| Some((Kind::parse(&facet.value)?, facet.count)));
            return Ok(Arc::new(counted.collect()));
        }
        let watermark = searcher.watermark();
        if let Some(tables) = kept(&self.caches().tables, watermark) {
            return Ok(tables);
        }
        let answer =
            tokio::task::spawn_blocking(move || indexer::search(&searcher, &SearchRequest::default()))
                .await??;
        let tables =
            answer.classes.into_iter().filter_map(|facet| Some((Kind::parse(&facet.value)?, facet.count)));
        let tables = Arc::new(tables.collect());
        keep(&self.caches().tables, watermark, &tables);
        Ok(tables)
    }
}

async fn all_statuses(view: &View) -> Result<Statuses, Failure> {
    let mut statuses = Statuses::new();
    let mut after: Option<RecordKey> = None;
    loop {
        let page = view.snapshot.page(Kind::Person, after.as_ref(), CHUNK).await?;
        let Some(last) = page.last() else { return Ok(statuses) };
        after = Some(last.record.key.clone());
        for person in page {
            if let Some(status) = person.fields.text("status").map(str::to_owned) {
                statuses.insert(person.record.key, status);
            }
        }
    }
}

async fn followed(view: &View, mut at: i64, mut statuses: Statuses) -> Result<Statuses, Failure> {
    loop {
        let changes = view.snapshot.changes_since(at, CHUNK).await?;
        let Some(last) = changes.last() else { return Ok(statuses) };
        at = last.seq;
        let persons =
            changes.into_iter().map(|change| change.record).filter(|record| record.kind == Kind::Person);
        let persons: Vec<RecordKey> = persons.map(|record| record.key).collect();
        for person in &persons {
            statuses.remove(person);
        }
        for person in view.snapshot.records(Kind::Person, &persons).await? {
            if let Some(status) = person.fields.text("status").map(str::to_owned) {
                statuses.insert(person.record.key, status);
            }
        }
    }
}

fn kept<T>(cache: &Kept<T>, version: i64) -> Option<Arc<T>> {
    let cache = cache.lock().unwrap_or_else(PoisonError::into_inner);
    cache.as_ref().filter(|(at, _)| *at == version).map(|(_, value)| Arc::clone(value))
}

fn keep<T>(cache: &Kept<T>, version: i64, value: &Arc<T>) {
    *cache.lock().unwrap_or_else(PoisonError::into_inner) = Some((version, Arc::clone(value)));
}

fn roll_of(names: Vec<NameHit>) -> Roll {
    let mut seen = HashSet::new();
    let persons = names
        .iter()
        .filter(|hit| !hit.former)
        .map(|hit| &hit.person)
        .filter(|person| seen.insert(*person))
        .cloned()
        .collect();
    Roll { names, persons }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_person_with_former_names_stands_on_the_roll_once() {
        let hit = |key: &str, person: &str, former| NameHit {
            name_key: key.to_owned(),
            person: RecordKey::new(person).unwrap(),
            name: key.to_owned(),
            former,
        };
        let roll = roll_of(vec![hit("乙", "P2", true), hit("甲", "P1", false), hit("丙", "P2", false)]);
        let persons: Vec<&str> = roll.persons.iter().map(RecordKey::as_str).collect();
        assert_eq!(persons, ["P1", "P2"]);
        assert_eq!(roll.names.len(), 3);
    }

    #[test]
    fn what_is_kept_belongs_to_one_version() {
        let cache: Kept<u8> = Kept::default();
        keep(&cache, 7, &Arc::new(1));
        assert_eq!(kept(&cache, 7), Some(Arc::new(1)));
        assert_eq!(kept(&cache, 8), None);
    }
}
