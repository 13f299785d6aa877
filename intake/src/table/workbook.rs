//! Workbooks: XLSX cell by cell (a sheet with one cell in its last corner costs nothing), the older and
//! rarer formats as a whole. Real dates become text by the cell's own format, because a cell that shows
//! `1978-05` must not turn into the first of May; vertically merged cells count for each of their rows.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::ops::ControlFlow;
use std::path::Path;

use calamine::{Data, DataRef, Dimensions, ExcelDateTime, Ods, Reader, Style, Xls, Xlsb, Xlsx};

use super::biff::MonthCells;
use super::cell::Cell;
use super::compound;
use super::ods;
use super::rows::{RawRow, RowSink, TableError};
use crate::format::Format;

/// Bytes that one part of a workbook may unpack to.
const PART_BYTES_MAX: u64 = 1 << 30;
/// How many times its size a part above 64 MiB may unpack to.
const PART_RATIO_MAX: u64 = 200;

/// Reads the sheets that `sink` wants.
pub(crate) fn read(path: &Path, format: Format, sink: &mut dyn RowSink) -> Result<(), TableError> {
    read_from(BufReader::new(File::open(path)?), format, sink)
}

/// The same of a workbook that is open already.
pub(crate) fn read_from<F: Read + Seek>(
    mut file: F,
    format: Format,
    sink: &mut dyn RowSink,
) -> Result<(), TableError> {
    match format {
        Format::Xlsx | Format::Xlsb | Format::Ods => check_unpacked(&mut file)?,
        _ => {}
    }
    match format {
        Format::Xlsx => read_xlsx(Xlsx::new(file).map_err(|error| damaged(&error))?, sink),
        Format::Xlsb => {
            let workbook = Xlsb::new(file).map_err(|error| damaged(&error))?;
            read_whole(workbook, |_, _| Vec::new(), &MonthCells::new(), sink)
        }
        Format::Ods => {
            let shown = ods::shown(&mut file)?;
            let workbook = Ods::new(file).map_err(|error| damaged(&error))?;
            let merges = |_: &_, name: &str| shown.merges.get(name).cloned().unwrap_or_default();
            read_whole(workbook, merges, &shown.months, sink)
        }
        _ => {
            let sound = compound::sound(file)?;
            let workbook = Xls::new(sound.file).map_err(|error| damaged(&error))?;
            read_whole(
                workbook,
                |workbook, name| workbook.merge_cells_by_sheet_name(name).unwrap_or_default(),
                &sound.months,
                sink,
            )
        }
    }
}

pub(super) fn damaged(error: &dyn std::error::Error) -> TableError {
    let text = error.to_string();
    if text.to_lowercase().contains("password") {
        return TableError::new(
            "encrypted",
            "the workbook is protected by a password",
            "工作簿有密码保护，请取消密码后重试",
        );
    }
    TableError::new(
        "workbook_damaged",
        format!("not a readable workbook: {text}"),
        "工作簿无法读取，可能已损坏",
    )
}

/// Unpacks every part into nothing, counting: the sizes that a zip states may lie.
fn check_unpacked<F: Read + Seek>(file: &mut F) -> Result<(), TableError> {
    let not_a_zip = |error: zip::result::ZipError| damaged(&error);
    let mut archive = zip::ZipArchive::new(&mut *file).map_err(not_a_zip)?;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(not_a_zip)?;
        let by_ratio = entry.compressed_size().saturating_mul(PART_RATIO_MAX).max(64 << 20);
        let bound = by_ratio.min(PART_BYTES_MAX);
        let unpacked = io::copy(&mut entry.take(bound + 1), &mut io::sink())?;
        if unpacked > bound {
            return Err(TableError::new(
                "workbook_too_large",
                format!("a part of the workbook unpacks to more than {bound} bytes"),
                "工作簿解压后过大，未读取",
            ));
        }
    }
    file.rewind()?;
    Ok(())
}

fn read_xlsx<F: Read + Seek>(mut workbook: Xlsx<F>, sink: &mut dyn RowSink) -> Result<(), TableError> {
    let names = workbook.sheet_names();
    for index in sink.plan(&names) {
        let Some(name) = names.get(index) else { continue };
        let merges = workbook.merge_cells_by_sheet_name(name).unwrap_or_default();
        sink.begin(name);
        let read = read_xlsx_sheet(&mut workbook, name, &merges, sink);
        sink.end();
        read?;
    }
    Ok(())
}

