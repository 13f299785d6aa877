//! `/changes`: what is asked for, looked at and decided. What may be done is offered, and nothing else.

mod papers;
pub(crate) mod record;
pub(super) mod told;

use archive::{ArchiveError, ChangeFilter, ChangeItem, DossierChange};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use dossier::access::Action;
use dossier::change::{ChangeState, Op};
use serde::Deserialize;
use serde_json::json;

use super::view_person::{self, Named, actor};
use super::{html, html_as};
use crate::app::App;
use crate::console::account::Notice;
use crate::console::changes::{Acts, ChangePage, ChangesPage, StepView};
use crate::console::paging::Paging;
use crate::console::shell::Room;
use crate::failure::{Failure, Missing, Refused};
use crate::form::{Posted, tokened};
use crate::reader::Reader;
use crate::view::View;

pub(crate) use papers::{add_to_change, add_to_record, open};
pub(crate) use record::parse as parse_record;

/// Changes on a page.
const PAGE: u32 = 30;
/// Steps that are shown of one change.
const STEPS: usize = 60;

/// Which part of the list.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    state: String,
    page: Option<u64>,
}

/// What is said with an act.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Deed {
    row_version: i64,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    document: String,
    form_token: Option<String>,
}

tokened!(Deed);

/// `GET /changes`
pub(crate) async fn list(
    State(app): State<App>,
    reader: Reader,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let view = app.view(&reader).await?;
    let slug = if asked.state.is_empty() { "open" } else { asked.state.as_str() };
    let mut views = Vec::new();
    let mut chosen = None;
    let named = ChangeState::ALL.iter().map(|state| (state.slug(), state.title()));
    for (name, title) in named.chain([("overtaken", "已被导入覆盖"), ("mine", "我提出的")]) {
        let filter = filter_of(name, &reader);
        let count = view.snapshot.count_changes(&filter).await?;
        if name == slug {
            chosen = Some((filter, count));
        }
        views.push((name.to_owned(), title.to_owned(), count, name == slug));
    }
    let (filter, total) =
        chosen.ok_or_else(|| Failure::field("state", "field_invalid", "there is no such list"))?;
    let page = asked.page.unwrap_or(1).max(1);
    let offset = (page - 1).saturating_mul(u64::from(PAGE));
    let found = view.snapshot.changes(&ChangeFilter { offset, limit: PAGE, ..filter }).await?;
    let rows = told::rows(&app, &view, &found).await?;
    reader.audit(&app, "change.list", slug, json!({ "shown": rows.len() })).await?;
    html(&ChangesPage {
        shell: app.shell(&view, Room::Upkeep, "档案维护").await?,
        views,
        rows,
        paging: Paging { page, size: u64::from(PAGE), total },
        base: format!("/changes?state={slug}&page="),
        may_propose: reader.may(Action::ProposeChanges),
    })
}

fn filter_of(name: &str, reader: &Reader) -> ChangeFilter {
    ChangeFilter {
        state: ChangeState::parse(name),
        overtaken: name == "overtaken",
        proposed_by: (name == "mine").then(|| reader.id().to_owned()),
        ..ChangeFilter::default()
    }
}

/// `GET /changes/{id}`
pub(crate) async fn show(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    page(&app, &reader, id, Notice::default()).await
}

