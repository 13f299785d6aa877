//! `changes propose|list|show|approve|reject|withdraw|reverse`: changes of dossiers. One asks, another decides:
//! each says who he is with `--as`; whoever works at the machine is `operator`.

use std::io::Read as _;
use std::path::PathBuf;

use anyhow::Context as _;
use archive::{
    Archive, ArchiveError, ChangeAsk, ChangeError, ChangeFilter, ChangeItem, DossierChange, OPERATOR,
};
use clap::{Args, Subcommand};
use dossier::RecordKey;
use dossier::change::ChangeState;
use dossier::change::diff::differences;
use serde_json::{Value, json};

use super::{Outcome, Usage};
use crate::clock;
use crate::context::{self, Context};
use crate::output;

#[derive(Args)]
pub(crate) struct Changes {
    /// Who acts: an account, or the actor of the command line.
    #[arg(long = "as", global = true, value_name = "ACTOR", default_value = OPERATOR)]
    actor: String,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Ask for the change that a JSON file describes (`-` reads it from stdin); docs/upkeep.md has its form.
    Propose {
        /// The file.
        file: PathBuf,
        /// Print the number as JSON.
        #[arg(long)]
        json: bool,
    },
    /// List changes, the newest first.
    List {
        /// Only those in this state: open, approved, rejected, withdrawn.
        #[arg(long, value_name = "STATE", value_parser = state)]
        state: Option<ChangeState>,
        /// Only those about this dossier (its 编号).
        #[arg(long, value_name = "P")]
        person: Option<String>,
        /// Only those that a later import has overtaken.
        #[arg(long)]
        overtaken: bool,
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Show a change with its steps, before and after.
    Show {
        /// Its number.
        id: i64,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Carry a change out that somebody else asked for.
    Approve {
        /// Its number.
        id: i64,
        /// What is said with it.
        #[arg(long, value_name = "TEXT", default_value = "")]
        reason: String,
    },
    /// Send a change back.
    Reject {
        /// Its number.
        id: i64,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Take a change back that one has asked for.
    Withdraw {
        /// Its number.
        id: i64,
        /// What is said with it.
        #[arg(long, value_name = "TEXT", default_value = "")]
        reason: String,
    },
    /// Ask for what a change did to be taken back.
    Reverse {
        /// Its number.
        id: i64,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// The document that it rests on.
        #[arg(long, value_name = "TEXT", default_value = "")]
        document: String,
    },
}

fn state(word: &str) -> Result<ChangeState, String> {
    ChangeState::parse(word).ok_or_else(|| "open, approved, rejected or withdrawn".to_owned())
}

impl Changes {
    pub(crate) async fn run(self, context: &Context) -> anyhow::Result<Outcome> {
        if self.actor == archive::SYSTEM {
            return Err(Usage("the program itself asks for nothing and decides nothing".to_owned()).into());
        }
        let archive = context.existing_archive().await?;
        let (by, now) = (self.actor.as_str(), clock::now());
        match self.what {
            What::Propose { file, json } => return propose(context, &archive, &file, by, json).await,
            What::List { state, person, overtaken, json } => {
                let person = person.as_deref().map(key).transpose()?;
                let filter = ChangeFilter { state, person, overtaken, ..ChangeFilter::default() };
                let snapshot = archive.snapshot().await?;
                for change in snapshot.changes(&filter).await? {
                    if json {
                        output::json(&as_json(&change, &[]))?;
                    } else {
                        output::line(&line(&change))?;
                    }
                }
            }
            What::Show { id, json } => show(&archive, id, json).await?,
            What::Approve { id, reason } => {
                let version = row_version(&archive, id).await?;
                let written = archive.approve_change(id, version, &reason, by, now).await?;
                super::papers::read(context, &archive).await?;
                context::catch_up_if_free(&archive, &context.index()?).await?;
                output::note(&format!("change {id} is carried out: {written} versions"));
            }
            What::Reject { id, reason } => {
                archive.reject_change(id, row_version(&archive, id).await?, &reason, by, now).await?;
                output::note(&format!("change {id} is sent back"));
            }
            What::Withdraw { id, reason } => {
                archive.withdraw_change(id, row_version(&archive, id).await?, &reason, by, now).await?;
                output::note(&format!("change {id} is taken back"));
            }
            What::Reverse { id, reason, document } => {
                let new = archive.reverse_change(id, &reason, &document, by, now).await?;
                output::note(&format!("change {new} asks for change {id} to be taken back"));
            }
        }
        Ok(Outcome::Done)
    }
}

fn key(text: &str) -> anyhow::Result<RecordKey> {
    Ok(RecordKey::new(text).map_err(|error| Usage(format!("{text:?}: {error}")))?)
}

async fn row_version(archive: &Archive, id: i64) -> anyhow::Result<i64> {
    let change = archive.snapshot().await?.change(id).await?;
    Ok(change.ok_or(ArchiveError::Change(ChangeError::NoSuchChange(id)))?.row_version)
}

async fn propose(
    context: &Context,
    archive: &Archive,
    file: &std::path::Path,
    by: &str,
    json: bool,
) -> anyhow::Result<Outcome> {
    let mut text = String::new();
    if file == std::path::Path::new("-") {
        std::io::stdin().read_to_string(&mut text).context("reading the change from stdin")?;
    } else {
        text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    }
    let ask: ChangeAsk =
        serde_json::from_str(&text).map_err(|error| Usage(format!("the change: {error}")))?;
    let snapshot = archive.snapshot().await?;
    let asked = snapshot.change_asked(&ask, context.today()).await;
    drop(snapshot);
    let proposed = match asked {
        Ok(new) => archive.propose_change(&new, by, clock::now()).await,
        Err(error) => Err(error),
    };
    match proposed {
        Ok(id) => {
            if json {
                output::json(&json!({ "change": id }))?;
            }
            output::note(&format!("change {id} waits for somebody else's decision"));
            Ok(Outcome::Done)
        }
        Err(ArchiveError::Change(ChangeError::Invalid(problems))) => {
            for problem in &problems {
                if json {
                    output::json(&serde_json::to_value(problem)?)?;
                }
                output::note(&format!("{}: {} ({})", problem.column, problem.message, problem.code));
            }
            Ok(Outcome::SomeRejected)
        }
        Err(error) => Err(error.into()),
    }
}

async fn show(archive: &Archive, id: i64, json: bool) -> anyhow::Result<()> {
    let snapshot = archive.snapshot().await?;
    let change = snapshot.change(id).await?.ok_or(ArchiveError::Change(ChangeError::NoSuchChange(id)))?;
    let mut steps = Vec::new();
    for item in snapshot.change_items(id).await? {
        let versions = if item.base > 0 { snapshot.versions(&item.record).await? } else { Vec::new() };
        let before = versions.into_iter().find(|one| one.stored.version == item.base && one.live);
        steps.push(step(&item, &before.map(|one| one.stored.fields).unwrap_or_default()));
    }
    if json {
        output::json(&as_json(&change, &steps))?;
        return Ok(());
    }
    output::line(&line(&change))?;
    for step in &steps {
        output::line(&format!("\t{step}"))?;
    }
    Ok(())
}

fn step(item: &ChangeItem, before: &dossier::Fields) -> Value {
    let differences = differences(item.record.kind, before, &item.fields);
    let told = differences.into_iter().map(|one| {
        let shown = |value: &Option<dossier::Value>| match value {
            Some(_) if one.sensitive => json!("*"),
            other => serde_json::to_value(other).unwrap_or(Value::Null),
        };
        (one.slug.clone(), json!({ "before": shown(&one.before), "after": shown(&one.after) }))
    });
    let told: serde_json::Map<String, Value> =
        if item.op.writes() { told.collect() } else { serde_json::Map::new() };
    json!({
        "op": item.op, "record": item.record.to_string(), "base": item.base, "written": item.written_version,
        "into": item.into, "overtaken_by": item.overtaken_by, "differences": told,
    })
}

fn line(change: &DossierChange) -> String {
    let about = change.person.as_ref().or(change.unit.as_ref()).map(RecordKey::as_str).unwrap_or_default();
    let (kind, state) = (change.kind.slug(), change.state.slug());
    let reversed = change.reversed_by.map(|by| format!("\treversed by {by}")).unwrap_or_default();
    format!(
        "{}\t{kind}\t{about}\t{state}\t{} steps\t{}{reversed}",
        change.id, change.steps, change.proposed_by
    )
}

fn as_json(change: &DossierChange, steps: &[Value]) -> Value {
    let mut told = json!({
        "change": change.id, "kind": change.kind, "state": change.state, "row_version": change.row_version,
        "person": change.person, "unit": change.unit, "effective_on": change.effective_on,
        "reason": change.reason, "document": change.document,
        "proposed_by": change.proposed_by, "proposed_at": change.proposed_at.to_rfc3339(),
        "decided_by": change.decided_by, "decided_at": change.decided_at.map(|at| at.to_rfc3339()),
        "decision": change.decision, "reverses": change.reverses, "reversed_by": change.reversed_by,
        "overtaken": change.overtaken,
    });
    if !steps.is_empty() {
        told["steps"] = json!(steps);
    }
    told
}
