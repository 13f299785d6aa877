//! The ledger of runs. A slot of the schedule is answered once: by the run that did it, or by a later one
//! with which it was coalesced, visibly.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::rows;
use crate::words::stored_words;

stored_words! {
    /// What made it run.
    RunKind {
        /// Its time had come.
        Scheduled => "scheduled",
        /// Somebody asked.
        OnDemand => "on_demand",
        /// New records.
        AfterImport => "after_import",
    }
}

stored_words! {
    /// What was looked at.
    RunExtent {
        /// Every dossier.
        Full => "full",
        /// Those changed, related and due.
        Incremental => "incremental",
        /// Some categories only.
        Partial => "partial",
    }
}

stored_words! {
    /// How it stands with a run.
    RunState {
        /// Under way, or killed and not yet noticed.
        Running => "running",
        /// Ended well.
        Done => "done",
        /// Ended with an error.
        Failed => "failed",
        /// Killed.
        Interrupted => "interrupted",
        /// Its slot was missed, and a later run has answered it.
        Coalesced => "coalesced",
    }
}

/// No sweep takes that long: an hour.
const UNDER_WAY_MS_MAX: i64 = 3_600_000;

/// A run that begins.
#[derive(Debug, Clone)]
pub struct NewRun {
    /// What made it run.
    pub kind: RunKind,
    /// What will be looked at.
    pub extent: RunExtent,
    /// The slots of the schedule that it answers, the latest last; the others are coalesced with it.
    pub slots: Vec<DateTime<Utc>>,
    /// The day asked.
    pub as_of: NaiveDate,
    /// The version of the archive that is read.
    pub archive_version: i64,
    /// The hash of the settings, and they themselves.
    pub settings: (String, String),
    /// The version of the rules' code.
    pub engine: String,
    /// Who asks.
    pub actor: String,
}

/// A run as the ledger has it.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepRun {
    /// Its number.
    pub id: i64,
    /// What made it run.
    pub kind: RunKind,
    /// What was looked at.
    pub extent: RunExtent,
    /// How it stands.
    pub state: RunState,
    /// The slot of the schedule that it answers.
    pub slot: Option<DateTime<Utc>>,
    /// The day asked.
    pub as_of: NaiveDate,
    /// The version of the archive that was read.
    pub archive_version: i64,
    /// The hash of the settings.
    pub settings_hash: String,
    /// The version of the rules' code.
    pub engine: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// Its counts.
    pub summary: Option<Value>,
}

const RUN: &str = "SELECT id, kind, extent, state, slot, as_of, archive_version, settings_hash, engine, \
                   started_at, finished_at, summary FROM sweep_run ";

impl Archive {
    /// Opens a run. Gives `None` where its slot has been answered already. Runs that were left running are
    /// marked interrupted: only who holds the role of the sweeper begins one with slots.
    pub async fn begin_sweep(&self, run: &NewRun, now: DateTime<Utc>) -> Result<Option<i64>, ArchiveError> {
        let mut act = Act::begin(self, &run.actor, now).await?;
        let slot = run.slots.last().map(DateTime::timestamp_millis);
        if let Some(slot) = slot {
            let answered: i64 = sqlx::query_scalar(
                "SELECT COUNT(*) FROM sweep_run WHERE slot = $1 AND state IN ('done', 'coalesced')",
            )
            .bind(slot)
            .fetch_one(act.connection())
            .await?;
            if answered > 0 {
                return Ok(None);
            }
        }
        // a sweep that has been under way for so long has been killed; one of the schedule is alone anyway
        let long_ago = act.now_ms() - UNDER_WAY_MS_MAX;
        sqlx::query(
            "UPDATE sweep_run SET state = 'interrupted' \
             WHERE state = 'running' AND (started_at < $1 OR (slot IS NOT NULL AND $2 = 1))",
        )
        .bind(long_ago)
        .bind(i64::from(slot.is_some()))
        .execute(act.connection())
        .await?;
        sqlx::query("INSERT INTO sweep_settings (hash, body) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING")
            .bind(&run.settings.0)
            .bind(&run.settings.1)
            .execute(act.connection())
            .await?;
        let id = insert(&mut act, run, RunState::Running, slot).await?;
        act.commit().await?;
        Ok(Some(id))
    }

    /// Closes a run that could not do its work.
    pub async fn fail_sweep(
        &self,
        id: i64,
        error: &str,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        let mut act = Act::begin(self, actor, now).await?;
        let now_ms = act.now_ms();
        sqlx::query("UPDATE sweep_run SET state = 'failed', finished_at = $1, error = $2 WHERE id = $3 AND state = 'running'")
            .bind(now_ms)
            .bind(error)
            .bind(id)
            .execute(act.connection())
            .await?;
        act.audit("sweep.fail", &format!("sweep:{id}"), &json!({})).await?;
        act.commit().await
    }

