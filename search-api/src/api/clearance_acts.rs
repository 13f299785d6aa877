//! The act around a clearance for programs: put on record, searched as a job, moved step by step. What may
//! happen is the table's to say; which acts there are, the reader's roles and scope. The console goes the same way.

mod body;
mod shape;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use clearance::act::{self, Answer, By};
use dossier::access::Action;
use dossier::clearance_act::{ActEvent, ActState};
use serde::Deserialize;
use serde_json::{Value, json};

pub(crate) use body::{FileBody, NewAct, StepBody};
use shape::{brief, consultation, notice, offer, whole};

use crate::acts::{Deed, by, state_of};
use crate::app::App;
use crate::around::Problem;
use crate::failure::{Failure, Missing, Refused};
use crate::idempotency::Known;
use crate::json::ApiJson;
use crate::pages::clearance_acts::{after, calendar, one};
use crate::reader::Reader;

/// What the list is asked.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListQuery {
    state: Option<String>,
}

fn asked<T>(query: Result<Query<T>, QueryRejection>) -> Result<T, Failure> {
    query.map(|Query(query)| query).map_err(|rejected| Failure::Malformed {
        code: "query_parameter_invalid",
        detail: rejected.to_string(),
    })
}

/// `GET /api/v1/clearance-acts`
#[utoipa::path(get, path = "/api/v1/clearance-acts", tag = "acts", summary = "The acts that there are for this account",
    params(("state" = Option<String>, Query, description = "Only those in this state")),
    responses((status = 200, description = "`acts`, the newest first", body = Object)))]
