//! The audit log: append-only by the database's own triggers, and a hash chain, so that a change made
//! around them is found.
//!
//! The chain's head is kept apart as well (`meta.audit_head`), so that cutting off the end is found
//! too. Whoever can write the whole file can forge both: against that, heads are kept outside (`outside`).

mod export;
mod outside;
mod reading;
mod retire;

pub use outside::{AuditVerified, verify_audit_files};
pub use reading::{AuditEntry, AuditQuestion};
pub use retire::{AuditRetired, audit_kept_from};

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

/// After which entry the log begins, where older ones have left it.
const ANCHOR: &str = "audit_anchor";
/// The act by which they left.
const RETIRED: &str = "audit.retire";

type Entry = (i64, i64, String, String, String, String, String, String);

/// A place of the chain: a number and the hash of the entry that has it; before the first: 0 and nothing. Given out
/// as a mark: up to where the chain was followed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditMark {
    seq: i64,
    hash: String,
}

impl AuditMark {
    /// The number of the last entry that was followed.
    pub fn seq(&self) -> i64 {
        self.seq
    }

    fn text(&self) -> String {
        if self.seq == 0 { String::new() } else { head_of(self.seq, &self.hash) }
    }

    fn read(text: &str) -> Option<Self> {
        let (seq, hash) = text.split_once(':')?;
        Some(Self { seq: seq.parse().ok()?, hash: hash.to_owned() })
    }
}

/// Where the chain of this database begins.
async fn anchor(connection: &mut SqliteConnection) -> Result<AuditMark, ArchiveError> {
    match format::get(connection, ANCHOR).await? {
        None => Ok(AuditMark::default()),
        Some(text) => AuditMark::read(&text).ok_or(ArchiveError::AuditBroken { seq: 1 }),
    }
}

/// Whether an entry comes after `last` and is what its hash says.
fn fits(entry: &Entry, last: &AuditMark) -> bool {
    let (seq, at, actor, action, subject, detail, prev_hash, hash) = entry;
    *seq == last.seq + 1
        && *prev_hash == last.hash
        && *hash == entry_hash(*seq, *at, actor, action, subject, detail, prev_hash)
}

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
        let followed = follow_chain(&mut *self.readers().begin().await?).await?;
        Ok(sql::count(followed.last.seq - followed.after.seq))
    }

    /// The same from a place up to which it was followed before, or from the beginning. Gives the place of the head,
    /// to go on from. What lies before `from` is not looked at again, but for the entry at it.
    pub async fn verify_audit_from(&self, from: Option<&AuditMark>) -> Result<AuditMark, ArchiveError> {
        let mut reader = self.readers().begin().await?;
        let begins = anchor(&mut reader).await?;
        match from.filter(|from| from.seq >= begins.seq) {
            None => Ok(follow_chain(&mut reader).await?.last),
            Some(from) => follow_on(&mut reader, from).await,
        }
    }
}

/// What following a chain found.
struct Followed {
    after: AuditMark,
    last: AuditMark,
}

/// From the anchor to the head.
async fn follow_chain(connection: &mut SqliteConnection) -> Result<Followed, ArchiveError> {
    let after = anchor(&mut *connection).await?;
    // An anchor that the log itself does not vouch for was set by somebody who cut the beginning off.
    let mut vouched = after.seq == 0;
    let mut last = after.clone();
    while follow_page(&mut *connection, &mut last, |entry| {
        vouched |= entry.3 == RETIRED && vouches(&entry.5, &after);
    })
    .await?
    {}
    let below: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM audit WHERE seq <= $1")
        .bind(after.seq)
        .fetch_one(&mut *connection)
        .await?;
    if !vouched || below != 0 {
        return Err(ArchiveError::AuditBroken { seq: after.seq + 1 });
    }
    ends_at(connection, &last).await?;
    Ok(Followed { after, last })
}

/// From a place that was followed before to the head.
async fn follow_on(connection: &mut SqliteConnection, from: &AuditMark) -> Result<AuditMark, ArchiveError> {
    let there: Option<String> = sqlx::query_scalar("SELECT hash FROM audit WHERE seq = $1")
        .bind(from.seq)
        .fetch_optional(&mut *connection)
        .await?;
    if from.seq > 0
        && there.as_deref() != Some(from.hash.as_str())
        && anchor(&mut *connection).await? != *from
    {
        return Err(ArchiveError::AuditBroken { seq: from.seq });
    }
    let mut last = from.clone();
    while follow_page(&mut *connection, &mut last, |_| {}).await? {}
    ends_at(connection, &last).await?;
    Ok(last)
}

/// Follows one page of entries; false at the end.
async fn follow_page(
    connection: &mut SqliteConnection,
    last: &mut AuditMark,
    mut each: impl FnMut(&Entry),
) -> Result<bool, ArchiveError> {
    let entries: Vec<Entry> = sqlx::query_as(
        "SELECT seq, at, actor, action, subject, detail, prev_hash, hash \
         FROM audit WHERE seq > $1 ORDER BY seq LIMIT $2",
    )
    .bind(last.seq)
    .bind(PAGE)
    .fetch_all(connection)
    .await?;
    let any = !entries.is_empty();
    for entry in entries {
        if !fits(&entry, last) {
            return Err(ArchiveError::AuditBroken { seq: last.seq + 1 });
        }
        each(&entry);
        *last = AuditMark { seq: entry.0, hash: entry.7 };
    }
    Ok(any)
}

/// Whether the chain's head, which is kept apart, is this place.
async fn ends_at(connection: &mut SqliteConnection, last: &AuditMark) -> Result<(), ArchiveError> {
    let head = format::get(connection, "audit_head").await?.unwrap_or_default();
    if head == last.text() { Ok(()) } else { Err(ArchiveError::AuditBroken { seq: last.seq + 1 }) }
}

/// Whether the record of a retiring names this anchor.
fn vouches(detail: &str, anchor: &AuditMark) -> bool {
    serde_json::from_str::<Value>(detail)
        .is_ok_and(|detail| detail["head"].as_str() == Some(anchor.text().as_str()))
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
