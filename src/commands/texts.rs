//! `texts`: files that could not be read, and how a person settles them.

use std::path::PathBuf;

use clap::Subcommand;

use super::{Outcome, Usage};
use crate::clock;
use crate::context::{Context, catch_up, extractor};
use crate::output;

#[derive(Subcommand)]
pub(crate) enum Texts {
    /// List the files that could not be read.
    Failed {
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Try to read them again.
    Retry,
    /// Take the text of FILE as what file ID says.
    Transcribe {
        /// Number from `texts failed`.
        id: i64,
        /// A text file.
        file: PathBuf,
    },
    /// Declare that file ID need not be searched.
    Withdraw {
        /// Number from `texts failed`.
        id: i64,
        /// Why.
        #[arg(long)]
        reason: String,
    },
}

const ACTOR: &str = "operator";

impl Texts {
    pub(crate) async fn run(self, context: &Context) -> anyhow::Result<Outcome> {
        let archive = context.existing_archive().await?;
        match self {
            Texts::Failed { json } => {
                for file in archive.failed_files().await? {
                    if json {
                        output::json(&serde_json::json!({
                            "id": file.id, "name": file.name, "source": file.source, "code": file.error_code,
                            "reason": file.reason, "since": file.recorded_at.to_rfc3339(),
                        }))?;
                    } else {
                        output::line(&format!("{}\t{}\t{}", file.id, file.name, file.reason))?;
                    }
                }
                return Ok(Outcome::Done);
            }
            Texts::Retry => {
                let retried =
                    intake::retry(&archive, &extractor(Some(context.dir.clone()), true)?, ACTOR, &clock::now)
                        .await?;
                let mut failed = 0;
                for one in &retried {
                    match &one.outcome {
                        Ok(key) => {
                            output::line(&format!("{}\t{}\tread as text {key}", one.file.id, one.file.name))?;
                        }
                        Err(error) => {
                            failed += 1;
                            output::line(&format!("{}\t{}\t{error}", one.file.id, one.file.name))?;
                        }
                    }
                }
                output::note(&format!("{} read, {failed} still not", retried.len() - failed));
                catch_up(&archive, &context.index()?).await?;
                return Ok(if failed == 0 { Outcome::Done } else { Outcome::SomeRejected });
            }
            Texts::Transcribe { id, file } => {
                let key = intake::transcribe(
                    &archive,
                    id,
                    &file,
                    &extractor(Some(context.dir.clone()), true)?,
                    ACTOR,
                    clock::now(),
                )
                .await?;
                output::note(&format!("file {id} is settled as text {key}"));
            }
            Texts::Withdraw { id, reason } => {
                if reason.trim().is_empty() {
                    return Err(Usage(
                        "say why with --reason: the reason stands in the coverage's record".to_owned(),
                    )
                    .into());
                }
                archive.settle_withdrawn(id, &reason, ACTOR, clock::now()).await?;
                output::note(&format!("file {id} is withdrawn"));
            }
        }
        catch_up(&archive, &context.index()?).await?;
        Ok(Outcome::Done)
    }
}
