//! Papers of changes and records: taken by their content, opened under the reader's scope and on the record.

use archive::{Attachment, AttachmentOwner, NewAttachment};
use axum::extract::{Multipart, Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName};
use axum::response::{IntoResponse, Redirect, Response};
use dossier::RecordRef;
use dossier::access::Action;
use dossier::change::ChangeState;
use serde_json::json;

use super::super::segment;
use super::super::view_person::actor;
use super::record::parse;
use crate::app::App;
use crate::console::changes::Paper;
use crate::failure::{Failure, Missing, Refused};
use crate::reader::Reader;
use crate::view::View;

/// `POST /changes/{id}/papers`: whoever asked adds what it rests on, as long as nobody has decided.
pub(crate) async fn add_to_change(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<i64>,
    headers: HeaderMap,
    parts: Multipart,
) -> Result<Response, Failure> {
    let (name, content) = read(&app, &reader, &headers, parts).await?;
    let view = app.view(&reader).await?;
    let change = view.snapshot.change(id).await?.ok_or(Failure::NotFound(Missing::Change))?;
    drop(view);
    if change.proposed_by != reader.id() || change.state != ChangeState::Open {
        return Err(Failure::Forbidden(Refused::Right));
    }
    let owner = AttachmentOwner::Proposal(id.to_string());
    app.archive().attach(&NewAttachment { owner, name, content }, reader.id(), app.now()).await?;
    Ok(Redirect::to(&format!("/changes/{id}#papers")).into_response())
}

/// `POST /records/{kind}/{key}/papers`
pub(crate) async fn add_to_record(
    State(app): State<App>,
    reader: Reader,
    Path((kind, key)): Path<(String, String)>,
    headers: HeaderMap,
    parts: Multipart,
) -> Result<Response, Failure> {
    let (name, content) = read(&app, &reader, &headers, parts).await?;
    let record = parse(&kind, &key)?;
    let view = app.view(&reader).await?;
    if view.snapshot.versions(&record).await?.is_empty() {
        return Err(Failure::NotFound(Missing::Address));
    }
    drop(view);
    let owner = AttachmentOwner::Record(record.clone());
    app.archive().attach(&NewAttachment { owner, name, content }, reader.id(), app.now()).await?;
    let address = format!("/records/{}/{}#papers", record.kind.slug(), segment(record.key.as_str()));
    Ok(Redirect::to(&address).into_response())
}

/// `GET /papers/{id}`
pub(crate) async fn open(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let missing = || Failure::NotFound(Missing::Attachment);
    let view = app.view(&reader).await?;
    let found =
        app.archive().attachment(&id).await?.filter(|one| one.withdrawn.is_none()).ok_or_else(missing)?;
    let seen = match &found.owner {
        AttachmentOwner::Record(_) => view.snapshot.attachment(&id).await?.is_some(),
        AttachmentOwner::Proposal(change) => match change.parse() {
            Ok(change) => view.snapshot.change(change).await?.is_some(),
            Err(_) => false,
        },
        AttachmentOwner::Consultation { .. } => false,
    };
    if !seen || !reader.may(Action::ReadDossiers) {
        return Err(missing());
    }
    let content = app.archive().attachment_content(&found).await?;
    reader.audit(&app, "attachment.read", &id, json!({ "sha256": found.sha256 })).await?;
    let name = format!("attachment; filename*=UTF-8''{}", segment(&found.name));
    let safe = HeaderName::from_static("x-content-type-options");
    let headers = [
        (CONTENT_TYPE, found.file_type.media_type().to_owned()),
        (CONTENT_DISPOSITION, name),
        (safe, "nosniff".to_owned()),
    ];
    Ok((headers, content).into_response())
}

async fn read(
    app: &App,
    reader: &Reader,
    headers: &HeaderMap,
    mut parts: Multipart,
) -> Result<(String, Vec<u8>), Failure> {
    if !reader.may(Action::ProposeChanges) {
        return Err(Failure::Forbidden(Refused::Right));
    }
    let (mut token, mut file) = (None, None);
    while let Some(part) = parts.next_field().await? {
        match part.name().unwrap_or_default() {
            "form_token" => token = Some(part.text().await?),
            "file" => {
                let name = part.file_name().unwrap_or_default().to_owned();
                file = Some((name, part.bytes().await?.to_vec()));
            }
            _ => return Err(Failure::unknown_field()),
        }
    }
    app.check_form(Some(reader), headers, token.as_deref())?;
    file.ok_or_else(|| Failure::field("file", "attachment_empty", "there is no file"))
}

/// The papers of a change, as far as they stand.
pub(super) async fn of_change(app: &App, id: i64) -> Result<Vec<Paper>, Failure> {
    let found = app.archive().attachments(&AttachmentOwner::Proposal(id.to_string())).await?;
    Ok(told(app, found))
}

/// Those of a record, and those of the changes that made it what it is.
pub(super) async fn of_record(
    app: &App,
    view: &View,
    record: &RecordRef,
    changes: &[i64],
) -> Result<Vec<Paper>, Failure> {
    let mut papers = told(app, view.snapshot.attachments(record).await?);
    for change in changes {
        papers.extend(of_change(app, *change).await?);
    }
    Ok(papers)
}

fn told(app: &App, found: Vec<Attachment>) -> Vec<Paper> {
    let paper = |one: Attachment| Paper {
        name: one.name,
        kind: one.file_type.slug().to_uppercase(),
        size: size(one.bytes),
        by: actor(&one.added_by).to_owned(),
        at: app.local(one.added_at),
        hash: one.sha256.chars().take(12).collect(),
        id: one.id,
    };
    found.into_iter().filter(|one| one.withdrawn.is_none()).map(paper).collect()
}

fn size(bytes: u64) -> String {
    if bytes < 1024 * 1024 {
        format!("{} KB", bytes.div_ceil(1024))
    } else {
        format!("{} MB", bytes / (1024 * 1024))
    }
}
