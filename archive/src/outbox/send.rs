//! What a sender does, step by step, each step a transaction: take what is due, say that it is about to
//! transmit, say what happened. What a dead sender left is sorted out by whoever holds the lease next.

use chrono::{DateTime, TimeDelta, Utc};
use dossier::reminder::{MailKind, UNKNOWN_RESEND, retry_after};
use serde_json::json;

use crate::SYSTEM;
use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::outbox::lease::{Lease, must_hold};
use crate::reminders::{Desk, alert_operator};

/// Mails that may go out in an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// To one office.
    pub office: i64,
    /// Together.
    pub all: i64,
}

impl Default for Budget {
    fn default() -> Self {
        Self { office: 30, all: 600 }
    }
}

/// A mail that a sender has taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeasedMail {
    /// Its number.
    pub id: i64,
    /// To whom.
    pub recipient: String,
    /// Header and body.
    pub bytes: Vec<u8>,
    /// Its Message-ID.
    pub message_id: String,
}

/// What happened to a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// The server has taken it, and said so.
    Accepted {
        /// What it said.
        reply: String,
    },
    /// It is certain that the server has not taken it; it may later.
    Retry {
        /// In which step.
        phase: &'static str,
        /// What was said or seen.
        reply: String,
    },
    /// The server refused it for good.
    Rejected {
        /// In which step.
        phase: &'static str,
        /// What it said.
        reply: String,
    },
    /// Nobody knows.
    Unknown {
        /// In which step.
        phase: &'static str,
        /// What was seen.
        reply: String,
    },
}

impl Archive {
    /// Sorts out what was left by a sender that died, or that could not write down what happened: what it had
    /// only taken is due again, what it was transmitting is of unknown fate. Gives the number of the latter.
    /// Only for whoever holds the lease and has not begun: none of it can be his own.
    pub async fn recover_outbox(&self, lease: &Lease, now: DateTime<Utc>) -> Result<u64, ArchiveError> {
        let mut act = Act::begin(self, SYSTEM, now).await?;
        must_hold(act.connection(), lease).await?;
        let ms = now.timestamp_millis();
        let taken = sqlx::query(
            "UPDATE outbox SET state = 'queued', next_attempt_at = $1, lease_epoch = NULL, leased_until = NULL \
             WHERE state = 'leased'",
        )
        .bind(ms)
        .execute(act.connection())
        .await?
        .rows_affected();
        let lost: Vec<i64> =
            sqlx::query_scalar("SELECT id FROM outbox WHERE state = 'transmitting' ORDER BY id")
                .fetch_all(act.connection())
                .await?;
        for &id in &lost {
            let reply = "the program ended while the mail was on the wire".to_owned();
            finish(&mut act, id, &Sent::Unknown { phase: "crash", reply }).await?;
        }
        if taken > 0 || !lost.is_empty() {
            act.audit("mail.recover", "outbox", &json!({ "taken": taken, "unknown": lost.len() })).await?;
        }
        act.commit().await?;
        Ok(lost.len() as u64)
    }

    /// Said *before* the first byte of the message goes out.
    pub async fn mark_transmitting(
        &self,
        lease: &Lease,
        id: i64,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        let mut act = Act::begin(self, SYSTEM, now).await?;
        must_hold(act.connection(), lease).await?;
        let changed = sqlx::query(
            "UPDATE outbox SET state = 'transmitting', attempts = attempts + 1 \
             WHERE id = $1 AND state = 'leased' AND lease_epoch = $2",
        )
        .bind(id)
        .bind(lease.epoch)
        .execute(act.connection())
        .await?
        .rows_affected();
        if changed == 0 {
            return Err(ArchiveError::LeaseHeld { name: lease.name.clone(), holder: "another".to_owned() });
        }
        sqlx::query(
            "INSERT INTO outbox_attempt (outbox, number, epoch, started_at) \
             SELECT id, attempts, $1, $2 FROM outbox WHERE id = $3",
        )
        .bind(lease.epoch)
        .bind(now.timestamp_millis())
        .bind(id)
        .execute(act.connection())
        .await?;
        act.commit().await
    }

    /// Says what happened to a mail that was being transmitted.
    pub async fn mail_sent(
        &self,
        lease: &Lease,
        id: i64,
        sent: &Sent,
        desk: &Desk<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        let mut act = Act::begin(self, SYSTEM, now).await?;
        must_hold(act.connection(), lease).await?;
        let given_up = finish(&mut act, id, sent).await?;
        let kind: String = sqlx::query_scalar("SELECT kind FROM outbox WHERE id = $1")
            .bind(id)
            .fetch_one(act.connection())
            .await?;
        // A mail to the operator that fails tells nobody by another mail.
        if given_up && kind != MailKind::M16.slug() {
            alert_operator(&mut act, desk).await?;
        }
        act.commit().await
    }

