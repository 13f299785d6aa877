//! The two things that plain SQL text cannot say: lists of values, and what goes with them.
//!
//! Values are always bound. A list is asked in chunks, so that its statement stays far below the
//! database's limit of bound values, and full chunks share one prepared statement.

use std::future::poll_fn;
use std::pin::Pin;

use futures_core::Stream;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use crate::error::ArchiveError;

/// Values in one list, and rows in one insert.
pub(crate) const CHUNK: usize = 500;

/// A statement under construction.
pub(crate) type Query = QueryBuilder<Sqlite>;

/// Appends `(v1, v2, …)`.
pub(crate) fn push_list<'a, T>(query: &mut Query, items: impl IntoIterator<Item = T>)
where
    T: sqlx::Encode<'a, Sqlite> + sqlx::Type<Sqlite>,
{
    let mut list = query.separated(", ");
    list.push_unseparated("(");
    for item in items {
        list.push_bind(item);
    }
    list.push_unseparated(")");
}

/// `head (…items…) tail` for every chunk of `items`, all rows together.
pub(crate) async fn select_in(
    connection: &mut SqliteConnection,
    head: &str,
    items: &[&str],
    tail: &str,
) -> Result<Vec<SqliteRow>, ArchiveError> {
    let mut rows = Vec::new();
    for chunk in items.chunks(CHUNK) {
        let mut query = Query::new(head);
        push_list(&mut query, chunk.iter().copied());
        query.push(tail);
        let found = query.build().persistent(chunk.len() == CHUNK).fetch_all(&mut *connection).await?;
        rows.extend(found);
    }
    Ok(rows)
}

/// Hands on each row as it comes: the database reads on while it is looked at.
pub(crate) async fn each_row(
    mut rows: Pin<Box<dyn Stream<Item = Result<SqliteRow, sqlx::Error>> + Send + '_>>,
    mut take: impl FnMut(&SqliteRow) -> Result<(), ArchiveError>,
) -> Result<(), ArchiveError> {
    while let Some(row) = poll_fn(|context| rows.as_mut().poll_next(context)).await {
        take(&row?)?;
    }
    Ok(())
}

/// `head VALUES (…), (…) tail` for every chunk of `rows`; `bind` binds the values of one row.
pub(crate) async fn insert_all<T>(
    connection: &mut SqliteConnection,
    head: &str,
    rows: &[T],
    tail: &str,
    bind: impl Fn(&mut sqlx::query_builder::Separated<'_, Sqlite, &'static str>, &T),
) -> Result<(), ArchiveError> {
    for chunk in rows.chunks(CHUNK) {
        let mut query = Query::new(head);
        query.push_values(chunk, |mut values, row| bind(&mut values, row));
        query.push(tail);
        query.build().persistent(chunk.len() == CHUNK).execute(&mut *connection).await?;
    }
    Ok(())
}

/// A count that cannot be negative.
pub(crate) fn count(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}
