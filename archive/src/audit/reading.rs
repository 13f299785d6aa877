//! Reading the audit log: for the audit administrator, and for whoever exports it.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use crate::error::ArchiveError;
use crate::open::Archive;
use crate::rows;
use crate::sql::{Query, count};

/// One entry.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEntry {
    /// Its number, from 1, without gaps.
    pub seq: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// To what.
    pub subject: String,
    /// Keys, counts, the purpose and the address.
    pub detail: Value,
    /// What the chain holds of it.
    pub hash: String,
}

/// Which entries.
#[derive(Debug, Clone, Default)]
pub struct AuditQuestion {
    /// Only this actor's.
    pub actor: Option<String>,
    /// Only actions that begin so: `sign_in`, `account.`.
    pub action: Option<String>,
    /// Only about this subject.
    pub subject: Option<String>,
    /// Not before.
    pub from: Option<DateTime<Utc>>,
    /// Before.
    pub until: Option<DateTime<Utc>>,
}

impl Archive {
    /// The newest entries that fit, the newest first, `offset` of them left out; and how many fit.
    pub async fn audit_newest(
        &self,
        question: &AuditQuestion,
        offset: u64,
        limit: u32,
    ) -> Result<(Vec<AuditEntry>, u64), ArchiveError> {
        let mut tx = self.readers().begin().await?;
        let mut counting = Query::new("SELECT COUNT(*) FROM audit WHERE 1 = 1");
        narrow(&mut counting, question);
        let total: i64 = counting.build_query_scalar().fetch_one(&mut *tx).await?;
        let mut query =
            Query::new("SELECT seq, at, actor, action, subject, detail, hash FROM audit WHERE 1 = 1");
        narrow(&mut query, question);
        query.push(" ORDER BY seq DESC LIMIT ").push_bind(i64::from(limit));
        query.push(" OFFSET ").push_bind(i64::try_from(offset).unwrap_or(i64::MAX));
        let rows = query.build().fetch_all(&mut *tx).await?;
        Ok((rows.iter().map(read).collect::<Result<_, _>>()?, count(total)))
    }

    /// The next `limit` entries that fit after the number `seq`, in their order: for an export.
    pub async fn audit_after(
        &self,
        question: &AuditQuestion,
        seq: i64,
        limit: u32,
    ) -> Result<Vec<AuditEntry>, ArchiveError> {
        let mut query =
            Query::new("SELECT seq, at, actor, action, subject, detail, hash FROM audit WHERE seq > ");
        query.push_bind(seq);
        narrow(&mut query, question);
        query.push(" ORDER BY seq LIMIT ").push_bind(i64::from(limit));
        query.build().fetch_all(self.readers()).await?.iter().map(read).collect()
    }
}

fn narrow(query: &mut Query, question: &AuditQuestion) {
    if let Some(actor) = &question.actor {
        query.push(" AND actor = ").push_bind(actor.clone());
    }
    if let Some(action) = &question.action {
        // As a range, so that an index finds it; no action holds the last of all characters.
        query.push(" AND action >= ").push_bind(action.clone());
        query.push(" AND action < ").push_bind(format!("{action}\u{10ffff}"));
    }
    if let Some(subject) = &question.subject {
        query.push(" AND subject = ").push_bind(subject.clone());
    }
    if let Some(from) = question.from {
        query.push(" AND at >= ").push_bind(from.timestamp_millis());
    }
    if let Some(until) = question.until {
        query.push(" AND at < ").push_bind(until.timestamp_millis());
    }
}

fn read(row: &SqliteRow) -> Result<AuditEntry, ArchiveError> {
    Ok(AuditEntry {
        seq: row.try_get(0)?,
        at: rows::instant(row.try_get(1)?)?,
        actor: row.try_get(2)?,
        action: row.try_get(3)?,
        subject: row.try_get(4)?,
        detail: rows::json(row.try_get(5)?)?,
        hash: row.try_get(6)?,
    })
}
