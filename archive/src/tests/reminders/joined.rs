//! Reminders of a dossier that is joined to another's: they go along, come back, and are never doubled.

use dossier::change::ChangeKind;

use super::*;
use crate::{ChangeAsk, Incoming};

async fn house() -> House {
    let house = House::settled().await;
    let someone = |id: &str| {
        let kind = Kind::Person;
        let cells = [("id", id), ("name", "样例甲")]
            .map(|(slug, text)| (kind.declaration().column(slug).unwrap(), text));
        Incoming::Record(dossier::draft::check(kind, &cells, &[]).unwrap().draft)
    };
    house.office.add(vec![someone("P1"), someone("P2")]).await;
    house
}

async fn approved(house: &House, ask: ChangeAsk) -> i64 {
    let archive = &house.office.archive;
    let new =
        archive.snapshot().await.unwrap().change_asked(&ask, "2026-11-26".parse().unwrap()).await.unwrap();
    let id = archive.propose_change(&new, "h", at(300)).await.unwrap();
    archive.approve_change(id, 1, "", "s", at(301)).await.unwrap();
    id
}

fn merge() -> ChangeAsk {
    ChangeAsk {
        kind: ChangeKind::Merge,
        reason: "同一人".to_owned(),
        document: String::new(),
        steps: Vec::new(),
        person: Some(key("P2")),
        movement: None,
        gone: Some(key("P1")),
        split: None,
    }
}

async fn subjects(house: &House) -> Vec<String> {
    let mut all: Vec<String> =
        house.all().await.iter().map(|one| format!("{} {}", one.subject, one.category)).collect();
    all.sort();
    all
}

#[tokio::test]
async fn an_open_reminder_goes_along_is_found_again_by_the_sweep_and_comes_back() {
    let house = house().await;
    house.raise("R1", Judged::All, &[naked("P1", "f1")]).await;
    assert_eq!(subjects(&house).await, ["person:P1 naked_official"]);
    let id = approved(&house, merge()).await;
    assert_eq!(subjects(&house).await, ["person:P2 naked_official"]);
    // the same condition, now of the dossier that stays: no second reminder
    let raised = house.raise("R2", Judged::All, &[naked("P2", "f2")]).await;
    assert_eq!((raised.new, house.all().await.len()), (0, 1));
    let archive = &house.office.archive;
    let back = archive.reverse_change(id, "不是同一人", "", "h", at(400)).await.unwrap();
    archive.approve_change(back, 1, "", "s", at(401)).await.unwrap();
    assert_eq!(subjects(&house).await, ["person:P1 naked_official"]);
}

#[tokio::test]
async fn a_category_that_is_open_about_the_one_that_stays_is_not_doubled() {
    let house = house().await;
    house.raise("R1", Judged::All, &[naked("P1", "f1"), naked("P2", "f2")]).await;
    approved(&house, merge()).await;
    assert_eq!(subjects(&house).await, ["person:P1 naked_official", "person:P2 naked_official"]);
}
