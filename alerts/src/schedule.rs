//! Schedules as operators write them: five fields of POSIX cron, or six with the seconds first, days of
//! the week counted from Sunday = 0 in both.
//!
//! What it is not: no loop, no timer and no clock. A schedule answers "when next, after this instant",
//! and who asks decides what is due. It wraps the `cron` crate, which counts Sunday as 1 (so that `1-5`
//! would run from Sunday to Thursday), joins the two day fields by "and" where POSIX says "or", and drops
//! a run whose wall-clock time a change of clocks leaves out.

mod weekdays;

#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, MappedLocalTime, NaiveDateTime, TimeZone};
use chrono_tz::Tz;

/// A schedule. Made by parsing; written in its normal form: six fields, the days of the week by name
/// (a name cannot be miscounted by whoever reads it next). Reading the normal form gives the same schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    normal: String,
    /// One, or two where a day of the month *or* a day of the week is enough.
    alternatives: Vec<cron::Schedule>,
}

/// An expression that is no schedule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// Neither five nor six fields.
    #[error(
        "schedule {expression:?} has {found} fields; expected 5 (minute hour day month weekday) \
         or 6 (with seconds first)"
    )]
    FieldCount {
        /// What was written.
        expression: String,
        /// How many fields that is.
        found: usize,
    },
    /// The days of the week cannot be read.
    #[error(
        "schedule {expression:?}: {field:?} is no day of the week; expected 0-7 (0 and 7 are Sunday, 1 is Monday) \
         or sun-sat, a list, a range, a step, or *"
    )]
    Weekday {
        /// What was written.
        expression: String,
        /// Its last field.
        field: String,
    },
    /// A step over all days beside another day field: some crons read "and", some "or".
    #[error(
        "schedule {expression:?} has a step (*/n) in one day field and a restriction in the other, \
         which is read in two ways elsewhere; write the days out"
    )]
    StepBesideDays {
        /// What was written.
        expression: String,
    },
    /// One of the other fields cannot be read.
    #[error("schedule {expression:?} cannot be read: {reason}")]
    Unreadable {
        /// What was written.
        expression: String,
        /// What the parser says.
        reason: String,
    },
    /// It can be read, but there is no such day (30 February).
    #[error("schedule {expression:?} never comes: there is no such day")]
    NeverComes {
        /// What was written.
        expression: String,
    },
}

impl Schedule {
    /// The first run after `after`, on the clocks of `zone`. `None` behind the year 2100.
    ///
    /// A wall-clock time that comes twice (clocks set back) runs once, the first time; one that is left
    /// out (clocks set forward) runs at the first instant after the gap. So a daily schedule runs on
    /// every day exactly once, and an hour without runs is possible only where an hour is repeated.
    pub fn next_after<Z: TimeZone>(&self, after: &DateTime<Z>, zone: Tz) -> Option<DateTime<Tz>> {
        if after.naive_utc().year() > 2100 {
            return None;
        }
        let mut wall = after.with_timezone(&zone).naive_local();
        loop {
            wall = self.next_on_the_wall(wall)?;
            let instant = first_instant(wall, zone)?;
            // In the second pass of a repeated hour the wall shows times that have had their run.
            if instant.naive_utc() > after.naive_utc() {
                return Some(instant);
            }
        }
    }

    /// The runs after `after`, one by one; never ends before 2100, so take what is needed.
    pub fn runs_after<Z: TimeZone>(
        &self,
        after: &DateTime<Z>,
        zone: Tz,
    ) -> impl Iterator<Item = DateTime<Tz>> {
        std::iter::successors(self.next_after(after, zone), move |run| self.next_after(run, zone))
    }

    /// The first `count` runs after `after`: what a person reads to see whether the schedule is meant so.
    pub fn next_runs<Z: TimeZone>(&self, count: usize, after: &DateTime<Z>, zone: Tz) -> Vec<DateTime<Tz>> {
        self.runs_after(after, zone).take(count).collect()
    }