pub(crate) async fn list(
    State(app): State<App>,
    reader: Reader,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Result<Json<Value>, Failure> {
    let wanted = match asked(query)?.state {
        Some(word) => {
            let message = "there is no such state of an act";
            Some(ActState::parse(&word).ok_or_else(|| Failure::field("state", "field_invalid", message))?)
        }
        None => None,
    };
    let acts = app.acts_of(&reader).await?;
    let fits = |state: &str| wanted.is_none_or(|wanted| wanted.slug() == state);
    let acts: Vec<Value> = acts.iter().filter(|act| fits(&act.state)).map(brief).collect();
    reader.audit(&app, "clearance_act.list", "acts", json!({ "shown": acts.len() })).await?;
    Ok(Json(json!({ "acts": acts })))
}

/// `POST /api/v1/clearance-acts`
#[utoipa::path(post, path = "/api/v1/clearance-acts", tag = "acts", summary = "Put a request on record and search its list",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key is the same act, for good; the same key with another body is refused while the server runs.")),
    request_body = NewAct,
    responses((status = 202, description = "On record; `Location` says where it is", body = Object,
                headers(("Location" = String, description = "Address of the act"))),
              (status = 409, description = "`idempotency_key_reused`", body = Problem, content_type = "application/problem+json"),
              (status = 422, description = "`list_empty`, `list_too_long`, `period_reversed`, `as_of_in_future`, `field_missing` …", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn create(
    State(app): State<App>,
    reader: Reader,
    headers: HeaderMap,
    body: ApiJson<NewAct>,
) -> Result<Response, Failure> {
    if !reader.may(Action::RunClearances) {
        return Err(Failure::Forbidden(Refused::Right));
    }
    let key = key_of(&reader, &headers);
    let claim = match &key {
        None => None,
        Some(key) => match app.idempotency().claim(&format!("act {key}"), &body.bytes).await? {
            Known::Answered(id) => return accepted(&app, &reader, &id).await,
            Known::New(claim) => Some(claim),
        },
    };
    let person = body.value.person.clone();
    let (opening, question) = body.value.question(&reader, app.today(), &calendar(&app))?;
    let who = By { idempotency_key: key, ..by(&reader, None, ActEvent::Create, person.as_deref())? };
    let id = act::create(reader.archive(), &opening, &question, &who, app.now()).await?;
    if let Some(claim) = claim {
        claim.answered(&id);
    }
    // Made under the reader's scope: without a word of it he would not see his own.
    app.keep_scope_of_act(&reader, &id).await?;
    let made = app.act_of(&reader, &id).await?;
    if made.state == ActState::Registered.slug() {
        let who = by(&reader, Some(ActState::Registered), ActEvent::Gather, person.as_deref())?;
        // Asked twice, the second finds it at work.
        let _ = app.begin_gathering(&reader, &made, None, who);
    }
    accepted(&app, &reader, &id).await
}

async fn accepted(app: &App, reader: &Reader, id: &str) -> Result<Response, Failure> {
    let act = app.act_of(reader, id).await?;
    let location = format!("/api/v1/clearance-acts/{id}");
    Ok((StatusCode::ACCEPTED, [(LOCATION, location)], Json(brief(&act))).into_response())
}

/// `GET /api/v1/clearance-acts/{id}`
#[utoipa::path(get, path = "/api/v1/clearance-acts/{id}", tag = "acts", summary = "An act: rows, decisions, consultations, trace, what may be done next",
    params(("id" = String, Path, description = "Id of the act")),
    responses((status = 200, description = "The act", body = Object),
              (status = 404, description = "`act_not_found`", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn show(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<String>,
) -> Result<Json<Value>, Failure> {
    let view = app.act_view(&reader, &id).await?;
    let news = app.act_has_news(&reader, &view.act).await?;
    let progress = app.gathering_of(&view.act).await?;
    let offers = one::offers_of(&reader, &view, news, &app);
    reader.audit(&app, "clearance_act.read", &id, json!({ "rows": view.rows.len() })).await?;
    let mut answer = whole(&view);
    answer["something_new"] = news.into();
    answer["progress"] = shape::progress(&progress);
    answer["possible"] = offers.into_iter().map(offer).collect();
    Ok(Json(answer))
}

/// `POST /api/v1/clearance-acts/{id}/{part}`
#[utoipa::path(post, path = "/api/v1/clearance-acts/{id}/{part}", tag = "acts", summary = "Make a step",
    params(("id" = String, Path, description = "Id of the act"),
           ("part" = String, Path, description = "`gather`, `decide`, `opine`, `consult`, `close_consultation`, `draft`, `submit`, `return`, `review`, `sign`, `issue`, `file`, `withdraw` or `cancel`"),
           ("Idempotency-Key" = Option<String>, Header, description = "The same key is the same step, for good.")),
    request_body = StepBody,
    responses((status = 200, description = "Made; the act as it stands", body = Object),
              (status = 202, description = "`gather`: the search has begun; `GET` gives its progress", body = Object),
              (status = 404, description = "`act_not_found`", body = Problem, content_type = "application/problem+json"),
              (status = 409, description = "`act_changed`, `act_wrong_state`, `act_wrong_role`, `act_refused`, `clearance_running`, `idempotency_key_reused`", body = Problem, content_type = "application/problem+json"),
              (status = 422, description = "A field is wrong, or the attached file is refused", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn step(
    State(app): State<App>,
    reader: Reader,
    Path((id, part)): Path<(String, String)>,
    headers: HeaderMap,
    body: ApiJson<StepBody>,
) -> Result<Response, Failure> {
    let event = ActEvent::parse(&part).ok_or(Failure::NotFound(Missing::Address))?;
    let body = body.value;
    let act = app.act_of(&reader, &id).await?;
    let who = by(&reader, Some(state_of(&act)?), event, body.person.as_deref())?;
    let who = By { idempotency_key: key_of(&reader, &headers), seen: body.row_version, ..who };
    if event == ActEvent::Gather {
        if body.row_version.is_some_and(|seen| seen != act.row_version) {
            let (id, state) = (act.id.clone(), act.state.clone());
            let moved = archive::ArchiveError::ActConflict { id, state, version: act.row_version };
            return Err(moved.into());
        }
        if body.as_of.is_some_and(|day| day > app.today()) {
            let message = "the day of the question has not come yet";
            return Err(Failure::field("as_of", "as_of_in_future", message));
        }
        app.begin_gathering(&reader, &act, body.as_of, who)?;
        return Ok((StatusCode::ACCEPTED, Json(brief(&act))).into_response());
    }
    let deed = body.deed(event, &app, &calendar(&app)).await?;
    app.do_to_act(&reader, &id, deed, who).await?;
    let after = app.archive().act(&id).await?.ok_or(Failure::NotFound(Missing::Act))?;
    Ok(Json(brief(&after)).into_response())
}

/// `GET /api/v1/clearance-acts/{id}/{part}`
#[utoipa::path(get, path = "/api/v1/clearance-acts/{id}/{part}", tag = "acts", summary = "A paper of the act, or the progress of its search",
    params(("id" = String, Path, description = "Id of the act"),
           ("part" = String, Path, description = "`letter.docx`, `letter.html`, `papers.docx`, `papers.html` or `progress`")),
    responses((status = 200, description = "The file, or `done`, `total` and `state`"),
              (status = 404, description = "`act_not_found`, `not_found`", body = Problem, content_type = "application/problem+json"),
              (status = 409, description = "`clearance_not_done`", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn paper(
    app: State<App>,
    reader: Reader,
    path: Path<(String, String)>,
) -> Result<Response, Failure> {
    crate::pages::clearance_acts::part(app, reader, path).await
}

/// What an office says.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerBody {
    /// Something is known against somebody on the list.
    objects: bool,
    /// What it says.
    #[serde(default)]
    text: String,
    /// Papers that belong to it.
    #[serde(default)]
    attachments: Vec<FileBody>,
    /// Who answers, where nobody signs in.
    person: Option<String>,
}

/// `POST /api/v1/consultations/{act}/{no}`
#[utoipa::path(post, path = "/api/v1/consultations/{act}/{no}", tag = "acts", summary = "An office answers, without seeing what was found",
    params(("act" = String, Path, description = "Id of the act"), ("no" = u32, Path, description = "Number of the consultation"),
           ("Idempotency-Key" = Option<String>, Header, description = "The same key is the same answer, for good.")),
    request_body = AnswerBody,
    responses((status = 200, description = "On record; the consultation as it stands", body = Object),
              (status = 404, description = "`act_not_found`", body = Problem, content_type = "application/problem+json"),
              (status = 409, description = "`act_refused`, `act_wrong_state`", body = Problem, content_type = "application/problem+json"),
              (status = 422, description = "`attachment_type_refused`, `attachment_too_large` …", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn answer(
    State(app): State<App>,
    reader: Reader,
    Path((id, no)): Path<(String, u32)>,
    headers: HeaderMap,
    body: ApiJson<AnswerBody>,
) -> Result<Json<Value>, Failure> {
    app.consultation_of(&reader, &id, no).await?;
    let act = app.archive().act(&id).await?.ok_or(Failure::NotFound(Missing::Act))?;
    let body = body.value;
    let who = by(&reader, Some(state_of(&act)?), ActEvent::Answer, body.person.as_deref())?;
    let who = By { idempotency_key: key_of(&reader, &headers), ..who };
    let attachments = body::files(body.attachments)?;
    let answer = Answer { no, objects: body.objects, text: body.text, attachments };
    app.do_to_act(&reader, &id, Deed::Answer(answer), who).await?;
    Ok(Json(consultation(&app.consultation_of(&reader, &id, no).await?)))
}

/// Two readers may think of the same word.
fn key_of(reader: &Reader, headers: &HeaderMap) -> Option<String> {
    let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok())?;
    Some(format!("api:{}:{key}", reader.id()))
}

/// `GET /api/v1/consultations`
#[utoipa::path(get, path = "/api/v1/consultations", tag = "acts", summary = "What the office of this account was asked, or what is open",
    responses((status = 200, description = "`consultations`", body = Object)))]
pub(crate) async fn consultations(State(app): State<App>, reader: Reader) -> Result<Json<Value>, Failure> {
    let asked = app.asked_of(&reader).await?;
    reader.audit(&app, "consultation.list", "consultations", json!({ "shown": asked.len() })).await?;
    Ok(Json(json!({ "consultations": asked.iter().map(consultation).collect::<Vec<_>>() })))
}

/// What the list of notices is asked.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoticesQuery {
    all: Option<bool>,
}

/// `GET /api/v1/clearance-notices`
#[utoipa::path(get, path = "/api/v1/clearance-notices", tag = "acts", summary = "What has come about the persons of valid letters",
    params(("all" = Option<bool>, Query, description = "Those that somebody has seen too")),
    responses((status = 200, description = "`notices`", body = Object)))]
pub(crate) async fn notices(
    State(app): State<App>,
    reader: Reader,
    query: Result<Query<NoticesQuery>, QueryRejection>,
) -> Result<Json<Value>, Failure> {
    let unseen = !asked(query)?.all.unwrap_or(false);
    let mut shown = Vec::new();
    for raised in app.archive().notices(None, unseen).await? {
        if app.act_of(&reader, &raised.act).await.is_ok() {
            shown.push(notice(&raised));
        }
    }
    reader.audit(&app, "clearance_act.notices", "notices", json!({ "shown": shown.len() })).await?;
    Ok(Json(json!({ "notices": shown })))
}

/// What is made of the notices of an act.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SeenBody {
    /// What is made of them.
    note: String,
    /// Who, where nobody signs in.
    #[serde(default)]
    person: String,
}

/// `POST /api/v1/clearance-notices/{act}`
#[utoipa::path(post, path = "/api/v1/clearance-notices/{act}", tag = "acts", summary = "The notices of an act have been seen",
    params(("act" = String, Path, description = "Id of the act")), request_body = SeenBody,
    responses((status = 200, description = "`seen`: how many there were", body = Object)))]
pub(crate) async fn see(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<String>,
    body: ApiJson<SeenBody>,
) -> Result<Json<Value>, Failure> {
    let (note, person) = (body.value.note.trim(), body.value.person.trim());
    let seen = after::see_notices(&app, &reader, &id, note, person).await?;
    Ok(Json(json!({ "seen": seen })))
}

/// What the figures are asked.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StatisticsQuery {
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

/// `GET /api/v1/clearance-statistics`
#[utoipa::path(get, path = "/api/v1/clearance-statistics", tag = "acts", summary = "Batches, persons, opinions by group, time taken",
    params(("from" = Option<String>, Query, description = "First day on which a request came"),
           ("to" = Option<String>, Query, description = "Last day")),
    responses((status = 200, description = "The figures", body = Object)))]
pub(crate) async fn statistics(
    State(app): State<App>,
    reader: Reader,
    query: Result<Query<StatisticsQuery>, QueryRejection>,
) -> Result<Json<Value>, Failure> {
    reader.must_see_all()?;
    let query = asked(query)?;
    crate::api::clearances::period(query.from, query.to)?;
    let (since, before) = after::between(&app, query.from, query.to);
    let figures = act::statistics(app.archive(), since, before).await?;
    Ok(Json(serde_json::to_value(&figures)?))
}
