//! `audit …`: is the chain of audit rows unbroken, and what lies outside of the folder to hold it.

use std::path::PathBuf;

use archive::{ArchiveError, verify_audit_file};
use clap::{Args, Subcommand};

use super::Outcome;
use crate::context::Context;
use crate::{clock, output};

#[derive(Subcommand)]
pub(crate) enum Audit {
    /// Recompute the hash chain; exit 1 names the first row that does not fit.
    Verify(Verify),
    /// Write the head of the chain into a folder outside of the data folder, once a day.
    Head {
        /// The folder (default: `security.audit_heads`).
        folder: Option<PathBuf>,
    },
}

#[derive(Args)]
pub(crate) struct Verify {
    /// A database file, for instance a copy on another machine; no key is needed. Default: the data folder's.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// The folder with the heads that were written each day (default: `security.audit_heads`, if it is there).
    #[arg(long, value_name = "DIR")]
    heads: Option<PathBuf>,
}

impl Audit {
    pub(crate) async fn run(self, context: &Context) -> anyhow::Result<Outcome> {
        match self {
            Audit::Verify(verify) => verify.run(context).await,
            Audit::Head { folder } => {
                let Some(folder) = folder.or_else(|| context.settings.security.audit_heads.clone()) else {
                    return Err(super::Usage("name a folder, or set security.audit_heads".to_owned()).into());
                };
                let archive = context.existing_archive().await?;
                match archive.write_audit_head(&folder, clock::now()).await? {
                    Some(path) => output::note(&format!("written to {}", path.display())),
                    None => output::note("today's head is there already"),
                }
                Ok(Outcome::Done)
            }
        }
    }
}

impl Verify {
    async fn run(self, context: &Context) -> anyhow::Result<Outcome> {
        let file = self.file.unwrap_or_else(|| context.dir.join("archive.db"));
        let heads = self
            .heads
            .or_else(|| context.settings.security.audit_heads.clone().filter(|folder| folder.is_dir()));
        match verify_audit_file(&file, heads.as_deref()).await {
            Ok(sound) => {
                let outside = match heads {
                    Some(_) => format!(", {} heads from outside fit it", sound.heads),
                    None => String::new(),
                };
                output::line(&format!("{} audit rows, the chain is unbroken{outside}", sound.entries))?;
                Ok(Outcome::Done)
            }
            Err(error @ ArchiveError::AuditBroken { .. }) => {
                output::line(&error.to_string())?;
                Ok(Outcome::NotRight)
            }
            Err(other) => Err(other.into()),
        }
    }
}
