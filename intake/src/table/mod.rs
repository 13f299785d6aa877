//! Files of rows: workbooks, CSV, web pages calling themselves workbooks, JSON Lines → checked drafts.
//!
//! What it is not: it does not know the archive, and a rule about one column is the dossier's.

mod biff;
mod cell;
mod compound;
pub(crate) mod delimited;
pub(crate) mod frame;
mod header;
mod html_table;
mod item;
mod json_lines;
mod ods;
mod reader;
mod rows;
mod sheet;
mod workbook;

use std::ops::ControlFlow;
use std::path::Path;

pub use cell::CELL_CHARS_MAX;
pub use header::ExtraColumns;
pub(crate) use header::HEADER_ROWS_MAX;
pub(crate) use item::{Emit, Item};
pub(crate) use reader::RowReader;
pub use rows::TableError;
pub(crate) use rows::{RawRow, RowSink};
pub(crate) use sheet::{is_auxiliary, kind_named, nearest_table};
pub(crate) use workbook::read_from as read_workbook;

use crate::format::Format;

/// Reads the table file at `path`, called `name` in the import. With a `reader`, workbooks are read in its
/// child process; without one, here.
pub(crate) fn read_tables(
    path: &Path,
    name: &str,
    format: Format,
    extra: ExtraColumns,
    reader: Option<&mut RowReader>,
    emit: Emit<'_>,
) -> Result<(), TableError> {
    if format == Format::JsonLines {
        return json_lines::read(path, name, extra, emit);
    }
    let named = format.is_workbook() && format != Format::HtmlTable;
    let mut sheets = sheet::Sheets::new(name, named, extra, emit);
    match reader {
        Some(reader) => reader.read(path, name, format, &mut sheets),
        None => read_rows(path, name, format, &mut sheets),
    }
}

/// Reads the rows of a workbook or CSV into `sink`.
pub(crate) fn read_rows(
    path: &Path,
    name: &str,
    format: Format,
    sink: &mut dyn RowSink,
) -> Result<(), TableError> {
    match format {
        Format::Csv => delimited::read(path, stem(name), sink),
        Format::HtmlTable => html_table::read(path, stem(name), sink),
        _ => workbook::read(path, format, sink),
    }
}

/// The sheets of a workbook; the stem of any other file.
pub(crate) fn table_names(
    path: &Path,
    name: &str,
    format: Format,
    reader: &mut RowReader,
) -> Result<Vec<String>, TableError> {
    if !format.is_workbook() || format == Format::HtmlTable {
        return Ok(vec![stem(name).to_owned()]);
    }
    let mut names = Names(Vec::new());
    reader.read(path, name, format, &mut names)?;
    Ok(names.0)
}

/// Takes the names of the sheets, and no rows.
struct Names(Vec<String>);

impl RowSink for Names {
    fn plan(&mut self, sheets: &[String]) -> Vec<usize> {
        self.0 = sheets.to_vec();
        Vec::new()
    }

    fn begin(&mut self, _: &str) {}

    fn row(&mut self, _: RawRow) -> ControlFlow<()> {
        ControlFlow::Break(())
    }

    fn end(&mut self) {}
}

/// The file name without folders and ending.
pub(crate) fn stem(name: &str) -> &str {
    let short = name.rsplit('/').next().unwrap_or(name);
    match short.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => short,
    }
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn a_stem_is_the_file_name_without_folders_and_ending() {
        for (name, expected) in
            [("卷.zip/2021/通报.txt", "通报"), ("处分.csv", "处分"), ("a.b.csv", "a.b"), (".x", ".x")]
        {
            assert_eq!(stem(name), expected);
        }
    }
}
