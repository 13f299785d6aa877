//! Reading whole dossiers for a full sweep: all records about a person in one row, because what a row costs on its
//! way from the database is more than what it holds; and views side by side, so that two cores read.

use dossier::{Kind, RecordKey};
use sqlx::Row as _;
use sqlx::sqlite::{SqlitePoolOptions, SqliteRow};

use crate::error::ArchiveError;
use crate::open::past_reader;
use crate::rows;
use crate::snapshot::Snapshot;
use crate::sql::{Query, push_list};

/// Between the parts of a record and between records. Keys hold no control characters, and JSON escapes them.
const FIELD: &str = "\u{1f}";
const RECORD: &str = "\u{1e}";

/// The live records about one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedDossier {
    /// The person.
    pub person: RecordKey,
    packed: String,
}

/// One record of it, as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PackedRecord<'a> {
    /// What it is.
    pub kind: Kind,
    /// Its key.
    pub key: &'a str,
    /// The number of this version in the change log.
    pub seq: i64,
    /// Its columns as JSON, sealed columns sealed.
    pub json: &'a str,
}

impl PackedDossier {
    /// The records, in no order.
    pub fn records(&self) -> impl Iterator<Item = Result<PackedRecord<'_>, ArchiveError>> {
        self.packed.split(RECORD).map(|record| {
            let mut parts = record.splitn(4, FIELD);
            let mut part = || parts.next().ok_or_else(damaged);
            let (kind, key, seq, json) = (part()?, part()?, part()?, part()?);
            let seq = seq.parse().map_err(|_| damaged())?;
            Ok(PackedRecord { kind: rows::kind(kind)?, key, seq, json })
        })
    }
}

fn damaged() -> ArchiveError {
    ArchiveError::Damaged("a packed record lacks a part".to_owned())
}

impl Snapshot {
    /// Another view of the same version, on a connection of its own. `None`: the archive has gone on since, or
    /// this view is of the past or narrowed.
    pub async fn twin(&self) -> Result<Option<Snapshot>, ArchiveError> {
        if self.changed_texts().is_some() || self.narrowing().is_some() {
            return Ok(None);
        }
        let pool = SqlitePoolOptions::new().max_connections(1);
        let pool = pool.connect_with(past_reader(self.archive().dir())).await?;
        let mut tx = pool.begin().await?;
        let version: i64 = sqlx::query_scalar("SELECT COALESCE(MAX(seq), 0) FROM record_version")
            .fetch_one(&mut *tx)
            .await?;
        Ok((version == self.version()).then(|| Snapshot::beside(self.archive().clone(), version, tx)))
    }

    /// Keys that part the persons into ranges of about `persons` each, in order.
    pub async fn person_bounds(&self, persons: u32) -> Result<Vec<RecordKey>, ArchiveError> {
        let mut tx = self.lock().await;
        sqlx::query(
            "SELECT key FROM (SELECT key, ROW_NUMBER() OVER (ORDER BY key) AS place FROM record \
             WHERE kind = 'person') numbered WHERE place % $1 = 0 ORDER BY key",
        )
        .bind(i64::from(persons.max(1)))
        .fetch_all(&mut **tx)
        .await?
        .iter()
        .map(|row| rows::key(row.try_get(0)?))
        .collect()
    }

    /// The dossiers of the persons after `after` up to `last`, in their order; without `last`: of all after it.
    pub async fn packed_between(
        &self,
        after: Option<&RecordKey>,
        last: Option<&RecordKey>,
        kinds: &[Kind],
    ) -> Result<Vec<PackedDossier>, ArchiveError> {
        let mut query = Query::new("SELECT r.person, string_agg(r.kind || ");
        query.push_bind(FIELD).push(" || r.key || ").push_bind(FIELD).push(" || CAST(r.seq AS TEXT) || ");
        query.push_bind(FIELD).push(" || r.body, ").push_bind(RECORD);
        query.push(") FROM record r WHERE r.person > ").push_bind(after.map_or("", RecordKey::as_str));
        if let Some(last) = last {
            query.push(" AND r.person <= ").push_bind(last.as_str());
        }
        // as an expression, so that the planner walks the index by person and not one by kind
        query.push(" AND r.state = 'live' AND (r.kind || '') IN ");
        push_list(&mut query, kinds.iter().map(|kind| kind.slug()));
        query.push(" GROUP BY r.person ORDER BY r.person");
        let mut tx = self.lock().await;
        query.build().fetch_all(&mut **tx).await?.iter().map(packed).collect()
    }
}

fn packed(row: &SqliteRow) -> Result<PackedDossier, ArchiveError> {
    Ok(PackedDossier { person: rows::key(row.try_get(0)?)?, packed: row.try_get(1)? })
}
