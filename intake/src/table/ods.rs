//! What the reader of `OpenDocument` sheets does not tell: which cells reach over several rows, and which dates
//! are shown as year and month. Read from the parts themselves, beside that reader.
//!
//! A date that shows no day must not turn into the first of its month, so a part that cannot be read to its
//! end refuses the workbook.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader, Read, Seek};

use calamine::Dimensions;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::biff::MonthCells;
use super::rows::TableError;
use super::workbook::damaged;
use crate::text::attribute;

/// Cells with a month that are told apart one by one. A file with more of them repeats one without end.
const MONTHS_MAX: usize = 4_000_000;
/// How many styles a style may be derived from.
const PARENTS_MAX: usize = 16;

/// What the cells show.
#[derive(Debug, Default)]
pub(super) struct Shown {
    /// Merged cells by sheet.
    pub(super) merges: HashMap<String, Vec<Dimensions>>,
    /// Cells that are shown as year and month.
    pub(super) months: MonthCells,
}

/// Reads the styles and the cells of the workbook, and goes back to its beginning.
pub(super) fn shown<F: Read + Seek>(file: &mut F) -> Result<Shown, TableError> {
    let mut archive = zip::ZipArchive::new(&mut *file).map_err(|error| damaged(&error))?;
    let mut walk = Walk::default();
    for name in ["styles.xml", "content.xml"] {
        if let Ok(part) = archive.by_name(name) {
            walk.part(BufReader::new(part))?;
        }
    }
    file.rewind()?;
    Ok(walk.shown)
}

/// Where the reading of the parts is.
#[derive(Default)]
struct Walk {
    shown: Shown,
    /// Cell styles: how they write numbers, and what they are derived from.
    styles: HashMap<String, (Option<String>, Option<String>)>,
    /// Ways of writing a date that show year and month only.
    month_formats: HashSet<String>,
    /// The way of writing a date that is being described.
    format: Option<DateFormat>,
    table: Option<Table>,
    /// Tables inside cells.
    inner: usize,
}

#[derive(Default)]
struct DateFormat {
    name: String,
    year: bool,
    month: bool,
    finer: bool,
}

#[derive(Default)]
struct Table {
    name: String,
    row: u32,
    row_repeats: u32,
    row_style: Option<String>,
    column: u32,
    /// The styles of the columns: the first column behind each run, and its style.
    columns: Vec<(u32, Option<String>)>,
}

