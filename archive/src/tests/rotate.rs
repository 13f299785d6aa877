//! Turning the sealing key: everything is read as before, nothing is left by the old key, and a process that
//! dies at any place leaves something that can be finished.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use dossier::clearance_act::ActState;

use super::sealed::{ID, holds, with_secrets};
use super::*;
use crate::{KeyRotated, SealAlgorithm};

fn options(sealing: SealAlgorithm) -> OpenOptions {
    OpenOptions { sealing, ..OpenOptions::default() }
}

async fn turn(folder: &TempDir, sealing: SealAlgorithm) -> Result<KeyRotated, ArchiveError> {
    Archive::rotate_key(folder.path(), &options(sealing), OPERATOR, &mut || Ok(()), &mut |_| {}, at(50)).await
}

async fn open_by(folder: &TempDir, sealing: SealAlgorithm) -> Archive {
    Archive::open(folder.path(), &options(sealing), at(60)).await.unwrap()
}

fn key_file(folder: &TempDir) -> PathBuf {
    folder.path().join("keys/seal.key")
}

/// Every text of every table that begins as a sealed one does, by its mark.
async fn marks(archive: &Archive) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for column in crate::seal::SEALED_COLUMNS {
        let sql = format!(
            "SELECT SUBSTR(CAST({0} AS TEXT), 1, 3) FROM {1} WHERE LENGTH({0}) > 0",
            column.column, column.table
        );
        let values: Vec<String> =
            sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(archive.readers()).await.unwrap();
        for mark in values {
            *found.entry(mark).or_default() += 1;
        }
    }
    found
}

#[tokio::test]
async fn after_a_turn_everything_is_read_and_found_and_the_old_key_opens_nothing() {
    let office = with_secrets().await;
    let before = contents(&office.archive).await;
    let old_key = std::fs::read(key_file(&office.folder)).unwrap();
    let clearance = office.archive.recent_clearances(10).await.unwrap().remove(0).id;
    let rows = office.archive.clearance_rows(&clearance, 0, 10, None).await.unwrap();
    let (derived, question) = (office.archive.question_hash("甲"), office.archive.identity_hash(ID));
    office.archive.close().await;

    let turned = turn(&office.folder, SealAlgorithm::Sm4Gcm).await.unwrap();
    assert_eq!((turned.generation, turned.algorithm), (2, SealAlgorithm::Sm4Gcm));
    assert!(turned.resealed >= 6 && turned.unreadable.is_empty(), "{turned:?}");
    let retired = turned.retired.unwrap();
    assert_eq!(std::fs::read(&retired).unwrap(), old_key, "older backups open by it");

    let archive = open_by(&office.folder, SealAlgorithm::Aes256Gcm).await;
    assert_eq!(contents(&archive).await, before);
    assert_eq!(archive.clearance_rows(&clearance, 0, 10, None).await.unwrap(), rows);
    let hits = archive.snapshot().await.unwrap().records_by_identity(&[ID.to_owned()]).await.unwrap();
    assert_eq!(hits.len(), 1, "the look-up is by the new key");
    assert_eq!(archive.question_hash("甲"), derived, "questions are known again");
    assert_ne!(archive.identity_hash(ID), question);
    assert_eq!(archive.verify_records(&mut |_| {}).await.unwrap(), []);
    assert!(archive.verify_audit().await.is_ok());
    let acts: Vec<String> =
        sqlx::query_scalar("SELECT action FROM audit WHERE action LIKE 'key.%' ORDER BY seq")
            .fetch_all(archive.readers())
            .await
            .unwrap();
    assert_eq!(acts, ["key.rotate", "key.rotated"]);
    assert_eq!(marks(&archive).await.keys().collect::<Vec<_>>(), ["S2:"]);
    archive.close().await;
    std::fs::write(key_file(&office.folder), &old_key).unwrap();
    let refused = Archive::open(office.folder.path(), &OpenOptions::default(), at(61)).await;
    assert!(matches!(refused, Err(ArchiveError::KeyWrong { .. })), "{refused:?}");
}

