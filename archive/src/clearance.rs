//! Stored clearances: the question, as of when, on which archive version, and how far it has come. Its
//! rows are in `clearance_rows`.
//!
//! What an answer means is not known here. Header and options are sealed like the rows: they may hold
//! names and numbers as the asker typed them.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use dossier::Period;
use serde_json::{Value, json};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use crate::accounts::kept;
use crate::act::Act;
use crate::clearance_rows::{self, SealedRow};
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::rows;
use crate::sql::Query;
use crate::words::stored_words;

stored_words! {
    /// Where a clearance stands.
    ClearanceState {
        /// It takes rows.
        Running => "running",
        /// All rows are answered.
        Done => "done",
        /// It broke off; the error says why.
        Failed => "failed",
        /// Somebody stopped it.
        Cancelled => "cancelled",
    }
}

/// A question to store.
#[derive(Debug, Clone)]
pub struct NewClearance {
    /// What it is for, in the asker's words.
    pub purpose: String,
    /// The day on which it is asked.
    pub as_of: NaiveDate,
    /// The period asked about.
    pub period: Period,
    /// The archive version that it is answered from.
    pub archive_version: i64,
    /// What else belongs at the top of the answer.
    pub header: Value,
    /// How it is to be answered.
    pub options: Value,
    /// Who asks.
    pub actor: String,
    /// The input rows, verbatim and in order; row numbers count from 1.
    pub inputs: Vec<Value>,
}

/// A stored clearance without its rows.
#[derive(Debug, Clone, PartialEq)]
pub struct ClearanceHeader {
    /// Its id: random, so that it may stand in an address.
    pub id: String,
    /// When it was asked.
    pub created_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// Who asked.
    pub actor: String,
    /// Where it stands.
    pub state: ClearanceState,
    /// What it is for.
    pub purpose: String,
    /// The day on which it is asked.
    pub as_of: NaiveDate,
    /// The period asked about.
    pub period: Period,
    /// The archive version that it is answered from.
    pub archive_version: i64,
    /// Input rows.
    pub rows: u32,
    /// Answered rows.
    pub rows_done: u32,
    /// Answered rows by their state.
    pub by_state: BTreeMap<String, u32>,
    /// As given.
    pub header: Value,
    /// As given.
    pub options: Value,
    /// What the answer rests on; there once it is done.
    pub coverage: Option<Value>,
    /// Why it failed.
    pub error: Option<String>,
    /// The code by which it is verified; there once it is done.
    pub code: Option<String>,
    /// Hashes and versions, as its maker gave them.
    pub proof: Option<Value>,
}

const COLUMNS: &str = "SELECT id, created_at, finished_at, actor, state, purpose, as_of, period_from, period_to, \
                       archive_version, inputs, header, options, coverage, error, code, proof FROM clearance ";

impl Archive {
    /// Stores a question with its inputs. Gives its id.
    pub async fn create_clearance(
        &self,
        new: NewClearance,
        now: DateTime<Utc>,
    ) -> Result<String, ArchiveError> {
        self.create_clearance_within(new, None, now).await
    }

