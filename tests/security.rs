//! docs/security.md does not claim what nothing holds: every test that it names is there, every "met" names one,
//! and everything else gives its reason.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "these are tests")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const DOCUMENT: &str = include_str!("../docs/security.md");

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if name != "target" && !name.starts_with('.') {
                sources(&path, found);
            }
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// `file::test` of every test in the tree.
fn tests() -> BTreeSet<String> {
    let mut files = Vec::new();
    sources(Path::new(env!("CARGO_MANIFEST_DIR")), &mut files);
    let mut found = BTreeSet::new();
    for file in files {
        let stem = file.file_stem().unwrap().to_string_lossy().into_owned();
        let source = std::fs::read_to_string(&file).unwrap();
        let mut marked = false;
        for line in source.lines().map(str::trim) {
            if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
                marked = true;
            } else if let Some((_, rest)) = line.split_once("fn ").filter(|_| marked) {
                let name: String =
                    rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                found.insert(format!("{stem}::{name}"));
                marked = false;
            }
        }
    }
    found
}

/// What stands between backticks and reads as `file::test`.
fn named(line: &str) -> Vec<&str> {
    line.split('`')
        .skip(1)
        .step_by(2)
        .filter(|code| {
            let parts: Vec<&str> = code.split("::").collect();
            let plain =
                |part: &&str| part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
            parts.len() == 2 && parts.iter().all(plain)
        })
        .collect()
}

/// The rows of the two tables: item, state, the rest.
fn rows() -> Vec<(&'static str, &'static str, &'static str)> {
    DOCUMENT
        .lines()
        .filter_map(|line| {
            let cells: Vec<&str> = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ").collect();
            let [item, state, rest] = cells[..] else { return None };
            let known = ["met", "part", "unmet", "see", "满足", "部分", "未满足"];
            known.contains(&state).then_some((item, state, rest))
        })
        .collect()
}

#[test]
fn every_test_that_is_named_is_there() {
    let tests = tests();
    let missing: Vec<&str> =
        DOCUMENT.lines().skip(8).flat_map(named).filter(|name| !tests.contains(*name)).collect();
    assert!(missing.is_empty(), "docs/security.md names tests that are nowhere: {missing:#?}");
}

#[test]
fn what_is_met_names_what_holds_it_and_what_is_not_says_why() {
    let rows = rows();
    assert!(rows.len() > 80, "the tables are read: {}", rows.len());
    for (item, state, rest) in rows {
        match state {
            "met" | "满足" => assert!(!named(rest).is_empty(), "{item}: met by nothing"),
            _ => assert!(rest.chars().count() >= 8, "{item}: no reason"),
        }
    }
}

#[test]
fn every_line_of_the_tables_has_one_of_the_known_states() {
    let lines = DOCUMENT.lines().filter(|line| line.starts_with("| ")).count();
    // The heads of the two tables.
    assert_eq!(rows().len() + 2, lines);
}
