//! `/upkeep/papers`: papers that are not searched, and how a person settles them: by typing their text in, or by saying
//! why they need none.

use archive::{AttachmentOwner, PaperTextState, UnreadPaper};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use dossier::access::Action;
use serde::Deserialize;
use serde_json::json;

use super::super::{html_as, segment};
use crate::app::App;
use crate::console::account::Notice;
use crate::console::shell::Room;
use crate::console::upkeep::{PapersPage, UnreadRow};
use crate::failure::{Failure, Missing};
use crate::form::{Posted, tokened};
use crate::reader::Reader;

/// Most characters of a text that is typed in.
const TEXT_CHARS_MAX: usize = 200_000;

/// What is done about a paper.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settle {
    what: String,
    #[serde(default)]
    id: String,
    #[serde(default)]
    text: String,
    form_token: Option<String>,
}

tokened!(Settle);

/// `GET /upkeep/papers`
pub(crate) async fn show(State(app): State<App>, reader: Reader) -> Result<Response, Failure> {
    page(&app, &reader, Notice::default()).await
}

/// `POST /upkeep/papers`
pub(crate) async fn settle(
    State(app): State<App>,
    reader: Reader,
    Posted(said): Posted<Settle>,
) -> Result<Response, Failure> {
    let done = || Redirect::to("/upkeep/papers").into_response();
    if said.what == "again" {
        reader.must_see_all()?;
        app.archive().read_papers_again(reader.id(), app.now()).await?;
        return Ok(done());
    }
    let unread = reader.archive().snapshot().await?.unread_papers().await?;
    if !unread.iter().any(|one| one.attachment.id == said.id && one.state == PaperTextState::Unread) {
        return Err(Failure::NotFound(Missing::Attachment));
    }
    let text = said.text.trim();
    if text.is_empty() || text.chars().count() > TEXT_CHARS_MAX {
        return page(&app, &reader, Notice::refused("请填写附件文字或者理由")).await;
    }
    match said.what.as_str() {
        "transcribe" => {
            app.archive().transcribe_paper(&said.id, text, reader.id(), app.now()).await?;
        }
        "aside" => {
            app.archive().set_paper_aside(&said.id, text, reader.id(), app.now()).await?;
        }
        _ => return Err(Failure::field("what", "field_invalid", "there is no such value")),
    }
    Ok(done())
}

async fn page(app: &App, reader: &Reader, notice: Notice) -> Result<Response, Failure> {
    let view = app.view(reader).await?;
    let counts = view.snapshot.paper_counts().await?;
    let unread = view.snapshot.unread_papers().await?;
    reader.audit(app, "papers.list", "papers", json!({ "shown": unread.len() })).await?;
    let may_set = reader.may(Action::ProposeChanges);
    let status = if notice.refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    html_as(
        status,
        &PapersPage {
            shell: app.shell(&view, Room::Upkeep, "附件文字").await?,
            notice,
            read: u64::try_from(counts.read).unwrap_or_default(),
            may_set,
            may_again: may_set && !view.snapshot.is_partial() && !unread.is_empty(),
            rows: unread.into_iter().map(|one| row(app, one)).collect(),
        },
    )
}

fn row(app: &App, one: UnreadPaper) -> UnreadRow {
    let owner = match &one.attachment.owner {
        AttachmentOwner::Record(record) => (
            record.kind.title().to_owned(),
            format!("/records/{}/{}", record.kind.slug(), segment(record.key.as_str())),
        ),
        AttachmentOwner::Proposal(change) => {
            (format!("变更 {change}"), format!("/changes/{}", segment(change)))
        }
        AttachmentOwner::Consultation { .. } => Default::default(),
    };
    UnreadRow {
        owner,
        why: one.message,
        at: app.local(one.attachment.added_at),
        name: one.attachment.name,
        id: one.attachment.id,
    }
}
