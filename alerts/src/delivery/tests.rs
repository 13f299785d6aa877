//! Delivery against a mail server that misbehaves as its script says: after each fault every mail is
//! accepted once, or visibly of unknown fate, refused or waiting; never silently gone, never twice.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod certificates;
mod postfix;
mod privacy;
mod sink;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use archive::{
    Addresses, Archive, Desk, ImportMode, ImportStart, Incoming, Judged, Mail, NewFact, NewReminder,
    OPERATOR, OpenOptions, OutboxFilter, RaiseRun,
};
use chrono::{DateTime, TimeDelta, Utc};
use dossier::reminder::{Audience, MailState, Policy, Terms};
use dossier::{Calendar, Category, Draft, Fields, Kind, RecordKey, RecordRef, Severity, Value};
use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::{Delivered, Directory, Mailer, Security, Sender, Smtp, Timeouts};
use crate::mail::Writer;

/// What the server does when it has read the line (or has met the moment) that is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// Nothing: all is well.
    None,
    /// Says this instead of its usual reply to the command, every time.
    Says(&'static str, &'static str),
    /// Closes without a reply.
    Closes(&'static str),
    /// Says nothing more and keeps the line open.
    Silent(&'static str),
    /// Answers one byte at a time.
    Dribbles(&'static str),
}

/// What the server got.
#[derive(Debug, Default)]
struct Got {
    messages: Vec<(String, String)>,
    commands: Vec<String>,
    connections: usize,
}

struct Server {
    port: u16,
    got: Arc<Mutex<Got>>,
    fault: Arc<Mutex<Fault>>,
}

async fn server(fault: Fault) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = Server {
        port: listener.local_addr().unwrap().port(),
        got: Arc::default(),
        fault: Arc::new(Mutex::new(fault)),
    };
    let (got, fault) = (Arc::clone(&server.got), Arc::clone(&server.fault));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            got.lock().unwrap().connections += 1;
            let (got, fault) = (Arc::clone(&got), Arc::clone(&fault));
            tokio::spawn(async move { talk(stream, &got, &fault, true).await });
        }
    });
    server
}

/// One conversation, until it ends; what goes wrong with the line ends it.
async fn talk(
    stream: impl AsyncRead + AsyncWrite,
    got: &Mutex<Got>,
    fault: &Mutex<Fault>,
    greets: bool,
) -> Option<()> {
    let (read, mut write) = tokio::io::split(stream);
    let mut lines = BufReader::new(read).lines();
    let mut recipient = String::new();
    let mut command = "GREETING".to_owned();
    let mut line = String::new();
    if !greets {
        line = lines.next_line().await.ok()??;
        command = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
    }
    loop {
        let usual = match command.as_str() {
            "GREETING" => "220 mail.example ESMTP\r\n".to_owned(),
            "EHLO" => "250-mail.example\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN\r\n".to_owned(),
            "RCPT" => {
                recipient = line.clone();
                "250 ok\r\n".to_owned()
            }
            "DATA" => "354 go on\r\n".to_owned(),
            "AUTH" => "235 ok\r\n".to_owned(),
            "." => "250 queued as 4711\r\n".to_owned(),
            "QUIT" => "221 bye\r\n".to_owned(),
            _ => "250 ok\r\n".to_owned(),
        };
        let now = *fault.lock().unwrap();
        let mut said = usual.clone();
        match now {
            Fault::Says(at, text) if at == command => said = format!("{text}\r\n"),
            Fault::Closes(at) if at == command => {
                keep(got, &command, &recipient, &line);
                return None;
            }
            Fault::Silent(at) if at == command => std::future::pending().await,
            Fault::Dribbles(at) if at == command => {
                keep(got, &command, &recipient, &line);
                for byte in usual.bytes() {
                    write.write_all(&[byte]).await.ok()?;
                    tokio::time::sleep(Duration::from_millis(40)).await;
                }
                said.clear();
            }
            _ => {}
        }
        if said.starts_with('2') {
            keep(got, &command, &recipient, &line);
        }
        write.write_all(said.as_bytes()).await.ok()?;
        if command == "DATA" && said.starts_with("354") {
            let mut message = String::new();
            loop {
                let text = lines.next_line().await.ok()??;
                if text == "." {
                    break;
                }
                message.push_str(text.strip_prefix('.').unwrap_or(&text));
                message.push('\n');
            }
            (command, line) = (".".to_owned(), message);
            continue;
        }
        line = lines.next_line().await.ok()??;
        got.lock().unwrap().commands.push(line.clone());
        command = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
    }
}

