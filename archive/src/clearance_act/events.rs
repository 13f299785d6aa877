//! The trace: every step of an act, by whom, in what role, why. Append-only by the database's own triggers.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::Row as _;

use super::steps::Actor;
use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::rows;
use crate::seal::Sealer;

/// One step.
#[derive(Debug, Clone, PartialEq)]
pub struct ActEventRow {
    /// Its place in the act, from 1.
    pub row_version: i64,
    /// What happened.
    pub event: String,
    /// The state before; none at the beginning.
    pub from: Option<String>,
    /// The state after.
    pub to: String,
    /// The account or machine that acted.
    pub actor: String,
    /// The person.
    pub person: String,
    /// In what role.
    pub role: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The reason, and what else belongs to the step.
    pub detail: Value,
}

/// A step to write.
pub(super) struct New<'a> {
    pub(super) act: &'a str,
    pub(super) row_version: i64,
    pub(super) event: &'a str,
    pub(super) from: Option<&'a str>,
    pub(super) to: &'a str,
    pub(super) by: &'a Actor,
    pub(super) detail: &'a Value,
    pub(super) idempotency_key: Option<&'a str>,
}

/// Writes a step, with its audit entry.
pub(super) async fn insert(act: &mut Act, sealer: &Sealer, new: &New<'_>) -> Result<(), ArchiveError> {
    let now_ms = act.now_ms();
    sqlx::query(
        "INSERT INTO clearance_act_event (act, row_version, event, from_state, to_state, actor, person, role, at, \
         detail, idempotency_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(new.act)
    .bind(new.row_version)
    .bind(new.event)
    .bind(new.from)
    .bind(new.to)
    .bind(&new.by.actor)
    .bind(&new.by.person)
    .bind(&new.by.role)
    .bind(now_ms)
    .bind(sealer.seal_json(&place(new.act, new.row_version), new.detail)?)
    .bind(new.idempotency_key)
    .execute(act.connection())
    .await?;
    let action = format!("clearance_act.{}", new.event);
    let detail = json!({ "step": new.row_version, "from": new.from, "to": new.to, "role": new.by.role });
    act.audit(&action, new.act, &detail).await
}

impl Archive {
    /// Every step of an act, the first one first.
    pub async fn act_events(&self, act: &str) -> Result<Vec<ActEventRow>, ArchiveError> {
        sqlx::query(
            "SELECT row_version, event, from_state, to_state, actor, person, role, at, detail \
             FROM clearance_act_event WHERE act = $1 ORDER BY row_version",
        )
        .bind(act)
        .fetch_all(self.readers())
        .await?
        .iter()
        .map(|row| {
            let row_version: i64 = row.try_get(0)?;
            Ok(ActEventRow {
                row_version,
                event: row.try_get(1)?,
                from: row.try_get(2)?,
                to: row.try_get(3)?,
                actor: row.try_get(4)?,
                person: row.try_get(5)?,
                role: row.try_get(6)?,
                at: rows::instant(row.try_get(7)?)?,
                detail: self.sealer().open_json(&place(act, row_version), row.try_get(8)?)?,
            })
        })
        .collect()
    }
}

fn place(act: &str, row_version: i64) -> String {
    format!("clearance_act:{act}.event:{row_version}")
}
