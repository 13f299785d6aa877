//! `/access`: asking to read beyond one's scope, to print or to take out, and deciding what others ask.

use std::collections::BTreeMap;

use archive::{AccessRequest, NewAccessRequest, RequestState};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use dossier::access::{AccessAct, Action};
use dossier::{Kind, RecordKey};
use serde::Deserialize;

use super::account::outcome;
use super::html_as;
use crate::app::App;
use crate::console::account::{AccessPage, Notice, RequestRow};
use crate::console::shell::Room;
use crate::failure::{Failure, Refused};
use crate::form::{Posted, Tokened};
use crate::reader::Reader;

/// A request: a box for each kind. A form with boxes has no fixed fields.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Asked(BTreeMap<String, String>);

/// A decision.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decision {
    act: String,
    #[serde(default)]
    reason: String,
    form_token: Option<String>,
}

impl Tokened for Asked {
    fn form_token(&self) -> Option<&str> {
        self.0.get("form_token").map(String::as_str)
    }
}

impl Tokened for Decision {
    fn form_token(&self) -> Option<&str> {
        self.form_token.as_deref()
    }
}

/// `GET /access`
pub(crate) async fn show(State(app): State<App>, reader: Reader) -> Result<Response, Failure> {
    if reader.is_stand_alone() || (!reader.may(Action::RequestAccess) && !reader.may(Action::ApproveAccess)) {
        return Err(Failure::Forbidden(Refused::Right));
    }
    page(&app, &reader, Notice::default()).await
}

/// `POST /access`
pub(crate) async fn ask(
    State(app): State<App>,
    reader: Reader,
    Posted(form): Posted<Asked>,
) -> Result<Response, Failure> {
    let notice = match read(&form.0) {
        Err(message) => Notice::refused(message),
        Ok(new) => {
            for clearance in &new.clearances {
                // Nobody asks for what he may not see: whether it is there is not told.
                if app.clearance_of(&reader, clearance).await.is_err() {
                    return page(&app, &reader, Notice::refused("没有这个审核编号，或无权查看")).await;
                }
            }
            let asked = app.archive().request_access(reader.id(), &new, app.now()).await;
            outcome(asked)?.unwrap_or_else(|| Notice::done("申请已提交，等待审批"))
        }
    };
    page(&app, &reader, notice).await
}

/// `POST /access/{id}`
pub(crate) async fn decide(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<i64>,
    Posted(form): Posted<Decision>,
) -> Result<Response, Failure> {
    // Whoever grants must himself see what he grants.
    reader.must_see_all()?;
    let (archive, by, now) = (app.archive(), reader.id(), app.now());
    let (result, said) = match form.act.as_str() {
        "grant" => (archive.decide_access(id, true, &form.reason, by, now).await, "已同意"),
        "refuse" => (archive.decide_access(id, false, &form.reason, by, now).await, "已不同意"),
        "end" => (archive.end_access(id, by, now).await, "已收回"),
        _ => return Err(Failure::Malformed { code: "field_invalid", detail: "no such act".to_owned() }),
    };
    let notice = outcome(result)?.unwrap_or_else(|| Notice::done(said));
    page(&app, &reader, notice).await
}

fn read(form: &BTreeMap<String, String>) -> Result<NewAccessRequest, &'static str> {
    let text = |name: &str| form.get(name).map(|text| text.trim()).unwrap_or_default();
    let persons = text("persons")
        .split(['\n', ';', '；', '、', ',', '，'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| RecordKey::new(part).map_err(|_| "人员编号无法识别，请核对"))
        .collect::<Result<Vec<_>, _>>()?;
    let day = |name: &str| text(name).parse().map_err(|_| "日期无法识别");
    Ok(NewAccessRequest {
        purpose: text("purpose").to_owned(),
        persons,
        kinds: kinds().filter(|kind| form.contains_key(&format!("kind_{}", kind.slug()))).collect(),
        clearances: text("clearances")
            .split(['\n', ';', '；', '、', ',', '，'])
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect(),
        acts: AccessAct::ALL
            .into_iter()
            .filter(|act| form.contains_key(&format!("act_{}", act.slug())))
            .collect(),
        from: day("from")?,
        until: day("until")?,
    })
}

/// What of a dossier can be asked for.
fn kinds() -> impl Iterator<Item = Kind> {
    Kind::ALL
        .iter()
        .copied()
        .filter(|kind| *kind == Kind::Text || (*kind != Kind::Person && kind.declaration().person.is_some()))
}

async fn page(app: &App, reader: &Reader, notice: Notice) -> Result<Response, Failure> {
    let view = app.view(reader).await?;
    let decides = reader.may(Action::ApproveAccess);
    let requests = app.archive().access_requests((!decides).then(|| reader.id())).await?;
    let status = if notice.refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    html_as(
        status,
        &AccessPage {
            shell: app.shell(&view, Room::Access, "调阅审批").await?,
            notice,
            asks: reader.may(Action::RequestAccess),
            decides,
            kinds: kinds().map(|kind| (kind.slug().to_owned(), kind.title().to_owned())).collect(),
            acts: AccessAct::ALL.map(|act| (act.slug().to_owned(), act.title().to_owned())).into(),
            today: view.today.to_string(),
            requests: requests.iter().map(|request| row(app, reader, request, decides)).collect(),
        },
    )
}

fn row(app: &App, reader: &Reader, request: &AccessRequest, decides: bool) -> RequestRow {
    let state = match request.state {
        RequestState::Asked => "待审批",
        RequestState::Granted => "已同意",
        RequestState::Refused => "不同意",
        RequestState::Ended => "已收回",
    };
    let joined = |parts: Vec<String>| parts.join("、");
    RequestRow {
        id: request.id,
        applicant: request.applicant.clone(),
        purpose: request.purpose.clone(),
        persons: joined(request.persons.iter().map(ToString::to_string).collect()),
        kinds: joined(request.kinds.iter().map(|kind| kind.title().to_owned()).collect()),
        clearances: request.clearances.join("、"),
        acts: joined(request.acts.iter().map(|act| act.title().to_owned()).collect()),
        uses: match request.used_at {
            None => "未使用".to_owned(),
            Some(at) => format!("{} 次，最近 {}", request.uses, app.local(at).format("%Y-%m-%d %H:%M")),
        },
        days: format!("{} 至 {}", request.from, request.until),
        state: state.to_owned(),
        decision: match &request.decided_by {
            None => String::new(),
            Some(by) if request.reason.is_empty() => by.clone(),
            Some(by) => format!("{by}：{}", request.reason),
        },
        open: decides && request.state == RequestState::Asked && request.applicant != reader.id(),
        standing: decides && request.state == RequestState::Granted,
    }
}
