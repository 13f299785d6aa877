//! Filters of the templates: how numbers, days, moments and addresses are written. Nothing else is
//! formatted in templates.

#![allow(
    unreachable_pub,
    clippy::inline_always,
    clippy::unused_self,
    clippy::unnecessary_wraps,
    reason = "askama's attribute fixes the shape of a filter and writes the methods around it"
)]

use askama::{Result, Values};
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime};
use std::fmt::Write as _;

/// A count, however many references a template has put before it.
pub(super) trait Count {
    fn count(&self) -> u64;
}

impl Count for u64 {
    fn count(&self) -> u64 {
        *self
    }
}

impl Count for usize {
    fn count(&self) -> u64 {
        *self as u64
    }
}

impl<T: Count> Count for &T {
    fn count(&self) -> u64 {
        (**self).count()
    }
}

/// A moment of the office's own time, or the day of one.
pub(super) trait Dated {
    fn dated(&self) -> NaiveDateTime;
}

impl Dated for NaiveDate {
    fn dated(&self) -> NaiveDateTime {
        self.and_time(NaiveTime::MIN)
    }
}

impl Dated for NaiveDateTime {
    fn dated(&self) -> NaiveDateTime {
        *self
    }
}

impl<T: Dated> Dated for &T {
    fn dated(&self) -> NaiveDateTime {
        (**self).dated()
    }
}

/// `48211` → `48,211`.
#[askama::filter_fn]
pub(super) fn grouped(number: impl Count, _: &dyn Values) -> Result<String> {
    Ok(in_groups(number.count()))
}

/// `2026-11-22 周日`.
#[askama::filter_fn]
pub(super) fn day(date: impl Dated, _: &dyn Values) -> Result<String> {
    Ok(with_weekday(date.dated().date()))
}

/// `2026-11-22 09:12`, where a column is narrow.
#[askama::filter_fn]
pub(super) fn stamp(at: impl Dated, _: &dyn Values) -> Result<String> {
    Ok(at.dated().format("%Y-%m-%d %H:%M").to_string())
}

/// `2026-11-22 周日 09:12`.
#[askama::filter_fn]
pub(super) fn moment(at: impl Dated, _: &dyn Values) -> Result<String> {
    let at = at.dated();
    Ok(format!("{} {}", with_weekday(at.date()), at.format("%H:%M")))
}

/// A key as one segment of an address: everything but letters, digits, `-`, `_`, `.` and `~` is encoded, the
/// slash too, since a text's key may be a file's path.
#[askama::filter_fn]
pub(super) fn segment(key: impl AsRef<str>, _: &dyn Values) -> Result<String> {
    Ok(encoded(key.as_ref()))
}

/// See [`segment`]; for addresses that handlers make.
pub(crate) fn encoded(key: &str) -> String {
    let mut address = String::with_capacity(key.len());
    for byte in key.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            address.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(address, "%{byte:02X}");
        }
    }
    address
}

pub(crate) fn in_groups(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// See [`day`].
pub(super) fn with_weekday(date: NaiveDate) -> String {
    const NAMES: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
    let name = NAMES[date.weekday().num_days_from_monday() as usize];
    format!("{} {name}", date.format("%Y-%m-%d"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_numbers_are_written_in_groups_of_three() {
        for (number, written) in
            [(0, "0"), (999, "999"), (1000, "1,000"), (48211, "48,211"), (1_234_567, "1,234,567")]
        {
            assert_eq!(in_groups(number), written);
        }
    }

    #[test]
    fn a_key_cannot_leave_its_segment_of_an_address() {
        let cases = [("P0001", "P0001"), ("a/b.txt", "a%2Fb.txt"), ("?x#y", "%3Fx%23y"), ("通", "%E9%80%9A")];
        for (key, address) in cases {
            assert_eq!(encoded(key), address);
        }
    }

    #[test]
    fn a_day_carries_its_day_of_the_week() {
        let date = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap_or_default();
        assert_eq!(with_weekday(date), "2026-11-23 周一");
    }
}
