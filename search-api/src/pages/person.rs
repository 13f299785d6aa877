//! `/persons/{id}`: one dossier.

use alerts::upkeep::count_in;
use archive::{ChangeFilter, ReminderFilter, Stored};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use clearance::dossier_influence;
use dossier::access::{AccessAct, Action};
use dossier::change::ChangeState;
use dossier::influence::InfluenceTable;
use dossier::name::name_key;
use dossier::person::Person;
use dossier::upkeep::contents::completeness;
use dossier::{Category, Kind, Period, RecordKey, RecordRef};

use super::{html, view_career, view_kin, view_mention, view_person};
use crate::api::persons::dossier;
use crate::api::reminders::visible;
use crate::app::App;
use crate::console::clearance::RowState;
use crate::console::mention::Mention;
use crate::console::person::{ClearanceLine, Keeping, PersonPage, ReminderLine};
use crate::console::shell::Room;
use crate::failure::{Failure, Missing};
use crate::reader::Reader;
use crate::view::View;

/// Clearances of a person that are looked at.
const CLEARANCES: u32 = 100;

/// `GET /persons/{id}`
pub(crate) async fn show(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    page(&app, &reader, &id, false).await
}

/// `GET /persons/{id}/print`: the same page, which may be printed by an approval.
pub(crate) async fn print(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let (stored, _) = dossier(&app.view(&reader).await?, &id).await?;
    let key = stored.record.key.as_str();
    reader.take_out(&app, AccessAct::Print, key, serde_json::json!({})).await?;
    reader.audit(&app, "dossier.print", key, serde_json::json!({})).await?;
    page(&app, &reader, &id, true).await
}

async fn page(app: &App, reader: &Reader, id: &str, printing: bool) -> Result<Response, Failure> {
    let view = app.view(reader).await?;
    let (stored, records) = match dossier(&view, id).await {
        Err(Failure::NotFound(Missing::Person)) => return elsewhere(&view, id).await,
        found => found?,
    };
    reader.note_reading(app, &stored.record.key).await?;
    reader
        .audit(
            app,
            "dossier.read",
            stored.record.key.as_str(),
            serde_json::json!({ "records": records.len() }),
        )
        .await?;
    let person = Person::of(stored.record.key.clone(), &stored.fields);
    let named = view_person::Named::load(&view, &records).await?;
    let influence = dossier_influence(&records, &InfluenceTable::default(), view.today);
    let mut shell = app.shell(&view, Room::Persons, "人员档案").await?;
    shell.printable |= printing;
    html(&PersonPage {
        shell,
        head: view_person::head(&view, &stored, &person, namesakes(&view, &person).await?).await?,
        as_of: view.today,
        influence: view_career::bars(&influence, &records, view.today),
        career: view_career::career(&records, &named, view.today),
        kin: view_kin::kin(&person.name, &records),
        timeline: view_career::timeline(&records, &named),
        sections: view_person::sections(&records, &named),
        mentions: mentions(app, &view, &person).await?,
        may_decide: reader.may(Action::RunClearances),
        reminders: reminders(app, reader, &person).await?,
        clearances: clearances(app, reader, &person).await?,
        versions: versions(app, &view, &stored, &records).await?,
        keeping: keeping(app, &view, &stored, &records).await?,
    })
}

/// A dossier that was joined to another is found there.
async fn elsewhere(view: &View, id: &str) -> Result<Response, Failure> {
    let missing = || Failure::NotFound(Missing::Person);
    let key = RecordKey::new(id).map_err(|_| missing())?;
    let standing = view.snapshot.dossier_standings(&[key]).await?.pop();
    let into = standing.and_then(|standing| standing.joined_into).ok_or_else(missing)?;
    Ok(Redirect::to(&format!("/persons/{}", super::segment(into.as_str()))).into_response())
}

/// How the dossier is kept.
async fn keeping(app: &App, view: &View, stored: &Stored, records: &[Stored]) -> Result<Keeping, Failure> {
    let key = stored.record.key.clone();
    let entry = view.snapshot.catalogue(std::slice::from_ref(&key)).await?.pop();
    let standing = view.snapshot.dossier_standings(std::slice::from_ref(&key)).await?.pop();
    let waiting =
        ChangeFilter { state: Some(ChangeState::Open), person: Some(key.clone()), ..ChangeFilter::default() };
    let rows: Vec<_> = records.iter().map(|record| (record.record.kind, &record.fields)).collect();
    let mut whole = completeness(&stored.fields, &rows, view.today);
    count_in(&mut whole, &app.judge(view).await?.owed(stored, records), view.today);
    let paper = entry.as_ref().map(|entry| {
        let place =
            if entry.paper_place.is_empty() { String::new() } else { format!("，{}", entry.paper_place) };
        let day = entry.checked_on.map(|day| format!("，{day} 核对")).unwrap_or_default();
        format!("{}{place}{day}", entry.paper_state.title())
    });
    Ok(Keeping {
        number: entry.as_ref().and_then(|entry| entry.number.clone()).unwrap_or_default(),
        labels: entry.map(|entry| entry.labels).unwrap_or_default(),
        paper: paper.unwrap_or_default(),
        sealed: standing.filter(|one| one.sealed).map(|one| (app.local(one.since), one.change)),
        joined: view.snapshot.joined_to(&key).await?.iter().map(ToString::to_string).collect(),
        pending: view.snapshot.changes(&waiting).await?.iter().map(|change| change.id).collect(),
        percent: whole.percent() as u64,
        lacks: whole.lacks.into_iter().map(|lack| lack.words).collect(),
        may_propose: view.reader.may(Action::ProposeChanges),
        reports: records.iter().any(|record| record.record.kind == Kind::Declared),
    })
}

