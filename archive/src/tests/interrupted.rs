//! Imports whose process is gone: noticed, run again, and then as if nothing had happened.

use dossier::Kind;

use super::*;
use crate::ImportState;

fn first_half() -> Vec<Incoming> {
    vec![person("P1", "王伟"), row(Kind::Award, "", &[("person", "P1"), ("type", "奖励")])]
}

fn second_half() -> Vec<Incoming> {
    vec![person("P2", "李强"), Incoming::Text(text("T1", "通报", "李强……"))]
}

fn all() -> Vec<Incoming> {
    first_half().into_iter().chain(second_half()).collect()
}

/// As a killed process leaves it: half of it put, the lock gone, the state still `running`.
async fn killed_half_way(archive: &Archive) {
    let mut run = archive.begin_import(adding("甲"), at(1)).await.unwrap();
    run.put(first_half(), at(2)).await.unwrap();
    drop(run);
}

async fn states(archive: &Archive) -> Vec<ImportState> {
    archive.imports().await.unwrap().iter().map(|import| import.state).collect()
}

#[tokio::test]
async fn a_killed_import_run_again_ends_as_if_nothing_had_happened() {
    let office = office().await;
    killed_half_way(&office.archive).await;
    let coverage = office.archive.snapshot().await.unwrap().coverage().await.unwrap();
    assert!(!coverage.complete() && coverage.running_imports == 1);

    let reopened = office.second_handle().await;
    assert_eq!(states(&reopened).await, [ImportState::Interrupted]);
    let again = import(&reopened, adding("甲"), all()).await.unwrap();
    assert_eq!(states(&reopened).await, [ImportState::Complete, ImportState::Superseded]);

    let uninterrupted = super::office().await;
    uninterrupted.add(all()).await;
    assert_eq!(contents(&reopened).await.len(), 4);
    let without_keys =
        |all: Vec<(String, Fields)>| all.into_iter().map(|(_, fields)| fields).collect::<Vec<_>>();
    assert_eq!(without_keys(contents(&reopened).await), without_keys(contents(&uninterrupted.archive).await));
    let snapshot = reopened.snapshot().await.unwrap();
    assert_eq!(snapshot.version(), uninterrupted.archive.snapshot().await.unwrap().version());
    assert!(snapshot.coverage().await.unwrap().complete());
    for stored in snapshot.page(Kind::Person, None, 10).await.unwrap() {
        assert_eq!(
            (stored.version, stored.import),
            (1, Some(again.id)),
            "the second run owns what both brought"
        );
    }
    assert!(reopened.verify_records(&mut |_| ()).await.unwrap().is_empty());
}

#[tokio::test]
async fn undoing_the_second_run_takes_back_what_both_brought() {
    let office = office().await;
    killed_half_way(&office.archive).await;
    let again = office.add(all()).await;
    let outcome = office.archive.undo(again.id, OPERATOR, at(30)).await.unwrap();
    assert_eq!((outcome.retired, outcome.skipped.len()), (4, 0));
    assert!(contents(&office.archive).await.is_empty());
    let refused = office.archive.undo(1, OPERATOR, at(31)).await;
    assert!(matches!(refused, Err(ArchiveError::NotUndoable { state: "superseded", .. })));
}

#[tokio::test]
async fn other_files_of_the_same_source_do_not_settle_an_interrupted_import_but_undoing_it_does() {
    let office = office().await;
    killed_half_way(&office.archive).await;
    let corrected = ImportStart { fingerprint: "corrected files".to_owned(), ..adding("甲") };
    office.import(corrected, vec![person("P1", "王伟"), person("P2", "李强")]).await;
    assert!(!office.archive.snapshot().await.unwrap().coverage().await.unwrap().complete());
    office.archive.undo(1, OPERATOR, at(30)).await.unwrap();
    assert!(office.archive.snapshot().await.unwrap().coverage().await.unwrap().complete());
    same_names(&names(&office.archive).await, &[("P1", "王伟"), ("P2", "李强")]);
    assert_eq!(contents(&office.archive).await.len(), 2, "what only the interrupted import brought is gone");
}

#[tokio::test]
async fn one_import_at_a_time_and_the_other_says_who() {
    let office = office().await;
    let other = office.second_handle().await;
    let run = office.archive.begin_import(adding("甲"), at(1)).await.unwrap();
    match other.begin_import(adding("乙"), at(2)).await {
        Err(ArchiveError::ImportBusy { pid }) => assert_eq!(pid, Some(std::process::id())),
        other => panic!("{other:?}"),
    }
    assert!(matches!(other.undo(1, OPERATOR, at(2)).await, Err(ArchiveError::ImportBusy { .. })));
    office.second_handle().await;
    assert_eq!(
        states(&other).await,
        [ImportState::Running],
        "opening beside a running import leaves it alone"
    );
    drop(run);
    let mut run = other.begin_import(adding("乙"), at(3)).await.unwrap();
    run.finish(&json!({}), at(4)).await.unwrap();
    office.archive.begin_import(adding("甲"), at(5)).await.expect("a finished run holds nothing");
}
