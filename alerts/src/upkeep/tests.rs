//! Duties of offices over an archive of invented dossiers: what is owed when, to whom it is told, that it is told once,
//! and that it is done when it comes.

use std::collections::BTreeMap;

use archive::{
    Addresses, Archive, Desk, ImportMode, ImportStart, Incoming, OPERATOR, OpenOptions, OutboxFilter,
    Reminded,
};
use chrono::{DateTime, Utc};
use chrono_tz::Asia::Shanghai;
use dossier::reminder::{MailKind, Policy, Terms};
use dossier::{Calendar, Kind, RecordKey};

use super::*;
use crate::mail::Writer;

struct Office {
    archive: Archive,
    _folder: tempfile::TempDir,
    calendar: Calendar,
    policy: Policy,
    writer: Writer,
    addresses: Addresses,
    imports: u32,
}

fn noon(day: &str) -> DateTime<Utc> {
    format!("{day}T04:00:00Z").parse().unwrap()
}

/// `clue C1 person=P1 …`
fn incoming(text: &str) -> Incoming {
    let mut words = text.split(' ');
    let kind = Kind::parse(words.next().unwrap()).unwrap();
    let key = words.next().unwrap();
    let columns: Vec<_> = [("id", key)]
        .into_iter()
        .chain(words.map(|cell| cell.split_once('=').unwrap()))
        .map(|(slug, text)| (kind.declaration().column(slug).unwrap(), text))
        .collect();
    Incoming::Record(dossier::draft::check(kind, &columns, &[]).unwrap().draft)
}

impl Office {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let archive =
            Archive::open(folder.path(), &OpenOptions::default(), noon("2026-01-05")).await.unwrap();
        let mut office = Self {
            archive,
            _folder: folder,
            calendar: Calendar::new([2026], [], "test"),
            policy: Policy::default(),
            writer: Writer::new("q@o.example", None, &[]).unwrap(),
            addresses: Addresses::default(),
            imports: 0,
        };
        let base = [
            "office O1 name=一室 emails=o1@office.example",
            "office O2 name=二室 emails=o2@office.example",
            "unit U1 name=样例局 office=O1",
            "unit U2 name=样例二局 parent=U1",
            "unit U3 name=样例三局 office=O2",
            "person P1 name=样例甲 status=在职",
            "person P2 name=样例乙 status=在职 office=O2",
            "post J1 person=P1 unit=U2 title=科长 from=2020-01-01",
            "post J2 person=P2 unit=U1 title=科长 from=2020-01-01",
            "clue C0 person=P1 received_on=2025-01-01 summary=x disposal=谈话函询 disposed_on=2025-01-08",
            "inquiry Q0 person=P2 method=谈话 sent_on=2025-01-01",
        ];
        office.bring("2026-01-05", "干部科", &base).await;
        office
    }

    async fn bring(&mut self, day: &str, source: &str, rows: &[&str]) {
        self.imports += 1;
        let start = ImportStart {
            source: source.to_owned(),
            mode: ImportMode::Add,
            fingerprint: self.imports.to_string(),
            actor: OPERATOR.to_owned(),
            dry_run: false,
            confirm_retire: false,
        };
        let mut run = self.archive.begin_import(start, noon(day)).await.unwrap();
        run.put(rows.iter().map(|row| incoming(row)).collect(), noon(day)).await.unwrap();
        run.finish(&serde_json::json!({}), noon(day)).await.unwrap();
    }

    fn terms(&self) -> Terms<'_> {
        Terms { calendar: &self.calendar, zone: Shanghai }
    }

    fn desk(&self) -> Desk<'_> {
        Desk { terms: self.terms(), policy: &self.policy, press: &self.writer, addresses: &self.addresses }
    }

    async fn ledger(&self, day: &str) -> Ledger {
        Ledger::at(&self.archive, &self.terms(), None, noon(day)).await.unwrap()
    }

    /// Office by office: what is overdue, in words.
    async fn owed(&self, day: &str) -> BTreeMap<String, Vec<String>> {
        let ledger = self.ledger(day).await;
        let offices = owed_by_office(&self.archive, &ledger, &self.terms()).await.unwrap();
        let told = offices.into_iter().map(|(office, (late, owing))| {
            let late = late.into_iter().map(|(one, due)| format!("{} {due}", one.kind));
            let overdue = owing.overdue.into_iter().map(|(person, one)| format!("{person} {}", one.what));
            (office.map(|key| key.to_string()).unwrap_or_default(), late.chain(overdue).collect())
        });
        told.filter(|(_, owed): &(String, Vec<String>)| !owed.is_empty()).collect()
    }

    async fn mailed(&self) -> Vec<String> {
        let mails = self.archive.mails(&OutboxFilter::default()).await.unwrap();
        assert!(mails.iter().all(|mail| mail.kind == MailKind::M17));
        mails.into_iter().rev().map(|mail| mail.recipient).collect()
    }
}

