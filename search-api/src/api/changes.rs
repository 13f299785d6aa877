//! Changes of dossiers for programs: ask, look, decide; and the history of a record. A change that is asked for
//! is written as `archive::ChangeAsk` reads it, cells as a spreadsheet has them.

use archive::{ChangeAsk, ChangeFilter, ChangeItem, DossierChange};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use dossier::Kind;
use dossier::access::Action;
use dossier::change::ChangeState;
use dossier::change::diff::differences;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::persons::RecordAnswer;
use crate::app::App;
use crate::around::Problem;
use crate::failure::{Failure, Missing, Refused};
use crate::json::ApiJson;
use crate::pages::parse_record;
use crate::reader::Reader;
use crate::search::masked;
use crate::view::View;

/// Most changes of one answer.
const CHANGES_MAX: u32 = 200;

/// A change.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangeAnswer {
    /// Its number.
    id: i64,
    /// What for.
    #[schema(example = "correction")]
    kind: String,
    /// `open`, `approved`, `rejected` or `withdrawn`.
    state: String,
    /// To be sent back with a decision.
    row_version: i64,
    /// Whose dossier.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<String>,
    /// Why.
    reason: String,
    /// The document that it rests on; may be empty.
    document: String,
    /// Who asked.
    proposed_by: String,
    /// When (RFC 3339).
    proposed_at: String,
    /// Who decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_by: Option<String>,
    /// When (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_at: Option<String>,
    /// What was said then.
    decision: String,
    /// The change that it takes back.
    #[serde(skip_serializing_if = "Option::is_none")]
    reverses: Option<i64>,
    /// The change by which it was taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    reversed_by: Option<i64>,
    /// Whether a later import brought something else for one of its records.
    overtaken: bool,
    /// Its steps; of a list, none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    steps: Vec<StepAnswer>,
}

/// A step of a change.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StepAnswer {
    /// `create`, `amend`, `retire`, `seal`, `unseal`, `join` or `part`.
    op: String,
    /// Slug of the table.
    table: String,
    /// Key.
    id: String,
    /// The version that was seen; 0: none.
    base: i64,
    /// The version that was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    written_version: Option<i64>,
    /// Of a join: whose dossier it became.
    #[serde(skip_serializing_if = "Option::is_none")]
    into: Option<String>,
    /// The columns that differ, by slug: `before` and `after`; sensitive ones masked.
    #[schema(value_type = Object)]
    differences: Map<String, Value>,
}

/// Some changes, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangesAnswer {
    /// The changes.
    changes: Vec<ChangeAnswer>,
    /// How many there are in all.
    total: u64,
}

/// That a change was asked for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AskedAnswer {
    /// Its number.
    id: i64,
}

/// Which changes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Part {
    state: Option<String>,
    person: Option<String>,
    offset: Option<u64>,
    limit: Option<u32>,
}

/// A decision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeDeed {
    /// The version that was looked at; of a reversal it is not asked.
    #[serde(default)]
    row_version: i64,
    /// Why; a rejection and a reversal need it.
    #[serde(default)]
    reason: String,
    /// Of a reversal: the document that it rests on.
    #[serde(default)]
    document: String,
}

/// A record with all its versions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HistoryAnswer {
    /// The versions, the oldest first.
    versions: Vec<VersionAnswer>,
}

/// A version of a record.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VersionAnswer {
    /// The record as this version has it.
    #[serde(flatten)]
    record: RecordAnswer,
    /// Whether it was in use.
    live: bool,
    /// Who did it.
    actor: String,
    /// Why, where it was not simply imported.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// The import that brought it.
    #[serde(skip_serializing_if = "Option::is_none")]
    import: Option<i64>,
}

