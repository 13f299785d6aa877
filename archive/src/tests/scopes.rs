//! Narrowed snapshots: who sees what, by every question that a snapshot answers.

use std::sync::Arc;

use chrono::NaiveDate;
use dossier::Kind;
use dossier::access::{Offices, Scope, Secrecy};

use super::{Office, key, office};
use crate::{Incoming, IncomingText, Snapshot};

pub(super) fn draft(kind: Kind, cells: &[(&str, &str)]) -> dossier::Draft {
    let columns: Vec<_> =
        cells.iter().map(|(slug, text)| (kind.declaration().column(slug).expect(slug), *text)).collect();
    dossier::draft::check(kind, &columns, &[]).unwrap_or_else(|problems| panic!("{problems:?}")).draft
}

pub(super) fn record(kind: Kind, cells: &[(&str, &str)]) -> Incoming {
    Incoming::Record(draft(kind, cells))
}

fn text(id: &str, title: &str, cells: &[(&str, &str)]) -> Incoming {
    let cells: Vec<_> = [("id", id), ("title", title)].into_iter().chain(cells.iter().copied()).collect();
    Incoming::Text(IncomingText {
        draft: draft(Kind::Text, &cells),
        content: title.to_owned(),
        extractor: "txt/1".to_owned(),
        file_sha256: None,
    })
}

fn day() -> NaiveDate {
    "2026-11-26".parse().unwrap()
}

/// Two offices, O2 below O1 and O3 beside; a unit each, the third inherits from the unit above.
async fn filled() -> Office {
    let office = office().await;
    let person = |id: &str, name: &str| record(Kind::Person, &[("id", id), ("name", name)]);
    let post = |id: &str, person: &str, unit: &str, from: &str, until: &str| {
        record(
            Kind::Post,
            &[
                ("id", id),
                ("person", person),
                ("unit", unit),
                ("title", "科长"),
                ("from", from),
                ("until", until),
            ],
        )
    };
    let sanction = |id: &str, person: &str| {
        record(
            Kind::Sanction,
            &[
                ("id", id),
                ("person", person),
                ("category", "党纪"),
                ("type", "警告"),
                ("effective_on", "2026-03-02"),
            ],
        )
    };
    office
        .add(vec![
            record(Kind::Office, &[("id", "O1"), ("name", "一室")]),
            record(Kind::Office, &[("id", "O2"), ("name", "一组"), ("parent", "O1")]),
            record(Kind::Office, &[("id", "O3"), ("name", "三室")]),
            record(Kind::Unit, &[("id", "U1"), ("name", "水务局"), ("office", "O1")]),
            record(Kind::Unit, &[("id", "U2"), ("name", "水务站"), ("parent", "U1")]),
            record(Kind::Unit, &[("id", "U3"), ("name", "规划局"), ("office", "O3")]),
            person("P1", "王伟"),
            person("P2", "王伟"),
            person("P3", "李红"),
            record(Kind::Person, &[("id", "P4"), ("name", "赵清"), ("office", "O2")]),
            post("J1", "P1", "U1", "2015-03", ""),
            post("J2", "P2", "U2", "2015-03", ""),
            // Moved away: the post held decides, not the one of the past.
            post("J3", "P3", "U1", "2015-03", "2020-01"),
            post("J4", "P3", "U3", "2020-01", ""),
            post("J5", "P4", "U3", "2015-03", ""),
            sanction("S1", "P1"),
            sanction("S3", "P3"),
            record(Kind::Petition, &[("id", "X1"), ("person", "P1"), ("received_on", "2026-01-01")]),
            record(Kind::Petition, &[("id", "X2"), ("unit", "U1"), ("received_on", "2026-01-01")]),
            text("T1", "关于王伟", &[("persons", "P1")]),
            text("T2", "两人", &[("persons", "P1；P3")]),
            text("T3", "不属于谁", &[]),
            text("T4", "局里", &[("unit", "U1"), ("secrecy", "机密")]),
            text("T5", "信访", &[("unit", "U1"), ("kind", "信访材料")]),
        ])
        .await;
    office
}

