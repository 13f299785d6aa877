//! A reminder between its row and its [`Standing`]: reading both tables, and writing what one change made
//! of them, guarded by state and row version.

use chrono::{DateTime, NaiveDate, Utc};
use dossier::reminder::{Change, Outcome, Standing, State, Timer, TimerChange, TimerKind, TimerStatus};
use dossier::{RecordKey, RecordRef, Severity};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use crate::error::ArchiveError;
use crate::rows;
use crate::sql::Query;

/// A stored reminder.
#[derive(Debug, Clone, PartialEq)]
pub struct Reminder {
    /// Its number, which says nothing about it: it may stand in an address and in a mail.
    pub id: String,
    /// The person or unit that it is about.
    pub subject: RecordRef,
    /// The unit, where one is known.
    pub unit: Option<RecordKey>,
    /// The first category; all of them stand in its facts.
    pub category: String,
    /// The sweep that made it.
    pub run: String,
    /// The held batch that it came with.
    pub batch: Option<i64>,
    /// 1, or more where it has been before.
    pub episode: i64,
    /// The ended one that it follows.
    pub reopens: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was signed for.
    pub acked_at: Option<DateTime<Utc>>,
    /// When it was answered last.
    pub responded_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// How it was closed.
    pub outcome: Option<Outcome>,
    /// The last day to answer that holds, or held at the end, and whether it is firm.
    pub due: Option<(NaiveDate, bool)>,
    /// Everything that the rules look at.
    pub standing: Standing,
}

impl Reminder {
    /// The limits that are set now: what goes out today goes out under them.
    pub(super) fn limits_of(&mut self, policy: &dossier::reminder::Policy) {
        let category = dossier::Category::parse(&self.category);
        self.standing.policy = policy.snapshot(category, self.standing.severity);
    }
}

pub(crate) const COLUMNS: &str = "SELECT id, state, row_version, subject, unit, office, category, severity, run, batch, \
    episode, reopens, created_at, changed_at, issued_at, acked_at, responded_at, ended_at, outcome, due_day, due_firm, \
    overdue_ack, overdue_respond, overdue_review, escalation_level, extension_count, extended_days, extension_by, \
    extension_day, cancel_by, paused_until, cleared, drafted_by, responder, round, times_reminded, rule_author, policy \
    FROM reminder ";

/// Reads [`COLUMNS`]; the clocks are added by [`with_timers`].
pub(crate) fn read(row: &SqliteRow) -> Result<Reminder, ArchiveError> {
    let count = |place: usize| -> Result<u32, ArchiveError> {
        Ok(u32::try_from(row.try_get::<i64, _>(place)?).unwrap_or(u32::MAX))
    };
    let when = |place: usize| row.try_get::<Option<i64>, _>(place)?.map(rows::instant).transpose();
    let extension = match (row.try_get::<Option<String>, _>(27)?, row.try_get::<Option<&str>, _>(28)?) {
        (Some(by), Some(text)) => Some((by, day(text)?)),
        _ => None,
    };
    let subject: &str = row.try_get(3)?;
    let (kind, key) = subject.split_once(':').ok_or_else(|| damaged("subject", subject))?;
    let severity: &str = row.try_get(7)?;
    let policy: &str = row.try_get(37)?;
    let state: &str = row.try_get(1)?;
    let standing = Standing {
        state: State::parse(state).ok_or_else(|| damaged("state", state))?,
        office: row.try_get(5)?,
        severity: Severity::parse(severity).ok_or_else(|| damaged("severity", severity))?,
        row_version: row.try_get(2)?,
        changed_at: rows::instant(row.try_get(13)?)?,
        issued_at: when(14)?,
        overdue_ack: count(21)?,
        overdue_respond: count(22)?,
        overdue_review: count(23)?,
        escalation_level: count(24)?,
        extension_count: count(25)?,
        extended_days: count(26)?,
        extension,
        cancel_proposed_by: row.try_get(29)?,
        paused_until: row.try_get::<Option<&str>, _>(30)?.map(day).transpose()?,
        cleared: row.try_get::<i64, _>(31)? != 0,
        drafted_by: row.try_get(32)?,
        responder: row.try_get(33)?,
        round: count(34)?,
        times_reminded: count(35)?,
        rule_author: row.try_get(36)?,
        timers: Vec::new(),
        policy: serde_json::from_str(policy).map_err(|_| damaged("policy", policy))?,
    };
    let outcome: Option<&str> = row.try_get(18)?;
    let due = row.try_get::<Option<&str>, _>(19)?.map(day).transpose()?;
    Ok(Reminder {
        id: row.try_get(0)?,
        subject: rows::record(kind, key)?,
        unit: rows::optional_key(row.try_get(4)?)?,
        category: row.try_get(6)?,
        run: row.try_get(8)?,
        batch: row.try_get(9)?,
        episode: row.try_get(10)?,
        reopens: row.try_get(11)?,
        created_at: rows::instant(row.try_get(12)?)?,
        acked_at: when(15)?,
        responded_at: when(16)?,
        ended_at: when(17)?,
        outcome: outcome
            .map(|word| Outcome::parse(word).ok_or_else(|| damaged("outcome", word)))
            .transpose()?,
        due: match due {
            Some(day) => Some((day, row.try_get::<Option<i64>, _>(20)? != Some(0))),
            None => None,
        },
        standing,
    })
}

