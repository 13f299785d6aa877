//! One row of a table in import form, and the short writing of days that the tables of planted cases use.

use chrono::{Days, Months, NaiveDate};
use dossier::Kind;

/// Slug of a column and text of its cell.
pub(crate) type Cell = (&'static str, String);

/// One row. Its cells hold `id` too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) kind: Kind,
    pub(crate) id: String,
    pub(crate) cells: Vec<Cell>,
}

impl Row {
    /// The text of the cell `slug`; empty where it is not filled in.
    pub(crate) fn text(&self, slug: &str) -> &str {
        text(&self.cells, slug)
    }

    /// As a sweep names it among the evidence.
    pub(crate) fn reference(&self) -> String {
        format!("{}:{}", self.kind.slug(), self.id)
    }
}

/// The text of the cell `slug` among `cells`.
pub(crate) fn text<'c>(cells: &'c [Cell], slug: &str) -> &'c str {
    cells.iter().find(|(name, _)| *name == slug).map_or("", |(_, text)| text)
}

/// Cells of slug and anything that can be written.
macro_rules! cells {
    ($($slug:literal : $value:expr),* $(,)?) => {
        vec![$(($slug, $value.to_string())),*]
    };
}
pub(crate) use cells;

/// Days by which a plan reckons.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Calendar {
    /// The day on which the office stands.
    pub(crate) as_of: NaiveDate,
    /// The last day of the year whose report was due last.
    pub(crate) base: NaiveDate,
}

impl Calendar {
    /// Reports of a year are due on 31 January of the next one; on that day they are not late.
    pub(crate) fn new(as_of: NaiveDate) -> Self {
        use chrono::Datelike;
        let due = |year| NaiveDate::from_ymd_opt(year, 1, 31).unwrap_or(as_of);
        let year = if as_of > due(as_of.year()) { as_of.year() - 1 } else { as_of.year() - 2 };
        Self { as_of, base: NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or(as_of) }
    }

    /// Reads `D-24m-1d` (from the day of the office), `B+31d` (from the base day of the yearly report) and
    /// `D-70y`; `None` where months cannot be gone back and forth without losing a day (31 March less a
    /// month), so that no boundary is planted askew.
    pub(crate) fn day(self, text: &str) -> Option<NaiveDate> {
        let mut day = match text.as_bytes().first()? {
            b'D' => self.as_of,
            b'B' => self.base,
            _ => return None,
        };
        let mut rest = &text[1..];
        while !rest.is_empty() {
            let end = rest.find(['d', 'm', 'y'])?;
            let count: i32 = rest[..end].parse().ok()?;
            day = match &rest[end..=end] {
                "d" => days_from(day, count)?,
                unit => {
                    let months = count * if unit == "y" { 12 } else { 1 };
                    let moved = months_from(day, months)?;
                    if months_from(moved, -months)? != day {
                        return None;
                    }
                    moved
                }
            };
            rest = &rest[end + 1..];
        }
        Some(day)
    }
}

fn days_from(day: NaiveDate, count: i32) -> Option<NaiveDate> {
    let days = Days::new(u64::from(count.unsigned_abs()));
    if count < 0 { day.checked_sub_days(days) } else { day.checked_add_days(days) }
}

fn months_from(day: NaiveDate, count: i32) -> Option<NaiveDate> {
    let months = Months::new(count.unsigned_abs());
    if count < 0 { day.checked_sub_months(months) } else { day.checked_add_months(months) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn days_are_read_from_the_day_of_the_office_and_from_the_base_day() {
        let calendar = Calendar::new(day("2026-11-20"));
        for (text, expected) in [
            ("D", "2026-11-20"),
            ("D+1d", "2026-11-21"),
            ("D-24m", "2024-11-20"),
            ("D-24m-1d", "2024-11-19"),
            ("D-70y", "1956-11-20"),
            ("B", "2025-12-31"),
            ("B+31d", "2026-01-31"),
        ] {
            assert_eq!(calendar.day(text), Some(day(expected)), "{text}");
        }
        for text in ["", "2026-11-20", "D-3", "D-x"] {
            assert_eq!(calendar.day(text), None, "{text}");
        }
    }

    #[test]
    fn a_month_that_cannot_be_gone_back_and_forth_is_no_day() {
        let calendar = Calendar::new(day("2026-03-31"));
        assert_eq!(calendar.day("D-1m"), None);
        assert_eq!(calendar.day("D-2m"), Some(day("2026-01-31")));
    }

    #[test]
    fn the_report_due_last_is_that_of_the_last_year_from_february_on() {
        for (as_of, base) in
            [("2026-11-20", "2025-12-31"), ("2026-01-31", "2024-12-31"), ("2026-02-01", "2025-12-31")]
        {
            assert_eq!(Calendar::new(day(as_of)).base, day(base), "{as_of}");
        }
    }
}
