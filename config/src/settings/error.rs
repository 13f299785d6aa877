//! What can be wrong with settings, and where it was written: for the operator, in English.

use std::fmt;
use std::path::PathBuf;

/// Where a value was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The `default.toml` that ships with the program.
    Shipped,
    /// A settings file.
    File(PathBuf),
    /// A variable of the environment, by name.
    Environment(String),
    /// A flag of the command line.
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Shipped => f.write_str("the shipped default.toml"),
            Origin::File(path) => write!(f, "{}", path.display()),
            Origin::Environment(name) => write!(f, "{name} in the environment"),
            Origin::Flag(flag) => write!(f, "{flag} on the command line"),
        }
    }
}

/// Settings that cannot be used. Every variant names the key and where it was written.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file is not there, may not be read, or is not UTF-8.
    #[error("cannot read the settings file {path}: {error}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// The file is not TOML. The line itself is not repeated, it may hold what should not be shown.
    #[error("{origin}, line {line}: {reason}")]
    NotToml {
        /// The file.
        origin: Origin,
        /// Counted from 1.
        line: usize,
        /// What the parser says.
        reason: String,
    },
    /// A key that does not exist.
    #[error("unknown setting {key} ({origin}){}", meant(nearest.as_deref()))]
    UnknownKey {
        /// As written, `section.key`.
        key: String,
        /// Where it stands.
        origin: Origin,
        /// What was probably meant.
        nearest: Option<String>,
    },
    /// A value that its key cannot have.
    #[error("{key} = {value:?} ({origin}) cannot be used: expected {expected}")]
    WrongValue {
        /// `section.key`
        key: &'static str,
        /// As written.
        value: String,
        /// Where it stands.
        origin: Origin,
        /// What can stand there.
        expected: String,
    },
    /// A key that another value makes necessary.
    #[error("{key} is missing: {because} needs it")]
    Missing {
        /// `section.key`
        key: &'static str,
        /// The setting that needs it, with its value and its origin.
        because: String,
    },
    /// Two settings that exclude each other.
    #[error("{first} and {second} contradict each other: {why}")]
    Contradiction {
        /// One of them, with its value and its origin.
        first: String,
        /// The other.
        second: String,
        /// Why not both.
        why: &'static str,
    },
}

fn meant(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |nearest| format!("; did you mean {nearest}?"))
}
