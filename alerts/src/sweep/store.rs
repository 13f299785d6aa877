//! From what was found to the rows that the archive keeps.

use archive::{NewRun, SweepStore, SweptScope, VerdictRow};
use serde_json::json;

use super::judge::Found;
use super::receipt::Receipt;
use super::{ENGINE, Report};
use crate::verdict::Verdict;

pub(super) fn sweep(
    id: i64,
    run: NewRun,
    scope: SweptScope,
    categories: Vec<&'static str>,
    report: &Report,
    found: Found,
) -> SweepStore {
    let settings = super::Settings::read(&run.settings.1);
    let common = Receipt {
        engine: ENGINE.to_owned(),
        binary: env!("CARGO_PKG_VERSION").to_owned(),
        settings: run.settings.0.clone(),
        thresholds: settings.as_ref().map(|settings| settings.thresholds.hash()).unwrap_or_default(),
        calendar: settings.map(|settings| settings.calendar.version().to_owned()).unwrap_or_default(),
        as_of: Some(run.as_of),
        archive_version: run.archive_version,
        ..Receipt::default()
    };
    let verdicts = report
        .verdicts
        .iter()
        .zip(found.receipts)
        .map(|(verdict, receipt)| {
            let live = !report.shadow.contains(&verdict.category);
            let receipt = receipt.map(|read| Receipt {
                inputs: read.inputs,
                snapshot: read.snapshot,
                ..common.clone()
            });
            row(verdict, live, receipt.as_ref())
        })
        .collect();
    SweepStore {
        id,
        run,
        scope,
        categories,
        verdicts,
        due: found.due,
        links: found.links,
        summary: report.summary(),
    }
}

fn row(verdict: &Verdict, live: bool, receipt: Option<&Receipt>) -> VerdictRow {
    let evidence: Vec<String> = verdict.evidence.iter().map(ToString::to_string).collect();
    let body = json!({
        "evidence": evidence, "facts": verdict.facts, "missing": verdict.missing, "explain": verdict.explain,
    });
    VerdictRow {
        subject: verdict.subject().map(|subject| subject.to_string()).unwrap_or_default(),
        category: verdict.category.slug().to_owned(),
        clause: verdict.clause.to_owned(),
        outcome: verdict.outcome.slug().to_owned(),
        severity: verdict.severity.slug().to_owned(),
        mode: if live { "live" } else { "shadow" }.to_owned(),
        person: verdict.person.clone(),
        unit: verdict.unit.clone(),
        office: verdict.office.clone(),
        since: verdict.since,
        until: verdict.until,
        turns_on: verdict.turns_on,
        fingerprint: verdict.fingerprint.clone(),
        rule_version: verdict.rule_version.clone(),
        name_only: verdict.name_only,
        body: body.to_string(),
        receipt: receipt.and_then(|receipt| serde_json::to_string(receipt).ok()),
    }
}
