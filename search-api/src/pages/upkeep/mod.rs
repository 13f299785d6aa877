//! `/upkeep`: who should have a dossier, what dossiers lack, when sources deliver; the catalogue; two states of a
//! dossier side by side; declarations against registries.

pub(crate) mod catalogue;
pub(crate) mod compare;
pub(crate) mod declared;
pub(crate) mod desk;
pub(crate) mod duties;
pub(crate) mod facts;
pub(crate) mod papers;
pub(crate) mod sources;
pub(crate) mod survey;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

use alerts::upkeep::Judge;
use archive::{Roster, RosterPerson};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use dossier::access::Action;
use dossier::citizen_id::CitizenId;
use dossier::name::name_key;
use dossier::{Kind, RecordKey};
use serde::Deserialize;
use serde_json::json;

use self::survey::{Survey, Surveyed};
use super::view_person::{Named, actor};
use super::{html_as, segment};
use crate::app::App;
use crate::console::account::Notice;
use crate::console::paging::{Paging, skipped};
use crate::console::shell::Room;
use crate::console::upkeep::{LackRow, UnitRow, UnitView, UpkeepPage};
use crate::failure::{Failure, Missing};
use crate::form::{Posted, tokened};
use crate::reader::Reader;
use crate::view::View;

/// Dossiers on a page.
const PAGE: usize = 50;
/// Units on a page.
const UNITS: usize = 100;
/// People of one roster.
const ROSTER_MAX: usize = 20_000;

/// Which unit.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    unit: String,
    page: Option<u64>,
}

/// The list of a unit.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Brought {
    unit: String,
    as_at: String,
    people: String,
    form_token: Option<String>,
}

tokened!(Brought);

impl App {
    /// By what the duties of dossiers are judged, for whoever looks.
    pub(crate) async fn judge(&self, view: &View) -> Result<Judge, Failure> {
        let desk = self.desks().ok().map(|desks| desks.desk());
        let judge = Judge::of(self.archive(), desk.as_ref().map(|desk| &desk.terms), view.today).await?;
        Ok(judge.narrowed(view.reader.scope()))
    }

    /// The survey of what `view` shows.
    pub(crate) async fn survey(&self, view: &View) -> Result<Arc<Survey>, Failure> {
        if let Some(kept) = self.caches().survey_of(view) {
            return Ok(kept);
        }
        // Who comes while it is made for everybody waits for it, and does not make another.
        let making = &self.caches().surveying;
        let _making = if view.snapshot.is_partial() { None } else { Some(making.lock().await) };
        if let Some(kept) = self.caches().survey_of(view) {
            return Ok(kept);
        }
        let judge = self.judge(view).await?;
        let renewed = match self.caches().survey_before(view) {
            Some((version, before)) => survey::renewed(view, &judge, &before, version).await?,
            None => None,
        };
        let made = match renewed {
            Some(renewed) => Arc::new(renewed),
            None => Arc::new(survey::survey(view, &judge).await?),
        };
        self.caches().keep_survey(view, &made);
        Ok(made)
    }
}

/// `GET /upkeep`
pub(crate) async fn show(
    State(app): State<App>,
    reader: Reader,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    page(&app, &reader, &asked, Notice::default(), String::new()).await
}

/// `POST /upkeep/roster`
pub(crate) async fn bring(
    State(app): State<App>,
    reader: Reader,
    Posted(brought): Posted<Brought>,
) -> Result<Response, Failure> {
    let people = people(&brought.people);
    let day = brought.as_at.trim().parse();
    let unit = RecordKey::new(&brought.unit).map_err(|_| Failure::NotFound(Missing::Address))?;
    let asked = Asked { unit: brought.unit.clone(), page: None };
    match (people, day) {
        (Ok(people), Ok(day)) => {
            reader.archive().set_roster(&unit, day, &people, reader.id(), app.now()).await?;
            Ok(Redirect::to(&format!("/upkeep?unit={}", segment(unit.as_str()))).into_response())
        }
        (Err(text), _) => page(&app, &reader, &asked, Notice::refused(text), brought.people).await,
        (Ok(_), Err(_)) => {
            let text = "名册日期无法识别".to_owned();
            page(&app, &reader, &asked, Notice::refused(text), brought.people).await
        }
    }
}

/// The people of a pasted list; what cannot be taken is said with its line.
fn people(text: &str) -> Result<Vec<RosterPerson>, String> {
    let mut people = Vec::new();
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        let mut parts = line.split([',', '，', '\t', ';', '；']).map(str::trim);
        let name = parts.next().unwrap_or_default();
        if dossier::name::PersonName::parse(name).is_err() {
            return Err(format!("第 {number} 行：姓名无法识别"));
        }
        let id_number = parts.next().unwrap_or_default();
        if !id_number.is_empty() && CitizenId::parse(id_number).is_err() {
            return Err(format!("第 {number} 行：身份证号不符合校验规则"));
        }
        let post = parts.next().unwrap_or_default().to_owned();
        people.push(RosterPerson { name: name.to_owned(), id_number: id_number.to_owned(), post });
    }
    match people.len() {
        0 => Err("名册中没有人员".to_owned()),
        count if count > ROSTER_MAX => Err(format!("名册最多 {ROSTER_MAX} 人")),
        _ => Ok(people),
    }
}

