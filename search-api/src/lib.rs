//! HTTP: the JSON API under `/api/v1`, and the console that people see. The only crate that sees axum.
//!
//! What it is not: it resolves nobody, searches nothing and holds no SQL; handlers extract, ask and
//! render. Names and identity numbers never stand in an address, a log or a metric. Every request
//! has a reader, through whose scope the archive is asked; as long as nobody has an account that is the one
//! actor [`ACTOR`], at the machine itself.

mod acts;
mod api;
mod app;
mod around;
pub mod console;
mod cookies;
mod desks;
mod door;
mod failure;
mod follower;
mod form;
mod grants;
mod guard;
mod health;
mod holidays;
mod idempotency;
mod importing;
mod jobs;
mod json;
mod kept;
mod limits;
mod metrics;
mod openapi;
mod pages;
mod papers;
mod people;
mod preparing;
mod reader;
mod report;
mod roll;
mod router;
mod routes;
mod rulebook;
mod search;
mod serve;
mod texts;
mod tls;
mod view;
mod waiting;

#[cfg(test)]
mod tests;

pub use app::{ACTOR, App, Clock, DemoAccount, DemoHints, Hint, LocalTime, Options, StartError};
pub use desks::{Desks, Scheduled};
pub use door::Door;
pub use follower::follower;
pub use holidays::{HolidayNotice, Holidays};
pub use jobs::resume_clearances;
pub use openapi::document as openapi_document;
pub use pages::audit::watch_audit;
pub use preparing::prepare;
pub use router::router;
pub use rulebook::{RuleChange, RuleFault, Rulebook};
pub use serve::serve;
pub use tls::{Tls, TlsError};
