//! A replacing import: what it retires, what it may not touch, and the guard of ten per cent.

use dossier::Kind;

use super::*;
use crate::ImportState;

fn ten_persons() -> Vec<Incoming> {
    (0..10).map(|n| person(&format!("P{n}"), "王伟")).collect()
}

async fn live(office: &Office) -> usize {
    names(&office.archive).await.len()
}

#[tokio::test]
async fn one_of_ten_is_retired_without_asking_and_comes_back_when_it_is_there_again() {
    let office = office().await;
    office.import(replacing("甲"), ten_persons()).await;
    let fewer = office.import(replacing("甲"), ten_persons().split_off(1)).await;
    assert_eq!((fewer.retired.total(), fewer.retired.of), (1, 10));
    assert_eq!(live(&office).await, 9);
    let snapshot = office.archive.snapshot().await.unwrap();
    let versions = snapshot.versions(&reference(Kind::Person, "P0")).await.unwrap();
    assert_eq!(versions.iter().map(|v| v.live).collect::<Vec<_>>(), [true, false]);
    assert_eq!(
        versions[1].reason.as_deref(),
        Some(format!("absent from replacing import {}", fewer.id).as_str())
    );
    assert_eq!(snapshot.coverage().await.unwrap().records, 9);

    let back = office.import(replacing("甲"), ten_persons()).await;
    assert_eq!(back.outcome.tables, tallies(&[(Kind::Person, 0, 1, 9)]));
    assert_eq!(live(&office).await, 10);
    let snapshot = office.archive.snapshot().await.unwrap();
    assert_eq!(snapshot.versions(&reference(Kind::Person, "P0")).await.unwrap().len(), 3);
    assert_eq!(snapshot.persons_by_names(&[dossier::name::name_key("王伟")]).await.unwrap().len(), 10);
}

#[tokio::test]
async fn more_than_a_tenth_asks_first_and_leaves_the_import_visibly_incomplete() {
    let office = office().await;
    office.import(replacing("甲"), ten_persons()).await;
    let asked = import(&office.archive, replacing("甲"), ten_persons().split_off(2)).await;
    assert!(matches!(asked, Err(ArchiveError::RetireNeedsConfirm { count: 2, of: 10 })));
    assert_eq!(live(&office).await, 10);
    assert_eq!(office.archive.imports().await.unwrap()[0].state, ImportState::Interrupted);
    assert!(!office.archive.snapshot().await.unwrap().coverage().await.unwrap().complete());

    let confirmed = ImportStart { confirm_retire: true, ..replacing("甲") };
    let done = office.import(confirmed, ten_persons().split_off(2)).await;
    assert_eq!(done.retired.total(), 2);
    assert_eq!(live(&office).await, 8);
    assert_eq!(office.archive.imports().await.unwrap()[1].state, ImportState::Superseded);
    assert!(office.archive.snapshot().await.unwrap().coverage().await.unwrap().complete());
}

#[tokio::test]
async fn records_brought_anew_do_not_make_room_for_more_retiring() {
    let office = office().await;
    office.import(replacing("甲"), ten_persons()).await;
    let mut batch = ten_persons().split_off(2);
    batch.extend((10..100).map(|n| person(&format!("P{n}"), "李强")));
    let asked = import(&office.archive, replacing("甲"), batch).await;
    assert!(matches!(asked, Err(ArchiveError::RetireNeedsConfirm { count: 2, of: 10 })));
}

#[tokio::test]
async fn other_sources_and_other_tables_are_left_alone() {
    let office = office().await;
    office.import(replacing("甲"), ten_persons()).await;
    office.import(adding("乙"), vec![person("Q1", "李强")]).await;
    office.import(adding("甲"), vec![row(Kind::Sanction, "S1", &[("person", "P1")])]).await;
    let same = office.import(replacing("甲"), ten_persons()).await;
    assert_eq!((same.retired.total(), same.retired.of), (0, 10));
    assert_eq!(contents(&office.archive).await.len(), 12);
}

#[tokio::test]
async fn a_rejected_row_keeps_its_record_and_an_empty_sheet_clears_its_table() {
    let office = office().await;
    office.import(replacing("甲"), vec![person("P1", "王伟"), row(Kind::Sanction, "S1", &[])]).await;
    let start = ImportStart { confirm_retire: true, ..replacing("甲") };
    let mut run = office.archive.begin_import(start, at(20)).await.unwrap();
    run.keep(&[reference(Kind::Person, "P1")], at(21)).await.unwrap();
    run.covers(Kind::Sanction);
    let retired = run.finish(&json!({}), at(22)).await.unwrap();
    assert_eq!(retired.by_kind, [(Kind::Sanction, 1)].into());
    same_names(&names(&office.archive).await, &[("P1", "王伟")]);
}

fn with_sanctions(sanctions: std::ops::Range<u32>) -> Vec<Incoming> {
    let persons = (0..100).map(|n| person(&format!("P{n}"), "王伟"));
    persons.chain(sanctions.map(|n| row(Kind::Sanction, &format!("S{n}"), &[("person", "P1")]))).collect()
}

async fn replace_with(
    office: &Office,
    start: ImportStart,
    batch: Vec<Incoming>,
) -> Result<Retired, ArchiveError> {
    let mut run = office.archive.begin_import(start, at(20)).await?;
    run.covers(Kind::Sanction);
    run.put(batch, at(21)).await?;
    run.finish(&json!({}), at(22)).await
}

#[tokio::test]
async fn each_table_is_guarded_by_itself() {
    let office = office().await;
    office.import(replacing("甲"), with_sanctions(0..8)).await;
    for (left, gone) in [(0..0, 8), (1..8, 1)] {
        let dry = ImportStart { dry_run: true, ..replacing("甲") };
        let dry = replace_with(&office, dry, with_sanctions(left.clone())).await.unwrap();
        assert_eq!((dry.total(), dry.of, dry.needs_confirmation), (gone, 108, true));
        match replace_with(&office, replacing("甲"), with_sanctions(left)).await {
            Err(ArchiveError::RetireNeedsConfirm { count, of }) => assert_eq!((count, of), (gone, 8)),
            other => panic!("{other:?}"),
        }
        assert_eq!(contents(&office.archive).await.len(), 108);
    }
    let confirmed = ImportStart { confirm_retire: true, ..replacing("甲") };
    let done = replace_with(&office, confirmed, with_sanctions(0..0)).await.unwrap();
    assert_eq!(done.by_kind, [(Kind::Sanction, 8)].into());
}

#[tokio::test]
async fn the_same_unconfirmed_replace_again_asks_again() {
    let office = office().await;
    office.import(replacing("甲"), ten_persons()).await;
    let mut batch = ten_persons().split_off(2);
    batch.extend((10..100).map(|n| person(&format!("P{n}"), "李强")));
    for _ in 0..2 {
        let asked = import(&office.archive, replacing("甲"), batch.clone()).await;
        assert!(matches!(asked, Err(ArchiveError::RetireNeedsConfirm { count: 2, of: 10 })));
    }
}
