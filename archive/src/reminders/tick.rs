//! Clocks that have run out: found by asking what is due, never by counting ticks, so that nothing is lost
//! or doubled by stopping and starting. Each reminder in a transaction of its own.

use chrono::{DateTime, TimeDelta, Utc};
use dossier::reminder::fire;
use serde_json::json;

use crate::SYSTEM;
use crate::act::Act;
use crate::error::ArchiveError;
use crate::format;
use crate::open::Archive;
use crate::reminders::desk::Desk;
use crate::reminders::post::Posting;
use crate::reminders::seen::system;
use crate::reminders::{alert_operator, post, row, store};

/// A clock that is set back by more than this freezes everything that it would fire.
const BACK_MAX: TimeDelta = TimeDelta::seconds(2);
/// A jump ahead by more than this, while the program ran, holds the mails until a person confirms the day.
const AHEAD_MAX: TimeDelta = TimeDelta::hours(26);
const SEEN: &str = "reminder_tick";

/// What a tick did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ticked {
    /// Clocks that fired.
    pub fired: u64,
    /// Whether more are due than one tick takes.
    pub more: bool,
    /// Whether the mails were held because the clock jumped ahead.
    pub jumped: bool,
}

impl Archive {
    /// Fires what is due at `now`, for at most `limit` reminders. `last` is when this process ticked last, if
    /// it has: how it tells a clock that jumps from a machine that was off.
    pub async fn tick_reminders(
        &self,
        desk: &Desk<'_>,
        last: Option<DateTime<Utc>>,
        limit: u32,
        now: DateTime<Utc>,
    ) -> Result<Ticked, ArchiveError> {
        let mut reader = self.readers().acquire().await?;
        let seen = format::get(&mut reader, SEEN).await?.and_then(|text| text.parse::<i64>().ok());
        let seen = seen.and_then(DateTime::from_timestamp_millis);
        if let Some(seen) = seen
            && now < seen - BACK_MAX
        {
            return Err(ArchiveError::ClockSetBack { seen });
        }
        let due: Vec<String> = sqlx::query_scalar(
            "SELECT DISTINCT reminder FROM (SELECT reminder, due_at FROM reminder_timer \
             WHERE status = 'armed' AND due_at <= $1 ORDER BY due_at, id LIMIT $2)",
        )
        .bind(now.timestamp_millis())
        .bind(i64::from(limit) + 1)
        .fetch_all(&mut *reader)
        .await?;
        drop(reader);
        let jumped = last.is_some_and(|last| now - last > AHEAD_MAX);
        let mut ticked = Ticked { jumped, more: due.len() > limit as usize, ..Ticked::default() };
        for id in due.iter().take(limit as usize) {
            ticked.fired += self.tick_one(id, desk, jumped.then_some("clock"), now).await?;
        }
        self.seen(desk, now, jumped && ticked.fired > 0).await?;
        Ok(ticked)
    }

    async fn tick_one(
        &self,
        id: &str,
        desk: &Desk<'_>,
        hold: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<u64, ArchiveError> {
        let mut act = Act::begin(self, SYSTEM, now).await?;
        let Some(mut reminder) = row::find(act.connection(), id).await? else { return Ok(0) };
        let today = desk.terms.day(now).to_string();
        let by = system(desk, &today, now);
        let mut mails: Vec<Posting> = Vec::new();
        let mut fired = 0;
        while let Some(change) = fire(&reminder.standing, now, &desk.terms) {
            let (after, postings) = store(self, &mut act, &reminder, &change, &by).await?;
            mails.extend(postings);
            reminder = after;
            fired += 1;
        }
        post::post(self, &mut act, desk, mails, hold).await?;
        act.audit("reminder.tick", id, &json!({ "fired": fired })).await?;
        act.commit().await?;
        Ok(fired)
    }

    async fn seen(&self, desk: &Desk<'_>, now: DateTime<Utc>, alarm: bool) -> Result<(), ArchiveError> {
        let mut act = Act::begin(self, SYSTEM, now).await?;
        format::set(act.connection(), SEEN, &now.timestamp_millis().to_string()).await?;
        if alarm {
            alert_operator(&mut act, desk).await?;
        }
        act.commit().await
    }

    /// When the clocks were looked at last.
    pub async fn last_tick(&self) -> Result<Option<DateTime<Utc>>, ArchiveError> {
        let mut reader = self.readers().acquire().await?;
        let seen = format::get(&mut reader, SEEN).await?.and_then(|text| text.parse::<i64>().ok());
        Ok(seen.and_then(DateTime::from_timestamp_millis))
    }
}
