//! `/upkeep/sources`: when each source delivered each table, and when it has to next.

use std::collections::BTreeMap;

use archive::{ArchiveError, Delivery};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use dossier::access::Action;
use dossier::upkeep::cadence::{Cadence, Standing};
use dossier::{Kind, RecordKey};
use serde::Deserialize;

use super::super::html;
use super::super::reminders::offices;
use crate::app::App;
use crate::console::account::Notice;
use crate::console::reminders::Pick;
use crate::console::shell::Room;
use crate::console::tone::Tone;
use crate::console::upkeep::{SourceRow, SourcesPage};
use crate::failure::Failure;
use crate::form::{Posted, tokened};
use crate::reader::Reader;

/// How often a source delivers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Set {
    source: String,
    kind: String,
    #[serde(default)]
    cadence: String,
    form_token: Option<String>,
}

tokened!(Set);

/// Which office answers for a source.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetOffice {
    source: String,
    #[serde(default)]
    office: String,
    form_token: Option<String>,
}

tokened!(SetOffice);

/// `POST /upkeep/sources/office`
pub(crate) async fn set_office(
    State(app): State<App>,
    reader: Reader,
    Posted(set): Posted<SetOffice>,
) -> Result<Response, Failure> {
    reader.must_see_all()?;
    let wrong = |field| Failure::field(field, "field_invalid", "there is no such value");
    let known = reader.archive().snapshot().await?.deliveries().await?;
    if !known.iter().any(|one| one.source == set.source) {
        return Err(wrong("source"));
    }
    let office = match set.office.as_str() {
        "" => None,
        key => Some(RecordKey::new(key).map_err(|_| wrong("office"))?),
    };
    match app.archive().set_source_office(&set.source, office.as_ref(), reader.id(), app.now()).await {
        Ok(()) => Ok(Redirect::to("/upkeep/sources#offices").into_response()),
        Err(ArchiveError::Change(_)) => Err(wrong("office")),
        Err(error) => Err(error.into()),
    }
}

/// `GET /upkeep/sources`
pub(crate) async fn show(State(app): State<App>, reader: Reader) -> Result<Response, Failure> {
    let view = app.view(&reader).await?;
    let deliveries = view.snapshot.deliveries().await?;
    let mut rows: Vec<(Standing, SourceRow)> =
        deliveries.iter().enumerate().map(|(number, one)| row(&app, number, one, view.today)).collect();
    let order = |standing: Standing| match standing {
        Standing::Overdue => 0,
        Standing::Soon => 1,
        Standing::Fresh => 2,
        Standing::None => 3,
    };
    rows.sort_by_key(|(standing, row)| (order(*standing), row.due.clone()));
    let offices = offices(&app).await?;
    let mut sources: BTreeMap<String, Option<String>> = BTreeMap::new();
    for one in &deliveries {
        sources.insert(one.source.clone(), one.office.as_ref().map(ToString::to_string));
    }
    let answering = sources.into_iter().map(|(source, chosen)| {
        let picks = offices.iter().map(|(key, name)| Pick {
            value: key.clone(),
            label: name.clone(),
            chosen: chosen.as_ref() == Some(key),
        });
        (source, picks.collect())
    });
    html(&SourcesPage {
        offices: answering.collect(),
        shell: app.shell(&view, Room::Upkeep, "来源时效").await?,
        notice: Notice::default(),
        overdue: rows.iter().filter(|(standing, _)| *standing == Standing::Overdue).count() as u64,
        rows: rows.into_iter().map(|(_, row)| row).collect(),
        may_set: reader.may(Action::ProposeChanges) && !view.snapshot.is_partial(),
        hidden: view.snapshot.is_partial(),
    })
}

/// `POST /upkeep/sources`
pub(crate) async fn set(
    State(app): State<App>,
    reader: Reader,
    Posted(set): Posted<Set>,
) -> Result<Response, Failure> {
    reader.must_see_all()?;
    let wrong = |field| Failure::field(field, "field_invalid", "there is no such value");
    let kind = Kind::parse(&set.kind).ok_or_else(|| wrong("kind"))?;
    let cadence = match set.cadence.as_str() {
        "" => None,
        slug => Some(Cadence::parse(slug).ok_or_else(|| wrong("cadence"))?),
    };
    let known = reader.archive().snapshot().await?.deliveries().await?;
    if !known.iter().any(|one| one.source == set.source && one.kind == kind) {
        return Err(wrong("source"));
    }
    app.archive().set_cadence(&set.source, kind, cadence, reader.id(), app.now()).await?;
    Ok(Redirect::to("/upkeep/sources").into_response())
}

fn row(app: &App, number: usize, one: &Delivery, today: chrono::NaiveDate) -> (Standing, SourceRow) {
    let last = app.local(one.at);
    let standing = one.cadence.standing(last.date(), today);
    let due = one.cadence.next_due(last.date());
    let words = match (standing, due) {
        (Standing::Overdue, Some(due)) => format!("逾期 {} 天", (today - due).num_days()),
        (standing, _) => standing.title().to_owned(),
    };
    let row = SourceRow {
        number,
        source: one.source.clone(),
        kind: one.kind.slug().to_owned(),
        title: one.kind.title().to_owned(),
        last,
        import: one.import,
        cadences: Cadence::ALL
            .iter()
            .map(|cadence| Pick {
                value: cadence.slug().to_owned(),
                label: cadence.title().to_owned(),
                chosen: *cadence == one.cadence,
            })
            .collect(),
        cadence: one.cadence.title().to_owned(),
        set: one.set,
        due: due.map(|due| due.to_string()).unwrap_or_default(),
        standing: words,
        tone: match standing {
            Standing::Overdue => Tone::Danger,
            Standing::Soon => Tone::Near,
            Standing::Fresh => Tone::Done,
            Standing::None => Tone::Plain,
        },
    };
    (standing, row)
}
