//! `/rules`: the twelve categories with their numbers, as the latest sweep used them, and what they found.

mod exemptions;
mod one;
mod preview;
mod propose;
mod version;

use std::collections::BTreeMap;

use alerts::categories::{Mode, Thresholds, cards};
use alerts::sweep::Settings;
use archive::{RuleVersion, VerdictWork};
use axum::extract::State;
use axum::response::Response;
use chrono::NaiveDate;
use dossier::Category;
use dossier::reminder::Outcome;
use serde_json::json;

use super::html;
use super::reminders::{Actors, rule_settings};
use crate::api::reminders::visible;
use crate::app::App;
use crate::console::reminders::requirement;
use crate::console::rules::{RuleCard, RuleMode, RulesPage, VersionRow};
use crate::console::shell::Room;
use crate::failure::Failure;
use crate::pages::gaps::seen;
use crate::reader::Reader;
use crate::rulebook::{RuleFault, Rulebook};

pub(crate) use exemptions::{ask, decide as decide_exemption, show as exemptions};
pub(crate) use one::show as one;
pub(crate) use propose::propose;
pub(crate) use version::{decide, show as version};

/// Counts of one category.
#[derive(Default, Clone, Copy)]
struct Found {
    hits: u64,
    shadow: u64,
    near: u64,
    gaps: u64,
    open: u64,
    closed: u64,
    false_positive: u64,
}

/// `GET /rules`
pub(crate) async fn show(State(app): State<App>, reader: Reader) -> Result<Response, Failure> {
    let view = app.view(&reader).await?;
    let settings = rule_settings(&app).await?;
    let last = app.archive().last_sweep().await?;
    let found = found(&app, &reader).await?;
    let counts = |category: Category| found.get(category.slug()).copied().unwrap_or_default();
    let cards = Category::ALL.iter().map(|one| card(*one, settings.as_ref(), counts(*one))).collect();
    reader.audit(&app, "rules.read", "rules", json!({})).await?;
    html(&RulesPage {
        shell: app.shell(&view, Room::Rules, "预警规则").await?,
        cards,
        ran: last.and_then(|run| run.finished_at).map(|at| app.local(at)),
        as_ran: settings.is_some(),
        versions: versions(&app, None).await?,
        exemptions: exemptions::counted(&app, &view).await?,
    })
}

/// A category with the numbers of `settings`; without: as published.
fn card(category: Category, settings: Option<&Settings>, counts: Found) -> RuleCard {
    let published = Thresholds::default();
    let numbers = settings.map_or(&published, |settings| &settings.thresholds);
    let rule = settings.and_then(|settings| settings.rules.iter().find(|rule| rule.category == category));
    RuleCard {
        number: Category::ALL.iter().position(|one| *one == category).map_or(0, |place| place + 1),
        slug: category.slug(),
        title: category.title(),
        mode: match (settings, rule.map(|rule| rule.mode)) {
            (None, _) | (_, Some(Mode::Live)) => RuleMode::Live,
            (_, Some(Mode::Shadow)) => RuleMode::Shadow,
            (Some(_), None | Some(Mode::Off)) => RuleMode::Off,
        },
        version: rule.map(|rule| rule.version.clone()).unwrap_or_default(),
        requirement: requirement(category),
        basis: rule.map(|rule| rule.basis.clone()).unwrap_or_default(),
        clauses: cards::clauses(category, numbers)
            .into_iter()
            .map(|clause| (clause.letter.to_owned(), clause.severity, clause.text))
            .collect(),
        exceptions: cards::exceptions(category),
        hits: counts.hits,
        shadow: counts.shadow,
        near: counts.near,
        gaps: counts.gaps,
        open: counts.open,
        closed: counts.closed,
        false_positive: counts.false_positive,
    }
}

/// What stands and what became of it, by category, as far as the reader sees.
async fn found(app: &App, reader: &Reader) -> Result<BTreeMap<String, Found>, Failure> {
    let mut found: BTreeMap<String, Found> = BTreeMap::new();
    for (mode, work) in by_mode(reader).await? {
        for (category, _, outcome, count) in app.archive().verdict_tally(&work).await? {
            let counts = found.entry(category).or_default();
            match (alerts::Outcome::parse(&outcome), mode) {
                (Some(alerts::Outcome::Hit), Mode::Shadow) => counts.shadow += count,
                (Some(alerts::Outcome::Hit), _) => counts.hits += count,
                (Some(alerts::Outcome::Near), _) => counts.near += count,
                (Some(alerts::Outcome::DataGap), _) => counts.gaps += count,
                (None, _) => {}
            }
        }
    }
    for one in app.archive().reminder_figures(&visible(reader).await?).await? {
        for category in &one.categories {
            let counts = found.entry(category.clone()).or_default();
            counts.open += u64::from(one.reminder.ended_at.is_none());
            counts.closed += u64::from(one.reminder.outcome.is_some());
            counts.false_positive += u64::from(one.reminder.outcome == Some(Outcome::FalsePositive));
        }
    }
    Ok(found)
}

/// What the reader sees of what issues reminders, and of what is on trial.
async fn by_mode(reader: &Reader) -> Result<[(Mode, VerdictWork); 2], Failure> {
    let all = seen(reader, VerdictWork::default()).await?;
    let of = |mode: Mode| (mode, VerdictWork { mode: Some(mode.slug().to_owned()), ..all.clone() });
    Ok([of(Mode::Live), of(Mode::Shadow)])
}

/// Versions, the newest first; only those that change `category` against the one in force when asked.
async fn versions(app: &App, category: Option<(Category, &Settings)>) -> Result<Vec<VersionRow>, Failure> {
    let actors = Actors::load(app).await?;
    let today = app.today();
    let changes = |version: &RuleVersion| {
        let Some((category, now)) = category else { return true };
        let read = app.rulebook().ok().and_then(|book| book.read(&version.proposed.body).ok());
        read.is_none_or(|read| preview::changes(now, &read).iter().any(|row| row.slug == category.slug()))
            || version.counts_on(today)
    };
    let versions = app.archive().rule_versions().await?;
    Ok(versions
        .into_iter()
        .rev()
        .filter(changes)
        .map(|version| VersionRow {
            id: version.id,
            state: state(&version, today),
            author: actors.name(&version.proposed.author),
            approver: version.approver.as_deref().map(|id| actors.name(id)).unwrap_or_default(),
            days: days(&version),
            note: version.proposed.note,
        })
        .collect())
}

/// Where a version stands.
fn state(version: &RuleVersion, today: NaiveDate) -> &'static str {
    match (version.withdrawn_at, version.approved_at) {
        (Some(_), _) => "已撤回",
        (None, None) => "待审批",
        (None, Some(_)) if version.counts_on(today) => "生效中",
        (None, Some(_)) if version.proposed.effective_from > today => "待生效",
        (None, Some(_)) => "已失效",
    }
}

fn days(version: &RuleVersion) -> String {
    match version.proposed.effective_to {
        Some(to) => format!("{} 至 {to}", version.proposed.effective_from),
        None => format!("{} 起", version.proposed.effective_from),
    }
}

impl App {
    /// What changing the rules needs.
    fn rulebook(&self) -> Result<&dyn Rulebook, Failure> {
        self.desks()?.rulebook().ok_or_else(|| Failure::Conflict {
            code: "rules_read_only",
            detail: "this server shows rules and changes none".to_owned(),
        })
    }
}

/// Refuses a fault that no reader can mend.
fn broken(fault: &RuleFault) -> Failure {
    Failure::Conflict { code: "rules_unreadable", detail: format!("the rules cannot be read: {fault:?}") }
}
