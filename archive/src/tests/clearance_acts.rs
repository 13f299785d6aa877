//! Clearance acts: the database allows exactly the moves of the table, keeps the trace, and refuses what must
//! not be, whoever asks.

use std::collections::BTreeSet;

use dossier::Period;
use dossier::clearance_act::{ActState, moves};
use sqlx::Row as _;

use super::*;
use crate::{
    ActChange, ActingPerson, ConsultationEnd, IdentityVerdict, NewAct, NewClearance, NewConsultation,
    NewNotice, RowDecision, Step,
};

fn by(person: &str) -> ActingPerson {
    ActingPerson { actor: OPERATOR.to_owned(), person: person.to_owned(), role: "inspector".to_owned() }
}

async fn act(office: &Office, key: Option<&str>) -> String {
    let question = NewClearance {
        purpose: "提拔".to_owned(),
        as_of: "2026-11-23".parse().unwrap(),
        period: Period::ALWAYS,
        archive_version: 0,
        header: json!(null),
        options: json!({}),
        actor: OPERATOR.to_owned(),
        inputs: vec![json!({ "name": "王伟" })],
    };
    let clearance = office.archive.create_clearance(question, at(1)).await.unwrap();
    let new = NewAct {
        clearance,
        persons: 1,
        request: json!({ "requester": "组织部" }),
        due_on: None,
        by: by("甲"),
        idempotency_key: key.map(str::to_owned),
    };
    office.archive.create_act(&new, at(2)).await.unwrap()
}

fn step(act: &str, version: i64, event: &str, to: &str, changes: Vec<ActChange>) -> Step {
    Step {
        act: act.to_owned(),
        expected_version: version,
        event: event.to_owned(),
        to: to.to_owned(),
        by: by("甲"),
        detail: json!({ "reason": "王伟的情况" }),
        changes,
        idempotency_key: None,
    }
}

#[tokio::test]
async fn the_database_allows_exactly_the_moves_of_the_table() {
    let office = office().await;
    let rows = sqlx::query("SELECT from_state, to_state FROM clearance_act_move")
        .fetch_all(office.archive.readers())
        .await
        .unwrap();
    let allowed: BTreeSet<(String, String)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    let drawn: BTreeSet<(String, String)> =
        moves().into_iter().map(|(from, to)| (from.slug().to_owned(), to.slug().to_owned())).collect();
    assert_eq!(allowed, drawn);
}

/// Brings an act to `state` by the shortest way.
pub(super) async fn brought_to(office: &Office, state: ActState) -> (String, i64) {
    let id = act(office, None).await;
    let number = format!("城纪函〔2026〕{id}号");
    let on = "2026-11-26".parse().unwrap();
    let issued = ActChange::Issued { number, on, valid_until: "2027-02-20".parse().unwrap() };
    let way: &[(ActState, Vec<ActChange>)] = &[
        (ActState::Gathered, vec![]),
        (ActState::Consulting, vec![]),
        (ActState::Drafted, vec![ActChange::Drafted { by: "甲".to_owned(), opinions: json!({}) }]),
        (ActState::Submitted, vec![ActChange::Approver("乙".to_owned())]),
        (ActState::Reviewed, vec![ActChange::Reviewed("丙".to_owned())]),
        (ActState::Signed, vec![ActChange::Signed("乙".to_owned())]),
        (ActState::Issued, vec![issued]),
        (ActState::Filed, vec![]),
        (ActState::Withdrawn, vec![]),
    ];
    let mut version = 1;
    if state == ActState::Cancelled {
        version = office.archive.step_act(&step(&id, 1, "cancel", "cancelled", vec![]), at(3)).await.unwrap();
    } else if state != ActState::Registered {
        for (to, changes) in way {
            let next = step(&id, version, "test", to.slug(), changes.clone());
            version = office.archive.step_act(&next, at(3)).await.unwrap();
            if *to == state {
                break;
            }
        }
    }
    (id, version)
}

