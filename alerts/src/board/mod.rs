//! The board: for each office and category what is open, overdue, closed in time (domain.md §5.3). Each
//! figure keeps the numbers of the reminders that it was counted from, so that it can be opened and checked.

mod files;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use archive::ReminderFigures;
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use dossier::Calendar;
use dossier::reminder::{Outcome, State};
use serde::Serialize;

/// A share, with what it was counted from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Share {
    /// Those that count.
    pub of: Vec<String>,
    /// All that could.
    pub all: Vec<String>,
}

impl Share {
    fn add(&mut self, id: &str, counts: bool) {
        self.all.push(id.to_owned());
        if counts {
            self.of.push(id.to_owned());
        }
    }

    /// In percent; `None` where there is nothing to count.
    pub fn percent(&self) -> Option<u64> {
        (!self.all.is_empty()).then(|| (self.of.len() * 100 / self.all.len()) as u64)
    }
}

/// The figures of one office, one category, or of all.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Row {
    /// Key of the office, slug of the category; empty for all.
    pub key: String,
    /// 未结.
    pub open: Vec<String>,
    /// 超期未结.
    pub overdue: Vec<String>,
    /// 签收及时率: of those that were signed for or should have been.
    pub acknowledged_in_time: Share,
    /// 按期办结率: closed by the effective day, of all whose effective day has come, open ones included,
    /// withdrawn ones not.
    pub closed_in_time: Share,
    /// 退回率, of those that were answered.
    pub returned: Share,
    /// 延期率, of those that went out.
    pub extended: Share,
    /// 转线索率, of those that were closed.
    pub transferred: Share,
    /// 误报率, of those that were closed.
    pub false_positive: Share,
    /// 属实率, of those that were closed.
    pub resolved: Share,
    /// 平均用时: the median of the working days from issue to close.
    pub median_working_days: Option<i64>,
    #[serde(skip)]
    days: Vec<i64>,
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Board {
    /// The day that it shows.
    pub as_of: NaiveDate,
    /// Everything together.
    pub total: Row,
    /// By office.
    pub offices: Vec<Row>,
    /// By category; a reminder with two categories counts in both.
    pub categories: Vec<Row>,
    /// By the quarter (`2026-Q4`) in which the effective day to answer lies, the newest first.
    pub quarters: Vec<Row>,
}

impl Board {
    /// The figures of a quarter; `None`: nothing is due in it.
    pub fn quarter(&self, key: &str) -> Option<&Row> {
        self.quarters.iter().find(|row| row.key == key)
    }
}

/// The quarter of a day, as it is called here.
pub fn quarter_of(day: NaiveDate) -> String {
    format!("{}-Q{}", day.year(), day.month0() / 3 + 1)
}

/// Counts. `day` turns an instant into a day of the office.
pub fn board(
    figures: &[ReminderFigures],
    calendar: &Calendar,
    day: &dyn Fn(DateTime<Utc>) -> NaiveDate,
    now: DateTime<Utc>,
) -> Board {
    let mut total = Row::default();
    let mut offices: BTreeMap<String, Row> = BTreeMap::new();
    let mut categories: BTreeMap<String, Row> = BTreeMap::new();
    let mut quarters: BTreeMap<String, Row> = BTreeMap::new();
    for one in figures.iter().filter(|one| one.reminder.standing.state != State::Cancelled) {
        let office = one.reminder.standing.office.clone().unwrap_or_default();
        let rows = std::iter::once(&mut total).chain(std::iter::once(offices.entry(office).or_default()));
        for row in rows {
            count(row, one, calendar, day, now);
        }
        if let Some((due, _)) = one.reminder.due {
            count(quarters.entry(quarter_of(due)).or_default(), one, calendar, day, now);
        }
        for category in &one.categories {
            count(categories.entry(category.clone()).or_default(), one, calendar, day, now);
        }
    }
    let keyed = |rows: BTreeMap<String, Row>| -> Vec<Row> {
        rows.into_iter().map(|(key, row)| Row { key, ..finished(row) }).collect()
    };
    let mut quarters: Vec<Row> = keyed(quarters);
    quarters.reverse();
    Board {
        as_of: day(now),
        total: finished(total),
        offices: keyed(offices),
        categories: keyed(categories),
        quarters,
    }
}

fn finished(mut row: Row) -> Row {
    row.days.sort_unstable();
    row.median_working_days = row.days.get(row.days.len() / 2).copied();
    row.days.clear();
    row
}

fn count(
    row: &mut Row,
    one: &ReminderFigures,
    calendar: &Calendar,
    day: &dyn Fn(DateTime<Utc>) -> NaiveDate,
    now: DateTime<Utc>,
) {
    let reminder = &one.reminder;
    let (id, standing) = (reminder.id.as_str(), &reminder.standing);
    let open = reminder.ended_at.is_none();
    if open {
        row.open.push(id.to_owned());
        if standing.is_overdue() {
            row.overdue.push(id.to_owned());
        }
    }
    if one.ack_missed || reminder.acked_at.is_some() {
        row.acknowledged_in_time.add(id, !one.ack_missed);
    }
    if let Some(due) = one.due_at.filter(|due| *due <= now && standing.paused_until.is_none()) {
        let closed = reminder.ended_at.filter(|_| standing.state == State::Closed);
        row.closed_in_time.add(id, closed.is_some_and(|at| at <= due));
    }
    if reminder.responded_at.is_some() {
        row.returned.add(id, standing.round > 0);
    }
    row.extended.add(id, standing.extension_count > 0);
    if let Some(outcome) = reminder.outcome {
        row.transferred.add(id, outcome == Outcome::Transferred);
        row.false_positive.add(id, outcome == Outcome::FalsePositive);
        row.resolved.add(id, outcome == Outcome::Resolved);
    }
    if let (Some(issued), Some(ended)) = (standing.issued_at, reminder.ended_at) {
        row.days.push(calendar.working_days_between(day(issued), day(ended)).max(0));
    }
}
