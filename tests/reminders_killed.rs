//! A sweep over an archive is released, answered and closed over HTTP by everybody in his role, while the server
//! is killed again and again, at random and in the middle of requests: board, mails and traces tell the same
//! story as where nothing was killed. A few kills by default, twenty with `QINGJIAN_TEST_FULL`.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "these are tests")]

mod support;

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use archive::{Archive, NewAccount, OPERATOR, OpenOptions, ScopeSetting};
use dossier::{RecordKey, Role};
use serde_json::{Value, json};
use support::{Office, Server};

const ROWS: &str = r#"{"table":"office","id":"O1","name":"第一监督检查室","emails":"one@office.example"}
{"table":"office","id":"O2","name":"第二监督检查室","emails":"two@office.example"}
{"table":"unit","id":"U1","name":"县政府","office":"O1"}
{"table":"unit","id":"U2","name":"住建局","office":"O2"}
"#;

/// People with a token each: id, role, office, rights of the token.
const PEOPLE: [(&str, &str, Option<&str>, &[&str]); 6] = [
    ("handler", "office_handler", Some("O1"), &["read_reminders", "answer_reminders"]),
    ("lead", "office_lead", Some("O1"), &["read_reminders", "answer_reminders", "sign_reminders"]),
    ("lead2", "office_lead", Some("O2"), &["read_reminders", "answer_reminders", "sign_reminders"]),
    ("reviewer", "reviewer", None, &["read_reminders", "review_reminders", "read_board"]),
    ("chief", "supervising_lead", None, &["read_reminders", "approve_reminders", "read_board"]),
    ("head", "leader", None, &["read_reminders", "read_board"]),
];

/// Six people with something to look at: four of the first office, two of the second.
fn prepared() -> (Office, BTreeMap<String, String>) {
    let office = Office::new();
    let mut rows = ROWS.to_owned();
    for number in 1..=6 {
        let unit = if number <= 4 { "U1" } else { "U2" };
        for line in [
            json!({"table": "person", "id": format!("P{number}"), "name": format!("司马{number}"), "status": "在职",
                   "birth": "1980-01", "reporting_duty": "否"}),
            json!({"table": "post", "id": format!("J{number}"), "person": format!("P{number}"), "unit": unit,
                   "title": "局长", "from": "2024-01-01", "leader": "是", "key_post": "否"}),
            json!({"table": "concurrent_post", "id": format!("R{number}"), "person": format!("P{number}"),
                   "organization": "甲公司", "organization_type": "企业", "from": "2025-01-01"}),
        ] {
            rows.push_str(&line.to_string());
            rows.push('\n');
        }
    }
    let file = office.file("rows.jsonl", rows);
    office.import(&[&file]);
    office.done(&["sweep"]);
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let morning = "2026-11-20T01:00:00Z".parse().unwrap();
        let archive = Archive::open(&office.data(), &OpenOptions::default(), morning).await.unwrap();
        for (id, role, of, _) in PEOPLE {
            let new = NewAccount {
                id: id.to_owned(),
                name: id.to_owned(),
                roles: vec![Role::parse(role).unwrap()],
                office: of.map(|of| RecordKey::new(of).unwrap()),
                scope: ScopeSetting::default(),
                password: "a-long-Passw0rd-of-a-test".to_owned(),
                must_change: false,
            };
            archive.add_account(new, OPERATOR, morning).await.unwrap();
        }
        archive.close().await;
    });
    let mut tokens = BTreeMap::new();
    for (id, _, _, rights) in PEOPLE {
        let mut args = vec!["user", "token", "add", id, "--name", "test", "--days", "30"];
        for right in rights {
            args.extend(["--action", right]);
        }
        let said = office.done(&args);
        tokens.insert(id.to_owned(), said.out.split_whitespace().last().unwrap().to_owned());
    }
    (office, tokens)
}

/// Random numbers that are the same at every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// One request: who, where, with what.
struct Step {
    who: &'static str,
    path: String,
    body: Value,
}

fn step(who: &'static str, path: impl Into<String>, body: Value) -> Step {
    Step { who, path: path.into(), body }
}

/// Everything that is done, in order.
fn steps() -> Vec<Step> {
    let mut steps = Vec::new();
    for batch in [1, 2] {
        let path = format!("/api/v1/reminder-batches/{batch}");
        steps.push(step("reviewer", &path, json!({ "propose": "release", "reason": "清点" })));
        steps.push(step("chief", &path, json!({})));
    }
    let act = |who, number: u32, event: &str, body: Value| {
        step(who, format!("/api/v1/reminders/TX2026-{number:06}/{event}"), body)
    };
    let answer = json!({ "answer": { "method": "papers", "finding": "untrue", "measure": "nothing",
                                     "text": "已核实", "handlers": ["甲", "乙"] } });
    let why = json!({ "reason": "理由" });
    // The first: answered, sent back, answered again, closed.
    steps.push(act("handler", 1, "acknowledge", json!({})));
    steps.push(act("handler", 1, "draft", answer.clone()));
    steps.push(act("lead", 1, "respond", json!({})));
    steps.push(act("reviewer", 1, "return", why.clone()));
    steps.push(act("lead", 1, "respond", answer.clone()));
    steps.push(act("reviewer", 1, "accept", json!({ "outcome": "resolved" })));
    // The second: not ours, goes to the other office, which answers.
    steps.push(act("lead", 2, "refuse", json!({ "reason": "不属", "office": "O2" })));
    steps.push(act("reviewer", 2, "reroute", json!({ "office": "O2" })));
    steps.push(act("lead2", 2, "acknowledge", json!({})));
    steps.push(act("lead2", 2, "respond", answer.clone()));
    steps.push(act("reviewer", 2, "accept", json!({ "outcome": "false_positive" })));
    // The third: more time, a pause, a step of 督办.
    steps.push(act("handler", 3, "acknowledge", json!({})));
    steps.push(act("lead", 3, "request_extension", json!({ "reason": "材料未到", "day": "2099-01-01" })));
    steps.push(act("reviewer", 3, "reject_extension", why.clone()));
    steps.push(act("reviewer", 3, "escalate", json!({ "reason": "督办", "level": 1 })));
    // The fourth: taken back by two people.
    steps.push(act("reviewer", 4, "propose_cancel", json!({ "reason": "误发", "code": "issued_in_error" })));
    steps.push(act("chief", 4, "cancel", json!({})));
    // The fifth: signed for.
    steps.push(act("lead2", 5, "acknowledge", json!({})));
    steps
}

