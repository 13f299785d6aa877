//! What an import is asked to do, what it says on the way, and how it can fail as a whole.

use std::path::PathBuf;

use archive::{ArchiveError, ImportMode, OPERATOR};

use super::report::ImportReport;
use crate::source::{PathError, SourceLimits};
use crate::table::ExtraColumns;

/// What to import, and how.
#[derive(Debug, Clone)]
pub struct ImportRequest {
    /// Files, folders, zips.
    pub paths: Vec<PathBuf>,
    /// Who supplied them. A replace retires records of the same source only.
    pub source: String,
    /// What the absence of a record means.
    pub mode: ImportMode,
    /// Check and count, and store nothing.
    pub dry_run: bool,
    /// A person has said that a replace may retire what it retires.
    pub confirm: bool,
    /// What to do with columns that a table does not have.
    pub extra_columns: ExtraColumns,
    /// Who asks.
    pub actor: String,
    /// Bounds on what is unpacked.
    pub limits: SourceLimits,
    /// Where zips are unpacked to; `None`: the system's temporary folder.
    pub scratch: Option<PathBuf>,
}

impl ImportRequest {
    /// Adds `paths` under the name `source`, by the operator.
    pub fn new(paths: Vec<PathBuf>, source: &str) -> Self {
        Self {
            paths,
            source: source.to_owned(),
            mode: ImportMode::Add,
            dry_run: false,
            confirm: false,
            extra_columns: ExtraColumns::Refuse,
            actor: OPERATOR.to_owned(),
            limits: SourceLimits::default(),
            scratch: None,
        }
    }
}

/// What an import is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Finding the files.
    Finding,
    /// Reading tables and JSON Lines.
    Tables,
    /// Reading case texts.
    Texts,
    /// Checking references, retiring.
    Finishing,
}

/// How far an import is.
#[derive(Debug, Clone)]
pub struct Progress {
    /// What it is at.
    pub stage: Stage,
    /// The file at hand; may be empty.
    pub file: String,
    /// Files done in this stage.
    pub files_done: u64,
    /// Files of this stage.
    pub files: u64,
    /// Rows and texts taken so far, in all stages.
    pub rows: u64,
}

/// Why an import did not come to its end. What it had stored until then stays, as an import that is
/// visibly not complete; running it again completes it.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Give another path.
    #[error(transparent)]
    Path(#[from] PathError),
    /// As the archive says.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// Look at the report; then confirm, or correct the files.
    #[error(
        "this replace would retire {count} of {of} records (more than 10 %); check the file, or confirm it"
    )]
    NeedsConfirm {
        /// Records that would be retired.
        count: u64,
        /// Live records of the source in the tables of the files.
        of: u64,
        /// What was read.
        report: Box<ImportReport>,
    },
    /// Correct the files (or confirm): a refused sheet may hold what the replace would retire.
    #[error(
        "{refused} could not be read, so a replace would retire the records it holds; correct it, or confirm"
    )]
    ReplaceIncomplete {
        /// The sheet or file.
        refused: String,
        /// What was read.
        report: Box<ImportReport>,
    },
    /// A fault of this program.
    #[error("a part of the import was broken off: {0}")]
    BrokenOff(String),
}
