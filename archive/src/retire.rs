//! What a replacing import retires: live records that its source held, in the tables of its files, that
//! it did not bring and that no other source holds. They stay in the archive as retired versions; where
//! another source does hold the record, only this source's voucher is withdrawn.

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
use crate::sql::{Query, push_list};
use crate::store;

/// What was retired, or in a dry run would be.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Retired {
    /// By table; tables without any are left out.
    pub by_kind: BTreeMap<Kind, u64>,
    /// Live records that the source held in the tables of the files, before.
    pub of: u64,
    /// Whether it is more than 10 % of any table, so that a person has to confirm it.
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
    /// Nobody else holds them.
    records: Vec<RecordRef>,
    /// What the source no longer holds: all of `records`, and what another source still holds.
    withdrawn: Vec<RecordRef>,
    tables: BTreeMap<Kind, Share>,
    replaces_texts: bool,
    source: String,
}

/// What of one table would be retired.
#[derive(Debug, Clone, Copy, Default)]
struct Share {
    count: u64,
    of: u64,
}

impl Share {
    /// Each table by itself: a small one emptied must not hide behind a large one that is whole.
    fn beyond_guard(self) -> bool {
        self.count * 10 > self.of
    }
}

impl Absent {
    pub(crate) fn retired(&self) -> Retired {
        let counts = self.tables.iter().map(|(&kind, share)| (kind, share.count));
        Retired {
            by_kind: counts.filter(|&(_, count)| count > 0).collect(),
            of: self.tables.values().map(|share| share.of).sum(),
            needs_confirmation: self.tables.values().any(|share| share.beyond_guard()),
        }
    }

    /// `(would be retired, of)` in the tables where it is more than 10 %.
    pub(crate) fn beyond_guard(&self) -> (u64, u64) {
        let beyond = self.tables.values().filter(|share| share.beyond_guard());
        beyond.fold((0, 0), |(count, of), share| (count + share.count, of + share.of))
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
        for held in held(connection, kind, &run.start.source).await? {
            let share = found.tables.entry(kind).or_default();
            let brought = match run.id {
                Some(id) => held.asserted_by == id || held.last_import == id,
                None => run.imagined.contains_key(&held.record) || run.imagined_kept.contains(&held.record),
            };
            // what this run itself brought anew is no loss: the guard is about what was there before
            share.of += u64::from(run.id.is_none_or(|id| held.first_import != id));
            if brought {
                continue;
            }
            if !held.elsewhere {
                share.count += 1;
                found.records.push(held.record.clone());
            }
            found.withdrawn.push(held.record);
        }
    }
    Ok(found)
}

/// A live record that a source holds.
struct Held {
    record: RecordRef,
    asserted_by: i64,
    first_import: i64,
    last_import: i64,
    /// Another source holds it too.
    elsewhere: bool,
}

/// What a source holds in a table: what it vouches for. What a person typed in for a file has no voucher;
/// it belongs to the file's source, and no other source's replace retires it.
async fn held(
    connection: &mut SqliteConnection,
    kind: Kind,
    source: &str,
) -> Result<Vec<Held>, ArchiveError> {
    let rows = sqlx::query(
        "SELECT r.key, COALESCE(r.asserted_by, 0), COALESCE(v.first_import, 0), COALESCE(v.last_import, 0), \
         CASE WHEN (r.import_id IS NULL AND r.source <> $2) OR EXISTS ( \
             SELECT 1 FROM voucher o WHERE o.kind = r.kind AND o.key = r.key AND o.source <> $2 \
             AND o.withdrawn_by IS NULL) THEN 1 ELSE 0 END \
         FROM record r LEFT JOIN voucher v ON v.kind = r.kind AND v.key = r.key AND v.source = $2 \
         WHERE r.kind = $1 AND r.state = 'live' AND v.withdrawn_by IS NULL \
         AND (v.source IS NOT NULL OR r.source = $2) ORDER BY r.key",
    )
    .bind(kind.slug())
    .bind(source)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Held {
                record: RecordRef::new(kind, rows::key(row.try_get(0)?)?),
                asserted_by: row.try_get(1)?,
                first_import: row.try_get(2)?,
                last_import: row.try_get(3)?,
                elsewhere: row.try_get::<i64, _>(4)? != 0,
            })
        })
        .collect()
}

/// Retires them in the name of import `id`.
pub(crate) async fn retire(
    act: &mut Act,
    archive: &Archive,
    id: i64,
    absent: &Absent,
) -> Result<(), ArchiveError> {
    let sealer = archive.sealer();
    withdraw(act, id, absent).await?;
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

/// The source no longer vouches for what it did not bring. The vouchers stay, marked: undoing the import
/// gives them back.
async fn withdraw(act: &mut Act, id: i64, absent: &Absent) -> Result<(), ArchiveError> {
    for records in absent.withdrawn.chunk_by(|one, next| one.kind == next.kind) {
        for chunk in records.chunks(past::CHUNK) {
            let mut query = Query::new("UPDATE voucher SET withdrawn_by = ");
            query.push_bind(id).push(" WHERE source = ").push_bind(&absent.source);
            query.push(" AND kind = ").push_bind(chunk[0].kind.slug()).push(" AND key IN ");
            push_list(&mut query, chunk.iter().map(|record| record.key.as_str()));
            query.build().persistent(chunk.len() == past::CHUNK).execute(act.connection()).await?;
        }
    }
    Ok(())
}