/// How many other dossiers bear the name.
async fn namesakes(view: &View, person: &Person) -> Result<u64, Failure> {
    let hits = view.snapshot.persons_by_names(&[name_key(&person.name)]).await?;
    let others: std::collections::BTreeSet<_> =
        hits.into_iter().map(|hit| hit.person).filter(|other| *other != person.key).collect();
    Ok(others.len() as u64)
}

/// Every place where a name of the person stands, weighed as in a clearance.
async fn mentions(app: &App, view: &View, person: &Person) -> Result<Vec<Mention>, Failure> {
    let found =
        clearance::find_person(view.reader.archive(), app.index(), &person.key, Period::ALWAYS).await?;
    let texts: Vec<RecordKey> = found.mentions.iter().map(|mention| mention.text.clone()).collect();
    let sources = view_mention::Sources::load(view, &texts).await?;
    let names: Vec<&str> =
        std::iter::once(&person.name).chain(&person.former_names).map(String::as_str).collect();
    Ok(found.mentions.iter().filter_map(|mention| sources.found(mention, &names)).collect())
}

/// The reminders about the person, as far as the reader sees them.
async fn reminders(
    app: &App,
    reader: &Reader,
    person: &Person,
) -> Result<Option<Vec<ReminderLine>>, Failure> {
    if !reader.may(Action::ReadReminders) {
        return Ok(None);
    }
    let subject = RecordRef::new(Kind::Person, person.key.clone());
    let filter = ReminderFilter { subjects: Some(vec![subject]), ..visible(reader).await? };
    let mut lines = Vec::new();
    for reminder in app.archive().reminders(&filter).await?.into_iter().rev() {
        let facts = app.archive().reminder_facts(&reminder.id).await?;
        let title = Category::parse(&reminder.category)
            .map_or(reminder.category.as_str(), |category| category.title());
        lines.push(ReminderLine {
            title: title.to_owned(),
            created: app.local(reminder.created_at).date(),
            state: reminder.standing.state,
            facts: facts.into_iter().map(|fact| fact.explanation).collect(),
            id: reminder.id,
        });
    }
    Ok(Some(lines))
}

/// The clearances that the person was in, as far as the reader may read them.
async fn clearances(
    app: &App,
    reader: &Reader,
    person: &Person,
) -> Result<Option<Vec<ClearanceLine>>, Failure> {
    if !reader.may(Action::RunClearances) {
        return Ok(None);
    }
    let (found, _) = app.archive().clearances_about(&person.key, CLEARANCES).await?;
    let mut lines = Vec::new();
    for one in found {
        // What he may not read is not there for him, and not counted.
        match app.clearance_of(reader, &one.clearance).await {
            Ok(header) => lines.push(ClearanceLine {
                purpose: header.purpose,
                created: app.local(header.created_at),
                row: one.row,
                of: if one.person == person.key { String::new() } else { one.person.to_string() },
                state: RowState::from_slug(&one.state),
                id: one.clearance,
            }),
            Err(Failure::NotFound(_)) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(Some(lines))
}

async fn versions(
    app: &App,
    view: &View,
    stored: &Stored,
    records: &[Stored],
) -> Result<Vec<crate::console::person::Change>, Failure> {
    let partial = view.snapshot.is_partial();
    let mut changes = Vec::new();
    for record in std::iter::once(stored).chain(records) {
        let versions = view.snapshot.versions(&record.record).await?;
        changes.extend(
            versions
                .iter()
                .map(|version| view_person::change(version, app.local(version.stored.recorded_at), partial)),
        );
    }
    changes.sort_by_key(|change| std::cmp::Reverse(change.version));
    if view.snapshot.is_partial() {
        // The archive's own numbers would tell how much else has happened in between.
        for (number, change) in (1..).zip(changes.iter_mut().rev()) {
            change.version = number;
        }
    }
    Ok(changes)
}
