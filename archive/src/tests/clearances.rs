//! Stored clearances: inputs and answers come back in order, and what has ended does not change.

use super::*;
use crate::{ClearanceRow, ClearanceState, NewClearance};
use dossier::Period;

pub(super) fn question(names: &[&str]) -> NewClearance {
    NewClearance {
        purpose: "评优".to_owned(),
        as_of: "2026-11-23".parse().unwrap(),
        period: Period::new("2023-01-01".parse().ok(), None).unwrap(),
        archive_version: 7,
        header: json!({ "list": "名单" }),
        options: json!({ "accept_unique_names": false }),
        actor: OPERATOR.to_owned(),
        inputs: names.iter().map(|name| json!({ "name": name })).collect(),
    }
}

fn answer(row: u32, state: &str) -> ClearanceRow {
    ClearanceRow { row, state: state.to_owned(), body: json!({ "row": row, "state": state }) }
}

#[tokio::test]
async fn a_clearance_is_asked_answered_and_read_back() {
    let office = office().await;
    let archive = &office.archive;
    let id = archive.create_clearance(question(&["王伟", "李强", "张三"]), at(1)).await.unwrap();
    archive.put_clearance_rows(&id, &[answer(2, "clear"), answer(1, "hit")], at(2)).await.unwrap();
    let header = archive.clearance(&id).await.unwrap().unwrap();
    assert_eq!((header.state, header.rows, header.rows_done), (ClearanceState::Running, 3, 2));
    archive.put_clearance_rows(&id, &[answer(2, "possible"), answer(3, "clear")], at(3)).await.unwrap();
    archive
        .finish_clearance(
            &id,
            &json!({ "complete": true }),
            Some(("QJ-1", &json!({ "result": "00" }))),
            at(4),
        )
        .await
        .unwrap();

    let header = archive.clearance(&id).await.unwrap().unwrap();
    assert_eq!((header.state, header.rows_done), (ClearanceState::Done, 3));
    let by_state = [("clear", 1), ("hit", 1), ("possible", 1)].map(|(state, rows)| (state.to_owned(), rows));
    assert_eq!(header.by_state, by_state.into());
    assert_eq!((header.as_of.to_string(), header.archive_version), ("2026-11-23".to_owned(), 7));
    assert_eq!(header.period, question(&[]).period);
    assert_eq!(header.header, json!({ "list": "名单" }));
    assert_eq!(header.coverage, Some(json!({ "complete": true })));
    assert_eq!((header.created_at, header.finished_at), (at(1), Some(at(4))));
    assert_eq!(header.proof, Some(json!({ "result": "00" })));
    assert_eq!(archive.clearance_by_code("QJ-1").await.unwrap(), Some(header));
    assert_eq!(archive.clearance_by_code("QJ-2").await.unwrap(), None);
    assert!(archive.proof_in_audit(&id, &json!({ "result": "00" })).await.unwrap());
    assert!(!archive.proof_in_audit(&id, &json!({ "result": "01" })).await.unwrap(), "another is not held");

    let rows = archive.clearance_rows(&id, 0, 2, None).await.unwrap();
    assert_eq!(rows, [answer(1, "hit"), answer(2, "possible")]);
    assert_eq!(archive.clearance_rows(&id, 2, 9, None).await.unwrap(), [answer(3, "clear")]);
    assert_eq!(archive.clearance_rows(&id, 0, 9, Some("clear")).await.unwrap(), [answer(3, "clear")]);
    for (state, nth, row) in
        [("clear", 1, Some(3)), ("clear", 2, None), ("clear", 0, None), ("hit", 1, Some(1))]
    {
        assert_eq!(archive.clearance_row_number(&id, state, nth).await.unwrap(), row, "{nth} {state}");
    }
    let inputs = archive.clearance_inputs(&id).await.unwrap();
    assert_eq!(inputs, [json!({ "name": "王伟" }), json!({ "name": "李强" }), json!({ "name": "张三" })]);
}

#[tokio::test]
async fn what_has_ended_takes_no_more_rows_and_ends_once() {
    let office = office().await;
    let archive = &office.archive;
    for end in ["done", "failed", "cancelled"] {
        let id = archive.create_clearance(question(&["王伟"]), at(1)).await.unwrap();
        match end {
            "done" => archive.finish_clearance(&id, &json!({}), None, at(2)).await.unwrap(),
            "failed" => archive.fail_clearance(&id, "index missing", at(2)).await.unwrap(),
            _ => archive.cancel_clearance(&id, at(2)).await.unwrap(),
        }
        let header = archive.clearance(&id).await.unwrap().unwrap();
        assert_eq!(header.state.word(), end);
        assert_eq!(header.error.is_some(), end == "failed");
        let late = archive.put_clearance_rows(&id, &[answer(1, "clear")], at(3)).await;
        assert!(matches!(late, Err(ArchiveError::ClearanceEnded { state, .. }) if state == end));
        assert!(archive.cancel_clearance(&id, at(3)).await.is_err());
    }
    let none = archive.cancel_clearance("C-none", at(3)).await;
    assert!(matches!(none, Err(ArchiveError::NoSuchClearance(_))));
    assert_eq!(archive.clearance("C-none").await.unwrap(), None);
}