#[tokio::test]
async fn both_algorithms_live_in_one_archive_until_the_key_is_turned() {
    let office = with_secrets().await;
    office.archive.close().await;
    let archive = open_by(&office.folder, SealAlgorithm::Sm4Gcm).await;
    let person = row(Kind::Person, "P2", &[("name", "李红"), ("id_number", "440524188001010014")]);
    import(&archive, adding("乙"), vec![person]).await.unwrap();
    let found = marks(&archive).await;
    assert!(found.contains_key("A1:") && found.contains_key("S1:"), "{found:?}");
    let before = contents(&archive).await;
    archive.close().await;
    turn(&office.folder, SealAlgorithm::Aes256Gcm).await.unwrap();
    turn(&office.folder, SealAlgorithm::Sm4Gcm).await.unwrap();
    let archive = open_by(&office.folder, SealAlgorithm::Aes256Gcm).await;
    assert_eq!(contents(&archive).await, before);
    assert_eq!(marks(&archive).await.keys().collect::<Vec<_>>(), ["S3:"]);
}

#[tokio::test]
async fn the_same_row_is_the_same_record_before_and_after_a_turn() {
    let office = office().await;
    let relative = || {
        row(
            Kind::Relative,
            "",
            &[("person", "P1"), ("relation", "配偶"), ("name", "王芳"), ("id_number", ID)],
        )
    };
    office.add(vec![person("P1", "王伟"), relative()]).await;
    office.archive.close().await;
    turn(&office.folder, SealAlgorithm::Aes256Gcm).await.unwrap();
    let archive = open_by(&office.folder, SealAlgorithm::Aes256Gcm).await;
    let again = import(&archive, adding("甲"), vec![person("P1", "王伟"), relative()]).await.unwrap();
    assert_eq!(
        again.outcome.tables,
        tallies(&[(Kind::Person, 0, 0, 1), (Kind::Relative, 0, 0, 1)]),
        "nothing is new and nothing changed"
    );
}

#[tokio::test]
async fn acts_reminders_and_second_factors_are_read_after_a_turn_and_their_chain_is_whole() {
    let (office, reminder) = super::reminders::answered().await;
    let (act, _) = super::clearance_acts::brought_to(&office, ActState::Consulting).await;
    let archive = &office.archive;
    let before = (
        archive
            .reminder_events(&reminder)
            .await
            .unwrap()
            .iter()
            .map(|event| event.reason.clone())
            .collect::<Vec<_>>(),
        archive.reminder_answers(&reminder).await.unwrap(),
        archive.reminder_facts(&reminder).await.unwrap(),
        archive.act_events(&act).await.unwrap(),
        archive.consultations(&act).await.unwrap(),
    );
    office.archive.close().await;
    turn(&office.folder, SealAlgorithm::Aes256Gcm).await.unwrap();
    let archive = open_by(&office.folder, SealAlgorithm::Aes256Gcm).await;
    let after = (
        archive
            .reminder_events(&reminder)
            .await
            .unwrap()
            .iter()
            .map(|event| event.reason.clone())
            .collect::<Vec<_>>(),
        archive.reminder_answers(&reminder).await.unwrap(),
        archive.reminder_facts(&reminder).await.unwrap(),
        archive.act_events(&act).await.unwrap(),
        archive.consultations(&act).await.unwrap(),
    );
    assert_eq!(before, after);
    assert_eq!(archive.verify_reminder_events().await.unwrap(), 3);
    assert_eq!(marks(&archive).await.keys().collect::<Vec<_>>(), ["A2:"]);
    let refused =
        sqlx::query("UPDATE reminder_event SET at = 1").execute(archive.writer()).await.unwrap_err();
    assert!(refused.to_string().contains("append-only"), "the triggers are there again: {refused}");
}

/// The key is turned until `progress` was called so often, and then the work is dropped where it stands.
async fn killed_after(folder: &TempDir, calls: u64) {
    let (seen, stop) = (AtomicU64::new(0), tokio::sync::Notify::new());
    let mut progress = |_: u64| {
        if seen.fetch_add(1, Ordering::Relaxed) + 1 >= calls {
            stop.notify_one();
        }
    };
    let mut forget = || Ok(());
    let options = options(SealAlgorithm::Sm4Gcm);
    let work = Archive::rotate_key(folder.path(), &options, OPERATOR, &mut forget, &mut progress, at(50));
    tokio::select! {
        biased;
        () = stop.notified() => {}
        done = work => panic!("{done:?}: it was to be stopped after {calls}"),
    }
}

