//! The reply filed into each dossier (党风廉政意见): one record a person, by an import of its own, so that it has
//! versions, source and audit like everything else.

use archive::{Archive, ImportMode, ImportStart, Incoming};
use chrono::{DateTime, Utc};
use dossier::clearance_act::ActEvent;
use dossier::{Draft, Fields, Kind, PartialDate, RecordKey, Value};
use serde_json::json;

use super::step::{By, Making, facts, made_before};
use super::view::{ActView, show};
use crate::error::ClearanceError;

/// The source under which replies stand in the dossiers.
const SOURCE: &str = "党风廉政意见回复";
/// Records put at once.
const BATCH: usize = 2000;

/// Files the reply into each dossier. Repeating it changes nothing.
pub async fn file(archive: &Archive, id: &str, by: &By, now: DateTime<Utc>) -> Result<i64, ClearanceError> {
    if let Some(version) = made_before(archive, id, ActEvent::File, by).await? {
        return Ok(version);
    }
    let view = show(archive, id).await?;
    let entries = entries(&view)?;
    let making = Making {
        act: &view.act,
        event: ActEvent::File,
        by,
        facts: facts(&view.act, by, ""),
        detail: json!({ "records": entries.len() }),
        changes: Vec::new(),
    };
    making.unchanged()?;
    making.target()?;
    let start = ImportStart {
        source: SOURCE.to_owned(),
        mode: ImportMode::Add,
        fingerprint: format!("{} {}", view.act.id, view.act.number.as_deref().unwrap_or_default()),
        actor: by.actor.clone(),
        dry_run: false,
        confirm_retire: false,
    };
    let mut run = archive.begin_import(start, now).await?;
    let mut entries = entries.into_iter().peekable();
    while entries.peek().is_some() {
        run.put(entries.by_ref().take(BATCH).collect(), now).await?;
    }
    run.finish(&json!({ "clearance_act": view.act.id }), now).await?;
    making.make(archive, now).await
}

fn entries(view: &ActView) -> Result<Vec<Incoming>, ClearanceError> {
    let issued = view.act.issued_on.unwrap_or(view.answer.as_of);
    let number = view.act.number.clone().unwrap_or_default();
    let mut entries = Vec::new();
    for row in &view.rows {
        let (Some(person), Some(opinion)) = (&row.row.person, row.decision.opinion()) else { continue };
        let key = format!("YJ-{}-{}", view.act.id.trim_start_matches("A-"), row.row.row);
        let key = RecordKey::new(&key).map_err(|error| ClearanceError::Format(error.to_string()))?;
        let mut fields = Fields::new();
        let mut set = |slug: &'static str, text: String| fields.set(slug, Value::Text(text));
        set("person", person.to_string());
        set("type", "党风廉政意见".to_owned());
        set(
            "content",
            format!(
                "{}就{}征求意见；回复文号{number}；截至{}；有效期至{}；核验码{}",
                view.opening.requester,
                view.answer.purpose,
                view.answer.as_of,
                view.validity().1,
                view.answer.code.clone().unwrap_or_default()
            ),
        );
        set("result", opinion.chinese().to_owned());
        fields.set("date", Value::Date(PartialDate::Day(issued)));
        entries.push(Incoming::Record(Draft { kind: Kind::Assessment, key: Some(key), fields }));
    }
    Ok(entries)
}
