//! Scope over HTTP: what a reader with a part of the dossiers is told does not depend on the rest, byte for
//! byte, and never says "nothing is on record".

use archive::{Archive, NewAccessRequest, OpenOptions};
use dossier::{Kind, RecordKey, Role};
use indexer::Index;
use serde_json::json;

use super::office::{ID_OF_P1, Office, import, now, record, text};
use super::people::Person;

/// Two supervising offices with a unit each; 王伟 and 赵清白 belong to the first.
async fn seen_part(archive: &Archive) {
    let person = |id: &str, name: &str, number: &str| {
        record(Kind::Person, &[("id", id), ("name", name), ("id_number", number), ("status", "在职")])
    };
    let post = |id: &str, person: &str, unit: &str| {
        let cells = [("id", id), ("person", person), ("unit", unit), ("title", "科长"), ("from", "2015-03")];
        record(Kind::Post, &cells)
    };
    let batch = vec![
        record(Kind::Office, &[("id", "O1"), ("name", "一室")]),
        record(Kind::Office, &[("id", "O3"), ("name", "三室")]),
        record(Kind::Unit, &[("id", "U1"), ("name", "样例市水务局"), ("office", "O1")]),
        record(Kind::Unit, &[("id", "U3"), ("name", "样例市规划局"), ("office", "O3")]),
        person("P1", "王伟", ID_OF_P1),
        person("P5", "赵清白", ""),
        post("J1", "P1", "U1"),
        post("J5", "P5", "U1"),
        record(
            Kind::Sanction,
            &[
                ("id", "S1"),
                ("person", "P1"),
                ("category", "党纪"),
                ("type", "警告"),
                ("effective_on", "2026-03-02"),
                ("reason", "违规收受礼金"),
            ],
        ),
        text(
            &[("id", "T1"), ("title", "关于王伟的处分决定"), ("kind", "处分决定"), ("persons", "P1")],
            "样例市水务局科长王伟违规收受礼金，给予警告处分。王伟明在场，赵清白记录。",
        ),
    ];
    import(archive, batch).await;
}

/// What the reader of the first office may not see: a namesake, a longer name, a text that names both, a
/// petition about his own man's colleague, a text about nobody in particular.
async fn hidden_part(archive: &Archive) {
    let batch = vec![
        record(Kind::Person, &[("id", "P8"), ("name", "王伟明"), ("status", "在职")]),
        record(Kind::Person, &[("id", "P9"), ("name", "王伟"), ("office", "O3"), ("status", "在职")]),
        record(
            Kind::Post,
            &[("id", "J9"), ("person", "P9"), ("unit", "U3"), ("title", "处长"), ("from", "2019-01")],
        ),
        record(
            Kind::Sanction,
            &[
                ("id", "S9"),
                ("person", "P9"),
                ("category", "党纪"),
                ("type", "警告"),
                ("effective_on", "2026-05-01"),
                ("reason", "违规收受礼金"),
            ],
        ),
        record(
            Kind::Petition,
            &[("id", "X9"), ("unit", "U3"), ("received_on", "2026-05-02"), ("status", "未办")],
        ),
        text(
            &[("id", "T8"), ("title", "无主材料"), ("kind", "通报"), ("date", "2026-05-03")],
            "王伟、赵清白违规收受礼金，样例市水务局。",
        ),
        text(&[("id", "T9"), ("title", "王伟"), ("kind", "通报"), ("persons", "P9")], "王伟违规收受礼金。"),
    ];
    import(archive, batch).await;
}

async fn office(with_hidden: bool) -> Office {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::open(folder.path(), &OpenOptions::default(), now()).await.unwrap();
    // First, so that every later number would be moved by it.
    if with_hidden {
        hidden_part(&archive).await;
    }
    seen_part(&archive).await;
    let index = Index::open(&folder.path().join("index")).unwrap();
    indexer::follow(&archive, &index, "test").await.unwrap();
    Office::serve(folder, archive, index).await
}

/// Stands in no answer.
const NO_ID: &str = "\u{0}";

