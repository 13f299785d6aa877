//! Whether the story of the reminders is whole: the chain of all events, each reminder against its own
//! events, mails against their tries, answers against their hashes. It looks at everything, so it takes as
//! long as there is something to look at; the auditor's questions do not.

use std::path::Path;

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;

use crate::error::ArchiveError;
use crate::open::Archive;
use crate::reminders::{act, event};

/// What must have no answer: what is wrong, and which reminder or mail has it.
const QUESTIONS: &[(&str, &str)] = &[
    (
        "its state is not that of its last event",
        "SELECT 'reminder ' || r.id FROM reminder r WHERE NOT EXISTS (SELECT 1 FROM reminder_event e \
         WHERE e.reminder = r.id AND e.row_version = r.row_version AND e.to_state = r.state)",
    ),
    (
        "a version of it has no event",
        "SELECT 'reminder ' || r.id FROM reminder r WHERE r.row_version <> \
         (SELECT COUNT(*) FROM reminder_event e WHERE e.reminder = r.id)",
    ),
    (
        "an event of it does not begin where the one before ended",
        "SELECT DISTINCT 'reminder ' || e.reminder FROM reminder_event e JOIN reminder_event p \
         ON p.reminder = e.reminder AND p.row_version = e.row_version - 1 WHERE e.from_state <> p.to_state",
    ),
    (
        "it is open and has no next date",
        "SELECT 'reminder ' || r.id FROM reminder r WHERE r.ended_at IS NULL AND r.state <> 'held' AND NOT EXISTS \
         (SELECT 1 FROM reminder_timer t WHERE t.reminder = r.id AND t.present = 1 AND t.status = 'armed')",
    ),
    (
        "it has ended and a clock of it runs",
        "SELECT DISTINCT 'reminder ' || r.id FROM reminder r JOIN reminder_timer t ON t.reminder = r.id \
         WHERE r.ended_at IS NOT NULL AND t.present = 1 AND t.status = 'armed'",
    ),
    (
        "it was issued and no mail says so",
        "SELECT 'reminder ' || r.id FROM reminder r WHERE r.state = 'issued' AND NOT EXISTS \
         (SELECT 1 FROM outbox_item i JOIN outbox o ON o.id = i.outbox WHERE i.reminder = r.id AND o.kind IN ('m1', 'm4'))",
    ),
    (
        "what the auditor reads is not what is so",
        "SELECT 'reminder ' || r.id FROM reminder r LEFT JOIN reminder_pulse p ON p.reminder = r.id \
         WHERE p.reminder IS NULL OR p.state <> r.state OR p.row_version <> r.row_version \
         OR p.told_version <> r.row_version OR p.told_state <> r.state OR p.armed <> (SELECT COUNT(*) FROM reminder_timer t \
         WHERE t.reminder = r.id AND t.present = 1 AND t.status = 'armed')",
    ),
    (
        "a try of it is not on record",
        "SELECT 'mail ' || o.id FROM outbox o WHERE o.attempts <> \
         (SELECT COUNT(*) FROM outbox_attempt a WHERE a.outbox = o.id)",
    ),
    (
        "it was taken by a server and no try says so",
        "SELECT 'mail ' || o.id FROM outbox o WHERE o.state = 'accepted' AND o.settled_at IS NULL AND NOT EXISTS \
         (SELECT 1 FROM outbox_attempt a WHERE a.outbox = o.id AND a.outcome = 'accepted')",
    ),
];

impl Archive {
    /// Everything about reminders that does not fit, by name; nothing where all of it does.
    pub async fn verify_reminders(&self) -> Result<Vec<String>, ArchiveError> {
        let mut found = Vec::new();
        match self.verify_reminder_events().await {
            Ok(_) => {}
            Err(error @ ArchiveError::RemindersBroken { .. }) => found.push(error.to_string()),
            Err(other) => return Err(other),
        }
        let mut tx = self.readers().begin().await?;
        for (what, sql) in QUESTIONS {
            let named: Vec<String> = sqlx::query_scalar(*sql).fetch_all(&mut *tx).await?;
            found.extend(named.into_iter().map(|one| format!("{one}: {what}")));
        }
        let answers: Vec<(String, i64, String, String)> = sqlx::query_as(
            "SELECT reminder, number, hash, body FROM reminder_answer ORDER BY reminder, number",
        )
        .fetch_all(&mut *tx)
        .await?;
        for (reminder, number, hash, sealed) in answers {
            let opened = self.sealer().open_json(&act::place(&reminder, number), &sealed);
            let fits = opened.is_ok_and(|body| hash_of(&body) == hash);
            if !fits {
                found.push(format!("reminder {reminder}: its answer {number} is not as it was signed"));
            }
        }
        Ok(found)
    }
}

/// As [`act`] hashes an answer: its canonical text.
fn hash_of(body: &Value) -> String {
    hex::encode(Sha256::digest(body.to_string().as_bytes()))
}

/// Follows the chain of events of a database file, be it a copy on another machine: no key is needed. Gives
/// the number of events.
pub async fn verify_reminder_file(file: &Path) -> Result<u64, ArchiveError> {
    if !file.is_file() {
        return Err(ArchiveError::NoArchive { path: file.to_owned() });
    }
    let mut connection =
        SqliteConnectOptions::new().filename(file).read_only(true).create_if_missing(false).connect().await?;
    event::follow(&mut connection).await
}
