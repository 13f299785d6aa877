//! From a sweep that was kept to its reminders: which subjects it judged, and which hits make none.

use std::collections::BTreeSet;

use archive::{Archive, ArchiveError, Desk, Judged, RaiseRun, Raised, RunExtent};
use chrono::{DateTime, Utc};

use super::tasks_of;
use crate::sweep::Report;
use crate::sweep::receipt::subject_of;
use crate::verdict::{Outcome, Verdict};

/// Under what name the reminders of a kept sweep are raised.
pub fn run_of(sweep: i64) -> String {
    format!("sweep-{sweep}")
}

/// Raises reminders for the hits of a sweep that was kept; `None` for one that was not. Calling it again for
/// the same sweep goes on where it broke off. The answer names, by fingerprint, the open reminder of each hit.
pub async fn raise(
    archive: &Archive,
    report: &Report,
    desk: &Desk<'_>,
    now: DateTime<Utc>,
) -> Result<Option<Raised>, ArchiveError> {
    let Some(id) = report.run else { return Ok(None) };
    let judged = match (report.extent, &report.subjects) {
        // A sweep of some categories says nothing about the others.
        (RunExtent::Partial, _) => Judged::Nobody,
        (_, None) => Judged::All,
        (_, Some(subjects)) => Judged::Only(subjects.iter().filter_map(|one| subject_of(one)).collect()),
    };
    let hits = report.to_raise();
    let raised: BTreeSet<&str> = hits.iter().map(|hit| hit.fingerprint.as_str()).collect();
    let silent = |hit: &&Verdict| hit.outcome == Outcome::Hit && !raised.contains(hit.fingerprint.as_str());
    let run = RaiseRun {
        run: run_of(id),
        as_of: report.as_of,
        judged,
        spared: report.verdicts.iter().filter(silent).filter_map(Verdict::subject).collect(),
        population: report.population.iter().map(|(office, count)| (office.to_string(), *count)).collect(),
    };
    let raised = archive.raise_reminders(&run, &tasks_of(&hits), desk, now).await?;
    if !report.exemptions_ending.is_empty() {
        archive.warn_of_exemptions(&report.exemptions_ending, desk, now).await?;
    }
    Ok(Some(raised))
}
