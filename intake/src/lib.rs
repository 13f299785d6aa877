//! From files to checked drafts and texts: workbooks, CSV and JSON Lines become rows of the tables, other
//! files become case texts, and whatever could not be taken is listed with its place and reason.
//!
//! What it is not: it decides nothing about persons and holds no SQL. Third-party parsers of documents run
//! in child processes ([`text::Extractor`]), because they meet hostile files.

pub mod encoding;
pub mod format;
pub mod source;
pub mod rejected;
mod fingerprint;
mod nearest;

pub use format::{Format, Role};
pub use rejected::{Place, Rejected};
pub use source::{Ignored, PathError, SourceFile, SourceLimits, Sources, expand};
