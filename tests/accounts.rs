//! Accounts through the binary: the first one at the command line closes the door of a running server, a
//! program asks with its token, and the audit chain is checked from the file alone.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "these are tests")]

mod support;

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::Stdio;

use encoding_rs::UTF_8;
use serde_json::{Value, json};
use support::{Office, Server, csv};

fn office() -> Office {
    let office = Office::new();
    let persons = csv(
        &[&["编号", "姓名", "身份证号"], &["P1", "王伟", "11010519491231002X"], &["P2", "李红", ""]],
        UTF_8,
    );
    let petitions = csv(
        &[
            &["编号", "反映人员编号", "收到日期", "举报人", "举报人联系方式", "状态"],
            &["X1", "P1", "2026-05-01", "金丝雀举报人", "13900000000", "未办"],
        ],
        UTF_8,
    );
    let offices = csv(&[&["编号", "名称"], &["O1", "一室"]], UTF_8);
    office.import(&[
        &office.file("人员.csv", persons),
        &office.file("信访举报.csv", petitions),
        &office.file("监督单位.csv", offices),
    ]);
    office
}

#[test]
fn the_first_account_switches_sign_in_on_for_a_running_server() {
    let office = office();
    let server = Server::start(office.command(&["serve", "--listen", "127.0.0.1:0"]));
    let http = server.http();
    http.get("/persons/P1").expect(200);
    let said = office.done(&["user", "add", "wang", "--name", "王经办", "--role", "inspector"]);
    let password = said.out.trim().to_owned();
    assert_eq!(password.len(), 19, "{}", said.both());
    assert!(said.err.contains("sign-in"), "{}", said.err);
    assert_eq!(http.get("/persons/P1").expect(303).headers["location"], "/sign-in?next=/persons/P1");
    assert_eq!(http.get("/api/v1/persons/P1").expect(401).json()["code"], "sign_in_required");
    // A first password opens nothing but the page on which it is changed; nor does a token before that.
    let list: Value = serde_json::from_str(office.done(&["user", "list", "--json"]).out.trim()).unwrap();
    assert_eq!((&list["account"], &list["must_change"]), (&json!("wang"), &json!(true)));
    for wrong in [
        &["user", "add", "wang", "--name", "x", "--role", "inspector"][..],
        &["user", "add", "audit", "--name", "x", "--role", "audit_admin", "--role", "inspector"],
        &["user", "add", "lead", "--name", "x", "--role", "office_lead"],
        &["user", "disable", "nobody"],
    ] {
        office.run(wrong).expect_status(1);
    }
    office.run(&["user", "add", "x1", "--name", "x", "--role", "root"]).expect_status(2);
    let (status, _) = server.end("TERM");
    assert_eq!(status.code(), Some(0));
}

