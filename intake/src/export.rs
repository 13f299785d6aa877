//! Every table as it came, importable again without a change: one workbook of text cells (a cell that
//! begins with `=` stays text), and the case texts as JSON Lines. Tables too long for a workbook that a
//! person would open are CSV files instead, with formulas guarded.
//!
//! 编号 is left empty where the archive derived it, so that the same row gets the same key again.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use archive::{Archive, ArchiveError, Snapshot, Stored, StoredText};
use dossier::fields::EXTRA_PREFIX;
use dossier::{Column, Kind, Value, ValueType};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};
use serde_json::{Map, Value as Json};

use crate::table::delimited::needs_guard;
use crate::template::header;

/// Records read at once.
const PAGE: u32 = 2_000;
/// Texts read at once: they may be long.
const TEXT_PAGE: u32 = 100;
/// Rows of a table that still go into the workbook.
const WORKBOOK_ROWS_MAX: u64 = 100_000;
/// Characters that a cell of a workbook holds.
const CELL_CHARS_MAX: usize = 32_767;

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Exported {
    /// The files, in the order written.
    pub files: Vec<PathBuf>,
    /// Records.
    pub records: u64,
    /// Case texts.
    pub texts: u64,
    /// Columns that no table has; they need `--extra-columns keep` when imported again.
    pub extra_columns: BTreeSet<String>,
}

/// Why an export did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// As the archive says.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// Choose another folder: nothing is overwritten.
    #[error("{} exists already; an export never overwrites", .0.display())]
    Exists(PathBuf),
    /// See to the disk or the folder.
    #[error("{}: {source}", .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The workbook could not be made.
    #[error("the workbook cannot be written: {0}")]
    Workbook(#[from] XlsxError),
}

