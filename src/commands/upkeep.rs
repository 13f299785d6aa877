//! `upkeep duties`: what upkeep each office owes; `upkeep remind`: what is overdue and was not told yet becomes a
//! reminder and a mail to its office, as a server does by itself.

use alerts::upkeep::{Ledger, Reminding, owed_by_office};
use clap::{Args, Subcommand};
use serde_json::json;

use super::Outcome;
use crate::context::Context;
use crate::desk::DeskOf;
use crate::{clock, output};

#[derive(Args)]
pub(crate) struct Upkeep {
    #[command(subcommand)]
    command: UpkeepCommand,
}

#[derive(Subcommand)]
enum UpkeepCommand {
    /// Office by office: late deliveries, events of which what has to follow is missing, dossiers that lack something.
    Duties {
        /// Of this office only.
        #[arg(long, value_name = "OFFICE")]
        office: Option<String>,
        /// One JSON object an office.
        #[arg(long)]
        json: bool,
    },
    /// Remind offices of what is overdue and was not told yet; close what has come.
    Remind {
        /// One JSON object.
        #[arg(long)]
        json: bool,
    },
}

impl Upkeep {
    pub(crate) async fn run(self, context: &Context) -> anyhow::Result<Outcome> {
        match self.command {
            UpkeepCommand::Duties { office, json } => duties(context, office.as_deref(), json).await,
            UpkeepCommand::Remind { json } => remind(context, json).await,
        }
    }
}

async fn duties(context: &Context, only: Option<&str>, json: bool) -> anyhow::Result<Outcome> {
    let archive = context.existing_archive().await?;
    let desk = DeskOf::of(&context.settings, &context.dir, &archive).await?;
    let terms = desk.terms();
    let ledger = Ledger::at(&archive, &terms, None, clock::now()).await?;
    for (office, (late, owing)) in owed_by_office(&archive, &ledger, &terms).await? {
        let office = office.as_ref().map(ToString::to_string);
        if only.is_some() && only != office.as_deref() {
            continue;
        }
        let called = office.as_deref().unwrap_or("-");
        if json {
            let deliveries: Vec<_> = late
                .iter()
                .map(|(one, due)| json!({ "source": one.source, "table": one.kind, "due": due }))
                .collect();
            let overdue: Vec<_> = owing
                .overdue
                .iter()
                .map(|(person, one)| {
                    json!({
                        "what": one.what, "person": person, "record": one.of.to_string(),
                        "happened": one.happened, "due": one.due,
                    })
                })
                .collect();
            output::json(&json!({
                "office": office, "deliveries": deliveries, "overdue": overdue, "filed": owing.filed,
                "dossiers": owing.kept, "lacking": owing.lacking,
            }))?;
            continue;
        }
        let (in_time, filed_late) =
            owing.filed.values().fold((0, 0), |sum, one| (sum.0 + one.in_time, sum.1 + one.late));
        output::line(&format!(
            "{called}\t{} late deliveries\t{} overdue\t{} of {} dossiers lack something\tof 12 months: {in_time} \
             events on file in time, {filed_late} late",
            late.len(),
            owing.overdue.len(),
            owing.lacking,
            owing.kept
        ))?;
        for (one, due) in &late {
            output::line(&format!("\t{}\t{}\tdue {due}", one.source, one.kind))?;
        }
        for (person, one) in &owing.overdue {
            output::line(&format!("\t{}\t{person}\t{}\tdue {}", one.what, one.of, one.due))?;
        }
    }
    Ok(Outcome::Done)
}

async fn remind(context: &Context, json: bool) -> anyhow::Result<Outcome> {
    let archive = context.existing_archive().await?;
    let desk = DeskOf::of(&context.settings, &context.dir, &archive).await?;
    let told = Reminding::default().look(&archive, &desk.desk(), clock::now()).await?;
    if json {
        output::json(&serde_json::to_value(told)?)?;
    } else {
        output::line(&format!(
            "{} offices reminded of {} duties; {} done, {} owed again",
            told.offices, told.new, told.done, told.again
        ))?;
    }
    archive.close().await;
    Ok(Outcome::Done)
}
