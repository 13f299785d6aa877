//! What an import stores: new, changed and unchanged records, versions, derived keys, dry runs.

use dossier::Kind;

use super::*;
use crate::ImportState;

#[tokio::test]
async fn the_same_import_again_changes_nothing() {
    let office = office().await;
    let batch = || {
        vec![
            person("P1", "王伟"),
            person("P2", "阿卜杜拉·买买提"),
            row(Kind::Award, "", &[("person", "P1"), ("type", "奖励")]),
            Incoming::Text(text("T1", "通报", "王伟同志……")),
        ]
    };
    let first = office.add(batch()).await;
    assert_eq!(
        first.outcome.tables,
        tallies(&[(Kind::Person, 2, 0, 0), (Kind::Award, 1, 0, 0), (Kind::Text, 1, 0, 0)])
    );
    let before = contents(&office.archive).await;
    let version = office.archive.snapshot().await.unwrap().version();
    let second = office.add(batch()).await;
    assert_eq!(
        second.outcome.tables,
        tallies(&[(Kind::Person, 0, 0, 2), (Kind::Award, 0, 0, 1), (Kind::Text, 0, 0, 1)])
    );
    assert_eq!(contents(&office.archive).await, before);
    assert_eq!(office.archive.snapshot().await.unwrap().version(), version);
}

#[tokio::test]
async fn the_same_key_with_other_content_is_a_new_version_and_the_old_one_stays_readable() {
    let office = office().await;
    let first = office.add(vec![person("P1", "王伟")]).await;
    let second = office.import(adding("乙"), vec![person("P1", "王卫")]).await;
    assert_eq!(second.outcome.tables, tallies(&[(Kind::Person, 0, 1, 0)]));
    let snapshot = office.archive.snapshot().await.unwrap();
    let versions = snapshot.versions(&reference(Kind::Person, "P1")).await.unwrap();
    let read: Vec<_> = versions
        .iter()
        .map(|v| {
            (
                v.stored.version,
                v.stored.fields.text("name").unwrap(),
                v.stored.import,
                v.actor.as_str(),
                v.live,
            )
        })
        .collect();
    assert_eq!(
        read,
        [(1, "王伟", Some(first.id), OPERATOR, true), (2, "王卫", Some(second.id), OPERATOR, true)]
    );
    let stored = snapshot.records(Kind::Person, &keys(&["P1"])).await.unwrap();
    assert_eq!((stored[0].version, stored[0].source.as_str()), (2, "乙"));
    assert_eq!(stored[0].recorded_at, at(11));
}

#[tokio::test]
async fn rows_without_a_key_get_a_stable_one_and_say_so() {
    let office = office().await;
    office
        .add(vec![row(Kind::Award, "", &[("person", "P1")]), row(Kind::Award, "A1", &[("person", "P1")])])
        .await;
    let awards = office.archive.snapshot().await.unwrap().page(Kind::Award, None, 10).await.unwrap();
    let derived: Vec<_> = awards.iter().map(|a| (a.record.key.as_str().len(), a.key_derived)).collect();
    assert_eq!(derived, [(2, false), (26, true)]);
    let again = office.add(vec![row(Kind::Award, "", &[("person", "P1")])]).await;
    assert_eq!(again.outcome.tables, tallies(&[(Kind::Award, 0, 0, 1)]));
}

#[tokio::test]
async fn a_better_extractor_makes_a_new_version_of_the_text() {
    let office = office().await;
    office.add(vec![Incoming::Text(text("", "通报", "正文"))]).await;
    let better = IncomingText { extractor: "txt/2".to_owned(), ..text("", "通报", "正文") };
    let again = office.add(vec![Incoming::Text(better)]).await;
    assert_eq!(again.outcome.tables, tallies(&[(Kind::Text, 0, 1, 0)]));
}

