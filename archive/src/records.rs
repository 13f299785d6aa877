//! Reading the current, live state of records. Older states are in `versions`.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use dossier::{Fields, Kind, RecordKey, RecordRef};
use sqlx::Row as _;

use crate::error::ArchiveError;
use crate::rows::{self, STORED};
use crate::snapshot::Snapshot;
use crate::sql::{CHUNK, Query, each_row, push_list};

/// A record as the archive holds it, with everything sealed opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Kind and key.
    pub record: RecordRef,
    /// The change number of this version.
    pub seq: i64,
    /// 1 for the first version of the record, then counted on.
    pub version: i64,
    /// Its columns.
    pub fields: Fields,
    /// The person it is about; for a person, itself.
    pub person: Option<RecordKey>,
    /// The unit it is about; for a unit, itself.
    pub unit: Option<RecordKey>,
    /// Who supplied this version.
    pub source: String,
    /// When the archive learned it.
    pub recorded_at: DateTime<Utc>,
    /// The import that brought it; `None` where it was entered by hand.
    pub import: Option<i64>,
    /// Whether the key was derived from the content: an export leaves `编号` empty.
    pub key_derived: bool,
}

impl Snapshot {
    /// The live records of `kind` with these keys, ordered by key. Unknown and retired ones are left out.
    pub async fn records(&self, kind: Kind, keys: &[RecordKey]) -> Result<Vec<Stored>, ArchiveError> {
        self.select("r.key", keys, &[kind]).await
    }

    /// The live records of these kinds about these persons, ordered by kind and key.
    pub async fn records_of_persons(
        &self,
        persons: &[RecordKey],
        kinds: &[Kind],
    ) -> Result<Vec<Stored>, ArchiveError> {
        self.select("r.person", persons, kinds).await
    }

    /// The live records of these kinds about these units, ordered by kind and key.
    pub async fn records_of_units(
        &self,
        units: &[RecordKey],
        kinds: &[Kind],
    ) -> Result<Vec<Stored>, ArchiveError> {
        self.select("r.unit", units, kinds).await
    }

    /// Which of these keys a live record of `kind` has.
    pub async fn existing(&self, kind: Kind, keys: &[RecordKey]) -> Result<HashSet<RecordKey>, ArchiveError> {
        let mut tx = self.lock().await;
        let mut found = HashSet::new();
        for chunk in keys.chunks(CHUNK) {
            let mut query = Query::new("SELECT r.key FROM record r WHERE r.state = 'live' AND r.kind = ");
            query.push_bind(kind.slug()).push(" AND r.key IN ");
            push_list(&mut query, chunk.iter().map(RecordKey::as_str));
            let rows = query.build().persistent(chunk.len() == CHUNK).fetch_all(&mut **tx).await?;
            for row in rows {
                found.insert(rows::key(row.try_get(0)?)?);
            }
        }
        Ok(found)
    }

    /// The next `limit` live records of `kind` after the key `after`, ordered by key.
    pub async fn page(
        &self,
        kind: Kind,
        after: Option<&RecordKey>,
        limit: u32,
    ) -> Result<Vec<Stored>, ArchiveError> {
        let mut query = Query::new("SELECT ");
        query.push(STORED).push(" FROM record r WHERE r.kind = ").push_bind(kind.slug());
        query.push(" AND r.key > ").push_bind(after.map_or("", RecordKey::as_str));
        query.push(" AND r.state = 'live' ORDER BY r.key LIMIT ").push_bind(i64::from(limit));
        let mut tx = self.lock().await;
        let rows = query.build().fetch_all(&mut **tx).await?;
        rows.iter().map(|row| rows::stored(self.archive().sealer(), row)).collect()
    }

    /// The columns of the live records of `kind` with these keys, ordered by key; nothing of where they come from.
    pub async fn fields(
        &self,
        kind: Kind,
        keys: &[RecordKey],
    ) -> Result<Vec<(RecordKey, Fields)>, ArchiveError> {
        self.select_fields("r.key", keys, kind).await
    }

    /// The columns of the live records of `kind` about these persons, ordered by key.
    pub async fn fields_of_persons(
        &self,
        persons: &[RecordKey],
        kind: Kind,
    ) -> Result<Vec<(RecordKey, Fields)>, ArchiveError> {
        self.select_fields("r.person", persons, kind).await
    }

    /// `column` is one of the two literals above.
    async fn select_fields(
        &self,
        column: &'static str,
        keys: &[RecordKey],
        kind: Kind,
    ) -> Result<Vec<(RecordKey, Fields)>, ArchiveError> {
        let mut keys: Vec<&str> = keys.iter().map(RecordKey::as_str).collect();
        keys.sort_unstable();
        keys.dedup();
        let mut found = Vec::new();
        let mut tx = self.lock().await;
        for chunk in keys.chunks(CHUNK) {
            let mut query =
                Query::new("SELECT r.key, r.body FROM record r WHERE r.state = 'live' AND r.kind = ");
            query.push_bind(kind.slug()).push(" AND ").push(column).push(" IN ");
            push_list(&mut query, chunk.iter().copied());
            let query = query.build().persistent(chunk.len() == CHUNK);
            each_row(query.fetch(&mut **tx), |row| {
                let record = RecordRef::new(kind, rows::key(row.try_get(0)?)?);
                let fields = self.archive().sealer().fields(&record, row.try_get(1)?)?;
                found.push((record.key, fields));
                Ok(())
            })
            .await?;
        }
        found.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        Ok(found)
    }

    /// `column` is one of the three literals above.
    async fn select(
        &self,
        column: &'static str,
        keys: &[RecordKey],
        kinds: &[Kind],
    ) -> Result<Vec<Stored>, ArchiveError> {
        let mut keys: Vec<&str> = keys.iter().map(RecordKey::as_str).collect();
        keys.sort_unstable();
        keys.dedup();
        let mut found = Vec::new();
        if kinds.is_empty() {
            return Ok(found);
        }
        let mut tx = self.lock().await;
        for chunk in keys.chunks(CHUNK) {
            let mut query = Query::new("SELECT ");
            query.push(STORED).push(" FROM record r WHERE r.state = 'live' AND r.kind IN ");
            push_list(&mut query, kinds.iter().map(|kind| kind.slug()));
            query.push(" AND ").push(column).push(" IN ");
            push_list(&mut query, chunk.iter().copied());
            let query = query.build().persistent(chunk.len() == CHUNK);
            each_row(query.fetch(&mut **tx), |row| {
                found.push(rows::stored(self.archive().sealer(), row)?);
                Ok(())
            })
            .await?;
        }
        found.sort_unstable_by(|a, b| a.record.cmp(&b.record));
        Ok(found)
    }
}