fn keep(got: &Mutex<Got>, command: &str, recipient: &str, message: &str) {
    if command == "." {
        got.lock().unwrap().messages.push((recipient.to_owned(), message.to_owned()));
    }
}

fn at(minutes: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap() + TimeDelta::minutes(minutes)
}

/// An archive with two offices and mails in its outbox.
struct Office {
    archive: Archive,
    _folder: tempfile::TempDir,
    calendar: Calendar,
    policy: Policy,
    writer: Writer,
    addresses: Addresses,
}

impl Office {
    async fn with_mails() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let archive = Archive::open(folder.path(), &OpenOptions::default(), at(0)).await.unwrap();
        let start = ImportStart {
            source: "offices".to_owned(),
            mode: ImportMode::Add,
            fingerprint: "f".to_owned(),
            actor: OPERATOR.to_owned(),
            dry_run: false,
            confirm_retire: false,
        };
        let mut run = archive.begin_import(start, at(0)).await.unwrap();
        let offices = [("O1", "一室"), ("O2", "二室")].map(|(key, name)| {
            let mut fields = Fields::new();
            fields.set("name", Value::Text(name.to_owned()));
            fields.set("emails", Value::List(vec![format!("{key}@office.example").to_lowercase()]));
            Incoming::Record(Draft { kind: Kind::Office, key: Some(RecordKey::new(key).unwrap()), fields })
        });
        let mut person = Fields::new();
        person.set("name", Value::Text("某人".to_owned()));
        let person = Draft { kind: Kind::Person, key: Some(RecordKey::new("P0").unwrap()), fields: person };
        let records = offices.into_iter().chain([Incoming::Record(person)]).collect();
        run.put(records, at(0)).await.unwrap();
        run.finish(&json!({}), at(0)).await.unwrap();
        let office = Office {
            archive,
            _folder: folder,
            calendar: Calendar::new([2026, 2027], [], "test"),
            policy: Policy::default(),
            writer: Writer::new("qingjian@office.example", None, &[]).unwrap(),
            addresses: Addresses {
                of: BTreeMap::from([(Audience::Operator, vec!["root@office.example".to_owned()])]),
            },
        };
        // The first run of an archive is held as an inventory; an empty one before it opens the gate.
        office.raise("R0", &[]).await;
        office.raise("R1", &[("P1", "O1"), ("P2", "O2")]).await;
        office
    }

    fn desk(&self) -> Desk<'_> {
        Desk {
            terms: Terms { calendar: &self.calendar, zone: chrono_tz::Asia::Shanghai },
            policy: &self.policy,
            press: &self.writer,
            addresses: &self.addresses,
        }
    }

    async fn raise(&self, run: &str, persons: &[(&str, &str)]) {
        let tasks: Vec<NewReminder> = persons
            .iter()
            .map(|(person, office)| NewReminder {
                subject: RecordRef::new(Kind::Person, RecordKey::new(person).unwrap()),
                unit: None,
                office: Some(RecordKey::new(office).unwrap()),
                facts: vec![NewFact {
                    category: Category::NakedOfficial,
                    clause: "a".to_owned(),
                    severity: Severity::High,
                    fingerprint: format!("f-{person}"),
                    evidence: vec!["relative:R1".to_owned()],
                    explanation: "金丝雀疑似裸官，需核实".to_owned(),
                    rule_version: "1".to_owned(),
                    since: None,
                    until: None,
                }],
                review_first: false,
                rule_author: None,
            })
            .collect();
        let run = RaiseRun {
            run: run.to_owned(),
            as_of: "2026-09-21".parse().unwrap(),
            judged: Judged::Nobody,
            spared: std::collections::BTreeSet::new(),
            population: BTreeMap::new(),
        };
        self.archive.raise_reminders(&run, &tasks, &self.desk(), at(0)).await.unwrap();
    }

    async fn deliver<M: Mailer>(&self, mailer: &M, minutes: i64) -> Delivered {
        let clock = move || at(minutes);
        let sender = Sender {
            archive: &self.archive,
            holder: "the test",
            sole: false,
            desk: self.desk(),
            budget: archive::Budget::default(),
            clock: &clock,
            stop: &|| false,
        };
        sender.deliver(mailer).await.unwrap()
    }

    async fn mails(&self) -> Vec<Mail> {
        let mut mails = self.archive.mails(&OutboxFilter::default()).await.unwrap();
        mails.retain(|mail| mail.audience == "office");
        mails.reverse();
        mails
    }

    async fn states(&self) -> Vec<MailState> {
        self.mails().await.iter().map(|mail| mail.state).collect()
    }
}

