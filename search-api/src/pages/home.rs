//! `/`: what to do first, what was cleared lately, what answers rest on.

use axum::extract::State;
use axum::response::Response;

use super::{brief, html};
use crate::app::App;
use crate::console::home::{HomePage, Suggestion};
use crate::console::shell::Room;
use crate::failure::Failure;

/// Clearances shown.
const RECENT: u32 = 5;

/// `GET /`
pub(crate) async fn show(State(app): State<App>) -> Result<Response, Failure> {
    let view = app.view().await?;
    let recent = app.archive().recent_clearances(RECENT).await?;
    let hints = app.options().demo.iter().flat_map(|demo| &demo.worth_trying);
    html(&HomePage {
        shell: app.shell(&view, Room::Home, "首页").await?,
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
