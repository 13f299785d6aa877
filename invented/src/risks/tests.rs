//! The sheet of the twelve categories, held against the page of the categories and against the rows: every
//! clause in every severity, beside each its twins, and nothing said twice.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use chrono::NaiveDate;

use crate::{Expected, Plan, Scale, invent};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

static SMALL: LazyLock<Plan> = LazyLock::new(|| invent(Scale::small(), 1, day("2026-11-20")));
static DISTRICT: LazyLock<Plan> = LazyLock::new(|| invent(Scale::district(), 1, day("2026-11-20")));

/// Category, clause and severity of every kind of line that the page allows.
const LINES: [(&str, &str, &[&str]); 39] = [
    ("concurrent_post", "a", &["high"]),
    ("concurrent_post", "b", &["high"]),
    ("concurrent_post", "c", &["medium"]),
    ("concurrent_post", "d", &["medium"]),
    ("naked_official", "a", &["high", "medium"]),
    ("naked_official", "b", &["high", "medium"]),
    ("family_business", "a", &["high", "low"]),
    ("family_business", "b", &["medium"]),
    ("family_business", "c", &["low"]),
    ("self_business", "a", &["high", "low"]),
    ("self_business", "b", &["medium"]),
    ("self_business", "c", &["low"]),
    ("undeclared_matter", "a", &["high", "low"]),
    ("undeclared_matter", "b", &["medium"]),
    ("undeclared_matter", "c", &["low", "medium"]),
    ("exit_document", "a", &["high"]),
    ("exit_document", "b", &["high", "medium"]),
    ("exit_document", "c", &["low"]),
    ("asset_anomaly", "a", &["medium"]),
    ("asset_anomaly", "b", &["high"]),
    ("asset_anomaly", "c", &["medium"]),
    ("asset_anomaly", "d", &["high"]),
    ("kinship_recusal", "a", &["high"]),
    ("kinship_recusal", "b", &["high"]),
    ("overdue_tenure", "a", &["high"]),
    ("overdue_tenure", "b", &["medium"]),
    ("post_departure", "a", &["high"]),
    ("post_departure", "b", &["medium"]),
    ("sanction_period", "a", &["high"]),
    ("sanction_period", "b", &["medium"]),
    ("sanction_period", "c", &["high"]),
    ("sanction_period", "d", &["low"]),
    ("sanction_period", "e", &["high"]),
    ("repeated_reports", "a", &["high", "medium"]),
    ("repeated_reports", "b", &["medium"]),
    ("repeated_reports", "c", &["medium"]),
    ("repeated_reports", "d", &["medium"]),
    ("repeated_reports", "u", &["high"]),
    ("repeated_reports", "v", &["medium"]),
];

#[test]
fn every_clause_is_planted_in_every_severity() {
    for plan in [&*SMALL, &*DISTRICT] {
        let mut planted: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
        for line in plan.expected() {
            planted.entry((line.category, line.clause)).or_default().extend(line.severity);
        }
        for (category, clause, severities) in LINES {
            let known = planted.remove(&(category, clause)).unwrap_or_default();
            assert_eq!(known, severities.iter().copied().collect(), "{category} {clause}");
        }
        assert!(planted.is_empty(), "{planted:?}");
    }
}

#[test]
fn every_case_of_the_tables_is_planted_even_in_the_small_office() {
    let said = |plan: &Plan| -> BTreeSet<(&str, &str)> {
        let expected = plan.expected().iter().map(|line| (line.category, line.why));
        expected.chain(plan.must_not().iter().map(|line| (line.category, line.why))).collect()
    };
    assert_eq!(said(&SMALL), said(&DISTRICT));
    assert!(said(&SMALL).len() > 360, "{}", said(&SMALL).len());
}

fn subject(line: &Expected) -> &str {
    line.person.as_deref().or(line.unit.as_deref()).unwrap()
}

