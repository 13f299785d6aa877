//! Spreadsheets as offices save them: CSV in any encoding, workbooks of text cells.

use encoding_rs::Encoding;
use rust_xlsxwriter::Workbook;

/// Rows as CSV, in `encoding`, with the line ends of an office program.
pub(crate) fn csv(rows: &[&[&str]], encoding: &'static Encoding) -> Vec<u8> {
    let text: String = rows.iter().map(|row| row.join(",") + "\r\n").collect();
    let (bytes, _, lossy) = encoding.encode(&text);
    assert!(!lossy, "the encoding has all characters");
    bytes.into_owned()
}

/// A workbook with a sheet for each name, of text cells.
pub(crate) fn workbook(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    for (name, rows) in sheets {
        let sheet = workbook.add_worksheet().set_name(*name).unwrap();
        for (row, cells) in (0u32..).zip(*rows) {
            for (column, cell) in (0u16..).zip(*cells) {
                if !cell.is_empty() {
                    sheet.write_string(row, column, *cell).unwrap();
                }
            }
        }
    }
    workbook.save_to_buffer().unwrap()
}
