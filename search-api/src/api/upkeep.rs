//! What upkeep of dossiers offices owe, as far as the reader sees them.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::app::App;
use crate::failure::Failure;
use crate::reader::Reader;

/// What offices owe.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DutiesAnswer {
    /// The one that owes most first; an office that owes nothing is not listed.
    offices: Vec<OfficeDuties>,
}

/// What an office owes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OfficeDuties {
    /// Its key; null: no office answers for it.
    office: Option<String>,
    /// Its name.
    name: String,
    /// Deliveries that are late.
    deliveries: Vec<LateDelivery>,
    /// What should have followed from events and is not on file, by what it is.
    overdue: Vec<Overdue>,
    /// Events of the last twelve months, by table.
    filed: Vec<FiledEvents>,
    /// What dossiers lack of what their class asks for.
    lacks: Vec<Lacking>,
    /// Dossiers that lack something.
    lacking: u64,
    /// Dossiers of people in service.
    dossiers: u64,
}

/// A delivery that is late.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LateDelivery {
    /// Who delivers.
    source: String,
    /// Which table, in Chinese.
    table: String,
    /// The last day on which it was in time.
    due: String,
    /// How many days it is late.
    days: i64,
}

/// What should have followed from events.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Overdue {
    /// What, in Chinese.
    what: String,
    /// How often.
    count: u64,
    /// How many days the oldest is late.
    days: i64,
}

/// Events of a table.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FiledEvents {
    /// Which table, in Chinese.
    table: String,
    /// On file on or before their last day.
    in_time: u64,
    /// On file after it.
    late: u64,
}

/// What dossiers lack.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Lacking {
    /// What, in Chinese.
    what: String,
    /// How many of them.
    dossiers: u64,
}

/// `GET /api/v1/upkeep/duties`
#[utoipa::path(get, path = "/api/v1/upkeep/duties", tag = "dossiers", summary = "What upkeep of dossiers each office owes",
    responses((status = 200, description = "The offices that this reader sees", body = DutiesAnswer)))]
pub(crate) async fn duties(State(app): State<App>, reader: Reader) -> Result<Json<DutiesAnswer>, Failure> {
    let view = app.view(&reader).await?;
    let owed = app.duties(&reader, &view).await?;
    reader.audit(&app, "duties.read", "api", json!({ "offices": owed.len() })).await?;
    let office = |row: crate::console::upkeep::DutyRow| OfficeDuties {
        office: (!row.key.is_empty()).then_some(row.key),
        name: row.name,
        deliveries: row
            .sources
            .into_iter()
            .map(|(source, table, due, days)| LateDelivery { source, table, due, days })
            .collect(),
        overdue: row.events.into_iter().map(|(what, count, days)| Overdue { what, count, days }).collect(),
        filed: row
            .filed
            .into_iter()
            .map(|(table, in_time, late)| FiledEvents { table, in_time, late })
            .collect(),
        lacks: row.lacks.into_iter().map(|(what, dossiers)| Lacking { what, dossiers }).collect(),
        lacking: row.dossiers,
        dossiers: row.kept,
    };
    Ok(Json(DutiesAnswer { offices: owed.into_iter().map(office).collect() }))
}
