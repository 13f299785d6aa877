//! `/access`: asking to read beyond one's scope, to print or to take out, and deciding what others ask.

use std::collections::{BTreeMap, BTreeSet};

use archive::{AccessRequest, AccessReturn, NewAccessRequest, RequestState, ReturnHow};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use dossier::access::{AccessAct, Action, Scope};
use dossier::{Kind, RecordKey};
use serde::Deserialize;

use super::account::outcome;
use super::html_as;
use crate::app::App;
use crate::console::account::{AccessPage, Notice, RequestRow};
use crate::console::shell::Room;
use crate::failure::{Failure, Refused};
use crate::form::{Posted, Tokened, tokened};
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

tokened!(Decision);

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

/// What became of what was taken out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GivenBack {
    how: String,
    #[serde(default)]
    witness: String,
    #[serde(default)]
    note: String,
    form_token: Option<String>,
}

tokened!(GivenBack);

/// `POST /access/{id}/return`: by whoever took it out, or by who approves.
pub(crate) async fn give_back(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<i64>,
    Posted(form): Posted<GivenBack>,
) -> Result<Response, Failure> {
    if reader.is_stand_alone() || (!reader.may(Action::RequestAccess) && !reader.may(Action::ApproveAccess)) {
        return Err(Failure::Forbidden(Refused::Right));
    }
    let how = ReturnHow::ALL.iter().copied().find(|how| how.word() == form.how);
    let how = how.ok_or_else(|| Failure::field("how", "field_invalid", "no such end of a paper"))?;
    let own = (!reader.may(Action::ApproveAccess)).then(|| reader.id());
    let known = app.archive().access_requests(own).await?.iter().any(|request| request.id == id);
    let notice = if known {
        let said = (form.witness.as_str(), form.note.as_str());
        let result = app.archive().return_access(id, how, said, reader.id(), app.now()).await;
        outcome(result)?.unwrap_or_else(|| Notice::done(format!("已登记{}", told(how))))
    } else {
        // Whether it is there is not told.
        Notice::refused("没有这份申请")
    };
    page(&app, &reader, notice).await
}

/// What became of it, in a word.
fn told(how: ReturnHow) -> &'static str {
    match how {
        ReturnHow::Returned => "交回",
        ReturnHow::Destroyed => "销毁",
        ReturnHow::Filed => "归卷",
    }
}

/// `POST /access/{id}`
pub(crate) async fn decide(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<i64>,
    Posted(form): Posted<Decision>,
) -> Result<Response, Failure> {
    // Whoever grants must himself see what he grants; the head of the commission reads no petitions, and stands above all
    // offices all the same.
    let above_all = reader.may(Action::ApproveUnitAccess)
        && Scope { withheld: BTreeSet::new(), ..reader.scope().clone() }.is_full();
    if !above_all {
        reader.must_see_all()?;
    }
    let (archive, by, now) = (app.archive(), reader.id(), app.now());
    let of_unit = |request: &AccessRequest| request.id == id && !request.units.is_empty();
    if form.act == "grant"
        && !reader.may(Action::ApproveUnitAccess)
        && archive.access_requests(None).await?.iter().any(of_unit)
    {
        return page(&app, &reader, Notice::refused("整单位调阅须由领导（主要领导）审批")).await;
    }
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
    let parts = |name: &str| {
        let parts = text(name).split(['\n', ';', '；', '、', ',', '，']).map(str::trim);
        parts.filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>()
    };
    let keys = |name: &str, wrong: &'static str| {
        parts(name).iter().map(|part| RecordKey::new(part).map_err(|_| wrong)).collect::<Result<Vec<_>, _>>()
    };
    let persons = keys("persons", "人员编号无法识别，请核对")?;
    let units = keys("units", "单位编号无法识别，请核对")?;
    let day = |name: &str| text(name).parse().map_err(|_| "日期无法识别");
    Ok(NewAccessRequest {
        purpose: text("purpose").to_owned(),
        persons,
        units,
        kinds: kinds().filter(|kind| form.contains_key(&format!("kind_{}", kind.slug()))).collect(),
        clearances: parts("clearances"),
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
    let of_units = [Kind::Text, Kind::Finding, Kind::Recommendation];
    let asked = move |kind: &Kind| {
        of_units.contains(kind) || (*kind != Kind::Person && kind.declaration().person.is_some())
    };
    Kind::ALL.iter().copied().filter(asked)
}

async fn page(app: &App, reader: &Reader, notice: Notice) -> Result<Response, Failure> {
    let view = app.view(reader).await?;
    let decides = reader.may(Action::ApproveAccess);
    let own = (!decides).then(|| reader.id());
    let requests = app.archive().access_requests(own).await?;
    let returns = app.archive().access_returns(own).await?;
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
            ways_back: ReturnHow::ALL.iter().map(|how| (how.word(), told(*how))).collect(),
            requests: requests
                .iter()
                .map(|request| {
                    let back = returns.iter().filter(|back| back.request == request.id);
                    row(app, reader, request, decides, back)
                })
                .collect(),
        },
    )
}

fn row<'r>(
    app: &App,
    reader: &Reader,
    request: &AccessRequest,
    decides: bool,
    back: impl Iterator<Item = &'r AccessReturn>,
) -> RequestRow {
    let state = match request.state {
        RequestState::Asked => "待审批",
        RequestState::Granted => "已同意",
        RequestState::Refused => "不同意",
        RequestState::Ended => "已收回",
    };
    let joined = |parts: Vec<String>| parts.join("、");
    let open = decides && request.state == RequestState::Asked && request.applicant != reader.id();
    RequestRow {
        id: request.id,
        applicant: request.applicant.clone(),
        purpose: request.purpose.clone(),
        persons: joined(request.persons.iter().map(ToString::to_string).collect()),
        units: joined(request.units.iter().map(ToString::to_string).collect()),
        outstanding: request.outstanding,
        returns: back
            .map(|one| {
                let at = app.local(one.at).format("%Y-%m-%d %H:%M");
                let note = if one.note.is_empty() { String::new() } else { format!("，{}", one.note) };
                format!("{at} {}{} 份，{}{note}", told(one.how), one.uses, one.witness)
            })
            .collect(),
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
        open,
        grants: open && (request.units.is_empty() || reader.may(Action::ApproveUnitAccess)),
        standing: decides && request.state == RequestState::Granted,
    }
}
