//! Killed without warning and run again: the end is as if nothing had happened, and in between no answer
//! claims more than it knows.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "these are tests")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::Duration;

use serde_json::Value;
use support::{Office, difference};

/// Files to import, and what an office looks like that imported them undisturbed.
struct Reference {
    files: Office,
    export: Vec<(String, Vec<u8>)>,
    rows: Vec<Value>,
    archive_bytes: u64,
}

impl Reference {
    fn new(persons: &str, texts: &str) -> Self {
        let files = Office::new();
        let dir = files.path().join("files");
        files.done(&["generate", dir.to_str().unwrap(), "--persons", persons, "--texts", texts]);
        let mut reference = Self { files, export: Vec::new(), rows: Vec::new(), archive_bytes: 0 };
        let office = Office::new();
        office.run(&reference.import()).expect_status(0);
        reference.archive_bytes = archive_bytes(&office);
        reference.export = office.export("exported");
        let answer = office.clear_list(&reference.list());
        assert!(answer.is_complete(), "{}", answer.head);
        reference.rows = rows(&office, &reference);
        reference
    }

    fn path(&self, name: &str) -> PathBuf {
        self.files.path().join("files").join(name)
    }

    fn import(&self) -> Vec<String> {
        let paths = ["dossiers.xlsx", "texts.jsonl"].map(|name| self.path(name).to_str().unwrap().to_owned());
        ["import".to_owned()].into_iter().chain(paths).collect()
    }

    fn list(&self) -> PathBuf {
        self.path("names.csv")
    }

    /// Everything is as in the undisturbed office.
    #[track_caller]
    fn is_reached_by(&self, office: &Office, round: &str) {
        assert_eq!(difference(&self.export, &office.export("exported")), None, "{round}");
        let answer = office.clear_list(&self.list());
        assert!(answer.is_complete(), "{round}: {}", answer.head);
        assert_eq!(rows(office, self), self.rows, "{round}");
        office.done(&["check"]);
        office.done(&["audit", "verify"]);
    }
}

fn rows(office: &Office, reference: &Reference) -> Vec<Value> {
    office.clear_list(&reference.list()).rows.into_iter().map(|row| row.0).collect()
}

fn bytes_of(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}

fn archive_bytes(office: &Office) -> u64 {
    bytes_of(&office.data().join("archive.db")) + bytes_of(&office.data().join("archive.db-wal"))
}

fn index_files(office: &Office) -> usize {
    fs::read_dir(office.data().join("index")).map_or(0, Iterator::count)
}

/// Lets `child` run until `far_enough`, and kills it then. Whether it was still running.
fn kill_when(child: &mut Child, far_enough: impl Fn() -> bool) -> bool {
    loop {
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        if far_enough() {
            child.kill().unwrap();
            child.wait().unwrap();
            return true;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Between the kill and the next run: whatever is said is true.
#[track_caller]
fn nothing_false_is_said(office: &Office, reference: &Reference, round: &str) -> bool {
    if !office.data().join("archive.db").exists() {
        return false;
    }
    let said = office.run(&[
        "clear",
        "--json",
        "--as-of",
        support::AS_OF,
        "--names",
        reference.list().to_str().unwrap(),
    ]);
    if said.status == Some(1) {
        // Killed while the folder was being made: it says so, and answers nothing.
        assert!(said.out.is_empty(), "{round}: {}", said.both());
        return false;
    }
    let answer = support::Answer::of(&said);
    if office.done(&["import", "list"]).out.is_empty() {
        // Killed before the import had begun: it has left no trace.
        assert_eq!((answer.coverage("records"), answer.coverage("texts")), (&0.into(), &0.into()), "{round}");
        return false;
    }
    if answer.is_complete() {
        let rows: Vec<Value> = answer.rows.iter().map(|row| row.0.clone()).collect();
        assert_eq!(rows, reference.rows, "{round}: an answer that calls itself complete is the whole one");
        return false;
    }
    assert!(!answer.states().contains(&"clear"), "{round}: nobody is clear under an incomplete coverage");
    assert!(answer.rows.iter().all(|row| row.has_problem("coverage_incomplete")), "{round}");
    true
}

#[test]
fn an_import_killed_at_any_moment_and_run_again_ends_as_if_nothing_had_happened() {
    let reference = Reference::new("1000", "1500");
    let mut caught = 0;
    for percent in [1, 30, 60, 85] {
        let round = format!("killed at {percent} %");
        let office = Office::new();
        let threshold = reference.archive_bytes * percent / 100;
        let mut child = office.start(&reference.import());
        if kill_when(&mut child, || archive_bytes(&office) >= threshold) {
            caught += u32::from(nothing_false_is_said(&office, &reference, &round));
        }
        office.run(&reference.import()).expect_status(0);
        reference.is_reached_by(&office, &round);
    }
    assert!(caught >= 2, "only {caught} kills came in the middle of an import");
}

#[test]
fn an_import_killed_again_and_again_still_comes_to_its_end() {
    let reference = Reference::new("1000", "1500");
    let office = Office::new();
    for round in 1..=4 {
        let start = archive_bytes(&office);
        let step = reference.archive_bytes / 6;
        let mut child = office.start(&reference.import());
        if !kill_when(&mut child, || archive_bytes(&office) >= start + step) {
            break;
        }
        nothing_false_is_said(&office, &reference, &format!("kill {round}"));
    }
    office.run(&reference.import()).expect_status(0);
    reference.is_reached_by(&office, "after the last kill");
}

#[test]
fn an_indexing_killed_in_the_middle_is_taken_up_again() {
    let reference = Reference::new("150", "1800");
    let is_indexing = |office: &Office, files: usize| index_files(office) >= files;
    for files in [3, 10] {
        let round = format!("killed at {files} files of the index");
        let office = Office::new();
        let mut child = office.start(&reference.import());
        if kill_when(&mut child, || is_indexing(&office, files)) {
            nothing_false_is_said(&office, &reference, &round);
        }
        // No second import is needed for what the archive holds already; the next one catches up.
        office.run(&reference.import()).expect_status(0);
        reference.is_reached_by(&office, &round);
        // Built anew, and killed at that too.
        let mut child = office.start(&["reindex"]);
        kill_when(&mut child, || is_indexing(&office, files));
        nothing_false_is_said(&office, &reference, &format!("{round}, in reindex"));
        office.done(&["reindex"]);
        reference.is_reached_by(&office, &format!("{round}, reindexed"));
    }
}
