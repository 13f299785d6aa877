//! What a person does about mails: has one sent again, says what became of it, gives it up, or lets those go
//! that a jump of the clock held. Each with a reason, which is sealed, and with its audit entry.

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::words::stored_words;

stored_words! {
    /// What a person decides about a mail.
    MailDecision {
        /// It is sent again, with the same bytes and the same Message-ID.
        Resend => "resend",
        /// Nobody knew, and the recipient says that it arrived.
        Arrived => "arrived",
        /// Nothing more is tried; it stays on record as seen to.
        GiveUp => "give_up",
    }
}

impl MailDecision {
    /// The decision with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::read(word).ok()
    }
}

impl Archive {
    /// Does what a person has decided about a mail; one about which that cannot be decided is none.
    pub async fn decide_mail(
        &self,
        id: i64,
        decision: MailDecision,
        actor: &str,
        reason: &str,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        let mut act = Act::begin(self, actor, now).await?;
        let sealed = self.sealer().seal(&place(id), reason)?;
        // Each: $1 now, $2 who, $3 why, $4 which.
        let sql = match decision {
            MailDecision::Resend => {
                "UPDATE outbox SET state = 'queued', next_attempt_at = $1, ended_at = NULL, hold = NULL, \
                 settled_at = NULL, settled_by = $2, settled_reason = $3 \
                 WHERE id = $4 AND state IN ('unknown', 'rejected', 'dead_letter', 'bounced') AND recipient <> '' \
                 AND length(bytes) > 0"
            }
            MailDecision::Arrived => {
                "UPDATE outbox SET state = 'accepted', next_attempt_at = NULL, reply = 'confirmed by a person', \
                 ended_at = $1, settled_at = $1, settled_by = $2, settled_reason = $3 \
                 WHERE id = $4 AND state = 'unknown'"
            }
            MailDecision::GiveUp => {
                "UPDATE outbox SET state = CASE WHEN state IN ('queued', 'unknown') THEN 'dead_letter' ELSE state END, \
                 next_attempt_at = NULL, hold = NULL, ended_at = COALESCE(ended_at, $1), settled_at = $1, \
                 settled_by = $2, settled_reason = $3 WHERE id = $4 AND settled_at IS NULL \
                 AND state IN ('queued', 'unknown', 'rejected', 'dead_letter', 'bounced')"
            }
        };
        let changed = sqlx::query(sql)
            .bind(now.timestamp_millis())
            .bind(actor)
            .bind(sealed)
            .bind(id)
            .execute(act.connection())
            .await?;
        if changed.rows_affected() == 0 {
            return Err(ArchiveError::NoSuchMail(id));
        }
        let detail = json!({ "decision": decision, "reason_chars": reason.chars().count() });
        act.audit("mail.decide", &id.to_string(), &detail).await?;
        act.commit().await
    }

    /// A person has a refused, lost or unclear mail sent again, with the same bytes and the same Message-ID.
    pub async fn requeue_mail(
        &self,
        id: i64,
        actor: &str,
        reason: &str,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        self.decide_mail(id, MailDecision::Resend, actor, reason, now).await
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

pub(crate) fn place(id: i64) -> String {
    format!("outbox:{id}.reason")
}
