//! From the hits of a sweep to reminders: hits that share a fact make one task, and the archive opens,
//! sees again, keeps silent or holds.

use std::collections::BTreeMap;

use archive::{Archive, ArchiveError, Desk, Judged, NewFact, NewReminder, RaiseRun, Raised};
use chrono::{DateTime, NaiveDate, Utc};
use dossier::RecordKey;

use crate::verdict::{Outcome, Verdict, tasks};

/// A run of the rules, as far as its reminders depend on it.
#[derive(Debug, Clone)]
pub struct Run<'a> {
    /// Its id; running it again goes on where it broke off.
    pub id: &'a str,
    /// The day that it judged.
    pub as_of: NaiveDate,
    /// Whom it judged.
    pub judged: Judged,
    /// Persons by office, where known.
    pub population: BTreeMap<String, usize>,
}

/// Raises reminders for the hits among `verdicts`, which must be all that the run has found. Gives what was
/// raised, and by fingerprint the open reminder of each hit.
pub async fn raise(
    archive: &Archive,
    run: &Run<'_>,
    verdicts: &[Verdict],
    desk: &Desk<'_>,
    now: DateTime<Utc>,
) -> Result<Raised, ArchiveError> {
    let run = RaiseRun {
        run: run.id.to_owned(),
        as_of: run.as_of,
        judged: run.judged.clone(),
        population: run.population.clone(),
    };
    archive.raise_reminders(&run, &tasks_of(verdicts), desk, now).await
}

/// The tasks that the hits make.
pub fn tasks_of(verdicts: &[Verdict]) -> Vec<NewReminder> {
    tasks(verdicts)
        .into_iter()
        .filter_map(|group| {
            let mut hits = group.into_iter().map(|place| &verdicts[place]);
            let first = hits.next().filter(|hit| hit.outcome == Outcome::Hit)?;
            let mut facts = vec![fact(first)];
            let mut office = first.office.clone();
            for hit in hits {
                office = office.or_else(|| hit.office.clone());
                facts.push(fact(hit));
            }
            Some(task(first, office, facts))
        })
        .flatten()
        .collect()
}

fn task(first: &Verdict, office: Option<RecordKey>, facts: Vec<NewFact>) -> Option<NewReminder> {
    Some(NewReminder {
        subject: first.subject()?,
        unit: first.unit.clone(),
        office,
        facts,
        review_first: false,
        rule_author: None,
    })
}

fn fact(hit: &Verdict) -> NewFact {
    NewFact {
        category: hit.category,
        clause: hit.clause.to_owned(),
        severity: hit.severity,
        fingerprint: hit.fingerprint.clone(),
        evidence: hit.evidence.iter().map(ToString::to_string).collect(),
        explanation: hit.explain.clone(),
        rule_version: hit.rule_version.clone(),
        since: hit.since,
        until: hit.until,
    }
}
