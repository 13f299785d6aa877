//! What a person decides about a mail, through the console: offered where it can be done, done with a reason and on record,
//! by whoever runs the machine and nobody else.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use archive::{Budget, Judged, MailDecision, NewFact, NewReminder, OutboxFilter, RaiseRun, Sent};
use chrono::TimeDelta;
use dossier::reminder::MailState;
use dossier::{Category, Kind, RecordKey, RecordRef, Role, Severity};

use super::duty::{TestDesks, settled_with};
use super::office::{Office, now};

use MailDecision::{Arrived, GiveUp, Resend};

/// What became of a mail, by a name.
const FATES: [&str; 4] = ["unknown", "rejected", "retry", "accepted"];

fn sent(fate: &str) -> Sent {
    let reply = || "said so".to_owned();
    match fate {
        "unknown" => Sent::Unknown { phase: "message", reply: reply() },
        "rejected" => Sent::Rejected { phase: "rcpt", reply: reply() },
        "retry" => Sent::Retry { phase: "rcpt", reply: reply() },
        _ => Sent::Accepted { reply: reply() },
    }
}

/// An office with three mails of each fate: their numbers.
async fn with_mails() -> (Office, BTreeMap<&'static str, Vec<i64>>) {
    let office = settled_with(Arc::new(TestDesks::new())).await;
    let (archive, desks) = (office.app.archive().clone(), TestDesks::new());
    let desk = crate::Desks::desk(&desks);
    for number in 0..3 * FATES.len() {
        let task = NewReminder {
            subject: RecordRef::new(Kind::Person, RecordKey::new(&format!("M{number}")).unwrap()),
            unit: None,
            office: Some(RecordKey::new("O1").unwrap()),
            facts: vec![NewFact {
                category: Category::ConcurrentPost,
                clause: "a".to_owned(),
                severity: Severity::High,
                fingerprint: format!("m-{number}"),
                evidence: vec!["concurrent_post:C1".to_owned()],
                explanation: "疑似，需核实".to_owned(),
                rule_version: "1".to_owned(),
                since: None,
                until: None,
            }],
            review_first: false,
            rule_author: None,
        };
        let run = RaiseRun {
            run: format!("mail {number}"),
            as_of: "2026-11-23".parse().unwrap(),
            judged: Judged::Nobody,
            spared: BTreeSet::new(),
            population: BTreeMap::new(),
        };
        archive.raise_reminders(&run, &[task], &desk, now()).await.unwrap();
    }
    let lease = archive.take_lease("delivery", "the test", true, TimeDelta::minutes(5), now()).await.unwrap();
    let leased = archive.lease_mails(&lease, Budget::default(), 50, now()).await.unwrap();
    let mut mails: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for (place, mail) in leased.iter().filter(|mail| mail.recipient == "o1@office.example").enumerate() {
        let fate = FATES[place % FATES.len()];
        archive.mark_transmitting(&lease, mail.id, now()).await.unwrap();
        archive.mail_sent(&lease, mail.id, &sent(fate), &desk, now()).await.unwrap();
        mails.entry(fate).or_default().push(mail.id);
    }
    archive.give_lease(&lease, now()).await.unwrap();
    (office, mails)
}

async fn state(office: &Office, id: i64) -> MailState {
    let mails = office.app.archive().mails(&OutboxFilter::default()).await.unwrap();
    mails.iter().find(|mail| mail.id == id).unwrap().state
}

#[tokio::test]
async fn each_decision_is_offered_where_it_fits_and_done_by_the_system_administrator_alone() {
    let (office, mails) = with_mails().await;
    for (id, role) in [("an", Role::SecurityAdmin), ("shen", Role::AuditAdmin), ("kan", Role::Leader)] {
        office.account(id, &[role], None).await;
    }
    let xi = office.sign_in("xi").await;
    let mut others = Vec::new();
    for id in ["fu", "fen", "ban", "zhu", "an", "shen", "kan"] {
        others.push((id, office.sign_in(id).await));
    }
    let mut decided = 0;
    for (fate, decision, expected) in [
        ("unknown", Arrived, Some(MailState::Accepted)),
        ("unknown", Resend, Some(MailState::Queued)),
        ("unknown", GiveUp, Some(MailState::DeadLetter)),
        ("rejected", Arrived, None),
        ("rejected", Resend, Some(MailState::Queued)),
        ("rejected", GiveUp, Some(MailState::Rejected)),
        ("retry", Arrived, None),
        ("retry", Resend, None),
        ("retry", GiveUp, Some(MailState::DeadLetter)),
        ("accepted", Arrived, None),
        ("accepted", Resend, None),
        ("accepted", GiveUp, None),
    ] {
        let place = [Arrived, Resend, GiveUp].iter().position(|one| *one == decision).unwrap();
        let id = mails[fate][place];
        let before = state(&office, id).await;
        let (path, word) = (format!("/outbox/{id}"), decision.word());
        let page = office.get_as(&xi, &path).await;
        page.is_page(200);
        let offered = page.text().contains(&format!("value=\"{word}\""));
        assert_eq!(offered, expected.is_some(), "{fate} {word}");
        let fields = [("decision", word), ("reason", "电话核实过")];
        // each fate is tried by everybody, with the decision that comes first
        for (who, person) in others.iter().filter(|_| place == 0) {
            assert_eq!(office.get_as(person, &path).await.status, 403, "{who} reads a mail");
            assert_eq!(office.post_as(person, &path, &fields).await.status, 403, "{who} decides");
        }
        let none = office.post_as(&xi, &path, &[("decision", word), ("reason", " ")]).await;
        none.is_page(422);
        assert!(none.text().contains("请写明理由") || fate == "accepted", "{fate} {word}");
        assert_eq!(
            state(&office, id).await,
            before,
            "{fate} {word}: changed by who may not, or without a reason"
        );
        let answer = office.post_as(&xi, &path, &fields).await;
        assert_eq!(answer.status, if expected.is_some() { 200 } else { 422 }, "{fate} {word}");
        assert_eq!(state(&office, id).await, expected.unwrap_or(before), "{fate} {word}");
        if expected.is_some() {
            decided += 1;
            let page = office.get_as(&xi, &path).await;
            assert!(page.text().contains("用户xi") && page.text().contains("电话核实过"), "{fate} {word}");
        } else {
            assert!(answer.text().contains("现在不能这样处理") && answer.text().contains("电话核实过"));
        }
    }
    let (entries, _) =
        office.app.archive().audit_newest(&archive::AuditQuestion::default(), 0, 5_000).await.unwrap();
    assert_eq!(entries.iter().filter(|entry| entry.action == "mail.decide").count(), decided);
    assert_eq!(office.post_as(&xi, "/outbox/1", &[("decision", "burn"), ("reason", "x")]).await.status, 400);
    office.close().await;
}
