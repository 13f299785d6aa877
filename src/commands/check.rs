//! `check`: archive whole, index whole, both agree. Everything that is not right is named on stdout.

use alerts::sweep::receipt::{self, Checked};
use archive::Archive;
use clap::Args;
use indexer::{Depth, Finding, Index};

use super::Outcome;
use crate::context::{Context, catch_up};
use crate::output::{self, Counter};

#[derive(Args)]
pub(crate) struct Check {
    /// One JSON object on stdout.
    #[arg(long)]
    json: bool,
    /// Compare the index with the archive by versions and contents only: without reading every text again, which is
    /// most of the time it takes.
    #[arg(long)]
    no_readings: bool,
    /// Derive every open hit of the categories again from its receipt, and nothing else.
    #[arg(long)]
    receipts: bool,
}

impl Check {
    pub(crate) async fn run(self, context: &Context) -> anyhow::Result<Outcome> {
        let archive = context.existing_archive().await?;
        if self.receipts {
            return receipts(&archive, self.json).await;
        }
        let mut found = Vec::new();
        let mut counter = Counter::new();
        let mut progress = |checked: u64| counter.show(&format!("{checked} records checked"));
        for damage in archive.verify_records(&mut progress).await? {
            found.push(format!("{}: {}", damage.record, damage.what.describe()));
        }
        drop(counter);
        for id in archive.verify_attachments().await? {
            found.push(format!("attachment {id}: its content is not what was attached"));
        }
        if let Err(error) = archive.verify_audit().await {
            found.push(error.to_string());
        }
        found.extend(archive.verify_reminders().await?);
        found.extend(index_findings(context, &archive, self.no_readings).await?);
        if self.json {
            output::json(&serde_json::json!({ "sound": found.is_empty(), "found": found }))?;
        } else {
            for what in &found {
                output::line(what)?;
            }
            output::note(if found.is_empty() {
                "archive and index are whole and agree"
            } else {
                "not everything is right"
            });
        }
        Ok(if found.is_empty() { Outcome::Done } else { Outcome::NotRight })
    }
}

/// What came out of the receipts of hits.
async fn receipts(archive: &Archive, as_json: bool) -> anyhow::Result<Outcome> {
    let checked = receipt::check(archive).await?;
    let other: Vec<String> = checked
        .other
        .iter()
        .map(|(hit, what)| match what {
            Checked::NeedsEngine(engine) => format!("{hit}: its receipt needs the rules of version {engine}"),
            Checked::Differs(why) => format!("{hit}: {why}"),
            Checked::Agrees => hit.clone(),
        })
        .collect();
    if as_json {
        output::json(&serde_json::json!({ "agree": checked.agree, "differ": other }))?;
    } else {
        for what in &other {
            output::line(what)?;
        }
        output::note(&format!(
            "{} hits came out of their receipts again, {} did not",
            checked.agree,
            other.len()
        ));
    }
    Ok(if other.is_empty() { Outcome::Done } else { Outcome::NotRight })
}

/// What is not right with the index. It is compared with the archive only where its files are whole.
async fn index_findings(
    context: &Context,
    archive: &Archive,
    no_readings: bool,
) -> anyhow::Result<Vec<String>> {
    let damaged = |file: String| Finding::DamagedFile(file).to_string();
    match indexer::damaged_files(&context.index_dir()) {
        Ok(files) if files.is_empty() => {}
        Ok(files) => return Ok(files.into_iter().map(damaged).collect()),
        Err(error) => return Ok(vec![error.to_string()]),
    }
    let index = match Index::open(&context.index_dir()) {
        Ok(index) => index,
        Err(error) => return Ok(vec![error.to_string()]),
    };
    // What is merely not indexed yet is not damage.
    if let Err(error) = catch_up(archive, &index).await {
        return Ok(vec![format!("{error:#}")]);
    }
    let snapshot = archive.snapshot().await?;
    let depth = if no_readings { Depth::Versions } else { Depth::Readings };
    Ok(match indexer::check(archive, &index, &snapshot, depth).await {
        Ok(findings) => findings.iter().map(ToString::to_string).collect(),
        Err(error) => vec![error.to_string()],
    })
}