fn read_xlsx_sheet<F: Read + Seek>(
    workbook: &mut Xlsx<F>,
    name: &str,
    merges: &[Dimensions],
    sink: &mut dyn RowSink,
) -> Result<(), TableError> {
    let unanswered =
        if sink.wants_formulas() { unanswered_formulas(workbook, name)? } else { BTreeSet::new() };
    let mut reader = match workbook.worksheet_cells_reader(name) {
        Ok(reader) => reader,
        // A sheet that is a chart or a dialog has no rows.
        Err(calamine::XlsxError::NotAWorksheet(_)) => return Ok(()),
        Err(error) => return Err(damaged(&error)),
    };
    let month_only: Vec<bool> = reader.styles().iter().map(shows_month_only).collect();
    let mut rows = RowBuilder::new(merges, unanswered);
    while let Some((cell, style)) = reader.next_cell_with_style_id().map_err(|error| damaged(&error))? {
        let (row, column) = cell.get_position();
        let month_only = month_only.get(style).copied().unwrap_or(false);
        if let Some(content) = xlsx_cell(cell.get_value(), month_only)
            && rows.push(row, column, content, sink).is_break()
        {
            return Ok(());
        }
    }
    let _ = rows.finish(sink);
    Ok(())
}

/// The rows with a formula whose result the file does not hold: what wrote it did not calculate.
fn unanswered_formulas<F: Read + Seek>(
    workbook: &mut Xlsx<F>,
    name: &str,
) -> Result<BTreeSet<u32>, TableError> {
    let mut rows = BTreeSet::new();
    let mut reader = match workbook.worksheet_cells_reader(name) {
        Ok(reader) => reader,
        Err(calamine::XlsxError::NotAWorksheet(_)) => return Ok(rows),
        Err(error) => return Err(damaged(&error)),
    };
    while let Some(cell) = reader.next_cell_with_formula_metadata().map_err(|error| damaged(&error))? {
        if cell.formula.is_some() && cell.value == DataRef::Empty {
            rows.insert(cell.pos.0);
        }
    }
    Ok(rows)
}

