//! Whom a row of a list means, decided by a person and remembered. The question is a keyed hash that the
//! caller makes; here it is only kept, with who decided, when and why.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use dossier::RecordKey;
use serde_json::{Value, json};
use sqlx::Row as _;

use crate::act::Act;
use crate::error::ArchiveError;
use crate::lookups::distinct;
use crate::open::Archive;
use crate::rows;
use crate::snapshot::Snapshot;
use crate::sql::select_in;

/// What a person has decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdentityVerdict {
    /// This dossier.
    Person(RecordKey),
    /// None of those who could be meant.
    Nobody,
    /// An earlier decision is taken back: the question is open again.
    Withdrawn,
}

impl IdentityVerdict {
    fn word(&self) -> &'static str {
        match self {
            IdentityVerdict::Person(_) => "person",
            IdentityVerdict::Nobody => "nobody",
            IdentityVerdict::Withdrawn => "withdrawn",
        }
    }
}

/// One decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityDecision {
    /// Its number.
    pub seq: i64,
    /// What was decided.
    pub verdict: IdentityVerdict,
    /// The person who did.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: String,
}

impl Archive {
    /// Keeps a decision on `question`; `actor` is the account or machine that acts for `by`.
    #[allow(clippy::too_many_arguments, reason = "the parts of one decision")]
    pub async fn decide_identity(
        &self,
        question: &str,
        verdict: &IdentityVerdict,
        by: &str,
        reason: &str,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<i64, ArchiveError> {
        let mut act = Act::begin(self, actor, now).await?;
        let seq = insert(&mut act, self, question, verdict, by, reason).await?;
        act.commit().await?;
        Ok(seq)
    }
}

/// Keeps a decision within an act.
pub(crate) async fn insert(
    act: &mut Act,
    archive: &Archive,
    question: &str,
    verdict: &IdentityVerdict,
    by: &str,
    reason: &str,
) -> Result<i64, ArchiveError> {
    let decided = archive.sealer().seal_json(&place(question), &json!({ "by": by, "reason": reason }))?;
    let person = match verdict {
        IdentityVerdict::Person(person) => Some(person.as_str()),
        IdentityVerdict::Nobody | IdentityVerdict::Withdrawn => None,
    };
    let (actor, now_ms) = (act.actor().to_owned(), act.now_ms());
    let seq: i64 = sqlx::query_scalar(
        "INSERT INTO identity_decision (question, verdict, person, decided, actor, at) \
         VALUES ($1, $2, $3, $4, $5, $6) RETURNING seq",
    )
    .bind(question)
    .bind(verdict.word())
    .bind(person)
    .bind(decided)
    .bind(actor)
    .bind(now_ms)
    .fetch_one(act.connection())
    .await?;
    act.audit("identity.decide", &seq.to_string(), &json!({ "verdict": verdict.word(), "person": person }))
        .await?;
    Ok(seq)
}

impl Snapshot {
    /// The number of the last decision on an identity; 0 for none.
    pub async fn last_identity_decision(&self) -> Result<i64, ArchiveError> {
        let mut tx = self.lock().await;
        Ok(sqlx::query_scalar("SELECT COALESCE(MAX(seq), 0) FROM identity_decision")
            .fetch_one(&mut **tx)
            .await?)
    }

    /// The decision that counts for each of `questions`, of those up to the number `upto`.
    pub async fn identity_decisions(
        &self,
        questions: &[String],
        upto: i64,
    ) -> Result<HashMap<String, IdentityDecision>, ArchiveError> {
        let questions = distinct(questions);
        let mut found = HashMap::new();
        if upto == 0 {
            return Ok(found);
        }
        let mut tx = self.lock().await;
        let head =
            "SELECT seq, question, verdict, person, decided, at FROM identity_decision WHERE question IN ";
        for row in select_in(&mut tx, head, &questions, " ORDER BY seq").await? {
            let seq: i64 = row.try_get(0)?;
            if seq > upto {
                continue;
            }
            let question: String = row.try_get(1)?;
            let verdict = match row.try_get::<&str, _>(2)? {
                "person" => IdentityVerdict::Person(rows::key(row.try_get(3)?)?),
                "nobody" => IdentityVerdict::Nobody,
                _ => {
                    found.remove(&question);
                    continue;
                }
            };
            let decided = self.archive().sealer().open_json(&place(&question), row.try_get(4)?)?;
            let text = |what: &str| decided.get(what).and_then(Value::as_str).unwrap_or_default().to_owned();
            let at = rows::instant(row.try_get(5)?)?;
            let decision = IdentityDecision { seq, verdict, by: text("by"), at, reason: text("reason") };
            found.insert(question, decision);
        }
        Ok(found)
    }
}

fn place(question: &str) -> String {
    format!("identity_decision:{question}")
}
