//! What an import brings, and what became of it. Checked drafts only: which row of which file they
//! were, and what was rejected, the importer knows.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use dossier::{Draft, Kind};
use serde::Serialize;

/// One item of an import.
#[derive(Debug, Clone)]
pub enum Incoming {
    /// A row of a table (not [`Kind::Text`]).
    Record(Draft),
    /// A case text with its content.
    Text(IncomingText),
    /// A file of case texts that could not be read.
    Failed(FailedFile),
}

/// A case text.
#[derive(Debug, Clone)]
pub struct IncomingText {
    /// Its metadata, of kind [`Kind::Text`]. Without a key, one is derived from metadata and content.
    pub draft: Draft,
    /// The text as it is searched and quoted; offsets count its code points.
    pub content: String,
    /// Which extractor made it, with its version, e.g. `txt/1`.
    pub extractor: String,
    /// SHA-256 (hex) of the file it was read from: a file of the same bytes that is listed as failed is
    /// settled by it.
    pub file_sha256: Option<String>,
}

/// A file that could not be read. It makes coverage incomplete until somebody settles it.
#[derive(Debug, Clone)]
pub struct FailedFile {
    /// Its name, relative to what was imported.
    pub name: String,
    /// SHA-256 (hex) of its bytes.
    pub sha256: String,
    /// Stable code, e.g. `pdf_no_text`.
    pub error_code: String,
    /// Why, in words.
    pub reason: String,
    /// Where its bytes are kept for another try ([`crate::Upload::path`]).
    pub upload: Option<String>,
}

/// What became of the rows of one table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Tally {
    /// Not in the archive before.
    pub new: u64,
    /// A new version of a known record.
    pub changed: u64,
    /// The archive held exactly this.
    pub unchanged: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.new += other.new;
        self.changed += other.changed;
        self.unchanged += other.unchanged;
    }
}

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct BatchOutcome {
    /// By table.
    pub tables: BTreeMap<Kind, Tally>,
    /// Files newly listed as failed.
    pub failed_files: u64,
    /// Files that were listed, or settled, before.
    pub failed_files_known: u64,
}