async fn page(
    app: &App,
    reader: &Reader,
    asked: &Asked,
    notice: Notice,
    pasted: String,
) -> Result<Response, Failure> {
    let view = app.view(reader).await?;
    let survey = app.survey(&view).await?;
    let rosters = view.snapshot.rosters().await?;
    let units = &survey.units;
    let mut keys: Vec<RecordKey> = rosters.iter().map(|roster| roster.unit.clone()).collect();
    keys.extend(units.keys().flatten().cloned());
    let named = Named::units(app, &view, keys).await?;
    let mut rows: BTreeMap<Option<RecordKey>, UnitRow> = BTreeMap::new();
    for (unit, persons) in units {
        rows.insert(unit.clone(), row(unit.as_ref(), persons, &named));
    }
    let mut missing: BTreeMap<RecordKey, Vec<(String, String)>> = BTreeMap::new();
    for roster in &rosters {
        let unit = Some(roster.unit.clone());
        let none = Vec::new();
        let own = units.get(&unit).unwrap_or(&none);
        let without = unmet_kept(&view, &survey, roster, own).await?;
        let row = rows.entry(unit).or_insert_with(|| row(Some(&roster.unit), &[], &named));
        row.due = Some(roster.people.len() as u64);
        row.met = (roster.people.len() - without.len()) as u64;
        missing.insert(roster.unit.clone(), without);
    }
    let whole = whole(&survey, rows.values());
    let unit = match RecordKey::new(&asked.unit) {
        Err(_) => None,
        Ok(key) => {
            let row = rows.get(&Some(key.clone())).cloned();
            let none = Vec::new();
            let own = units.get(&Some(key.clone())).unwrap_or(&none);
            let roster = rosters.iter().find(|roster| roster.unit == key);
            let row = match row {
                Some(row) => row,
                None => known(&view, &key).await?,
            };
            let without = missing.remove(&key).unwrap_or_default();
            Some(one(app, reader, &view, row, own, roster, without, asked, &pasted))
        }
    };
    let mut units: Vec<UnitRow> = rows.into_values().collect();
    units.sort_by(|a, b| (b.missing(), b.lacking, &a.name).cmp(&(a.missing(), a.lacking, &b.name)));
    let paging =
        Paging { page: asked.page.unwrap_or(1).max(1), size: UNITS as u64, total: units.len() as u64 };
    let skipped = usize::try_from(paging.page - 1).unwrap_or(usize::MAX).saturating_mul(UNITS);
    let units: Vec<UnitRow> = units.into_iter().skip(skipped).take(UNITS).collect();
    reader.audit(app, "upkeep.read", &asked.unit, json!({ "units": units.len() })).await?;
    let status = if notice.refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    html_as(
        status,
        &UpkeepPage {
            shell: app.shell(&view, Room::Upkeep, "档案维护").await?,
            notice,
            as_of: view.today,
            whole,
            units,
            paging,
            unit,
        },
    )
}

async fn known(view: &View, key: &RecordKey) -> Result<UnitRow, Failure> {
    let found = view.snapshot.records(Kind::Unit, std::slice::from_ref(key)).await?;
    let unit = found.first().ok_or(Failure::NotFound(Missing::Address))?;
    let name = unit.fields.text("name").unwrap_or(key.as_str()).to_owned();
    Ok(UnitRow { key: key.to_string(), name, percent: 100, ..UnitRow::default() })
}

fn row(unit: Option<&RecordKey>, persons: &[Arc<Surveyed>], named: &Named) -> UnitRow {
    let count = persons.len() as u64;
    let sum: u64 = persons.iter().map(|one| one.percent).sum();
    UnitRow {
        key: unit.map(ToString::to_string).unwrap_or_default(),
        name: unit
            .map_or("未落实单位".to_owned(), |key| named.name(Kind::Unit, key.as_str()).to_owned()),
        due: None,
        met: 0,
        kept: count,
        lacking: persons.iter().filter(|one| one.is_lacking()).count() as u64,
        percent: sum.checked_div(count).unwrap_or(100),
    }
}

fn whole<'a>(survey: &Survey, rows: impl Iterator<Item = &'a UnitRow> + Clone) -> UnitRow {
    let kept: u64 = rows.clone().map(|row| row.kept).sum();
    let due: Vec<u64> = rows.clone().filter_map(|row| row.due).collect();
    let in_service = |one: &&Arc<Surveyed>| one.class != dossier::upkeep::contents::Class::Former;
    let sum: u64 = survey.persons.iter().filter(in_service).map(|one| one.percent).sum();
    UnitRow {
        due: (!due.is_empty()).then(|| due.iter().sum()),
        met: rows.clone().map(|row| row.met).sum(),
        lacking: rows.map(|row| row.lacking).sum(),
        percent: sum.checked_div(kept).unwrap_or(100),
        kept,
        ..UnitRow::default()
    }
}

