//! One step of an act: the state, what it changes, its trace and its audit entry in one transaction. Whether
//! it may happen was asked of the table before; the database refuses what the table does not have.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use sqlx::SqliteConnection;

use super::{ConsultationEnd, IdentityVerdict, NewConsultation, RowDecision};
use super::{consultations, events, identity, row_decisions};
use crate::act::Act;
use crate::attachments::{self, NewAttachment};
use crate::error::ArchiveError;
use crate::open::Archive;

/// Who acts: an account, or the machine's operator for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The account or machine.
    pub actor: String,
    /// The person, as recorded and compared.
    pub person: String,
    /// In what role.
    pub role: String,
}

/// What a step changes besides the state.
#[derive(Debug, Clone)]
pub enum Change {
    /// Another answer: what was drafted, reviewed and signed before is void.
    Answer {
        /// The stored clearance.
        clearance: String,
        /// The archive version that it was answered from.
        version: i64,
    },
    /// Sent back: drafter, approver, reviewer and signer are none again.
    Undrafted,
    /// Drafted, with the number of persons by opinion.
    Drafted {
        /// By whom.
        by: String,
        /// Persons by opinion.
        opinions: Value,
    },
    /// Who is to sign.
    Approver(String),
    /// Who reviewed.
    Reviewed(String),
    /// Who signed, now.
    Signed(String),
    /// It goes out, now.
    Issued {
        /// 发文字号.
        number: String,
        /// 成文日期.
        on: NaiveDate,
        /// The last day of validity.
        valid_until: NaiveDate,
    },
    /// A decision on an identity.
    Identity {
        /// The question, as a keyed hash.
        question: String,
        /// The decision.
        verdict: IdentityVerdict,
        /// By whom.
        by: String,
        /// Why.
        reason: String,
    },
    /// A decision on a row.
    Row(RowDecision),
    /// An office is asked.
    Asked(NewConsultation),
    /// A consultation ends.
    Ended(ConsultationEnd),
    /// A paper belongs to it.
    Attached(NewAttachment),
}

/// One step.
#[derive(Debug, Clone)]
pub struct Step {
    /// The act.
    pub act: String,
    /// The version that the step was decided on; another one by now is a conflict.
    pub expected_version: i64,
    /// What happens.
    pub event: String,
    /// The state after it.
    pub to: String,
    /// Who.
    pub by: Actor,
    /// The reason, and what else is worth keeping: sealed.
    pub detail: Value,
    /// What it changes.
    pub changes: Vec<Change>,
    /// The same key twice is one step.
    pub idempotency_key: Option<String>,
}

impl Archive {
    /// Makes the step. Gives the version after it; with a key that is known, that of the step it made.
    pub async fn step_act(&self, step: &Step, now: DateTime<Utc>) -> Result<i64, ArchiveError> {
        let mut act = Act::begin(self, &step.by.actor, now).await?;
        if let Some(key) = &step.idempotency_key
            && let Some((version, event)) = made(act.connection(), &step.act, key).await?
        {
            return if event == step.event { Ok(version) } else { Err(ArchiveError::KeyReused) };
        }
        let (state, version): (String, i64) =
            sqlx::query_as("SELECT state, row_version FROM clearance_act WHERE id = $1")
                .bind(&step.act)
                .fetch_optional(act.connection())
                .await?
                .ok_or_else(|| ArchiveError::NoSuchAct(step.act.clone()))?;
        if version != step.expected_version {
            return Err(ArchiveError::ActConflict { id: step.act.clone(), state, version });
        }
        let now_ms = act.now_ms();
        // Columns first: the checks of the new state look at them.
        for change in &step.changes {
            self.apply(&mut act, &step.act, change).await?;
        }
        let undrafted = step.changes.iter().any(|change| matches!(change, Change::Undrafted));
        let update = if undrafted {
            "UPDATE clearance_act SET state = $1, row_version = $2, updated_at = $3, drafted_by = NULL, \
             approver = NULL, reviewed_by = NULL, signed_by = NULL, signed_at = NULL, opinions = NULL WHERE id = $4"
        } else {
            "UPDATE clearance_act SET state = $1, row_version = $2, updated_at = $3 WHERE id = $4"
        };
        sqlx::query(update)
            .bind(&step.to)
            .bind(version + 1)
            .bind(now_ms)
            .bind(&step.act)
            .execute(act.connection())
            .await?;
        let event = events::New {
            act: &step.act,
            row_version: version + 1,
            event: &step.event,
            from: Some(&state),
            to: &step.to,
            by: &step.by,
            detail: &step.detail,
            idempotency_key: step.idempotency_key.as_deref(),
        };
        events::insert(&mut act, self.sealer(), &event).await?;
        act.commit().await?;
        Ok(version + 1)
    }