#[tokio::test]
async fn a_dry_run_counts_like_a_real_one_and_stores_nothing() {
    let office = office().await;
    office.add(vec![person("P1", "王伟"), person("P2", "李强")]).await;
    let version = office.archive.snapshot().await.unwrap().version();
    let dry = ImportStart { dry_run: true, ..replacing("甲") };
    let mut run = office.archive.begin_import(dry, at(20)).await.unwrap();
    assert_eq!(run.id(), None);
    let first = run.put(vec![person("P1", "王卫"), person("P3", "张三")], at(21)).await.unwrap();
    assert_eq!(first.tables, tallies(&[(Kind::Person, 1, 1, 0)]));
    let second = run.put(vec![person("P3", "张三"), person("P3", "张山")], at(22)).await.unwrap();
    assert_eq!(second.tables, tallies(&[(Kind::Person, 0, 1, 1)]), "a dry run remembers its own batches");
    let retired = run.finish(&json!({}), at(23)).await.unwrap();
    assert_eq!((retired.total(), retired.of, retired.needs_confirmation), (1, 2, true));
    assert_eq!(office.archive.snapshot().await.unwrap().version(), version);
    assert_eq!(office.archive.imports().await.unwrap().len(), 1);
    same_names(&names(&office.archive).await, &[("P1", "王伟"), ("P2", "李强")]);
}

#[tokio::test]
async fn a_batch_with_a_misplaced_draft_stores_nothing_of_itself() {
    let office = office().await;
    let mut run = office.archive.begin_import(adding("甲"), at(1)).await.unwrap();
    let misplaced = Incoming::Record(text("T1", "通报", "").draft);
    let refused = run.put(vec![person("P1", "王伟"), misplaced], at(2)).await;
    assert!(matches!(refused, Err(ArchiveError::WrongKind(Kind::Text))));
    assert!(names(&office.archive).await.is_empty());
}

#[tokio::test]
async fn a_finished_import_is_listed_with_its_report_and_takes_no_more() {
    let office = office().await;
    let mut run = office.archive.begin_import(adding("甲"), at(1)).await.unwrap();
    run.put(vec![person("P1", "王伟")], at(2)).await.unwrap();
    run.finish(&json!({ "rejected": [{ "value": "110105194912310021" }] }), at(3)).await.unwrap();
    assert!(matches!(run.put(Vec::new(), at(4)).await, Err(ArchiveError::ImportEnded)));
    assert!(matches!(run.finish(&json!({}), at(4)).await, Err(ArchiveError::ImportEnded)));
    let imports = office.archive.imports().await.unwrap();
    assert_eq!(imports.len(), 1);
    assert_eq!(imports[0].state, ImportState::Complete);
    assert_eq!((imports[0].started_at, imports[0].finished_at), (at(1), Some(at(3))));
    assert_eq!(imports[0].report, Some(json!({ "rejected": [{ "value": "110105194912310021" }] })));
}

#[tokio::test]
async fn an_unknown_actor_cannot_begin() {
    let office = office().await;
    let nobody = ImportStart { actor: "nobody".to_owned(), ..adding("甲") };
    let refused = office.archive.begin_import(nobody, at(1)).await;
    assert!(matches!(refused, Err(ArchiveError::UnknownActor(_))));
    office.archive.add_actor("nobody", "某人", crate::ActorKind::User, OPERATOR, at(2)).await.unwrap();
    let known = ImportStart { actor: "nobody".to_owned(), ..adding("甲") };
    office.archive.begin_import(known, at(3)).await.unwrap();
    let actors = office.archive.actors().await.unwrap();
    assert_eq!(
        actors.iter().map(|actor| actor.id.as_str()).collect::<Vec<_>>(),
        ["nobody", "operator", "system"]
    );
}

#[tokio::test]
async fn more_than_one_chunk_of_rows_is_stored_whole() {
    let office = office().await;
    let batch = |name: &str| (0..1_203).map(|n| person(&format!("P{n}"), &format!("{name}{n}"))).collect();
    office.add(batch("王")).await;
    let changed = office.add(batch("李")).await;
    assert_eq!(changed.outcome.tables, tallies(&[(Kind::Person, 0, 1_203, 0)]));
    let snapshot = office.archive.snapshot().await.unwrap();
    assert_eq!(snapshot.version(), 2_406);
    assert_eq!(snapshot.coverage().await.unwrap().records, 1_203);
    assert_eq!(snapshot.all_names().await.unwrap().len(), 1_203);
    let all: Vec<RecordKey> = (0..1_203).map(|n| key(&format!("P{n}"))).collect();
    assert_eq!(snapshot.existing(Kind::Person, &all).await.unwrap().len(), 1_203);
    assert_eq!(snapshot.records_of_persons(&all, &[Kind::Person]).await.unwrap().len(), 1_203);
}
