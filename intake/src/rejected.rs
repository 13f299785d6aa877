//! What an import refused, and what it kept with a doubt: one entry each, with the place in the file
//! as a person sees it in the spreadsheet.

use dossier::CellProblem;
use serde::Serialize;

/// A row (or a sheet, or a file) that was not taken, or was taken with a warning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rejected {
    /// The file, as the import names it.
    pub file: String,
    /// The sheet of a workbook; the table of a JSON line.
    pub sheet: Option<String>,
    /// The row as the spreadsheet numbers it, or the line; `None`: the whole sheet or file.
    pub row: Option<u64>,
    /// Chinese header of the column; empty: the row as a whole.
    pub column: String,
    /// The value as written.
    pub value: String,
    /// Stable code.
    pub code: &'static str,
    /// English, for operators.
    pub message: String,
    /// Chinese, for the office.
    pub message_zh: String,
}

/// A place in the files of an import.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The file.
    pub file: String,
    /// The sheet, if it is a workbook.
    pub sheet: Option<String>,
    /// The row or line, from 1.
    pub row: Option<u64>,
}

impl Place {
    /// The file as a whole.
    pub fn file(name: &str) -> Self {
        Self { file: name.to_owned(), sheet: None, row: None }
    }

    /// The sheet of this file.
    #[must_use]
    pub fn sheet(mut self, name: &str) -> Self {
        self.sheet = Some(name.to_owned());
        self
    }

    /// This row of it.
    #[must_use]
    pub fn row(&self, row: u64) -> Self {
        Self { row: Some(row), ..self.clone() }
    }

    /// `dossiers.xlsx, sheet 处分, row 7`.
    pub fn english(&self) -> String {
        let mut text = self.file.clone();
        if let Some(sheet) = &self.sheet {
            text.push_str(", sheet ");
            text.push_str(sheet);
        }
        if let Some(row) = self.row {
            text.push_str(", row ");
            text.push_str(&row.to_string());
        }
        text
    }
}

impl Rejected {
    /// `problem` at `place`.
    pub fn at(place: &Place, problem: CellProblem) -> Self {
        Self {
            file: place.file.clone(),
            sheet: place.sheet.clone(),
            row: place.row,
            column: problem.column,
            value: shorten(problem.value),
            code: problem.code,
            message: problem.message,
            message_zh: problem.message_zh,
        }
    }

    /// Where it stands.
    pub fn place(&self) -> Place {
        Place { file: self.file.clone(), sheet: self.sheet.clone(), row: self.row }
    }

    /// The row, sheet or file as a whole.
    pub fn whole(place: &Place, code: &'static str, message: &str, message_zh: &str) -> Self {
        Self::at(place, CellProblem::new("", "", code, message, message_zh))
    }
}

/// Most code points of a value that a report repeats. The place says where the rest stands.
const VALUE_CHARS_MAX: usize = 200;

fn shorten(value: String) -> String {
    match value.char_indices().nth(VALUE_CHARS_MAX) {
        Some((at, _)) => format!("{}…", value.get(..at).unwrap_or_default()),
        None => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_value_is_shortened_in_the_report() {
        let problem = CellProblem::new("摘要", &"长".repeat(1000), "cell_too_long", "", "");
        let rejected = Rejected::at(&Place::file("处分.csv").row(7), problem);
        assert_eq!(rejected.value.chars().count(), 201);
        assert_eq!(rejected.row, Some(7));
    }

    #[test]
    fn a_place_reads_as_a_person_would_say_it() {
        let place = Place::file("台账.xlsx").sheet("处分").row(7);
        assert_eq!(place.english(), "台账.xlsx, sheet 处分, row 7");
    }
}
