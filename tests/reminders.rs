//! Reminders over HTTP, each role with its own token: an inventory is released by two people, an office sees
//! and answers its own, another person closes; and a server that is killed in between loses nothing.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "these are tests")]

mod support;

use archive::{Archive, NewAccount, OPERATOR, OpenOptions, ScopeSetting};
use chrono::{DateTime, Utc};
use dossier::{RecordKey, Role};
use serde_json::{Value, json};
use support::{Office, Reply, Server};

/// Somebody with a token.
struct Person {
    token: String,
}

impl Person {
    fn new(office: &Office, id: &str, role: &str, of: Option<&str>) -> Self {
        let new = NewAccount {
            id: id.to_owned(),
            name: id.to_owned(),
            roles: vec![Role::parse(if role == "upkeep" { "office_handler" } else { role }).unwrap()],
            office: of.map(|of| RecordKey::new(of).unwrap()),
            scope: ScopeSetting::default(),
            password: "a-long-Passw0rd-of-a-test".to_owned(),
            must_change: false,
        };
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let morning: DateTime<Utc> = "2026-11-20T01:00:00Z".parse().unwrap();
            let archive = Archive::open(&office.data(), &OpenOptions::default(), morning).await.unwrap();
            archive.add_account(new, OPERATOR, morning).await.unwrap();
            archive.close().await;
        });
        let mut args = vec!["user", "token", "add", id, "--name", "test", "--days", "30"];
        for action in actions(role) {
            args.extend(["--action", action]);
        }
        let said = office.done(&args);
        let token = said.out.split_whitespace().last().unwrap().to_owned();
        Self { token }
    }

    fn ask(&self, server: &Server, method: &str, path: &str, body: Option<&Value>) -> Reply {
        let bearer = format!("Bearer {}", self.token);
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        let body = body.map(Value::to_string).unwrap_or_default();
        server.http().send(method, path, &headers, body.as_bytes())
    }

    #[track_caller]
    fn get(&self, server: &Server, path: &str) -> Value {
        self.ask(server, "GET", path, None).expect(200).json()
    }

    #[track_caller]
    fn post(&self, server: &Server, path: &str, body: &Value, status: u16) -> Value {
        self.ask(server, "POST", path, Some(body)).expect(status).json()
    }
}

fn actions(role: &str) -> &'static [&'static str] {
    match role {
        "office_handler" => &["read_reminders", "answer_reminders"],
        "office_lead" => &["read_reminders", "answer_reminders", "sign_reminders"],
        "upkeep" => &["read_dossiers"],
        "reviewer" => &["read_reminders", "review_reminders", "read_board"],
        "supervising_lead" => &["read_reminders", "approve_reminders", "read_board"],
        _ => &["read_reminders", "read_board"],
    }
}

/// An office that was set up in spring and has fallen behind since: somebody has left and still holds a post, a clue was
/// turned into a talk of which nothing is on file, and nobody has brought the base data again.
fn fallen_behind(office: &Office) {
    let base: &[&str] = &[
        "office O1 name=一室 emails=one@office.example",
        "office O2 name=二室 emails=two@office.example",
        "unit U1 name=样例局 office=O1",
        "person P1 name=样例甲 status=在职 reporting_duty=否",
        "post J1 person=P1 unit=U1 title=科长 from=2020-01-01",
        "clue C0 person=P1 received_on=2025-01-01 summary=x",
        "inquiry Q0 person=P1 clue=C0 method=谈话 sent_on=2025-01-01",
    ];
    let clue =
        "clue C1 person=P1 received_on=2026-05-04 summary=金丝雀 disposal=谈话函询 disposed_on=2026-06-01";
    let left = "person P1 name=样例甲 status=退休 left_on=2026-06-01 reporting_duty=否";
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let spring: DateTime<Utc> = "2026-03-02T01:00:00Z".parse().unwrap();
        let archive = Archive::open(&office.data(), &OpenOptions::default(), spring).await.unwrap();
        for (at, rows) in [(spring, base), (spring + chrono::TimeDelta::days(92), &[clue, left][..])] {
            let start = archive::ImportStart {
                source: "干部科".to_owned(),
                mode: archive::ImportMode::Add,
                fingerprint: at.to_string(),
                actor: OPERATOR.to_owned(),
                dry_run: false,
                confirm_retire: false,
            };
            let mut run = archive.begin_import(start, at).await.unwrap();
            run.put(rows.iter().map(|row| incoming(row)).collect(), at).await.unwrap();
            run.finish(&json!({}), at).await.unwrap();
        }
        archive
            .set_source_office("干部科", RecordKey::new("O2").ok().as_ref(), OPERATOR, spring)
            .await
            .unwrap();
        archive.close().await;
    });
}

