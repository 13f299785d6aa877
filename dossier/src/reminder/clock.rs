//! The clocks of a reminder: what is counted, from when, until when, and the instant at which it ends in
//! the office's own time. Days are counted by the [`Calendar`](crate::Calendar); an instant is only ever
//! the end (or the morning) of a counted day, never a number of hours.

use chrono::{DateTime, Days, MappedLocalTime, NaiveDate, NaiveTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;

use super::policy::{Limit, Policy};
use crate::calendar::{Calendar, Due};
use crate::words::words;

words! {
    /// What runs out.
    TimerKind {
        /// To sign for it.
        Ack => "ack", "签收时限";
        /// To answer.
        Respond => "respond", "反馈时限";
        /// For the supervisor to decide.
        Review => "review", "审核时限";
        /// The notice before the end.
        DueSoon => "due_soon", "临期提示";
        /// The next step after a missed sign-for.
        EscalateAck => "escalate_ack", "签收督办";
        /// The next step after a missed answer.
        EscalateRespond => "escalate_respond", "反馈督办";
        /// The next step after a missed review.
        EscalateReview => "escalate_review", "审核督办";
        /// The end of a pause.
        PauseEnd => "pause_end", "暂停期满";
    }
}

impl TimerKind {
    /// The step timer that follows a breach of this clock.
    pub fn escalation(self) -> Option<TimerKind> {
        match self {
            TimerKind::Ack => Some(TimerKind::EscalateAck),
            TimerKind::Respond => Some(TimerKind::EscalateRespond),
            TimerKind::Review => Some(TimerKind::EscalateReview),
            TimerKind::DueSoon
            | TimerKind::EscalateAck
            | TimerKind::EscalateRespond
            | TimerKind::EscalateReview
            | TimerKind::PauseEnd => None,
        }
    }
}

words! {
    /// How a timer stands, or ended.
    TimerStatus {
        /// It runs.
        Armed => "armed", "计时中";
        /// It waits for the end of a pause or of a refusal.
        Waiting => "waiting", "暂停";
        /// What it waited for was done in time.
        Met => "met", "按期";
        /// It has run out.
        Fired => "fired", "逾期";
        /// It no longer matters.
        Stopped => "stopped", "终止";
    }
}

/// One clock that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timer {
    /// What runs out.
    pub kind: TimerKind,
    /// Which step, for the steps of an escalation; otherwise 0.
    pub step: u32,
    /// Since when.
    pub armed_at: DateTime<Utc>,
    /// The instant at which it runs out.
    pub due_at: DateTime<Utc>,
    /// The last day.
    pub due_day: NaiveDate,
    /// Whether some day on the way lies in a year without a notice.
    pub provisional: bool,
    /// What was counted out; `None` for a day that a person fixed.
    pub limit: Option<Limit>,
    /// [`TimerStatus::Armed`] or [`TimerStatus::Waiting`].
    pub status: TimerStatus,
    /// For one that waits out a pause: the working days that were left.
    pub remaining: Option<i64>,
}

/// What counting needs.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    /// The days off.
    pub calendar: &'a Calendar,
    /// The office's time zone.
    pub zone: Tz,
}

impl Terms<'_> {
    /// The day it is in the office.
    pub fn day(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.zone).date_naive()
    }

    /// The last day of a limit that begins on `day` (which is not counted).
    pub fn last_day(&self, day: NaiveDate, limit: Limit) -> Due {
        match limit {
            Limit::Working(days) => self.calendar.add_working_days(day, days),
            Limit::Calendar(days) => self.calendar.add_calendar_days(day, days),
        }
    }

    /// The instant so many minutes into a day of the office; 1440 is the end of the day.
    pub fn instant(&self, day: NaiveDate, minutes: u32) -> DateTime<Utc> {
        let whole = u64::from(minutes / 1440);
        let day = day.checked_add_days(Days::new(whole)).unwrap_or(day);
        let mut wall =
            day.and_time(NaiveTime::MIN).checked_add_signed(TimeDelta::minutes(i64::from(minutes % 1440)));
        // Clocks set forward leave out some wall-clock times: the first that exists after them counts.
        for _ in 0..8 {
            let Some(shown) = wall else { break };
            match self.zone.from_local_datetime(&shown) {
                MappedLocalTime::Single(instant) | MappedLocalTime::Ambiguous(instant, _) => {
                    return instant.with_timezone(&Utc);
                }
                MappedLocalTime::None => wall = shown.checked_add_signed(TimeDelta::minutes(30)),
            }
        }
        day.and_time(NaiveTime::MIN).and_utc()
    }

    /// A timer that runs from `at` for `limit`.
    pub fn limit(&self, policy: &Policy, kind: TimerKind, at: DateTime<Utc>, limit: Limit) -> Timer {
        let due = self.last_day(self.day(at), limit);
        self.on_day(policy, kind, 0, at, due, Some(limit))
    }

    /// A timer that runs out with `due`.
    pub(super) fn on_day(
        &self,
        policy: &Policy,
        kind: TimerKind,
        step: u32,
        at: DateTime<Utc>,
        due: Due,
        limit: Option<Limit>,
    ) -> Timer {
        let minutes = match kind {
            TimerKind::DueSoon => policy.morning_minutes,
            TimerKind::PauseEnd => 0,
            TimerKind::Ack
            | TimerKind::Respond
            | TimerKind::Review
            | TimerKind::EscalateAck
            | TimerKind::EscalateRespond
            | TimerKind::EscalateReview => policy.cut_off_minutes,
        };
        Timer {
            kind,
            step,
            armed_at: at,
            due_at: self.instant(due.day, minutes),
            due_day: due.day,
            provisional: due.provisional,
            limit,
            status: TimerStatus::Armed,
            remaining: None,
        }
    }

    /// The notice before `due`: on the working day that lies `policy.due_soon_days` before it, unless that
    /// has passed.
    pub fn due_soon(&self, policy: &Policy, at: DateTime<Utc>, due: Due) -> Option<Timer> {
        let mut day = due.day;
        for _ in 0..policy.due_soon_days {
            day = day.pred_opt()?;
            while !self.calendar.is_working_day(day) {
                day = day.pred_opt()?;
            }
        }
        let due = Due { day, provisional: due.provisional };
        Some(self.on_day(policy, TimerKind::DueSoon, 0, at, due, None)).filter(|timer| timer.due_at > at)
    }
}
