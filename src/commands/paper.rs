//! Papers as files, by their ending: `.docx` and `.html` for what is read, `.xlsx` and `.csv` for what is
//! worked on.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use archive::{Archive, ClearanceText};
use clearance::document::{self, Block};
use clearance::{Head, StoredRow};

use super::Usage;
use crate::output;

/// The report of a run, to be written when its rows are there.
pub(crate) struct Report {
    path: PathBuf,
    form: Form,
}

enum Form {
    Csv,
    Workbook,
    Paper(Paper),
}

/// What a paper is written as.
#[derive(Clone, Copy)]
pub(crate) enum Paper {
    Docx,
    Html,
}

fn ending(path: &Path) -> Option<&str> {
    path.extension().and_then(|ending| ending.to_str())
}

impl Paper {
    pub(crate) fn named(path: &Path) -> Result<Self, Usage> {
        match ending(path) {
            Some("docx") => Ok(Paper::Docx),
            Some("html") => Ok(Paper::Html),
            _ => Err(Usage(format!("{}: papers are written as .docx or .html", path.display()))),
        }
    }

    /// Writes `blocks` to `path`.
    pub(crate) fn write(self, path: &Path, title: &str, blocks: &[Block]) -> anyhow::Result<()> {
        let bytes = match self {
            Paper::Docx => document::docx(blocks)?,
            Paper::Html => document::html(title, blocks).into_bytes(),
        };
        save(path, &bytes)
    }
}

impl Report {
    pub(crate) fn named(path: &Path) -> Result<Self, Usage> {
        let form = match ending(path) {
            Some("csv") => Form::Csv,
            Some("xlsx") => Form::Workbook,
            Some("docx") => Form::Paper(Paper::Docx),
            Some("html") => Form::Paper(Paper::Html),
            _ => {
                let what = path.display();
                return Err(Usage(format!("{what}: reports are written as .docx, .xlsx, .html or .csv")));
            }
        };
        Ok(Self { path: path.to_owned(), form })
    }

    /// Writes the report of the stored answer under `head`.
    pub(crate) async fn write(&self, archive: &Archive, head: &Head, code: &str) -> anyhow::Result<()> {
        let id = &head.clearance;
        match self.form {
            Form::Csv => {
                let mut file = BufWriter::new(
                    File::create(&self.path).with_context(|| format!("writing {}", self.path.display()))?,
                );
                file.write_all(clearance::csv(&[]).as_bytes())?;
                let take = |text: ClearanceText| {
                    Ok(file.write_all(clearance::csv_line(&clearance::body_of(&text)?).as_bytes())?)
                };
                clearance::each_stored(archive, id, take).await?;
                file.flush()?;
                written(&self.path);
                Ok(())
            }
            Form::Workbook => {
                let rows = clearance::paper_rows(archive, id, clearance::body_of).await?;
                save(&self.path, &clearance::workbook(head, &rows)?)
            }
            Form::Paper(paper) => {
                let read = |text: &ClearanceText| StoredRow::of_text(&text.json);
                let rows = clearance::paper_rows(archive, id, read).await?;
                let blocks = document::report(head, Some(code), &rows);
                paper.write(&self.path, "党风廉政审核报告", &blocks)
            }
        }
    }
}

fn written(path: &Path) {
    output::note(&format!("written to {}", path.display()));
}

fn save(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    std::fs::write(path, bytes).with_context(|| format!("writing {}", path.display()))?;
    written(path);
    Ok(())
}
