//! Clearances over the life of a server, and the follower beside it.

use archive::{Archive, ClearanceState, NewClearance, OpenOptions};
use clearance::Input;
use dossier::{Kind, Period};
use indexer::Index;
use serde_json::json;

use super::office::{Office, import, now, record, text};
use crate::resume_clearances;

async fn left_unfinished(archive: &Archive, actor: &str) -> String {
    let new = NewClearance {
        purpose: "重启之前".to_owned(),
        as_of: "2026-11-23".parse().unwrap(),
        period: Period::ALWAYS,
        archive_version: 1,
        header: json!(null),
        options: json!({"accept_unique_names": true}),
        actor: actor.to_owned(),
        inputs: vec![serde_json::to_value(Input::named("赵清白")).unwrap()],
    };
    archive.create_clearance(new, now()).await.unwrap()
}

#[tokio::test]
async fn a_clearance_left_by_a_dead_server_is_answered_at_the_next_start() {
    let office = Office::open().await;
    let own = left_unfinished(office.app.archive(), crate::ACTOR).await;
    let of_command = left_unfinished(office.app.archive(), archive::OPERATOR).await;
    let folder = office.close().await;

    let archive = Archive::open(folder.path(), &OpenOptions::default(), now()).await.unwrap();
    let index = Index::open(&folder.path().join("index")).unwrap();
    let office = Office::serve(folder, archive, index).await;
    assert_eq!(resume_clearances(&office.app).await.unwrap(), 1);
    office.until_done(&own).await;
    let answer = office.get(&format!("/api/v1/clearances/{own}")).await.json();
    assert_eq!(answer["rows"][0]["state"], "clear", "the options were kept: {answer}");
    let other = office.app.archive().clearance(&of_command).await.unwrap().unwrap();
    assert_eq!(other.state, ClearanceState::Running, "another process may be at work on it");
    office.close().await;
}

#[tokio::test]
async fn what_has_not_been_answered_has_no_report_and_can_be_cancelled() {
    let office = Office::open().await;
    let id = left_unfinished(office.app.archive(), archive::OPERATOR).await;
    let path = format!("/api/v1/clearances/{id}");
    let running = office.get(&path).await.json();
    assert_eq!(
        (&running["state"], &running["progress"]),
        (&json!("running"), &json!({"done": 0, "total": 1}))
    );
    office.get(&format!("{path}/report.csv")).await.is_problem(409, "clearance_running");
    let page = office.get(&format!("/clearances/{id}")).await;
    page.is_page(200);
    assert!(page.text().contains("data-progress"));
    let cancelled = office.ask("POST", &format!("{path}/cancel"), "", b"").await.json();
    assert_eq!(cancelled["state"], "cancelled");
    office.get(&format!("{path}/report.csv")).await.is_problem(409, "clearance_not_done");
    assert!(office.get(&format!("/clearances/{id}")).await.text().contains("没有完成"));
    office.close().await;
}

#[tokio::test]
async fn the_follower_makes_what_others_import_searchable_and_stops_when_told() {
    let office = Office::open().await;
    let new = vec![
        record(Kind::Person, &[("id", "P9"), ("name", "新来者")]),
        text(&[("id", "T9"), ("kind", "通报")], "新来者迟到一次。"),
    ];
    import(office.app.archive(), new).await;
    let ready = office.get("/readyz").await;
    assert_eq!((ready.status, &ready.json()["reasons"][0]["code"]), (503, &json!("follower_not_running")));
    let follower = tokio::spawn(crate::follower(office.app.clone()));
    loop {
        let ready = office.get("/readyz").await;
        assert_eq!(ready.status, if ready.json()["reasons"] == json!([]) { 200 } else { 503 });
        if ready.json()["index_watermark"] == ready.json()["archive_version"] {
            break;
        }
        tokio::task::yield_now().await;
    }
    let found = office.post_json("/api/v1/search", &json!({"query": "新来者"})).await.json();
    assert_eq!(found["names"][0]["mentions"].as_array().unwrap().len(), 1, "{found}");
    office.app.stop();
    follower.await.unwrap();
    office.close().await;
}

#[tokio::test]
async fn health_and_metrics_say_how_the_server_is_and_name_nobody() {
    let office = Office::open().await;
    assert_eq!(office.get("/healthz").await.json(), json!({"status": "ok"}));
    assert_eq!(office.get("/readyz").await.json()["ready"], true);
    office.get("/persons/P1").await.is_page(200);
    let metrics = office.get("/metrics").await;
    let text = metrics.text();
    assert_eq!(metrics.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    assert!(
        text.contains("qingjian_http_requests_total{route=\"/persons/{id}\",status=\"200\"} 1"),
        "{text}"
    );
    assert!(text.contains("qingjian_texts_pending 0") && text.contains("qingjian_clearances_running 0"));
    assert!(text.is_ascii(), "{text}");
    office.close().await;
}