/// Writes all live records and texts of one state of the archive into the folder `dir`.
pub async fn export(archive: &Archive, dir: &Path) -> Result<Exported, ExportError> {
    let snapshot = archive.snapshot().await?;
    let at = |path: &Path| {
        let path = path.to_owned();
        move |source| ExportError::Io { path, source }
    };
    std::fs::create_dir_all(dir).map_err(at(dir))?;
    let mut exported = Exported::default();
    let mut workbook = Workbook::new();
    // A fixed day: equal content gives equal bytes, whenever it is exported.
    let created = ExcelDateTime::from_ymd(2026, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
    let mut sheets = 0;
    for &kind in Kind::ALL.iter().filter(|kind| **kind != Kind::Text) {
        let mut rows = Rows::read(&snapshot, kind).await?;
        if rows.first.is_empty() {
            continue;
        }
        exported.extra_columns.extend(rows.extra.iter().cloned());
        exported.records += rows.count;
        if rows.fits_a_sheet() {
            sheet(&mut workbook, kind, &mut rows, &snapshot).await?;
            sheets += 1;
        } else {
            let path = dir.join(format!("{}.csv", kind.title()));
            csv_file(&path, kind, &mut rows, &snapshot).await?;
            exported.files.push(path);
        }
    }
    if sheets > 0 {
        let path = dir.join("dossiers.xlsx");
        refuse_existing(&path)?;
        workbook.save(&path)?;
        exported.files.push(path);
    }
    let path = dir.join("texts.jsonl");
    exported.texts = texts(&path, &snapshot).await?;
    if exported.texts > 0 {
        exported.files.push(path);
    }
    Ok(exported)
}

fn refuse_existing(path: &Path) -> Result<(), ExportError> {
    if path.exists() { Err(ExportError::Exists(path.to_owned())) } else { Ok(()) }
}

fn create(path: &Path) -> Result<BufWriter<File>, ExportError> {
    match File::create_new(path) {
        Ok(file) => Ok(BufWriter::new(file)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(ExportError::Exists(path.to_owned()))
        }
        Err(source) => Err(ExportError::Io { path: path.to_owned(), source }),
    }
}

/// The rows of one table, page by page, after a first look over all of them.
struct Rows {
    kind: Kind,
    first: Vec<Stored>,
    count: u64,
    longest_cell: usize,
    extra: Vec<String>,
}

impl Rows {
    async fn read(snapshot: &Snapshot, kind: Kind) -> Result<Self, ArchiveError> {
        let mut rows = Self {
            kind,
            first: snapshot.page(kind, None, PAGE).await?,
            count: 0,
            longest_cell: 0,
            extra: Vec::new(),
        };
        let mut extra = BTreeSet::new();
        let mut page = rows.first.clone();
        while let Some(last) = page.last() {
            for stored in &page {
                rows.count += 1;
                for (slug, value) in stored.fields.iter() {
                    rows.longest_cell = rows.longest_cell.max(value.to_cell().encode_utf16().count());
                    if let Some(name) = slug.strip_prefix(EXTRA_PREFIX) {
                        extra.insert(name.to_owned());
                    }
                }
            }
            page = snapshot.page(kind, Some(&last.record.key), PAGE).await?;
        }
        rows.extra = extra.into_iter().collect();
        Ok(rows)
    }

    fn fits_a_sheet(&self) -> bool {
        self.count <= WORKBOOK_ROWS_MAX && self.longest_cell <= CELL_CHARS_MAX
    }

    /// Hands every row to `write`: those with an 编号 by it, then those without by what they say. The key
    /// that the archive derives for the latter belongs to its folder; in its order, equal content would
    /// not give equal files.
    async fn each(
        &mut self,
        snapshot: &Snapshot,
        mut write: impl FnMut(Vec<String>) -> Result<(), ExportError>,
    ) -> Result<(), ExportError> {
        let mut without_key = Vec::new();
        let mut page = std::mem::take(&mut self.first);
        while let Some(last) = page.last() {
            for stored in &page {
                let cells = self.cells(stored);
                if stored.key_derived {
                    without_key.push(cells);
                } else {
                    write(cells)?;
                }
            }
            page = snapshot.page(self.kind, Some(&last.record.key), PAGE).await?;
        }
        without_key.sort_unstable();
        without_key.into_iter().try_for_each(write)
    }

    fn cells(&self, stored: &Stored) -> Vec<String> {
        let declared = self.kind.declaration().columns.iter().map(|column| cell(stored, column));
        let extra = self.extra.iter().map(|name| {
            stored.fields.get(&format!("{EXTRA_PREFIX}{name}")).map(Value::to_cell).unwrap_or_default()
        });
        declared.chain(extra).collect()
    }
}

fn cell(stored: &Stored, column: &Column) -> String {
    match column.value {
        ValueType::Key if stored.key_derived => String::new(),
        ValueType::Key => stored.record.key.to_string(),
        _ => stored.fields.get(column.slug).map(Value::to_cell).unwrap_or_default(),
    }
}

async fn sheet(
    workbook: &mut Workbook,
    kind: Kind,
    rows: &mut Rows,
    snapshot: &Snapshot,
) -> Result<(), ExportError> {
    let declaration = kind.declaration();
    let sheet = workbook.add_worksheet();
    header(sheet, declaration)?;
    let declared = u16::try_from(declaration.columns.len()).unwrap_or(u16::MAX);
    for (name, at) in rows.extra.iter().zip(declared..) {
        sheet.write_string(0, at, name)?;
    }
    let mut number = 0;
    rows.each(snapshot, |cells| {
        number += 1;
        for (text, at) in cells.into_iter().zip(0u16..) {
            if !text.is_empty() {
                sheet.write_string(number, at, text)?;
            }
        }
        Ok(())
    })
    .await
}

async fn csv_file(path: &Path, kind: Kind, rows: &mut Rows, snapshot: &Snapshot) -> Result<(), ExportError> {
    let failed = |source| ExportError::Io { path: path.to_owned(), source };
    let mut file = create(path)?;
    file.write_all(b"\xEF\xBB\xBF").map_err(failed)?;
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(file);
    let failed_row = |error: csv::Error| failed(io::Error::other(error));
    let headers = kind
        .declaration()
        .columns
        .iter()
        .map(|column| column.header)
        .chain(rows.extra.iter().map(String::as_str));
    writer.write_record(headers).map_err(failed_row)?;
    rows.each(snapshot, |cells| {
        let cells = cells.into_iter().map(|text| if needs_guard(&text) { format!("'{text}") } else { text });
        writer.write_record(cells).map_err(failed_row)
    })
    .await?;
    writer.flush().map_err(failed)
}

async fn texts(path: &Path, snapshot: &Snapshot) -> Result<u64, ExportError> {
    let failed = |source| ExportError::Io { path: path.to_owned(), source };
    let mut page = snapshot.text_page(None, TEXT_PAGE).await?;
    if page.is_empty() {
        return Ok(0);
    }
    let mut file = create(path)?;
    let mut count = 0;
    while let Some(last) = page.last() {
        for text in &page {
            serde_json::to_writer(&mut file, &text_object(text)).map_err(|error| failed(error.into()))?;
            file.write_all(b"\n").map_err(failed)?;
            count += 1;
        }
        page = snapshot.text_page(Some(&last.stored.record.key), TEXT_PAGE).await?;
    }
    file.flush().map_err(failed)?;
    Ok(count)
}

fn text_object(text: &StoredText) -> Map<String, Json> {
    let mut object = Map::new();
    object.insert("id".to_owned(), text.stored.record.key.as_str().into());
    for (slug, value) in text.stored.fields.iter() {
        let name = slug.strip_prefix(EXTRA_PREFIX).unwrap_or(slug);
        object.insert(
            name.to_owned(),
            match value {
                Value::List(items) => items.clone().into(),
                Value::Bool(yes) => (*yes).into(),
                Value::Text(_) | Value::Date(_) => value.to_cell().into(),
            },
        );
    }
    object.insert("extractor".to_owned(), text.extractor.as_str().into());
    object.insert("text".to_owned(), text.content.as_str().into());
    object
}