impl Walk {
    fn part(&mut self, part: impl BufRead) -> Result<(), TableError> {
        let mut reader = Reader::from_reader(part);
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match reader.read_event_into(&mut buffer).map_err(|error| damaged(&error))? {
                Event::Start(element) => self.start(&element),
                Event::Empty(element) => {
                    self.start(&element);
                    self.end(element.local_name().as_ref());
                }
                Event::End(element) => self.end(element.local_name().as_ref()),
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    fn start(&mut self, element: &BytesStart<'_>) {
        let name = element.local_name();
        match name.as_ref() {
            "date-style" => {
                let name = attribute(element, "name").unwrap_or_default();
                self.format = Some(DateFormat { name, ..DateFormat::default() });
            }
            "style" => {
                if let Some(name) = attribute(element, "name") {
                    let format = attribute(element, "data-style-name");
                    self.styles.insert(name, (format, attribute(element, "parent-style-name")));
                }
            }
            "table" if self.table.is_some() => self.inner += 1,
            "table" => {
                let name = attribute(element, "name").unwrap_or_default();
                self.table = Some(Table { name, ..Table::default() });
            }
            part => {
                if let Some(format) = &mut self.format {
                    format.note(part);
                } else if self.inner == 0 {
                    self.in_table(part, element);
                }
            }
        }
    }

    fn in_table(&mut self, part: &str, element: &BytesStart<'_>) {
        let Some(table) = &mut self.table else { return };
        let style = attribute(element, "default-cell-style-name");
        match part {
            "table-column" => {
                let end = table.columns.last().map_or(0, |(end, _)| *end);
                let end = end.saturating_add(count(element, "number-columns-repeated"));
                table.columns.push((end, style));
            }
            "table-row" => {
                table.row_repeats = count(element, "number-rows-repeated");
                table.row_style = style;
                table.column = 0;
            }
            "table-cell" | "covered-table-cell" => self.cell(element),
            _ => {}
        }
    }

    fn cell(&mut self, element: &BytesStart<'_>) {
        let Some(table) = &mut self.table else { return };
        let (row, column) = (table.row, table.column);
        let repeats = count(element, "number-columns-repeated");
        table.column = column.saturating_add(repeats);
        let (rows, columns) =
            (count(element, "number-rows-spanned"), count(element, "number-columns-spanned"));
        if rows > 1 {
            let end = (row.saturating_add(rows - 1), column.saturating_add(columns - 1));
            let merge = Dimensions { start: (row, column), end };
            self.shown.merges.entry(table.name.clone()).or_default().push(merge);
        }
        if attribute(element, "date-value").is_none() {
            return;
        }
        let style = attribute(element, "style-name").or_else(|| table.style_of(column));
        if !style.is_some_and(|style| shows_month(&self.styles, &self.month_formats, &style)) {
            return;
        }
        let cells = self.shown.months.entry(table.name.clone()).or_default();
        let rows = row..row.saturating_add(table.row_repeats);
        let all =
            rows.flat_map(|row| (column..column.saturating_add(repeats)).map(move |column| (row, column)));
        cells.extend(all.take(MONTHS_MAX.saturating_sub(cells.len())));
    }

    fn end(&mut self, name: &str) {
        match name {
            "date-style" => {
                let format = self.format.take().filter(|format| format.year && format.month && !format.finer);
                self.month_formats.extend(format.map(|format| format.name));
            }
            "table" if self.inner > 0 => self.inner -= 1,
            "table" => self.table = None,
            "table-row" if self.inner == 0 => {
                if let Some(table) = &mut self.table {
                    table.row = table.row.saturating_add(table.row_repeats);
                }
            }
            _ => {}
        }
    }
}

impl DateFormat {
    fn note(&mut self, part: &str) {
        match part {
            "year" => self.year = true,
            "month" => self.month = true,
            "day" | "hours" | "minutes" | "seconds" => self.finer = true,
            _ => {}
        }
    }
}

impl Table {
    /// The style of a cell that has none of its own.
    fn style_of(&self, column: u32) -> Option<String> {
        self.row_style.clone().or_else(|| {
            let at = self.columns.partition_point(|(end, _)| *end <= column);
            self.columns.get(at)?.1.clone()
        })
    }
}

fn shows_month(
    styles: &HashMap<String, (Option<String>, Option<String>)>,
    months: &HashSet<String>,
    style: &str,
) -> bool {
    let mut name = style;
    for _ in 0..PARENTS_MAX {
        match styles.get(name) {
            Some((Some(format), _)) => return months.contains(format),
            Some((None, Some(parent))) => name = parent,
            _ => return false,
        }
    }
    false
}

/// A count that is one where it is not said.
fn count(element: &BytesStart<'_>, name: &str) -> u32 {
    attribute(element, name).and_then(|text| text.trim().parse().ok()).unwrap_or(1).max(1)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::io::{Cursor, Write};
    use std::ops::ControlFlow;

    use super::super::rows::{RawRow, RowSink};
    use super::super::workbook::read_from;
    use super::*;
    use crate::format::Format;

    const MIME: &str = "application/vnd.oasis.opendocument.spreadsheet";
    const STYLES: &str = "<number:date-style style:name=\"N1\"><number:year number:style=\"long\"/><number:text>年\
        </number:text><number:month/></number:date-style><number:date-style style:name=\"N2\"><number:year/>\
        <number:text>-</number:text><number:month/><number:text>-</number:text><number:day/></number:date-style>\
        <style:style style:name=\"月\" style:family=\"table-cell\" style:data-style-name=\"N1\"/>\
        <style:style style:name=\"日\" style:family=\"table-cell\" style:data-style-name=\"N2\"/>\
        <style:style style:name=\"粗月\" style:family=\"table-cell\" style:parent-style-name=\"月\"/>";

    fn ods(rows: &str) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let content = format!(
            "<office:document-content xmlns:office=\"o\" xmlns:table=\"t\" xmlns:text=\"x\" xmlns:number=\"n\" \
             xmlns:style=\"s\"><office:automatic-styles>{STYLES}</office:automatic-styles><office:body>\
             <office:spreadsheet><table:table table:name=\"人员\">{rows}</table:table></office:spreadsheet>\
             </office:body></office:document-content>"
        );
        let manifest = "<manifest:manifest xmlns:manifest=\"m\"/>";
        let parts = [("mimetype", MIME), ("META-INF/manifest.xml", manifest), ("content.xml", &content)];
        for (name, part) in parts {
            writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(part.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[derive(Default)]
    struct All(Vec<String>);

    impl RowSink for All {
        fn plan(&mut self, sheets: &[String]) -> Vec<usize> {
            (0..sheets.len()).collect()
        }
        fn begin(&mut self, _: &str) {}
        fn row(&mut self, row: RawRow) -> ControlFlow<()> {
            let cells: Vec<_> = row.cells.iter().map(|(at, cell)| format!("{at}{}", cell.text())).collect();
            self.0.push(format!("{}: {}", row.number, cells.join(" ")));
            ControlFlow::Continue(())
        }
        fn end(&mut self) {}
    }

    #[track_caller]
    fn reads(rows: &str, expected: &[&str]) {
        let mut all = All::default();
        read_from(Cursor::new(ods(rows)), Format::Ods, &mut all).unwrap();
        assert_eq!(all.0, expected, "{rows}");
    }

    fn text(text: &str) -> String {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
    }

    fn date(style: &str) -> String {
        format!(
            "<table:table-cell{style} office:value-type=\"date\" office:date-value=\"1978-05-01\">\
             <text:p>shown</text:p></table:table-cell>"
        )
    }

    fn row(cells: &[String]) -> String {
        format!("<table:table-row>{}</table:table-row>", cells.concat())
    }

    #[test]
    fn dates_are_read_as_the_cell_shows_them() {
        for (style, expected) in [
            ("", "1978-05-01"),
            (" table:style-name=\"月\"", "1978-05"),
            (" table:style-name=\"粗月\"", "1978-05"),
            (" table:style-name=\"日\"", "1978-05-01"),
            (" table:style-name=\"无\"", "1978-05-01"),
        ] {
            reads(&row(&[text("P1"), date(style)]), &[&format!("1: 0P1 1{expected}")]);
        }
    }

    #[test]
    fn styles_of_columns_and_rows_count_for_cells_without_one_and_repeats_are_counted() {
        let columns = "<table:table-column table:number-columns-repeated=\"2\"/>\
                       <table:table-column table:default-cell-style-name=\"月\"/>";
        let gap = "<table:table-cell table:number-columns-repeated=\"2\"/>".to_owned();
        let empty = "<table:table-row table:number-rows-repeated=\"3\"><table:table-cell/></table:table-row>";
        let rows = [columns, empty, &row(&[gap, date(""), date("")])].concat();
        reads(&rows, &["4: 21978-05 31978-05-01"]);
        let styled = row(&[date("")]).replacen('>', " table:default-cell-style-name=\"月\">", 1);
        reads(&styled, &["1: 01978-05"]);
    }

    #[test]
    fn a_vertically_merged_cell_counts_for_each_of_its_rows() {
        let merged = text("P1").replacen(' ', " table:number-rows-spanned=\"2\" ", 1);
        let covered = "<table:covered-table-cell/>".to_owned();
        let rows = [
            row(&[merged, text("甲")]),
            row(&[covered, text("乙")]),
            row(&["<table:table-cell/>".to_owned(), text("丙")]),
        ];
        reads(&rows.concat(), &["1: 0P1 1甲", "2: 0P1 1乙", "3: 1丙"]);
    }

    #[test]
    fn a_file_of_another_program_is_read_as_it_looks() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus/家庭成员.ods");
        let mut all = All::default();
        read_from(std::fs::File::open(path).unwrap(), Format::Ods, &mut all).unwrap();
        let rows = ["2: 0P1 1配偶 2李娜 31978-05", "3: 0P1 1子女 2王小 32001-05-01"];
        assert_eq!(all.0[1..], rows);
    }

    #[test]
    fn a_style_derived_from_itself_and_cells_without_end_do_no_harm() {
        let mut styles = HashMap::new();
        styles.insert("甲".to_owned(), (None, Some("甲".to_owned())));
        assert!(!shows_month(&styles, &HashSet::new(), "甲"));
        let mut walk = Walk::default();
        let endless = "<table name=\"t\"><style name=\"月\" data-style-name=\"N\"/><date-style name=\"N\"><year/><month/>\
            </date-style><table-row number-rows-repeated=\"4000000000\"><table-cell style-name=\"月\" \
            date-value=\"1978-05-01\" number-columns-repeated=\"4000000000\"/></table-row></table>";
        walk.part(endless.as_bytes()).unwrap();
        assert_eq!(walk.shown.months["t"].len(), MONTHS_MAX);
    }
}
