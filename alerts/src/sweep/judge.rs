//! Reading and judging, page by page: one page is read while another is judged, so that both cores work and no
//! more than a few thousand dossiers are in memory at a time.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use archive::{Archive, Snapshot};
use chrono::NaiveDate;
use dossier::{Kind, RecordKey, RecordRef};

use super::plan::Plan;
use super::receipt::Receipt;
use super::{Settings, SweepError};
use crate::categories::units::{Sanctioned, UnitFile, judge as judge_unit, place};
use crate::categories::{Judged, Other, Others, Surroundings, judge as judge_dossier};
use crate::verdict::{Outcome, Verdict};
use crate::view::{Body, Dossier, Finding, PERSON_KINDS, Raw, Recommendation, UNIT_KINDS, Units};

/// Dossiers in one page.
const PAGE: u32 = 2_000;
/// Pages under way at one time.
const PAGES_AHEAD: usize = 3;

/// What judging gives.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) verdicts: Vec<Verdict>,
    /// For hits and near ones, in step with `verdicts`.
    pub(super) receipts: Vec<Option<Receipt>>,
    pub(super) due: BTreeMap<String, NaiveDate>,
    pub(super) links: BTreeMap<RecordKey, BTreeSet<RecordKey>>,
    pub(super) persons: usize,
    pub(super) units: usize,
    pub(super) population: BTreeMap<RecordKey, usize>,
    pub(super) unreadable: usize,
    pub(super) subjects: Option<BTreeSet<String>>,
}

impl Found {
    fn add(&mut self, subject: &RecordRef, judged: Judged, inputs: impl Fn() -> Vec<i64>) {
        if let Some(day) = judged.turns_on {
            self.due.insert(subject.to_string(), day);
        }
        for verdict in judged.verdicts {
            let receipt = (verdict.outcome != Outcome::DataGap).then(|| Receipt::of(inputs()));
            self.receipts.push(receipt);
            self.verdicts.push(verdict);
        }
    }
}

/// What every page needs.
struct Shared {
    archive: Archive,
    settings: Settings,
    units: Units,
    as_of: NaiveDate,
    snapshot: Arc<Snapshot>,
}

impl Shared {
    fn around(&self) -> Surroundings<'_> {
        Surroundings {
            units: &self.units,
            thresholds: &self.settings.thresholds,
            influence: &self.settings.influence,
            calendar: &self.settings.calendar,
        }
    }
}

pub(super) async fn judge(
    archive: &Archive,
    settings: &Settings,
    as_of: NaiveDate,
    plan: &Plan,
    snapshot: Arc<Snapshot>,
) -> Result<Found, SweepError> {
    let of_units: Vec<Body> =
        snapshot.bodies_of_kinds(&UNIT_KINDS).await?.into_iter().map(Body::from).collect();
    let tree: Vec<Body> = of_units.iter().filter(|body| body.record.kind == Kind::Unit).cloned().collect();
    let shared = Arc::new(Shared {
        archive: archive.clone(),
        settings: settings.clone(),
        units: Units::of(&tree),
        as_of,
        snapshot,
    });
    let mut found = Found::default();
    let mut sanctioned = Sanctioned::new();
    match plan {
        Plan::All => {
            everybody(&shared, &mut found, &mut sanctioned).await?;
            units(&shared, &of_units, &sanctioned, &BTreeSet::new(), &mut found);
        }
        Plan::Some { persons, moved, units: named, units_turn } => {
            let list: Vec<RecordKey> = persons.iter().cloned().collect();
            let mut moved_sanctioned = false;
            for page in list.chunks(PAGE as usize) {
                let page = judge_page(&shared, Read::These(page.to_vec())).await?;
                moved_sanctioned |= moved.iter().any(|person| page.sanctioned_persons.contains(person));
                merge(&mut found, &mut sanctioned, page);
            }
            let mut subjects: BTreeSet<String> = list.iter().map(|key| format!("person:{key}")).collect();
            if *units_turn || moved_sanctioned {
                let sanctioned = all_sanctioned(&shared).await?;
                units(&shared, &of_units, &sanctioned, named, &mut found);
                let all = shared.units.keys().into_iter().chain(sanctioned.keys()).chain(named);
                subjects.extend(all.map(|unit| format!("unit:{unit}")));
                subjects.extend(
                    of_units.iter().filter_map(|body| body.unit.as_ref()).map(|unit| format!("unit:{unit}")),
                );
            }
            found.subjects = Some(subjects);
        }
    }
    Ok(found)
}

