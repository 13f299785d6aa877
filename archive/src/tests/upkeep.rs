//! Catalogue, rosters, cadences and conclusions: kept with a version, sealed where they name people, narrowed.

use dossier::Kind;
use dossier::upkeep::cadence::Cadence;
use dossier::upkeep::declared::{Match, Verdict};

use super::*;
use crate::{ChangeError, NewCatalogueEntry, NewDeclaredVerdict, PaperState, RosterPerson};

async fn started() -> Office {
    let office = office().await;
    office
        .add(vec![
            row(Kind::Unit, "U1", &[("name", "样例局")]),
            person("P1", "样例甲"),
            person("P2", "样例乙"),
        ])
        .await;
    office
}

fn entry(person: &str, seen: i64, number: &str) -> NewCatalogueEntry {
    NewCatalogueEntry {
        person: key(person),
        seen,
        number: (!number.is_empty()).then(|| number.to_owned()),
        labels: vec!["重点关注".to_owned()],
        paper_place: "三柜二层".to_owned(),
        paper_state: PaperState::InStep,
        checked_on: "2026-11-01".parse().ok(),
    }
}

#[tokio::test]
async fn a_dossier_has_one_number_and_whoever_changes_it_has_seen_it() {
    let office = started().await;
    let set = async |new: NewCatalogueEntry| office.archive.set_catalogue(&new, OPERATOR, at(20)).await;
    set(entry("P1", 0, "水-001")).await.unwrap();
    assert!(matches!(set(entry("P2", 0, "水-001")).await, Err(ArchiveError::NumberTaken)));
    assert!(matches!(
        set(entry("P1", 0, "水-002")).await,
        Err(ArchiveError::Change(ChangeError::Decided { .. }))
    ));
    assert!(set(entry("P9", 0, "水-009")).await.is_err());
    set(entry("P1", 1, "水-002")).await.unwrap();
    set(entry("P2", 0, "")).await.unwrap();
    let snapshot = office.archive.snapshot().await.unwrap();
    assert_eq!(snapshot.paper_states().await.unwrap()[&key("P2")], PaperState::InStep);
    let all = snapshot.catalogue(&keys(&["P1", "P2"])).await.unwrap();
    assert_eq!(all.iter().map(|one| one.number.as_deref()).collect::<Vec<_>>(), [Some("水-002"), None]);
    assert_eq!(snapshot.catalogue(&keys(&["P1", "P9"])).await.unwrap()[0].row_version, 2);
}

#[tokio::test]
async fn a_roster_is_sealed_and_the_newest_counts() {
    let office = started().await;
    let someone =
        |name: &str| RosterPerson { name: name.to_owned(), id_number: String::new(), post: String::new() };
    let day = "2026-11-01".parse().unwrap();
    for people in [vec![someone("样例甲")], vec![someone("样例甲"), someone("样例丁")]] {
        office.archive.set_roster(&key("U1"), day, &people, OPERATOR, at(20)).await.unwrap();
    }
    assert!(office.archive.set_roster(&key("U9"), day, &[], OPERATOR, at(20)).await.is_err());
    let rosters = office.archive.snapshot().await.unwrap().rosters().await.unwrap();
    assert_eq!(
        (rosters.len(), rosters[0].people.len(), rosters[0].people[1].name.as_str()),
        (1, 2, "样例丁")
    );
    let stored: String = sqlx::query_scalar("SELECT body FROM dossier_roster")
        .fetch_one(office.archive.readers())
        .await
        .unwrap();
    assert!(!stored.contains("样例丁"));
}

#[tokio::test]
async fn each_source_has_its_last_delivery_and_the_cadence_that_was_set() {
    let office = started().await;
    office.import(adding("乙"), vec![person("P3", "样例丙")]).await;
    office.archive.set_cadence("乙", Kind::Person, Some(Cadence::Monthly), OPERATOR, at(30)).await.unwrap();
    let told = async || {
        let deliveries = office.archive.snapshot().await.unwrap().deliveries().await.unwrap();
        deliveries
            .iter()
            .map(|one| format!("{} {} {} {}", one.source, one.kind, one.cadence, one.set))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        told().await,
        ["乙 person monthly true", "甲 unit quarterly false", "甲 person quarterly false"]
    );
    office.archive.set_cadence("乙", Kind::Person, None, OPERATOR, at(31)).await.unwrap();
    assert_eq!(told().await[0], "乙 person quarterly false");
}

