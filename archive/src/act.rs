//! One act of one actor: a write transaction in which the change, its audit entry and the last instant
//! seen stand together or not at all.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{Sqlite, SqliteConnection, Transaction};

use crate::audit;
use crate::error::ArchiveError;
#[cfg(debug_assertions)]
use crate::fail_point::fail_point;
use crate::open::Archive;

/// An open write transaction. Dropping it undoes everything.
pub(crate) struct Act {
    tx: Transaction<'static, Sqlite>,
    actor: String,
    now_ms: i64,
    /// What was audited last: the name of its fail points.
    #[cfg(debug_assertions)]
    what: String,
}

impl Act {
    /// Waits for the write lock. The actor must be known.
    pub(crate) async fn begin(
        archive: &Archive,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<Self, ArchiveError> {
        let mut tx = archive.writer().begin_with("BEGIN IMMEDIATE").await?;
        let (known, generation): (i64, Option<String>) = sqlx::query_as(
            "SELECT (SELECT COUNT(*) FROM actor WHERE id = $1), \
                    (SELECT value FROM meta WHERE name = 'key_generation')",
        )
        .bind(actor)
        .fetch_one(&mut *tx)
        .await?;
        if known == 0 {
            return Err(ArchiveError::UnknownActor(actor.to_owned()));
        }
        // What was sealed by a key that has been turned meanwhile could be lost with it.
        archive.holds_the_key(generation.as_deref())?;
        Ok(Self {
            tx,
            actor: actor.to_owned(),
            now_ms: now.timestamp_millis(),
            #[cfg(debug_assertions)]
            what: "act".to_owned(),
        })
    }

    /// The same for turning the key, which goes on whatever its generation is. It seals nothing itself.
    pub(crate) async fn begin_turning(
        archive: &Archive,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<Self, ArchiveError> {
        let tx = archive.writer().begin_with("BEGIN IMMEDIATE").await?;
        Ok(Self {
            tx,
            actor: actor.to_owned(),
            now_ms: now.timestamp_millis(),
            #[cfg(debug_assertions)]
            what: "turning".to_owned(),
        })
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
        #[cfg(debug_assertions)]
        action.clone_into(&mut self.what);
        audit::append(&mut self.tx, self.now_ms, &self.actor, action, subject, detail).await
    }

    /// Makes it so.
    pub(crate) async fn commit(mut self) -> Result<(), ArchiveError> {
        sqlx::query("UPDATE meta SET value = $1 WHERE name = 'last_instant' AND CAST(value AS BIGINT) < $2")
            .bind(self.now_ms.to_string())
            .bind(self.now_ms)
            .execute(&mut *self.tx)
            .await?;
        #[cfg(debug_assertions)]
        fail_point(&format!("before {}", self.what));
        self.tx.commit().await?;
        #[cfg(debug_assertions)]
        fail_point(&format!("after {}", self.what));
        Ok(())
    }
}
