//! The audit log refuses to be changed, and shows it where it was changed all the same.

use sqlx::Row as _;

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
async fn a_chain_that_was_followed_is_followed_on_from_there() {
    let office = with_entries().await;
    let begin = office.archive.verify_audit_from(None).await.unwrap();
    assert_eq!(begin.seq(), 5);
    office.archive.audit(OPERATOR, "search", "q6", &json!({}), at(6)).await.unwrap();
    let mark = office.archive.verify_audit_from(Some(&begin)).await.unwrap();
    assert_eq!(mark.seq(), 6);
    assert_eq!(office.archive.verify_audit_from(Some(&mark)).await.unwrap(), mark);
    for trigger in ["DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"] {
        sqlx::query(trigger).execute(office.archive.writer()).await.unwrap();
    }
    // What lies before is not looked at again; what lies behind, and the place itself, are.
    for (sql, from, broken_at) in [
        ("UPDATE audit SET subject = 'x' WHERE seq = 6", &begin, Some(6)),
        ("UPDATE audit SET subject = 'q6' WHERE seq = 6", &begin, None),
        ("UPDATE audit SET hash = 'x' WHERE seq = 5", &begin, Some(5)),
        ("DELETE FROM audit WHERE seq = 6", &mark, Some(6)),
    ] {
        tamper(&office, sql).await;
        match (office.archive.verify_audit_from(Some(from)).await, broken_at) {
            (Ok(_), None) => {}
            (Err(ArchiveError::AuditBroken { seq }), Some(expected)) => assert_eq!(seq, expected, "{sql}"),
            (other, _) => panic!("{sql}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn the_log_is_searched_through_its_indexes() {
    let office = with_entries().await;
    for (sql, index) in [
        ("SELECT COUNT(*) FROM audit WHERE 1 = 1 AND actor = 'a'", "audit_actor"),
        ("SELECT COUNT(*) FROM audit WHERE 1 = 1 AND action >= 'a' AND action < 'b'", "audit_action"),
        ("SELECT COUNT(*) FROM audit WHERE 1 = 1 AND subject = 'P1'", "audit_subject"),
    ] {
        let plan: String = sqlx::query(sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")))
            .fetch_one(office.archive.readers())
            .await
            .unwrap()
            .get("detail");
        assert!(plan.contains(index), "{sql}: {plan}");
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

/// `with_entries` as files: those of before the fourth second as an export, and the database that goes on.
async fn retired() -> (Office, std::path::PathBuf) {
    let office = with_entries().await;
    let file = office.folder.path().join("out/audit-old.jsonl");
    let gone = office.archive.retire_audit(at(4), &file, OPERATOR, at(10)).await.unwrap();
    assert_eq!((gone.numbers, gone.entries), ((1, 3), 3));
    (office, file)
}

fn database(office: &Office) -> std::path::PathBuf {
    office.folder.path().join("archive.db")
}

#[tokio::test]
async fn old_entries_leave_only_into_a_file_and_by_an_act_and_the_chain_goes_on_after_them() {
    let (office, file) = retired().await;
    assert_eq!(office.archive.verify_audit().await.unwrap(), 3, "two that stayed, and the act");
    let (entries, _) = office.archive.audit_newest(&crate::AuditQuestion::default(), 0, 10).await.unwrap();
    let act = &entries[0];
    assert_eq!((act.seq, act.action.as_str(), act.subject.as_str()), (6, "audit.retire", "3"));
    assert_eq!(
        (&act.detail["from"], &act.detail["to"], &act.detail["entries"]),
        (&json!(1), &json!(3), &json!(3))
    );
    let verified = crate::verify_audit_files(&[file.clone(), database(&office)], None).await.unwrap();
    assert_eq!((verified.after, verified.entries), (0, 6), "file and database are one chain");
    let alone = crate::verify_audit_files(&[database(&office)], None).await.unwrap();
    assert_eq!((alone.after, alone.entries), (3, 3));
    assert_eq!(crate::verify_audit_files(std::slice::from_ref(&file), None).await.unwrap().entries, 3);
    let again = office.archive.retire_audit(at(4), &office.folder.path().join("b"), OPERATOR, at(11)).await;
    assert!(matches!(again, Err(ArchiveError::NothingToRetire)), "{again:?}");
    let over = office.archive.retire_audit(at(20), &file, OPERATOR, at(30)).await;
    assert!(matches!(over, Err(ArchiveError::Io { .. })), "no file is overwritten: {over:?}");
    let second = office.folder.path().join("out/audit-2.jsonl");
    office.archive.retire_audit(at(10), &second, OPERATOR, at(31)).await.unwrap();
    let all = [file, second, database(&office)];
    assert_eq!(crate::verify_audit_files(&all, None).await.unwrap().entries, 7);
    let gap = crate::verify_audit_files(&[all[0].clone(), all[2].clone()], None).await;
    assert!(matches!(gap, Err(ArchiveError::AuditBroken { seq: 4 })), "a file between is missing: {gap:?}");
    for sql in ["DELETE FROM audit WHERE seq = 6", "UPDATE audit SET actor = 'system'"] {
        let refused = sqlx::query(sql).execute(office.archive.writer()).await.unwrap_err();
        assert!(refused.to_string().contains("append-only"), "the triggers are there again: {refused}");
    }
}

#[tokio::test]
async fn a_file_of_entries_that_was_changed_cut_or_reordered_is_found_at_its_entry() {
    let (office, file) = retired().await;
    let whole = std::fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    let joined = |lines: &[&str]| lines.iter().flat_map(|line| [*line, "\n"]).collect::<String>();
    let cases = [
        ("changed", whole.replacen("\"q2\"", "\"q9\"", 1), 2),
        ("one is gone", joined(&[lines[0], lines[1], lines[3], lines[4]]), 2),
        ("two are swapped", joined(&[lines[0], lines[2], lines[1], lines[3], lines[4]]), 1),
        ("the end is cut off", joined(&lines[..3]), 3),
        ("the last entry is gone", joined(&[lines[0], lines[1], lines[2], lines[4]]), 3),
        ("something is added", format!("{whole}{}\n", lines[1]), 4),
        ("no JSON", whole.replacen(lines[2], "x", 1), 2),
    ];
    for (what, text, broken_at) in cases {
        let other = office.folder.path().join("other.jsonl");
        std::fs::write(&other, text).unwrap();
        match crate::verify_audit_files(&[other, database(&office)], None).await {
            Err(ArchiveError::AuditBroken { seq }) => assert_eq!(seq, broken_at, "{what}"),
            found => panic!("{what}: {found:?}"),
        }
    }
}

#[tokio::test]
async fn cutting_the_beginning_off_is_not_retiring() {
    let office = with_entries().await;
    let heads = office.folder.path().join("heads");
    office.archive.write_audit_head(&heads, at(6)).await.unwrap().unwrap();
    sqlx::query("DROP TRIGGER audit_no_delete").execute(office.archive.writer()).await.unwrap();
    let hash: String = sqlx::query_scalar("SELECT hash FROM audit WHERE seq = 3")
        .fetch_one(office.archive.readers())
        .await
        .unwrap();
    tamper(&office, "DELETE FROM audit WHERE seq <= 3").await;
    sqlx::query("INSERT INTO meta (name, value) VALUES ('audit_anchor', $1)")
        .bind(format!("3:{hash}"))
        .execute(office.archive.writer())
        .await
        .unwrap();
    match office.archive.verify_audit().await {
        Err(ArchiveError::AuditBroken { seq }) => assert_eq!(seq, 4, "nobody recorded that they left"),
        found => panic!("{found:?}"),
    }
}

#[tokio::test]
async fn heads_outside_hold_the_chain_also_past_a_retiring() {
    let office = with_entries().await;
    let heads = office.folder.path().join("heads");
    office.archive.write_audit_head(&heads, at(6)).await.unwrap().unwrap();
    let day = chrono::TimeDelta::days(1);
    office.archive.audit(OPERATOR, "search", "q6", &json!({}), at(7) + day).await.unwrap();
    office.archive.write_audit_head(&heads, at(8) + day).await.unwrap().unwrap();
    let file = office.folder.path().join("old.jsonl");
    office.archive.retire_audit(at(7) + day, &file, OPERATOR, at(9) + day).await.unwrap();
    let database = database(&office);
    let alone = crate::verify_audit_files(std::slice::from_ref(&database), Some(&heads)).await.unwrap();
    assert_eq!((alone.heads, alone.heads_before), (1, 1));
    let both = crate::verify_audit_files(&[file.clone(), database], Some(&heads)).await.unwrap();
    assert_eq!((both.heads, both.heads_before), (2, 0));
    // Somebody forges the file as a whole, with a chain of his own: the head outside does not fit.
    let forged = super::office().await;
    for n in 1..=5 {
        forged.archive.audit(OPERATOR, "search", "forged", &json!({}), at(n)).await.unwrap();
    }
    let path = forged.folder.path().join("forged.jsonl");
    forged.archive.retire_audit(at(6), &path, OPERATOR, at(9)).await.unwrap();
    assert!(crate::verify_audit_files(std::slice::from_ref(&path), None).await.is_ok());
    let found = crate::verify_audit_files(&[path], Some(&heads)).await;
    assert!(matches!(found, Err(ArchiveError::AuditBroken { seq: 5 })), "{found:?}");
}

#[test]
fn what_is_kept_is_counted_in_whole_months() {
    let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
    for (today, months, from) in [
        ("2026-11-26", 36, "2023-11-01"),
        ("2026-11-01", 36, "2023-11-01"),
        ("2026-01-31", 6, "2025-07-01"),
        ("2024-02-29", 12, "2023-02-01"),
    ] {
        assert_eq!(crate::audit_kept_from(day(today), months), Some(day(from)), "{today} {months}");
    }
}
