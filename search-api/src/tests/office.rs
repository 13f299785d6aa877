//! An invented office with a few persons, records and texts, served on this machine.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use archive::{Archive, ImportMode, ImportStart, Incoming, IncomingText, OpenOptions};
use chrono::{DateTime, TimeDelta, Utc};
use dossier::{Draft, Kind};
use indexer::Index;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::client::{Answer, send};
use crate::{App, DemoHints, Hint, Options};

/// A valid number by GB 11643 of somebody who does not exist.
pub(super) const ID_OF_P1: &str = "11010519710510002X";

/// A server and its folder.
pub(super) struct Office {
    pub(super) app: App,
    pub(super) address: String,
    pub(super) folder: TempDir,
    /// By how many minutes the server's clock is ahead of [`now`].
    pub(super) ahead: Arc<AtomicI64>,
    stop: Option<oneshot::Sender<()>>,
    served: JoinHandle<std::io::Result<()>>,
}

/// The instant at which every test plays.
pub(super) fn now() -> DateTime<Utc> {
    "2026-11-23T01:12:00Z".parse().unwrap()
}

/// A row of a table.
fn draft(kind: Kind, cells: &[(&str, &str)]) -> Draft {
    let columns: Vec<_> =
        cells.iter().map(|(slug, text)| (kind.declaration().column(slug).expect(slug), *text)).collect();
    dossier::draft::check(kind, &columns, &[]).unwrap_or_else(|problems| panic!("{problems:?}")).draft
}

pub(super) fn record(kind: Kind, cells: &[(&str, &str)]) -> Incoming {
    Incoming::Record(draft(kind, cells))
}

pub(super) fn text(cells: &[(&str, &str)], content: &str) -> Incoming {
    Incoming::Text(IncomingText {
        draft: draft(Kind::Text, cells),
        content: content.to_owned(),
        extractor: "txt/1".to_owned(),
        file_sha256: None,
    })
}

fn content() -> Vec<Incoming> {
    let person = |id: &str, name: &str, former: &str, number: &str| {
        let cells =
            [("id", id), ("name", name), ("former_names", former), ("id_number", number), ("status", "在职")];
        record(Kind::Person, &cells)
    };
    let post = |person: &str, unit: &str| {
        record(Kind::Post, &[("person", person), ("unit", unit), ("title", "科长"), ("from", "2015-03")])
    };
    vec![
        record(Kind::Unit, &[("id", "U1"), ("name", "样例市水务局"), ("aliases", "水务局")]),
        record(Kind::Unit, &[("id", "U2"), ("name", "样例市规划局")]),
        person("P1", "王伟", "", ID_OF_P1),
        person("P2", "王伟", "", ""),
        person("P3", "李红霞", "李小红", ""),
        person("P4", "<script>alert(1)</script>", "", ""),
        person("P5", "赵清白", "", ""),
        person("P6", "王伟明", "", ""),
        post("P1", "U1"),
        post("P2", "U2"),
        post("P3", "U2"),
        post("P5", "U1"),
        record(
            Kind::Sanction,
            &[
                ("id", "S1"),
                ("person", "P1"),
                ("category", "党纪"),
                ("type", "严重警告"),
                ("effective_on", "2026-03-02"),
                ("reason", "违规收受礼金"),
            ],
        ),
        text(
            &[
                ("id", "T1"),
                ("title", "关于王伟的处分决定"),
                ("date", "2026-03-02"),
                ("kind", "处分决定"),
                ("persons", "P1"),
            ],
            "样例市水务局科长王　伟违规收受礼金，给予党内严重警告处分。",
        ),
        text(
            &[("id", "T2/甲"), ("title", "<b>会议纪要</b>"), ("date", "2020-05"), ("kind", "会议纪要")],
            "李小红、王伟明、<script>alert(1)</script>出席，讨论工程款结算。",
        ),
    ]
}

/// Imports into the archive; the index does not follow by itself.
pub(super) async fn import(archive: &Archive, batch: Vec<Incoming>) {
    let start = ImportStart {
        source: "样例".to_owned(),
        mode: ImportMode::Add,
        fingerprint: format!("{}", batch.len()),
        actor: archive::OPERATOR.to_owned(),
        dry_run: false,
        confirm_retire: false,
    };
    let mut run = archive.begin_import(start, now()).await.unwrap();
    run.put(batch, now()).await.unwrap();
    let report = json!({"files": 1, "tables": {"person": {"new": 5, "changed": 0, "unchanged": 0, "retired": 0}},
        "rejected": [{"file": "a.xlsx", "sheet": "处分", "row": 7, "column": "生效日期", "value": "<昨天>",
                      "code": "date_impossible", "message": "no date", "message_zh": "不是日期"}]});
    run.finish(&report, now()).await.unwrap();
}

