//! Reading the current, live state of records. Older states are in `versions`.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use dossier::{Fields, Kind, RecordKey, RecordRef};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use crate::error::ArchiveError;
use crate::rows::{self, STORED};
use crate::snapshot::Snapshot;
use crate::sql::{CHUNK, Query, RowReader, push_list};

/// The columns of a record, and nothing of where they come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// Kind and key.
    pub record: RecordRef,
    /// The person it is about; for a person, itself.
    pub person: Option<RecordKey>,
    /// Its columns.
    pub fields: Fields,
}

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

    /// What `make` makes of the columns of the live records of `kind` with these keys, in the order of the keys.
    pub async fn columns<T: Send + 'static>(
        &self,
        kind: Kind,
        keys: &[RecordKey],
        make: impl Fn(Columns) -> T + Send + Sync + 'static,
    ) -> Result<Vec<T>, ArchiveError> {
        self.select_columns("r.key", keys, &[kind], make).await
    }

    /// What `make` makes of the columns of the live records of these kinds about these persons, ordered by kind and
    /// key.
    pub async fn columns_of_persons<T: Send + 'static>(
        &self,
        persons: &[RecordKey],
        kinds: &[Kind],
        make: impl Fn(Columns) -> T + Send + Sync + 'static,
    ) -> Result<Vec<T>, ArchiveError> {
        self.select_columns("r.person", persons, kinds, make).await
    }

    /// `column` is one of the two literals above.
    async fn select_columns<T: Send + 'static>(
        &self,
        column: &'static str,
        keys: &[RecordKey],
        kinds: &[Kind],
        make: impl Fn(Columns) -> T + Send + Sync + 'static,
    ) -> Result<Vec<T>, ArchiveError> {
        let archive = self.archive().clone();
        let read = move |row: &SqliteRow| {
            let record = rows::record(row.try_get(0)?, row.try_get(1)?)?;
            let fields = archive.sealer().fields(&record, row.try_get(3)?)?;
            let person = rows::optional_key(row.try_get(2)?)?;
            Ok((record.clone(), make(Columns { record, person, fields })))
        };
        let mut found = self.rows("r.kind, r.key, r.person, r.body", column, keys, kinds, read).await?;
        found.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        Ok(found.into_iter().map(|(_, made)| made).collect())
    }

    /// `column` is one of the three literals above.
    async fn select(
        &self,
        column: &'static str,
        keys: &[RecordKey],
        kinds: &[Kind],
    ) -> Result<Vec<Stored>, ArchiveError> {
        let archive = self.archive().clone();
        let read = move |row: &SqliteRow| rows::stored(archive.sealer(), row);
        let mut found = self.rows(STORED, column, keys, kinds, read).await?;
        found.sort_unstable_by(|a, b| a.record.cmp(&b.record));
        Ok(found)
    }

    /// What `read` makes of the `wanted` columns of live records, in no order.
    async fn rows<T: Send + 'static>(
        &self,
        wanted: &'static str,
        column: &'static str,
        keys: &[RecordKey],
        kinds: &[Kind],
        read: impl Fn(&SqliteRow) -> Result<T, ArchiveError> + Send + Sync + 'static,
    ) -> Result<Vec<T>, ArchiveError> {
        let mut keys: Vec<&str> = keys.iter().map(RecordKey::as_str).collect();
        keys.sort_unstable();
        keys.dedup();
        let mut reader = RowReader::by(read);
        if kinds.is_empty() {
            return Ok(Vec::new());
        }
        let mut tx = self.lock().await;
        for chunk in keys.chunks(CHUNK) {
            let mut query = Query::new("SELECT ");
            query.push(wanted).push(" FROM record r WHERE r.state = 'live' AND r.kind IN ");
            push_list(&mut query, kinds.iter().map(|kind| kind.slug()));
            query.push(" AND ").push(column).push(" IN ");
            push_list(&mut query, chunk.iter().copied());
            let query = query.build().persistent(chunk.len() == CHUNK);
            reader.take(query.fetch(&mut **tx)).await?;
        }
        drop(tx);
        reader.made().await
    }
}
