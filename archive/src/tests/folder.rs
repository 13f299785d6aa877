//! The folder: its key, its format, its backup, its clock.

use super::*;

#[tokio::test]
async fn an_archive_without_its_key_is_refused_and_gets_no_new_one() {
    let office = office().await;
    office.add(vec![person("P1", "王伟")]).await;
    office.archive.close().await;
    let path = office.folder.path().join("keys/seal.key");
    let key = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert!(matches!(open(&office.folder).await, Err(ArchiveError::KeyMissing { .. })));
    assert!(!path.exists());

    std::fs::write(&path, "0".repeat(64)).unwrap();
    assert!(matches!(open(&office.folder).await, Err(ArchiveError::KeyWrong { .. })));
    std::fs::write(&path, "not a key").unwrap();
    assert!(matches!(open(&office.folder).await, Err(ArchiveError::KeyUnreadable { .. })));

    std::fs::write(&path, key).unwrap();
    same_names(&names(&open(&office.folder).await.unwrap()).await, &[("P1", "王伟")]);
}

#[tokio::test]
async fn the_key_may_lie_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let options =
        OpenOptions { key_path: Some(elsewhere.path().join("office.key")), ..OpenOptions::default() };
    Archive::open(folder.path(), &options, at(0)).await.unwrap().close().await;
    assert!(!folder.path().join("keys").exists());
    Archive::open(folder.path(), &options, at(0)).await.unwrap();
    assert!(matches!(open(&folder).await, Err(ArchiveError::KeyMissing { .. })));
}

#[tokio::test]
async fn a_folder_without_an_archive_is_said_to_be_one() {
    let folder = tempfile::tempdir().unwrap();
    let options = OpenOptions { create: false, ..OpenOptions::default() };
    let refused = Archive::open(folder.path(), &options, at(0)).await;
    assert!(matches!(refused, Err(ArchiveError::NoArchive { .. })));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_newer_format_is_refused_and_an_older_one_is_backed_up_and_brought_up() {
    let office = office().await;
    office.add(vec![person("P1", "王伟")]).await;
    tamper(&office, "UPDATE meta SET value = '99' WHERE name = 'format_version'").await;
    match open(&office.folder).await {
        Err(ArchiveError::FormatTooNew { found, known }) => {
            assert_eq!((found, known), (99, crate::format::FORMAT));
        }
        other => panic!("{other:?}"),
    }
    tamper(&office, "UPDATE meta SET value = '0' WHERE name = 'format_version'").await;
    let migrated = open(&office.folder).await.unwrap();
    same_names(&names(&migrated).await, &[("P1", "王伟")]);
    let backups: Vec<_> = std::fs::read_dir(office.folder.path().join("backups")).unwrap().collect();
    assert_eq!(backups.len(), 1);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_named_as_damage() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("keys")).unwrap();
    std::fs::write(folder.path().join("keys/seal.key"), "1".repeat(64)).unwrap();
    std::fs::write(folder.path().join("archive.db"), "这不是数据库".repeat(100)).unwrap();
    assert!(matches!(open(&folder).await, Err(ArchiveError::Damaged(_))));
}

#[tokio::test]
async fn a_backup_with_the_key_is_a_whole_archive_and_overwrites_nothing() {
    let office = office().await;
    office.add(vec![person("P1", "王伟"), Incoming::Text(text("T1", "通报", "正文"))]).await;
    let restored = tempfile::tempdir().unwrap();
    office.archive.backup(&restored.path().join("archive.db")).await.unwrap();
    let again = office.archive.backup(&restored.path().join("archive.db")).await;
    assert!(matches!(again, Err(ArchiveError::BackupExists(_))));
    assert!(matches!(open(&restored).await, Err(ArchiveError::KeyMissing { .. })));
    std::fs::create_dir(restored.path().join("keys")).unwrap();
    std::fs::copy(office.folder.path().join("keys/seal.key"), restored.path().join("keys/seal.key")).unwrap();
    let archive = open(&restored).await.unwrap();
    assert_eq!(contents(&archive).await, contents(&office.archive).await);
    assert!(archive.verify_records(&mut |_| ()).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_clock_that_was_set_back_is_noticed() {
    let office = office().await;
    assert_eq!(office.archive.clock_jump(at(0)).await.unwrap(), None);
    office.add(vec![person("P1", "王伟")]).await;
    assert_eq!(office.archive.clock_jump(at(12)).await.unwrap(), None);
    assert_eq!(office.archive.clock_jump(at(2)).await.unwrap(), Some(chrono::TimeDelta::seconds(10)));
    office.archive.audit(OPERATOR, "search", "", &json!({}), at(5)).await.unwrap();
    assert_eq!(office.archive.clock_jump(at(12)).await.unwrap(), None);
    assert!(office.archive.clock_jump(at(11)).await.unwrap().is_some(), "an earlier write moves it nowhere");
}

#[tokio::test]
async fn two_first_openings_at_once_make_one_archive() {
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = tokio::join!(open(&folder), open(&folder));
    let (a, b) = (a.unwrap(), b.unwrap());
    import(&a, adding("甲"), vec![person("P1", "王伟")]).await.unwrap();
    same_names(&names(&b).await, &[("P1", "王伟")]);
    assert_eq!(a.identity_hash("x"), b.identity_hash("x"));
}
