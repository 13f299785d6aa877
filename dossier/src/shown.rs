//! Which records a clearance lists, and why (contract §3.1, "Shown records").

use chrono::NaiveDate;
use serde::Serialize;

use crate::day::Period;
use crate::fields::Fields;
use crate::id::Kind;

/// Why a record is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ShownBecause {
    /// One of its own days lies in the period asked about.
    Period,
    /// It still bars the person on the day asked.
    Influence,
    /// It is still open on the day asked, of any age.
    Open,
    /// Expulsion, of any age.
    Expelled,
}

/// What the influence rules say of one decision on the day asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Standing {
    /// It bars nobody any more, or is no decision.
    #[default]
    Ended,
    /// It takes effect only after the day asked.
    NotYet,
    /// It bars the person to the last day given; `None`: the end is not known yet (留党察看 not restored).
    Running(Option<NaiveDate>),
    /// 开除, 开除党籍.
    Expelled,
}

/// Why the record is listed, or `None` where it is not. `standing` is that of a sanction or measure.
pub fn shown(
    kind: Kind,
    fields: &Fields,
    standing: Standing,
    period: Period,
    as_of: NaiveDate,
) -> Option<ShownBecause> {
    let rule = kind.declaration().clearance.as_ref()?;
    let mut days = rule.days.iter().filter_map(|slug| fields.date(slug)).peekable();
    // A record without any day of its own cannot be outside of any period.
    let mut in_period = days.peek().is_none();
    let mut span: Option<(NaiveDate, NaiveDate)> = None;
    for day in days {
        in_period |= period.meets(day);
        let (first, last) = span.unwrap_or((day.first_day(), day.last_day()));
        span = Some((first.min(day.first_day()), last.max(day.last_day())));
    }
    // A matter that ran from before the period to after it ran in it.
    in_period |= span.is_some_and(|(first, last)| period.meets_span(first, last));
    if in_period {
        return Some(ShownBecause::Period);
    }
    match standing {
        Standing::Running(_) => return Some(ShownBecause::Influence),
        Standing::Expelled => return Some(ShownBecause::Expelled),
        Standing::Ended | Standing::NotYet => {}
    }
    (rule.open)(fields, as_of).then_some(ShownBecause::Open)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::day::PartialDate;
    use crate::fields::Value;

    fn fields(days: &[(&str, &str)]) -> Fields {
        let mut fields = Fields::new();
        for (slug, day) in days {
            fields.set(slug, Value::Date(PartialDate::parse(day).unwrap()));
        }
        fields
    }

    #[track_caller]
    fn is(
        kind: Kind,
        days: &[(&str, &str)],
        standing: Standing,
        period: (&str, &str),
        expected: Option<ShownBecause>,
    ) {
        let period = Period::new(period.0.parse().ok(), period.1.parse().ok()).unwrap();
        let as_of = "2026-11-22".parse().unwrap();
        assert_eq!(shown(kind, &fields(days), standing, period, as_of), expected, "{days:?} {period:?}");
    }

    #[test]
    fn a_sanction_is_shown_for_its_day_its_influence_or_expulsion_only() {
        use ShownBecause::{Expelled, Influence, Period};
        let days = [("effective_on", "2021-03-02")];
        is(Kind::Sanction, &days, Standing::Ended, ("2021-03-02", "2021-03-02"), Some(Period));
        is(Kind::Sanction, &days, Standing::Ended, ("2021-03-03", ""), None);
        is(Kind::Sanction, &days, Standing::Ended, ("", "2021-03-01"), None);
        is(Kind::Sanction, &days, Standing::Running(None), ("2022-01-01", ""), Some(Influence));
        is(Kind::Sanction, &days, Standing::Expelled, ("2022-01-01", ""), Some(Expelled));
        is(Kind::Sanction, &[("effective_on", "2021-03")], Standing::Ended, ("2021-03-31", ""), Some(Period));
    }

    #[test]
    fn a_clue_is_shown_for_each_of_its_days_for_the_span_between_and_while_open() {
        use ShownBecause::{Open, Period};
        let closed =
            [("received_on", "2019-05-01"), ("disposed_on", "2019-06-01"), ("closed_on", "2023-01-31")];
        is(Kind::Clue, &closed, Standing::Ended, ("2023-01-31", ""), Some(Period));
        is(Kind::Clue, &closed, Standing::Ended, ("2021-01-01", "2021-12-31"), Some(Period));
        is(Kind::Clue, &closed, Standing::Ended, ("2023-02-01", ""), None);
        is(Kind::Clue, &[("received_on", "2010-05-01")], Standing::Ended, ("2023-02-01", ""), Some(Open));
    }

    #[test]
    fn a_kind_that_a_clearance_does_not_list_is_never_shown() {
        is(Kind::Post, &[("from", "2021-03-02")], Standing::Ended, ("", ""), None);
    }
}
