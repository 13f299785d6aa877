//! Offices reminded of the upkeep that they owe (催办), and what they say to that. What is owed is not kept here: it is
//! counted from the dossiers and the deliveries whenever somebody looks.

use chrono::{DateTime, Utc};
use dossier::RecordKey;
use serde_json::{Value, json};
use sqlx::Row as _;

use crate::act::Act;
use crate::changes::ChangeError;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::rows;
use crate::snapshot::Snapshot;

/// Most characters of what an office says.
const WORDS_MAX: usize = 1_000;

/// An office was reminded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nudge {
    /// Its number.
    pub id: i64,
    /// Which office.
    pub office: RecordKey,
    /// What it owed then, in figures.
    pub told: Value,
    /// By whom.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// What the office said, who said it, and when.
    pub answer: Option<(String, String, DateTime<Utc>)>,
}

fn place(id: i64) -> String {
    format!("upkeep_nudge:{id}")
}

impl Archive {
    /// Reminds an office. One that has not answered the last time is not reminded again on the same day.
    pub async fn nudge(
        &self,
        office: &RecordKey,
        told: &Value,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<i64>, ArchiveError> {
        let mut act = Act::begin(self, actor, now).await?;
        let (now_ms, by) = (act.now_ms(), act.actor().to_owned());
        let (last, open): (i64, i64) = sqlx::query_as(
            "SELECT COALESCE((SELECT MAX(id) FROM upkeep_nudge), 0), \
                    (SELECT COUNT(*) FROM upkeep_nudge WHERE office = $1 AND answered_at IS NULL AND nudged_at > $2)",
        )
        .bind(office.as_str())
        .bind(now_ms - 24 * 3600 * 1000)
        .fetch_one(act.connection())
        .await?;
        if open > 0 {
            return Ok(None);
        }
        let id = last + 1;
        sqlx::query(
            "INSERT INTO upkeep_nudge (id, office, told, nudged_by, nudged_at) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(id)
        .bind(office.as_str())
        .bind(told.to_string())
        .bind(by)
        .bind(now_ms)
        .execute(act.connection())
        .await?;
        act.audit("upkeep.nudge", office.as_str(), told).await?;
        act.commit().await?;
        Ok(Some(id))
    }

    /// What an office says to having been reminded. The handle's reader must see it.
    pub async fn answer_nudge(
        &self,
        id: i64,
        note: &str,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, ArchiveError> {
        let note = note.trim();
        if note.is_empty() || note.chars().count() > WORDS_MAX {
            return Err(ChangeError::Reason.into());
        }
        if !self.snapshot().await?.nudges(true).await?.iter().any(|one| one.id == id) {
            return Ok(false);
        }
        let mut act = Act::begin(self, actor, now).await?;
        let (now_ms, by) = (act.now_ms(), act.actor().to_owned());
        sqlx::query(
            "UPDATE upkeep_nudge SET note = $1, answered_by = $2, answered_at = $3 \
             WHERE id = $4 AND answered_at IS NULL",
        )
        .bind(self.sealer().seal(&place(id), note)?)
        .bind(by)
        .bind(now_ms)
        .bind(id)
        .execute(act.connection())
        .await?;
        act.audit("upkeep.answer", &id.to_string(), &json!({})).await?;
        act.commit().await?;
        Ok(true)
    }
}

impl Snapshot {
    /// Reminders of upkeep as far as this reader sees them, the newest first; only those without an answer, or all.
    pub async fn nudges(&self, open: bool) -> Result<Vec<Nudge>, ArchiveError> {
        let mut tx = self.lock().await;
        let found = sqlx::query(
            "SELECT id, office, told, nudged_by, nudged_at, note, answered_by, answered_at FROM upkeep_nudge \
             WHERE answered_at IS NULL OR $1 = 0 ORDER BY id DESC LIMIT 500",
        )
        .bind(i64::from(open))
        .fetch_all(&mut **tx)
        .await?;
        let read = |row: &sqlx::sqlite::SqliteRow| {
            let id: i64 = row.try_get(0)?;
            let answer = match (row.try_get::<Option<&str>, _>(5)?, row.try_get(6)?, row.try_get(7)?) {
                (Some(note), Some(by), Some(at)) => {
                    Some((self.archive().sealer().open(&place(id), note)?, by, rows::instant(at)?))
                }
                _ => None,
            };
            Ok(Nudge {
                id,
                office: rows::key(row.try_get(1)?)?,
                told: rows::json(row.try_get(2)?)?,
                by: row.try_get(3)?,
                at: rows::instant(row.try_get(4)?)?,
                answer,
            })
        };
        found.iter().map(read).collect()
    }
}
