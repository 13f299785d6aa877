//! How a child process hands the rows of a workbook to its parent: one line of JSON for each step of a
//! [`RowSink`]. The parsers of workbooks are not ours; what a row means is decided by the parent.
//!
//! The one answer that the child waits for is which sheets are wanted, and in which order.

use std::io::{self, BufRead, BufWriter, Write};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::cell::Cell;
use super::rows::{RawRow, RowSink, TableError};
use crate::format::Format;

/// Bytes of one line: a row of a sheet. More is no row of a table.
pub(crate) const FRAME_BYTES_MAX: usize = 64 << 20;

/// Bytes written to the pipe at once.
const PIECE_BYTES: usize = 64 << 10;

/// One workbook to read.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RowsJob {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// What it is called.
    pub(crate) name: String,
    /// What it is.
    pub(crate) format: Format,
    /// Whether a row with nothing but a formula without a result is a row.
    pub(crate) formulas: bool,
}

/// One step.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Frame {
    /// The sheets, by name; answered by a line with the numbers of those to read.
    Sheets(Vec<String>),
    /// A sheet begins.
    Begin(String),
    /// A row: its number and its cells.
    Row(u64, Vec<(usize, Cell)>),
    /// The sheet is at its end.
    End,
    /// The file is at its end.
    Done,
    /// The file cannot be read (any further).
    Failed(Failure),
}

/// A [`TableError`] on its way.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Failure {
    code: String,
    message: String,
    message_zh: String,
}

impl From<TableError> for Failure {
    fn from(error: TableError) -> Self {
        Self { code: error.code.to_owned(), message: error.message, message_zh: error.message_zh }
    }
}

impl From<Failure> for TableError {
    fn from(failure: Failure) -> Self {
        // Codes are a closed set; one that is not of it was not written by our readers.
        let code = TableError::CODES.iter().find(|code| **code == failure.code);
        TableError::new(code.copied().unwrap_or("workbook_damaged"), failure.message, failure.message_zh)
    }
}

/// In the child: reads what `job` names and writes its rows to `out`. An error is one of the pipes.
pub(crate) fn serve(job: &RowsJob, answers: &mut dyn BufRead, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(PIECE_BYTES, out);
    let mut sending = Sending {
        answers,
        out: &mut out,
        formulas: job.formulas,
        line: Vec::new(),
        broken: None,
        wide: false,
    };
    let read = || super::read_rows(&job.path, &job.name, job.format, &mut sending);
    let read = catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(panicked()));
    let read = if std::mem::take(&mut sending.wide) { Err(too_wide()) } else { read };
    let _ = sending.send(&read.map_or_else(|error| Frame::Failed(error.into()), |()| Frame::Done));
    sending.broken.map_or_else(|| out.flush(), Err)
}

fn panicked() -> TableError {
    TableError::new("parser_panicked", "the parser gave up on this file", "文件结构异常，解析失败")
}

fn too_wide() -> TableError {
    let message = format!("a row has more than {FRAME_BYTES_MAX} bytes");
    TableError::new("workbook_too_large", message, "某一行内容过长，请拆分后重新导入")
}

/// Writes every step to the parent.
struct Sending<'a> {
    answers: &'a mut dyn BufRead,
    out: &'a mut dyn Write,
    formulas: bool,
    line: Vec<u8>,
    broken: Option<io::Error>,
    wide: bool,
}

impl Sending<'_> {
    /// `Break`: nobody takes any more.
    fn send(&mut self, frame: &Frame) -> ControlFlow<()> {
        if self.broken.is_some() || self.wide {
            return ControlFlow::Break(());
        }
        self.line.clear();
        let written = serde_json::to_writer(&mut self.line, frame).map_err(io::Error::from);
        if self.line.len() >= FRAME_BYTES_MAX {
            self.wide = true;
            return ControlFlow::Break(());
        }
        self.line.push(b'\n');
        match written.and_then(|()| self.out.write_all(&self.line)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.broken = Some(error);
                ControlFlow::Break(())
            }
        }
    }

    fn wanted(&mut self) -> io::Result<Vec<usize>> {
        self.out.flush()?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        serde_json::from_str(&line).map_err(io::Error::from)
    }
}

impl RowSink for Sending<'_> {
    fn plan(&mut self, sheets: &[String]) -> Vec<usize> {
        if self.send(&Frame::Sheets(sheets.to_vec())).is_break() {
            return Vec::new();
        }
        self.wanted().unwrap_or_else(|error| {
            self.broken = Some(error);
            Vec::new()
        })
    }

    fn wants_formulas(&self) -> bool {
        self.formulas
    }

    fn begin(&mut self, sheet: &str) {
        let _ = self.send(&Frame::Begin(sheet.to_owned()));
    }

    fn row(&mut self, row: RawRow) -> ControlFlow<()> {
        self.send(&Frame::Row(row.number, row.cells))
    }

    fn end(&mut self) {
        let _ = self.send(&Frame::End);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use rust_xlsxwriter::Workbook;

    use super::*;

    fn served(bytes: &[u8], format: Format, answer: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, bytes).unwrap();
        let job = RowsJob { path, name: "a".to_owned(), format, formulas: false };
        let mut out = Vec::new();
        serve(&job, &mut answer.as_bytes(), &mut out).unwrap();
        String::from_utf8(out).unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn every_step_is_one_line() {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet().set_name("甲").unwrap();
        sheet.write(0, 0, "王\n伟").unwrap();
        sheet.write(0, 2, 0.1 + 0.2).unwrap();
        workbook.add_worksheet().set_name("乙").unwrap().write(1, 0, true).unwrap();
        let bytes = workbook.save_to_buffer().unwrap();
        assert_eq!(
            served(&bytes, Format::Xlsx, "[1,0]\n"),
            [
                r#"{"Sheets":["甲","乙"]}"#,
                r#"{"Begin":"乙"}"#,
                r#"{"Row":[2,[[0,{"b":true}]]]}"#,
                r#""End""#,
                r#"{"Begin":"甲"}"#,
                r#"{"Row":[1,[[0,{"t":"王\n伟"}],[2,{"n":4599075939470750516}]]]}"#,
                r#""End""#,
                r#""Done""#,
            ]
        );
        assert_eq!(served(&bytes, Format::Xlsx, "[]\n").len(), 2);
        let failed = served(b"PK no", Format::Xlsx, "");
        assert!(failed[0].contains("workbook_damaged"), "{failed:?}");
    }

    #[test]
    fn cells_come_back_as_they_were() {
        let cells = [
            Cell::Text("=cmd()\u{0}\"".to_owned()),
            Cell::Number(0.1 + 0.2),
            Cell::Number(f64::INFINITY),
            Cell::Number(-0.0),
            Cell::Bool(false),
            Cell::Date("2026-03".to_owned()),
            Cell::Error("#N/A".to_owned()),
        ];
        for cell in cells {
            let text = serde_json::to_string(&cell).unwrap();
            assert_eq!(serde_json::from_str::<Cell>(&text).unwrap(), cell, "{text}");
        }
    }

    #[test]
    fn every_code_of_the_readers_is_known_to_the_parent() {
        for code in TableError::CODES {
            let error = TableError::new(code, "m", "z");
            assert_eq!(TableError::from(Failure::from(error.clone())), error);
        }
    }
}
