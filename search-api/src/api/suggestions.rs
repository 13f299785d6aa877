//! Beside the answer of a clearance: names of other dossiers that look or sound like one for which nothing was found.
//! Made when it is asked for, of the names that the reader may see; no part of the answer, of its proof, of any state.

use axum::Json;
use axum::extract::{Path, Query, State};
use clearance::{Candidate, SUGGESTED_FOR_MAX};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::api::shapes::{self, Row};
use crate::app::App;
use crate::around::Problem;
use crate::failure::Failure;
use crate::reader::Reader;

/// States of rows for which nothing was found: the name may be written otherwise than its dossier.
pub(crate) const NOTHING_FOUND: &[&str] = &["clear", "no_dossier", "incomplete"];

/// `?after=100`
#[derive(Debug, Default, Deserialize)]
pub(crate) struct After {
    after: Option<u32>,
}

/// What could be meant by the names of some rows.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Suggestions {
    /// Row by row, the nearest first.
    suggestions: Vec<RowSuggestion>,
    /// Ask again with this `after` for the rows that follow; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u32>,
}

/// A name of a dossier that could be meant instead of a row's.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RowSuggestion {
    /// The row.
    row: u32,
    /// Its name as asked.
    name: String,
    /// The other name.
    instead: String,
    /// `look_alike_surname`, `look_alike`, `same_sound`, `pinyin` or `initials`.
    because: &'static str,
    /// Dossiers that bear it.
    #[schema(value_type = Vec<shapes::Candidate>)]
    persons: Vec<Candidate>,
}

/// `GET /api/v1/clearances/{id}/suggestions`
#[utoipa::path(get, path = "/api/v1/clearances/{id}/suggestions", tag = "clearances",
    summary = "Names that look or sound like those without a finding; no part of the answer",
    params(("id" = String, Path, description = "Id of the clearance"),
           ("after" = Option<u32>, Query, description = "Rows after this one, a hundred at a time; from the first if absent")),
    responses((status = 200, description = "Names of other dossiers", body = Suggestions),
              (status = 404, description = "`clearance_not_found`", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn show(
    State(app): State<App>,
    reader: Reader,
    Path(id): Path<String>,
    Query(part): Query<After>,
) -> Result<Json<Suggestions>, Failure> {
    let header = app.clearance_of(&reader, &id).await?;
    let limit = u32::try_from(SUGGESTED_FOR_MAX).unwrap_or(u32::MAX);
    let stored = app.archive().clearance_rows(&header.id, part.after.unwrap_or(0), limit, None).await?;
    let next = stored.last().map(|last| last.row).filter(|last| *last < header.rows_done);
    let mut asked: Vec<(u32, String)> = Vec::new();
    for stored in stored.iter().filter(|stored| NOTHING_FOUND.contains(&stored.state.as_str())) {
        asked.push((stored.row, Row::read(&stored.body)?.input.name));
    }
    let mut names: Vec<String> = asked.iter().map(|(_, name)| name.clone()).collect();
    names.sort_unstable();
    names.dedup();
    let today = app.local(app.now()).date();
    let found = clearance::suggest_names(reader.archive(), app.index(), &names, today).await?;
    reader.audit(&app, "clearance.read", &id, json!({ "suggestions_for": asked.len() })).await?;
    let of_row = |(row, name): (u32, String)| {
        let own = found.iter().filter(move |other| other.name == name);
        own.map(move |other| RowSuggestion {
            row,
            name: other.name.clone(),
            instead: other.instead.clone(),
            because: other.because,
            persons: other.persons.clone(),
        })
        .collect::<Vec<_>>()
    };
    Ok(Json(Suggestions { suggestions: asked.into_iter().flat_map(of_row).collect(), next }))
}
