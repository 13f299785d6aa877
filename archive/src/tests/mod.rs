//! The archive as its callers see it: a folder, imports into it, questions to it. What is set up here is
//! shared by the files beside; what a single file needs stands there.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod accounts;
mod as_of;
mod attachments;
mod audit;
mod changes;
mod clearance_acts;
mod clearances;
mod concurrent;
mod conflicts;
mod decisions;
mod decisions_joined;
mod files;
mod folder;
mod imports;
mod interrupted;
mod papers;
mod plans;
mod reading;
mod reminders;
mod replace;
mod rotate;
mod saved_searches;
mod scopes;
mod sealed;
mod undo;
mod upkeep;
mod verify;
mod vouchers;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use dossier::{Draft, Fields, Kind, RecordKey, RecordRef, Value};
use serde_json::json;
use tempfile::TempDir;

use crate::{
    Archive, ArchiveError, BatchOutcome, ImportMode, ImportRun, ImportStart, Incoming, IncomingText,
    OPERATOR, OpenOptions, Retired, Tally,
};

/// An instant of the tests; they never ask a clock.
pub(crate) fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000 + second, 0).unwrap()
}

/// An archive in a folder that goes with it.
pub(crate) struct Office {
    pub(crate) archive: Archive,
    pub(crate) folder: TempDir,
}

pub(crate) async fn office() -> Office {
    let folder = tempfile::tempdir().unwrap();
    let archive = open(&folder).await.unwrap();
    Office { archive, folder }
}

pub(crate) async fn open(folder: &TempDir) -> Result<Archive, ArchiveError> {
    Archive::open(folder.path(), &OpenOptions::default(), at(0)).await
}

impl Office {
    /// Another handle on the same folder, as another process would have it.
    pub(crate) async fn second_handle(&self) -> Archive {
        open(&self.folder).await.unwrap()
    }

    /// One whole import in one batch.
    pub(crate) async fn import(&self, start: ImportStart, batch: Vec<Incoming>) -> Imported {
        import(&self.archive, start, batch).await.unwrap()
    }

    pub(crate) async fn add(&self, batch: Vec<Incoming>) -> Imported {
        self.import(adding("甲"), batch).await
    }
}

pub(crate) struct Imported {
    pub(crate) id: i64,
    pub(crate) outcome: BatchOutcome,
    pub(crate) retired: Retired,
}

pub(crate) async fn import(
    archive: &Archive,
    start: ImportStart,
    batch: Vec<Incoming>,
) -> Result<Imported, ArchiveError> {
    let mut run: ImportRun = archive.begin_import(start, at(10)).await?;
    let outcome = run.put(batch, at(11)).await?;
    let retired = run.finish(&json!({ "rows": outcome.tables.len() }), at(12)).await?;
    Ok(Imported { id: run.id().unwrap_or_default(), outcome, retired })
}

pub(crate) fn adding(source: &str) -> ImportStart {
    ImportStart {
        source: source.to_owned(),
        mode: ImportMode::Add,
        fingerprint: format!("files of {source}"),
        actor: OPERATOR.to_owned(),
        dry_run: false,
        confirm_retire: false,
    }
}

pub(crate) fn replacing(source: &str) -> ImportStart {
    ImportStart { mode: ImportMode::Replace, ..adding(source) }
}

pub(crate) fn key(text: &str) -> RecordKey {
    RecordKey::new(text).unwrap()
}

pub(crate) fn keys(texts: &[&str]) -> Vec<RecordKey> {
    texts.iter().map(|text| key(text)).collect()
}

pub(crate) fn reference(kind: Kind, text: &str) -> RecordRef {
    RecordRef::new(kind, key(text))
}

/// A row of a table; an empty key is none. `；` separates the items of a list.
pub(crate) fn row(kind: Kind, row_key: &str, cells: &[(&str, &str)]) -> Incoming {
    Incoming::Record(draft(kind, row_key, cells))
}

pub(crate) fn draft(kind: Kind, row_key: &str, cells: &[(&str, &str)]) -> Draft {
    let mut fields = Fields::new();
    for (slug, text) in cells {
        let value = match *slug {
            "former_names" | "aliases" | "persons" => {
                Value::List(text.split('；').map(str::to_owned).collect())
            }
            _ => Value::Text((*text).to_owned()),
        };
        fields.set(slug, value);
    }
    Draft { kind, key: (!row_key.is_empty()).then(|| key(row_key)), fields }
}

pub(crate) fn person(row_key: &str, name: &str) -> Incoming {
    row(Kind::Person, row_key, &[("name", name)])
}

pub(crate) fn text(row_key: &str, title: &str, content: &str) -> IncomingText {
    IncomingText {
        draft: draft(Kind::Text, row_key, &[("title", title)]),
        content: content.to_owned(),
        extractor: "txt/1".to_owned(),
        file_sha256: None,
    }
}

pub(crate) fn tallies(of: &[(Kind, u64, u64, u64)]) -> BTreeMap<Kind, Tally> {
    of.iter().map(|&(kind, new, changed, unchanged)| (kind, Tally { new, changed, unchanged })).collect()
}

/// Everything live: `kind:key` and the columns, as an export would see it.
pub(crate) async fn contents(archive: &Archive) -> Vec<(String, Fields)> {
    let snapshot = archive.snapshot().await.unwrap();
    let mut all = Vec::new();
    for &kind in Kind::ALL {
        for stored in snapshot.page(kind, None, 10_000).await.unwrap() {
            all.push((stored.record.to_string(), stored.fields));
        }
    }
    all
}

/// The live persons by key, with their names.
pub(crate) async fn names(archive: &Archive) -> Vec<(String, String)> {
    let persons = archive.snapshot().await.unwrap().page(Kind::Person, None, 10_000).await.unwrap();
    let name = |stored: &crate::Stored| stored.fields.text("name").unwrap_or_default().to_owned();
    persons.iter().map(|stored| (stored.record.key.to_string(), name(stored))).collect()
}

#[track_caller]
pub(crate) fn same_names(actual: &[(String, String)], expected: &[(&str, &str)]) {
    let actual: Vec<(&str, &str)> = actual.iter().map(|(key, name)| (key.as_str(), name.as_str())).collect();
    assert_eq!(actual, expected);
}

/// Alters the database behind the program's back.
pub(crate) async fn tamper(office: &Office, sql: &'static str) {
    let rows = sqlx::query(sql).execute(office.archive.writer()).await.unwrap().rows_affected();
    assert!(rows > 0, "{sql} changed nothing");
}
