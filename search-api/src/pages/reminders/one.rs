//! `/reminders/{id}`: one reminder, and what is done to it. A form carries the version that its reader has
//! seen; where somebody was quicker, nothing is done and the page says what has changed.

use std::collections::BTreeMap;

use archive::{ArchiveError, OutboxFilter, Reminder, ReminderAct, ReminderAnswer, ReminderFilter};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use dossier::reminder::{Act, Event, Outcome, State as Standing, TimerKind, TimerStatus};
use dossier::{Category, Kind};
use serde::Deserialize;
use serde_json::json;

use super::acts::{self, Ground, Typed};
use super::facts;
use super::fill;
use super::list::flags;
use super::names::{Actors, offices, subjects};
use super::trace;
use super::views::{Counting, next_clock, rule_settings};
use crate::api::reminders::{own_office, parties, visible};
use crate::app::App;
use crate::console::account::Notice;
use crate::console::reminders::{AnswerView, PersonCard, ReminderPage, TraceItem, Watch};
use crate::console::shell::Room;
use crate::failure::{Failure, Missing};
use crate::form::{Posted, Tokened};
use crate::pages::{html, segment, view_person};
use crate::reader::Reader;

/// `?done=event`, after an act.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Done {
    done: Option<String>,
}

/// A form with whatever fields its act has.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct Fields(BTreeMap<String, String>);

impl Tokened for Fields {
    fn form_token(&self) -> Option<&str> {
        self.0.get("form_token").map(String::as_str)
    }
}

/// What the page says beside the reminder itself.
#[derive(Default)]
struct Said {
    notice: Notice,
    typed: Option<Typed>,
    /// The version that the reader had seen, where another one is there now.
    seen: Option<i64>,
}

/// `GET /reminders/{id}`
pub(crate) async fn show(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<String>,
    Query(done): Query<Done>,
) -> Result<Response, Failure> {
    let reminder = one(&app, &reader, &id).await?;
    let done = done.done.as_deref().and_then(Event::parse);
    let text = done.map(|event| format!("“{}”已办理", event.title())).unwrap_or_default();
    let said = Said { notice: Notice::done(text), ..Said::default() };
    page(&app, &reader, &reminder, said).await
}

/// `GET /r/{token}`: where the link of a mail leads. A link is no right to see anything.
pub(crate) async fn by_token(
    State(app): State<App>,
    reader: Reader,
    Path(token): Path<String>,
) -> Result<Response, Failure> {
    let id = app.archive().reminder_of_token(&token).await?.ok_or(Failure::NotFound(Missing::Reminder))?;
    one(&app, &reader, &id).await?;
    Ok(Redirect::to(&format!("/reminders/{}", segment(&id))).into_response())
}

