//! Receipts: from which versions of which records, on which day, by which settings and which code a hit was
//! derived; and deriving it again from nothing else.

use std::collections::{BTreeMap, BTreeSet};

use archive::{Archive, Snapshot, VerdictFilter, VerdictRow};
use chrono::NaiveDate;
use dossier::{Category, Kind, RecordKey, RecordRef};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::judge::files;
use super::pages::dossiers;
use super::{ENGINE, Settings, SweepError};
use crate::categories::units::{Sanctioned, UnitFile, judge as judge_unit, place};
use crate::categories::{Judged, Other, Others, Surroundings, judge as judge_dossier};
use crate::view::{Body, Dossier, Units};

/// What a hit was derived from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Receipt {
    /// The version of the rules' code.
    pub engine: String,
    /// The version of the program.
    pub binary: String,
    /// The hash of the settings, which the archive keeps.
    pub settings: String,
    /// The hash of the numbers alone.
    pub thresholds: String,
    /// The version of the calendar.
    pub calendar: String,
    /// The day asked.
    pub as_of: Option<NaiveDate>,
    /// The version of the archive that was read.
    pub archive_version: i64,
    /// The numbers of the versions that were read, in the change log.
    pub inputs: Vec<i64>,
    /// A hash over these numbers. What a version says never changes once it is written (the database refuses it), so that
    /// the numbers stand for the records as they were stored.
    pub snapshot: String,
}

impl Receipt {
    /// With the versions read; the rest is the same for a whole run and is filled in once.
    pub(super) fn of(inputs: Vec<i64>) -> Self {
        let mut hash = Sha256::new();
        for seq in &inputs {
            hash.update(seq.to_be_bytes());
        }
        let snapshot = hex::encode(&hash.finalize()[..16]);
        Self { inputs, snapshot, ..Self::default() }
    }
}

/// What deriving a hit again gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checked {
    /// The same.
    Agrees,
    /// The receipt is of another version of the rules' code, which it needs.
    NeedsEngine(String),
    /// Something else came out, or nothing could.
    Differs(String),
}

/// The answer of `check --receipts`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReceiptCheck {
    /// Hits whose receipt gave them again.
    pub agree: u64,
    /// What did not: subject, category, clause, and what came out.
    pub other: Vec<(String, Checked)>,
}

/// Derives every hit that stands from its receipt.
pub async fn check(archive: &Archive) -> Result<ReceiptCheck, SweepError> {
    let mut done = ReceiptCheck::default();
    let mut known = KnownSettings::new();
    let snapshot = archive.snapshot().await?;
    let mut filter =
        VerdictFilter { outcome: Some("hit".to_owned()), limit: 500, ..VerdictFilter::default() };
    loop {
        let page = archive.verdicts(&filter).await?;
        let Some(last) = page.last() else { break };
        filter.after = Some((last.subject.clone(), last.category.clone(), last.clause.clone()));
        for row in &page {
            match derive(archive, &snapshot, row, &mut known).await? {
                Checked::Agrees => done.agree += 1,
                other => done.other.push((format!("{} {} {}", row.subject, row.category, row.clause), other)),
            }
        }
    }
    Ok(done)
}

/// Settings by their hash, as far as they were asked for; `None`: not kept, or altered.
pub(super) type KnownSettings = BTreeMap<String, Option<Settings>>;

/// Derives one hit from its receipt.
pub(super) async fn derive(
    archive: &Archive,
    snapshot: &Snapshot,
    row: &VerdictRow,
    known: &mut KnownSettings,
) -> Result<Checked, SweepError> {
    let receipt = row.receipt.as_deref().and_then(|text| serde_json::from_str::<Receipt>(text).ok());
    let Some(receipt) = receipt else {
        return Ok(Checked::Differs("it has no receipt that can be read".to_owned()));
    };
    if receipt.engine != ENGINE {
        return Ok(Checked::NeedsEngine(receipt.engine));
    }
    if !known.contains_key(&receipt.settings) {
        let body = archive.sweep_settings(&receipt.settings).await?;
        let read = body.and_then(|body| Settings::read(&body));
        // settings that were altered do not have the hash that the receipt names
        known.insert(receipt.settings.clone(), read.filter(|read| read.kept().0 == receipt.settings));
    }
    let Some(settings) = known.get(&receipt.settings).and_then(Option::as_ref) else {
        return Ok(Checked::Differs("its settings are not kept, or were altered".to_owned()));
    };
    let bodies = snapshot.bodies_of_versions(&receipt.inputs).await?;
    let bodies: Vec<Body> = bodies.into_iter().map(Body::from).collect();
    Ok(again(archive, row, &receipt, settings, &bodies))
}

