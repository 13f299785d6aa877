//! One chunk after the other: read, sealed anew, written in one transaction. What is sealed by the new key
//! already is left alone, so that a chunk may be done twice.

use dossier::RecordRef;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, Sqlite, SqliteConnection, Transaction};

use crate::error::ArchiveError;
use crate::open::Archive;
use crate::seal::{Cell, Key, SealedColumn, Sealer};
use crate::sql::Query;
use crate::{identity, rows};

/// Rows of one transaction; in tests so few that there are several.
const ROWS: i64 = if cfg!(test) { 1 } else { 500 };
/// Most values that are named where they do not open.
const NAMED_MAX: usize = 20;

/// A value as it is stored.
enum Sealed {
    Text(String),
    Bytes(Vec<u8>),
}

/// The work of one turning.
pub(super) struct Work<'a> {
    pub(super) archive: &'a Archive,
    pub(super) old: &'a Sealer,
    pub(super) new: &'a Sealer,
    pub(super) done: u64,
    pub(super) unreadable: Vec<String>,
}

impl Work<'_> {
    /// The bodies of `record` or `record_version`: sealed columns, hash of the content, and for live records
    /// the hashes of identity numbers.
    pub(super) async fn records(
        &mut self,
        table: &'static str,
        progress: &mut (dyn FnMut(u64) + Send),
    ) -> Result<(), ArchiveError> {
        let by_number = table == "record_version";
        let keys: &[Key] =
            if by_number { &[Key::Number("seq")] } else { &[Key::Text("kind"), Key::Text("key")] };
        let mut after: Option<Vec<Cell>> = None;
        loop {
            let mut tx = self.archive.writer().begin_with("BEGIN IMMEDIATE").await?;
            let wanted = "kind, key, body, content_hash, text_hash, extractor, state";
            let page = page(&mut tx, table, keys, wanted, "1 = 1", after.as_deref()).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(cells(last, keys)?);
            for row in &page {
                let at = cells(row, keys)?;
                self.record(&mut tx, table, keys, &at, row).await?;
            }
            tx.commit().await?;
            progress(self.done);
        }
    }

    async fn record(
        &mut self,
        tx: &mut Transaction<'_, Sqlite>,
        table: &'static str,
        keys: &[Key],
        at: &[Cell],
        row: &SqliteRow,
    ) -> Result<(), ArchiveError> {
        let first = keys.len();
        let record = rows::record(row.try_get(first)?, row.try_get(first + 1)?)?;
        let (body, hash): (&str, &str) = (row.try_get(first + 2)?, row.try_get(first + 3)?);
        let text = row.try_get::<Option<&str>, _>(first + 4)?.zip(row.try_get::<Option<&str>, _>(first + 5)?);
        let Ok(fields) = self.old.fields(&record, body) else {
            self.cannot_open(record.to_string());
            return Ok(());
        };
        let hash_of = |sealer: &Sealer| sealer.content_hash(record.kind, &fields, text);
        let anew = hash_of(self.new);
        if hash == anew {
            return Ok(());
        }
        // What did not fit its hash before is not to fit afterwards.
        let anew = if hash == hash_of(self.old) { anew } else { hash.to_owned() };
        let body = self.new.body(&record, &fields)?;
        let mut update = Query::new(format!("UPDATE {table} SET body = "));
        update.push_bind(body).push(", content_hash = ").push_bind(anew);
        push_where(&mut update, keys, at);
        update.build().execute(&mut **tx).await?;
        if table == "record" && row.try_get::<&str, _>(first + 6)? == "live" {
            renew_identities(tx, self.new, &record, &fields).await?;
        }
        self.done += 1;
        Ok(())
    }

    /// Every value of one column.
    pub(super) async fn column(
        &mut self,
        column: &SealedColumn,
        progress: &mut (dyn FnMut(u64) + Send),
    ) -> Result<(), ArchiveError> {
        let names: Vec<String> = column
            .names
            .iter()
            .map(|name| format!("CAST({name} AS TEXT)"))
            .chain([column.column.to_owned()])
            .collect();
        let held = format!("{0} IS NOT NULL AND LENGTH({0}) > 0", column.column);
        let mut after: Option<Vec<Cell>> = None;
        loop {
            let mut tx = self.archive.writer().begin_with("BEGIN IMMEDIATE").await?;
            let page =
                page(&mut tx, column.table, column.keys, &names.join(", "), &held, after.as_deref()).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(cells(last, column.keys)?);
            let mut changed = Vec::new();
            for row in &page {
                changed.extend(self.value(column, row)?.map(|sealed| (row, sealed)));
            }
            if !changed.is_empty() {
                let triggers = without_triggers(&mut tx, column.table).await?;
                for (row, sealed) in &changed {
                    let mut update = Query::new(format!("UPDATE {} SET {} = ", column.table, column.column));
                    match sealed {
                        Sealed::Text(text) => update.push_bind(text.clone()),
                        Sealed::Bytes(bytes) => update.push_bind(bytes.clone()),
                    };
                    push_where(&mut update, column.keys, &cells(row, column.keys)?);
                    update.build().execute(&mut *tx).await?;
                }
                with_triggers(&mut tx, &triggers).await?;
            }
            tx.commit().await?;
            self.done += changed.len() as u64;
            progress(self.done);
        }
    }

    /// The value of a row sealed anew; `None` where that is not needed or cannot be.
    fn value(&mut self, column: &SealedColumn, row: &SqliteRow) -> Result<Option<Sealed>, ArchiveError> {
        let first = column.keys.len();
        let names: Vec<String> =
            (0..column.names.len()).map(|at| row.try_get(first + at)).collect::<Result<_, _>>()?;
        let (at, place, mark) = (first + column.names.len(), column.place_of(&names), self.new.mark());
        let (old, new) = (self.old, self.new);
        let anew = if column.bytes {
            let sealed: &[u8] = row.try_get(at)?;
            if sealed.starts_with(mark.as_bytes()) {
                return Ok(None);
            }
            old.open_bytes(&place, sealed).and_then(|plain| new.seal_bytes(&place, &plain)).map(Sealed::Bytes)
        } else {
            let sealed: &str = row.try_get(at)?;
            if sealed.starts_with(&mark) {
                return Ok(None);
            }
            old.open(&place, sealed).and_then(|plain| new.seal(&place, &plain)).map(Sealed::Text)
        };
        if anew.is_err() {
            self.cannot_open(place);
        }
        Ok(anew.ok())
    }

    fn cannot_open(&mut self, place: String) {
        if self.unreadable.len() < NAMED_MAX {
            self.unreadable.push(place);
        }
    }
}

