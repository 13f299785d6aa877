//! What has to be on file after an event, as tables of cases: the day before, on and after the last day, what meets
//! it, and what is not asked for.

use chrono::NaiveDate;

use super::timely::{FollowUp, Owed, Terms, events, follow_ups};
use crate::calendar::Calendar;
use crate::draft;
use crate::fields::Fields;
use crate::id::{Kind, RecordKey, RecordRef};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// `clue C1 received_on=2026-03-01 …`; the person is added.
fn row(text: &str) -> (RecordRef, Fields) {
    let mut words = text.split_ascii_whitespace();
    let kind = Kind::parse(words.next().unwrap()).unwrap();
    let key = words.next().unwrap();
    let mut cells: Vec<(&str, &str)> = words.map(|cell| cell.split_once('=').unwrap()).collect();
    if kind != Kind::Person {
        cells.push(("person", "P1"));
    }
    cells.push(("id", key));
    let columns: Vec<_> =
        cells.iter().map(|(slug, text)| (kind.declaration().column(slug).unwrap(), *text)).collect();
    let draft = draft::check(kind, &columns, &[]).unwrap().draft;
    (RecordRef::new(kind, RecordKey::new(key).unwrap()), draft.fields)
}

fn calendar() -> Calendar {
    Calendar::new([2026], [(day("2026-10-01"), true), (day("2026-10-02"), true)], "test")
}

fn owed_since(since: Option<&str>, today: &str, person: &str, records: &[&str]) -> Vec<Owed> {
    let person = row(&format!("person P1 name=样例甲 {person}"));
    let records: Vec<_> = records.iter().map(|text| row(text)).collect();
    let rows: Vec<_> = records.iter().map(|(record, fields)| (record, fields)).collect();
    let (calendar, since) = (calendar(), since.map(day));
    let since = |_| since;
    let terms = Terms { since: &since, calendar: &calendar, today: day(today) };
    follow_ups((&person.0, &person.1), &rows, &terms)
}

fn owed(today: &str, person: &str, records: &[&str]) -> Vec<Owed> {
    owed_since(Some("2026-01-01"), today, person, records)
}

#[test]
fn each_event_has_its_days() {
    for (text, expected) in [
        ("sanction S1 category=党纪 type=警告 effective_on=2026-09-25", "effective_on 2026-10-06"),
        ("post J1 unit=U1 title=科长 from=2026-09-25 until=2026-10-02", "from 2026-10-10, until 2026-10-17"),
        ("trip T1 departed_on=2026-09-25 destinations=日本", "departed_on 2026-10-25"),
        ("assessment A1 type=述责述廉 date=2026-09-25", "date 2026-10-10"),
        ("assessment A1 type=党风廉政意见 date=2026-09-25", "date 2026-10-06"),
        ("clue C1 received_on=2026-09 summary=x", "received_on 2026-10-09"),
        ("relative R1 relation=配偶 name=样例乙 migrated_on=2026-09-25", "migrated_on 2026-10-25"),
        ("award W1 type=评优 date=2026-09-25", ""),
        ("sanction S1 category=党纪 type=警告 effective_on=2027-09-25", ""),
    ] {
        let (record, fields) = row(text);
        let found: Vec<String> = events(record.kind, &fields, &calendar(), day("2026-11-26"))
            .iter()
            .map(|(slug, _, due)| format!("{slug} {due}"))
            .collect();
        assert_eq!(found.join(", "), expected, "{text}");
    }
}

#[test]
fn what_follows_is_owed_from_the_day_after_its_last_one_and_until_it_is_there() {
    let clue = "clue C1 received_on=2026-03-02 summary=x disposal=谈话函询 disposed_on=2026-03-09";
    for (today, overdue) in [("2026-03-16", false), ("2026-03-17", true)] {
        let found = owed(today, "status=在职", &[clue]);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].due, found[0].is_overdue(day(today))), (day("2026-03-16"), overdue), "{today}");
    }
    let asked = |today: &str, more: &[&str]| {
        let mut records = vec![clue];
        records.extend(more);
        owed(today, "status=在职", &records)[0].met
    };
    for (more, met) in [
        ("inquiry Q1 clue=C1 method=函询 sent_on=2026-03-01", true),
        ("inquiry Q1 clue=C2 method=函询 sent_on=2026-04-01", false),
        ("inquiry Q1 method=谈话 sent_on=2026-03-09", true),
        ("inquiry Q1 method=谈话 sent_on=2026-03-08", false),
    ] {
        assert_eq!(asked("2026-11-26", &[more]), met, "{more}");
    }
    assert_eq!(
        owed("2026-11-26", "status=在职", &[clue])[0].words(),
        "线索转谈话函询后没有谈话函询记录（2026-03-09，应于2026-03-16前）"
    );
}

