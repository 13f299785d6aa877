//! 5 个人有关事项漏报瞒报. Persons with 报告义务 = 是. Declared items of the latest 年度集中 report are compared with facts from a registry
//! that were valid on its 基准日. a \[high\] 隐瞒: a 住宅/商铺/办公, an enterprise, a 普通护照 or private trip, a migrated spouse or child
//! without a declared item of that 标识 (trips, migration: of that kind). b \[medium\] 漏报: area short by more than 1.0 ㎡; a
//! 车位/车库/储藏间, 港澳台 document or trip not declared. c \[low; medium if more than 30 days\] the report last due submitted late, or
//! missing. Not: facts begun after 基准日 or ended before; 产权人关系 其他子女/其他; items corrected by a later 随时 report (补报).
//!
//! Basis: 报告规定 5, 13; 查核结果处理办法 3, 4; 政务处分法 29(2); 纪律处分条例 81. Decided here: a journey belongs to the report of the
//! year in which it ended or that it fell in; a report is in on the first day on which one of its rows is.

mod facts;

use chrono::{Datelike, Days, NaiveDate};
use dossier::{PartialDate, Severity};

use super::{Case, Lines, Sign};
use crate::day::Day;
use crate::view::Declared;

use facts::Fact;

pub(super) fn judge(case: &Case<'_>, lines: &mut Lines) {
    if case.person.reporting_duty == Some(false) {
        return;
    }
    let submitted: Vec<&Declared> = case
        .dossier
        .declared
        .iter()
        .filter(|row| row.submitted_on.is_some_and(|day| case.day.reached(day.last_day())))
        .collect();
    if case.person.reporting_duty.is_none() && submitted.is_empty() {
        return;
    }
    if let Some(report) = Report::latest(&submitted, case.day) {
        compare(case, &report, lines);
    }
    last_due(case, &submitted, lines);
    if case.person.reporting_duty.is_none() {
        lines.all_depend_on(&format!("{}.reporting_duty", case.person.at));
    }
}

/// The latest 年度集中 report, and what later 随时 reports corrected.
pub(super) struct Report<'a> {
    base: NaiveDate,
    items: Vec<&'a Declared>,
    corrections: Vec<&'a Declared>,
}

impl<'a> Report<'a> {
    fn latest(submitted: &[&'a Declared], day: &Day) -> Option<Self> {
        let yearly = submitted.iter().copied().filter(|row| !row.occasional);
        let base = yearly.clone().filter_map(|row| row.as_at).filter(|base| day.reached(*base)).max()?;
        let items: Vec<&Declared> = yearly.filter(|row| row.as_at == Some(base)).collect();
        let first = submitted_first(&items)?;
        let later =
            |row: &&Declared| row.occasional && row.submitted_on.is_some_and(|day| day.last_day() >= first);
        let corrections = submitted.iter().copied().filter(later).collect();
        Some(Self { base, items, corrections })
    }

    /// The rows that declare this fact, the report's own first.
    fn declaring(&self, fact: &Fact) -> Vec<&'a Declared> {
        let fits = |row: &&Declared| match &fact.identifier {
            Some(identifier) => row.identifier.as_ref() == Some(identifier),
            None => row.matter.is_some_and(|matter| fact.matters.contains(&matter)),
        };
        self.items.iter().chain(&self.corrections).copied().filter(fits).collect()
    }
}

fn submitted_first(rows: &[&Declared]) -> Option<NaiveDate> {
    rows.iter().filter_map(|row| row.submitted_on).map(PartialDate::first_day).min()
}

fn compare(case: &Case<'_>, report: &Report<'_>, lines: &mut Lines) {
    for fact in facts::on(case, report.base) {
        let sign = Sign::at(&fact.at)
            .fact("declared", "否")
            .since(Some(report.base))
            .by_name_only(fact.name_only)
            .words(format!("{}，{}年度报告未见申报", fact.words, report.base.year()));
        if let Some(slug) = fact.missing {
            lines.gap(fact.clause, fact.severity, sign, &[slug]);
            continue;
        }
        let declaring = report.declaring(&fact);
        if declaring.is_empty() {
            lines.hit(fact.clause, fact.severity, sign);
        } else {
            area(case, &fact, &declaring, lines);
        }
    }
}

/// Declared, but with less area than the registry has.
fn area(case: &Case<'_>, fact: &Fact, declaring: &[&Declared], lines: &mut Lines) {
    let Some(area) = fact.area else { return };
    let tolerance = crate::view::Amount::parse(&case.numbers().area_tolerance_sqm).unwrap_or_default();
    let Some(declared) = declaring.iter().filter_map(|row| row.amount).max() else {
        if let Some(row) = declaring.first() {
            lines.gap("b", Severity::Medium, Sign::at(&row.at).and(&fact.at), &["amount"]);
        }
        return;
    };
    if area.minus(declared) > tolerance {
        let mut sign =
            Sign::at(&fact.at).fact("area", area).words(format!("登记面积{area}㎡，申报{declared}㎡"));
        for row in declaring {
            sign = sign.and(&row.at).fact_of("amount", row.amount);
        }
        lines.hit("b", Severity::Medium, sign);
    }
}

/// Clause c: the report whose due day was the last to go by.
fn last_due(case: &Case<'_>, submitted: &[&Declared], lines: &mut Lines) {
    let numbers = case.numbers();
    let due_of = |base_year: i32| {
        NaiveDate::from_ymd_opt(base_year.saturating_add(1), numbers.report_due_month, numbers.report_due_day)
    };
    // Reports cannot be due before there were any; the day of the sweep bounds the search from above.
    let Some((year, due)) = years_up_to(case.day, due_of) else { return };
    let rows: Vec<&Declared> = submitted
        .iter()
        .copied()
        .filter(|row| !row.occasional && row.as_at.map(|base| base.year()).or(row.year) == Some(year))
        .collect();
    let medium_after = due.checked_add_days(Days::new(u64::from(numbers.report_late_days_max)));
    let since = due.checked_add_days(Days::new(1));
    let Some(first) = submitted_first(&rows) else {
        let long = medium_after.is_some_and(|day| case.day.past(day));
        let severity = if long { Severity::Medium } else { Severity::Low };
        let sign = Sign::at(&case.person.at).fact("report_missing", year).since(since);
        lines.hit("c", severity, sign.words(format!("{year}年度报告应于{due}前提交，未见提交")));
        return;
    };
    if first > due {
        let long = medium_after.is_some_and(|day| first > day);
        let severity = if long { Severity::Medium } else { Severity::Low };
        let mut sign = Sign::at(&rows[0].at).fact("submitted_on", first);
        sign.records.extend(rows.iter().skip(1).map(|row| row.at.clone()));
        let words = format!("{year}年度报告应于{due}前提交，实际提交{first}");
        lines.hit("c", severity, sign.since(since).words(words));
    }
}

/// The last year whose due day has gone by, and that day. Notes when the next one goes by.
fn years_up_to(day: &Day, due_of: impl Fn(i32) -> Option<NaiveDate>) -> Option<(i32, NaiveDate)> {
    // 1995: 关于党政机关县（处）级以上领导干部收入申报的规定, the first of them.
    let mut found = None;
    for year in 1995..2200 {
        let due = due_of(year)?;
        if !day.past(due) {
            break;
        }
        found = Some((year, due));
    }
    found
}

#[cfg(test)]
mod tests;