    /// The runs that fell due after `last` and not later than `now`, oldest first: what a program that
    /// stood still has missed. Lazy, because a year of minutes is long.
    pub fn missed<Z: TimeZone>(
        &self,
        last: &DateTime<Z>,
        now: &DateTime<Z>,
        zone: Tz,
    ) -> impl Iterator<Item = DateTime<Tz>> {
        let now = now.naive_utc();
        self.runs_after(last, zone).take_while(move |run| run.naive_utc() <= now)
    }

    /// The `cron` crate is asked in plain wall-clock time, as if it were UTC: what a zone does to it is
    /// decided here and not there.
    fn next_on_the_wall(&self, wall: NaiveDateTime) -> Option<NaiveDateTime> {
        self.alternatives
            .iter()
            .filter_map(|schedule| schedule.after(&wall.and_utc()).next())
            .map(|run| run.naive_utc())
            .min()
    }
}

impl FromStr for Schedule {
    type Err = ScheduleError;

    fn from_str(expression: &str) -> Result<Self, ScheduleError> {
        let written: Vec<&str> = expression.split_whitespace().collect();
        let (seconds, [minutes, hours, days, months, weekdays]) = match written[..] {
            [minutes, hours, days, months, weekdays] => ("0", [minutes, hours, days, months, weekdays]),
            [seconds, minutes, hours, days, months, weekdays] => {
                (seconds, [minutes, hours, days, months, weekdays])
            }
            _ => {
                return Err(ScheduleError::FieldCount {
                    expression: expression.to_owned(),
                    found: written.len(),
                });
            }
        };
        let weekdays_by_name = weekdays::by_name(weekdays).ok_or_else(|| ScheduleError::Weekday {
            expression: expression.to_owned(),
            field: weekdays.to_owned(),
        })?;
        let days = if days == "?" { "*" } else { days };
        let time = format!("{seconds} {minutes} {hours}");
        let both = days != "*" && weekdays_by_name != "*";
        if both && (days.contains("*/") || weekdays.contains("*/")) {
            return Err(ScheduleError::StepBesideDays { expression: expression.to_owned() });
        }
        let sources = if both {
            vec![format!("{time} {days} {months} *"), format!("{time} * {months} {weekdays_by_name}")]
        } else {
            vec![format!("{time} {days} {months} {weekdays_by_name}")]
        };
        let schedule = Schedule {
            normal: format!("{time} {days} {months} {weekdays_by_name}"),
            alternatives: sources.iter().map(|source| read(expression, source)).collect::<Result<_, _>>()?,
        };
        match schedule.next_on_the_wall(DateTime::UNIX_EPOCH.naive_utc()) {
            Some(_) => Ok(schedule),
            None => Err(ScheduleError::NeverComes { expression: expression.to_owned() }),
        }
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.normal)
    }
}

fn read(expression: &str, source: &str) -> Result<cron::Schedule, ScheduleError> {
    cron::Schedule::from_str(source).map_err(|error| ScheduleError::Unreadable {
        expression: expression.to_owned(),
        reason: error.to_string().split_whitespace().collect::<Vec<_>>().join(" "),
    })
}

/// The first instant at which the clocks of `zone` show `wall` or, where they never do, have passed it.
fn first_instant(wall: NaiveDateTime, zone: Tz) -> Option<DateTime<Tz>> {
    match zone.from_local_datetime(&wall) {
        MappedLocalTime::Single(instant) | MappedLocalTime::Ambiguous(instant, _) => Some(instant),
        MappedLocalTime::None => end_of_gap(wall, zone),
    }
}

/// chrono-tz does not tell its transitions, so the end of the gap around `wall` is found by halving.
/// No offset is greater than 14 hours and no gap longer than a day.
fn end_of_gap(wall: NaiveDateTime, zone: Tz) -> Option<DateTime<Tz>> {
    const FAR_SECONDS: i64 = 40 * 60 * 60;
    let middle = wall.and_utc().timestamp();
    let (mut not_yet, mut passed) = (middle - FAR_SECONDS, middle + FAR_SECONDS);
    while passed - not_yet > 1 {
        let half = not_yet.midpoint(passed);
        if zone.timestamp_opt(half, 0).single()?.naive_local() > wall {
            passed = half;
        } else {
            not_yet = half;
        }
    }
    zone.timestamp_opt(passed, 0).single()
}
