//! The record kinds, one file each: the table's columns and how its rows relate to persons, units and
//! time. A new kind is one file here and one line in `id`.
//!
//! What a column may hold is said by `declaration`; how a cell is checked, by `draft`. Nothing in here
//! reads a file or a database.

pub mod assessment;
pub mod award;
pub mod business_interest;
pub mod case;
pub mod clue;
pub mod concurrent_post;
pub mod dealing;
pub mod declared;
pub mod exit_document;
pub mod finding;
pub mod follow_up_visit;
pub mod household_income;
pub mod inquiry;
pub mod office;
pub mod organizational_measure;
pub mod person;
pub mod petition;
pub mod post;
pub mod property;
pub mod recommendation;
pub mod relative;
pub mod sanction;
pub mod text;
pub mod trip;
pub mod unit;

use chrono::NaiveDate;

use crate::fields::Fields;

/// Whether the matter has begun by `as_of`: the day may already be here (a month counts from its first
/// day), or is not known.
fn has_begun(fields: &Fields, slug: &str, as_of: NaiveDate) -> bool {
    fields.date(slug).is_none_or(|begun| begun.first_day() <= as_of)
}

/// Whether the matter has certainly ended by `as_of`: a closing month counts once it is over, since before
/// that its day may still lie ahead.
fn has_ended(fields: &Fields, slug: &str, as_of: NaiveDate) -> bool {
    fields.date(slug).is_some_and(|ended| ended.last_day() <= as_of)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests;
