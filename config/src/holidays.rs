//! The days off and the make-up workdays of a year, as the State Council's notice fixes them: from the shipped files, or
//! from the notice itself as it is published (`notice`).
//!
//! What it is not: no arithmetic of working days and no answer for a year without a file: a missing year is
//! the calendar's error, never "Monday to Friday".

mod notice;

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, Weekday};
use serde::Deserialize;

use crate::FileError;

pub use notice::NoticeFault;

/// The shipped files: name and text, one a year.
pub const SHIPPED: [(&str, &str); 3] = [
    ("holidays/2024.json", include_str!("../holidays/2024.json")),
    ("holidays/2025.json", include_str!("../holidays/2025.json")),
    ("holidays/2026.json", include_str!("../holidays/2026.json")),
];

/// The notice of one year. Days of December may come from the next year's notice.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HolidayYear {
    /// The year that the notice is about.
    pub year: i32,
    /// Which notice.
    pub notice: String,
    /// The holidays, in order.
    pub holidays: Vec<Holiday>,
    /// Days of a weekend on which people work instead, in order.
    pub workdays: Vec<NaiveDate>,
}

/// One holiday, from its first to its last day off.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// 春节, 国庆节 …
    pub name: String,
    /// Its first day off.
    pub first: NaiveDate,
    /// Its last day off.
    pub last: NaiveDate,
}

/// Why a text gives no year.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HolidayFault {
    /// A file in the form of the shipped ones that cannot be read.
    #[error("{0}")]
    Form(String),
    /// A notice that cannot be read.
    #[error("{0}")]
    Notice(NoticeFault),
    /// It can be read and contradicts itself.
    #[error("{0}")]
    Contradiction(String),
}

impl HolidayYear {
    /// Reads one file and checks it; `file` is its name in messages.
    pub fn read(file: &str, text: &str) -> Result<HolidayYear, FileError> {
        HolidayYear::parse(text).map_err(|error| FileError::new(file, &error))
    }

    /// Reads a text and checks it: JSON as the shipped files, or the State Council's notice as it is published.
    pub fn parse(text: &str) -> Result<HolidayYear, HolidayFault> {
        let text = text.trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t']);
        let year: HolidayYear = if text.starts_with('{') {
            serde_json::from_str(text).map_err(|error| HolidayFault::Form(error.to_string()))?
        } else {
            notice::read(text).map_err(HolidayFault::Notice)?
        };
        match year.mistake() {
            Some(mistake) => Err(HolidayFault::Contradiction(mistake)),
            None => Ok(year),
        }
    }

    /// All shipped years, in order.
    pub fn shipped() -> Result<Vec<HolidayYear>, FileError> {
        SHIPPED.iter().map(|(file, text)| HolidayYear::read(file, text)).collect()
    }

    /// Every day off that the notice names, weekends inside a holiday included.
    pub fn days_off(&self) -> BTreeSet<NaiveDate> {
        self.holidays
            .iter()
            .flat_map(|holiday| holiday.first.iter_days().take_while(|day| *day <= holiday.last))
            .collect()
    }

    /// A file typed in by hand can be wrong in ways that its form does not show.
    fn mistake(&self) -> Option<String> {
        let in_this_year = |day: NaiveDate| (self.year - 1..=self.year).contains(&day.year());
        let mut behind = NaiveDate::MIN;
        for holiday in &self.holidays {
            if !in_this_year(holiday.first) || !in_this_year(holiday.last) {
                return Some(format!("{} is not in {}", holiday.name, self.year));
            }
            if holiday.first > holiday.last || holiday.first <= behind {
                return Some(format!(
                    "{}: {} to {} is out of order",
                    holiday.name, holiday.first, holiday.last
                ));
            }
            behind = holiday.last;
        }
        let off = self.days_off();
        for (place, day) in self.workdays.iter().enumerate() {
            if !in_this_year(*day) {
                return Some(format!("the workday {day} is not in {}", self.year));
            }
            if off.contains(day) {
                return Some(format!("{day} is a day off and a workday"));
            }
            if !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
                return Some(format!("the workday {day} is no day of a weekend"));
            }
            if self.workdays.iter().take(place).any(|earlier| earlier >= day) {
                return Some(format!("the workday {day} is out of order"));
            }
        }
        None
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use chrono::{Datelike, NaiveDate, Weekday};

