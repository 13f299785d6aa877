//! What must not stand in the files in clear does not, and is found and read all the same.

use dossier::Kind;

use super::*;
use crate::{ClearanceRow, NewClearance};

pub(super) const ID: &str = "11010519491231002X";
pub(super) const REPORTER: &str = "举报人赵某甲";

pub(super) async fn with_secrets() -> Office {
    let office = office().await;
    let mut run = office.archive.begin_import(adding("甲"), at(1)).await.unwrap();
    run.put(
        vec![
            row(
                Kind::Person,
                "P1",
                &[("name", "王伟"), ("id_number", ID), ("extra.备注号", "330101195001010000")],
            ),
            row(Kind::Petition, "X1", &[("person", "P1"), ("reporter", REPORTER)]),
        ],
        at(2),
    )
    .await
    .unwrap();
    run.finish(&json!({ "rejected": [{ "value": ID }] }), at(3)).await.unwrap();
    let new = NewClearance {
        purpose: "拟提拔".to_owned(),
        as_of: at(0).date_naive(),
        period: dossier::Period::ALWAYS,
        archive_version: 2,
        header: json!({ "note": ID }),
        options: json!({}),
        actor: OPERATOR.to_owned(),
        inputs: vec![json!({ "name": "王伟", "id_number": ID })],
    };
    let id = office.archive.create_clearance(new, at(4)).await.unwrap();
    let answer =
        ClearanceRow { row: 1, state: "hit".to_owned(), body: json!({ "input": { "id_number": ID } }) };
    office.archive.put_clearance_rows(&id, &[answer], at(5)).await.unwrap();
    office
}

pub(super) fn holds(bytes: &[u8], needle: &str) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
}

#[tokio::test]
async fn neither_identity_numbers_nor_reporters_stand_in_the_files() {
    let office = with_secrets().await;
    let mut seen = 0;
    for name in ["archive.db", "archive.db-wal"] {
        let Ok(bytes) = std::fs::read(office.folder.path().join(name)) else {
            continue;
        };
        seen += usize::from(holds(&bytes, "王伟"));
        for secret in [ID, REPORTER, "330101195001010000"] {
            assert!(!holds(&bytes, secret), "{secret} stands in {name}");
        }
    }
    assert!(seen > 0, "the test would see what is in clear");
}

#[tokio::test]
async fn they_are_read_and_found_all_the_same() {
    let office = with_secrets().await;
    let snapshot = office.archive.snapshot().await.unwrap();
    let persons = snapshot.records(Kind::Person, &keys(&["P1"])).await.unwrap();
    assert_eq!(persons[0].fields.text("id_number"), Some(ID));
    let petitions = snapshot.records_of_persons(&keys(&["P1"]), &[Kind::Petition]).await.unwrap();
    assert_eq!(petitions[0].fields.text("reporter"), Some(REPORTER));
    let hits = snapshot.records_by_identity(&[ID.to_owned(), "440524188001010014".to_owned()]).await.unwrap();
    assert_eq!(hits.len(), 1);
    assert_eq!((hits[0].id.as_str(), hits[0].slug.as_str()), (ID, "id_number"));
    assert_eq!(hits[0].record, reference(Kind::Person, "P1"));
}

#[tokio::test]
async fn a_fifteen_digit_number_is_found_by_its_long_form() {
    let office = office().await;
    office.add(vec![row(Kind::Person, "P1", &[("name", "王伟"), ("id_number", "110105491231002")])]).await;
    let snapshot = office.archive.snapshot().await.unwrap();
    assert_eq!(snapshot.records_by_identity(&[ID.to_owned()]).await.unwrap().len(), 1);
    let stored = snapshot.records(Kind::Person, &keys(&["P1"])).await.unwrap();
    assert_eq!(stored[0].fields.text("id_number"), Some("110105491231002"), "as written");
}

#[tokio::test]
async fn a_number_that_was_corrected_or_retired_finds_nobody() {
    let office = with_secrets().await;
    let new = "440524188001010014";
    office.add(vec![row(Kind::Person, "P1", &[("name", "王伟"), ("id_number", new)])]).await;
    let find = async |id: &str| {
        office.archive.snapshot().await.unwrap().records_by_identity(&[id.to_owned()]).await.unwrap().len()
    };
    assert_eq!((find(ID).await, find(new).await), (0, 1));
    office.archive.undo(2, OPERATOR, at(9)).await.unwrap();
    assert_eq!((find(ID).await, find(new).await), (1, 0));
    office.archive.undo(1, OPERATOR, at(9)).await.unwrap();
    assert_eq!((find(ID).await, find(new).await), (0, 0));
}
