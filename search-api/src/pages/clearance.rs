//! `/clearances/{id}`: progress, then the answer row by row, and the downloads.

use archive::{ClearanceHeader, ClearanceState};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};

use super::{frame, html, view_clearance};
use crate::api::shapes::Row;
use crate::app::App;
use crate::console::clearance::{ClearancePage, Period, RowState, Run};
use crate::console::paging::Paging;
use crate::console::shell::Room;
use crate::failure::Failure;
use crate::jobs::accepts_unique_names;
use crate::reader::Reader;
use crate::waiting;
use dossier::access::AccessAct;

/// Rows on a page.
const PAGE: u32 = 100;

/// `?state=hit&page=2`
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Narrowed {
    state: Option<String>,
    page: Option<u64>,
}

/// How far a clearance is, for the page's own script.
#[derive(Debug, Serialize)]
pub(crate) struct Progress {
    done: u32,
    total: u32,
    state: &'static str,
}

/// `GET /clearances/{id}`
pub(crate) async fn show(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<String>,
    Query(narrowed): Query<Narrowed>,
) -> Result<Response, Failure> {
    page(&app, &reader, &id, &narrowed, false).await
}

/// `GET /clearances/{id}/print`: the same page, which may be printed by an approval.
pub(crate) async fn print(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<String>,
    Query(narrowed): Query<Narrowed>,
) -> Result<Response, Failure> {
    let header = app.clearance_of(&reader, &id).await?;
    let detail = serde_json::json!({ "rows": header.rows });
    reader.take_out(&app, AccessAct::Print, &id, detail.clone()).await?;
    reader.audit(&app, "clearance.print", &id, detail).await?;
    page(&app, &reader, &id, &narrowed, true).await
}

async fn page(
    app: &App,
    reader: &Reader,
    id: &str,
    narrowed: &Narrowed,
    printing: bool,
) -> Result<Response, Failure> {
    let filter = narrowed.filter()?;
    let page = narrowed.page.unwrap_or(1).max(1);
    let view = app.view(reader).await?;
    let header = app.clearance_of(reader, id).await?;
    let run = frame::run(&header);
    let rows = if run == Run::Done { rows(app, &header, filter, page).await? } else { Vec::new() };
    if run == Run::Done {
        reader.audit(app, "clearance.read", id, serde_json::json!({ "rows": rows.len() })).await?;
    }
    let counts = counts(&header);
    let listed = match filter {
        None => u64::from(header.rows),
        Some(state) => counts.iter().filter(|(counted, _)| *counted == state).map(|(_, rows)| rows).sum(),
    };
    let mut shell = app.shell(&view, Room::Clearances, "一键审核").await?;
    shell.printable |= printing;
    html(&ClearancePage {
        shell,
        coverage: app.coverage_of(&view, &header).await?,
        rows: view_clearance::rows(app, &view, rows, header.as_of).await?,
        created: app.local(header.created_at),
        as_of: header.as_of,
        period: Period { from: header.period.from, to: header.period.to },
        accept_unique_names: accepts_unique_names(&header.options),
        total: u64::from(header.rows),
        purpose: header.purpose,
        id: header.id,
        paging: Paging { page, size: u64::from(PAGE), total: listed },
        run,
        counts,
        filter,
    })
}

impl Narrowed {
    fn filter(&self) -> Result<Option<RowState>, Failure> {
        let Some(slug) = self.state.as_deref().filter(|slug| !slug.is_empty()) else {
            return Ok(None);
        };
        let unknown =
            || Failure::Malformed { code: "state_unknown", detail: "there is no such state".to_owned() };
        RowState::from_slug(slug).map(Some).ok_or_else(unknown)
    }
}

/// `GET /clearances/{id}/progress`
pub(crate) async fn progress(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let (header, waited) = app.clearance_awaited(&reader, &id, waiting::preferred(&headers)).await?;
    let state = match header.state {
        ClearanceState::Running => "running",
        ClearanceState::Done => "done",
        ClearanceState::Failed | ClearanceState::Cancelled => "failed",
    };
    let progress = Progress { done: header.rows_done, total: header.rows, state };
    Ok((waited.then_some([waiting::APPLIED]), Json(progress)).into_response())
}

fn counts(header: &ClearanceHeader) -> Vec<(RowState, u64)> {
    let count = |state: RowState| u64::from(header.by_state.get(state.slug()).copied().unwrap_or(0));
    RowState::ALL.into_iter().map(|state| (state, count(state))).collect()
}

/// The rows of one page. Rows of all states are numbered without gaps, so that a page is reached at once; of one
/// state the last row of the pages before is looked up.
async fn rows(
    app: &App,
    header: &ClearanceHeader,
    filter: Option<RowState>,
    page: u64,
) -> Result<Vec<Row>, Failure> {
    let before = u32::try_from(page - 1).unwrap_or(u32::MAX).saturating_mul(PAGE);
    let state = filter.map(RowState::slug);
    let after = match state {
        Some(state) if before > 0 => {
            match app.archive().clearance_row_number(&header.id, state, before).await? {
                Some(last) => last,
                None => return Ok(Vec::new()),
            }
        }
        _ => before,
    };
    let found = app.archive().clearance_texts(&header.id, after, PAGE, state).await?;
    Ok(found.iter().map(|row| serde_json::from_str(&row.json)).collect::<Result<_, _>>()?)
}