#[test]
fn every_follow_up_is_asked_for_and_met() {
    let duty = "status=在职 reporting_duty=是";
    let yearly = "declaration D9 year=2025 as_at=2025-12-31 submitted_on=2026-01-20 matter=无其他事项";
    let report = |matter: &str, on: &str| {
        format!("declaration D1 year=2026 as_at=2026-06-30 submitted_on={on} type=随时 matter={matter}")
    };
    let cases: &[(FollowUp, &str, &str, &str)] = &[
        (
            FollowUp::CaseOfClue,
            "",
            "clue C1 received_on=2026-03-02 summary=x result=立案 closed_on=2026-04-01",
            "case K1 filed_on=2026-04-02 category=党纪",
        ),
        (
            FollowUp::MeasureOfClue,
            "",
            "clue C1 received_on=2026-03-02 summary=x result=诫勉 closed_on=2026-04-01",
            "organizational_measure M1 type=诫勉 effective_on=2026-04-01",
        ),
        (
            FollowUp::SanctionOfCase,
            "",
            "case K1 filed_on=2026-03-02 closed_on=2026-05-06 result=给予党内警告处分",
            "sanction S1 category=党纪 type=警告 effective_on=2026-05-06",
        ),
        (
            FollowUp::PostsEnded,
            "status=退休 left_on=2026-05-06",
            "post J1 unit=U1 title=科长 from=2020-01-01",
            "post J1 unit=U1 title=科长 from=2020-01-01 until=2026-05-06",
        ),
        (
            FollowUp::PostTaken,
            "status=在职",
            "post J1 unit=U1 title=科长 from=2020-01-01 until=2026-05-06",
            "post J2 unit=U1 title=副局长 from=2026-05-07",
        ),
        (FollowUp::YearlyReport, duty, "", yearly),
    ];
    for &(what, person, event, follows) in cases {
        let asked = |records: &[&str]| {
            let records: Vec<&str> = records.iter().copied().filter(|text| !text.is_empty()).collect();
            let found = owed("2026-11-26", person, &records);
            found.into_iter().filter(|one| one.what == what && one.is_overdue(day("2026-11-26"))).count()
        };
        assert_eq!(asked(&[event]), 1, "{what} is owed");
        let replaced = event.split(' ').take(2).eq(follows.split(' ').take(2));
        let with = if replaced { vec![follows] } else { vec![event, follows] };
        assert_eq!(asked(&with), 0, "{what} is met");
    }
    for (event, matter) in [
        ("exit_document X1 type=普通护照 number=E1 issued_on=2026-06-01 source=出入境", "普通护照"),
        ("exit_document X1 type=往来港澳通行证 number=C1 issued_on=2026-06-01 source=出入境", "港澳台证件"),
        ("trip T1 departed_on=2026-06-01 destinations=日本 document_class=因私 source=出入境", "因私出国境"),
        ("relative R1 relation=子女 name=样例乙 migration=永久居留 migrated_on=2026-06-01", "移居"),
        ("relative R1 relation=配偶 name=样例乙 relation_ended_on=2026-06-01", "婚姻"),
    ] {
        for (report, met) in [
            (report(matter, "2026-06-01"), true),
            (report(matter, "2026-05-31"), false),
            (report("其他", "2026-06-02"), false),
        ] {
            let found = owed("2026-11-26", duty, &[event, yearly, &report]);
            let found: Vec<_> = found.iter().filter(|one| one.what == FollowUp::MatterReported).collect();
            assert_eq!(
                (found.len(), found[0].due, found[0].met),
                (1, day("2026-07-01"), met),
                "{event}: {report}"
            );
        }
    }
}

#[test]
fn nothing_is_asked_for_that_is_no_task() {
    let duty = "status=在职 reporting_duty=是";
    let yearly = "declaration D9 year=2025 as_at=2025-12-31 submitted_on=2026-01-20 matter=无其他事项";
    for (person, event) in [
        // before the table was kept; disposed of otherwise; ended otherwise
        (duty, "clue C1 received_on=2025-03-02 summary=x disposal=谈话函询 disposed_on=2026-01-01"),
        (duty, "clue C1 received_on=2026-03-02 summary=x disposal=初步核实 disposed_on=2026-03-09"),
        (duty, "clue C1 received_on=2026-03-02 summary=x result=失实了结 closed_on=2026-04-01"),
        (duty, "case K1 filed_on=2026-03-02 closed_on=2026-05-06 result=免予党纪处分"),
        (duty, "case K1 filed_on=2026-03-02 closed_on=2026-05-06 result=撤销案件"),
        // declared by himself, on duty, not known whether private, no spouse or child, only studying
        (duty, "exit_document X1 type=普通护照 number=E1 issued_on=2026-06-01 source=申报"),
        (duty, "exit_document X1 type=公务护照 number=E1 issued_on=2026-06-01 source=出入境"),
        (duty, "trip T1 departed_on=2026-06-01 destinations=日本 document_class=因公 source=出入境"),
        (duty, "trip T1 departed_on=2026-06-01 destinations=日本 source=出入境"),
        (duty, "relative R1 relation=父亲 name=样例乙 migration=永久居留 migrated_on=2026-06-01"),
        (duty, "relative R1 relation=子女 name=样例乙 migration=仅留学或工作 migrated_on=2026-06-01"),
        // not bound to report, or not known to be
        (
            "status=在职 reporting_duty=否",
            "trip T1 departed_on=2026-06-01 destinations=日本 document_class=因私 source=出入境",
        ),
        ("status=在职", "trip T1 departed_on=2026-06-01 destinations=日本 document_class=因私 source=出入境"),
        (
            "status=退休 reporting_duty=是",
            "trip T1 departed_on=2026-06-01 destinations=日本 document_class=因私 source=出入境",
        ),
        // in the future, or still held
        (duty, "clue C1 received_on=2026-03-02 summary=x disposal=谈话函询 disposed_on=2026-12-09"),
        (duty, "post J1 unit=U1 title=科长 from=2020-01-01 until=2026-12-31"),
    ] {
        let found = owed("2026-11-26", person, &[event, yearly]);
        assert!(found.iter().all(|one| one.met), "{event}: {found:?}");
    }
    assert!(
        owed_since(None, "2026-11-26", duty, &[]).is_empty(),
        "where reports are not kept, none is missing"
    );
    assert!(owed_since(Some("2026-02-01"), "2026-11-26", duty, &[]).is_empty(), "nor where they began later");
    let january = owed_since(Some("2025-01-31"), "2026-01-31", duty, &[]);
    assert_eq!(january[0].due, day("2025-01-31"), "in January the year before last is asked for");
}
