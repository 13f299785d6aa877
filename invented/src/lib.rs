//! An invented office: dossiers and texts for demonstration and tests, with an answer sheet of what was
//! planted.
//!
//! Everything is made from a scale, a seed and a day; equal ones give equal bytes. What it is not: no rule
//! of the program is used here, so that the answer sheet can prove the rules. All persons are invented.

mod archetype;
mod blocked;
mod cast;
mod casting;
mod compose;
mod enterprise;
mod facts;
mod files;
mod forms;
mod grammar;
mod household;
mod id_number;
mod layout;
mod list;
mod mention;
mod names;
mod persons;
mod plan;
mod reading;
mod records;
mod risks;
mod rng;
mod row;
mod scale;
mod scan;
mod tables;
#[cfg(test)]
mod tests;
mod texts;
mod truth;
mod units;
mod words;

pub use files::{WORKBOOK_PERSONS_MAX, WriteError, write_files};
pub use forms::Form;
pub use list::ListRow;
pub use mention::{Evidence, Expect, InventedText, Mention};
pub use plan::{Plan, invent};
pub use records::Why;
pub use risks::{Expected, MustNot};
pub use scale::Scale;
pub use tables::Table;
pub use texts::Texts;
pub use truth::{ShownRecord, State, TruePerson, Truth, WorthTrying};