    /// The step of this act that was made with this key: the version after it, and the event.
    pub async fn step_with_key(&self, act: &str, key: &str) -> Result<Option<(i64, String)>, ArchiveError> {
        made(&mut *self.readers().acquire().await?, act, key).await
    }

    async fn apply(&self, act: &mut Act, id: &str, change: &Change) -> Result<(), ArchiveError> {
        let now_ms = act.now_ms();
        let query = match change {
            Change::Answer { clearance, version } => sqlx::query(
                "UPDATE clearance_act SET clearance = $2, watched_version = $3 WHERE id = $1",
            )
            .bind(id)
            .bind(clearance)
            .bind(version),
            // with the state, below: the checks of the old one want them
            Change::Undrafted => return Ok(()),
            Change::Drafted { by, opinions } => {
                sqlx::query("UPDATE clearance_act SET drafted_by = $2, opinions = $3 WHERE id = $1")
                    .bind(id)
                    .bind(by)
                    .bind(opinions.to_string())
            }
            Change::Approver(name) => {
                sqlx::query("UPDATE clearance_act SET approver = $2 WHERE id = $1").bind(id).bind(name)
            }
            Change::Reviewed(name) => {
                sqlx::query("UPDATE clearance_act SET reviewed_by = $2 WHERE id = $1").bind(id).bind(name)
            }
            Change::Signed(name) => {
                sqlx::query("UPDATE clearance_act SET signed_by = $2, signed_at = $3 WHERE id = $1")
                    .bind(id)
                    .bind(name)
                    .bind(now_ms)
            }
            Change::Issued { number, on, valid_until } => sqlx::query(
                "UPDATE clearance_act SET number = $2, issued_on = $3, issued_at = $4, valid_until = $5 WHERE id = $1",
            )
            .bind(id)
            .bind(number)
            .bind(on.to_string())
            .bind(now_ms)
            .bind(valid_until.to_string()),
            Change::Identity { question, verdict, by, reason } => {
                return identity::insert(act, self, question, verdict, by, reason).await.map(drop);
            }
            Change::Row(decision) => return row_decisions::put(act, self.sealer(), id, decision).await,
            Change::Asked(new) => return consultations::ask(act, self.sealer(), id, new).await,
            Change::Ended(end) => return consultations::end(act, self.sealer(), id, end).await,
            Change::Attached(new) => return attachments::attach_in(act, self.sealer(), new).await.map(drop),
        };
        query.execute(act.connection()).await.map_err(number_taken)?;
        Ok(())
    }
}

async fn made(
    connection: &mut SqliteConnection,
    act: &str,
    key: &str,
) -> Result<Option<(i64, String)>, ArchiveError> {
    let query = "SELECT row_version, event FROM clearance_act_event WHERE act = $1 AND idempotency_key = $2";
    Ok(sqlx::query_as(query).bind(act).bind(key).fetch_optional(connection).await?)
}

fn number_taken(error: sqlx::Error) -> ArchiveError {
    match &error {
        sqlx::Error::Database(database) if database.is_unique_violation() => ArchiveError::NumberTaken,
        _ => error.into(),
    }
}
