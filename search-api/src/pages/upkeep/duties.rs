//! `/upkeep/duties`: what upkeep each office owes: deliveries that are late, events of which what has to follow is not on
//! file, dossiers that lack something. Counted whenever somebody looks, so that it goes when it is done; offices are
//! reminded of it, by the program or a person (催办), and say what they make of it.

use std::collections::BTreeMap;

use alerts::upkeep::{offices_below, supervising};
use archive::{ArchiveError, Delivery, Nudge};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use dossier::RecordKey;
use dossier::access::{Action, Offices};
use dossier::upkeep::cadence::Standing;
use dossier::upkeep::timely::FollowUp;
use serde::Deserialize;
use serde_json::json;

use super::super::html_as;
use super::super::reminders::offices;
use super::super::view_person::actor;
use crate::app::App;
use crate::console::account::Notice;
use crate::console::paging::Paging;
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

/// Reminders on a page.
const PAGE: u32 = 50;

/// Which page of the reminders.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    page: Option<u64>,
}

/// `GET /upkeep/duties`
pub(crate) async fn show(
    State(app): State<App>,
    reader: Reader,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    page(&app, &reader, &asked, Notice::default()).await
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
            Err(ArchiveError::Change(_)) => {
                page(&app, &reader, &Asked::default(), Notice::refused("请填写回复")).await
            }
            Err(error) => Err(error.into()),
        };
    }
    reader.must_see_all()?;
    let office = RecordKey::new(&said.office).map_err(|_| Failure::NotFound(Missing::Address))?;
    let view = app.view(&reader).await?;
    let owed = app.duties(&reader, &view).await?;
    drop(view);
    let Some(row) = owed.iter().find(|row| row.key == office.as_str()) else {
        return page(&app, &reader, &Asked::default(), Notice::refused("这个单位没有逾期的维护事项")).await;
    };
    let told = json!({ "sources": row.sources.len(), "events": row.overdue(), "dossiers": row.dossiers });
    let desks = app.desks()?;
    match app.archive().nudge(&office, &told, &desks.desk(), reader.id(), app.now()).await? {
        Some(_) => done(),
        None => page(&app, &reader, &Asked::default(), Notice::refused("今天已经催办过，对方尚未回复")).await,
    }
}

impl App {
    /// What the offices that `reader` sees owe, the one that owes most first.
    pub(crate) async fn duties(&self, reader: &Reader, view: &View) -> Result<Vec<DutyRow>, Failure> {
        let names = offices(self).await?;
        let mut owed: BTreeMap<String, DutyRow> = BTreeMap::new();
        let survey = self.survey(view).await?;
        let lacking = match survey.lacking.get() {
            Some(known) => known,
            None => survey.lacking(&supervising(&view.snapshot).await?),
        };
        for (office, lacks) in lacking {
            let row = owed.entry(office.clone()).or_default();
            (row.kept, row.dossiers) = (lacks.kept, lacks.dossiers);
            row.lacks.clone_from(&lacks.lacks);
            let event = |(what, (count, oldest)): (&FollowUp, &(u64, NaiveDate))| {
                (what.title().to_owned(), *count, (view.today - *oldest).num_days())
            };
            row.events = lacks.events.iter().map(event).collect();
            let filed = lacks.filed.iter();
            row.filed =
                filed.map(|(kind, filed)| (kind.title().to_owned(), filed.in_time, filed.late)).collect();
        }
        for (office, late) in self.late_sources(reader, view).await? {
            owed.entry(office).or_default().sources.push(late);
        }
        let mut rows: Vec<DutyRow> = owed
            .into_iter()
            .map(|(key, row)| {
                let name = match key.as_str() {
                    "" => "委机关自办及未落实监督单位".to_owned(),
                    key => names.get(key).cloned().unwrap_or_else(|| key.to_owned()),
                };
                DutyRow { key, name, ..row }
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
                (whole.deliveries().await?, Some(offices_below(&whole, roots).await?))
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

async fn page(app: &App, reader: &Reader, asked: &Asked, notice: Notice) -> Result<Response, Failure> {
    let view = app.view(reader).await?;
    let owed = app.duties(reader, &view).await?;
    let names = offices(app).await?;
    let total = view.snapshot.count_nudges(false).await?;
    let paging = Paging { page: asked.page.unwrap_or(1).max(1), size: PAGE.into(), total };
    let nudges = view.snapshot.nudges((paging.page - 1).saturating_mul(paging.size), PAGE).await?;
    let may_nudge = reader.may(Action::ProposeChanges) && reader.scope().is_full();
    reader.audit(app, "duties.read", "duties", json!({ "offices": owed.len() })).await?;
    let status = if notice.refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let row = |one: Nudge| NudgeRow {
        id: one.id,
        reference: one.reference(app.local(one.at).date()),
        duties: one.duties,
        closed: one.closed_at.map(|at| app.local(at)),
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
            paging,
            may_nudge,
        },
    )
}

fn told(one: &Nudge) -> String {
    let number = |name: &str| one.told.get(name).and_then(serde_json::Value::as_u64).unwrap_or(0);
    let parts = [
        ("sources", "逾期未报送", "项"),
        ("events", "逾期未入档", "项"),
        ("reports", "未交年度报告", "份"),
        ("dossiers", "未补齐的档案", "份"),
    ];
    let told = parts.iter().filter(|(name, ..)| number(name) > 0);
    let told: Vec<String> =
        told.map(|(name, what, measure)| format!("{what} {} {measure}", number(name))).collect();
    told.join("，")
}
