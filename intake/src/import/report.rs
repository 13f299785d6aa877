//! The result of an import: counts by table, and every single thing that was not taken, with its place.

use std::collections::BTreeMap;

use archive::{ImportMode, Retired, Tally};
use dossier::Kind;
use serde::{Serialize, Serializer};

use crate::rejected::Rejected;
use crate::source::Ignored;

/// What became of one table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct TableCounts {
    /// Not in the archive before.
    pub new: u64,
    /// A new version of a known record.
    pub changed: u64,
    /// The archive held exactly this.
    pub unchanged: u64,
    /// Rows not taken.
    pub rejected: u64,
    /// Retired because a replace did not bring them.
    pub retired: u64,
}

/// A file that tables were read from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableFile {
    /// Its name, relative to what was imported.
    pub file: String,
    /// SHA-256 (hex) of its bytes.
    pub sha256: String,
}

/// A file of case texts without readable text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FailedText {
    /// Its name in the import.
    pub file: String,
    /// Stable code.
    pub code: String,
    /// English.
    pub message: String,
    /// Chinese.
    pub message_zh: String,
}

/// The whole result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    /// Number of the import; `None` in a dry run.
    pub import: Option<i64>,
    /// Who supplied the files.
    pub source: String,
    /// What the absence of a record means.
    #[serde(serialize_with = "mode")]
    pub mode: ImportMode,
    /// `complete`, `running` while it is not, or `dry_run`.
    pub state: &'static str,
    /// Files read.
    pub files: u64,
    /// The files of tables among them, so that every value can be followed to its file. (A case text bears the name of
    /// its file itself.)
    pub table_files: Vec<TableFile>,
    /// By table, in the order of the contract; the case texts are `text`.
    pub tables: BTreeMap<Kind, TableCounts>,
    /// Every problem that a row, sheet or file was not taken for.
    pub rejected: Vec<Rejected>,
    /// What was taken with a doubt.
    pub warnings: Vec<Rejected>,
    /// Case texts that could not be read; they make coverage incomplete until somebody settles them.
    pub failed_files: Vec<FailedText>,
    /// What was passed over on purpose.
    pub ignored: Vec<Ignored>,
    /// What cannot all be true of a person, found at the end of this import.
    pub conflicts: Conflicts,
}

/// How many conflicts there are; each can be listed by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Conflicts {
    /// Found by this import.
    pub new: u64,
    /// Open in all.
    pub open: u64,
}

impl ImportReport {
    /// Whether anything was not taken: exit status 3.
    pub fn has_rejections(&self) -> bool {
        !self.rejected.is_empty() || !self.failed_files.is_empty()
    }

    /// Everything new and changed.
    pub fn stored(&self) -> u64 {
        self.tables.values().map(|table| table.new + table.changed).sum()
    }

    pub(super) fn count(&mut self, kind: Kind, tally: Tally) {
        let counts = self.tables.entry(kind).or_default();
        counts.new += tally.new;
        counts.changed += tally.changed;
        counts.unchanged += tally.unchanged;
    }

    pub(super) fn retired(&mut self, retired: &Retired) {
        for (kind, count) in &retired.by_kind {
            self.tables.entry(*kind).or_default().retired = *count;
        }
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn mode<S: Serializer>(mode: &ImportMode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(match mode {
        ImportMode::Add => "add",
        ImportMode::Replace => "replace",
    })
}
