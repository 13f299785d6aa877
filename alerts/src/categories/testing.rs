//! Dossiers as short lines of text, for the tables of cases of the twelve rules:
//! `post J1 unit=U1 title=局长 from=2020-01-01 leader=是`. Where `person=` is left out, the row is about P1.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;

use chrono::NaiveDate;
use dossier::influence::InfluenceTable;
use dossier::{Calendar, Category, Kind, RecordKey, RecordRef, ValueType};
use serde_json::{Map, Value, json};

use super::{Judged, Mode, Other, Others, Rule, Surroundings, Thresholds};
use crate::verdict::{Outcome, Verdict};
use crate::view::{Body, Dossier, Units, Unseal};

/// Nothing is sealed in tests.
pub(crate) struct Plain;

impl Unseal for Plain {
    fn unseal(&self, _: &RecordRef, _: &str, _: &str) -> Option<String> {
        None
    }
}

/// A person P1 of this status, born in 1970.
pub(crate) fn person(status: &str) -> String {
    format!("person P1 status={status} birth=1970-05")
}

pub(crate) fn body(line: &str) -> Body {
    let mut words = line.split_whitespace();
    let kind = Kind::parse(words.next().unwrap()).unwrap_or_else(|| panic!("no kind: {line}"));
    let key = RecordKey::new(words.next().unwrap()).unwrap();
    let record = RecordRef::new(kind, key.clone());
    let declaration = kind.declaration();
    let mut cells = Map::new();
    for word in words {
        let (slug, text) = word.split_once('=').unwrap_or_else(|| panic!("no cell: {word}"));
        let column = declaration.column(slug).unwrap_or_else(|| panic!("no column {slug}: {line}"));
        let value = match column.value {
            ValueType::YesNo => json!(text == "是"),
            ValueType::List | ValueType::Choices(_) | ValueType::References(_) | ValueType::Names => {
                json!(text.split('、').collect::<Vec<_>>())
            }
            _ => json!(text),
        };
        cells.insert(slug.to_owned(), value);
    }
    let mut about = |slug: Option<&'static str>, default: Option<&str>| {
        let slug = slug?;
        if declaration.column(slug).is_some_and(|column| matches!(column.value, ValueType::Key)) {
            return Some(key.clone());
        }
        if let Some(default) = default {
            cells.entry(slug).or_insert_with(|| json!(default));
        }
        cells.get(slug).and_then(Value::as_str).and_then(|text| RecordKey::new(text).ok())
    };
    let person = about(declaration.person, Some("P1"));
    let unit = about(declaration.unit, None);
    Body { record, seq: 1, person, unit, json: Value::Object(cells).to_string() }
}

/// The days off that the tests know.
pub(crate) fn calendar() -> Calendar {
    Calendar::new([2024, 2025, 2026], [("2026-10-01".parse::<NaiveDate>().unwrap(), true)], "test")
}

pub(crate) fn rule(category: Category) -> Rule {
    Rule { category, mode: Mode::Live, version: "1".to_owned(), basis: "依据".to_owned() }
}

/// P1 judged by one rule.
pub(crate) fn judged(category: Category, as_of: &str, lines: &[&str]) -> Judged {
    judged_on(category, as_of.parse().unwrap(), lines)
}

pub(crate) fn judged_on(category: Category, as_of: NaiveDate, lines: &[&str]) -> Judged {
    let bodies: Vec<Body> = lines.iter().map(|line| body(line)).collect();
    let of = |person: &str| -> Vec<Body> {
        bodies
            .iter()
            .filter(|body| body.person.as_ref().is_some_and(|p| p.as_str() == person))
            .cloned()
            .collect()
    };
    let mut others = Others::new();
    for other in bodies.iter().filter(|body| body.record.kind == Kind::Person) {
        let dossier = Dossier::of(&of(other.record.key.as_str()), &Plain);
        others.insert(other.record.key.clone(), Other::of(&dossier));
    }
    let units: Vec<Body> = bodies.iter().filter(|body| body.record.kind == Kind::Unit).cloned().collect();
    let (units, calendar) = (Units::of(&units), calendar());
    let (thresholds, influence) = (Thresholds::default(), InfluenceTable::default());
    let around =
        Surroundings { units: &units, thresholds: &thresholds, influence: &influence, calendar: &calendar };
    let judged = super::judge(&Dossier::of(&of("P1"), &Plain), &others, &around, &[rule(category)], as_of);
    let mut backwards = of("P1");
    backwards.reverse();
    let again = super::judge(&Dossier::of(&backwards, &Plain), &others, &around, &[rule(category)], as_of);
    assert_eq!(again.verdicts, judged.verdicts, "the order of the rows does not matter");
    judged
}

