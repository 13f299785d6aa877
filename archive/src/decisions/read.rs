//! Reading decisions: those that bear on an answer, and the list of all.

use dossier::RecordKey;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::{Decision, DecisionScope, DecisionVerdict, Revocation, place};
use crate::error::ArchiveError;
use crate::lookups::distinct;
use crate::rows;
use crate::seal::Sealer;
use crate::snapshot::Snapshot;
use crate::sql::select_in;

pub(super) const COLUMNS: &str = "SELECT id, verdict, person, name_key, text, text_hash, start, stop, unit, reason, actor, \
                       decided_at, revoked_at, revoked_by, revoked_reason FROM mention_decision";

impl Snapshot {
    /// The number of the last decision or revocation; 0 for none.
    pub async fn last_mention_decision(&self) -> Result<i64, ArchiveError> {
        last_number(&mut **self.lock().await).await
    }

    /// The decisions about any of these names that were in force when the last number was `upto`, in the order
    /// in which they were made.
    pub async fn decisions_about(
        &self,
        name_keys: &[String],
        upto: i64,
    ) -> Result<Vec<Decision>, ArchiveError> {
        if upto == 0 {
            return Ok(Vec::new());
        }
        let name_keys = distinct(name_keys);
        let head = format!(
            "{COLUMNS} WHERE id <= {upto} AND (revoked_no IS NULL OR revoked_no > {upto}) AND name_key IN "
        );
        let mut tx = self.lock().await;
        let found = select_in(&mut tx, &head, &name_keys, " ORDER BY id").await?;
        drop(tx);
        let sealer = self.archive().sealer();
        let mut decisions = found.iter().map(|row| decision(sealer, row)).collect::<Result<Vec<_>, _>>()?;
        decisions.sort_by_key(|decision| decision.id);
        Ok(decisions)
    }

    /// Every decision about `person`, or about anybody, oldest first; revoked ones too where `revoked`.
    pub async fn decisions(
        &self,
        person: Option<&RecordKey>,
        revoked: bool,
    ) -> Result<Vec<Decision>, ArchiveError> {
        let sql = format!(
            "{COLUMNS} WHERE (person = $1 OR $1 IS NULL) AND (revoked_at IS NULL OR $2 = 1) ORDER BY id"
        );
        let mut tx = self.lock().await;
        let found = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(person.map(RecordKey::as_str))
            .bind(i64::from(revoked))
            .fetch_all(&mut **tx)
            .await?;
        drop(tx);
        let sealer = self.archive().sealer();
        found.iter().map(|row| decision(sealer, row)).collect()
    }
}

/// The number of the last decision or revocation; 0 for none.
pub(super) async fn last_number(connection: &mut SqliteConnection) -> Result<i64, ArchiveError> {
    let (decided, revoked): (i64, i64) =
        sqlx::query_as("SELECT COALESCE(MAX(id), 0), COALESCE(MAX(revoked_no), 0) FROM mention_decision")
            .fetch_one(connection)
            .await?;
    Ok(decided.max(revoked))
}

pub(super) fn decision(sealer: &Sealer, row: &SqliteRow) -> Result<Decision, ArchiveError> {
    let person: &str = row.try_get(2)?;
    let open = |sealed: &str| sealer.open(&place(person), sealed);
    let text = rows::optional_key(row.try_get(4)?)?;
    let span = row.try_get::<Option<i64>, _>(6)?.zip(row.try_get::<Option<i64>, _>(7)?);
    let unit = rows::optional_key(row.try_get(8)?)?;
    let scope = match (text, span, unit) {
        (Some(text), Some((start, end)), None) => {
            DecisionScope::Mention { text, start: position(start)?, end: position(end)? }
        }
        (Some(text), None, None) => DecisionScope::Text(text),
        (None, None, Some(unit)) => DecisionScope::Unit(unit),
        _ => return Err(ArchiveError::Damaged("a decision about nothing".to_owned())),
    };
    let revoked_at: Option<i64> = row.try_get(12)?;
    let revoked = match revoked_at {
        Some(at) => {
            Some(Revocation { at: rows::instant(at)?, by: row.try_get(13)?, reason: open(row.try_get(14)?)? })
        }
        None => None,
    };
    Ok(Decision {
        id: row.try_get(0)?,
        verdict: DecisionVerdict::read(row.try_get(1)?)?,
        person: rows::key(person)?,
        name_key: row.try_get(3)?,
        scope,
        text_hash: row.try_get(5)?,
        reason: open(row.try_get(9)?)?,
        actor: row.try_get(10)?,
        decided_at: rows::instant(row.try_get(11)?)?,
        revoked,
    })
}

fn position(stored: i64) -> Result<u32, ArchiveError> {
    u32::try_from(stored).map_err(|_| ArchiveError::Damaged(format!("{stored} is no place in a text")))
}
