//! The invented office as files that can be imported, and the answer sheet beside them.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use crate::plan::Plan;
use crate::tables::Table;
use crate::truth::{Sheet, Truth};

/// More persons than this: CSV files instead of one workbook, which offices' programs would open slowly.
pub const WORKBOOK_PERSONS_MAX: usize = 20_000;

/// Why the files could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The disk or the folder is to blame.
    #[error("cannot write {path}: {source}")]
    File {
        /// What was to be written.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The workbook could not be made.
    #[error("cannot write the workbook {path}: {source}")]
    Workbook {
        /// What was to be written.
        path: PathBuf,
        /// What the writer said.
        source: Box<XlsxError>,
    },
}

/// Writes `dossiers.xlsx` (or a CSV file a table), `texts.jsonl`, `names.csv` and `truth.json` into `dir`,
/// which is made if it is not there. Gives back the answer sheet.
pub fn write_files(plan: &Plan, dir: &Path) -> Result<Truth, WriteError> {
    fs::create_dir_all(dir).map_err(|source| WriteError::File { path: dir.to_owned(), source })?;
    let tables = plan.tables();
    if plan.persons().len() > WORKBOOK_PERSONS_MAX {
        for table in &tables {
            let rows = std::iter::once(table.headers.iter().map(|header| (*header).to_owned()).collect())
                .chain(table.rows.iter().cloned());
            write_csv(&dir.join(format!("{}.csv", table.kind.title())), rows)?;
        }
    } else {
        write_workbook(&dir.join("dossiers.xlsx"), &tables)?;
    }
    let truth = write_texts(plan, &dir.join("texts.jsonl"))?;
    let header = ["姓名", "身份证号", "单位", "职务", "出生年月"].map(str::to_owned).to_vec();
    let rows = truth
        .list
        .iter()
        .map(|row| [&row.name, &row.id_number, &row.unit, &row.post, &row.birth].map(Clone::clone).to_vec());
    write_csv(&dir.join("names.csv"), std::iter::once(header).chain(rows))?;
    with_file(&dir.join("truth.json"), |out| {
        serde_json::to_writer(&mut *out, &truth)?;
        out.write_all(b"\n")
    })?;
    Ok(truth)
}

fn write_texts(plan: &Plan, path: &Path) -> Result<Truth, WriteError> {
    let mut sheet = Sheet::new(plan);
    with_file(path, |out| {
        for text in plan.texts() {
            serde_json::to_writer(&mut *out, &text)?;
            out.write_all(b"\n")?;
            sheet.add(&text);
        }
        Ok(())
    })?;
    Ok(sheet.finish())
}

fn write_workbook(path: &Path, tables: &[Table]) -> Result<(), WriteError> {
    let make = || -> Result<(), XlsxError> {
        let mut workbook = Workbook::new();
        // a fixed day: the same plan gives the same bytes
        let created = ExcelDateTime::from_ymd(2026, 1, 1)?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
        for table in tables {
            let sheet = workbook.add_worksheet().set_name(table.kind.title())?;
            let headers = table.headers.iter().map(|header| (*header).to_owned()).collect();
            for (line, cells) in (0_u32..).zip(std::iter::once(&headers).chain(&table.rows)) {
                for (column, cell) in (0_u16..).zip(cells) {
                    if !cell.is_empty() {
                        sheet.write_string(line, column, cell)?;
                    }
                }
            }
        }
        workbook.save(path)
    };
    make().map_err(|source| WriteError::Workbook { path: path.to_owned(), source: Box::new(source) })
}

fn write_csv(path: &Path, rows: impl Iterator<Item = Vec<String>>) -> Result<(), WriteError> {
    with_file(path, |out| {
        out.write_all("\u{FEFF}".as_bytes())?;
        for row in rows {
            let line = row.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join(",");
            out.write_all(line.as_bytes())?;
            out.write_all(b"\r\n")?;
        }
        Ok(())
    })
}

fn quoted(cell: &str) -> String {
    if cell.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

fn with_file(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> Result<(), WriteError> {
    let run = || {
        let mut out = BufWriter::new(File::create(path)?);
        write(&mut out)?;
        out.flush()
    };
    run().map_err(|source| WriteError::File { path: path.to_owned(), source })
}
