//! 11 处分影响期内违规使用、执行不到位, with influence periods that add up. a \[high\] a post with 任免类型 提拔/进一步使用/晋升职级, or an award (评优,
//! 年度考核优秀, 晋级; 晋档 only for 记过 and above), dated inside a period. b \[medium\] 宣布日期 or 归档日期 missing one month after 生效日期.
//! c \[high\] 降级/撤职/撤销党内职务 and above with 职务工资变更日期 missing one month after (six if 延期批准 = 是). d \[low, `near` only\] the
//! period ends within 30 days and no 回访教育 was held. e \[high\] a new 处分 effective inside a running period. Not: revoked
//! decisions; appointments before 生效日期; 平级调整.
//!
//! Basis: 选任条例 24(6); 政务处分法 19-21, 26, 54; 纪律处分条例 10-13, 21. Decided here: the periods of a are those of sanctions and
//! of measures (选任条例 24(6) names all three kinds); d and e are about sanctions; two sanctions of one 事由 or one day in two
//! tracks are one matter, not a new one; 晋档 is barred by 政务 sanctions from 记过 on.

use chrono::{Days, NaiveDate};
use dossier::day::add_months;
use dossier::influence::{self, Decision, Measure, Span, Track};
use dossier::{PartialDate, RecordRef, Severity};

use super::{Case, Lines, Sign};
use crate::view::Sanction;

pub(super) fn judge(case: &Case<'_>, lines: &mut Lines) {
    let dossier = case.dossier;
    if dossier.sanctions.is_empty() && dossier.measures.is_empty() {
        return;
    }
    let mut sanctions: Vec<(&Sanction, &Decision)> = Vec::new();
    for sanction in &dossier.sanctions {
        match &sanction.decision {
            Some(decision) => sanctions.push((sanction, decision)),
            None => lines.gap("a", Severity::High, Sign::at(&sanction.at), &["type", "effective_on"]),
        }
    }
    let measures = dossier.measures.iter().filter_map(|measure| measure.decision.as_ref());
    let all: Vec<Decision> =
        sanctions.iter().map(|(_, decision)| *decision).chain(measures).cloned().collect();
    note_turns(case, &all);
    used(case, &all, lines);
    for (sanction, decision) in sanctions.iter().filter(|(_, decision)| stands(case, decision)) {
        carried_out(case, sanction, decision, lines);
    }
    let decisions: Vec<Decision> = sanctions.iter().map(|(_, decision)| (*decision).clone()).collect();
    ending(case, &decisions, lines);
    again(case, &sanctions, lines);
}

/// `influence` compares these days with the day asked by itself. That a decision has taken effect turns nothing alone: a
/// sanction is asked about in `stands`, and what a measure bars has a day of its own.
fn note_turns(case: &Case<'_>, decisions: &[Decision]) {
    for decision in decisions {
        let ends = [decision.revoked_on, decision.restored_on];
        for end in ends.into_iter().flatten() {
            case.day.reached(end.last_day());
        }
    }
}

fn stands(case: &Case<'_>, decision: &Decision) -> bool {
    case.day.reached(decision.effective_on.first_day()) && !case.day.ended(decision.revoked_on)
}

fn spans(case: &Case<'_>, decisions: &[Decision]) -> Vec<Span> {
    influence::influence(decisions, case.around.influence, case.day.as_of())
}

/// Clause a.
fn used(case: &Case<'_>, all: &[Decision], lines: &mut Lines) {
    let any = spans(case, all);
    let grave: Vec<Decision> =
        all.iter().filter(|decision| bars_pay_steps(decision.measure)).cloned().collect();
    let pay_steps = spans(case, &grave);
    let posts = case.dossier.posts.iter().filter_map(|post| {
        let kind = post.appointment.filter(|kind| matches!(*kind, "提拔" | "进一步使用" | "晋升职级"))?;
        Some((&post.at, "appointment_type", "from", kind, post.from, &any))
    });
    let awards = case.dossier.awards.iter().filter_map(|award| match award.kind {
        Some(kind @ ("评优" | "年度考核优秀" | "晋级")) => {
            Some((&award.at, "type", "date", kind, award.date, &any))
        }
        Some(kind @ "晋档") => Some((&award.at, "type", "date", kind, award.date, &pay_steps)),
        _ => None,
    });
    for (at, slug, dated, kind, date, spans) in posts.chain(awards) {
        let Some(date) = date.filter(|date| case.day.reached(date.first_day())) else { continue };
        let inside = |day: NaiveDate| spans.iter().find(|span| span.runs_on(day));
        let (first, last) = (inside(date.first_day()), inside(date.last_day()));
        let Some(span) = first.or(last) else { continue };
        let mut sign = Sign::at(at)
            .fact(slug, kind)
            .fact(dated, date)
            .since(Some(date.first_day()))
            .words(format!("影响期内{kind}（{date}）。{}", span.explain));
        sign.records.extend(span.records.iter().cloned());
        sign.facts.push(format!("{}.from={}", span.track.chinese(), span.from));
        if first.is_some() && last.is_some() {
            lines.hit("a", Severity::High, sign);
        } else {
            lines.gap("a", Severity::High, sign, &[dated]);
        }
    }
}

