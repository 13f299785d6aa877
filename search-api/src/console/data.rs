//! 导入与数据: what was imported, what was refused and why, which files could not be read and what to do.

use super::account::Notice;
use super::coverage::Coverage;
use super::filters;
use super::importing::{ReportView, RunBrief, UploadForm};
use super::paging::{Paging, Step};
use super::shell::Shell;
use super::tone::Tone;
use askama::Template;
use chrono::NaiveDateTime;

/// `/data`.
#[derive(Debug, Clone, Template)]
#[template(path = "data.html")]
pub struct DataPage {
    /// The frame.
    pub shell: Shell,
    /// What was said about the last act.
    pub notice: Notice,
    /// Whether the reader may bring data in.
    pub may_import: bool,
    /// The form for an upload, as it was typed.
    pub upload: UploadForm,
    /// Imports under way, and those that just ended without being stored.
    pub runs: Vec<RunBrief>,
    /// Conflicts that wait for a decision.
    pub conflicts: u64,
    /// What would be searched now.
    pub coverage: Coverage,
    /// Rows by table: name and count, in the order of the declarations.
    pub tables: Vec<(String, u64)>,
    /// Imports, newest first.
    pub imports: Vec<ImportBrief>,
    /// Files that could not be read and are not settled.
    pub failed: Vec<FailedFile>,
}

/// `/data/imports/{id}`: the rejected rows of an import; `?page=n` pages.
#[derive(Debug, Clone, Template)]
#[template(path = "import.html")]
pub struct ImportPage {
    /// The frame.
    pub shell: Shell,
    /// The import.
    pub import: ImportBrief,
    /// What it reported.
    pub report: ReportView,
    /// Whether the reader may take it back, now.
    pub may_undo: bool,
    /// Rejected rows of this page.
    pub rejected: Vec<RejectedRow>,
    /// Where in the list.
    pub paging: Paging,
}

impl ImportPage {
    /// Address of the page without a page number.
    pub fn here(&self) -> String {
        format!("/data/imports/{}?page=", self.import.id)
    }
}

/// An import in one line.
#[derive(Debug, Clone)]
pub struct ImportBrief {
    /// Id.
    pub id: String,
    /// When.
    pub at: NaiveDateTime,
    /// Name of the source.
    pub source: String,
    /// Files, in words.
    pub files: String,
    /// 增量 or 整体替换.
    pub mode: String,
    /// Who.
    pub by: String,
    /// Records that were added or changed.
    pub accepted: u64,
    /// Records that were there already.
    pub unchanged: u64,
    /// Records that were retired.
    pub retired: u64,
    /// Rows that were refused.
    pub rejected: u64,
    /// How it stands.
    pub state: ImportState,
}

/// How an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportState {
    /// Everything accepted is stored and can be searched.
    Complete,
    /// Not finished: it runs, or it was interrupted.
    Unfinished,
    /// Taken back.
    Undone,
}

impl ImportState {
    /// In words.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Complete => "已完成",
            Self::Unfinished => "未完成",
            Self::Undone => "已撤回",
        }
    }

    /// Tone of the tag.
    pub const fn tone(self) -> Tone {
        match self {
            Self::Complete => Tone::Done,
            Self::Unfinished => Tone::Near,
            Self::Undone => Tone::Plain,
        }
    }

    /// Symbol before the word.
    pub const fn icon(self) -> &'static str {
        match self {
            Self::Complete => "i-ok",
            Self::Unfinished => "i-warn",
            Self::Undone => "i-none",
        }
    }
}

/// A row that was refused.
#[derive(Debug, Clone)]
pub struct RejectedRow {
    /// Sheet or file.
    pub sheet: String,
    /// Row number as the spreadsheet counts.
    pub row: u64,
    /// Header of the column; may be empty.
    pub column: String,
    /// The value as it stood; may be empty.
    pub value: String,
    /// Why, in Chinese.
    pub reason: String,
}

/// A file that could not be read.
#[derive(Debug, Clone)]
pub struct FailedFile {
    /// Key of the text.
    pub id: String,
    /// File name.
    pub file: String,
    /// When it was imported.
    pub at: NaiveDateTime,
    /// Why, in Chinese.
    pub reason: String,
    /// What to do, in Chinese.
    pub advice: String,
}