/// `POST /changes/{id}/{act}`
pub(crate) async fn act(
    State(app): State<App>,
    reader: Reader,
    Path((id, act)): Path<(i64, String)>,
    Posted(deed): Posted<Deed>,
) -> Result<Response, Failure> {
    let (archive, by, now) = (reader.archive(), reader.id(), app.now());
    let must = |right| if reader.may(right) { Ok(()) } else { Err(Failure::Forbidden(Refused::Right)) };
    let version = deed.row_version;
    let done = match act.as_str() {
        "approve" => {
            must(Action::ApproveChanges)?;
            archive.approve_change(id, version, &deed.reason, by, now).await.map(|_| id)
        }
        "reject" => {
            must(Action::ApproveChanges)?;
            archive.reject_change(id, version, &deed.reason, by, now).await.map(|()| id)
        }
        "withdraw" => {
            must(Action::ProposeChanges)?;
            archive.withdraw_change(id, version, &deed.reason, by, now).await.map(|()| id)
        }
        "reverse" => {
            must(Action::ProposeChanges)?;
            archive.reverse_change(id, &deed.reason, &deed.document, by, now).await
        }
        _ => return Err(Failure::NotFound(Missing::Address)),
    };
    match done {
        Ok(shown) => Ok(Redirect::to(&format!("/changes/{shown}")).into_response()),
        Err(ArchiveError::Change(error)) if error.code() != "change_not_found" => {
            page(&app, &reader, id, Notice::refused(error.chinese())).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn page(app: &App, reader: &Reader, id: i64, notice: Notice) -> Result<Response, Failure> {
    let view = app.view(reader).await?;
    let change = view.snapshot.change(id).await?.ok_or(Failure::NotFound(Missing::Change))?;
    let items = view.snapshot.change_items(id).await?;
    reader.audit(app, "change.read", &id.to_string(), json!({ "steps": items.len() })).await?;
    let mut steps = Vec::new();
    for item in items.iter().take(STEPS) {
        steps.push(step(&view, &change, item).await?);
    }
    let row = told::rows(app, &view, std::slice::from_ref(&change)).await?.remove(0);
    let acts = acts(reader, &change);
    let decided = change.decided_by.as_deref().map(|by| actor(by).to_owned());
    let status = if notice.refused { StatusCode::CONFLICT } else { StatusCode::OK };
    html_as(
        status,
        &ChangePage {
            shell: app.shell(&view, Room::Upkeep, &format!("变更 {id}")).await?,
            notice,
            row,
            row_version: change.row_version,
            reason: change.reason.clone(),
            document: change.document.clone(),
            effective_on: change.effective_on.map(|day| day.to_string()).unwrap_or_default(),
            decided: decided.zip(change.decided_at.map(|at| app.local(at))),
            decision: change.decision.clone(),
            reverses: change.reverses,
            reversed_by: change.reversed_by,
            steps,
            more: items.len().saturating_sub(STEPS) as u64,
            papers: papers::of_change(app, id).await?,
            may_attach: change.state == ChangeState::Open && change.proposed_by == reader.id(),
            idle: idle(&change, reader),
            acts,
        },
    )
}

fn acts(reader: &Reader, change: &DossierChange) -> Acts {
    let open = change.state == ChangeState::Open;
    let own = change.proposed_by == reader.id();
    let decides = open && !own && reader.may(Action::ApproveChanges);
    Acts {
        approve: decides,
        reject: decides,
        withdraw: open && own,
        reverse: change.in_force() && reader.may(Action::ProposeChanges),
    }
}

fn idle(change: &DossierChange, reader: &Reader) -> String {
    let open = change.state == ChangeState::Open;
    if open && reader.is_stand_alone() {
        "须由另一人审批：本机未启用账号时，请另一人用命令行 qingjian changes approve 办理。".to_owned()
    } else if open {
        "等待审批。".to_owned()
    } else if change.reversed_by.is_some() {
        "这项变更已被撤销。".to_owned()
    } else {
        "没有可办理的事项。".to_owned()
    }
}

async fn step(view: &View, change: &DossierChange, item: &ChangeItem) -> Result<StepView, Failure> {
    let record = &item.record;
    let before = told::content_at(view, record, item.base).await?;
    let cells = if item.op.writes() {
        let after = if item.op == Op::Retire { None } else { Some(item.fields.clone()) };
        told::cells(view, record, before.as_ref(), after.as_ref()).await?
    } else {
        Vec::new()
    };
    let mut trouble = String::new();
    if change.state == ChangeState::Open && item.op.writes() {
        let present =
            view.snapshot.versions(record).await?.last().map_or(0, |version| version.stored.version);
        if present != item.base {
            trouble.push_str("提出之后这条记录已有新版本，不能直接生效；请退回或撤回后重新提出");
        }
    }
    if let Some(import) = item.overtaken_by {
        trouble = format!("导入 {import} 带来了第三种内容，这项更正不再起作用，请核对");
    }
    let into = match &item.into {
        Some(into) => {
            let named = Named::of(view, [(dossier::Kind::Person, into.clone())]).await?;
            format!("并入 {}（{into}）", named.name(dossier::Kind::Person, into.as_str()))
        }
        None if item.op.writes() && item.base > 0 => format!("依据第 {} 版", item.base),
        None => String::new(),
    };
    Ok(StepView {
        record: view_person::record_words(record, item.key_derived),
        href: told::record_href(view, record).await?,
        op: item.op.title().to_owned(),
        tone: told::op_tone(item.op),
        cells,
        note: into,
        trouble,
    })
}
