//! The trace of a reminder: what happened, by whom, when it happened and when it was noticed. Append-only
//! by the database's own triggers, and one hash chain over all reminders.

mod reseal;

use chrono::{DateTime, Utc};
use dossier::reminder::{Change, Event, State};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _, SqliteConnection};

use crate::error::ArchiveError;
use crate::format;
use crate::open::Archive;
use crate::reminders::row::damaged;
use crate::rows;
use crate::seal::Sealer;
use crate::sql;

pub(crate) use reseal::reseal_events;

/// Events read at one time when the chain is verified.
const PAGE: i64 = 1_000;
const HEAD: &str = "reminder_head";

/// One event of a trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReminderEvent {
    /// Its number among all events.
    pub seq: i64,
    /// What happened.
    pub event: Event,
    /// From where; `None` for a new reminder.
    pub from: Option<State>,
    /// To where.
    pub to: State,
    /// Who.
    pub actor: String,
    /// As whom.
    pub party: String,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// When the program noticed: later than `at` where it stood still meanwhile.
    pub noticed_at: DateTime<Utc>,
    /// Why, as a code.
    pub code: Option<String>,
    /// Why, in words.
    pub reason: Option<String>,
    /// What else is recorded, in order.
    pub detail: Vec<(String, String)>,
    /// The reminder's version after it.
    pub row_version: i64,
    /// The version of the calendar that it was counted by.
    pub calendar: String,
    /// Its place in the chain.
    pub hash: String,
}

/// Who an event is by, and what else it records.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct By<'a> {
    pub(crate) actor: &'a str,
    pub(crate) party: &'a str,
    pub(crate) code: Option<&'a str>,
    pub(crate) reason: Option<&'a str>,
    pub(crate) idempotency_key: Option<&'a str>,
    pub(crate) address: Option<&'a str>,
    pub(crate) calendar: &'a str,
    pub(crate) local_date: &'a str,
    pub(crate) noticed_at: i64,
}

#[allow(clippy::struct_field_names, reason = "named as the columns")]
struct Row {
    seq: i64,
    reminder: String,
    row_version: i64,
    from_state: Option<String>,
    to_state: String,
    event: String,
    actor: String,
    party: String,
    at: i64,
    noticed_at: i64,
    local_date: String,
    code: Option<String>,
    reason: Option<String>,
    detail: String,
    idempotency_key: Option<String>,
    policy: String,
    calendar: String,
    address: Option<String>,
    prev_hash: String,
    hash: String,
}

impl FromRow<'_, SqliteRow> for Row {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            seq: row.try_get("seq")?,
            reminder: row.try_get("reminder")?,
            row_version: row.try_get("row_version")?,
            from_state: row.try_get("from_state")?,
            to_state: row.try_get("to_state")?,
            event: row.try_get("event")?,
            actor: row.try_get("actor")?,
            party: row.try_get("party")?,
            at: row.try_get("at")?,
            noticed_at: row.try_get("noticed_at")?,
            local_date: row.try_get("local_date")?,
            code: row.try_get("code")?,
            reason: row.try_get("reason")?,
            detail: row.try_get("detail")?,
            idempotency_key: row.try_get("idempotency_key")?,
            policy: row.try_get("policy")?,
            calendar: row.try_get("calendar")?,
            address: row.try_get("address")?,
            prev_hash: row.try_get("prev_hash")?,
            hash: row.try_get("hash")?,
        })
    }
}

impl Row {
    /// Over a JSON list, so that no two events have the same bytes.
    fn computed(&self) -> String {
        let list = json!([
            self.prev_hash,
            self.seq,
            self.reminder,
            self.row_version,
            self.from_state,
            self.to_state,
            self.event,
            self.actor,
            self.party,
            self.at,
            self.noticed_at,
            self.local_date,
            self.code,
            self.reason,
            self.detail,
            self.idempotency_key,
            self.policy,
            self.calendar,
            self.address
        ]);
        hex::encode(Sha256::digest(list.to_string().as_bytes()))
    }
}

