//! `import conflicts` and `import conflict settle`: what cannot all be true of a person, and what a person
//! decides about it.

use archive::Conflict;
use clap::Subcommand;

use super::{Outcome, Usage};
use crate::clock;
use crate::context::{Context, catch_up};
use crate::output;

/// Conflicts read at one time.
const PAGE: u32 = 500;

#[derive(Subcommand)]
pub(crate) enum ConflictCommand {
    /// Decide conflict ID: what is kept holds for later imports of the same facts too.
    Settle {
        /// Number from `import conflicts`.
        id: i64,
        /// The side that is right: a source, or the id of a person; `all`: both stay as they are.
        #[arg(long, value_name = "SIDE")]
        keep: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
}

impl ConflictCommand {
    pub(crate) async fn run(self, context: &Context) -> anyhow::Result<Outcome> {
        let ConflictCommand::Settle { id, keep, reason } = self;
        if reason.trim().is_empty() {
            return Err(Usage("say why with --reason: it stands beside the decision".to_owned()).into());
        }
        let archive = context.existing_archive().await?;
        let changed =
            archive.settle_conflict(id, &keep, reason.trim(), archive::OPERATOR, clock::now()).await?;
        catch_up(&archive, &context.index()?).await?;
        output::note(&format!("conflict {id} is settled; records changed by it: {changed}"));
        Ok(Outcome::Done)
    }
}

/// Lists the conflicts.
pub(crate) async fn list(context: &Context, all: bool, json: bool) -> anyhow::Result<Outcome> {
    let archive = context.existing_archive().await?;
    let mut offset = 0;
    loop {
        let page = archive.conflicts(all, offset, PAGE).await?;
        if page.is_empty() {
            return Ok(Outcome::Done);
        }
        offset += page.len() as u64;
        for conflict in &page {
            if json {
                output::json(&as_json(conflict))?;
            } else {
                say(conflict)?;
            }
        }
    }
}

fn as_json(conflict: &Conflict) -> serde_json::Value {
    let persons: Vec<&str> = conflict.persons.iter().map(dossier::RecordKey::as_str).collect();
    let sides: Vec<_> = conflict
        .sides
        .iter()
        .map(|side| serde_json::json!({ "keep": side.keep, "says": side.says }))
        .collect();
    serde_json::json!({
        "id": conflict.id, "kind": conflict.kind.word(), "state": conflict.state.word(), "persons": persons,
        "sides": sides, "import": conflict.import, "found": conflict.found_at.to_rfc3339(),
        "settled_by": conflict.settled_by, "kept": conflict.kept, "reason": conflict.reason,
    })
}

fn say(conflict: &Conflict) -> std::io::Result<()> {
    let persons: Vec<&str> = conflict.persons.iter().map(dossier::RecordKey::as_str).collect();
    let (kind, state) = (conflict.kind.word(), conflict.state.word());
    output::line(&format!("{}\t{kind}\t{}\t{state}", conflict.id, persons.join(" ")))?;
    for side in &conflict.sides {
        let says: Vec<String> = side.says.iter().map(|(header, value)| format!("{header} {value}")).collect();
        output::line(&format!("\t--keep {}\t{}", side.keep, says.join(", ")))?;
    }
    if let (Some(kept), Some(by), Some(reason)) = (&conflict.kept, &conflict.settled_by, &conflict.reason) {
        output::line(&format!("\tkept {kept}, decided by {by}: {reason}"))?;
    }
    Ok(())
}
