//! The sweep as the program runs it: settings from the office's file or from the version in force, the run, and
//! the reminders that its live hits make. Commands, the server's loop and `check` all come through here.

use std::collections::BTreeSet;
use std::path::Path;

use alerts::categories::{Mode, Rule, Thresholds};
use alerts::reminders::raise;
use alerts::sweep::{Ask, Report, Settings, missed_slots, run};
use anyhow::Context as _;
use archive::{Archive, Raised, RuleVersion, RunKind, SYSTEM};
use chrono::NaiveDate;
use config::Categories;
use config::categories as shipped;
use dossier::influence::InfluenceTable;
use dossier::{Category, RecordKey};

use crate::desk::DeskOf;
use crate::{calendar, clock};

/// The file of an office that has its own.
const FILE: &str = "categories.toml";

/// The settings that count on `as_of`: of the version put into force, else of the office's file, else as shipped.
pub(crate) async fn settings(archive: &Archive, dir: &Path, as_of: NaiveDate) -> anyhow::Result<Settings> {
    let (name, text) = text_in_force(&archive.rule_versions().await?, dir, as_of)?;
    read(&name, &text)
}

/// Where the settings that count on `as_of` stand, and their text.
pub(crate) fn text_in_force(
    versions: &[RuleVersion],
    dir: &Path,
    as_of: NaiveDate,
) -> anyhow::Result<(String, String)> {
    let in_force = versions
        .iter()
        .filter(|version| version.counts_on(as_of))
        .max_by_key(|version| (version.proposed.effective_from, version.approved_at));
    match in_force {
        Some(version) => Ok((format!("rules version {}", version.id), version.proposed.body.clone())),
        None => text_of_folder(dir),
    }
}

/// The settings of the office's file, or the shipped ones.
pub(crate) fn of_folder(dir: &Path) -> anyhow::Result<Settings> {
    let (name, text) = text_of_folder(dir)?;
    read(&name, &text)
}

fn text_of_folder(dir: &Path) -> anyhow::Result<(String, String)> {
    let path = dir.join(FILE);
    if !path.exists() {
        return Ok((FILE.to_owned(), shipped::CATEGORIES_TOML.to_owned()));
    }
    let text = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    Ok((path.display().to_string(), text))
}

/// The settings that a text in the form of `categories.toml` says.
pub(crate) fn read(name: &str, text: &str) -> anyhow::Result<Settings> {
    of(&Categories::read(name, text)?)
}

fn of(categories: &Categories) -> anyhow::Result<Settings> {
    let rules = categories
        .cards()
        .iter()
        .filter_map(|card| {
            Some(Rule {
                category: Category::parse(card.slug)?,
                mode: match card.enabled {
                    shipped::Mode::Off => Mode::Off,
                    shipped::Mode::Shadow => Mode::Shadow,
                    shipped::Mode::Live => Mode::Live,
                },
                version: card.version.to_owned(),
                basis: card.basis.to_owned(),
            })
        })
        .collect();
    Ok(Settings {
        rules,
        thresholds: thresholds(categories),
        influence: InfluenceTable::default(),
        calendar: calendar::shipped().context("reading the holidays")?,
    })
}