fn smtp(port: u16) -> Smtp {
    let limit = Duration::from_millis(400);
    Smtp {
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::Plain,
        login: None,
        ca_file: None,
        from: "qingjian@office.example".parse().unwrap(),
        return_path: None,
        timeouts: Timeouts { connect: limit, command: limit, message: limit, quit: limit },
    }
}

use Fault::{Closes, Dribbles, Says, Silent};
use MailState::{Accepted, Queued, Rejected, Unknown};

#[tokio::test]
async fn every_fault_leaves_each_mail_where_it_can_be_seen_and_none_is_sent_twice() {
    for (fault, state, copies) in [
        (Fault::None, Accepted, 1),
        (Closes("GREETING"), Queued, 0),
        (Silent("GREETING"), Queued, 0),
        (Says("GREETING", "421 busy"), Queued, 0),
        (Says("GREETING", "554 no"), Queued, 0),
        (Closes("EHLO"), Queued, 0),
        (Silent("EHLO"), Queued, 0),
        (Dribbles("EHLO"), Queued, 0),
        (Says("MAIL", "451 later"), Queued, 0),
        (Says("MAIL", "550 never"), Rejected, 0),
        (Closes("MAIL"), Queued, 0),
        (Silent("MAIL"), Queued, 0),
        (Says("RCPT", "450 greylisted"), Queued, 0),
        (Says("RCPT", "550 no such user"), Rejected, 0),
        (Closes("RCPT"), Queued, 0),
        (Silent("RCPT"), Queued, 0),
        (Says("DATA", "421 closing"), Queued, 0),
        (Says("DATA", "554 no"), Rejected, 0),
        (Closes("DATA"), Queued, 0),
        (Silent("DATA"), Queued, 0),
        (Says(".", "451 later"), Queued, 0),
        (Says(".", "552 too big"), Rejected, 0),
        (Says(".", "garbage"), Unknown, 0),
        (Says(".", "354 more?"), Unknown, 0),
        // the server has taken it, and we did not hear so
        (Closes("."), Unknown, 1),
        (Silent("."), Unknown, 0),
        (Dribbles("."), Unknown, 1),
        // what happens after the reply changes nothing
        (Closes("QUIT"), Accepted, 1),
        (Silent("QUIT"), Accepted, 1),
    ] {
        let office = Office::with_mails().await;
        let server = server(fault).await;
        office.deliver(&smtp(server.port), 0).await;
        assert_eq!(office.states().await, [state, state], "{fault:?}");
        let messages = server.got.lock().unwrap().messages.len();
        // Where mails are refused for good, one to the operator is tried as well.
        assert!(messages == 2 * copies || state == Rejected, "{fault:?}: {messages} messages");
        for mail in office.mails().await {
            let attempts = office.archive.mail_attempts(mail.id).await.unwrap();
            assert_eq!(attempts.len(), 1, "{fault:?}: each try is on record");
            assert!(attempts[0].outcome.is_some() && attempts[0].reply.is_some(), "{fault:?}: {attempts:?}");
        }
        // The server is well again: what waited goes out, what is unknown goes out once more after ten
        // minutes with the same Message-ID, what was refused stays for a person.
        *server.fault.lock().unwrap() = Fault::None;
        office.deliver(&smtp(server.port), 11).await;
        let expected = if state == Rejected { Rejected } else { Accepted };
        assert_eq!(office.states().await, [expected, expected], "{fault:?}, once the server is well");
        office.deliver(&smtp(server.port), 10_000).await;
        for mail in office.mails().await {
            let copies_now = copies_of(&server, &mail.message_id);
            let expected = match state {
                Rejected => 0,
                Unknown => copies + 1,
                _ => 1,
            };
            assert_eq!(copies_now, expected, "{fault:?}: copies of one Message-ID");
        }
    }
}

fn copies_of(server: &Server, message_id: &str) -> usize {
    let got = server.got.lock().unwrap();
    got.messages.iter().filter(|(_, message)| message.contains(message_id)).count()
}