/// What changes from run to run, taken out.
fn plain(answer: &super::client::Answer, person: &Person, id: &str) -> String {
    let mut text = String::from_utf8_lossy(&answer.body).into_owned();
    // The secret that is offered for a second factor is made anew each time.
    let secret = text.split("name=\"secret\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    if let Some(secret) = secret.map(str::to_owned) {
        text = text.replace(&secret, "SECRET");
    }
    // So is the key by which the same form twice is one act.
    let key = text.split("name=\"key\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    if let Some(key) = key.filter(|key| !key.is_empty()).map(str::to_owned) {
        text = text.replace(&key, "KEY");
    }
    let text = text.replace(&person.form_token, "TOKEN").replace(id, "C-ID");
    format!("{} {}", answer.status, without_clearance_ids(&text))
}

/// A clearance is called by random digits; a dossier names those that the person was in.
fn without_clearance_ids(text: &str) -> String {
    let mut parts = text.split("/clearances/C-");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str("/clearances/C-");
        out.push_str(part.trim_start_matches(|c: char| c.is_ascii_hexdigit()));
    }
    out
}

/// Addresses that are about the program and its log, not about the dossiers: they count what everybody does, and
/// whoever may open them sees no dossier.
const ABOUT_THE_PROGRAM: [&str; 10] = [
    "/static/{name}",
    "/healthz",
    "/readyz",
    "/metrics",
    "/audit",
    "/api/v1/audit",
    "/outbox",
    "/outbox/{id}",
    "/system",
    // An empty workbook, which says when it was made.
    "/data/template.xlsx",
];

/// Every address that is read, as the table of addresses has it, each place of it filled with keys of what is
/// hidden and of what is nowhere.
fn addresses() -> Vec<String> {
    let mut found = Vec::new();
    for (method, pattern, _) in crate::routes::ROUTES {
        if *method != "GET" || ABOUT_THE_PROGRAM.contains(pattern) {
            continue;
        }
        if !pattern.contains('{') {
            found.push((*pattern).to_owned());
            continue;
        }
        for key in ["P9", "1"] {
            let path: Vec<&str> = pattern
                .split('/')
                .map(|part| match part {
                    "{kind}" => "sanction",
                    "{file}" => "report.csv",
                    "{part}" => "letter.html",
                    _ if part.starts_with('{') => key,
                    _ => part,
                })
                .collect();
            found.push(path.join("/"));
        }
    }
    found
}

