//! A dossier as JSON: the person and every live record about the person, identity numbers and the like
//! masked.

use archive::Stored;
use axum::Json;
use axum::extract::{Path, State};
use dossier::{Kind, RecordKey};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::app::App;
use crate::around::Problem;
use crate::failure::{Failure, Missing};
use crate::reader::Reader;
use crate::search::masked;
use crate::view::View;

/// A dossier.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PersonAnswer {
    /// The person.
    person: RecordAnswer,
    /// The records, by table and key.
    records: Vec<RecordAnswer>,
    /// The archive version that this was read at.
    archive_version: i64,
}

/// A record.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecordAnswer {
    /// Slug of the table.
    #[schema(example = "sanction")]
    pub(crate) kind: String,
    /// Key.
    pub(crate) id: String,
    /// 1 for the first version of the record, then counted on.
    pub(crate) version: i64,
    /// Its columns by slug; sensitive ones masked.
    #[schema(value_type = Object)]
    pub(crate) fields: Map<String, Value>,
    /// Who supplied it.
    pub(crate) source: String,
    /// When the archive learned it (RFC 3339).
    pub(crate) recorded_at: String,
}

impl RecordAnswer {
    /// The record as it may be shown.
    pub(crate) fn of(stored: &Stored) -> Result<Self, Failure> {
        let declaration = stored.record.kind.declaration();
        let mut fields = Map::new();
        for (slug, value) in stored.fields.iter() {
            let sensitive = declaration.column(slug).is_some_and(|column| column.sensitive);
            let shown = if sensitive { Value::String(masked(value)) } else { serde_json::to_value(value)? };
            fields.insert(slug.to_owned(), shown);
        }
        Ok(Self {
            kind: stored.record.kind.slug().to_owned(),
            id: stored.record.key.to_string(),
            version: stored.version,
            fields,
            source: stored.source.clone(),
            recorded_at: stored.recorded_at.to_rfc3339(),
        })
    }
}

/// The person of an address and the records about them.
pub(crate) async fn dossier(view: &View, id: &str) -> Result<(Stored, Vec<Stored>), Failure> {
    let missing = || Failure::NotFound(Missing::Person);
    let key = RecordKey::new(id).map_err(|_| missing())?;
    let keys = [key];
    let person = view.snapshot.records(Kind::Person, &keys).await?.into_iter().next().ok_or_else(missing)?;
    let kinds: Vec<Kind> = Kind::ALL
        .iter()
        .copied()
        .filter(|kind| *kind != Kind::Person && kind.declaration().person.is_some())
        .collect();
    let records = view.snapshot.records_of_persons(&keys, &kinds).await?;
    Ok((person, records))
}

/// The person of an address and every record that was ever about them, each with all its versions; the person's
/// own row is the first.
pub(crate) async fn dossier_ever(
    view: &View,
    id: &str,
) -> Result<(Stored, Vec<Vec<archive::StoredVersion>>), Failure> {
    let missing = || Failure::NotFound(Missing::Person);
    let key = RecordKey::new(id).map_err(|_| missing())?;
    let person = view.snapshot.records(Kind::Person, std::slice::from_ref(&key)).await?;
    let person = person.into_iter().next().ok_or_else(missing)?;
    let mut all = vec![view.snapshot.versions(&person.record).await?];
    for record in view.snapshot.records_ever_of(&key).await? {
        if record != person.record {
            all.push(view.snapshot.versions(&record).await?);
        }
    }
    Ok((person, all))
}

/// `GET /api/v1/persons/{id}`
#[utoipa::path(get, path = "/api/v1/persons/{id}", tag = "dossiers", summary = "A dossier",
    params(("id" = String, Path, description = "Key of the dossier (编号)")),
    responses((status = 200, description = "The dossier", body = PersonAnswer),
              (status = 404, description = "`person_not_found`", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn show(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<String>,
) -> Result<Json<PersonAnswer>, Failure> {
    let view = app.view(&reader).await?;
    let (person, records) = dossier(&view, &id).await?;
    reader.note_reading(&app, &person.record.key).await?;
    reader
        .audit(&app, "dossier.read", person.record.key.as_str(), json!({ "records": records.len() }))
        .await?;
    Ok(Json(PersonAnswer {
        person: RecordAnswer::of(&person)?,
        records: records.iter().map(RecordAnswer::of).collect::<Result<_, _>>()?,
        archive_version: view.told_version(),
    }))
}
