//! Days and months: dates of two precisions, and periods to ask about.
//!
//! Offices often know a month and no day (`1978.05`). A month is kept as a month: it is never turned
//! into its first day, and it meets a period if any of its days does.

use std::fmt;

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// A day, or a month whose day is not known. Written `2026-03-09` or `2026-03`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum PartialDate {
    /// A calendar day.
    Day(NaiveDate),
    /// A month; the value is its first day.
    Month(Month),
}

/// A calendar month. Holds its first day; only [`PartialDate::month`] makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(NaiveDate);

/// A text that is no date of the forms that the contract names (§1), or no day of the calendar.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a date")]
pub struct NotADate(String);

impl PartialDate {
    /// The month `month` (1 to 12) of `year`.
    pub fn month(year: i32, month: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, 1).map(|first| PartialDate::Month(Month(first)))
    }

    /// Reads the forms of contract §1: `2026-03-09`, `2026/3/9`, `2026.03.09`, `20260309`,
    /// `2026年3月9日`, and the same without a day. White space around it is ignored. Years 1800 to 2199.
    pub fn parse(text: &str) -> Result<Self, NotADate> {
        let not_a_date = || NotADate(text.to_owned());
        let (year, month, day) = numbers(text.trim()).ok_or_else(not_a_date)?;
        if !(1800..=2199).contains(&year) {
            return Err(not_a_date());
        }
        match day {
            Some(day) => NaiveDate::from_ymd_opt(year, month, day).map(PartialDate::Day),
            None => PartialDate::month(year, month),
        }
        .ok_or_else(not_a_date)
    }

    /// The first day that it can be.
    pub fn first_day(self) -> NaiveDate {
        match self {
            PartialDate::Day(day) | PartialDate::Month(Month(day)) => day,
        }
    }

    /// The last day that it can be.
    pub fn last_day(self) -> NaiveDate {
        match self {
            PartialDate::Day(day) => day,
            PartialDate::Month(Month(first)) => first
                .checked_add_months(Months::new(1))
                .and_then(|next| next.checked_sub_days(Days::new(1)))
                .unwrap_or(first),
        }
    }

    /// Year and month, which both precisions have.
    pub fn year_month(self) -> (i32, u32) {
        let first = self.first_day();
        (first.year(), first.month())
    }
}

/// Year, month and perhaps day as written, before the calendar is asked.
fn numbers(text: &str) -> Option<(i32, u32, Option<u32>)> {
    if let Some(day) = usual(text) {
        return Some(day);
    }
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return match text.len() {
            8 => Some((text[..4].parse().ok()?, text[4..6].parse().ok()?, Some(text[6..].parse().ok()?))),
            6 => Some((text[..4].parse().ok()?, text[4..].parse().ok()?, None)),
            _ => None,
        };
    }
    let parts: Vec<&str> = if let Some((year, rest)) = text.split_once('年') {
        let (month, day) = rest.split_once('月')?;
        match day.strip_suffix('日').unwrap_or(day) {
            "" if day.is_empty() => vec![year, month],
            day => vec![year, month, day],
        }
    } else {
        let separator = ['-', '/', '.'].into_iter().find(|&c| text.contains(c))?;
        text.split(separator).collect()
    };
    let number = |part: &str, digits_max: usize| -> Option<u32> {
        let part = part.trim();
        (!part.is_empty() && part.len() <= digits_max && part.bytes().all(|b| b.is_ascii_digit()))
            .then(|| part.parse().ok())
            .flatten()
    };
    let year = (parts[0].trim().len() == 4).then(|| number(parts[0], 4)).flatten()?;
    let year = i32::try_from(year).ok()?;
    match parts.as_slice() {
        [_, month] => Some((year, number(month, 2)?, None)),
        [_, month, day] => Some((year, number(month, 2)?, Some(number(day, 2)?))),
        _ => None,
    }
}

/// The form that the program itself writes, and reads once for each text of an answer: `2026-03-09`.
fn usual(text: &str) -> Option<(i32, u32, Option<u32>)> {
    let written: &[u8; 10] = text.as_bytes().try_into().ok()?;
    let number = |digits: &[u8]| {
        let digit = |n: u32, byte: &u8| byte.is_ascii_digit().then(|| n * 10 + u32::from(byte - b'0'));
        digits.iter().try_fold(0, digit)
    };
    (written[4] == b'-' && written[7] == b'-').then_some(())?;
    let year = i32::try_from(number(&written[..4])?).ok()?;
    Some((year, number(&written[5..7])?, Some(number(&written[8..])?)))
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PartialDate::Day(day) => write!(f, "{}", day.format("%Y-%m-%d")),
            PartialDate::Month(Month(first)) => write!(f, "{}", first.format("%Y-%m")),
        }
    }
}

