//! The table of cases of what category 12 says about units.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use dossier::influence::InfluenceTable;
use dossier::{Category, Kind, RecordKey};

use super::super::testing::{Plain, body, calendar, rule};
use super::super::{Surroundings, Thresholds};
use super::{Sanctioned, UnitFile, judge, place};
use crate::verdict::Outcome;
use crate::view::{Body, Dossier, Finding, Raw, Recommendation, Units};

const UNITS: [&str; 4] = [
    "unit U1 name=县政府 office=O1",
    "unit U2 name=住建局 parent=U1",
    "unit U3 name=质监站 parent=U2 office=O3",
    "unit U4 name=教育局 parent=U1",
];

/// The lines of `unit`, as `clause severity office evidence`.
fn lines(unit: &str, as_of: &str, rows: &[String], outcome: Outcome) -> Vec<String> {
    let bodies: Vec<Body> =
        UNITS.iter().map(|line| body(line)).chain(rows.iter().map(|row| body(row))).collect();
    let of = |kind: Kind| bodies.iter().filter(move |body| body.record.kind == kind);
    let units = Units::of(&of(Kind::Unit).cloned().collect::<Vec<_>>());
    let mut persons: BTreeMap<RecordKey, Vec<Body>> = BTreeMap::new();
    for row in &bodies {
        if let Some(person) = &row.person {
            persons.entry(person.clone()).or_default().push(row.clone());
        }
    }
    let mut sanctioned = Sanctioned::new();
    for bodies in persons.values() {
        place(&Dossier::of(bodies, &Plain), &units, &mut sanctioned);
    }
    let unit = RecordKey::new(unit).unwrap();
    let here = |body: &&Body| body.unit.as_ref() == Some(&unit);
    let file = UnitFile {
        sanctions: sanctioned.remove(&unit).unwrap_or_default(),
        findings: of(Kind::Finding)
            .filter(here)
            .map(|body| Finding::of(body.record.clone(), &Raw::read(Kind::Finding, &body.json).unwrap()))
            .collect(),
        recommendations: of(Kind::Recommendation)
            .filter(here)
            .map(|body| {
                Recommendation::of(body.record.clone(), &Raw::read(Kind::Recommendation, &body.json).unwrap())
            })
            .collect(),
        made_from: Vec::new(),
    };
    let (thresholds, influence, calendar) = (Thresholds::default(), InfluenceTable::default(), calendar());
    let around =
        Surroundings { units: &units, thresholds: &thresholds, influence: &influence, calendar: &calendar };
    let judged = judge(&unit, &file, &around, &[rule(Category::RepeatedReports)], as_of.parse().unwrap());
    judged
        .verdicts
        .iter()
        .filter(|verdict| verdict.outcome == outcome)
        .map(|verdict| {
            assert_eq!((verdict.person.as_ref(), verdict.unit.as_ref()), (None, Some(&unit)));
            let mut words = vec![verdict.clause.to_owned(), verdict.severity.slug().to_owned()];
            words.push(verdict.office.as_ref().map(ToString::to_string).unwrap_or_default());
            match outcome {
                Outcome::DataGap => words.extend(verdict.missing.clone()),
                _ => words.extend(verdict.evidence.iter().map(ToString::to_string)),
            }
            words.join(" ")
        })
        .collect()
}

fn sanctioned(number: u32, unit: &str, day: &str, cells: &str) -> Vec<String> {
    vec![
        format!("post J{number} person=P{number} unit={unit} title=科员 from=2010-01-01"),
        format!("sanction S{number} person=P{number} category=党纪 type=警告 effective_on={day} {cells}"),
    ]
}

#[track_caller]
fn says(unit: &str, as_of: &str, rows: &[Vec<String>], expected: &[&str]) {
    assert_eq!(lines(unit, as_of, &rows.concat(), Outcome::Hit), expected, "{unit} {as_of} {rows:#?}");
}

#[test]
fn three_sanctions_in_a_unit_or_below_within_24_months_are_u() {
    let rows = [
        sanctioned(1, "U2", "2024-11-20", ""),
        sanctioned(2, "U3", "2025-06-01", ""),
        sanctioned(3, "U3", "2026-11-20", ""),
    ];
    let hit = |office: &str| format!("u high {office} sanction:S1 sanction:S2 sanction:S3");
    says("U2", "2026-11-20", &rows, &[&hit("O1")]);
    says("U1", "2026-11-20", &rows, &[&hit("O1")]);
    says("U3", "2026-11-20", &rows, &[]);
    says("U4", "2026-11-20", &rows, &[]);
    says("U2", "2026-11-19", &rows, &[]);
    says("U2", "2026-11-21", &rows, &[]);
}

#[test]
fn what_was_elsewhere_is_revoked_or_no_main_post_does_not_count() {
    let two = [sanctioned(1, "U2", "2025-01-01", ""), sanctioned(2, "U2", "2025-06-01", "")];
    let third = sanctioned(3, "U2", "2025-07-01", "");
    let with = |third: Vec<String>| [two[0].clone(), two[1].clone(), third];
    says("U2", "2026-01-01", &with(third.clone()), &["u high O1 sanction:S1 sanction:S2 sanction:S3"]);
    for other in [
        sanctioned(3, "U4", "2025-07-01", ""),
        sanctioned(3, "U2", "2025-07-01", "revoked_on=2026-01-01"),
        vec![third[0].clone() + " main_post=否", third[1].clone()],
        vec![third[0].clone() + " until=2025-06-30", third[1].clone()],
        vec![third[0].replace("2010-01-01", "2025-07-02"), third[1].clone()],
    ] {
        says("U2", "2026-01-01", &with(other), &[]);
    }
    let until = vec![third[0].clone() + " until=2025-07-01", third[1].clone()];
    says("U2", "2026-01-01", &with(until), &["u high O1 sanction:S1 sanction:S2 sanction:S3"]);
}

