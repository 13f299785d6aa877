//! Influence periods (影响期): how long a sanction or measure bars a person, by which rule, and how several
//! of them add up. Pure: the decisions, the table and the day asked go in, spans come out.
//!
//! What a running influence means for a clearance or a reminder is decided there, not here. Sources:
//! 中国共产党纪律处分条例 (2023), 公职人员政务处分法, 行政机关公务员处分条例; the months of measures short of a
//! sanction have no uniform national rule and are settings.

use chrono::{Days, NaiveDate};

use crate::day::add_months;
use crate::id::RecordRef;

mod decision;
mod edition;
mod explanation;
mod table;

pub use decision::{Decision, Measure};
pub use edition::{EDITIONS, Edition, VERSION};
pub use table::{InfluenceTable, PeriodConvention};

/// Periods add up within a track; between tracks the longer one counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Track {
    /// 党纪处分.
    Party,
    /// 政务处分.
    Government,
    /// 组织处理.
    Organizational,
    /// 诫勉.
    Admonition,
}

impl Track {
    /// Every track.
    pub const ALL: [Track; 4] = [Track::Party, Track::Government, Track::Organizational, Track::Admonition];

    /// The name on screens and in reports.
    pub fn chinese(self) -> &'static str {
        match self {
            Track::Party => "党纪处分",
            Track::Government => "政务处分",
            Track::Organizational => "组织处理",
            Track::Admonition => "诫勉",
        }
    }
}

/// One unbroken stretch of time in which the decisions of one track bar the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Which decisions it is made of.
    pub track: Track,
    /// They, in the order of their effect. Where they add up, all of them run until the end of the span.
    pub records: Vec<RecordRef>,
    /// The first day barred.
    pub from: NaiveDate,
    /// The first day free again; `None`: not known yet (留党察看, rights not restored).
    pub first_free: Option<NaiveDate>,
    /// In Chinese, for reports: which decision and which rule gave which months.
    pub explain: String,
}

impl Span {
    /// The last day barred: what a clearance shows as `until`. `None`: the end is not known.
    pub fn last_blocked(&self) -> Option<NaiveDate> {
        self.first_free.and_then(|free| free.checked_sub_days(Days::new(1)))
    }

    /// Whether the person is barred on `day`.
    pub fn runs_on(&self, day: NaiveDate) -> bool {
        self.from <= day && self.first_free.is_none_or(|free| day < free)
    }
}

/// The spans that `decisions` (of one person) make, as things stand on `as_of`: past, running and, where
/// restoration is awaited, without end. In the order of their beginning.
///
/// Left out are decisions revoked by `as_of` (from their start on) and those effective after it. Where only
/// a month is known, everything is taken in the way that bars longest: a decision may bar from the
/// month's first day and its months are counted from the last; a restoration or revocation counts once
/// its month is over.
pub fn influence(decisions: &[Decision], table: &InfluenceTable, as_of: NaiveDate) -> Vec<Span> {
    let mut spans: Vec<Span> = Track::ALL
        .into_iter()
        .flat_map(|track| {
            let mut of_track: Vec<&Decision> = decisions
                .iter()
                .filter(|decision| decision.measure.track() == track && decision.stands(as_of))
                .collect();
            of_track.sort_by(|a, b| order(a).cmp(&order(b)));
            spans_of_track(track, &of_track, table, as_of)
        })
        .collect();
    spans.sort_by_key(|span| (span.from, span.track));
    spans
}

/// The span that `record` belongs to, if it bars the person on `as_of`.
pub fn running_span<'a>(spans: &'a [Span], record: &RecordRef, as_of: NaiveDate) -> Option<&'a Span> {
    spans.iter().find(|span| span.runs_on(as_of) && span.records.contains(record))
}

/// The last day on which `record`, whose influence runs on `as_of`, bars the person; with others that it
/// adds up with, if there are any. `None`: its influence does not run, or its end is not known
/// ([`running_span`] tells which).
pub fn until_of(spans: &[Span], record: &RecordRef, as_of: NaiveDate) -> Option<NaiveDate> {
    running_span(spans, record, as_of).and_then(Span::last_blocked)
}

