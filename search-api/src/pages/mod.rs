//! The console's handlers: extract, ask, render. What a page looks like is in `console`; how an answer
//! becomes a page's view is in the `view_` files here; no handler decides anything.

pub(crate) mod access;
pub(crate) mod account;
pub(crate) mod accounts;
pub(crate) mod audit;
pub(crate) mod board;
pub(crate) mod calendar;
pub(crate) mod changes;
pub(crate) mod clearance;
pub(crate) mod clearance_acts;
pub(crate) mod clearances;
pub(crate) mod data;
mod desk;
pub(crate) mod entry;
mod frame;
pub(crate) mod gaps;
pub(crate) mod home;
pub(crate) mod importing;
mod list;
pub(crate) mod mentions;
pub(crate) mod outbox;
pub(crate) mod person;
pub(crate) mod persons;
pub(crate) mod reminders;
pub(crate) mod resumed;
pub(crate) mod rules;
pub(crate) mod search;
pub(crate) mod sign_in;
pub(crate) mod system;
pub(crate) mod text;
pub(crate) mod unit;
pub(crate) mod upkeep;
mod view_career;
mod view_clearance;
mod view_data;
mod view_kin;
mod view_mention;
mod view_person;
mod view_search;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;

use crate::app::App;
use crate::console::assets;
use crate::console::notice::NoticePage;
use crate::console::samples;
use crate::console::shell::Room;
use crate::failure::{Failure, Missing};
use crate::reader::Reader;

pub(crate) use crate::console::filters::encoded as segment;
pub(crate) use changes::parse_record;
pub(crate) use frame::brief;

/// `?page=n` of a list.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Paged {
    page: Option<u64>,
}

impl Paged {
    fn number(&self) -> u64 {
        self.page.unwrap_or(1).max(1)
    }
}

fn html(page: &impl Template) -> Result<Response, Failure> {
    html_as(StatusCode::OK, page)
}

/// A page whose status says what it says, for who reads no Chinese.
fn html_as(status: StatusCode, page: &impl Template) -> Result<Response, Failure> {
    Ok((status, Html(page.render()?)).into_response())
}

/// `GET /static/{name}`
pub(crate) async fn asset(Path(name): Path<String>) -> Result<Response, Failure> {
    let (kind, content) = assets::asset(&name).ok_or(Failure::NotFound(Missing::Address))?;
    Ok(([(CONTENT_TYPE, kind), (CACHE_CONTROL, assets::CACHE_CONTROL)], content).into_response())
}

/// `GET /style`
pub(crate) async fn style(State(app): State<App>, reader: Reader) -> Result<Response, Failure> {
    let view = app.view(&reader).await?;
    html(&samples::style_page(app.shell(&view, Room::Outside, "样式").await?))
}

/// What an address means that nobody knows.
pub(crate) async fn nowhere() -> Failure {
    Failure::NotFound(Missing::Address)
}

/// The page that says that something did not work.
pub(crate) async fn notice(
    app: &App,
    reader: Option<&Reader>,
    failure: &Failure,
    request_id: &str,
) -> Response {
    let told = failure.told();
    let reference = if matches!(failure, Failure::Internal(_)) { request_id } else { "" };
    let page = NoticePage {
        shell: app.shell_whatever_happens(reader, told.title).await,
        status: failure.status().as_u16(),
        title: told.title.to_owned(),
        detail: told.detail,
        advice: vec![told.advice.to_owned()],
        reference: reference.to_owned(),
    };
    match page.render() {
        Ok(page) => (failure.status(), Html(page)).into_response(),
        Err(error) => {
            tracing::error!(request = request_id, "the notice page cannot be written: {error}");
            (failure.status(), told.title).into_response()
        }
    }
}

/// A count that the archive keeps signed.
fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
