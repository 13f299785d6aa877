//! `/units` and `/units/{id}`: the list of units, and the portrait of one. What the portrait says is made in `facts`;
//! here it is read, within the reader's scope.

mod facts;
mod people;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use archive::{Stored, UnitReminder};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use chrono::Datelike as _;
use dossier::access::{AccessAct, Action};
use dossier::name::name_key;
use dossier::person::Unit;
use dossier::{Kind, RecordKey};
use serde::Deserialize;
use serde_json::json;

use super::{Paged, html, view_person};
use crate::api::reminders::visible;
use crate::app::App;
use crate::console::paging::{Paging, skipped};
use crate::console::shell::Room;
use crate::console::unit::{UnitPage, UnitRow, UnitsPage};
use crate::failure::{Failure, Missing};
use crate::form::{Posted, tokened};
use crate::reader::Reader;
use crate::view::View;
use facts::Facts;

/// Units on a page.
const PAGE: usize = 50;
/// What else is asked of whoever is there now: what completeness looks at.
const OF_THE_PRESENT: [Kind; 5] =
    [Kind::Post, Kind::Relative, Kind::Declared, Kind::HouseholdIncome, Kind::Assessment];

/// What is looked for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    #[serde(default)]
    name: String,
    #[serde(default)]
    page: String,
    form_token: Option<String>,
}

tokened!(Wanted);

/// `GET /units`
pub(crate) async fn browse(
    State(app): State<App>,
    reader: Reader,
    Query(paged): Query<Paged>,
) -> Result<Response, Failure> {
    list(&app, &reader, String::new(), paged.number()).await
}

/// `POST /units`
pub(crate) async fn find(
    State(app): State<App>,
    reader: Reader,
    Posted(wanted): Posted<Wanted>,
) -> Result<Response, Failure> {
    let number = wanted.page.trim().parse().unwrap_or(1).max(1);
    list(&app, &reader, wanted.name.trim().to_owned(), number).await
}

async fn list(app: &App, reader: &Reader, name: String, number: u64) -> Result<Response, Failure> {
    let view = app.view(reader).await?;
    let units = app.units(&view).await?;
    let wanted = name_key(&name);
    let fits = |unit: &&UnitBrief| wanted.is_empty() || unit.keys.iter().any(|key| key.contains(&wanted));
    let fitting: Vec<&UnitBrief> = units.iter().filter(fits).collect();
    let skipped = skipped(number, PAGE);
    let shown: Vec<&UnitBrief> = fitting.iter().skip(skipped).take(PAGE).copied().collect();
    reader.audit(app, "unit.list", "", json!({ "found": fitting.len(), "shown": shown.len() })).await?;
    html(&UnitsPage {
        shell: app.shell(&view, Room::Units, "单位").await?,
        rows: rows(&view, &units, &shown).await?,
        paging: Paging { page: number, size: PAGE as u64, total: fitting.len() as u64 },
        partial: view.snapshot.is_partial(),
        name,
    })
}

/// A unit as lists and choices show it.
#[derive(Debug, Clone)]
pub(crate) struct UnitBrief {
    /// Key.
    pub(crate) key: RecordKey,
    /// Name.
    pub(crate) name: String,
    /// Search keys of name and aliases.
    keys: Vec<String>,
    category: String,
    parent: Option<String>,
    office: Option<String>,
}

impl App {
    /// Every unit that the view shows, by key.
    pub(crate) async fn units(&self, view: &View) -> Result<Arc<Vec<UnitBrief>>, Failure> {
        if let Some(units) = self.caches().units_of(view).await? {
            return Ok(units);
        }
        let mut units = Vec::new();
        for stored in view.snapshot.page(Kind::Unit, None, u32::MAX).await? {
            let text = |slug: &str| stored.fields.text(slug).map(str::to_owned);
            let unit = Unit::of(stored.record.key.clone(), &stored.fields);
            units.push(UnitBrief {
                keys: unit.name_keys().collect(),
                category: text("category").unwrap_or_default(),
                parent: text("parent"),
                office: text("office"),
                name: if unit.name.is_empty() { unit.key.to_string() } else { unit.name },
                key: unit.key,
            });
        }
        let units = Arc::new(units);
        self.caches().keep_units(view, &units);
        Ok(units)
    }
}

/// Units as rows, with how many the reader sees there.
async fn rows(view: &View, all: &[UnitBrief], shown: &[&UnitBrief]) -> Result<Vec<UnitRow>, Failure> {
    let keys: Vec<RecordKey> = shown.iter().map(|unit| unit.key.clone()).collect();
    let counts = view.snapshot.headcounts(&keys, view.today).await?;
    let offices: BTreeSet<RecordKey> =
        shown.iter().filter_map(|unit| RecordKey::new(unit.office.as_deref()?).ok()).collect();
    let offices = view_person::Named::of(view, offices.into_iter().map(|key| (Kind::Office, key))).await?;
    let named: HashMap<&str, &str> = all.iter().map(|unit| (unit.key.as_str(), unit.name.as_str())).collect();
    let row = |unit: &&UnitBrief| {
        let parent = unit.parent.as_deref().unwrap_or_default();
        let office = unit.office.as_deref().unwrap_or_default();
        UnitRow {
            id: unit.key.to_string(),
            name: unit.name.clone(),
            category: unit.category.clone(),
            parent: (parent.to_owned(), named.get(parent).copied().unwrap_or(parent).to_owned()),
            office: offices.name(Kind::Office, office).to_owned(),
            persons: counts.get(&unit.key).copied().unwrap_or(0),
        }
    };
    Ok(shown.iter().map(row).collect())
}

