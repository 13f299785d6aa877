//! How the database goes about the questions that a large archive asks most: through the right index,
//! never over a whole table. Without this, one more index can turn a list of names into minutes.

use sqlx::Row as _;

use super::*;

#[tokio::test]
async fn the_frequent_questions_use_their_index() {
    let office = office().await;
    let plans: &[(&'static str, &str)] = &[
        (
            "EXPLAIN QUERY PLAN SELECT r.body FROM record r WHERE r.state = 'live' AND r.kind IN ('post', 'sanction') \
             AND r.person IN ('P1', 'P2', 'P3')",
            "record_person",
        ),
        (
            "EXPLAIN QUERY PLAN SELECT r.body FROM record r WHERE r.state = 'live' AND r.kind IN ('post', 'sanction') \
             AND r.unit IN ('U1', 'U2')",
            "record_unit",
        ),
        (
            "EXPLAIN QUERY PLAN SELECT r.body FROM record r WHERE r.state = 'live' AND r.kind IN ('person') \
             AND r.key IN ('P1', 'P2', 'P3')",
            "sqlite_autoindex_record_1",
        ),
        (
            "EXPLAIN QUERY PLAN SELECT r.body FROM record r WHERE r.kind = 'post' AND r.key > 'P1' \
             AND r.state = 'live' ORDER BY r.key LIMIT 10",
            "sqlite_autoindex_record_1",
        ),
        (
            "EXPLAIN QUERY PLAN SELECT COUNT(*) FROM record WHERE kind = 'text' AND seq > 5 AND state = 'live'",
            "record_kind_seq",
        ),
        (
            "EXPLAIN QUERY PLAN SELECT kind, key FROM record WHERE import_id = 3 ORDER BY kind, key",
            "record_import",
        ),
        (
            "EXPLAIN QUERY PLAN SELECT kind, key, withdrawn_by FROM voucher WHERE kind = 'post' AND key IN ('a', 'b')",
            "PRIMARY KEY",
        ),
        ("EXPLAIN QUERY PLAN SELECT hash FROM identity WHERE hash IN ('a', 'b')", "PRIMARY KEY"),
        ("EXPLAIN QUERY PLAN SELECT name FROM name WHERE name_key IN ('a', 'b')", "PRIMARY KEY"),
        (
            "EXPLAIN QUERY PLAN SELECT key FROM record_version WHERE seq > 5 ORDER BY seq LIMIT 9",
            "PRIMARY KEY",
        ),
        (
            "EXPLAIN QUERY PLAN SELECT body FROM record WHERE kind = 'post' AND seq > 5 AND seq <= 9 ORDER BY seq",
            "record_kind_seq",
        ),
    ];
    for &(sql, index) in plans {
        let steps: Vec<String> = sqlx::query(sql)
            .fetch_all(office.archive.readers())
            .await
            .unwrap()
            .iter()
            .map(|row| row.get::<String, _>("detail"))
            .collect();
        assert!(steps[0].starts_with("SEARCH") && steps[0].contains(index), "{sql}: {steps:?}");
    }
}