#[tokio::test]
async fn the_newest_clearances_come_first() {
    let office = office().await;
    let mut ids = Vec::new();
    for second in 1..=3 {
        ids.push(office.archive.create_clearance(question(&[]), at(second)).await.unwrap());
    }
    let recent = office.archive.recent_clearances(2).await.unwrap();
    assert_eq!(recent.iter().map(|header| &header.id).collect::<Vec<_>>(), [&ids[2], &ids[1]]);
}

#[tokio::test]
async fn more_than_one_chunk_of_rows_comes_back_whole() {
    let office = office().await;
    let names = vec!["王伟"; 1_100];
    let id = office.archive.create_clearance(question(&names), at(1)).await.unwrap();
    let answers: Vec<ClearanceRow> = (1..=1_100).map(|row| answer(row, "clear")).collect();
    office.archive.put_clearance_rows(&id, &answers, at(2)).await.unwrap();
    assert_eq!(office.archive.clearance_rows(&id, 0, 2_000, None).await.unwrap(), answers);
    assert_eq!(office.archive.clearance_inputs(&id).await.unwrap().len(), 1_100);
}

#[tokio::test]
async fn a_person_is_found_in_the_answers_that_he_was_in_as_they_stand_last() {
    let office = office().await;
    let archive = &office.archive;
    let about = |row: u32, state: &str, person: Option<&str>| ClearanceRow {
        body: json!({ "row": row, "state": state, "person": person, "candidates": [{ "person": "P9" }] }),
        ..answer(row, state)
    };
    let first = archive.create_clearance(question(&["王伟", "李强"]), at(1)).await.unwrap();
    archive
        .put_clearance_rows(&first, &[about(1, "hit", Some("P1")), about(2, "clear", Some("P2"))], at(2))
        .await
        .unwrap();
    // Answered again: nobody is meant any more.
    archive.put_clearance_rows(&first, &[about(2, "ambiguous", None)], at(3)).await.unwrap();
    let second = archive.create_clearance(question(&["王伟"]), at(4)).await.unwrap();
    archive.put_clearance_rows(&second, &[about(1, "possible", Some("P1"))], at(5)).await.unwrap();
    let (found, all) = archive.clearances_about(&key("P1"), 9).await.unwrap();
    let told: Vec<_> =
        found.iter().map(|one| (one.clearance.as_str(), one.row, one.state.as_str())).collect();
    assert_eq!((told, all), (vec![(second.as_str(), 1, "possible"), (first.as_str(), 1, "hit")], 2));
    assert_eq!(archive.clearances_about(&key("P1"), 1).await.unwrap().1, 2, "the count is of all");
    for nobody in ["P2", "P9"] {
        assert_eq!(archive.clearances_about(&key(nobody), 9).await.unwrap(), (Vec::new(), 0));
    }
}

#[tokio::test]
async fn answers_from_before_a_row_said_whose_it_is_are_found_when_the_folder_is_opened() {
    let office = office().await;
    let names: Vec<String> = (1..=1_203).map(|number| format!("样例{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let id = office.archive.create_clearance(question(&names), at(1)).await.unwrap();
    let rows: Vec<ClearanceRow> = (1..=1_203)
        .map(|row| {
            let mut answer = answer(row, "clear");
            if row != 7 {
                answer.body["person"] = json!(format!("P{}", row % 400));
            }
            answer
        })
        .collect();
    office.archive.put_clearance_rows(&id, &rows, at(2)).await.unwrap();
    let about = async |archive: &Archive| archive.clearances_about(&key("P3"), 10).await.unwrap();
    let told = about(&office.archive).await;
    assert_eq!(told.1, 4);
    let tamper = async |sql: &'static str| {
        sqlx::query(sql).execute(office.archive.writer()).await.unwrap();
    };
    // as format 21 left it, and one row that cannot be opened any more
    tamper("UPDATE clearance_row SET person = NULL").await;
    tamper("UPDATE clearance_row SET body = 'A1:00' WHERE row_no = 8").await;
    tamper("DELETE FROM meta WHERE name = 'clearance_persons'").await;
    assert_eq!(about(&office.archive).await.1, 0);
    // broken off after the first batch: it goes on from there
    tamper(
        "INSERT INTO meta (name, value) SELECT 'clearance_persons', clearance || ' 500' FROM clearance_row LIMIT 1",
    )
    .await;
    let again = office.second_handle().await;
    assert_eq!(about(&again).await.1, 2, "rows 3 and 403 are of the first batch");
    tamper("DELETE FROM meta WHERE name = 'clearance_persons'").await;
    assert_eq!(about(&office.second_handle().await).await, told);
    let none: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM clearance_row WHERE person IS NULL")
        .fetch_one(office.archive.readers())
        .await
        .unwrap();
    assert_eq!(none, 2);
}
