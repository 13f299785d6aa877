//! `/upkeep/duties`: what upkeep each office owes: deliveries that are late, dossiers that lack something. Counted whenever
//! somebody looks, so that it goes when it is done; offices are reminded of it (催办), and say what they make of it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use archive::{ArchiveError, Delivery, Nudge, Snapshot};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use dossier::access::{Action, Offices};
use dossier::upkeep::cadence::Standing;
use dossier::upkeep::contents::Class;
use dossier::{Kind, RecordKey};
use serde::Deserialize;
use serde_json::json;

use super::super::html_as;
use super::super::reminders::offices;
use super::super::view_person::actor;
use crate::app::App;
use crate::console::account::Notice;
use crate::console::shell::Room;
use crate::console::upkeep::{DutiesPage, DutyRow, NudgeRow};
use crate::failure::{Failure, Missing};
use crate::form::{Posted, tokened};
use crate::reader::Reader;
use crate::view::View;

/// An office is reminded, or says something to having been.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Said {
    #[serde(default)]
    office: String,
    nudge: Option<i64>,
    #[serde(default)]
    note: String,
    form_token: Option<String>,
}

tokened!(Said);

/// `GET /upkeep/duties`
pub(crate) async fn show(State(app): State<App>, reader: Reader) -> Result<Response, Failure> {
    page(&app, &reader, Notice::default()).await
}

/// `POST /upkeep/duties`
pub(crate) async fn say(
    State(app): State<App>,
    reader: Reader,
    Posted(said): Posted<Said>,
) -> Result<Response, Failure> {
    let done = || Ok(Redirect::to("/upkeep/duties#nudges").into_response());
    if let Some(nudge) = said.nudge {
        return match reader.archive().answer_nudge(nudge, &said.note, reader.id(), app.now()).await {
            Ok(true) => done(),
            Ok(false) => Err(Failure::NotFound(Missing::Address)),
            Err(ArchiveError::Change(_)) => page(&app, &reader, Notice::refused("请填写回复")).await,
            Err(error) => Err(error.into()),
        };
    }
    reader.must_see_all()?;
    let office = RecordKey::new(&said.office).map_err(|_| Failure::NotFound(Missing::Address))?;
    let view = app.view(&reader).await?;
    let owed = app.duties(&reader, &view).await?;
    drop(view);
    let Some(row) = owed.iter().find(|row| row.key == office.as_str()) else {
        return page(&app, &reader, Notice::refused("这个单位没有逾期的维护事项")).await;
    };
    let told = json!({ "sources": row.sources.len(), "dossiers": row.dossiers });
    match app.archive().nudge(&office, &told, reader.id(), app.now()).await? {
        Some(_) => done(),
        None => page(&app, &reader, Notice::refused("今天已经催办过，对方尚未回复")).await,
    }
}

impl App {
    /// What the offices that `reader` sees owe, the one that owes most first.
    pub(crate) async fn duties(&self, reader: &Reader, view: &View) -> Result<Vec<DutyRow>, Failure> {
        let names = offices(self).await?;
        let mut owed: BTreeMap<String, DutyRow> = BTreeMap::new();
        let survey = self.survey(view).await?;
        let supervising = supervising(&view.snapshot).await?;
        let mut lacks: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
        for one in survey.persons.iter().filter(|one| one.class != Class::Former) {
            let of_unit = || one.unit.as_ref().and_then(|unit| supervising.get(unit.as_str()));
            let office = one.office.as_ref().map(RecordKey::as_str).or_else(|| of_unit().map(String::as_str));
            let office = office.unwrap_or_default();
            let row = owed.entry(office.to_owned()).or_default();
            row.kept += 1;
            if one.lacks.is_empty() {
                continue;
            }
            row.dossiers += 1;
            let counted = lacks.entry(office.to_owned()).or_default();
            let words: BTreeSet<&str> = one.lacks.iter().map(|lack| lack.words.as_str()).collect();
            for words in words {
                *counted.entry(words.to_owned()).or_default() += 1;
            }
        }
        for (office, late) in self.late_sources(reader, view).await? {
            owed.entry(office).or_default().sources.push(late);
        }
        let mut rows: Vec<DutyRow> = owed
            .into_iter()
            .map(|(key, row)| {
                let mut lacks: Vec<(String, u64)> =
                    lacks.remove(&key).unwrap_or_default().into_iter().collect();
                lacks.sort_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));
                let name = match key.as_str() {
                    "" => "未落实监督单位".to_owned(),
                    key => names.get(key).cloned().unwrap_or_else(|| key.to_owned()),
                };
                DutyRow { key, name, lacks, ..row }
            })
            .filter(DutyRow::owes)
            .collect();
        rows.sort_by(|a, b| (b.weight(), &a.name).cmp(&(a.weight(), &b.name)));
        Ok(rows)
    }

    /// Deliveries that are late, with the office that answers for them. Who works for some offices sees theirs.
    pub(super) async fn late_sources(
        &self,
        reader: &Reader,
        view: &View,
    ) -> Result<Vec<(String, (String, String, String, i64))>, Failure> {
        let (deliveries, own) = match &reader.scope().offices {
            Offices::All => (view.snapshot.deliveries().await?, None),
            Offices::Below(roots) => {
                let whole = self.archive().snapshot().await?;
                (whole.deliveries().await?, Some(below(&whole, roots).await?))
            }
        };
        let late = |one: Delivery| {
            let last = self.local(one.at).date();
            let due = one.cadence.next_due(last)?;
            let office = one.office.as_ref().map(ToString::to_string).unwrap_or_default();
            let theirs = own.as_ref().is_none_or(|own| own.contains(&office));
            let overdue = theirs && one.cadence.standing(last, view.today) == Standing::Overdue;
            let days = (view.today - due).num_days();
            overdue.then(|| (office, (one.source, one.kind.title().to_owned(), due.to_string(), days)))
        };
        Ok(deliveries.into_iter().filter_map(late).collect())
    }
}

