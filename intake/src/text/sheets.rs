//! A workbook that is no table of dossiers, read as a text: its sheets in order, a line for each row, cells
//! separated by tabs, everything as the cell shows it.

use std::io::Cursor;
use std::ops::ControlFlow;

use super::{ExtractError, Extracted, Notice, TEXT_BYTES_MAX};
use crate::format::Format;
use crate::table::{RawRow, RowSink, TableError, read_workbook};

/// The text of the workbook.
pub(crate) fn extract(bytes: &[u8], format: Format) -> Result<Extracted, ExtractError> {
    let mut lines = Lines::default();
    read_workbook(Cursor::new(bytes), format, &mut lines).map_err(as_text_error)?;
    if lines.too_long {
        return Err(super::too_long(lines.text.len()));
    }
    let pictures = pictures(bytes);
    let warnings = if pictures > 0 {
        vec![Notice::not_read(format!("{pictures} pictures, drawings or comments were not read"))]
    } else {
        Vec::new()
    };
    Ok(Extracted { text: lines.text, extractor: "sheets/1".to_owned(), warnings })
}

fn as_text_error(error: TableError) -> ExtractError {
    ExtractError { code: error.code.to_owned(), message: error.message, message_zh: error.message_zh }
}

/// Parts of an XLSX that show something which is no cell.
fn pictures(bytes: &[u8]) -> usize {
    let Ok(archive) = zip::ZipArchive::new(Cursor::new(bytes)) else { return 0 };
    archive
        .file_names()
        .flatten()
        .filter(|name| {
            name.starts_with("xl/media/")
                || name.starts_with("xl/comments")
                || name.starts_with("xl/drawings/drawing")
        })
        .count()
}

#[derive(Default)]
struct Lines {
    text: String,
    too_long: bool,
}

impl RowSink for Lines {
    fn plan(&mut self, sheets: &[String]) -> Vec<usize> {
        (0..sheets.len()).collect()
    }

    fn begin(&mut self, sheet: &str) {
        self.text.push_str(sheet);
        self.text.push('\n');
    }

    fn row(&mut self, row: RawRow) -> ControlFlow<()> {
        for (at, (_, cell)) in row.cells.iter().enumerate() {
            if at > 0 {
                self.text.push('\t');
            }
            self.text.push_str(&cell.text().replace("\r\n", "\n"));
        }
        self.text.push('\n');
        self.too_long |= self.text.len() > TEXT_BYTES_MAX;
        if self.too_long { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn end(&mut self) {}
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use rust_xlsxwriter::Workbook;

    use super::*;

    #[test]
    fn sheets_and_rows_become_lines() {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet().set_name("走访记录").unwrap();
        sheet.write(0, 0, "姓名").unwrap();
        sheet.write(0, 2, "情况").unwrap();
        sheet.write(2, 0, "王伟").unwrap();
        sheet.write(2, 1, 12.5).unwrap();
        workbook.add_worksheet().set_name("第二张").unwrap();
        let bytes = workbook.save_to_buffer().unwrap();
        let extracted = extract(&bytes, Format::Xlsx).unwrap();
        assert_eq!(extracted.text, "走访记录\n姓名\t情况\n王伟\t12.5\n第二张\n");
        assert_eq!(extracted.extractor, "sheets/1");
    }

    #[test]
    fn what_is_no_workbook_fails_with_a_code() {
        for format in [Format::Xlsx, Format::Xls, Format::Ods, Format::Xlsb] {
            assert_eq!(extract(b"PK no", format).unwrap_err().code, "workbook_damaged");
        }
    }
}
