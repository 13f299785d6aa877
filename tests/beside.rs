//! A server, and beside it everything that an office does with commands: each sees what the other has done,
//! and a second server is told who the first one is.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "these are tests")]

mod support;

use encoding_rs::UTF_8;
use serde_json::json;
use support::{AS_OF, Office, Server, csv};

const LISTEN: [&str; 3] = ["serve", "--listen", "127.0.0.1:0"];

fn serving() -> (Office, Server) {
    let office = Office::new();
    let texts = "{\"id\":\"T1\",\"title\":\"通报\",\"kind\":\"通报\",\"date\":\"2021-03-02\",\"text\":\"王伟、李红梅二人被通报。\"}\n";
    office.import(&[&office.file("texts.jsonl", texts)]);
    let server = Server::start(office.command(&LISTEN));
    (office, server)
}

fn question(names: &[&str]) -> serde_json::Value {
    json!({"names": names, "as_of": AS_OF})
}

#[test]
fn what_is_imported_beside_a_server_can_be_found_as_soon_as_the_import_returns() {
    let (office, server) = serving();
    assert_eq!(server.http().clear(&question(&["王伟"])).states(), ["no_dossier"]);
    // A person who is new, in a text that is old.
    office.import(&[
        &office.file("人员.csv", csv(&[&["编号", "姓名"], &["P1", "王伟"], &["P2", "李红梅"]], UTF_8))
    ]);
    for round in 0..4 {
        let (name, text) = (format!("周{}", char::from_u32(0x6167 + round).unwrap()), format!("N{round}"));
        let rows: &[&[&str]] = &[&["编号", "姓名"], &[&text, &name]];
        let line = json!({"id": text, "text": format!("据{name}称，王伟与李\n红梅均在场。")}).to_string();
        let files = [
            office.file(&format!("{round}/人员.csv"), csv(rows, UTF_8)),
            office.file(&format!("{round}/texts.jsonl"), line),
        ];
        office.import(&[&files[0], &files[1]]);
        let by_command = office.clear(&["王伟", "李红梅", &name]);
        let by_server = server.http().clear(&question(&["王伟", "李红梅", &name]));
        for answer in [&by_command, &by_server] {
            assert!(answer.is_complete(), "{}", answer.head);
            let mentions: Vec<usize> = answer.rows.iter().map(|row| row.mentions().len()).collect();
            assert_eq!(mentions, [round as usize + 2, round as usize + 2, 1], "round {round}");
        }
        assert!(by_command.rows == by_server.rows, "the command and the server give the same rows");
        let found = office.done(&["search", "--json", &name]).json();
        assert_eq!((&found["pending"], found["names"].as_array().unwrap().len()), (&0.into(), 1), "{found}");
    }
    office.done(&["check"]);
    office.done(&["audit", "verify"]);
    assert_eq!(server.http().get("/readyz").status, 200);
}

#[test]
fn every_command_works_beside_a_server() {
    let (office, server) = serving();
    let people = office.file("人员.csv", csv(&[&["编号", "姓名"], &["P1", "王伟"]], UTF_8));
    let import = office.import(&[&people])["import"].to_string();
    let path = |name: &str| office.path().join(name).to_str().unwrap().to_owned();
    let (backup, export) = (path("backup.zip"), path("exported"));
    for command in [
        &["clear", "王伟"][..],
        &["search", "通报"],
        &["check"],
        &["audit", "verify"],
        &["import", "list"],
        &["texts", "failed"],
        &["export", &export],
        &["backup", &backup],
        &["reindex"],
        &["check"],
        &["import", "undo", &import],
    ] {
        office.done(command);
    }
    // Taken back beside the server: the server knows it at once.
    assert_eq!(server.http().clear(&question(&["王伟"])).states(), ["no_dossier"]);
    assert_eq!(office.clear(&["王伟"]).states(), ["no_dossier"]);
}

