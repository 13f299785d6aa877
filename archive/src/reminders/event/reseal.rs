//! The chain of events when the sealing key is turned. A reason stands in the chain as it is sealed, so the chain
//! is made anew with it: in one transaction, after it was followed and found whole, and the heads of before and
//! after stand in the audit log.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{HEAD, follow, page_after, place};
use crate::act::Act;
use crate::error::ArchiveError;
use crate::format;
use crate::open::Archive;
use crate::rotate::{with_triggers, without_triggers};
use crate::seal::Sealer;

/// Seals every reason anew and follows the chain with it. Does nothing where that was done.
pub(crate) async fn reseal_events(
    archive: &Archive,
    old: &Sealer,
    new: &Sealer,
    by: &str,
    now: DateTime<Utc>,
) -> Result<(), ArchiveError> {
    let mut act = Act::begin_turning(archive, by, now).await?;
    let pattern = format!("{}%", new.mark());
    let left: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM reminder_event WHERE reason IS NOT NULL AND reason NOT LIKE $1",
    )
    .bind(pattern)
    .fetch_one(act.connection())
    .await?;
    if left == 0 {
        return Ok(());
    }
    let events = follow(act.connection()).await?;
    let before = format::get(act.connection(), HEAD).await?.unwrap_or_default();
    let triggers = without_triggers(act.connection(), "reminder_event").await?;
    let mut last = (0_i64, String::new());
    loop {
        let rows = page_after(act.connection(), last.0).await?;
        if rows.is_empty() {
            break;
        }
        for mut row in rows {
            let place = place(&row.reminder);
            if let Some(sealed) = &row.reason {
                row.reason = Some(new.seal(&place, &old.open(&place, sealed)?)?);
            }
            row.prev_hash = last.1;
            row.hash = row.computed();
            sqlx::query("UPDATE reminder_event SET reason = $1, prev_hash = $2, hash = $3 WHERE seq = $4")
                .bind(&row.reason)
                .bind(&row.prev_hash)
                .bind(&row.hash)
                .bind(row.seq)
                .execute(act.connection())
                .await?;
            last = (row.seq, row.hash);
        }
    }
    with_triggers(act.connection(), &triggers).await?;
    let after = format!("{}:{}", last.0, last.1);
    format::set(act.connection(), HEAD, &after).await?;
    let detail = json!({ "events": events, "head_before": before, "head_after": after });
    act.audit("key.events", "reminder_event", &detail).await?;
    act.commit().await
}
