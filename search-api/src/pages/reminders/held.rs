//! `/held`: what is kept back, batch by batch. One person proposes, another one, who is in charge, decides.

use archive::{ArchiveError, Batch, BatchState, Proposal};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use dossier::reminder::Party;
use serde::Deserialize;
use serde_json::json;

use super::names::{Actors, offices};
use crate::api::reminders::{parties, visible};
use crate::app::App;
use crate::console::account::Notice;
use crate::console::reminders::{BatchRow, HeldPage};
use crate::console::shell::Room;
use crate::failure::{Failure, Missing, Refused};
use crate::form::{Posted, tokened};
use crate::pages::{count, html};
use crate::reader::Reader;

/// What is to become of a batch.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decision {
    act: String,
    #[serde(default)]
    reason: String,
    form_token: Option<String>,
}

tokened!(Decision);

/// `GET /held`
pub(crate) async fn show(State(app): State<App>, reader: Reader) -> Result<Response, Failure> {
    page(&app, &reader, Notice::default(), None).await
}

/// `POST /held/{id}`
pub(crate) async fn decide(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<i64>,
    Posted(form): Posted<Decision>,
) -> Result<Response, Failure> {
    let batch = app.archive().batch(id).await?;
    if visible(&reader).await?.offices.is_some_and(|offices| !offices.contains(&batch.office)) {
        return Err(Failure::NotFound(Missing::Address));
    }
    let party = party(&reader, form.act == "confirm").ok_or(Failure::Forbidden(Refused::Right))?;
    let proposal = match form.act.as_str() {
        "release" => Some(Proposal::Release),
        "discard" => Some(Proposal::Discard),
        "confirm" => None,
        _ => return Err(Failure::Malformed { code: "field_invalid", detail: "no such act".to_owned() }),
    };
    let reason = form.reason.trim();
    let now = app.now();
    let done = match proposal {
        Some(_) if reason.is_empty() => {
            return page(&app, &reader, Notice::default(), Some((id, "请写明理由".to_owned()))).await;
        }
        Some(proposal) => {
            let proposed = app.archive().propose_batch(id, proposal, reader.id(), party, reason, now).await;
            proposed.map(|()| "已提出，须另一名分管领导确认".to_owned())
        }
        None => {
            let desks = app.desks()?;
            let decided = app.archive().decide_batch(id, reader.id(), party, None, &desks.desk(), now).await;
            decided.map(|count| {
                format!(
                    "{count} 件已{}",
                    if batch.proposal == Some(Proposal::Discard) { "不予下发" } else { "放行下发" }
                )
            })
        }
    };
    let notice = match done {
        Ok(text) => Notice::done(text),
        Err(ArchiveError::Refused(refusal)) => Notice::refused(refusal.explain()),
        Err(ArchiveError::NoSuchBatch(_)) => Notice::refused("这一批已由他人处理，下面是最新情况"),
        Err(other) => return Err(other.into()),
    };
    page(&app, &reader, notice, None).await
}

/// As whom the reader proposes or decides.
fn party(reader: &Reader, decides: bool) -> Option<Party> {
    let fits = |party: &Party| match party {
        Party::SupervisingLead => true,
        Party::Supervisor => !decides,
        Party::System | Party::Handler | Party::Lead => false,
    };
    parties(reader).into_iter().find(fits)
}

async fn page(
    app: &App,
    reader: &Reader,
    notice: Notice,
    wrong: Option<(i64, String)>,
) -> Result<Response, Failure> {
    let view = app.view(reader).await?;
    let allowed = visible(reader).await?.offices;
    let (offices, actors) = (offices(app).await?, Actors::load(app).await?);
    let batches = app.archive().held_batches().await?;
    let failed = notice.refused || wrong.is_some();
    let row = |batch: Batch| BatchRow {
        id: batch.id,
        office: offices.get(&batch.office).cloned().unwrap_or_else(|| batch.office.clone()),
        office_key: batch.office,
        gate: if batch.gate == "opening" { "首次巡检的存量" } else { "数量异常" },
        created: app.local(batch.created_at),
        held: count(batch.held),
        proposal: match batch.proposal.filter(|_| batch.state == BatchState::Proposed) {
            Some(Proposal::Release) => "放行",
            Some(Proposal::Discard) => "不发",
            None => "",
        },
        own: batch.proposed_by.as_deref() == Some(reader.id()),
        proposed_by: batch.proposed_by.as_deref().map(|id| actors.name(id)).unwrap_or_default(),
        reason: batch.reason.unwrap_or_default(),
        typed: String::new(),
        wrong: wrong.as_ref().filter(|(id, _)| *id == batch.id).map(|(_, message)| message.clone()),
    };
    let seen = |batch: &Batch| allowed.as_ref().is_none_or(|offices| offices.contains(&batch.office));
    reader.audit(app, "reminder.held", "batches", json!({ "shown": batches.len() })).await?;
    let mut page = html(&HeldPage {
        shell: app.shell(&view, Room::Reminders, "暂存待放行").await?,
        notice,
        batches: batches.into_iter().filter(seen).map(row).collect(),
        proposes: party(reader, false).is_some() && app.desks().is_ok(),
        decides: party(reader, true).is_some() && app.desks().is_ok(),
    })?;
    if failed {
        *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(page)
}
