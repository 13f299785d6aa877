//! The working-day calendar: the shipped notices of holidays, as `dossier` counts with them. Its version
//! names every year with a hash of the data, so that a deadline can say what it was counted by.

use config::{FileError, HolidayYear};
use dossier::Calendar;

/// The calendar of the shipped years.
pub(crate) fn shipped() -> Result<Calendar, FileError> {
    Ok(of(&HolidayYear::shipped()?))
}

fn of(years: &[HolidayYear]) -> Calendar {
    let mut exceptions = Vec::new();
    // A later notice speaks last about a day that two of them name.
    for year in years {
        exceptions.extend(year.days_off().into_iter().map(|day| (day, true)));
        exceptions.extend(year.workdays.iter().map(|day| (*day, false)));
    }
    let listed: Vec<String> = years.iter().map(|year| format!("{}:{}", year.year, year.notice)).collect();
    Calendar::new(years.iter().map(|year| year.year), exceptions, &listed.join("; "))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    #[test]
    fn the_shipped_years_give_the_vectors_of_the_regulation() {
        let calendar = shipped().unwrap();
        for (start, days, end) in [
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
            let due = calendar.add_working_days(start, days);
            assert_eq!((due.day.to_string().as_str(), due.provisional), (end, false), "{start} + {days}");
        }
        assert!(
            calendar.add_working_days("2026-12-30".parse().unwrap(), 5).provisional,
            "no notice for 2027"
        );
        assert!(!calendar.version().is_empty());
    }
}
