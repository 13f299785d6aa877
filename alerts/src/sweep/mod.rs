//! The sweep: all dossiers, or those that can have changed, judged by the twelve rules on one day; what is
//! found is compared with what stood, kept with its receipt, and handed to whoever makes reminders of it.
//!
//! What it is not: no rule (`categories`), no SQL (`archive`), no clock, no mail.

mod backtest;
mod judge;
mod pages;
mod plan;
mod preview;
pub mod receipt;
mod settings;
mod slots;
mod store;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use archive::{Archive, ArchiveError, NewRun, RunExtent, RunKind, StoredSweep, SweptScope};
use chrono::{DateTime, NaiveDate, Utc};
use dossier::{Category, RecordKey};
use serde_json::{Value, json};

pub use backtest::{Backtest, DayCounts, PastDay, backtest};
pub use preview::{Difference, Preview, Sample, preview};
pub use settings::Settings;
pub use slots::missed_slots;

use crate::categories::Mode;
use crate::verdict::{Outcome, Verdict};
use judge::Found;
use plan::Plan;

/// The version of the rules' code: it changes when a rule can answer otherwise for the same dossier and numbers.
pub const ENGINE: &str = "2026.2";

/// How many days before its end an exemption is warned about.
pub const EXEMPTION_WARNING_DAYS: u64 = 7;

/// What to do.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The day asked.
    pub as_of: NaiveDate,
    /// What makes it run.
    pub kind: RunKind,
    /// The slots of the schedule that it answers, the latest last.
    pub slots: Vec<DateTime<Utc>>,
    /// Only these categories.
    pub only: Option<BTreeSet<Category>>,
    /// Whether every dossier is looked at, also where fewer would do.
    pub full: bool,
    /// Whether it is kept.
    pub store: bool,
    /// Who asks.
    pub actor: String,
}

impl Ask {
    /// Every dossier, kept, on demand.
    pub fn on_demand(as_of: NaiveDate, actor: &str) -> Self {
        Self {
            as_of,
            kind: RunKind::OnDemand,
            slots: Vec::new(),
            only: None,
            full: true,
            store: true,
            actor: actor.to_owned(),
        }
    }

    /// What has changed, after an import, kept.
    pub fn after_import(as_of: NaiveDate, actor: &str) -> Self {
        Self { kind: RunKind::AfterImport, full: false, ..Self::on_demand(as_of, actor) }
    }
}

/// Why there was no sweep.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// The archive cannot be read or written.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// A thread that judged has died.
    #[error("judging was cut short: {0}")]
    Judging(String),
}

/// What a sweep has found.
#[derive(Debug)]
pub struct Report {
    /// Its number in the ledger; `None` where nothing was kept.
    pub run: Option<i64>,
    /// The day asked.
    pub as_of: NaiveDate,
    /// What was looked at.
    pub extent: RunExtent,
    /// Everything found, in the stable order: persons, then units.
    pub verdicts: Vec<Verdict>,
    /// Dossiers judged.
    pub persons: usize,
    /// Units judged.
    pub units: usize,
    /// Persons by office, of those judged.
    pub population: BTreeMap<RecordKey, usize>,
    /// Subjects judged, where not all were.
    pub subjects: Option<BTreeSet<String>>,
    /// Positions of hits that are exempt.
    pub exempt: BTreeSet<usize>,
    /// Exemptions that end soon: number and last day.
    pub exemptions_ending: Vec<(i64, NaiveDate)>,
    /// Categories that compute and are silent.
    pub shadow: BTreeSet<Category>,
    /// Records whose stored content could not be read.
    pub unreadable: usize,
    /// What the comparison with what stood gave.
    pub stored: Option<StoredSweep>,
    /// Its slot was answered already by another run: nothing was done.
    pub answered_already: bool,
}

impl Report {
    /// The hits that make reminders: live, and not exempt.
    pub fn to_raise(&self) -> Vec<Verdict> {
        self.verdicts
            .iter()
            .enumerate()
            .filter(|(at, verdict)| {
                verdict.outcome == Outcome::Hit
                    && !self.exempt.contains(at)
                    && !self.shadow.contains(&verdict.category)
            })
            .map(|(_, verdict)| verdict.clone())
            .collect()
    }

    /// How many verdicts of this outcome there are.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.verdicts.iter().filter(|verdict| verdict.outcome == outcome).count()
    }

    /// Its counts, as the ledger keeps them and the last line of `sweep --json` says them.
    pub fn summary(&self) -> Value {
        let mut by_category: BTreeMap<&str, usize> = BTreeMap::new();
        for verdict in self.verdicts.iter().filter(|verdict| verdict.outcome == Outcome::Hit) {
            *by_category.entry(verdict.category.slug()).or_default() += 1;
        }
        json!({
            "as_of": self.as_of, "run": self.run, "extent": self.extent.word(),
            "persons": self.persons, "units": self.units,
            "hits": self.count(Outcome::Hit), "near": self.count(Outcome::Near),
            "data_gaps": self.count(Outcome::DataGap), "by_category": by_category,
            "exempt": self.exempt.len(), "unreadable_records": self.unreadable,
        })
    }
}

