//! Clearances that were answered before a row said whose it is (format 21): their answers are read once, when an
//! older folder is opened, so that the dossiers show them. In batches, each with the place it came to: whatever breaks
//! off goes on from there. A row that cannot be opened is left to `check`.

use chrono::{DateTime, Utc};
use dossier::RecordKey;
use serde_json::Value;

use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::{SYSTEM, format};

/// How far it came: `clearance row`, or [`DONE`].
const META: &str = "clearance_persons";
const DONE: &str = "done";
/// Rows of one transaction.
const BATCH: i64 = 500;

/// Notes whose the stored answers are; does nothing where it has been done.
pub(crate) async fn fill(archive: &Archive, now: DateTime<Utc>) -> Result<(), ArchiveError> {
    let mut reader = archive.readers().acquire().await?;
    let mut at = format::get(&mut reader, META).await?.unwrap_or_default();
    drop(reader);
    while at != DONE {
        at = batch(archive, &at, now).await?;
    }
    Ok(())
}

async fn batch(archive: &Archive, at: &str, now: DateTime<Utc>) -> Result<String, ArchiveError> {
    let (clearance, row) = at.rsplit_once(' ').unwrap_or(("", "0"));
    let row: i64 = row.parse().unwrap_or(0);
    let mut act = Act::begin(archive, SYSTEM, now).await?;
    let rows: Vec<(String, i64, String)> = sqlx::query_as(
        "SELECT clearance, row_no, body FROM clearance_row WHERE person IS NULL \
         AND (clearance > $1 OR (clearance = $1 AND row_no > $2)) ORDER BY clearance, row_no LIMIT $3",
    )
    .bind(clearance)
    .bind(row)
    .bind(BATCH)
    .fetch_all(act.connection())
    .await?;
    for (clearance, row, body) in &rows {
        let Some(person) = about(archive, clearance, *row, body) else { continue };
        sqlx::query("UPDATE clearance_row SET person = $1 WHERE clearance = $2 AND row_no = $3")
            .bind(person.as_str())
            .bind(clearance)
            .bind(row)
            .execute(act.connection())
            .await?;
    }
    let next = match rows.last() {
        Some((clearance, row, _)) if rows.len() as i64 == BATCH => format!("{clearance} {row}"),
        _ => DONE.to_owned(),
    };
    format::set(act.connection(), META, &next).await?;
    act.commit().await?;
    Ok(next)
}

fn about(archive: &Archive, clearance: &str, row: i64, body: &str) -> Option<RecordKey> {
    let number = u32::try_from(row).ok()?;
    let answer = archive.sealer().open_json(&format!("clearance:{clearance}.row:{number}"), body).ok()?;
    answer.get("person").and_then(Value::as_str).and_then(|key| RecordKey::new(key).ok())
}