/// One reminder with its clocks.
pub(crate) async fn find(
    connection: &mut SqliteConnection,
    id: &str,
) -> Result<Option<Reminder>, ArchiveError> {
    let mut query = Query::new(COLUMNS);
    query.push("WHERE id = ").push_bind(id);
    let Some(row) = query.build().fetch_optional(&mut *connection).await? else { return Ok(None) };
    let mut reminder = read(&row)?;
    with_timers(connection, &mut reminder).await?;
    Ok(Some(reminder))
}

/// Adds the clocks that run, wait, or are still in view.
pub(crate) async fn with_timers(
    connection: &mut SqliteConnection,
    reminder: &mut Reminder,
) -> Result<(), ArchiveError> {
    let rows = sqlx::query(
        "SELECT kind, step, armed_at, due_at, due_day, firm, counted, status, remaining FROM reminder_timer \
         WHERE reminder = $1 AND present = 1 ORDER BY id",
    )
    .bind(&reminder.id)
    .fetch_all(connection)
    .await?;
    for row in rows {
        let (kind, status): (&str, &str) = (row.try_get(0)?, row.try_get(7)?);
        let limit: Option<&str> = row.try_get(6)?;
        reminder.standing.timers.push(Timer {
            kind: TimerKind::parse(kind).ok_or_else(|| damaged("timer", kind))?,
            step: u32::try_from(row.try_get::<i64, _>(1)?).unwrap_or(0),
            armed_at: rows::instant(row.try_get(2)?)?,
            due_at: rows::instant(row.try_get(3)?)?,
            due_day: day(row.try_get(4)?)?,
            provisional: row.try_get::<i64, _>(5)? == 0,
            limit: limit
                .map(|text| serde_json::from_str(text).map_err(|_| damaged("limit", text)))
                .transpose()?,
            status: TimerStatus::parse(status).ok_or_else(|| damaged("timer status", status))?,
            remaining: row.try_get(8)?,
        });
    }
    Ok(())
}

/// Writes what `change` made of `before`. Somebody who was quicker makes it a conflict.
pub(crate) async fn write(
    connection: &mut SqliteConnection,
    before: &Reminder,
    change: &Change,
    calendar: &str,
) -> Result<Reminder, ArchiveError> {
    let mut after = Reminder { standing: change.next.clone(), ..before.clone() };
    let next = &change.next;
    if next.state == State::Acknowledged && change.from == State::Issued {
        after.acked_at = Some(change.at);
    }
    if next.state == State::Responded && change.from != State::Responded {
        after.responded_at = Some(change.at);
    }
    if next.state.is_terminal() {
        after.ended_at = Some(change.at);
        after.outcome = change.outcome.filter(|_| next.state == State::Closed);
    }
    if let Some(timer) = next.timer(TimerKind::Respond) {
        after.due = Some((timer.due_day, !timer.provisional));
    }
    update(connection, before, &after).await?;
    for timer in &change.timers {
        write_timer(connection, &before.id, change, timer, calendar).await?;
    }
    Ok(after)
}

