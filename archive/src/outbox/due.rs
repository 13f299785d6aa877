//! Which mails are due: what is out of date is let go, what is over the budget waits visibly, and what is of
//! unknown fate goes out once more where its kind's policy says so.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use dossier::reminder::{StaleAfter, State};
use sqlx::SqliteConnection;

use crate::SYSTEM;
use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::outbox::lease::{Lease, must_hold};
use crate::outbox::send::{Budget, LeasedMail};

/// How long a mail over the budget waits.
const THROTTLED: TimeDelta = TimeDelta::minutes(10);
const HOUR: TimeDelta = TimeDelta::hours(1);

type Due = (i64, Option<String>, String, Vec<u8>, String, String, String);

impl Archive {
    /// Takes what is due at `now`, at most `limit`. What is out of date is let go, what is over the budget
    /// waits visibly.
    pub async fn lease_mails(
        &self,
        lease: &Lease,
        budget: Budget,
        limit: u32,
        now: DateTime<Utc>,
    ) -> Result<Vec<LeasedMail>, ArchiveError> {
        let mut act = Act::begin(self, SYSTEM, now).await?;
        must_hold(act.connection(), lease).await?;
        let ms = now.timestamp_millis();
        resend_unknown(&mut act, ms).await?;
        let due: Vec<Due> = sqlx::query_as(
            "SELECT id, office, recipient, bytes, message_id, stale_after, audience FROM outbox \
             WHERE state = 'queued' AND next_attempt_at <= $1 AND (hold IS NULL OR hold = 'budget') \
             ORDER BY next_attempt_at, id LIMIT $2",
        )
        .bind(ms)
        .bind(i64::from(limit))
        .fetch_all(act.connection())
        .await?;
        let (mut all, mut offices) = spent(act.connection(), ms - HOUR.num_milliseconds()).await?;
        let mut taken = Vec::new();
        for (id, office, recipient, bytes, message_id, stale_after, audience) in due {
            if is_stale(act.connection(), id, office.as_deref(), &stale_after, &audience).await? {
                sqlx::query(
                    "UPDATE outbox SET state = 'obsolete', next_attempt_at = NULL, hold = NULL, ended_at = $1, \
                     error = 'out of date before it was sent' WHERE id = $2",
                )
                .bind(ms)
                .bind(id)
                .execute(act.connection())
                .await?;
                continue;
            }
            let used = offices.entry(office.clone().unwrap_or_default()).or_default();
            if *used >= budget.office || all >= budget.all {
                sqlx::query("UPDATE outbox SET hold = 'budget', next_attempt_at = $1 WHERE id = $2")
                    .bind(ms + THROTTLED.num_milliseconds())
                    .bind(id)
                    .execute(act.connection())
                    .await?;
                continue;
            }
            *used += 1;
            all += 1;
            sqlx::query(
                "UPDATE outbox SET state = 'leased', hold = NULL, next_attempt_at = NULL, lease_epoch = $1, \
                 leased_until = $2 WHERE id = $3",
            )
            .bind(lease.epoch)
            .bind(lease.until.timestamp_millis())
            .bind(id)
            .execute(act.connection())
            .await?;
            taken.push(LeasedMail { id, recipient, bytes, message_id });
        }
        act.commit().await?;
        Ok(taken)
    }
}

/// Mails of unknown fate that their kind's policy sends once more: the time for it has come.
async fn resend_unknown(act: &mut Act, ms: i64) -> Result<(), ArchiveError> {
    sqlx::query(
        "UPDATE outbox SET state = 'queued', resent = 1, ended_at = NULL \
         WHERE state = 'unknown' AND resent = 0 AND next_attempt_at <= $1",
    )
    .bind(ms)
    .execute(act.connection())
    .await?;
    Ok(())
}

/// Tries since `since`: together, and by office.
async fn spent(
    connection: &mut SqliteConnection,
    since: i64,
) -> Result<(i64, BTreeMap<String, i64>), ArchiveError> {
    let rows: Vec<(Option<String>, i64)> = sqlx::query_as(
        "SELECT o.office, COUNT(*) FROM outbox_attempt a JOIN outbox o ON o.id = a.outbox \
         WHERE a.started_at > $1 AND a.phase IS DISTINCT FROM 'connect' GROUP BY o.office",
    )
    .bind(since)
    .fetch_all(connection)
    .await?;
    let all = rows.iter().map(|(_, count)| count).sum();
    Ok((all, rows.into_iter().map(|(office, count)| (office.unwrap_or_default(), count)).collect()))
}

/// Whether nobody needs the mail any more: what it asks for has been done for each reminder in it, or they
/// have gone to another office.
async fn is_stale(
    connection: &mut SqliteConnection,
    id: i64,
    office: Option<&str>,
    stale_after: &str,
    audience: &str,
) -> Result<bool, ArchiveError> {
    let after = StaleAfter::parse(stale_after).unwrap_or(StaleAfter::Never);
    if after == StaleAfter::Never {
        return Ok(false);
    }
    let rows: Vec<(String, Option<String>)> = sqlx::query_as(
        "SELECT r.state, r.office FROM outbox_item i JOIN reminder r ON r.id = i.reminder WHERE i.outbox = $1",
    )
    .bind(id)
    .fetch_all(&mut *connection)
    .await?;
    if rows.is_empty() {
        // a reminder of upkeep, of which all that was owed has come
        let done: Option<i64> = sqlx::query_scalar(
            "SELECT n.id FROM outbox o JOIN upkeep_nudge n ON n.id = o.nudge WHERE o.id = $1 AND n.closed_at IS NOT NULL",
        )
        .bind(id)
        .fetch_optional(connection)
        .await?;
        return Ok(done.is_some());
    }
    let matters = |state: State| match after {
        StaleAfter::Never => true,
        StaleAfter::Acknowledged => state == State::Issued,
        StaleAfter::Responded => state.is_with_office(),
        StaleAfter::Reviewed => !state.is_terminal() && state != State::Held,
        StaleAfter::Ended => !state.is_terminal(),
    };
    Ok(rows.iter().all(|(state, now_at)| {
        let moved = audience == "office" && now_at.as_deref() != office;
        moved || !State::parse(state).is_some_and(matters)
    }))
}
