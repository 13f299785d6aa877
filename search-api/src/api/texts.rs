//! A case text as JSON, with its content exactly as it is stored: offsets elsewhere point into it.

use archive::StoredText;
use axum::Json;
use axum::extract::{Path, State};
use dossier::RecordKey;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::api::persons::RecordAnswer;
use crate::app::App;
use crate::around::Problem;
use crate::failure::{Failure, Missing};
use crate::reader::Reader;
use crate::view::View;

/// A case text.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TextAnswer {
    /// What is known about it.
    record: RecordAnswer,
    /// The content; offsets count its code points.
    text: String,
    /// SHA-256 of the content.
    text_hash: String,
    /// How it was read, with the version.
    extractor: String,
}

/// The text of an address.
pub(crate) async fn text(view: &View, id: &str) -> Result<StoredText, Failure> {
    let missing = || Failure::NotFound(Missing::Text);
    let key = RecordKey::new(id).map_err(|_| missing())?;
    view.snapshot.texts(&[key]).await?.into_iter().next().ok_or_else(missing)
}

/// `GET /api/v1/texts/{id}`
#[utoipa::path(get, path = "/api/v1/texts/{id}", tag = "dossiers", summary = "A case text",
    params(("id" = String, Path, description = "Key of the text")),
    responses((status = 200, description = "The text", body = TextAnswer),
              (status = 404, description = "`text_not_found`", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn show(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<String>,
) -> Result<Json<TextAnswer>, Failure> {
    let view = app.view(&reader).await?;
    let text = text(&view, &id).await?;
    reader.audit(&app, "text.read", text.stored.record.key.as_str(), json!({})).await?;
    Ok(Json(TextAnswer {
        record: RecordAnswer::of(&text.stored)?,
        text: text.content,
        text_hash: text.text_hash,
        extractor: text.extractor,
    }))
}
