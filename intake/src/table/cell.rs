//! One cell as the file holds it, and its text. A spreadsheet changes what people type: long numbers lose
//! digits, `1978.10` becomes 1978.1. What can no longer be told apart is a problem here, not a guess.

use std::borrow::Cow;

use dossier::draft::mangled_number;
use dossier::{CellProblem, Column, ValueType};
use serde::{Deserialize, Serialize};

/// Most code points of a cell. More is a misplaced text, or an attack.
pub const CELL_CHARS_MAX: usize = 100_000;

/// What a cell holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Cell {
    /// Text, as written.
    #[serde(rename = "t")]
    Text(String),
    /// A number of the spreadsheet.
    #[serde(rename = "n", with = "bits")]
    Number(f64),
    /// TRUE or FALSE.
    #[serde(rename = "b")]
    Bool(bool),
    /// A real date, already written as `2026-03-09`, or `2026-03` where the cell shows no day.
    #[serde(rename = "d")]
    Date(String),
    /// `#N/A` and its like.
    #[serde(rename = "e")]
    Error(String),
}

/// A number by its bits: it comes out of a child process as exactly what it was.
mod bits {
    use serde::{Deserialize, Deserializer, Serializer};

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "as serde wants it")]
    pub(super) fn serialize<S: Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(number.to_bits())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        u64::deserialize(deserializer).map(f64::from_bits)
    }
}

impl Cell {
    /// Whether nothing is written in it.
    pub(crate) fn is_empty(&self) -> bool {
        matches!(self, Cell::Text(text) if text.trim().is_empty())
    }

    /// The text that a person would read out, unchecked.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        match self {
            Cell::Text(text) | Cell::Date(text) | Cell::Error(text) => Cow::Borrowed(text),
            Cell::Number(number) => Cow::Owned(number_text(*number)),
            Cell::Bool(yes) => Cow::Borrowed(if *yes { "是" } else { "否" }),
        }
    }

    /// The text for `column`, or why it cannot be trusted.
    pub(crate) fn for_column(&self, column: &Column) -> Result<Cow<'_, str>, CellProblem> {
        let text = self.text();
        let problem = |code, english: &str, chinese: &str| {
            Err(CellProblem::new(column.header, &text, code, english, chinese))
        };
        match self {
            Cell::Error(_) => problem("cell_error", "the cell holds a formula error", "单元格是公式错误"),
            Cell::Number(number) if loses_digits(*number) => number_mangled(column, &text),
            Cell::Number(_) if is_date(column) && one_decimal(&text) => problem(
                "date_ambiguous",
                "the spreadsheet keeps this as a number, in which October and January look alike; \
                 format the column as text, or write 1978-10",
                "表格将年月存成了数字，无法区分1月与10月；请将该列设为文本格式，或写作 1978-10",
            ),
            Cell::Text(text) if holds_keys(column) && mangled_number(text.trim()) => {
                number_mangled(column, text)
            }
            Cell::Text(text) if text.len() > CELL_CHARS_MAX && text.chars().count() > CELL_CHARS_MAX => {
                problem(
                    "cell_too_long",
                    &format!(
                        "the cell has {} characters, at most {CELL_CHARS_MAX} are kept",
                        text.chars().count()
                    ),
                    "单元格内容过长",
                )
            }
            _ if is_date(column) => Ok(without_time(text)),
            _ => Ok(text),
        }
    }
}

fn number_mangled(column: &Column, text: &str) -> Result<Cow<'static, str>, CellProblem> {
    Err(CellProblem::new(
        column.header,
        text,
        "number_mangled",
        "the spreadsheet has turned the number into scientific notation and lost its last digits; \
         format the column as text and enter it again",
        "表格软件把号码变成了科学计数法，末几位已丢失；请将该列设为文本格式后重新填写",
    ))
}

fn is_date(column: &Column) -> bool {
    matches!(column.value, ValueType::Date)
}

fn holds_keys(column: &Column) -> bool {
    matches!(column.value, ValueType::Key | ValueType::Reference(_) | ValueType::References(_))
}

fn one_decimal(text: &str) -> bool {
    text.split_once('.').is_some_and(|(_, decimals)| decimals.len() == 1)
}

/// A spreadsheet keeps 15 digits of a number.
fn loses_digits(number: f64) -> bool {
    number.abs() >= 1e15
}

/// Decimal writing, without exponent where all digits are there; `1.10105E+17` where they are not.
pub(crate) fn number_text(number: f64) -> String {
    if loses_digits(number) {
        return format!("{number:E}").replacen('E', "E+", 1);
    }
    // 15 significant digits are what the spreadsheet shows; more is the noise of binary fractions.
    let rounded = format!("{number:.14e}").parse::<f64>().unwrap_or(number);
    let text = rounded.to_string();
    if text == "-0" { "0".to_owned() } else { text }
}

/// `2026-03-09 00:00:00` (a database's way) without its time.
fn without_time(text: Cow<'_, str>) -> Cow<'_, str> {
    let trimmed = text.trim();
    let Some((date, time)) = trimmed.split_once([' ', 'T']) else {
        return text;
    };
    let time = time.trim();
    let is_time =
        time.contains(':') && time.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '.' | 'Z'));
    if is_time { Cow::Owned(date.to_owned()) } else { text }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use dossier::Kind;

    use super::*;

    #[track_caller]
    fn column(kind: Kind, slug: &str) -> &'static Column {
        kind.declaration().column(slug).unwrap()
    }

    #[test]
    fn numbers_are_written_as_people_read_them() {
        for (number, text) in [
            (2021.0, "2021"),
            (0.0, "0"),
            (-0.0, "0"),
            (12.5, "12.5"),
            (0.1 + 0.2, "0.3"),
            (89.7, "89.7"),
            (123_456_789_012_345.0, "123456789012345"),
            (1.101_05e17, "1.10105E+17"),
            (-2.0, "-2"),
        ] {
            assert_eq!(number_text(number), text);
        }
    }

    #[test]
    fn what_the_spreadsheet_has_lost_is_a_problem() {
        let birth = column(Kind::Person, "birth");
        let id = column(Kind::Person, "id_number");
        let key = column(Kind::Sanction, "person");
        let code =
            |cell: Cell, column| cell.for_column(column).map_err(|problem| problem.code).map(Cow::into_owned);
        assert_eq!(code(Cell::Number(1978.1), birth), Err("date_ambiguous"));
        assert_eq!(code(Cell::Number(1978.05), birth), Ok("1978.05".to_owned()));
        assert_eq!(code(Cell::Number(197_805.0), birth), Ok("197805".to_owned()));
        assert_eq!(code(Cell::Number(1.101_05e17), id), Err("number_mangled"));
        assert_eq!(code(Cell::Text("1.1E+17".to_owned()), key), Err("number_mangled"));
        assert_eq!(code(Cell::Error("#N/A".to_owned()), key), Err("cell_error"));
        assert_eq!(code(Cell::Text("长".repeat(CELL_CHARS_MAX + 1)), key), Err("cell_too_long"));
    }

    #[test]
    fn a_time_behind_a_date_is_dropped_in_date_columns_only() {
        let birth = column(Kind::Person, "birth");
        let reason = column(Kind::Sanction, "reason");
        for text in ["2026-03-09 00:00:00", "2026-03-09T08:30:00", "2026-03-09 08:30"] {
            let cell = Cell::Text(text.to_owned());
            assert_eq!(cell.for_column(birth).unwrap(), "2026-03-09");
            assert_eq!(cell.for_column(reason).unwrap(), text);
        }
    }
}