#[test]
fn a_finding_or_a_letter_past_its_day_is_v() {
    let finding = "finding F1 unit=U3 source=巡察 found_on=2026-01-01 problem=问题 due=2026-11-20".to_owned();
    let letter =
        "recommendation L1 unit=U3 type=监察建议书 issued_on=2026-01-01 reason=事由 reply_due=2026-11-20"
            .to_owned();
    for (row, done, at) in
        [(&finding, "rectified_on", "finding:F1"), (&letter, "replied_on", "recommendation:L1")]
    {
        says("U3", "2026-11-20", &[vec![row.clone()]], &[]);
        says("U3", "2026-11-21", &[vec![row.clone()]], &[&format!("v medium O3 {at}")]);
        says("U3", "2026-11-21", &[vec![format!("{row} {done}=2026-11-21")]], &[]);
        says(
            "U3",
            "2026-11-21",
            &[vec![format!("{row} {done}=2026-11-22")]],
            &[&format!("v medium O3 {at}")],
        );
        says("U2", "2026-11-21", &[vec![row.clone()]], &[]);
    }
    let undated = finding.replace(" due=2026-11-20", "");
    assert_eq!(lines("U3", "2026-11-21", &[undated], Outcome::DataGap), ["v medium O3 finding:F1.due"]);
}

#[test]
fn a_loop_in_the_tree_and_a_parent_that_is_missing_end_a_line() {
    let tree =
        ["unit U1 name=甲 parent=U2", "unit U2 name=乙 parent=U1 office=O2", "unit U3 name=丙 parent=U9"];
    let units = Units::of(&tree.map(body));
    let key = |text: &str| RecordKey::new(text).unwrap();
    assert_eq!(units.office_of(&key("U1")), Some(&key("O2")));
    assert_eq!(units.upwards(&key("U1")).len(), 2);
    assert_eq!(units.office_of(&key("U3")), None);
    assert_eq!(units.office_of(&key("U7")), None);
}

#[test]
fn months_of_sanctions_and_answers_count_from_their_first_day_and_posts_on_their_last() {
    let two = [sanctioned(1, "U2", "2025-01-01", ""), sanctioned(2, "U2", "2025-06-01", "")];
    let with = |third: Vec<String>| [two[0].clone(), two[1].clone(), third];
    let hit = ["u high O1 sanction:S1 sanction:S2 sanction:S3"];
    let in_november = sanctioned(3, "U2", "2026-11", "");
    says("U2", "2026-11-20", &with(in_november.clone()), &hit);
    says("U2", "2026-10-31", &with(in_november), &[]);
    let third = sanctioned(3, "U2", "2025-07", "");
    let until = |day: &str| vec![format!("{} until={day}", third[0]), third[1].clone()];
    says("U2", "2026-01-01", &with(until("2025-07-31")), &hit);
    says("U2", "2026-01-01", &with(until("2025-07-15")), &[]);
    let finding =
        "finding F1 unit=U3 source=巡察 found_on=2026-01-01 problem=问题 due=2026-11-20 rectified_on=2026-11";
    says("U3", "2026-11-21", &[vec![finding.to_owned()]], &[]);
}

#[test]
fn what_speaks_against_a_unit_was_made_from_the_sanction_the_posts_and_the_units_above() {
    let units = Units::of(&UNITS.map(body));
    let rows = [
        "person P1 status=在职",
        "post J1 unit=U3 title=科员 from=2010-01-01",
        "sanction S1 category=党纪 type=警告 effective_on=2025-01-01",
        "sanction S2 category=党纪 type=警告 effective_on=2025-02-01",
        "clue K1 received_on=2020-01-01 summary=反映",
    ];
    let mut sanctioned = Sanctioned::new();
    place(&Dossier::of(&rows.map(body), &Plain), &units, &mut sanctioned);
    let placed = &sanctioned[&RecordKey::new("U2").unwrap()];
    for (one, sanction) in placed.iter().zip(["sanction:S1", "sanction:S2"]) {
        let mut made: Vec<String> = one.made_from.iter().map(|(record, _)| record.to_string()).collect();
        made.sort_unstable();
        assert_eq!(made, ["post:J1", sanction, "unit:U1", "unit:U2", "unit:U3"]);
    }
    assert_eq!(placed.len(), 2);
}

#[test]
fn units_are_silent_where_their_category_is_off_whatever_the_others_are() {
    let (units, thresholds) = (Units::of(&UNITS.map(body)), Thresholds::default());
    let (influence, calendar) = (InfluenceTable::default(), calendar());
    let around =
        Surroundings { units: &units, thresholds: &thresholds, influence: &influence, calendar: &calendar };
    let finding = body("finding F1 unit=U3 source=巡察 found_on=2026-01-01 problem=问题 due=2026-06-30");
    let file = UnitFile {
        findings: vec![Finding::of(
            finding.record.clone(),
            &Raw::read(Kind::Finding, &finding.json).unwrap(),
        )],
        ..UnitFile::default()
    };
    let unit = RecordKey::new("U3").unwrap();
    let off = super::super::Rule { mode: super::super::Mode::Off, ..rule(Category::RepeatedReports) };
    for (rules, count) in [
        (vec![rule(Category::ConcurrentPost), rule(Category::RepeatedReports)], 1),
        (vec![rule(Category::ConcurrentPost), off], 0),
        (vec![rule(Category::ConcurrentPost)], 0),
    ] {
        let judged = judge(&unit, &file, &around, &rules, "2026-11-20".parse().unwrap());
        assert_eq!(judged.verdicts.len(), count);
    }
}
