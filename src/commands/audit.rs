//! `audit verify`: is the chain of audit rows unbroken?

use clap::Subcommand;

use super::Outcome;
use crate::context::Context;
use crate::output;

#[derive(Subcommand)]
pub(crate) enum Audit {
    /// Recompute the hash chain; exit 1 names the first row that does not fit.
    Verify,
}

impl Audit {
    pub(crate) async fn run(self, context: &Context) -> anyhow::Result<Outcome> {
        let Audit::Verify = self;
        let archive = context.existing_archive().await?;
        match archive.verify_audit().await {
            Ok(rows) => {
                output::line(&format!("{rows} audit rows, the chain is unbroken"))?;
                Ok(Outcome::Done)
            }
            Err(error) => {
                output::line(&error.to_string())?;
                Ok(Outcome::NotRight)
            }
        }
    }
}