/// `POST /reminders/{id}/{event}`
pub(crate) async fn act(
    State(app): State<App>,
    reader: Reader,
    Path((id, event)): Path<(String, String)>,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Failure> {
    let event = Event::parse(&event).ok_or(Failure::NotFound(Missing::Address))?;
    let reminder = one(&app, &reader, &id).await?;
    let values = fields.0;
    let seen: i64 = values.get("row_version").and_then(|text| text.parse().ok()).unwrap_or(-1);
    // The same form sent twice is one act.
    let key = format!("{}:form:{id}:{event}:{seen}", reader.id());
    let offices = offices(&app).await?;
    let answers = app.archive().reminder_answers(&id).await?;
    let desks = app.desks()?;
    let desk = desks.desk();
    let ground = ground(&app, &reader, &reminder, desk.terms, &offices, &answers);
    let typed = |wrong| Some(Typed { event, values: values.clone(), wrong });
    let Some(party) = acts::party_for(&ground, event) else {
        if seen == reminder.standing.row_version {
            let text = format!("当前不能由您办理“{}”。", event.title());
            return refused(&app, &reader, &reminder, text, typed(Vec::new())).await;
        }
        return stale(&app, &reader, &id, event, seen, &key, typed(Vec::new())).await;
    };
    let mut what = Act::new(event, reader.id(), party, ground.now);
    what.actor_office.clone_from(&ground.office);
    let form = acts::form(&ground, event, party);
    if let Err(wrong) = fill::fill(&mut what, &form, &values) {
        let text = format!("有 {} 处需要改正，已填内容都还在", wrong.len());
        return refused(&app, &reader, &reminder, text, typed(wrong)).await;
    }
    let drafted = answers.last().filter(|last| last.signer.is_none());
    if event == Event::Respond && drafted.is_some_and(|draft| Some(&draft.answer) == what.answer.as_ref()) {
        // Signed as it was drafted: the draft itself is signed, and keeps its author.
        what.answer = None;
    }
    let act = ReminderAct {
        what,
        expected: Some(seen),
        idempotency_key: Some(&key),
        address: Some(reader.address()),
    };
    match app.archive().act_on_reminder(&id, &act, &desk).await {
        Ok(_) => Ok(Redirect::to(&format!("/reminders/{}?done={event}", segment(&id))).into_response()),
        Err(ArchiveError::Refused(refusal)) => {
            let wrong = fill::field_of(&refusal);
            refused(&app, &reader, &reminder, refusal.explain(), typed(wrong.into_iter().collect())).await
        }
        Err(ArchiveError::ReminderConflict { .. }) => {
            stale(&app, &reader, &id, event, seen, &key, typed(Vec::new())).await
        }
        Err(other) => Err(other.into()),
    }
}

async fn refused(
    app: &App,
    reader: &Reader,
    reminder: &Reminder,
    text: String,
    typed: Option<Typed>,
) -> Result<Response, Failure> {
    let mut page =
        page(app, reader, reminder, Said { notice: Notice::refused(text), typed, seen: None }).await?;
    *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(page)
}

/// Somebody was quicker, or it is the reader's own form once more.
async fn stale(
    app: &App,
    reader: &Reader,
    id: &str,
    event: Event,
    seen: i64,
    key: &str,
    typed: Option<Typed>,
) -> Result<Response, Failure> {
    let events = app.archive().reminder_events(id).await?;
    let own = events.iter().any(|one| {
        one.event == event && one.actor == reader.id() && one.row_version == seen + 1 && !key.is_empty()
    });
    if own {
        return Ok(Redirect::to(&format!("/reminders/{}?done={event}", segment(id))).into_response());
    }
    let reminder = one(app, reader, id).await?;
    let said = Said { notice: Notice::default(), typed, seen: Some(seen) };
    let mut page = page(app, reader, &reminder, said).await?;
    *page.status_mut() = StatusCode::CONFLICT;
    Ok(page)
}

/// One that is there for the reader.
async fn one(app: &App, reader: &Reader, id: &str) -> Result<Reminder, Failure> {
    let filter = ReminderFilter { id: Some(id.to_owned()), ..visible(reader).await? };
    app.archive().reminders(&filter).await?.pop().ok_or(Failure::NotFound(Missing::Reminder))
}

fn ground<'a>(
    app: &App,
    reader: &'a Reader,
    reminder: &'a Reminder,
    terms: dossier::reminder::Terms<'a>,
    offices: &'a BTreeMap<String, String>,
    answers: &'a [ReminderAnswer],
) -> Ground<'a> {
    Ground {
        standing: &reminder.standing,
        terms,
        now: app.now(),
        actor: reader.id(),
        office: own_office(reader),
        parties: parties(reader),
        offices,
        draft: answers.last().map(|last| &last.answer),
    }
}

async fn page(app: &App, reader: &Reader, reminder: &Reminder, said: Said) -> Result<Response, Failure> {
    let (archive, id) = (app.archive(), reminder.id.as_str());
    let view = app.view(reader).await?;
    let (offices, actors) = (offices(app).await?, Actors::load(app).await?);
    let facts = archive.reminder_facts(id).await?;
    let events = archive.reminder_events(id).await?;
    let answers = archive.reminder_answers(id).await?;
    let mails =
        archive.mails(&OutboxFilter { reminder: Some(id.to_owned()), ..OutboxFilter::default() }).await?;
    let settings = rule_settings(app).await?;
    let counting = Counting::of(app);
    let standing = &reminder.standing;
    let acts = match app.desks() {
        Ok(desks) => {
            let ground = ground(app, reader, reminder, desks.desk().terms, &offices, &answers);
            acts::forms(&ground, said.typed.as_ref())
        }
        Err(_) => Vec::new(),
    };
    let since = said.seen.unwrap_or(i64::MAX);
    let meanwhile: Vec<TraceItem> = events
        .iter()
        .filter(|event| event.row_version > since)
        .map(|event| trace::item(app, event, &actors, &offices))
        .collect();
    let mut titles: Vec<&str> =
        facts.iter().filter_map(|fact| Category::parse(&fact.category)).map(Category::title).collect();
    titles.dedup();
    let subject = subjects(&view, [reminder.subject.clone()]).await?.remove(&reminder.subject);
    let idle = idle(app, reader, reminder);
    reader.audit(app, "reminder.read", id, json!({})).await?;
    html(&ReminderPage {
        shell: app.shell(&view, Room::Reminders, "监督提醒").await?,
        notice: said.notice,
        meanwhile,
        id: id.to_owned(),
        row_version: standing.row_version,
        title: titles.join("、"),
        subject: subject.unwrap_or_default(),
        office: standing
            .office
            .as_ref()
            .map_or_else(String::new, |key| offices.get(key).cloned().unwrap_or_else(|| key.clone())),
        state: standing.state,
        outcome: reminder.outcome.map_or("", Outcome::title),
        colour: counting.colour(standing),
        severity: standing.severity,
        flags: flags(reminder),
        unknown: facts::unknown(app, &view, &reminder.subject, &facts).await?,
        facts: facts::facts(&view, &facts, settings.as_ref()).await?,
        watch: watch(reminder, &counting),
        answers: answers.iter().rev().map(|answer| given(app, answer, &actors)).collect(),
        trace: trace::trace(app, &events, &mails, &actors, &offices),
        person: person(app, reader, &view, reminder).await?,
        acts,
        idle,
    })
}