    /// The same; `scope` is the fingerprint of what its asker may see, kept in the same act.
    pub async fn create_clearance_within(
        &self,
        new: NewClearance,
        scope: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<String, ArchiveError> {
        let id = new_id()?;
        let sealer = self.sealer();
        let inputs = clearance_rows::sealed_inputs(sealer, &id, &new.inputs)?;
        let mut act = Act::begin(self, &new.actor, now).await?;
        let now_ms = act.now_ms();
        let rows = i64::try_from(new.inputs.len()).unwrap_or(i64::MAX);
        sqlx::query(
            "INSERT INTO clearance (id, created_at, actor, state, purpose, as_of, period_from, period_to, \
             archive_version, inputs, header, options) \
             VALUES ($1, $2, $3, 'running', $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(&id)
        .bind(now_ms)
        .bind(&new.actor)
        .bind(&new.purpose)
        .bind(new.as_of.to_string())
        .bind(new.period.from.map(|day| day.to_string()))
        .bind(new.period.to.map(|day| day.to_string()))
        .bind(new.archive_version)
        .bind(rows)
        .bind(sealer.seal_json(&place(&id, "header"), &new.header)?)
        .bind(sealer.seal_json(&place(&id, "options"), &new.options)?)
        .execute(act.connection())
        .await?;
        clearance_rows::insert_inputs(&mut act, &id, &inputs).await?;
        if let Some(fingerprint) = scope {
            kept::keep_scope(act.connection(), &id, fingerprint).await?;
        }
        act.audit("clearance.create", &id, &json!({ "rows": rows })).await?;
        act.commit().await?;
        Ok(id)
    }

    /// All rows are answered; `coverage` is what they rest on, `proof` the code by which the answer can be
    /// verified with hashes and versions. The proof stands in the audit chain too.
    pub async fn finish_clearance(
        &self,
        id: &str,
        coverage: &Value,
        proof: Option<(&str, &Value)>,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        self.finish_clearance_with(id, &[], coverage, proof, now).await
    }

    /// The same, with the last rows stored in the same act: a short list waits for the disk once less.
    pub async fn finish_clearance_with(
        &self,
        id: &str,
        last: &[SealedRow],
        coverage: &Value,
        proof: Option<(&str, &Value)>,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        let asker =
            self.clearance(id).await?.ok_or_else(|| ArchiveError::NoSuchClearance(id.to_owned()))?.actor;
        let mut act = Act::begin(self, &asker, now).await?;
        must_run(act.connection(), id).await?;
        clearance_rows::insert_rows(&mut act, id, last).await?;
        let now_ms = act.now_ms();
        sqlx::query(
            "UPDATE clearance SET state = 'done', finished_at = $1, coverage = $2, code = $3, proof = $4 \
             WHERE id = $5",
        )
        .bind(now_ms)
        .bind(coverage.to_string())
        .bind(proof.map(|(code, _)| code))
        .bind(proof.map(|(_, proof)| proof.to_string()))
        .bind(id)
        .execute(act.connection())
        .await?;
        let detail = json!({ "state": "done", "proof": proof.map(|(_, proof)| proof) });
        act.audit("clearance.end", id, &detail).await?;
        act.commit().await
    }

    /// It broke off.
    pub async fn fail_clearance(
        &self,
        id: &str,
        error: &str,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        self.end_clearance(id, ClearanceState::Failed, Some(error), now).await
    }

    /// Somebody stopped it.
    pub async fn cancel_clearance(&self, id: &str, now: DateTime<Utc>) -> Result<(), ArchiveError> {
        self.end_clearance(id, ClearanceState::Cancelled, None, now).await
    }

    async fn end_clearance(
        &self,
        id: &str,
        state: ClearanceState,
        error: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        let asker =
            self.clearance(id).await?.ok_or_else(|| ArchiveError::NoSuchClearance(id.to_owned()))?.actor;
        let mut act = Act::begin(self, &asker, now).await?;
        must_run(act.connection(), id).await?;
        let now_ms = act.now_ms();
        sqlx::query("UPDATE clearance SET state = $1, finished_at = $2, error = $3 WHERE id = $4")
            .bind(state.word())
            .bind(now_ms)
            .bind(error)
            .bind(id)
            .execute(act.connection())
            .await?;
        act.audit("clearance.end", id, &json!({ "state": state.word() })).await?;
        act.commit().await
    }

    /// A stored clearance with its counts.
    pub async fn clearance(&self, id: &str) -> Result<Option<ClearanceHeader>, ArchiveError> {
        let mut tx = self.readers().begin().await?;
        let mut query = Query::new(COLUMNS);
        query.push("WHERE id = ").push_bind(id);
        match query.build().fetch_optional(&mut *tx).await? {
            Some(row) => self.clearance_header(&mut tx, &row).await.map(Some),
            None => Ok(None),
        }
    }

    /// The clearance with this code.
    pub async fn clearance_by_code(&self, code: &str) -> Result<Option<ClearanceHeader>, ArchiveError> {
        let mut tx = self.readers().begin().await?;
        let mut query = Query::new(COLUMNS);
        query.push("WHERE code = ").push_bind(code);
        match query.build().fetch_optional(&mut *tx).await? {
            Some(row) => self.clearance_header(&mut tx, &row).await.map(Some),
            None => Ok(None),
        }
    }

    /// Whether the audit chain holds `proof` as that of the clearance `id`.
    pub async fn proof_in_audit(&self, id: &str, proof: &Value) -> Result<bool, ArchiveError> {
        let details: Vec<String> =
            sqlx::query_scalar("SELECT detail FROM audit WHERE action = 'clearance.end' AND subject = $1")
                .bind(id)
                .fetch_all(self.readers())
                .await?;
        let details = details.iter().map(|detail| rows::json(detail)).collect::<Result<Vec<_>, _>>()?;
        Ok(details.iter().any(|detail| detail.get("proof") == Some(proof)))
    }

    /// The newest `limit` clearances, the newest first.
    pub async fn recent_clearances(&self, limit: u32) -> Result<Vec<ClearanceHeader>, ArchiveError> {
        let mut tx = self.readers().begin().await?;
        let mut query = Query::new(COLUMNS);
        query.push("ORDER BY created_at DESC, id LIMIT ").push_bind(i64::from(limit));
        let mut headers = Vec::new();
        for row in query.build().fetch_all(&mut *tx).await? {
            headers.push(self.clearance_header(&mut tx, &row).await?);
        }
        Ok(headers)
    }

    async fn clearance_header(
        &self,
        connection: &mut SqliteConnection,
        row: &SqliteRow,
    ) -> Result<ClearanceHeader, ArchiveError> {
        let id: String = row.try_get(0)?;
        let by_state = clearance_rows::count_by_state(connection, &id).await?;
        let sealed = |what: &str, text: &str| self.sealer().open_json(&place(&id, what), text);
        Ok(ClearanceHeader {
            created_at: rows::instant(row.try_get(1)?)?,
            finished_at: row.try_get::<Option<i64>, _>(2)?.map(rows::instant).transpose()?,
            actor: row.try_get(3)?,
            state: ClearanceState::read(row.try_get(4)?)?,
            purpose: row.try_get(5)?,
            as_of: day(row.try_get(6)?)?,
            period: Period {
                from: row.try_get::<Option<&str>, _>(7)?.map(day).transpose()?,
                to: row.try_get::<Option<&str>, _>(8)?.map(day).transpose()?,
            },
            archive_version: row.try_get(9)?,
            rows: u32::try_from(row.try_get::<i64, _>(10)?).unwrap_or(u32::MAX),
            rows_done: by_state.values().sum(),
            by_state,
            header: sealed("header", row.try_get(11)?)?,
            options: sealed("options", row.try_get(12)?)?,
            coverage: row.try_get::<Option<&str>, _>(13)?.map(rows::json).transpose()?,
            error: row.try_get(14)?,
            code: row.try_get(15)?,
            proof: row.try_get::<Option<&str>, _>(16)?.map(rows::json).transpose()?,
            id,
        })
    }
}

/// Refuses a clearance that is not there, or has ended.
pub(crate) async fn must_run(connection: &mut SqliteConnection, id: &str) -> Result<(), ArchiveError> {
    let state: Option<String> = sqlx::query_scalar("SELECT state FROM clearance WHERE id = $1")
        .bind(id)
        .fetch_optional(connection)
        .await?;
    let state = state.ok_or_else(|| ArchiveError::NoSuchClearance(id.to_owned()))?;
    match ClearanceState::read(&state)? {
        ClearanceState::Running => Ok(()),
        state @ (ClearanceState::Done | ClearanceState::Failed | ClearanceState::Cancelled) => {
            Err(ArchiveError::ClearanceEnded { id: id.to_owned(), state: state.word() })
        }
    }
}

fn new_id() -> Result<String, ArchiveError> {
    let mut bytes = [0_u8; 10];
    getrandom::fill(&mut bytes)
        .map_err(|_| ArchiveError::Damaged("this machine gives no random numbers".to_owned()))?;
    Ok(format!("C-{}", hex::encode(bytes)))
}

fn place(id: &str, what: &str) -> String {
    format!("clearance:{id}.{what}")
}

fn day(text: &str) -> Result<NaiveDate, ArchiveError> {
    text.parse().map_err(|_| ArchiveError::Damaged(format!("{text:?} is no day")))
}
