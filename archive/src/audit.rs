//! The audit log: append-only by the database's own triggers, and a hash chain, so that a change made
//! around them is found.
//!
//! The chain's head is kept apart as well (`meta.audit_head`), so that cutting off the end is found
//! too. Whoever can write the whole file can forge both: against that, heads are kept outside (`outside`).

mod outside;
mod reading;

pub use outside::{AuditVerified, verify_audit_file};
pub use reading::{AuditEntry, AuditQuestion};

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use sqlx::SqliteConnection;

use crate::act::Act;
use crate::error::ArchiveError;
use crate::format;
use crate::open::Archive;
use crate::sql;

/// Entries read at one time when the chain is verified.
const PAGE: i64 = 1_000;

type Entry = (i64, i64, String, String, String, String, String, String);

impl Archive {
    /// Writes one entry by itself, for an act that changes nothing else (a search, an export).
    /// `detail` holds record keys and counts, never a name or an identity number.
    pub async fn audit(
        &self,
        actor: &str,
        action: &str,
        subject: &str,
        detail: &Value,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        let mut act = Act::begin(self, actor, now).await?;
        act.audit(action, subject, detail).await?;
        act.commit().await
    }

    /// Follows the chain from the first entry to the head. Gives the number of entries, or the first
    /// one that does not fit.
    pub async fn verify_audit(&self) -> Result<u64, ArchiveError> {
        follow_chain(&mut *self.readers().begin().await?).await
    }
}

/// From the first entry to the head; gives the number of entries.
async fn follow_chain(connection: &mut SqliteConnection) -> Result<u64, ArchiveError> {
    let mut last = (0_i64, String::new());
    loop {
        let entries: Vec<Entry> = sqlx::query_as(
            "SELECT seq, at, actor, action, subject, detail, prev_hash, hash \
             FROM audit WHERE seq > $1 ORDER BY seq LIMIT $2",
        )
        .bind(last.0)
        .bind(PAGE)
        .fetch_all(&mut *connection)
        .await?;
        if entries.is_empty() {
            break;
        }
        for (seq, at, actor, action, subject, detail, prev_hash, hash) in entries {
            let fits = seq == last.0 + 1
                && prev_hash == last.1
                && hash == entry_hash(seq, at, &actor, &action, &subject, &detail, &prev_hash);
            if !fits {
                return Err(ArchiveError::AuditBroken { seq: last.0 + 1 });
            }
            last = (seq, hash);
        }
    }
    let head = format::get(&mut *connection, "audit_head").await?.unwrap_or_default();
    if head != head_of(last.0, &last.1) && !(last.0 == 0 && head.is_empty()) {
        return Err(ArchiveError::AuditBroken { seq: last.0 + 1 });
    }
    Ok(sql::count(last.0))
}

/// Adds one entry within the transaction of the act that it is about.
pub(crate) async fn append(
    connection: &mut SqliteConnection,
    at: i64,
    actor: &str,
    action: &str,
    subject: &str,
    detail: &Value,
) -> Result<(), ArchiveError> {
    let last: Option<(i64, String)> = sqlx::query_as("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")
        .fetch_optional(&mut *connection)
        .await?;
    let (seq, prev_hash) = last.map_or((1, String::new()), |(seq, hash)| (seq + 1, hash));
    let detail = detail.to_string();
    let hash = entry_hash(seq, at, actor, action, subject, &detail, &prev_hash);
    sqlx::query(
        "INSERT INTO audit (seq, at, actor, action, subject, detail, prev_hash, hash) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(seq)
    .bind(at)
    .bind(actor)
    .bind(action)
    .bind(subject)
    .bind(&detail)
    .bind(&prev_hash)
    .bind(&hash)
    .execute(&mut *connection)
    .await?;
    format::set(connection, "audit_head", &head_of(seq, &hash)).await
}

fn head_of(seq: i64, hash: &str) -> String {
    format!("{seq}:{hash}")
}

/// Over a JSON list, so that no two entries have the same bytes.
fn entry_hash(
    seq: i64,
    at: i64,
    actor: &str,
    action: &str,
    subject: &str,
    detail: &str,
    prev_hash: &str,
) -> String {
    let entry = json!([prev_hash, seq, at, actor, action, subject, detail]).to_string();
    hex::encode(Sha256::digest(entry.as_bytes()))
}
