//! `/persons`: the list of dossiers, found by name, narrowed by unit and status. A name is posted.

use axum::extract::{Query, State};
use axum::response::Response;
use dossier::name::name_key;
use dossier::{Kind, RecordKey, ValueType};
use serde::Deserialize;

use super::unit::UnitBrief;
use super::{Paged, html, view_person};
use crate::app::App;
use crate::console::paging::{Paging, skipped};
use crate::console::persons::{Choice, PersonsPage};
use crate::console::shell::Room;
use crate::failure::Failure;
use crate::form::{Posted, tokened};
use crate::reader::Reader;
use crate::roll::Roll;
use crate::view::View;

/// Persons on a page.
const PAGE: usize = 50;

/// What is looked for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    #[serde(default)]
    name: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    page: String,
    form_token: Option<String>,
}

tokened!(Wanted);

/// `GET /persons`
pub(crate) async fn browse(
    State(app): State<App>,
    reader: Reader,
    Query(paged): Query<Paged>,
) -> Result<Response, Failure> {
    page(&app, &reader, Wanted::default(), paged.number()).await
}

/// `POST /persons`
pub(crate) async fn find(
    State(app): State<App>,
    reader: Reader,
    Posted(wanted): Posted<Wanted>,
) -> Result<Response, Failure> {
    let number = wanted.page.trim().parse().unwrap_or(1).max(1);
    page(&app, &reader, wanted, number).await
}

async fn page(app: &App, reader: &Reader, wanted: Wanted, number: u64) -> Result<Response, Failure> {
    let view = app.view(reader).await?;
    let roll = app.roll(&view).await?;
    let all = matching(app, &view, &roll, &wanted).await?;
    let skipped = skipped(number, PAGE);
    let shown: Vec<RecordKey> =
        all.iter().skip(skipped).take(PAGE).filter_map(|place| roll.persons.get(*place)).cloned().collect();
    reader
        .audit(app, "dossier.list", "", serde_json::json!({ "found": all.len(), "shown": shown.len() }))
        .await?;
    html(&PersonsPage {
        shell: app.shell(&view, Room::Persons, "人员档案").await?,
        units: units(app, &view, &wanted.unit).await?,
        statuses: statuses(&wanted.status),
        rows: view_person::rows(&view, &shown).await?,
        paging: Paging { page: number, size: PAGE as u64, total: all.len() as u64 },
        name: wanted.name,
    })
}

/// Who fits: places of the roll, in its order.
async fn matching(app: &App, view: &View, roll: &Roll, wanted: &Wanted) -> Result<Vec<usize>, Failure> {
    let mut asked: Vec<Vec<bool>> = Vec::new();
    let name = name_key(&wanted.name);
    if !name.is_empty() {
        asked.push(roll.called(&name));
    }
    if let Ok(unit) = RecordKey::new(&wanted.unit) {
        let posts = view.snapshot.records_of_units(&[unit], &[Kind::Post]).await?;
        asked.push(roll.marked(posts.iter().filter_map(|post| post.person.as_ref())));
    }
    if !wanted.status.is_empty() {
        asked.push(app.of_status(view, roll, &wanted.status).await?);
    }
    let fits = |place: &usize| asked.iter().all(|marked| marked[*place]);
    Ok((0..roll.persons.len()).filter(fits).collect())
}

async fn units(app: &App, view: &View, selected: &str) -> Result<Vec<Choice>, Failure> {
    let choice = |unit: &UnitBrief| Choice {
        value: unit.key.to_string(),
        label: unit.name.clone(),
        selected: unit.key.as_str() == selected,
    };
    Ok(app.units(view).await?.iter().map(choice).collect())
}

/// The vocabulary of 在职状态, as its column declares it.
fn statuses(selected: &str) -> Vec<Choice> {
    let column = Kind::Person.declaration().column("status");
    let values =
        column.map_or(
            &[] as &[_],
            |column| {
                if let ValueType::Choice(values) = column.value { values } else { &[] }
            },
        );
    let choice = |value: &str| Choice {
        value: value.to_owned(),
        label: value.to_owned(),
        selected: value == selected,
    };
    values.iter().map(|one| choice(one.value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_statuses_are_those_of_the_declaration() {
        let statuses = statuses("退休");
        assert!(statuses.iter().any(|choice| choice.value == "在职" && !choice.selected));
        assert!(statuses.iter().any(|choice| choice.value == "退休" && choice.selected));
    }
}
