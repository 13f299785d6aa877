//! Storing and revoking decisions, each with its audit entry.

use chrono::{DateTime, Utc};
use dossier::{Kind, RecordKey};
use serde_json::json;

use super::{Decision, DecisionError, DecisionScope, NewDecision, REASON_CHARS_MAX, place, read};
use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::seal::Sealer;

impl Archive {
    /// Stores a decision and gives its number. The person must bear the name; text or unit must be in use.
    pub async fn decide_mention(
        &self,
        new: &NewDecision,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<i64, ArchiveError> {
        let reason = checked_reason(&new.reason)?;
        let mut act = Act::begin(self, actor, now).await?;
        let bears: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM name WHERE person = $1 AND name_key = $2")
            .bind(new.person.as_str())
            .bind(&new.name_key)
            .fetch_one(act.connection())
            .await?;
        if bears == 0 {
            return Err(DecisionError::NotTheirName(new.person.clone()).into());
        }
        let (text, span, unit) = parts(&new.scope);
        let text_hash = match text {
            Some(text) => Some(hash_of(&mut act, text, span).await?),
            None => None,
        };
        if let Some(unit) = unit {
            live_unit(&mut act, unit).await?;
        }
        let number = next_number(&mut act).await?;
        let new = NewDecision { reason: reason.to_owned(), ..new.clone() };
        insert(&mut act, self.sealer(), number, &new, text_hash.as_deref()).await?;
        act.commit().await?;
        Ok(number)
    }

    /// Takes a decision back; it stays readable, and is applied no more.
    pub async fn revoke_decision(
        &self,
        id: i64,
        reason: &str,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        let reason = checked_reason(reason)?;
        let mut act = Act::begin(self, actor, now).await?;
        let sql = format!("{} WHERE id = $1", read::COLUMNS);
        let found = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id).fetch_optional(act.connection()).await?;
        let decision = match found.map(|row| read::decision(self.sealer(), &row)).transpose()? {
            None => return Err(DecisionError::NoSuchDecision(id).into()),
            Some(decision) if decision.revoked.is_some() => return Err(DecisionError::Revoked(id).into()),
            Some(decision) => decision,
        };
        revoke(&mut act, self.sealer(), &decision, reason).await?;
        act.commit().await
    }
}

fn parts(scope: &DecisionScope) -> (Option<&RecordKey>, Option<(u32, u32)>, Option<&RecordKey>) {
    match scope {
        DecisionScope::Mention { text, start, end } => (Some(text), Some((*start, *end)), None),
        DecisionScope::Text(text) => (Some(text), None, None),
        DecisionScope::Unit(unit) => (None, None, Some(unit)),
    }
}

/// Writes a decision that has been checked.
pub(super) async fn insert(
    act: &mut Act,
    sealer: &Sealer,
    number: i64,
    new: &NewDecision,
    text_hash: Option<&str>,
) -> Result<(), ArchiveError> {
    let (text, span, unit) = parts(&new.scope);
    let closed = sealer.seal(&place(new.person.as_str()), &new.reason)?;
    let (now_ms, actor) = (act.now_ms(), act.actor().to_owned());
    sqlx::query(
        "INSERT INTO mention_decision \
         (id, verdict, person, name_key, text, text_hash, start, stop, unit, reason, actor, decided_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(number)
    .bind(new.verdict.word())
    .bind(new.person.as_str())
    .bind(&new.name_key)
    .bind(text.map(RecordKey::as_str))
    .bind(text_hash)
    .bind(span.map(|(start, _)| i64::from(start)))
    .bind(span.map(|(_, end)| i64::from(end)))
    .bind(unit.map(RecordKey::as_str))
    .bind(closed)
    .bind(actor)
    .bind(now_ms)
    .execute(act.connection())
    .await?;
    let detail = json!({
        "verdict": new.verdict.word(), "person": new.person.as_str(),
        "text": text.map(RecordKey::as_str), "unit": unit.map(RecordKey::as_str),
    });
    act.audit("mention.decide", &number.to_string(), &detail).await
}

/// Takes a decision back that is in force.
pub(super) async fn revoke(
    act: &mut Act,
    sealer: &Sealer,
    decision: &Decision,
    reason: &str,
) -> Result<(), ArchiveError> {
    let number = next_number(act).await?;
    let closed = sealer.seal(&place(decision.person.as_str()), reason)?;
    let (now_ms, actor) = (act.now_ms(), act.actor().to_owned());
    sqlx::query(
        "UPDATE mention_decision SET revoked_no = $1, revoked_at = $2, revoked_by = $3, revoked_reason = $4 \
         WHERE id = $5",
    )
    .bind(number)
    .bind(now_ms)
    .bind(actor)
    .bind(closed)
    .bind(decision.id)
    .execute(act.connection())
    .await?;
    act.audit("mention.revoke", &decision.id.to_string(), &json!({})).await
}

/// Decisions and revocations are numbered in one sequence.
pub(super) async fn next_number(act: &mut Act) -> Result<i64, ArchiveError> {
    Ok(1 + read::last_number(act.connection()).await?)
}

fn checked_reason(reason: &str) -> Result<&str, DecisionError> {
    let reason = reason.trim();
    if (1..=REASON_CHARS_MAX).contains(&reason.chars().count()) {
        Ok(reason)
    } else {
        Err(DecisionError::Reason)
    }
}

/// The hash of the text's present content, in which `span` must lie.
async fn hash_of(act: &mut Act, text: &RecordKey, span: Option<(u32, u32)>) -> Result<String, ArchiveError> {
    let found: Option<(String, i64)> = sqlx::query_as(
        "SELECT c.hash, c.chars FROM record r JOIN text_content c ON c.hash = r.text_hash \
         WHERE r.kind = $1 AND r.key = $2 AND r.state = 'live'",
    )
    .bind(Kind::Text.slug())
    .bind(text.as_str())
    .fetch_optional(act.connection())
    .await?;
    let (hash, chars) = found.ok_or_else(|| DecisionError::NoSuchText(text.clone()))?;
    match span {
        Some((start, end)) if start >= end || i64::from(end) > chars => {
            Err(DecisionError::NoSuchPlace(text.clone()).into())
        }
        _ => Ok(hash),
    }
}

async fn live_unit(act: &mut Act, unit: &RecordKey) -> Result<(), ArchiveError> {
    let found: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM record WHERE kind = $1 AND key = $2 AND state = 'live'")
            .bind(Kind::Unit.slug())
            .bind(unit.as_str())
            .fetch_one(act.connection())
            .await?;
    if found == 0 { Err(DecisionError::NoSuchUnit(unit.clone()).into()) } else { Ok(()) }
}