fn thresholds(categories: &Categories) -> Thresholds {
    let concurrent = &categories.concurrent_post.thresholds;
    let undeclared = &categories.undeclared_matter.thresholds;
    let exits = &categories.exit_document.thresholds;
    let assets = &categories.asset_anomaly.thresholds;
    let tenure = &categories.overdue_tenure.thresholds;
    let departure = &categories.post_departure.thresholds;
    let sanctions = &categories.sanction_period.thresholds;
    let reports = &categories.repeated_reports.thresholds;
    Thresholds {
        concurrent_posts_max: concurrent.posts_max.get(),
        concurrent_terms_max: concurrent.terms_max.get(),
        concurrent_age_years_from: concurrent.age_years_from.get(),
        family_rank_from: categories.family_business.thresholds.rank_from.as_str().to_owned(),
        self_grace_days: categories.self_business.thresholds.grace_days.get(),
        report_due_month: undeclared.due_month.get(),
        report_due_day: undeclared.due_day.get(),
        area_tolerance_sqm: undeclared.area_tolerance_sqm.to_string(),
        report_late_days_max: undeclared.late_days_max.get(),
        trip_late_days_max: exits.late_days_max.get(),
        hand_in_days_max: exits.hand_in_days_max.get(),
        homes_from: assets.homes_from.get(),
        purchases_from: assets.purchases_from.get(),
        purchases_within_months: assets.purchases_within_months.get(),
        spending_within_months: assets.spending_within_months.get(),
        income_multiple_max: assets.income_multiple_max.get(),
        income_years: assets.income_years.get(),
        income_years_known_from: assets.income_years_known_from.get(),
        purchase_price_percent_min: assets.purchase_price_percent_min.get(),
        sale_price_percent_max: assets.sale_price_percent_max.get(),
        dealing_wan_from: assets.dealing_wan_from.get(),
        tenure_leader_months_from: tenure.leader_months_from.get(),
        tenure_key_post_months_from: tenure.key_post_months_from.get(),
        tenure_gap_months_max: tenure.gap_months_max.get(),
        tenure_warning_days: tenure.warning_days.get(),
        departure_window_months: departure.window_months.get(),
        departure_leader_window_months: departure.leader_window_months.get(),
        departure_leader_rank_from: departure.leader_rank_from.as_str().to_owned(),
        announced_within_months: sanctions.announced_within_months.get(),
        pay_changed_within_months: sanctions.pay_changed_within_months.get(),
        pay_changed_within_months_extended: sanctions.pay_changed_within_months_extended.get(),
        visit_warning_days: sanctions.warning_days.get(),
        petitions_from: reports.petitions_from.get(),
        petitions_high_from: reports.petitions_high_from.get(),
        petitions_within_months: reports.petitions_within_months.get(),
        clue_disposal_months_max: reports.clue_disposal_months_max.get(),
        inquiry_reply_working_days_max: reports.inquiry_reply_working_days_max.get(),
        inquiry_report_months_max: reports.inquiry_report_months_max.get(),
        unit_sanctions_from: reports.unit_sanctions_from.get(),
        unit_sanctions_within_months: reports.unit_sanctions_within_months.get(),
    }
}

/// Runs a sweep and, where it is kept, raises the reminders of its live hits.
pub(crate) async fn sweep(
    archive: &Archive,
    settings: &Settings,
    desk: &DeskOf,
    ask: &Ask,
) -> anyhow::Result<(Report, Option<Raised>)> {
    let report = run(archive, settings, ask, clock::now()).await?;
    let raised = raise(archive, &report, &desk.desk(), clock::now()).await?;
    Ok((report, raised))
}

/// One look of a server: answers the slots of the schedule that have come, else what has changed or fallen due
/// since the last sweep. Gives what was done, if anything was.
pub(crate) async fn look(
    archive: &Archive,
    dir: &Path,
    desk: &DeskOf,
    alerts: &config::settings::Alerts,
) -> anyhow::Result<Option<Report>> {
    let now = clock::now();
    let today = clock::day(now, alerts.timezone);
    let schedule = alerts.schedule.parse().context("reading the setting alerts.schedule")?;
    let slots = missed_slots(&schedule, archive.last_sweep_slot().await?, now, alerts.timezone);
    let settings = settings(archive, dir, today).await?;
    if !slots.is_empty() {
        let ask = Ask { kind: RunKind::Scheduled, slots, ..Ask::on_demand(today, SYSTEM) };
        return Ok(Some(sweep(archive, &settings, desk, &ask).await?.0));
    }
    let Some(last) = archive.last_sweep().await? else { return Ok(None) };
    // a change of the rules that was put into force does not wait for the morning
    let same_rules = settings.kept().0 == last.settings_hash;
    if same_rules && archive.snapshot().await?.version() == last.archive_version {
        return Ok(None);
    }
    // an import under way is waited for: half a dossier would be judged
    if archive.snapshot().await?.coverage().await?.running_imports > 0 {
        return Ok(None);
    }
    Ok(Some(sweep(archive, &settings, desk, &Ask::after_import(today, SYSTEM)).await?.0))
}

/// The categories with these slugs.
pub(crate) fn categories(slugs: &[Category]) -> Option<BTreeSet<Category>> {
    (!slugs.is_empty()).then(|| slugs.iter().copied().collect())
}

/// A key as it was typed.
pub(crate) fn key(text: &str) -> anyhow::Result<RecordKey> {
    Ok(RecordKey::new(text)?)
}