/// Runs a sweep.
pub async fn run(
    archive: &Archive,
    settings: &Settings,
    ask: &Ask,
    now: DateTime<Utc>,
) -> Result<Report, SweepError> {
    let snapshot = std::sync::Arc::new(archive.snapshot().await?);
    run_on(archive, snapshot, settings, ask, now).await
}

/// Runs a sweep over what a snapshot shows: over the past, nothing is to be kept of it.
async fn run_on(
    archive: &Archive,
    snapshot: std::sync::Arc<archive::Snapshot>,
    settings: &Settings,
    ask: &Ask,
    now: DateTime<Utc>,
) -> Result<Report, SweepError> {
    let settings = ask.only.as_ref().map_or_else(|| settings.clone(), |only| settings.only(only));
    let kept = settings.kept();
    let plan = plan::plan(archive, &snapshot, &kept.0, ask).await?;
    let extent = match (&plan, &ask.only) {
        (_, Some(_)) => RunExtent::Partial,
        (Plan::All, None) => RunExtent::Full,
        (Plan::Some { .. }, None) => RunExtent::Incremental,
    };
    let opened = NewRun {
        kind: ask.kind,
        extent,
        slots: ask.slots.clone(),
        as_of: ask.as_of,
        archive_version: snapshot.version(),
        settings: kept,
        engine: ENGINE.to_owned(),
        actor: ask.actor.clone(),
    };
    let id = if ask.store {
        match archive.begin_sweep(&opened, now).await? {
            Some(id) => Some(id),
            None => return Ok(nothing(ask, extent)),
        }
    } else {
        None
    };
    let done = judge_and_store(archive, &settings, ask, plan, snapshot, id.map(|id| (id, opened)), now).await;
    if let (Err(error), Some(id)) = (&done, id) {
        archive.fail_sweep(id, &error.to_string(), &ask.actor, now).await?;
    }
    done
}

fn nothing(ask: &Ask, extent: RunExtent) -> Report {
    Report {
        run: None,
        as_of: ask.as_of,
        extent,
        verdicts: Vec::new(),
        persons: 0,
        units: 0,
        population: BTreeMap::new(),
        subjects: Some(BTreeSet::new()),
        exempt: BTreeSet::new(),
        exemptions_ending: Vec::new(),
        shadow: BTreeSet::new(),
        unreadable: 0,
        stored: None,
        answered_already: true,
    }
}

async fn judge_and_store(
    archive: &Archive,
    settings: &Settings,
    ask: &Ask,
    plan: Plan,
    snapshot: std::sync::Arc<archive::Snapshot>,
    opened: Option<(i64, NewRun)>,
    now: DateTime<Utc>,
) -> Result<Report, SweepError> {
    let mut found = judge::judge(archive, settings, ask.as_of, &plan, snapshot).await?;
    let subjects = found.subjects.take();
    let exemptions = archive.exemptions().await?;
    let mut report = report(settings, ask, &plan, &mut found);
    report.subjects.clone_from(&subjects);
    for (at, verdict) in report.verdicts.iter().enumerate().filter(|(_, v)| v.outcome == Outcome::Hit) {
        let is_exempt = exemptions.iter().any(|exemption| {
            verdict.person.as_ref() == Some(&exemption.granted.person)
                && exemption.granted.category == verdict.category
                && exemption.holds_on(ask.as_of)
        });
        if is_exempt {
            report.exempt.insert(at);
        }
    }
    report.exemptions_ending = exemptions
        .iter()
        .filter(|exemption| exemption.holds_on(ask.as_of))
        .filter(|exemption| {
            let left = (exemption.granted.until - ask.as_of).num_days();
            u64::try_from(left).is_ok_and(|left| left <= EXEMPTION_WARNING_DAYS)
        })
        .map(|exemption| (exemption.id, exemption.granted.until))
        .collect();
    if let Some((id, opened)) = opened {
        report.run = Some(id);
        let scope = subjects.map_or(SweptScope::All, SweptScope::Subjects);
        let categories = settings.rules.iter().map(|rule| rule.category.slug());
        // a category that is switched off has nothing standing any more
        let sweep = store::sweep(id, opened, scope, categories.collect(), &report, found);
        report.stored = Some(archive.store_sweep(sweep, now).await?);
    }
    Ok(report)
}

fn report(settings: &Settings, ask: &Ask, plan: &Plan, found: &mut Found) -> Report {
    Report {
        run: None,
        as_of: ask.as_of,
        extent: match (plan, &ask.only) {
            (_, Some(_)) => RunExtent::Partial,
            (Plan::All, None) => RunExtent::Full,
            (Plan::Some { .. }, None) => RunExtent::Incremental,
        },
        verdicts: std::mem::take(&mut found.verdicts),
        persons: found.persons,
        units: found.units,
        population: std::mem::take(&mut found.population),
        subjects: None,
        exempt: BTreeSet::new(),
        exemptions_ending: Vec::new(),
        shadow: settings
            .rules
            .iter()
            .filter(|rule| rule.mode == Mode::Shadow)
            .map(|rule| rule.category)
            .collect(),
        unreadable: found.unreadable,
        stored: None,
        answered_already: false,
    }
}
