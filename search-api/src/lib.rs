//! HTTP: the JSON API under `/api/v1`, and the console that people see. The only crate that sees axum.
//!
//! What it is not: it resolves nobody, searches nothing and holds no SQL; handlers extract, ask and
//! render. Names and identity numbers never stand in an address, a log or a metric. Until there is
//! sign-in, everything is done by the one actor [`ACTOR`], from the machine itself.

mod api;
mod app;
mod around;
pub mod console;
mod failure;
mod follower;
mod form;
mod guard;
mod health;
mod idempotency;
mod jobs;
mod json;
mod metrics;
mod openapi;
mod pages;
mod people;
mod report;
mod roll;
mod router;
mod search;
mod serve;
mod texts;
mod view;

#[cfg(test)]
mod tests;

pub use app::{ACTOR, App, Clock, DemoHints, Hint, LocalTime, Options, StartError};
pub use follower::follower;
pub use jobs::resume_clearances;
pub use openapi::document as openapi_document;
pub use router::router;
pub use serve::serve;