async fn seen(office: &Office, scope: Scope) -> Snapshot {
    office.archive.for_reader(&Arc::new(scope), day()).snapshot().await.unwrap()
}

/// Everything that the snapshot shows of persons, records and texts, as one line.
async fn shown(snapshot: &Snapshot) -> String {
    let mut keys = Vec::new();
    for kind in [Kind::Person, Kind::Post, Kind::Sanction, Kind::Petition, Kind::Text] {
        keys.extend(
            snapshot.page(kind, None, 100).await.unwrap().into_iter().map(|s| s.record.key.to_string()),
        );
    }
    keys.join(" ")
}

fn below(offices: &[&str]) -> Scope {
    Scope { offices: Offices::Below(offices.iter().map(|office| key(office)).collect()), ..Scope::full() }
}

#[tokio::test]
async fn a_scope_by_offices_takes_the_tree_the_post_held_and_the_persons_own_office() {
    let office = filled().await;
    for (scope, expected) in [
        (below(&["O1"]), "P1 P2 P4 J1 J2 J5 S1 X1 X2 T1 T4 T5"),
        (below(&["O2"]), "P4 J5"),
        (below(&["O3"]), "P3 J3 J4 S3"),
        (below(&["O1", "O3"]), "P1 P2 P3 P4 J1 J2 J3 J4 J5 S1 S3 X1 X2 T1 T2 T4 T5"),
        (below(&[]), ""),
        (Scope::nothing(), ""),
        (Scope::full(), "P1 P2 P3 P4 J1 J2 J3 J4 J5 S1 S3 X1 X2 T1 T2 T3 T4 T5"),
    ] {
        let snapshot = seen(&office, scope.clone()).await;
        assert_eq!(shown(&snapshot).await, expected, "{:?}", scope.offices);
        assert_eq!(snapshot.is_partial(), !scope.is_full());
    }
}

#[tokio::test]
async fn kinds_secrecy_and_recusal_narrow_a_reader_of_all_offices() {
    let office = filled().await;
    let full = Scope::full;
    for (scope, expected) in [
        (
            Scope { withheld: [Kind::Petition].into(), ..full() },
            "P1 P2 P3 P4 J1 J2 J3 J4 J5 S1 S3 T1 T2 T3 T4",
        ),
        (Scope { secrecy: Secrecy::Secret, ..full() }, "P1 P2 P3 P4 J1 J2 J3 J4 J5 S1 S3 X1 X2 T1 T2 T3 T5"),
        (Scope { recused_persons: [key("P1")].into(), ..full() }, "P2 P3 P4 J2 J3 J4 J5 S3 X2 T3 T4 T5"),
        (Scope { recused_units: [key("U1")].into(), ..full() }, "P2 P3 P4 J2 J3 J4 J5 S3 T3"),
    ] {
        assert_eq!(shown(&seen(&office, scope.clone()).await).await, expected, "{scope:?}");
    }
}

#[tokio::test]
async fn every_question_of_a_narrowed_snapshot_is_narrowed() {
    let office = filled().await;
    let snapshot = seen(&office, below(&["O3"])).await;
    let wei = ["王伟".to_owned(), "李红".to_owned()];
    let bearers = snapshot.persons_by_names(&wei).await.unwrap();
    assert_eq!(bearers.iter().map(|hit| hit.person.as_str()).collect::<Vec<_>>(), ["P3"]);
    assert_eq!(snapshot.all_names().await.unwrap().len(), 1);
    assert!(snapshot.records(Kind::Person, &[key("P1")]).await.unwrap().is_empty());
    assert!(snapshot.records_of_persons(&[key("P1")], &[Kind::Sanction]).await.unwrap().is_empty());
    assert!(snapshot.records_of_units(&[key("U1")], &[Kind::Petition]).await.unwrap().is_empty());
    assert!(snapshot.existing(Kind::Person, &[key("P1")]).await.unwrap().is_empty());
    assert!(snapshot.texts(&[key("T1"), key("T2")]).await.unwrap().is_empty());
    assert!(snapshot.text_page(None, 10).await.unwrap().is_empty());
    let hidden = dossier::RecordRef::new(Kind::Sanction, key("S1"));
    assert!(snapshot.versions(&hidden).await.unwrap().is_empty());
    assert!(snapshot.changes_since(0, 100).await.unwrap().iter().all(|change| change.record != hidden));
    let coverage = snapshot.coverage().await.unwrap();
    assert_eq!((coverage.records, coverage.texts), (4 + 6, 0), "what is shown, units and offices with it");
    assert_eq!((coverage.latest_import, coverage.texts_failed), (None, 0));
    let visible = snapshot.visible().await.unwrap().unwrap();
    assert_eq!((visible.all_but, visible.persons), (false, vec!["P3".to_owned()]));
}

