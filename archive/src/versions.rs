//! The past of records, and the change log that followers read.

use dossier::{RecordKey, RecordRef};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use crate::error::ArchiveError;
use crate::records::Stored;
use crate::rows;
use crate::seal::Sealer;
use crate::snapshot::Snapshot;

/// One version of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredVersion {
    /// The record as this version has it.
    pub stored: Stored,
    /// `false`: this version took the record out of use.
    pub live: bool,
    /// Who did it.
    pub actor: String,
    /// Why, where it was not simply imported.
    pub reason: Option<String>,
}

/// One entry of the change log. A follower reads the record's present state, not this version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its number; the log is read in this order.
    pub seq: i64,
    /// What changed.
    pub record: RecordRef,
    /// Whether it was live after this change.
    pub live: bool,
}

impl Snapshot {
    /// All versions of a record, the oldest first; none if it never was.
    pub async fn versions(&self, record: &RecordRef) -> Result<Vec<StoredVersion>, ArchiveError> {
        let mut tx = self.lock().await;
        sqlx::query(
            "SELECT v.seq, v.version, v.body, v.source, v.import_id, v.recorded_at, r.key_derived, \
                    v.state, v.actor, v.reason \
             FROM record_version v JOIN record r ON r.kind = v.kind AND r.key = v.key \
             WHERE v.kind = $1 AND v.key = $2 ORDER BY v.seq",
        )
        .bind(record.kind.slug())
        .bind(record.key.as_str())
        .fetch_all(&mut **tx)
        .await?
        .iter()
        .map(|row| stored_version(self.archive().sealer(), record, row))
        .collect()
    }

    /// The archive version that stood at `instant`: the number of the last change until then.
    pub async fn version_on(&self, instant: chrono::DateTime<chrono::Utc>) -> Result<i64, ArchiveError> {
        let mut tx = self.lock().await;
        let query = "SELECT COALESCE(MAX(seq), 0) FROM record_version WHERE recorded_at <= $1";
        Ok(sqlx::query_scalar(query).bind(instant.timestamp_millis()).fetch_one(&mut **tx).await?)
    }

    /// Every record about a person, retired ones included, ordered by kind and key. A record that was about
    /// somebody else before counts for whom it is about now.
    pub async fn records_ever_of(&self, person: &dossier::RecordKey) -> Result<Vec<RecordRef>, ArchiveError> {
        let mut tx = self.lock().await;
        sqlx::query("SELECT r.kind, r.key FROM record r WHERE r.person = $1 ORDER BY r.kind, r.key")
            .bind(person.as_str())
            .fetch_all(&mut **tx)
            .await?
            .iter()
            .map(|row| rows::record(row.try_get(0)?, row.try_get(1)?))
            .collect()
    }

    /// The next `limit` changes after the number `seq`.
    pub async fn changes_since(&self, seq: i64, limit: u32) -> Result<Vec<Change>, ArchiveError> {
        let mut tx = self.lock().await;
        sqlx::query("SELECT seq, kind, key, state FROM record_version WHERE seq > $1 ORDER BY seq LIMIT $2")
            .bind(seq)
            .bind(i64::from(limit))
            .fetch_all(&mut **tx)
            .await?
            .iter()
            .map(|row| {
                Ok(Change {
                    seq: row.try_get(0)?,
                    record: rows::record(row.try_get(1)?, row.try_get(2)?)?,
                    live: row.try_get::<&str, _>(3)? == "live",
                })
            })
            .collect()
    }

    /// Live texts whose present version is newer than the change number `watermark`.
    pub async fn pending_texts(&self, watermark: i64) -> Result<i64, ArchiveError> {
        let mut tx = self.lock().await;
        let query = "SELECT COUNT(*) FROM record WHERE kind = 'text' AND seq > $1 AND state = 'live'";
        Ok(sqlx::query_scalar(query).bind(watermark).fetch_one(&mut **tx).await?)
    }

    /// Those texts, by key: what an index of that watermark cannot answer about.
    pub async fn pending_text_keys(&self, watermark: i64) -> Result<Vec<RecordKey>, ArchiveError> {
        let mut tx = self.lock().await;
        // no order: with one, all texts would be walked in it
        let query = "SELECT key FROM record WHERE kind = 'text' AND seq > $1 AND state = 'live'";
        let keys: Vec<String> = sqlx::query_scalar(query).bind(watermark).fetch_all(&mut **tx).await?;
        keys.iter().map(|key| rows::key(key)).collect()
    }

    /// Names and former names of live persons whose present version is newer than the change number
    /// `watermark`: an index of that watermark may not have looked for them in the texts that it holds.
    pub async fn pending_names(&self, watermark: i64) -> Result<i64, ArchiveError> {
        let mut tx = self.lock().await;
        let query = "SELECT COUNT(DISTINCT n.name_key) FROM record r JOIN name n ON n.person = r.key \
                     WHERE r.kind = 'person' AND r.seq > $1 AND r.state = 'live'";
        Ok(sqlx::query_scalar(query).bind(watermark).fetch_one(&mut **tx).await?)
    }

    /// Changes after the number `watermark`, as far as the snapshot shows them.
    pub async fn pending_changes(&self, watermark: i64) -> Result<i64, ArchiveError> {
        let mut tx = self.lock().await;
        let query = "SELECT COUNT(*) FROM record_version WHERE seq > $1";
        Ok(sqlx::query_scalar(query).bind(watermark).fetch_one(&mut **tx).await?)
    }
}

fn stored_version(
    sealer: &Sealer,
    record: &RecordRef,
    row: &SqliteRow,
) -> Result<StoredVersion, ArchiveError> {
    let fields = sealer.fields(record, row.try_get(2)?)?;
    let (person, unit) = rows::subject(record, &fields);
    let stored = Stored {
        record: record.clone(),
        seq: row.try_get(0)?,
        version: row.try_get(1)?,
        fields,
        person,
        unit,
        source: row.try_get(3)?,
        import: row.try_get(4)?,
        recorded_at: rows::instant(row.try_get(5)?)?,
        key_derived: row.try_get::<i64, _>(6)? != 0,
    };
    let live = row.try_get::<&str, _>(7)? == "live";
    Ok(StoredVersion { stored, live, actor: row.try_get(8)?, reason: row.try_get(9)? })
}
