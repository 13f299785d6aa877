//! `/rules`: the twelve categories with their numbers, as the latest sweep used them, and what they found.

use std::collections::BTreeMap;

use alerts::categories::{Mode, Thresholds, cards};
use archive::VerdictWork;
use axum::extract::State;
use axum::response::Response;
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

/// Counts of one category.
#[derive(Default, Clone, Copy)]
struct Found {
    hits: u64,
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
    let published = Thresholds::default();
    let numbers = settings.as_ref().map_or(&published, |settings| &settings.thresholds);
    let card = |place: usize, category: Category| {
        let rule = settings
            .as_ref()
            .and_then(|settings| settings.rules.iter().find(|rule| rule.category == category));
        let counts = found.get(category.slug()).copied().unwrap_or_default();
        RuleCard {
            number: place + 1,
            slug: category.slug(),
            title: category.title(),
            mode: match (&settings, rule.map(|rule| rule.mode)) {
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
            near: counts.near,
            gaps: counts.gaps,
            open: counts.open,
            closed: counts.closed,
            false_positive: counts.false_positive,
        }
    };
    let cards =
        Category::ALL.into_iter().enumerate().map(|(place, category)| card(place, category)).collect();
    reader.audit(&app, "rules.read", "rules", json!({})).await?;
    html(&RulesPage {
        shell: app.shell(&view, Room::Rules, "预警规则").await?,
        cards,
        ran: last.and_then(|run| run.finished_at).map(|at| app.local(at)),
        as_ran: settings.is_some(),
        versions: versions(&app).await?,
    })
}

/// What stands and what became of it, by category, as far as the reader sees.
async fn found(app: &App, reader: &Reader) -> Result<BTreeMap<String, Found>, Failure> {
    let mut found: BTreeMap<String, Found> = BTreeMap::new();
    let work = seen(reader, VerdictWork::default()).await?;
    for (category, _, outcome, count) in app.archive().verdict_tally(&work).await? {
        let counts = found.entry(category).or_default();
        match alerts::Outcome::parse(&outcome) {
            Some(alerts::Outcome::Hit) => counts.hits += count,
            Some(alerts::Outcome::Near) => counts.near += count,
            Some(alerts::Outcome::DataGap) => counts.gaps += count,
            None => {}
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

async fn versions(app: &App) -> Result<Vec<VersionRow>, Failure> {
    let actors = Actors::load(app).await?;
    let today = app.today();
    let versions = app.archive().rule_versions().await?;
    Ok(versions
        .into_iter()
        .rev()
        .map(|version| VersionRow {
            id: version.id,
            state: match (version.withdrawn_at, version.approved_at) {
                (Some(_), _) => "已撤回",
                (None, None) => "待审批",
                (None, Some(_)) if version.counts_on(today) => "生效中",
                (None, Some(_)) if version.proposed.effective_from > today => "待生效",
                (None, Some(_)) => "已失效",
            },
            author: actors.name(&version.proposed.author),
            approver: version.approver.as_deref().map(|id| actors.name(id)).unwrap_or_default(),
            days: match version.proposed.effective_to {
                Some(to) => format!("{} 至 {to}", version.proposed.effective_from),
                None => format!("{} 起", version.proposed.effective_from),
            },
            note: version.proposed.note,
        })
        .collect())
}