    use super::HolidayYear;

    fn shipped(year: i32) -> HolidayYear {
        HolidayYear::shipped().unwrap().into_iter().find(|file| file.year == year).expect("a shipped year")
    }

    fn works(file: &HolidayYear, day: NaiveDate) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        file.workdays.contains(&day) || !weekend && !file.days_off().contains(&day)
    }

    #[track_caller]
    fn year_has(year: i32, off: usize, workdays: &[&str], working_days: usize) {
        let file = shipped(year);
        assert_eq!(file.days_off().len(), off, "days off in {year}");
        let written: Vec<String> = file.workdays.iter().map(|day| day.format("%m-%d").to_string()).collect();
        assert_eq!(written, workdays, "make-up workdays in {year}");
        let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
        let counted =
            first.iter_days().take_while(|day| day.year() == year).filter(|day| works(&file, *day)).count();
        assert_eq!(counted, working_days, "working days in {year}");
    }

    #[test]
    fn the_shipped_years_have_the_days_of_the_notices() {
        let in_2024 = ["02-04", "02-18", "04-07", "04-28", "05-11", "09-14", "09-29", "10-12"];
        year_has(2024, 28, &in_2024, 251);
        year_has(2025, 28, &["01-26", "02-08", "04-27", "09-28", "10-11"], 248);
        year_has(2026, 33, &["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"], 248);
    }

    #[test]
    fn counting_working_days_over_the_shipped_years_gives_the_known_answers() {
        let files = HolidayYear::shipped().unwrap();
        let works_then = |day: &NaiveDate| {
            files.iter().find(|file| file.year == day.year()).is_some_and(|file| works(file, *day))
        };
        for (start, working_days, end) in [
            ("2026-02-10", 15, "2026-03-09"),
            ("2026-02-13", 5, "2026-02-27"),
            ("2026-09-18", 5, "2026-09-24"),
            ("2026-09-28", 3, "2026-10-08"),
            ("2025-09-26", 5, "2025-10-10"),
            ("2024-02-01", 15, "2024-02-27"),
            ("2024-09-12", 5, "2024-09-20"),
            ("2026-04-30", 10, "2026-05-18"),
            ("2025-01-24", 5, "2025-02-07"),
            ("2025-12-30", 3, "2026-01-05"),
        ] {
            let start: NaiveDate = start.parse().unwrap();
            let found = start.iter_days().skip(1).filter(works_then).nth(working_days - 1).unwrap();
            assert_eq!(found.to_string(), end, "{working_days} working days after {start}");
        }
    }

    #[test]
    fn a_file_that_contradicts_itself_is_refused() {
        let spring = r#"{ "name": "春节", "first": "2027-02-06", "last": "2027-02-12" }"#;
        for (holidays, workdays, message) in [
            (spring.to_owned(), r#""2027-02-07""#, "2027.json: 2027-02-07 is a day off and a workday"),
            (
                spring.to_owned(),
                r#""2027-02-15""#,
                "2027.json: the workday 2027-02-15 is no day of a weekend",
            ),
            (spring.to_owned(), r#""2028-02-05""#, "2027.json: the workday 2028-02-05 is not in 2027"),
            (
                spring.to_owned(),
                r#""2027-02-20","2027-02-14""#,
                "2027.json: the workday 2027-02-14 is out of order",
            ),
            (format!("{spring},{spring}"), "", "2027.json: 春节: 2027-02-06 to 2027-02-12 is out of order"),
            (
                spring.replace("2027-02-12", "2027-02-01"),
                "",
                "2027.json: 春节: 2027-02-06 to 2027-02-01 is out of order",
            ),
            (spring.replace("2027", "2022"), "", "2027.json: 春节 is not in 2027"),
        ] {
            let text = format!(
                r#"{{"year": 2027, "notice": "-", "holidays": [{holidays}], "workdays": [{workdays}]}}"#
            );
            assert_eq!(HolidayYear::read("2027.json", &text).expect_err(&text).to_string(), message);
        }
        let unknown = r#"{"year": 2027, "notice": "-", "holidays": [], "workdays": [], "offdays": []}"#;
        let error = HolidayYear::read("2027.json", unknown).expect_err("an unknown field");
        assert!(error.to_string().contains("unknown field `offdays`"), "{error}");
    }
}
