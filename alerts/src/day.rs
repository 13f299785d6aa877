//! The day on which a question is asked, and the next one on which its answer can be another.
//!
//! Rules compare their dates with the day through [`Day`] only: each comparison that has not turned yet
//! leaves the day on which it will. So what a verdict says about its own future is right by construction,
//! and a sweep that waits for that day misses nothing.

use std::cell::Cell;

use chrono::{Days, NaiveDate};
use dossier::PartialDate;

/// `as_of`, with a note of the first comparison that will turn after it.
#[derive(Debug)]
pub struct Day {
    as_of: NaiveDate,
    turns_on: Cell<Option<NaiveDate>>,
}

impl Day {
    /// The day `as_of`, with nothing asked yet.
    pub fn new(as_of: NaiveDate) -> Self {
        Self { as_of, turns_on: Cell::new(None) }
    }

    /// The day itself, for what compares with it on its own; its turns must be noted by asking.
    pub fn as_of(&self) -> NaiveDate {
        self.as_of
    }

    /// Whether `date` is here: it is `as_of` or before.
    pub fn reached(&self, date: NaiveDate) -> bool {
        if date <= self.as_of {
            return true;
        }
        if self.turns_on.get().is_none_or(|turn| date < turn) {
            self.turns_on.set(Some(date));
        }
        false
    }

    /// Whether `date` is over: it lies before `as_of`.
    pub fn past(&self, date: NaiveDate) -> bool {
        match date.checked_add_days(Days::new(1)) {
            Some(next) => self.reached(next),
            None => false,
        }
    }

    /// Whether what begins then may have begun; a month begins with its first day. Empty is not known, and
    /// hinders nothing.
    pub fn begun(&self, from: Option<PartialDate>) -> bool {
        from.is_none_or(|from| self.reached(from.first_day()))
    }

    /// Whether what ends then has certainly ended; a month is over with its last day. Empty: it has no end.
    pub fn ended(&self, until: Option<PartialDate>) -> bool {
        until.is_some_and(|until| self.reached(until.last_day()))
    }

    /// Open: start ≤ `as_of`, and no end or end > `as_of`.
    pub fn open(&self, from: Option<PartialDate>, until: Option<PartialDate>) -> bool {
        self.begun(from) && !self.ended(until)
    }

    /// The next day on which one of the comparisons made so far turns.
    pub fn turns_on(&self) -> Option<NaiveDate> {
        self.turns_on.get()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn what_has_not_turned_leaves_the_day_on_which_it_will() {
        let asked = Day::new(day("2026-11-20"));
        assert!(asked.reached(day("2026-11-20")) && asked.past(day("2026-11-19")));
        assert_eq!(asked.turns_on(), None);
        assert!(!asked.past(day("2026-11-20")));
        assert_eq!(asked.turns_on(), Some(day("2026-11-21")));
        assert!(!asked.reached(day("2027-01-01")));
        assert_eq!(asked.turns_on(), Some(day("2026-11-21")));
        assert!(!asked.past(NaiveDate::MAX));
    }

    #[test]
    fn a_month_begins_with_its_first_day_and_is_over_with_its_last() {
        let november = Some(PartialDate::parse("2026-11").unwrap());
        for (as_of, begun, ended) in [
            ("2026-10-31", false, false),
            ("2026-11-01", true, false),
            ("2026-11-29", true, false),
            ("2026-11-30", true, true),
        ] {
            let asked = Day::new(day(as_of));
            assert_eq!((asked.begun(november), asked.ended(november)), (begun, ended), "{as_of}");
        }
        assert!(Day::new(day("2026-01-01")).open(None, None));
    }
}