fn bars_pay_steps(measure: Measure) -> bool {
    matches!(measure, Measure::Demerit | Measure::SeriousDemerit | Measure::Demotion | Measure::Removal)
}

fn changes_post_and_pay(measure: Measure) -> bool {
    matches!(
        measure,
        Measure::Demotion
            | Measure::Removal
            | Measure::Dismissal
            | Measure::PartyRemoval
            | Measure::Probation
            | Measure::PartyExpulsion
    )
}

/// Clauses b and c.
fn carried_out(case: &Case<'_>, sanction: &Sanction, decision: &Decision, lines: &mut Lines) {
    let numbers = case.numbers();
    let effective = decision.effective_on.last_day();
    let name = decision.measure.chinese();
    let done = |date: Option<PartialDate>| date.is_some_and(|date| case.day.reached(date.first_day()));
    let due = add_months(effective, numbers.announced_within_months);
    if case.day.past(due) {
        for (date, slug, what) in
            [(sanction.announced_on, "announced_on", "宣布"), (sanction.filed_on, "filed_on", "归档")]
        {
            if !done(date) {
                let sign = Sign::at(&sanction.at).fact(slug, "-").since(due.checked_add_days(Days::new(1)));
                lines.hit("b", Severity::Medium, sign.words(format!("{effective}{name}满一个月未见{what}")));
            }
        }
    }
    if !changes_post_and_pay(decision.measure) || done(sanction.pay_changed_on) {
        return;
    }
    let months = if sanction.extension_approved == Some(true) {
        numbers.pay_changed_within_months_extended
    } else {
        numbers.pay_changed_within_months
    };
    let due = add_months(effective, months);
    if case.day.past(due) {
        let sign =
            Sign::at(&sanction.at).fact("pay_changed_on", "-").since(due.checked_add_days(Days::new(1)));
        lines.hit(
            "c",
            Severity::High,
            sign.words(format!("{effective}{name}满{months}个月未见职务工资变更")),
        );
    }
}

/// Clause d.
fn ending(case: &Case<'_>, sanctions: &[Decision], lines: &mut Lines) {
    let days = u64::from(case.numbers().visit_warning_days);
    for span in spans(case, sanctions) {
        let Some(last) = span.last_blocked() else { continue };
        let soon = last.checked_sub_days(Days::new(days)).is_some_and(|warned| case.day.reached(warned));
        if !soon || case.day.past(last) || is_visited(case, &span) {
            continue;
        }
        for record in &span.records {
            let sign = Sign::at(record).fact("last_blocked", last).since(Some(span.from)).until(Some(last));
            lines.near("d", Severity::Low, sign.words(format!("影响期至{last}届满，未见回访教育")));
        }
    }
}

fn is_visited(case: &Case<'_>, span: &Span) -> bool {
    case.dossier.visits.iter().any(|visit| {
        let held = visit.visited_on.filter(|day| case.day.reached(day.last_day()));
        held.is_some_and(|day| match &visit.sanction {
            Some(sanction) => span.records.iter().any(|record| record.key == *sanction),
            None => day.last_day() >= span.from,
        })
    })
}

/// Clause e.
fn again(case: &Case<'_>, sanctions: &[(&Sanction, &Decision)], lines: &mut Lines) {
    for (new, decision) in sanctions.iter().filter(|(_, decision)| stands(case, decision)) {
        let day = decision.effective_on.first_day();
        let earlier: Vec<Decision> = sanctions
            .iter()
            .filter(|(old, before)| {
                before.effective_on.last_day() < day && !is_one_matter((old, before), (new, decision))
            })
            .map(|(_, before)| (*before).clone())
            .collect();
        let running: Vec<RecordRef> = spans(case, &earlier)
            .into_iter()
            .filter(|span| span.runs_on(day) && matches!(span.track, Track::Party | Track::Government))
            .flat_map(|span| span.records)
            .collect();
        if running.is_empty() {
            continue;
        }
        let name = decision.measure.chinese();
        let mut sign = Sign::at(&new.at)
            .fact("effective_on", decision.effective_on)
            .since(Some(day))
            .words(format!("影响期内又于{}受到{name}", decision.effective_on));
        sign.records.extend(running);
        lines.hit("e", Severity::High, sign);
    }
}

/// A party and a government sanction for one 事由 are two rows of one matter.
fn is_one_matter(old: (&Sanction, &Decision), new: (&Sanction, &Decision)) -> bool {
    old.1.measure.track() != new.1.measure.track() && old.0.reason.is_some() && old.0.reason == new.0.reason
}

#[cfg(test)]
mod tests;
