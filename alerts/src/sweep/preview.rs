//! What a change of the rules would do, before anybody puts it into force: the hits that would be new, lost and
//! the same, per office, with samples. Nothing is kept.

use std::collections::BTreeMap;

use archive::{Archive, SYSTEM};
use chrono::{DateTime, NaiveDate, Utc};
use dossier::RecordKey;

use super::{Ask, Settings, SweepError, run};
use crate::verdict::{Outcome, Verdict};

/// Samples of each kind that an office is shown.
const SAMPLES: usize = 5;

/// New, lost and same hits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// Hits that the proposal would add, or with other evidence or weight.
    pub new: usize,
    /// Hits that it would lose.
    pub lost: usize,
    /// Hits that it leaves.
    pub same: usize,
    /// Some of the new ones: subject, category, clause.
    pub new_samples: Vec<String>,
    /// Some of the lost ones.
    pub lost_samples: Vec<String>,
}

/// By office; `None`: no office is in charge.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preview(pub BTreeMap<Option<RecordKey>, Difference>);

/// Runs both settings over everybody on one day.
pub async fn preview(
    archive: &Archive,
    in_force: &Settings,
    proposed: &Settings,
    as_of: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Preview, SweepError> {
    let ask = Ask { store: false, ..Ask::on_demand(as_of, SYSTEM) };
    let before = run(archive, in_force, &ask, now).await?;
    let after = run(archive, proposed, &ask, now).await?;
    Ok(compare(&before.verdicts, &after.verdicts))
}

fn compare(before: &[Verdict], after: &[Verdict]) -> Preview {
    type Key = (String, &'static str, &'static str);
    fn hits(verdicts: &[Verdict]) -> BTreeMap<Key, &Verdict> {
        let key = |verdict: &Verdict| {
            let subject = verdict.subject().map(|subject| subject.to_string()).unwrap_or_default();
            (subject, verdict.category.slug(), verdict.clause)
        };
        let hits = verdicts.iter().filter(|verdict| verdict.outcome == Outcome::Hit);
        hits.map(|verdict| (key(verdict), verdict)).collect()
    }
    let (before, after) = (hits(before), hits(after));
    let mut preview = Preview::default();
    let sample = |samples: &mut Vec<String>, key: &Key| {
        if samples.len() < SAMPLES {
            samples.push(format!("{} {} {}", key.0, key.1, key.2));
        }
    };
    for (key, verdict) in &after {
        let office = preview.0.entry(verdict.office.clone()).or_default();
        match before.get(key) {
            Some(old) if old.fingerprint == verdict.fingerprint && old.severity == verdict.severity => {
                office.same += 1;
            }
            _ => {
                office.new += 1;
                sample(&mut office.new_samples, key);
            }
        }
    }
    for (key, verdict) in &before {
        let kept = after
            .get(key)
            .is_some_and(|new| new.fingerprint == verdict.fingerprint && new.severity == verdict.severity);
        if !kept {
            let office = preview.0.entry(verdict.office.clone()).or_default();
            office.lost += 1;
            sample(&mut office.lost_samples, key);
        }
    }
    preview
}