#[tokio::test]
async fn conclusions_are_only_added_and_hold_for_the_version_that_was_looked_at() {
    let office = started().await;
    office.add(vec![row(Kind::Property, "R1", &[("person", "P1"), ("use", "住宅")])]).await;
    let conclude = |version, person: &str, reason: &str| NewDeclaredVerdict {
        person: key(person),
        base: "2025-12-31".parse().unwrap(),
        fact: reference(Kind::Property, "R1"),
        version,
        found: Match::Missing,
        verdict: Verdict::Omitted,
        reason: reason.to_owned(),
    };
    let put = async |new: NewDeclaredVerdict| office.archive.conclude_declared(&new, OPERATOR, at(20)).await;
    assert!(put(conclude(2, "P1", "核实")).await.is_err(), "another version");
    assert!(put(conclude(1, "P2", "核实")).await.is_err(), "another's property");
    assert!(put(conclude(1, "P1", " ")).await.is_err(), "without a reason");
    put(conclude(1, "P1", "本人承认漏填")).await.unwrap();
    let found = office.archive.snapshot().await.unwrap().declared_verdicts(&key("P1")).await.unwrap();
    assert_eq!(
        (found.len(), found[0].what.reason.as_str(), found[0].what.verdict),
        (1, "本人承认漏填", Verdict::Omitted)
    );
    let update =
        sqlx::query("UPDATE declared_verdict SET verdict = 'exempt'").execute(office.archive.writer()).await;
    assert!(update.is_err());
}

#[tokio::test]
async fn an_office_answers_for_a_source() {
    let office = started().await;
    office.add(vec![row(Kind::Office, "O1", &[("name", "样例局纪检组")])]).await;
    let archive = &office.archive;
    assert!(
        archive.set_source_office("甲", Some(&key("O9")), OPERATOR, at(20)).await.is_err(),
        "no such office"
    );
    for named in [Some(key("O1")), None, Some(key("O1"))] {
        archive.set_source_office("甲", named.as_ref(), OPERATOR, at(20)).await.unwrap();
        let deliveries = archive.snapshot().await.unwrap().deliveries().await.unwrap();
        assert!(!deliveries.is_empty() && deliveries.iter().all(|one| one.office == named));
    }
}

#[tokio::test]
async fn the_last_conclusion_about_a_fact_counts_in_the_list() {
    let office = started().await;
    office.add(vec![row(Kind::Property, "F1", &[("person", "P1")])]).await;
    for verdict in [Verdict::Pending, Verdict::Omitted] {
        let new = NewDeclaredVerdict {
            person: key("P1"),
            base: "2025-12-31".parse().unwrap(),
            fact: reference(Kind::Property, "F1"),
            version: 1,
            found: Match::Missing,
            verdict,
            reason: "核对原件".to_owned(),
        };
        office.archive.conclude_declared(&new, OPERATOR, at(30)).await.unwrap();
    }
    let concluded = office.archive.snapshot().await.unwrap().concluded().await.unwrap();
    assert_eq!((concluded.len(), concluded[0].verdict), (1, Verdict::Omitted));
}

#[tokio::test]
async fn a_table_is_kept_since_its_first_delivery_or_since_the_archive_was_made() {
    let office = started().await;
    let since = async || office.archive.snapshot().await.unwrap().kept_since().await.unwrap();
    let first = since().await[&Kind::Person];
    assert!(!since().await.contains_key(&Kind::Award), "what is not kept has no day");
    let start = ImportStart { fingerprint: "later".to_owned(), ..adding("乙") };
    office.import(start, vec![row(Kind::Award, "W1", &[("person", "P1"), ("type", "评优")])]).await;
    let after = since().await;
    assert_eq!(after[&Kind::Person], first);
    assert!(after.contains_key(&Kind::Award));
}

#[tokio::test]
async fn an_event_came_on_file_when_it_was_first_said_whatever_was_corrected_later() {
    let office = started().await;
    let says = async |second: i64, record: &str, cells: &[(&str, &str)]| {
        let start = ImportStart { fingerprint: format!("{second}"), ..adding("甲") };
        let mut run = office.archive.begin_import(start, at(second)).await.unwrap();
        let mut cells = cells.to_vec();
        cells.push(("person", "P1"));
        run.put(vec![row(Kind::Sanction, record, &cells)], at(second)).await.unwrap();
        run.finish(&json!({}), at(second)).await.unwrap();
    };
    let came = async |record: &str, slug: &'static str| {
        let snapshot = office.archive.snapshot().await.unwrap();
        let stored = snapshot.records(Kind::Sanction, &keys(&[record])).await.unwrap();
        snapshot.first_said(&[(&stored[0], slug)]).await.unwrap()[0]
    };
    says(100, "S1", &[("effective_on", "2026-09-01")]).await;
    says(200, "S1", &[("effective_on", "2026-09-02")]).await;
    says(300, "S1", &[("effective_on", "2026-09-02"), ("revoked_on", "2026-09-20")]).await;
    assert_eq!(came("S1", "effective_on").await, at(100), "a corrected day came when there was first one");
    assert_eq!(came("S1", "revoked_on").await, at(300));
}
