//! Upkeep: due days, contents, comparison and the state on a day, as tables of cases.

use chrono::NaiveDate;

use super::cadence::{Cadence, Standing, usual};
use super::contents::{Class, completeness, last_reported_year};
use super::declared::{Match, bases, compare, latest_base};
use crate::draft;
use crate::fields::Fields;
use crate::id::{Kind, RecordKey, RecordRef};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn row(kind: Kind, cells: &[(&str, &str)]) -> (RecordRef, Fields) {
    let columns: Vec<_> =
        cells.iter().map(|(slug, text)| (kind.declaration().column(slug).unwrap(), *text)).collect();
    let draft = draft::check(kind, &columns, &[]).unwrap().draft;
    let key = draft.key.unwrap_or_else(|| RecordKey::new("H-1").unwrap());
    (RecordRef::new(kind, key), draft.fields)
}

#[test]
fn a_source_is_due_at_the_end_of_its_next_period() {
    for (cadence, last, due) in [
        (Cadence::Monthly, "2026-01-31", Some("2026-02-28")),
        (Cadence::Monthly, "2026-11-01", Some("2026-12-31")),
        (Cadence::Quarterly, "2026-01-05", Some("2026-06-30")),
        (Cadence::Quarterly, "2026-03-31", Some("2026-06-30")),
        (Cadence::Quarterly, "2026-11-30", Some("2027-03-31")),
        (Cadence::Yearly, "2026-01-10", Some("2027-01-31")),
        (Cadence::Yearly, "2026-12-31", Some("2027-01-31")),
        (Cadence::OnEvent, "2026-01-10", None),
    ] {
        assert_eq!(cadence.next_due(day(last)), due.map(day), "{cadence} after {last}");
    }
}

#[test]
fn it_is_late_from_the_day_after_and_told_seven_days_before() {
    for (today, standing) in [
        ("2026-02-20", Standing::Fresh),
        ("2026-02-21", Standing::Soon),
        ("2026-02-28", Standing::Soon),
        ("2026-03-01", Standing::Overdue),
    ] {
        assert_eq!(Cadence::Monthly.standing(day("2026-01-15"), day(today)), standing, "{today}");
    }
    assert_eq!(Cadence::OnEvent.standing(day("2000-01-01"), day("2026-01-01")), Standing::None);
    for &kind in Kind::ALL {
        assert!(Cadence::ALL.contains(&usual(kind)));
    }
}

#[test]
fn a_dossier_lacks_what_its_class_asks_for() {
    let today = day("2026-11-26");
    let person = |more: &[(&'static str, &'static str)]| {
        let mut cells = vec![("id", "P1"), ("name", "样例甲")];
        cells.extend_from_slice(more);
        row(Kind::Person, &cells).1
    };
    let whole = [
        ("id_number", "11010519710510002X"),
        ("person_category", "公务员"),
        ("status", "在职"),
        ("reporting_duty", "否"),
        ("marital_status", "未婚"),
    ];
    let post = row(Kind::Post, &[("person", "P1"), ("unit", "U1"), ("title", "局长"), ("from", "2020-01")]).1;
    let leader = [("key_minority", "是")].iter().chain(&whole).copied().collect::<Vec<_>>();
    let appraisal =
        row(Kind::Assessment, &[("person", "P1"), ("type", "廉政鉴定"), ("date", "2025-11-26")]).1;
    let old = row(Kind::Assessment, &[("person", "P1"), ("type", "廉政鉴定"), ("date", "2025-11-25")]).1;
    let of = |person: &Fields, records: &[(Kind, &Fields)]| {
        let found = completeness(person, records, today);
        (found.class, found.percent(), found.lacks.iter().map(|lack| lack.words.clone()).collect::<Vec<_>>())
    };
    assert_eq!(of(&person(&whole), &[(Kind::Post, &post)]), (Class::Staff, 100, vec![]));
    assert_eq!(of(&person(&whole), &[]).2, ["没有现任职务"]);
    let both = [(Kind::Post, &post), (Kind::Assessment, &appraisal)];
    assert_eq!(of(&person(&leader), &both), (Class::KeyMinority, 100, vec![]));
    let late = [(Kind::Post, &post), (Kind::Assessment, &old)];
    assert_eq!(of(&person(&leader), &late).2, ["近十二个月没有廉政鉴定"]);
    let bare = of(&person(&[("status", "退休")]), &[]);
    assert_eq!(bare.0, Class::Former);
    assert_eq!(bare.2, ["身份证号未填", "出生年月未填", "人员类别未填", "离任日期未填"]);
}

