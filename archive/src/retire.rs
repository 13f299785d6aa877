//! What a replacing import retires: live records of its source, in the tables of its files, that it did
//! not bring. They stay in the archive as retired versions.

use std::collections::BTreeMap;

use dossier::{Kind, RecordRef};
use serde::Serialize;
use sqlx::{Row as _, SqliteConnection};

use crate::act::Act;
use crate::error::ArchiveError;
use crate::files;
use crate::import::ImportRun;
use crate::import_log::ImportMode;
use crate::open::Archive;
use crate::past::{self, Standing};
use crate::rows;
use crate::sql::count;
use crate::store;

/// What was retired, or in a dry run would be.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Retired {
    /// By table; tables without any are left out.
    pub by_kind: BTreeMap<Kind, u64>,
    /// Live records of the source in the tables of the files, before.
    pub of: u64,
    /// Whether it is more than 10 %, so that a person has to confirm it.
    pub needs_confirmation: bool,
}

impl Retired {
    /// All tables together.
    pub fn total(&self) -> u64 {
        self.by_kind.values().sum()
    }
}

/// The records that are absent from a replacing import.
#[derive(Debug, Default)]
pub(crate) struct Absent {
    records: Vec<RecordRef>,
    of: u64,
    replaces_texts: bool,
    source: String,
}

impl Absent {
    pub(crate) fn retired(&self) -> Retired {
        let mut by_kind: BTreeMap<Kind, u64> = BTreeMap::new();
        for record in &self.records {
            *by_kind.entry(record.kind).or_default() += 1;
        }
        let needs_confirmation = self.records.len() as u64 * 10 > self.of;
        Retired { by_kind, of: self.of, needs_confirmation }
    }
}

/// Finds them; for an adding import, none.
pub(crate) async fn absent(
    run: &ImportRun,
    connection: &mut SqliteConnection,
) -> Result<Absent, ArchiveError> {
    let mut found = Absent::default();
    match run.start.mode {
        ImportMode::Add => return Ok(found),
        ImportMode::Replace => {}
    }
    found.source.clone_from(&run.start.source);
    found.replaces_texts = run.covered.contains(&Kind::Text);
    for &kind in &run.covered {
        let rows = sqlx::query(
            "SELECT key, COALESCE(asserted_by, 0) FROM record \
             WHERE kind = $1 AND source = $2 AND state = 'live' ORDER BY key",
        )
        .bind(kind.slug())
        .bind(&run.start.source)
        .fetch_all(&mut *connection)
        .await?;
        for row in rows {
            let record = RecordRef::new(kind, rows::key(row.try_get(0)?)?);
            let asserted_by: i64 = row.try_get(1)?;
            found.of += 1;
            let brought = match run.id {
                Some(id) => asserted_by == id,
                None => run.imagined.contains_key(&record) || run.imagined_kept.contains(&record),
            };
            if !brought {
                found.records.push(record);
            }
        }
    }
    if run.id.is_some() {
        // records that this run brought anew are no loss: the guard is about what was there before
        found.of = found.of.saturating_sub(new_in(run, connection).await?);
    }
    Ok(found)
}

/// Live records of covered tables that this import itself brought and that had no version before.
async fn new_in(run: &ImportRun, connection: &mut SqliteConnection) -> Result<u64, ArchiveError> {
    let mut new = 0;
    for &kind in &run.covered {
        let of_kind: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM record WHERE import_id = $1 AND kind = $2 AND version = 1 AND state = 'live'",
        )
        .bind(run.id)
        .bind(kind.slug())
        .fetch_one(&mut *connection)
        .await?;
        new += count(of_kind);
    }
    Ok(new)
}

/// Retires them in the name of import `id`.
pub(crate) async fn retire(
    act: &mut Act,
    archive: &Archive,
    id: i64,
    absent: &Absent,
) -> Result<(), ArchiveError> {
    let sealer = archive.sealer();
    for chunk in absent.records.chunks(past::CHUNK) {
        let standing = past::standing(act.connection(), sealer, chunk).await?;
        let reason = format!("absent from replacing import {id}");
        let versions: Vec<_> =
            standing.into_iter().map(|standing: Standing| standing.retire(Some(id), &reason)).collect();
        store::write(act, sealer, &versions).await?;
    }
    if absent.replaces_texts {
        files::replace_absent(act, &absent.source, id).await?;
    }
    Ok(())
}