#[tokio::test]
async fn what_is_granted_is_seen_beside_the_scope_and_nothing_else_of_it() {
    let office = filled().await;
    let granted = [(key("P1"), [Kind::Person, Kind::Sanction].into())].into();
    let scope = Scope { granted, ..below(&["O3"]) };
    assert_eq!(shown(&seen(&office, scope).await).await, "P1 P3 J3 J4 S1 S3");
    // Not even an approval opens the dossier of a relative.
    let granted = [(key("P1"), [Kind::Person].into())].into();
    let scope = Scope { granted, recused_persons: [key("P1")].into(), ..below(&["O3"]) };
    assert_eq!(shown(&seen(&office, scope).await).await, "P3 J3 J4 S3");
}

#[tokio::test]
async fn granted_texts_are_those_that_list_the_person_as_far_as_secrecy_and_sections_go() {
    let office = filled().await;
    office
        .add(vec![
            text("T6", "信访王伟", &[("persons", "P1"), ("kind", "信访材料")]),
            text("T7", "机密王伟", &[("persons", "P1"), ("secrecy", "机密")]),
        ])
        .await;
    let granted = |kinds: &[Kind]| [(key("P1"), kinds.iter().copied().collect())].into();
    let o3 = || Scope { secrecy: Secrecy::Secret, withheld: [Kind::Petition].into(), ..below(&["O3"]) };
    for (scope, expected) in [
        (Scope { granted: granted(&[Kind::Person]), ..o3() }, "P1 P3 J3 J4 S3"),
        (Scope { granted: granted(&[Kind::Person, Kind::Text]), ..o3() }, "P1 P3 J3 J4 S3 T1 T2"),
        (
            Scope { granted: granted(&[Kind::Person, Kind::Text, Kind::Petition]), ..o3() },
            "P1 P3 J3 J4 S3 X1 T1 T2 T6",
        ),
        // Who stays away from somebody does not read of him in the text of another.
        (
            Scope {
                granted: granted(&[Kind::Person, Kind::Text]),
                recused_persons: [key("P3")].into(),
                ..o3()
            },
            "P1 T1",
        ),
    ] {
        let snapshot = seen(&office, scope).await;
        assert_eq!(shown(&snapshot).await, expected);
        let texts: Vec<_> = snapshot
            .visible()
            .await
            .unwrap()
            .unwrap()
            .granted
            .into_iter()
            .filter(|of| of.kind == Kind::Text)
            .collect();
        assert_eq!(texts.len(), expected.matches('T').count(), "the index is asked for the same: {expected}");
    }
}

