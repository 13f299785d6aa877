//! The first minute with the program: one command, an invented office, and three names worth clearing.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "these are tests")]

mod support;

use std::path::Path;

use encoding_rs::UTF_8;
use serde_json::{Value, json};
use support::{AS_OF, Office, Server, bytes_below, csv, difference, program};

fn demo(cwd: &Path) -> Server {
    let mut command = program(cwd);
    command.args(["demo", "--scale", "small", "--listen", "127.0.0.1:0"]);
    Server::start(command)
}

#[test]
fn one_command_shows_an_office_and_what_to_try_first() {
    let office = Office::new();
    let mut server = demo(office.path());
    let folder = office.path().join("qingjian-data-demo-small");
    let said = server.says("Ctrl-C").to_owned();
    let truth: Value =
        serde_json::from_slice(&std::fs::read(folder.join("demo-files/truth.json")).unwrap()).unwrap();
    let worth: Vec<&str> =
        truth["worth_trying"].as_array().unwrap().iter().map(|name| name["name"].as_str().unwrap()).collect();
    assert_eq!(worth.len(), 3);
    for name in &worth {
        assert!(said.contains(name), "{name} is not offered:\n{said}");
    }

    let http = server.http();
    let page = http.get("/").expect(200);
    assert!(page.headers["content-type"].starts_with("text/html"), "{:?}", page.headers);
    for part in ["一键审核", "精准检索"].iter().chain(&worth) {
        assert!(page.text().contains(part), "{part} is not on the first page");
    }
    assert!(!page.text().contains("https://"), "no outside address on the page");

    let answer = http.clear(&json!({"names": worth, "as_of": AS_OF}));
    assert!(answer.is_complete(), "{}", answer.head);
    assert!(
        answer.rows.iter().all(|row| ["hit", "possible", "ambiguous"].contains(&row.state())),
        "{:?}",
        answer.states()
    );

    // The list that is offered is answered as its sheet says, by the command beside the server.
    let list = folder.join("demo-files/names.csv");
    let mut command = program(office.path());
    command.arg("--data").arg(&folder).args(["clear", "--json", "--as-of", AS_OF, "--names"]).arg(&list);
    let answer = support::Answer::of(&support::said(&mut command));
    let expected: Vec<&str> =
        truth["list"].as_array().unwrap().iter().map(|row| row["expect_state"].as_str().unwrap()).collect();
    assert_eq!(answer.states(), expected);

    let (status, said) = server.end("INT");
    assert_eq!(status.code(), Some(0), "{said}");
    // The second time it is there already.
    let again = demo(office.path());
    assert!(!again.said.contains("inventing"), "{}", again.said);
    assert_eq!(again.http().get("/").status, 200);
}

#[test]
fn the_demo_never_mixes_itself_into_an_office() {
    let office = Office::new();
    office.import(&[&office.file("人员.csv", csv(&[&["编号", "姓名"], &["P1", "王伟"]], UTF_8))]);
    let before = bytes_below(&office.data());
    let said = office.run(&["demo", "--scale", "small", "--listen", "127.0.0.1:0"]).expect_status(1);
    assert!(said.err.contains("--data"), "{}", said.err);
    assert_eq!(difference(&before, &bytes_below(&office.data())), None, "nothing was touched");
    // Nor into a folder with anything else in it.
    let other = Office::new();
    other.file("data/letter.txt", "dear all");
    other.run(&["demo", "--listen", "127.0.0.1:0"]).expect_status(1);
    assert_eq!(bytes_below(&other.data()).len(), 1);
    // And another office of its own is not mixed with this one.
    let third = Office::new();
    let server = Server::start(third.command(&["demo", "--seed", "1", "--listen", "127.0.0.1:0"]));
    server.end("TERM");
    third.run(&["demo", "--seed", "2", "--listen", "127.0.0.1:0"]).expect_status(1);
}

#[test]
fn a_demo_that_was_killed_while_it_was_being_made_is_finished_the_next_time() {
    let office = Office::new();
    let folder = office.path().join("qingjian-data-demo-small");
    let mut command = program(office.path());
    command.args(["demo", "--scale", "small", "--listen", "127.0.0.1:0"]);
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    let mut child = command.spawn().unwrap();
    while !folder.join("archive.db").exists() {
        assert!(child.try_wait().unwrap().is_none(), "it ended before it began");
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let server = demo(office.path());
    let answer = server.http().clear(&json!({"names": ["王伟"], "as_of": AS_OF}));
    assert!(answer.is_complete(), "{}", answer.head);
    assert_eq!(answer.coverage("texts"), 300);
}

#[test]
fn a_public_address_is_refused_before_anything_is_made() {
    let office = Office::new();
    let mut command = program(office.path());
    command.args(["demo", "--listen", "0.0.0.0:0"]);
    let said = support::said(&mut command);
    assert!(matches!(said.status, Some(1 | 2)), "{}", said.both());
    assert!(
        !office.path().join("qingjian-data-demo-small").join("archive.db").exists(),
        "nothing was made for it"
    );
}
