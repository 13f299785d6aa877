//! CSV: any of the encodings, comma, semicolon or tab. Row numbers are those that a spreadsheet shows.
//!
//! An apostrophe before `= + - @` at the beginning of a cell was put there so that no spreadsheet runs the
//! cell as a formula (our own export does so); it is taken off again.

use std::ops::ControlFlow;
use std::path::Path;

use super::cell::Cell;
use super::rows::{RawRow, RowSink, TableError};
use crate::encoding::decode_whole;

/// Bytes of a CSV file: it is decoded as a whole.
const CSV_BYTES_MAX: u64 = 512 << 20;

/// Reads the one table in the file; its sheet name is `name`, the file name without its ending.
pub(crate) fn read(path: &Path, name: &str, sink: &mut dyn RowSink) -> Result<(), TableError> {
    let bytes = std::fs::metadata(path)?.len();
    if bytes > CSV_BYTES_MAX {
        let message = format!("the file has {bytes} bytes, at most {CSV_BYTES_MAX} are read as CSV");
        return Err(TableError::new("file_too_large", message, "CSV 文件过大，请拆分后重新导入"));
    }
    let text = decode_whole(std::fs::read(path)?)?.text;
    let text = if text.contains("\r\n") { text.replace("\r\n", "\n") } else { text };
    read_text(&text, name, sink)
}

/// Reads CSV text whose line ends are `\n`.
fn read_text(text: &str, name: &str, sink: &mut dyn RowSink) -> Result<(), TableError> {
    if sink.plan(&[name.to_owned()]).is_empty() {
        return Ok(());
    }
    open_quote(text)?;
    sink.begin(name);
    let read = rows(text, sink);
    sink.end();
    read
}

fn reader(text: &str) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes())
}

fn rows(text: &str, sink: &mut dyn RowSink) -> Result<(), TableError> {
    let mut reader = reader(text);
    let mut record = csv::StringRecord::new();
    let mut number = 0;
    loop {
        let start = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        match reader.read_record(&mut record) {
            Ok(false) => return Ok(()),
            Ok(true) => {}
            Err(error) => {
                return Err(TableError::new(
                    "csv_damaged",
                    format!("not a readable CSV: {error}"),
                    "CSV 无法读取",
                ));
            }
        }
        // The reader passes over empty lines, which a spreadsheet counts.
        let blank = text.get(start..).unwrap_or_default().bytes().take_while(|byte| *byte == b'\n').count();
        number += 1 + blank as u64;
        let cells: Vec<(usize, Cell)> = record
            .iter()
            .enumerate()
            .filter(|(_, cell)| !cell.trim().is_empty())
            .map(|(column, cell)| (column, Cell::Text(unguarded(cell).to_owned())))
            .collect();
        if !cells.is_empty() && sink.row(RawRow { number, cells }) == ControlFlow::Break(()) {
            return Ok(());
        }
    }
}

/// A quote that is never closed would make one cell of the rest of the file, silently.
fn open_quote(text: &str) -> Result<(), TableError> {
    if text.bytes().filter(|byte| *byte == b'"').count() % 2 == 0 {
        return Ok(());
    }
    let mut reader = reader(text);
    let mut record = csv::StringRecord::new();
    let mut last = (0, false);
    while reader.read_record(&mut record).unwrap_or(false) {
        let line = record.position().map_or(0, csv::Position::line);
        last = (line, record.iter().any(|cell| cell.contains('\n')));
    }
    if !last.1 {
        return Ok(());
    }
    Err(TableError::new(
        "csv_quote_open",
        format!(
            "a quotation mark in the row of line {} is never closed; everything after it would be one cell",
            last.0
        ),
        format!("第{}行起有未闭合的英文引号，其后内容无法分列，请检查", last.0),
    ))
}

/// The separator that the first lines use most.
fn delimiter(text: &str) -> u8 {
    let head = || text.lines().filter(|line| !line.trim().is_empty()).take(10);
    let count = |separator: u8| -> usize {
        head().map(|line| line.bytes().filter(|byte| *byte == separator).count()).sum()
    };
    let mut best = (b',', count(b','));
    for separator in [b'\t', b';'] {
        let found = count(separator);
        if found > best.1 {
            best = (separator, found);
        }
    }
    best.0
}

/// Takes off the apostrophe that guards against formulas.
fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if needs_guard(rest) => rest,
        _ => cell,
    }
}

/// Whether a spreadsheet might run a cell that begins like this (or take its guard for one).
pub(crate) fn needs_guard(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\''])
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct All(Vec<(u64, Vec<String>)>);

    impl RowSink for All {
        fn plan(&mut self, _: &[String]) -> Vec<usize> {
            vec![0]
        }
        fn begin(&mut self, _: &str) {}
        fn row(&mut self, row: RawRow) -> ControlFlow<()> {
            self.0.push((row.number, row.cells.iter().map(|(_, cell)| cell.text().into_owned()).collect()));
            ControlFlow::Continue(())
        }
        fn end(&mut self) {}
    }

    #[track_caller]
    fn reads(text: &str, expected: &[(u64, &[&str])]) {
        let mut all = All::default();
        read_text(text, "处分", &mut all).unwrap();
        let got: Vec<(u64, Vec<&str>)> =
            all.0.iter().map(|(row, cells)| (*row, cells.iter().map(String::as_str).collect())).collect();
        let expected: Vec<(u64, Vec<&str>)> =
            expected.iter().map(|(row, cells)| (*row, cells.to_vec())).collect();
        assert_eq!(got, expected);
    }

    #[test]
    fn the_separator_is_found_in_the_file() {
        reads("a,b\n1,2\n", &[(1, &["a", "b"]), (2, &["1", "2"])]);
        reads("a\tb\n1\t2,3\n", &[(1, &["a", "b"]), (2, &["1", "2,3"])]);
        reads("a;b\n1;2\n", &[(1, &["a", "b"]), (2, &["1", "2"])]);
        reads("处分台账\na,b\n", &[(1, &["处分台账"]), (2, &["a", "b"])]);
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_does() {
        reads("a,b\n\n\n1,\"x\ny\"\n,\n2,z\n", &[(1, &["a", "b"]), (4, &["1", "x\ny"]), (6, &["2", "z"])]);
    }

    #[test]
    fn the_guard_against_formulas_is_taken_off_and_no_other_apostrophe() {
        reads(
            "a,b,c,d\n'=cmd(),''x,'; --,-5\n",
            &[(1, &["a", "b", "c", "d"]), (2, &["=cmd()", "'x", "'; --", "-5"])],
        );
    }

    #[test]
    fn a_quote_that_is_never_closed_is_an_error_and_an_inch_is_not() {
        let error = read_text("a,b\n1,\"x\n2,y\n3,z\n", "处分", &mut All::default()).unwrap_err();
        assert_eq!(error.code, "csv_quote_open");
        assert!(error.message.contains("line 2"), "{error}");
        reads("a,b\n1,5\" 管\n", &[(1, &["a", "b"]), (2, &["1", "5\" 管"])]);
    }
}
