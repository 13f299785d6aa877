//! `/gaps`: what the rules would have to know and the dossiers do not say, narrowed to what the reader sees.

use std::collections::BTreeMap;

use archive::{VerdictRow, VerdictWork};
use axum::extract::{Query, State};
use axum::response::Response;
use dossier::{Category, Kind, RecordKey, RecordRef};
use serde::Deserialize;
use serde_json::{Value, json};

use super::html;
use super::reminders::{missing, offices, subjects};
use crate::api::reminders::visible;
use crate::app::App;
use crate::console::gaps::{GapRow, GapsPage};
use crate::console::paging::Paging;
use crate::console::reminders::{Pick, SubjectBrief};
use crate::console::shell::Room;
use crate::failure::Failure;
use crate::reader::Reader;

/// Gaps on a page.
const PAGE: u32 = 50;

/// What is asked.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    office: String,
    #[serde(default)]
    category: String,
    page: Option<u64>,
}

/// Narrows verdicts to what `reader` may see. That a clue or a petition lacks a field says that there is one.
pub(super) async fn seen(reader: &Reader, mut work: VerdictWork) -> Result<VerdictWork, Failure> {
    let filter = visible(reader).await?;
    work.offices = filter.offices;
    work.except = filter.except.iter().map(ToString::to_string).collect();
    work.except_units = filter.except_units;
    let withheld = &reader.scope().withheld;
    if [Kind::Petition, Kind::Clue, Kind::Inquiry].iter().any(|kind| withheld.contains(kind)) {
        let others = Category::ALL.iter().filter(|one| **one != Category::RepeatedReports);
        work.categories = Some(others.map(|one| one.slug().to_owned()).collect());
    }
    Ok(work)
}

/// `GET /gaps`
pub(crate) async fn show(
    State(app): State<App>,
    reader: Reader,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let outcome = Some(alerts::Outcome::DataGap.slug().to_owned());
    let all = seen(&reader, VerdictWork { outcome, ..VerdictWork::default() }).await?;
    let tally = app.archive().verdict_tally(&all).await?;
    let mut asks = all.clone();
    if !asked.office.is_empty() {
        let allowed = all.offices.as_ref().is_none_or(|offices| offices.contains(&asked.office));
        asks.offices = Some(vec![if allowed { asked.office.clone() } else { String::new() }]);
    }
    if !asked.category.is_empty() {
        let wrong = || Failure::field("category", "field_invalid", "there is no such category");
        let category = Category::parse(&asked.category).ok_or_else(wrong)?;
        let allowed =
            all.categories.as_ref().is_none_or(|some| some.iter().any(|one| one == category.slug()));
        asks.categories = Some(vec![if allowed { category.slug().to_owned() } else { String::new() }]);
    }
    let total: u64 = app.archive().verdict_tally(&asks).await?.iter().map(|(.., count)| count).sum();
    let number = asked.page.unwrap_or(1).max(1);
    let offset = (number - 1).saturating_mul(u64::from(PAGE));
    let found = app.archive().verdict_page(&asks, offset, PAGE).await?;
    let view = app.view(&reader).await?;
    let offices = offices(&app).await?;
    let names = subjects(&view, found.iter().filter_map(subject_of)).await?;
    let rows = found
        .iter()
        .map(|gap| row(gap, subject_of(gap).and_then(|subject| names.get(&subject).cloned()), &offices))
        .collect();
    reader.audit(&app, "gap.list", "gaps", json!({ "shown": found.len() })).await?;
    let pick = |value: &str, label: &str, chosen: &str| Pick {
        value: value.to_owned(),
        label: label.to_owned(),
        chosen: !value.is_empty() && value == chosen,
    };
    html(&GapsPage {
        shell: app.shell(&view, Room::Gaps, "数据缺口").await?,
        offices: offices
            .iter()
            .filter(|(key, _)| all.offices.as_ref().is_none_or(|allowed| allowed.contains(key)))
            .map(|(key, name)| pick(key, name, &asked.office))
            .collect(),
        categories: Category::ALL.iter().map(|one| pick(one.slug(), one.title(), &asked.category)).collect(),
        by_office: by_office(&tally, &offices),
        by_category: by_category(&tally),
        rows,
        paging: Paging { page: number, size: u64::from(PAGE), total },
        swept: app.archive().last_sweep().await?.is_some(),
    })
}

fn subject_of(gap: &VerdictRow) -> Option<RecordRef> {
    let (kind, key) = gap.subject.split_once(':')?;
    Some(RecordRef::new(Kind::parse(kind)?, RecordKey::new(key).ok()?))
}

fn row(gap: &VerdictRow, subject: Option<SubjectBrief>, offices: &BTreeMap<String, String>) -> GapRow {
    let body: Value = serde_json::from_str(&gap.body).unwrap_or_default();
    let listed = body.get("missing").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut fields: Vec<(String, String)> = listed.iter().filter_map(Value::as_str).map(missing).collect();
    fields.dedup();
    GapRow {
        subject: subject.unwrap_or_default(),
        office: gap.office.as_ref().map_or_else(String::new, |key| {
            offices.get(key.as_str()).cloned().unwrap_or_else(|| key.to_string())
        }),
        category_slug: gap.category.clone(),
        category: Category::parse(&gap.category).map_or("", Category::title).to_owned(),
        clause: gap.clause.clone(),
        missing: fields,
        explanation: body.get("explain").and_then(Value::as_str).unwrap_or_default().to_owned(),
    }
}

type Tally = [(String, Option<RecordKey>, String, u64)];

fn by_office(tally: &Tally, offices: &BTreeMap<String, String>) -> Vec<(String, String, u64)> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for (_, office, _, count) in tally {
        *counts.entry(office.as_ref().map(ToString::to_string).unwrap_or_default()).or_default() += count;
    }
    let name = |key: &str| match key {
        "" => "未落实监督单位".to_owned(),
        key => offices.get(key).cloned().unwrap_or_else(|| key.to_owned()),
    };
    let mut rows: Vec<_> = counts.into_iter().map(|(key, count)| (key.clone(), name(&key), count)).collect();
    rows.sort_by_key(|(.., count)| std::cmp::Reverse(*count));
    rows
}

fn by_category(tally: &Tally) -> Vec<(String, String, u64)> {
    let of = |category: &Category| tally.iter().filter(|row| row.0 == category.slug()).map(|row| row.3).sum();
    let rows = Category::ALL.iter().map(|one| (one.slug().to_owned(), one.title().to_owned(), of(one)));
    rows.filter(|(.., count)| *count > 0).collect()
}
