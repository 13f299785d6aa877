//! `/rules/versions/{id}`: what a proposal changes and would do, and its decision by somebody else.

use archive::{RuleVersion, Ruling};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use dossier::access::Action;
use serde::Deserialize;
use serde_json::json;

use super::{broken, days, preview, state};
use crate::app::App;
use crate::console::account::Notice;
use crate::console::rules::RuleVersionPage;
use crate::console::shell::Room;
use crate::failure::{Failure, Missing};
use crate::form::{Posted, tokened};
use crate::pages::html;
use crate::pages::reminders::Actors;
use crate::reader::Reader;

/// What was done before.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    #[serde(default)]
    done: String,
}

/// What is to become of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decision {
    act: String,
    #[serde(default)]
    reason: String,
    form_token: Option<String>,
}

tokened!(Decision);

/// `GET /rules/versions/{id}`
pub(crate) async fn show(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<i64>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let said = match asked.done.as_str() {
        "propose" => "已提出，等待另一人审批",
        "preview" => "已重新预览",
        "approve" => "已审批，按生效日期起用",
        "withdraw" => "已撤回",
        _ => "",
    };
    page(&app, &reader, id, Notice::done(said)).await
}

/// `POST /rules/versions/{id}`
pub(crate) async fn decide(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<i64>,
    Posted(form): Posted<Decision>,
) -> Result<Response, Failure> {
    reader.must_see_all()?;
    let version = one(&app, id).await?;
    let (archive, by, now) = (app.archive(), reader.id(), app.now());
    let refusal = match form.act.as_str() {
        "preview" if open(&version) => {
            preview::made(&app, &reader, id, &version.proposed.body).await?;
            None
        }
        "approve" if is_stale(&app, id).await? => Some("预览之后现行规则已有变动，请重新预览后再审批"),
        "approve" => told(archive.approve_rules(id, by, by, now).await?),
        "withdraw" if form.reason.trim().is_empty() => Some("请填写撤回的理由"),
        "withdraw" => told(archive.withdraw_rules(id, &form.reason, by, now).await?),
        "preview" => Some("该版本已有结论"),
        _ => return Err(Failure::Malformed { code: "field_invalid", detail: "no such act".to_owned() }),
    };
    match refusal {
        None => Ok(Redirect::to(&format!("/rules/versions/{id}?done={}", form.act)).into_response()),
        Some(text) => page(&app, &reader, id, Notice::refused(text)).await,
    }
}

/// Why nothing was decided.
fn told(ruling: Ruling) -> Option<&'static str> {
    match ruling {
        Ruling::Done => None,
        Ruling::NoSuch => Some("没有这个版本"),
        Ruling::Decided => Some("该版本已有结论，请刷新后查看"),
        Ruling::SamePerson => Some("提出人不能审批自己的版本，须由另一人审批"),
        Ruling::NotPreviewed => Some("还没有影响预览，请先预览"),
    }
}

async fn one(app: &App, id: i64) -> Result<RuleVersion, Failure> {
    let versions = app.archive().rule_versions().await?;
    versions.into_iter().find(|version| version.id == id).ok_or(Failure::NotFound(Missing::Address))
}

fn open(version: &RuleVersion) -> bool {
    version.approved_at.is_none() && version.withdrawn_at.is_none()
}

/// Whether the preview was made against other rules than those in force.
async fn is_stale(app: &App, id: i64) -> Result<bool, Failure> {
    let Some(kept) = app.archive().rule_preview(id).await? else { return Ok(false) };
    let versions = app.archive().rule_versions().await?;
    let (_, in_force) = app.rulebook()?.in_force(&versions, app.today()).map_err(|fault| broken(&fault))?;
    Ok(in_force.kept().0 != kept.shown.in_force)
}

async fn page(app: &App, reader: &Reader, id: i64, notice: Notice) -> Result<Response, Failure> {
    // A preview counts over all offices.
    reader.must_see_all()?;
    let view = app.view(reader).await?;
    let version = one(app, id).await?;
    let actors = Actors::load(app).await?;
    let all = app.archive().rule_versions().await?;
    let manages = reader.may(Action::ManageRules) && app.rulebook().is_ok();
    let changes = match app.rulebook() {
        Ok(book) => {
            let (_, now) = book.in_force(&all, app.today()).map_err(|fault| broken(&fault))?;
            let then = book.read(&version.proposed.body).map_err(|fault| broken(&fault))?;
            preview::changes(&now, &then)
        }
        Err(_) => Vec::new(),
    };
    let kept = app.archive().rule_preview(id).await?;
    let stale = open(&version) && app.rulebook().is_ok() && is_stale(app, id).await?;
    let own = version.proposed.author == reader.id();
    let mut decided = Vec::new();
    if let (Some(by), Some(at)) = (&version.approver, version.approved_at) {
        decided.push(format!("{} 于 {} 审批", actors.name(by), app.local(at).format("%Y-%m-%d %H:%M")));
    }
    if let (Some(by), Some(at)) = (&version.withdrawn_by, version.withdrawn_at) {
        let when = app.local(at).format("%Y-%m-%d %H:%M");
        decided.push(format!("{} 于 {when} 撤回：{}", actors.name(by), version.withdrawn_reason));
    }
    reader.audit(app, "rules.read", &format!("rules:{id}"), json!({})).await?;
    let failed = notice.refused;
    let mut page = html(&RuleVersionPage {
        shell: app.shell(&view, Room::Rules, "阈值版本").await?,
        notice,
        id,
        author: actors.name(&version.proposed.author),
        proposed: app.local(version.proposed_at),
        days: days(&version),
        state: state(&version, app.today()),
        decided,
        changes,
        preview: match &kept {
            Some(kept) => Some(preview::shown(app, &view, kept).await?),
            None => None,
        },
        stale,
        approves: manages && open(&version) && !own && kept.is_some() && !stale,
        withdraws: manages && version.withdrawn_at.is_none(),
        previews: manages && open(&version),
        why_not: match (open(&version), manages, own) {
            (true, true, true) => "提出人不能审批自己的版本，须由另一名有权限的人审批",
            (true, false, _) => "待有权限的另一人审批",
            _ => "",
        },
        note: version.proposed.note,
    })?;
    if failed {
        *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(page)
}
