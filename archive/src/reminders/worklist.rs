//! Reminders as people work through them: the most urgent first, page by page, with the number in each
//! state. What it is not: no new filter of who may see what; that comes with the [`ReminderFilter`].

use std::collections::BTreeMap;

use chrono::NaiveDate;
use dossier::reminder::State;
use dossier::{Category, Severity};
use sqlx::Row as _;

use crate::error::ArchiveError;
use crate::open::Archive;
use crate::reminders::list::{ReminderFilter, conditions};
use crate::reminders::row::{self, COLUMNS, Reminder, damaged};
use crate::sql::{Query, push_list, select_in};

/// Something that waits for a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waiting {
    /// In this state.
    State(State),
    /// More time was asked for, by somebody else than this actor; `again`: only where some was granted before.
    Extension {
        /// Who would decide.
        decided_by: String,
        /// Only second and later ones.
        again: bool,
    },
    /// Somebody else than this actor has proposed to take it back.
    Cancel {
        /// Who would confirm.
        confirmed_by: String,
    },
}

/// Which reminders, for working through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkList {
    /// What the reader may see, and what he asks for.
    pub filter: ReminderFilter,
    /// Of this severity only.
    pub severity: Option<Severity>,
    /// Only those that are not overdue and whose present deadline ends on this day or before.
    pub due_by: Option<NaiveDate>,
    /// Only those of which one of these is true; empty: all.
    pub waiting: Vec<Waiting>,
    /// Only those that have ended.
    pub ended: bool,
    /// Only these.
    pub ids: Option<Vec<String>>,
}

const OVERDUE: &str = "((state = 'issued' AND (overdue_ack > 0 OR overdue_respond > 0)) \
    OR (state IN ('acknowledged', 'returned') AND overdue_respond > 0) \
    OR (state IN ('pending_review', 'refused', 'responded') AND overdue_review > 0))";

/// The instant at which whoever has it must be done.
macro_rules! deadline {
    ($column:literal) => {
        concat!(
            "(SELECT MIN(t.",
            $column,
            ") FROM reminder_timer t WHERE t.reminder = reminder.id AND t.present = 1 AND (\
             (t.kind = 'ack' AND state = 'issued' AND t.status = 'armed') \
             OR (t.kind = 'respond' AND state IN ('issued', 'acknowledged', 'returned')) \
             OR (t.kind = 'review' AND state IN ('pending_review', 'refused', 'responded'))))"
        )
    };
}

impl Archive {
    /// One page of `list`: what is open before what has ended, what is overdue first, then by its deadline.
    pub async fn reminder_page(
        &self,
        list: &WorkList,
        offset: u64,
        limit: u32,
    ) -> Result<Vec<Reminder>, ArchiveError> {
        let mut tx = self.readers().begin().await?;
        let mut query = Query::new(COLUMNS);
        narrow(&mut query, list);
        query.push(" ORDER BY (ended_at IS NOT NULL), ").push(OVERDUE).push(" DESC, COALESCE(");
        query.push(deadline!("due_at")).push(", 9000000000000000), COALESCE(ended_at, 0) DESC, seq DESC");
        query.push(" LIMIT ").push_bind(i64::from(limit));
        query.push(" OFFSET ").push_bind(i64::try_from(offset).unwrap_or(i64::MAX));
        let mut found = Vec::new();
        for row in query.build().fetch_all(&mut *tx).await? {
            let mut reminder = row::read(&row)?;
            row::with_timers(&mut tx, &mut reminder).await?;
            found.push(reminder);
        }
        Ok(found)
    }

    /// How many there are of `list`, and how many of them are overdue, by state.
    pub async fn reminder_tally(&self, list: &WorkList) -> Result<BTreeMap<State, (u64, u64)>, ArchiveError> {
        self.tally(list, ("state", ""), State::parse).await
    }

    /// The same by category; a reminder with facts of two counts in both, as it stands in the lists of both.
    pub async fn reminder_tally_by_category(
        &self,
        list: &WorkList,
    ) -> Result<BTreeMap<Category, (u64, u64)>, ArchiveError> {
        let facts = "JOIN (SELECT DISTINCT reminder AS fact_of, category AS of_category FROM reminder_fact) \
                     ON fact_of = reminder.id ";
        self.tally(list, ("of_category", facts), Category::parse).await
    }

    /// Numbers of `list` by a column that may need to be joined; `parse` reads its words.
    async fn tally<K: Ord>(
        &self,
        list: &WorkList,
        (column, join): (&'static str, &'static str),
        parse: impl Fn(&str) -> Option<K>,
    ) -> Result<BTreeMap<K, (u64, u64)>, ArchiveError> {
        let mut query = Query::new("SELECT ");
        query.push(column).push(", COUNT(*), SUM(CASE WHEN ").push(OVERDUE);
        query.push(" THEN 1 ELSE 0 END) FROM reminder ").push(join);
        narrow(&mut query, list);
        query.push(" GROUP BY ").push(column);
        let mut tally = BTreeMap::new();
        for row in query.build().fetch_all(self.readers()).await? {
            let word: &str = row.try_get(0)?;
            let key = parse(word).ok_or_else(|| damaged(column, word))?;
            tally.insert(key, (crate::sql::count(row.try_get(1)?), crate::sql::count(row.try_get(2)?)));
        }
        Ok(tally)
    }

    /// Category and clause of every fact of these reminders, by reminder, in order.
    pub async fn reminder_clauses(
        &self,
        ids: &[&str],
    ) -> Result<BTreeMap<String, Vec<(String, String)>>, ArchiveError> {
        let mut reader = self.readers().acquire().await?;
        let head = "SELECT DISTINCT reminder, category, clause FROM reminder_fact WHERE reminder IN ";
        let rows = select_in(&mut reader, head, ids, " ORDER BY reminder, category, clause").await?;
        let mut clauses: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        for row in rows {
            let reminder: String = row.try_get(0)?;
            clauses.entry(reminder).or_default().push((row.try_get(1)?, row.try_get(2)?));
        }
        Ok(clauses)
    }
}

fn narrow(query: &mut Query, list: &WorkList) {
    conditions(query, &list.filter);
    if let Some(severity) = list.severity {
        query.push(" AND severity = ").push_bind(severity.slug());
    }
    if list.ended {
        query.push(" AND ended_at IS NOT NULL");
    }
    if let Some(day) = list.due_by {
        query.push(" AND ended_at IS NULL AND paused_until IS NULL AND NOT ").push(OVERDUE);
        query.push(" AND ").push(deadline!("due_day")).push(" <= ").push_bind(day.to_string());
    }
    match &list.ids {
        Some(ids) if ids.is_empty() => {
            query.push(" AND 1 = 0");
        }
        Some(ids) => {
            query.push(" AND id IN ");
            push_list(query, ids.iter().map(String::as_str));
        }
        None => {}
    }
    if list.waiting.is_empty() {
        return;
    }
    query.push(" AND ended_at IS NULL AND (1 = 0");
    for waiting in &list.waiting {
        match waiting {
            Waiting::State(state) => {
                query.push(" OR state = ").push_bind(state.slug());
            }
            Waiting::Extension { decided_by, again } => {
                query.push(" OR (extension_by <> ").push_bind(decided_by.clone());
                query.push(if *again { " AND extension_count > 0)" } else { " AND extension_count = 0)" });
            }
            Waiting::Cancel { confirmed_by } => {
                query.push(" OR cancel_by <> ").push_bind(confirmed_by.clone());
            }
        }
    }
    query.push(")");
}
