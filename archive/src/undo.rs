//! Taking one import back. Nothing is erased: what the import wrote last gets a new version with the
//! content before it, and what it brought anew is retired. What somebody changed or brought again since
//! is left alone, and named; so is what another import still vouches for. If in doubt, a record stays.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};
use dossier::{Kind, RecordRef};
use serde_json::json;
use sqlx::{Row as _, SqliteConnection};

use crate::act::Act;
use crate::conflict_settle;
use crate::error::ArchiveError;
use crate::files;
use crate::import_lock;
use crate::import_log::{self, ImportMode, ImportState};
use crate::open::Archive;
use crate::past;
use crate::rows;
use crate::sql::{Query, push_list};
use crate::store::{self, Before};

/// What an undo did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UndoOutcome {
    /// Records that have their earlier content again.
    pub restored: u64,
    /// Records that the import had brought, or that it was the last to hold, now retired.
    pub retired: u64,
    /// Unread files of the import that are not listed as failed any more.
    pub files: u64,
    /// Records left alone: changed since, brought again by a later import, or held by another one.
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
        let mut candidates = written_last(act.connection(), import).await?;
        let since = since(act.connection(), import).await?;
        candidates.extend(take_vouchers_back(act.connection(), import).await?);
        for chunk in candidates.chunks(past::CHUNK) {
            self.undo_chunk(&mut act, import, chunk, &since, &mut outcome).await?;
        }
        outcome.files = files::undo(&mut act, import).await?;
        import_log::set_state(&mut act, import, ImportState::Undone).await?;
        let counts = json!({
            "restored": outcome.restored, "retired": outcome.retired, "skipped": outcome.skipped.len(),
        });
        act.audit("import.undo", &import.to_string(), &counts).await?;
        conflict_settle::refresh(&mut act, self.sealer(), None).await?;
        crate::papers::align(&mut act, self.sealer()).await?;
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
        let mut vouchers = vouchers(act.connection(), records).await?;
        let mut versions = Vec::new();
        for standing in past::standing(act.connection(), sealer, records).await? {
            let held = vouchers.remove(&standing.record).unwrap_or_default();
            let gone = held.gone();
            let brought_again =
                gone.is_none() && standing.asserted_by.is_some_and(|later| since.complete.contains(&later));
            if brought_again || (!standing.live && since.replaced.contains(standing.record.kind.slug())) {
                outcome.skipped.push(standing.record);
                continue;
            }
            let version = match (gone, earlier.remove(&standing.record)) {
                // in the name of the replace that it would have been retired by, and is undone with
                (Some(replace), _) => standing.retire(Some(replace), &reason),
                (None, Some(content)) => standing.restore(content, &reason),
                (None, None) => standing.retire(None, &reason),
            };
            if held.stands && version.before == Before::Live && !version.live {
                outcome.skipped.push(version.record);
            } else {
                versions.push(version);
            }
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

/// Who vouches for a record.
#[derive(Debug, Clone, Copy, Default)]
struct Vouchers {
    /// At least one source.
    stands: bool,
    /// The last replace that withdrew one.
    withdrawn_by: Option<i64>,
}

impl Vouchers {
    /// The replace after which nobody vouches any more. Where nobody ever did, `None`.
    fn gone(self) -> Option<i64> {
        if self.stands { None } else { self.withdrawn_by }
    }
}

async fn vouchers(
    connection: &mut SqliteConnection,
    records: &[RecordRef],
) -> Result<HashMap<RecordRef, Vouchers>, ArchiveError> {
    let mut found: HashMap<RecordRef, Vouchers> = HashMap::with_capacity(records.len());
    for records in records.chunk_by(|one, next| one.kind == next.kind) {
        let mut query = Query::new("SELECT kind, key, withdrawn_by FROM voucher WHERE kind = ");
        query.push_bind(records[0].kind.slug()).push(" AND key IN ");
        push_list(&mut query, records.iter().map(|record| record.key.as_str()));
        for row in query.build().persistent(false).fetch_all(&mut *connection).await? {
            let of_record = found.entry(rows::record(row.try_get(0)?, row.try_get(1)?)?).or_default();
            let withdrawn_by: Option<i64> = row.try_get(2)?;
            of_record.stands |= withdrawn_by.is_none();
            of_record.withdrawn_by = of_record.withdrawn_by.max(withdrawn_by);
        }
    }
    Ok(found)
}

/// Takes back what `import` said about who holds what: its source's vouchers fall back to the newest other
/// complete import that may have held the record, or end; what it withdrew is held again, unless a later
/// replace does not hold it either. Gives the records that it did not write but was the last to hold.
async fn take_vouchers_back(
    connection: &mut SqliteConnection,
    import: i64,
) -> Result<Vec<RecordRef>, ArchiveError> {
    let (source, others) = others_of_source(connection, import).await?;
    let mut left = Vec::new();
    for &kind in Kind::ALL {
        let others: &[(i64, ImportMode)] = others.get(kind.slug()).map_or(&[], Vec::as_slice);
        let next_replace =
            others.iter().find(|&&(id, mode)| id > import && mode == ImportMode::Replace).map(|&(id, _)| id);
        sqlx::query(
            "UPDATE voucher SET withdrawn_by = $1 WHERE kind = $2 AND source = $3 AND withdrawn_by = $4",
        )
        .bind(next_replace)
        .bind(kind.slug())
        .bind(&source)
        .bind(import)
        .execute(&mut *connection)
        .await?;
        let newest_before = others.iter().rev().find(|&&(id, _)| id < import).map(|&(id, _)| id);
        sqlx::query(
            "UPDATE voucher SET last_import = $1, seq = ( \
                 SELECT MAX(v.seq) FROM record_version v WHERE v.kind = voucher.kind AND v.key = voucher.key \
                 AND v.import_id <= $1) \
             WHERE kind = $2 AND source = $3 AND last_import = $4 AND first_import <= $1",
        )
        .bind(newest_before)
        .bind(kind.slug())
        .bind(&source)
        .bind(import)
        .execute(&mut *connection)
        .await?;
        left.extend(last_held(connection, kind, &source, import).await?);
        sqlx::query("DELETE FROM voucher WHERE kind = $1 AND source = $2 AND last_import = $3")
            .bind(kind.slug())
            .bind(&source)
            .bind(import)
            .execute(&mut *connection)
            .await?;
    }
    Ok(left)
}

/// The other complete imports of the source of `import`, in their order, by the slugs of their tables.
async fn others_of_source(
    connection: &mut SqliteConnection,
    import: i64,
) -> Result<(String, BTreeMap<String, Vec<(i64, ImportMode)>>), ArchiveError> {
    let source: String = sqlx::query_scalar("SELECT source FROM import WHERE id = $1")
        .bind(import)
        .fetch_one(&mut *connection)
        .await?;
    let rows: Vec<(i64, String, Option<String>)> = sqlx::query_as(
        "SELECT id, mode, covers FROM import \
         WHERE source = $1 AND state = 'complete' AND id <> $2 ORDER BY id",
    )
    .bind(&source)
    .bind(import)
    .fetch_all(connection)
    .await?;
    let mut others: BTreeMap<String, Vec<(i64, ImportMode)>> = BTreeMap::new();
    for (id, mode, covers) in rows {
        let mode = ImportMode::read(&mode)?;
        for slug in covers.iter().flat_map(|covers| covers.split_whitespace()) {
            others.entry(slug.to_owned()).or_default().push((id, mode));
        }
    }
    Ok((source, others))
}

/// Live records that `import` held unchanged, that nobody else holds, and that would not be live without
/// it: the import that wrote them is undone, or the source that held them has withdrawn them.
async fn last_held(
    connection: &mut SqliteConnection,
    kind: Kind,
    source: &str,
    import: i64,
) -> Result<Vec<RecordRef>, ArchiveError> {
    sqlx::query(
        "SELECT r.kind, r.key FROM voucher v JOIN record r ON r.kind = v.kind AND r.key = v.key \
         JOIN import i ON i.id = r.import_id \
         WHERE v.kind = $1 AND v.source = $2 AND v.last_import = $3 AND v.withdrawn_by IS NULL \
         AND r.state = 'live' AND r.import_id <> $3 \
         AND NOT EXISTS (SELECT 1 FROM voucher o WHERE o.kind = v.kind AND o.key = v.key \
             AND o.source <> v.source AND o.withdrawn_by IS NULL) \
         AND (i.state = 'undone' OR EXISTS (SELECT 1 FROM voucher o WHERE o.kind = v.kind AND o.key = v.key \
             AND o.source <> v.source)) \
         ORDER BY r.key",
    )
    .bind(kind.slug())
    .bind(source)
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
