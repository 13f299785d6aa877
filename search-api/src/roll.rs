//! What is the same for every request as long as the archive stays at one version, and dear enough to be
//! kept: the roll of all names, the number of records of each table.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use archive::NameHit;
use dossier::{Kind, RecordKey};
use indexer::SearchRequest;

use crate::app::App;
use crate::failure::Failure;
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

/// What is kept belongs to one version; what a narrowed view sees is never kept.
type Kept<T> = Mutex<Option<(i64, Arc<T>)>>;

/// What is kept, with the version it belongs to.
#[derive(Default)]
pub(crate) struct Caches {
    roll: Kept<Roll>,
    tables: Kept<BTreeMap<Kind, u64>>,
    survey: Kept<Survey>,
}

impl Caches {
    /// The survey of all dossiers, where it was made for this version and this day.
    pub(crate) fn survey_of(&self, view: &View) -> Option<Arc<Survey>> {
        if view.snapshot.is_partial() {
            return None;
        }
        kept(&self.survey, view.snapshot.version()).filter(|survey| survey.day == Some(view.today))
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
