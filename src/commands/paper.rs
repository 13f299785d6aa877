//! Papers as files, by their ending: `.docx` and `.html` for what is read, `.xlsx` and `.csv` for what is
//! worked on.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use archive::Archive;
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
        let rows = clearance::stored_bodies(archive, &head.clearance).await?;
        match self.form {
            Form::Csv => save(&self.path, clearance::csv(&rows).as_bytes()),
            Form::Workbook => save(&self.path, &clearance::workbook(head, &rows)?),
            Form::Paper(paper) => {
                let rows = rows.iter().map(StoredRow::read).collect::<Result<Vec<_>, _>>()?;
                let blocks = document::report(head, Some(code), &rows);
                paper.write(&self.path, "党风廉政审核报告", &blocks)
            }
        }
    }
}

fn save(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    std::fs::write(path, bytes).with_context(|| format!("writing {}", path.display()))?;
    output::note(&format!("written to {}", path.display()));
    Ok(())
}