fn read_whole<F: Read + Seek, R: Reader<F>>(
    mut workbook: R,
    merges: impl Fn(&R, &str) -> Vec<Dimensions>,
    months: &MonthCells,
    sink: &mut dyn RowSink,
) -> Result<(), TableError>
where
    R::Error: std::error::Error,
{
    let names = workbook.sheet_names();
    for index in sink.plan(&names) {
        let Some(name) = names.get(index) else { continue };
        let range = workbook.worksheet_range(name).map_err(|error| damaged(&error))?;
        let vertical = merges(&workbook, name);
        let (top, left) = range.start().unwrap_or_default();
        sink.begin(name);
        let mut rows = RowBuilder::new(&vertical, BTreeSet::new());
        for (row, column, data) in range.used_cells() {
            let position = (top.saturating_add(narrow(row)), left.saturating_add(narrow(column)));
            let month_only = months.get(name).is_some_and(|cells| cells.contains(&position));
            if let Some(content) = cell(data, month_only)
                && rows.push(position.0, position.1, content, sink).is_break()
            {
                break;
            }
        }
        let _ = rows.finish(sink);
        sink.end();
    }
    Ok(())
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Gathers cells into rows and carries merged cells down.
struct RowBuilder {
    /// Vertical merges by their first row and column: last row.
    merges: BTreeMap<(u32, u32), u32>,
    /// Merged cells that reach further down: column → (last row, content).
    carried: BTreeMap<u32, (u32, Cell)>,
    /// Rows still to come that are rows even without any content.
    unanswered: BTreeSet<u32>,
    row: u32,
    cells: Vec<(usize, Cell)>,
    stopped: bool,
}

impl RowBuilder {
    fn new(merges: &[Dimensions], unanswered: BTreeSet<u32>) -> Self {
        let vertical = merges.iter().filter(|merge| merge.end.0 > merge.start.0);
        Self {
            merges: vertical.map(|merge| (merge.start, merge.end.0)).collect(),
            carried: BTreeMap::new(),
            unanswered,
            row: 0,
            cells: Vec::new(),
            stopped: false,
        }
    }

    fn push(&mut self, row: u32, column: u32, content: Cell, sink: &mut dyn RowSink) -> ControlFlow<()> {
        if row != self.row {
            self.flush(sink)?;
            self.unanswered_before(row, sink)?;
            self.row = row;
        }
        if content.is_empty() {
            return ControlFlow::Continue(());
        }
        if let Some(&last) = self.merges.get(&(row, column)) {
            self.carried.insert(column, (last, content.clone()));
        }
        self.cells.push((column as usize, content));
        ControlFlow::Continue(())
    }

    /// Hands on what is left at the end of the sheet.
    fn finish(&mut self, sink: &mut dyn RowSink) -> ControlFlow<()> {
        self.flush(sink)?;
        self.unanswered_before(u32::MAX, sink)
    }

    fn unanswered_before(&mut self, row: u32, sink: &mut dyn RowSink) -> ControlFlow<()> {
        while let Some(first) = self.unanswered.first().copied().filter(|first| *first < row) {
            self.row = first;
            self.flush(sink)?;
        }
        ControlFlow::Continue(())
    }

    fn flush(&mut self, sink: &mut dyn RowSink) -> ControlFlow<()> {
        if self.stopped {
            return ControlFlow::Break(());
        }
        let unanswered = self.unanswered.remove(&self.row);
        // A row that has nothing of its own stays empty, also inside a merged block.
        if self.cells.is_empty() && !unanswered {
            return ControlFlow::Continue(());
        }
        let row = self.row;
        self.carried.retain(|_, (last, _)| *last >= row);
        for (column, (_, content)) in &self.carried {
            if !self.cells.iter().any(|(at, _)| *at == *column as usize) {
                self.cells.push((*column as usize, content.clone()));
            }
        }
        self.cells.sort_by_key(|(column, _)| *column);
        let flow = sink.row(RawRow { number: u64::from(row) + 1, cells: std::mem::take(&mut self.cells) });
        self.stopped = flow.is_break();
        flow
    }
}

fn xlsx_cell(data: &DataRef<'_>, month_only: bool) -> Option<Cell> {
    Some(match data {
        DataRef::Empty => return None,
        DataRef::String(text) | DataRef::DurationIso(text) => Cell::Text(text.clone()),
        DataRef::SharedString(text) => Cell::Text((*text).to_owned()),
        DataRef::Int(number) => whole(*number),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::Bool(yes) => Cell::Bool(*yes),
        DataRef::DateTime(moment) => date_cell(moment, month_only),
        DataRef::DateTimeIso(text) => Cell::Date(iso_date(text, month_only)),
        DataRef::Error(error) => Cell::Error(error.to_string()),
    })
}

fn cell(data: &Data, month_only: bool) -> Option<Cell> {
    Some(match data {
        Data::Empty => return None,
        Data::String(text) | Data::DurationIso(text) => Cell::Text(text.clone()),
        Data::Int(number) => whole(*number),
        Data::Float(number) => Cell::Number(*number),
        Data::Bool(yes) => Cell::Bool(*yes),
        Data::DateTime(moment) => date_cell(moment, month_only),
        Data::DateTimeIso(text) => Cell::Date(iso_date(text, month_only)),
        Data::Error(error) => Cell::Error(error.to_string()),
    })
}

fn whole(number: i64) -> Cell {
    Cell::Text(number.to_string())
}

fn date_cell(date: &ExcelDateTime, month_only: bool) -> Cell {
    if date.is_duration() || date.as_f64() < 0.0 {
        return Cell::Number(date.as_f64());
    }
    let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
    let at_midnight = (hour, minute, second) == (0, 0, 0);
    Cell::Date(if month_only && at_midnight {
        format!("{year:04}-{month:02}")
    } else if at_midnight {
        format!("{year:04}-{month:02}-{day:02}")
    } else if date.as_f64() < 1.0 {
        format!("{hour:02}:{minute:02}:{second:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
    })
}

fn iso_date(text: &str, month_only: bool) -> String {
    let date = match text.split_once('T') {
        Some((date, time)) if time.starts_with("00:00:00") => date,
        _ => text,
    };
    let month = date.rsplit_once('-').filter(|(month, _)| month_only && date.len() == 10 && month.len() == 7);
    month.map_or(date, |(month, _)| month).to_owned()
}

/// Whether a cell of this style shows year and month and no day: `yyyy-mm`, `yyyy"年"m"月"`, `mmm-yy`.
fn shows_month_only(style: &Style) -> bool {
    let format = style.number_format.as_ref();
    format.is_some_and(|format| is_month_format(format.format_id.unwrap_or(0), &format.format_code))
}

/// The same of a format by its number and its code.
pub(super) fn is_month_format(number: u32, code: &str) -> bool {
    // 27 and 57 stand for yyyy"年"m"月" where the language is Chinese; they carry no code.
    if matches!(number, 17 | 27 | 57) {
        return true;
    }
    let mut quoted = false;
    let mut bracket = false;
    let mut escaped = false;
    let (mut year, mut month) = (false, false);
    for c in code.chars() {
        if escaped {
            escaped = false;
            continue;
        }
        match c {
            '\\' | '_' | '*' => escaped = true,
            '"' => quoted = !quoted,
            '[' if !quoted => bracket = true,
            ']' => bracket = false,
            ';' if !quoted => break,
            _ if quoted || bracket => {}
            'y' | 'Y' | 'e' => year = true,
            'm' | 'M' => month = true,
            'd' | 'D' | 'h' | 'H' | 's' | 'S' => return false,
            _ => {}
        }
    }
    year && month
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use rust_xlsxwriter::{ExcelDateTime as WrittenDate, Format as CellFormat, Workbook};

    use super::*;

    #[derive(Default)]
    struct All(Vec<(u64, Vec<(usize, Cell)>)>);

    impl RowSink for All {
        fn plan(&mut self, sheets: &[String]) -> Vec<usize> {
            (0..sheets.len()).collect()
        }
        fn begin(&mut self, _: &str) {}
        fn row(&mut self, row: RawRow) -> ControlFlow<()> {
            self.0.push((row.number, row.cells));
            ControlFlow::Continue(())
        }
        fn end(&mut self) {}
    }

    fn rows_of(workbook: &mut Workbook) -> Vec<(u64, Vec<(usize, Cell)>)> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.xlsx");
        workbook.save(&path).unwrap();
        let mut all = All::default();
        read(&path, Format::Xlsx, &mut all).unwrap();
        all.0
    }

    #[test]
    fn dates_become_text_by_what_the_cell_shows() {
        for (format, expected) in [
            ("yyyy-mm-dd", "1978-05-01"),
            ("yyyy/m/d", "1978-05-01"),
            ("yyyy\"年\"m\"月\"d\"日\"", "1978-05-01"),
            ("yyyy-mm", "1978-05"),
            ("yyyy\"年\"m\"月\"", "1978-05"),
            ("mmm-yy", "1978-05"),
            ("[$-804]yyyy\"年\"m\"月\";@", "1978-05"),
        ] {
            let mut workbook = Workbook::new();
            let date = WrittenDate::from_ymd(1978, 5, 1).unwrap();
            let style = CellFormat::new().set_num_format(format);
            workbook.add_worksheet().write_datetime_with_format(0, 0, &date, &style).unwrap();
            assert_eq!(rows_of(&mut workbook), [(1, vec![(0, Cell::Date(expected.to_owned()))])], "{format}");
        }
    }

    #[test]
    fn a_date_of_the_1904_system_is_the_day_that_it_shows() {
        let date = ExcelDateTime::new(44_628.0, calamine::ExcelDateTimeType::DateTime, true);
        assert_eq!(date_cell(&date, false), Cell::Date("2026-03-09".to_owned()));
    }

    #[test]
    fn cells_keep_their_type_and_their_row() {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet.write(2, 1, "007").unwrap();
        sheet.write(2, 3, 12.5).unwrap();
        sheet.write(4, 0, true).unwrap();
        sheet.write(5, 0, "  ").unwrap();
        assert_eq!(
            rows_of(&mut workbook),
            [
                (3, vec![(1, Cell::Text("007".to_owned())), (3, Cell::Number(12.5))]),
                (5, vec![(0, Cell::Bool(true))])
            ]
        );
    }

    #[test]
    fn a_vertically_merged_cell_counts_for_each_of_its_rows() {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet.merge_range(0, 0, 2, 0, "P1", &CellFormat::new()).unwrap();
        for row in 0..2 {
            sheet.write(row, 1, format!("r{row}")).unwrap();
        }
        sheet.write(3, 1, "r3").unwrap();
        let texts: Vec<Vec<String>> = rows_of(&mut workbook)
            .into_iter()
            .map(|(_, cells)| cells.iter().map(|(_, cell)| cell.text().into_owned()).collect())
            .collect();
        assert_eq!(texts, [vec!["P1", "r0"], vec!["P1", "r1"], vec!["r3"]]);
    }

    #[test]
    fn a_cell_in_the_last_corner_costs_nothing() {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet.write(0, 0, "编号").unwrap();
        sheet.write(1_048_575, 16_383, "x").unwrap();
        assert_eq!(rows_of(&mut workbook).len(), 2);
    }

    #[test]
    fn what_is_no_workbook_is_an_error_with_a_code() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, "nothing").unwrap();
        for format in [Format::Xlsx, Format::Xls, Format::Ods, Format::Xlsb] {
            assert_eq!(read(&path, format, &mut All::default()).unwrap_err().code, "workbook_damaged");
        }
    }
}
