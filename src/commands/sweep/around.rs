//! What stands around a sweep: gaps as a work list, the ledger, rule cards, exemptions, and changes of the rules
//! (proposed by one, previewed, put into force by another).

use std::path::PathBuf;

use alerts::categories::{cards, chinese_field};
use alerts::sweep::{PastDay, backtest};
use anyhow::{Context as _, bail};
use archive::{NewExemption, NewRuleVersion, Ruling, VerdictFilter};
use chrono::{Days, NaiveDate, TimeZone as _, Utc};
use clap::Subcommand;
use dossier::Category;
use serde_json::{Value, json};

use super::super::Outcome;
use super::{category, exempt, rules};
use crate::context::Context;
use crate::{clock, output, sweeping};

#[derive(Subcommand)]
pub(super) enum Around {
    /// What is missing, for whom, which office can supply it, and which category waits for it.
    Gaps {
        /// Of this office only.
        #[arg(long)]
        office: Option<String>,
        /// Of this category only.
        #[arg(long, value_parser = category)]
        category: Option<Category>,
        /// JSON Lines on stdout.
        #[arg(long)]
        json: bool,
    },
    /// The last runs, the newest first.
    Runs,
    /// The rule cards, made from the rules and the numbers in force.
    Cards,
    /// What other rules would add and lose on a day, per office: of a file nothing is kept, of a proposal what it
    /// would do is kept with it.
    Preview {
        /// A file in the form of categories.toml.
        #[arg(required_unless_present = "proposal", conflicts_with = "proposal")]
        file: Option<PathBuf>,
        /// The number of a proposal.
        #[arg(long, value_name = "ID")]
        proposal: Option<i64>,
        #[arg(long, value_name = "D")]
        as_of: Option<NaiveDate>,
    },
    /// What the rules would have said on past days, over the archive as it was then.
    Backtest {
        #[arg(long, value_name = "D")]
        from: NaiveDate,
        #[arg(long, value_name = "D")]
        to: NaiveDate,
        /// Every so many days.
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
        every: u64,
    },
    /// Keep a category from bothering anybody with a person, for a time; it is still counted.
    Exempt {
        person: String,
        #[arg(long, value_parser = category)]
        category: Category,
        #[arg(long)]
        reason: String,
        /// Who asks for it.
        #[arg(long)]
        author: String,
        /// Who grants it: somebody else.
        #[arg(long)]
        approver: String,
        /// The last day.
        #[arg(long, value_name = "D")]
        until: NaiveDate,
    },
    /// All exemptions, and the requests that wait for a decision.
    Exemptions,
    /// End an exemption now.
    Lift { id: i64 },
    /// Propose other rules; what they would do is shown and kept with the proposal.
    Propose {
        /// A file in the form of categories.toml.
        file: PathBuf,
        #[arg(long)]
        author: String,
        #[arg(long)]
        note: String,
        /// The first day on which they count.
        #[arg(long, value_name = "D")]
        from: NaiveDate,
        /// The last one.
        #[arg(long, value_name = "D")]
        to: Option<NaiveDate>,
    },
    /// Put a proposal into force; its author cannot.
    Approve {
        id: i64,
        #[arg(long)]
        approver: String,
    },
    /// Take a proposal back, or a version out of force.
    Withdraw {
        id: i64,
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// All proposals and versions.
    Versions,
    /// How often hits proved right, by category and office, from the outcomes of closed reminders.
    Precision,
}

impl Around {
    pub(super) async fn run(self, context: &Context) -> anyhow::Result<Outcome> {
        match self {
            Around::Gaps { office, category, json } => gaps(context, office, category, json).await,
            Around::Runs => runs(context).await,
            Around::Cards => {
                let settings = match context.existing_archive().await {
                    Ok(archive) => sweeping::settings(&archive, &context.dir, context.today()).await?,
                    Err(_) => sweeping::of_folder(&context.dir)?,
                };
                output::line(cards::cards(&settings.rules, &settings.thresholds).trim_end())?;
                Ok(Outcome::Done)
            }
            Around::Preview { file: Some(file), as_of, .. } => rules::previewed(context, &file, as_of).await,
            Around::Preview { proposal, as_of, .. } => {
                rules::preview_again(context, proposal.unwrap_or_default(), as_of).await
            }
            Around::Backtest { from, to, every } => backtested(context, from, to, every).await,
            Around::Exempt { person, category, reason, author, approver, until } => {
                let person = sweeping::key(&person)?;
                let from = context.today();
                let new = NewExemption { person, category, reason, author, approver, from, until };
                exempt::grant(context, new).await
            }
            Around::Exemptions => exempt::list(context).await,
            Around::Lift { id } => exempt::lift(context, id).await,
            Around::Propose { file, author, note, from, to } => {
                let body = rules::text(&file)?;
                let new = NewRuleVersion { body, note, author, effective_from: from, effective_to: to };
                rules::propose(context, &file.display().to_string(), new).await
            }
            Around::Approve { id, approver } => rules::approve(context, id, &approver).await,
            Around::Withdraw { id, reason } => rules::withdraw(context, id, &reason).await,
            Around::Versions => rules::versions(context).await,
            Around::Precision => precision(context).await,
        }
    }
}

/// What a decision came to.
pub(super) fn ruled(ruling: Ruling) -> anyhow::Result<Outcome> {
    if ruling.is_done() { Ok(Outcome::Done) } else { bail!("{}", ruling.explain()) }
}

async fn gaps(
    context: &Context,
    office: Option<String>,
    category: Option<Category>,
    as_json: bool,
) -> anyhow::Result<Outcome> {
    let archive = context.existing_archive().await?;
    let mut filter = VerdictFilter {
        outcome: Some("data_gap".to_owned()),
        category: category.map(|category| category.slug().to_owned()),
        office: office.as_deref().map(sweeping::key).transpose()?,
        limit: 1_000,
        ..VerdictFilter::default()
    };
    loop {
        let page = archive.verdicts(&filter).await?;
        let Some(last) = page.last() else { break };
        filter.after = Some((last.subject.clone(), last.category.clone(), last.clause.clone()));
        for row in &page {
            let body: Value = serde_json::from_str(&row.body).unwrap_or_default();
            if as_json {
                output::json(&json!({
                    "subject": row.subject, "category": row.category, "clause": row.clause,
                    "severity": row.severity, "office": row.office, "missing": body["missing"],
                }))?;
            } else {
                let missing = body["missing"].as_array().into_iter().flatten().filter_map(Value::as_str);
                let fields: Vec<String> = missing.map(chinese_field).collect();
                let office = row.office.as_ref().map_or("-", |office| office.as_str());
                let (subject, what) = (&row.subject, fields.join("、"));
                output::line(&format!(
                    "{subject}\t{} {}\toffice {office}\t{what}",
                    row.category, row.clause
                ))?;
            }
        }
    }
    Ok(Outcome::Done)
}

async fn runs(context: &Context) -> anyhow::Result<Outcome> {
    for run in context.existing_archive().await?.sweep_runs(100).await? {
        output::json(&json!({
            "run": run.id, "kind": run.kind, "extent": run.extent, "state": run.state, "slot": run.slot,
            "as_of": run.as_of, "archive_version": run.archive_version, "settings": run.settings_hash,
            "engine": run.engine, "started_at": run.started_at, "finished_at": run.finished_at,
            "summary": run.summary,
        }))?;
    }
    Ok(Outcome::Done)
}

async fn backtested(
    context: &Context,
    from: NaiveDate,
    to: NaiveDate,
    every: u64,
) -> anyhow::Result<Outcome> {
    if to < from {
        return Err(super::super::Usage(format!("the range ends ({to}) before it begins ({from})")).into());
    }
    let archive = context.existing_archive().await?;
    let zone = context.settings.alerts.timezone;
    let mut days = Vec::new();
    let mut day = from;
    while day <= to {
        let next = day.checked_add_days(Days::new(1)).context("the range goes beyond the calendar")?;
        let midnight = next.and_hms_opt(0, 0, 0).context("midnight")?;
        let ended_at =
            zone.from_local_datetime(&midnight).earliest().context("midnight")?.with_timezone(&Utc);
        days.push(PastDay { day, ended_at });
        day = day.checked_add_days(Days::new(every)).context("the range goes beyond the calendar")?;
    }
    let settings = sweeping::settings(&archive, &context.dir, to).await?;
    let test = backtest(&archive, &settings, &days, clock::now()).await?;
    for day in &test.days {
        output::json(&json!({
            "day": day.day, "archive_version": day.archive_version, "hits": day.hits, "near": day.near,
            "data_gaps": day.data_gaps,
        }))?;
    }
    output::json(&json!({ "without_history": test.without_history }))?;
    Ok(Outcome::Done)
}

async fn precision(context: &Context) -> anyhow::Result<Outcome> {
    for one in context.existing_archive().await?.sweep_precision().await? {
        output::json(&json!({
            "category": one.category, "office": one.office, "judged": one.judged, "right": one.right,
        }))?;
    }
    Ok(Outcome::Done)
}
