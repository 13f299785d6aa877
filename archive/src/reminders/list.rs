//! Reminders as lists and one by one: filtered in the question, never afterwards; paged, never cut.

use chrono::{DateTime, NaiveDate, Utc};
use dossier::reminder::{Answer, State};
use dossier::{Category, RecordKey, RecordRef, Severity};
use sqlx::Row as _;

use crate::error::ArchiveError;
use crate::open::Archive;
use crate::reminders::act;
use crate::reminders::birth;
use crate::reminders::row::{self, COLUMNS, Reminder, damaged, day};
use crate::rows;
use crate::sql::{Query, push_list};

/// Which reminders.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReminderFilter {
    /// In these states; empty: in any.
    pub states: Vec<State>,
    /// Only those that have not ended.
    pub open: bool,
    /// Only those whose present deadline was missed.
    pub overdue: bool,
    /// Of these offices only; `None`: of all. This is also how a reader's scope narrows the question.
    pub offices: Option<Vec<String>>,
    /// About these only.
    pub subjects: Option<Vec<RecordRef>>,
    /// Not about these: the reader stays away from them.
    pub except: Vec<RecordRef>,
    /// Nor about people of these units.
    pub except_units: Vec<RecordKey>,
    /// With a fact of this category.
    pub category: Option<Category>,
    /// Only this one.
    pub id: Option<String>,
    /// After this reminder (not with it).
    pub after: Option<String>,
    /// At most so many; `None`: all.
    pub limit: Option<u32>,
}

/// One thing that a rule said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReminderFact {
    /// Which category.
    pub category: String,
    /// Which clause.
    pub clause: String,
    /// How grave.
    pub severity: Severity,
    /// Equal exactly if nothing has changed.
    pub fingerprint: String,
    /// The records that it rests on.
    pub evidence: Vec<String>,
    /// What there is to verify.
    pub explanation: String,
    /// The version of the rule.
    pub rule_version: String,
    /// Since when.
    pub since: Option<NaiveDate>,
    /// Until when.
    pub until: Option<NaiveDate>,
    /// The run that found it first.
    pub first_run: String,
    /// The run that found it last.
    pub last_run: String,
}

/// An answer, or a draft of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReminderAnswer {
    /// Its number.
    pub number: i64,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// By whom.
    pub author: String,
    /// Who signed it; none: a draft.
    pub signer: Option<String>,
    /// SHA-256 of the answer.
    pub hash: String,
    /// The answer.
    pub answer: Answer,
}

impl Archive {
    /// Those that `filter` asks for, in the order in which they were made.
    pub async fn reminders(&self, filter: &ReminderFilter) -> Result<Vec<Reminder>, ArchiveError> {
        let mut tx = self.readers().begin().await?;
        let mut query = Query::new(COLUMNS);
        conditions(&mut query, filter);
        query.push(" ORDER BY seq");
        if let Some(limit) = filter.limit {
            query.push(" LIMIT ").push_bind(i64::from(limit));
        }
        let mut found = Vec::new();
        for row in query.build().fetch_all(&mut *tx).await? {
            let mut reminder = row::read(&row)?;
            row::with_timers(&mut tx, &mut reminder).await?;
            found.push(reminder);
        }
        Ok(found)
    }

    /// How many `filter` asks for.
    pub async fn count_reminders(&self, filter: &ReminderFilter) -> Result<i64, ArchiveError> {
        let mut query = Query::new("SELECT COUNT(*) FROM reminder ");
        conditions(&mut query, filter);
        Ok(query.build_query_scalar().fetch_one(self.readers()).await?)
    }

    /// One reminder.
    pub async fn reminder(&self, id: &str) -> Result<Reminder, ArchiveError> {
        let mut reader = self.readers().acquire().await?;
        row::find(&mut reader, id).await?.ok_or_else(|| ArchiveError::NoSuchReminder(id.to_owned()))
    }

