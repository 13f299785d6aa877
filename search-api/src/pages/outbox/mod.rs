//! `/outbox`: the mails with what became of them, one as it was written, and what runs by itself.

mod decide;
mod eml;

pub(crate) use decide::decide;

use archive::{ArchiveError, Mail, OutboxFilter, ReportAction, RunExtent, RunKind, RunState, SweepRun};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use dossier::access::Action;
use dossier::reminder::{Audience, MailState};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{count, html};
use crate::app::App;
use crate::console::account::Notice;
use crate::console::outbox::{AttemptRow, MailPage, MailRow, OutboxPage, ReportRow, RunRow, ScheduleRow};
use crate::console::shell::Room;
use crate::console::tone::Tone;
use crate::failure::{Failure, Missing};
use crate::reader::Reader;

/// Mails on a page.
const PAGE: u32 = 50;
/// Sweeps shown.
const RUNS: u32 = 8;
/// Days shown of the mail to ourselves.
const CANARIES: u32 = 5;
/// Times shown of each schedule.
const NEXT: usize = 5;

/// What is asked.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    state: String,
    before: Option<i64>,
}

/// `GET /outbox`
pub(crate) async fn show(
    State(app): State<App>,
    reader: Reader,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let state = match asked.state.as_str() {
        "" => None,
        word => Some(
            MailState::parse(word)
                .ok_or_else(|| Failure::field("state", "field_invalid", "no such state"))?,
        ),
    };
    let filter = OutboxFilter {
        states: state.into_iter().collect(),
        before: asked.before,
        limit: Some(PAGE + 1),
        ..OutboxFilter::default()
    };
    let mut mails = app.archive().mails(&filter).await?;
    let more = mails.len() > PAGE as usize;
    mails.truncate(PAGE as usize);
    let counted = app.archive().mail_counts().await?;
    let of = |state: MailState| {
        counted.iter().find(|(one, _)| *one == state).map_or(0, |(_, number)| count(*number))
    };
    let view = app.view(&reader).await?;
    let schedules = app.desks().map(|desks| desks.scheduled(app.now(), NEXT)).unwrap_or_default();
    reader.audit(&app, "outbox.list", "outbox", json!({ "shown": mails.len() })).await?;
    html(&OutboxPage {
        shell: app.shell(&view, Room::Outbox, "邮件与计划").await?,
        counts: MailState::ALL.iter().map(|state| (*state, of(*state))).collect(),
        state,
        older: mails.last().filter(|_| more).map(|mail| mail.id),
        rows: mails.iter().map(|mail| row(&app, mail)).collect(),
        schedules: schedules
            .into_iter()
            .map(|one| ScheduleRow {
                name: one.name,
                expression: one.expression,
                next: one.next.into_iter().map(|at| app.local(at)).collect(),
            })
            .collect(),
        runs: app.archive().sweep_runs(RUNS).await?.iter().map(|run| sweep(&app, run)).collect(),
        waiting: count(app.archive().mails_for_a_person().await?),
        canaries: canaries(&app).await?,
        calendar: super::board::calendar_notice(&app),
    })
}

/// `GET /outbox/{id}`
pub(crate) async fn mail(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    page(&app, &reader, id, Said::default()).await
}

/// What the page of a mail says beside the mail.
#[derive(Default)]
struct Said {
    notice: Notice,
    typed: String,
    wrong: Option<String>,
}

async fn page(app: &App, reader: &Reader, id: i64, say: Said) -> Result<Response, Failure> {
    // The newest below the next number is the one with this number, if it is there.
    let filter =
        OutboxFilter { before: Some(id.saturating_add(1)), limit: Some(1), ..OutboxFilter::default() };
    let found = app.archive().mails(&filter).await?.pop().filter(|mail| mail.id == id);
    let mail = found.ok_or(Failure::NotFound(Missing::Address))?;
    let letter = eml::read(&app.archive().mail_bytes(id).await?);
    let attempts = app.archive().mail_attempts(id).await?;
    let reports = app.archive().mail_reports(id).await?;
    let actors = super::reminders::Actors::load(app).await?;
    let view = app.view(reader).await?;
    reader.audit(app, "outbox.read", &format!("mail:{id}"), json!({})).await?;
    html(&MailPage {
        shell: app.shell(&view, Room::Outbox, "邮件与计划").await?,
        notice: say.notice,
        typed: say.typed,
        wrong: say.wrong,
        decisions: if reader.may(Action::ManageDelivery) { decide::open_to(&mail) } else { Vec::new() },
        decided: decide::told(&mail, &actors),
        reports: reports
            .into_iter()
            .map(|one| ReportRow {
                at: app.local(one.at),
                action: match one.action {
                    ReportAction::Failed => "没有送达，被退回",
                    ReportAction::Delayed => "尚未送达，仍在尝试",
                    ReportAction::Delivered => "已送达",
                    ReportAction::Other => "其他",
                },
                said: [one.status, one.diagnostic].into_iter().flatten().collect::<Vec<_>>().join(" "),
            })
            .collect(),
        mail: row(app, &mail),
        message_id: mail.message_id.clone(),
        headers: [("发件", letter.from), ("收件", letter.to), ("主题", letter.subject)]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .collect(),
        text: letter.text,
        attempts: attempts
            .into_iter()
            .map(|one| AttemptRow {
                number: one.number,
                started: app.local(one.started_at),
                took: one
                    .ended_at
                    .map_or_else(String::new, |end| took((end - one.started_at).num_milliseconds())),
                outcome: match one.outcome.as_deref() {
                    Some("accepted") => "已送出",
                    Some("retry") => "未成，将再试",
                    Some("rejected") => "被拒收",
                    Some("unknown") => "结果不明",
                    _ => "进行中",
                },
                phase: one.phase.unwrap_or_default(),
                reply: one.reply.unwrap_or_default(),
            })
            .collect(),
    })
}