/// Everything that `person` can ask, as one list of answers.
async fn everything(office: &Office, person: &Person, clears: bool) -> Vec<(String, String)> {
    let mut told = Vec::new();
    let mut keep = |what: &str, answer: &super::client::Answer, id: &str| {
        told.push((what.to_owned(), plain(answer, person, id)));
    };
    for path in addresses() {
        keep(&path, &office.get_as(person, &path).await, NO_ID);
    }
    for key in ["P1", "P5", "P8", "P9"] {
        for path in [format!("/persons/{key}"), format!("/api/v1/persons/{key}")] {
            let answer = office.get_as(person, &path).await;
            // The number of a failure counts requests, which are the same in both offices.
            keep(&path, &answer, NO_ID);
        }
    }
    for key in ["T1", "T8", "T9"] {
        for path in [format!("/texts/{key}"), format!("/api/v1/texts/{key}")] {
            keep(&path, &office.get_as(person, &path).await, NO_ID);
        }
    }
    for query in [
        "王伟",
        "王伟 赵清白",
        "王伟明",
        "违规收受礼金",
        "“收受礼金” 单位:水务局",
        "违规 -通报",
        "规划局",
        "S9",
        "王伟 日期:2026",
        "王维明",
        "wang wei ming",
        "礼金 人员:P9",
        "礼金 人员:王伟",
        "礼金 -人员:赵清白",
        "礼金 单位:规划局",
        "-类别:通报 科长 OR 处长",
    ] {
        for order in ["best", "newest"] {
            let body = json!({"query": query, "order": order, "limit": 50, "ties": 9});
            keep(query, &office.post_json_as(person, "/api/v1/search", &body).await, NO_ID);
        }
        keep(query, &office.post_as(person, "/search", &[("q", query)]).await, NO_ID);
    }
    let saved = json!({"name": "收礼", "question": {"query": "违规收受礼金", "order": "newest"}});
    let kept = office.post_json_as(person, "/api/v1/saved-searches", &saved).await;
    keep("saved", &kept, NO_ID);
    if kept.status == 201 {
        let id = kept.json()["id"].to_string();
        let run = json!({"only_new": false});
        let path = format!("/api/v1/saved-searches/{id}/run");
        keep("run", &office.post_json_as(person, &path, &run).await, NO_ID);
        keep("new", &office.post_json_as(person, &path, &json!({"only_new": true})).await, NO_ID);
        keep("kept", &office.get_as(person, "/api/v1/saved-searches").await, NO_ID);
        keep("kept, page", &office.get_as(person, "/search").await, NO_ID);
        keep("run, page", &office.post_as(person, "/search", &[("saved", &id)]).await, NO_ID);
    }
    for (name, value) in [("name", "王"), ("unit", "U3"), ("status", "在职")] {
        keep(name, &office.post_as(person, "/persons", &[(name, value)]).await, NO_ID);
    }
    if clears {
        let question = json!({"names": ["王伟", {"name": "王伟", "unit": "水务局"}, {"name": "王伟", "unit": "规划局"},
            {"name": "赵清白", "unit": "水务局"}, {"name": "王伟", "id_number": ID_OF_P1}, "王伟明", "王玮明", "李无此人"],
            "as_of": "2026-11-23", "accept_unique_names": true});
        let id = office.cleared_as(person, &question).await;
        for path in ["", "/suggestions", "/report.csv", "/report.json"] {
            let answer = office.get_as(person, &format!("/api/v1/clearances/{id}{path}")).await;
            keep(path, &answer, &id);
        }
        keep("clearance page", &office.get_as(person, &format!("/clearances/{id}")).await, &id);
        keep("clearances", &office.get_as(person, "/clearances").await, &id);
    }
    told
}

#[tokio::test]
async fn two_archives_that_differ_in_what_is_hidden_answer_alike_byte_for_byte() {
    let (with, without) = (office(true).await, office(false).await);
    let mut differing = Vec::new();
    for role in Role::ALL {
        let id = role.slug().replace('_', ".");
        for office in [&with, &without] {
            office.account(&id, &[role], Some(&["O1"])).await;
        }
        let (one, other) = (with.sign_in(&id).await, without.sign_in(&id).await);
        let clears = matches!(role, Role::Inspector | Role::Approver);
        let (seen, blind) =
            (everything(&with, &one, clears).await, everything(&without, &other, clears).await);
        for ((what, left), (_, right)) in seen.iter().zip(&blind) {
            let (left, right) = (without_request_id(left), without_request_id(right));
            if left != right {
                differing.push(format!("{role}: {what}: {}", where_they_part(&left, &right)));
            }
        }
        assert_eq!(seen.len(), blind.len());
    }
    assert!(differing.is_empty(), "{} answers differ:\n{}", differing.len(), differing.join("\n"));
    with.close().await;
    without.close().await;
}

/// What stands around the first place at which two answers differ.
fn where_they_part(one: &str, other: &str) -> String {
    let at = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let around = |text: &str| text.chars().skip(at.saturating_sub(60)).take(100).collect::<String>();
    format!("{:?} and {:?}", around(one), around(other))
}

/// The number of a request begins with one that is random for each run.
fn without_request_id(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\"request_id\":\"") {
        out.push_str(before);
        rest = after.split_once('"').map_or("", |(_, after)| after);
    }
    out + rest
}

