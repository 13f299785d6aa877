//! The acts themselves: beginning one, and reading where they stand.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::events;
use super::steps::Actor;
use crate::act::Act as Transaction;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::rows;
use crate::sql::Query;

/// A request to put on record.
#[derive(Debug, Clone)]
pub struct NewAct {
    /// The stored clearance that answers it.
    pub clearance: String,
    /// Rows of its list.
    pub persons: u32,
    /// Who asked, by which letter, for what: sealed as a whole.
    pub request: Value,
    /// Until when it is to be answered.
    pub due_on: Option<NaiveDate>,
    /// Who puts it on record.
    pub by: Actor,
    /// The same key twice is one act.
    pub idempotency_key: Option<String>,
}

/// An act as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Act {
    /// Its id: random, so that it may stand in an address.
    pub id: String,
    /// Its state, as `dossier::clearance_act` spells it.
    pub state: String,
    /// Counted with every step.
    pub row_version: i64,
    /// The stored clearance that it rests on at present.
    pub clearance: String,
    /// Rows of its list.
    pub persons: u32,
    /// When it was put on record.
    pub created_at: DateTime<Utc>,
    /// When it last moved.
    pub updated_at: DateTime<Utc>,
    /// Who put it on record.
    pub created_by: String,
    /// As given.
    pub request: Value,
    /// Until when it is to be answered.
    pub due_on: Option<NaiveDate>,
    /// Who drafted it.
    pub drafted_by: Option<String>,
    /// Who is to sign it.
    pub approver: Option<String>,
    /// Who reviewed it.
    pub reviewed_by: Option<String>,
    /// Who signed it.
    pub signed_by: Option<String>,
    /// When.
    pub signed_at: Option<DateTime<Utc>>,
    /// 发文字号.
    pub number: Option<String>,
    /// 成文日期.
    pub issued_on: Option<NaiveDate>,
    /// When it went out.
    pub issued_at: Option<DateTime<Utc>>,
    /// The last day of its validity.
    pub valid_until: Option<NaiveDate>,
    /// Persons by opinion, as drafted.
    pub opinions: Option<Value>,
    /// Up to which archive version something new has been looked for.
    pub watched_version: i64,
}

/// Which acts to read.
#[derive(Debug, Clone, Default)]
pub struct ActFilter {
    /// In one of these states; empty: in any.
    pub states: Vec<String>,
    /// Put on record at this instant or later.
    pub since: Option<DateTime<Utc>>,
    /// And before this one.
    pub before: Option<DateTime<Utc>>,
}

const COLUMNS: &str = "SELECT id, state, row_version, clearance, persons, created_at, updated_at, created_by, request, \
                       due_on, drafted_by, approver, reviewed_by, signed_by, signed_at, number, issued_on, issued_at, \
                       valid_until, opinions, watched_version FROM clearance_act ";