async fn update(
    connection: &mut SqliteConnection,
    before: &Reminder,
    after: &Reminder,
) -> Result<(), ArchiveError> {
    let next = &after.standing;
    let mut query = Query::new("UPDATE reminder SET ");
    {
        let mut set = query.separated(", ");
        macro_rules! set {
            ($column:literal, $value:expr) => {
                set.push(concat!($column, " = ")).push_bind_unseparated($value);
            };
        }
        set!("state", next.state.slug());
        set!("row_version", next.row_version);
        set!("office", next.office.clone());
        set!("changed_at", next.changed_at.timestamp_millis());
        set!("issued_at", next.issued_at.map(|at| at.timestamp_millis()));
        set!("acked_at", after.acked_at.map(|at| at.timestamp_millis()));
        set!("responded_at", after.responded_at.map(|at| at.timestamp_millis()));
        set!("ended_at", after.ended_at.map(|at| at.timestamp_millis()));
        set!("outcome", after.outcome.map(Outcome::slug));
        set!("due_day", after.due.map(|(day, _)| day.to_string()));
        set!("due_firm", after.due.map(|(_, firm)| i64::from(firm)));
        set!("overdue_ack", i64::from(next.overdue_ack));
        set!("overdue_respond", i64::from(next.overdue_respond));
        set!("overdue_review", i64::from(next.overdue_review));
        set!("escalation_level", i64::from(next.escalation_level));
        set!("extension_count", i64::from(next.extension_count));
        set!("extended_days", i64::from(next.extended_days));
        set!("extension_by", next.extension.as_ref().map(|(by, _)| by.clone()));
        set!("extension_day", next.extension.as_ref().map(|(_, day)| day.to_string()));
        set!("cancel_by", next.cancel_proposed_by.clone());
        set!("paused_until", next.paused_until.map(|day| day.to_string()));
        set!("cleared", i64::from(next.cleared));
        set!("drafted_by", next.drafted_by.clone());
        set!("responder", next.responder.clone());
        set!("round", i64::from(next.round));
        set!("times_reminded", i64::from(next.times_reminded));
        let policy = serde_json::to_string(&next.policy).map_err(|_| damaged("policy", "of the settings"))?;
        set!("policy", policy);
    }
    query.push(" WHERE id = ").push_bind(&before.id);
    query.push(" AND row_version = ").push_bind(before.standing.row_version);
    query.push(" AND state = ").push_bind(before.standing.state.slug());
    if query.build().execute(connection).await?.rows_affected() == 1 {
        return Ok(());
    }
    Err(ArchiveError::ReminderConflict {
        id: before.id.clone(),
        state: before.standing.state,
        row_version: before.standing.row_version,
    })
}

async fn write_timer(
    connection: &mut SqliteConnection,
    id: &str,
    change: &Change,
    timer: &TimerChange,
    calendar: &str,
) -> Result<(), ArchiveError> {
    let at = change.at.timestamp_millis();
    match timer {
        TimerChange::Arm(timer) => {
            let limit = timer.limit.map(|limit| serde_json::to_string(&limit)).transpose();
            sqlx::query(
                "INSERT INTO reminder_timer (reminder, kind, step, armed_at, due_at, due_day, firm, counted, calendar, \
                 status, remaining, ended_at, excused, present) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'armed', NULL, NULL, 0, 1)",
            )
            .bind(id)
            .bind(timer.kind.slug())
            .bind(i64::from(timer.step))
            .bind(timer.armed_at.timestamp_millis())
            .bind(timer.due_at.timestamp_millis())
            .bind(timer.due_day.to_string())
            .bind(i64::from(!timer.provisional))
            .bind(limit.map_err(|_| damaged("limit", "of a timer"))?)
            .bind(calendar)
            .execute(connection)
            .await?;
        }
        TimerChange::Wait { kind, remaining } => {
            sqlx::query(
                "UPDATE reminder_timer SET status = 'waiting', remaining = $1 \
                 WHERE reminder = $2 AND kind = $3 AND present = 1",
            )
            .bind(remaining)
            .bind(id)
            .bind(kind.slug())
            .execute(connection)
            .await?;
        }
        TimerChange::End { kind, status } => {
            let stays = *status == TimerStatus::Fired
                && change.next.timer(*kind).is_some_and(|timer| timer.status == TimerStatus::Fired);
            sqlx::query(
                "UPDATE reminder_timer SET status = $1, ended_at = $2, present = $3 \
                 WHERE reminder = $4 AND kind = $5 AND present = 1",
            )
            .bind(status.slug())
            .bind(at)
            .bind(i64::from(stays))
            .bind(id)
            .bind(kind.slug())
            .execute(connection)
            .await?;
        }
        TimerChange::Excuse(kind) => {
            sqlx::query(
                "UPDATE reminder_timer SET excused = 1 WHERE id = (SELECT MAX(id) FROM reminder_timer \
                 WHERE reminder = $1 AND kind = $2 AND status = 'fired')",
            )
            .bind(id)
            .bind(kind.slug())
            .execute(connection)
            .await?;
        }
        TimerChange::Forget(kind) => {
            sqlx::query(
                "UPDATE reminder_timer SET present = 0 WHERE reminder = $1 AND kind = $2 AND present = 1",
            )
            .bind(id)
            .bind(kind.slug())
            .execute(connection)
            .await?;
        }
    }
    Ok(())
}

pub(crate) fn day(text: &str) -> Result<NaiveDate, ArchiveError> {
    text.parse().map_err(|_| damaged("day", text))
}

pub(crate) fn damaged(what: &str, value: &str) -> ArchiveError {
    ArchiveError::Damaged(format!("{value:?} is no {what} of a reminder"))
}
