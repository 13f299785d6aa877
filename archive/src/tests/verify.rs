//! The check names what was altered behind the program's back, and nothing else.

use dossier::Kind;

use super::*;
use crate::DamageKind;

async fn sound() -> Office {
    let office = office().await;
    office
        .add(vec![
            row(Kind::Person, "P1", &[("name", "王伟"), ("id_number", "11010519491231002X")]),
            row(Kind::Person, "P2", &[("name", "李强"), ("former_names", "李刚")]),
            row(Kind::Unit, "U1", &[("name", "市教育局")]),
            Incoming::Text(text("T1", "通报", "王伟……")),
            Incoming::Text(text("T2", "通报", "李强……")),
        ])
        .await;
    let mut done = 0;
    assert_eq!(office.archive.verify_records(&mut |so_far| done = so_far).await.unwrap(), []);
    assert_eq!(done, 5);
    office
}

#[tokio::test]
async fn every_alteration_is_named() {
    let rows: &[(&str, &str, DamageKind)] = &[
        (
            "UPDATE record SET body = REPLACE(body, '李强', '李勇') WHERE key = 'P2'",
            "person:P2",
            DamageKind::ContentChanged,
        ),
        ("UPDATE record SET body = '{}' WHERE key = 'P1'", "person:P1", DamageKind::ContentChanged),
        (
            "UPDATE record SET body = '{\"id_number\":{\"s\":\"00\"}}' WHERE key = 'P1'",
            "person:P1",
            DamageKind::Unreadable,
        ),
        ("UPDATE record SET body = 'x' WHERE key = 'U1'", "unit:U1", DamageKind::Unreadable),
        (
            "UPDATE text_content SET content = '张三……' WHERE content LIKE '王伟%'",
            "text:T1",
            DamageKind::TextChanged,
        ),
        ("DELETE FROM text_content WHERE content LIKE '李强%'", "text:T2", DamageKind::TextMissing),
        ("UPDATE record SET extractor = 'pdf/1' WHERE key = 'T1'", "text:T1", DamageKind::ContentChanged),
        ("DELETE FROM name WHERE name = '李刚'", "person:P2", DamageKind::LookupWrong),
        ("DELETE FROM identity", "person:P1", DamageKind::LookupWrong),
        ("DELETE FROM unit_name", "unit:U1", DamageKind::LookupWrong),
        ("DELETE FROM record_version WHERE key = 'P1'", "person:P1", DamageKind::VersionLost),
        ("DELETE FROM record WHERE key = 'P1'", "person:P1", DamageKind::VersionLost),
    ];
    for &(sql, record, what) in rows {
        let office = sound().await;
        tamper(&office, sql).await;
        let damage = office.archive.verify_records(&mut |_| ()).await.unwrap();
        let named: Vec<_> = damage.iter().map(|damage| (damage.record.to_string(), damage.what)).collect();
        assert_eq!(named, [(record.to_owned(), what)], "{sql}");
        assert!(!what.describe().is_empty());
    }
}

#[tokio::test]
async fn a_retired_record_is_not_checked_for_look_ups_it_should_not_have() {
    let office = sound().await;
    office.archive.undo(1, OPERATOR, at(20)).await.unwrap();
    assert_eq!(office.archive.verify_records(&mut |_| ()).await.unwrap(), []);
}