fn again(
    archive: &Archive,
    row: &VerdictRow,
    receipt: &Receipt,
    settings: &Settings,
    bodies: &[Body],
) -> Checked {
    if bodies.len() != receipt.inputs.len()
        || Receipt::of(receipt.inputs.clone()).snapshot != receipt.snapshot
    {
        return Checked::Differs("versions that it was derived from are missing".to_owned());
    }
    let (Some(category), Some(as_of)) = (Category::parse(&row.category), receipt.as_of) else {
        return Checked::Differs("its category or its day is not known".to_owned());
    };
    let settings = settings.only(&BTreeSet::from([category]));
    let Some((kind, key)) = row.subject.split_once(':') else {
        return Checked::Differs("its subject is not known".to_owned());
    };
    let Ok(key) = RecordKey::new(key) else {
        return Checked::Differs("its subject is not known".to_owned());
    };
    let judged = if kind == "unit" {
        unit_again(archive, &key, &settings, bodies, as_of)
    } else {
        person_again(archive, &key, &settings, bodies, as_of)
    };
    let found = judged.verdicts.iter().find(|verdict| verdict.clause == row.clause);
    match found {
        None => Checked::Differs("nothing came out".to_owned()),
        Some(found) if found.fingerprint != row.fingerprint => {
            Checked::Differs("other evidence came out".to_owned())
        }
        Some(found) if found.outcome.slug() != row.outcome || found.severity.slug() != row.severity => {
            Checked::Differs(format!("{} {} came out", found.outcome.slug(), found.severity.slug()))
        }
        Some(_) => Checked::Agrees,
    }
}

fn tree_of(bodies: &[Body]) -> Units {
    let units: Vec<Body> = bodies.iter().filter(|body| body.record.kind == Kind::Unit).cloned().collect();
    Units::of(&units)
}

fn person_again(
    archive: &Archive,
    person: &RecordKey,
    settings: &Settings,
    bodies: &[Body],
    as_of: NaiveDate,
) -> Judged {
    let units = tree_of(bodies);
    let dossiers = dossiers(bodies.iter().cloned(), archive);
    let others: Others = dossiers.iter().map(|(key, dossier)| (key.clone(), Other::of(dossier))).collect();
    let nobody = Dossier::default();
    let own = dossiers.iter().find(|(key, _)| key == person).map_or(&nobody, |(_, dossier)| dossier);
    judge_dossier(own, &others, &around(&units, settings), &settings.rules, as_of)
}

fn unit_again(
    archive: &Archive,
    unit: &RecordKey,
    settings: &Settings,
    bodies: &[Body],
    as_of: NaiveDate,
) -> Judged {
    let units = tree_of(bodies);
    let mut sanctioned = Sanctioned::new();
    for (_, dossier) in dossiers(bodies.iter().cloned(), archive) {
        place(&dossier, &units, &mut sanctioned);
    }
    let of_unit: Vec<Body> = bodies.iter().filter(|body| body.person.is_none()).cloned().collect();
    let files = files(&of_unit, &sanctioned);
    let nothing = UnitFile::default();
    let file = files.get(unit).unwrap_or(&nothing);
    judge_unit(unit, file, &around(&units, settings), &settings.rules, as_of)
}

fn around<'a>(units: &'a Units, settings: &'a Settings) -> Surroundings<'a> {
    Surroundings {
        units,
        thresholds: &settings.thresholds,
        influence: &settings.influence,
        calendar: &settings.calendar,
    }
}

/// The record that a subject names.
pub fn subject_of(subject: &str) -> Option<RecordRef> {
    let (kind, key) = subject.split_once(':')?;
    Some(RecordRef::new(Kind::parse(kind)?, RecordKey::new(key).ok()?))
}
