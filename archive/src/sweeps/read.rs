//! Reading for a sweep: bodies as they are stored, because hundreds of thousands are read and most columns
//! are never asked for; and which records have changed, with everybody they are or were about.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use dossier::{Kind, RecordKey, RecordRef, ValueType};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use crate::error::ArchiveError;
use crate::open::Archive;
use crate::rows;
use crate::snapshot::Snapshot;
use crate::sql::{CHUNK, Query, push_list};

/// A record as it is stored, sealed columns sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredBody {
    /// Which.
    pub record: RecordRef,
    /// The number of this version in the change log.
    pub seq: i64,
    /// The person it is about.
    pub person: Option<RecordKey>,
    /// The unit it is about.
    pub unit: Option<RecordKey>,
    /// Its columns as JSON.
    pub json: String,
}

/// A record that has changed, and whom it is about or was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedRecord {
    /// Which.
    pub record: RecordRef,
    /// Persons that its versions name, before and after.
    pub persons: BTreeSet<RecordKey>,
    /// Units that its versions name, before and after.
    pub units: BTreeSet<RecordKey>,
}

const COLUMNS: &str = "r.kind, r.key, r.seq, r.person, r.unit, r.body";

impl Archive {
    /// The version that the archive had just before `instant`; `None`: it knew nothing yet.
    pub async fn version_before(&self, instant: DateTime<Utc>) -> Result<Option<i64>, ArchiveError> {
        Ok(sqlx::query_scalar("SELECT MAX(seq) FROM record_version WHERE recorded_at < $1")
            .bind(instant.timestamp_millis())
            .fetch_one(self.readers())
            .await?)
    }

    /// The text of a sealed column of `record`; `None` where it does not open.
    pub fn unseal(&self, record: &RecordRef, slug: &str, sealed: &str) -> Option<String> {
        let value = self.sealer().open_json(&format!("{record}.{slug}"), sealed).ok()?;
        value.as_str().map(str::to_owned)
    }
}

impl Snapshot {
    /// The live records of these kinds about these persons, ordered by person.
    pub async fn bodies_of_persons(
        &self,
        persons: &[RecordKey],
        kinds: &[Kind],
    ) -> Result<Vec<StoredBody>, ArchiveError> {
        self.bodies_in("r.person", persons, kinds).await
    }

    /// The live records of these kinds about these units, ordered by unit.
    pub async fn bodies_of_units(
        &self,
        units: &[RecordKey],
        kinds: &[Kind],
    ) -> Result<Vec<StoredBody>, ArchiveError> {
        self.bodies_in("r.unit", units, kinds).await
    }

    /// All live records of these kinds, ordered by kind and key.
    pub async fn bodies_of_kinds(&self, kinds: &[Kind]) -> Result<Vec<StoredBody>, ArchiveError> {
        let mut query = Query::new("SELECT ");
        query.push(COLUMNS).push(" FROM record r WHERE r.state = 'live' AND r.kind IN ");
        push_list(&mut query, kinds.iter().map(|kind| kind.slug()));
        query.push(" ORDER BY r.kind, r.key");
        let mut tx = self.lock().await;
        query.build().fetch_all(&mut **tx).await?.iter().map(body).collect()
    }

    /// The versions with these numbers, live or not, whatever has come since; in the order of the numbers.
    pub async fn bodies_of_versions(&self, seqs: &[i64]) -> Result<Vec<StoredBody>, ArchiveError> {
        let mut found = Vec::with_capacity(seqs.len());
        let mut tx = self.lock().await;
        for chunk in seqs.chunks(CHUNK) {
            let mut query = Query::new(
                "SELECT v.kind, v.key, v.seq, NULL, NULL, v.body FROM record_version v WHERE v.seq IN ",
            );
            push_list(&mut query, chunk.iter().copied());
            query.push(" ORDER BY v.seq");
            for row in query.build().persistent(false).fetch_all(&mut **tx).await? {
                let mut body = body(&row)?;
                (body.person, body.unit) = subjects(&body.record, &body.json);
                found.push(body);
            }
        }
        Ok(found)
    }