/// `GET /units/{id}`
pub(crate) async fn show(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    page(&app, &reader, &id, false).await
}

/// `GET /units/{id}/print`: the same page, which may be printed by an approval.
pub(crate) async fn print(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let unit = unit(&app.view(&reader).await?, &id).await?;
    let key = unit.record.key.as_str();
    reader.take_out(&app, AccessAct::Print, key, json!({})).await?;
    reader.audit(&app, "unit.print", key, json!({})).await?;
    page(&app, &reader, &id, true).await
}

async fn unit(view: &View, id: &str) -> Result<Stored, Failure> {
    let missing = || Failure::NotFound(Missing::Unit);
    let key = RecordKey::new(id).map_err(|_| missing())?;
    view.snapshot.records(Kind::Unit, &[key]).await?.pop().ok_or_else(missing)
}

async fn page(app: &App, reader: &Reader, id: &str, printing: bool) -> Result<Response, Failure> {
    let view = app.view(reader).await?;
    let unit = unit(&view, id).await?;
    let key = unit.record.key.clone();
    reader.note_reading_of_unit(app, &key).await?;
    let reminders = if reader.may(Action::ReadReminders) {
        app.archive().unit_reminders(&visible(reader).await?, &key).await?
    } else {
        Vec::new()
    };
    let facts = load(&view, unit, reminders).await?;
    reader.audit(app, "unit.read", key.as_str(), json!({ "persons": facts.held_by().len() })).await?;
    let tree = view.snapshot.unit_tree(&key).await?;
    let units = app.units(&view).await?;
    let brief = |key: &RecordKey| units.iter().find(|unit| unit.key == *key);
    let below: Vec<&UnitBrief> = tree.below.iter().filter_map(brief).collect();
    let office =
        view_person::Named::of(&view, tree.office.iter().map(|key| (Kind::Office, key.clone()))).await?;
    let mut shell = app.shell(&view, Room::Units, "单位画像").await?;
    shell.printable |= printing;
    let local_year = |reminder: &UnitReminder| app.local(reminder.created_at).year();
    let (years, before) = facts.years(&local_year);
    html(&UnitPage {
        shell,
        id: key.to_string(),
        name: facts.name(),
        category: facts.text("category"),
        above: tree
            .above
            .iter()
            .rev()
            .map(|key| {
                (key.to_string(), brief(key).map_or_else(|| key.to_string(), |unit| unit.name.clone()))
            })
            .collect(),
        facts: facts.told(tree.office.as_ref().map(|key| office.name(Kind::Office, key.as_str()))),
        as_of: view.today,
        partial: view.snapshot.is_partial(),
        figures: facts.figures(),
        leaders: facts.leaders(),
        vacant: facts.vacant(),
        made_of: facts.made_of(),
        years,
        before,
        sanctions: facts.sanctions(),
        findings: facts.findings(),
        recommendations: facts.recommendations(),
        marked: facts.marked(),
        below: rows(&view, &units, &below).await?,
        upkeep: facts.upkeep(view.snapshot.roster_size(&key).await?),
    })
}

/// Everything that the portrait is made of, in a few questions.
async fn load(view: &View, unit: Stored, reminders: Vec<UnitReminder>) -> Result<Facts, Failure> {
    let key = [unit.record.key.clone()];
    let listed: Vec<Kind> =
        Kind::ALL.iter().copied().filter(|kind| kind.declaration().clearance.is_some()).collect();
    let posts = view.snapshot.records_of_units(&key, &[Kind::Post]).await?;
    let own =
        view.snapshot.records_of_units(&key, &[Kind::Finding, Kind::Recommendation, Kind::Petition]).await?;
    let ever: BTreeSet<RecordKey> = posts.iter().filter_map(|post| post.person.clone()).collect();
    let ever: Vec<RecordKey> = ever.into_iter().collect();
    let mut records: BTreeMap<RecordKey, Vec<Stored>> = BTreeMap::new();
    let mut keep = |found: Vec<Stored>| {
        for stored in found {
            if let Some(person) = stored.person.clone() {
                records.entry(person).or_default().push(stored);
            }
        }
    };
    keep(view.snapshot.records_of_persons(&ever, &listed).await?);
    let now = Facts::present(&posts, view.today);
    keep(view.snapshot.records_of_persons(&now, &OF_THE_PRESENT).await?);
    let persons = view.snapshot.records(Kind::Person, &ever).await?;
    let persons = persons.into_iter().map(|person| (person.record.key.clone(), person)).collect();
    Ok(Facts { unit, posts, own, persons, records, reminders, today: view.today })
}
