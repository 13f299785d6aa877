//! The papers of an act as files: the letter, the sheets of the persons, and how far the search is.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use clearance::act::{self, ActView};
use clearance::{ClearanceError, document, stamp_docx, stamp_html};
use dossier::access::AccessAct;
use serde_json::json;

use crate::acts::{Progress, state_of};
use crate::app::App;
use crate::failure::{Failure, Missing};
use crate::reader::Reader;

/// A paper and its form.
struct Wanted {
    /// The letter, or the sheets of the persons.
    letter: bool,
    docx: bool,
}

impl Wanted {
    fn of_file(name: &str) -> Option<Self> {
        let (letter, docx) = match name {
            "letter.docx" => (true, true),
            "letter.html" => (true, false),
            "papers.docx" => (false, true),
            "papers.html" => (false, false),
            _ => return None,
        };
        Some(Self { letter, docx })
    }

    fn write(&self, view: &ActView, stamp: Option<&str>) -> Result<Vec<u8>, ClearanceError> {
        let (title, blocks) = if self.letter {
            ("党风廉政意见的反馈", act::letter(view)?)
        } else {
            ("审核底稿", act::working_papers(view))
        };
        if self.docx {
            let bytes = document::docx(&blocks)?;
            return match stamp {
                Some(stamp) => stamp_docx(&bytes, stamp),
                None => Ok(bytes),
            };
        }
        let page = document::html(title, &blocks);
        Ok(stamp.map_or_else(|| page.clone(), |stamp| stamp_html(&page, stamp)).into_bytes())
    }

    fn media_type(&self) -> &'static str {
        if self.docx {
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        } else {
            "text/html; charset=utf-8"
        }
    }
}

/// `GET /replies/{id}/{part}` and the same of the API.
pub(crate) async fn part(
    State(app): State<App>,
    reader: Reader,
    Path((id, part)): Path<(String, String)>,
) -> Result<Response, Failure> {
    if part == "progress" {
        return progress(&app, &reader, &id).await;
    }
    let wanted = Wanted::of_file(&part).ok_or(Failure::NotFound(Missing::Address))?;
    let view = app.act_view(&reader, &id).await?;
    if view.coverage.is_none() {
        let detail = "the list has not been searched yet; there is no paper".to_owned();
        return Err(Failure::Conflict { code: "clearance_not_done", detail });
    }
    // A signed letter is approved by its signature, and goes out without a mark. Everything else that leaves the
    // house does so by an approval where one is asked for, and says from whose hands it came.
    let out = wanted.letter && state_of(&view.act)?.is_out();
    let mut detail = json!({ "file": part, "rows": view.rows.len() });
    let approval = if out {
        None
    } else {
        reader.take_out(&app, AccessAct::Export, &view.act.clearance, detail.clone()).await?
    };
    if let Some(number) = approval {
        detail["approval"] = number.into();
    }
    reader.audit(&app, "clearance_act.download", &id, detail).await?;
    let stamp = if out { None } else { reader.stamp(&app, approval) };
    let media_type = wanted.media_type();
    let bytes = tokio::task::spawn_blocking(move || wanted.write(&view, stamp.as_deref())).await??;
    let file = format!("attachment; filename=\"{id}-{part}\"");
    Ok(([(CONTENT_TYPE, media_type.to_owned()), (CONTENT_DISPOSITION, file)], bytes).into_response())
}

async fn progress(app: &App, reader: &Reader, id: &str) -> Result<Response, Failure> {
    let act = app.act_of(reader, id).await?;
    let (done, total, state) = match app.gathering_of(&act).await? {
        Progress::Running(done, total) => (done, total, "running"),
        Progress::Idle => (act.persons, act.persons, "done"),
        Progress::Failed(_) => (0, act.persons, "failed"),
    };
    Ok(Json(json!({ "done": done, "total": total, "state": state })).into_response())
}
