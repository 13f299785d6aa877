//! Who should have a dossier: the list that a unit itself gave, sealed, the newest one of each unit.

use chrono::{DateTime, NaiveDate, Utc};
use dossier::{Kind, RecordKey};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::Row as _;

use crate::act::Act;
use crate::changes::ChangeError;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::rows;
use crate::snapshot::Snapshot;

/// One who should have a dossier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterPerson {
    /// As written.
    pub name: String,
    /// As written; may be empty.
    #[serde(default)]
    pub id_number: String,
    /// As written; may be empty.
    #[serde(default)]
    pub post: String,
}

/// The list of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roster {
    /// Whose.
    pub unit: RecordKey,
    /// The day for which it is true.
    pub as_at: NaiveDate,
    /// Who should have a dossier.
    pub people: Vec<RosterPerson>,
    /// Who brought it.
    pub set_by: String,
    /// When.
    pub set_at: DateTime<Utc>,
}

fn place(unit: &str) -> String {
    format!("dossier_roster:{unit}")
}

impl Archive {
    /// Takes the list of a unit in, in place of the one before.
    pub async fn set_roster(
        &self,
        unit: &RecordKey,
        as_at: NaiveDate,
        people: &[RosterPerson],
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        let known = self.snapshot().await?.existing(Kind::Unit, std::slice::from_ref(unit)).await?;
        if known.is_empty() {
            return Err(ArchiveError::Change(ChangeError::NotTwo));
        }
        let body = self.sealer().seal_json(&place(unit.as_str()), &json!(people))?;
        let mut act = Act::begin(self, actor, now).await?;
        let (now_ms, by) = (act.now_ms(), act.actor().to_owned());
        sqlx::query(
            "INSERT INTO dossier_roster (unit, number, as_at, body, set_by, set_at) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (unit) DO UPDATE SET number = excluded.number, as_at = excluded.as_at, \
             body = excluded.body, set_by = excluded.set_by, set_at = excluded.set_at",
        )
        .bind(unit.as_str())
        .bind(i64::try_from(people.len()).unwrap_or(i64::MAX))
        .bind(as_at.to_string())
        .bind(body)
        .bind(by)
        .bind(now_ms)
        .execute(act.connection())
        .await?;
        let detail = json!({ "people": people.len(), "as_at": as_at });
        act.audit("roster.set", unit.as_str(), &detail).await?;
        act.commit().await
    }
}

impl Snapshot {
    /// The lists of all units that are seen, ordered by unit.
    pub async fn rosters(&self) -> Result<Vec<Roster>, ArchiveError> {
        let mut tx = self.lock().await;
        let found = sqlx::query("SELECT unit, as_at, body, set_by, set_at FROM dossier_roster ORDER BY unit")
            .fetch_all(&mut **tx)
            .await?;
        let read = |row: &sqlx::sqlite::SqliteRow| {
            let unit = rows::key(row.try_get(0)?)?;
            let damaged = || ArchiveError::Damaged(format!("the roster of {unit}"));
            let people = self.archive().sealer().open_json(&place(unit.as_str()), row.try_get(2)?)?;
            Ok(Roster {
                as_at: row.try_get::<&str, _>(1)?.parse().map_err(|_| damaged())?,
                people: serde_json::from_value(people).map_err(|_| damaged())?,
                set_by: row.try_get(3)?,
                set_at: rows::instant(row.try_get(4)?)?,
                unit,
            })
        };
        found.iter().map(read).collect()
    }
}