#[tokio::test]
async fn who_sees_a_part_never_hears_that_nothing_is_on_record() {
    let office = office(true).await;
    office.account("part", &[Role::Inspector], Some(&["O1"])).await;
    office.account("all", &[Role::Inspector], None).await;
    let question =
        json!({"names": [{"name": "赵清白", "unit": "水务局"}], "as_of": "2026-11-23", "to": "2026-01-01"});
    let (part, all) = (office.sign_in("part").await, office.sign_in("all").await);
    let own = office.cleared_as(&part, &question).await;
    let answer = office.get_as(&part, &format!("/api/v1/clearances/{own}")).await.json();
    assert_eq!(answer["coverage"]["scope"], "partial", "{answer}");
    assert_eq!(answer["coverage"]["complete"], false);
    assert_ne!(answer["rows"][0]["state"], "clear");
    assert!(answer["rows"][0]["problems"].to_string().contains("scope_partial"), "{answer}");
    let whole = office.cleared_as(&all, &question).await;
    let answer = office.get_as(&all, &format!("/api/v1/clearances/{whole}")).await.json();
    assert_eq!(
        (&answer["coverage"]["scope"], &answer["coverage"]["complete"]),
        (&json!("full"), &json!(true))
    );
    // Nobody reads what another has asked, unless that is his office.
    office.get_as(&part, &format!("/api/v1/clearances/{whole}")).await.is_problem(404, "clearance_not_found");
    office.get_as(&all, &format!("/clearances/{own}")).await.is_page(404);
    office.account("boss", &[Role::Approver], None).await;
    let boss = office.sign_in("boss").await;
    assert_eq!(office.get_as(&boss, &format!("/api/v1/clearances/{whole}")).await.status, 200);
    office.close().await;
}

#[tokio::test]
async fn whoever_sees_less_today_does_not_read_what_he_was_told_yesterday() {
    let office = office(true).await;
    office.account("wang", &[Role::Inspector], None).await;
    let wang = office.sign_in("wang").await;
    let id = office.cleared_as(&wang, &json!({"names": ["王伟"]})).await;
    let narrow = archive::ScopeSetting {
        offices: Some(vec![RecordKey::new("O1").unwrap()]),
        ..archive::ScopeSetting::default()
    };
    office.app.archive().set_scope("wang", &narrow, archive::OPERATOR, now()).await.unwrap();
    let wang = office.sign_in("wang").await;
    office.get_as(&wang, &format!("/api/v1/clearances/{id}")).await.is_problem(404, "clearance_not_found");
    office.close().await;
}

#[tokio::test]
async fn an_approval_opens_what_it_names_for_its_days() {
    let office = office(true).await;
    office.account("part", &[Role::Inspector], Some(&["O1"])).await;
    office.account("boss", &[Role::Approver], None).await;
    let (part, boss) = (office.sign_in("part").await, office.sign_in("boss").await);
    office.get_as(&part, "/persons/P9").await.is_page(404);
    let today = "2026-11-23";
    let ask = [
        ("purpose", "线索研判"),
        ("persons", "P9"),
        ("kind_sanction", "yes"),
        ("act_read", "yes"),
        ("from", today),
        ("until", today),
    ];
    office.post_as(&part, "/access", &ask).await.is_page(200);
    office.get_as(&part, "/persons/P9").await.is_page(404);
    office.post_as(&part, "/access/1", &[("act", "grant"), ("reason", "")]).await.is_page(403);
    let granted = office.post_as(&boss, "/access/1", &[("act", "grant"), ("reason", "同意")]).await;
    granted.is_page(200);
    let dossier = office.get_as(&part, "/api/v1/persons/P9").await.json();
    let kinds: Vec<&str> =
        dossier["records"].as_array().unwrap().iter().map(|r| r["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["sanction"], "what was asked for and no more");
    office.post_as(&boss, "/access/1", &[("act", "end")]).await.is_page(200);
    office.get_as(&part, "/persons/P9").await.is_page(404);
    let bygone = NewAccessRequest {
        purpose: "x".to_owned(),
        persons: vec![RecordKey::new("P9").unwrap()],
        units: Vec::new(),
        kinds: vec![Kind::Sanction],
        clearances: Vec::new(),
        acts: [dossier::access::AccessAct::Read].into(),
        from: "2026-01-01".parse().unwrap(),
        until: "2026-11-22".parse().unwrap(),
    };
    let id = office.app.archive().request_access("part", &bygone, now()).await.unwrap();
    office.app.archive().decide_access(id, true, "", "boss", now()).await.unwrap();
    office.get_as(&part, "/persons/P9").await.is_page(404);
    office.close().await;
}
