//! One import from begin to finish. Each batch is one transaction; the whole stands in the list of
//! imports as running, complete or interrupted, and can simply be run again.
//!
//! What is not here: reading files, checking rows, reporting rejections.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use dossier::{Kind, RecordRef};
use serde_json::{Value, json};

use crate::act::Act;
use crate::changes;
use crate::conflict_settle::{self, ConflictCounts};
use crate::error::ArchiveError;
use crate::import_lock::{self, FolderLock};
use crate::import_log::{self, ImportMode, ImportState};
use crate::open::Archive;
use crate::retire::{self, Retired};
use crate::store::Current;

/// How an import begins.
#[derive(Debug, Clone)]
pub struct ImportStart {
    /// Who supplied it; a replace retires what only this source held.
    pub source: String,
    /// What the absence of a record means.
    pub mode: ImportMode,
    /// Hash of the files: an interrupted import is superseded by a complete one with the same.
    pub fingerprint: String,
    /// Who runs it ([`crate::OPERATOR`], or a user).
    pub actor: String,
    /// Count what would happen, and store nothing.
    pub dry_run: bool,
    /// A person has said that a replace may retire more than 10 % of a table.
    pub confirm_retire: bool,
}

/// An import under way. It holds the folder's import lock; dropping it before [`ImportRun::finish`]
/// leaves the import visibly not complete.
#[derive(Debug)]
pub struct ImportRun {
    pub(crate) archive: Archive,
    pub(crate) start: ImportStart,
    pub(crate) id: Option<i64>,
    pub(crate) interrupted: HashSet<i64>,
    pub(crate) covered: BTreeSet<Kind>,
    /// In a dry run, what the archive would hold.
    pub(crate) imagined: HashMap<RecordRef, Current>,
    pub(crate) imagined_kept: HashSet<RecordRef>,
    conflicts: ConflictCounts,
    ended: bool,
    /// Only held: it ends with the run.
    lock: Option<FolderLock>,
}

impl Archive {
    /// Begins an import, or says which process runs another one.
    pub async fn begin_import(
        &self,
        start: ImportStart,
        now: DateTime<Utc>,
    ) -> Result<ImportRun, ArchiveError> {
        let mut run = ImportRun {
            archive: self.clone(),
            start,
            id: None,
            interrupted: HashSet::new(),
            covered: BTreeSet::new(),
            imagined: HashMap::new(),
            imagined_kept: HashSet::new(),
            conflicts: ConflictCounts::default(),
            ended: false,
            lock: None,
        };
        if run.start.dry_run {
            return Ok(run);
        }
        run.lock = Some(import_lock::take(self.dir()).await?);
        let mut act = Act::begin(self, &run.start.actor, now).await?;
        import_log::mark_abandoned(&mut act).await?;
        run.interrupted = import_log::interrupted(act.connection()).await?.into_iter().collect();
        run.id = Some(insert(&mut act, &run.start).await?);
        act.commit().await?;
        Ok(run)
    }
}

async fn insert(act: &mut Act, start: &ImportStart) -> Result<i64, ArchiveError> {
    let now_ms = act.now_ms();
    let id: i64 =
        sqlx::query_scalar("SELECT COALESCE(MAX(id), 0) + 1 FROM import").fetch_one(act.connection()).await?;
    sqlx::query(
        "INSERT INTO import (id, source, mode, fingerprint, state, pid, started_at, actor) \
         VALUES ($1, $2, $3, $4, 'running', $5, $6, $7)",
    )
    .bind(id)
    .bind(&start.source)
    .bind(start.mode.word())
    .bind(&start.fingerprint)
    .bind(i64::from(std::process::id()))
    .bind(now_ms)
    .bind(&start.actor)
    .execute(act.connection())
    .await?;
    act.audit("import.begin", &id.to_string(), &json!({ "mode": start.mode.word() })).await?;
    Ok(id)
}

impl ImportRun {
    /// Its number; `None` in a dry run.
    pub fn id(&self) -> Option<i64> {
        self.id
    }

    /// The conflicts that its end has brought up, and those that are open in all. Zero before the end, and
    /// in a dry run.
    pub fn conflicts(&self) -> ConflictCounts {
        self.conflicts
    }

    /// Says that the files hold this table, even if no row of it is put: for a replace, an empty sheet
    /// means that its source knows nothing there any more.
    pub fn covers(&mut self, kind: Kind) {
        self.covered.insert(kind);
    }

    /// Ends the import: a replace retires what its source no longer knows, an interrupted import of the
    /// same files is superseded. `report` is kept, sealed. In a dry run only counts.
    ///
    /// If a replace would retire more than 10 % of any table and nobody has confirmed it, the import
    /// stays interrupted and this run is over. The error counts the tables where it is more.
    pub async fn finish(&mut self, report: &Value, now: DateTime<Utc>) -> Result<Retired, ArchiveError> {
        self.still_running()?;
        let Some(id) = self.id else {
            let mut tx = self.archive.readers().begin().await?;
            let found = retire::absent(self, &mut tx).await?;
            self.end();
            return Ok(found.retired());
        };
        let mut act = Act::begin(&self.archive, &self.start.actor, now).await?;
        let found = retire::absent(self, act.connection()).await?;
        let retired = found.retired();
        if retired.needs_confirmation && !self.start.confirm_retire {
            import_log::set_state(&mut act, id, ImportState::Interrupted).await?;
            act.audit("import.unconfirmed", &id.to_string(), &json!({ "would_retire": retired.total() }))
                .await?;
            act.commit().await?;
            self.end();
            let (count, of) = found.beyond_guard();
            return Err(ArchiveError::RetireNeedsConfirm { count, of });
        }
        retire::retire(&mut act, &self.archive, id, &found).await?;
        // what persons have put right is not undone by a source that has not learned it
        changes::hold::hold(&mut act, self.archive.sealer(), id).await?;
        crate::papers::align(&mut act, self.archive.sealer()).await?;
        self.conflicts = conflict_settle::refresh(&mut act, self.archive.sealer(), Some(id)).await?;
        self.complete(&mut act, id, report).await?;
        act.audit("import.finish", &id.to_string(), &json!({ "retired": retired.total() })).await?;
        act.commit().await?;
        self.end();
        Ok(retired)
    }

    async fn complete(&self, act: &mut Act, id: i64, report: &Value) -> Result<(), ArchiveError> {
        import_log::set_state(act, id, ImportState::Complete).await?;
        let sealed = self.archive.sealer().seal_json(&import_log::report_place(id), report)?;
        let covers = self.covered.iter().map(|kind| kind.slug()).collect::<Vec<_>>().join(" ");
        sqlx::query("UPDATE import SET report = $1, covers = $2 WHERE id = $3")
            .bind(sealed)
            .bind(covers)
            .bind(id)
            .execute(act.connection())
            .await?;
        sqlx::query(
            "UPDATE import SET state = 'superseded', superseded_by = $1 \
             WHERE state = 'interrupted' AND source = $2 AND fingerprint = $3 AND id <> $1",
        )
        .bind(id)
        .bind(&self.start.source)
        .bind(&self.start.fingerprint)
        .execute(act.connection())
        .await?;
        Ok(())
    }

    fn end(&mut self) {
        self.ended = true;
        self.lock = None;
    }

    pub(crate) fn still_running(&self) -> Result<(), ArchiveError> {
        if self.ended { Err(ArchiveError::ImportEnded) } else { Ok(()) }
    }
}
