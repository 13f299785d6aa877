//! Tables of cases for schedules: weekdays, both day fields, changes of clocks, missed runs.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use chrono::{DateTime, FixedOffset, Utc};
use chrono_tz::{Asia, Europe, Pacific, Tz};

use super::{Schedule, ScheduleError};

/// 2026-03-01 is a Sunday.
const A_SUNDAY: &str = "2026-03-01T00:00:00Z";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("the table holds an instant")
}

fn schedule(expression: &str) -> Schedule {
    expression.parse().unwrap_or_else(|error| panic!("{expression}: {error}"))
}

/// The days on which `expression` runs in the week that begins with `A_SUNDAY`, as `Sun Mon …`.
#[track_caller]
fn runs_on(expression: &str, days: &str) {
    let found: Vec<String> = schedule(expression)
        .missed(&(at(A_SUNDAY) - chrono::TimeDelta::seconds(1)), &at("2026-03-07T23:59:59Z"), Tz::UTC)
        .map(|run| run.format("%a").to_string())
        .collect();
    assert_eq!(found.join(" "), days, "{expression}");
}

#[track_caller]
fn normal_form(expression: &str, normal: &str) {
    assert_eq!(schedule(expression).to_string(), normal, "{expression}");
    assert_eq!(schedule(normal), schedule(expression), "{normal} read again");
}

#[track_caller]
fn runs(expression: &str, zone: Tz, after: &str, expected: &[&str]) {
    let found: Vec<String> = schedule(expression)
        .next_runs(expected.len(), &at(after), zone)
        .iter()
        .map(|run| run.format("%Y-%m-%d %H:%M:%S %:z").to_string())
        .collect();
    assert_eq!(found, expected, "{expression} in {zone} after {after}");
}

#[test]
fn every_number_of_a_weekday_means_the_day_that_posix_says() {
    for (number, day) in ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].iter().enumerate() {
        runs_on(&format!("30 6 * * {number}"), day);
        runs_on(&format!("0 30 6 * * {number}"), day);
    }
}

#[test]
fn every_name_of_a_weekday_means_that_day() {
    for day in ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] {
        for written in [day.to_owned(), day.to_uppercase(), day.to_lowercase()] {
            runs_on(&format!("30 6 * * {written}"), day);
        }
    }
    runs_on("30 6 * * wednesday", "Wed");
}

#[test]
fn every_range_of_weekdays_runs_from_its_first_to_its_last_day() {
    let names = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    for first in 0..7 {
        for last in first..7 {
            runs_on(&format!("0 9 * * {first}-{last}"), &names[first..=last].join(" "));
            runs_on(&format!("0 9 * * {}-{}", names[first], names[last]), &names[first..=last].join(" "));
        }
    }
}

#[test]
fn lists_and_steps_of_weekdays_are_days_of_posix_too() {
    for (field, days) in [
        ("1-5", "Mon Tue Wed Thu Fri"),
        ("6-7", "Sun Sat"),
        ("5-7", "Sun Fri Sat"),
        ("sat-sun", "Sun Sat"),
        ("5-0", "Sun Fri Sat"),
        ("0-7", "Sun Mon Tue Wed Thu Fri Sat"),
        ("1,3,5", "Mon Wed Fri"),
        ("5,1,5", "Mon Fri"),
        ("0,7", "Sun"),
        ("mon,3,sat-sun", "Sun Mon Wed Sat"),
        ("1-5/2", "Mon Wed Fri"),
        ("*/2", "Sun Tue Thu Sat"),
        ("*/7", "Sun"),
        ("*/1", "Sun Mon Tue Wed Thu Fri Sat"),
        ("*", "Sun Mon Tue Wed Thu Fri Sat"),
        ("?", "Sun Mon Tue Wed Thu Fri Sat"),
    ] {
        runs_on(&format!("0 9 * * {field}"), days);
    }
}

#[test]
fn the_normal_form_names_the_days_and_reads_as_itself() {
    normal_form("30 6 * * 1-5", "0 30 6 * * MON,TUE,WED,THU,FRI");
    normal_form("0 30 6 * * *", "0 30 6 * * *");
    normal_form("  */10   8-18 *  jan-mar 7 ", "0 */10 8-18 * jan-mar SUN");
    normal_form("0 9 1,15 * ?", "0 0 9 1,15 * *");
    normal_form("0 9 1 * 1", "0 0 9 1 * MON");
}

