//! A snapshot of the past answers as the archive answered then.

use super::*;
use crate::{NameHit, Snapshot};

/// Everything that can be asked, as one comparable value.
async fn everything(snapshot: &Snapshot) -> Vec<String> {
    let mut all = Vec::new();
    for &kind in Kind::ALL {
        for stored in snapshot.page(kind, None, 10_000).await.unwrap() {
            all.push(format!(
                "{} v{} {:?} {:?}",
                stored.record, stored.version, stored.person, stored.fields
            ));
        }
    }
    let names: Vec<NameHit> = snapshot.all_names().await.unwrap();
    all.push(format!("{names:?}"));
    let persons = keys(&["P1", "P2", "P3"]);
    all.push(format!("{:?}", snapshot.records_of_persons(&persons, Kind::ALL).await.unwrap()));
    all.push(format!("{:?}", snapshot.records_of_units(&keys(&["U1"]), Kind::ALL).await.unwrap()));
    let ids = ["11010519491231002X".to_owned(), "440524188001010014".to_owned()];
    all.push(format!("{:?}", snapshot.records_by_identity(&ids).await.unwrap()));
    all.push(format!(
        "{:?}",
        snapshot.units_by_names(&["水务局".to_owned(), "水利局".to_owned()]).await.unwrap()
    ));
    all.push(format!("{:?}", snapshot.text_page(None, 100).await.unwrap()));
    let counts = snapshot.coverage().await.unwrap();
    all.push(format!("{} {}", counts.records, counts.texts));
    all.push(format!("{:?}", snapshot.changes_since(0, 10_000).await.unwrap()));
    all
}

#[tokio::test]
async fn each_version_is_seen_again_as_it_was() {
    let office = office().await;
    let archive = &office.archive;
    let mut seen = Vec::new();
    let mut look = async || {
        let snapshot = archive.snapshot().await.unwrap();
        seen.push((snapshot.version(), everything(&snapshot).await));
    };
    look().await;
    office
        .add(vec![
            row(Kind::Unit, "U1", &[("name", "水务局")]),
            row(Kind::Person, "P1", &[("name", "王伟"), ("id_number", "11010519491231002X")]),
            row(Kind::Person, "P2", &[("name", "李强")]),
            Incoming::Text(text("T1", "通报", "王伟")),
        ])
        .await;
    look().await;
    office
        .import(
            ImportStart { fingerprint: "2".to_owned(), ..adding("甲") },
            vec![
                row(Kind::Unit, "U1", &[("name", "水利局"), ("aliases", "水务局")]),
                row(Kind::Person, "P1", &[("name", "王维"), ("id_number", "440524188001010014")]),
                row(Kind::Person, "P3", &[("name", "王伟")]),
                row(Kind::Clue, "L1", &[("person", "P1"), ("summary", "反映")]),
                Incoming::Text(text("T1", "通报", "王维受贿")),
                Incoming::Text(text("T2", "通报", "李强")),
            ],
        )
        .await;
    look().await;
    // The clue moves to another person; everything else of the source is withdrawn.
    office
        .import(
            ImportStart { fingerprint: "3".to_owned(), confirm_retire: true, ..replacing("甲") },
            vec![
                row(Kind::Person, "P3", &[("name", "王伟")]),
                row(Kind::Clue, "L1", &[("person", "P3"), ("summary", "反映")]),
            ],
        )
        .await;
    look().await;
    assert!(seen.windows(2).all(|pair| pair[0].0 < pair[1].0), "every import makes versions");
    for (version, then) in &seen {
        let snapshot = archive.snapshot_at(*version).await.unwrap();
        assert_eq!(snapshot.version(), *version);
        assert_eq!(&everything(&snapshot).await, then, "version {version}");
    }
    let first = archive.snapshot_at(seen[1].0).await.unwrap();
    assert_eq!(first.changed_texts().unwrap(), keys(&["T1", "T2"]));
    drop(first);
    let beyond = archive.snapshot_at(seen[3].0 + 1).await;
    assert!(matches!(beyond, Err(ArchiveError::NoSuchVersion { .. })));
    // Nothing of the past has got into the present.
    assert_eq!(everything(&archive.snapshot().await.unwrap()).await, seen[3].1);
}