/// The next rows after the key `after`: key columns first, then what is `wanted`.
pub(super) async fn page(
    connection: &mut SqliteConnection,
    table: &str,
    keys: &[Key],
    wanted: &str,
    held: &str,
    after: Option<&[Cell]>,
) -> Result<Vec<SqliteRow>, ArchiveError> {
    let columns = keys.iter().map(|key| key.column()).collect::<Vec<_>>().join(", ");
    let mut query = Query::new(format!("SELECT {columns}, {wanted} FROM {table} WHERE {held}"));
    if let Some(after) = after {
        query.push(format!(" AND ({columns}) > ("));
        let mut list = query.separated(", ");
        for cell in after {
            match cell {
                Cell::Text(text) => list.push_bind(text.clone()),
                Cell::Number(number) => list.push_bind(*number),
            };
        }
        query.push(")");
    }
    query.push(format!(" ORDER BY {columns} LIMIT ")).push_bind(ROWS);
    Ok(query.build().fetch_all(connection).await?)
}

pub(super) fn cells(row: &SqliteRow, keys: &[Key]) -> Result<Vec<Cell>, ArchiveError> {
    keys.iter()
        .enumerate()
        .map(|(at, key)| {
            Ok(match key {
                Key::Text(_) => Cell::Text(row.try_get(at)?),
                Key::Number(_) => Cell::Number(row.try_get(at)?),
            })
        })
        .collect()
}

pub(super) fn push_where(query: &mut Query, keys: &[Key], cells: &[Cell]) {
    query.push(" WHERE 1 = 1");
    for (key, cell) in keys.iter().zip(cells) {
        query.push(format!(" AND {} = ", key.column()));
        match cell {
            Cell::Text(text) => query.push_bind(text.clone()),
            Cell::Number(number) => query.push_bind(*number),
        };
    }
}

async fn renew_identities(
    connection: &mut SqliteConnection,
    sealer: &Sealer,
    record: &RecordRef,
    fields: &dossier::Fields,
) -> Result<(), ArchiveError> {
    if !identity::holds_identities(record.kind) {
        return Ok(());
    }
    sqlx::query("DELETE FROM identity WHERE kind = $1 AND key = $2")
        .bind(record.kind.slug())
        .bind(record.key.as_str())
        .execute(&mut *connection)
        .await?;
    identity::remember(connection, sealer, &[(record, fields)]).await
}

/// Takes the triggers of a table away, within the transaction: what is append-only for everybody else is sealed
/// anew here and says the same. Gives what makes them again.
pub(crate) async fn without_triggers(
    connection: &mut SqliteConnection,
    table: &str,
) -> Result<Vec<String>, ArchiveError> {
    let found: Vec<(String, String)> =
        sqlx::query_as("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = $1")
            .bind(table)
            .fetch_all(&mut *connection)
            .await?;
    for (name, _) in &found {
        sqlx::query(sqlx::AssertSqlSafe(format!("DROP TRIGGER {name}"))).execute(&mut *connection).await?;
    }
    Ok(found.into_iter().map(|(_, sql)| sql).collect())
}

/// Makes them again.
pub(crate) async fn with_triggers(
    connection: &mut SqliteConnection,
    triggers: &[String],
) -> Result<(), ArchiveError> {
    for sql in triggers {
        sqlx::query(sqlx::AssertSqlSafe(sql.clone())).execute(&mut *connection).await?;
    }
    Ok(())
}