/// The latest mails to ourselves.
async fn canaries(app: &App) -> Result<Vec<(chrono::NaiveDate, String, &'static str)>, ArchiveError> {
    let found = app.archive().canaries(CANARIES).await?;
    let said = |one: &archive::Canary| match one.seen_at {
        Some(_) => ("已收到".to_owned(), "done"),
        None if alerts::mailbox::is_missing(one, app.now()) => ("没有收到".to_owned(), "danger"),
        None => ("等待中".to_owned(), "near"),
    };
    Ok(found
        .iter()
        .map(|one| {
            let (text, tone) = said(one);
            (one.day, text, tone)
        })
        .collect())
}

fn took(milliseconds: i64) -> String {
    if milliseconds < 1_000 {
        format!("用时 {milliseconds} 毫秒")
    } else {
        format!("用时 {} 秒", milliseconds / 1_000)
    }
}

fn row(app: &App, mail: &Mail) -> MailRow {
    MailRow {
        id: mail.id,
        created: app.local(mail.created_at),
        kind: mail.kind.title().to_owned(),
        reminder: mail.reminder.clone().unwrap_or_default(),
        audience: Audience::parse(&mail.audience).map_or("", Audience::title).to_owned(),
        recipient: mail.recipient.clone(),
        state: mail.state,
        hold: match mail.hold.as_deref() {
            Some("clock") => "时钟异常，等待人工确认",
            Some("budget") => "超过每小时限额，稍后发出",
            Some(_) => "等待",
            None => "",
        },
        attempts: count(mail.attempts),
        next: mail.next_attempt_at.filter(|_| mail.state == MailState::Queued).map(|at| app.local(at)),
        resent: mail.resent,
        said: mail.error.clone().or_else(|| mail.reply.clone()).map(said).unwrap_or_default(),
    }
}

/// The program's own sentences in Chinese; what a server said, as it said it.
fn said(text: String) -> String {
    match text.as_str() {
        "the office has no mail address in the register" => "监督单位没有登记邮箱".to_owned(),
        "no mail address is set for this audience; it is shown in the console only" => {
            "没有设置收件地址，只在系统内显示".to_owned()
        }
        other => match other.strip_prefix("written as ") {
            Some(file) => format!("已写入 {file}"),
            None => text,
        },
    }
}

fn sweep(app: &App, run: &SweepRun) -> RunRow {
    let number = |name: &str| {
        let summary = run.summary.as_ref()?;
        summary.get(name).and_then(Value::as_u64)
    };
    let found = match (number("persons"), number("hits"), number("data_gaps")) {
        (Some(persons), Some(hits), gaps) => {
            format!("{persons} 份档案，疑似 {hits} 条，缺口 {} 处", gaps.unwrap_or(0))
        }
        _ => String::new(),
    };
    let (state, tone) = match run.state {
        RunState::Running => ("进行中", Tone::Accent),
        RunState::Done => ("完成", Tone::Done),
        RunState::Failed => ("失败", Tone::Danger),
        RunState::Interrupted => ("中断", Tone::Near),
        RunState::Coalesced => ("并入后一次", Tone::Plain),
    };
    RunRow {
        started: app.local(run.started_at),
        kind: match run.kind {
            RunKind::Scheduled => "按计划",
            RunKind::OnDemand => "人工",
            RunKind::AfterImport => "导入后",
        },
        extent: match run.extent {
            RunExtent::Full => "全部档案",
            RunExtent::Incremental => "有变化的档案",
            RunExtent::Partial => "部分类别",
        },
        state,
        tone,
        found,
    }
}
