//! Rows as every reader of sheets hands them on, and what the one who takes them says to each.

use std::ops::ControlFlow;

use super::cell::Cell;

/// One row that has something in it; without cells, a formula whose result is not known.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RawRow {
    /// As the spreadsheet numbers it, from 1.
    pub(crate) number: u64,
    /// The cells that are not empty: column (from 0) and content, in order of columns.
    pub(crate) cells: Vec<(usize, Cell)>,
}

impl RawRow {
    /// The cell in `column`.
    pub(crate) fn cell(&self, column: usize) -> Option<&Cell> {
        self.cells.iter().find(|(at, _)| *at == column).map(|(_, cell)| cell)
    }
}

/// Takes the rows of one file, sheet by sheet.
pub(crate) trait RowSink {
    /// The sheets of the file by name; answers the numbers of those to read, in the order to read them.
    fn plan(&mut self, sheets: &[String]) -> Vec<usize>;
    /// Whether a row with nothing but a formula without a result is a row (XLSX only).
    fn wants_formulas(&self) -> bool {
        false
    }
    /// The next sheet begins.
    fn begin(&mut self, sheet: &str);
    /// A row that is not empty. `Break`: the rest of this sheet is not wanted.
    fn row(&mut self, row: RawRow) -> ControlFlow<()>;
    /// The sheet is at its end (also after a `Break`).
    fn end(&mut self);
}

/// A file of rows that cannot be read as a whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TableError {
    /// Stable code.
    pub code: &'static str,
    /// English.
    pub message: String,
    /// Chinese.
    pub message_zh: String,
}

impl TableError {
    /// The codes of what makes a workbook unreadable.
    pub(crate) const CODES: &[&str] = &[
        "encoding_invalid",
        "encrypted",
        "file_too_large",
        "file_unreadable",
        "not_a_text",
        "parser_panicked",
        "workbook_damaged",
        "workbook_too_large",
    ];

    /// An error with this code and these texts.
    pub(crate) fn new(code: &'static str, message: impl Into<String>, message_zh: impl Into<String>) -> Self {
        Self { code, message: message.into(), message_zh: message_zh.into() }
    }
}

impl From<std::io::Error> for TableError {
    fn from(error: std::io::Error) -> Self {
        TableError::new("file_unreadable", format!("cannot be read: {error}"), "文件无法读取")
    }
}

impl From<crate::encoding::EncodingError> for TableError {
    fn from(error: crate::encoding::EncodingError) -> Self {
        TableError::new(error.code(), error.to_string(), error.chinese())
    }
}
