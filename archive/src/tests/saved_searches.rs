//! Searches that somebody keeps: saved, listed, run, renamed, deleted; nobody else's; sealed in the file.

use serde_json::json;

use super::{at, office};
use crate::{ArchiveError, AuditQuestion, OPERATOR, SAVED_SEARCHES_MAX, SYSTEM, SavedSearchError};

fn refused(result: Result<impl std::fmt::Debug, ArchiveError>) -> SavedSearchError {
    match result.unwrap_err() {
        ArchiveError::SavedSearch(error) => error,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_search_is_saved_listed_run_renamed_and_deleted_by_its_owner_alone() {
    let office = office().await;
    let archive = &office.archive;
    let question = json!({"q": "王伟 “收受礼金”", "order": "newest"});
    let id = archive.save_search(OPERATOR, " 每月看一次 ", &question, None, at(1)).await.unwrap();
    let kept = archive.saved_searches(OPERATOR).await.unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!((kept[0].name.as_str(), &kept[0].question, kept[0].run), ("每月看一次", &question, None));

    archive.ran_search(OPERATOR, id, 7, at(2)).await.unwrap();
    archive.ran_search(OPERATOR, id, 5, at(3)).await.unwrap();
    assert_eq!(archive.saved_search(OPERATOR, id).await.unwrap().run, Some((at(3), 7)));
    archive.rename_search(OPERATOR, id, "每周看一次", at(4)).await.unwrap();
    archive.rename_search(OPERATOR, id, "每周看一次", at(4)).await.unwrap();
    assert_eq!(archive.saved_search(OPERATOR, id).await.unwrap().name, "每周看一次");

    assert!(archive.saved_searches(SYSTEM).await.unwrap().is_empty());
    let none = SavedSearchError::NoSuchSearch(id);
    assert_eq!(refused(archive.saved_search(SYSTEM, id).await), none);
    assert_eq!(refused(archive.rename_search(SYSTEM, id, "甲", at(5)).await), none);
    assert_eq!(refused(archive.ran_search(SYSTEM, id, 9, at(5)).await), none);
    assert_eq!(refused(archive.delete_search(SYSTEM, id, at(5)).await), none);
    archive.delete_search(OPERATOR, id, at(6)).await.unwrap();
    assert_eq!(refused(archive.delete_search(OPERATOR, id, at(6)).await), none);
    assert!(archive.saved_searches(OPERATOR).await.unwrap().is_empty());

    let asked = AuditQuestion { action: Some("search.".to_owned()), ..AuditQuestion::default() };
    let (_, told) = archive.audit_newest(&asked, 0, 50).await.unwrap();
    assert_eq!(told, 6, "saved, run twice, renamed twice, deleted; what was refused is no act");
    let next = archive.save_search(OPERATOR, "又一个", &question, None, at(7)).await.unwrap();
    assert_ne!(next, id, "a number is never used again");
    archive.verify_audit().await.unwrap();
}

#[tokio::test]
async fn what_cannot_be_kept_is_refused_with_its_reason() {
    let office = office().await;
    let archive = &office.archive;
    let save =
        async |name: &str, second| archive.save_search(OPERATOR, name, &json!({}), None, at(second)).await;
    for name in ["", "  ", &"长".repeat(61), "两\n行"] {
        assert_eq!(refused(save(name, 1).await), SavedSearchError::Name, "{name:?}");
    }
    let first = save("甲", 2).await.unwrap();
    assert_eq!(refused(save("甲", 3).await), SavedSearchError::NameTaken);
    let second = save("乙", 4).await.unwrap();
    assert_eq!(
        refused(archive.rename_search(OPERATOR, second, "甲", at(5)).await),
        SavedSearchError::NameTaken
    );
    // Another person may use the same name.
    archive.save_search(SYSTEM, "甲", &json!({}), Some(3), at(6)).await.unwrap();
    for at_all in 2..SAVED_SEARCHES_MAX {
        save(&format!("第{at_all}个"), 7).await.unwrap();
    }
    assert_eq!(refused(save("多一个", 8).await), SavedSearchError::TooMany);
    archive.delete_search(OPERATOR, first, at(9)).await.unwrap();
    save("多一个", 10).await.unwrap();
}

#[tokio::test]
async fn names_and_questions_do_not_stand_in_the_file_in_clear() {
    let office = office().await;
    let question = json!({"q": "欧阳不可见"});
    office.archive.save_search(OPERATOR, "查欧阳不可见", &question, None, at(1)).await.unwrap();
    office.archive.close().await;
    for entry in std::fs::read_dir(office.folder.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            let sought = "欧阳不可见".as_bytes();
            assert!(!bytes.windows(sought.len()).any(|window| window == sought), "{}", path.display());
        }
    }
}
