//! A sweep over an archive is released, answered and closed over HTTP by everybody in his role, while the server
//! is killed again and again, at random and in the middle of requests: board, mails and traces tell the same
//! story as where nothing was killed. A small office and a few kills by default; twenty kills, and a second time over the
//! invented county with all its offices, with `QINGJIAN_TEST_FULL`. A data folder that holds the county already may be
//! named in `QINGJIAN_TEST_COUNTY`; it is only read.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "these are tests")]
#![allow(
    clippy::disallowed_methods,
    reason = "it stands beside a server that reads the clock of the machine"
)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use archive::{Archive, NewAccount, OPERATOR, OpenOptions, OutboxFilter, ReminderFilter, ScopeSetting};
use dossier::{RecordKey, Role};
use serde_json::{Value, json};
use support::{Office, Server};

const ROWS: &str = r#"{"table":"office","id":"O1","name":"第一监督检查室","emails":"one@office.example"}
{"table":"office","id":"O2","name":"第二监督检查室","emails":"two@office.example"}
{"table":"unit","id":"U1","name":"县政府","office":"O1"}
{"table":"unit","id":"U2","name":"住建局","office":"O2"}
"#;

/// People with a token each: id, role, of which of the two offices, rights of the token.
const PEOPLE: [(&str, &str, Option<usize>, &[&str]); 6] = [
    ("handler", "office_handler", Some(0), &["read_reminders", "answer_reminders"]),
    ("lead", "office_lead", Some(0), &["read_reminders", "answer_reminders", "sign_reminders"]),
    ("lead2", "office_lead", Some(1), &["read_reminders", "answer_reminders", "sign_reminders"]),
    ("reviewer", "reviewer", None, &["read_reminders", "review_reminders", "read_board"]),
    ("chief", "supervising_lead", None, &["read_reminders", "approve_reminders", "read_board"]),
    ("head", "leader", None, &["read_reminders", "read_board"]),
];

/// A data folder that has been swept, and whose people have accounts.
struct Place {
    office: Office,
    tokens: BTreeMap<String, String>,
    /// The two offices, with their reminders.
    offices: [(String, Vec<String>); 2],
    /// What is held for some office.
    batches: Vec<i64>,
}

/// Six people with something to look at: four of the first office, two of the second.
fn small() -> Office {
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
    office
}

/// The invented county, with its own offices.
fn county() -> Office {
    let office = Office::new();
    if let Some(folder) = std::env::var_os("QINGJIAN_TEST_COUNTY") {
        copy(Path::new(&folder), &office.data());
        return office;
    }
    let files = office.path().join("files");
    let made = office.run(&["generate", files.to_str().unwrap(), "--scale", "county"]);
    assert_eq!(made.status, Some(0), "{}", made.both());
    office.import(&[&files]);
    fs::remove_dir_all(&files).unwrap();
    office
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Runtime::new().unwrap().block_on(work)
}

async fn opened(office: &Office) -> Archive {
    Archive::open(&office.data(), &OpenOptions::default(), chrono::Utc::now()).await.unwrap()
}

