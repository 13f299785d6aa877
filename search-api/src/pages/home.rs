//! `/`: what to do first, what was cleared lately, what answers rest on.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use dossier::access::Action;

use super::{brief, html};
use crate::app::App;
use crate::console::home::{HomePage, Suggestion};
use crate::console::shell::Room;
use crate::failure::Failure;
use crate::reader::Reader;

/// Clearances shown.
const RECENT: u32 = 5;

/// `GET /`
pub(crate) async fn show(State(app): State<App>, reader: Reader) -> Result<Response, Failure> {
    if !reader.may(Action::OpenDesk) {
        return Ok(Redirect::to(first_page(&reader)).into_response());
    }
    let view = app.view(&reader).await?;
    let recent = app.clearances_of(&reader, RECENT).await?;
    let hints = app.options().demo.iter().flat_map(|demo| &demo.worth_trying);
    html(&HomePage {
        shell: app.shell(&view, Room::Home, "工作台").await?,
        desk: super::desk::desk(&app, &reader).await?,
        replies: super::clearance_acts::list::desk(&app, &reader).await?,
        upkeep: super::upkeep::desk::desk(&app, &reader, &view).await?,
        recent: recent.iter().map(|header| brief(&app, header)).collect(),
        coverage: app.coverage_now(&view).await?,
        worth_trying: hints
            .map(|hint| Suggestion {
                line: hint.line.clone(),
                name: hint.name.clone(),
                reason: hint.reason.clone(),
            })
            .collect(),
    })
}

/// Where an administrator works, who has no business with dossiers.
fn first_page(reader: &Reader) -> &'static str {
    if reader.may(Action::ReadAudit) {
        "/audit"
    } else if reader.may(Action::ManageAccounts) || reader.may(Action::GrantRights) {
        "/accounts"
    } else {
        "/account"
    }
}
