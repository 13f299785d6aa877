//! Every address, in one place.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

use crate::app::App;
use crate::{api, around, health, metrics, openapi, pages};

/// Most bytes of a request's body: a county's list with room.
pub(crate) const BODY_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Most bytes of an upload; it goes to the disk, not into memory.
const UPLOAD_BYTES_MAX: usize = 1024 * 1024 * 1024;

/// The service.
pub fn router(app: App) -> Router {
    console()
        .merge(people())
        .merge(data())
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
        .route("/clearances/{id}/print", get(pages::clearance::print))
        .route("/clearances/{id}/{file}", get(api::clearances::download))
        .route("/replies", get(pages::clearance_acts::list::show).post(pages::clearance_acts::new::create))
        .route("/replies/new", get(pages::clearance_acts::new::form))
        .route(
            "/replies/notices",
            get(pages::clearance_acts::after::notices).post(pages::clearance_acts::after::see),
        )
        .route("/replies/statistics", get(pages::clearance_acts::after::statistics))
        .route("/replies/{id}", get(pages::clearance_acts::one::show))
        .route(
            "/replies/{id}/{part}",
            get(pages::clearance_acts::part).post(pages::clearance_acts::one::step),
        )
        .route("/consultations", get(pages::clearance_acts::asked::list))
        .route(
            "/consultations/{act}/{no}",
            get(pages::clearance_acts::asked::show).post(pages::clearance_acts::asked::answer),
        )
        .route("/attachments/{id}", get(api::attachments::download))
        .route("/search", get(pages::search::form).post(pages::search::answer))
        .route("/search/saved", post(pages::search::save))
        .route("/search/saved/{id}", post(pages::search::change))
        .route("/reminders", get(pages::reminders::list))
        .route("/reminders/{id}", get(pages::reminders::show))
        .route("/reminders/{id}/{event}", post(pages::reminders::act))
        .route("/r/{token}", get(pages::reminders::by_token))
        .route("/held", get(pages::reminders::held::show))
        .route("/held/{id}", post(pages::reminders::held::decide))
        .route("/rules", get(pages::rules::show))
        .route("/rules/{slug}", get(pages::rules::one).post(pages::rules::propose))
        .route("/rules/versions/{id}", get(pages::rules::version).post(pages::rules::decide))
        .route("/exemptions", get(pages::rules::exemptions).post(pages::rules::ask))
        .route("/exemptions/{id}", post(pages::rules::decide_exemption))
        .route("/gaps", get(pages::gaps::show))
        .route("/outbox", get(pages::outbox::show))
        .route("/outbox/{id}", get(pages::outbox::mail).post(pages::outbox::decide))
        .route("/calendar", get(pages::calendar::show).post(pages::calendar::propose))
        .route("/calendar/recount", post(pages::calendar::recount))
        .route("/calendar/{id}", post(pages::calendar::decide))
        .route("/system", get(pages::system::show))
        .route("/board", get(pages::board::show))
        .route("/board/{file}", get(pages::board::file))
        .route("/persons", get(pages::persons::browse).post(pages::persons::find))
        .route("/persons/{id}", get(pages::person::show))
        .route("/persons/{id}/print", get(pages::person::print))
        .route("/persons/{id}/entry", get(pages::entry::tables_of))
        .route("/persons/{id}/entry/{kind}", get(pages::entry::new_of).post(pages::entry::send_new_of))
        .route("/persons/{id}/moves/{kind}", get(pages::entry::move_form).post(pages::entry::send_move))
        .route("/records/{kind}/{key}", get(pages::changes::record::show))
        .route("/records/{kind}/{key}/papers", post(pages::changes::add_to_record))
        .route("/records/{kind}/{key}/{act}", get(pages::entry::change).post(pages::entry::send_change))
        .route("/persons/{id}/compare", get(pages::upkeep::compare::show))
        .route(
            "/persons/{id}/declared",
            get(pages::upkeep::declared::show).post(pages::upkeep::declared::conclude),
        )
        .route(
            "/persons/{id}/catalogue",
            get(pages::upkeep::catalogue::form).post(pages::upkeep::catalogue::set),
        )
        .route("/upkeep", get(pages::upkeep::show))
        .route("/upkeep/roster", post(pages::upkeep::bring))
        .route("/upkeep/declared", get(pages::upkeep::facts::show))
        .route("/upkeep/duties", get(pages::upkeep::duties::show).post(pages::upkeep::duties::say))
        .route("/upkeep/papers", get(pages::upkeep::papers::show).post(pages::upkeep::papers::settle))
        .route("/upkeep/sources/office", post(pages::upkeep::sources::set_office))
        .route("/upkeep/sources", get(pages::upkeep::sources::show).post(pages::upkeep::sources::set))
        .route("/catalogue", get(pages::upkeep::catalogue::show))
        .route("/entry", get(pages::entry::tables))
        .route("/entry/{kind}", get(pages::entry::new).post(pages::entry::send_new))
        .route("/changes", get(pages::changes::list))
        .route("/changes/{id}", get(pages::changes::show))
        .route("/changes/{id}/papers", post(pages::changes::add_to_change))
        .route("/changes/{id}/{act}", post(pages::changes::act))
        .route("/papers/{id}", get(pages::changes::open))
        .route("/persons/{id}/mentions", get(pages::mentions::show).post(pages::mentions::decide))
        .route("/persons/{id}/mentions/{decision}", post(pages::mentions::revoke))
        .route("/texts/{id}", get(pages::text::show))
        .route("/style", get(pages::style))
        .route("/static/{name}", get(pages::asset))
}

