//! Decisions of a person on a name in a text: stored, listed, revoked, and refused where they fit nothing.

use dossier::Kind;

use super::{at, key, office, person, row, text};
use crate::decisions::DecisionError;
use crate::{ArchiveError, DecisionScope, DecisionVerdict, Incoming, NewDecision, OPERATOR};

fn new(verdict: DecisionVerdict, scope: DecisionScope) -> NewDecision {
    NewDecision {
        verdict,
        person: key("P1"),
        name_key: "王伟".to_owned(),
        scope,
        reason: "与本人谈话核实".to_owned(),
    }
}

#[tokio::test]
async fn a_decision_is_stored_with_reason_and_author_and_can_be_taken_back() {
    let office = office().await;
    let content = "王伟到会。王伟发言。";
    office
        .add(vec![
            person("P1", "王伟"),
            row(Kind::Unit, "U1", &[("name", "水务局")]),
            Incoming::Text(text("T1", "纪要", content)),
        ])
        .await;
    let scopes = [
        DecisionScope::Mention { text: key("T1"), start: 5, end: 7 },
        DecisionScope::Text(key("T1")),
        DecisionScope::Unit(key("U1")),
    ];
    let mut ids = Vec::new();
    for scope in &scopes {
        let decision = new(DecisionVerdict::IsNot, scope.clone());
        ids.push(office.archive.decide_mention(&decision, OPERATOR, at(20)).await.unwrap());
    }
    let names = ["王伟".to_owned(), "李红".to_owned()];
    let snapshot = office.archive.snapshot().await.unwrap();
    let found = snapshot.decisions_about(&names, i64::MAX).await.unwrap();
    assert_eq!(found.iter().map(|decision| decision.scope.clone()).collect::<Vec<_>>(), scopes);
    assert!(found.iter().all(|decision| decision.reason == "与本人谈话核实" && decision.actor == OPERATOR));
    assert_eq!(found.iter().map(|d| d.text_hash.is_some()).collect::<Vec<_>>(), [true, true, false]);
    drop(snapshot);

    office.archive.revoke_decision(ids[1], "看错了人", OPERATOR, at(21)).await.unwrap();
    let snapshot = office.archive.snapshot().await.unwrap();
    let last = snapshot.last_mention_decision().await.unwrap();
    for (upto, expected) in
        [(last, vec![ids[0], ids[2]]), (last - 1, ids.clone()), (ids[0], vec![ids[0]]), (0, vec![])]
    {
        let in_force = snapshot.decisions_about(&names, upto).await.unwrap();
        assert_eq!(in_force.iter().map(|d| d.id).collect::<Vec<_>>(), expected, "up to {upto}");
    }
    let all = snapshot.decisions(Some(&key("P1")), true).await.unwrap();
    assert_eq!(all[1].revoked.as_ref().map(|revoked| revoked.reason.as_str()), Some("看错了人"));
    assert!(snapshot.decisions(Some(&key("P2")), true).await.unwrap().is_empty());
    assert_eq!(snapshot.decisions(None, false).await.unwrap().len(), 2);
    drop(snapshot);
    assert!(office.archive.verify_audit().await.unwrap() >= 4);
}

#[tokio::test]
async fn what_fits_nothing_is_refused_by_name() {
    let office = office().await;
    office.add(vec![person("P1", "王伟"), Incoming::Text(text("T1", "纪要", "王伟到会。"))]).await;
    let here = DecisionScope::Text(key("T1"));
    let no_reason = NewDecision { reason: " ".to_owned(), ..new(DecisionVerdict::Is, here.clone()) };
    let other_name = NewDecision { name_key: "李红".to_owned(), ..new(DecisionVerdict::Is, here) };
    let mention = |start, end| DecisionScope::Mention { text: key("T1"), start, end };
    let cases = [
        (no_reason, DecisionError::Reason),
        (other_name, DecisionError::NotTheirName(key("P1"))),
        (new(DecisionVerdict::Is, DecisionScope::Text(key("T2"))), DecisionError::NoSuchText(key("T2"))),
        (new(DecisionVerdict::Is, DecisionScope::Unit(key("U9"))), DecisionError::NoSuchUnit(key("U9"))),
        (new(DecisionVerdict::Is, mention(4, 9)), DecisionError::NoSuchPlace(key("T1"))),
        (new(DecisionVerdict::Is, mention(2, 2)), DecisionError::NoSuchPlace(key("T1"))),
    ];
    for (decision, expected) in cases {
        let refused = office.archive.decide_mention(&decision, OPERATOR, at(20)).await;
        assert!(matches!(refused, Err(ArchiveError::Decision(error)) if error == expected), "{expected}");
    }
    let revoked = office.archive.revoke_decision(7, "无", OPERATOR, at(21)).await;
    assert!(matches!(revoked, Err(ArchiveError::Decision(DecisionError::NoSuchDecision(7)))));
}
