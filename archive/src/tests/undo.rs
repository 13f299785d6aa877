//! Taking imports back, alone and among others.

use dossier::Kind;

use super::*;

async fn undo(office: &Office, import: &Imported) -> (u64, u64, Vec<String>) {
    let outcome = office.archive.undo(import.id, OPERATOR, at(50)).await.unwrap();
    (outcome.restored, outcome.retired, outcome.skipped.iter().map(ToString::to_string).collect())
}

#[tokio::test]
async fn what_was_new_is_retired_and_what_was_changed_is_as_before() {
    let office = office().await;
    office.add(vec![person("P1", "王伟"), person("P2", "李强")]).await;
    let before = contents(&office.archive).await;
    let second = office.add(vec![person("P1", "王卫"), person("P2", "李强"), person("P3", "张三")]).await;
    assert_eq!(undo(&office, &second).await, (1, 1, vec![]));
    assert_eq!(contents(&office.archive).await, before);
    let snapshot = office.archive.snapshot().await.unwrap();
    let versions = snapshot.versions(&reference(Kind::Person, "P1")).await.unwrap();
    assert_eq!(versions.len(), 3, "nothing is erased");
    assert_eq!(versions[2].reason.as_deref(), Some("undo of import 2"));
    let by_name =
        snapshot.persons_by_names(&["王卫", "张三", "王伟"].map(dossier::name::name_key)).await.unwrap();
    assert_eq!(by_name.iter().map(|hit| hit.person.as_str()).collect::<Vec<_>>(), ["P1"]);
    assert!(office.archive.verify_records(&mut |_| ()).await.unwrap().is_empty());
    let again = office.archive.undo(second.id, OPERATOR, at(51)).await;
    assert!(matches!(again, Err(ArchiveError::NotUndoable { state: "undone", .. })));
    assert!(matches!(office.archive.undo(99, OPERATOR, at(51)).await, Err(ArchiveError::NoSuchImport(99))));
}

#[tokio::test]
async fn what_was_changed_or_brought_again_since_is_left_alone_and_named() {
    let office = office().await;
    let first = office.add(vec![person("P1", "王伟"), person("P2", "李强"), person("P3", "张三")]).await;
    office.import(adding("乙"), vec![person("P1", "王卫"), person("P2", "李强")]).await;
    assert_eq!(undo(&office, &first).await, (0, 1, vec!["person:P1".to_owned(), "person:P2".to_owned()]));
    same_names(&names(&office.archive).await, &[("P1", "王卫"), ("P2", "李强")]);
}

#[tokio::test]
async fn a_content_of_an_undone_import_never_comes_back() {
    let office = office().await;
    let first = office.add(vec![person("P1", "王伟")]).await;
    let second = office.add(vec![person("P1", "王卫")]).await;
    assert_eq!(undo(&office, &first).await, (0, 0, vec!["person:P1".to_owned()]));
    assert_eq!(undo(&office, &second).await, (0, 1, vec![]));
    same_names(&names(&office.archive).await, &[]);
}

#[tokio::test]
async fn undoing_in_either_order_ends_empty() {
    for order in [[0, 1], [1, 0]] {
        let office = office().await;
        let imports = [
            office.add(vec![person("P1", "王伟"), person("P2", "李强")]).await,
            office.add(vec![person("P1", "王卫"), person("P3", "张三")]).await,
        ];
        for index in order {
            undo(&office, &imports[index]).await;
        }
        assert!(contents(&office.archive).await.is_empty(), "{order:?}");
        assert_eq!(office.archive.snapshot().await.unwrap().coverage().await.unwrap().records, 0);
    }
}

#[tokio::test]
async fn undoing_a_replace_brings_back_what_it_retired() {
    let office = office().await;
    office.import(replacing("甲"), vec![person("P1", "王伟"), person("P2", "李强")]).await;
    let start = ImportStart { confirm_retire: true, ..replacing("甲") };
    let replace = office.import(start, vec![person("P1", "王伟")]).await;
    same_names(&names(&office.archive).await, &[("P1", "王伟")]);
    assert_eq!(undo(&office, &replace).await, (1, 0, vec![]));
    same_names(&names(&office.archive).await, &[("P1", "王伟"), ("P2", "李强")]);
}

#[tokio::test]
async fn what_a_later_replace_does_not_hold_either_stays_retired() {
    let office = office().await;
    office.import(replacing("甲"), vec![person("P1", "王伟"), person("P2", "李强")]).await;
    let confirmed = || ImportStart { confirm_retire: true, ..replacing("甲") };
    let replace = office.import(confirmed(), vec![person("P1", "王伟")]).await;
    office.import(confirmed(), vec![person("P1", "王伟")]).await;
    assert_eq!(undo(&office, &replace).await, (0, 0, vec!["person:P2".to_owned()]));
    same_names(&names(&office.archive).await, &[("P1", "王伟")]);
}
