//! The JSON API: the life of a clearance, search, dossiers, and everything that is refused.

use archive::ClearanceState;
use clearance::{ClearanceError, Head, Input, Request, Row, RowSink};
use dossier::Period;
use serde_json::{Value, json};

use super::office::{ID_OF_P1, Office, now};

fn question() -> Value {
    json!({"names": [
        {"name": "王伟", "unit": "水务局"}, "王伟", "李小红", {"name": "赵清白", "unit": "样例市水务局", "post": null},
        {"name": "某个没有档案的人"}, {"name": "王伟", "id_number": "123"}, {"name": "王伟", "id_number": ID_OF_P1}],
        "from": "2026-01-01", "purpose": "拟提拔人选"})
}

#[tokio::test]
async fn a_clearance_is_accepted_answered_and_kept() {
    let office = Office::open().await;
    let accepted = office.post_json("/api/v1/clearances", &question()).await;
    assert_eq!(accepted.status, 202);
    let body = accepted.json();
    let location = accepted.header("location").unwrap();
    assert_eq!(location, format!("/api/v1/clearances/{}", body["clearance"].as_str().unwrap()));
    assert_eq!((&body["state"], &body["progress"]["total"]), (&json!("running"), &json!(7)));
    // Whoever would rather wait asks once.
    let answer = office.ask("GET", location, "\r\nPrefer: wait=30", b"").await.json();
    assert_eq!(answer, office.get(location).await.json());
    assert_eq!(answer["as_of"], "2026-11-23");
    assert_eq!(answer["period"], json!({"from": "2026-01-01", "to": null}));
    assert_eq!((&answer["purpose"], &answer["coverage"]["complete"]), (&json!("拟提拔人选"), &json!(true)));
    let states: Vec<&str> =
        answer["rows"].as_array().unwrap().iter().map(|row| row["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["hit", "ambiguous", "possible", "clear", "no_dossier", "error", "hit"]);
    assert_eq!(answer["rows"][0]["records"][0]["id"], "S1");
    office.close().await;
}

/// Collects the rows as the command line writes them.
#[derive(Default)]
struct Lines(Vec<String>);

impl RowSink for Lines {
    fn head(&mut self, _: &Head) -> Result<(), ClearanceError> {
        Ok(())
    }

    fn row(&mut self, row: &Row) -> Result<(), ClearanceError> {
        self.0.push(serde_json::to_string(row).map_err(|error| ClearanceError::Format(error.to_string()))?);
        Ok(())
    }

    fn end(&mut self) -> Result<(), ClearanceError> {
        Ok(())
    }
}

#[tokio::test]
async fn the_rows_of_the_api_are_those_of_the_engine_to_the_byte() {
    let office = Office::open().await;
    let id = office.cleared(&question()).await;
    let text = office.get(&format!("/api/v1/clearances/{id}")).await;
    let inputs = |row: &Value| match row {
        Value::String(name) => Input::named(name),
        row => Input {
            name: row["name"].as_str().unwrap().to_owned(),
            id_number: row["id_number"].as_str().map(str::to_owned),
            unit: row["unit"].as_str().map(str::to_owned),
            ..Input::default()
        },
    };
    let request = Request {
        inputs: question()["names"].as_array().unwrap().iter().map(inputs).collect(),
        period: Period::new("2026-01-01".parse().ok(), None).unwrap(),
        as_of: "2026-11-23".parse().unwrap(),
        purpose: String::new(),
        accept_unique_names: false,
        actor: crate::ACTOR.to_owned(),
    };
    let mut lines = Lines::default();
    clearance::clear(office.app.archive(), office.app.index(), &request, &mut lines, &now).await.unwrap();
    let rows = text.text().split_once("\"rows\":").unwrap().1;
    assert_eq!(rows, format!("[{}]}}", lines.0.join(",")));
    office.close().await;
}

#[tokio::test]
async fn an_idempotency_key_gives_the_same_clearance_and_refuses_another_body() {
    let office = Office::open().await;
    let body = json!({"names": ["王伟"]}).to_string();
    let headers = "\r\nContent-Type: application/json\r\nIdempotency-Key: k1";
    let first = office.ask("POST", "/api/v1/clearances", headers, body.as_bytes()).await;
    let again = office.ask("POST", "/api/v1/clearances", headers, body.as_bytes()).await;
    assert_eq!((first.status, again.status), (202, 202));
    assert_eq!(first.json()["clearance"], again.json()["clearance"]);
    let other = json!({"names": ["李红霞"]}).to_string();
    let other = office.ask("POST", "/api/v1/clearances", headers, other.as_bytes()).await;
    other.is_problem(409, "idempotency_key_reused");
    office.close().await;
}

#[tokio::test]
async fn what_does_not_make_sense_is_refused_with_a_code() {
    let office = Office::open().await;
    for (path, body, status, code) in [
        ("clearances", json!({"names": ["王伟"], "form": "x"}), 422, "field_unknown"),
        ("clearances", json!({"names": [{"name": "王伟", "nmae": "x"}]}), 422, "field_unknown"),
        ("clearances", json!({"names": []}), 422, "list_empty"),
        ("clearances", json!({}), 422, "field_missing"),
        ("clearances", json!({"names": ["王伟"], "from": "2026-02-30"}), 422, "field_invalid"),
        (
            "clearances",
            json!({"names": ["王伟"], "from": "2026-02-02", "to": "2026-02-01"}),
            422,
            "period_reversed",
        ),
        ("search", json!({"query": "王伟 “收受"}), 422, "query_unreadable"),
        ("search", json!({"query": ""}), 422, "query_unreadable"),
        ("search", json!({"query": "王伟", "kinds": ["处分"]}), 422, "kind_unknown"),
        ("search", json!({"query": "王伟", "limit": 201}), 422, "limit_too_large"),
        (
            "search",
            json!({"query": "王伟", "from": "2026-02-02", "to": "2026-02-01"}),
            422,
            "period_reversed",
        ),
        ("search", json!({"query": "王伟 日期:2020", "from": "2026-02-02"}), 422, "period_doubled"),
    ] {
        office.post_json(&format!("/api/v1/{path}"), &body).await.is_problem(status, code);
    }
    for (method, path, status, code) in [
        ("GET", "/api/v1/clearances/C-0", 404, "clearance_not_found"),
        ("GET", "/api/v1/clearances/C-0/report.csv", 404, "clearance_not_found"),
        ("GET", "/api/v1/clearances/C-0/report.pdf", 404, "report_not_available"),
        ("POST", "/api/v1/clearances/C-0/cancel", 404, "clearance_not_found"),
        ("GET", "/api/v1/persons/P0", 404, "person_not_found"),
        ("GET", "/api/v1/texts/T0", 404, "text_not_found"),
        ("GET", "/api/v1/nothing", 404, "not_found"),
        ("GET", "/api/v1/search", 405, "method_not_allowed"),
        ("GET", "/api/v1/persons/P1?full=1", 400, "query_parameter_unknown"),
    ] {
        office.ask(method, path, "", b"").await.is_problem(status, code);
    }
    let json = "\r\nContent-Type: application/json";
    office.ask("POST", "/api/v1/search", json, b"{\"query\"").await.is_problem(400, "json_malformed");
    office.ask("POST", "/api/v1/search", "", b"{}").await.is_problem(415, "media_type_unsupported");
    office.close().await;
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused_by_name() {
    let office = Office::open().await;
    let body = vec![b' '; crate::router::BODY_BYTES_MAX + 1];
    let answer = office.ask("POST", "/api/v1/search", "\r\nContent-Type: application/json", &body).await;
    answer.is_problem(413, "body_too_large");
    office.close().await;
}

#[tokio::test]
async fn a_search_gives_hits_facets_names_and_coverage() {
    let office = Office::open().await;
    let answer = office.post_json("/api/v1/search", &json!({"query": "王伟 收受礼金"})).await.json();
    assert_eq!(answer["total"], 1, "{answer}");
    let hit = &answer["hits"][0];
    assert_eq!((&hit["kind"], &hit["id"], &hit["class"]), (&json!("text"), &json!("T1"), &json!("处分决定")));
    let excerpt: Vec<char> = hit["excerpt"].as_str().unwrap().chars().collect();
    let mark = &hit["highlights"][0];
    let at = |name: &str| usize::try_from(mark[name].as_u64().unwrap()).unwrap();
    assert_eq!(excerpt[at("start")..at("end")].iter().collect::<String>(), "王　伟");
    assert_eq!(answer["names"][0]["persons"].as_array().unwrap().len(), 2);
    assert_eq!(answer["names"][0]["mentions"].as_array().unwrap().len(), 2, "also inside 王伟明: {answer}");
    assert_eq!(answer["facets"]["classes"], json!([{"value": "处分决定", "count": 1}]));
    assert_eq!(answer["coverage"]["complete"], true);

    let of_unit = office
        .post_json("/api/v1/search", &json!({"query": "科长", "unit": "水务局", "kinds": ["post"]}))
        .await
        .json();
    assert_eq!(of_unit["total"], 2, "a unit may be given by its alias: {of_unit}");
    office.close().await;
}

#[tokio::test]
async fn a_dossier_and_a_text_are_given_with_identity_numbers_masked() {
    let office = Office::open().await;
    let dossier = office.get("/api/v1/persons/P1").await;
    assert!(!dossier.text().contains(ID_OF_P1), "{}", dossier.text());
    let dossier = dossier.json();
    assert_eq!(dossier["person"]["fields"]["id_number"], "1101**********002X");
    let kinds: Vec<&str> =
        dossier["records"].as_array().unwrap().iter().map(|r| r["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["post", "sanction"]);

    let text = office.get("/api/v1/texts/T2%2F%E7%94%B2").await.json();
    assert!(text["text"].as_str().unwrap().starts_with("李小红、"));
    assert_eq!(text["record"]["fields"]["date"], "2020-05");
    office.close().await;
}

#[tokio::test]
async fn reports_are_files_with_plain_names() {
    let office = Office::open().await;
    let id = office.cleared(&question()).await;
    for (form, kind, begins) in [
        ("json", "application/json", "{\"clearance\":"),
        ("csv", "text/csv; charset=utf-8", "\u{feff}序号,姓名"),
    ] {
        for room in ["/api/v1", ""] {
            let report = office.get(&format!("{room}/clearances/{id}/report.{form}")).await;
            assert_eq!((report.status, report.header("content-type")), (200, Some(kind)));
            assert_eq!(
                report.header("content-disposition").unwrap(),
                format!("attachment; filename=\"clearance-{id}.{form}\"")
            );
            assert!(report.text().starts_with(begins), "{}", report.text());
            assert_eq!(report.text().matches("拟提拔人选").count(), usize::from(form == "json"));
        }
    }
    let workbook = office.get(&format!("/clearances/{id}/report.xlsx")).await;
    assert!(workbook.status == 200 && workbook.body.starts_with(b"PK"));
    office.close().await;
}

#[tokio::test]
async fn a_long_list_is_streamed_whole_and_in_order() {
    let office = Office::open().await;
    let names: Vec<Value> =
        (1..=1003).map(|n| json!({"name": "赵清白", "unit": "水务局", "post": n.to_string()})).collect();
    let id = office.cleared(&json!({"names": names})).await;
    let answer = office.get(&format!("/api/v1/clearances/{id}")).await.json();
    let rows = answer["rows"].as_array().unwrap();
    assert!(rows.iter().zip(1..).all(|(row, n)| row["row"] == n), "rows out of order");
    assert_eq!(rows.len(), 1003);
    let csv = office.get(&format!("/api/v1/clearances/{id}/report.csv")).await;
    assert_eq!(csv.text().lines().count(), 1004);
    assert!(office.app.archive().verify_audit().await.unwrap() > 0);
    office.close().await;
}

#[tokio::test]
async fn a_clearance_that_has_ended_cannot_be_cancelled() {
    let office = Office::open().await;
    let id = office.cleared(&json!({"names": ["王伟"]})).await;
    let answer = office.ask("POST", &format!("/api/v1/clearances/{id}/cancel"), "", b"").await;
    answer.is_problem(409, "clearance_ended");
    let header = office.app.archive().clearance(&id).await.unwrap().unwrap();
    assert_eq!(header.state, ClearanceState::Done);
    office.close().await;
}

#[tokio::test]
async fn the_description_and_its_page_are_served() {
    let office = Office::open().await;
    let document = office.get("/api/openapi.json").await.json();
    assert!(document["paths"]["/api/v1/clearances"]["post"].is_object());
    let page = office.get("/api/docs").await;
    page.is_page(200);
    assert!(page.text().contains("/api/v1/search"));
    office.close().await;
}
