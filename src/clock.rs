//! The one place that reads the clock of the machine.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

/// This instant.
#[allow(clippy::disallowed_methods, reason = "the one place that may")]
pub(crate) fn now() -> DateTime<Utc> {
    Utc::now()
}

/// The day of `instant` in the office's time zone.
pub(crate) fn day(instant: DateTime<Utc>, zone: Tz) -> NaiveDate {
    instant.with_timezone(&zone).date_naive()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_office_is_already_at_the_next_day_when_utc_is_not() {
        let instant = "2026-11-22T16:30:00Z".parse().unwrap();
        assert_eq!(day(instant, chrono_tz::Asia::Shanghai).to_string(), "2026-11-23");
    }
}