#[test]
fn a_day_of_the_month_or_a_day_of_the_week_is_enough() {
    runs(
        "0 9 1 * 1",
        Tz::UTC,
        "2026-05-27T00:00:00Z",
        &[
            "2026-06-01 09:00:00 +00:00",
            "2026-06-08 09:00:00 +00:00",
            "2026-06-15 09:00:00 +00:00",
            "2026-06-22 09:00:00 +00:00",
            "2026-06-29 09:00:00 +00:00",
            "2026-07-01 09:00:00 +00:00",
        ],
    );
    runs("0 9 1 * 0-6", Tz::UTC, "2026-06-02T10:00:00Z", &["2026-06-03 09:00:00 +00:00"]);
}

#[test]
fn the_default_schedule_runs_at_half_past_six_in_shanghai_whatever_the_host_says() {
    let expected = ["2026-11-23 06:30:00 +08:00", "2026-11-24 06:30:00 +08:00"];
    runs("0 30 6 * * *", Asia::Shanghai, "2026-11-22T22:29:59Z", &expected);
    runs("0 30 6 * * *", Asia::Shanghai, "2026-11-22T22:30:00Z", &expected[1..]);
    runs("0 30 6 * * *", Tz::UTC, "2026-11-22T22:30:00Z", &["2026-11-23 06:30:00 +00:00"]);
    let elsewhere = at("2026-11-22T22:00:00Z").with_timezone(&FixedOffset::west_opt(5 * 3600).unwrap());
    let run = schedule("0 30 6 * * *").next_after(&elsewhere, Asia::Shanghai).unwrap();
    assert_eq!(run.to_rfc3339(), "2026-11-23T06:30:00+08:00");
}

#[test]
fn a_run_is_later_than_the_instant_asked_about_even_by_a_fraction_of_a_second() {
    for (after, expected) in [
        ("2026-11-22T22:29:59.999Z", "2026-11-23 06:30:00 +08:00"),
        ("2026-11-22T22:30:00Z", "2026-11-24 06:30:00 +08:00"),
        ("2026-11-22T22:30:00.001Z", "2026-11-24 06:30:00 +08:00"),
    ] {
        runs("30 6 * * *", Asia::Shanghai, after, &[expected]);
    }
}

#[test]
fn a_daily_run_in_the_summer_time_years_of_shanghai_comes_once_on_every_day() {
    // 1986-1991: forward at 02:00, back at 02:00 (01:00-02:00 twice).
    for minute in ["0 0 * * *", "30 1 * * *", "30 2 * * *", "0 3 * * *", "59 23 * * *"] {
        let days: Vec<_> = schedule(minute)
            .missed(&at("1985-12-31T16:00:00Z"), &at("1991-12-31T15:59:59Z"), Asia::Shanghai)
            .map(|run| run.date_naive())
            .collect();
        let first = days.first().copied().unwrap();
        let expected: Vec<_> = first.iter_days().take(days.len()).collect();
        assert_eq!(days, expected, "{minute}: a day twice or not at all");
        assert!((2190..=2191).contains(&days.len()), "{minute}: {} days in six years", days.len());
    }
}

#[test]
fn a_time_that_the_clocks_leave_out_runs_when_they_have_passed_it() {
    runs(
        "30 2 * * *",
        Asia::Shanghai,
        "1986-05-03T00:00:00Z",
        &["1986-05-04 03:00:00 +09:00", "1986-05-05 02:30:00 +09:00"],
    );
    runs(
        "*/20 2-3 * * *",
        Europe::Berlin,
        "2026-03-29T00:00:00Z",
        &["2026-03-29 03:00:00 +02:00", "2026-03-29 03:20:00 +02:00"],
    );
    // Samoa had no 30 December 2011.
    runs("0 9 30 12 *", Pacific::Apia, "2011-12-01T00:00:00Z", &["2011-12-31 00:00:00 +14:00"]);
}

