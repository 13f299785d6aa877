//! The server as its readers meet it: a real listener on this machine, a real archive in a temporary
//! folder, and a client that speaks plain HTTP. All persons are invented.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod api;
mod approvals;
mod calendar;
mod changes;
mod client;
mod console;
mod door;
mod duty;
mod importing;
mod jobs;
mod office;
mod outbox;
mod people;
mod replies;
mod rules;
mod scope;
mod searches;
mod sign_in;
mod tls;
mod transitions;
mod units;
