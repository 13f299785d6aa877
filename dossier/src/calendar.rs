//! Working days with make-up workdays (调休): the arithmetic of time limits, as 民法典 Art. 201 and 203 count
//! them. The first day is not counted; a limit that ends on a day off moves to the next working day.
//!
//! What it is not: it holds no year's days off of its own; they come from the State Council's notices. A
//! year without a notice is an error of the calendar: whatever touches it is marked provisional, and
//! counted as if Monday to Friday were its working days. It never panics and is never silent.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// The days off and make-up workdays that are known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Calendar {
    years: BTreeSet<i32>,
    /// Days that differ from the plain week: `true` is a day off.
    exceptions: BTreeMap<NaiveDate, bool>,
    version: String,
}

/// A day that was counted out, and whether it is firm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The last day of the limit.
    pub day: NaiveDate,
    /// Some day on the way lies in a year without a notice: not to be printed as a firm date.
    pub provisional: bool,
}

impl Calendar {
    /// A calendar that knows `years`, with what differs from the plain week (`true`: a day off, `false`: a
    /// make-up workday). `version` names the data in records that quote a deadline.
    pub fn new(
        years: impl IntoIterator<Item = i32>,
        exceptions: impl IntoIterator<Item = (NaiveDate, bool)>,
        version: &str,
    ) -> Self {
        Self {
            years: years.into_iter().collect(),
            exceptions: exceptions.into_iter().collect(),
            version: version.to_owned(),
        }
    }

    /// The name of the data.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The years with a notice.
    pub fn years(&self) -> impl Iterator<Item = i32> + '_ {
        self.years.iter().copied()
    }

    /// Whether there is a notice for the year of `day`.
    pub fn knows(&self, day: NaiveDate) -> bool {
        self.years.contains(&day.year())
    }

    /// The first year without a notice that a limit running from `day` meets within `days` days.
    pub fn missing_within(&self, day: NaiveDate, days: u64) -> Option<i32> {
        let last = day.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX);
        (day.year()..=last.year()).find(|year| !self.years.contains(year))
    }

    /// The last day up to which every day from `day` on has its notice; none where not even `day` has.
    pub fn known_until(&self, day: NaiveDate) -> Option<NaiveDate> {
        let newest = self.years.iter().copied().max()?;
        let last = (day.year()..=newest).take_while(|year| self.years.contains(year)).last()?;
        NaiveDate::from_ymd_opt(last, 12, 31)
    }

    /// Whether people work on `day`.
    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        self.exceptions.get(&day).map_or(!matches!(day.weekday(), Weekday::Sat | Weekday::Sun), |off| !off)
    }

    /// The `days`-th working day after `start`. With 0 days: `start`, or the next working day.
    pub fn add_working_days(&self, start: NaiveDate, days: u32) -> Due {
        let mut due = Due { day: start, provisional: !self.knows(start) };
        if days == 0 {
            return self.on_or_after(start);
        }
        for _ in 0..days {
            due.day = next(due.day);
            due.provisional |= !self.knows(due.day);
            while !self.is_working_day(due.day) && due.day < NaiveDate::MAX {
                due.day = next(due.day);
                due.provisional |= !self.knows(due.day);
            }
        }
        due
    }

    /// `days` calendar days after `start`, moved to the next working day where it falls on a day off.
    pub fn add_calendar_days(&self, start: NaiveDate, days: u32) -> Due {
        let day = start.checked_add_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MAX);
        self.on_or_after(day)
    }

    /// `day` itself, or the next working day.
    pub fn on_or_after(&self, day: NaiveDate) -> Due {
        let mut due = Due { day, provisional: !self.knows(day) };
        while !self.is_working_day(due.day) && due.day < NaiveDate::MAX {
            due.day = next(due.day);
            due.provisional |= !self.knows(due.day);
        }
        due
    }

    /// The working days after `from` up to and with `to`; negative where `to` is before `from`.
    pub fn working_days_between(&self, from: NaiveDate, to: NaiveDate) -> i64 {
        if to < from {
            return -self.working_days_between(to, from);
        }
        let days = from.iter_days().skip(1).take_while(|&day| day <= to);
        i64::try_from(days.filter(|&day| self.is_working_day(day)).count()).unwrap_or(i64::MAX)
    }
}

fn next(day: NaiveDate) -> NaiveDate {
    day.succ_opt().unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// The spring of 2026: days off 15 to 23 February, made up for on 14 and 28 February.
    fn spring_2026() -> Calendar {
        let off = (15..=23).map(|n| (NaiveDate::from_ymd_opt(2026, 2, n).unwrap(), true));
        let on = [day("2026-02-14"), day("2026-02-28")].map(|made_up| (made_up, false));
        Calendar::new([2026], off.chain(on), "2026")
    }

    #[test]
    fn the_first_day_is_not_counted_and_make_up_workdays_are() {
        let calendar = spring_2026();
        for (start, days, due) in [
            ("2026-02-10", 15, "2026-03-09"),
            ("2026-02-13", 5, "2026-02-27"),
            ("2026-02-13", 1, "2026-02-14"),
            ("2026-02-14", 0, "2026-02-14"),
            ("2026-02-15", 0, "2026-02-24"),
        ] {
            let counted = calendar.add_working_days(day(start), days);
            assert_eq!(counted, Due { day: day(due), provisional: false }, "{start} + {days}");
        }
    }

    #[test]
    fn a_calendar_limit_that_ends_on_a_day_off_moves_on() {
        let due = spring_2026().add_calendar_days(day("2026-02-10"), 6);
        assert_eq!(due.day, day("2026-02-24"));
    }

    #[test]
    fn a_year_without_a_notice_makes_a_date_provisional_and_nothing_worse() {
        let calendar = spring_2026();
        assert!(!calendar.add_working_days(day("2026-12-30"), 1).provisional);
        assert!(calendar.add_working_days(day("2026-12-30"), 2).provisional);
        assert!(calendar.add_working_days(day("2031-05-01"), 3).provisional);
        assert_eq!(calendar.add_working_days(NaiveDate::MAX, 9).day, NaiveDate::MAX);
    }

    #[test]
    fn a_year_that_is_missing_is_seen_before_it_begins() {
        let calendar = spring_2026();
        for (from, days, missing) in [
            ("2026-01-01", 60, None),
            ("2026-11-01", 60, None),
            ("2026-11-02", 60, Some(2027)),
            ("2026-12-31", 1, Some(2027)),
            ("2027-03-01", 0, Some(2027)),
            ("2025-12-31", 0, Some(2025)),
        ] {
            assert_eq!(calendar.missing_within(day(from), days), missing, "{from} + {days}");
        }
        assert_eq!(calendar.known_until(day("2026-05-01")), Some(day("2026-12-31")));
        assert_eq!(calendar.known_until(day("2027-05-01")), None);
    }

    #[test]
    fn counting_between_is_the_inverse_of_adding() {
        let calendar = spring_2026();
        let start = day("2026-02-10");
        for days in 1..40 {
            let due = calendar.add_working_days(start, days).day;
            assert_eq!(calendar.working_days_between(start, due), i64::from(days));
            assert_eq!(calendar.working_days_between(due, start), -i64::from(days));
        }
    }
}
