//! From files to checked drafts and texts: workbooks, CSV and JSON Lines become rows of the tables, other
//! files become case texts, and whatever could not be taken is listed with its place and reason.
//!
//! What it is not: it decides nothing about persons and holds no SQL. Third-party parsers of documents run
//! in child processes ([`Extractor`]), because they meet hostile files.

pub mod dictionary;
pub mod encoding;
pub mod export;
mod fingerprint;
pub mod format;
pub mod import;
pub mod list;
mod nearest;
pub mod papers;
pub mod probe;
pub mod rejected;
pub mod settle;
pub mod source;
pub mod table;
pub mod template;
pub mod text;

pub use export::{ExportError, Exported, export};
pub use format::{Format, Role};
pub use import::{
    Conflicts, FailedText, ImportError, ImportReport, ImportRequest, Progress, Stage, TableCounts, import,
};
pub use list::{ListError, ListRow, NameList};
pub use papers::{PapersRead, read_papers};
pub use rejected::{Place, Rejected};
pub use settle::{Retried, SettleError, retry, transcribe};
pub use source::{Ignored, PathError, SourceFile, SourceLimits, Sources, expand};
pub use table::{ExtraColumns, TableError};
pub use template::{WorkbookError, write_template};
pub use text::{ExtractError, Extracted, Extractor, ExtractorLimits, Notice, OCR_MARK, Tools, child_main};
