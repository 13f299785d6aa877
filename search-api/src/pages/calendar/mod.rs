//! `/calendar`: the years whose notice of holidays is known, notices that one person brings in and another one
//! confirms, and counting open limits anew, which is an act of its own.

mod rows;

use archive::{HolidayProposalState, Ruling};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use dossier::access::Action;
use dossier::reminder::{Act, Event, Party};
use serde::Deserialize;
use serde_json::json;

use super::board::calendar_notice;
use super::html;
use super::reminders::Actors;
use crate::api::reminders::{parties, visible};
use crate::app::App;
use crate::console::account::Notice;
use crate::console::calendar::{CalendarPage, LimitRow, NoticeForm, Recount};
use crate::console::shell::Room;
use crate::failure::{Failure, Missing, Refused};
use crate::form::{Posted, tokened};
use crate::holidays::Holidays;
use crate::reader::Reader;

/// Longest notice, in code points.
const NOTICE_CHARS_MAX: usize = 20_000;
/// Limits that are listed.
const LIMITS: usize = 100;

/// What was done before, and whether what would move is shown.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    #[serde(default)]
    done: String,
    #[serde(default)]
    recount: String,
}

/// A notice.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewNotice {
    text: String,
    form_token: Option<String>,
}

/// A decision about a notice.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decision {
    act: String,
    #[serde(default)]
    remark: String,
    form_token: Option<String>,
}

/// Counting anew.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Counting {
    #[serde(default)]
    reason: String,
    form_token: Option<String>,
}

tokened!(NewNotice, Decision, Counting);

/// What the page says beside what there is.
#[derive(Default)]
struct Said {
    notice: Notice,
    form: NoticeForm,
    /// Whether what would move is shown, and what was typed and is wrong about it.
    recount: Option<(String, Option<String>)>,
}

/// `GET /calendar`
pub(crate) async fn show(
    State(app): State<App>,
    reader: Reader,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let said = match asked.done.as_str() {
        "propose" => "已读取并提交，等待另一人对照原文确认",
        "approve" => "已生效，新的期限按此计算；在办期限不会自动变，请试算后决定是否重算",
        "refuse" => "已退回",
        "withdraw" => "已撤回",
        "recount" => "已重算，逐条留痕",
        _ => "",
    };
    let recount = (!asked.recount.is_empty()).then(Default::default);
    page(&app, &reader, Said { notice: Notice::done(said), recount, ..Said::default() }).await
}

/// `POST /calendar`: one person brings a notice in.
pub(crate) async fn propose(
    State(app): State<App>,
    reader: Reader,
    Posted(form): Posted<NewNotice>,
) -> Result<Response, Failure> {
    if !brings_in(&reader) {
        return Err(Failure::Forbidden(Refused::Right));
    }
    let wrong = |text: String, wrong: String| Said {
        form: NoticeForm { text, wrong: Some(wrong) },
        ..Said::default()
    };
    if form.text.chars().count() > NOTICE_CHARS_MAX {
        let said = wrong(String::new(), format!("通知最多 {NOTICE_CHARS_MAX} 字"));
        return refused(&app, &reader, said).await;
    }
    let read = match holidays(&app)?.read(&form.text) {
        Ok(read) => read,
        Err(why) => return refused(&app, &reader, wrong(form.text, why)).await,
    };
    let (archive, by) = (app.archive(), reader.id());
    if let Some(id) = archive.propose_holiday_year(read.year, &read.notice, &form.text, by, app.now()).await?
    {
        return Ok(Redirect::to(&format!("/calendar?done=propose#p{id}")).into_response());
    }
    let why = format!("{} 年的这份通知已经生效，或正在等待确认", read.year);
    refused(&app, &reader, wrong(form.text, why)).await
}

/// `POST /calendar/{id}`: another one decides, or who brought it in takes it back.
pub(crate) async fn decide(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<i64>,
    Posted(form): Posted<Decision>,
) -> Result<Response, Failure> {
    let (archive, by, now) = (app.archive(), reader.id(), app.now());
    let ruling = match form.act.as_str() {
        "approve" | "refuse" if !reader.may(Action::ApproveReminders) => {
            return Err(Failure::Forbidden(Refused::Right));
        }
        "approve" | "refuse" => {
            let approve = form.act == "approve";
            let ruling = archive.decide_holiday_year(id, approve, &form.remark, by, now).await?;
            if ruling.is_done() && approve {
                let counted = holidays(&app)?.count_with(&archive.holiday_years().await?);
                counted.map_err(Failure::Internal)?;
            }
            ruling
        }
        "withdraw" if brings_in(&reader) => archive.withdraw_holiday_year(id, by, now).await?,
        "withdraw" => return Err(Failure::Forbidden(Refused::Right)),
        _ => return Err(Failure::Malformed { code: "field_invalid", detail: "no such act".to_owned() }),
    };
    let why = match ruling {
        Ruling::Done => return Ok(Redirect::to(&format!("/calendar?done={}", form.act)).into_response()),
        Ruling::NoSuch => return Err(Failure::NotFound(Missing::Address)),
        Ruling::Decided => "已有结论，下面是最新情况",
        Ruling::SamePerson | Ruling::NotPreviewed => "导入人不能确认自己导入的通知，须由另一人对照原文确认",
    };
    refused(&app, &reader, Said { notice: Notice::refused(why), ..Said::default() }).await
}

