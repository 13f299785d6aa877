//! The acts of 导入与数据: an import under way and its report, conflicts that a person decides, a file that a
//! person settles.

use askama::Template;
use chrono::NaiveDateTime;

use super::account::Notice;
use super::data::{FailedFile, RejectedRow};
use super::filters;
use super::paging::{Paging, Step};
use super::shell::Shell;

/// What the form for an upload holds, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UploadForm {
    /// From whom the data comes.
    pub source: String,
    /// 整体替换 instead of 增量.
    pub replace: bool,
    /// Check only.
    pub dry_run: bool,
    /// Keep columns that no table knows.
    pub keep_columns: bool,
    /// What is wrong with the source.
    pub source_wrong: String,
    /// What is wrong with the files.
    pub files_wrong: String,
}

impl UploadForm {
    /// Whether anything is wrong.
    pub fn is_wrong(&self) -> bool {
        !self.source_wrong.is_empty() || !self.files_wrong.is_empty()
    }
}

/// An import under way, or just ended, in one line of `/data`.
#[derive(Debug, Clone)]
pub struct RunBrief {
    /// Id.
    pub id: String,
    /// Name of the source.
    pub source: String,
    /// Files, in words.
    pub files: String,
    /// How it stands, in words.
    pub standing: String,
}

/// Counts of one table.
#[derive(Debug, Clone, Default)]
pub struct TableLine {
    /// Name of the table.
    pub table: String,
    /// Not there before.
    pub new: u64,
    /// New versions.
    pub changed: u64,
    /// As they were.
    pub unchanged: u64,
    /// Not taken.
    pub rejected: u64,
    /// Retired by a replace.
    pub retired: u64,
}

/// What an import reported.
#[derive(Debug, Clone, Default)]
pub struct ReportView {
    /// By table.
    pub tables: Vec<TableLine>,
    /// Rows refused.
    pub rejected: Vec<RejectedRow>,
    /// Rows taken with a doubt.
    pub warnings: Vec<RejectedRow>,
    /// Files without readable text: name and reason.
    pub unread: Vec<(String, String)>,
    /// Passed over: name and reason.
    pub ignored: Vec<(String, String)>,
    /// Conflicts found by this import.
    pub conflicts_new: u64,
    /// Files of tables: name and hash.
    pub files: Vec<(String, String)>,
}

/// How a run stands.
#[derive(Debug, Clone)]
pub enum RunState {
    /// It waits or works.
    UnderWay {
        /// Files done.
        done: u64,
        /// Files of this stage.
        total: u64,
        /// In words.
        words: String,
    },
    /// A check has ended; nothing was stored.
    Checked,
    /// It has ended; its page among the imports.
    Done {
        /// Number of the import.
        import: String,
    },
    /// A person has to say whether it goes on.
    Unsure {
        /// What speaks against it.
        why: String,
    },
    /// It came to nothing.
    Failed {
        /// Why.
        why: String,
    },
}

/// `/data/runs/{id}`
#[derive(Debug, Clone, Template)]
#[template(path = "import_run.html")]
pub struct RunPage {
    /// The frame.
    pub shell: Shell,
    /// Id of the run.
    pub id: String,
    /// Name of the source.
    pub source: String,
    /// Files, in words.
    pub files: String,
    /// 增量 or 整体替换.
    pub mode: String,
    /// When.
    pub at: NaiveDateTime,
    /// How it stands.
    pub state: RunState,
    /// What was read so far; empty while it is under way.
    pub report: ReportView,
    /// Whether the reader may say how it goes on.
    pub may_import: bool,
}

/// One side of a conflict.
#[derive(Debug, Clone)]
pub struct SideView {
    /// What is sent to keep it.
    pub keep: String,
    /// How it is called.
    pub title: String,
    /// What it says: header and value.
    pub says: Vec<(String, String)>,
}

/// A conflict.
#[derive(Debug, Clone)]
pub struct ConflictView {
    /// Its number.
    pub id: i64,
    /// What cannot all be true, in words.
    pub kind: String,
    /// The persons: key and name.
    pub persons: Vec<(String, String)>,
    /// What there is to choose from.
    pub sides: Vec<SideView>,
    /// Headers in which the sides differ.
    pub differs: Vec<String>,
    /// When it was found.
    pub found: NaiveDateTime,
    /// How it was settled, in words; empty: it is open.
    pub settled: String,
    /// Of a question about many namesakes: how many they are; 0 of every other one.
    pub group: u64,
}

impl ConflictView {
    /// The headers of all sides, in order, each once.
    pub fn headers(&self) -> Vec<&str> {
        let mut headers: Vec<&str> = Vec::new();
        for (header, _) in self.sides.iter().flat_map(|side| &side.says) {
            if !headers.contains(&header.as_str()) {
                headers.push(header);
            }
        }
        headers
    }

    /// What `side` says under `header`; empty where it says nothing.
    pub fn cell<'s>(&self, side: &'s SideView, header: &str) -> &'s str {
        side.says.iter().find(|(known, _)| known == header).map_or("", |(_, value)| value.as_str())
    }

    /// Whether the sides differ under `header`.
    pub fn differs(&self, header: &str) -> bool {
        self.differs.iter().any(|known| known == header)
    }
}

/// `/data/conflicts`
#[derive(Debug, Clone, Template)]
#[template(path = "conflicts.html")]
pub struct ConflictsPage {
    /// The frame.
    pub shell: Shell,
    /// What was said about the last decision.
    pub notice: Notice,
    /// Conflicts of the page, open ones first.
    pub conflicts: Vec<ConflictView>,
    /// Where in the list.
    pub paging: Paging,
    /// How many nobody has decided.
    pub open: u64,
    /// Whether settled ones are listed too.
    pub all: bool,
    /// Whether the reader may decide.
    pub may_import: bool,
}

/// `/data/files/{id}`
#[derive(Debug, Clone, Template)]
#[template(path = "failed_file.html")]
pub struct FilePage {
    /// The frame.
    pub shell: Shell,
    /// What was said about the last try.
    pub notice: Notice,
    /// The file.
    pub file: FailedFile,
    /// Whether its bytes are kept and can be opened.
    pub kept: bool,
    /// What was typed.
    pub typed: String,
}