#[test]
fn a_married_leader_needs_a_spouse_a_report_and_numbers() {
    let person = row(
        Kind::Person,
        &[
            ("id", "P1"),
            ("name", "样例甲"),
            ("status", "在职"),
            ("reporting_duty", "是"),
            ("marital_status", "已婚"),
        ],
    )
    .1;
    let child = row(Kind::Relative, &[("person", "P1"), ("relation", "子女"), ("name", "样例乙")]).1;
    let found = completeness(&person, &[(Kind::Relative, &child)], day("2026-11-26"));
    let words: Vec<_> = found.lacks.iter().map(|lack| lack.words.as_str()).collect();
    for expected in [
        "已婚而家庭成员中没有配偶",
        "1 名家庭成员没有身份证号",
        "没有2025年度个人事项报告",
        "没有2025年度家庭收入",
    ] {
        assert!(words.contains(&expected), "{words:?}");
    }
    assert_eq!((last_reported_year(day("2026-01-31")), last_reported_year(day("2026-02-01"))), (2024, 2025));
}

fn item(id: &str, more: &[(&str, &str)]) -> (RecordRef, Fields) {
    let mut cells = vec![
        ("id", id),
        ("person", "P1"),
        ("year", "2025"),
        ("as_at", "2025-12-31"),
        ("submitted_on", "2026-01-20"),
        ("type", "年度集中"),
    ];
    cells.retain(|(slug, _)| !more.iter().any(|(other, _)| other == slug));
    cells.extend_from_slice(more);
    row(Kind::Declared, &cells)
}

fn house(id: &str, more: &[(&str, &str)]) -> (RecordRef, Fields) {
    let mut cells = vec![
        ("id", id),
        ("person", "P1"),
        ("owner_relation", "本人"),
        ("title_no", "房1"),
        ("use", "住宅"),
        ("area", "90"),
        ("acquired_on", "2020-05-01"),
        ("source", "不动产登记"),
    ];
    cells.retain(|(slug, _)| !more.iter().any(|(other, _)| other == slug));
    cells.extend_from_slice(more);
    row(Kind::Property, &cells)
}

#[test]
fn each_fact_of_a_registry_stands_against_the_report_of_its_day() {
    let declared = item("D1", &[("matter", "房产"), ("identifier", "房1"), ("amount", "88.5")]);
    let cases = [
        ("declared", house("R1", &[("area", "89.5")]), Some(Match::Declared)),
        ("short", house("R1", &[]), Some(Match::Short)),
        ("missing", house("R1", &[("title_no", "房2")]), Some(Match::Missing)),
        ("bought after the day", house("R1", &[("acquired_on", "2026-01-02")]), None),
        ("sold before the day", house("R1", &[("disposed_on", "2025-12-30")]), None),
        ("of a child who lives apart", house("R1", &[("owner_relation", "其他子女")]), None),
        ("declared by the person, no registry", house("R1", &[("source", "申报")]), None),
        ("without a number", house("R1", &[("title_no", "")]), Some(Match::Unclear)),
    ];
    for (name, fact, expected) in cases {
        let rows = [(&declared.0, &declared.1), (&fact.0, &fact.1)];
        let found = compare(&rows, day("2025-12-31"), day("2026-11-26"));
        assert_eq!(found.first().map(|one| one.found), expected, "{name}");
        assert!(found.iter().all(|one| one.found == Match::Declared || !one.difference.is_empty()));
    }
}

#[test]
fn what_was_supplemented_later_is_told_apart_and_one_certificate_is_one_property() {
    let report = item("D0", &[("matter", "无其他事项")]);
    let later = item(
        "D1",
        &[
            ("matter", "房产"),
            ("identifier", "房1"),
            ("amount", "90"),
            ("type", "随时"),
            ("submitted_on", "2026-03-01"),
        ],
    );
    let (one, twin) = (house("R1", &[]), house("R2", &[("owner_relation", "配偶")]));
    let rows: Vec<_> = [&report, &later, &one, &twin].into_iter().map(|(at, fields)| (at, fields)).collect();
    assert_eq!(latest_base(&rows, day("2026-11-26")), Some(day("2025-12-31")));
    assert!(bases(&rows, day("2026-01-01")).is_empty(), "it was not in yet");
    let found = compare(&rows, day("2025-12-31"), day("2026-11-26"));
    assert_eq!(found.iter().map(|one| one.found).collect::<Vec<_>>(), [Match::Supplemented]);
    assert_eq!(found[0].declared, std::slice::from_ref(&later.0));
}

#[test]
fn a_record_of_a_day_has_begun_and_knows_nothing_of_later_days() {
    let post = row(
        Kind::Post,
        &[
            ("person", "P1"),
            ("unit", "U1"),
            ("title", "科长"),
            ("from", "2020-01-02"),
            ("until", "2026-05-01"),
        ],
    )
    .1;
    assert!(super::as_of::on(Kind::Post, &post, day("2020-01-01")).is_none());
    let then = super::as_of::on(Kind::Post, &post, day("2026-04-30")).unwrap();
    assert_eq!(then.date("until"), None);
    assert_eq!(super::as_of::on(Kind::Post, &post, day("2026-05-01")), Some(post));
}
