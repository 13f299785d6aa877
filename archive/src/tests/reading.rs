//! Questions to a snapshot: names, units, records about persons, pages, changes.

use dossier::Kind;
use dossier::name::name_key;

use super::*;

async fn small_office() -> Office {
    let office = office().await;
    office
        .add(vec![
            row(Kind::Unit, "U1", &[("name", "市卫生健康委员会"), ("aliases", "市卫健委；卫健委")]),
            row(Kind::Unit, "U2", &[("name", "市教育局")]),
            row(Kind::Person, "P1", &[("name", "阿卜杜拉·买买提"), ("former_names", "买买提；王伟")]),
            row(Kind::Person, "P2", &[("name", "王　伟")]),
            row(Kind::Post, "O1", &[("person", "P1"), ("unit", "U1")]),
            row(Kind::Post, "O2", &[("person", "P2"), ("unit", "U2")]),
            row(Kind::Sanction, "S1", &[("person", "P1")]),
        ])
        .await;
    office
}

#[tokio::test]
async fn a_name_finds_those_who_bear_it_and_those_who_bore_it() {
    let office = small_office().await;
    let snapshot = office.archive.snapshot().await.unwrap();
    let find = async |name: &str| -> Vec<(String, String, bool)> {
        let hits = snapshot.persons_by_names(&[name_key(name)]).await.unwrap();
        hits.into_iter().map(|hit| (hit.person.to_string(), hit.name, hit.former)).collect()
    };
    let hit = |person: &str, name: &str, former| (person.to_owned(), name.to_owned(), former);
    assert_eq!(find("王伟").await, [hit("P1", "王伟", true), hit("P2", "王　伟", false)]);
    assert_eq!(find("阿卜杜拉买买提").await, [hit("P1", "阿卜杜拉·买买提", false)]);
    assert_eq!(find("李强").await, []);
    assert_eq!(snapshot.all_names().await.unwrap().len(), 4);
    assert_eq!(snapshot.persons_by_names(&[]).await.unwrap(), []);
}

#[tokio::test]
async fn a_unit_is_found_by_name_and_alias() {
    let office = small_office().await;
    let snapshot = office.archive.snapshot().await.unwrap();
    let asked = ["市卫健委", "市教育局", "市公安局"].map(name_key);
    let units: Vec<_> =
        snapshot.units_by_names(&asked).await.unwrap().into_iter().map(|(_, unit)| unit).collect();
    assert_eq!(units.len(), 2);
    assert!(units.contains(&key("U1")) && units.contains(&key("U2")));
}

#[tokio::test]
async fn records_are_gathered_by_person_and_by_unit_and_by_page() {
    let office = small_office().await;
    let snapshot = office.archive.snapshot().await.unwrap();
    let listed =
        |found: Vec<crate::Stored>| found.iter().map(|stored| stored.record.to_string()).collect::<Vec<_>>();
    let both = keys(&["P2", "P1", "P1"]);
    let of_persons = snapshot.records_of_persons(&both, &[Kind::Sanction, Kind::Post]).await.unwrap();
    assert_eq!(listed(of_persons), ["post:O1", "post:O2", "sanction:S1"]);
    let of_units = snapshot.records_of_units(&keys(&["U1"]), &[Kind::Post, Kind::Unit]).await.unwrap();
    assert_eq!(listed(of_units), ["unit:U1", "post:O1"]);
    assert_eq!(listed(snapshot.records_of_persons(&both, &[]).await.unwrap()), [""; 0]);
    assert_eq!(listed(snapshot.page(Kind::Post, None, 1).await.unwrap()), ["post:O1"]);
    assert_eq!(listed(snapshot.page(Kind::Post, Some(&key("O1")), 9).await.unwrap()), ["post:O2"]);
    let persons = snapshot.records(Kind::Person, &keys(&["P1"])).await.unwrap();
    assert_eq!(persons[0].person, Some(key("P1")), "a person is about itself");
    let existing = snapshot.existing(Kind::Person, &keys(&["P1", "P9"])).await.unwrap();
    assert!(existing.len() == 1 && existing.contains(&key("P1")));
}

#[tokio::test]
async fn the_change_log_counts_on_and_says_what_is_pending() {
    let office = small_office().await;
    let before = office.archive.snapshot().await.unwrap().version();
    assert_eq!(before, 7);
    office.add(vec![Incoming::Text(text("T1", "通报", "正文")), person("P2", "王伟")]).await;
    office.archive.undo(2, OPERATOR, at(20)).await.unwrap();
    office.add(vec![Incoming::Text(text("T2", "通报", "正文"))]).await;
    let snapshot = office.archive.snapshot().await.unwrap();
    let log = snapshot.changes_since(before, 100).await.unwrap();
    let read: Vec<_> =
        log.iter().map(|change| (change.seq, change.record.to_string(), change.live)).collect();
    let change = |seq, record: &str, live| (seq, record.to_owned(), live);
    assert_eq!(
        read,
        [
            change(8, "text:T1", true),
            change(9, "person:P2", true),
            change(10, "person:P2", true),
            change(11, "text:T1", false),
            change(12, "text:T2", true),
        ]
    );
    assert_eq!(snapshot.changes_since(before, 2).await.unwrap(), log[..2]);
    assert_eq!(snapshot.pending_changes(before).await.unwrap(), 5);
    assert_eq!(
        (snapshot.pending_texts(before).await.unwrap(), snapshot.pending_texts(12).await.unwrap()),
        (1, 0)
    );
    assert_eq!(
        (snapshot.pending_names(before).await.unwrap(), snapshot.pending_names(12).await.unwrap()),
        (1, 0)
    );
}

#[tokio::test]
async fn coverage_counts_live_records_and_the_last_complete_import() {
    let office = office().await;
    let empty = office.archive.snapshot().await.unwrap().coverage().await.unwrap();
    assert_eq!((empty.records, empty.texts, empty.latest_import), (0, 0, None));
    office.add(vec![person("P1", "王伟"), Incoming::Text(text("T1", "通报", "正文"))]).await;
    let coverage = office.archive.snapshot().await.unwrap().coverage().await.unwrap();
    assert_eq!((coverage.records, coverage.texts, coverage.latest_import), (1, 1, Some(at(12))));
    assert!(coverage.complete());
}