#[test]
fn a_password_comes_from_stdin_and_never_from_the_command_line() {
    let office = office();
    let mut command = office.command(&[
        "user",
        "add",
        "wang",
        "--name",
        "王经办",
        "--role",
        "inspector",
        "--password-stdin",
    ]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all("Kd9#mm2x-lang\n".as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && output.stdout.is_empty(), "{output:?}");
    let help = office.done(&["user", "add", "--help"]).out;
    assert!(!help.contains("--password <"), "{help}");
}

#[test]
fn an_address_that_others_reach_needs_accounts_and_a_proxy() {
    let office = office();
    let refused = office.run(&["serve", "--listen", "0.0.0.0:0"]).expect_status(1);
    assert!(refused.err.contains("proxies"), "{}", refused.err);
    let proxied = "[server]\nhosts = \"dossiers.office.example\"\nproxies = \"127.0.0.1\"\n";
    office.file("data/qingjian.toml", proxied);
    let refused = office.run(&["serve", "--listen", "0.0.0.0:0"]).expect_status(1);
    assert!(refused.err.contains("user add"), "{}", refused.err);
    office.done(&["user", "add", "wang", "--name", "王经办", "--role", "inspector"]);
    let server = Server::start(office.command(&["serve", "--listen", "127.0.0.1:0"]));
    let ask = |more: &[(&str, &str)]| {
        let mut headers = vec![("Accept", "*/*")];
        headers.extend(more);
        server.http().send("GET", "/api/v1/persons/P1", &headers, b"")
    };
    let proxy = [("X-Forwarded-For", "10.1.1.7"), ("X-Forwarded-Proto", "https")];
    assert_eq!(ask(&proxy).expect(401).json()["code"], "sign_in_required");
    let clear = [("X-Forwarded-For", "10.1.1.7"), ("X-Forwarded-Proto", "http")];
    assert_eq!(ask(&clear).expect(403).json()["code"], "tls_required");
    server.end("TERM");
}

#[test]
fn the_audit_chain_is_checked_from_the_file_alone_and_against_heads_outside() {
    let office = office();
    office.done(&["user", "add", "wang", "--name", "王经办", "--role", "inspector"]);
    let heads = office.path().join("heads");
    office.done(&["audit", "head", heads.to_str().unwrap()]);
    let second = office.done(&["audit", "head", heads.to_str().unwrap()]);
    assert!(second.err.contains("already"), "{}", second.err);
    office.done(&["user", "disable", "wang"]);
    // A copy without its key, in another folder.
    office.done(&["backup", office.path().join("b.zip").to_str().unwrap()]);
    let copy = office.path().join("elsewhere.db");
    std::fs::copy(office.data().join("archive.db"), &copy).unwrap();
    // What SQLite has not folded in yet belongs to the copy.
    let wal = office.data().join("archive.db-wal");
    if wal.exists() {
        std::fs::copy(wal, office.path().join("elsewhere.db-wal")).unwrap();
    }
    let verify = ["audit", "verify", "--file", copy.to_str().unwrap(), "--heads", heads.to_str().unwrap()];
    let sound = office.done(&verify);
    assert!(sound.out.contains("unbroken, 1 heads from outside fit it"), "{}", sound.out);
    // A head that does not fit: the whole log was made anew, or cut before that day.
    let head = std::fs::read_dir(&heads).unwrap().next().unwrap().unwrap().path();
    let forged = std::fs::read_to_string(&head).unwrap().replacen(|c: char| c.is_ascii_hexdigit(), "9", 1);
    std::fs::write(&head, forged).unwrap();
    office.run(&verify).expect_status(1);
}

/// What stands sealed in the archive is told by no answer, no log, no metric and no error.
#[test]
fn canaries_in_sealed_columns_sing_nowhere() {
    let canaries = ["11010519491231002X", "金丝雀举报人", "13900000000"];
    let office = office();
    let mut command = office.command(&["-vv", "serve", "--listen", "127.0.0.1:0"]);
    command.env("QINGJIAN_LOG", "debug");
    let server = Server::start(command);
    let http = server.http();
    let mut told = String::new();
    for path in [
        "/",
        "/persons",
        "/persons/P1",
        "/data",
        "/api/v1/persons/P1",
        "/metrics",
        "/readyz",
        "/persons/P9",
        "/texts/x",
    ] {
        let reply = http.get(path);
        write!(told, "{:?}{}", reply.headers, reply.text()).unwrap();
    }
    for body in [
        json!({"query": "金丝雀举报人"}),
        json!({"query": "王伟"}),
        json!({"query": "13900000000"}),
        json!({"query": "(("}),
    ] {
        let reply = http.post_json("/api/v1/search", &body);
        let asked = body["query"].as_str().unwrap();
        assert!(!reply.text().contains("X1") || !canaries.contains(&asked), "a sealed column was searched");
        told.push_str(&reply.text().replace(asked, ""));
    }
    let answer = http.clear(&json!({"names": ["王伟"], "as_of": "2026-11-20"}));
    told.push_str(&answer.head.to_string());
    for canary in canaries {
        assert!(!told.contains(canary), "{canary} was told");
    }
    let (_, log) = server.end("TERM");
    let bytes = std::fs::read(office.data().join("archive.db")).unwrap();
    for canary in canaries {
        assert!(!log.contains(canary), "{canary} stands in the log");
        let needle = canary.as_bytes();
        assert!(!bytes.windows(needle.len()).any(|window| window == needle), "{canary} stands in the file");
    }
    let exported = office.path().join("out");
    office.done(&["export", exported.to_str().unwrap()]);
}

/// A certificate for `localhost` and its key, as PEM files.
fn certificate(office: &Office) -> (std::path::PathBuf, std::path::PathBuf) {
    let key = rcgen::KeyPair::generate().unwrap();
    let params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let cert = params.self_signed(&key).unwrap();
    (office.file("tls/cert.pem", cert.pem()), office.file("tls/key.pem", key.serialize_pem()))
}

#[test]
fn serve_speaks_tls_of_its_own_and_says_what_is_wrong_with_a_certificate() {
    let office = office();
    let (cert, key) = certificate(&office);
    let (cert, key) = (cert.to_str().unwrap(), key.to_str().unwrap());
    let run = |more: &[&str]| {
        let mut command = office.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.args(more);
        support::said(&mut command)
    };
    run(&["--tls-cert", cert]).expect_status(2);
    let swapped = run(&["--tls-cert", key, "--tls-key", cert]).expect_status(1);
    assert!(swapped.err.contains("holds no certificate"), "{}", swapped.err);
    let mut command = office.command(&["serve", "--listen", "127.0.0.1:0"]);
    command.args(["--tls-cert", cert, "--tls-key", key]);
    let server = Server::start(command);
    assert!(server.said.contains("https://127.0.0.1:"), "{}", server.said);
    let curl = |more: &[&str]| {
        let address = format!("https://localhost:{}/healthz", server.address.port());
        let resolve = format!("localhost:{}:127.0.0.1", server.address.port());
        let mut command = std::process::Command::new("curl");
        command.args(["--silent", "--show-error", "--max-time", "30", "--resolve", &resolve]).args(more);
        command.arg(address).output()
    };
    let Ok(answer) = curl(&["--cacert", cert]) else {
        support::skip(
            "accounts::serve_speaks_tls_of_its_own_and_says_what_is_wrong_with_a_certificate",
            "no curl",
        );
        return;
    };
    assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
    assert!(!curl(&[]).unwrap().status.success(), "who does not trust it gets nothing");
    assert!(
        !curl(&["--cacert", cert, "--tls-max", "1.1"]).unwrap().status.success(),
        "nothing before TLS 1.2"
    );
    let (status, _) = server.end("TERM");
    assert_eq!(status.code(), Some(0));
}

#[test]
fn other_machines_are_let_in_over_tls_by_a_known_name_once_there_are_accounts() {
    let office = office();
    let (cert, key) = certificate(&office);
    let listen = [
        "serve",
        "--listen",
        "0.0.0.0:0",
        "--tls-cert",
        cert.to_str().unwrap(),
        "--tls-key",
        key.to_str().unwrap(),
    ];
    let nameless = office.run(&listen).expect_status(1);
    assert!(nameless.err.contains("server.hosts"), "{}", nameless.err);
    let tls = format!(
        "[server]\nhosts = \"dossiers.office.example\"\ntls_cert = {:?}\ntls_key = {:?}\n",
        cert.to_str().unwrap(),
        key.to_str().unwrap()
    );
    office.file("data/qingjian.toml", tls);
    let nobody = office.run(&["serve", "--listen", "0.0.0.0:0"]).expect_status(1);
    assert!(nobody.err.contains("user add"), "{}", nobody.err);
    office.done(&["user", "add", "wang", "--name", "王经办", "--role", "inspector"]);
    let server = Server::start(office.command(&["serve", "--listen", "0.0.0.0:0"]));
    assert!(server.said.contains("https://0.0.0.0:"), "{}", server.said);
    server.end("TERM");
}

#[test]
fn audit_entries_leave_only_past_their_time_into_a_file_and_by_an_audit_administrator() {
    let office = office();
    let file = office.path().join("audit-old.jsonl");
    let file = file.to_str().unwrap();
    let early = office.run(&["audit", "retire", file, "--before", "2099-01-01"]).expect_status(1);
    assert!(early.err.contains("kept for 36 months"), "{}", early.err);
    let none = office.run(&["audit", "retire", file]).expect_status(1);
    assert!(none.err.contains("no audit entry that old"), "{}", none.err);
    office.done(&["user", "add", "wang", "--name", "王经办", "--role", "inspector"]);
    office.done(&["user", "add", "shen", "--name", "沈审计", "--role", "audit_admin"]);
    office.run(&["audit", "retire", file]).expect_status(2);
    let wrong = office.run(&["audit", "retire", file, "--by", "wang"]).expect_status(1);
    assert!(wrong.err.contains("no audit administrator"), "{}", wrong.err);
    office.run(&["audit", "retire", file, "--by", "shen"]).expect_status(1);
    assert!(!std::path::Path::new(file).exists(), "nothing was written where nothing left");
    office.file("data/qingjian.toml", "[retention]\naudit_months = 5\n");
    office.run(&["audit", "verify"]).expect_status(1);
}