/// Why there is nothing to do for this reader.
fn idle(app: &App, reader: &Reader, reminder: &Reminder) -> String {
    let text = if reminder.ended_at.is_some() {
        "事项已结束，没有可办理的操作。"
    } else if app.desks().is_err() {
        "本服务只显示提醒，不能办理。"
    } else if reader.is_stand_alone() {
        "未登录时只能查看；签收、反馈、审核须登录后由相应角色办理。"
    } else if parties(reader).is_empty() {
        "您的角色只能查看提醒。"
    } else if reminder.standing.state == Standing::Held {
        "暂存的提醒按批次放行，在“暂存待放行”里办理。"
    } else {
        "当前阶段没有等您办理的操作。"
    };
    text.to_owned()
}

fn watch(reminder: &Reminder, counting: &Counting<'_>) -> Watch {
    let standing = &reminder.standing;
    let clock = next_clock(standing);
    let respond = standing
        .timer(TimerKind::Respond)
        .filter(|timer| clock.is_some_and(|clock| clock.kind != timer.kind) && reminder.ended_at.is_none());
    let mut ahead = Vec::new();
    if let Some(day) = standing.paused_until {
        ahead.push(format!("已暂停计时，{day} 恢复"));
    }
    if let Some((_, day)) = &standing.extension {
        ahead.push(format!("已申请延至 {day}，等待决定；决定之前时限照常计算"));
    }
    for timer in standing.timers.iter().filter(|timer| timer.status == TimerStatus::Armed) {
        let escalates = matches!(
            timer.kind,
            TimerKind::EscalateAck | TimerKind::EscalateRespond | TimerKind::EscalateReview
        );
        if escalates {
            let steps = &standing.policy.escalation;
            let place = usize::try_from(timer.step).unwrap_or(usize::MAX).min(steps.len().saturating_sub(1));
            let who = steps.get(place).map_or("分管领导", |step| step.audience.title());
            ahead.push(format!("再过 {} 个工作日报{who}", counting.left(timer.due_day).max(0)));
        }
    }
    Watch {
        next: clock.map(|timer| counting.deadline(timer)),
        passed: clock.map_or(0, |timer| counting.passed(timer)),
        respond: respond.map(|timer| counting.deadline(timer)),
        limit: clock
            .and_then(|timer| timer.limit)
            .map(dossier::reminder::Limit::describe)
            .unwrap_or_default(),
        ahead,
    }
}

fn given(app: &App, given: &ReminderAnswer, actors: &Actors) -> AnswerView {
    let answer = &given.answer;
    AnswerView {
        number: given.number,
        at: app.local(given.at),
        author: actors.name(&given.author),
        signer: given.signer.as_deref().map(|signer| actors.name(signer)).unwrap_or_default(),
        outcome: format!(
            "{} · {} · {}",
            answer.method.title(),
            answer.finding.title(),
            answer.measure.title()
        ),
        handlers: answer.handlers.join("、"),
        text: answer.text.clone(),
    }
}

async fn person(
    app: &App,
    reader: &Reader,
    view: &crate::view::View,
    reminder: &Reminder,
) -> Result<Option<PersonCard>, Failure> {
    if reminder.subject.kind != Kind::Person {
        return Ok(None);
    }
    let key = reminder.subject.key.clone();
    let Some(row) = view_person::rows(view, std::slice::from_ref(&key)).await?.pop() else { return Ok(None) };
    let filter = ReminderFilter {
        open: true,
        subjects: Some(vec![reminder.subject.clone()]),
        ..visible(reader).await?
    };
    let others = app.archive().reminders(&filter).await?;
    let lines = [
        ("职务", row.person.post),
        ("职级", row.rank),
        ("状态", row.status),
        ("出生年月", row.person.birth),
        ("证件尾号", row.person.id_tail),
        ("监督记录", format!("{} 条", row.records)),
    ];
    Ok(Some(PersonCard {
        id: row.person.id,
        name: row.person.name,
        unit: (row.person.unit_id, row.person.unit),
        lines: lines.into_iter().filter(|(_, value)| !value.is_empty()).collect(),
        bar: row.bar,
        others: others
            .into_iter()
            .filter(|other| other.id != reminder.id)
            .map(|other| {
                let title = Category::parse(&other.category).map_or("", Category::title);
                (other.id, title.to_owned(), other.standing.state)
            })
            .collect(),
    }))
}
