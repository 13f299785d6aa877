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
        .route("/persons", get(pages::persons::browse).post(pages::persons::find))
        .route("/persons/{id}", get(pages::person::show))
        .route("/texts/{id}", get(pages::text::show))
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
}
