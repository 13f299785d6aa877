//! The list of imports: each is complete, or visibly not.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::SqliteConnection;

use crate::act::Act;
use crate::actor::SYSTEM;
use crate::error::ArchiveError;
use crate::import_lock;
use crate::open::Archive;
use crate::rows;
use crate::words::stored_words;

stored_words! {
    /// What a file says about the records that are not in it.
    ImportMode {
        /// Nothing.
        Add => "add",
        /// That they are no more: it is the whole of what its source knows in its tables.
        Replace => "replace",
    }
}

stored_words! {
    /// Where an import stands.
    ImportState {
        /// Under way (or its process was killed, and nobody has noticed yet).
        Running => "running",
        /// It came to its end.
        Complete => "complete",
        /// It stopped half-way: coverage is incomplete until it is run again or undone.
        Interrupted => "interrupted",
        /// It stopped half-way, and was run again to the end.
        Superseded => "superseded",
        /// It was taken back.
        Undone => "undone",
    }
}

/// One import.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportRow {
    /// Its number.
    pub id: i64,
    /// Who supplied it.
    pub source: String,
    /// How it was meant.
    pub mode: ImportMode,
    /// Hash of the files, by which the same import is known again.
    pub fingerprint: String,
    /// Where it stands.
    pub state: ImportState,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended, was found interrupted, or was undone.
    pub finished_at: Option<DateTime<Utc>>,
    /// Who ran it.
    pub actor: String,
    /// What the importer reported at its end.
    pub report: Option<serde_json::Value>,
}

type Row = (i64, String, String, String, String, i64, Option<i64>, String, Option<String>);

impl Archive {
    /// All imports, the newest first.
    pub async fn imports(&self) -> Result<Vec<ImportRow>, ArchiveError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, source, mode, fingerprint, state, started_at, finished_at, actor, report \
             FROM import ORDER BY id DESC",
        )
        .fetch_all(self.readers())
        .await?;
        rows.into_iter().map(|row| self.import_row(row)).collect()
    }

    /// The import with this number.
    pub async fn import(&self, id: i64) -> Result<Option<ImportRow>, ArchiveError> {
        Ok(self.imports().await?.into_iter().find(|import| import.id == id))
    }

    /// Puts `report` in the place of the one that [`crate::ImportRun::finish`] kept: what was retired, and
    /// which conflicts came up, is known only after it.
    pub async fn keep_report(
        &self,
        id: i64,
        report: &serde_json::Value,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        let sealed = self.sealer().seal_json(&report_place(id), report)?;
        let mut act = Act::begin(self, actor, now).await?;
        sqlx::query("UPDATE import SET report = $1 WHERE id = $2 AND state = 'complete'")
            .bind(sealed)
            .bind(id)
            .execute(act.connection())
            .await?;
        act.commit().await
    }

    fn import_row(&self, row: Row) -> Result<ImportRow, ArchiveError> {
        let (id, source, mode, fingerprint, state, started_at, finished_at, actor, report) = row;
        Ok(ImportRow {
            id,
            source,
            mode: ImportMode::read(&mode)?,
            fingerprint,
            state: ImportState::read(&state)?,
            started_at: rows::instant(started_at)?,
            finished_at: finished_at.map(rows::instant).transpose()?,
            actor,
            report: report.map(|sealed| self.sealer().open_json(&report_place(id), &sealed)).transpose()?,
        })
    }
}

/// What a report is sealed to: it quotes rejected cells, identity numbers among them.
pub(crate) fn report_place(import: i64) -> String {
    format!("import.report:{import}")
}

/// Marks imports whose process is gone. Does nothing while one is really running.
pub(crate) async fn notice_abandoned(archive: &Archive, now: DateTime<Utc>) -> Result<(), ArchiveError> {
    let running: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM import WHERE state = 'running'")
        .fetch_one(archive.readers())
        .await?;
    if running == 0 {
        return Ok(());
    }
    match import_lock::try_take(archive.dir()) {
        Ok(_lock) => {
            let mut act = Act::begin(archive, SYSTEM, now).await?;
            mark_abandoned(&mut act).await?;
            act.commit().await
        }
        Err(ArchiveError::ImportBusy { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

/// The same within an act of one who holds the import lock: whatever is `running` now, is not.
pub(crate) async fn mark_abandoned(act: &mut Act) -> Result<(), ArchiveError> {
    let abandoned: Vec<i64> = sqlx::query_scalar("SELECT id FROM import WHERE state = 'running' ORDER BY id")
        .fetch_all(act.connection())
        .await?;
    for id in abandoned {
        set_state(act, id, ImportState::Interrupted).await?;
        act.audit("import.interrupted", &id.to_string(), &json!({})).await?;
    }
    Ok(())
}

/// Sets the state of an import that has ended in some way.
pub(crate) async fn set_state(act: &mut Act, id: i64, state: ImportState) -> Result<(), ArchiveError> {
    let now_ms = act.now_ms();
    sqlx::query("UPDATE import SET state = $1, finished_at = $2 WHERE id = $3")
        .bind(state.word())
        .bind(now_ms)
        .bind(id)
        .execute(act.connection())
        .await?;
    Ok(())
}

/// The imports that stopped half-way.
pub(crate) async fn interrupted(connection: &mut SqliteConnection) -> Result<Vec<i64>, ArchiveError> {
    Ok(sqlx::query_scalar("SELECT id FROM import WHERE state = 'interrupted'").fetch_all(connection).await?)
}
