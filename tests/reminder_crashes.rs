//! The crash matrix: the way of a reminder from the sweep over its release to the mail, killed as `kill -9` does
//! at every place where something is made durable and at every step of the wire, with a mail server that is
//! well, one that asks to try later, and one that takes a message and does not say so; then started again. No
//! reminder is lost or doubled, every mail is taken once or visibly not known to be, and what is sent twice was
//! unknown before and has one Message-ID.
//!
//! By default a few places are tried; all of them with `QINGJIAN_TEST_FULL`.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "these are tests")]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use archive::{ActorKind, Archive, OPERATOR, OpenOptions};
use serde_json::Value;
use support::Office;

const ROWS: &str = r#"{"table":"office","id":"O1","name":"第一监督检查室","emails":"one@office.example"}
{"table":"office","id":"O2","name":"第二监督检查室","emails":"two@office.example"}
{"table":"unit","id":"U1","name":"县政府","office":"O1"}
{"table":"unit","id":"U2","name":"住建局","office":"O2"}
{"table":"person","id":"P1","name":"欧阳试","status":"在职","birth":"1970-05","reporting_duty":"否"}
{"table":"post","id":"J1","person":"P1","unit":"U1","title":"局长","from":"2024-01-01","leader":"是","key_post":"否"}
{"table":"concurrent_post","id":"R1","person":"P1","organization":"甲公司","organization_type":"企业","from":"2025-01-01"}
{"table":"person","id":"P2","name":"诸葛试","status":"在职","birth":"1980-01","reporting_duty":"否"}
{"table":"post","id":"J2","person":"P2","unit":"U2","title":"局长","from":"2024-01-01","leader":"是","key_post":"否"}
{"table":"concurrent_post","id":"R2","person":"P2","organization":"乙公司","organization_type":"企业","from":"2025-01-01"}
{"table":"person","id":"P3","name":"司马试","status":"在职","birth":"1981-01","reporting_duty":"否"}
{"table":"post","id":"J3","person":"P3","unit":"U2","title":"局长","from":"2024-01-01","leader":"是","key_post":"否"}
{"table":"concurrent_post","id":"R3","person":"P3","organization":"丙公司","organization_type":"企业","from":"2025-01-01"}
"#;

/// How the mail server behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Behaviour {
    /// Takes everything.
    Well,
    /// Asks to try later.
    Later,
    /// Takes the message and hangs up before it says so.
    Cuts,
}

/// A mail server, and what it has taken: Message-ID by Message-ID.
struct Mx {
    port: u16,
    behaviour: Arc<Mutex<Behaviour>>,
    taken: Arc<Mutex<BTreeMap<String, usize>>>,
}

impl Mx {
    fn new(behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let mx = Self { port, behaviour: Arc::new(Mutex::new(behaviour)), taken: Arc::default() };
        let (behaviour, taken) = (Arc::clone(&mx.behaviour), Arc::clone(&mx.taken));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (behaviour, taken) = (Arc::clone(&behaviour), Arc::clone(&taken));
                std::thread::spawn(move || talk(&stream, &behaviour, &taken));
            }
        });
        mx
    }

    fn copies(&self, message_id: &str) -> usize {
        self.taken.lock().unwrap().get(message_id).copied().unwrap_or(0)
    }
}

fn talk(
    stream: &TcpStream,
    behaviour: &Mutex<Behaviour>,
    taken: &Mutex<BTreeMap<String, usize>>,
) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
    let say = |text: &str| stream.try_clone().ok()?.write_all(format!("{text}\r\n").as_bytes()).ok();
    say("220 mx.example ESMTP")?;
    loop {
        let line = lines.next()?.ok()?.to_ascii_uppercase();
        let now = *behaviour.lock().unwrap();
        if line.starts_with("EHLO") {
            say("250-mx.example\r\n250 8BITMIME")?;
        } else if line.starts_with("RCPT") && now == Behaviour::Later {
            say("451 4.7.1 later")?;
        } else if line.starts_with("DATA") {
            say("354 go on")?;
            let mut id = String::new();
            loop {
                let line = lines.next()?.ok()?;
                if line == "." {
                    break;
                }
                if let Some(value) = line.strip_prefix("Message-ID: ") {
                    value.trim().clone_into(&mut id);
                }
            }
            *taken.lock().unwrap().entry(id).or_default() += 1;
            if now == Behaviour::Cuts {
                return None;
            }
            say("250 2.0.0 taken")?;
        } else if line.starts_with("QUIT") {
            say("221 bye")?;
            return None;
        } else {
            say("250 ok")?;
        }
    }
}

