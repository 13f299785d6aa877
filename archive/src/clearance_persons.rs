//! In which clearances a person was. They follow a dossier that is joined to another's, and come back with it; of a
//! dossier that came out of another's, those of the other until then concern both.
//!
//! Clearances that were answered before a row said whose it is (format 21) are read once, when an older folder is
//! opened: in batches, each with the place it came to, so that whatever breaks off goes on from there. A row that
//! cannot be opened is left to `check`.

use chrono::{DateTime, Utc};
use dossier::RecordKey;
use serde_json::Value;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use crate::act::Act;
use crate::clearance_rows::row_number;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::sql::{Query, count};
use crate::{SYSTEM, format, rows};

/// How far it came: `clearance row`, or [`DONE`].
const META: &str = "clearance_persons";
const DONE: &str = "done";
/// Rows of one transaction.
const BATCH: u16 = 500;

/// A row of a clearance in which somebody was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonClearance {
    /// The clearance.
    pub clearance: String,
    /// The row.
    pub row: u32,
    /// Its state, as the answer writes it.
    pub state: String,
    /// The dossier that was answered about: the person's own, or one that was joined to it or from which it came.
    pub person: RecordKey,
}

/// The dossiers whose clearances concern `$1`, each with the instant until which they do.
const THEM: &str = "WITH RECURSIVE them (key, until) AS ( \
    SELECT $1, CAST(NULL AS BIGINT) \
    UNION SELECT s.person, them.until FROM them JOIN dossier_standing s ON s.joined_into = them.key \
    UNION SELECT c.person, c.decided_at FROM them JOIN dossier_change_item i ON i.kind = 'person' AND i.key = them.key \
          AND i.op = 'create' JOIN dossier_change c ON c.id = i.change AND c.kind = 'split' AND c.state = 'approved' \
          AND c.reversed_by IS NULL AND c.person IS NOT NULL) ";

impl Archive {
    /// In which answers `person` was, the newest clearance first; at most `limit`, and how many there are.
    pub async fn clearances_about(
        &self,
        person: &RecordKey,
        limit: u32,
    ) -> Result<(Vec<PersonClearance>, u64), ArchiveError> {
        let mut tx = self.readers().begin().await?;
        // Crossed, so that SQLite begins with them and not with all rows that were ever answered.
        let of_them = "FROM them CROSS JOIN clearance_row r JOIN clearance c ON c.id = r.clearance \
                    WHERE r.person = them.key AND (them.until IS NULL OR c.created_at < them.until)";
        let mut query = Query::new(THEM);
        query.push("SELECT COUNT(*) ").push(of_them);
        let all: i64 = query.build_query_scalar().bind(person.as_str()).fetch_one(&mut *tx).await?;
        let mut query = Query::new(THEM);
        query.push("SELECT r.clearance, r.row_no, r.state, r.person ").push(of_them);
        query.push(" ORDER BY c.created_at DESC, r.clearance, r.row_no LIMIT $2");
        let found = query.build().bind(person.as_str()).bind(i64::from(limit)).fetch_all(&mut *tx).await?;
        let read = |row: &SqliteRow| {
            Ok(PersonClearance {
                clearance: row.try_get(0)?,
                row: row_number(row.try_get(1)?)?,
                state: row.try_get(2)?,
                person: rows::key(row.try_get(3)?)?,
            })
        };
        Ok((found.iter().map(read).collect::<Result<_, ArchiveError>>()?, count(all)))
    }
}

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
    .bind(i64::from(BATCH))
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
        Some((clearance, row, _)) if rows.len() == usize::from(BATCH) => format!("{clearance} {row}"),
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