    /// The records that have changed after the number `seq`, each once.
    pub async fn changed_records(&self, seq: i64) -> Result<Vec<ChangedRecord>, ArchiveError> {
        let mut tx = self.lock().await;
        let since = sqlx::query("SELECT v.kind, v.key, v.body FROM record_version v WHERE v.seq > $1")
            .bind(seq)
            .fetch_all(&mut **tx)
            .await?;
        let mut found: BTreeMap<RecordRef, ChangedRecord> = BTreeMap::new();
        for row in &since {
            take(&mut found, row)?;
        }
        // and of each the version that stood before; one question each, because one for all reads the whole log
        let before = "SELECT v.kind, v.key, v.body FROM record_version v \
                      WHERE v.kind = $1 AND v.key = $2 AND v.seq <= $3 ORDER BY v.seq DESC LIMIT 1";
        for record in found.keys().cloned().collect::<Vec<_>>() {
            let row = sqlx::query(before)
                .bind(record.kind.slug())
                .bind(record.key.as_str())
                .bind(seq)
                .fetch_optional(&mut **tx)
                .await?;
            if let Some(row) = row {
                take(&mut found, &row)?;
            }
        }
        Ok(found.into_values().collect())
    }

    /// Who holds or held a post in one of these units, in order.
    pub async fn persons_with_posts_in(&self, units: &[RecordKey]) -> Result<Vec<RecordKey>, ArchiveError> {
        let mut found = BTreeSet::new();
        let mut tx = self.lock().await;
        for chunk in units.chunks(CHUNK) {
            let mut query = Query::new(
                "SELECT DISTINCT r.person FROM record r WHERE r.state = 'live' AND r.kind = 'post' \
                 AND r.person IS NOT NULL AND r.unit IN ",
            );
            push_list(&mut query, chunk.iter().map(RecordKey::as_str));
            for row in query.build().persistent(false).fetch_all(&mut **tx).await? {
                found.insert(rows::key(row.try_get(0)?)?);
            }
        }
        Ok(found.into_iter().collect())
    }

    /// `column` is one of the two literals above.
    async fn bodies_in(
        &self,
        column: &'static str,
        keys: &[RecordKey],
        kinds: &[Kind],
    ) -> Result<Vec<StoredBody>, ArchiveError> {
        let mut keys: Vec<&str> = keys.iter().map(RecordKey::as_str).collect();
        keys.sort_unstable();
        keys.dedup();
        let mut found = Vec::new();
        let mut tx = self.lock().await;
        for chunk in keys.chunks(CHUNK) {
            let mut query = Query::new("SELECT ");
            query.push(COLUMNS).push(" FROM record r WHERE r.state = 'live' AND r.kind IN ");
            push_list(&mut query, kinds.iter().map(|kind| kind.slug()));
            query.push(" AND ").push(column).push(" IN ");
            push_list(&mut query, chunk.iter().copied());
            query.push(" ORDER BY ").push(column);
            for row in query.build().persistent(false).fetch_all(&mut **tx).await? {
                found.push(body(&row)?);
            }
        }
        Ok(found)
    }
}

/// Adds whom a version of a record is about.
fn take(found: &mut BTreeMap<RecordRef, ChangedRecord>, row: &SqliteRow) -> Result<(), ArchiveError> {
    let record = rows::record(row.try_get(0)?, row.try_get(1)?)?;
    let (person, unit) = subjects(&record, row.try_get(2)?);
    let entry = found.entry(record.clone()).or_insert_with(|| ChangedRecord {
        record,
        persons: BTreeSet::new(),
        units: BTreeSet::new(),
    });
    entry.persons.extend(person);
    entry.units.extend(unit);
    Ok(())
}

fn body(row: &SqliteRow) -> Result<StoredBody, ArchiveError> {
    Ok(StoredBody {
        record: rows::record(row.try_get(0)?, row.try_get(1)?)?,
        seq: row.try_get(2)?,
        person: rows::optional_key(row.try_get(3)?)?,
        unit: rows::optional_key(row.try_get(4)?)?,
        json: row.try_get(5)?,
    })
}

/// The person and the unit that a stored body names, as its declaration says; references are never sealed.
fn subjects(record: &RecordRef, json: &str) -> (Option<RecordKey>, Option<RecordKey>) {
    let declaration = record.kind.declaration();
    let body: serde_json::Value = serde_json::from_str(json).unwrap_or_default();
    let named = |slug: Option<&'static str>| {
        let slug = slug?;
        if declaration.column(slug).is_some_and(|column| matches!(column.value, ValueType::Key)) {
            return Some(record.key.clone());
        }
        body.get(slug)?.as_str().and_then(|text| RecordKey::new(text).ok())
    };
    (named(declaration.person), named(declaration.unit))
}