#[tokio::test]
async fn a_granted_unit_opens_its_own_records_and_no_other_units() {
    let office = filled().await;
    office
        .add(vec![
            record(
                Kind::Finding,
                &[
                    ("id", "F1"),
                    ("unit", "U1"),
                    ("source", "审计"),
                    ("found_on", "2026-01-01"),
                    ("problem", "账外"),
                ],
            ),
            record(
                Kind::Finding,
                &[
                    ("id", "F3"),
                    ("unit", "U2"),
                    ("source", "审计"),
                    ("found_on", "2026-01-01"),
                    ("problem", "账外"),
                ],
            ),
        ])
        .await;
    let granted_units = [(key("U1"), [Kind::Finding].into())].into();
    let snapshot = seen(&office, Scope { granted_units, ..below(&["O3"]) }).await;
    let found = snapshot.page(Kind::Finding, None, 9).await.unwrap();
    assert_eq!(found.iter().map(|stored| stored.record.key.as_str()).collect::<Vec<_>>(), ["F1"]);
    assert_eq!(shown(&snapshot).await, "P3 J3 J4 S3", "neither its petitions nor its people come with it");
    let granted = snapshot.visible().await.unwrap().unwrap().granted;
    assert_eq!(
        granted,
        [dossier::RecordRef::new(Kind::Finding, key("F1"))],
        "the index is asked for the same"
    );
}

#[tokio::test]
async fn a_portrait_counts_whom_its_reader_sees_and_knows_the_tree() {
    let office = filled().await;
    let units = [key("U1"), key("U2"), key("U3")];
    for (scope, expected) in [
        (Scope::full(), "U1 1, U2 1, U3 2"),
        (below(&["O1"]), "U1 1, U2 1, U3 1"),
        (below(&["O3"]), "U3 1"),
        (Scope { recused_persons: [key("P1")].into(), ..Scope::full() }, "U2 1, U3 2"),
        (Scope::nothing(), ""),
    ] {
        let counts = seen(&office, scope).await.headcounts(&units, day()).await.unwrap();
        let told: Vec<String> = counts.iter().map(|(unit, count)| format!("{unit} {count}")).collect();
        assert_eq!(told.join(", "), expected);
    }
    let snapshot = office.archive.snapshot().await.unwrap();
    let tree = snapshot.unit_tree(&key("U2")).await.unwrap();
    assert_eq!((tree.above, tree.below, tree.office), (vec![key("U1")], vec![], Some(key("O1"))));
    assert_eq!(snapshot.unit_tree(&key("U1")).await.unwrap().below, [key("U2")]);
    drop(snapshot);
    // A tree that bites its own tail ends.
    office.add(vec![record(Kind::Unit, &[("id", "U1"), ("name", "水务局"), ("parent", "U2")])]).await;
    let snapshot = office.archive.snapshot().await.unwrap();
    let tree = snapshot.unit_tree(&key("U1")).await.unwrap();
    assert_eq!((tree.above, tree.below), (vec![key("U2")], vec![key("U2")]));
}

#[tokio::test]
async fn a_narrowed_snapshot_leaves_nothing_behind_for_the_next_reader() {
    let office = filled().await;
    for _ in 0..20 {
        let narrow = seen(&office, below(&["O3"])).await;
        assert_eq!(narrow.all_names().await.unwrap().len(), 1);
        drop(narrow);
        let whole = office.archive.snapshot().await.unwrap();
        assert_eq!(whole.all_names().await.unwrap().len(), 4);
    }
    let narrow = seen(&office, below(&["O3"])).await;
    let mut tx = narrow.lock().await;
    assert!(sqlx::query("DELETE FROM main.record").execute(&mut **tx).await.is_err(), "readers do not write");
}

#[tokio::test]
async fn places_follow_the_records() {
    let office = filled().await;
    office.add(vec![record(Kind::Unit, &[("id", "U1"), ("name", "水务局"), ("office", "O3")])]).await;
    assert_eq!(shown(&seen(&office, below(&["O1"])).await).await, "P4 J5");
    let damage = office.archive.verify_records(&mut |_| {}).await.unwrap();
    assert!(damage.is_empty(), "{damage:?}");
    sqlx::query("UPDATE place_unit SET office = 'O1' WHERE unit = 'U3'")
        .execute(office.archive.writer())
        .await
        .unwrap();
    assert_eq!(office.archive.verify_records(&mut |_| {}).await.unwrap().len(), 1, "a forged place is found");
}