/// `clue C1 person=P1 …`
fn incoming(text: &str) -> archive::Incoming {
    let mut words = text.split(' ');
    let kind = dossier::Kind::parse(words.next().unwrap()).unwrap();
    let key = words.next().unwrap();
    let cells = words.map(|cell| cell.split_once('=').unwrap()).chain([("id", key)]);
    let columns: Vec<_> =
        cells.map(|(slug, text)| (kind.declaration().column(slug).unwrap(), text)).collect();
    archive::Incoming::Record(dossier::draft::check(kind, &columns, &[]).unwrap().draft)
}

#[test]
fn overdue_upkeep_reaches_its_office_once_whatever_is_killed_and_ends_when_it_comes() {
    let office = Office::new();
    fallen_behind(&office);
    let listed = office.done(&["upkeep", "duties", "--json"]).out;
    let listed: Vec<Value> = listed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |key: &str| listed.iter().find(|one| one["office"] == key).unwrap();
    let missing = &of("O1")["overdue"][0];
    assert_eq!(
        (&missing["what"], &missing["record"], &missing["due"]),
        (&json!("posts_ended"), &json!("person:P1"), &json!("2026-06-16"))
    );
    assert_eq!(of("O1")["overdue"].as_array().unwrap().len(), 1, "no office is told of a clue");
    let own = listed.iter().find(|one| one["office"].is_null()).unwrap();
    assert_eq!(own["overdue"][0]["what"], "inquiry_of_clue");
    let late: Vec<&Value> =
        of("O2")["deliveries"].as_array().unwrap().iter().map(|one| &one["table"]).collect();
    assert_eq!(late, ["office", "unit", "person", "post"]);
    let plain = office.done(&["upkeep", "duties", "--office", "O1"]).out;
    assert!(plain.contains("posts_ended\tP1\tperson:P1\tdue 2026-06-16") && !plain.contains("O2"), "{plain}");

    // Killed before it is done: nothing is; killed after it: all is, and the next one does nothing.
    for (point, left) in [("before upkeep.remind", 2), ("after upkeep.remind", 0)] {
        let killed =
            office.command(&["upkeep", "remind"]).env("QINGJIAN_FAIL_POINT", point).output().unwrap();
        assert_eq!(killed.status.code(), None, "{point}");
        if left > 0 {
            continue;
        }
        assert_eq!(office.done(&["upkeep", "remind", "--json"]).json()["offices"], left, "{point}");
    }
    office.run(&["deliver", "--once"]).expect_status(0);
    let mails = support::bytes_below(&office.data().join("mail"));
    let told = |mail: &[u8]| String::from_utf8_lossy(mail).into_owned();
    let to = |address: &str| {
        mails.iter().filter(|(_, mail)| told(mail).contains(&format!("To: {address}"))).count()
    };
    assert_eq!((to("one@office.example"), to("two@office.example"), mails.len()), (1, 1, 2));

    // The office sees what it owes; another office does not.
    let clerk = Person::new(&office, "clerk", "upkeep", Some("O1"));
    let server = serve(&office);
    let owed = clerk.get(&server, "/api/v1/upkeep/duties");
    let offices = owed["offices"].as_array().unwrap();
    assert_eq!(
        (offices.len(), &offices[0]["office"], &offices[0]["overdue"][0]["count"]),
        (1, &json!("O1"), &json!(1))
    );
    drop(server);

    let row = "J1,P1,U1,科长,2020-01-01,2026-06-01";
    let file = office.file("任职.csv", format!("编号,人员编号,单位编号,职务,任职日期,免职日期\n{row}\n"));
    office.import(&[&file]);
    assert_eq!(
        office.done(&["upkeep", "remind", "--json"]).json(),
        json!({ "offices": 0, "new": 0, "done": 1, "again": 0 })
    );
    assert_eq!(office.done(&["audit", "verify"]).status, Some(0));
    assert_eq!(office.run(&["check"]).status, Some(0));
}

fn serve(office: &Office) -> Server {
    Server::start(office.command(&["serve", "--listen", "127.0.0.1:0"]))
}

