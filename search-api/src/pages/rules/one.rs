//! `/rules/{slug}`: one category with its numbers in force, its results office by office, and the form.

use std::collections::BTreeMap;

use alerts::categories::numbers::{Measure, Number, numbers};
use alerts::categories::{Mode, Thresholds};
use alerts::sweep::Settings;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use dossier::access::Action;
use dossier::kinds::post;
use dossier::{Category, ValueType};
use serde_json::json;

use super::{by_mode, card, found, versions};
use crate::api::reminders::visible;
use crate::app::App;
use crate::console::account::Notice;
use crate::console::reminders::Pick;
use crate::console::rules::{NumberRow, RuleForm, RuleMode, RuleOffice, RulePage};
use crate::console::shell::Room;
use crate::failure::{Failure, Missing};
use crate::pages::html;
use crate::pages::reminders::{offices, rule_settings};
use crate::reader::Reader;

/// `GET /rules/{slug}`
pub(crate) async fn show(
    State(app): State<App>,
    reader: Reader,
    Path(slug): Path<String>,
) -> Result<Response, Failure> {
    let category = Category::parse(&slug).ok_or(Failure::NotFound(Missing::Address))?;
    page(&app, &reader, category, None).await
}

/// What was typed and could not be taken.
pub(super) struct Typed {
    pub(super) values: BTreeMap<String, String>,
    pub(super) wrong: Vec<(&'static str, String)>,
}

/// The page; with `typed` it is one that was refused.
pub(super) async fn page(
    app: &App,
    reader: &Reader,
    category: Category,
    typed: Option<&Typed>,
) -> Result<Response, Failure> {
    let view = app.view(reader).await?;
    let book = app.rulebook().ok();
    let all = app.archive().rule_versions().await?;
    let in_force = book.and_then(|book| book.in_force(&all, app.today()).ok()).map(|(_, settings)| settings);
    let settings = match in_force {
        Some(settings) => Some(settings),
        None => rule_settings(app).await?,
    };
    let proposes = book.is_some() && reader.may(Action::ManageRules) && reader.scope().is_full();
    let counts = found(app, reader).await?.get(category.slug()).copied().unwrap_or_default();
    let published = Thresholds::default();
    let thresholds = settings.as_ref().map_or(&published, |settings| &settings.thresholds);
    let versions = match &settings {
        Some(settings) => versions(app, Some((category, settings))).await?,
        None => versions(app, None).await?,
    };
    let card = card(category, settings.as_ref(), counts);
    let form = proposes.then(|| form(app, settings.as_ref(), category, typed));
    let rows = numbers(category, thresholds).into_iter().map(|number| row(number, typed)).collect();
    reader.audit(app, "rules.read", &format!("rules:{category}"), json!({})).await?;
    let mut page = html(&RulePage {
        shell: app.shell(&view, Room::Rules, category.title()).await?,
        notice: match typed {
            Some(_) => Notice::refused("没有提出，请核对标出的项目"),
            None => Notice::default(),
        },
        numbers: rows,
        offices: by_office(app, reader, category).await?,
        exempt: super::exemptions::holding_in(app, &view, category).await?,
        versions,
        form,
        card,
    })?;
    if typed.is_some() {
        *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(page)
}

fn form(app: &App, settings: Option<&Settings>, category: Category, typed: Option<&Typed>) -> RuleForm {
    let rule = settings.and_then(|settings| settings.rules.iter().find(|rule| rule.category == category));
    let mode = rule.map_or(Mode::Off, |rule| rule.mode).slug();
    let value = |name: &str, otherwise: String| match typed {
        Some(typed) => typed.values.get(name).cloned().unwrap_or_default(),
        None => otherwise,
    };
    let chosen = value("mode", mode.to_owned());
    let pick = |mode: Mode, shown: RuleMode| Pick {
        value: mode.slug().to_owned(),
        label: shown.title().to_owned(),
        chosen: mode.slug() == chosen,
    };
    RuleForm {
        modes: vec![
            pick(Mode::Live, RuleMode::Live),
            pick(Mode::Shadow, RuleMode::Shadow),
            pick(Mode::Off, RuleMode::Off),
        ],
        version: value("version", String::new()),
        from: value("from", app.today().to_string()),
        to: value("to", String::new()),
        note: value("note", String::new()),
        wrong: typed.map(|typed| typed.wrong.clone()).unwrap_or_default(),
        open: typed.is_some(),
    }
}

fn row(number: Number, typed: Option<&Typed>) -> NumberRow {
    let text = typed.and_then(|typed| typed.values.get(number.key)).cloned().unwrap_or(number.value.clone());
    let picks = match number.measure {
        Measure::Rank => ranks()
            .map(|rank| Pick { value: rank.to_owned(), label: rank.to_owned(), chosen: rank == text })
            .collect(),
        Measure::Whole | Measure::Decimal => Vec::new(),
    };
    let wrong = typed.and_then(|typed| typed.wrong.iter().find(|(name, _)| *name == number.key));
    NumberRow {
        key: number.key,
        label: number.label,
        unit: number.unit,
        value: number.value,
        typed: text,
        picks,
        wrong: wrong.map(|(_, message)| message.clone()),
    }
}

/// The ranks of the ladder; 其他 is none of them.
fn ranks() -> impl Iterator<Item = &'static str> {
    let choices = match post::DECLARATION.column("rank").map(|column| column.value) {
        Some(ValueType::Choice(choices)) => choices,
        _ => &[],
    };
    choices.iter().map(|choice| choice.value).filter(|rank| *rank != "其他")
}

/// Results and how often they proved right, for the offices that the reader sees.
async fn by_office(app: &App, reader: &Reader, category: Category) -> Result<Vec<RuleOffice>, Failure> {
    let names = offices(app).await?;
    let mut rows: BTreeMap<String, RuleOffice> = BTreeMap::new();
    let key_of = |key: Option<&dossier::RecordKey>| key.map(ToString::to_string).unwrap_or_default();
    for (mode, work) in by_mode(reader).await? {
        for (slug, office, outcome, count) in app.archive().verdict_tally(&work).await? {
            if slug != category.slug() {
                continue;
            }
            let row = rows.entry(key_of(office.as_ref())).or_default();
            match (alerts::Outcome::parse(&outcome), mode) {
                (Some(alerts::Outcome::Hit), Mode::Shadow) => row.shadow += count,
                (Some(alerts::Outcome::Hit), _) => row.hits += count,
                (Some(alerts::Outcome::Near), _) => row.near += count,
                (Some(alerts::Outcome::DataGap), _) => row.gaps += count,
                (None, _) => {}
            }
        }
    }
    let allowed = visible(reader).await?.offices;
    for one in app.archive().sweep_precision().await? {
        let key = key_of(one.office.as_ref());
        let seen = allowed.as_ref().is_none_or(|allowed| allowed.contains(&key));
        if one.category == category.slug() && seen {
            let row = rows.entry(key).or_default();
            (row.judged, row.right) = (one.judged, one.right);
        }
    }
    let mut rows: Vec<RuleOffice> = rows
        .into_iter()
        .map(|(key, row)| RuleOffice {
            name: match key.as_str() {
                "" => "未落实监督单位".to_owned(),
                key => names.get(key).cloned().unwrap_or_else(|| key.to_owned()),
            },
            key,
            ..row
        })
        .collect();
    rows.sort_by(|a, b| (b.hits, b.shadow, &a.name).cmp(&(a.hits, a.shadow, &b.name)));
    Ok(rows)
}
