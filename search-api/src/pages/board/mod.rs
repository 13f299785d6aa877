//! `/board`: the figures of reminders for this reader, and the same as files. What is counted stands in
//! `alerts::board`; whose reminders there are, in the reader's scope.

use std::collections::BTreeMap;

use alerts::board::{Board, Row, Share};
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use chrono::Datelike as _;
use dossier::{Calendar, Category};
use serde_json::json;

use super::html;
use super::reminders::{board, offices};
use crate::api::reminders::visible;
use crate::app::App;
use crate::console::board::{BoardGroup, BoardPage, BoardRow, BoardShare};
use crate::console::shell::Room;
use crate::failure::{Failure, Missing};
use crate::reader::Reader;

/// Days ahead at which a year without a notice is told.
const AHEAD_DAYS: u64 = 60;

/// `GET /board`
pub(crate) async fn show(State(app): State<App>, reader: Reader) -> Result<Response, Failure> {
    let board = board(&app, &visible(&reader).await?).await?;
    let names = offices(&app).await?;
    let view = app.view(&reader).await?;
    reader
        .audit(&app, "reminder.board", "board", json!({ "reminders": board.total.extended.all.len() }))
        .await?;
    html(&BoardPage {
        shell: app.shell(&view, Room::Reminders, "督办看板").await?,
        as_of: board.as_of,
        calendar: calendar_notice(&app),
        groups: groups(&board, &names),
    })
}

/// `GET /board/{file}`
pub(crate) async fn file(
    State(app): State<App>,
    reader: Reader,
    Path(name): Path<String>,
) -> Result<Response, Failure> {
    let board = board(&app, &visible(&reader).await?).await?;
    let names = offices(&app).await?;
    let called = |key: &str| match Category::parse(key) {
        Some(category) => category.title().to_owned(),
        None => names.get(key).cloned().unwrap_or_else(|| key.to_owned()),
    };
    let (kind, bytes) = match name.as_str() {
        "board.csv" => ("text/csv; charset=utf-8", board.csv(&called).into_bytes()),
        "board.xlsx" => (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            board.xlsx(&called).map_err(|error| Failure::Internal(error.to_string()))?,
        ),
        _ => return Err(Failure::NotFound(Missing::Address)),
    };
    reader.audit(&app, "reminder.board_file", &name, json!({ "bytes": bytes.len() })).await?;
    let disposition = format!("attachment; filename=\"{}-{name}\"", board.as_of);
    Ok(([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, disposition)], bytes).into_response())
}

/// What is to be known about a year that limits reach into and that has no notice; empty where all is known.
pub(crate) fn calendar_notice(app: &App) -> String {
    app.desks().map(|desks| notice_of(desks.calendar(), app.today())).unwrap_or_default()
}

fn notice_of(calendar: &Calendar, today: chrono::NaiveDate) -> String {
    match calendar.missing_within(today, AHEAD_DAYS) {
        None => String::new(),
        Some(year) if year == today.year() => {
            format!(
                "尚无 {year} 年放假安排：所有期限均按周一至周五暂算，标为“暂定”。请在“放假安排”中导入放假通知"
            )
        }
        Some(year) => {
            format!(
                "尚无 {year} 年放假安排：跨入 {year} 年的期限按周一至周五暂算，标为“暂定”。放假通知发布后请在“放假安排”中导入"
            )
        }
    }
}

fn groups(board: &Board, names: &BTreeMap<String, String>) -> Vec<BoardGroup> {
    let office = |row: &Row| match row.key.as_str() {
        "" => ("未落实监督单位".to_owned(), String::new()),
        key => (names.get(key).cloned().unwrap_or_else(|| key.to_owned()), BoardRow::narrowed("office", key)),
    };
    let category = |row: &Row| {
        let title = Category::parse(&row.key).map_or("", Category::title).to_owned();
        (title, BoardRow::narrowed("category", &row.key))
    };
    let quarter = |row: &Row| {
        let title = match row.key.split_once("-Q") {
            Some((year, number)) => format!("{year} 年第 {number} 季度到期"),
            None => row.key.clone(),
        };
        (title, BoardRow::narrowed("quarter", &row.key))
    };
    let rows = |rows: &[Row], naming: &dyn Fn(&Row) -> (String, String)| -> Vec<BoardRow> {
        rows.iter()
            .map(|one| {
                let (name, query) = naming(one);
                line(one, name, query)
            })
            .collect()
    };
    let mut of_offices = rows(&board.offices, &office);
    of_offices.sort_by(|a, b| (b.overdue, b.open, &a.name).cmp(&(a.overdue, a.open, &b.name)));
    if board.offices.len() > 1 {
        of_offices.insert(0, line(&board.total, "全部监督单位".to_owned(), String::new()));
    }
    vec![
        BoardGroup { title: "监督单位", id: "offices", rows: of_offices },
        BoardGroup { title: "预警类别", id: "categories", rows: rows(&board.categories, &category) },
        BoardGroup { title: "季度", id: "quarters", rows: rows(&board.quarters, &quarter) },
    ]
}

fn line(row: &Row, name: String, query: String) -> BoardRow {
    let share = |share: &Share, of_view, all_view, rated| BoardShare {
        of: share.of.len() as u64,
        all: share.all.len() as u64,
        of_view,
        all_view,
        rated,
    };
    BoardRow {
        name,
        query,
        open: row.open.len() as u64,
        overdue: row.overdue.len() as u64,
        shares: vec![
            share(&row.acknowledged_in_time, "acked_in_time", "acked_due", true),
            share(&row.closed_in_time, "closed_in_time", "closed_due", true),
            share(&row.returned, "figure_returned", "figure_answered", false),
            share(&row.extended, "figure_extended", "figure_issued", false),
            share(&row.transferred, "figure_transferred", "figure_closed", false),
            share(&row.false_positive, "figure_false_positive", "figure_closed", false),
            share(&row.resolved, "figure_resolved", "figure_closed", false),
        ],
        median: row.median_working_days,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_year_without_a_notice_is_said_sixty_days_ahead_and_loudly_once_it_has_begun() {
        let calendar = Calendar::new([2026], [], "test");
        let said = |day: &str| notice_of(&calendar, day.parse().unwrap());
        assert_eq!(said("2026-11-01"), "");
        assert!(said("2026-11-26").contains("跨入 2027 年的期限"));
        assert!(said("2027-01-05").contains("所有期限均按周一至周五暂算"));
    }
}
