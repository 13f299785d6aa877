//! The twelve categories against the answer sheet of the invented office: files written, imported and swept by
//! the real program. Every planted case must fire as its page says, no twin may, and nothing else does.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "these are tests")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;

use serde_json::Value;
use support::{AS_OF, Office};

/// Category, clause and subject.
type Line = (String, String, String);

/// What a sweep said: its lines, and the summary at the end.
struct Swept {
    lines: Vec<Value>,
    summary: Value,
}

fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_default().to_owned()
}

fn line(value: &Value) -> Line {
    let subject = value["person"].as_str().or(value["unit"].as_str()).unwrap_or_else(|| panic!("{value}"));
    (text(value, "category"), text(value, "clause"), subject.to_owned())
}

/// The lines of `verdict`, by what they are about.
fn by_line<'v>(lines: &'v [Value], verdict: &str) -> BTreeMap<Line, &'v Value> {
    lines.iter().filter(|value| value["verdict"] == verdict).map(|value| (line(value), value)).collect()
}

fn sweep(office: &Office) -> Swept {
    let said = office.done(&["sweep", "--as-of", AS_OF, "--dry-run", "--json"]);
    let mut lines: Vec<Value> = said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let summary = lines.pop().unwrap()["summary"].take();
    Swept { lines, summary }
}

/// An invented office, imported, and its answer sheet.
fn invented(scale: &str) -> (Office, Value) {
    let office = Office::new();
    let files = office.path().join("files");
    office.done(&["generate", files.to_str().unwrap(), "--scale", scale]);
    // what is no text is one workbook, or a table a file where one workbook would be too large
    let book = files.join("dossiers.xlsx");
    let tables = || std::fs::read_dir(&files).unwrap().map(|entry| entry.unwrap().path());
    let is_table = |path: &std::path::PathBuf| path.extension().is_some_and(|ending| ending == "csv");
    let paths: Vec<std::path::PathBuf> = if book.exists() {
        vec![book]
    } else {
        tables().filter(|path| is_table(path) && !path.ends_with("names.csv")).collect()
    };
    office.import(&paths.iter().map(std::path::PathBuf::as_path).collect::<Vec<_>>());
    let truth = serde_json::from_slice(&std::fs::read(files.join("truth.json")).unwrap()).unwrap();
    (office, truth)
}

/// Gathers what is wrong, so that one run shows all of it.
#[derive(Default)]
struct Faults(Vec<String>);

impl Faults {
    fn expect(&mut self, right: bool, fault: impl FnOnce() -> String) {
        if !right {
            self.0.push(fault());
        }
    }

    #[track_caller]
    fn none(self) {
        let first = self.0.iter().take(40).cloned().collect::<Vec<_>>().join("\n");
        assert!(self.0.is_empty(), "{} faults, the first:\n{first}", self.0.len());
    }
}

/// Hits and near ones are exactly those of the sheet, with their severity and the planted evidence.
fn lines_are_those_planted(swept: &Swept, expected: &[Value], verdict: &str, faults: &mut Faults) {
    let (planted, said) = (by_line(expected, verdict), by_line(&swept.lines, verdict));
    for (about, planted) in &planted {
        let Some(found) = said.get(about) else {
            faults.expect(false, || format!("missed: {planted}"));
            continue;
        };
        faults.expect(found["severity"] == planted["severity"], || {
            format!("{} instead of {planted}", found["severity"])
        });
        let evidence: BTreeSet<&str> =
            found["evidence"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        for record in planted["evidence"].as_array().unwrap() {
            faults.expect(evidence.contains(record.as_str().unwrap()), || {
                format!("{record} is not in the evidence of {planted}: {evidence:?}")
            });
        }
    }
    for (about, found) in &said {
        faults.expect(planted.contains_key(about), || format!("nobody planted {found}"));
    }
}

fn everything_planted_is_found(scale: &str) {
    let (office, truth) = invented(scale);
    let swept = sweep(&office);
    let expected = truth["expected"].as_array().unwrap();
    let mut faults = Faults::default();
    for verdict in ["hit", "near"] {
        lines_are_those_planted(&swept, expected, verdict, &mut faults);
    }
    // a gap is named for the category; which clause waits for it may be said in more than one way
    let gaps: BTreeSet<(String, String)> =
        by_line(&swept.lines, "data_gap").into_keys().map(|(category, _, about)| (category, about)).collect();
    for (category, _, about) in by_line(expected, "data_gap").into_keys() {
        faults.expect(gaps.contains(&(category.clone(), about.clone())), || {
            format!("no gap in {category} of {about}")
        });
    }
    let hits = by_line(&swept.lines, "hit");
    for twin in truth["must_not"].as_array().unwrap() {
        let about = twin["person"].as_str().or(twin["unit"].as_str()).unwrap();
        let fired = hits.keys().find(|(category, clause, subject)| {
            twin["category"] == **category
                && subject == about
                && twin["clause"].as_str().is_none_or(|known| known == clause)
        });
        faults.expect(fired.is_none(), || format!("{fired:?} fires, but {twin}"));
    }
    faults.none();
    assert_eq!(swept.summary["as_of"], AS_OF);
    assert_eq!(swept.summary["persons"], truth["persons"].as_array().unwrap().len());
    assert_eq!(swept.summary["hits"], hits.len());
    assert_eq!(sweep(&office).lines, swept.lines, "the same question has the same answer, line by line");
}

/// Whether the program under test has the command yet.
fn can_sweep(name: &str) -> bool {
    let can = Office::new().run(&["sweep", "--help"]).status == Some(0);
    if !can && let Some(skips) = std::env::var_os("QINGJIAN_TEST_SKIPS") {
        let mut file = std::fs::OpenOptions::new().append(true).create(true).open(skips).unwrap();
        writeln!(file, "{name}: this program has no `sweep`").unwrap();
    }
    can
}

#[test]
fn every_planted_case_of_the_small_office_is_found_and_no_twin_fires() {
    if can_sweep("every_planted_case_of_the_small_office_is_found_and_no_twin_fires") {
        everything_planted_is_found("small");
    }
}

#[test]
fn every_planted_case_of_the_district_is_found_and_no_twin_fires() {
    let full = std::env::var_os("QINGJIAN_TEST_FULL").is_some();
    if full && can_sweep("every_planted_case_of_the_district_is_found_and_no_twin_fires") {
        everything_planted_is_found("district");
    }
}

#[test]
fn every_planted_case_of_the_county_is_found_and_no_twin_fires() {
    let full = std::env::var_os("QINGJIAN_TEST_FULL").is_some();
    if full && can_sweep("every_planted_case_of_the_county_is_found_and_no_twin_fires") {
        everything_planted_is_found("county");
    }
}
