//! Reminders and mail through the real binary: two people release an inventory, mails come to a folder, an
//! office answers, another person closes; and the same after the program was killed in the middle of it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "these are tests")]

mod support;

use std::collections::BTreeMap;
use std::fs;

use alerts::mail::Writer;
use archive::{
    ActorKind, Addresses, Archive, Desk, Judged, NewFact, NewReminder, OPERATOR, OpenOptions, RaiseRun,
};
use chrono::{DateTime, Utc};
use dossier::reminder::{Policy, Terms};
use dossier::{Calendar, Category, Kind, RecordKey, RecordRef, Severity};
use serde_json::Value;
use support::{Office, csv};

/// What stands in dossiers and reminders and must never stand in a mail.
const CANARIES: [&str; 5] = ["金丝雀甲", "金丝雀乙", "金丝雀丙", "naked_official", "裸官"];

/// A Friday morning in the office.
fn morning() -> DateTime<Utc> {
    "2026-11-20T01:00:00Z".parse().unwrap()
}

/// An office with three persons, whose first run has raised three held reminders, and people who may act.
fn office() -> Office {
    let office = Office::new();
    let offices = office.file(
        "监督单位.csv",
        csv(
            &[&["编号", "名称", "邮箱"], &["O1", "第一监督检查室", "one@office.example"]],
            encoding_rs::UTF_8,
        ),
    );
    let persons = office.file(
        "人员.csv",
        csv(
            &[&["编号", "姓名"], &["P1", "金丝雀甲"], &["P2", "金丝雀乙"], &["P3", "金丝雀丙"]],
            encoding_rs::UTF_8,
        ),
    );
    office.import(&[&offices, &persons]);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let archive = Archive::open(&office.data(), &OpenOptions::default(), morning()).await.unwrap();
        for id in ["handler", "lead", "reviewer", "chief"] {
            archive.add_actor(id, id, ActorKind::User, OPERATOR, morning()).await.unwrap();
        }
        raise(&archive).await;
        archive.close().await;
    });
    office
}

async fn raise(archive: &Archive) {
    let calendar = Calendar::new([2026, 2027], [], "test");
    let (policy, addresses) = (Policy::default(), Addresses::default());
    let writer = Writer::new("qingjian@office.example", None, &[]).unwrap();
    let terms = Terms { calendar: &calendar, zone: chrono_tz::Asia::Shanghai };
    let desk = Desk { terms, policy: &policy, press: &writer, addresses: &addresses };
    let tasks: Vec<NewReminder> = ["P1", "P2", "P3"]
        .map(|person| NewReminder {
            subject: RecordRef::new(Kind::Person, RecordKey::new(person).unwrap()),
            unit: None,
            office: Some(RecordKey::new("O1").unwrap()),
            facts: vec![NewFact {
                category: Category::NakedOfficial,
                clause: "a".to_owned(),
                severity: Severity::High,
                fingerprint: format!("f-{person}"),
                evidence: vec![format!("relative:{person}")],
                explanation: "金丝雀甲的配偶疑似移居，需核实".to_owned(),
                rule_version: "1".to_owned(),
                since: None,
                until: None,
            }],
            review_first: false,
            rule_author: None,
        })
        .into();
    let run = RaiseRun {
        run: "R1".to_owned(),
        as_of: "2026-11-20".parse().unwrap(),
        judged: Judged::All,
        spared: std::collections::BTreeSet::new(),
        population: BTreeMap::new(),
    };
    let raised = archive.raise_reminders(&run, &tasks, &desk, morning()).await.unwrap();
    assert_eq!(raised.held, 3);
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Has the inventory released by two people.
fn release(office: &Office) {
    let batch = lines(&office.done(&["reminders", "batches"]).out);
    assert_eq!((batch[0]["gate"].as_str(), batch[0]["held"].as_i64()), (Some("opening"), Some(3)));
    let propose = ["reminders", "batches", "1", "--propose", "release", "--reason", "清点"];
    office.done(&[&propose[..], &["--actor", "reviewer", "--as", "supervisor"]].concat());
    let alone = office.run(&["reminders", "batches", "1", "--decide", "--actor", "reviewer"]);
    assert_eq!(alone.status, Some(1), "{}", alone.both());
    office.done(&["reminders", "batches", "1", "--decide", "--actor", "chief"]);
}

fn mails(office: &Office) -> Vec<Value> {
    lines(&office.done(&["reminders", "mails"]).out)
}

fn written(office: &Office) -> Vec<String> {
    let Ok(entries) = fs::read_dir(office.data().join("mail")) else { return Vec::new() };
    entries.map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap()).collect()
}

#[track_caller]
fn act(office: &Office, event: &str, who: [&str; 2], more: &[&str]) -> Value {
    let args = ["reminders", "act", "TX2026-000001", event, "--actor", who[0], "--as", who[1], "--of", "O1"];
    let said = office.done(&[&args[..], more].concat());
    serde_json::from_str(&said.out).unwrap()
}

