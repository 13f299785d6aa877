//! `scorecard DIR`: how well names are found in a labelled corpus, measured through the whole program:
//! imported, indexed, cleared, in a folder of its own that is removed again.
//!
//! The corpus: `docs.jsonl` (a line a text: `id`, `text`, `persons: [{name, start, end}]` in code points),
//! `qrels.tsv` (`name`, `doc_id`, `relevant | not_relevant | unjudged`, with a header line), and, in the folder
//! or beside it, `surnames.tsv` (a header line; the surname first).

mod corpus;
mod page;
mod run;
mod tally;
mod treatment;

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;

use super::Outcome;
use crate::output;
use corpus::Corpus;
use tally::Scorecard;

#[derive(Args)]
pub(crate) struct ScorecardOf {
    /// Folder of the corpus.
    dir: PathBuf,
    /// Write the tables to this file (Markdown).
    #[arg(long, value_name = "FILE")]
    page: Option<PathBuf>,
    /// Write to this file which pairs of full Chinese names are taken wrongly, and why: of the part of the corpus that
    /// the rules were written by, never of the quarter kept aside.
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,
    /// One JSON object on stdout.
    #[arg(long)]
    json: bool,
}

/// Recall below this is a fault: exit 1.
const RECALL_MIN: f64 = 100.0;

impl ScorecardOf {
    pub(crate) async fn run(self) -> anyhow::Result<Outcome> {
        let corpus = Corpus::read(&self.dir)
            .with_context(|| format!("reading the corpus in {}", self.dir.display()))?;
        let found = run::answer(&corpus).await?;
        let card = Scorecard::of(&corpus, &found);
        if let Some(path) = &self.page {
            std::fs::write(path, page::markdown(&card))
                .with_context(|| format!("writing {}", path.display()))?;
        }
        if let Some(path) = &self.faults {
            std::fs::write(path, tally::faults(&corpus, &found).join("\n") + "\n")
                .with_context(|| format!("writing {}", path.display()))?;
        }
        if self.json {
            output::json(&serde_json::to_value(&card)?)?;
        } else {
            output::line(page::markdown(&card).trim_end())?;
        }
        let whole = card.classes.iter().all(|class| class.recall >= RECALL_MIN);
        Ok(if whole { Outcome::Done } else { Outcome::NotRight })
    }
}
