//! Taking one import back. Nothing is erased: what the import wrote last gets a new version with the
//! content before it, and what it brought anew is retired. What somebody changed or brought again since
//! is left alone, and named.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use dossier::RecordRef;
use serde_json::json;
use sqlx::{Row as _, SqliteConnection};

use crate::act::Act;
use crate::error::ArchiveError;
use crate::files;
use crate::import_lock;
use crate::import_log::{self, ImportMode, ImportState};
use crate::open::Archive;
use crate::past;
use crate::rows;
use crate::store;

/// What an undo did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UndoOutcome {
    /// Records that have their earlier content again.
    pub restored: u64,
    /// Records that the import had brought, now retired.
    pub retired: u64,
    /// Unread files of the import that are not listed as failed any more.
    pub files: u64,
    /// Records left alone: changed since, or brought again by a later import.
    pub skipped: Vec<RecordRef>,
}

impl Archive {
    /// Takes import `import` back: a complete one, or one that was interrupted.
    pub async fn undo(
        &self,
        import: i64,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<UndoOutcome, ArchiveError> {
        let _lock = import_lock::take(self.dir()).await?;
        let mut act = Act::begin(self, actor, now).await?;
        import_log::mark_abandoned(&mut act).await?;
        may_be_undone(act.connection(), import).await?;
        let mut outcome =
            UndoOutcome { skipped: changed_since(act.connection(), import).await?, ..Default::default() };
        let candidates = written_last(act.connection(), import).await?;
        let since = since(act.connection(), import).await?;
        for chunk in candidates.chunks(past::CHUNK) {
            self.undo_chunk(&mut act, import, chunk, &since, &mut outcome).await?;
        }
        outcome.files = files::undo(&mut act, import).await?;
        import_log::set_state(&mut act, import, ImportState::Undone).await?;
        let counts = json!({
            "restored": outcome.restored, "retired": outcome.retired, "skipped": outcome.skipped.len(),
        });
        act.audit("import.undo", &import.to_string(), &counts).await?;
        act.commit().await?;
        outcome.skipped.sort_unstable();
        Ok(outcome)
    }

    async fn undo_chunk(
        &self,
        act: &mut Act,
        import: i64,
        records: &[RecordRef],
        since: &Since,
        outcome: &mut UndoOutcome,
    ) -> Result<(), ArchiveError> {
        let sealer = self.sealer();
        let reason = format!("undo of import {import}");
        let mut earlier = past::before_import(act.connection(), sealer, records, import).await?;
        let mut versions = Vec::new();
        for standing in past::standing(act.connection(), sealer, records).await? {
            let brought_again = standing.asserted_by.is_some_and(|later| since.complete.contains(&later));
            if brought_again || (!standing.live && since.replaced.contains(standing.record.kind.slug())) {
                outcome.skipped.push(standing.record);
                continue;
            }
            versions.push(match earlier.remove(&standing.record) {
                Some(content) => standing.restore(content, &reason),
                None => standing.retire(None, &reason),
            });
        }
        let live = versions.iter().filter(|version| version.live).count() as u64;
        outcome.restored += live;
        outcome.retired += versions.len() as u64 - live;
        store::write(act, sealer, &versions).await
    }
}

async fn may_be_undone(connection: &mut SqliteConnection, import: i64) -> Result<(), ArchiveError> {
    let state: Option<String> = sqlx::query_scalar("SELECT state FROM import WHERE id = $1")
        .bind(import)
        .fetch_optional(connection)
        .await?;
    let state = state.ok_or(ArchiveError::NoSuchImport(import))?;
    match ImportState::read(&state)? {
        ImportState::Complete | ImportState::Interrupted => Ok(()),
        state @ (ImportState::Running | ImportState::Superseded | ImportState::Undone) => {
            Err(ArchiveError::NotUndoable { import, state: state.word() })
        }
    }
}

/// The records whose standing version came from this import.
async fn written_last(
    connection: &mut SqliteConnection,
    import: i64,
) -> Result<Vec<RecordRef>, ArchiveError> {
    sqlx::query("SELECT kind, key FROM record WHERE import_id = $1 ORDER BY kind, key")
        .bind(import)
        .fetch_all(connection)
        .await?
        .iter()
        .map(|row| rows::record(row.try_get(0)?, row.try_get(1)?))
        .collect()
}

/// The records that this import wrote and somebody else after it.
async fn changed_since(
    connection: &mut SqliteConnection,
    import: i64,
) -> Result<Vec<RecordRef>, ArchiveError> {
    sqlx::query(
        "SELECT DISTINCT v.kind, v.key FROM record_version v \
         JOIN record r ON r.kind = v.kind AND r.key = v.key \
         WHERE v.import_id = $1 AND (r.import_id IS NULL OR r.import_id <> $1)",
    )
    .bind(import)
    .fetch_all(connection)
    .await?
    .iter()
    .map(|row| rows::record(row.try_get(0)?, row.try_get(1)?))
    .collect()
}

/// What the complete imports after `import` say.
struct Since {
    complete: HashSet<i64>,
    /// Slugs of the tables that a later replace of the same source covers: what it did not bring is to
    /// stay retired.
    replaced: HashSet<String>,
}

async fn since(connection: &mut SqliteConnection, import: i64) -> Result<Since, ArchiveError> {
    let later: Vec<(i64, String, Option<String>)> = sqlx::query_as(
        "SELECT l.id, l.mode, CASE WHEN l.source = i.source THEN l.covers END FROM import l, import i \
         WHERE i.id = $1 AND l.id > i.id AND l.state = 'complete'",
    )
    .bind(import)
    .fetch_all(connection)
    .await?;
    let mut since = Since { complete: HashSet::new(), replaced: HashSet::new() };
    for (id, mode, covers) in later {
        since.complete.insert(id);
        match ImportMode::read(&mode)? {
            ImportMode::Add => {}
            ImportMode::Replace => {
                since
                    .replaced
                    .extend(covers.iter().flat_map(|covers| covers.split_whitespace()).map(str::to_owned));
            }
        }
    }
    Ok(since)
}
