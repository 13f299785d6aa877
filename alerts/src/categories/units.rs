//! What category 12 says about units. u \[high\] ≥ 3 sanctions, of persons whose 本职 post on the effective day was in the unit or
//! below it, within 24 months. v \[medium\] a finding past 整改期限 without 整改完成日期, or a recommendation past 回复期限 without 回复日期.
//!
//! Decided here: the 24 months end with the day asked; a post that ended on the effective day was held on it;
//! revoked sanctions do not count; whoever was sanctioned counts, whatever has become of him since.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use dossier::day::add_months;
use dossier::{Category, RecordKey, RecordRef, Severity};

use super::{Judged, Lines, Mode, Rule, Sign, Subject, Surroundings, verdicts_of};
use crate::day::Day;
use crate::view::{Dossier, Finding, Recommendation, Units};

/// One sanction, and the units in or above which the person stood on its day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Placed {
    pub(crate) effective: (NaiveDate, NaiveDate),
    pub(crate) at: RecordRef,
    pub(crate) revoked: Option<NaiveDate>,
    /// The versions of the sanction, of the person's posts, and of the units above them.
    pub(crate) made_from: Vec<(RecordRef, i64)>,
}

/// Sanctions by unit.
pub(crate) type Sanctioned = BTreeMap<RecordKey, BTreeSet<Placed>>;

/// Adds the sanctions of one dossier to the units that they speak against.
pub(crate) fn place(dossier: &Dossier, units: &Units, into: &mut Sanctioned) {
    for sanction in &dossier.sanctions {
        let Some(decision) = &sanction.decision else { continue };
        let effective = decision.effective_on.last_day();
        let mut above = BTreeSet::new();
        for post in dossier.posts.iter().filter(|post| post.main && post.was_held_on(effective)) {
            above.extend(units.upwards(&post.unit).into_iter().cloned());
        }
        let of_person =
            |(record, _): &&(RecordRef, i64)| *record == sanction.at || record.kind == dossier::Kind::Post;
        let tree = above.iter().filter_map(|unit| units.get(unit)).map(|unit| (unit.at.clone(), unit.seq));
        let made_from: Vec<(RecordRef, i64)> =
            dossier.made_from.iter().filter(of_person).cloned().chain(tree).collect();
        for unit in above {
            into.entry(unit).or_default().insert(Placed {
                effective: (decision.effective_on.first_day(), effective),
                at: sanction.at.clone(),
                revoked: decision.revoked_on.map(dossier::PartialDate::last_day),
                made_from: made_from.clone(),
            });
        }
    }
}

/// What is kept about one unit.
#[derive(Debug, Default)]
pub(crate) struct UnitFile {
    pub(crate) sanctions: BTreeSet<Placed>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) recommendations: Vec<Recommendation>,
    /// The versions of findings and recommendations.
    pub(crate) made_from: Vec<(RecordRef, i64)>,
}

/// Judges one unit.
pub(crate) fn judge(
    unit: &RecordKey,
    file: &UnitFile,
    around: &Surroundings<'_>,
    rules: &[Rule],
    as_of: NaiveDate,
) -> Judged {
    let mut judged = Judged::default();
    let rule = rules.iter().find(|rule| rule.category == Category::RepeatedReports && rule.mode != Mode::Off);
    let Some(rule) = rule else { return judged };
    let day = Day::new(as_of);
    let mut lines = Lines::default();
    sanctions(file, around, &day, &mut lines);
    overdue(file, &day, &mut lines);
    judged.turns_on = day.turns_on();
    let at = RecordRef::new(dossier::Kind::Unit, unit.clone());
    let office = around.units.office_of(unit);
    let subject = Subject { of: &at, person: None, unit: Some(unit), office };
    judged.verdicts.extend(verdicts_of(lines, rule, &subject, judged.turns_on));
    judged
}

fn sanctions(file: &UnitFile, around: &Surroundings<'_>, day: &Day, lines: &mut Lines) {
    let numbers = around.thresholds;
    let months = numbers.unit_sanctions_within_months;
    let recent: Vec<&Placed> = file
        .sanctions
        .iter()
        .filter(|sanction| day.reached(sanction.effective.0))
        .filter(|sanction| !day.past(add_months(sanction.effective.1, months)))
        .filter(|sanction| !sanction.revoked.is_some_and(|revoked| day.reached(revoked)))
        .collect();
    let from = numbers.unit_sanctions_from as usize;
    if recent.len() < from {
        return;
    }
    let since = recent.get(from - 1).map(|sanction| sanction.effective.0);
    for sanction in recent {
        let sign = Sign::at(&sanction.at).fact("effective_on", sanction.effective.0).since(since);
        lines.hit(
            "u",
            Severity::High,
            sign.words(format!("{months}个月内本单位及下属单位受处分达到{from}次")),
        );
    }
}

fn overdue(file: &UnitFile, day: &Day, lines: &mut Lines) {
    let findings =
        file.findings.iter().filter(|finding| day.begun(finding.found_on)).map(|finding| {
            (&finding.at, finding.due, "due", finding.rectified_on, "rectified_on", "问题整改")
        });
    let letters = file.recommendations.iter().filter(|letter| day.begun(letter.issued_on)).map(|letter| {
        (&letter.at, letter.reply_due, "reply_due", letter.replied_on, "replied_on", "建议书回复")
    });
    for (at, due, due_slug, done, done_slug, what) in findings.chain(letters) {
        if done.is_some_and(|done| day.reached(done.first_day())) {
            continue;
        }
        let Some(due) = due.map(dossier::PartialDate::last_day) else {
            lines.gap("v", Severity::Medium, Sign::at(at), &[due_slug]);
            continue;
        };
        if day.past(due) {
            let sign = Sign::at(at).fact(done_slug, "-").fact(due_slug, due);
            let since = due.checked_add_days(Days::new(1));
            lines.hit("v", Severity::Medium, sign.since(since).words(format!("{what}期限{due}已过")));
        }
    }
}

#[cfg(test)]
mod tests;
