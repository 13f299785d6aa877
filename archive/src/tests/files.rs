//! Files that could not be read: listed, settled by hand or by another try, and counted.

use dossier::Kind;

use super::*;
use crate::{FailedFile, FileState, TextFile};

fn failed(name: &str, sha256: &str) -> Incoming {
    Incoming::Failed(FailedFile {
        name: name.to_owned(),
        sha256: sha256.to_owned(),
        error_code: "pdf_no_text".to_owned(),
        reason: "the pages are pictures".to_owned(),
        upload: None,
    })
}

/// `(failed, settled by hand, texts)`.
async fn counts(office: &Office) -> (i64, i64, i64) {
    let coverage = office.archive.snapshot().await.unwrap().coverage().await.unwrap();
    (coverage.texts_failed, coverage.texts_settled_by_hand, coverage.texts)
}

#[tokio::test]
async fn a_failed_file_is_listed_once_and_makes_coverage_incomplete() {
    let office = office().await;
    let first = office.add(vec![failed("a.pdf", "aa"), failed("b.pdf", "bb")]).await;
    let second = office.add(vec![failed("a.pdf", "aa")]).await;
    assert_eq!((first.outcome.failed_files, first.outcome.failed_files_known), (2, 0));
    assert_eq!((second.outcome.failed_files, second.outcome.failed_files_known), (0, 1));
    let listed = office.archive.failed_files().await.unwrap();
    assert_eq!(listed.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["a.pdf", "b.pdf"]);
    assert_eq!(counts(&office).await, (2, 0, 0));
    assert!(!office.archive.snapshot().await.unwrap().coverage().await.unwrap().complete());
}

#[tokio::test]
async fn a_person_settles_a_file_once_and_it_stays_settled() {
    let office = office().await;
    office.add(vec![failed("a.pdf", "aa"), failed("b.pdf", "bb")]).await;
    let archive = &office.archive;
    let transcribed = text("", "a", "王伟……");
    let key = archive.settle_transcribed(1, transcribed.clone(), OPERATOR, at(20)).await.unwrap();
    archive.settle_withdrawn(2, "重复件", OPERATOR, at(21)).await.unwrap();
    assert_eq!(counts(&office).await, (0, 2, 1));

    let file = archive.file(1).await.unwrap().unwrap();
    assert_eq!((file.state, file.text.as_ref()), (FileState::Transcribed, Some(&key)));
    assert_eq!(file.settled_by.as_deref(), Some(OPERATOR));
    let file = archive.file(2).await.unwrap().unwrap();
    assert_eq!((file.state, file.settled_reason.as_deref()), (FileState::Withdrawn, Some("重复件")));

    let again = office.add(vec![failed("a.pdf", "aa"), failed("b.pdf", "bb")]).await;
    assert_eq!(again.outcome.failed_files_known, 2);
    assert_eq!(counts(&office).await, (0, 2, 1));
    let twice = archive.settle_transcribed(1, transcribed, OPERATOR, at(22)).await;
    assert!(matches!(twice, Err(ArchiveError::FileSettled { id: 1, state: "transcribed" })));
    assert!(matches!(
        archive.settle_withdrawn(9, "", OPERATOR, at(22)).await,
        Err(ArchiveError::NoSuchFile(9))
    ));
}

#[tokio::test]
async fn another_try_that_reads_the_same_bytes_settles_the_file_and_is_not_by_hand() {
    let office = office().await;
    office.add(vec![failed("a.pdf", "aa"), failed("b.pdf", "bb"), failed("c.pdf", "cc")]).await;
    office.add(vec![read("a.pdf", "aa")]).await;
    office.archive.settle_read(2, text("T2", "b", "正文二"), OPERATOR, at(20)).await.unwrap();
    assert_eq!(counts(&office).await, (1, 0, 2));
    let settled = office.archive.file(1).await.unwrap().unwrap();
    assert_eq!(settled.text, Some(key(&TextFile::text_key("a.pdf", "aa"))));
}

/// The text of a file, with the key that its name and bytes give it.
fn read(name: &str, sha256: &str) -> Incoming {
    let text = text(&TextFile::text_key(name, sha256), name, "正文");
    Incoming::Text(IncomingText { file_sha256: Some(sha256.to_owned()), ..text })
}

#[tokio::test]
async fn files_of_the_same_bytes_are_listed_and_settled_each_under_its_name() {
    let office = office().await;
    let both = || vec![failed("甲.pdf", "aa"), failed("乙.pdf", "aa")];
    assert_eq!(office.add(both()).await.outcome.failed_files, 2);
    office.archive.settle_withdrawn(1, "重复件", OPERATOR, at(20)).await.unwrap();
    assert_eq!(office.add(both()).await.outcome.failed_files_known, 2);
    assert_eq!(counts(&office).await, (1, 1, 0));
    office.add(vec![read("丙.pdf", "aa")]).await;
    assert_eq!(counts(&office).await, (1, 1, 1), "another name is another text");
    office.add(vec![read("卷/乙.docx", "aa")]).await;
    assert_eq!(counts(&office).await, (0, 1, 2));
}

