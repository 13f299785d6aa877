//! What plain SQL text cannot say: lists of values, what goes with them, and how many rows are read at once.
//!
//! Values are always bound. A list is asked in chunks, so that its statement stays far below the
//! database's limit of bound values, and full chunks share one prepared statement.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;

use futures_core::Stream;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use tokio::task::JoinHandle;

use crate::cores::outcome;
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

/// What is made of one row.
type ReadRow<T> = dyn Fn(&SqliteRow) -> Result<T, ArchiveError> + Send + Sync;

/// Rows that are read on another thread at once; fewer are read where they come.
const ROWS_A_PART: usize = 512;
/// Parts that may be under way: more rows wait in the database.
const PARTS_UNDER_WAY: usize = 16;

/// Rows on their way from the database to what is made of them: while those that have come are read (opened, parsed) on
/// other threads, the database goes on to the next, also of another statement.
pub(crate) struct RowReader<T> {
    read: Arc<ReadRow<T>>,
    waiting: Vec<SqliteRow>,
    under_way: VecDeque<JoinHandle<Result<Vec<T>, ArchiveError>>>,
    made: Vec<T>,
}

impl<T: Send + 'static> RowReader<T> {
    /// By which each row is read.
    pub(crate) fn by(read: impl Fn(&SqliteRow) -> Result<T, ArchiveError> + Send + Sync + 'static) -> Self {
        Self { read: Arc::new(read), waiting: Vec::new(), under_way: VecDeque::new(), made: Vec::new() }
    }

    /// Takes the rows of one statement.
    pub(crate) async fn take(
        &mut self,
        mut rows: Pin<Box<dyn Stream<Item = Result<SqliteRow, sqlx::Error>> + Send + '_>>,
    ) -> Result<(), ArchiveError> {
        while let Some(row) = poll_fn(|context| rows.as_mut().poll_next(context)).await {
            self.waiting.push(row?);
            if self.waiting.len() == ROWS_A_PART {
                let (read, part) = (Arc::clone(&self.read), std::mem::take(&mut self.waiting));
                let made = move || part.iter().map(|row| read(row)).collect();
                self.under_way.push_back(tokio::task::spawn_blocking(made));
            }
            if self.under_way.len() > PARTS_UNDER_WAY {
                self.next_part().await?;
            }
        }
        Ok(())
    }

    /// What was made of all rows, in the order in which they came.
    pub(crate) async fn made(mut self) -> Result<Vec<T>, ArchiveError> {
        let rest = self.waiting.iter().map(|row| (self.read)(row)).collect::<Result<Vec<T>, _>>()?;
        while !self.under_way.is_empty() {
            self.next_part().await?;
        }
        self.made.extend(rest);
        Ok(self.made)
    }

    async fn next_part(&mut self) -> Result<(), ArchiveError> {
        if let Some(part) = self.under_way.pop_front() {
            self.made.extend(outcome(part.await).ok_or(sqlx::Error::WorkerCrashed)??);
        }
        Ok(())
    }
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use sqlx::{Connection as _, Row as _};

    use super::*;

    /// The numbers `1..=upto` of each, as `read` reads them, through one reader.
    async fn numbers(
        upto: &[i64],
        read: impl Fn(i64) -> Result<i64, ArchiveError> + Send + Sync + 'static,
    ) -> Result<Vec<i64>, ArchiveError> {
        let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        let mut reader = RowReader::by(move |row| read(row.try_get(0)?));
        for upto in upto {
            let all =
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n LIMIT $1";
            reader.take(sqlx::query(all).bind(upto).fetch(&mut connection)).await?;
        }
        reader.made().await
    }

    #[tokio::test]
    async fn every_row_is_read_once_and_in_order_however_many_there_are() {
        let part = i64::try_from(ROWS_A_PART).unwrap();
        let many = part * i64::try_from(PARTS_UNDER_WAY + 3).unwrap() + 7;
        for upto in
            [vec![0], vec![1], vec![part - 1], vec![part], vec![part + 1, 2, part], vec![many, 3, many]]
        {
            let expected: Vec<i64> = upto.iter().flat_map(|&upto| 1..=upto).collect();
            assert_eq!(numbers(&upto, Ok).await.unwrap(), expected, "{upto:?}");
        }
    }

    #[tokio::test]
    async fn a_row_that_cannot_be_read_is_an_error_and_not_a_row_less() {
        for upto in [3, 600, 40_000] {
            for wrong in [1, upto / 2, upto] {
                let read = move |number| match number {
                    number if number == wrong => Err(ArchiveError::Damaged("it".to_owned())),
                    number => Ok(number),
                };
                let read = numbers(&[upto], read).await;
                assert!(matches!(read, Err(ArchiveError::Damaged(_))), "{wrong} of {upto}");
            }
        }
    }

    /// As `.cargo/config.toml` says it; without it every connection takes the locks of all.
    #[tokio::test]
    async fn the_database_is_compiled_without_locks_of_the_whole_process() {
        let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        let options: Vec<String> =
            sqlx::query_scalar("PRAGMA compile_options").fetch_all(&mut connection).await.unwrap();
        assert!(options.iter().any(|option| option == "DEFAULT_MEMSTATUS=0"), "{options:?}");
        assert!(!options.iter().any(|option| option == "ENABLE_MEMORY_MANAGEMENT"), "{options:?}");
    }

    #[tokio::test]
    #[should_panic(expected = "the 700th")]
    async fn a_thread_that_panics_is_not_a_part_less() {
        let read = |number| {
            assert_ne!(number, 700, "the 700th");
            Ok(number)
        };
        let _ = numbers(&[5_000], read).await;
    }
}
