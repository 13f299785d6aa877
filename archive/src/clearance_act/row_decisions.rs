//! What people decided about rows: the opinion, or that the row is left out. The last word stands here, the
//! earlier ones in the trace.

use serde_json::Value;
use sqlx::Row as _;

use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::seal::Sealer;

/// One decision.
#[derive(Debug, Clone, PartialEq)]
pub struct RowDecision {
    /// Which row.
    pub row: u32,
    /// The opinion's slug; none: the row is left out of the letter.
    pub opinion: Option<String>,
    /// By whom and why: sealed.
    pub body: Value,
    /// The answer that was decided on.
    pub clearance: String,
}

pub(super) async fn put(
    act: &mut Act,
    sealer: &Sealer,
    id: &str,
    decision: &RowDecision,
) -> Result<(), ArchiveError> {
    sqlx::query(
        "INSERT INTO clearance_act_row (act, row_no, opinion, body, clearance) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (act, row_no) DO UPDATE SET opinion = excluded.opinion, body = excluded.body, \
         clearance = excluded.clearance",
    )
    .bind(id)
    .bind(i64::from(decision.row))
    .bind(&decision.opinion)
    .bind(sealer.seal_json(&place(id, decision.row), &decision.body)?)
    .bind(&decision.clearance)
    .execute(act.connection())
    .await?;
    Ok(())
}

impl Archive {
    /// The decisions on the rows of an act, by row.
    pub async fn row_decisions(&self, act: &str) -> Result<Vec<RowDecision>, ArchiveError> {
        sqlx::query(
            "SELECT row_no, opinion, body, clearance FROM clearance_act_row WHERE act = $1 ORDER BY row_no",
        )
        .bind(act)
        .fetch_all(self.readers())
        .await?
        .iter()
        .map(|stored| {
            let row = u32::try_from(stored.try_get::<i64, _>(0)?).unwrap_or(u32::MAX);
            Ok(RowDecision {
                row,
                opinion: stored.try_get(1)?,
                body: self.sealer().open_json(&place(act, row), stored.try_get(2)?)?,
                clearance: stored.try_get(3)?,
            })
        })
        .collect()
    }
}

fn place(act: &str, row: u32) -> String {
    format!("clearance_act:{act}.row:{row}")
}