#[tokio::test]
async fn a_file_that_moved_to_another_folder_is_the_same_file() {
    let office = office().await;
    office.add(vec![failed("a.pdf", "aa")]).await;
    let moved = office.add(vec![failed("2021/a.pdf", "aa")]).await;
    assert_eq!((moved.outcome.failed_files, moved.outcome.failed_files_known), (0, 1));
    assert_eq!(office.archive.failed_files().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_file_is_settled_only_as_long_as_its_transcript_stands() {
    let office = office().await;
    let others: Vec<Incoming> = (0..20).map(|n| Incoming::Text(text(&format!("T{n}"), "", "正文"))).collect();
    let with = |extra: Vec<Incoming>| others.iter().cloned().chain(extra).collect::<Vec<Incoming>>();
    office.import(replacing("甲"), with(vec![failed("a.pdf", "aa"), failed("b.pdf", "bb")])).await;
    let transcript = || text(&TextFile::text_key("a.pdf", "aa"), "a", "录入");
    office.archive.settle_transcribed(1, transcript(), OPERATOR, at(20)).await.unwrap();
    office.archive.settle_withdrawn(2, "重复件", OPERATOR, at(20)).await.unwrap();
    let gone = office.import(replacing("甲"), others.clone()).await;
    assert_eq!(gone.retired.total(), 1);

    let dry = ImportStart { dry_run: true, ..adding("甲") };
    let back = || vec![failed("a.pdf", "aa"), failed("b.pdf", "bb")];
    let imagined = office.import(dry, back()).await.outcome;
    let again = office.add(back()).await.outcome;
    for outcome in [imagined, again] {
        assert_eq!((outcome.failed_files, outcome.failed_files_known), (1, 1));
    }
    assert_eq!(counts(&office).await, (1, 1, 20));
    let file = office.archive.file(1).await.unwrap().unwrap();
    assert_eq!((file.state, file.text, file.settled_by), (FileState::Failed, None, None));

    office.archive.settle_transcribed(1, transcript(), OPERATOR, at(30)).await.unwrap();
    assert_eq!(counts(&office).await, (0, 2, 21));
    assert_eq!(office.add(back()).await.outcome.failed_files_known, 2);
}

#[tokio::test]
async fn a_file_of_the_same_name_with_other_bytes_settles_nothing() {
    let office = office().await;
    office.add(vec![failed("1.pdf", "aa")]).await;
    let other = IncomingText { file_sha256: Some("bb".to_owned()), ..text("T1", "1", "别的文件夹") };
    office.add(vec![Incoming::Text(other)]).await;
    assert_eq!(counts(&office).await, (1, 0, 1));
}

#[tokio::test]
async fn a_replace_drops_failed_files_that_are_gone_and_keeps_what_was_transcribed() {
    let office = office().await;
    let first: Vec<Incoming> = (0..20).map(|n| Incoming::Text(text(&format!("T{n}"), "", "正文"))).collect();
    let with_failed = |extra: Vec<Incoming>| first.iter().cloned().chain(extra).collect::<Vec<Incoming>>();
    office.import(replacing("甲"), with_failed(vec![failed("a.pdf", "aa"), failed("b.pdf", "bb")])).await;
    office.archive.settle_transcribed(1, text("", "a", "录入"), OPERATOR, at(20)).await.unwrap();
    let second = office.import(replacing("甲"), with_failed(vec![failed("a.pdf", "aa")])).await;
    assert_eq!(second.retired.total(), 0, "the file is still there, so its transcript is too");
    assert_eq!(counts(&office).await, (0, 1, 21));
    assert_eq!(office.archive.file(2).await.unwrap().unwrap().state, FileState::Replaced);
}

#[tokio::test]
async fn undoing_the_import_takes_its_failed_files_off_the_list() {
    let office = office().await;
    let import = office.add(vec![failed("a.pdf", "aa")]).await;
    let outcome = office.archive.undo(import.id, OPERATOR, at(20)).await.unwrap();
    assert_eq!(outcome.files, 1);
    assert_eq!(counts(&office).await, (0, 0, 0));
    let again = office.add(vec![failed("a.pdf", "aa")]).await;
    assert_eq!(again.outcome.failed_files, 1);
    assert_eq!(office.archive.failed_files().await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_bytes_of_a_failed_file_are_kept_for_another_try() {
    let office = office().await;
    let upload = office.archive.keep_upload(b"%PDF".to_vec()).await.unwrap();
    assert_eq!(std::fs::read(office.archive.upload_path(&upload.path)).unwrap(), b"%PDF");
}

#[tokio::test]
async fn a_text_is_read_with_its_content_and_once_per_content() {
    let office = office().await;
    office
        .add(vec![
            Incoming::Text(text("T1", "一", "同一正文𬭎")),
            Incoming::Text(text("T2", "二", "同一正文𬭎")),
            Incoming::Text(text("T3", "三", "")),
        ])
        .await;
    let snapshot = office.archive.snapshot().await.unwrap();
    let texts = snapshot.texts(&keys(&["T2", "T1", "T9", "T1"])).await.unwrap();
    let read: Vec<_> = texts.iter().map(|t| (t.stored.record.key.as_str(), t.content.as_str())).collect();
    assert_eq!(read, [("T1", "同一正文𬭎"), ("T2", "同一正文𬭎")]);
    assert_eq!(texts[0].text_hash, texts[1].text_hash);
    let page = snapshot.text_page(Some(&key("T1")), 10).await.unwrap();
    assert_eq!(page.iter().map(|t| t.stored.record.key.as_str()).collect::<Vec<_>>(), ["T2", "T3"]);
    assert_eq!(snapshot.page(Kind::Text, None, 10).await.unwrap().len(), 3);
}
