//! Typed settings, and the files that ship with the program: `default.toml`, `categories.toml`,
//! `holidays/`, `dictionary/`, each parsed by a test.
//!
//! What it is not: no other crate but the root reads it; libraries take small option structs. Nothing here
//! looks at the environment or at the clock by itself.
//! It is apart so that what an operator may write has one place, with one kind of error message.

pub mod categories;
pub mod dictionary;
pub mod holidays;
mod nearest;
pub mod reminders;
pub mod settings;

pub use categories::Categories;
pub use holidays::HolidayYear;
pub use settings::{Settings, SettingsError};

/// A shipped file, or an office's own in its place, that does not hold what it should.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {reason}")]
pub struct FileError {
    file: String,
    reason: String,
}

impl FileError {
    fn new(file: &str, reason: &impl ToString) -> Self {
        FileError { file: file.to_owned(), reason: reason.to_string() }
    }
}
