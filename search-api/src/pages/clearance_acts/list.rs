//! `/replies`: the requests that there are for the reader, what waits for him first.

use std::collections::BTreeMap;

use archive::ClearanceAct;
use axum::extract::{Query, State};
use axum::response::Response;
use dossier::Calendar;
use dossier::access::Action;
use dossier::clearance_act::{ActState, Transition, next};
use serde::Deserialize;
use serde_json::json;

use super::{calendar, next_words, opening_of, wanted_of, wanted_of_asked};
use crate::acts::{own_office, roles_of, state_of};
use crate::app::App;
use crate::console::clearance_acts::{DeskReplies, RepliesPage, ReplyBrief, Tab};
use crate::console::paging::{Paging, skipped};
use crate::console::shell::Room;
use crate::failure::Failure;
use crate::pages::html;
use crate::pages::reminders::Actors;
use crate::reader::Reader;

/// Acts on the first page.
const ON_DESK: usize = 5;
/// Acts on a page.
const PAGE: usize = 30;

/// `?view=open&page=2`
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    view: Option<String>,
    page: Option<u64>,
}

/// The tabs, in their order.
const VIEWS: [(&str, &str); 5] =
    [("mine", "等我办理"), ("open", "办理中"), ("out", "已发文"), ("ended", "已撤回或取消"), ("all", "全部")];

/// `GET /replies`
pub(crate) async fn show(
    State(app): State<App>,
    reader: Reader,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let look = app.view(&reader).await?;
    let acts = app.acts_of(&reader).await?;
    let beside = Beside::load(&app).await?;
    let briefs = brief_all(&app, &reader, &acts, &beside)?;
    let here = match asked.view.as_deref() {
        Some(word) if VIEWS.iter().any(|(view, _)| *view == word) => word.to_owned(),
        _ if briefs.iter().any(|brief| brief.mine) => "mine".to_owned(),
        _ => "open".to_owned(),
    };
    let listed: Vec<&ReplyBrief> = briefs.iter().filter(|brief| in_view(&here, brief)).collect();
    let page = asked.page.unwrap_or(1).max(1);
    let paging = Paging { page, size: PAGE as u64, total: listed.len() as u64 };
    let skipped = skipped(page, PAGE);
    let mut rows: Vec<ReplyBrief> = listed.into_iter().skip(skipped).take(PAGE).cloned().collect();
    fill_purposes(&app, &acts, &mut rows).await?;
    let tabs = VIEWS.map(|(view, title)| Tab {
        view,
        title: title.to_owned(),
        count: briefs.iter().filter(|brief| in_view(view, brief)).count() as u64,
        here: view == here,
        danger: view == "mine",
    });
    let asked = if reader.may(Action::AnswerConsultations) { app.asked_of(&reader).await?.len() } else { 0 };
    reader.audit(&app, "clearance_act.list", "acts", json!({ "shown": rows.len() })).await?;
    html(&RepliesPage {
        shell: app.shell(&look, Room::Replies, "意见回复").await?,
        may_create: reader.may(Action::RunClearances),
        tabs: tabs.into(),
        rows,
        paging,
        notices: briefs.iter().map(|brief| brief.notices).sum(),
        overdue_questions: briefs.iter().map(|brief| brief.overdue_questions).sum(),
        asked: asked as u64,
    })
}

fn in_view(view: &str, brief: &ReplyBrief) -> bool {
    match view {
        "mine" => brief.mine,
        "open" => !brief.state.is_out() && !brief.state.is_terminal(),
        "out" => brief.state.is_out(),
        "ended" => brief.state.is_terminal(),
        _ => true,
    }
}

/// What stands beside acts: notices and questions that are late, by act.
pub(crate) struct Beside {
    actors: Actors,
    calendar: Calendar,
    notices: BTreeMap<String, u64>,
    late: BTreeMap<String, u64>,
}