#[tokio::test]
async fn one_recipient_an_envelope_and_nothing_of_this_machine() {
    let office = Office::with_mails().await;
    let server = server(Fault::None).await;
    office.deliver(&smtp(server.port), 0).await;
    let got = server.got.lock().unwrap();
    let said: Vec<&str> = got.commands.iter().map(String::as_str).filter(|line| !line.is_empty()).collect();
    assert_eq!(
        said,
        [
            "EHLO office.example",
            "MAIL FROM:<qingjian@office.example>",
            "RCPT TO:<o1@office.example>",
            "DATA",
            "MAIL FROM:<qingjian@office.example>",
            "RCPT TO:<o2@office.example>",
            "DATA",
            "QUIT",
        ]
    );
    assert_eq!(got.connections, 1);
}

#[tokio::test]
async fn each_mail_has_a_return_address_of_its_own_where_that_is_set_and_a_bare_report_to_it_is_enough() {
    let office = Office::with_mails().await;
    let server = server(Fault::None).await;
    let return_path = Some(super::ReturnPath::new("bounces+*@office.example").unwrap());
    office.deliver(&Smtp { return_path, ..smtp(server.port) }, 0).await;
    let senders: Vec<String> = {
        let got = server.got.lock().unwrap();
        let from = got.commands.iter().filter_map(|line| line.strip_prefix("MAIL FROM:<")?.strip_suffix('>'));
        from.map(str::to_owned).collect()
    };
    assert_eq!(senders.len(), 2);
    assert_ne!(senders[0], senders[1]);
    let folder = tempfile::tempdir().unwrap();
    let report = |to: &str| {
        format!(
            "From: MAILER-DAEMON@mx.example\r\nTo: {to}\r\nContent-Type: multipart/report; boundary=b\r\n\r\n\
             --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n\
             Action: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
        )
    };
    // a tag that was guessed is about no mail of ours
    let guessed = format!("{}0000@office.example", senders[1].split('@').next().unwrap().split_at(14).0);
    for (name, to) in [("1.eml", senders[0].as_str()), ("2.eml", guessed.as_str())] {
        std::fs::write(folder.path().join(name), report(to)).unwrap();
    }
    let found =
        crate::mailbox::collect_bounces(&office.archive, folder.path(), &office.desk(), at(1)).await.unwrap();
    assert_eq!((found.bounced, found.foreign), (1, 1), "{found:?}");
    assert_eq!(office.states().await, [MailState::Bounced, Accepted]);
}

#[tokio::test]
async fn a_server_that_stays_down_is_tried_for_days_and_then_a_person_is_told() {
    let office = Office::with_mails().await;
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let mut minutes = 0;
    let mut tries = 0;
    while office.states().await.contains(&Queued) {
        office.deliver(&smtp(nobody), minutes).await;
        minutes += 30;
        tries += 1;
        assert!(tries < 1_000, "it never gives up");
    }
    assert_eq!(office.states().await, [MailState::DeadLetter; 2]);
    assert!(minutes > 3 * 24 * 60, "given up after {minutes} minutes");
    let operator = office.archive.mails(&OutboxFilter::default()).await.unwrap();
    assert!(operator.iter().any(|mail| mail.audience == "operator"), "the operator is told");
}

#[tokio::test]
async fn a_server_that_is_down_for_a_day_gets_every_mail_once_when_it_is_back() {
    let office = Office::with_mails().await;
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    for half_hours in 0..48 {
        office.deliver(&smtp(nobody), half_hours * 30).await;
    }
    assert_eq!(office.states().await, [Queued, Queued], "a day is not long enough to give up");
    let server = server(Fault::None).await;
    for half_hours in 48..96 {
        office.deliver(&smtp(server.port), half_hours * 30).await;
    }
    assert_eq!(office.states().await, [Accepted, Accepted]);
    for mail in office.mails().await {
        assert_eq!(copies_of(&server, &mail.message_id), 1);
        let attempts = office.archive.mail_attempts(mail.id).await.unwrap();
        assert!(attempts.len() > 5, "each try of that day is on record: {}", attempts.len());
    }
}

#[tokio::test]
async fn encryption_that_is_not_offered_or_not_trusted_sends_nothing() {
    let office = Office::with_mails().await;
    let server = server(Fault::None).await;
    for security in [Security::Starttls, Security::Implicit] {
        office.deliver(&Smtp { security, ..smtp(server.port) }, 0).await;
        assert!(server.got.lock().unwrap().messages.is_empty());
        assert!(!server.got.lock().unwrap().commands.iter().any(|line| line.starts_with("MAIL")));
    }
    assert_eq!(office.states().await, [Queued; 2]);
    assert!(office.mails().await[0].error.as_deref().unwrap_or_default().contains("STARTTLS"));
}

