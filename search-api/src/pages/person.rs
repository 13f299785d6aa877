//! `/persons/{id}`: one dossier.

use archive::Stored;
use axum::extract::{Path, State};
use axum::response::Response;
use clearance::dossier_influence;
use dossier::influence::InfluenceTable;
use dossier::name::name_key;
use dossier::person::Person;
use dossier::{Period, RecordKey};

use super::{html, view_career, view_mention, view_person};
use crate::api::persons::dossier;
use crate::app::App;
use crate::console::mention::Mention;
use crate::console::person::PersonPage;
use crate::console::shell::Room;
use crate::failure::Failure;
use crate::reader::Reader;
use crate::view::View;

/// `GET /persons/{id}`
pub(crate) async fn show(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let view = app.view(&reader).await?;
    let (stored, records) = dossier(&view, &id).await?;
    reader
        .audit(
            &app,
            "dossier.read",
            stored.record.key.as_str(),
            serde_json::json!({ "records": records.len() }),
        )
        .await?;
    let person = Person::of(stored.record.key.clone(), &stored.fields);
    let named = view_person::Named::load(&view, &records).await?;
    let influence = dossier_influence(&records, &InfluenceTable::default(), view.today);
    html(&PersonPage {
        shell: app.shell(&view, Room::Persons, "人员档案").await?,
        head: view_person::head(&view, &stored, &person, namesakes(&view, &person).await?).await?,
        as_of: view.today,
        influence: view_career::bars(&influence, &records, view.today),
        career: view_career::career(&records, &named, view.today),
        timeline: view_career::timeline(&records, &named),
        sections: view_person::sections(&records, &named),
        mentions: mentions(&app, &view, &person).await?,
        versions: versions(&app, &view, &stored, &records).await?,
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

async fn versions(
    app: &App,
    view: &View,
    stored: &Stored,
    records: &[Stored],
) -> Result<Vec<crate::console::person::Change>, Failure> {
    let mut changes = Vec::new();
    for record in std::iter::once(stored).chain(records) {
        let versions = view.snapshot.versions(&record.record).await?;
        changes.extend(
            versions
                .iter()
                .map(|version| view_person::change(version, app.local(version.stored.recorded_at))),
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
