//! `export DIR`: every table and text as it came, importable again.

use std::path::PathBuf;

use clap::Args;

use super::Outcome;
use crate::context::Context;
use crate::output;

#[derive(Args)]
pub(crate) struct Export {
    /// Folder to write into (made if it is not there).
    dir: PathBuf,
}

impl Export {
    pub(crate) async fn run(self, context: &Context) -> anyhow::Result<Outcome> {
        let archive = context.existing_archive().await?;
        intake::export(&archive, &self.dir).await?;
        output::note(&format!("written to {}", self.dir.display()));
        Ok(Outcome::Done)
    }
}
