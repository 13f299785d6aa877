//! What is done in 导入与数据: files come in, an import is taken back, a conflict is decided, a file that no
//! program could read is settled by hand.

pub(crate) mod conflicts;
pub(crate) mod files;
mod upload;

use archive::ImportMode;
use axum::Json;
use axum::extract::{Multipart, Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use dossier::access::Action;
use intake::{ImportReport, Stage};
use serde::{Deserialize, Serialize};

use super::{data, html, view_data};
use crate::app::App;
use crate::console::importing::{ReportView, RunBrief, RunPage, RunState};
use crate::console::shell::Room;
use crate::failure::Failure;
use crate::form::{Posted, tokened};
use crate::importing::{Run, Standing, Wish};
use crate::reader::Reader;

/// What a workbook is sent as.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// What to do with a run that asked, or with an import.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Act {
    act: String,
    form_token: Option<String>,
}

tokened!(Act);

/// How far a run is, for the page's own script.
#[derive(Debug, Serialize)]
pub(crate) struct Progress {
    done: u64,
    total: u64,
    state: &'static str,
    words: String,
}

/// `POST /data/imports`
pub(crate) async fn start(
    State(app): State<App>,
    reader: Reader,
    headers: HeaderMap,
    parts: Multipart,
) -> Result<Response, Failure> {
    reader.must_see_all()?;
    let posted = upload::read(&app, parts).await?;
    app.check_form(Some(&reader), &headers, posted.form_token.as_deref())?;
    let mut form = posted.form;
    form.source_wrong = upload::wrong_source(&form.source);
    if posted.files.is_empty() {
        "请选择要导入的文件".clone_into(&mut form.files_wrong);
    }
    if form.is_wrong() {
        let mut page = data::page(&app, &reader, form, "").await?;
        *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(page);
    }
    let wish = Wish {
        source: form.source.trim().to_owned(),
        mode: if form.replace { ImportMode::Replace } else { ImportMode::Add },
        dry_run: form.dry_run,
        keep_columns: form.keep_columns,
        actor: reader.id().to_owned(),
        files: posted.files,
    };
    let detail = serde_json::json!({ "files": wish.files.len(), "check": wish.dry_run });
    reader.audit(&app, "import.upload", &wish.source, detail).await?;
    let id = app.begin_import(wish, posted.folder)?;
    Ok(Redirect::to(&format!("/data/runs/{id}")).into_response())
}

/// `GET /data/runs/{id}`
pub(crate) async fn show(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let view = app.view(&reader).await?;
    reader.must_see_all()?;
    let run = app.import_run(&id)?;
    let standing = run.standing();
    html(&RunPage {
        shell: app.shell(&view, Room::Data, "导入与数据").await?,
        id,
        source: run.wish.source.clone(),
        files: named(&run.wish.files),
        mode: if run.wish.mode == ImportMode::Replace { "整体替换" } else { "增量" }.to_owned(),
        at: app.local(run.asked_at),
        report: match &standing {
            Standing::Done(report) | Standing::Unsure { report, .. } => report_view(report)?,
            _ => ReportView::default(),
        },
        state: state(&run, standing),
        may_import: reader.may(Action::Import),
    })
}

/// `GET /data/runs/{id}/progress`
pub(crate) async fn progress(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<String>,
) -> Result<Json<Progress>, Failure> {
    reader.must_see_all()?;
    let standing = app.import_run(&id)?.standing();
    let (done, total, words) = far(&standing);
    let state = if standing.is_under_way() { "running" } else { "done" };
    Ok(Json(Progress { done, total, state, words }))
}

/// `POST /data/runs/{id}`
pub(crate) async fn decide(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<String>,
    Posted(form): Posted<Act>,
) -> Result<Response, Failure> {
    reader.must_see_all()?;
    match form.act.as_str() {
        "confirm" => {
            let detail = serde_json::json!({ "confirmed": true });
            reader.audit(&app, "import.confirm", &id, detail).await?;
            app.confirm_import(&id)?;
        }
        "drop" => app.drop_import(&id)?,
        _ => return Err(Failure::Malformed { code: "field_invalid", detail: "no such act".to_owned() }),
    }
    Ok(Redirect::to(&format!("/data/runs/{id}")).into_response())
}

