//! Attached papers on their way out: only to who may see what they belong to, as a file to keep, under a type
//! that was told by the content, and on record.

use archive::{Attachment, AttachmentOwner};
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use dossier::access::Action;
use serde_json::json;

use crate::app::App;
use crate::around::Problem;
use crate::failure::{Failure, Missing};
use crate::pages::segment;
use crate::reader::Reader;

/// `GET /attachments/{id}` and `GET /api/v1/attachments/{id}`
#[utoipa::path(get, path = "/api/v1/attachments/{id}", tag = "clearances", summary = "An attached paper",
    params(("id" = String, Path, description = "Id of the attachment")),
    responses((status = 200, description = "The file, as it was attached"),
              (status = 404, description = "`attachment_not_found`", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn download(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let missing = || Failure::NotFound(Missing::Attachment);
    let attachment = app.archive().attachment(&id).await?.ok_or_else(missing)?;
    if attachment.withdrawn.is_some() || !may_see(&app, &reader, &attachment).await? {
        return Err(missing());
    }
    let detail = json!({ "sha256": attachment.sha256, "bytes": attachment.bytes });
    reader.audit(&app, "attachment.read", &id, detail).await?;
    let content = app.archive().attachment_content(&attachment).await?;
    let fallback = format!("attachment.{}", attachment.file_type.extension());
    let name = segment(&attachment.name);
    let disposition = format!("attachment; filename=\"{fallback}\"; filename*=UTF-8''{name}");
    let headers =
        [(CONTENT_TYPE, attachment.file_type.media_type().to_owned()), (CONTENT_DISPOSITION, disposition)];
    Ok((headers, content).into_response())
}

/// Whoever sees what it belongs to sees it.
async fn may_see(app: &App, reader: &Reader, attachment: &Attachment) -> Result<bool, Failure> {
    match &attachment.owner {
        AttachmentOwner::Record(_) => {
            let seen = reader.archive().snapshot().await?.attachment(&attachment.id).await?;
            Ok(reader.may(Action::ReadDossiers) && seen.is_some())
        }
        AttachmentOwner::Consultation { act, no } => match app.consultation_of(reader, act, *no).await {
            Ok(_) => Ok(true),
            Err(Failure::NotFound(_)) => Ok(false),
            Err(other) => Err(other),
        },
        AttachmentOwner::Proposal(_) => Ok(reader.may(Action::ReadDossiers) && reader.scope().is_full()),
    }
}
