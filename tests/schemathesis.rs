//! The API attacked by its own description: schemathesis makes requests that fit it and requests that do not, and
//! no answer may be an error of the server, of an undescribed status or of another shape than described.
//!
//! Short by default; with `--full` it goes on for some minutes. Without schemathesis it says so and is skipped.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "these are tests")]

mod support;

use std::path::PathBuf;
use std::process::Command;

use support::{Office, Server, skip};

const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_schema_conformance,response_headers_conformance";

fn attacker() -> Option<PathBuf> {
    let named = std::env::var_os("QINGJIAN_SCHEMATHESIS").map(PathBuf::from);
    named.filter(|path| path.is_file()).or_else(|| {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).map(|folder| folder.join("schemathesis")).find(|path| path.is_file())
    })
}

#[test]
fn no_request_breaks_the_server_and_every_answer_is_as_described() {
    let Some(attacker) = attacker() else {
        skip(
            "schemathesis::no_request_breaks_the_server_and_every_answer_is_as_described",
            "schemathesis is not installed",
        );
        return;
    };
    let full = std::env::var_os("QINGJIAN_TEST_FULL").is_some();
    let office = Office::new();
    let files = office.path().join("files");
    office.done(&["generate", files.to_str().unwrap(), "--persons", "40", "--texts", "30", "--seed", "7"]);
    let tables = std::fs::read_dir(&files).unwrap().map(|entry| entry.unwrap().path());
    let importable: Vec<PathBuf> =
        tables.filter(|path| !["truth.json", "names.csv"].iter().any(|name| path.ends_with(name))).collect();
    let paths: Vec<&std::path::Path> = importable.iter().map(std::path::PathBuf::as_path).collect();
    office.import(&paths);
    let server = Server::start(office.command(&["serve", "--listen", "127.0.0.1:0"]));
    let (examples, seconds) = if full { ("200", "300") } else { ("12", "50") };
    let mut command = Command::new(attacker);
    command
        .arg("run")
        .arg(format!("http://{}/api/openapi.json", server.address))
        // One worker: its generator (hypothesis) does not promise to work in threads, and CPython 3.11 counts the depth
        // of syntax trees once for all threads (cpython#106905): two of them then fail by chance, whatever we answer.
        .args(["--checks", CHECKS, "--phases", "examples,coverage,fuzzing", "--workers", "1"])
        .args(["--max-examples", examples, "--max-time", seconds, "--seed", "20261126"])
        .args(["--suppress-health-check", "all", "--warnings", "off", "--continue-on-failure", "--no-color"])
        .args(["--request-timeout", "30"])
        .current_dir(office.path());
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let (status, log) = server.end("TERM");
    assert!(output.status.success(), "{said}\n{}\n{log}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("generated"), "something was asked at all:\n{said}");
    assert_eq!(status.code(), Some(0), "the server ends as it should:\n{log}");
    assert!(!log.contains("panicked"), "{log}");
}