/// Sweeps it and gives everybody an account and a token.
fn prepared(office: Office) -> Place {
    // a county is told more within an hour than the budget lets out: what waits for it would hang on the clock
    office.file("data/qingjian.toml", "[mail]\noffice_per_hour = 1000\nper_hour = 10000\n");
    office.done(&["sweep"]);
    let (offices, batches) = block_on(async {
        let archive = opened(&office).await;
        let mut of: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for reminder in archive.reminders(&ReminderFilter::default()).await.unwrap() {
            if let Some(office) = reminder.standing.office {
                of.entry(office).or_default().push(reminder.id);
            }
        }
        let batches = archive.held_batches().await.unwrap();
        let batches = batches.iter().filter(|batch| !batch.office.is_empty()).map(|batch| batch.id).collect();
        let mut offices: Vec<(String, Vec<String>)> = of.into_iter().collect();
        offices.sort_by_key(|(key, ids)| (std::cmp::Reverse(ids.len()), key.clone()));
        offices.truncate(2);
        let offices: [(String, Vec<String>); 2] = offices.try_into().unwrap();
        for (id, role, of, _) in PEOPLE {
            let new = NewAccount {
                id: id.to_owned(),
                name: id.to_owned(),
                roles: vec![Role::parse(role).unwrap()],
                office: of.map(|of| RecordKey::new(&offices[of].0).unwrap()),
                scope: ScopeSetting::default(),
                password: "a-long-Passw0rd-of-a-test".to_owned(),
                must_change: false,
            };
            archive.add_account(new, OPERATOR, chrono::Utc::now()).await.unwrap();
        }
        archive.close().await;
        (offices, batches)
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
    Place { office, tokens, offices, batches }
}

impl Place {
    /// The same once more, in a folder of its own.
    fn twin(&self) -> Place {
        let office = Office::new();
        copy(&self.office.data(), &office.data());
        Place {
            office,
            tokens: self.tokens.clone(),
            offices: self.offices.clone(),
            batches: self.batches.clone(),
        }
    }
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
fn steps(place: &Place) -> Vec<Step> {
    let mut steps = Vec::new();
    for batch in &place.batches {
        let path = format!("/api/v1/reminder-batches/{batch}");
        steps.push(step("reviewer", &path, json!({ "propose": "release", "reason": "清点" })));
        steps.push(step("chief", &path, json!({})));
    }
    let act =
        |who, id: &str, event: &str, body: Value| step(who, format!("/api/v1/reminders/{id}/{event}"), body);
    let answer = json!({ "answer": { "method": "papers", "finding": "untrue", "measure": "nothing",
                                     "text": "已核实", "handlers": ["甲", "乙"] } });
    let why = json!({ "reason": "理由" });
    let [(_, first), (second_key, second)] = &place.offices;
    // The first: answered, sent back, answered again, closed.
    steps.push(act("handler", &first[0], "acknowledge", json!({})));
    steps.push(act("handler", &first[0], "draft", answer.clone()));
    steps.push(act("lead", &first[0], "respond", json!({})));
    steps.push(act("reviewer", &first[0], "return", why.clone()));
    steps.push(act("lead", &first[0], "respond", answer.clone()));
    steps.push(act("reviewer", &first[0], "accept", json!({ "outcome": "resolved" })));
    // The second: not ours, goes to the other office, which answers.
    steps.push(act("lead", &first[1], "refuse", json!({ "reason": "不属", "office": second_key })));
    steps.push(act("reviewer", &first[1], "reroute", json!({ "office": second_key })));
    steps.push(act("lead2", &first[1], "acknowledge", json!({})));
    steps.push(act("lead2", &first[1], "respond", answer.clone()));
    steps.push(act("reviewer", &first[1], "accept", json!({ "outcome": "false_positive" })));
    // The third: more time, a pause, a step of 督办.
    steps.push(act("handler", &first[2], "acknowledge", json!({})));
    steps.push(act(
        "lead",
        &first[2],
        "request_extension",
        json!({ "reason": "材料未到", "day": "2099-01-01" }),
    ));
    steps.push(act("reviewer", &first[2], "reject_extension", why.clone()));
    steps.push(act("reviewer", &first[2], "escalate", json!({ "reason": "督办", "level": 1 })));
    // The fourth: taken back by two people.
    let wrong = json!({ "reason": "误发", "code": "issued_in_error" });
    steps.push(act("reviewer", &first[3], "propose_cancel", wrong));
    steps.push(act("chief", &first[3], "cancel", json!({})));
    // The fifth: signed for.
    steps.push(act("lead2", &second[0], "acknowledge", json!({})));
    // In a county there are more: answered by their office, and every second one closed.
    for (place, id) in first.iter().skip(4).take(40).enumerate() {
        steps.push(act("handler", id, "acknowledge", json!({})));
        steps.push(act("lead", id, "respond", answer.clone()));
        if place % 2 == 0 {
            steps.push(act("reviewer", id, "accept", json!({ "outcome": "lawful_explained" })));
        }
    }
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
fn live_through(place: &Place, kills: usize) {
    let (office, tokens) = (&place.office, &place.tokens);
    let mut dice = Dice(20_261_120);
    let steps = steps(place);
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

fn mails(office: &Office) -> Vec<Value> {
    let said = office.done(&["reminders", "mails"]).out;
    said.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What traces, mails and the board say, without instants, hashes and random words; and what everybody is told about it
/// by the API.
#[derive(Debug, PartialEq)]
struct Story {
    traces: Vec<String>,
    mails: Vec<String>,
    board: Value,
    told: Vec<(String, Value)>,
}

fn story(place: &Place) -> Story {
    let office = &place.office;
    let (traces, mails) = block_on(async {
        let archive = opened(office).await;
        let mut traces = Vec::new();
        for reminder in archive.reminders(&ReminderFilter::default()).await.unwrap() {
            let standing = &reminder.standing;
            let outcome = reminder.outcome.map_or("-", dossier::reminder::Outcome::slug);
            for event in archive.reminder_events(&reminder.id).await.unwrap() {
                traces.push(format!(
                    "{} {} {} {outcome} | {} {:?} {} {} {} {:?} {:?} {:?}",
                    reminder.id,
                    reminder.subject,
                    standing.state,
                    event.event,
                    event.from,
                    event.to,
                    event.actor,
                    event.party,
                    event.code,
                    event.reason,
                    event.detail
                ));
            }
        }
        let mut mails = Vec::new();
        // what offices owe to dossiers is looked for every minute: whether a server lived long enough hangs on the kills
        let (upkeep, about): (Vec<_>, Vec<_>) = archive
            .mails(&OutboxFilter::default())
            .await
            .unwrap()
            .into_iter()
            .partition(|mail| mail.kind == dossier::reminder::MailKind::M17);
        let mut told: Vec<_> = upkeep.iter().map(|mail| (&mail.office, &mail.recipient)).collect();
        told.sort();
        told.dedup();
        assert_eq!(told.len(), upkeep.len(), "an office is told once what it owes");
        for mail in about {
            // Sent, or out of date before its turn came: that hangs on when the server looked.
            assert!(["accepted", "obsolete"].contains(&mail.state.slug()), "{mail:?}");
            mails.push(format!("{} {} {}", mail.kind, mail.audience, mail.recipient));
        }
        mails.sort();
        archive.close().await;
        (traces, mails)
    });
    let board = office.done(&["reminders", "board", "--json"]).json();
    let server = serve(office);
    let mut told = Vec::new();
    for (id, token) in &place.tokens {
        let bearer = format!("Bearer {token}");
        let reply =
            server.http().send("GET", "/api/v1/reminders?limit=1", &[("Authorization", &bearer)], b"");
        assert_eq!(reply.status, 200, "{id}");
        let page: Value = serde_json::from_slice(&reply.body).unwrap();
        told.push((id.clone(), page["total"].clone()));
    }
    Story { traces, mails, board, told }
}

fn the_same_story(undisturbed: &Place, kills: usize) -> Story {
    let disturbed = undisturbed.twin();
    live_through(undisturbed, 0);
    let expected = story(undisturbed);
    live_through(&disturbed, kills);
    let found = story(&disturbed);
    assert_eq!(found.traces, expected.traces);
    assert_eq!(found, expected);
    for what in [&["reminders", "watch"][..], &["check"], &["audit", "verify"]] {
        let said = disturbed.office.run(what);
        assert_eq!(said.status, Some(0), "{what:?}: {}", said.both());
    }
    expected
}

#[test]
fn killed_again_and_again_board_mails_and_traces_tell_the_same_story() {
    let full = std::env::var_os("QINGJIAN_TEST_FULL").is_some();
    let told = the_same_story(&prepared(small()), if full { 20 } else { 4 });
    assert_eq!(told.traces.len(), 30, "{:?}", told.traces);
    assert_eq!(told.board["total"]["resolved"]["of"].as_array().unwrap().len(), 1);
    let totals: Vec<u64> = told.told.iter().map(|(_, total)| total.as_u64().unwrap()).collect();
    // chief, handler, head, lead, lead2, reviewer: an office sees what is with it now
    assert_eq!(totals, [6, 3, 6, 3, 3, 6]);
}

#[test]
fn the_same_holds_for_a_county_whose_server_is_killed_twenty_times() {
    // a county takes minutes: with the long tests only
    if std::env::var_os("QINGJIAN_TEST_FULL").is_none() {
        return;
    }
    let place = prepared(county());
    let told = the_same_story(&place, 20);
    assert!(told.traces.len() > 2_000, "{} events", told.traces.len());
    assert!(told.mails.len() > place.batches.len(), "{} mails", told.mails.len());
}