/// `POST /data/imports/{id}`
pub(crate) async fn undo(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<i64>,
    Posted(form): Posted<Act>,
) -> Result<Response, Failure> {
    reader.must_see_all()?;
    if form.act != "undo" {
        return Err(Failure::Malformed { code: "field_invalid", detail: "no such act".to_owned() });
    }
    let said = match app.archive().undo(id, reader.id(), app.now()).await {
        Ok(undone) if undone.skipped.is_empty() => {
            format!("第 {id} 号导入已撤回：恢复 {} 条，撤下 {} 条", undone.restored, undone.retired)
        }
        Ok(undone) => format!(
            "第 {id} 号导入已撤回：恢复 {} 条，撤下 {} 条；{} 条后来又有变动，保持原样",
            undone.restored,
            undone.retired,
            undone.skipped.len()
        ),
        Err(archive::ArchiveError::NotUndoable { .. }) => format!("第 {id} 号导入现在不能撤回"),
        Err(other) => return Err(other.into()),
    };
    data::page(&app, &reader, crate::console::importing::UploadForm::default(), &said).await
}

/// `GET /data/template.xlsx`
pub(crate) async fn template(State(app): State<App>, reader: Reader) -> Result<Response, Failure> {
    reader.audit(&app, "import.template", "", serde_json::json!({})).await?;
    let folder = app.upload_folder()?;
    let bytes = tokio::task::spawn_blocking(move || {
        let path = folder.path().join("template.xlsx");
        intake::write_template(&path).map_err(|error| error.to_string())?;
        std::fs::read(&path).map_err(|error| error.to_string())
    });
    let bytes = bytes.await?.map_err(Failure::Internal)?;
    let name = "attachment; filename=\"qingjian-template.xlsx\"; filename*=UTF-8''%E6%B8%85%E9%89%B4%E5%AF%BC%E5%85%A5%E6%A8%A1%E6%9D%BF.xlsx";
    Ok(([(CONTENT_TYPE, XLSX), (CONTENT_DISPOSITION, name)], bytes).into_response())
}

/// The runs that `/data` lists: those that wait for something, and what has just ended badly.
pub(super) fn briefs(app: &App) -> Vec<RunBrief> {
    let listed = |run: &Run| match run.standing() {
        Standing::Done(report) if report.import.is_some() => None,
        standing => Some(RunBrief {
            id: run.id.clone(),
            source: run.wish.source.clone(),
            files: named(&run.wish.files),
            standing: match &standing {
                Standing::Done(_) => "已检查，没有收录".to_owned(),
                Standing::Unsure { .. } => "等待确认".to_owned(),
                Standing::Failed(_) => "没有完成".to_owned(),
                under_way => far(under_way).2,
            },
        }),
    };
    app.imports().all().iter().filter_map(|run| listed(run)).take(5).collect()
}

fn named(files: &[String]) -> String {
    match files {
        [one] => one.clone(),
        [one, ..] => format!("{one} 等 {} 个文件", files.len()),
        [] => String::new(),
    }
}

fn state(run: &Run, standing: Standing) -> RunState {
    match standing {
        Standing::Done(report) => match report.import {
            Some(import) => RunState::Done { import: import.to_string() },
            None => RunState::Checked,
        },
        Standing::Unsure { why, .. } => RunState::Unsure { why },
        Standing::Failed(why) => RunState::Failed { why },
        under_way => {
            let (done, total, words) = far(&under_way);
            let words = if run.wish.dry_run { format!("只检查 · {words}") } else { words };
            RunState::UnderWay { done, total, words }
        }
    }
}

fn far(standing: &Standing) -> (u64, u64, String) {
    match standing {
        Standing::Running(progress) => {
            let stage = match progress.stage {
                Stage::Finding => "查找文件",
                Stage::Tables => "读取表格",
                Stage::Texts => "读取文书",
                Stage::Finishing => "核对引用和身份",
            };
            let (done, total) = (progress.files_done, progress.files);
            (done, total, format!("{stage} · 文件 {done} / {total} · 已读 {} 行", progress.rows))
        }
        Standing::Waiting => (0, 0, "排队等候，另一项导入正在进行".to_owned()),
        _ => (1, 1, "已结束".to_owned()),
    }
}

fn report_view(report: &ImportReport) -> Result<ReportView, Failure> {
    Ok(view_data::report(Some(&serde_json::to_value(report)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_by_the_first() {
        let files = |names: &[&str]| named(&names.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(files(&[]), "");
        assert_eq!(files(&["处分.csv"]), "处分.csv");
        assert_eq!(files(&["处分.csv", "人员.xlsx"]), "处分.csv 等 2 个文件");
    }

    #[test]
    fn who_waits_is_told_that_he_waits() {
        assert!(far(&Standing::Waiting).2.starts_with("排队"));
        assert_eq!(far(&Standing::Failed(String::new())).2, "已结束");
    }
}