/// The way of a reminder, stage by stage.
const STAGES: [&str; 4] = ["sweep", "propose", "decide", "deliver"];

fn prepared() -> Office {
    let office = Office::new();
    let file = office.file("rows.jsonl", ROWS);
    office.import(&[&file]);
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let morning = "2026-11-20T01:00:00Z".parse().unwrap();
        let archive = Archive::open(&office.data(), &OpenOptions::default(), morning).await.unwrap();
        for id in ["reviewer", "chief"] {
            archive.add_actor(id, id, ActorKind::User, OPERATOR, morning).await.unwrap();
        }
        archive.close().await;
    });
    office
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// An office with the data of another one as it was kept.
fn again(kept: &Path) -> Office {
    let office = Office::new();
    copy(kept, &office.data());
    office
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The batches that wait for somebody.
fn batches(office: &Office) -> Vec<i64> {
    lines(&office.done(&["reminders", "batches"]).out).iter().map(|one| one["id"].as_i64().unwrap()).collect()
}

/// The commands of a stage; `mx` is where mails go.
fn commands(office: &Office, stage: &str, mx: &Mx) -> Vec<Command> {
    match stage {
        "sweep" => vec![office.command(&["sweep", "--as-of", "2026-11-20"])],
        "propose" => batches(office)
            .iter()
            .map(|id| {
                let id = id.to_string();
                let args = ["reminders", "batches", &id, "--propose", "release", "--reason", "清点"];
                office.command(&[&args[..], &["--actor", "reviewer", "--as", "supervisor"]].concat())
            })
            .collect(),
        "decide" => batches(office)
            .iter()
            .map(|id| {
                office.command(&["reminders", "batches", &id.to_string(), "--decide", "--actor", "chief"])
            })
            .collect(),
        _ => {
            let mut deliver = office.command(&["deliver", "--once"]);
            deliver
                .env("QINGJIAN__MAIL__BACKEND", "smtp")
                .env("QINGJIAN__MAIL__HOST", "127.0.0.1")
                .env("QINGJIAN__MAIL__PORT", mx.port.to_string())
                .env("QINGJIAN__MAIL__TLS", "none")
                .env("QINGJIAN__MAIL__FROM", "qingjian@office.example");
            vec![deliver]
        }
    }
}

/// Runs a stage to its end.
#[track_caller]
fn pass(office: &Office, stage: &str, mx: &Mx) {
    for mut command in commands(office, stage, mx) {
        let said = support::said(&mut command);
        // 3: some mail is to be tried again, or of unknown fate.
        assert!(matches!(said.status, Some(0 | 3)), "{stage}: {}", said.both());
    }
}

/// What the reminders and their traces say, without instants and hashes.
fn story(office: &Office) -> Vec<Value> {
    let mut told = Vec::new();
    for reminder in lines(&office.done(&["reminders", "--json"]).out) {
        let id = reminder["id"].as_str().unwrap();
        let shown = office.done(&["reminders", "show", id]).json();
        for event in shown["trace"].as_array().unwrap() {
            told.push(serde_json::json!([
                id,
                shown["subject"],
                shown["state"],
                shown["office"],
                event["event"],
                event["from"],
                event["to"],
                event["actor"],
                event["reason"],
                shown["facts"][0]["fingerprint"],
                shown["mails"].as_array().unwrap().len()
            ]));
        }
    }
    told
}

fn mails(office: &Office) -> Vec<Value> {
    lines(&office.done(&["reminders", "mails"]).out)
}

/// Every mail has a fate that fits what the server has taken, and there is one for each of its readers.
#[track_caller]
fn mails_fit(office: &Office, mx: &Mx, what: &str) {
    let mails = mails(office);
    let mut readers: Vec<(&str, &str)> = mails
        .iter()
        .map(|mail| (mail["kind"].as_str().unwrap(), mail["recipient"].as_str().unwrap()))
        .collect();
    readers.sort_unstable();
    assert_eq!(readers, [("m1", "one@office.example"), ("m1", "two@office.example")], "{what}");
    for mail in &mails {
        let copies = mx.copies(mail["message_id"].as_str().unwrap());
        match mail["state"].as_str().unwrap() {
            "accepted" => assert_eq!(copies, 1, "{what}: {mail}"),
            "queued" => {
                assert!(copies == 0 && mail["next_attempt_at"].is_string(), "{what}: {copies} {mail}");
            }
            "unknown" => {
                assert!(copies <= 1 && mail["next_attempt_at"].is_string(), "{what}: {copies} {mail}");
            }
            other => panic!("{what}: a mail is {other}: {mail}"),
        }
    }
}

/// A person has what is unknown sent again; then everything is with the server, at most twice.
#[track_caller]
fn seen_to(office: &Office, mx: &Mx, what: &str) {
    *mx.behaviour.lock().unwrap() = Behaviour::Well;
    let unknown: Vec<i64> = mails(office)
        .iter()
        .filter(|mail| mail["state"] == "unknown")
        .map(|mail| mail["id"].as_i64().unwrap())
        .collect();
    for id in &unknown {
        office.done(&["reminders", "mails", "--requeue", &id.to_string(), "--reason", "未收到"]);
    }
    pass(office, "deliver", mx);
    for mail in mails(office) {
        let copies = mx.copies(mail["message_id"].as_str().unwrap());
        let twice = unknown.contains(&mail["id"].as_i64().unwrap());
        let queued = mail["state"] == "queued" && copies == 0;
        let fits = mail["state"] == "accepted" && (copies == 1 || twice && copies == 2);
        assert!(queued || fits, "{what}: {copies} copies of {mail}");
    }
}

/// Runs a stage with a kill at `point`; says whether the place was reached.
fn killed_at(office: &Office, stage: &str, mx: &Mx, point: &str) -> bool {
    for mut command in commands(office, stage, mx) {
        let said = support::said(command.env("QINGJIAN_FAIL_POINT", point));
        if said.status.is_none() {
            return true;
        }
        assert!(matches!(said.status, Some(0 | 3)), "{stage} {point}: {}", said.both());
    }
    false
}

#[test]
fn killed_anywhere_on_the_way_no_reminder_is_lost_or_doubled_and_every_mail_has_a_fate() {
    let full = std::env::var_os("QINGJIAN_TEST_FULL").is_some();
    // Undisturbed: the data before each stage, the places that are passed in it, and the story at the end.
    let office = prepared();
    let kept = tempfile::tempdir().unwrap();
    let mx = Mx::new(Behaviour::Well);
    let mut places: Vec<(&str, String)> = Vec::new();
    for stage in STAGES {
        copy(&office.data(), &kept.path().join(stage));
        let trace = kept.path().join(format!("{stage}.trace"));
        for mut command in commands(&office, stage, &mx) {
            let said = support::said(command.env("QINGJIAN_FAIL_TRACE", &trace));
            assert_eq!(said.status, Some(0), "{stage}: {}", said.both());
            // The places of the first command stand for those of the same one on another batch.
            if stage == "propose" || stage == "decide" {
                break;
            }
        }
        let mut passed: BTreeMap<String, usize> = BTreeMap::new();
        for name in fs::read_to_string(&trace).unwrap().lines() {
            let time = passed.entry(name.to_owned()).or_default();
            *time += 1;
            places.push((stage, format!("{name}#{time}")));
        }
        pass(&office, stage, &mx);
    }
    let told = story(&office);
    assert_eq!(told.len(), 6, "three reminders are raised and released: {told:?}");
    mails_fit(&office, &mx, "undisturbed");
    for name in ["before reminder.raise", "after reminder.release", "mail", "data", "sent", "after mail.sent"]
    {
        let known = name == "after mail.sent" || places.iter().any(|(_, place)| place.starts_with(name));
        assert!(known, "{name} is not among {places:?}");
    }
    let mut tried = 0;
    for (turn, (stage, point)) in places.iter().enumerate() {
        for (number, behaviour) in
            [Behaviour::Well, Behaviour::Later, Behaviour::Cuts].into_iter().enumerate()
        {
            // Before the mails begin, what the server does changes nothing.
            let matters = *stage == "deliver" || behaviour == Behaviour::Well;
            if !matters || !full && (turn * 3 + number) % 23 != 0 {
                continue;
            }
            let what = format!("{stage} at {point}, server {behaviour:?}");
            let office = again(&kept.path().join(stage));
            let mx = Mx::new(behaviour);
            if !killed_at(&office, stage, &mx, point) {
                // A server that behaves otherwise leads past other places.
                assert_ne!(behaviour, Behaviour::Well, "{what}: the place is not reached");
                continue;
            }
            tried += 1;
            let at = STAGES.iter().position(|one| one == stage).unwrap();
            for stage in &STAGES[at..] {
                pass(&office, stage, &mx);
            }
            assert_eq!(story(&office), told, "{what}");
            mails_fit(&office, &mx, &what);
            seen_to(&office, &mx, &what);
            let watch = office.run(&["reminders", "watch"]);
            assert_eq!(watch.status, Some(0), "{what}: {}", watch.both());
        }
    }
    assert!(tried >= 4, "only {tried} kills");
}
