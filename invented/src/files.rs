//! The invented office as files that can be imported, and the answer sheet beside them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use dossier::Kind;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use crate::list::ListRow;
use crate::plan::Plan;
use crate::tables::{self, Table};
use crate::truth::{Sheet, no_dossier};

/// More persons than this: CSV files instead of one workbook, which offices' programs would open slowly.
pub const WORKBOOK_PERSONS_MAX: usize = 5_000;

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
/// which is made if it is not there. Rows, texts and mentions are written as they come and not kept.
pub fn write_files(plan: &Plan, dir: &Path) -> Result<(), WriteError> {
    fs::create_dir_all(dir).map_err(|source| WriteError::File { path: dir.to_owned(), source })?;
    if plan.persons().len() > WORKBOOK_PERSONS_MAX {
        write_tables(plan, dir)?;
    } else {
        write_workbook(&dir.join("dossiers.xlsx"), &plan.tables())?;
    }
    let list = write_truth(plan, &dir.join("texts.jsonl"), &dir.join("truth.json"))?;
    let header = ["姓名", "身份证号", "单位", "职务", "出生年月"].map(str::to_owned).to_vec();
    let rows = list
        .iter()
        .map(|row| [&row.name, &row.id_number, &row.unit, &row.post, &row.birth].map(Clone::clone).to_vec());
    with_file(&dir.join("names.csv"), |out| {
        out.write_all(BOM)?;
        std::iter::once(header).chain(rows).try_for_each(|row| write_row(out, &row))
    })
}

/// One CSV file a table, all of them open at once: the rows of a person come together.
fn write_tables(plan: &Plan, dir: &Path) -> Result<(), WriteError> {
    let mut files: BTreeMap<Kind, (PathBuf, BufWriter<File>)> = BTreeMap::new();
    tables::each_row(plan, |kind, row| {
        let (path, out) = match files.entry(kind) {
            Entry::Occupied(open) => open.into_mut(),
            Entry::Vacant(vacant) => {
                let path = dir.join(format!("{}.csv", kind.title()));
                let headers =
                    Table::new(kind).headers.iter().map(|header| (*header).to_owned()).collect::<Vec<_>>();
                let open = || -> io::Result<BufWriter<File>> {
                    let mut out = BufWriter::new(File::create(&path)?);
                    out.write_all(BOM)?;
                    write_row(&mut out, &headers)?;
                    Ok(out)
                };
                let out = open().map_err(|source| WriteError::File { path: path.clone(), source })?;
                vacant.insert((path, out))
            }
        };
        write_row(out, &row).map_err(|source| WriteError::File { path: path.clone(), source })
    })?;
    for (path, mut out) in files.into_values() {
        out.flush().map_err(|source| WriteError::File { path, source })?;
    }
    Ok(())
}

/// The texts and, as they go by, the answer sheet: the fields of [`crate::Truth`], the mentions first.
fn write_truth(plan: &Plan, texts: &Path, truth: &Path) -> Result<Vec<ListRow>, WriteError> {
    let mut sheet = Sheet::new(plan);
    let mut list = Vec::new();
    with_file(truth, |out| {
        write!(out, "{{\"as_of\":\"{}\",\"mentions\":", plan.as_of())?;
        let mut written = Ok(());
        let mut mentions = Listed::new(out)?;
        let mut lines = BufWriter::new(File::create(texts)?);
        for text in plan.texts() {
            serde_json::to_writer(&mut lines, &text)?;
            lines.write_all(b"\n")?;
            sheet.add(&text);
            written = text.mentions.iter().try_for_each(|mention| mentions.item(mention));
            if written.is_err() {
                break;
            }
        }
        written?;
        lines.flush()?;
        mentions.end()?;
        out.write_all(b",\"persons\":")?;
        let mut persons = Listed::new(out)?;
        sheet.persons().try_for_each(|person| persons.item(&person))?;
        persons.end()?;
        list = sheet.list();
        field(out, "ambiguous", &sheet.ambiguous())?;
        field(out, "no_dossier", &no_dossier(&list))?;
        field(out, "list", &list)?;
        field(out, "worth_trying", &sheet.worth_trying())?;
        field(out, "expected", plan.expected())?;
        field(out, "must_not", plan.must_not())?;
        out.write_all(b"}\n")
    })?;
    Ok(list)
}

fn field(out: &mut BufWriter<File>, name: &str, value: &(impl serde::Serialize + ?Sized)) -> io::Result<()> {
    write!(out, ",\"{name}\":")?;
    serde_json::to_writer(out, value)?;
    Ok(())
}

/// A JSON list that is written item by item.
struct Listed<'o> {
    out: &'o mut BufWriter<File>,
    empty: bool,
}

impl<'o> Listed<'o> {
    fn new(out: &'o mut BufWriter<File>) -> io::Result<Self> {
        out.write_all(b"[")?;
        Ok(Self { out, empty: true })
    }

    fn item(&mut self, item: &impl serde::Serialize) -> io::Result<()> {
        if !std::mem::take(&mut self.empty) {
            self.out.write_all(b",")?;
        }
        serde_json::to_writer(&mut *self.out, item)?;
        Ok(())
    }

    fn end(self) -> io::Result<()> {
        self.out.write_all(b"]")
    }
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

/// What tells a spreadsheet that a CSV file is UTF-8.
const BOM: &[u8] = "\u{FEFF}".as_bytes();

fn write_row(out: &mut BufWriter<File>, row: &[String]) -> io::Result<()> {
    for (at, cell) in row.iter().enumerate() {
        if at > 0 {
            out.write_all(b",")?;
        }
        out.write_all(quoted(cell).as_bytes())?;
    }
    out.write_all(b"\r\n")
}

fn quoted(cell: &str) -> Cow<'_, str> {
    if cell.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\"")).into()
    } else {
        cell.into()
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
