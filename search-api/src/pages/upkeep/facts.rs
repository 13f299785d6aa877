//! `/upkeep/declared`: whose last report differs from what registries say, to be worked through person by person.

use std::collections::HashMap;

use axum::extract::{Query, State};
use axum::response::Response;
use dossier::upkeep::declared::Verdict;
use dossier::{Kind, RecordKey};
use serde::Deserialize;
use serde_json::json;

use super::super::html;
use super::super::view_person::Named;
use super::survey::Surveyed;
use crate::app::App;
use crate::console::paging::{Paging, skipped};
use crate::console::shell::Room;
use crate::console::upkeep::{DeclaredListPage, DeclaredRow};
use crate::failure::Failure;
use crate::reader::Reader;

/// Persons on a page.
const PAGE: usize = 50;

/// Which persons.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    all: String,
    page: Option<u64>,
}

/// A person with how many facts are open, still being looked into, and concluded.
struct Counted<'s> {
    one: &'s Surveyed,
    base: String,
    open: u64,
    pending: u64,
    done: u64,
}

/// `GET /upkeep/declared`
pub(crate) async fn show(
    State(app): State<App>,
    reader: Reader,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let view = app.view(&reader).await?;
    let survey = app.survey(&view).await?;
    let verdicts: HashMap<_, Verdict> = view
        .snapshot
        .concluded()
        .await?
        .into_iter()
        .map(|one| ((one.person, one.base, one.fact), one.verdict))
        .collect();
    let count = |one: &'_ std::sync::Arc<Surveyed>| -> Option<(u64, u64, u64)> {
        let (base, facts) = one.differences.as_ref()?;
        let mut counted = (0, 0, 0);
        for fact in facts {
            match verdicts.get(&(one.key.clone(), *base, fact.clone())) {
                None => counted.0 += 1,
                Some(Verdict::Pending) => counted.1 += 1,
                Some(_) => counted.2 += 1,
            }
        }
        Some(counted)
    };
    let mut found: Vec<Counted<'_>> = Vec::new();
    for one in &survey.persons {
        let (Some((base, _)), Some((open, pending, done))) = (&one.differences, count(one)) else { continue };
        found.push(Counted { one, base: base.to_string(), open, pending, done });
    }
    let figures = found.iter().fold((0, 0, 0), |(open, pending, done), one| {
        (open + one.open, pending + one.pending, done + one.done)
    });
    let all = asked.all == "1";
    found.retain(|one| all || one.open + one.pending > 0);
    found.sort_by(|a, b| (b.open, b.pending, &a.one.key).cmp(&(a.open, a.pending, &b.one.key)));
    let page = asked.page.unwrap_or(1).max(1);
    let skipped = skipped(page, PAGE);
    let shown: Vec<&Counted<'_>> = found.iter().skip(skipped).take(PAGE).collect();
    let units = shown.iter().filter_map(|one| one.one.unit.clone());
    let named = Named::of(&view, units.map(|key: RecordKey| (Kind::Unit, key))).await?;
    reader.audit(&app, "declared.list", "declared", json!({ "shown": shown.len() })).await?;
    let row = |one: &&Counted<'_>| DeclaredRow {
        id: one.one.key.to_string(),
        name: one.one.name.clone(),
        unit: one
            .one
            .unit
            .as_ref()
            .map(|key| (key.to_string(), named.name(Kind::Unit, key.as_str()).to_owned()))
            .unwrap_or_default(),
        post: one.one.post.clone(),
        base: one.base.clone(),
        open: one.open,
        pending: one.pending,
        done: one.done,
    };
    html(&DeclaredListPage {
        shell: app.shell(&view, Room::Upkeep, "申报核查").await?,
        rows: shown.iter().map(row).collect(),
        paging: Paging { page, size: PAGE as u64, total: found.len() as u64 },
        base: format!("/upkeep/declared?all={}&page=", if all { "1" } else { "" }),
        figures,
        all,
    })
}
