//! Every address, in one place.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

use crate::app::App;
use crate::{api, around, health, metrics, openapi, pages};

/// Most bytes of a request's body: a county's list with room.
pub(crate) const BODY_BYTES_MAX: usize = 32 * 1024 * 1024;

/// The service.
pub fn router(app: App) -> Router {
    console()
        .merge(api_v1())
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(metrics::metrics))
        .fallback(pages::nowhere)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(from_fn_with_state(app.clone(), around::around))
        .with_state(app)
}

fn console() -> Router<App> {
    Router::new()
        .route("/", get(pages::home::show))
        .route("/clearances", get(pages::clearances::show).post(pages::clearances::start))
        .route("/clearances/{id}", get(pages::clearance::show))
        .route("/clearances/{id}/progress", get(pages::clearance::progress))
        .route("/clearances/{id}/{file}", get(api::clearances::download))
        .route("/search", get(pages::search::form).post(pages::search::answer))
        .route("/reminders", get(pages::reminders::list))
        .route("/reminders/{id}", get(pages::reminders::show))
        .route("/reminders/{id}/{event}", post(pages::reminders::act))
        .route("/r/{token}", get(pages::reminders::by_token))
        .route("/held", get(pages::reminders::held::show))
        .route("/held/{id}", post(pages::reminders::held::decide))
        .route("/rules", get(pages::rules::show))
        .route("/gaps", get(pages::gaps::show))
        .route("/outbox", get(pages::outbox::show))
        .route("/outbox/{id}", get(pages::outbox::mail))
        .route("/persons", get(pages::persons::browse).post(pages::persons::find))
        .route("/persons/{id}", get(pages::person::show))
        .route("/texts/{id}", get(pages::text::show))
        .route("/sign-in", get(pages::sign_in::form).post(pages::sign_in::enter))
        .route("/sign-out", post(pages::sign_in::leave))
        .route("/account", get(pages::account::show))
        .route("/account/password", post(pages::account::password))
        .route("/account/purpose", post(pages::account::purpose))
        .route("/account/second-factor", post(pages::account::second_factor))
        .route("/access", get(pages::access::show).post(pages::access::ask))
        .route("/access/{id}", post(pages::access::decide))
        .route("/accounts", get(pages::accounts::show).post(pages::accounts::add))
        .route("/accounts/{id}", post(pages::accounts::change))
        .route("/accounts/{id}/rights", post(pages::accounts::rights))
        .route("/audit", get(pages::audit::show).post(pages::audit::find))
        .route("/audit/export", post(pages::audit::export))
        .route("/data", get(pages::data::show))
        .route("/data/imports/{id}", get(pages::data::import))
        .route("/style", get(pages::style))
        .route("/static/{name}", get(pages::asset))
}

fn api_v1() -> Router<App> {
    Router::new()
        .route("/api/openapi.json", get(openapi::json))
        .route("/api/docs", get(openapi::page))
        .route("/api/v1/clearances", post(api::clearances::submit))
        .route("/api/v1/clearances/{id}", get(api::clearances::show))
        .route("/api/v1/clearances/{id}/cancel", post(api::clearances::cancel))
        .route("/api/v1/clearances/{id}/{file}", get(api::clearances::download))
        .route("/api/v1/search", post(api::search::search))
        .route("/api/v1/persons/{id}", get(api::persons::show))
        .route("/api/v1/texts/{id}", get(api::texts::show))
        .route("/api/v1/reminders", get(api::reminders::list))
        .route("/api/v1/reminders/{id}", get(api::reminders::show))
        .route("/api/v1/reminders/{id}/{event}", post(api::reminders::act))
        .route("/api/v1/reminder-batches", get(api::reminders::batches))
        .route("/api/v1/reminder-batches/{id}", post(api::reminders::decide))
        .route("/api/v1/board", get(api::reminders::board))
        .route("/api/v1/audit", get(api::audit::show))
}