/// Units, and the people who use the program: signing in, accounts, approvals, the log.
fn people() -> Router<App> {
    Router::new()
        .route("/units", get(pages::unit::browse).post(pages::unit::find))
        .route("/units/{id}", get(pages::unit::show))
        .route("/units/{id}/print", get(pages::unit::print))
        .route("/sign-in", get(pages::sign_in::form).post(pages::sign_in::enter))
        .route("/sign-out", post(pages::sign_in::leave))
        .route("/account", get(pages::account::show))
        .route("/account/password", post(pages::account::password))
        .route("/account/purpose", post(pages::account::purpose))
        .route("/account/second-factor", post(pages::account::second_factor))
        .route("/access", get(pages::access::show).post(pages::access::ask))
        .route("/access/{id}", post(pages::access::decide))
        .route("/access/{id}/return", post(pages::access::give_back))
        .route("/accounts", get(pages::accounts::show).post(pages::accounts::add))
        .route("/accounts/{id}", post(pages::accounts::change))
        .route("/accounts/{id}/rights", post(pages::accounts::rights))
        .route("/audit", get(pages::audit::show).post(pages::audit::find))
        .route("/audit/export", post(pages::audit::export))
}

/// What the archive was fed with, and feeding it.
fn data() -> Router<App> {
    Router::new()
        .route("/data", get(pages::data::show))
        .route("/data/imports/{id}", get(pages::data::import).post(pages::importing::undo))
        .route("/data/imports", post(pages::importing::start).layer(DefaultBodyLimit::max(UPLOAD_BYTES_MAX)))
        .route("/data/runs/{id}", get(pages::importing::show).post(pages::importing::decide))
        .route("/data/runs/{id}/progress", get(pages::importing::progress))
        .route("/data/conflicts", get(pages::importing::conflicts::show))
        .route("/data/conflicts/{id}", post(pages::importing::conflicts::decide))
        .route("/data/files", post(pages::importing::files::again))
        .route("/data/files/{id}", get(pages::importing::files::show).post(pages::importing::files::settle))
        .route("/data/files/{id}/original", get(pages::importing::files::original))
        .route("/data/template.xlsx", get(pages::importing::template))
}

fn api_v1() -> Router<App> {
    Router::new()
        .route("/api/openapi.json", get(openapi::json))
        .route("/api/docs", get(openapi::page))
        .route("/api/v1/clearances", post(api::clearances::submit))
        .route("/api/v1/clearances/{id}", get(api::clearances::show))
        .route("/api/v1/clearances/{id}/cancel", post(api::clearances::cancel))
        .route("/api/v1/clearances/{id}/suggestions", get(api::suggestions::show))
        .route("/api/v1/clearances/{id}/{file}", get(api::clearances::download))
        .route("/api/v1/clearance-acts", get(api::clearance_acts::list).post(api::clearance_acts::create))
        .route("/api/v1/clearance-acts/{id}", get(api::clearance_acts::show))
        .route(
            "/api/v1/clearance-acts/{id}/{part}",
            get(api::clearance_acts::paper).post(api::clearance_acts::step),
        )
        .route("/api/v1/consultations", get(api::clearance_acts::consultations))
        .route("/api/v1/consultations/{act}/{no}", post(api::clearance_acts::answer))
        .route("/api/v1/clearance-notices", get(api::clearance_acts::notices))
        .route("/api/v1/clearance-notices/{act}", post(api::clearance_acts::see))
        .route("/api/v1/clearance-statistics", get(api::clearance_acts::statistics))
        .route("/api/v1/attachments/{id}", get(api::attachments::download))
        .route("/api/v1/search", post(api::search::search))
        .route("/api/v1/saved-searches", get(api::saved_searches::list).post(api::saved_searches::save))
        .route(
            "/api/v1/saved-searches/{id}",
            post(api::saved_searches::rename).delete(api::saved_searches::delete),
        )
        .route("/api/v1/saved-searches/{id}/run", post(api::saved_searches::run))
        .route("/api/v1/persons/{id}", get(api::persons::show))
        .route("/api/v1/upkeep/duties", get(api::upkeep::duties))
        .route("/api/v1/changes", get(api::changes::list).post(api::changes::propose))
        .route("/api/v1/changes/{id}", get(api::changes::show))
        .route("/api/v1/changes/{id}/{act}", post(api::changes::act))
        .route("/api/v1/records/{kind}/{id}", get(api::changes::history))
        .route("/api/v1/texts/{id}", get(api::texts::show))
        .route("/api/v1/reminders", get(api::reminders::list))
        .route("/api/v1/reminders/{id}", get(api::reminders::show))
        .route("/api/v1/reminders/{id}/{event}", post(api::reminders::act))
        .route("/api/v1/reminder-batches", get(api::reminders::batches))
        .route("/api/v1/reminder-batches/{id}", post(api::reminders::decide))
        .route("/api/v1/board", get(api::reminders::board))
        .route("/api/v1/audit", get(api::audit::show))
}
