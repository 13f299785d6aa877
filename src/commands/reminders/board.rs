//! `reminders board`: the figures of the board, as JSON, CSV, or a workbook.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Context as _;
use archive::{Archive, ReminderFilter};
use clap::Args;
use dossier::{Category, Kind};

use crate::commands::Outcome;
use crate::desk::DeskOf;
use crate::{clock, output};

#[derive(Args)]
pub(super) struct BoardOf {
    /// Write a workbook (XLSX) with the figures and what each was counted from.
    #[arg(long, value_name = "FILE")]
    xlsx: Option<PathBuf>,
}

impl BoardOf {
    pub(super) async fn run(&self, archive: &Archive, desk: &DeskOf, json: bool) -> anyhow::Result<Outcome> {
        let figures = archive.reminder_figures(&ReminderFilter::default()).await?;
        let terms = desk.terms();
        let board = alerts::board::board(&figures, desk.calendar(), &|at| terms.day(at), clock::now());
        if json {
            output::json(&serde_json::to_value(&board)?)?;
            return Ok(Outcome::Done);
        }
        let names = names(archive).await?;
        let name = |key: &str| names.get(key).cloned().unwrap_or_else(|| key.to_owned());
        if let Some(path) = &self.xlsx {
            std::fs::write(path, board.xlsx(&name)?)
                .with_context(|| format!("writing {}", path.display()))?;
            output::note(&format!("written to {}", path.display()));
        } else {
            output::line(board.csv(&name).trim_end())?;
        }
        Ok(Outcome::Done)
    }
}

/// What offices and categories are called.
async fn names(archive: &Archive) -> anyhow::Result<BTreeMap<String, String>> {
    let mut names: BTreeMap<String, String> =
        Category::ALL.iter().map(|one| (one.slug().to_owned(), one.title().to_owned())).collect();
    let snapshot = archive.snapshot().await?;
    for office in snapshot.page(Kind::Office, None, u32::MAX).await? {
        let key = office.record.key.as_str().to_owned();
        names.insert(key.clone(), office.fields.text("name").unwrap_or(&key).to_owned());
    }
    Ok(names)
}
