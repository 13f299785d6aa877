//! The weekday field: POSIX numbers (0 and 7 are Sunday) and names to a list of names.
//!
//! It is apart because this is the field whose numbers the `cron` crate counts differently: nothing
//! numeric may pass from here to there.

/// In the order of POSIX, so that the place is the number.
const NAMES: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

const LONG_NAMES: [&str; 7] = ["SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY"];

/// The field as `*` or as names in the order of the week, from Sunday; `None` if it cannot be read.
/// All seven days written out stay seven names: beside a day of the month that is not the same as `*`.
pub(super) fn by_name(field: &str) -> Option<String> {
    if matches!(field, "*" | "?") {
        return Some("*".to_owned());
    }
    let mut chosen = [false; 7];
    for item in field.split(',') {
        for day in days(item)? {
            *chosen.get_mut(day % 7)? = true;
        }
    }
    let names: Vec<&str> =
        NAMES.into_iter().zip(chosen).filter_map(|(name, chosen)| chosen.then_some(name)).collect();
    Some(names.join(","))
}

/// One item of the list: a day, a range, or one of `*` and a range with a step.
fn days(item: &str) -> Option<Vec<usize>> {
    let (span, step) = match item.split_once('/') {
        Some((span, step)) => (span, Some(number(step).filter(|step| (1..=7).contains(step))?)),
        None => (item, None),
    };
    let (first, last) = match span.split_once('-') {
        Some((first, last)) => (day(first)?, end(day(first)?, day(last)?)),
        // A step needs something to step through: what `1/2` means differs from cron to cron.
        None if span == "*" && step.is_some() => (0, 6),
        None if step.is_none() => (day(span)?, day(span)?),
        None => return None,
    };
    (first <= last).then(|| (first..=last).step_by(step.unwrap_or(1)).collect())
}

/// Sunday as the end of a range is the end of the week: `sat-sun`, `5-0`.
fn end(first: usize, last: usize) -> usize {
    if last == 0 && first > 0 { 7 } else { last }
}

fn day(text: &str) -> Option<usize> {
    if let Some(number) = number(text) {
        return (number <= 7).then_some(number);
    }
    let name = text.to_ascii_uppercase();
    NAMES.iter().zip(LONG_NAMES).position(|(short, long)| name == *short || name == long)
}

/// Digits only: `parse` alone would take `+1` too.
fn number(text: &str) -> Option<usize> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}