#[test]
fn a_sweep_is_released_answered_and_closed_by_its_roles_and_a_killed_server_loses_nothing() {
    let office = Office::new();
    let files = office.path().join("files");
    office.done(&["generate", files.to_str().unwrap(), "--persons", "200", "--texts", "20"]);
    office.import_with(&[&files], &[]).expect_status(0);
    let swept = office.done(&["sweep", "--json"]).out;
    let summary: Value = serde_json::from_str(swept.lines().last().unwrap()).unwrap();
    let held = summary["summary"]["held"].as_u64().unwrap();
    assert!(held > 0 && summary["summary"]["new_reminders"] == held, "the first sweep is held: {summary}");
    let batches = office.done(&["reminders", "batches"]).out;
    let batches: Vec<Value> = batches.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let batch = batches.iter().find(|batch| batch["office"] != "").expect("a batch of an office");
    let (number, of) = (batch["id"].as_i64().unwrap(), batch["office"].as_str().unwrap());
    let other = batches.iter().find(|one| one["office"] != of && one["office"] != "");
    let other = other.map_or("O-other", |one| one["office"].as_str().unwrap());

    let handler = Person::new(&office, "handler", "office_handler", Some(of));
    let lead = Person::new(&office, "lead", "office_lead", Some(of));
    let stranger = Person::new(&office, "stranger", "office_handler", Some(other));
    let reviewer = Person::new(&office, "reviewer", "reviewer", None);
    let chief = Person::new(&office, "chief", "supervising_lead", None);
    let leader = Person::new(&office, "head", "leader", None);

    let server = serve(&office);
    let path = format!("/api/v1/reminder-batches/{number}");
    let propose = json!({ "propose": "release", "reason": "清点" });
    assert_eq!(handler.ask(&server, "POST", &path, Some(&propose)).status, 409, "not an office's business");
    reviewer.post(&server, &path, &propose, 200);
    assert_eq!(reviewer.post(&server, &path, &json!({}), 409)["code"], "reminder_not_yours");
    let released = chief.post(&server, &path, &json!({}), 200);
    assert_eq!(released["state"], "released");
    drop(server);

    // Killed and started again: what was released is released, and the office sees its own and no other.
    let server = serve(&office);
    let list = handler.get(&server, "/api/v1/reminders?state=issued");
    let count = list["total"].as_u64().unwrap();
    assert_eq!(Some(count), batch["held"].as_u64());
    assert!(list["reminders"].as_array().unwrap().iter().all(|one| one["office"] == of));
    let id = list["reminders"][0]["id"].as_str().unwrap().to_owned();
    let path = |event: &str| format!("/api/v1/reminders/{id}{event}");
    assert_eq!(stranger.ask(&server, "GET", &path(""), None).status, 404, "another office's is not there");
    assert_eq!(stranger.post(&server, &path("/acknowledge"), &json!({}), 404)["code"], "reminder_not_found");
    let shown = handler.get(&server, &path(""));
    assert_eq!(shown["possible"], json!(["acknowledge"]));
    assert_eq!(reviewer.post(&server, &path("/acknowledge"), &json!({}), 409)["code"], "reminder_not_yours");
    handler.post(&server, &path("/acknowledge"), &json!({ "row_version": shown["row_version"] }), 200);
    let stale = handler.post(&server, &path("/draft"), &json!({ "row_version": shown["row_version"] }), 409);
    assert_eq!(stale["code"], "reminder_changed");
    let answer = json!({ "answer": { "method": "papers", "finding": "untrue", "measure": "nothing",
                                     "text": "已核实，情况不属实", "handlers": ["甲", "乙"] } });
    handler.post(&server, &path("/draft"), &answer, 200);
    assert_eq!(handler.post(&server, &path("/respond"), &answer, 409)["code"], "reminder_not_yours");
    lead.post(&server, &path("/respond"), &json!({}), 200);
    drop(server);

    let server = serve(&office);
    assert_eq!(reviewer.post(&server, &path("/accept"), &json!({}), 409)["code"], "reminder_outcome_missing");
    reviewer.post(&server, &path("/accept"), &json!({ "outcome": "false_positive" }), 200);
    let shown = reviewer.get(&server, &path(""));
    let trace: Vec<&str> =
        shown["trace"].as_array().unwrap().iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(trace, ["raise", "release", "acknowledge", "draft", "respond", "accept"]);
    let board = leader.get(&server, "/api/v1/board");
    assert_eq!(board["total"]["false_positive"]["of"], json!([id]));
    assert_eq!(handler.ask(&server, "GET", "/api/v1/board", None).status, 403);
    let (_, said) = server.end("TERM");
    assert!(!said.contains("ERROR"), "{said}");

    let again = office.done(&["sweep", "--json"]).out;
    let summary: Value = serde_json::from_str(again.lines().last().unwrap()).unwrap();
    assert_eq!(summary["summary"]["new_reminders"], 0, "the same facts stay silent or seen: {summary}");
    let watch = office.run(&["reminders", "watch"]);
    assert_eq!(watch.status, Some(0), "{}", watch.both());
    assert_eq!(office.done(&["audit", "verify"]).status, Some(0));
}
