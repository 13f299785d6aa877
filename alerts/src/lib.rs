//! When something is due, and what has to be said about it: schedules, the twelve categories of risk,
//! reminders, mail.
//!
//! `categories/` are twelve pure rules, one file each; `sweep` runs them over the archive and keeps what they say;
//! `reminders` makes tasks of it, `mail` and `delivery` write and send, `auditor` and `board` look after both; `upkeep`
//! says what offices owe to the dossiers.
//! What it is not: no SQL (archive), no page (search-api), no clock: every function takes its instant.
//! It is the only crate that sees `cron` and `lettre`, because both have traps behind one door.

pub mod auditor;
pub mod board;
pub mod categories;
pub mod day;
pub mod delivery;
pub mod mail;
pub mod mailbox;
pub mod reminders;
pub mod schedule;
pub mod sweep;
pub mod upkeep;
pub mod verdict;
pub mod view;

pub use schedule::{Schedule, ScheduleError};
pub use verdict::{Outcome, Verdict};
