//! The audit log for programs of the audit administrator: in its order, page by page, with the hashes, so
//! that the chain can be followed elsewhere.

use archive::AuditQuestion;
use axum::Json;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::app::App;
use crate::around::Problem;
use crate::failure::Failure;
use crate::reader::Reader;

/// Most entries of one answer.
const ENTRIES_MAX: u32 = 1_000;

/// Which part.
#[derive(Debug, Deserialize)]
pub(crate) struct Part {
    after: Option<i64>,
    limit: Option<u32>,
}

/// A part of the log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditAnswer {
    /// In their order.
    entries: Vec<AuditLine>,
    /// What to give as `after` for the next part; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<i64>,
}

/// An entry.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditLine {
    /// Its number, from 1, without gaps.
    seq: i64,
    /// When (RFC 3339).
    at: String,
    /// Who.
    actor: String,
    /// What.
    #[schema(example = "dossier.read")]
    action: String,
    /// To what; a key, never a name.
    subject: String,
    /// Counts, address, purpose.
    #[schema(value_type = Object)]
    detail: Value,
    /// Hash over this entry and the one before.
    hash: String,
}

/// `GET /api/v1/audit`
#[utoipa::path(get, path = "/api/v1/audit", tag = "operation", summary = "The audit log, for the audit administrator",
    params(("after" = Option<i64>, Query, description = "Entries after this number; from the first if absent"),
           ("limit" = Option<u32>, Query, description = "At most so many, 1 to 1000; 1000 if absent")),
    responses((status = 200, description = "A part of the log", body = AuditAnswer),
              (status = 403, description = "`right_missing`", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn show(
    State(app): State<App>,
    reader: Reader,
    Query(part): Query<Part>,
) -> Result<Json<AuditAnswer>, Failure> {
    let limit = part.limit.unwrap_or(ENTRIES_MAX);
    if limit == 0 || limit > ENTRIES_MAX {
        return Err(Failure::field("limit", "limit_too_large", "limit is 1 to 1000"));
    }
    let after = part.after.unwrap_or(0).max(0);
    let entries = app.archive().audit_after(&AuditQuestion::default(), after, limit).await?;
    reader.audit(&app, "audit.read", "", json!({ "after": after, "shown": entries.len() })).await?;
    let next = entries.last().filter(|_| entries.len() == limit as usize).map(|entry| entry.seq);
    let line = |entry: archive::AuditEntry| AuditLine {
        seq: entry.seq,
        at: entry.at.to_rfc3339(),
        actor: entry.actor,
        action: entry.action,
        subject: entry.subject,
        detail: entry.detail,
        hash: entry.hash,
    };
    Ok(Json(AuditAnswer { entries: entries.into_iter().map(line).collect(), next }))
}
