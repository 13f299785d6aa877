//! What becomes of decisions about names when dossiers are joined and taken apart: nothing that names a person may
//! vanish by it, and what a merge or a split did to them goes back with it.

use dossier::change::ChangeKind;

use super::changes::{ASKS, approve, ask, done, started};
use super::*;
use crate::{ChangeAsk, DecisionScope, DecisionVerdict, NewDecision, SplitAsk};
use DecisionVerdict::{Is, IsNot};

/// The office with two namesakes and four texts.
async fn namesakes() -> Office {
    let office = started().await;
    office.add(vec![person("P3", "王伟"), person("P4", "王伟")]).await;
    let texts =
        ["T1", "T2", "T3", "T4"].map(|id| Incoming::Text(text(id, "通报", &format!("王伟到会{id}。"))));
    office.add(texts.into()).await;
    office
}

async fn decide(office: &Office, verdict: DecisionVerdict, person: &str, text: &str) {
    let new = NewDecision {
        verdict,
        person: key(person),
        name_key: "王伟".to_owned(),
        scope: DecisionScope::Text(key(text)),
        reason: "核实".to_owned(),
    };
    office.archive.decide_mention(&new, OPERATOR, at(25)).await.unwrap();
}

/// The decisions in force: person, text, whether it is the one.
async fn in_force(office: &Office, of: &str) -> Vec<(String, bool)> {
    let snapshot = office.archive.snapshot().await.unwrap();
    let mut found: Vec<_> = snapshot
        .decisions(Some(&key(of)), false)
        .await
        .unwrap()
        .into_iter()
        .map(|one| match one.scope {
            DecisionScope::Text(text) => (text.to_string(), one.verdict == Is),
            other => panic!("{other:?}"),
        })
        .collect();
    found.sort();
    found
}

#[track_caller]
fn are(found: &[(String, bool)], expected: &[(&str, bool)]) {
    let found: Vec<_> = found.iter().map(|(text, is)| (text.as_str(), *is)).collect();
    assert_eq!(found, expected);
}

fn merge() -> ChangeAsk {
    ChangeAsk { person: Some(key("P3")), gone: Some(key("P4")), ..ask(ChangeKind::Merge, vec![]) }
}

#[tokio::test]
async fn decisions_follow_a_merge_and_come_back_with_it() {
    let office = namesakes().await;
    // T1 is the one who goes; T2 is neither; T3 is not the one who stays, so it may be the other; T4 is who stays
    for (verdict, person, text) in [
        (Is, "P4", "T1"),
        (IsNot, "P3", "T2"),
        (IsNot, "P4", "T2"),
        (IsNot, "P3", "T3"),
        (Is, "P3", "T4"),
        (IsNot, "P4", "T4"),
    ] {
        decide(&office, verdict, person, text).await;
    }
    let id = done(&office, &merge()).await;
    are(&in_force(&office, "P3").await, &[("T1", true), ("T2", false), ("T4", true)]);
    let all = office.archive.snapshot().await.unwrap().decisions(Some(&key("P3")), true).await.unwrap();
    let asked_again = all.iter().find(|one| one.scope == DecisionScope::Text(key("T3"))).unwrap();
    assert!(asked_again.revoked.as_ref().unwrap().reason.contains("重新判断"));
    assert!(all.iter().any(|one| one.reason.starts_with(&format!("随档案合并转入（变更 {id}）"))));
    // made while they were one: nobody of the two
    office.add(vec![Incoming::Text(text("T5", "通报", "王伟缺席。"))]).await;
    decide(&office, IsNot, "P3", "T5").await;

    let back = office.archive.reverse_change(id, "不是同一人", "", ASKS, at(40)).await.unwrap();
    approve(&office, back).await.unwrap();
    are(&in_force(&office, "P3").await, &[("T2", false), ("T3", false), ("T4", true), ("T5", false)]);
    are(
        &in_force(&office, "P4").await,
        &[("T1", true), ("T2", false), ("T3", false), ("T4", false), ("T5", false)],
    );
}

#[tokio::test]
async fn decisions_follow_a_split_and_come_back_with_it() {
    let office = namesakes().await;
    decide(&office, IsNot, "P3", "T1").await;
    decide(&office, Is, "P3", "T2").await;
    let split = ChangeAsk {
        person: Some(key("P3")),
        split: Some(SplitAsk {
            id: key("P8"),
            fields: [("name".to_owned(), Some("王伟".to_owned()))].into(),
            records: Vec::new(),
        }),
        ..ask(ChangeKind::Split, vec![])
    };
    let id = done(&office, &split).await;
    are(&in_force(&office, "P3").await, &[("T1", false), ("T2", true)]);
    are(&in_force(&office, "P8").await, &[("T1", false)]);
    // after the split it turns out whom two more texts mean
    decide(&office, Is, "P8", "T3").await;
    decide(&office, IsNot, "P3", "T4").await;
    let back = office.archive.reverse_change(id, "仍是同一人", "", ASKS, at(40)).await.unwrap();
    approve(&office, back).await.unwrap();
    // T4 may have been the other one: it is asked again
    are(&in_force(&office, "P3").await, &[("T2", true), ("T3", true)]);
}
