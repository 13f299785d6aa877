//! What is the same for every request as long as the archive stays at one version, and dear enough to be
//! kept: the roll of all names, the number of records of each table. What can be is brought up to date by the log of
//! changes instead of being read anew.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use archive::NameHit;
use dossier::name::name_key;
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
    /// The place of each person in that order.
    pub(crate) places: HashMap<RecordKey, usize>,
    /// Of each name, the place of who bears it.
    pub(crate) bearers: Vec<Option<usize>>,
}

impl Roll {
    /// Who bears a name in which `part` of a name stands, marked by place.
    pub(crate) fn called(&self, part: &str) -> Vec<bool> {
        let mut marked = vec![false; self.persons.len()];
        let hits = self.names.iter().zip(&self.bearers).filter(|(hit, _)| hit.name_key.contains(part));
        for place in hits.filter_map(|(_, place)| *place) {
            marked[place] = true;
        }
        marked
    }

    /// These persons, marked by place.
    pub(crate) fn marked<'k>(&self, persons: impl IntoIterator<Item = &'k RecordKey>) -> Vec<bool> {
        let mut marked = vec![false; self.persons.len()];
        for place in persons.into_iter().filter_map(|person| self.places.get(person)) {
            marked[*place] = true;
        }
        marked
    }
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
    by_status: Kept<HashMap<String, Vec<bool>>>,
    /// Held by who makes the survey, so that it is made once.
    pub(crate) surveying: tokio::sync::Mutex<()>,
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

    /// All units, where they were listed for this version, or for one since which no unit has changed.
    pub(crate) async fn units_of(&self, view: &View) -> Result<Option<Arc<Vec<UnitBrief>>>, Failure> {
        if view.snapshot.is_partial() {
            return Ok(None);
        }
        let known = self.units.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some((at, units)) = known else { return Ok(None) };
        let passed = view.snapshot.version() - at;
        let stands = passed == 0
            || ((0..FOLLOWED_MAX).contains(&passed) && changed_since(view, at, Kind::Unit).await?.is_empty());
        if stands {
            self.keep_units(view, &units);
        }
        Ok(stands.then_some(units))
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
        let known = self.caches().roll.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let roll = match known {
            Some((at, roll)) if at == version => return Ok(roll),
            Some((at, roll)) if (0..FOLLOWED_MAX).contains(&(version - at)) => {
                roll_followed(view, at, roll).await?
            }
            _ => Arc::new(roll_of(view.snapshot.all_names().await?)),
        };
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

    /// Those of the roll whose status is `status`, marked by place.
    pub(crate) async fn of_status(
        &self,
        view: &View,
        roll: &Roll,
        status: &str,
    ) -> Result<Vec<bool>, Failure> {
        let version = view.snapshot.version();
        if view.snapshot.is_partial() {
            let statuses = self.statuses().await?;
            let of = |person: &RecordKey| statuses.get(person).is_some_and(|own| own == status);
            return Ok(roll.persons.iter().map(of).collect());
        }
        let none = || vec![false; roll.persons.len()];
        if let Some(known) = kept(&self.caches().by_status, version) {
            return Ok(known.get(status).cloned().unwrap_or_else(none));
        }
        let mut marked: HashMap<String, Vec<bool>> = HashMap::new();
        for (person, status) in self.statuses().await?.iter() {
            let Some(place) = roll.places.get(person) else { continue };
            if !marked.contains_key(status) {
                marked.insert(status.clone(), none());
            }
            if let Some(own) = marked.get_mut(status) {
                own[*place] = true;
            }
        }
        let marked = Arc::new(marked);
        keep(&self.caches().by_status, version, &marked);
        Ok(marked.get(status).cloned().unwrap_or_else(none))
    }

    /// Live records by table, texts left out, as far as the index has followed.
    pub(crate) async fn tables(&self, view: &View) -> Result<Arc<BTreeMap<Kind, u64>>, Failure> {
        let searcher = self.index().searcher()?;
        if let Some(visible) = view.snapshot.visible().await? {
            let all = SearchRequest::default();
            let run = move || indexer::search_within(&searcher, &all, Some(&visible));
            let answer = tokio::task::spawn_blocking(run).await??;
            let counted =
                answer.classes.iter().filter_map(|facet| Some((Kind::parse(facet.value)?, facet.count)));
            return Ok(Arc::new(counted.collect()));
        }
        let watermark = searcher.watermark();
        if let Some(tables) = kept(&self.caches().tables, watermark) {
            return Ok(tables);
        }
        let answer =
            tokio::task::spawn_blocking(move || indexer::search(&searcher, &SearchRequest::default()))
                .await??;
        let tables = answer.classes.iter().filter_map(|facet| Some((Kind::parse(facet.value)?, facet.count)));
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

async fn followed(view: &View, at: i64, mut statuses: Statuses) -> Result<Statuses, Failure> {
    let persons = changed_since(view, at, Kind::Person).await?;
    for person in &persons {
        statuses.remove(person);
    }
    for person in view.snapshot.records(Kind::Person, &persons).await? {
        if let Some(status) = person.fields.text("status").map(str::to_owned) {
            statuses.insert(person.record.key, status);
        }
    }
    Ok(statuses)
}

/// The roll as of now, where `roll` was true at the version `at`: only the names of those are read anew who changed.
async fn roll_followed(view: &View, at: i64, roll: Arc<Roll>) -> Result<Arc<Roll>, Failure> {
    let persons = changed_since(view, at, Kind::Person).await?;
    if persons.is_empty() {
        return Ok(roll);
    }
    let changed: HashSet<&RecordKey> = persons.iter().collect();
    let mut names: Vec<NameHit> =
        roll.names.iter().filter(|hit| !changed.contains(&hit.person)).cloned().collect();
    for stored in view.snapshot.records(Kind::Person, &persons).await? {
        let current = stored.fields.text("name").map(|name| (name, false));
        let former = stored.fields.list("former_names").iter().map(|name| (name.as_str(), true));
        names.extend(current.into_iter().chain(former).map(|(name, former)| NameHit {
            name_key: name_key(name),
            person: stored.record.key.clone(),
            name: name.to_owned(),
            former,
        }));
    }
    names.sort_by(|a, b| {
        (&a.name_key, &a.person, a.former, &a.name).cmp(&(&b.name_key, &b.person, b.former, &b.name))
    });
    names.dedup();
    Ok(Arc::new(roll_of(names)))
}

/// The records of `kind` that have changed since the version `at`, each once.
async fn changed_since(view: &View, mut at: i64, kind: Kind) -> Result<Vec<RecordKey>, Failure> {
    let mut found: BTreeSet<RecordKey> = BTreeSet::new();
    loop {
        let changes = view.snapshot.changes_since(at, CHUNK).await?;
        let Some(last) = changes.last() else { return Ok(found.into_iter().collect()) };
        at = last.seq;
        let of_kind = changes.into_iter().map(|change| change.record).filter(|record| record.kind == kind);
        found.extend(of_kind.map(|record| record.key));
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
    let mut persons = Vec::new();
    let mut places = HashMap::new();
    for hit in names.iter().filter(|hit| !hit.former) {
        if !places.contains_key(&hit.person) {
            places.insert(hit.person.clone(), persons.len());
            persons.push(hit.person.clone());
        }
    }
    let bearers = names.iter().map(|hit| places.get(&hit.person).copied()).collect();
    Roll { names, persons, places, bearers }
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
        for (part, marked) in
            [("甲", [true, false]), ("乙", [false, true]), ("丙", [false, true]), ("丁", [false; 2])]
        {
            assert_eq!(roll.called(part), marked, "{part}");
        }
        assert_eq!(
            roll.marked(&[RecordKey::new("P2").unwrap(), RecordKey::new("P9").unwrap()]),
            [false, true]
        );
    }

    #[test]
    fn what_is_kept_belongs_to_one_version() {
        let cache: Kept<u8> = Kept::default();
        keep(&cache, 7, &Arc::new(1));
        assert_eq!(kept(&cache, 7), Some(Arc::new(1)));
        assert_eq!(kept(&cache, 8), None);
    }
}
