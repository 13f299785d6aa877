//! What stands around a sweep: gaps as a work list, the ledger, rule cards, exemptions, and changes of the rules
//! (proposed by one, previewed, put into force by another).

use std::fs;
use std::path::PathBuf;

use alerts::categories::{cards, chinese_field};
use alerts::sweep::{PastDay, backtest, preview};
use anyhow::{Context as _, bail};
use archive::{NewExemption, NewRuleVersion, OPERATOR, VerdictFilter};
use chrono::{Days, NaiveDate, TimeZone as _, Utc};
use clap::Subcommand;
use dossier::Category;
use serde_json::{Value, json};

use super::super::Outcome;
use super::category;
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
    /// What other rules would add and lose on a day, per office; nothing is kept.
    Preview {
        /// A file in the form of categories.toml.
        file: PathBuf,
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
    /// All exemptions.
    Exemptions,
    /// End an exemption now.
    Lift { id: i64 },
    /// Propose other rules.
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
    /// Take a version out of force.
    Withdraw { id: i64 },
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
            Around::Preview { file, as_of } => previewed(context, &file, as_of).await,
            Around::Backtest { from, to, every } => backtested(context, from, to, every).await,
            Around::Exempt { person, category, reason, author, approver, until } => {
                let person = sweeping::key(&person)?;
                let from = context.today();
                exempt(context, NewExemption { person, category, reason, author, approver, from, until })
                    .await
            }
            Around::Exemptions => exemptions(context).await,
            Around::Lift { id } => {
                let lifted =
                    context.existing_archive().await?.lift_exemption(id, OPERATOR, clock::now()).await?;
                done(lifted, "no exemption with this number holds")
            }
            Around::Propose { file, author, note, from, to } => {
                let body = text(&file)?;
                sweeping::read(&file.display().to_string(), &body)?;
                let new = NewRuleVersion { body, note, author, effective_from: from, effective_to: to };
                let id =
                    context.existing_archive().await?.propose_rules(&new, OPERATOR, clock::now()).await?;
                output::json(&json!({ "proposal": id }))?;
                Ok(Outcome::Done)
            }
            Around::Approve { id, approver } => approve(context, id, &approver).await,
            Around::Withdraw { id } => {
                let withdrawn =
                    context.existing_archive().await?.withdraw_rules(id, OPERATOR, clock::now()).await?;
                done(withdrawn, "there is no such version")
            }
            Around::Versions => versions(context).await,
            Around::Precision => precision(context).await,
        }
    }
}

fn done(done: bool, otherwise: &str) -> anyhow::Result<Outcome> {
    if done { Ok(Outcome::Done) } else { bail!("{otherwise}") }
}

fn text(file: &std::path::Path) -> anyhow::Result<String> {
    fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))
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

async fn previewed(
    context: &Context,
    file: &std::path::Path,
    as_of: Option<NaiveDate>,
) -> anyhow::Result<Outcome> {
    let archive = context.existing_archive().await?;
    let as_of = as_of.unwrap_or_else(|| context.today());
    let in_force = sweeping::settings(&archive, &context.dir, as_of).await?;
    let proposed = sweeping::read(&file.display().to_string(), &text(file)?)?;
    let shown = preview(&archive, &in_force, &proposed, as_of, clock::now()).await?;
    for (office, difference) in shown.0 {
        output::json(&json!({
            "office": office, "new": difference.new, "lost": difference.lost, "same": difference.same,
            "new_samples": difference.new_samples, "lost_samples": difference.lost_samples,
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

async fn exempt(context: &Context, new: NewExemption) -> anyhow::Result<Outcome> {
    if new.reason.trim().is_empty() || new.author == new.approver || new.until < new.from {
        bail!(
            "an exemption needs a reason, an approver who is not its author, and an end that is still to come"
        );
    }
    let id = context.existing_archive().await?.grant_exemption(&new, OPERATOR, clock::now()).await?;
    output::json(&json!({ "exemption": id }))?;
    Ok(Outcome::Done)
}

async fn exemptions(context: &Context) -> anyhow::Result<Outcome> {
    let today = context.today();
    for exemption in context.existing_archive().await?.exemptions().await? {
        let granted = &exemption.granted;
        output::json(&json!({
            "exemption": exemption.id, "person": granted.person, "category": granted.category,
            "reason": granted.reason, "author": granted.author, "approver": granted.approver,
            "from": granted.from, "until": granted.until, "holds": exemption.holds_on(today),
        }))?;
    }
    Ok(Outcome::Done)
}

async fn approve(context: &Context, id: i64, approver: &str) -> anyhow::Result<Outcome> {
    let archive = context.existing_archive().await?;
    let versions = archive.rule_versions().await?;
    let Some(version) = versions.iter().find(|version| version.id == id) else {
        bail!("there is no proposal {id}");
    };
    if version.proposed.author == approver {
        bail!("{approver} wrote the proposal; somebody else puts it into force");
    }
    done(
        archive.approve_rules(id, approver, OPERATOR, clock::now()).await?,
        "it is in force or withdrawn already",
    )
}

async fn versions(context: &Context) -> anyhow::Result<Outcome> {
    let today = context.today();
    for version in context.existing_archive().await?.rule_versions().await? {
        output::json(&json!({
            "version": version.id, "note": version.proposed.note, "author": version.proposed.author,
            "proposed_at": version.proposed_at, "approver": version.approver, "approved_at": version.approved_at,
            "from": version.proposed.effective_from, "to": version.proposed.effective_to,
            "withdrawn_at": version.withdrawn_at, "in_force_today": version.counts_on(today),
        }))?;
    }
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
