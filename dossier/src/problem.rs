//! What is wrong with one cell of an import. Each problem has a stable code, an English text for
//! operators and a Chinese one for the person who filled in the sheet.

use serde::Serialize;

/// A rejected (or merely doubtful) cell: the column, the value as written, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CellProblem {
    /// Chinese header of the column, or empty where the row as a whole is meant.
    pub column: String,
    /// The value as it stood in the file (identity numbers in full: the report is the office's own).
    pub value: String,
    /// Stable code, e.g. `date_impossible`.
    pub code: &'static str,
    /// English, for operators.
    pub message: String,
    /// Chinese, for the office.
    pub message_zh: String,
}

impl CellProblem {
    /// A problem of the cell `value` in `column`.
    pub fn new(column: &str, value: &str, code: &'static str, message: &str, message_zh: &str) -> Self {
        Self {
            column: column.to_owned(),
            value: value.to_owned(),
            code,
            message: message.to_owned(),
            message_zh: message_zh.to_owned(),
        }
    }
}
