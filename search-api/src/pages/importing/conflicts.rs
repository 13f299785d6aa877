//! `/data/conflicts`: what cannot all be true of a person, and the decision about it.

use std::collections::BTreeMap;

use archive::{ArchiveError, Conflict, ConflictKind, ConflictState, KEEP_ALL};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use dossier::RecordKey;
use dossier::access::Action;
use serde::Deserialize;

use super::super::html_as;
use super::super::view_person::actor;
use crate::app::App;
use crate::console::account::Notice;
use crate::console::importing::{ConflictView, ConflictsPage, SideView};
use crate::console::paging::Paging;
use crate::console::shell::Room;
use crate::failure::Failure;
use crate::form::{Posted, tokened};
use crate::reader::Reader;
use crate::{people, view::View};

/// Conflicts on a page.
const PAGE: u32 = 50;

/// `?all=yes&page=2`
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Which {
    all: Option<String>,
    page: Option<u64>,
}

/// A decision.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decision {
    keep: Option<String>,
    reason: String,
    form_token: Option<String>,
}

tokened!(Decision);

/// `GET /data/conflicts`
pub(crate) async fn show(
    State(app): State<App>,
    reader: Reader,
    Query(which): Query<Which>,
) -> Result<Response, Failure> {
    page(&app, &reader, &which, Notice::default()).await
}

/// `POST /data/conflicts/{id}`
pub(crate) async fn decide(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<i64>,
    Posted(form): Posted<Decision>,
) -> Result<Response, Failure> {
    reader.must_see_all()?;
    let (keep, reason) = (form.keep.unwrap_or_default(), form.reason.trim().to_owned());
    let notice = if keep.is_empty() {
        Notice::refused("请选择采信哪一方，或“都保留”")
    } else if reason.is_empty() {
        Notice::refused("请写明理由，它会和裁定一起保存")
    } else {
        match app.archive().settle_conflict(id, &keep, &reason, reader.id(), app.now()).await {
            Ok(changed) => Notice::done(format!("第 {id} 号已裁定，改动 {changed} 条记录")),
            Err(ArchiveError::ConflictSettled { .. }) => {
                Notice::refused("已有人裁定，或事实已经变化，请看下面的现状")
            }
            Err(ArchiveError::ConflictKeep { .. }) => Notice::refused("没有这一方，请重新选择"),
            Err(ArchiveError::NoSuchConflict(_)) => Notice::refused("没有这一处矛盾"),
            Err(other) => return Err(other.into()),
        }
    };
    page(&app, &reader, &Which::default(), notice).await
}

async fn page(app: &App, reader: &Reader, which: &Which, notice: Notice) -> Result<Response, Failure> {
    let view = app.view(reader).await?;
    reader.must_see_all()?;
    let all = which.all.is_some();
    let open = app.archive().open_conflict_count().await?;
    let total = if all { app.archive().conflict_count().await? } else { open };
    let paging = Paging { page: which.page.unwrap_or(1).max(1), size: PAGE.into(), total };
    let before = (paging.page - 1).saturating_mul(paging.size);
    let conflicts = app.archive().conflicts(all, before, PAGE).await?;
    let names = names(&view, &conflicts).await?;
    let shown: Vec<ConflictView> =
        conflicts.iter().map(|conflict| conflict_view(app, conflict, &names)).collect();
    let detail = serde_json::json!({ "conflicts": shown.len() });
    reader.audit(app, "conflicts.read", "", detail).await?;
    let status = if notice.refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    html_as(
        status,
        &ConflictsPage {
            shell: app.shell(&view, Room::Data, "导入与数据").await?,
            notice,
            conflicts: shown,
            paging,
            open,
            all,
            may_import: reader.may(Action::Import),
        },
    )
}

/// Of a group of namesakes, how many are named on the page one by one; the rest are counted there.
const NAMED_MAX: usize = 50;

/// The names of everybody who is named on the page.
async fn names(view: &View, conflicts: &[Conflict]) -> Result<BTreeMap<RecordKey, String>, Failure> {
    let mut keys: Vec<RecordKey> =
        conflicts.iter().flat_map(|one| one.persons.iter().take(NAMED_MAX).cloned()).collect();
    keys.sort();
    keys.dedup();
    let dossiers = people::load(&view.snapshot, &keys, view.today).await?;
    Ok(keys
        .iter()
        .filter_map(|key| dossiers.get(key).map(|one| (key.clone(), one.person.name.clone())))
        .collect())
}

fn conflict_view(app: &App, conflict: &Conflict, names: &BTreeMap<RecordKey, String>) -> ConflictView {
    let person = |key: &RecordKey| names.get(key).cloned().unwrap_or_else(|| key.to_string());
    let title = |keep: &str| match conflict.kind {
        ConflictKind::SourcesDiffer => format!("来源 {keep}"),
        ConflictKind::IdentityShared | ConflictKind::PersonTwice => format!("档案 {keep}"),
    };
    let sides: Vec<SideView> = conflict
        .sides
        .iter()
        .map(|side| SideView {
            keep: side.keep.clone(),
            title: title(&side.keep),
            says: side.says.iter().map(|(header, value)| (header.clone(), value.clone())).collect(),
        })
        .collect();
    ConflictView {
        id: conflict.id,
        kind: match conflict.kind {
            ConflictKind::SourcesDiffer => "来源说法不一",
            ConflictKind::IdentityShared => "不同姓名，同一身份证号",
            ConflictKind::PersonTwice => "两份档案像是一个人",
        }
        .to_owned(),
        persons: conflict.persons.iter().take(NAMED_MAX).map(|key| (key.to_string(), person(key))).collect(),
        group: if conflict.is_group() { conflict.persons.len() as u64 } else { 0 },
        differs: differing(&sides),
        sides,
        found: app.local(conflict.found_at),
        settled: settled(conflict),
    }
}

/// The headers under which the sides do not all say the same.
fn differing(sides: &[SideView]) -> Vec<String> {
    let mut by_header: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (header, value) in sides.iter().flat_map(|side| &side.says) {
        by_header.entry(header).or_default().push(value);
    }
    let differs = |values: &[&str]| values.len() < sides.len() || values.iter().any(|one| *one != values[0]);
    by_header.into_iter().filter(|(_, values)| differs(values)).map(|(header, _)| header.to_owned()).collect()
}

fn settled(conflict: &Conflict) -> String {
    match conflict.state {
        ConflictState::Open => String::new(),
        ConflictState::Gone => "事实已经变化，无须再裁定".to_owned(),
        ConflictState::Settled => {
            let kept = match conflict.kept.as_deref().unwrap_or_default() {
                KEEP_ALL => "各方都保留".to_owned(),
                side => format!("采信 {side}"),
            };
            let by = actor(conflict.settled_by.as_deref().unwrap_or_default()).to_owned();
            format!("{by} 裁定：{kept}。理由：{}", conflict.reason.as_deref().unwrap_or_default())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(says: &[(&str, &str)]) -> SideView {
        let says = says.iter().map(|(header, value)| ((*header).to_owned(), (*value).to_owned()));
        SideView { keep: String::new(), title: String::new(), says: says.collect() }
    }

    #[test]
    fn a_header_differs_where_one_side_says_something_else_or_nothing() {
        let sides = [
            side(&[("姓名", "样例甲"), ("性别", "男"), ("出生年月", "1970-01")]),
            side(&[("姓名", "样例甲"), ("性别", "女")]),
        ];
        assert_eq!(differing(&sides), ["出生年月", "性别"]);
    }
}
