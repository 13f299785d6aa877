//! Reminders of a dossier that is joined to another's: they go along, come back, and are never doubled.

use dossier::change::ChangeKind;

use serde_json::json;

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

/// `P2`, who is two people: the second one's sanction, reminder, decided name and clearance.
#[tokio::test]
async fn what_belongs_to_the_one_who_is_taken_out_follows_him_and_comes_back_with_the_reversal() {
    use crate::{DecisionScope, DecisionVerdict, NewDecision, SplitAsk};

    let house = house().await;
    let archive = &house.office.archive;
    let sanction = |id: &str| {
        super::super::row(
            Kind::Sanction,
            id,
            &[("person", "P2"), ("category", "党纪"), ("type", "警告"), ("effective_on", "2026-03-02")],
        )
    };
    house.office.add(vec![sanction("S1"), sanction("S2")]).await;
    house.office.add(vec![Incoming::Text(super::super::text("T1", "通报", "样例甲到会。"))]).await;
    let about = |category: Category, evidence: &str| {
        let found = NewFact { evidence: vec![evidence.to_owned()], ..fact(category, evidence) };
        task("P2", vec![found])
    };
    house
        .raise(
            "R1",
            Judged::All,
            &[about(Category::SanctionPeriod, "sanction:S1"), about(Category::OverdueTenure, "sanction:S2")],
        )
        .await;
    let decision = NewDecision {
        verdict: DecisionVerdict::Is,
        person: key("P2"),
        name_key: "样例甲".to_owned(),
        scope: DecisionScope::Text(key("T1")),
        reason: "核实".to_owned(),
    };
    archive.decide_mention(&decision, "h", at(25)).await.unwrap();
    let cleared = async |second: i64, person: &str| {
        let id = archive
            .create_clearance(crate::tests::clearances::question(&["样例甲"]), at(second))
            .await
            .unwrap();
        let body = json!({ "row": 1, "state": "hit", "person": person });
        let row = crate::ClearanceRow { row: 1, state: "hit".to_owned(), body };
        archive.put_clearance_rows(&id, &[row], at(second)).await.unwrap();
        id
    };
    let before = cleared(200, "P2").await;
    let clearances = async |person: &str| {
        let (found, all) = archive.clearances_about(&key(person), 10).await.unwrap();
        assert_eq!(found.len() as u64, all);
        found.into_iter().map(|one| (one.clearance, one.person.to_string())).collect::<Vec<_>>()
    };
    let decided = async |person: &str| {
        let snapshot = archive.snapshot().await.unwrap();
        snapshot.decisions(Some(&key(person)), false).await.unwrap().len()
    };
    let split = ChangeAsk {
        kind: ChangeKind::Split,
        gone: None,
        split: Some(SplitAsk {
            id: key("P3"),
            fields: [("name".to_owned(), Some("样例甲".to_owned()))].into(),
            records: vec!["sanction:S1".to_owned()],
        }),
        ..merge()
    };
    let id = approved(&house, split).await;
    assert_eq!(subjects(&house).await, ["person:P2 overdue_tenure", "person:P3 sanction_period"]);
    assert_eq!(
        (decided("P2").await, decided("P3").await),
        (1, 0),
        "whom the name means now is asked for the new one"
    );
    let after = cleared(400, "P2").await;
    let of = |id: &str, person: &str| (id.to_owned(), person.to_owned());
    assert_eq!(clearances("P3").await, [of(&before, "P2")], "what was answered about both concerns both");
    assert_eq!(clearances("P2").await, [of(&after, "P2"), of(&before, "P2")]);

    let back = archive.reverse_change(id, "是同一人", "", "h", at(500)).await.unwrap();
    archive.approve_change(back, 1, "", "s", at(501)).await.unwrap();
    assert_eq!(subjects(&house).await, ["person:P2 overdue_tenure", "person:P2 sanction_period"]);
    assert_eq!((decided("P2").await, decided("P3").await), (1, 0));
    assert_eq!(clearances("P3").await, []);

    // joined to a third, everything goes on to him; and comes back
    let id = approved(&house, ChangeAsk { person: Some(key("P1")), gone: Some(key("P2")), ..merge() }).await;
    assert_eq!(clearances("P1").await, [of(&after, "P2"), of(&before, "P2")]);
    assert_eq!(decided("P1").await, 1);
    let back = archive.reverse_change(id, "不是", "", "h", at(600)).await.unwrap();
    archive.approve_change(back, 1, "", "s", at(601)).await.unwrap();
    assert_eq!(clearances("P1").await, []);
    assert_eq!(clearances("P2").await.len(), 2);
    assert_eq!((decided("P1").await, decided("P2").await), (0, 1));
}
