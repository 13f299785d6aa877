//! When something is due, and what has to be said about it: schedules, the twelve categories of risk,
//! reminders, mail.
//!
//! So far it holds the schedules only. Next come `categories/` (twelve files, one pure rule each),
//! `sweep`, `reminders` (the transitions of a task) and `mail` (outbox and delivery), in this order.
//! What it is not: no SQL (archive), no page (search-api), no clock: every function takes its instant.
//! It is the only crate that sees `cron` and, later, `lettre`, because both have traps behind one door.

pub mod auditor;
pub mod board;
pub mod categories;
pub mod day;
pub mod delivery;
pub mod mail;
pub mod reminders;
pub mod schedule;
pub mod sweep;
pub mod verdict;
pub mod view;

pub use schedule::{Schedule, ScheduleError};
pub use verdict::{Outcome, Verdict};