#[test]
fn imports_at_the_same_time_lose_nothing() {
    let (office, server) = serving();
    let files: Vec<_> = (0..4)
        .map(|part| {
            let rows: Vec<[String; 2]> = (0..300)
                .map(|n| {
                    [
                        format!("P{part}-{n}"),
                        format!(
                            "王{}{}",
                            char::from_u32(0x4e00 + part).unwrap(),
                            char::from_u32(0x5000 + n).unwrap()
                        ),
                    ]
                })
                .collect();
            let rows: Vec<[&str; 2]> = rows.iter().map(|[key, name]| [key.as_str(), name.as_str()]).collect();
            let header: &[&str] = &["编号", "姓名"];
            let rows: Vec<&[&str]> =
                std::iter::once(header).chain(rows.iter().map(<[&str; 2]>::as_slice)).collect();
            office.file(&format!("{part}/人员.csv"), csv(&rows, UTF_8))
        })
        .collect();
    std::thread::scope(|scope| {
        for file in &files {
            scope.spawn(|| {
                // One that finds another at work says so, and can be run again.
                for _ in 0..200 {
                    let said = office.import_with(&[file], &[]);
                    if said.status == Some(0) {
                        return;
                    }
                    assert!(said.status == Some(1) && said.err.contains("process"), "{}", said.both());
                    std::thread::sleep(std::time::Duration::from_millis(50));
                }
                panic!("an import never got its turn");
            });
        }
    });
    let answer = server.http().clear(&question(&["王一倀", "王丁倀", "王丂倀", "王七倀"]));
    assert!(answer.is_complete(), "{}", answer.head);
    assert_eq!(answer.coverage("records"), 1200);
    assert!(answer.rows.iter().all(|row| row.state() == "possible"), "{:?}", answer.states());
    office.done(&["check"]);
}

#[test]
fn a_second_server_is_told_who_holds_the_folder() {
    let (office, server) = serving();
    let refused = office.run(&LISTEN).expect_status(1);
    assert!(refused.err.contains(&server.pid().to_string()), "{}", refused.err);
    assert!(refused.err.contains(&server.address.to_string()), "{}", refused.err);
    assert_eq!(server.http().get("/healthz").status, 200, "the first goes on");
    // Killed without warning, the first leaves nothing that keeps the next one out.
    drop(server);
    let next = Server::start(office.command(&LISTEN));
    assert_eq!(next.http().get("/healthz").status, 200);
}

#[test]
fn an_address_that_others_can_reach_is_refused() {
    let office = Office::new();
    office.import(&[&office.file("人员.csv", csv(&[&["编号", "姓名"], &["P1", "王伟"]], UTF_8))]);
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:8080"] {
        let said = office.run(&["serve", "--listen", address]);
        assert!(matches!(said.status, Some(1 | 2)), "{address}: {}", said.both());
        assert!(said.err.contains("127.0.0.1"), "{}", said.err);
    }
    office.run(&["serve", "--listen", "nonsense"]).expect_status(2);
}

#[test]
fn a_server_ends_cleanly_when_it_is_asked_to() {
    for signal in ["TERM", "INT"] {
        let (office, server) = serving();
        let http = server.http();
        assert_eq!(http.get("/healthz").status, 200);
        assert_eq!(http.get("/readyz").status, 200);
        let (status, said) = server.end(signal);
        assert_eq!(status.code(), Some(0), "{signal}: {said}");
        assert!(!http.is_open());
        assert!(!office.data().join("archive.db-wal").exists(), "the archive was closed");
        office.done(&["check"]);
        Server::start(office.command(&LISTEN)).end("TERM");
    }
}

#[test]
fn strangers_get_nothing() {
    let (_office, server) = serving();
    let http = server.http();
    let path = "/api/v1/clearances";
    let body = question(&["王伟"]).to_string();
    let post = |headers: &[(&str, &str)]| {
        let mut all = vec![("Content-Type", "application/json")];
        all.extend(headers);
        http.send("POST", path, &all, body.as_bytes()).status
    };
    assert_eq!(post(&[]), 202);
    assert_eq!(post(&[("Origin", "http://example.org")]), 403);
    for (body, status) in [
        ("{\"names\":[\"王伟\"],\"nmaes\":[]}", 400..=422),
        ("{", 400..=400),
        ("{\"names\":[]}", 400..=422),
        ("{\"names\":[\"王伟\"],\"from\":\"2026-02-01\",\"to\":\"2026-01-01\"}", 400..=422),
    ] {
        let reply = http.send("POST", path, &[("Content-Type", "application/json")], body.as_bytes());
        assert!(status.contains(&reply.status), "{body}: {}", reply.status);
        assert!(reply.headers["content-type"].starts_with("application/problem+json"), "{body}");
        assert!(reply.json()["code"].is_string(), "{body}: {}", reply.text());
    }
    assert_eq!(http.get("/api/v1/clearances/none").status, 404);
    assert_eq!(http.get("/?page=1").status, 400, "an unknown query parameter");
}