impl Beside {
    pub(crate) async fn load(app: &App) -> Result<Self, Failure> {
        let calendar = calendar(app);
        let mut notices: BTreeMap<String, u64> = BTreeMap::new();
        for notice in app.archive().notices(None, true).await? {
            *notices.entry(notice.act).or_default() += 1;
        }
        let mut late: BTreeMap<String, u64> = BTreeMap::new();
        for asked in app.archive().open_consultations().await? {
            if wanted_of_asked(app, &asked, &calendar).is_some_and(|wanted| wanted.overdue()) {
                *late.entry(asked.act).or_default() += 1;
            }
        }
        Ok(Self { actors: Actors::load(app).await?, calendar, notices, late })
    }
}

/// The acts in a line each, the newest first; what for is filled in where a line is shown.
fn brief_all(
    app: &App,
    reader: &Reader,
    acts: &[ClearanceAct],
    beside: &Beside,
) -> Result<Vec<ReplyBrief>, Failure> {
    let mut briefs = Vec::with_capacity(acts.len());
    for act in acts {
        let state = state_of(act)?;
        let opening = opening_of(act)?;
        briefs.push(ReplyBrief {
            id: act.id.clone(),
            requester: opening.requester.clone(),
            request_no: opening.request_no.clone().unwrap_or_default(),
            purpose: String::new(),
            persons: u64::from(act.persons),
            created: app.local(act.created_at),
            state,
            wanted: wanted_of(app, act, &opening, &beside.calendar),
            next: next_words(act, state, &beside.actors),
            mine: is_mine(reader, act, state),
            number: act.number.clone().unwrap_or_default(),
            notices: beside.notices.get(&act.id).copied().unwrap_or(0),
            overdue_questions: beside.late.get(&act.id).copied().unwrap_or(0),
        });
    }
    Ok(briefs)
}

/// What waits for the reader of the first page; nothing where he has no business with replies.
pub(crate) async fn desk(app: &App, reader: &Reader) -> Result<DeskReplies, Failure> {
    let mut desk = DeskReplies::default();
    if reader.may(Action::AnswerConsultations) && own_office(reader).is_some() {
        let asked = app.asked_of(reader).await?;
        desk.asked = asked.iter().filter(|one| one.state == "open").count() as u64;
    }
    if !reader.may(Action::HandleReplies) {
        return Ok(desk);
    }
    let acts = app.acts_of(reader).await?;
    let briefs = brief_all(app, reader, &acts, &Beside::load(app).await?)?;
    desk.notices = briefs.iter().map(|brief| brief.notices).sum();
    desk.overdue_questions = briefs.iter().map(|brief| brief.overdue_questions).sum();
    let mut mine: Vec<ReplyBrief> = briefs.into_iter().filter(|brief| brief.mine).collect();
    desk.more = mine.len().saturating_sub(ON_DESK) as u64;
    mine.truncate(ON_DESK);
    fill_purposes(app, &acts, &mut mine).await?;
    desk.mine = mine;
    Ok(desk)
}

/// Fills in what the shown acts are for.
async fn fill_purposes(app: &App, acts: &[ClearanceAct], shown: &mut [ReplyBrief]) -> Result<(), Failure> {
    for brief in shown {
        let Some(act) = acts.iter().find(|act| act.id == brief.id) else { continue };
        let header = app.archive().clearance(&act.clearance).await?;
        brief.purpose = header.map(|header| header.purpose).unwrap_or_default();
    }
    Ok(())
}

/// Whether the next step is this reader's: his roles have it, and nothing that he is keeps him from it.
fn is_mine(reader: &Reader, act: &ClearanceAct, state: ActState) -> bool {
    let line = next(state).and_then(|event| Transition::of(Some(state), event));
    let has = line.is_some_and(|line| roles_of(reader).iter().any(|role| line.who.contains(role)));
    if reader.is_stand_alone() {
        return has;
    }
    let me = Some(reader.id());
    has && match state {
        ActState::Drafted => act.drafted_by.as_deref() == me,
        ActState::Submitted => act.drafted_by.as_deref() != me,
        ActState::Reviewed => act.approver.as_deref() == me,
        ActState::Registered | ActState::Gathered | ActState::Consulting => act.created_by == reader.id(),
        ActState::Signed | ActState::Issued => {
            act.drafted_by.as_deref() == me || act.created_by == reader.id()
        }
        ActState::Filed | ActState::Withdrawn | ActState::Cancelled => false,
    }
}