impl Archive {
    /// Puts a request on record. Gives its id; with a key that is known, that of the act it made.
    pub async fn create_act(&self, new: &NewAct, now: DateTime<Utc>) -> Result<String, ArchiveError> {
        let mut act = Transaction::begin(self, &new.by.actor, now).await?;
        if let Some(key) = &new.idempotency_key
            && let Some(id) = known(act.connection(), key).await?
        {
            return Ok(id);
        }
        let watched: Option<i64> = sqlx::query_scalar("SELECT archive_version FROM clearance WHERE id = $1")
            .bind(&new.clearance)
            .fetch_optional(act.connection())
            .await?;
        let watched = watched.ok_or_else(|| ArchiveError::NoSuchClearance(new.clearance.clone()))?;
        let id = new_id()?;
        let now_ms = act.now_ms();
        sqlx::query(
            "INSERT INTO clearance_act (id, state, row_version, clearance, persons, created_at, updated_at, \
             created_by, request, due_on, watched_version, idempotency_key) \
             VALUES ($1, 'registered', 1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(&id)
        .bind(&new.clearance)
        .bind(i64::from(new.persons))
        .bind(now_ms)
        .bind(now_ms)
        .bind(&new.by.person)
        .bind(self.sealer().seal_json(&place(&id), &new.request)?)
        .bind(new.due_on.map(|day| day.to_string()))
        .bind(watched)
        .bind(&new.idempotency_key)
        .execute(act.connection())
        .await?;
        let event = events::New {
            act: &id,
            row_version: 1,
            event: "create",
            from: None,
            to: "registered",
            by: &new.by,
            detail: &json!({ "clearance": new.clearance }),
            idempotency_key: new.idempotency_key.as_deref(),
        };
        events::insert(&mut act, self.sealer(), &event).await?;
        act.commit().await?;
        Ok(id)
    }

    /// The act that was made with this idempotency key.
    pub async fn act_with_key(&self, key: &str) -> Result<Option<String>, ArchiveError> {
        known(&mut *self.readers().acquire().await?, key).await
    }

    /// An act.
    pub async fn act(&self, id: &str) -> Result<Option<Act>, ArchiveError> {
        let mut query = Query::new(COLUMNS);
        query.push("WHERE id = ").push_bind(id);
        let row = query.build().fetch_optional(self.readers()).await?;
        row.map(|row| self.read_act(&row)).transpose()
    }

    /// The act whose letter rests on this clearance, if there is one.
    pub async fn act_of_clearance(&self, clearance: &str) -> Result<Option<Act>, ArchiveError> {
        let mut query = Query::new(COLUMNS);
        query.push("WHERE clearance = ").push_bind(clearance).push(" ORDER BY created_at DESC LIMIT 1");
        let row = query.build().fetch_optional(self.readers()).await?;
        row.map(|row| self.read_act(&row)).transpose()
    }

    /// The newest `limit` acts that fit, the newest first.
    pub async fn acts(&self, filter: &ActFilter, limit: u32) -> Result<Vec<Act>, ArchiveError> {
        let mut query = Query::new(COLUMNS);
        query.push("WHERE created_at >= ");
        query.push_bind(filter.since.map_or(i64::MIN, |at| at.timestamp_millis()));
        query.push(" AND created_at < ");
        query.push_bind(filter.before.map_or(i64::MAX, |at| at.timestamp_millis()));
        if !filter.states.is_empty() {
            query.push(" AND state IN ");
            crate::sql::push_list(&mut query, filter.states.iter().map(String::as_str));
        }
        query.push(" ORDER BY created_at DESC, id LIMIT ").push_bind(i64::from(limit));
        let rows = query.build().persistent(false).fetch_all(self.readers()).await?;
        rows.iter().map(|row| self.read_act(row)).collect()
    }

    fn read_act(&self, row: &SqliteRow) -> Result<Act, ArchiveError> {
        let id: String = row.try_get(0)?;
        let day = |column: usize| -> Result<Option<NaiveDate>, ArchiveError> {
            row.try_get::<Option<&str>, _>(column)?.map(day).transpose()
        };
        let instant = |column: usize| -> Result<Option<DateTime<Utc>>, ArchiveError> {
            row.try_get::<Option<i64>, _>(column)?.map(rows::instant).transpose()
        };
        Ok(Act {
            state: row.try_get(1)?,
            row_version: row.try_get(2)?,
            clearance: row.try_get(3)?,
            persons: u32::try_from(row.try_get::<i64, _>(4)?).unwrap_or(u32::MAX),
            created_at: rows::instant(row.try_get(5)?)?,
            updated_at: rows::instant(row.try_get(6)?)?,
            created_by: row.try_get(7)?,
            request: self.sealer().open_json(&place(&id), row.try_get(8)?)?,
            due_on: day(9)?,
            drafted_by: row.try_get(10)?,
            approver: row.try_get(11)?,
            reviewed_by: row.try_get(12)?,
            signed_by: row.try_get(13)?,
            signed_at: instant(14)?,
            number: row.try_get(15)?,
            issued_on: day(16)?,
            issued_at: instant(17)?,
            valid_until: day(18)?,
            opinions: row.try_get::<Option<&str>, _>(19)?.map(rows::json).transpose()?,
            watched_version: row.try_get(20)?,
            id,
        })
    }
}

async fn known(connection: &mut SqliteConnection, key: &str) -> Result<Option<String>, ArchiveError> {
    Ok(sqlx::query_scalar("SELECT id FROM clearance_act WHERE idempotency_key = $1")
        .bind(key)
        .fetch_optional(connection)
        .await?)
}

/// A day as stored.
pub(super) fn day(text: &str) -> Result<NaiveDate, ArchiveError> {
    text.parse().map_err(|_| ArchiveError::Damaged(format!("{text:?} is no day")))
}

fn new_id() -> Result<String, ArchiveError> {
    let mut bytes = [0_u8; 10];
    getrandom::fill(&mut bytes)
        .map_err(|_| ArchiveError::Damaged("this machine gives no random numbers".to_owned()))?;
    Ok(format!("A-{}", hex::encode(bytes)))
}

fn place(id: &str) -> String {
    format!("clearance_act:{id}.request")
}