async fn everybody(
    shared: &Arc<Shared>,
    found: &mut Found,
    sanctioned: &mut Sanctioned,
) -> Result<(), SweepError> {
    let mut under_way: std::collections::VecDeque<tokio::task::JoinHandle<Result<Page, SweepError>>> =
        std::collections::VecDeque::new();
    let mut after: Option<RecordKey> = None;
    loop {
        let keys = shared.snapshot.person_keys(after.as_ref(), PAGE).await?;
        let Some(last) = keys.last().cloned() else { break };
        let read = Read::Between(keys[0].clone(), last.clone());
        let task = shared.clone();
        under_way.push_back(tokio::spawn(async move { judge_page(&task, read).await }));
        after = Some(last);
        if under_way.len() >= PAGES_AHEAD
            && let Some(page) = under_way.pop_front()
        {
            merge(found, sanctioned, page.await.map_err(|error| SweepError::Judging(error.to_string()))??);
        }
    }
    for page in under_way {
        merge(found, sanctioned, page.await.map_err(|error| SweepError::Judging(error.to_string()))??);
    }
    Ok(())
}

/// Which dossiers a page has.
enum Read {
    Between(RecordKey, RecordKey),
    These(Vec<RecordKey>),
}

/// What one page gives.
#[derive(Default)]
struct Page {
    found: Found,
    sanctioned: Sanctioned,
    sanctioned_persons: BTreeSet<RecordKey>,
}

fn merge(found: &mut Found, sanctioned: &mut Sanctioned, page: Page) {
    found.verdicts.extend(page.found.verdicts);
    found.receipts.extend(page.found.receipts);
    found.due.extend(page.found.due);
    found.links.extend(page.found.links);
    found.persons += page.found.persons;
    found.unreadable += page.found.unreadable;
    for (office, persons) in page.found.population {
        *found.population.entry(office).or_default() += persons;
    }
    for (unit, placed) in page.sanctioned {
        sanctioned.entry(unit).or_default().extend(placed);
    }
}

async fn judge_page(shared: &Arc<Shared>, read: Read) -> Result<Page, SweepError> {
    let bodies = match &read {
        Read::Between(first, last) => shared.snapshot.bodies_between(first, last, &PERSON_KINDS).await?,
        Read::These(persons) => shared.snapshot.bodies_of_persons(persons, &PERSON_KINDS).await?,
    };
    let task = shared.clone();
    let dossiers = blocking(move || dossiers(bodies.into_iter().map(Body::from), &task.archive)).await?;
    let named: BTreeSet<RecordKey> = dossiers.iter().flat_map(|(_, dossier)| relatives(dossier)).collect();
    let here: BTreeSet<&RecordKey> = dossiers.iter().map(|(key, _)| key).collect();
    let elsewhere: Vec<RecordKey> = named.iter().filter(|key| !here.contains(key)).cloned().collect();
    let others = if elsewhere.is_empty() {
        Vec::new()
    } else {
        shared.snapshot.bodies_of_persons(&elsewhere, &[Kind::Person, Kind::Post]).await?
    };
    let task = shared.clone();
    blocking(move || {
        let mut all: Others = dossiers_of_others(others.into_iter().map(Body::from), &task.archive);
        for (key, dossier) in dossiers.iter().filter(|(key, _)| named.contains(key)) {
            all.insert(key.clone(), Other::of(dossier));
        }
        judged(&task, &dossiers, &all)
    })
    .await
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, SweepError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| SweepError::Judging(error.to_string()))
}

/// The dossiers of these bodies, by person, in order.
pub(super) fn dossiers(bodies: impl Iterator<Item = Body>, archive: &Archive) -> Vec<(RecordKey, Dossier)> {
    let mut by_person: BTreeMap<RecordKey, Vec<Body>> = BTreeMap::new();
    for body in bodies {
        if let Some(person) = body.person.clone() {
            by_person.entry(person).or_default().push(body);
        }
    }
    by_person.into_iter().map(|(person, bodies)| (person, Dossier::of(&bodies, archive))).collect()
}

fn dossiers_of_others(bodies: impl Iterator<Item = Body>, archive: &Archive) -> Others {
    dossiers(bodies, archive).into_iter().map(|(key, dossier)| (key, Other::of(&dossier))).collect()
}

fn relatives(dossier: &Dossier) -> impl Iterator<Item = RecordKey> {
    dossier.relatives.iter().filter_map(|relative| relative.system_person.clone())
}

