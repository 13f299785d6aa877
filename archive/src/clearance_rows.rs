//! The rows of stored clearances, question and answer, sealed as a whole: identity numbers stand in
//! both. Only a row's number and state are in clear, for counting and paging.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use dossier::RecordKey;
use serde_json::Value;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use crate::act::Act;
use crate::clearance::must_run;
use crate::cores::{each_owned, each_row};
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::seal::Sealer;
use crate::sql::{Query, insert_all};

/// One answered row.
#[derive(Debug, Clone, PartialEq)]
pub struct ClearanceRow {
    /// Its number, from 1.
    pub row: u32,
    /// Its state, as the answer writes it.
    pub state: String,
    /// The answer.
    pub body: Value,
}

/// One answered row to be stored, as the JSON that was written of it.
#[derive(Debug, Clone, PartialEq)]
pub struct ClearanceText {
    /// Its number, from 1.
    pub row: u32,
    /// Its state, as the answer writes it.
    pub state: String,
    /// The person that it is about, where that is settled; the answer says the same.
    pub person: Option<RecordKey>,
    /// The answer, a JSON object.
    pub json: String,
}

/// One answered row as it is stored. It is sealed before the archive is locked for writing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedRow {
    row: u32,
    state: String,
    person: Option<RecordKey>,
    body: String,
}

impl Archive {
    /// Stores answered rows in one transaction. A row that is stored again replaces its earlier answer
    /// while the clearance runs.
    pub async fn put_clearance_rows(
        &self,
        id: &str,
        rows: &[ClearanceRow],
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        let text = |row: &ClearanceRow| ClearanceText {
            row: row.row,
            state: row.state.clone(),
            person: row.body.get("person").and_then(Value::as_str).and_then(|key| RecordKey::new(key).ok()),
            json: row.body.to_string(),
        };
        let sealed = self.seal_clearance_texts(id, rows.iter().map(text).collect())?;
        self.put_sealed_rows(id, &sealed, now).await
    }

    /// Answered rows as they are stored, in their order.
    pub fn seal_clearance_texts(
        &self,
        id: &str,
        rows: Vec<ClearanceText>,
    ) -> Result<Vec<SealedRow>, ArchiveError> {
        let seal = |ClearanceText { row, state, person, json }| {
            let body = self.sealer().seal(&place(id, "row", row), &json)?;
            Ok(SealedRow { row, state, person, body })
        };
        each_owned(rows, seal).into_iter().collect()
    }

    /// Stores answered rows in one transaction, as [`Archive::put_clearance_rows`] does.
    pub async fn put_sealed_rows(
        &self,
        id: &str,
        rows: &[SealedRow],
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        let mut act = Act::begin(self, crate::SYSTEM, now).await?;
        must_run(act.connection(), id).await?;
        insert_rows(&mut act, id, rows).await?;
        act.commit().await
    }

    /// The next `limit` answered rows after row `after`, in order; of one state only if it is given.
    pub async fn clearance_rows(
        &self,
        id: &str,
        after: u32,
        limit: u32,
        state: Option<&str>,
    ) -> Result<Vec<ClearanceRow>, ArchiveError> {
        let read = |ClearanceText { row, state, json, .. }: ClearanceText| {
            let body = serde_json::from_str(&json).map_err(|_| {
                let place = place(id, "row", row);
                ArchiveError::Damaged(format!("the sealed value of {place} is no JSON"))
            })?;
            Ok(ClearanceRow { row, state, body })
        };
        self.clearance_texts(id, after, limit, state).await?.into_iter().map(read).collect()
    }

    /// The same as the JSON that was stored: whoever hands it on need not read it.
    pub async fn clearance_texts(
        &self,
        id: &str,
        after: u32,
        limit: u32,
        state: Option<&str>,
    ) -> Result<Vec<ClearanceText>, ArchiveError> {
        let mut query =
            Query::new("SELECT row_no, state, body, person FROM clearance_row WHERE clearance = ");
        query.push_bind(id).push(" AND row_no > ").push_bind(i64::from(after));
        if let Some(state) = state {
            query.push(" AND state = ").push_bind(state);
        }
        query.push(" ORDER BY row_no LIMIT ").push_bind(i64::from(limit));
        let found = query.build().fetch_all(self.readers()).await?;
        let open = |stored: &SqliteRow| {
            let row = row_number(stored.try_get(0)?)?;
            let json = self.sealer().open(&place(id, "row", row), stored.try_get(2)?)?;
            let person = stored.try_get::<Option<&str>, _>(3)?.and_then(|key| RecordKey::new(key).ok());
            Ok(ClearanceText { row, state: stored.try_get(1)?, person, json })
        };
        each_row(&found, open).into_iter().collect()
    }