const CLUE: &str =
    "clue C1 person=P1 received_on=2026-02-02 summary=x disposal=谈话函询 disposed_on=2026-03-02";

/// P1 has left, and his post still stands.
const LEFT: &str = "person P1 name=样例甲 status=退休 left_on=2026-03-02";

#[tokio::test]
async fn an_event_without_what_follows_is_the_duty_of_the_office_above_the_unit() {
    let mut office = Office::new().await;
    office.bring("2026-03-03", "干部科", &[LEFT]).await;
    let owed = |office: &str, what: &str| BTreeMap::from([(office.to_owned(), vec![what.to_owned()])]);
    assert_eq!(office.owed("2026-03-17").await, BTreeMap::new(), "on its last day it is in time");
    assert_eq!(office.owed("2026-03-18").await, owed("O1", "P1 posts_ended"));
    office.bring("2026-03-18", "干部科", &[&format!("{LEFT} office=O2")]).await;
    assert_eq!(office.owed("2026-03-18").await, owed("O2", "P1 posts_ended"), "the person's own goes before");
    let ended = "post J1 person=P1 unit=U2 title=科长 from=2020-01-01 until=2026-03-02";
    office.bring("2026-03-19", "干部科", &[ended]).await;
    assert_eq!(office.owed("2026-03-19").await, BTreeMap::new());
}

#[tokio::test]
async fn what_is_being_looked_into_is_told_to_no_supervising_office() {
    let mut office = Office::new().await;
    let case = "case K1 person=P1 filed_on=2025-02-02";
    office
        .bring(
            "2026-01-06",
            "案管室",
            &[case, "sanction S9 person=P2 category=党纪 type=警告 effective_on=2020-01-01"],
        )
        .await;
    office
        .bring(
            "2026-03-03",
            "案管室",
            &[CLUE, "case K2 person=P1 filed_on=2026-02-02 closed_on=2026-03-02 result=给予警告处分"],
        )
        .await;
    let owed = office.owed("2026-03-20").await;
    let own = ["P1 sanction_of_case".to_owned(), "P1 inquiry_of_clue".to_owned()];
    assert_eq!(owed.keys().collect::<Vec<_>>(), [""]);
    assert!(own.iter().all(|one| owed[""].contains(one)), "{owed:?}");
    let told = Reminding::default().look(&office.archive, &office.desk(), noon("2026-03-20")).await.unwrap();
    assert_eq!(told, Reminded::default());
    let ledger = office.ledger("2026-03-20").await;
    let offices = owed_by_office(&office.archive, &ledger, &office.terms()).await.unwrap();
    let filed = |key: Option<&str>| {
        let key = key.map(|key| RecordKey::new(key).unwrap());
        offices[&key].1.filed.keys().copied().collect::<Vec<_>>()
    };
    assert_eq!((filed(None), filed(Some("O1"))), (vec![Kind::Clue, Kind::Case], vec![]));
}

#[tokio::test]
async fn what_came_on_file_late_is_counted_against_what_came_in_time() {
    let mut office = Office::new().await;
    let old = "post J9 person=P1 unit=U1 title=科员 from=2019-01-01 until=2019-12-31";
    let rows = ["post J3 person=P1 unit=U3 title=副局长 from=2026-02-20", old];
    office.bring("2026-03-03", "干部科", &rows).await;
    office.bring("2026-04-03", "干部科", &["post J4 person=P2 unit=U3 title=副局长 from=2026-02-20"]).await;
    // a correction of what was in time stays in time
    let corrected = ["post J3 person=P1 unit=U3 title=副局长兼主任 from=2026-02-20"];
    office.bring("2026-05-03", "干部科", &corrected).await;
    let ledger = office.ledger("2026-05-04").await;
    let filed = |key: &str| ledger.entries()[&RecordKey::new(key).unwrap()].filed.get(&Kind::Post).copied();
    assert_eq!(filed("P1"), Some(Filed { in_time: 1, late: 0 }));
    assert_eq!(filed("P2"), Some(Filed { in_time: 0, late: 1 }));
    let later = office.ledger("2027-02-21").await;
    assert!(later.entries().values().all(|entry| entry.filed.is_empty()), "of the last twelve months only");
}

