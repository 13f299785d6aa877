//! `/replies/{id}`: one act, and what is done to it. A form carries the version that its reader has seen; where
//! somebody was quicker nothing is done, and the page says so with what was typed.

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use clearance::act::{self, ActView, By};
use dossier::access::Action;
use dossier::clearance_act::{ActEvent, ActState, Guard, Offer, Transition};
use serde::Deserialize;
use serde_json::json;

use super::fields::{Reading, Values, key_of};
use super::forms::{Ground, Typed, blocked, forms, open};
use super::rows::{self, Tabbed};
use super::{asked, calendar, next_words, trace, wanted_of};
use crate::acts::{Progress, Trouble, by, own_office, roles_of, state_of, told};
use crate::app::App;
use crate::console::account::Notice;
use crate::console::clearance::Period;
use crate::console::clearance_acts::{ConsultForm, Paper, ReplyPage, Run, StepView};
use crate::console::shell::Room;
use crate::failure::{Failure, Missing};
use crate::form::{Posted, Tokened};
use crate::pages::reminders::{Actors, offices};
use crate::pages::{html, segment};
use crate::reader::Reader;

/// `?rows=todo&page=2&done=draft`
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    rows: Option<String>,
    page: Option<u64>,
    done: Option<String>,
}

/// A form with whatever fields its step has.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct Fields(pub(super) Values);

impl Tokened for Fields {
    fn form_token(&self) -> Option<&str> {
        self.0.get("form_token").map(String::as_str)
    }
}

/// `GET /replies/{id}`
pub(crate) async fn show(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let done = asked.done.as_deref().and_then(ActEvent::parse);
    let text = done.map(|event| format!("“{}”已办理", event.title())).unwrap_or_default();
    page(&app, &reader, &id, &asked, Notice::done(text), None).await
}

