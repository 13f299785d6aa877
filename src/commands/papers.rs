//! `papers`: what is attached to records, and what its text became: attach, list what gave none, read again,
//! type in, set aside, withdraw.

use std::path::PathBuf;

use anyhow::Context as _;
use archive::{Archive, AttachmentOwner, NewAttachment, PaperTextState};
use clap::{Args, Subcommand};
use dossier::{Kind, RecordKey, RecordRef};
use serde_json::json;

use super::{Outcome, Usage};
use crate::clock;
use crate::context::{Context, catch_up_if_free, extractor};
use crate::output;

#[derive(Args)]
pub(crate) struct Papers {
    #[command(subcommand)]
    what: What,
    /// Who acts.
    #[arg(long = "as", global = true, value_name = "PERSON", default_value = archive::OPERATOR)]
    actor: String,
}

#[derive(Subcommand)]
enum What {
    /// Attach a file (pdf, png, jpeg, docx, xlsx, ofd) to a record, and read it.
    Attach {
        /// `TABLE:ID`, e.g. `sanction:S01`.
        record: String,
        /// The file.
        file: PathBuf,
    },
    /// Papers that are not searched: those that wait to be read, and those that gave no text.
    List {
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Read those that wait.
    Read {
        /// Those that gave no text, too: a newer program, or one with tesseract, may read more.
        #[arg(long)]
        again: bool,
    },
    /// Take the text of FILE (UTF-8) as what paper ID says.
    Transcribe {
        /// Id from `papers list`.
        id: String,
        /// A text file.
        file: PathBuf,
    },
    /// Say that paper ID holds nothing to be searched.
    SetAside {
        /// Id from `papers list`.
        id: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Take paper ID back: it stays, marked, with the reason, and its text is searched no more.
    Withdraw {
        /// Its id.
        id: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}

impl Papers {
    pub(crate) async fn run(self, context: &Context) -> anyhow::Result<Outcome> {
        let archive = context.existing_archive().await?;
        let (by, now) = (self.actor.as_str(), clock::now());
        let outcome = match self.what {
            What::List { json } => return list(&archive, json).await,
            What::Attach { record, file } => {
                let record = record_named(&record)?;
                if archive.snapshot().await?.versions(&record).await?.is_empty() {
                    return Err(Usage(format!("there is no record {record}")).into());
                }
                let bytes = std::fs::read(&file).with_context(|| format!("reading {}", file.display()))?;
                let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let new = NewAttachment { owner: AttachmentOwner::Record(record), name, content: bytes };
                let attached = archive.attach(&new, by, now).await?;
                output::line(&attached.id)?;
                read(context, &archive).await?
            }
            What::Read { again } => {
                if again {
                    archive.read_papers_again(by, now).await?;
                }
                read(context, &archive).await?
            }
            What::Transcribe { id, file } => {
                let text =
                    std::fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
                if text.trim().is_empty() {
                    return Err(Usage("the text is empty".to_owned()).into());
                }
                match archive.transcribe_paper(&id, &text, by, now).await? {
                    Some(key) => output::note(&format!("paper {id} is text {key}")),
                    None => return Err(unknown(&id)),
                }
                Outcome::Done
            }
            What::SetAside { id, reason } => {
                if !archive.set_paper_aside(&id, &said(&reason)?, by, now).await? {
                    return Err(unknown(&id));
                }
                Outcome::Done
            }
            What::Withdraw { id, reason } => {
                archive.withdraw_attachment(&id, &said(&reason)?, by, now).await?;
                Outcome::Done
            }
        };
        catch_up_if_free(&archive, &context.index()?).await?;
        Ok(outcome)
    }
}

fn unknown(id: &str) -> anyhow::Error {
    Usage(format!("{id}: no paper without text has this id; see `papers list`")).into()
}

fn said(reason: &str) -> Result<String, Usage> {
    match reason.trim() {
        "" => Err(Usage("say why with --reason".to_owned())),
        reason => Ok(reason.to_owned()),
    }
}

fn record_named(text: &str) -> Result<RecordRef, Usage> {
    let wrong = || Usage(format!("{text:?}: write TABLE:ID, e.g. sanction:S01"));
    let (kind, key) = text.split_once(':').ok_or_else(wrong)?;
    let key = RecordKey::new(key).map_err(|error| Usage(error.to_string()))?;
    Ok(RecordRef::new(Kind::parse(kind).ok_or_else(wrong)?, key))
}

async fn list(archive: &Archive, json: bool) -> anyhow::Result<Outcome> {
    for paper in archive.snapshot().await?.unread_papers().await? {
        let records: Vec<String> = paper.records.iter().map(ToString::to_string).collect();
        let one = &paper.attachment;
        if json {
            output::json(&json!({
                "id": one.id, "records": records, "type": one.file_type, "state": paper.state,
                "code": paper.error_code, "since": one.added_at.to_rfc3339(),
            }))?;
        } else {
            let code = if paper.state == PaperTextState::Waiting { "waiting" } else { &paper.error_code };
            output::line(&format!("{}\t{}\t{code}", one.id, records.join(" ")))?;
        }
    }
    Ok(Outcome::Done)
}

/// Reads what waits, and says how it went.
pub(super) async fn read(context: &Context, archive: &Archive) -> anyhow::Result<Outcome> {
    let readers = extractor(Some(context.dir.clone()), true)?;
    let papers = intake::read_papers(archive, &readers, archive::SYSTEM, &clock::now).await?;
    if papers.read + papers.unread > 0 {
        output::note(&format!("papers: {} read, {} without text", papers.read, papers.unread));
    }
    Ok(if papers.unread > 0 { Outcome::SomeRejected } else { Outcome::Done })
}
