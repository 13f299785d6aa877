//! One act of one actor: a write transaction in which the change, its audit entry and the last instant
//! seen stand together or not at all.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{Sqlite, SqliteConnection, Transaction};

use crate::audit;
use crate::error::ArchiveError;
use crate::open::Archive;

/// An open write transaction. Dropping it undoes everything.
pub(crate) struct Act {
    tx: Transaction<'static, Sqlite>,
    actor: String,
    now_ms: i64,
}

impl Act {
    /// Waits for the write lock. The actor must be known.
    pub(crate) async fn begin(
        archive: &Archive,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<Self, ArchiveError> {
        let mut tx = archive.writer().begin_with("BEGIN IMMEDIATE").await?;
        let known: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM actor WHERE id = $1")
            .bind(actor)
            .fetch_one(&mut *tx)
            .await?;
        if known == 0 {
            return Err(ArchiveError::UnknownActor(actor.to_owned()));
        }
        Ok(Self { tx, actor: actor.to_owned(), now_ms: now.timestamp_millis() })
    }

    /// The connection to write on.
    pub(crate) fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.tx
    }

    /// Who acts.
    pub(crate) fn actor(&self) -> &str {
        &self.actor
    }

    /// When, in milliseconds UTC.
    pub(crate) fn now_ms(&self) -> i64 {
        self.now_ms
    }

    /// Adds an audit entry. `detail` holds record keys and counts, never a name or an identity number.
    pub(crate) async fn audit(
        &mut self,
        action: &str,
        subject: &str,
        detail: &Value,
    ) -> Result<(), ArchiveError> {
        audit::append(&mut self.tx, self.now_ms, &self.actor, action, subject, detail).await
    }

    /// Makes it so.
    pub(crate) async fn commit(mut self) -> Result<(), ArchiveError> {
        sqlx::query("UPDATE meta SET value = $1 WHERE name = 'last_instant' AND CAST(value AS BIGINT) < $2")
            .bind(self.now_ms.to_string())
            .bind(self.now_ms)
            .execute(&mut *self.tx)
            .await?;
        self.tx.commit().await?;
        Ok(())
    }
}