fn judged(shared: &Shared, dossiers: &[(RecordKey, Dossier)], others: &Others) -> Page {
    let around = shared.around();
    let mut page = Page::default();
    for (key, dossier) in dossiers {
        page.found.unreadable += dossier.unreadable.len();
        if dossier.person.is_none() {
            continue;
        }
        page.found.persons += 1;
        let judged = judge_dossier(dossier, others, &around, &shared.settings.rules, shared.as_of);
        if let Some(office) = judged.office.clone() {
            *page.found.population.entry(office).or_default() += 1;
        }
        let links: BTreeSet<RecordKey> = relatives(dossier).collect();
        let subject = RecordRef::new(Kind::Person, key.clone());
        page.found.add(&subject, judged, || person_inputs(shared, dossier, others, &links));
        if !links.is_empty() {
            page.found.links.insert(key.clone(), links);
        }
        if !dossier.sanctions.is_empty() {
            page.sanctioned_persons.insert(key.clone());
            place(dossier, &shared.units, &mut page.sanctioned);
        }
    }
    page
}

/// The versions from which what was said about a person can be derived again.
fn person_inputs(
    shared: &Shared,
    dossier: &Dossier,
    others: &Others,
    links: &BTreeSet<RecordKey>,
) -> Vec<i64> {
    let mut inputs: BTreeSet<i64> = dossier.made_from.iter().map(|(_, seq)| *seq).collect();
    for other in links.iter().filter_map(|key| others.get(key)) {
        inputs.extend(other.made_from.iter().map(|(_, seq)| *seq));
    }
    for post in &dossier.posts {
        let line = shared.units.upwards(&post.unit);
        inputs.extend(line.into_iter().filter_map(|unit| shared.units.get(unit)).map(|unit| unit.seq));
    }
    inputs.into_iter().collect()
}

/// Every sanction, placed: for an incremental sweep, whose pages do not see them all.
async fn all_sanctioned(shared: &Arc<Shared>) -> Result<Sanctioned, SweepError> {
    let sanctions = shared.snapshot.bodies_of_kinds(&[Kind::Sanction]).await?;
    let persons: BTreeSet<RecordKey> = sanctions.iter().filter_map(|body| body.person.clone()).collect();
    let persons: Vec<RecordKey> = persons.into_iter().collect();
    let posts = shared.snapshot.bodies_of_persons(&persons, &[Kind::Person, Kind::Post]).await?;
    let task = shared.clone();
    blocking(move || {
        let mut sanctioned = Sanctioned::new();
        for (_, dossier) in dossiers(sanctions.into_iter().chain(posts).map(Body::from), &task.archive) {
            if dossier.person.is_some() {
                place(&dossier, &task.units, &mut sanctioned);
            }
        }
        sanctioned
    })
    .await
}

/// What is kept about units, by unit.
pub(super) fn files(bodies: &[Body], sanctioned: &Sanctioned) -> HashMap<RecordKey, UnitFile> {
    let mut files: HashMap<RecordKey, UnitFile> = HashMap::new();
    for body in bodies.iter().filter(|body| body.record.kind != Kind::Unit) {
        let (Some(unit), Some(raw)) = (body.unit.clone(), Raw::read(body.record.kind, &body.json)) else {
            continue;
        };
        let file = files.entry(unit).or_default();
        file.made_from.push((body.record.clone(), body.seq));
        if body.record.kind == Kind::Finding {
            file.findings.push(Finding::of(body.record.clone(), &raw));
        } else {
            file.recommendations.push(Recommendation::of(body.record.clone(), &raw));
        }
    }
    for (unit, placed) in sanctioned {
        files.entry(unit.clone()).or_default().sanctions.clone_from(placed);
    }
    files
}

fn units(
    shared: &Shared,
    bodies: &[Body],
    sanctioned: &Sanctioned,
    named: &BTreeSet<RecordKey>,
    found: &mut Found,
) {
    let around = shared.around();
    let files = files(bodies, sanctioned);
    let keys: BTreeSet<&RecordKey> =
        shared.units.keys().into_iter().chain(files.keys()).chain(named).collect();
    let nothing = UnitFile::default();
    for key in keys {
        if shared.units.get(key).is_some() {
            found.units += 1;
        }
        let file = files.get(key).unwrap_or(&nothing);
        let judged = judge_unit(key, file, &around, &shared.settings.rules, shared.as_of);
        let subject = RecordRef::new(Kind::Unit, key.clone());
        found.add(&subject, judged, || unit_inputs(shared, key, file));
    }
}

fn unit_inputs(shared: &Shared, unit: &RecordKey, file: &UnitFile) -> Vec<i64> {
    let mut inputs: BTreeSet<i64> = file.made_from.iter().map(|(_, seq)| *seq).collect();
    for placed in &file.sanctions {
        inputs.extend(placed.made_from.iter().map(|(_, seq)| *seq));
    }
    let line = shared.units.upwards(unit);
    inputs.extend(line.into_iter().filter_map(|unit| shared.units.get(unit)).map(|unit| unit.seq));
    inputs.into_iter().collect()
}