/// `POST /api/v1/changes`
#[utoipa::path(post, path = "/api/v1/changes", tag = "dossiers", summary = "Ask for a change of a dossier",
    request_body(content = Object, description = "`kind`, `reason`, `document`; of entry, correction and retirement `steps`: op, table, id, version, fields (cells by slug, null empties one); of everything else `person`, with `move`, `gone` (merge) or `split`"),
    responses((status = 201, description = "It waits for somebody else's decision", body = AskedAnswer),
              (status = 409, description = "`record_changed`, `record_exists`, `change_pending`, `dossier_sealed`, `dossier_joined`, `nothing_changes`", body = Problem, content_type = "application/problem+json"),
              (status = 422, description = "`record_invalid`: what is wrong with which column", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn propose(
    State(app): State<App>,
    reader: Reader,
    ask: ApiJson<ChangeAsk>,
) -> Result<(StatusCode, Json<AskedAnswer>), Failure> {
    let (archive, now) = (reader.archive(), app.now());
    let snapshot = archive.snapshot().await?;
    let new = snapshot.change_asked(&ask.value, app.local(now).date()).await?;
    drop(snapshot);
    let id = archive.propose_change(&new, reader.id(), now).await?;
    Ok((StatusCode::CREATED, Json(AskedAnswer { id })))
}

/// `GET /api/v1/changes`
#[utoipa::path(get, path = "/api/v1/changes", tag = "dossiers", summary = "Changes of dossiers, the newest first",
    params(("state" = Option<String>, Query, description = "`open`, `approved`, `rejected` or `withdrawn`"),
           ("person" = Option<String>, Query, description = "Key of a dossier"),
           ("offset" = Option<u64>, Query, description = "So many are left out first"),
           ("limit" = Option<u32>, Query, description = "At most so many, 1 to 200; 200 if absent")),
    responses((status = 200, description = "The changes whose records this reader sees", body = ChangesAnswer),
              (status = 422, description = "`field_invalid`", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list(
    State(app): State<App>,
    reader: Reader,
    Query(part): Query<Part>,
) -> Result<Json<ChangesAnswer>, Failure> {
    let wrong = |field, message| Failure::field(field, "field_invalid", message);
    let limit = part.limit.unwrap_or(CHANGES_MAX);
    if limit == 0 || limit > CHANGES_MAX {
        return Err(wrong("limit", "limit is 1 to 200"));
    }
    let state = part
        .state
        .as_deref()
        .map(|state| ChangeState::parse(state).ok_or_else(|| wrong("state", "there is no such state")));
    let person = part
        .person
        .as_deref()
        .map(|key| dossier::RecordKey::new(key).map_err(|_| wrong("person", "this is no key")));
    let filter = ChangeFilter {
        state: state.transpose()?,
        person: person.transpose()?,
        offset: part.offset.unwrap_or(0),
        limit,
        ..ChangeFilter::default()
    };
    let view = app.view(&reader).await?;
    let changes = view.snapshot.changes(&filter).await?;
    let total = view.snapshot.count_changes(&filter).await?;
    reader.audit(&app, "change.list", "api", json!({ "shown": changes.len() })).await?;
    Ok(Json(ChangesAnswer {
        changes: changes.into_iter().map(|change| answer(change, Vec::new())).collect(),
        total,
    }))
}

/// `GET /api/v1/changes/{id}`
#[utoipa::path(get, path = "/api/v1/changes/{id}", tag = "dossiers", summary = "A change with its steps, before and after",
    params(("id" = i64, Path, description = "Its number")),
    responses((status = 200, description = "The change", body = ChangeAnswer),
              (status = 404, description = "`change_not_found`", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn show(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<i64>,
) -> Result<Json<ChangeAnswer>, Failure> {
    let view = app.view(&reader).await?;
    Ok(Json(one(&app, &reader, &view, id).await?))
}

/// `POST /api/v1/changes/{id}/{act}`
#[utoipa::path(post, path = "/api/v1/changes/{id}/{act}", tag = "dossiers", summary = "Decide about a change, or take it back",
    params(("id" = i64, Path, description = "Its number"),
           ("act" = String, Path, description = "`approve`, `reject` (by another person), `withdraw` (by whoever asked), `reverse` (asks for what it did to be taken back)")),
    request_body = ChangeDeed,
    responses((status = 200, description = "The change as it is now; of `reverse` the new one", body = ChangeAnswer),
              (status = 404, description = "`change_not_found`", body = Problem, content_type = "application/problem+json"),
              (status = 409, description = "`own_change`, `not_your_change`, `change_decided`, `record_changed`, `change_not_in_force`", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn act(
    State(app): State<App>,
    reader: Reader,
    Path((id, act)): Path<(i64, String)>,
    deed: ApiJson<ChangeDeed>,
) -> Result<Json<ChangeAnswer>, Failure> {
    let (archive, by, now) = (reader.archive(), reader.id(), app.now());
    let must = |right| if reader.may(right) { Ok(()) } else { Err(Failure::Forbidden(Refused::Right)) };
    let deed = deed.value;
    let shown = match act.as_str() {
        "approve" => {
            must(Action::ApproveChanges)?;
            archive.approve_change(id, deed.row_version, &deed.reason, by, now).await?;
            id
        }
        "reject" => {
            must(Action::ApproveChanges)?;
            archive.reject_change(id, deed.row_version, &deed.reason, by, now).await?;
            id
        }
        "withdraw" => {
            must(Action::ProposeChanges)?;
            archive.withdraw_change(id, deed.row_version, &deed.reason, by, now).await?;
            id
        }
        "reverse" => {
            must(Action::ProposeChanges)?;
            archive.reverse_change(id, &deed.reason, &deed.document, by, now).await?
        }
        _ => return Err(Failure::NotFound(Missing::Address)),
    };
    let view = app.view(&reader).await?;
    Ok(Json(one(&app, &reader, &view, shown).await?))
}

/// `GET /api/v1/records/{kind}/{id}`
#[utoipa::path(get, path = "/api/v1/records/{kind}/{id}", tag = "dossiers", summary = "A record with all its versions",
    params(("kind" = String, Path, description = "Slug of the table"), ("id" = String, Path, description = "Key")),
    responses((status = 200, description = "Its versions: who, when, why, from which import", body = HistoryAnswer),
              (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn history(
    State(app): State<App>,
    reader: Reader,
    Path((kind, id)): Path<(String, String)>,
) -> Result<Json<HistoryAnswer>, Failure> {
    let record = parse_record(&kind, &id)?;
    let view = app.view(&reader).await?;
    let versions = view.snapshot.versions(&record).await?;
    let last = versions.last().ok_or(Failure::NotFound(Missing::Address))?;
    let subject = last.stored.person.as_ref().unwrap_or(&record.key).to_string();
    reader.audit(&app, "record.read", &subject, json!({ "record": record.to_string() })).await?;
    let partial = view.snapshot.is_partial();
    let versions = versions.iter().map(|version| {
        Ok(VersionAnswer {
            record: RecordAnswer::of(&version.stored)?,
            live: version.live,
            actor: version.actor.clone(),
            // imports are about everything
            reason: version.reason.clone().filter(|_| !partial),
            import: version.stored.import.filter(|_| !partial),
        })
    });
    Ok(Json(HistoryAnswer { versions: versions.collect::<Result<_, Failure>>()? }))
}

async fn one(app: &App, reader: &Reader, view: &View, id: i64) -> Result<ChangeAnswer, Failure> {
    let change = view.snapshot.change(id).await?.ok_or(Failure::NotFound(Missing::Change))?;
    let items = view.snapshot.change_items(id).await?;
    reader.audit(app, "change.read", &id.to_string(), json!({ "steps": items.len() })).await?;
    let mut steps = Vec::with_capacity(items.len());
    for item in items {
        steps.push(step(view, item).await?);
    }
    Ok(answer(change, steps))
}

async fn step(view: &View, item: ChangeItem) -> Result<StepAnswer, Failure> {
    let versions = if item.base > 0 { view.snapshot.versions(&item.record).await? } else { Vec::new() };
    let before = versions.into_iter().find(|one| one.stored.version == item.base && one.live);
    let before = before.map(|one| one.stored.fields).unwrap_or_default();
    let mut told = Map::new();
    if item.op.writes() {
        for one in differences(item.record.kind, &before, &item.fields) {
            let shown = |value: &Option<dossier::Value>| match value {
                Some(value) if one.sensitive => Ok(Value::String(masked(value))),
                other => serde_json::to_value(other),
            };
            told.insert(
                one.slug.clone(),
                json!({ "before": shown(&one.before)?, "after": shown(&one.after)? }),
            );
        }
    }
    Ok(StepAnswer {
        op: item.op.slug().to_owned(),
        table: slug(item.record.kind),
        id: item.record.key.to_string(),
        base: item.base,
        written_version: item.written_version,
        into: item.into.map(String::from),
        differences: told,
    })
}

fn slug(kind: Kind) -> String {
    kind.slug().to_owned()
}

fn answer(change: DossierChange, steps: Vec<StepAnswer>) -> ChangeAnswer {
    ChangeAnswer {
        id: change.id,
        kind: change.kind.slug().to_owned(),
        state: change.state.slug().to_owned(),
        row_version: change.row_version,
        person: change.person.map(String::from),
        reason: change.reason,
        document: change.document,
        proposed_by: change.proposed_by,
        proposed_at: change.proposed_at.to_rfc3339(),
        decided_by: change.decided_by,
        decided_at: change.decided_at.map(|at| at.to_rfc3339()),
        decision: change.decision,
        reverses: change.reverses,
        reversed_by: change.reversed_by,
        overtaken: change.overtaken,
        steps,
    }
}