    /// Gives a taken mail back untouched: the server could not be reached, or the program goes down.
    /// `counts`: whether this was a try, after which it waits longer.
    pub async fn return_mail(
        &self,
        lease: &Lease,
        id: i64,
        reason: &str,
        counts: bool,
        desk: &Desk<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        let mut act = Act::begin(self, SYSTEM, now).await?;
        must_hold(act.connection(), lease).await?;
        let attempts: i64 =
            sqlx::query_scalar("SELECT attempts + $1 FROM outbox WHERE id = $2 AND state = 'leased'")
                .bind(i64::from(counts))
                .bind(id)
                .fetch_optional(act.connection())
                .await?
                .unwrap_or(0);
        let wait = if counts {
            retry_after(u32::try_from(attempts).unwrap_or(u32::MAX))
        } else {
            Some(TimeDelta::zero())
        };
        let ms = now.timestamp_millis();
        if counts {
            sqlx::query(
                "INSERT INTO outbox_attempt (outbox, number, epoch, started_at, ended_at, outcome, phase, reply) \
                 VALUES ($1, $2, $3, $4, $4, 'retry', 'connect', $5)",
            )
            .bind(id)
            .bind(attempts)
            .bind(lease.epoch)
            .bind(ms)
            .bind(reason)
            .execute(act.connection())
            .await?;
        }
        sqlx::query(
            "UPDATE outbox SET state = $1, attempts = $2, next_attempt_at = $3, lease_epoch = NULL, \
             leased_until = NULL, error = $4, ended_at = $5 WHERE id = $6 AND state = 'leased'",
        )
        .bind(if wait.is_some() { "queued" } else { "dead_letter" })
        .bind(attempts)
        .bind(wait.map(|wait| ms + wait.num_milliseconds()))
        .bind(reason)
        .bind(wait.is_none().then_some(ms))
        .bind(id)
        .execute(act.connection())
        .await?;
        if wait.is_none() {
            alert_operator(&mut act, desk).await?;
        }
        act.commit().await
    }
}

/// Writes an outcome; gives whether the mail is now one that a person has to look at for good.
async fn finish(act: &mut Act, id: i64, sent: &Sent) -> Result<bool, ArchiveError> {
    let ms = act.now_ms();
    let (kind, attempts, resent): (String, i64, i64) =
        sqlx::query_as("SELECT kind, attempts, resent FROM outbox WHERE id = $1")
            .bind(id)
            .fetch_one(act.connection())
            .await?;
    let (outcome, phase, reply) = match sent {
        Sent::Accepted { reply } => ("accepted", "accepted", reply),
        Sent::Retry { phase, reply } => ("retry", *phase, reply),
        Sent::Rejected { phase, reply } => ("rejected", *phase, reply),
        Sent::Unknown { phase, reply } => ("unknown", *phase, reply),
    };
    let wait = retry_after(u32::try_from(attempts).unwrap_or(u32::MAX));
    let again = MailKind::parse(&kind).is_some_and(MailKind::resent_when_unknown) && resent == 0;
    let (state, next) = match sent {
        Sent::Accepted { .. } => ("accepted", None),
        Sent::Retry { .. } => match wait {
            Some(wait) => ("queued", Some(ms + wait.num_milliseconds())),
            None => ("dead_letter", None),
        },
        Sent::Rejected { .. } => ("rejected", None),
        Sent::Unknown { .. } => ("unknown", again.then(|| ms + UNKNOWN_RESEND.num_milliseconds())),
    };
    sqlx::query(
        "UPDATE outbox SET state = $1, next_attempt_at = $2, lease_epoch = NULL, leased_until = NULL, \
         reply = CASE WHEN $1 = 'accepted' THEN $3 ELSE reply END, \
         error = CASE WHEN $1 = 'accepted' THEN NULL ELSE $3 END, ended_at = $4 \
         WHERE id = $5 AND state = 'transmitting'",
    )
    .bind(state)
    .bind(next)
    .bind(reply)
    .bind((state != "queued").then_some(ms))
    .bind(id)
    .execute(act.connection())
    .await?;
    sqlx::query(
        "UPDATE outbox_attempt SET ended_at = $1, outcome = $2, phase = $3, reply = $4 \
         WHERE outbox = $5 AND number = $6",
    )
    .bind(ms)
    .bind(outcome)
    .bind(phase)
    .bind(reply)
    .bind(id)
    .bind(attempts)
    .execute(act.connection())
    .await?;
    Ok(matches!(state, "rejected" | "dead_letter"))
}