    /// The number of the `nth` (from 1) answered row of a state; none if there are fewer. Found in the index alone,
    /// however much the rows before it hold.
    pub async fn clearance_row_number(
        &self,
        id: &str,
        state: &str,
        nth: u32,
    ) -> Result<Option<u32>, ArchiveError> {
        let Some(before) = nth.checked_sub(1) else { return Ok(None) };
        let number: Option<i64> = sqlx::query_scalar(
            "SELECT row_no FROM clearance_row WHERE clearance = $1 AND state = $2 ORDER BY row_no \
             LIMIT 1 OFFSET $3",
        )
        .bind(id)
        .bind(state)
        .bind(i64::from(before))
        .fetch_optional(self.readers())
        .await?;
        number.map(row_number).transpose()
    }

    /// The input rows, in order.
    pub async fn clearance_inputs(&self, id: &str) -> Result<Vec<Value>, ArchiveError> {
        sqlx::query("SELECT row_no, input FROM clearance_input WHERE clearance = $1 ORDER BY row_no")
            .bind(id)
            .fetch_all(self.readers())
            .await?
            .iter()
            .map(|stored| {
                let row = row_number(stored.try_get(0)?)?;
                self.sealer().open_json(&place(id, "input", row), stored.try_get(1)?)
            })
            .collect()
    }
}

/// Stores answered rows; one that is stored again replaces its earlier answer.
pub(crate) async fn insert_rows(act: &mut Act, id: &str, rows: &[SealedRow]) -> Result<(), ArchiveError> {
    insert_all(
        act.connection(),
        "INSERT INTO clearance_row (clearance, row_no, state, person, body) ",
        rows,
        " ON CONFLICT (clearance, row_no) DO UPDATE SET state = excluded.state, person = excluded.person, \
         body = excluded.body",
        |values, row| {
            values.push_bind(id).push_bind(i64::from(row.row)).push_bind(row.state.as_str());
            values.push_bind(row.person.as_ref().map(RecordKey::as_str)).push_bind(row.body.as_str());
        },
    )
    .await
}

/// Input rows as they are stored, numbered from 1. To be made before the archive is locked for writing.
pub(crate) fn sealed_inputs(
    sealer: &Sealer,
    id: &str,
    inputs: &[Value],
) -> Result<Vec<(u32, String)>, ArchiveError> {
    let numbered: Vec<(u32, &Value)> = (1..).zip(inputs).collect();
    let seal = |(row, input): &(u32, &Value)| Ok((*row, sealer.seal_json(&place(id, "input", *row), input)?));
    each_row(&numbered, seal).into_iter().collect()
}

/// Stores the input rows.
pub(crate) async fn insert_inputs(
    act: &mut Act,
    id: &str,
    rows: &[(u32, String)],
) -> Result<(), ArchiveError> {
    let head = "INSERT INTO clearance_input (clearance, row_no, input) ";
    insert_all(act.connection(), head, rows, "", |values, (row, input)| {
        values.push_bind(id).push_bind(i64::from(*row)).push_bind(input.as_str());
    })
    .await
}

/// Answered rows by state.
pub(crate) async fn count_by_state(
    connection: &mut SqliteConnection,
    id: &str,
) -> Result<BTreeMap<String, u32>, ArchiveError> {
    let counts: Vec<(String, i64)> =
        sqlx::query_as("SELECT state, COUNT(*) FROM clearance_row WHERE clearance = $1 GROUP BY state")
            .bind(id)
            .fetch_all(connection)
            .await?;
    Ok(counts.into_iter().map(|(state, rows)| (state, u32::try_from(rows).unwrap_or(u32::MAX))).collect())
}

pub(crate) fn row_number(stored: i64) -> Result<u32, ArchiveError> {
    u32::try_from(stored).map_err(|_| ArchiveError::Damaged(format!("{stored} is no row number")))
}

fn place(id: &str, what: &str, row: u32) -> String {
    format!("clearance:{id}.{what}:{row}")
}
