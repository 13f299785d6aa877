//! What an integrity dossier is made of, and the pure rules about it: record kinds with their one
//! declaration each, dates of two precisions, identity numbers, the normal form of names, influence
//! periods, opinions.
//!
//! What it is not: no file, no database, no clock. Whatever depends on "today" takes a day.
//! It is apart so that every other crate can share one meaning of these words.

pub mod access;
pub mod attachment;
pub mod calendar;
pub mod category;
pub mod change;
pub mod citizen_id;
pub mod clearance_act;
pub mod credit_code;
pub mod day;
pub mod declaration;
pub mod draft;
pub mod fields;
pub mod id;
pub mod influence;
pub mod kinds;
pub mod name;
pub mod normal;
pub mod opinion;
pub mod person;
pub mod problem;
pub mod reminder;
pub mod role;
pub mod shown;
pub mod text;
pub mod upkeep;
mod words;

pub use calendar::{Calendar, Due};
pub use category::{Category, Severity};
pub use day::{PartialDate, Period};
pub use declaration::{Choice, Column, Declaration, ValueType};
pub use draft::Draft;
pub use fields::{Fields, Value};
pub use id::{Kind, RecordKey, RecordRef};
pub use problem::CellProblem;
pub use role::Role;
