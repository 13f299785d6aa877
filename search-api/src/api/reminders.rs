//! Reminders over HTTP: the list, one with its trace, everything that the reader may do to it, held batches
//! and the board. What may be done is decided by the table of transitions; here the reader's roles say as
//! whom he acts, and his scope which reminders there are for him.

mod shapes;

use std::collections::BTreeSet;

use archive::{Batch, OutboxFilter, Proposal, Reminder, ReminderAct, ReminderFilter};
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use chrono::NaiveDate;
use dossier::access::{Action, Offices};
use dossier::reminder::{Act, Answer, Event, Outcome, Party, ReasonCode, State as Standing, TABLE, possible};
use dossier::{Category, Kind, RecordKey, RecordRef};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::app::App;
use crate::around::Problem;
use crate::failure::{Failure, Missing};
use crate::json::ApiJson;
use crate::reader::Reader;
use shapes::{ReminderShown, batch, event, fact, given, shown};
use utoipa::ToSchema;

/// Reminders on one page, at most.
const PAGE_MAX: u32 = 500;

/// What the list is asked.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListQuery {
    state: Option<String>,
    overdue: Option<bool>,
    office: Option<String>,
    category: Option<String>,
    after: Option<String>,
    limit: Option<u32>,
}

/// A page of the list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReminderPage {
    /// The reminders.
    reminders: Vec<ReminderShown>,
    /// How many there are in all.
    total: i64,
    /// What to give as `after` for the next page; null on the last one.
    next: Option<String>,
}