#[tokio::test]
async fn from_every_state_every_move_that_is_not_drawn_is_refused_by_the_database() {
    let office = office().await;
    let drawn: BTreeSet<_> = moves().into_iter().collect();
    for &from in ActState::ALL {
        for &to in ActState::ALL {
            if from == to {
                continue;
            }
            let (id, version) = brought_to(&office, from).await;
            let moved = sqlx::query("UPDATE clearance_act SET state = $1, row_version = $2 WHERE id = $3")
                .bind(to.slug())
                .bind(version + 1)
                .bind(&id)
                .execute(office.archive.writer())
                .await;
            // A drawn move may still lack what its state requires; one that is not drawn never goes.
            assert!(moved.is_err() || drawn.contains(&(from, to)), "{from} → {to}");
        }
    }
}

#[tokio::test]
async fn the_database_refuses_what_must_not_be_in_any_state() {
    let office = office().await;
    let (id, version) = brought_to(&office, ActState::Submitted).await;
    let reviewed_by_drafter = vec![ActChange::Reviewed("甲".to_owned())];
    let refused = step(&id, version, "review", "reviewed", reviewed_by_drafter);
    assert!(office.archive.step_act(&refused, at(4)).await.is_err(), "the drafter reviews");
    assert!(office.archive.step_act(&step(&id, version, "review", "reviewed", vec![]), at(4)).await.is_err());
    let (id, version) = brought_to(&office, ActState::Reviewed).await;
    for signer in ["甲", "丙"] {
        let signed = vec![ActChange::Signed(signer.to_owned())];
        assert!(office.archive.step_act(&step(&id, version, "sign", "signed", signed), at(4)).await.is_err());
    }
    let stands = office.archive.act(&id).await.unwrap().unwrap();
    assert_eq!((stands.state.as_str(), stands.row_version, stands.signed_by), ("reviewed", version, None));
    // Two letters never bear one number.
    let number = office.archive.act(&brought_to(&office, ActState::Issued).await.0).await.unwrap().unwrap();
    let (id, version) = brought_to(&office, ActState::Signed).await;
    let issued = ActChange::Issued {
        number: number.number.unwrap(),
        on: "2026-11-26".parse().unwrap(),
        valid_until: "2027-02-20".parse().unwrap(),
    };
    let again = office.archive.step_act(&step(&id, version, "issue", "issued", vec![issued]), at(4)).await;
    assert!(matches!(again, Err(ArchiveError::NumberTaken)));
    for sql in [
        "DELETE FROM clearance_act",
        "DELETE FROM clearance_act_event",
        "UPDATE clearance_act_event SET person = '丁'",
        "UPDATE clearance_act SET state = 'issued' WHERE state = 'signed'",
    ] {
        assert!(sqlx::query(sql).execute(office.archive.writer()).await.is_err(), "{sql}");
    }
}

#[tokio::test]
async fn a_step_decided_on_an_older_state_is_a_conflict_and_a_repeated_key_is_one_step() {
    let office = office().await;
    let id = act(&office, Some("来函31号")).await;
    assert_eq!(act(&office, Some("来函31号")).await, id, "one key, one act");
    let keyed = Step { idempotency_key: Some("k1".to_owned()), ..step(&id, 1, "gather", "gathered", vec![]) };
    assert_eq!(office.archive.step_act(&keyed, at(3)).await.unwrap(), 2);
    assert_eq!(office.archive.step_act(&keyed, at(4)).await.unwrap(), 2, "not made twice");
    let late = office.archive.step_act(&step(&id, 1, "gather", "gathered", vec![]), at(5)).await;
    assert!(matches!(late, Err(ArchiveError::ActConflict { version: 2, .. })));
    let events = office.archive.act_events(&id).await.unwrap();
    let trace: Vec<_> = events.iter().map(|e| (e.event.as_str(), e.to.as_str(), e.person.as_str())).collect();
    assert_eq!(trace, [("create", "registered", "甲"), ("gather", "gathered", "甲")]);
    assert_eq!(events[1].detail, json!({ "reason": "王伟的情况" }));
    office.archive.verify_audit().await.unwrap();
}