/// The offices `roots` and all below them.
async fn below(whole: &Snapshot, roots: &BTreeSet<RecordKey>) -> Result<BTreeSet<String>, Failure> {
    let offices = whole.page(Kind::Office, None, u32::MAX).await?;
    let mut found: BTreeSet<String> = roots.iter().map(ToString::to_string).collect();
    loop {
        let more: Vec<String> = offices
            .iter()
            .filter(|office| office.fields.text("parent").is_some_and(|parent| found.contains(parent)))
            .map(|office| office.record.key.to_string())
            .filter(|key| !found.contains(key))
            .collect();
        if more.is_empty() {
            return Ok(found);
        }
        found.extend(more);
    }
}

/// The office of every unit: its own, or that of the nearest unit above that has one.
async fn supervising(snapshot: &Snapshot) -> Result<HashMap<String, String>, Failure> {
    let mut units: HashMap<String, (Option<String>, Option<String>)> = HashMap::new();
    for unit in snapshot.page(Kind::Unit, None, u32::MAX).await? {
        let text = |slug: &str| unit.fields.text(slug).map(str::to_owned);
        units.insert(unit.record.key.to_string(), (text("office"), text("parent")));
    }
    let office_of = |unit: &String| {
        let mut at = unit;
        // A tree that bites its own tail ends here.
        for _ in 0..units.len() {
            match units.get(at)? {
                (Some(office), _) => return Some(office.clone()),
                (None, parent) => at = parent.as_ref()?,
            }
        }
        None
    };
    Ok(units.keys().filter_map(|unit| Some((unit.clone(), office_of(unit)?))).collect())
}

async fn page(app: &App, reader: &Reader, notice: Notice) -> Result<Response, Failure> {
    let view = app.view(reader).await?;
    let owed = app.duties(reader, &view).await?;
    let names = offices(app).await?;
    let nudges = view.snapshot.nudges(false).await?;
    let may_nudge = reader.may(Action::ProposeChanges) && reader.scope().is_full();
    reader.audit(app, "duties.read", "duties", json!({ "offices": owed.len() })).await?;
    let status = if notice.refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let row = |one: Nudge| NudgeRow {
        id: one.id,
        office: names.get(one.office.as_str()).cloned().unwrap_or_else(|| one.office.to_string()),
        told: told(&one),
        by: actor(&one.by).to_owned(),
        at: app.local(one.at),
        may_answer: reader.may(Action::ProposeChanges),
        answer: one.answer.map(|(note, by, at)| (note, actor(&by).to_owned(), app.local(at))),
    };
    html_as(
        status,
        &DutiesPage {
            shell: app.shell(&view, Room::Upkeep, "维护催办").await?,
            notice,
            offices: owed,
            nudges: nudges.into_iter().map(row).collect(),
            may_nudge,
        },
    )
}

fn told(one: &Nudge) -> String {
    let number = |name: &str| one.told.get(name).and_then(serde_json::Value::as_u64).unwrap_or(0);
    format!("逾期未报送 {} 项，未补齐的档案 {} 份", number("sources"), number("dossiers"))
}
