//! The console: pages as pure rendering. Each page is a plain struct whose fields are what a reader sees,
//! turned into HTML by a template of the same name. No I/O, no archive types, no decisions: handlers fill
//! the structs, so that a page can be looked at, tested and changed without an archive behind it.

pub mod account;
pub mod assets;
pub mod audit_words;
pub mod bar;
pub mod board;
pub mod calendar;
pub mod career;
pub mod changes;
pub mod chart;
pub mod clearance;
pub mod clearance_acts;
pub mod clearances;
pub mod coverage;
pub mod data;
pub mod desk;
pub(crate) mod filters;
pub mod gaps;
pub mod home;
pub mod importing;
pub mod kin;
pub mod marked;
pub mod mention;
pub mod mentions;
pub mod notice;
pub mod outbox;
pub mod paging;
pub mod person;
pub mod persons;
pub mod reminders;
pub mod rules;
pub mod samples;
pub mod search;
pub mod shell;
pub mod sign_in;
pub mod style;
pub mod system;
pub mod text;
pub mod tone;
pub mod unit;
pub mod upkeep;
pub mod verdict;
pub mod wording;

#[cfg(test)]
mod page_tests;
