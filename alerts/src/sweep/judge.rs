//! Judging everybody or those of a plan, then the units. How dossiers are read and judged page by page stands in
//! `pages`; here it is put together in order.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use archive::{Archive, Snapshot};
use chrono::NaiveDate;
use dossier::{Kind, RecordKey, RecordRef};

use super::pages::{blocking, dossiers, everybody, judge_these, merge};
use super::plan::Plan;
use super::receipt::Receipt;
use super::{Settings, SweepError};
use crate::categories::units::{Sanctioned, UnitFile, judge as judge_unit, place};
use crate::categories::{Judged, Surroundings};
use crate::verdict::{Outcome, Verdict};
use crate::view::{Body, Finding, Raw, Recommendation, Units};

/// Dossiers of a plan that are read at one time.
const PERSONS_AT_ONCE: usize = 1_000;

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
    pub(super) fn add(&mut self, subject: &RecordRef, judged: Judged, inputs: impl Fn() -> Vec<i64>) {
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
pub(super) struct Shared {
    pub(super) archive: Archive,
    pub(super) settings: Settings,
    pub(super) units: Units,
    pub(super) as_of: NaiveDate,
    pub(super) snapshot: Arc<Snapshot>,
}

impl Shared {
    pub(super) fn around(&self) -> Surroundings<'_> {
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
    let tree = of_kinds(&snapshot, &[Kind::Unit]).await?;
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
            let about = of_kinds(&shared.snapshot, &ABOUT_UNITS).await?;
            units(&shared, &about, &sanctioned, &BTreeSet::new(), &mut found);
        }
        Plan::Some { persons, moved, units: named, units_turn } => {
            let list: Vec<RecordKey> = persons.iter().cloned().collect();
            let mut moved_sanctioned = false;
            for page in list.chunks(PERSONS_AT_ONCE) {
                let page = judge_these(&shared, page).await?;
                moved_sanctioned |= moved.iter().any(|person| page.sanctioned_persons.contains(person));
                merge(&mut found, &mut sanctioned, page);
            }
            let mut subjects: BTreeSet<String> = list.iter().map(|key| format!("person:{key}")).collect();
            if *units_turn || moved_sanctioned {
                let about = of_kinds(&shared.snapshot, &ABOUT_UNITS).await?;
                let sanctioned = all_sanctioned(&shared).await?;
                units(&shared, &about, &sanctioned, named, &mut found);
                let all = shared.units.keys().into_iter().chain(sanctioned.keys()).chain(named);
                let all = all.chain(about.iter().filter_map(|body| body.unit.as_ref()));
                subjects.extend(all.map(|unit| format!("unit:{unit}")));
            }
            found.subjects = Some(subjects);
        }
    }
    Ok(found)
}

/// What is kept about units beside the units themselves.
const ABOUT_UNITS: [Kind; 2] = [Kind::Finding, Kind::Recommendation];

async fn of_kinds(snapshot: &Snapshot, kinds: &[Kind]) -> Result<Vec<Body>, SweepError> {
    Ok(snapshot.bodies_of_kinds(kinds).await?.into_iter().map(Body::from).collect())
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
