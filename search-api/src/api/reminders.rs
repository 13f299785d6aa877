//! Reminders over HTTP: the list, one with its trace, everything that the reader may do to it, held batches
//! and the board. What may be done is decided by the table of transitions; here the reader's roles say as
//! whom he acts, and his scope which reminders there are for him.

use std::collections::BTreeSet;

use archive::{
    Batch, OutboxFilter, Proposal, Reminder, ReminderAct, ReminderAnswer, ReminderEvent, ReminderFact,
    ReminderFilter,
};
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
use crate::failure::{Failure, Missing};
use crate::json::ApiJson;
use crate::reader::Reader;

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
#[derive(Debug, Serialize)]
pub(crate) struct Page {
    /// The reminders.
    reminders: Vec<Value>,
    /// How many there are in all.
    total: i64,
    /// What to give as `after` for the next page; null on the last one.
    next: Option<String>,
}

/// `GET /api/v1/reminders`
pub(crate) async fn list(
    State(app): State<App>,
    reader: Reader,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Result<Json<Page>, Failure> {
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
    Ok(Json(Page { reminders, total, next }))
}

/// `GET /api/v1/reminders/{id}`
pub(crate) async fn show(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<String>,
) -> Result<Json<Value>, Failure> {
    let reminder = one(&app, &reader, &id).await?;
    let archive = app.archive();
    let mut answer = shown(&app, &reminder);
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

/// What is filled in with an act.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActBody {
    row_version: Option<i64>,
    reason: Option<String>,
    code: Option<ReasonCode>,
    day: Option<NaiveDate>,
    office: Option<String>,
    outcome: Option<Outcome>,
    level: Option<u32>,
    #[serde(default)]
    restart_respond: bool,
    answer: Option<Answer>,
}

/// `POST /api/v1/reminders/{id}/{event}`
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
    let mut answer = shown(&app, &acted.reminder);
    answer["repeated"] = acted.repeated.into();
    Ok(Json(answer))
}

/// `GET /api/v1/reminder-batches`
pub(crate) async fn batches(State(app): State<App>, reader: Reader) -> Result<Json<Value>, Failure> {
    let offices = visible(&reader).await?.offices;
    let batches = app.archive().held_batches().await?;
    let seen = |batch: &&Batch| offices.as_ref().is_none_or(|offices| offices.contains(&batch.office));
    Ok(Json(batches.iter().filter(seen).map(batch).collect()))
}

/// What is to become of a batch.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BatchBody {
    /// `release` or `discard`: proposes it. Without it: decides as was proposed.
    propose: Option<String>,
    reason: Option<String>,
    office: Option<String>,
}

/// `POST /api/v1/reminder-batches/{id}`
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

/// A reminder for programs.
pub(crate) fn shown(app: &App, reminder: &Reminder) -> Value {
    let standing = &reminder.standing;
    let colour = app.desks().ok().map(|desks| standing.colour(&desks.desk().terms, app.now()));
    json!({
        "id": reminder.id, "state": standing.state, "row_version": standing.row_version,
        "subject": reminder.subject.to_string(), "unit": reminder.unit.as_ref().map(RecordKey::as_str),
        "office": standing.office, "category": reminder.category, "severity": standing.severity,
        "episode": reminder.episode, "reopens": reminder.reopens, "batch": reminder.batch,
        "outcome": reminder.outcome, "colour": colour, "overdue": standing.is_overdue(),
        "due": reminder.due.map(|(day, _)| day), "due_firm": reminder.due.map(|(_, firm)| firm),
        "escalation_level": standing.escalation_level, "extension_count": standing.extension_count,
        "extension_day": standing.extension.as_ref().map(|(_, day)| *day), "round": standing.round,
        "times_reminded": standing.times_reminded, "cleared": standing.cleared,
        "paused_until": standing.paused_until, "cancel_proposed": standing.cancel_proposed_by.is_some(),
        "created_at": reminder.created_at.to_rfc3339(),
        "issued_at": standing.issued_at.map(|at| at.to_rfc3339()),
        "acknowledged_at": reminder.acked_at.map(|at| at.to_rfc3339()),
        "responded_at": reminder.responded_at.map(|at| at.to_rfc3339()),
        "ended_at": reminder.ended_at.map(|at| at.to_rfc3339()),
    })
}

fn fact(fact: &ReminderFact) -> Value {
    json!({ "category": fact.category, "clause": fact.clause, "severity": fact.severity,
            "fingerprint": fact.fingerprint, "evidence": fact.evidence, "explanation": fact.explanation,
            "rule_version": fact.rule_version, "since": fact.since, "until": fact.until })
}

fn event(event: &ReminderEvent) -> Value {
    let detail: Vec<Value> = event.detail.iter().map(|(what, value)| json!([what, value])).collect();
    json!({ "seq": event.seq, "event": event.event, "from": event.from, "to": event.to, "actor": event.actor,
            "party": event.party, "at": event.at.to_rfc3339(), "noticed_at": event.noticed_at.to_rfc3339(),
            "code": event.code, "reason": event.reason, "detail": detail, "hash": event.hash })
}

fn given(answer: &ReminderAnswer) -> Value {
    json!({ "number": answer.number, "at": answer.at.to_rfc3339(), "author": answer.author,
            "signer": answer.signer, "hash": answer.hash, "answer": answer.answer })
}

fn batch(batch: &Batch) -> Value {
    json!({ "id": batch.id, "run": batch.run, "office": batch.office, "gate": batch.gate, "state": batch.state,
            "held": batch.held, "proposal": batch.proposal, "proposed_by": batch.proposed_by,
            "reason": batch.reason, "decided_by": batch.decided_by,
            "created_at": batch.created_at.to_rfc3339() })
}