#[tokio::test]
async fn stopped_at_any_place_it_says_so_opens_for_nobody_and_is_finished_when_asked_again() {
    for calls in 1..=8 {
        let office = with_secrets().await;
        let before = contents(&office.archive).await;
        killed_after(&office.folder, calls).await;
        // Who has it open goes no further: he would look by the old key, or seal by it.
        assert!(matches!(office.archive.snapshot().await, Err(ArchiveError::KeyRotated)));
        let write = office.archive.audit(OPERATOR, "search", "q", &json!({}), at(51)).await;
        assert!(matches!(write, Err(ArchiveError::KeyRotated)), "{write:?}");
        office.archive.close().await;
        let opened = Archive::open(office.folder.path(), &OpenOptions::default(), at(52)).await;
        assert!(matches!(opened, Err(ArchiveError::KeyRotating)), "{opened:?}");
        let turned = turn(&office.folder, SealAlgorithm::Sm4Gcm).await.unwrap();
        assert_eq!(turned.generation, 2, "it goes on with what was begun");
        let archive = open_by(&office.folder, SealAlgorithm::Sm4Gcm).await;
        assert_eq!(contents(&archive).await, before, "stopped after {calls}");
        assert_eq!(archive.verify_records(&mut |_| {}).await.unwrap(), []);
        assert_eq!(marks(&archive).await.keys().collect::<Vec<_>>(), ["S2:"]);
    }
}

#[tokio::test]
async fn the_old_key_goes_last_and_only_when_derived_things_are_gone() {
    let office = with_secrets().await;
    office.archive.close().await;
    let mut fails = || Err(std::io::Error::other("the index is in use"));
    let options = options(SealAlgorithm::Aes256Gcm);
    let failed =
        Archive::rotate_key(office.folder.path(), &options, OPERATOR, &mut fails, &mut |_| {}, at(50)).await;
    assert!(failed.is_err());
    let held = std::fs::read_to_string(key_file(&office.folder)).unwrap();
    assert!(held.contains("generation 1 ") && held.contains("generation 2 "), "both keys are kept");
    assert!(matches!(open(&office.folder).await, Err(ArchiveError::KeyRotating)));
    assert!(turn(&office.folder, SealAlgorithm::Aes256Gcm).await.unwrap().retired.is_some());
    let held = std::fs::read_to_string(key_file(&office.folder)).unwrap();
    assert!(!held.contains("generation 1 ") && held.contains("generation 2 "));
    open(&office.folder).await.unwrap();
}

#[tokio::test]
async fn a_sealed_value_that_nobody_listed_keeps_the_old_key() {
    let office = with_secrets().await;
    let sealed = office.archive.sealer().seal("somewhere", "x").unwrap();
    sqlx::query("INSERT INTO unit_name (name_key, unit) VALUES ($1, 'U1')")
        .bind(sealed)
        .execute(office.archive.writer())
        .await
        .unwrap();
    office.archive.close().await;
    let refused = turn(&office.folder, SealAlgorithm::Aes256Gcm).await;
    assert!(
        matches!(&refused, Err(ArchiveError::KeyStillNeeded(place)) if place == "unit_name.name_key"),
        "{refused:?}"
    );
    assert!(std::fs::read_to_string(key_file(&office.folder)).unwrap().contains("generation 1 "));
}

#[tokio::test]
async fn what_was_damaged_before_is_damaged_afterwards_and_does_not_hold_the_turn_up() {
    let office = with_secrets().await;
    tamper(&office, "UPDATE record SET content_hash = 'x' WHERE kind = 'petition'").await;
    tamper(&office, "UPDATE clearance_row SET body = 'A1:00'").await;
    office.archive.close().await;
    let turned = turn(&office.folder, SealAlgorithm::Aes256Gcm).await.unwrap();
    assert_eq!(turned.unreadable.len(), 1, "{:?}", turned.unreadable);
    let archive = open_by(&office.folder, SealAlgorithm::Aes256Gcm).await;
    let damaged = archive.verify_records(&mut |_| {}).await.unwrap();
    assert_eq!(damaged.len(), 1, "{damaged:?}");
    let database = std::fs::read(office.folder.path().join("archive.db")).unwrap();
    assert!(!holds(&database, ID));
}
