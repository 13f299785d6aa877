//! The mail to ourselves, one a day: written, stored, leased and sent like every other, and looked for in the
//! mailbox that it goes to. While it does not arrive, nothing says that the others do.

use chrono::{DateTime, NaiveDate, Utc};
use dossier::reminder::MailOrder;
use serde_json::json;

use crate::SYSTEM;
use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::reminders::{Desk, write_canary};
use crate::rows;

/// One day's mail to ourselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canary {
    /// The day.
    pub day: NaiveDate,
    /// Its Message-ID.
    pub message_id: String,
    /// When it was written.
    pub sent_at: DateTime<Utc>,
    /// When it was found in the mailbox.
    pub seen_at: Option<DateTime<Utc>>,
}

impl Archive {
    /// Writes the mail of `day`, unless there is one. `order` is what the path before the outbox made of it.
    /// Says whether it wrote one.
    pub async fn write_canary(
        &self,
        day: NaiveDate,
        recipient: &str,
        order: &MailOrder,
        desk: &Desk<'_>,
        now: DateTime<Utc>,
    ) -> Result<bool, ArchiveError> {
        let mut act = Act::begin(self, SYSTEM, now).await?;
        let known: Option<i64> = sqlx::query_scalar("SELECT outbox FROM canary WHERE day = $1")
            .bind(day.to_string())
            .fetch_optional(act.connection())
            .await?;
        if known.is_some() {
            return Ok(false);
        }
        let id = write_canary(&mut act, desk, recipient, day, order).await?;
        sqlx::query("INSERT INTO canary (day, outbox, sent_at, seen_at) VALUES ($1, $2, $3, NULL)")
            .bind(day.to_string())
            .bind(id)
            .bind(now.timestamp_millis())
            .execute(act.connection())
            .await?;
        act.audit("mail.canary", &day.to_string(), &json!({})).await?;
        act.commit().await?;
        Ok(true)
    }

    /// The latest `count` days, the newest first.
    pub async fn canaries(&self, count: u32) -> Result<Vec<Canary>, ArchiveError> {
        let found: Vec<(String, String, i64, Option<i64>)> = sqlx::query_as(
            "SELECT c.day, o.message_id, c.sent_at, c.seen_at FROM canary c JOIN outbox o ON o.id = c.outbox \
             ORDER BY c.day DESC LIMIT $1",
        )
        .bind(i64::from(count))
        .fetch_all(self.readers())
        .await?;
        found
            .into_iter()
            .map(|(day, message_id, sent_at, seen_at)| {
                Ok(Canary {
                    day: crate::reminders::row_day(&day)?,
                    message_id,
                    sent_at: rows::instant(sent_at)?,
                    seen_at: seen_at.map(rows::instant).transpose()?,
                })
            })
            .collect()
    }

    /// The mail of `day` was found in the mailbox.
    pub async fn canary_seen(&self, day: NaiveDate, now: DateTime<Utc>) -> Result<(), ArchiveError> {
        let mut act = Act::begin(self, SYSTEM, now).await?;
        sqlx::query("UPDATE canary SET seen_at = $1 WHERE day = $2 AND seen_at IS NULL")
            .bind(now.timestamp_millis())
            .bind(day.to_string())
            .execute(act.connection())
            .await?;
        act.commit().await
    }
}
