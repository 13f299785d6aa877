//! Offices reminded of the upkeep they owe: once for each duty, period and office, with a mail in the same
//! transaction, and done by itself when what was owed has come.

use serde_json::json;

use super::*;
use crate::{ChangeError, DutyKind, DutyOwed, Reminded};

fn owed(office: &str, duty: &str) -> DutyOwed {
    DutyOwed {
        office: key(office),
        due: "2026-09-30".parse().unwrap(),
        kind: if duty.starts_with('d') { DutyKind::Delivery } else { DutyKind::FollowUp },
        duty: duty.to_owned(),
    }
}

impl House {
    async fn remind(&self, duties: &[DutyOwed], second: i64) -> (u64, u64, u64, u64) {
        let done = self.office.archive.remind_of_upkeep(duties, &self.desk(), at(second)).await.unwrap();
        let Reminded { offices, new, done, again } = done;
        (offices, new, done, again)
    }

    async fn upkeep_mails(&self) -> Vec<crate::Mail> {
        let mails = self.office.archive.mails(&OutboxFilter::default()).await.unwrap();
        mails.into_iter().filter(|mail| mail.kind == dossier::reminder::MailKind::M17).collect()
    }

    async fn nudges(&self) -> Vec<crate::Nudge> {
        self.office.archive.snapshot().await.unwrap().nudges(0, 100).await.unwrap()
    }
}

#[tokio::test]
async fn a_duty_is_told_once_and_done_when_it_is_owed_no_longer() {
    let house = House::settled().await;
    let (a, b, c) = (owed("O1", "d 1"), owed("O1", "f 2"), owed("O1", "f 3"));
    assert_eq!(house.remind(&[a.clone(), b.clone()], 10).await, (1, 2, 0, 0));
    assert_eq!(house.remind(&[a.clone(), b.clone()], 20).await, (0, 0, 0, 0), "nobody is told twice");
    let mails = house.upkeep_mails().await;
    assert_eq!((mails.len(), mails[0].recipient.as_str()), (1, "o1@office.example"));
    let bytes = house.office.archive.mail_bytes(mails[0].id).await.unwrap();
    assert_eq!(String::from_utf8(bytes).unwrap(), "m17 o1@office.example WH2026-000001");
    let told = house.nudges().await;
    assert_eq!((&told[0].told, told[0].duties), (&json!({ "sources": 1, "events": 1 }), (2, 0)));

    // half of it comes; another falls due; the rest comes
    assert_eq!(house.remind(&[b.clone(), c.clone()], 30).await, (1, 1, 1, 0));
    assert_eq!(house.nudges().await.iter().map(|one| one.duties).collect::<Vec<_>>(), [(1, 0), (2, 1)]);
    assert_eq!(house.remind(std::slice::from_ref(&c), 40).await, (0, 0, 1, 0));
    let told = house.nudges().await;
    assert_eq!((told[1].closed_at, told[0].closed_at), (Some(at(40)), None));
    assert_eq!(house.office.archive.snapshot().await.unwrap().count_nudges(true).await.unwrap(), 1);

    // what had come is taken back: it is owed again, and nobody is written to again
    assert_eq!(house.remind(&[a, c], 50).await, (0, 0, 0, 1));
    assert_eq!(house.nudges().await[1].closed_at, None);
    assert_eq!(house.upkeep_mails().await.len(), 2);
    house.office.archive.verify_audit().await.unwrap();
}

#[tokio::test]
async fn a_duty_that_goes_to_another_office_is_told_there_and_done_here() {
    let house = House::settled().await;
    assert_eq!(house.remind(&[owed("O1", "f 1")], 10).await, (1, 1, 0, 0));
    assert_eq!(house.remind(&[owed("O9", "f 1")], 20).await, (1, 1, 1, 0));
    let mails = house.upkeep_mails().await;
    assert_eq!(mails.len(), 2);
    assert_eq!(
        (mails[0].state, mails[0].office.as_deref(), mails[0].needs_a_person()),
        (MailState::DeadLetter, Some("O9"), true),
        "an office without an address is a mail that somebody has to see"
    );
}

#[tokio::test]
async fn a_mail_about_upkeep_that_has_come_meanwhile_does_not_go_out() {
    let house = House::settled().await;
    house.remind(&[owed("O1", "f 1")], 10).await;
    house.remind(&[], 20).await;
    let archive = &house.office.archive;
    let lease = archive.take_lease("delivery", "test", true, TimeDelta::minutes(5), at(30)).await.unwrap();
    let budget = crate::Budget { office: 100, all: 100 };
    let taken = archive.lease_mails(&lease, budget, 20, at(30)).await.unwrap();
    assert!(taken.is_empty(), "{taken:?}");
    assert_eq!(house.upkeep_mails().await[0].state, MailState::Obsolete);
    house.remind(&[owed("O1", "f 2")], 40).await;
    assert_eq!(archive.lease_mails(&lease, budget, 20, at(50)).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_person_reminds_an_office_of_all_that_is_open_and_not_twice_on_a_day() {
    let house = House::settled().await;
    let archive = &house.office.archive;
    let told = json!({ "sources": 1, "dossiers": 2 });
    let nudge =
        async |second| archive.nudge(&key("O1"), &told, &house.desk(), "s", at(second)).await.unwrap();
    assert_eq!(nudge(30).await, Some(1));
    assert_eq!(nudge(31).await, None, "it has not answered yet");
    assert!(matches!(
        archive.answer_nudge(1, " ", "l", at(32)).await,
        Err(ArchiveError::Change(ChangeError::Reason))
    ));
    for (office, sees) in [("O2", false), ("O1", true)] {
        let scope = dossier::access::Scope {
            offices: dossier::access::Offices::Below([key(office)].into()),
            ..dossier::access::Scope::full()
        };
        let reader = archive.for_reader(&std::sync::Arc::new(scope), "2026-11-26".parse().unwrap());
        let snapshot = reader.snapshot().await.unwrap();
        assert_eq!(snapshot.count_nudges(true).await.unwrap(), u64::from(sees));
        assert_eq!(snapshot.nudges(0, 10).await.unwrap().len(), usize::from(sees));
        drop(snapshot);
        assert_eq!(reader.answer_nudge(1, "月底前报送", "l", at(33)).await.unwrap(), sees, "{office}");
    }
    let (note, by, _) = house.nudges().await[0].answer.clone().unwrap();
    assert_eq!((note.as_str(), by.as_str()), ("月底前报送", "l"));
    assert_eq!(archive.snapshot().await.unwrap().count_nudges(true).await.unwrap(), 0);
    house.remind(&[owed("O1", "f 1")], 40).await;
    archive.answer_nudge(2, "正在补", "l", at(41)).await.unwrap();
    assert_eq!(nudge(50).await, Some(3));
    assert_eq!(house.nudges().await[0].duties, (1, 0), "what is open goes with it");
    house.remind(&[], 60).await;
    assert_eq!(house.nudges().await[0].closed_at, Some(at(60)));
    assert_eq!(
        house.nudges().await[2].closed_at,
        None,
        "one without a duty that has a day is done when answered"
    );
}
