//! Figures about a time: batches, persons, opinions by group, how long it took. Counts only, no names.

use std::collections::BTreeMap;

use archive::{ActFilter, Archive};
use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::error::ClearanceError;

/// Most acts that one count looks at.
const ACTS_MAX: u32 = 100_000;

/// The figures.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Statistics {
    /// Requests put on record.
    pub batches: u32,
    /// Rows of their lists.
    pub persons: u32,
    /// Batches by state.
    pub by_state: BTreeMap<String, u32>,
    /// Persons by opinion, of batches whose letter is out.
    pub by_opinion: BTreeMap<String, u64>,
    /// Batches whose letter is out.
    pub issued: u32,
    /// Of these, those that were out by the day wanted; those without such a day are not counted.
    pub on_time: u32,
    /// Of these, those that were not.
    pub late: u32,
    /// From the request on record to the letter out: the median, in hours; none where none is out.
    pub hours_median: Option<i64>,
    /// The longest, in hours.
    pub hours_max: Option<i64>,
    /// Notices that nobody has seen yet.
    pub notices_unseen: u32,
}

/// The figures of the acts put on record from `since` (included) to `before` (not included).
pub async fn statistics(
    archive: &Archive,
    since: Option<DateTime<Utc>>,
    before: Option<DateTime<Utc>>,
) -> Result<Statistics, ClearanceError> {
    let filter = ActFilter { states: Vec::new(), since, before };
    let mut figures = Statistics::default();
    let mut hours = Vec::new();
    for act in archive.acts(&filter, ACTS_MAX).await? {
        figures.batches += 1;
        figures.persons += act.persons;
        *figures.by_state.entry(act.state.clone()).or_insert(0) += 1;
        let Some(issued_at) = act.issued_at else { continue };
        figures.issued += 1;
        hours.push((issued_at - act.created_at).num_hours());
        if let (Some(due), Some(on)) = (act.due_on, act.issued_on) {
            if on <= due { figures.on_time += 1 } else { figures.late += 1 }
        }
        for (opinion, persons) in act.opinions.as_ref().and_then(|o| o.as_object()).into_iter().flatten() {
            *figures.by_opinion.entry(opinion.clone()).or_insert(0) += persons.as_u64().unwrap_or(0);
        }
    }
    hours.sort_unstable();
    figures.hours_median = hours.get(hours.len() / 2).copied();
    figures.hours_max = hours.last().copied();
    figures.notices_unseen = u32::try_from(archive.notices(None, true).await?.len()).unwrap_or(u32::MAX);
    Ok(figures)
}
