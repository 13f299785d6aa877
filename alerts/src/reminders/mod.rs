//! From the hits of a sweep to reminders: hits that share a fact make one task, and the archive opens,
//! sees again, keeps silent or holds.

mod from_sweep;

use archive::{NewFact, NewReminder};
use dossier::RecordKey;

use crate::verdict::{Outcome, Verdict, tasks};

pub use from_sweep::{raise, run_of};

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
