//! The audit log refuses to be changed, and shows it where it was changed all the same.

use super::*;

async fn with_entries() -> Office {
    let office = office().await;
    for n in 1..=5 {
        office
            .archive
            .audit(OPERATOR, "search", &format!("q{n}"), &json!({ "hits": n }), at(n))
            .await
            .unwrap();
    }
    assert_eq!(office.archive.verify_audit().await.unwrap(), 5);
    office
}

#[tokio::test]
async fn the_database_itself_refuses_to_change_or_delete_an_entry() {
    let office = with_entries().await;
    for sql in ["UPDATE audit SET actor = 'system' WHERE seq = 2", "DELETE FROM audit WHERE seq = 5"] {
        let refused = sqlx::query(sql).execute(office.archive.writer()).await.unwrap_err();
        assert!(refused.to_string().contains("append-only"), "{refused}");
    }
    assert_eq!(office.archive.verify_audit().await.unwrap(), 5);
}

#[tokio::test]
async fn a_change_around_the_triggers_is_found_at_its_entry() {
    for (sql, broken_at) in [
        ("UPDATE audit SET subject = 'other' WHERE seq = 3", 3),
        ("UPDATE audit SET detail = '{}' WHERE seq = 1", 1),
        ("UPDATE audit SET at = at + 1 WHERE seq = 5", 5),
        ("DELETE FROM audit WHERE seq = 2", 2),
        ("DELETE FROM audit WHERE seq = 5", 5),
        ("DELETE FROM audit", 1),
    ] {
        let office = with_entries().await;
        for trigger in ["DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"] {
            sqlx::query(trigger).execute(office.archive.writer()).await.unwrap();
        }
        tamper(&office, sql).await;
        match office.archive.verify_audit().await {
            Err(ArchiveError::AuditBroken { seq }) => assert_eq!(seq, broken_at, "{sql}"),
            other => panic!("{sql}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn what_changes_the_archive_leaves_an_entry_of_its_own() {
    let office = office().await;
    assert_eq!(office.archive.verify_audit().await.unwrap(), 0);
    let import = office.add(vec![person("P1", "王伟")]).await;
    office.archive.undo(import.id, OPERATOR, at(20)).await.unwrap();
    let actions: Vec<(String, String)> = sqlx::query_as("SELECT action, detail FROM audit ORDER BY seq")
        .fetch_all(office.archive.readers())
        .await
        .unwrap();
    let words: Vec<&str> = actions.iter().map(|(action, _)| action.as_str()).collect();
    assert_eq!(words, ["import.begin", "import.finish", "import.undo"]);
    assert!(actions.iter().all(|(_, detail)| !detail.contains("王伟")));
    assert_eq!(office.archive.verify_audit().await.unwrap(), 3);
}
