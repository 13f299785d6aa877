//! The board as a file: CSV and a workbook, with the same columns. Both say with which reminders each line was
//! counted, and neither has a cell that a spreadsheet program would take for a formula.

use std::fmt::Write as _;

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::{Board, Row};

/// What a column is called, and what stands in it.
type Column = (&'static str, fn(&Row) -> Option<u64>);

const COLUMNS: [Column; 17] = [
    ("未结", |row| size(&row.open)),
    ("超期未结", |row| size(&row.overdue)),
    ("签收及时", |row| size(&row.acknowledged_in_time.of)),
    ("应签收", |row| size(&row.acknowledged_in_time.all)),
    ("按期办结", |row| size(&row.closed_in_time.of)),
    ("到期应办结", |row| size(&row.closed_in_time.all)),
    ("按期办结率(%)", |row| row.closed_in_time.percent()),
    ("退回", |row| size(&row.returned.of)),
    ("已反馈", |row| size(&row.returned.all)),
    ("延期", |row| size(&row.extended.of)),
    ("已下发", |row| size(&row.extended.all)),
    ("延期率(%)", |row| row.extended.percent()),
    ("转线索", |row| size(&row.transferred.of)),
    ("误报", |row| size(&row.false_positive.of)),
    ("属实", |row| size(&row.resolved.of)),
    ("已办结", |row| size(&row.resolved.all)),
    ("用时中位数(工作日)", |row| row.median_working_days.and_then(|days| u64::try_from(days).ok())),
];
const EVIDENCE: &str = "依据编号";

#[allow(
    clippy::unnecessary_wraps,
    reason = "a column of what is always there, among those that may be empty"
)]
fn size(list: &[String]) -> Option<u64> {
    Some(list.len() as u64)
}

/// What gives a key its name.
type Name<'a> = &'a dyn Fn(&str) -> String;

impl Board {
    /// Every line with the kind of line that it is.
    fn lines(&self) -> impl Iterator<Item = (&'static str, &Row)> {
        std::iter::once(("合计", &self.total))
            .chain(self.offices.iter().map(|row| ("监督单位", row)))
            .chain(self.categories.iter().map(|row| ("预警类别", row)))
            .chain(self.quarters.iter().map(|row| ("季度", row)))
    }

    /// As a table for a spreadsheet: UTF-8 with its mark, so that Excel reads it. `name` gives what an office or
    /// category is called.
    pub fn csv(&self, name: Name<'_>) -> String {
        let mut csv = String::from("\u{feff}类型,名称");
        // Writing to a String cannot fail.
        for (title, _) in COLUMNS {
            let _ = write!(csv, ",{title}");
        }
        let _ = write!(csv, ",{EVIDENCE}\r\n");
        for (kind, row) in self.lines() {
            let _ = write!(csv, "{kind},{}", cell(&called(row, name)));
            for (_, value) in COLUMNS {
                let _ = write!(csv, ",{}", value(row).map_or_else(String::new, |value| value.to_string()));
            }
            let _ = write!(csv, ",{}\r\n", cell(&row.extended.all.join(" ")));
        }
        csv
    }

    /// As a workbook: the figures, and beside them what each was counted from.
    pub fn xlsx(&self, name: Name<'_>) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        let head = Format::new().set_bold();
        let figures = book.add_worksheet().set_name("督办看板")?;
        let titles = ["类型", "名称"].into_iter().chain(COLUMNS.iter().map(|(title, _)| *title));
        write_head(figures, titles, &head)?;
        for ((kind, row), line) in self.lines().zip(1_u32..) {
            figures.write_string(line, 0, kind)?.write_string(line, 1, called(row, name))?;
            for ((_, value), column) in COLUMNS.iter().zip(2_u16..) {
                if let Some(value) = value(row) {
                    figures.write_number(
                        line,
                        column,
                        f64::from(u32::try_from(value).unwrap_or(u32::MAX)),
                    )?;
                }
            }
        }
        figures.set_freeze_panes(1, 2)?.set_column_width(1, 28)?;
        let evidence = book.add_worksheet().set_name("依据")?;
        write_head(evidence, ["类型", "名称", "指标", "编号"].into_iter(), &head)?;
        let mut line = 1;
        for (kind, row) in self.lines() {
            let called = called(row, name);
            for (title, ids) in evidence_of(row) {
                for id in ids {
                    evidence.write_string(line, 0, kind)?.write_string(line, 1, &called)?;
                    evidence.write_string(line, 2, title)?.write_string(line, 3, id)?;
                    line += 1;
                    // A sheet has 1,048,576 lines; what is beyond is in the list that the figure opens.
                    if line >= 1_048_575 {
                        return book.save_to_buffer();
                    }
                }
            }
        }
        evidence.set_freeze_panes(1, 0)?.set_column_width(1, 28)?.set_column_width(3, 18)?;
        book.save_to_buffer()
    }
}

fn write_head<'a>(
    sheet: &mut Worksheet,
    titles: impl Iterator<Item = &'a str>,
    head: &Format,
) -> Result<(), XlsxError> {
    for (title, column) in titles.zip(0_u16..) {
        sheet.write_string_with_format(0, column, title, head)?;
    }
    Ok(())
}

fn called(row: &Row, name: Name<'_>) -> String {
    if row.key.is_empty() { "全部".to_owned() } else { name(&row.key) }
}

/// The figures that have a list behind them.
fn evidence_of(row: &Row) -> [(&'static str, &[String]); 9] {
    [
        ("未结", &row.open),
        ("超期未结", &row.overdue),
        ("签收及时", &row.acknowledged_in_time.of),
        ("应签收", &row.acknowledged_in_time.all),
        ("按期办结", &row.closed_in_time.of),
        ("到期应办结", &row.closed_in_time.all),
        ("退回", &row.returned.of),
        ("延期", &row.extended.of),
        ("已下发", &row.extended.all),
    ]
}

fn cell(text: &str) -> String {
    let guarded =
        if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() };
    format!("\"{}\"", guarded.replace('"', "\"\""))
}
