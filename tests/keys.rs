//! The sealing key through the binary: outside of the data folder, turned, killed while it is turned, and by
//! another algorithm.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "these are tests")]

mod support;

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use encoding_rs::UTF_8;
use serde_json::Value;
use support::{Office, Server, csv};

const NUMBER: &str = "11010519491231002X";

/// An office whose key lies beside the data folder, with some hundred persons.
fn office(persons: usize) -> (Office, PathBuf) {
    let office = Office::new();
    let key = office.path().join("secret").join("seal.key");
    std::fs::create_dir_all(office.data()).unwrap();
    let settings = format!("[storage]\nkey_file = {:?}\n", key.to_str().unwrap());
    office.file("data/qingjian.toml", settings);
    let mut rows = vec![
        vec!["编号".to_owned(), "姓名".to_owned(), "身份证号".to_owned()],
        vec!["P1".to_owned(), "王伟".to_owned(), NUMBER.to_owned()],
    ];
    rows.extend((2..=persons).map(|n| vec![format!("P{n}"), format!("样例{n}"), String::new()]));
    let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    office.import(&[&office.file("人员.csv", csv(&rows, UTF_8))]);
    (office, key)
}

/// Whether the number is found, as a clearance finds it.
#[track_caller]
fn finds_the_number(office: &Office) {
    let list = office.file("list.csv", csv(&[&["姓名", "身份证号"], &["王伟", NUMBER]], UTF_8));
    let said = office.done(&["clear", "--names", list.to_str().unwrap(), "--json"]);
    let answer: Value = serde_json::from_str(said.out.trim()).unwrap();
    assert_eq!(answer["rows"][0]["matched_by"], "id_number", "{answer}");
    office.done(&["check"]);
}

#[test]
fn a_key_outside_of_the_folder_is_turned_and_everything_is_found_by_the_new_one() {
    let (office, key) = office(20);
    assert!(key.is_file() && !office.data().join("keys").exists());
    let first = std::fs::read_to_string(&key).unwrap();
    office.done(&["user", "add", "wang", "--name", "王经办", "--role", "inspector"]);
    let said = office.done(&["key", "rotate", "--algorithm", "sm4-gcm", "--json"]);
    let turned: Value = serde_json::from_str(said.out.trim()).unwrap();
    assert_eq!((&turned["generation"], &turned["algorithm"]), (&2.into(), &"sm4-gcm".into()), "{turned}");
    let retired = PathBuf::from(turned["retired"].as_str().unwrap());
    assert_eq!(std::fs::read_to_string(&retired).unwrap(), first, "backups of before open by it");
    finds_the_number(&office);
    office.done(&["audit", "verify"]);
    // A backup holds no former key, and opens.
    office.done(&["key", "rotate"]);
    finds_the_number(&office);
}

#[test]
fn beside_a_server_the_key_is_not_turned() {
    let (office, _) = office(2);
    let server = Server::start(office.command(&["serve", "--listen", "127.0.0.1:0"]));
    let refused = office.run(&["key", "rotate"]).expect_status(1);
    assert!(refused.err.contains("already being served"), "{}", refused.err);
    server.end("TERM");
    office.done(&["key", "rotate"]);
}

#[test]
fn killed_at_any_moment_a_turn_is_finished_by_the_same_command() {
    let (office, _) = office(1_500);
    let rounds = if std::env::var_os("QINGJIAN_TEST_FULL").is_some() { 12 } else { 3 };
    for round in 0..rounds {
        let mut command = office.command(&["key", "rotate"]);
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(120 + 90 * round));
        let _ = child.kill();
        child.wait().unwrap();
        let looked = office.run(&["audit", "verify"]);
        looked.expect_status(0);
        office.done(&["key", "rotate"]);
        finds_the_number(&office);
    }
}
