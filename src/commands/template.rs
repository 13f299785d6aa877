//! `template FILE.xlsx`: the empty workbook that offices fill in.

use std::path::PathBuf;

use clap::Args;

use super::Outcome;
use crate::output;

#[derive(Args)]
pub(crate) struct Template {
    /// Where to write it.
    file: PathBuf,
}

impl Template {
    pub(crate) fn run(self) -> anyhow::Result<Outcome> {
        intake::write_template(&self.file)?;
        output::note(&format!("written to {}", self.file.display()));
        Ok(Outcome::Done)
    }
}