/// [`unmet`], found out once for a survey.
async fn unmet_kept(
    view: &View,
    survey: &Survey,
    roster: &Roster,
    own: &[Arc<Surveyed>],
) -> Result<survey::Unmet, Failure> {
    let which = (roster.unit.clone(), roster.set_at);
    let known = survey.unmet.lock().unwrap_or_else(PoisonError::into_inner).get(&which).cloned();
    if let Some(known) = known {
        return Ok(known);
    }
    let found = unmet(view, roster, own).await?;
    survey.unmet.lock().unwrap_or_else(PoisonError::into_inner).insert(which, found.clone());
    Ok(found)
}

/// Who of a list has no dossier: no number of theirs is on file, and nobody of the unit bears the name.
async fn unmet(
    view: &View,
    roster: &Roster,
    own: &[Arc<Surveyed>],
) -> Result<Vec<(String, String)>, Failure> {
    let canonical = |text: &str| CitizenId::parse(text).ok().map(|id| id.canonical());
    let numbers: Vec<String> = roster.people.iter().filter_map(|one| canonical(&one.id_number)).collect();
    let hits = view.snapshot.records_by_identity(&numbers).await?;
    let known: Vec<&str> =
        hits.iter().filter(|hit| hit.record.kind == Kind::Person).map(|hit| hit.id.as_str()).collect();
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    for one in own {
        *names.entry(name_key(&one.name)).or_default() += 1;
    }
    let mut missing = Vec::new();
    for person in &roster.people {
        let by_number = canonical(&person.id_number).is_some_and(|id| known.contains(&id.as_str()));
        let by_name = match names.get_mut(&name_key(&person.name)) {
            // each dossier answers for one line of the list
            Some(left) if *left > 0 => {
                *left -= 1;
                true
            }
            _ => false,
        };
        if !by_number && !by_name {
            missing.push((person.name.clone(), person.post.clone()));
        }
    }
    Ok(missing)
}

#[allow(clippy::too_many_arguments, reason = "the parts of one view, gathered by its only caller")]
fn one(
    app: &App,
    reader: &Reader,
    view: &View,
    row: UnitRow,
    own: &[Arc<Surveyed>],
    roster: Option<&Roster>,
    missing: Vec<(String, String)>,
    asked: &Asked,
    pasted: &str,
) -> UnitView {
    let mut lacking: Vec<&Arc<Surveyed>> = own.iter().filter(|one| one.is_lacking()).collect();
    lacking.sort_by(|a, b| (a.percent, &a.name).cmp(&(b.percent, &b.name)));
    let page = asked.page.unwrap_or(1).max(1);
    let skipped = skipped(page, PAGE);
    let may_set = reader.may(Action::ProposeChanges);
    let rows = lacking.iter().skip(skipped).take(PAGE).map(|one| LackRow {
        id: one.key.to_string(),
        name: one.name.clone(),
        post: one.post.clone(),
        class: one.class.title().to_owned(),
        percent: one.percent,
        lacks: lacks(one, may_set),
    });
    UnitView {
        as_at: roster.map(|roster| roster.as_at.to_string()).unwrap_or_default(),
        brought: roster.map(|roster| (actor(&roster.set_by).to_owned(), app.local(roster.set_at))),
        missing,
        rows: rows.collect(),
        paging: Paging { page, size: PAGE as u64, total: lacking.len() as u64 },
        base: format!("/upkeep?unit={}&page=", segment(&row.key)),
        may_set,
        pasted: pasted.to_owned(),
        today: view.today.to_string(),
        row,
    }
}

/// What a dossier lacks, each with where it is mended; what its contents ask for anyway is said once.
fn lacks(one: &Surveyed, may: bool) -> Vec<(String, String)> {
    let contents = one.lacks.iter().map(|lack| (lack.words.clone(), place(one, lack.kind, may)));
    let events = one.overdue.iter().filter(|owed| !owed.what.is_content());
    contents.chain(events.map(|owed| (owed.words(), place(one, owed.kind, may)))).collect()
}

/// Where a lack is mended.
fn place(one: &Surveyed, kind: Kind, may: bool) -> String {
    let key = segment(one.key.as_str());
    match (may, kind) {
        (false, _) => String::new(),
        (true, Kind::Person) => format!("/records/person/{key}/edit"),
        (true, kind) => format!("/persons/{key}/entry/{}", kind.slug()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pasted_roster_is_read_line_by_line_and_the_wrong_line_is_named() {
        let read = people("样例甲，11010519710510002X，科长\n\n样例乙\t\t副科长").map(|people| people.len());
        assert_eq!(read, Ok(2));
        for (text, line) in
            [("样例甲\n样例乙,123", "第 2 行"), ("某某某（待定）,,", "第 1 行"), ("  ", "没有人员")]
        {
            assert!(people(text).is_err_and(|told| told.contains(line)), "{text}");
        }
    }
}
