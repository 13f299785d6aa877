//! Changes: the words, the differences, the moves of a person as tables of cases.

use chrono::NaiveDate;

use super::diff::differences;
use super::moves::{Move, plan, split};
use super::*;
use crate::draft;
use crate::fields::Value;

fn fields(kind: Kind, cells: &[(&str, &str)]) -> Fields {
    let columns: Vec<_> =
        cells.iter().map(|(slug, text)| (kind.declaration().column(slug).unwrap(), *text)).collect();
    draft::check(kind, &columns, &[]).unwrap().draft.fields
}

fn key(text: &str) -> RecordKey {
    RecordKey::new(text).unwrap()
}

fn held(kind: Kind, id: &str, cells: &[(&str, &str)]) -> Held {
    let mut cells = cells.to_vec();
    cells.push(("id", id));
    Held { record: RecordRef::new(kind, key(id)), version: 3, fields: fields(kind, &cells) }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn ask(kind: ChangeKind) -> Move {
    Move {
        kind,
        day: day("2026-06-01"),
        unit: Some(key("U2")),
        title: "局长".to_owned(),
        rank: String::new(),
        appointment_type: String::new(),
        main_post: true,
        ends_posts: true,
        office: None,
    }
}

fn person(status: &str) -> Held {
    held(Kind::Person, "P1", &[("name", "样例甲"), ("status", status), ("office", "O9")])
}

fn post(id: &str, unit: &str, from: &str, until: &str) -> Held {
    let cells = [
        ("person", "P1"),
        ("unit", unit),
        ("title", "科长"),
        ("from", from),
        ("until", until),
        ("rank", "正科"),
    ];
    held(Kind::Post, id, &cells)
}

#[test]
fn what_differs_is_named_in_the_order_of_the_table_and_what_is_equal_is_not() {
    let before = fields(Kind::Person, &[("id", "P1"), ("name", "样例甲"), ("sex", "女"), ("status", "在职")]);
    let after = fields(
        Kind::Person,
        &[("id", "P1"), ("name", "样例甲"), ("status", "退休"), ("id_number", "11010519710510002X")],
    );
    let found = differences(Kind::Person, &before, &after);
    let headers: Vec<_> = found.iter().map(|one| one.header.as_str()).collect();
    assert_eq!(headers, ["身份证号", "性别", "在职状态"]);
    assert!(found[0].sensitive && found[0].before.is_none());
    assert_eq!(found[1].after, None);
    assert!(differences(Kind::Person, &after, &after).is_empty());
}

#[test]
fn a_note_that_nobody_declared_is_compared_too_and_masked() {
    let mut after = Fields::new();
    after.set("extra.备注", Value::Text("样例".to_owned()));
    let found = differences(Kind::Person, &Fields::new(), &after);
    assert_eq!((found[0].header.as_str(), found[0].sensitive, found.len()), ("备注", true, 1));
}

/// `(op, kind, slug, value)` of every step that is told here by one column.
fn steps(items: &[Item], slug: &str) -> Vec<String> {
    items
        .iter()
        .map(|item| {
            let value = item.fields.get(slug).map(Value::to_cell).unwrap_or_default();
            format!("{} {} {value}", item.op, item.kind)
        })
        .collect()
}

#[test]
fn a_transfer_ends_the_posts_begins_the_new_one_and_lets_the_office_follow() {
    let posts = [post("J1", "U1", "2020-01-01", ""), post("J0", "U1", "2015-01-01", "2020-01-01")];
    let items = plan(&ask(ChangeKind::Transfer), &person("在职"), &posts, day("2026-06-01")).unwrap();
    assert_eq!(steps(&items, "until"), ["amend post 2026-06-01", "create post ", "amend person "]);
    assert_eq!(items[1].fields.text("unit"), Some("U2"));
    assert_eq!(items[1].fields.text("rank"), Some("乡科级正职"), "the rank is kept where none is given");
    assert_eq!(items[2].fields.text("office"), None, "an office set by hand does not go along");
    assert_eq!((items[0].base, items[1].base, items[1].key.clone()), (3, 0, None));
}

#[test]
fn each_departure_sets_its_status_and_ends_what_is_held() {
    for (kind, status) in [
        (ChangeKind::StepDown, "退出领导岗位"),
        (ChangeKind::Leave, "离职"),
        (ChangeKind::Pension, "退休"),
        (ChangeKind::Expulsion, "开除"),
        (ChangeKind::Death, "去世"),
    ] {
        assert!(kind.is_move());
        let posts = [post("J1", "U1", "2020-01", "")];
        let items = plan(&ask(kind), &person("在职"), &posts, day("2026-06-01")).unwrap();
        assert_eq!(steps(&items, "status"), ["amend post ".to_owned(), format!("amend person {status}")]);
        assert_eq!(items[1].fields.date("left_on").unwrap().to_string(), "2026-06-01");
    }
}

#[test]
fn an_appointment_beside_the_present_post_leaves_it_alone() {
    let posts = [post("J1", "U1", "2020-01-01", "")];
    let beside = Move { ends_posts: false, main_post: false, ..ask(ChangeKind::Appointment) };
    let items = plan(&beside, &person("在职"), &posts, day("2026-06-01")).unwrap();
    assert_eq!(steps(&items, "main_post"), ["create post 否"]);
    let again = plan(&ask(ChangeKind::Appointment), &person("退休"), &posts, day("2026-06-01")).unwrap();
    assert_eq!(steps(&again, "status"), ["amend post ", "create post ", "amend person 在职"]);
}

#[test]
fn a_move_that_cannot_be_is_refused_beside_its_field() {
    let posts = [post("J1", "U1", "2020-01-01", "")];
    let to = |unit: &str| Move { unit: Some(key(unit)), ..ask(ChangeKind::Transfer) };
    let cases: [(Move, &str, &str); 8] = [
        (Move { day: day("2019-12-31"), ..ask(ChangeKind::Leave) }, "在职", "before_post"),
        (Move { day: day("2026-09-01"), ..ask(ChangeKind::Leave) }, "在职", "day_too_far"),
        (to("U1"), "在职", "same_unit"),
        (Move { unit: None, ..ask(ChangeKind::Transfer) }, "在职", "required"),
        (Move { title: " ".to_owned(), ..ask(ChangeKind::Appointment) }, "在职", "required"),
        (ask(ChangeKind::Pension), "退休", "already_so"),
        (ask(ChangeKind::Transfer), "去世", "move_impossible"),
        (ask(ChangeKind::Merge), "在职", "not_a_move"),
    ];
    for (ask, status, code) in cases {
        let refused = plan(&ask, &person(status), &posts, day("2026-06-01")).unwrap_err();
        assert_eq!(refused.code, code);
        assert!(!refused.message_zh.is_empty() && !refused.column.is_empty());
    }
}

#[test]
fn a_split_moves_the_chosen_records_and_makes_the_new_person() {
    let sanction = held(
        Kind::Sanction,
        "S1",
        &[("person", "P1"), ("category", "党纪"), ("type", "警告"), ("effective_on", "2026-03-02")],
    );
    let new = fields(Kind::Person, &[("id", "P2"), ("name", "样例甲")]);
    let items = split(&key("P2"), new, &[sanction]);
    assert_eq!(steps(&items, "person"), ["create person ", "amend sanction P2"]);
    assert_eq!(items[1].fields.text("type"), Some("警告"));
}

#[test]
fn every_word_is_read_back() {
    for kind in ChangeKind::ALL {
        assert_eq!(ChangeKind::parse(kind.slug()), Some(*kind));
    }
    for op in Op::ALL {
        assert_eq!(Op::parse(op.slug()), Some(*op));
    }
    assert!(Op::Create.writes() && !Op::Join.writes());
}