/// `POST /replies/{id}/{part}`: the step `part`.
pub(crate) async fn step(
    State(app): State<App>,
    reader: Reader,
    Path((id, part)): Path<(String, String)>,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Failure> {
    let event = ActEvent::parse(&part).ok_or(Failure::NotFound(Missing::Address))?;
    let values = fields.0;
    let asked = Asked { rows: values.get("tab").cloned(), ..Asked::default() };
    match make(&app, &reader, &id, event, &values).await? {
        Ok(()) => {
            let rows = asked.rows.map(|rows| format!("&rows={}", segment(&rows))).unwrap_or_default();
            let to = format!("/replies/{}?done={event}{rows}", segment(&id));
            Ok(Redirect::to(&to).into_response())
        }
        Err(trouble) => {
            let status = if trouble.stale { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
            let notice = Notice::refused(trouble.message.clone());
            let typed = Typed { event, values, trouble };
            let mut page = page(&app, &reader, &id, &asked, notice, Some(typed)).await?;
            *page.status_mut() = status;
            Ok(page)
        }
    }
}

/// Makes the step that a form asks for; what stands in the way is for the person at the console.
async fn make(
    app: &App,
    reader: &Reader,
    id: &str,
    event: ActEvent,
    values: &Values,
) -> Result<Result<(), Trouble>, Failure> {
    let act = app.act_of(reader, id).await?;
    let seen: i64 = values.get("row_version").and_then(|text| text.parse().ok()).unwrap_or(-1);
    let who = match by(reader, Some(state_of(&act)?), event, values.get("person").map(String::as_str)) {
        Ok(who) => who,
        Err(Failure::Invalid { code: "person_missing", .. }) => {
            return Ok(Err(Trouble::at("person", "请填写办理人姓名")));
        }
        Err(other) => return Err(other),
    };
    let who = By { idempotency_key: Some(key_of(reader.id(), event, seen, values)), seen: Some(seen), ..who };
    let (calendar, offices) = (calendar(app), offices(app).await?);
    let reading = Reading { values, calendar: &calendar, today: app.today(), offices: &offices };
    if event == ActEvent::Gather {
        let as_of = match reading.as_of() {
            Ok(as_of) => as_of,
            Err(trouble) => return Ok(Err(trouble)),
        };
        if seen != act.row_version {
            return Ok(Err(stale()));
        }
        return Ok(app
            .begin_gathering(reader, &act, as_of, who)
            .map_err(|_| Trouble::of("名单正在检索，请稍候")));
    }
    let deed = match reading.deed(event) {
        Ok(deed) => deed,
        Err(trouble) => return Ok(Err(trouble)),
    };
    match app.do_to_act(reader, id, deed, who).await {
        Ok(_) => Ok(Ok(())),
        Err(error) => {
            let trouble = told(&error);
            if trouble.field.is_none() {
                tracing::info!(act = id, "a step of an act was not made: {error}");
            }
            Ok(Err(trouble))
        }
    }
}

fn stale() -> Trouble {
    told(&archive::ArchiveError::ActConflict { id: String::new(), state: String::new(), version: 0 }.into())
}

async fn page(
    app: &App,
    reader: &Reader,
    id: &str,
    asked: &Asked,
    notice: Notice,
    typed: Option<Typed>,
) -> Result<Response, Failure> {
    let look = app.view(reader).await?;
    let view = app.act_view(reader, id).await?;
    let state = state_of(&view.act)?;
    let (actors, calendar) = (Actors::load(app).await?, calendar(app));
    let news = app.act_has_news(reader, &view.act).await?;
    let progress = app.gathering_of(&view.act).await?;
    let running = matches!(progress, Progress::Running(..));
    let offers = if running { Vec::new() } else { offers_of(reader, &view, news, app) };
    let waiting =
        view.undecided().next().is_some() && matches!(state, ActState::Gathered | ActState::Consulting);
    let tabbed = Tabbed::parse(asked.rows.as_deref(), waiting);
    let (shown, paging) = rows::page(app, &look, &view, tabbed, asked.page.unwrap_or(1).max(1)).await?;
    reader.audit(app, "clearance_act.read", id, json!({ "rows": shown.len() })).await?;
    let approvers = approvers(app, reader).await?;
    let ground = Ground {
        view: &view,
        state,
        offers: &offers,
        today: look.today,
        asks_who: reader.is_stand_alone(),
        approvers: &approvers,
    };
    let acts = forms(&ground, typed.as_ref());
    let period = view.answer.period;
    html(&ReplyPage {
        shell: app.shell(&look, Room::Replies, "意见回复").await?,
        notice,
        id: id.to_owned(),
        row_version: view.act.row_version,
        purpose: view.answer.purpose.clone(),
        requester: view.opening.requester.clone(),
        letter: letter_line(&view),
        persons: u64::from(view.act.persons),
        period: Period { from: period.from, to: period.to }.words(),
        as_of: view.answer.as_of,
        state,
        steps: steps(&view, state),
        wanted: wanted_of(app, &view.act, &view.opening, &calendar),
        next: next_words(&view.act, state, &actors),
        run: run_of(progress),
        coverage: match view.coverage {
            Some(_) => Some(app.coverage_of(&look, &view.answer).await?),
            None => None,
        },
        news,
        tabs: rows::tabs(&view, tabbed),
        rows: shown,
        paging,
        may_decide: open(&offers, ActEvent::Opine),
        asks_who: reader.is_stand_alone(),
        idle: if acts.is_empty() { idle(state, running, &offers) } else { String::new() },
        acts,
        blocked: blocked(&offers),
        consult: consult(app, &offers, typed.as_ref()).await?,
        consultations: asked::consultations(app, &view, &actors, &calendar, &offers),
        facts: facts(&view, &actors),
        papers: papers(&view, state),
        answer: may_see_answer(reader, &view).then(|| view.answer.id.clone()),
        notices: view.notices.iter().filter(|notice| notice.seen_at.is_none()).count() as u64,
        trace: trace::trace(app, &view, &actors),
    })
}

fn run_of(progress: Progress) -> Run {
    match progress {
        Progress::Idle => Run::Idle,
        Progress::Running(done, total) => Run::Running(u64::from(done), u64::from(total)),
        Progress::Failed(trouble) => Run::Failed(trouble.message),
    }
}

/// What the table has for this reader.
pub(crate) fn offers_of(reader: &Reader, view: &ActView, news: bool, app: &App) -> Vec<Offer> {
    let roles = roles_of(reader);
    let Some(&first) = roles.first() else { return Vec::new() };
    // At a machine without accounts nobody is known yet: the names in the forms tell people apart.
    let person = if reader.is_stand_alone() { String::new() } else { reader.id().to_owned() };
    let who = By { office: own_office(reader), ..By::new(reader.id(), &person, first) };
    let offers = act::offered(view, &who, &roles, news, app.today());
    if !reader.is_stand_alone() {
        return offers;
    }
    let by_name = |offer: Offer| match offer.blocked {
        Some(Guard::IsApprover | Guard::IsDrafter | Guard::NotDrafter) => {
            // Whether what else stands in the way does, the step itself says.
            Offer { blocked: None, ..offer }
        }
        _ => offer,
    };
    offers.into_iter().map(by_name).collect()
}

fn may_see_answer(reader: &Reader, view: &ActView) -> bool {
    let own = view.answer.actor == reader.id();
    reader.is_stand_alone()
        || reader.may(Action::RunClearances) && (own || reader.may(Action::ReadAllClearances))
}

fn letter_line(view: &ActView) -> String {
    let parts = [view.opening.request_no.clone(), view.opening.request_date.map(|day| day.to_string())];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// The way, with where it stands. Consultation is a step only where somebody was asked.
fn steps(view: &ActView, state: ActState) -> Vec<StepView> {
    use ActState::{Consulting, Drafted, Filed, Gathered, Issued, Registered, Reviewed, Signed, Submitted};
    let way: [(&'static str, &[ActState]); 9] = [
        ("登记", &[]),
        ("检索", &[Registered]),
        ("确认与意见", &[Gathered]),
        ("征求意见", &[Consulting]),
        ("送审", &[Drafted]),
        ("审核", &[Submitted]),
        ("签发", &[Reviewed]),
        ("发文", &[Signed]),
        ("归档", &[Issued, Filed]),
    ];
    let here = way.iter().position(|(_, states)| states.contains(&state));
    let asked = !view.consultations.is_empty();
    way.iter()
        .enumerate()
        .filter(|(_, (title, _))| asked || *title != "征求意见")
        .map(|(at, (title, _))| StepView {
            title,
            done: here.is_none_or(|here| at < here) && !state.is_terminal() || state == Filed,
            here: here == Some(at) && state != Filed,
        })
        .collect()
}

fn idle(state: ActState, running: bool, offers: &[Offer]) -> String {
    let text = if running {
        "名单正在检索，完成后再办理。"
    } else if state.is_terminal() {
        "事项已结束，没有可办理的操作。"
    } else if offers.is_empty() {
        "当前阶段没有等您办理的操作。"
    } else {
        ""
    };
    text.to_owned()
}

async fn approvers(app: &App, reader: &Reader) -> Result<Vec<(String, String)>, Failure> {
    if reader.is_stand_alone() {
        return Ok(Vec::new());
    }
    let signs = |role: &dossier::Role| {
        Transition::of(Some(ActState::Reviewed), ActEvent::Sign).is_some_and(|line| line.who.contains(role))
    };
    let accounts = app.archive().accounts().await?;
    let who = accounts.into_iter().filter(|account| !account.disabled && account.roles.iter().any(signs));
    Ok(who
        .map(|account| {
            let titles: Vec<&str> = account.roles.iter().map(|role| role.title()).collect();
            (account.id, format!("{}（{}）", account.name, titles.join("、")))
        })
        .collect())
}

async fn consult(app: &App, offers: &[Offer], typed: Option<&Typed>) -> Result<Option<ConsultForm>, Failure> {
    if !open(offers, ActEvent::Consult) {
        return Ok(None);
    }
    let typed = typed.filter(|typed| typed.event == ActEvent::Consult);
    let text = |name: &str| typed.and_then(|typed| typed.values.get(name)).cloned().unwrap_or_default();
    let names: BTreeMap<String, String> = offices(app).await?;
    let ticked = |key: &str| typed.is_some_and(|typed| typed.values.contains_key(&format!("office-{key}")));
    Ok(Some(ConsultForm {
        offices: names.into_iter().map(|(key, name)| (key.clone(), name, ticked(&key))).collect(),
        others: text("others"),
        text: if typed.is_some() {
            text("text")
        } else {
            "请就名单所列人员提出意见，并签字背书。".to_owned()
        },
        due_days: if typed.is_some() { text("due_days") } else { "3".to_owned() },
        wrong: typed
            .and_then(|typed| Some((typed.trouble.field?, typed.trouble.message.clone())))
            .into_iter()
            .collect(),
        open: typed.is_some(),
    }))
}

fn facts(view: &ActView, actors: &Actors) -> Vec<(&'static str, String)> {
    let act = &view.act;
    let name = |id: &Option<String>| id.as_deref().map(|id| actors.name(id));
    let (days, until) = view.validity();
    [
        ("登记人", Some(actors.name(&act.created_by))),
        ("拟稿人", name(&act.drafted_by)),
        ("审核人", name(&act.reviewed_by)),
        ("审批人", name(&act.approver)),
        ("签发", act.signed_at.and(name(&act.signed_by))),
        ("发文字号", act.number.clone()),
        ("成文日期", act.issued_on.map(|day| day.to_string())),
        ("有效期", view.coverage.as_ref().map(|_| format!("{days} 天，至 {until}"))),
        ("核验码", view.answer.code.clone()),
        ("密级", view.opening.secrecy.clone()),
        ("联系人", view.opening.contact.clone()),
    ]
    .into_iter()
    .filter_map(|(label, value)| Some((label, value.filter(|value| !value.is_empty())?)))
    .collect()
}

fn papers(view: &ActView, state: ActState) -> Vec<Paper> {
    if view.coverage.is_none() {
        return Vec::new();
    }
    let id = segment(&view.act.id);
    let draft = if state.is_out() { "正式文本" } else { "未编号，仅供核稿" };
    let paper = |title: &str, file: &str, note: &str| Paper {
        title: title.to_owned(),
        href: format!("/replies/{id}/{file}"),
        note: note.to_owned(),
    };
    vec![
        paper("回复函 DOCX", "letter.docx", draft),
        paper("回复函 HTML", "letter.html", "可直接打印"),
        paper("审核底稿 DOCX", "papers.docx", "逐人一页，留存"),
        paper("审核底稿 HTML", "papers.html", "可直接打印"),
    ]
}
