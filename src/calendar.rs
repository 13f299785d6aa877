//! The working-day calendar: the shipped notices of holidays and those that an operator has brought in, as
//! `dossier` counts with them. Its version names every notice, so that a deadline can say what it was counted by.

use archive::{Archive, HolidayUpload};
use config::{FileError, HolidayYear};
use dossier::Calendar;

/// Days ahead at which a year without a notice is told to the operators.
pub(crate) const AHEAD_DAYS: u64 = 60;

/// The calendar of the shipped years.
pub(crate) fn shipped() -> Result<Calendar, FileError> {
    Ok(of(&HolidayYear::shipped()?, &[]))
}

/// The calendar of the shipped years and of those brought into `archive`, which count before the shipped ones.
pub(crate) async fn of_archive(archive: &Archive) -> anyhow::Result<Calendar> {
    Ok(with(&archive.holiday_years().await?)?)
}

/// The calendar of the shipped years and of these.
pub(crate) fn with(uploads: &[HolidayUpload]) -> Result<Calendar, FileError> {
    let mut years = HolidayYear::shipped()?;
    let mut named = Vec::new();
    for upload in uploads {
        let year = HolidayYear::read(&format!("the notice for {}", upload.year), &upload.body)?;
        years.retain(|shipped| shipped.year != year.year);
        named.push((upload.year, upload.hash.get(..8).unwrap_or_default().to_owned()));
        years.push(year);
    }
    years.sort_by_key(|year| year.year);
    Ok(of(&years, &named))
}

fn of(years: &[HolidayYear], named: &[(i32, String)]) -> Calendar {
    let mut exceptions = Vec::new();
    // A later notice speaks last about a day that two of them name.
    for year in years {
        exceptions.extend(year.days_off().into_iter().map(|day| (day, true)));
        exceptions.extend(year.workdays.iter().map(|day| (*day, false)));
    }
    let listed: Vec<String> = years
        .iter()
        .map(|year| match named.iter().find(|(of, _)| *of == year.year) {
            Some((_, hash)) => format!("{}:{}@{hash}", year.year, year.notice),
            None => format!("{}:{}", year.year, year.notice),
        })
        .collect();
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

    #[test]
    fn a_notice_that_was_brought_in_counts_before_the_shipped_one() {
        let body = |year: i32, first: &str| {
            format!(
                r#"{{"year": {year}, "notice": "试", "holidays": [{{"name": "元旦", "first": "{first}", "last": "{first}"}}], "workdays": []}}"#
            )
        };
        let upload = |year, first| HolidayUpload {
            year,
            notice: "试".to_owned(),
            body: body(year, first),
            hash: format!("{year}abcdef"),
            at: chrono::DateTime::UNIX_EPOCH,
            actor: "operator".to_owned(),
        };
        let calendar = with(&[upload(2026, "2026-02-10"), upload(2027, "2027-01-01")]).unwrap();
        let due = calendar.add_working_days("2026-12-30".parse().unwrap(), 2);
        assert_eq!((due.day.to_string().as_str(), due.provisional), ("2027-01-04", false));
        assert!(!calendar.is_working_day("2026-02-10".parse().unwrap()), "the new notice for 2026");
        assert!(calendar.is_working_day("2026-02-17".parse().unwrap()), "and no longer the shipped one");
        assert!(calendar.version().contains("2027:试@2027abcd"), "{}", calendar.version());
    }
}
