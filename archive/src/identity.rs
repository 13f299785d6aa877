//! Look-up by identity number through its keyed hash: the database never holds the number in clear,
//! and without the archive's key nobody can try numbers against it.

use std::collections::HashMap;

use dossier::citizen_id::CitizenId;
use dossier::{Fields, Kind, RecordRef, ValueType};
use sqlx::{Row as _, SqliteConnection};

use crate::cores::each_row;
use crate::error::ArchiveError;
use crate::lookups::distinct;
use crate::rows;
use crate::seal::Sealer;
use crate::snapshot::Snapshot;
use crate::sql::{CHUNK, Query, insert_all, push_list, select_in};

/// A record that holds an identity number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityHit {
    /// The canonical number that was asked for.
    pub id: String,
    /// The record.
    pub record: RecordRef,
    /// Its column.
    pub slug: String,
}

impl Snapshot {
    /// The live records in which one of these canonical (18-digit) numbers stands.
    pub async fn records_by_identity(&self, canonical: &[String]) -> Result<Vec<IdentityHit>, ArchiveError> {
        let hash = |id: &&str| self.archive().identity_hash(id);
        let ids = distinct(canonical);
        let by_hash: HashMap<String, &str> =
            each_row(&ids, hash).into_iter().zip(ids.iter().copied()).collect();
        // In the order of the index: those of one list that are near to each other lie on one page.
        let mut hashes: Vec<&str> = by_hash.keys().map(String::as_str).collect();
        hashes.sort_unstable();
        let mut tx = self.lock().await;
        let head = "SELECT hash, kind, key, slug FROM identity WHERE hash IN ";
        let mut hits = Vec::new();
        for row in select_in(&mut tx, head, &hashes, "").await? {
            if let Some(&id) = by_hash.get(row.try_get::<&str, _>(0)?) {
                let record = rows::record(row.try_get(1)?, row.try_get(2)?)?;
                hits.push(IdentityHit { id: id.to_owned(), record, slug: row.try_get(3)? });
            }
        }
        hits.sort_by(|a, b| (&a.id, &a.record, &a.slug).cmp(&(&b.id, &b.record, &b.slug)));
        Ok(hits)
    }
}

/// Whether records of this kind have an identity number.
pub(crate) fn holds_identities(kind: Kind) -> bool {
    kind.declaration().columns.iter().any(|column| matches!(column.value, ValueType::CitizenId))
}

/// The keyed hashes of a record's identity numbers, with their columns.
pub(crate) fn hashes(sealer: &Sealer, record: &RecordRef, fields: &Fields) -> Vec<(String, &'static str)> {
    let columns = record.kind.declaration().columns.iter();
    columns
        .filter(|column| matches!(column.value, ValueType::CitizenId))
        .filter_map(|column| {
            let id = CitizenId::parse(fields.text(column.slug)?).ok()?;
            Some((sealer.identity_hash(&id.canonical()), column.slug))
        })
        .collect()
}

/// Puts the hashes of these live records in; they have none yet.
pub(crate) async fn remember(
    connection: &mut SqliteConnection,
    sealer: &Sealer,
    records: &[(&RecordRef, &Fields)],
) -> Result<(), ArchiveError> {
    let mut rows = Vec::new();
    for &(record, fields) in records {
        rows.extend(hashes(sealer, record, fields).into_iter().map(|(hash, slug)| (hash, record, slug)));
    }
    let head = "INSERT INTO identity (hash, kind, key, slug) ";
    insert_all(connection, head, &rows, "", |values, (hash, record, slug)| {
        values
            .push_bind(hash.as_str())
            .push_bind(record.kind.slug())
            .push_bind(record.key.as_str())
            .push_bind(*slug);
    })
    .await
}

/// Adds the hashes that these records of `kind` have to `held`, as `hash slug`.
pub(crate) async fn held(
    connection: &mut SqliteConnection,
    kind: Kind,
    keys: &[&str],
    held: &mut HashMap<String, Vec<String>>,
) -> Result<(), ArchiveError> {
    if !holds_identities(kind) {
        return Ok(());
    }
    for chunk in keys.chunks(CHUNK) {
        let mut query = Query::new("SELECT key, hash, slug FROM identity WHERE kind = ");
        query.push_bind(kind.slug()).push(" AND key IN ");
        push_list(&mut query, chunk.iter().copied());
        for row in query.build().persistent(chunk.len() == CHUNK).fetch_all(&mut *connection).await? {
            let line = format!("{} {}", row.try_get::<&str, _>(1)?, row.try_get::<&str, _>(2)?);
            held.entry(row.try_get(0)?).or_default().push(line);
        }
    }
    Ok(())
}