/// `GET /api/v1/reminders`
#[utoipa::path(get, path = "/api/v1/reminders", tag = "reminders", summary = "Reminders of the reader's offices",
    params(("state" = Option<String>, Query, description = "Only in this state (held, pending_review, issued, ...)"),
           ("overdue" = Option<bool>, Query, description = "Only those whose present deadline was missed"),
           ("office" = Option<String>, Query, description = "Only of this office (key)"),
           ("category" = Option<String>, Query, description = "Only with a fact of this category"),
           ("after" = Option<String>, Query, description = "After this reminder; from the first if absent"),
           ("limit" = Option<u32>, Query, description = "At most so many, 1 to 500; 100 if absent")),
    responses((status = 200, description = "A page of the list", body = ReminderPage),
              (status = 400, description = "`query_parameter_unknown`", body = Problem, content_type = "application/problem+json"),
              (status = 403, description = "`right_missing`", body = Problem, content_type = "application/problem+json"),
              (status = 422, description = "`field_invalid`", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list(
    State(app): State<App>,
    reader: Reader,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Result<Json<ReminderPage>, Failure> {
    let Query(query) = query.map_err(|rejected| Failure::Malformed {
        code: "query_parameter_invalid",
        detail: rejected.to_string(),
    })?;
    let limit = query.limit.unwrap_or(100).clamp(1, PAGE_MAX);
    let mut filter = visible(&reader).await?;
    if let Some(word) = &query.state {
        filter.states = vec![Standing::parse(word).ok_or_else(|| wrong("state"))?];
    }
    if let Some(word) = &query.category {
        filter.category = Some(Category::parse(word).ok_or_else(|| wrong("category"))?);
    }
    if let Some(office) = query.office {
        let allowed = filter.offices.as_ref().is_none_or(|offices| offices.contains(&office));
        filter.offices = Some(if allowed { vec![office] } else { Vec::new() });
    }
    filter.overdue = query.overdue.unwrap_or(false);
    let total = app.archive().count_reminders(&filter).await?;
    filter.after = query.after;
    filter.limit = Some(limit + 1);
    let mut found = app.archive().reminders(&filter).await?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = found.last().filter(|_| more).map(|last| last.id.clone());
    reader.audit(&app, "reminder.list", "reminders", json!({ "shown": found.len() })).await?;
    let reminders = found.iter().map(|one| shown(&app, one)).collect();
    Ok(Json(ReminderPage { reminders, total, next }))
}

/// `GET /api/v1/reminders/{id}`
#[utoipa::path(get, path = "/api/v1/reminders/{id}", tag = "reminders", summary = "A reminder with its facts, its trace, its answers and mails",
    params(("id" = String, Path, description = "Number of the reminder")),
    responses((status = 200, description = "The reminder; `possible` names what the reader may do to it now", body = Object),
              (status = 403, description = "`right_missing`", body = Problem, content_type = "application/problem+json"),
              (status = 404, description = "`reminder_not_found`", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn show(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<String>,
) -> Result<Json<Value>, Failure> {
    let reminder = one(&app, &reader, &id).await?;
    let archive = app.archive();
    let mut answer = serde_json::to_value(shown(&app, &reminder))?;
    let facts = archive.reminder_facts(&id).await?;
    let trace = archive.reminder_events(&id).await?;
    let answers = archive.reminder_answers(&id).await?;
    let mails =
        archive.mails(&OutboxFilter { reminder: Some(id.clone()), ..OutboxFilter::default() }).await?;
    answer["facts"] = facts.iter().map(fact).collect();
    answer["trace"] = trace.iter().map(event).collect();
    answer["answers"] = answers.iter().map(given).collect();
    answer["mails"] = mails
        .iter()
        .map(|mail| {
            json!({ "kind": mail.kind, "audience": mail.audience, "state": mail.state, "hold": mail.hold,
                    "attempts": mail.attempts, "created_at": mail.created_at.to_rfc3339(),
                    "next_attempt_at": mail.next_attempt_at.map(|at| at.to_rfc3339()), "reply": mail.reply,
                    "error": mail.error })
        })
        .collect();
    let may: BTreeSet<&str> = parties(&reader)
        .into_iter()
        .flat_map(|party| possible(&reminder.standing, party))
        .map(Event::slug)
        .collect();
    answer["possible"] = json!(may);
    reader.audit(&app, "reminder.read", &id, json!({})).await?;
    Ok(Json(answer))
}

/// What is filled in with an act; which of it is needed hangs on the act.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActBody {
    /// The version that was seen; another one by now is a conflict.
    row_version: Option<i64>,
    /// Why, in words.
    reason: Option<String>,
    /// Why, as a code.
    #[schema(value_type = Option<String>, example = "issued_in_error")]
    code: Option<ReasonCode>,
    /// A day: proposed, granted, or until when to pause.
    #[schema(value_type = Option<String>, format = Date)]
    day: Option<NaiveDate>,
    /// An office: proposed, or the new one.
    office: Option<String>,
    /// What it came to.
    #[schema(value_type = Option<String>, example = "resolved")]
    outcome: Option<Outcome>,
    /// The level to escalate to.
    level: Option<u32>,
    /// Whether rerouting also starts the clock of the answer anew.
    #[serde(default)]
    restart_respond: bool,
    /// The answer: method, finding, measure, text, handlers.
    #[schema(value_type = Option<Object>)]
    answer: Option<Answer>,
}

/// `POST /api/v1/reminders/{id}/{event}`
#[utoipa::path(post, path = "/api/v1/reminders/{id}/{event}", tag = "reminders", summary = "Does something to a reminder",
    params(("id" = String, Path, description = "Number of the reminder"),
           ("event" = String, Path, description = "What, e.g. acknowledge, respond, return, accept"),
           ("Idempotency-Key" = Option<String>, Header, description = "A word of the client for this act: repeated, it is not done again")),
    request_body = ActBody,
    responses((status = 200, description = "The reminder as it is now; `repeated` says whether the act had been done before", body = Object),
              (status = 400, description = "`json_malformed`", body = Problem, content_type = "application/problem+json"),
              (status = 403, description = "`right_missing`", body = Problem, content_type = "application/problem+json"),
              (status = 404, description = "`reminder_not_found`", body = Problem, content_type = "application/problem+json"),
              (status = 409, description = "`reminder_changed`, `reminder_not_yours`, `reminder_no_such_move`, or the code of what does not hold", body = Problem, content_type = "application/problem+json"),
              (status = 422, description = "`field_invalid`", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn act(
    State(app): State<App>,
    reader: Reader,
    Path((id, event)): Path<(String, String)>,
    headers: HeaderMap,
    body: ApiJson<ActBody>,
) -> Result<Json<Value>, Failure> {
    let event = Event::parse(&event).ok_or(Failure::NotFound(Missing::Address))?;
    let reminder = one(&app, &reader, &id).await?;
    let body = body.value;
    let mut what =
        Act::new(event, reader.id(), acting_as(&reader, reminder.standing.state, event)?, app.now());
    what.actor_office = own_office(&reader);
    what.reason = body.reason;
    what.code = body.code;
    what.day = body.day;
    what.office = body.office;
    what.outcome = body.outcome;
    what.level = body.level;
    what.restart_respond = body.restart_respond;
    what.answer = body.answer;
    let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok());
    // Two readers may think of the same word.
    let key = key.map(|key| format!("{}:{key}", reader.id()));
    let act = ReminderAct {
        what,
        expected: body.row_version,
        idempotency_key: key.as_deref(),
        address: Some(reader.address()),
    };
    let desks = app.desks()?;
    let acted = app.archive().act_on_reminder(&id, &act, &desks.desk()).await?;
    let mut answer = serde_json::to_value(shown(&app, &acted.reminder))?;
    answer["repeated"] = acted.repeated.into();
    Ok(Json(answer))
}

/// `GET /api/v1/reminder-batches`
#[utoipa::path(get, path = "/api/v1/reminder-batches", tag = "reminders", summary = "What is held back and waits for two people",
    responses((status = 200, description = "The batches", body = Vec<Object>),
              (status = 403, description = "`right_missing`", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn batches(State(app): State<App>, reader: Reader) -> Result<Json<Value>, Failure> {
    let offices = visible(&reader).await?.offices;
    let batches = app.archive().held_batches().await?;
    let seen = |batch: &&Batch| offices.as_ref().is_none_or(|offices| offices.contains(&batch.office));
    Ok(Json(batches.iter().filter(seen).map(batch).collect()))
}

/// What is to become of a batch.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BatchBody {
    /// `release` or `discard`: proposes it. Without it: decides as was proposed.
    propose: Option<String>,
    /// Why; needed with a proposal.
    reason: Option<String>,
    /// The office, for a batch whose office is not known.
    office: Option<String>,
}

/// `POST /api/v1/reminder-batches/{id}`
#[utoipa::path(post, path = "/api/v1/reminder-batches/{id}", tag = "reminders", summary = "Proposes or decides what is to become of a batch",
    params(("id" = i64, Path, description = "Number of the batch")),
    request_body = BatchBody,
    responses((status = 200, description = "The batch as it is now", body = Object),
              (status = 400, description = "`json_malformed`", body = Problem, content_type = "application/problem+json"),
              (status = 403, description = "`right_missing`", body = Problem, content_type = "application/problem+json"),
              (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
              (status = 409, description = "`reminder_not_yours`, or the code of what does not hold", body = Problem, content_type = "application/problem+json"),
              (status = 422, description = "`field_invalid`", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn decide(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<i64>,
    body: ApiJson<BatchBody>,
) -> Result<Json<Value>, Failure> {
    let offices = visible(&reader).await?.offices;
    let found = app.archive().batch(id).await?;
    if offices.is_some_and(|offices| !offices.contains(&found.office)) {
        return Err(Failure::NotFound(Missing::Address));
    }
    let now = app.now();
    let event = Event::Release;
    if let Some(word) = body.value.propose.as_deref() {
        let proposal = match word {
            "release" => Proposal::Release,
            "discard" => Proposal::Discard,
            _ => return Err(wrong("propose")),
        };
        let reason = body.value.reason.filter(|reason| !reason.trim().is_empty());
        let reason = reason.ok_or_else(|| wrong("reason"))?;
        let parties = parties(&reader);
        let party = parties.iter().copied().find(|party| !party.is_of_office());
        let party = party.ok_or_else(|| not_yours(event))?;
        app.archive().propose_batch(id, proposal, reader.id(), party, &reason, now).await?;
    } else {
        let party = acting_as(&reader, Standing::Held, event)?;
        let desks = app.desks()?;
        let office = body.value.office.as_deref();
        app.archive().decide_batch(id, reader.id(), party, office, &desks.desk(), now).await?;
    }
    Ok(Json(batch(&app.archive().batch(id).await?)))
}

/// `GET /api/v1/board`
#[utoipa::path(get, path = "/api/v1/board", tag = "reminders", summary = "The figures by office, category and quarter, each with the numbers of the reminders it was counted from",
    responses((status = 200, description = "The board", body = Object),
              (status = 403, description = "`right_missing`", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn board(State(app): State<App>, reader: Reader) -> Result<Json<Value>, Failure> {
    let filter = visible(&reader).await?;
    let figures = app.archive().reminder_figures(&filter).await?;
    let desks = app.desks()?;
    let day = |at| app.local(at).date();
    let board = alerts::board::board(&figures, desks.calendar(), &day, app.now());
    reader.audit(&app, "reminder.board", "board", json!({ "reminders": figures.len() })).await?;
    Ok(Json(serde_json::to_value(&board)?))
}

/// The reminders that there are for this reader: an office's people see their own office's, the others those
/// of the offices in their scope, and none about those from whom they stay away.
pub(crate) async fn visible(reader: &Reader) -> Result<ReminderFilter, Failure> {
    let scope = reader.scope();
    let mut filter = ReminderFilter {
        except: scope
            .recused_persons
            .iter()
            .map(|person| RecordRef::new(Kind::Person, person.clone()))
            .collect(),
        except_units: scope.recused_units.iter().cloned().collect(),
        ..ReminderFilter::default()
    };
    let parties = parties(reader);
    if reader.account().is_some() && !parties.is_empty() && parties.iter().all(|party| party.is_of_office()) {
        filter.offices = Some(own_office(reader).into_iter().collect());
        return Ok(filter);
    }
    if let Offices::Below(roots) = &scope.offices {
        let snapshot = reader.archive().snapshot().await?;
        let offices = snapshot.page(Kind::Office, None, u32::MAX).await?;
        let mut within: BTreeSet<RecordKey> = roots.clone();
        // At most one round for each level of the tree; a loop in it adds nothing and ends.
        loop {
            let before = within.len();
            for office in &offices {
                let parent = office.fields.text("parent").and_then(|key| RecordKey::new(key).ok());
                if parent.is_some_and(|parent| within.contains(&parent)) {
                    within.insert(office.record.key.clone());
                }
            }
            if within.len() == before {
                break;
            }
        }
        filter.offices = Some(within.iter().map(|key| key.as_str().to_owned()).collect());
    }
    Ok(filter)
}

/// One that is there for the reader.
async fn one(app: &App, reader: &Reader, id: &str) -> Result<Reminder, Failure> {
    let filter = ReminderFilter { id: Some(id.to_owned()), ..visible(reader).await? };
    app.archive().reminders(&filter).await?.pop().ok_or(Failure::NotFound(Missing::Reminder))
}

/// As whom the reader acts, as his roles and rights say. Whoever sits at a machine without accounts acts as
/// nobody: two people have to be told apart.
pub(crate) fn parties(reader: &Reader) -> Vec<Party> {
    let right = |party: &Party| match party {
        Party::System => false,
        Party::Handler => reader.may(Action::AnswerReminders),
        Party::Lead => reader.may(Action::SignReminders),
        Party::Supervisor => reader.may(Action::ReviewReminders),
        Party::SupervisingLead => reader.may(Action::ApproveReminders),
    };
    reader.roles().iter().filter_map(|role| Party::of(*role)).filter(right).collect()
}

fn acting_as(reader: &Reader, state: Standing, event: Event) -> Result<Party, Failure> {
    let parties = parties(reader);
    let row = TABLE.iter().find(|row| row.event == event && row.from.contains(&state));
    let fits = |party: &&Party| row.is_none_or(|row| row.who.contains(party));
    // One who may not is told so by the table, as whoever he is.
    parties.iter().find(fits).or(parties.first()).copied().ok_or_else(|| not_yours(event))
}

pub(crate) fn own_office(reader: &Reader) -> Option<String> {
    Some(reader.account()?.office.as_ref()?.as_str().to_owned())
}

fn not_yours(event: Event) -> Failure {
    let detail = format!("nobody of your roles may {event}; sign in with an account that has one");
    Failure::Conflict { code: "reminder_not_yours", detail }
}

fn wrong(field: &'static str) -> Failure {
    Failure::field(field, "field_invalid", &format!("{field} has a value that is not known"))
}
