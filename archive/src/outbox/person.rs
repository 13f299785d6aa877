//! What a person does about mails: has one sent again, or lets those go that a jump of the clock held.

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;

impl Archive {
    /// A person has a refused, lost or unclear mail sent again, with the same bytes and the same Message-ID.
    pub async fn requeue_mail(
        &self,
        id: i64,
        actor: &str,
        reason: &str,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        let mut act = Act::begin(self, actor, now).await?;
        let changed = sqlx::query(
            "UPDATE outbox SET state = 'queued', next_attempt_at = $1, ended_at = NULL, hold = NULL \
             WHERE id = $2 AND state IN ('unknown', 'rejected', 'dead_letter') AND recipient <> ''",
        )
        .bind(now.timestamp_millis())
        .bind(id)
        .execute(act.connection())
        .await?
        .rows_affected();
        if changed == 0 {
            return Err(ArchiveError::NoSuchMail(id));
        }
        act.audit("mail.requeue", &id.to_string(), &json!({ "reason_chars": reason.chars().count() }))
            .await?;
        act.commit().await
    }

    /// A person confirms that the day is right: mails that were held because the clock jumped go out.
    pub async fn release_held_mails(&self, actor: &str, now: DateTime<Utc>) -> Result<u64, ArchiveError> {
        let mut act = Act::begin(self, actor, now).await?;
        let changed = sqlx::query("UPDATE outbox SET hold = NULL WHERE hold = 'clock' AND state = 'queued'")
            .execute(act.connection())
            .await?
            .rows_affected();
        act.audit("mail.release", "outbox", &json!({ "mails": changed })).await?;
        act.commit().await?;
        Ok(changed)
    }
}
