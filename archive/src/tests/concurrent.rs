//! Several handles on one folder at once: readers see one state, writers wait for each other.

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_snapshot_stays_as_it_is_while_another_handle_writes() {
    let office = office().await;
    office.add(vec![person("P1", "王伟")]).await;
    let writer = office.second_handle().await;
    let snapshot = office.archive.snapshot().await.unwrap();
    let coverage = snapshot.coverage().await.unwrap();

    let mut run = writer.begin_import(adding("乙"), at(20)).await.unwrap();
    run.put(vec![person("P1", "王卫"), person("P2", "李强")], at(21)).await.unwrap();

    assert_eq!(snapshot.coverage().await.unwrap(), coverage);
    assert_eq!(snapshot.version(), 1);
    let persons = snapshot.page(dossier::Kind::Person, None, 10).await.unwrap();
    assert_eq!(persons.len(), 1);
    assert_eq!(persons[0].fields.text("name"), Some("王伟"));
    assert!(snapshot.changes_since(1, 10).await.unwrap().is_empty());

    let fresh = office.archive.snapshot().await.unwrap();
    assert_eq!(fresh.version(), 3);
    assert_eq!(fresh.coverage().await.unwrap().running_imports, 1);
    run.finish(&json!({}), at(22)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writers_of_two_handles_wait_for_each_other_and_lose_nothing() {
    const EACH: u32 = 40;
    let office = office().await;
    let other = office.second_handle().await;
    let write = |archive: Archive, who: &'static str| {
        tokio::spawn(async move {
            for n in 0..EACH {
                archive
                    .audit(OPERATOR, "search", &format!("{who}{n}"), &json!({}), at(i64::from(n)))
                    .await
                    .unwrap();
            }
        })
    };
    let importing = {
        let archive = office.archive.clone();
        tokio::spawn(async move {
            let mut run = archive.begin_import(adding("甲"), at(1)).await.unwrap();
            for n in 0..EACH {
                run.put(vec![person(&format!("P{n}"), "王伟")], at(2)).await.unwrap();
            }
            run.finish(&json!({}), at(3)).await.unwrap();
        })
    };
    let (a, b) = (write(office.archive.clone(), "a"), write(other.clone(), "b"));
    for task in [importing, a, b] {
        task.await.unwrap();
    }
    assert_eq!(names(&other).await.len(), EACH as usize);
    assert_eq!(other.verify_audit().await.unwrap(), u64::from(2 * EACH) + 2);
}

#[tokio::test]
async fn a_snapshot_answers_several_askers() {
    let office = office().await;
    office.add(vec![person("P1", "王伟")]).await;
    let snapshot = office.archive.snapshot().await.unwrap();
    let all = [dossier::name::name_key("王伟")];
    let (names, coverage) = tokio::join!(snapshot.persons_by_names(&all), snapshot.coverage());
    assert_eq!((names.unwrap().len(), coverage.unwrap().records), (1, 1));
}
