//! What cannot all be true of a person, as an office meets it: found at an import, listed, decided by a
//! person, held against the next import.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "these are tests")]

mod support;

use encoding_rs::UTF_8;
use serde_json::Value;
use support::{Office, csv};

const WANG: &str = "11010519491231002X";
const HEADER: &[&str] = &["编号", "姓名", "身份证号", "出生年月"];

fn import(office: &Office, source: &str, rows: &[&[&str]]) -> Value {
    let rows: Vec<&[&str]> = [HEADER].into_iter().chain(rows.iter().copied()).collect();
    let file = office.file("人员.csv", csv(&rows, UTF_8));
    office.import_with(&[&file], &["--source", source]).expect_status(0).json()
}

fn open(office: &Office) -> Vec<Value> {
    let said = office.done(&["import", "conflicts", "--json"]);
    said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_conflict_is_listed_decided_and_not_asked_again() {
    let office = Office::new();
    let first = import(&office, "组织部", &[&["P1", "王伟", "", "1949-12"], &["P2", "李娜", WANG, ""]]);
    assert_eq!(first["conflicts"], serde_json::json!({ "new": 0, "open": 0 }));
    let report = import(&office, "人社局", &[&["P1", "王伟", "", "1950-12"], &["P3", "赵六", WANG, ""]]);
    assert_eq!(report["conflicts"], serde_json::json!({ "new": 2, "open": 2 }), "{report}");
    let shown = office.done(&["import", "show", &report["import"].to_string(), "--json"]).json();
    assert_eq!(shown["report"]["conflicts"]["new"], 2, "the kept report says it too: {shown}");

    let listed = open(&office);
    assert_eq!(listed[0]["kind"], "sources_differ", "{listed:?}");
    assert_eq!(listed[0]["sides"][0]["keep"], "人社局");
    assert_eq!(listed[0]["sides"][0]["says"]["出生年月"], "1950-12");
    assert_eq!(listed[1]["kind"], "identity_shared");
    assert!(!listed[1].to_string().contains(WANG), "a list shows no number in clear: {}", listed[1]);
    let spoken = office.done(&["import", "conflicts"]);
    assert!(spoken.out.contains("--keep 组织部\t出生年月 1949-12"), "{}", spoken.out);

    let settle = |id: &Value, keep: &str, reason: &str| {
        office.run(&["import", "conflict", "settle", &id.to_string(), "--keep", keep, "--reason", reason])
    };
    settle(&listed[0]["id"], "组织部", " ").expect_status(2);
    settle(&listed[0]["id"], "某局", "不明").expect_status(1);
    settle(&listed[0]["id"], "组织部", "核对了档案").expect_status(0);
    settle(&listed[0]["id"], "组织部", "再定一次").expect_status(1);
    settle(&listed[1]["id"], "P2", "核对了身份证").expect_status(0);
    assert_eq!(open(&office), Vec::<Value>::new());
    let again = import(&office, "人社局", &[&["P1", "王伟", "", "1950-12"], &["P3", "赵六", WANG, ""]]);
    assert_eq!(again["conflicts"], serde_json::json!({ "new": 0, "open": 0 }), "{again}");
    let all = office.done(&["import", "conflicts", "--all"]);
    assert!(all.out.contains("kept 组织部, decided by operator: 核对了档案"), "{}", all.out);

    // The number is one person's now.
    let list = office.file("list.csv", csv(&[&["姓名", "身份证号"], &["李娜", WANG]], UTF_8));
    let answer = office.clear_list(&list);
    assert_eq!(answer.only().person(), Some("P2"), "{}", answer.only().0);
    office.done(&["audit", "verify"]);
    office.done(&["check"]);
}

#[test]
fn the_same_person_in_two_rows_is_a_question_and_a_namesake_with_a_number_is_none() {
    let office = Office::new();
    let report = import(
        &office,
        "组织部",
        &[
            &["P1", "王伟", "", "1970-05"],
            &["P2", "王 伟", "", "1970.05"],
            &["P3", "李娜", WANG, "1949-12"],
            &["P4", "李娜", "440524194912010016", "1949-12"],
        ],
    );
    let rejected = report["rejected"].as_array().unwrap().len();
    assert_eq!(rejected, 0, "{report}");
    let listed = open(&office);
    assert_eq!(listed.len(), 1, "{listed:?}");
    assert_eq!(listed[0]["persons"], serde_json::json!(["P1", "P2"]));
    let id = listed[0]["id"].to_string();
    office.done(&["import", "conflict", "settle", &id, "--keep", "P1", "--reason", "同一人重复建档"]);
    assert_eq!(office.clear(&["王伟"]).only().person(), Some("P1"));
}