#[test]
fn a_time_that_comes_twice_runs_the_first_time_only() {
    let twice = ["1986-09-14 01:30:00 +09:00", "1986-09-15 01:30:00 +08:00"];
    runs("30 1 * * *", Asia::Shanghai, "1986-09-13T12:00:00Z", &twice);
    // 16:45 UTC is the first 01:45, 17:15 UTC the second 01:15.
    runs("30 1 * * *", Asia::Shanghai, "1986-09-13T17:15:00Z", &twice[1..]);
    runs(
        "*/30 1-2 * * *",
        Asia::Shanghai,
        "1986-09-13T16:10:00Z",
        &["1986-09-14 01:30:00 +09:00", "1986-09-14 02:00:00 +08:00"],
    );
}

#[test]
fn missed_runs_are_those_after_the_last_and_up_to_now() {
    let daily = schedule("30 6 * * *");
    let missed = |last: &str, now: &str| daily.missed(&at(last), &at(now), Asia::Shanghai).count();
    assert_eq!(missed("2026-11-20T22:30:00Z", "2026-11-20T22:30:00Z"), 0);
    assert_eq!(missed("2026-11-20T22:30:00Z", "2026-11-21T22:29:59Z"), 0);
    assert_eq!(missed("2026-11-20T22:30:00Z", "2026-11-21T22:30:00Z"), 1);
    assert_eq!(missed("2026-10-21T22:30:00Z", "2026-11-20T22:30:00Z"), 30);
    assert_eq!(missed("2026-11-22T00:00:00Z", "2026-11-20T00:00:00Z"), 0, "a clock that jumped back");
}

#[test]
fn stopping_at_any_time_and_going_on_loses_no_run() {
    let working_hours = schedule("15,45 8-17 * * 1-5");
    let (start, end) = (at("2026-02-20T00:00:00Z"), at("2026-03-06T00:00:00Z"));
    let whole: Vec<_> = working_hours.missed(&start, &end, Asia::Shanghai).collect();
    let mut pieces = Vec::new();
    let mut last = start;
    for step in 1_i64.. {
        let now = (last + chrono::TimeDelta::seconds(step * 7919 % 90_000)).min(end);
        pieces.extend(working_hours.missed(&last, &now, Asia::Shanghai));
        last = now;
        if now == end {
            break;
        }
    }
    assert_eq!(pieces, whole);
    assert_eq!(whole.len(), 10 * 20);
}

#[test]
fn what_is_no_schedule_is_refused_with_the_reason() {
    let refused = |expression: &str| expression.parse::<Schedule>().expect_err(expression);
    for (expression, found) in [("", 0), ("@daily", 1), ("0 6 * *", 4), ("0 30 6 * * * 2027", 7)] {
        assert!(
            matches!(refused(expression), ScheduleError::FieldCount { found: count, .. } if count == found),
            "{expression}"
        );
    }
    for field in
        ["8", "-1", "+1", "5-1", "1/2", "*/0", "*/8", "1-5/0", "1,,2", "1-", "FUNDAY", "MON#1", "5L", "*-5"]
    {
        let expression = format!("30 6 * * {field}");
        assert!(matches!(refused(&expression), ScheduleError::Weekday { .. }), "{expression}");
    }
    for expression in
        ["60 6 * * *", "0 24 * * *", "0 0 32 * *", "0 0 0 * *", "0 0 * 13 *", "*/0 * * * *", "x * * * *"]
    {
        assert!(matches!(refused(expression), ScheduleError::Unreadable { .. }), "{expression}");
    }
    for expression in ["0 6 */2 * 1", "0 6 1 * */2"] {
        assert!(matches!(refused(expression), ScheduleError::StepBesideDays { .. }), "{expression}");
    }
    assert!(matches!(refused("0 0 30 2 *"), ScheduleError::NeverComes { .. }));
    assert_eq!(
        refused("30 6 * * 8").to_string(),
        "schedule \"30 6 * * 8\": \"8\" is no day of the week; expected 0-7 (0 and 7 are Sunday, 1 is Monday) or \
         sun-sat, a list, a range, a step, or *"
    );
}

#[test]
fn behind_the_last_year_there_is_no_run() {
    assert_eq!(schedule("30 6 * * *").next_after(&at("2101-01-01T00:00:00Z"), Tz::UTC), None);
    assert_eq!(schedule("30 6 * * *").next_after(&DateTime::<Utc>::MAX_UTC, Asia::Shanghai), None);
}
