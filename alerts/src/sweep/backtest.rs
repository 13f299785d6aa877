//! What the rules would have said on past days, each over the archive as it was at the end of that day, and honest
//! about it: a day before the archive knew anything has no answer, and neither has one that is not over.

use archive::{Archive, SYSTEM};
use chrono::{DateTime, NaiveDate, Utc};

use super::{Ask, Settings, SweepError, run_on};
use crate::verdict::Outcome;

/// A day, and the instant at which it ended on the office's clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PastDay {
    /// The day.
    pub day: NaiveDate,
    /// The first instant after it.
    pub ended_at: DateTime<Utc>,
}

/// The counts of one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayCounts {
    /// The day.
    pub day: NaiveDate,
    /// The version of the archive that stood then.
    pub archive_version: i64,
    /// Hits.
    pub hits: usize,
    /// Near ones.
    pub near: usize,
    /// Gaps.
    pub data_gaps: usize,
}

/// A range of days.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Backtest {
    /// Days with an answer.
    pub days: Vec<DayCounts>,
    /// Days for which there is no recorded history.
    pub without_history: Vec<NaiveDate>,
}

/// Asks about `days`.
pub async fn backtest(
    archive: &Archive,
    settings: &Settings,
    days: &[PastDay],
    now: DateTime<Utc>,
) -> Result<Backtest, SweepError> {
    let mut test = Backtest::default();
    for past in days {
        let version = if past.ended_at > now { None } else { archive.version_before(past.ended_at).await? };
        let Some(version) = version else {
            test.without_history.push(past.day);
            continue;
        };
        let ask = Ask { store: false, ..Ask::on_demand(past.day, SYSTEM) };
        let snapshot = std::sync::Arc::new(archive.snapshot_at(version).await?);
        let report = run_on(archive, snapshot, settings, &ask, now).await?;
        test.days.push(DayCounts {
            day: past.day,
            archive_version: version,
            hits: report.count(Outcome::Hit),
            near: report.count(Outcome::Near),
            data_gaps: report.count(Outcome::DataGap),
        });
    }
    Ok(test)
}