#[test]
fn a_reminder_goes_from_the_inventory_to_its_end_and_board_mails_and_trace_agree() {
    let office = office();
    assert!(office.done(&["deliver", "--once"]).out.starts_with("0 accepted"), "held ones mail nobody");
    release(&office);
    let delivered: Value = serde_json::from_str(&office.done(&["deliver", "--once", "--json"]).out).unwrap();
    assert_eq!(delivered["accepted"], 1, "three reminders of one office in one mail");
    let files = written(&office);
    assert_eq!(files.len(), 1);
    assert!(files[0].contains("To: one@office.example"), "{}", files[0]);
    act(&office, "acknowledge", ["handler", "handler"], &[]);
    let answer = r#"{"method":"papers","finding":"untrue","measure":"nothing","text":"已核实","handlers":["甲","乙"]}"#;
    act(&office, "respond", ["lead", "lead"], &["--answer", answer]);
    let args = ["reminders", "act", "TX2026-000001", "accept", "--actor", "lead", "--as", "supervisor"];
    let own = office.run(&[&args[..], &["--outcome", "false_positive"]].concat());
    assert_eq!(own.status, Some(1), "whoever answers does not review: {}", own.both());
    let closed = act(&office, "accept", ["reviewer", "supervisor"], &["--outcome", "false_positive"]);
    assert_eq!(
        (closed["state"].as_str(), closed["outcome"].as_str()),
        (Some("closed"), Some("false_positive"))
    );
    office.done(&["deliver", "--once"]);
    let shown: Value =
        serde_json::from_str(&office.done(&["reminders", "show", "TX2026-000001"]).out).unwrap();
    let trace: Vec<&str> =
        shown["trace"].as_array().unwrap().iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(trace, ["raise", "release", "acknowledge", "respond", "accept"]);
    assert_eq!(shown["facts"][0]["explanation"], "金丝雀甲的配偶疑似移居，需核实");
    let board: Value = serde_json::from_str(&office.done(&["reminders", "board", "--json"]).out).unwrap();
    assert_eq!(board["total"]["open"].as_array().unwrap().len(), 2);
    assert_eq!(board["total"]["false_positive"]["of"][0], "TX2026-000001");
    let open = lines(&office.done(&["reminders", "--state", "issued", "--json"]).out);
    assert_eq!(open.len(), 2);
    assert_eq!(office.run(&["reminders", "--state", "nonsense"]).status, Some(2));
    let watch = office.run(&["reminders", "watch"]);
    assert!(watch.out.contains("\"events\":"), "{}", watch.both());
    for mail in written(&office) {
        no_canary(&mail);
    }
}

/// Header by header and part by part, as they are and decoded.
#[track_caller]
fn no_canary(mail: &str) {
    let mut readable = mail.to_owned();
    for line in mail.split("\r\n\r\n").skip(1) {
        let packed: String = line.split("\r\n").take_while(|line| !line.starts_with("--")).collect();
        readable.push_str(&decoded(&packed));
    }
    for word in mail.split("=?utf-8?b?").skip(1) {
        readable.push_str(&decoded(word.split('?').next().unwrap()));
    }
    assert!(readable.contains("编号"), "the parts are decoded: {readable}");
    for canary in CANARIES {
        assert!(!readable.contains(canary), "{canary} stands in a mail: {readable}");
    }
}

fn decoded(base64: &str) -> String {
    let mut bits = 0_u32;
    let (mut held, mut bytes) = (0, Vec::new());
    for byte in base64.bytes().filter(|byte| *byte != b'=') {
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let Some(value) = alphabet.iter().position(|known| *known == byte) else { continue };
        bits = (bits << 6) | u32::try_from(value).unwrap();
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xFF).unwrap());
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn killed_before_or_after_a_mail_went_out_it_is_never_lost_and_never_sent_twice_in_silence() {
    for (point, files, state) in
        [("transmitting", 0, "unknown"), ("sent", 1, "unknown"), ("leased", 0, "accepted")]
    {
        let office = office();
        release(&office);
        let mut killed = office.command(&["deliver", "--once"]);
        let status = killed.env("QINGJIAN_FAIL_POINT", point).output().unwrap().status;
        assert!(!status.success(), "{point}: the fail point is not reached");
        assert_eq!(written(&office).len(), files, "{point}");
        // Started again: what was on the wire is of unknown fate, and says so; nothing is sent again yet.
        let again = office.run(&["deliver", "--once"]);
        assert_eq!(again.status, Some(0), "{point}: {}", again.both());
        let mails = mails(&office);
        assert_eq!(mails.len(), 1, "{point}: {mails:?}");
        assert_eq!(mails[0]["state"], state, "{point}: {mails:?}");
        if state == "unknown" {
            assert!(mails[0]["next_attempt_at"].is_string(), "{point}: it is sent once more by its policy");
            assert_eq!(written(&office).len(), files, "{point}");
            office.done(&["reminders", "mails", "--requeue", "1", "--reason", "未收到"]);
            office.done(&["deliver", "--once"]);
        }
        let files = written(&office);
        assert_eq!(files.len(), 1, "{point}: one Message-ID is one file");
        assert_eq!(self::mails(&office)[0]["state"], "accepted", "{point}");
    }
}

#[test]
fn a_second_one_that_would_deliver_is_told_who_does() {
    let office = office();
    release(&office);
    let lock = fs::File::create(office.data().join("deliver.lock")).unwrap();
    lock.lock().unwrap();
    fs::write(office.data().join("deliver.lock"), "pid 4711, serve").unwrap();
    let refused = office.run(&["deliver", "--once"]);
    assert_eq!(refused.status, Some(1));
    assert!(refused.err.contains("mail is being delivered by pid 4711, serve"), "{}", refused.err);
}