/// Adds one event in the transaction of its change. Gives its number.
pub(crate) async fn append(
    connection: &mut SqliteConnection,
    sealer: &Sealer,
    reminder: &str,
    change: &Change,
    by: &By<'_>,
) -> Result<i64, ArchiveError> {
    let last: Option<(i64, String)> =
        sqlx::query_as("SELECT seq, hash FROM reminder_event ORDER BY seq DESC LIMIT 1")
            .fetch_optional(&mut *connection)
            .await?;
    let (seq, prev_hash) = last.map_or((1, String::new()), |(seq, hash)| (seq + 1, hash));
    let reason = by.reason.map(|reason| sealer.seal(&place(reminder), reason)).transpose()?;
    let from = (change.event != Event::Raise).then(|| change.from.slug().to_owned());
    let mut row = Row {
        seq,
        reminder: reminder.to_owned(),
        row_version: change.next.row_version,
        from_state: from,
        to_state: change.next.state.slug().to_owned(),
        event: change.event.slug().to_owned(),
        actor: by.actor.to_owned(),
        party: by.party.to_owned(),
        at: change.at.timestamp_millis(),
        noticed_at: by.noticed_at,
        local_date: by.local_date.to_owned(),
        code: by.code.map(str::to_owned),
        reason,
        detail: json!(change.detail).to_string(),
        idempotency_key: by.idempotency_key.map(str::to_owned),
        policy: change.next.policy.version.clone(),
        calendar: by.calendar.to_owned(),
        address: by.address.map(str::to_owned),
        prev_hash,
        hash: String::new(),
    };
    row.hash = row.computed();
    sqlx::query(
        "INSERT INTO reminder_event (seq, reminder, row_version, from_state, to_state, event, actor, party, at, \
         noticed_at, local_date, code, reason, detail, idempotency_key, policy, calendar, address, prev_hash, hash) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
    )
    .bind(row.seq)
    .bind(&row.reminder)
    .bind(row.row_version)
    .bind(&row.from_state)
    .bind(&row.to_state)
    .bind(&row.event)
    .bind(&row.actor)
    .bind(&row.party)
    .bind(row.at)
    .bind(row.noticed_at)
    .bind(&row.local_date)
    .bind(&row.code)
    .bind(&row.reason)
    .bind(&row.detail)
    .bind(&row.idempotency_key)
    .bind(&row.policy)
    .bind(&row.calendar)
    .bind(&row.address)
    .bind(&row.prev_hash)
    .bind(&row.hash)
    .execute(&mut *connection)
    .await?;
    format::set(connection, HEAD, &format!("{seq}:{}", row.hash)).await?;
    Ok(seq)
}

impl Archive {
    /// Everything that happened to a reminder, in order.
    pub async fn reminder_events(&self, id: &str) -> Result<Vec<ReminderEvent>, ArchiveError> {
        let rows: Vec<Row> = sqlx::query_as("SELECT * FROM reminder_event WHERE reminder = $1 ORDER BY seq")
            .bind(id)
            .fetch_all(self.readers())
            .await?;
        rows.into_iter().map(|row| shown(self.sealer(), row)).collect()
    }

    /// Follows the chain of all events from the first to the head. Gives their number, or the first that
    /// does not fit.
    pub async fn verify_reminder_events(&self) -> Result<u64, ArchiveError> {
        let mut tx = self.readers().begin().await?;
        follow(&mut tx).await
    }
}

/// The next events of the chain, after the one numbered `seq`; none at its end.
async fn page_after(connection: &mut SqliteConnection, seq: i64) -> Result<Vec<Row>, ArchiveError> {
    Ok(sqlx::query_as("SELECT * FROM reminder_event WHERE seq > $1 ORDER BY seq LIMIT $2")
        .bind(seq)
        .bind(PAGE)
        .fetch_all(connection)
        .await?)
}

/// Follows the chain in one view of the database.
pub(super) async fn follow(connection: &mut SqliteConnection) -> Result<u64, ArchiveError> {
    let mut last = (0_i64, String::new());
    loop {
        let rows = page_after(connection, last.0).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            if row.seq != last.0 + 1 || row.prev_hash != last.1 || row.hash != row.computed() {
                return Err(ArchiveError::RemindersBroken { seq: last.0 + 1 });
            }
            last = (row.seq, row.hash);
        }
    }
    let head = format::get(connection, HEAD).await?.unwrap_or_default();
    let expected = if last.0 == 0 { String::new() } else { format!("{}:{}", last.0, last.1) };
    if head != expected {
        return Err(ArchiveError::RemindersBroken { seq: last.0 + 1 });
    }
    Ok(sql::count(last.0))
}

fn shown(sealer: &Sealer, row: Row) -> Result<ReminderEvent, ArchiveError> {
    let state = |word: &str| State::parse(word).ok_or_else(|| damaged("state", word));
    Ok(ReminderEvent {
        seq: row.seq,
        event: Event::parse(&row.event).ok_or_else(|| damaged("event", &row.event))?,
        from: row.from_state.as_deref().map(state).transpose()?,
        to: state(&row.to_state)?,
        at: rows::instant(row.at)?,
        noticed_at: rows::instant(row.noticed_at)?,
        reason: row.reason.map(|sealed| sealer.open(&place(&row.reminder), &sealed)).transpose()?,
        detail: serde_json::from_str(&row.detail).map_err(|_| damaged("detail", &row.detail))?,
        actor: row.actor,
        party: row.party,
        code: row.code,
        row_version: row.row_version,
        calendar: row.calendar,
        hash: row.hash,
    })
}

fn place(reminder: &str) -> String {
    format!("reminder:{reminder}.reason")
}