/// `POST /calendar/recount`: open limits that the reader sees, counted by the calendar as it is now.
pub(crate) async fn recount(
    State(app): State<App>,
    reader: Reader,
    Posted(form): Posted<Counting>,
) -> Result<Response, Failure> {
    let party = recounts_as(&reader).ok_or(Failure::Forbidden(Refused::Right))?;
    let reason = form.reason.trim();
    if reason.is_empty() {
        let said =
            Said { recount: Some((form.reason, Some("请写明理由".to_owned()))), ..Said::default() };
        return refused(&app, &reader, said).await;
    }
    let mut what = Act::new(Event::Recalendar, reader.id(), party, app.now());
    what.reason = Some(reason.to_owned());
    let (seen, desks) = (visible(&reader).await?, app.desks()?);
    let moved = app.archive().recount_limits(&seen, &what, Some(reader.address()), &desks.desk()).await?;
    reader.audit(&app, "calendar.recount", "reminders", json!({ "limits": moved.len() })).await?;
    Ok(Redirect::to("/calendar?done=recount&recount=yes#recount").into_response())
}

fn holidays(app: &App) -> Result<&dyn Holidays, Failure> {
    app.desks()?.holidays().ok_or_else(|| Failure::Conflict {
        code: "calendar_read_only",
        detail: "this server shows the calendar and does not change it".to_owned(),
    })
}

fn brings_in(reader: &Reader) -> bool {
    reader.may(Action::ReviewReminders) || reader.may(Action::ApproveReminders)
}

/// As whom the reader counts anew: a lead, who may move days earlier, before a reviewer.
fn recounts_as(reader: &Reader) -> Option<Party> {
    let parties = parties(reader);
    [Party::SupervisingLead, Party::Supervisor].into_iter().find(|party| parties.contains(party))
}

async fn refused(app: &App, reader: &Reader, said: Said) -> Result<Response, Failure> {
    let mut page = page(app, reader, said).await?;
    *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(page)
}

async fn page(app: &App, reader: &Reader, said: Said) -> Result<Response, Failure> {
    let view = app.view(reader).await?;
    let proposals = app.archive().holiday_proposals().await?;
    let desks = app.desks().ok();
    let reads = desks.and_then(|desks| desks.holidays());
    let actors = Actors::load(app).await?;
    let in_force = app.archive().holiday_years().await?;
    let own_business = brings_in(reader);
    let rows = proposals
        .iter()
        .filter(|one| own_business || one.state == HolidayProposalState::Approved)
        .map(|one| rows::proposal(app, reader, one, reads, &actors))
        .collect();
    html(&CalendarPage {
        shell: app.shell(&view, Room::Reminders, "放假安排").await?,
        notice: said.notice,
        missing: calendar_notice(app),
        years: desks.map(|desks| rows::years(desks.calendar(), &in_force, &actors)).unwrap_or_default(),
        proposals: rows,
        form: (own_business && reads.is_some()).then_some(said.form),
        recount: recounted(app, reader, said.recount).await?,
    })
}

/// What counting anew would move, where the reader asks for it and may do it.
async fn recounted(
    app: &App,
    reader: &Reader,
    asked: Option<(String, Option<String>)>,
) -> Result<Option<Recount>, Failure> {
    let (Some(party), Ok(desks)) = (recounts_as(reader), app.desks()) else { return Ok(None) };
    let hint = match party {
        Party::SupervisingLead => "分管领导可以把期限改早或改晚",
        _ => "复核人只能把期限改晚；改早须由分管领导重算",
    };
    let Some((reason, wrong)) = asked else { return Ok(Some(Recount { hint, ..Recount::default() })) };
    let mut what = Act::new(Event::Recalendar, reader.id(), party, app.now());
    what.reason = Some("-".to_owned());
    let seen = visible(reader).await?;
    let limits = app.archive().recounted_limits(&seen, &what, &desks.desk()).await?;
    reader.audit(app, "calendar.preview", "reminders", json!({ "limits": limits.len() })).await?;
    let shown: Vec<LimitRow> = limits.iter().take(LIMITS).map(rows::limit).collect();
    Ok(Some(Recount { more: limits.len() - shown.len(), shown: Some(shown), hint, reason, wrong }))
}