    /// What the rules said about it.
    pub async fn reminder_facts(&self, id: &str) -> Result<Vec<ReminderFact>, ArchiveError> {
        let rows = sqlx::query(
            "SELECT category, clause, severity, fingerprint, evidence, explanation, rule_version, since, until, \
             first_run, last_run FROM reminder_fact WHERE reminder = $1 ORDER BY category, clause, first_run",
        )
        .bind(id)
        .fetch_all(self.readers())
        .await?;
        rows.iter()
            .map(|row| {
                let severity: &str = row.try_get(2)?;
                let evidence: &str = row.try_get(4)?;
                Ok(ReminderFact {
                    category: row.try_get(0)?,
                    clause: row.try_get(1)?,
                    severity: Severity::parse(severity).ok_or_else(|| damaged("severity", severity))?,
                    fingerprint: row.try_get(3)?,
                    evidence: serde_json::from_str(evidence).map_err(|_| damaged("evidence", evidence))?,
                    explanation: self.sealer().open(&birth::place(id), row.try_get(5)?)?,
                    rule_version: row.try_get(6)?,
                    since: row.try_get::<Option<&str>, _>(7)?.map(day).transpose()?,
                    until: row.try_get::<Option<&str>, _>(8)?.map(day).transpose()?,
                    first_run: row.try_get(9)?,
                    last_run: row.try_get(10)?,
                })
            })
            .collect()
    }

    /// What the office answered, and its drafts.
    pub async fn reminder_answers(&self, id: &str) -> Result<Vec<ReminderAnswer>, ArchiveError> {
        let rows = sqlx::query(
            "SELECT number, at, author, signer, hash, body FROM reminder_answer WHERE reminder = $1 ORDER BY number",
        )
        .bind(id)
        .fetch_all(self.readers())
        .await?;
        rows.iter()
            .map(|row| {
                let number: i64 = row.try_get(0)?;
                let body = self.sealer().open_json(&act::place(id, number), row.try_get(5)?)?;
                Ok(ReminderAnswer {
                    number,
                    at: rows::instant(row.try_get(1)?)?,
                    author: row.try_get(2)?,
                    signer: row.try_get(3)?,
                    hash: row.try_get(4)?,
                    answer: serde_json::from_value(body).map_err(|_| damaged("answer", "what is stored"))?,
                })
            })
            .collect()
    }
}

/// `WHERE …` of a filter.
pub(crate) fn conditions(query: &mut Query, filter: &ReminderFilter) {
    query.push("WHERE 1 = 1");
    if !filter.states.is_empty() {
        query.push(" AND state IN ");
        push_list(query, filter.states.iter().map(|state| state.slug()));
    }
    if filter.open {
        query.push(" AND ended_at IS NULL");
    }
    if filter.overdue {
        query.push(
            " AND ((state = 'issued' AND (overdue_ack > 0 OR overdue_respond > 0)) \
             OR (state IN ('acknowledged', 'returned') AND overdue_respond > 0) \
             OR (state IN ('pending_review', 'refused', 'responded') AND overdue_review > 0))",
        );
    }
    if let Some(offices) = &filter.offices {
        query.push(" AND office IN ");
        push_list(query, offices.iter().map(String::as_str));
    }
    if let Some(subjects) = &filter.subjects {
        query.push(" AND subject IN ");
        push_list(query, subjects.iter().map(ToString::to_string));
    }
    if !filter.except.is_empty() {
        query.push(" AND subject NOT IN ");
        push_list(query, filter.except.iter().map(ToString::to_string));
    }
    if !filter.except_units.is_empty() {
        query.push(" AND (unit IS NULL OR unit NOT IN ");
        push_list(query, filter.except_units.iter().map(RecordKey::as_str));
        query.push(")");
    }
    if let Some(category) = filter.category {
        query.push(
            " AND EXISTS (SELECT 1 FROM reminder_fact f WHERE f.reminder = reminder.id AND f.category = ",
        );
        query.push_bind(category.slug()).push(")");
    }
    if let Some(id) = &filter.id {
        query.push(" AND id = ").push_bind(id.clone());
    }
    if let Some(after) = &filter.after {
        query.push(" AND seq > (SELECT seq FROM reminder WHERE id = ").push_bind(after.clone()).push(")");
    }
}