fn serve(office: &Office) -> Server {
    Server::start(office.command(&["serve", "--listen", "127.0.0.1:0"]))
}

/// Posts; `None` where the server went away before it answered.
fn post(server: &Server, token: &str, key: &str, step: &Step) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(server.address).ok()?;
    stream.set_read_timeout(Some(Duration::from_mins(1))).ok()?;
    let body = step.body.to_string();
    let request = format!(
        "POST {} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n\
         Idempotency-Key: {key}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        step.path,
        server.address,
        body.len()
    );
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split_whitespace().nth(1)?.parse().ok()?;
    Some((status, answer))
}

/// Does everything; `kills` times the server is killed, at random.
fn live_through(office: &Office, tokens: &BTreeMap<String, String>, kills: usize) {
    let mut dice = Dice(20_261_120);
    let steps = steps();
    let mut killed_before: Vec<usize> = (0..kills).map(|turn| turn * steps.len() / kills.max(1)).collect();
    let mut server = serve(office);
    for (number, step) in steps.iter().enumerate() {
        let mut again = false;
        loop {
            let kill = !again && killed_before.first() == Some(&number);
            if kill {
                killed_before.remove(0);
            }
            let pid = server.pid();
            let wait = Duration::from_micros(dice.roll(12_000));
            let killer = kill.then(|| {
                std::thread::spawn(move || {
                    std::thread::sleep(wait);
                    let pid = pid.to_string();
                    let _ = std::process::Command::new("kill").args(["-9", pid.as_str()]).status();
                })
            });
            let said = post(&server, &tokens[step.who], &format!("step-{number}"), step);
            if let Some(killer) = killer {
                killer.join().unwrap();
                drop(server);
                server = serve(office);
            }
            match said {
                Some((200, _)) => break,
                // What was done before the server went away is not done again.
                Some((404 | 409, _)) if again => break,
                Some((status, answer)) => panic!("{} {}: {status} {answer}", step.who, step.path),
                None => again = true,
            }
        }
    }
    drop(server);
    office.run(&["deliver", "--once"]);
    for mail in mails(office).iter().filter(|mail| mail["state"] == "unknown") {
        let id = mail["id"].to_string();
        office.done(&["reminders", "mails", "--requeue", &id, "--reason", "未收到"]);
    }
    office.run(&["deliver", "--once"]);
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn mails(office: &Office) -> Vec<Value> {
    lines(&office.done(&["reminders", "mails"]).out)
}

/// What traces, mails and the board say, without instants, hashes and random words.
fn told(office: &Office) -> (Vec<Value>, Vec<String>, Value) {
    let mut trace = Vec::new();
    for reminder in lines(&office.done(&["reminders", "--json"]).out) {
        let shown = office.done(&["reminders", "show", reminder["id"].as_str().unwrap()]).json();
        for event in shown["trace"].as_array().unwrap() {
            trace.push(json!([
                shown["id"],
                shown["subject"],
                shown["state"],
                shown["outcome"],
                event["event"],
                event["from"],
                event["to"],
                event["actor"],
                event["party"],
                event["code"],
                event["reason"],
                event["detail"]
            ]));
        }
    }
    let mails = mails(office);
    for mail in &mails {
        // Sent, or out of date before its turn came: that hangs on when the server looked.
        let settled = ["accepted", "obsolete"].contains(&mail["state"].as_str().unwrap());
        assert!(settled, "{mail}");
    }
    let mut posted: Vec<String> = mails
        .iter()
        .map(|mail| format!("{} {} {}", mail["kind"], mail["audience"], mail["recipient"]))
        .collect();
    posted.sort();
    let board = office.done(&["reminders", "board", "--json"]).json();
    (trace, posted, board)
}

#[test]
fn killed_again_and_again_board_mails_and_traces_tell_the_same_story() {
    let full = std::env::var_os("QINGJIAN_TEST_FULL").is_some();
    let kills = if full { 20 } else { 4 };
    let (quiet, tokens) = prepared();
    live_through(&quiet, &tokens, 0);
    let (trace, posted, board) = told(&quiet);
    assert_eq!(trace.len(), 30, "{trace:?}");
    assert_eq!(board["total"]["resolved"]["of"].as_array().unwrap().len(), 1);
    let (office, tokens) = prepared();
    live_through(&office, &tokens, kills);
    let (trace_now, posted_now, board_now) = told(&office);
    assert_eq!(trace_now, trace);
    assert_eq!(posted_now, posted);
    assert_eq!(board_now, board);
    for what in [&["reminders", "watch"][..], &["check"], &["audit", "verify"]] {
        let said = office.run(what);
        assert_eq!(said.status, Some(0), "{what:?}: {}", said.both());
    }
}