/// The decisions that expelled the person from the Party or dismissed them (开除党籍, 开除), of any age, that
/// stand on `as_of`.
pub fn expulsions(decisions: &[Decision], as_of: NaiveDate) -> Vec<RecordRef> {
    decisions
        .iter()
        .filter(|decision| decision.measure.is_expulsion() && decision.stands(as_of))
        .map(|decision| decision.record.clone())
        .collect()
}

/// By effect, and by record where that is equal, so that the answer does not depend on the order given.
fn order(decision: &Decision) -> (NaiveDate, NaiveDate, &RecordRef) {
    (decision.effective_on.last_day(), decision.effective_on.first_day(), &decision.record)
}

/// A span that is being added up.
struct Growing {
    records: Vec<RecordRef>,
    from: NaiveDate,
    /// The corresponding day, on which the months are over; `None`: not known.
    over: Option<NaiveDate>,
    reasons: Vec<String>,
}

/// What one decision does.
enum Effect {
    /// It bars nobody.
    Nothing,
    /// 留党察看 without restoration: it bars without a known end.
    Awaiting,
    /// It bars for so many months from this day.
    Months(u32, NaiveDate),
}

fn effect(decision: &Decision, table: &InfluenceTable, as_of: NaiveDate) -> Effect {
    let months = decision.months_by(table);
    if decision.measure == Measure::Probation {
        match decision.restored_by(as_of) {
            Some(restored) => Effect::Months(months, restored),
            None => Effect::Awaiting,
        }
    } else if months == 0 {
        Effect::Nothing
    } else {
        Effect::Months(months, decision.effective_on.last_day())
    }
}

fn spans_of_track(
    track: Track,
    decisions: &[&Decision],
    table: &InfluenceTable,
    as_of: NaiveDate,
) -> Vec<Span> {
    let mut spans: Vec<Growing> = Vec::new();
    for decision in decisions {
        let (months, start) = match effect(decision, table, as_of) {
            Effect::Nothing => continue,
            Effect::Awaiting => (None, decision.effective_on.last_day()),
            Effect::Months(months, start) => (Some(months), start),
        };
        let begins = decision.effective_on.first_day();
        let mut reason = explanation::of(decision, table, as_of);
        let running =
            |over: Option<NaiveDate>, day| over.is_none_or(|over| day < table.convention.first_free(over));
        if let Some(span) = spans.last_mut().filter(|span| running(span.over, begins)) {
            let adds_up = decision.measure.adds_up() && months.is_some() && running(span.over, start);
            if adds_up {
                reason.push_str(&explanation::added(track, begins));
            }
            let over = span.over.zip(months).map(|(over, months)| {
                let alone = add_months(start, months);
                alone.max(if adds_up { add_months(over, months) } else { over })
            });
            span.over = capped(track, over, start, table, &mut reason);
            span.from = span.from.min(begins);
            span.records.push(decision.record.clone());
            span.reasons.push(reason);
        } else {
            let over = months.map(|months| add_months(start, months));
            let over = capped(track, over, start, table, &mut reason);
            let records = vec![decision.record.clone()];
            spans.push(Growing { records, from: begins, over, reasons: vec![reason] });
        }
    }
    spans.into_iter().map(|span| finished(track, span, table)).collect()
}

/// Government sanctions together bar for at most so many months from the newest (行政机关公务员处分条例 10); party
/// sanctions add up without limit.
fn capped(
    track: Track,
    over: Option<NaiveDate>,
    newest: NaiveDate,
    table: &InfluenceTable,
    reason: &mut String,
) -> Option<NaiveDate> {
    let limit = add_months(newest, table.government_months_max);
    if track == Track::Government && over.is_some_and(|over| over > limit) {
        reason.push_str(&explanation::capped(table));
        return Some(limit);
    }
    over
}

fn finished(track: Track, span: Growing, table: &InfluenceTable) -> Span {
    let mut finished = Span {
        track,
        records: span.records,
        from: span.from,
        first_free: span.over.map(|over| table.convention.first_free(over)),
        explain: span.reasons.join("；"),
    };
    finished.explain.push_str(&explanation::ending(finished.last_blocked()));
    finished
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests;