#[tokio::test]
async fn a_password_that_is_refused_sends_nothing_and_is_on_record_without_it() {
    let office = Office::with_mails().await;
    let server = server(Says("AUTH", "535 no")).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    std::fs::write(&file, "s3cret\n").unwrap();
    let login = Some(("qingjian".to_owned(), file));
    office.deliver(&Smtp { login: login.clone(), ..smtp(server.port) }, 0).await;
    assert_eq!(office.states().await, [Queued; 2]);
    let error = office.mails().await[0].error.clone().unwrap();
    assert!(error.starts_with("auth:") && !error.contains("s3cret"), "{error}");
    *server.fault.lock().unwrap() = Fault::None;
    office.deliver(&Smtp { login, ..smtp(server.port) }, 5).await;
    assert_eq!(office.states().await, [Accepted; 2]);
}

#[tokio::test]
async fn the_folder_gets_one_file_a_message() {
    let office = Office::with_mails().await;
    let folder = tempfile::tempdir().unwrap();
    let delivered = office.deliver(&Directory::new(folder.path().join("mail")), 0).await;
    assert_eq!(delivered, Delivered { accepted: 2, ..Delivered::default() });
    let mut names: Vec<String> = std::fs::read_dir(folder.path().join("mail"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names.len(), 2);
    assert!(names.iter().all(|name| name.ends_with("@office.example.eml")), "{names:?}");
    assert_eq!(office.states().await, [Accepted; 2]);
}

#[tokio::test]
async fn what_a_dead_sender_left_on_the_wire_is_unknown_and_what_it_had_only_taken_is_due_again() {
    let office = Office::with_mails().await;
    let ttl = TimeDelta::minutes(10);
    let dead = office.archive.take_lease(super::LEASE, "the dead one", false, ttl, at(0)).await.unwrap();
    let taken = office.archive.lease_mails(&dead, archive::Budget::default(), 20, at(0)).await.unwrap();
    office.archive.mark_transmitting(&dead, taken[0].id, at(0)).await.unwrap();
    let error = office.archive.take_lease(super::LEASE, "the test", false, ttl, at(1)).await.unwrap_err();
    assert_eq!(error.to_string(), "delivery is held by the dead one");
    let server = server(Fault::None).await;
    office.deliver(&smtp(server.port), 11).await;
    assert_eq!(office.states().await, [Unknown, Accepted]);
    // The dead one comes back to life: it may write nothing any more.
    let sent = archive::Sent::Accepted { reply: "250 late".to_owned() };
    assert!(office.archive.mail_sent(&dead, taken[0].id, &sent, &office.desk(), at(12)).await.is_err());
    office.deliver(&smtp(server.port), 30).await;
    assert_eq!(office.states().await, [Accepted, Accepted]);
    assert_eq!(copies_of(&server, &taken[0].message_id), 1);
}

#[tokio::test]
async fn what_a_sender_could_not_write_down_is_unknown_at_its_next_round() {
    let office = Office::with_mails().await;
    let ttl = TimeDelta::minutes(10);
    let own = office.archive.take_lease(super::LEASE, "the test", false, ttl, at(0)).await.unwrap();
    let taken = office.archive.lease_mails(&own, archive::Budget::default(), 20, at(0)).await.unwrap();
    office.archive.mark_transmitting(&own, taken[0].id, at(0)).await.unwrap();
    let server = server(Fault::None).await;
    office.deliver(&smtp(server.port), 1).await;
    assert_eq!(office.states().await, [Unknown, Accepted]);
}

#[tokio::test]
async fn what_is_over_the_budget_waits_and_says_why() {
    let office = Office::with_mails().await;
    let server = server(Fault::None).await;
    let clock = || at(0);
    let sender = Sender {
        archive: &office.archive,
        holder: "the test",
        sole: false,
        desk: office.desk(),
        budget: archive::Budget { office: 30, all: 1 },
        clock: &clock,
        stop: &|| false,
    };
    sender.deliver(&smtp(server.port)).await.unwrap();
    let mails = office.mails().await;
    assert_eq!((mails[0].state, mails[1].state), (Accepted, Queued));
    assert_eq!(mails[1].hold.as_deref(), Some("budget"));
    assert!(mails[1].next_attempt_at.is_some());
    office.deliver(&smtp(server.port), 61).await;
    assert_eq!(office.states().await, [Accepted; 2]);
}
