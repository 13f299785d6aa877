//! `POST /outbox/{id}`: what a person decides about a mail that failed, came back, or of which nobody knows what
//! became of it. With a reason, on record; offered only where it can be done.

use archive::{ArchiveError, Mail, MailDecision};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use dossier::reminder::MailState;
use serde::Deserialize;

use super::{Said, page};
use crate::app::App;
use crate::console::account::Notice;
use crate::failure::Failure;
use crate::form::{Posted, tokened};
use crate::pages::reminders::Actors;
use crate::reader::Reader;

/// What is sent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::struct_field_names, reason = "`decision` is the field of the form")]
pub(crate) struct Decision {
    decision: String,
    #[serde(default)]
    reason: String,
    form_token: Option<String>,
}

tokened!(Decision);

/// `POST /outbox/{id}`
pub(crate) async fn decide(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<i64>,
    Posted(form): Posted<Decision>,
) -> Result<Response, Failure> {
    let decision = MailDecision::parse(&form.decision)
        .ok_or_else(|| Failure::Malformed { code: "field_invalid", detail: "no such decision".to_owned() })?;
    let reason = form.reason.trim();
    if reason.is_empty() {
        let said = Said { wrong: Some("请写明理由".to_owned()), ..Said::default() };
        return refused(&app, &reader, id, said).await;
    }
    match app.archive().decide_mail(id, decision, reader.id(), reason, app.now()).await {
        Ok(()) => {
            let text = match decision {
                MailDecision::Resend => "已排入发送，内容和编号不变",
                MailDecision::Arrived => "已记为送达",
                MailDecision::GiveUp => "不再投递，已记录",
            };
            let notice = Notice::done(text);
            page(&app, &reader, id, Said { notice, ..Said::default() }).await
        }
        Err(ArchiveError::NoSuchMail(_)) => {
            // The form may not be there any more to keep what was typed.
            let text = format!("这封邮件现在不能这样处理，下面是最新情况。您写的理由：{reason}");
            let notice = Notice::refused(text);
            refused(&app, &reader, id, Said { notice, typed: form.reason, wrong: None }).await
        }
        Err(other) => Err(other.into()),
    }
}

async fn refused(app: &App, reader: &Reader, id: i64, said: Said) -> Result<Response, Failure> {
    let mut page = page(app, reader, id, said).await?;
    *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(page)
}

/// What can be decided about this mail now: word, what it is called, what it does.
pub(super) fn open_to(mail: &Mail) -> Vec<(&'static str, &'static str, &'static str)> {
    let resend = ("resend", "重新发送", "内容和编号不变，对方可能收到两次，以一次为准");
    let arrived = ("arrived", "确认送达", "已向对方核实收到");
    let give_up = ("give_up", "不再投递", "改用其他方式通知，邮件留存备查");
    let can_resend = !mail.recipient.is_empty();
    let mut open = Vec::new();
    match mail.state {
        MailState::Unknown => open.extend([arrived, resend, give_up]),
        MailState::Bounced | MailState::Rejected | MailState::DeadLetter => {
            if can_resend {
                open.push(resend);
            }
            if mail.settled_at.is_none() {
                open.push(give_up);
            }
        }
        MailState::Queued => open.push(give_up),
        MailState::Leased | MailState::Transmitting | MailState::Accepted | MailState::Obsolete => {}
    }
    open
}

/// What was decided; empty where nothing was.
pub(super) fn told(mail: &Mail, actors: &Actors) -> String {
    let (Some(who), Some(why)) = (&mail.settled_by, &mail.settled_reason) else { return String::new() };
    let what = match mail.state {
        MailState::Accepted => "确认送达",
        MailState::Queued | MailState::Leased | MailState::Transmitting | MailState::Unknown => "重新发送",
        _ => "不再投递",
    };
    format!("{} {what}：{why}", actors.name(who))
}
