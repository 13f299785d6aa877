//! `/data/files/{id}`: a file that no program could read, typed in by a person or withdrawn with a reason.

use std::io::Write as _;

use archive::{ArchiveError, FileState, TextFile};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use intake::SettleError;
use serde::Deserialize;

use super::super::{html_as, view_data};
use crate::app::App;
use crate::console::account::Notice;
use crate::console::importing::{FilePage, UploadForm};
use crate::console::shell::Room;
use crate::failure::{Failure, Missing};
use crate::form::{Posted, tokened};
use crate::reader::Reader;

/// What to do with a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settle {
    act: String,
    text: Option<String>,
    reason: Option<String>,
    form_token: Option<String>,
}

/// Try all of them again.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Again {
    form_token: Option<String>,
}

tokened!(Settle, Again);

/// `GET /data/files/{id}`
pub(crate) async fn show(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    reader.must_see_all()?;
    let file = failed(&app, id).await?;
    page(&app, &reader, &file, Notice::default(), String::new()).await
}

/// `GET /data/files/{id}/original`
pub(crate) async fn original(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    reader.must_see_all()?;
    let file = failed(&app, id).await?;
    let upload = file.upload.as_deref().ok_or(Failure::NotFound(Missing::Text))?;
    reader.audit(&app, "file.read", &id.to_string(), serde_json::json!({})).await?;
    let bytes = tokio::fs::read(app.archive().upload_path(upload))
        .await
        .map_err(|error| Failure::Internal(format!("a kept file cannot be read: {error}")))?;
    let name = file.name.rsplit('/').next().unwrap_or_default();
    let disposition = format!("attachment; filename*=UTF-8''{}", super::super::segment(name));
    Ok(([(CONTENT_TYPE, "application/octet-stream".to_owned()), (CONTENT_DISPOSITION, disposition)], bytes)
        .into_response())
}

/// `POST /data/files/{id}`
pub(crate) async fn settle(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<i64>,
    Posted(form): Posted<Settle>,
) -> Result<Response, Failure> {
    reader.must_see_all()?;
    let file = failed(&app, id).await?;
    let typed = form.text.unwrap_or_default();
    let reason = form.reason.unwrap_or_default();
    let said = match form.act.as_str() {
        "transcribe" if typed.trim().is_empty() => Err("请录入文字".to_owned()),
        "transcribe" => transcribe(&app, &reader, id, &typed).await?,
        "withdraw" if reason.trim().is_empty() => Err("请写明理由，它会计入“人工处理”".to_owned()),
        "withdraw" => match app.archive().settle_withdrawn(id, reason.trim(), reader.id(), app.now()).await {
            Ok(()) => Ok("已撤回，不再作为缺口".to_owned()),
            Err(ArchiveError::FileSettled { .. }) => Err("已有人处理".to_owned()),
            Err(other) => return Err(other.into()),
        },
        _ => return Err(Failure::Malformed { code: "field_invalid", detail: "no such act".to_owned() }),
    };
    match said {
        Ok(done) => super::super::data::page(&app, &reader, UploadForm::default(), &done).await,
        Err(text) => page(&app, &reader, &file, Notice::refused(text), typed).await,
    }
}

/// `POST /data/files`
pub(crate) async fn again(
    State(app): State<App>,
    reader: Reader,
    Posted(_): Posted<Again>,
) -> Result<Response, Failure> {
    reader.must_see_all()?;
    let (worker, actor) = (app.clone(), reader.id().to_owned());
    // Reading takes as long as it takes; what is read is taken off the list by itself.
    tokio::spawn(async move {
        let clock = worker.clock();
        let children = &worker.options().children;
        if let Err(error) = intake::retry(worker.archive(), children, &actor, &*clock).await {
            tracing::error!("trying failed files again: {error}");
        }
    });
    Ok(Redirect::to("/data#failed").into_response())
}

async fn transcribe(
    app: &App,
    reader: &Reader,
    id: i64,
    typed: &str,
) -> Result<Result<String, String>, Failure> {
    let folder = app.upload_folder()?;
    let path = folder.path().join("typed.txt");
    let written = std::fs::File::create(&path).and_then(|mut file| file.write_all(typed.as_bytes()));
    written.map_err(|error| Failure::Internal(format!("a typed text cannot be kept: {error}")))?;
    let children = &app.options().children;
    match intake::transcribe(app.archive(), id, &path, children, reader.id(), app.now()).await {
        Ok(key) => Ok(Ok(format!("已存为文书 {key}，注明人工录入"))),
        Err(SettleError::Text { source, .. }) => Ok(Err(source.message_zh)),
        Err(SettleError::Archive(ArchiveError::FileSettled { .. })) => Ok(Err("已有人处理".to_owned())),
        Err(SettleError::Archive(other)) => Err(other.into()),
    }
}

/// The file, where it still waits for somebody.
async fn failed(app: &App, id: i64) -> Result<TextFile, Failure> {
    let file = app.archive().file(id).await?;
    file.filter(|file| file.state == FileState::Failed).ok_or(Failure::NotFound(Missing::Text))
}

async fn page(
    app: &App,
    reader: &Reader,
    file: &TextFile,
    notice: Notice,
    typed: String,
) -> Result<Response, Failure> {
    let view = app.view(reader).await?;
    let status = if notice.refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    html_as(
        status,
        &FilePage {
            shell: app.shell(&view, Room::Data, "导入与数据").await?,
            notice,
            file: view_data::failed(app, file),
            kept: file.upload.is_some(),
            typed,
        },
    )
}