    /// The last slot that has been answered.
    pub async fn last_sweep_slot(&self) -> Result<Option<DateTime<Utc>>, ArchiveError> {
        let slot: Option<i64> =
            sqlx::query_scalar("SELECT MAX(slot) FROM sweep_run WHERE state IN ('done', 'coalesced')")
                .fetch_one(self.readers())
                .await?;
        slot.map(rows::instant).transpose()
    }

    /// The last run over all categories that ended well: what an incremental one goes on from.
    pub async fn last_sweep(&self) -> Result<Option<SweepRun>, ArchiveError> {
        let query = format!("{RUN} WHERE state = 'done' AND extent <> 'partial' ORDER BY id DESC LIMIT 1");
        let row = sqlx::query(sqlx::AssertSqlSafe(query)).fetch_optional(self.readers()).await?;
        row.as_ref().map(read).transpose()
    }

    /// The last `limit` runs, the newest first.
    pub async fn sweep_runs(&self, limit: u32) -> Result<Vec<SweepRun>, ArchiveError> {
        let query = format!("{RUN} ORDER BY id DESC LIMIT $1");
        let rows =
            sqlx::query(sqlx::AssertSqlSafe(query)).bind(i64::from(limit)).fetch_all(self.readers()).await?;
        rows.iter().map(read).collect()
    }

    /// The settings with this hash, as they were kept.
    pub async fn sweep_settings(&self, hash: &str) -> Result<Option<String>, ArchiveError> {
        Ok(sqlx::query_scalar("SELECT body FROM sweep_settings WHERE hash = $1")
            .bind(hash)
            .fetch_optional(self.readers())
            .await?)
    }
}

async fn insert(
    act: &mut Act,
    run: &NewRun,
    state: RunState,
    slot: Option<i64>,
) -> Result<i64, ArchiveError> {
    let (now_ms, actor) = (act.now_ms(), act.actor().to_owned());
    Ok(sqlx::query_scalar(
        "INSERT INTO sweep_run (kind, extent, state, slot, as_of, archive_version, settings_hash, engine, actor, \
         started_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id",
    )
    .bind(run.kind.word())
    .bind(run.extent.word())
    .bind(state.word())
    .bind(slot)
    .bind(run.as_of.to_string())
    .bind(run.archive_version)
    .bind(&run.settings.0)
    .bind(&run.engine)
    .bind(actor)
    .bind(now_ms)
    .fetch_one(act.connection())
    .await?)
}

/// Marks the run done and the slots before its own as coalesced, in the transaction that stored its work.
pub(super) async fn finish(
    act: &mut Act,
    id: i64,
    run: &NewRun,
    summary: &Value,
) -> Result<(), ArchiveError> {
    let now_ms = act.now_ms();
    sqlx::query("UPDATE sweep_run SET state = 'done', finished_at = $1, summary = $2 WHERE id = $3")
        .bind(now_ms)
        .bind(summary.to_string())
        .bind(id)
        .execute(act.connection())
        .await?;
    let missed = run.slots.split_last().map_or(&[][..], |(_, missed)| missed);
    for slot in missed {
        let coalesced = insert(act, run, RunState::Coalesced, Some(slot.timestamp_millis())).await?;
        sqlx::query("UPDATE sweep_run SET finished_at = $1, summary = $2 WHERE id = $3")
            .bind(now_ms)
            .bind(json!({ "coalesced_with": id }).to_string())
            .bind(coalesced)
            .execute(act.connection())
            .await?;
    }
    Ok(())
}

fn read(row: &SqliteRow) -> Result<SweepRun, ArchiveError> {
    let day: String = row.try_get(5)?;
    Ok(SweepRun {
        id: row.try_get(0)?,
        kind: RunKind::read(row.try_get(1)?)?,
        extent: RunExtent::read(row.try_get(2)?)?,
        state: RunState::read(row.try_get(3)?)?,
        slot: row.try_get::<Option<i64>, _>(4)?.map(rows::instant).transpose()?,
        as_of: day.parse().map_err(|_| ArchiveError::Damaged(format!("{day:?} is no day")))?,
        archive_version: row.try_get(6)?,
        settings_hash: row.try_get(7)?,
        engine: row.try_get(8)?,
        started_at: rows::instant(row.try_get(9)?)?,
        finished_at: row.try_get::<Option<i64>, _>(10)?.map(rows::instant).transpose()?,
        summary: row.try_get::<Option<&str>, _>(11)?.map(rows::json).transpose()?,
    })
}