#[tokio::test]
async fn overdue_upkeep_reaches_its_office_once_and_ends_when_it_comes() {
    let mut office = Office::new().await;
    office.bring("2026-03-03", "干部科", &[LEFT]).await;
    office
        .archive
        .set_source_office("干部科", RecordKey::new("O2").ok().as_ref(), OPERATOR, noon("2026-03-03"))
        .await
        .unwrap();
    let mut looks = Reminding::default();
    let look = async |looks: &mut Reminding, office: &Office, day: &str| {
        looks.look(&office.archive, &office.desk(), noon(day)).await.unwrap()
    };
    assert_eq!(look(&mut looks, &office, "2026-03-17").await, Reminded::default());
    let told = look(&mut looks, &office, "2026-03-18").await;
    assert_eq!((told.offices, told.new), (1, 1));
    assert_eq!(office.mailed().await, ["o1@office.example"]);
    for day in ["2026-03-18", "2026-03-19"] {
        assert_eq!(look(&mut looks, &office, day).await, Reminded::default());
        // another process, which remembers nothing, tells nobody again
        assert_eq!(look(&mut Reminding::default(), &office, day).await, Reminded::default());
    }
    // the quarter of the base data ends: the office of the source owes four tables, and is told in one mail
    let told = look(&mut looks, &office, "2026-07-01").await;
    assert_eq!((told.offices, told.new), (1, 4), "{:?}", office.owed("2026-07-01").await);
    assert_eq!(office.mailed().await, ["o1@office.example", "o2@office.example"]);
    let brought = [
        "office O1 name=一室 emails=o1@office.example",
        "unit U1 name=样例局 office=O1",
        LEFT,
        "post J1 person=P1 unit=U2 title=科长 from=2020-01-01 until=2026-03-02",
    ];
    office.bring("2026-07-02", "干部科", &brought).await;
    let told = look(&mut looks, &office, "2026-07-02").await;
    assert_eq!((told.offices, told.new, told.done), (0, 0, 5));
    let snapshot = office.archive.snapshot().await.unwrap();
    assert_eq!(snapshot.count_nudges(true).await.unwrap(), 0);
    assert_eq!(snapshot.count_nudges(false).await.unwrap(), 2);
}

#[tokio::test]
async fn a_ledger_that_was_kept_up_equals_one_that_was_made_anew() {
    let mut office = Office::new().await;
    let mut kept = office.ledger("2026-03-02").await;
    let steps: [&[&str]; 6] = [
        &[CLUE],
        &["inquiry Q1 person=P1 clue=C1 method=谈话 sent_on=2026-03-04"],
        // it was about somebody else
        &["inquiry Q1 person=P2 clue=C9 method=谈话 sent_on=2026-03-04"],
        &[
            "person P3 name=样例丙 status=退休 left_on=2026-02-03",
            "post J3 person=P3 unit=U3 title=x from=2020-01",
        ],
        &["post J3 person=P3 unit=U3 title=x from=2020-01 until=2026-02-03"],
        &["unit U2 name=样例二局 office=O2"],
    ];
    for (at, rows) in steps.into_iter().enumerate() {
        let day = format!("2026-04-{:02}", 10 + at / 2);
        office.bring(&day, "干部科", rows).await;
        kept = Ledger::at(&office.archive, &office.terms(), Some(kept), noon(&day)).await.unwrap();
        let anew = office.ledger(&day).await;
        assert_eq!(kept.entries(), anew.entries(), "step {at}");
    }
}

#[tokio::test]
async fn who_sees_a_part_is_not_told_that_the_rest_is_missing() {
    let mut office = Office::new().await;
    office.bring("2026-03-03", "干部科", &[CLUE]).await;
    let judge =
        Judge::of(&office.archive, Some(&office.terms()), "2026-03-20".parse().unwrap()).await.unwrap();
    let snapshot = office.archive.snapshot().await.unwrap();
    let p1 = [RecordKey::new("P1").unwrap()];
    let person = snapshot.records(Kind::Person, &p1).await.unwrap().remove(0);
    let records = snapshot.records_of_persons(&p1, &KINDS).await.unwrap();
    let full = dossier::access::Scope::full();
    let withheld = dossier::access::Scope { withheld: [Kind::Inquiry].into(), ..full.clone() };
    let granted =
        dossier::access::Scope { granted: [(p1[0].clone(), [Kind::Clue].into())].into(), ..full.clone() };
    for (scope, owed) in [(full, 1), (withheld, 0), (granted, 0)] {
        assert_eq!(judge.clone().narrowed(&scope).owed(&person, &records).len(), owed);
    }
}
