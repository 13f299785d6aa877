//! The guard at the end: every text of every table is looked at, and where a value by an older key is left that
//! nobody has listed, the turning does not end and the older key is kept.

use sqlx::Row as _;

use crate::error::ArchiveError;
use crate::open::Archive;
use crate::seal::{SEALED_COLUMNS, SealAlgorithm, Sealer};

/// Nothing sealed by another key is left in a column that is not listed. In a listed one a value may be left
/// that opens by no key at all.
pub(super) async fn none_left(archive: &Archive, new: &Sealer) -> Result<(), ArchiveError> {
    let mut reader = archive.readers().acquire().await?;
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    )
    .fetch_all(&mut *reader)
    .await?;
    for table in tables {
        let columns =
            sqlx::query("SELECT name FROM pragma_table_info($1) WHERE UPPER(type) IN ('TEXT', 'BLOB')")
                .bind(&table)
                .fetch_all(&mut *reader)
                .await?;
        for column in columns {
            let column: String = column.try_get(0)?;
            if listed(&table, &column) {
                continue;
            }
            let sql = format!(
                "SELECT EXISTS (SELECT 1 FROM \"{table}\" WHERE {})",
                SealAlgorithm::ALL.map(|algorithm| older(&column, algorithm, new)).join(" OR ")
            );
            let left: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&mut *reader).await?;
            if left != 0 {
                return Err(ArchiveError::KeyStillNeeded(format!("{table}.{column}")));
            }
        }
    }
    Ok(())
}

fn listed(table: &str, column: &str) -> bool {
    let by_record = matches!(table, "record" | "record_version") && column == "body";
    let by_event = table == "reminder_event" && column == "reason";
    by_record
        || by_event
        || SEALED_COLUMNS.iter().any(|sealed| sealed.table == table && sealed.column == column)
}

/// Whether the column holds something of the form `A1:0123…` by a generation before the new one, by itself or
/// within JSON. The letter is the program's own; names and hashes never have a colon behind two such characters
/// and 56 hexadecimal digits.
fn older(column: &str, algorithm: SealAlgorithm, new: &Sealer) -> String {
    let hexadecimal = "[0-9a-f]".repeat(16);
    let marks = (1..new.generation()).map(|generation| format!("{}{generation}:", algorithm.letter()));
    let globs: Vec<String> = marks
        .flat_map(|mark| {
            [
                format!("\"{column}\" GLOB '{mark}{hexadecimal}*'"),
                format!("\"{column}\" GLOB '*\"{mark}{hexadecimal}*'"),
                format!("SUBSTR(\"{column}\", 1, {}) = CAST('{mark}' AS BLOB)", mark.len()),
            ]
        })
        .collect();
    if globs.is_empty() { "1 = 0".to_owned() } else { globs.join(" OR ") }
}
