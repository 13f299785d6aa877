//! A stored answer computed again, on the archive as it was then, and never read back. Under the same
//! versions the canonical JSON must be equal; under others it is said which differ, and where the answer
//! does; and what has come since about its persons is listed.

use archive::{Archive, ClearanceHeader, ClearanceState};
use dossier::RecordKey;
use indexer::Index;
use serde::Serialize;
use serde_json::Value;

use crate::coverage::Coverage;
use crate::error::ClearanceError;
use crate::proof::{Proof, Tally, Versions, canonical_row, input_hash, normal_code};
use crate::rows::{Prepared, View};
use crate::run::{WINDOW, head_of, stored_request};
use crate::watch::{News, news_since};

/// What came out of it.
#[derive(Debug, Clone, Serialize)]
#[allow(clippy::struct_excessive_bools, reason = "four independent findings")]
pub struct Verification {
    /// The clearance.
    pub clearance: String,
    /// Its code.
    pub code: String,
    /// Its proof as stored.
    pub proof: Proof,
    /// The result hash, computed now on the archive version of then.
    pub recomputed: String,
    /// The recomputed answer is the stored one.
    pub equal: bool,
    /// The stored rows are those that the proof was made of.
    pub stored_intact: bool,
    /// The stored question is the one that the proof was made of.
    pub input_intact: bool,
    /// The audit chain holds this proof.
    pub in_audit: bool,
    /// Versions by which this program differs from the one that made the answer.
    pub versions_differ: Vec<Difference>,
    /// Rows that come out otherwise now.
    pub rows_differ: Vec<RowDifference>,
    /// What has come since about the persons of the list.
    pub since: Vec<News>,
}

/// One version that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Which.
    pub what: &'static str,
    /// When it was made.
    pub then: String,
    /// In this program.
    pub now: String,
}

/// One row that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowDifference {
    /// Which row.
    pub row: u32,
    /// Which of its fields.
    pub fields: Vec<String>,
}

impl Verification {
    /// Whether the answer stands as it was given.
    pub fn holds(&self) -> bool {
        self.equal && self.stored_intact && self.input_intact && self.in_audit
    }
}

/// Verifies the stored answer with this code, or this id.
pub async fn verify(
    archive: &Archive,
    index: &Index,
    code_or_id: &str,
) -> Result<Verification, ClearanceError> {
    let unknown = || ClearanceError::NoSuchAnswer(code_or_id.to_owned());
    let header = find(archive, code_or_id).await?.ok_or_else(unknown)?;
    let proof: Proof = serde_json::from_value(header.proof.clone().ok_or_else(unknown)?).map_err(format)?;
    let coverage: Coverage =
        serde_json::from_value(header.coverage.clone().ok_or_else(unknown)?).map_err(format)?;
    let request = stored_request(archive, &header).await?;
    let head = head_of(&header.id, &request, &coverage);
    let mut stored = Stored { archive, id: &header.id, after: 0, kept: Tally::of(&head)? };
    let decisions = proof.versions.decisions_upto();
    let view = View::past(archive, index, proof.versions.archive, decisions, coverage).await?;
    let mut prepared = Prepared::of(&view, &request, proof.answered_at).await?;
    let mut tally = Tally::of(&head)?;
    let mut rows_differ = Vec::new();
    let mut persons: Vec<RecordKey> = Vec::new();
    for start in (0..request.inputs.len()).step_by(WINDOW) {
        let end = (start + WINDOW).min(request.inputs.len());
        let then = stored.next().await?;
        for (row, at) in prepared.rows(start..end).await?.into_iter().zip(0..) {
            persons.extend(row.person.clone());
            let body = serde_json::to_value(&row).map_err(format)?;
            tally.add(&body);
            rows_differ.extend(difference(row.row, then.get(at), &body));
        }
    }
    // Rows that nobody asked for would be no part of the proof either.
    while !stored.next().await?.is_empty() {}
    let kept = stored.kept;
    let recomputed = tally.result();
    let now = Versions::of(&view);
    Ok(Verification {
        equal: recomputed == proof.result,
        stored_intact: kept.result() == proof.result,
        input_intact: input_hash(&request) == proof.input,
        in_audit: match &header.proof {
            Some(proof) => archive.proof_in_audit(&header.id, proof).await?,
            None => false,
        },
        versions_differ: versions_differ(&proof.versions, &now),
        rows_differ,
        since: news_since(archive, &request, &persons, proof.versions.archive).await?,
        clearance: header.id,
        code: proof.code.clone(),
        recomputed,
        proof,
    })
}

/// The stored rows on their way past, window by window.
struct Stored<'a> {
    archive: &'a Archive,
    id: &'a str,
    after: u32,
    /// What the rows so far are hashed into.
    kept: Tally,
}

impl Stored<'_> {
    /// The rows of the next window.
    async fn next(&mut self) -> Result<Vec<Value>, ClearanceError> {
        let window = u32::try_from(WINDOW).unwrap_or(u32::MAX);
        let rows = self.archive.clearance_rows(self.id, self.after, window, None).await?;
        self.after = rows.last().map_or(self.after, |row| row.row);
        let bodies: Vec<Value> = rows.into_iter().map(|row| row.body).collect();
        for body in &bodies {
            self.kept.add(body);
        }
        Ok(bodies)
    }
}

async fn find(archive: &Archive, code_or_id: &str) -> Result<Option<ClearanceHeader>, ClearanceError> {
    let found = match archive.clearance(code_or_id.trim()).await? {
        Some(header) => Some(header),
        None => archive.clearance_by_code(&normal_code(code_or_id)).await?,
    };
    Ok(found.filter(|header| header.state == ClearanceState::Done))
}

#[allow(clippy::needless_pass_by_value, reason = "the shape that map_err asks for")]
fn format(error: serde_json::Error) -> ClearanceError {
    ClearanceError::Format(error.to_string())
}

fn versions_differ(then: &Versions, now: &Versions) -> Vec<Difference> {
    [
        ("index", &then.index, &now.index),
        ("rules", &then.rules, &now.rules),
        ("program", &then.program, &now.program),
    ]
    .into_iter()
    .filter(|(_, then, now)| then != now)
    .map(|(what, then, now)| Difference { what, then: then.clone(), now: now.clone() })
    .collect()
}

fn difference(row: u32, stored: Option<&Value>, now: &Value) -> Option<RowDifference> {
    let Some(stored) = stored else {
        return Some(RowDifference { row, fields: vec!["row".to_owned()] });
    };
    if canonical_row(stored) == canonical_row(now) {
        return None;
    }
    let members = |value: &Value| value.as_object().cloned().unwrap_or_default();
    let (stored, now) = (members(stored), members(now));
    let names: std::collections::BTreeSet<&String> = stored.keys().chain(now.keys()).collect();
    let fields = names.into_iter().filter(|name| stored.get(*name) != now.get(*name)).cloned().collect();
    Some(RowDifference { row, fields })
}