/// What is compared of the verdicts of one outcome: `a high kind:key kind:key | b low …`.
fn written(judged: &Judged, outcome: Outcome) -> String {
    let line = |verdict: &Verdict| {
        let mut words = vec![verdict.clause.to_owned(), verdict.severity.slug().to_owned()];
        words.extend(verdict.evidence.iter().map(ToString::to_string));
        words.join(" ")
    };
    judged
        .verdicts
        .iter()
        .filter(|verdict| verdict.outcome == outcome)
        .map(line)
        .collect::<Vec<_>>()
        .join(" | ")
}

#[track_caller]
pub(crate) fn fires_in(category: Category, as_of: &str, lines: &[&str], expected: &str) {
    let judged = judged(category, as_of, lines);
    assert_eq!(written(&judged, Outcome::Hit), expected, "{as_of} {lines:#?}\n{:#?}", judged.verdicts);
    turns_when_said(category, as_of, lines, &judged);
    for verdict in &judged.verdicts {
        assert!(verdict.explain.contains("需核实") || verdict.outcome != Outcome::Hit, "{}", verdict.explain);
    }
}

#[track_caller]
pub(crate) fn clear_in(category: Category, as_of: &str, lines: &[&str]) {
    let judged = judged(category, as_of, lines);
    assert!(judged.verdicts.is_empty(), "{as_of} {lines:#?}\n{:#?}", judged.verdicts);
    turns_when_said(category, as_of, lines, &judged);
}

#[track_caller]
pub(crate) fn near_in(category: Category, as_of: &str, lines: &[&str], expected: &str) {
    let judged = judged(category, as_of, lines);
    assert_eq!(written(&judged, Outcome::Near), expected, "{as_of} {lines:#?}\n{:#?}", judged.verdicts);
    assert_eq!(written(&judged, Outcome::Hit), "", "{as_of} {lines:#?}");
    turns_when_said(category, as_of, lines, &judged);
}

/// The gaps, as `a high missing missing | b low missing`; and no hit.
#[track_caller]
pub(crate) fn gap_in(category: Category, as_of: &str, lines: &[&str], expected: &str) {
    let judged = judged(category, as_of, lines);
    let gaps: BTreeMap<&str, &Verdict> =
        judged.verdicts.iter().filter(|v| v.outcome == Outcome::DataGap).map(|v| (v.clause, v)).collect();
    let gaps: Vec<String> = gaps
        .iter()
        .map(|(clause, verdict)| {
            format!("{clause} {} {}", verdict.severity.slug(), verdict.missing.join(" "))
        })
        .collect();
    assert_eq!(gaps.join(" | "), expected, "{as_of} {lines:#?}\n{:#?}", judged.verdicts);
    assert_eq!(written(&judged, Outcome::Hit), "", "{as_of} {lines:#?}");
    turns_when_said(category, as_of, lines, &judged);
}

/// Until the day that a rule names nothing changes; it is looked at on the day before, and at some between.
#[track_caller]
fn turns_when_said(category: Category, as_of: &str, lines: &[&str], judged: &Judged) {
    let as_of: NaiveDate = as_of.parse().unwrap();
    let end = judged.turns_on.unwrap_or_else(|| as_of + chrono::Days::new(4_000));
    assert!(end > as_of, "it turns on {end}, which is not after {as_of}");
    let days = (end - as_of).num_days();
    for ahead in [1, 2, days / 3, days / 2, days - 1] {
        if ahead > 0 && ahead < days {
            let day = as_of + chrono::Days::new(u64::try_from(ahead).unwrap());
            let later = judged_on(category, day, lines);
            let without_turn = |judged: &Judged| {
                let mut verdicts = judged.verdicts.clone();
                for verdict in &mut verdicts {
                    verdict.turns_on = None;
                }
                verdicts
            };
            assert_eq!(without_turn(&later), without_turn(judged), "{day} differs from {as_of}");
        }
    }
}

/// The helpers of one rule's tests.
macro_rules! rule_tests {
    ($category:expr) => {
        #[track_caller]
        fn fires(as_of: &str, lines: &[&str], expected: &str) {
            super::super::testing::fires_in($category, as_of, lines, expected);
        }

        #[track_caller]
        fn clear(as_of: &str, lines: &[&str]) {
            super::super::testing::clear_in($category, as_of, lines);
        }

        #[allow(dead_code)]
        #[track_caller]
        fn near(as_of: &str, lines: &[&str], expected: &str) {
            super::super::testing::near_in($category, as_of, lines, expected);
        }

        #[allow(dead_code)]
        #[track_caller]
        fn gap(as_of: &str, lines: &[&str], expected: &str) {
            super::super::testing::gap_in($category, as_of, lines, expected);
        }
    };
}
pub(crate) use rule_tests;
