//! What a change of the rules would do, before anybody puts it into force: the hits that would be new, lost and
//! the same, per office, with samples. Both are asked of one version of the archive; nothing is kept here.

use std::collections::BTreeMap;
use std::sync::Arc;

use archive::{Archive, SYSTEM};
use chrono::{DateTime, NaiveDate, Utc};
use dossier::RecordKey;
use serde::{Deserialize, Serialize};

use super::{Ask, Settings, SweepError, run_on};
use crate::verdict::{Outcome, Verdict};

/// Samples of each kind that an office is shown.
const SAMPLES: usize = 5;

/// One hit, as a sample.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// `person:P1` or `unit:U1`.
    pub subject: String,
    /// Slug of the category.
    pub category: String,
    /// Its clause.
    pub clause: String,
    /// How grave it is.
    pub severity: String,
}

/// New, lost and same hits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Hits that the proposal would add, or with other evidence or weight.
    pub new: usize,
    /// Hits that it would lose.
    pub lost: usize,
    /// Hits that it leaves.
    pub same: usize,
    /// Some of the new ones.
    pub new_samples: Vec<Sample>,
    /// Some of the lost ones.
    pub lost_samples: Vec<Sample>,
}

/// What was compared, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The day asked.
    pub as_of: NaiveDate,
    /// The version of the archive that was read.
    pub archive_version: i64,
    /// The hash of the settings in force.
    pub in_force: String,
    /// The hash of the proposed ones.
    pub proposed: String,
    /// By office; `None`: no office is in charge.
    pub by_office: BTreeMap<Option<RecordKey>, Difference>,
}

impl Preview {
    /// New, lost and same over all offices.
    pub fn total(&self) -> (usize, usize, usize) {
        let each = self.by_office.values();
        each.fold((0, 0, 0), |sum, one| (sum.0 + one.new, sum.1 + one.lost, sum.2 + one.same))
    }

    /// The offices as they are kept: JSON.
    pub fn body(&self) -> String {
        let rows: Vec<(&Option<RecordKey>, &Difference)> = self.by_office.iter().collect();
        serde_json::to_string(&rows).unwrap_or_default()
    }

    /// Reads what [`Preview::body`] gave.
    pub fn read(body: &str) -> Option<Vec<(Option<RecordKey>, Difference)>> {
        serde_json::from_str(body).ok()
    }
}

/// Runs both settings over everybody on one day.
pub async fn preview(
    archive: &Archive,
    in_force: &Settings,
    proposed: &Settings,
    as_of: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Preview, SweepError> {
    let ask = Ask { store: false, ..Ask::on_demand(as_of, SYSTEM) };
    let snapshot = Arc::new(archive.snapshot().await?);
    let before = run_on(archive, Arc::clone(&snapshot), in_force, &ask, now).await?;
    let after = run_on(archive, Arc::clone(&snapshot), proposed, &ask, now).await?;
    Ok(Preview {
        as_of,
        archive_version: snapshot.version(),
        in_force: in_force.kept().0,
        proposed: proposed.kept().0,
        by_office: compare(&before.verdicts, &after.verdicts),
    })
}

type Key = (String, &'static str, &'static str);

fn hits(verdicts: &[Verdict]) -> BTreeMap<Key, &Verdict> {
    let key = |verdict: &Verdict| {
        let subject = verdict.subject().map(|subject| subject.to_string()).unwrap_or_default();
        (subject, verdict.category.slug(), verdict.clause)
    };
    let hits = verdicts.iter().filter(|verdict| verdict.outcome == Outcome::Hit);
    hits.map(|verdict| (key(verdict), verdict)).collect()
}

fn compare(before: &[Verdict], after: &[Verdict]) -> BTreeMap<Option<RecordKey>, Difference> {
    let (before, after) = (hits(before), hits(after));
    let mut by_office: BTreeMap<Option<RecordKey>, Difference> = BTreeMap::new();
    let same = |one: Option<&&Verdict>, other: &Verdict| {
        one.is_some_and(|one| one.fingerprint == other.fingerprint && one.severity == other.severity)
    };
    for (key, verdict) in &after {
        let office = by_office.entry(verdict.office.clone()).or_default();
        if same(before.get(key), verdict) {
            office.same += 1;
        } else {
            office.new += 1;
            keep(&mut office.new_samples, key, verdict);
        }
    }
    for (key, verdict) in before.iter().filter(|(key, verdict)| !same(after.get(key), verdict)) {
        let office = by_office.entry(verdict.office.clone()).or_default();
        office.lost += 1;
        keep(&mut office.lost_samples, key, verdict);
    }
    by_office
}

fn keep(samples: &mut Vec<Sample>, key: &Key, verdict: &Verdict) {
    if samples.len() < SAMPLES {
        samples.push(Sample {
            subject: key.0.clone(),
            category: key.1.to_owned(),
            clause: key.2.to_owned(),
            severity: verdict.severity.slug().to_owned(),
        });
    }
}
