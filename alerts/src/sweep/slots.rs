//! Which slots of the schedule a sweep answers now: level-triggered, so that a slot missed while the service
//! was down is answered once by the next run, and the older ones are marked as coalesced with it.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::schedule::Schedule;

/// Slots that one run marks; of a longer silence the latest are.
const SLOTS_MAX: usize = 400;

/// The slots that fell due after `last` (the last one answered) up to `now`, oldest first; the run answers the
/// last of them. Where none was ever answered, the latest slot of the day before counts as missed.
pub fn missed_slots(
    schedule: &Schedule,
    last: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
    zone: Tz,
) -> Vec<DateTime<Utc>> {
    let first_time = last.is_none();
    let last = last.unwrap_or_else(|| now - TimeDelta::days(1));
    let mut slots = std::collections::VecDeque::new();
    for slot in schedule.missed(&last, &now, zone) {
        slots.push_back(slot.with_timezone(&Utc));
        if slots.len() > if first_time { 1 } else { SLOTS_MAX } {
            slots.pop_front();
        }
    }
    slots.into()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_slot_missed_is_answered_once_and_older_ones_with_it() {
        let schedule: Schedule = "0 30 6 * * *".parse().unwrap();
        let zone = chrono_tz::Asia::Shanghai;
        for (last, now, expected) in [
            (Some("2026-11-19T22:30:00Z"), "2026-11-20T22:29:59Z", &[][..]),
            (Some("2026-11-19T22:30:00Z"), "2026-11-20T22:30:00Z", &["2026-11-20T22:30:00Z"]),
            (
                Some("2026-11-17T22:30:00Z"),
                "2026-11-20T23:00:00Z",
                &["2026-11-18T22:30:00Z", "2026-11-19T22:30:00Z", "2026-11-20T22:30:00Z"],
            ),
            (None, "2026-11-20T23:00:00Z", &["2026-11-20T22:30:00Z"]),
            (Some("2027-01-01T00:00:00Z"), "2026-11-20T23:00:00Z", &[]),
        ] {
            let slots = missed_slots(&schedule, last.map(at), at(now), zone);
            assert_eq!(slots, expected.iter().map(|slot| at(slot)).collect::<Vec<_>>(), "{last:?} {now}");
        }
        let long = missed_slots(
            &"* * * * *".parse().unwrap(),
            Some(at("2020-01-01T00:00:00Z")),
            at("2020-03-01T00:00:00Z"),
            zone,
        );
        assert_eq!(long.len(), SLOTS_MAX);
        assert_eq!(long.last(), Some(&at("2020-03-01T00:00:00Z")));
    }
}
