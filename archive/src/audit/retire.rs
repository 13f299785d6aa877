//! Letting the oldest months of the audit log go: only those past the time of keeping, only after they stand in a
//! file that was read back and found whole, and only as an act that the log itself records. What the chain goes on
//! from (its anchor) is vouched for by that record.

use std::path::Path;

use chrono::{DateTime, Months, NaiveDate, Utc};
use serde_json::json;

use super::export::{self, Writing};
use super::{AuditMark, Entry, PAGE};
use crate::act::Act;
use crate::error::ArchiveError;
use crate::format;
use crate::open::Archive;
use crate::rotate::{with_triggers, without_triggers};
use crate::sql;

/// What left the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRetired {
    /// First and last number.
    pub numbers: (i64, i64),
    /// How many.
    pub entries: u64,
    /// SHA-256 of the file.
    pub sha256: String,
}

/// The first day that is kept: entries before it are older than `months`.
pub fn audit_kept_from(today: NaiveDate, months: u32) -> Option<NaiveDate> {
    chrono::Datelike::with_day(&today, 1)?.checked_sub_months(Months::new(months))
}

impl Archive {
    /// Writes every entry from before `before` into a new file, reads it back, and takes them out of the log.
    /// Whether they are old enough is for the caller to have asked ([`audit_kept_from`]).
    pub async fn retire_audit(
        &self,
        before: DateTime<Utc>,
        file: &Path,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<AuditRetired, ArchiveError> {
        // Nothing leaves a chain that is broken: what is wrong with it would go with the file.
        self.verify_audit().await?;
        let anchor = super::anchor(&mut *self.readers().acquire().await?).await?;
        let last = self.last_before(before).await?.filter(|last| *last > anchor.seq);
        let Some(last) = last else { return Err(ArchiveError::NothingToRetire) };
        self.write_entries(&anchor, last, file).await?;
        let read = export::read(file, &[])?;
        if read.after != anchor || read.last.seq != last {
            return Err(ArchiveError::AuditBroken { seq: read.last.seq + 1 });
        }
        let mut act = Act::begin(self, by, now).await?;
        let triggers = without_triggers(act.connection(), "audit").await?;
        let gone = sqlx::query("DELETE FROM audit WHERE seq <= $1")
            .bind(last)
            .execute(act.connection())
            .await?
            .rows_affected();
        with_triggers(act.connection(), &triggers).await?;
        if gone != read.entries {
            return Err(ArchiveError::AuditBroken { seq: anchor.seq + 1 });
        }
        format::set(act.connection(), super::ANCHOR, &read.last.text()).await?;
        let detail = json!({
            "from": anchor.seq + 1, "to": last, "entries": read.entries, "head": read.last.text(),
            "sha256": read.sha256,
        });
        act.audit(super::RETIRED, &last.to_string(), &detail).await?;
        act.commit().await?;
        Ok(AuditRetired { numbers: (anchor.seq + 1, last), entries: read.entries, sha256: read.sha256 })
    }

    /// The last entry before which, itself included, none is of `before` or later: the order is that of the
    /// chain, also where a clock was set back.
    async fn last_before(&self, before: DateTime<Utc>) -> Result<Option<i64>, ArchiveError> {
        let found: Option<i64> = sqlx::query_scalar(
            "SELECT MAX(seq) FROM audit WHERE seq < COALESCE((SELECT MIN(seq) FROM audit WHERE at >= $1), \
             (SELECT MAX(seq) + 1 FROM audit))",
        )
        .bind(before.timestamp_millis())
        .fetch_one(self.readers())
        .await?;
        Ok(found)
    }

    async fn write_entries(&self, after: &AuditMark, last: i64, file: &Path) -> Result<(), ArchiveError> {
        let mut writing = Writing::begin(file, after)?;
        let mut at = after.seq;
        while at < last {
            let entries: Vec<Entry> = sqlx::query_as(
                "SELECT seq, at, actor, action, subject, detail, prev_hash, hash \
                 FROM audit WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3",
            )
            .bind(at)
            .bind(last)
            .bind(PAGE)
            .fetch_all(self.readers())
            .await?;
            let Some(newest) = entries.last() else {
                return Err(ArchiveError::AuditBroken { seq: at + 1 });
            };
            at = newest.0;
            for entry in entries {
                writing.entry(file, entry)?;
            }
        }
        writing.end(file)
    }

    /// How many entries are from before `before`: what a retiring would take.
    pub async fn audit_older_than(&self, before: DateTime<Utc>) -> Result<u64, ArchiveError> {
        let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM audit WHERE at < $1")
            .bind(before.timestamp_millis())
            .fetch_one(self.readers())
            .await?;
        Ok(sql::count(count))
    }
}
