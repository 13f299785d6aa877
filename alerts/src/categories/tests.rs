//! What holds for all twelve: who is placed where, when that turns, what a category that is off says, and what one rule
//! may know about another dossier.
#![allow(clippy::unwrap_used)]

use chrono::NaiveDate;
use dossier::influence::InfluenceTable;
use dossier::{Category, Kind};

use super::testing::{Plain, body, calendar, judged, rule};
use super::{Mode, Other, Others, Rule, Surroundings, Thresholds, chinese_field, judge};
use crate::view::{Body, Dossier, Units};

const SERVING: &str = "person P1 status=在职 birth=1970-05";
const CLUE: &str = "clue K1 received_on=2020-01-01 summary=反映";
const UNITS: [&str; 3] =
    ["unit U1 name=甲 office=O1", "unit U2 name=乙 office=O2", "unit U3 name=丙 parent=U2"];

/// Unit, office and the day on which that turns, of the first verdict.
fn placed(as_of: &str, rows: &[&str]) -> (String, String, Option<NaiveDate>) {
    let lines: Vec<&str> = [SERVING, CLUE].into_iter().chain(UNITS).chain(rows.iter().copied()).collect();
    let judged = judged(Category::RepeatedReports, as_of, &lines);
    let verdict = &judged.verdicts[0];
    assert_eq!(judged.office, verdict.office);
    assert_eq!(judged.turns_on, verdict.turns_on);
    let key = |key: &Option<dossier::RecordKey>| key.as_ref().map(ToString::to_string).unwrap_or_default();
    (key(&verdict.unit), key(&verdict.office), verdict.turns_on)
}

#[test]
fn a_person_is_placed_by_the_open_main_post_else_by_the_last_one_held() {
    let day = |text: &str| Some(text.parse::<NaiveDate>().unwrap());
    for (rows, unit, office, turns_on) in [
        (vec![], "", "", None),
        (vec!["post J1 unit=U1 title=科员 from=2015-01-01"], "U1", "O1", None),
        (vec!["post J1 unit=U3 title=科员 from=2015-01-01"], "U3", "O2", None),
        // an open one before one that is over, whatever its days
        (
            vec![
                "post J1 unit=U1 title=科员 from=2015-01-01",
                "post J2 unit=U2 title=科员 from=2018-01-01 until=2019-01-01",
            ],
            "U1",
            "O1",
            None,
        ),
        // of several open ones the newest, of equal ones the first by key
        (
            vec!["post J1 unit=U1 title=科员 from=2015-01-01", "post J2 unit=U2 title=科员 from=2018-01-01"],
            "U2",
            "O2",
            None,
        ),
        (
            vec!["post J1 unit=U1 title=科员 from=2018-01-01", "post J2 unit=U2 title=科员 from=2018-01-01"],
            "U1",
            "O1",
            None,
        ),
        // second posts place nobody
        (
            vec![
                "post J1 unit=U1 title=科员 from=2015-01-01",
                "post J2 unit=U2 title=科员 from=2018-01-01 main_post=否",
            ],
            "U1",
            "O1",
            None,
        ),
        // the last one held, and not one that is still to come
        (
            vec![
                "post J1 unit=U1 title=科员 from=2015-01-01 until=2019-01-01",
                "post J2 unit=U2 title=科员 from=2027-01-01",
            ],
            "U1",
            "O1",
            day("2027-01-01"),
        ),
        // an open one that ends: the office is looked at again on that day
        (vec!["post J1 unit=U1 title=科员 from=2015-01-01 until=2026-12-31"], "U1", "O1", day("2026-12-31")),
        // one that ends before it begins is not open, and is the last one held where there is no other
        (vec!["post J1 unit=U1 title=科员 from=2015-01-01 until=2010-01-01"], "U1", "O1", None),
        (
            vec![
                "post J1 unit=U1 title=科员 from=2018-01-01 until=2010-01-01",
                "post J2 unit=U2 title=科员 from=2015-01-01",
            ],
            "U2",
            "O2",
            None,
        ),
    ] {
        let found = placed("2026-11-20", &rows);
        assert_eq!(found, (unit.to_owned(), office.to_owned(), turns_on), "{rows:#?}");
    }
}

#[test]
fn where_nothing_is_said_nothing_turns_with_the_posts() {
    let lines: Vec<&str> = [SERVING, "post J1 unit=U1 title=科员 from=2015-01-01 until=2026-12-31"]
        .into_iter()
        .chain(UNITS)
        .collect();
    let judged = judged(Category::RepeatedReports, "2026-11-20", &lines);
    assert!(judged.verdicts.is_empty());
    assert_eq!(judged.turns_on, None, "nobody is asked again for the sake of an office that nothing goes to");
    assert_eq!(judged.office.unwrap().as_str(), "O1");
}

fn said_by(rules: &[Rule]) -> Vec<Category> {
    let rows = [SERVING, CLUE, "concurrent_post R1 organization=甲 organization_type=企业 from=2020-01-01"];
    let bodies: Vec<Body> = rows.iter().map(|row| body(row)).collect();
    let (units, thresholds) = (Units::of(&[]), Thresholds::default());
    let (influence, calendar) = (InfluenceTable::default(), calendar());
    let around =
        Surroundings { units: &units, thresholds: &thresholds, influence: &influence, calendar: &calendar };
    let as_of = "2026-11-20".parse().unwrap();
    let judged = judge(&Dossier::of(&bodies, &Plain), &Others::new(), &around, rules, as_of);
    judged.verdicts.iter().map(|verdict| verdict.category).collect()
}

#[test]
fn a_category_that_is_off_says_nothing_and_one_in_shadow_says_the_same() {
    let (posts, reports) = (Category::ConcurrentPost, Category::RepeatedReports);
    let with = |mode| [Rule { mode, ..rule(posts) }, rule(reports)];
    assert_eq!(said_by(&with(Mode::Live)), [posts, reports]);
    assert_eq!(said_by(&with(Mode::Shadow)), [posts, reports]);
    assert_eq!(said_by(&with(Mode::Off)), [reports]);
    assert_eq!(said_by(&[]), []);
}

#[test]
fn of_another_dossier_a_rule_knows_status_and_posts_and_a_receipt_names_just_these() {
    let rows = [
        "person P2 status=退休",
        "post J2 person=P2 unit=U1 title=科员 from=2015-01-01",
        "relative R2 person=P2 relation=配偶",
        "clue K2 person=P2 received_on=2020-01-01 summary=反映",
    ];
    let bodies: Vec<Body> = rows.iter().map(|row| body(row)).collect();
    let other = Other::of(&Dossier::of(&bodies, &Plain));
    assert_eq!((other.status, other.posts.len()), (Some(crate::view::Status::Left), 1));
    let mut kinds: Vec<Kind> = other.made_from.iter().map(|(record, _)| record.kind).collect();
    kinds.sort_unstable();
    let mut expected = vec![Kind::Person, Kind::Post];
    expected.sort_unstable();
    assert_eq!(kinds, expected);
}

#[test]
fn what_is_missing_is_named_in_chinese() {
    for (missing, said) in [
        ("relative:R1.migration", "家庭成员“R1”的移居情况"),
        ("relative:配偶", "家庭成员记录"),
        ("calendar:2027", "2027年的放假安排"),
        ("post", "post"),
        ("nothing:R1.x", "nothing:R1.x"),
    ] {
        assert_eq!(chinese_field(missing), said);
    }
}