#[tokio::test]
async fn decisions_consultations_and_notices_are_kept_with_their_act() {
    let office = office().await;
    let (id, version) = brought_to(&office, ActState::Consulting).await;
    let decision = RowDecision {
        row: 1,
        opinion: Some("hold".to_owned()),
        body: json!({ "by": "甲", "reason": "另有线索" }),
        clearance: "C-1".to_owned(),
    };
    let asked = NewConsultation {
        no: 1,
        office: "信访室".to_owned(),
        office_key: Some(key("O7")),
        due_on: None,
        body: json!({ "asked_by": "甲" }),
    };
    let changes = vec![
        ActChange::Row(decision.clone()),
        ActChange::Asked(asked),
        ActChange::Identity {
            question: "q1".to_owned(),
            verdict: IdentityVerdict::Person(key("P1")),
            by: "甲".to_owned(),
            reason: "核对身份证".to_owned(),
        },
    ];
    let version =
        office.archive.step_act(&step(&id, version, "opine", "consulting", changes), at(4)).await.unwrap();
    assert_eq!(office.archive.row_decisions(&id).await.unwrap(), [decision]);
    let end =
        ConsultationEnd { no: 1, opinion: Some("agree".to_owned()), body: json!({ "answered_by": "丁" }) };
    let ended = vec![ActChange::Ended(end.clone())];
    office.archive.step_act(&step(&id, version, "answer", "consulting", ended), at(5)).await.unwrap();
    let again = step(&id, version + 1, "answer", "consulting", vec![ActChange::Ended(end)]);
    assert!(office.archive.step_act(&again, at(6)).await.is_err(), "a consultation ends once");
    let consultations = office.archive.consultations(&id).await.unwrap();
    assert_eq!(
        (consultations[0].state.as_str(), consultations[0].opinion.as_deref()),
        ("answered", Some("agree"))
    );
    let snapshot = office.archive.snapshot().await.unwrap();
    let last = snapshot.last_identity_decision().await.unwrap();
    let decisions = snapshot.identity_decisions(&["q1".to_owned()], last).await.unwrap();
    assert_eq!(decisions["q1"].verdict, IdentityVerdict::Person(key("P1")));
    assert_eq!((decisions["q1"].by.as_str(), decisions["q1"].reason.as_str()), ("甲", "核对身份证"));
    assert!(snapshot.identity_decisions(&["q1".to_owned()], last - 1).await.unwrap().is_empty());
    drop(snapshot);

    let notice = NewNotice { person: key("P1"), cause: "sanction:S9".to_owned() };
    assert_eq!(office.archive.raise_notices(&id, std::slice::from_ref(&notice), 9, at(7)).await.unwrap(), 1);
    assert_eq!(office.archive.raise_notices(&id, &[notice], 9, at(8)).await.unwrap(), 0, "raised once");
    assert_eq!(office.archive.notices(None, true).await.unwrap().len(), 1);
    let asked = office.archive.consultations_of(&[key("O7"), key("O8")], 10).await.unwrap();
    assert_eq!(asked.iter().map(|c| (c.act.as_str(), c.no)).collect::<Vec<_>>(), [(id.as_str(), 1)]);
    assert!(office.archive.consultations_of(&[key("O8")], 10).await.unwrap().is_empty());
    assert_eq!(office.archive.see_notices(&id, "乙", "另行核实", OPERATOR, at(9)).await.unwrap(), 1);
    assert!(office.archive.notices(Some(&id), true).await.unwrap().is_empty());
    let seen = office.archive.notices(Some(&id), false).await.unwrap();
    assert_eq!(seen[0].note.as_deref(), Some("另行核实"));
    assert_eq!(office.archive.act(&id).await.unwrap().unwrap().watched_version, 9);
}

#[tokio::test]
async fn a_decision_that_is_withdrawn_leaves_the_question_open() {
    let office = office().await;
    for verdict in [IdentityVerdict::Nobody, IdentityVerdict::Withdrawn] {
        office.archive.decide_identity("q", &verdict, "甲", "看错", OPERATOR, at(3)).await.unwrap();
    }
    let snapshot = office.archive.snapshot().await.unwrap();
    let asked = ["q".to_owned()];
    assert!(snapshot.identity_decisions(&asked, 2).await.unwrap().is_empty());
    assert_eq!(snapshot.identity_decisions(&asked, 1).await.unwrap()["q"].verdict, IdentityVerdict::Nobody);
}