impl Office {
    /// An office with everything searchable.
    pub(super) async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let archive = Archive::open(folder.path(), &OpenOptions::default(), now()).await.unwrap();
        import(&archive, content()).await;
        let index = Index::open(&folder.path().join("index")).unwrap();
        indexer::follow(&archive, &index, "test").await.unwrap();
        Self::serve(folder, archive, index).await
    }

    /// The same office, served anew by a server that can act on reminders.
    pub(super) async fn with_desks(self, desks: Arc<dyn crate::Desks>) -> Self {
        let folder = self.close().await;
        let archive = Archive::open(folder.path(), &OpenOptions::default(), now()).await.unwrap();
        let index = Index::open(&folder.path().join("index")).unwrap();
        Self::serve_with(folder, archive, index, Some(desks), crate::Door::default()).await
    }

    /// The same office, served anew with another door.
    pub(super) async fn with_door(self, door: crate::Door) -> Self {
        let folder = self.close().await;
        let archive = Archive::open(folder.path(), &OpenOptions::default(), now()).await.unwrap();
        let index = Index::open(&folder.path().join("index")).unwrap();
        Self::serve_with(folder, archive, index, None, door).await
    }

    pub(super) async fn serve(folder: TempDir, archive: Archive, index: Index) -> Self {
        Self::serve_with(folder, archive, index, None, crate::Door::default()).await
    }

    async fn serve_with(
        folder: TempDir,
        archive: Archive,
        index: Index,
        desks: Option<Arc<dyn crate::Desks>>,
        door: crate::Door,
    ) -> Self {
        let hint = Hint {
            line: "王伟\t\t样例市水务局".to_owned(),
            name: "王伟".to_owned(),
            reason: "有处分".to_owned(),
        };
        let ahead = Arc::new(AtomicI64::new(0));
        let minutes = Arc::clone(&ahead);
        let app = App::start(Options {
            archive,
            index,
            clock: Arc::new(move || now() + TimeDelta::minutes(minutes.load(Ordering::Relaxed))),
            local: Arc::new(|at| (at + TimeDelta::hours(8)).naive_utc()),
            holder: "test".to_owned(),
            desks,
            demo: Some(DemoHints { worth_trying: vec![hint], accounts: Vec::new() }),
            door,
            children: intake::Extractor::new("/no/such/program", [""; 0]),
            lag_seconds_max: 30,
        })
        .await
        .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (stop, stopped) = oneshot::channel::<()>();
        let served = tokio::spawn(crate::serve(listener, None, app.clone(), async {
            let _ = stopped.await;
        }));
        Self { app, address, folder, ahead, stop: Some(stop), served }
    }

    /// Ends the server as an operator would.
    pub(super) async fn close(mut self) -> TempDir {
        drop(self.stop.take());
        self.served.await.unwrap().unwrap();
        self.app.archive().close().await;
        self.folder
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, "", b"").await
    }

    /// One request with the headers of an honest client.
    pub(super) async fn ask(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> Answer {
        let head = format!("{method} {path} HTTP/1.1\r\nHost: {}{headers}", self.address);
        send(&self.address, &head, body).await
    }

    pub(super) async fn post_json(&self, path: &str, body: &Value) -> Answer {
        self.ask("POST", path, "\r\nContent-Type: application/json", body.to_string().as_bytes()).await
    }

    fn cookie(&self) -> String {
        let port = self.address.rsplit_once(':').unwrap().1;
        format!("\r\nCookie: qingjian_form_{port}={}", self.app.form_token())
    }

    /// A form of the console, with its token.
    pub(super) async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = format!("form_token={}", self.app.form_token());
        for (name, value) in fields {
            write!(body, "&{name}=").unwrap();
            for byte in value.bytes() {
                write!(body, "%{byte:02X}").unwrap();
            }
        }
        let headers = format!("\r\nContent-Type: application/x-www-form-urlencoded{}", self.cookie());
        self.ask("POST", path, &headers, body.as_bytes()).await
    }

    /// A form with an upload, with its token; a field named `file` is sent as `list.csv`, one
    /// named `files` as `rows.jsonl`.
    pub(super) async fn post_parts(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.app.form_token().to_owned();
        let mut body = String::new();
        for (name, value) in fields.iter().copied().chain([("form_token", token.as_str())]) {
            let file = match name {
                "file" => "; filename=\"list.csv\"",
                "files" => "; filename=\"rows.jsonl\"",
                _ => "",
            };
            let head = format!("Content-Disposition: form-data; name=\"{name}\"{file}");
            write!(body, "--x\r\n{head}\r\n\r\n{value}\r\n").unwrap();
        }
        body.push_str("--x--\r\n");
        let headers = format!("\r\nContent-Type: multipart/form-data; boundary=x{}", self.cookie());
        self.ask("POST", path, &headers, body.as_bytes()).await
    }

    /// Posts a list and waits for its answer. Gives its id.
    pub(super) async fn cleared(&self, question: &Value) -> String {
        let answer = self.post_json("/api/v1/clearances", question).await;
        assert_eq!(answer.status, 202, "{}", answer.text());
        let location = answer.header("location").unwrap().to_owned();
        let id = location.rsplit('/').next().unwrap().to_owned();
        self.until_done(&id).await;
        id
    }

    /// Waits until a clearance has ended. Nothing sleeps: the job itself lets the others go on.
    pub(super) async fn until_done(&self, id: &str) {
        while self.get(&format!("/clearances/{id}/progress")).await.json()["state"] == "running" {
            tokio::task::yield_now().await;
        }
    }
}
