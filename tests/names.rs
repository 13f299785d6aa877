//! Names through the whole program: the labelled sentences of the project as a gate, decisions of a person
//! from the command line to the answer, and how a search explains itself.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "these are tests")]

mod support;

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use encoding_rs::UTF_8;
use serde_json::Value;
use support::{Office, csv};

fn class<'v>(card: &'v Value, list: &str, name: &str) -> &'v Value {
    card[list].as_array().unwrap().iter().find(|class| class["class"] == name).unwrap()
}

fn figure(class: &Value, name: &str) -> f64 {
    class[name].as_f64().unwrap()
}

/// The scorecard of a corpus, by the program itself.
fn scorecard(dir: &Path) -> Value {
    Office::new().done(&["scorecard".as_ref(), dir.as_os_str(), "--json".as_ref()]).json()
}

#[test]
fn every_labelled_sentence_of_the_project_is_found_and_hardly_one_misread() {
    let card = scorecard(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/labelled"));
    assert!(card["texts"].as_u64().unwrap() >= 300);
    for class in card["classes"].as_array().unwrap() {
        assert!(figure(class, "recall") >= 100.0, "{class}");
    }
    let full = class(&card, "classes", "full Chinese names");
    assert!(figure(full, "precision") >= 99.0 && figure(full, "hidden") <= 1.0, "{full}");
    for row in card["treatments"].as_array().unwrap().iter().filter(|row| row["treatment"] != "look_alike") {
        assert_eq!(row["missed"], 0, "{row}");
    }
}

#[test]
fn the_labelled_real_texts_are_found_where_they_are_there() {
    let dir: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/dev");
    if std::env::var_os("QINGJIAN_TEST_FULL").is_none() || !dir.join("docs.jsonl").exists() {
        use std::io::Write as _;
        if let Some(list) = std::env::var_os("QINGJIAN_TEST_SKIPS") {
            let mut list = std::fs::OpenOptions::new().append(true).create(true).open(list).unwrap();
            writeln!(list, "labelled real texts: slow, or not beside the project").unwrap();
        }
        return;
    }
    let card = scorecard(&dir);
    assert!(figure(class(&card, "classes", "all"), "recall") >= 100.0);
    let full = class(&card, "classes", "full Chinese names");
    assert!(figure(full, "precision") >= 99.0 && figure(full, "hidden") <= 1.0, "{full}");
}

/// An office with one 王伟, and a notice about some 王伟.
fn office() -> Office {
    let office = Office::new();
    let persons = csv(
        &[&["编号", "姓名", "身份证号"], &["P1", "王伟", "11010519491231002X"], &["P2", "萧明", ""]],
        UTF_8,
    );
    office.import(&[
        &office.file("人员.csv", persons),
        &office
            .file("texts.jsonl", r#"{"id": "T1", "kind": "通报", "text": "王伟收受礼金。周后来也在场。"}"#),
    ]);
    office
}

/// Keeps the index from being written, as a server that is at it does, until it is dropped.
fn keep_index(office: &Office) -> File {
    let lock = office.data().join("index/.tantivy-writer.lock");
    let lock = File::options().create(true).truncate(false).write(true).open(lock).unwrap();
    lock.lock().unwrap();
    lock
}

#[test]
fn a_name_that_comes_later_is_answered_completely_and_its_back_fill_shows_in_the_coverage() {
    let office = office();
    let persons = office.file("more/人员.csv", csv(&[&["编号", "姓名"], &["P3", "周后来"]], UTF_8));
    let kept = keep_index(&office);
    let import = ["import".as_ref(), persons.as_os_str()];
    let mut import = office.command(&import).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(import.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(said.any(|line| line.contains("waiting for the process that keeps the index")));

    let ask = || office.run(&["clear", "--json", "周后来"]).json();
    let meanwhile = ask();
    let coverage = &meanwhile["coverage"];
    assert_eq!((&coverage["complete"], &coverage["names_pending"]), (&false.into(), &1.into()));
    let row = &meanwhile["rows"][0];
    assert_eq!((&row["person"], &row["mentions"][0]["text"]), (&"P3".into(), &"T1".into()));
    assert!(row["problems"].as_array().unwrap().iter().any(|one| one["code"] == "coverage_incomplete"));

    drop(kept);
    assert!(said.all(|_| true) && import.wait().unwrap().success());
    let done = ask();
    let coverage = &done["coverage"];
    assert_eq!((&coverage["complete"], &coverage["names_pending"]), (&true.into(), &0.into()));
    assert_eq!(done["rows"][0]["mentions"], row["mentions"]);
}

fn why(office: &Office) -> (String, Vec<String>) {
    let list = csv(&[&["姓名", "身份证号"], &["王伟", "11010519491231002X"]], UTF_8);
    let list = office.file("list.csv", list);
    let said = office.done(&["clear".as_ref(), "--json".as_ref(), "--names".as_ref(), list.as_os_str()]);
    let row = said.json()["rows"][0].clone();
    let why = row["mentions"][0]["why"].as_array().unwrap();
    (
        row["state"].as_str().unwrap().to_owned(),
        why.iter().map(|word| word.as_str().unwrap().to_owned()).collect(),
    )
}

#[test]
fn a_decision_is_made_listed_applied_and_taken_back_on_the_command_line() {
    let office = office();
    assert_eq!(why(&office), ("possible".to_owned(), vec![]));
    let decide = |verdict: &str| {
        ["mentions", "decide", "--person", "P1", verdict, "--text", "T1", "--reason", "另一单位的王伟"]
            .map(str::to_owned)
    };
    office.done(&decide("--is-not"));
    let listed = office.done(&["mentions", "list", "--json"]).json();
    assert_eq!(
        (&listed["verdict"], &listed["reason"], &listed["by"]),
        (&"is_not".into(), &"另一单位的王伟".into(), &"operator".into())
    );
    let named = format!("decision:{}", listed["id"]);
    assert_eq!(why(&office), ("clear".to_owned(), vec!["decided_is_not".to_owned(), named]));
    office.done(&["mentions", "revoke", &listed["id"].to_string(), "--reason", "看错了"]);
    assert_eq!(why(&office), ("possible".to_owned(), vec![]));
    assert_eq!(office.done(&["mentions", "list"]).out, "");
    assert!(office.done(&["mentions", "list", "--revoked"]).out.contains("revoked"));
    office.done(&["audit", "verify"]);

    for (wrong, status) in [
        (&["mentions", "decide", "--person", "P1", "--is", "--text", "T9", "--reason", "x"][..], 1),
        (&["mentions", "decide", "--person", "P1", "--is", "--text", "T1", "--at", "5", "--reason", "x"], 2),
        (&["mentions", "decide", "--person", "P1", "--is", "--is-not", "--text", "T1", "--reason", "x"], 2),
        (&["mentions", "decide", "--person", "P1", "--is", "--reason", "x"], 2),
        (&["mentions", "revoke", "99", "--reason", "x"], 1),
    ] {
        office.run(wrong).expect_status(status);
    }
}

#[test]
fn a_search_says_how_names_are_looked_up_and_suggests_apart() {
    let office = office();
    let said = office.done(&["search", "--json", "--explain", "王伟 OR 周后来 OR 肖明"]).json();
    let paths: Vec<(&str, &str)> = said["explained"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["name"].as_str().unwrap(), one["path"].as_str().unwrap()))
        .collect();
    assert_eq!(
        paths,
        [("王伟", "mention_index"), ("周后来", "character_phrase"), ("肖明", "character_phrase")]
    );
    assert_eq!(said["suggested"][0]["instead"], "萧明");
    let fault = office.run(&["search", "王伟 “收受"]).expect_status(2);
    assert!(fault.err.contains("at character 3"), "{}", fault.err);
}