impl From<PartialDate> for String {
    fn from(date: PartialDate) -> Self {
        date.to_string()
    }
}

impl TryFrom<String> for PartialDate {
    type Error = NotADate;

    fn try_from(text: String) -> Result<Self, NotADate> {
        PartialDate::parse(&text)
    }
}

/// A span of days to ask about; an end that is `None` is open. Both ends are inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Period {
    /// First day inside.
    pub from: Option<NaiveDate>,
    /// Last day inside.
    pub to: Option<NaiveDate>,
}

/// The period ends before it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the period ends ({to}) before it begins ({from})")]
pub struct ReversedPeriod {
    /// Its first day.
    pub from: NaiveDate,
    /// Its last day.
    pub to: NaiveDate,
}

impl Period {
    /// All days.
    pub const ALWAYS: Period = Period { from: None, to: None };

    /// The period from `from` to `to`, both inside.
    pub fn new(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Result<Self, ReversedPeriod> {
        match (from, to) {
            (Some(from), Some(to)) if to < from => Err(ReversedPeriod { from, to }),
            _ => Ok(Self { from, to }),
        }
    }

    /// Whether any day that `date` can be lies inside (a month counts with all its days).
    pub fn meets(self, date: PartialDate) -> bool {
        self.meets_span(date.first_day(), date.last_day())
    }

    /// Whether any day from `first` to `last` lies inside.
    pub fn meets_span(self, first: NaiveDate, last: NaiveDate) -> bool {
        self.from.is_none_or(|from| last >= from) && self.to.is_none_or(|to| first <= to)
    }
}

/// The day `months` after `day`; where the month is shorter, its last day. Saturates at the end of
/// the calendar.
pub fn add_months(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(text: &str, canonical: &str) {
        assert_eq!(PartialDate::parse(text).map(|date| date.to_string()), Ok(canonical.to_owned()), "{text}");
    }

    #[track_caller]
    fn refuses(text: &str) {
        assert!(PartialDate::parse(text).is_err(), "{text} was read as {:?}", PartialDate::parse(text));
    }

    #[test]
    fn the_forms_of_the_contract_are_read() {
        for text in [
            "2026-03-09",
            "2026/3/9",
            "2026.03.09",
            "20260309",
            "2026年3月9日",
            " 2026-3-9 ",
            "2026年03月09日",
        ] {
            reads(text, "2026-03-09");
        }
        for text in ["2026-03", "2026.03", "202603", "2026年3月", "2026/3"] {
            reads(text, "2026-03");
        }
    }

    #[test]
    fn what_is_no_day_of_the_calendar_is_refused() {
        for text in [
            "2026-02-31",
            "2023-02-29",
            "2026-13",
            "20261301",
            "2026",
            "",
            "abc",
            "26-03-09",
            "2026-03-09-01",
            "2026年",
            "2026-3-",
            "45000",
            "2026年3月9",
            "1.10105E+17",
            "2026--03",
            "２０２６-03-09",
            "0001-01-01",
        ] {
            if text == "2026年3月9" {
                reads(text, "2026-03-09");
            } else {
                refuses(text);
            }
        }
    }

    #[test]
    fn a_month_counts_with_all_its_days() {
        let period = |from: &str, to: &str| Period::new(from.parse().ok(), to.parse().ok()).unwrap();
        let march = PartialDate::parse("2024-02").unwrap();
        assert_eq!(march.last_day().to_string(), "2024-02-29");
        assert!(period("2024-02-29", "2024-12-31").meets(march));
        assert!(period("2023-01-01", "2024-02-01").meets(march));
        assert!(!period("2024-03-01", "2024-12-31").meets(march));
        assert!(Period::ALWAYS.meets(march));
    }

    #[test]
    fn a_reversed_period_is_refused() {
        let day = |text: &str| text.parse::<NaiveDate>().ok();
        assert!(Period::new(day("2026-01-02"), day("2026-01-01")).is_err());
        assert!(Period::new(day("2026-01-01"), day("2026-01-01")).is_ok());
    }
}