#[test]
fn there_is_one_line_for_each_subject_and_clause() {
    for plan in [&*SMALL, &*DISTRICT] {
        let mut seen = BTreeSet::new();
        for line in plan.expected() {
            assert!(line.person.is_some() != line.unit.is_some(), "{line:?}");
            assert!(seen.insert((line.category, line.clause, subject(line))), "{line:?}");
            assert_eq!(line.severity.is_none(), line.verdict == "data_gap", "{line:?}");
        }
    }
}

#[test]
fn no_twin_is_expected_to_fire() {
    for plan in [&*SMALL, &*DISTRICT] {
        let fires: BTreeSet<_> = plan
            .expected()
            .iter()
            .filter(|line| line.verdict == "hit")
            .map(|line| (line.category, line.clause, subject(line)))
            .collect();
        for twin in plan.must_not() {
            let about = twin.person.as_deref().or(twin.unit.as_deref()).unwrap();
            let clash = fires.iter().find(|(category, clause, subject)| {
                *category == twin.category
                    && *subject == about
                    && twin.clause.is_none_or(|known| known == *clause)
            });
            assert_eq!(clash, None, "{twin:?}");
        }
        let alone = plan.must_not().iter().filter(|twin| twin.twin_of.is_none()).count();
        assert!(alone * 20 < plan.must_not().len(), "{alone} without the one that fires");
    }
}

#[test]
fn all_evidence_is_in_the_tables_and_about_the_subject() {
    for plan in [&*SMALL, &*DISTRICT] {
        let mut rows: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for table in plan.tables() {
            for row in table.rows {
                rows.insert(format!("{}:{}", table.kind.slug(), row[0]), row);
            }
        }
        for line in plan.expected() {
            for reference in &line.evidence {
                let row = rows.get(reference).unwrap_or_else(|| panic!("{reference} of {line:?}"));
                assert!(
                    line.clause == "u" || row.iter().any(|cell| cell == subject(line)),
                    "{reference} of {line:?} is {row:?}"
                );
            }
        }
    }
}

#[test]
fn keys_are_given_out_once() {
    for table in DISTRICT.tables() {
        let keys: BTreeSet<&String> = table.rows.iter().map(|row| &row[0]).collect();
        assert_eq!(keys.len(), table.rows.len(), "{}", table.kind);
    }
}

#[test]
fn on_any_day_the_rows_are_accepted_and_boundaries_that_the_calendar_lacks_are_left_out() {
    for as_of in ["2026-03-31", "2026-01-15", "2028-02-29"] {
        let plan = invent(Scale::small(), 3, day(as_of));
        assert!(plan.expected().len() > 100, "{as_of}: {}", plan.expected().len());
        for table in plan.tables() {
            let columns = table.kind.declaration().columns;
            for row in &table.rows {
                let cells: Vec<_> =
                    columns.iter().zip(row).map(|(column, cell)| (column, cell.as_str())).collect();
                let checked = dossier::draft::check(table.kind, &cells, &[]);
                assert!(checked.is_ok_and(|draft| draft.warnings.is_empty()), "{as_of} {row:?}");
            }
        }
    }
}

#[test]
fn some_relatives_bear_the_name_of_an_official_whom_they_are_not() {
    let names: BTreeMap<&str, &str> =
        DISTRICT.persons().iter().map(|person| (person.name.as_str(), person.id.as_str())).collect();
    let tables = DISTRICT.tables();
    let table = tables.iter().find(|table| table.kind == dossier::Kind::Relative).unwrap();
    let column = |header: &str| table.headers.iter().position(|known| *known == header).unwrap();
    let (name, system) = (column("姓名"), column("本系统人员编号"));
    let namesakes = table
        .rows
        .iter()
        .filter(|row| row[system].is_empty() && names.contains_key(row[name].as_str()))
        .count();
    let kin = table.rows.iter().filter(|row| !row[system].is_empty()).count();
    assert!(namesakes > 20 && kin > 40, "{namesakes} {kin}");
}
