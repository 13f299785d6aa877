//! `sweep`: all dossiers against the twelve categories of risk, now or on another day. Around it: the work list of
//! gaps, exemptions, versions of the rules, previews and backtests.

mod around;
mod exempt;
mod rules;

use std::io::Write as _;

use alerts::sweep::{Ask, Report};
use alerts::{Outcome as Says, Verdict};
use archive::{OPERATOR, Raised};
use chrono::NaiveDate;
use clap::Args;
use dossier::Category;
use serde_json::{Value, json};

use super::Outcome;
use crate::context::Context;
use crate::desk::DeskOf;
use crate::{clock, output, sweeping};

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Sweep {
    /// The day asked (default: today).
    #[arg(long, value_name = "D")]
    as_of: Option<NaiveDate>,
    /// Only this category; may be given several times.
    #[arg(long, value_name = "SLUG", value_parser = category)]
    category: Vec<Category>,
    /// Keep nothing, and raise no reminder.
    #[arg(long)]
    dry_run: bool,
    /// JSON Lines on stdout: one verdict a line, the summary last.
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    around: Option<around::Around>,
}

/// A category by its slug; the known ones are named otherwise.
fn category(slug: &str) -> Result<Category, String> {
    Category::parse(slug).ok_or_else(|| {
        let known: Vec<&str> = Category::ALL.into_iter().map(Category::slug).collect();
        format!("no category; known are {}", known.join(" "))
    })
}

impl Sweep {
    pub(crate) async fn run(self, context: &Context) -> anyhow::Result<Outcome> {
        if let Some(around) = self.around {
            return around.run(context).await;
        }
        let archive = context.existing_archive().await?;
        let as_of = self.as_of.unwrap_or_else(|| context.today());
        let settings = sweeping::settings(&archive, &context.dir, as_of).await?;
        let desk = DeskOf::of(&context.settings, &context.dir, &archive).await?;
        let only = sweeping::categories(&self.category);
        let ask = Ask { only, store: !self.dry_run, ..Ask::on_demand(as_of, OPERATOR) };
        let began = clock::now();
        let (report, raised) = sweeping::sweep(&archive, &settings, &desk, &ask).await?;
        let elapsed_ms = (clock::now() - began).num_milliseconds();
        let summary = summary(&report, raised.as_ref(), elapsed_ms);
        if self.json {
            let mut out = output::answer();
            for verdict in &report.verdicts {
                writeln!(out, "{}", line(verdict, raised.as_ref()))?;
            }
            writeln!(out, "{}", json!({ "summary": summary }))?;
            out.flush()?;
        } else {
            table(&report, &summary)?;
        }
        Ok(Outcome::Done)
    }
}

/// One verdict as contract §3.2 has it.
fn line(verdict: &Verdict, raised: Option<&Raised>) -> Value {
    let evidence: Vec<String> = verdict.evidence.iter().map(ToString::to_string).collect();
    let reminder = raised.and_then(|raised| raised.reminders.get(&verdict.fingerprint));
    json!({
        "verdict": verdict.outcome.slug(), "category": verdict.category.slug(), "clause": verdict.clause,
        "severity": verdict.severity.slug(), "person": verdict.person, "unit": verdict.unit,
        "office": verdict.office, "evidence": evidence, "since": verdict.since, "until": verdict.until,
        "fingerprint": verdict.fingerprint, "rule_version": verdict.rule_version, "missing": verdict.missing,
        "reminder": reminder,
    })
}

fn summary(report: &Report, raised: Option<&Raised>, elapsed_ms: i64) -> Value {
    let mut summary = report.summary();
    if let Value::Object(fields) = &mut summary {
        fields.insert("new_reminders".to_owned(), json!(raised.map_or(0, |raised| raised.new)));
        fields.insert("held".to_owned(), json!(raised.map_or(0, |raised| raised.held)));
        fields.insert("elapsed_ms".to_owned(), json!(elapsed_ms));
    }
    summary
}

fn table(report: &Report, summary: &Value) -> std::io::Result<()> {
    let mut out = output::answer();
    for verdict in report.verdicts.iter().filter(|verdict| verdict.outcome != Says::DataGap) {
        let subject = verdict.subject().map(|subject| subject.to_string()).unwrap_or_default();
        let office = verdict.office.as_ref().map_or("-", |office| office.as_str());
        writeln!(
            out,
            "{}\t{}\t{}\t{} {}\t{}",
            verdict.outcome.title(),
            verdict.severity.title(),
            subject,
            verdict.category.slug(),
            verdict.clause,
            verdict.explain
        )?;
        let evidence: Vec<String> = verdict.evidence.iter().map(ToString::to_string).collect();
        writeln!(out, "\t\toffice {office}\t{}", evidence.join(" "))?;
    }
    out.flush()?;
    output::note(&format!(
        "{}: {} persons, {} units: {} hits, {} near, {} gaps (`sweep gaps` lists them), {} exempt; \
         {} new reminders, {} held; {} ms",
        report.as_of,
        report.persons,
        report.units,
        summary["hits"],
        summary["near"],
        summary["data_gaps"],
        summary["exempt"],
        summary["new_reminders"],
        summary["held"],
        summary["elapsed_ms"],
    ));
    for (id, until) in &report.exemptions_ending {
        output::note(&format!("exemption {id} ends on {until}"));
    }
    if report.unreadable > 0 {
        output::note(&format!("{} records could not be read; `check` names them", report.unreadable));
    }
    Ok(())
}
