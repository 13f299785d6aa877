//! Influence periods as tables: the vectors of the published rules, adding up, limits, what is revoked, what
//! is only known by month.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;
use crate::day::PartialDate;
use crate::declaration::ValueType;
use crate::fields::{Fields, Value};
use crate::id::{Kind, RecordKey};

/// A row of 处分 or 组织处理, written `政务 撤职 2024-01-01` or `诫勉 2024-01`, with further columns as
/// `slug=value`. Its key is its place in the list, from `1` on.
#[track_caller]
fn decision(place: usize, row: &str) -> Decision {
    let mut words: Vec<&str> = row.split_whitespace().collect();
    let kind =
        if matches!(words[0], "党纪" | "政务") { Kind::Sanction } else { Kind::OrganizationalMeasure };
    let mut fields = Fields::new();
    if kind == Kind::Sanction {
        fields.set("category", Value::Text(words.remove(0).to_owned()));
    }
    fields.set("type", Value::Text(words[0].to_owned()));
    fields.set("effective_on", Value::Date(PartialDate::parse(words[1]).unwrap()));
    for (slug, text) in words[2..].iter().map(|word| word.split_once('=').unwrap()) {
        let value = match kind.declaration().column(slug).unwrap().value {
            ValueType::Date => Value::Date(PartialDate::parse(text).unwrap()),
            ValueType::YesNo => Value::Bool(text == "是"),
            _ => Value::Text(text.to_owned()),
        };
        fields.set(slug, value);
    }
    let key = RecordKey::new(&place.to_string()).unwrap();
    Decision::from_fields(kind, &key, &fields).unwrap_or_else(|| panic!("{row} is no decision"))
}

fn decisions(rows: &[&str]) -> Vec<Decision> {
    rows.iter().enumerate().map(|(index, row)| decision(index + 1, row)).collect()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// `1+2 2024-01-15..2026-07-15` for each span: the keys, the first day barred, the first free day.
fn written(spans: &[Span]) -> Vec<String> {
    spans
        .iter()
        .map(|span| {
            let keys: Vec<&str> = span.records.iter().map(|record| record.key.as_str()).collect();
            let free = span.first_free.map(|free| free.to_string()).unwrap_or_default();
            format!("{} {}..{free}", keys.join("+"), span.from)
        })
        .collect()
}

#[track_caller]
fn spans(rows: &[&str], as_of: &str, expected: &[&str]) {
    let mut decisions = decisions(rows);
    let table = InfluenceTable::default();
    let spans = influence(&decisions, &table, day(as_of));
    assert_eq!(written(&spans), expected, "{rows:?} as of {as_of}");
    decisions.reverse();
    assert_eq!(influence(&decisions, &table, day(as_of)), spans, "the order given matters: {rows:?}");
}

const LATER: &str = "2099-01-01";

#[test]
fn the_last_day_barred_is_the_one_before_the_corresponding_day() {
    for (row, first_free, last_blocked) in [
        ("党纪 警告 2024-01-15", "2025-01-15", "2025-01-14"),
        ("政务 警告 2024-08-31", "2025-02-28", "2025-02-27"),
        ("党纪 警告 2024-02-29", "2025-02-28", "2025-02-27"),
        ("党纪 严重警告 2024-01-31", "2025-07-31", "2025-07-30"),
        ("诫勉 2023-08-31", "2024-02-29", "2024-02-28"),
    ] {
        let decisions = decisions(&[row]);
        let spans = influence(&decisions, &InfluenceTable::default(), day(LATER));
        assert_eq!(spans[0].first_free, Some(day(first_free)), "{row}");
        assert_eq!(spans[0].last_blocked(), Some(day(last_blocked)), "{row}");
        for (asked, until) in [(last_blocked, Some(day(last_blocked))), (first_free, None)] {
            let spans = influence(&decisions, &InfluenceTable::default(), day(asked));
            assert_eq!(until_of(&spans, &decisions[0].record, day(asked)), until, "{row} on {asked}");
        }
    }
}

#[test]
fn every_decision_bars_for_its_months() {
    for (row, first_free) in [
        ("党纪 警告 2020-01-01", "2021-01-01"),
        ("党纪 严重警告 2020-01-01", "2021-07-01"),
        ("党纪 严重警告 2020-01-01 instead_of_removal=否", "2021-07-01"),
        ("党纪 严重警告 2020-01-01 instead_of_removal=是", "2022-01-01"),
        ("党纪 警告 2020-01-01 instead_of_removal=是", "2021-01-01"),
        ("党纪 撤销党内职务 2020-01-01", "2022-01-01"),
        ("党纪 留党察看 2020-01-01 probation_months=12 restored_on=2021-01-01", "2023-01-01"),
        ("党纪 开除党籍 2020-01-01", "2025-01-01"),
        ("政务 警告 2020-01-01", "2020-07-01"),
        ("政务 记过 2020-01-01", "2021-01-01"),
        ("政务 记大过 2020-01-01", "2021-07-01"),
        ("政务 降级 2020-01-01", "2022-01-01"),
        ("政务 撤职 2020-01-01", "2022-01-01"),
        ("诫勉 2020-01-01", "2020-07-01"),
        ("调整职务 2020-01-01", "2021-01-01"),
        ("责令辞职 2020-01-01", "2022-01-01"),
        ("免职 2020-01-01", "2022-01-01"),
        ("降职 2020-01-01", "2022-01-01"),
        // as the decision says
        ("党纪 严重警告 2015-06-01 influence_months=12", "2016-06-01"),
        ("诫勉 2020-01-01 influence_months=12", "2021-01-01"),
        ("批评教育 2020-01-01 influence_months=3", "2020-04-01"),
        ("问责 2020-01-01 influence_months=12", "2021-01-01"),
        ("政务 开除 2020-01-01 influence_months=60", "2024-01-01"),
        ("党纪 留党察看 2020-01-01 restored_on=2021-01-01 influence_months=12", "2022-01-01"),
        ("党纪 警告 2020-01-01 influence_months=-3", "2021-01-01"),
        // a contradicting 类别 does not make it vanish
        ("党纪 记过 2020-01-01", "2021-01-01"),
        ("政务 严重警告 2020-01-01", "2021-07-01"),
    ] {
        let from = row.split_whitespace().find(|word| word.starts_with("20")).unwrap();
        spans(&[row], LATER, &[&format!("1 {from}..{first_free}")]);
    }
}

#[test]
fn some_decisions_bar_nobody() {
    for row in [
        "政务 开除 2020-01-01",
        "谈话提醒 2020-01-01",
        "批评教育 2020-01-01",
        "责令检查 2020-01-01",
        "停职检查 2020-01-01",
        "问责 2020-01-01",
        "取消资格 2020-01-01",
        "党纪 警告 2020-01-01 influence_months=0",
    ] {
        spans(&[row], LATER, &[]);
    }
}

#[test]
fn a_sanction_inside_a_running_period_adds_its_months() {
    spans(&["党纪 警告 2024-01-15", "党纪 严重警告 2024-07-15"], LATER, &["1+2 2024-01-15..2026-07-15"]);
    spans(&["政务 撤职 2024-01-01", "政务 撤职 2024-03-01"], LATER, &["1+2 2024-01-01..2028-01-01"]);
    spans(&["政务 记过 2024-01-01", "政务 记大过 2024-07-01"], LATER, &["1+2 2024-01-01..2026-07-01"]);
    // 5 months are left when 18 more are given: 23 from the second on
    spans(&["党纪 警告 2025-01-20", "党纪 严重警告 2025-08-20"], LATER, &["1+2 2025-01-20..2027-07-20"]);
    // the last day is inside, the first free day is not
    spans(&["党纪 警告 2024-01-15", "党纪 警告 2025-01-14"], LATER, &["1+2 2024-01-15..2026-01-15"]);
    spans(
        &["党纪 警告 2024-01-15", "党纪 警告 2025-01-15"],
        LATER,
        &["1 2024-01-15..2025-01-15", "2 2025-01-15..2026-01-15"],
    );
    // the third joins a period that only runs because the second was added
    spans(
        &["党纪 警告 2020-01-01", "党纪 警告 2020-07-01", "党纪 警告 2021-06-01"],
        LATER,
        &["1+2+3 2020-01-01..2023-01-01"],
    );
}

#[test]
fn government_sanctions_add_up_to_a_limit_and_party_sanctions_without_one() {
    let days = ["2024-01-01", "2024-01-10", "2024-02-01"];
    let government = days.map(|day| format!("政务 撤职 {day}"));
    spans(&government.each_ref().map(String::as_str), LATER, &["1+2+3 2024-01-01..2028-02-01"]);
    let party = days.map(|day| format!("党纪 撤销党内职务 {day}"));
    spans(&party.each_ref().map(String::as_str), LATER, &["1+2+3 2024-01-01..2030-01-01"]);
}

#[test]
fn tracks_do_not_add_up_with_each_other() {
    spans(
        &["党纪 警告 2024-01-15", "政务 记过 2024-03-01", "诫勉 2024-04-01", "调整职务 2024-05-01"],
        LATER,
        &[
            "1 2024-01-15..2025-01-15",
            "2 2024-03-01..2025-03-01",
            "3 2024-04-01..2024-10-01",
            "4 2024-05-01..2025-05-01",
        ],
    );
}

#[test]
fn probation_bars_without_end_until_rights_are_restored() {
    let row = "党纪 留党察看 2024-01-15 probation_months=12 restored_on=2025-01-15";
    spans(&[row], "2024-01-14", &[]);
    spans(&[row], "2024-01-15", &["1 2024-01-15.."]);
    spans(&[row], "2025-01-14", &["1 2024-01-15.."]);
    spans(&[row], "2025-01-15", &["1 2024-01-15..2027-01-15"]);
    // long past its two years, and nobody has restored anything
    spans(&["党纪 留党察看 2014-01-15 probation_months=24"], LATER, &["1 2014-01-15.."]);
    // what is given meanwhile ends no earlier
    spans(&["党纪 留党察看 2024-01-15", "党纪 警告 2024-06-01"], LATER, &["1+2 2024-01-15.."]);
    spans(&["党纪 警告 2024-01-15", "党纪 留党察看 2024-06-01"], LATER, &["1+2 2024-01-15.."]);
    spans(&[row, "党纪 警告 2024-06-01"], LATER, &["1+2 2024-01-15..2028-01-15"]);
    // the period before has run out when rights are restored: nothing is left to add
    spans(
        &["党纪 警告 2024-01-15", "党纪 留党察看 2024-06-01 restored_on=2025-06-01"],
        LATER,
        &["1+2 2024-01-15..2027-06-01"],
    );
    let decisions = decisions(&["党纪 留党察看 2024-01-15"]);
    let spans = influence(&decisions, &InfluenceTable::default(), day("2026-11-23"));
    assert!(running_span(&spans, &decisions[0].record, day("2026-11-23")).is_some());
    assert_eq!(until_of(&spans, &decisions[0].record, day("2026-11-23")), None);
}

#[test]
fn the_five_years_after_expulsion_run_from_it() {
    spans(&["党纪 严重警告 2023-06-01", "党纪 开除党籍 2024-01-01"], LATER, &["1+2 2023-06-01..2029-01-01"]);
}

#[test]
fn a_revoked_decision_counts_as_never_made_from_the_day_it_is_revoked() {
    let rows = ["党纪 警告 2024-01-15 revoked_on=2024-09-01", "党纪 严重警告 2024-07-15"];
    spans(&rows, "2024-08-31", &["1+2 2024-01-15..2026-07-15"]);
    spans(&rows, "2024-09-01", &["2 2024-07-15..2026-01-15"]);
}

#[test]
fn a_decision_that_is_not_yet_effective_counts_for_nothing() {
    let rows = ["党纪 警告 2024-01-15", "党纪 严重警告 2024-07-15"];
    spans(&rows, "2024-01-14", &[]);
    spans(&rows, "2024-07-14", &["1 2024-01-15..2025-01-15"]);
    spans(&rows, "2024-07-15", &["1+2 2024-01-15..2026-07-15"]);
}

#[test]
fn where_only_the_month_is_known_the_person_is_barred_longest() {
    spans(&["党纪 警告 2024-02"], "2024-02-01", &["1 2024-02-01..2025-02-28"]);
    spans(&["党纪 警告 2024-02"], "2024-01-31", &[]);
    // it may have come on the last day of the period before
    spans(&["党纪 警告 2024-01-15", "党纪 警告 2025-01"], LATER, &["1+2 2024-01-15..2026-01-31"]);
    // restoration and revocation count once their month is over
    let restored = ["党纪 留党察看 2024-01-15 restored_on=2025-02"];
    spans(&restored, "2025-02-27", &["1 2024-01-15.."]);
    spans(&restored, "2025-02-28", &["1 2024-01-15..2027-02-28"]);
    let revoked = ["党纪 警告 2024-01-15 revoked_on=2024-09"];
    spans(&revoked, "2024-09-29", &["1 2024-01-15..2025-01-15"]);
    spans(&revoked, "2024-09-30", &[]);
}

#[test]
fn a_sanction_whose_own_months_are_over_still_runs_where_others_were_added() {
    let decisions = decisions(&["政务 撤职 2024-10-20", "政务 记过 2025-06-01"]);
    let asked = day("2026-11-20"); // 25 months after the first
    let spans = influence(&decisions, &InfluenceTable::default(), asked);
    for decision in &decisions {
        assert_eq!(until_of(&spans, &decision.record, asked), Some(day("2027-10-19")));
    }
}

#[test]
fn by_the_other_convention_the_corresponding_day_is_still_barred() {
    let table =
        InfluenceTable { convention: PeriodConvention::StartDayNotCounted, ..InfluenceTable::default() };
    for (rows, first_free) in [
        (&["党纪 警告 2024-01-15"][..], "2025-01-16"),
        (&["政务 警告 2024-08-31"], "2025-03-01"),
        (&["党纪 警告 2024-01-15", "党纪 警告 2025-01-15"], "2026-01-16"),
        (&["政务 撤职 2024-01-01", "政务 撤职 2024-01-10", "政务 撤职 2024-02-01"], "2028-02-02"),
    ] {
        let spans = influence(&decisions(rows), &table, day(LATER));
        assert_eq!(spans.last().unwrap().first_free, Some(day(first_free)), "{rows:?}");
    }
}

#[test]
fn an_office_may_set_other_months() {
    let table = InfluenceTable { admonition: 9, accountability: 12, ..InfluenceTable::default() };
    let spans = influence(&decisions(&["诫勉 2024-01-15", "问责 2024-02-15"]), &table, day(LATER));
    assert_eq!(written(&spans), ["1 2024-01-15..2024-10-15", "2 2024-02-15..2025-02-15"]);
    assert!(spans[0].explain.contains("影响期9个月（按系统设置）"), "{}", spans[0].explain);
}

#[test]
fn expulsion_and_dismissal_are_found_whatever_their_age() {
    let decisions = decisions(&[
        "党纪 开除党籍 1998-01-01",
        "政务 开除 2001-05",
        "党纪 开除党籍 2003-01-01 revoked_on=2005-01-01",
        "政务 开除 2030-01-01",
        "党纪 警告 2024-01-15",
        "免职 2024-01-15",
    ]);
    let keys: Vec<String> =
        expulsions(&decisions, day("2026-11-23")).iter().map(|record| record.key.to_string()).collect();
    assert_eq!(keys, ["1", "2"]);
}

#[test]
fn every_value_of_the_two_vocabularies_is_a_measure_of_its_own() {
    let values = |kind: Kind, slug: &str| -> Vec<&'static str> {
        let ValueType::Choice(choices) = kind.declaration().column(slug).unwrap().value else {
            panic!("{kind}.{slug} is no choice")
        };
        choices.iter().map(|choice| choice.value).collect()
    };
    let mut measures = Vec::new();
    for kind in values(Kind::Sanction, "type") {
        measures.push(Measure::of_sanction(Some("党纪"), kind).unwrap());
    }
    measures.push(Measure::of_sanction(Some("政务"), "警告").unwrap());
    for kind in values(Kind::OrganizationalMeasure, "type") {
        measures.push(Measure::of_organizational(kind).unwrap());
    }
    let names: BTreeSet<&str> = measures.iter().map(|measure| measure.chinese()).collect();
    let all: BTreeSet<&str> = Measure::ALL.iter().map(|measure| measure.chinese()).collect();
    assert_eq!(names, all);
    assert_eq!((measures.len(), all.len()), (Measure::ALL.len(), Measure::ALL.len()));
}

#[test]
fn rows_of_other_kinds_are_no_decisions() {
    let key = RecordKey::new("1").unwrap();
    let mut fields = Fields::new();
    fields.set("type", Value::Text("警告".to_owned()));
    assert_eq!(Decision::from_fields(Kind::Sanction, &key, &fields), None);
    fields.set("effective_on", Value::Date(PartialDate::parse("2024-01-15").unwrap()));
    assert!(Decision::from_fields(Kind::Sanction, &key, &fields).is_some());
    assert_eq!(Decision::from_fields(Kind::OrganizationalMeasure, &key, &fields), None);
    assert_eq!(Decision::from_fields(Kind::Award, &key, &fields), None);
}

#[test]
fn a_span_says_by_which_rule_it_is_so_long() {
    for (rows, explain) in [
        (
            &["党纪 警告 2024-01-15", "党纪 严重警告 2024-07-15"][..],
            "2024-01-15党内警告，影响期12个月（《中国共产党纪律处分条例》第十条）；\
             2024-07-15党内严重警告，影响期18个月（《中国共产党纪律处分条例》第十条），在前一影响期内作出，\
             与尚未执行的影响期相加（《中国共产党纪律处分条例》第二十一条）。最后一日为2026-07-14。",
        ),
        (
            &["政务 撤职 2024-01-01", "政务 撤职 2024-01-10 influence_months=30"],
            "2024-01-01政务撤职，影响期24个月（《中华人民共和国公职人员政务处分法》第八条）；\
             2024-01-10政务撤职，影响期30个月（按决定所载），在前一处分期内作出，与尚未执行的期限相加\
             （《行政机关公务员处分条例》第十条），自最近一次处分起合计不超过48个月。最后一日为2028-01-09。",
        ),
        (
            &["党纪 严重警告 2024-01 instead_of_removal=是"],
            "2024-01（日期不详，按月末起算）党内严重警告（代替撤职），影响期24个月（按系统设置）。\
             最后一日为2026-01-30。",
        ),
        (
            &["党纪 留党察看 2024-01-15 probation_months=12 restored_on=2025-01-15"],
            "2024-01-15留党察看12个月，自恢复党员权利之日2025-01-15起影响期24个月\
             （《中国共产党纪律处分条例》第十二条）。最后一日为2027-01-14。",
        ),
        (
            &["党纪 留党察看 2024-01-15"],
            "2024-01-15留党察看，尚未恢复党员权利，影响期自恢复之日起24个月\
             （《中国共产党纪律处分条例》第十二条）。终止日期待定。",
        ),
    ] {
        let spans = influence(&decisions(rows), &InfluenceTable::default(), day(LATER));
        assert_eq!(spans[0].explain, explain);
    }
}

/// The vectors of the published rules, both ways of counting days: rows, then the last day barred where the
/// day of effect counts, and where it does not.
#[test]
fn every_vector_holds_in_both_ways_of_counting_days() {
    for (rows, counted, not_counted) in [
        (&["党纪 警告 2024-01-15"][..], "2025-01-14", "2025-01-15"),
        (&["政务 警告 2024-08-31"], "2025-02-27", "2025-02-28"),
        (&["党纪 警告 2024-02-29"], "2025-02-27", "2025-02-28"),
        (&["党纪 严重警告 2024-01-31"], "2025-07-30", "2025-07-31"),
        (&["诫勉 2023-08-31"], "2024-02-28", "2024-02-29"),
        (&["党纪 警告 2024-01-15", "党纪 严重警告 2024-07-15"], "2026-07-14", "2026-07-15"),
        (&["政务 撤职 2024-01-01", "政务 撤职 2024-03-01"], "2027-12-31", "2028-01-01"),
        (&["政务 记过 2024-01-01", "政务 记大过 2024-07-01"], "2026-06-30", "2026-07-01"),
        (
            &["政务 撤职 2024-01-01", "政务 撤职 2024-01-10", "政务 撤职 2024-02-01"],
            "2028-01-31",
            "2028-02-01",
        ),
        (&["党纪 留党察看 2023-01-15 restored_on=2024-01-15"], "2026-01-14", "2026-01-15"),
        (&["党纪 严重警告 2024-01-15 instead_of_removal=是"], "2026-01-14", "2026-01-15"),
        (&["党纪 开除党籍 2024-01-15"], "2029-01-14", "2029-01-15"),
        // by the edition in force on the day of the decision
        (&["党纪 严重警告 2015-12-31"], "2016-12-30", "2016-12-31"),
        (&["党纪 严重警告 2016-01-01"], "2017-06-30", "2017-07-01"),
        (&["党纪 严重警告 2015-12-31 influence_months=18"], "2017-06-29", "2017-06-30"),
        (&["党纪 严重警告 2015-07-01", "党纪 严重警告 2016-01-01"], "2017-12-31", "2018-01-01"),
    ] {
        let decisions = decisions(rows);
        for (convention, last) in
            [(PeriodConvention::StartDayCounts, counted), (PeriodConvention::StartDayNotCounted, not_counted)]
        {
            let table = InfluenceTable { convention, ..InfluenceTable::default() };
            let spans = influence(&decisions, &table, day(LATER));
            assert_eq!(spans.last().unwrap().last_blocked(), Some(day(last)), "{rows:?} {convention:?}");
        }
    }
}

#[test]
fn the_second_sanction_on_the_last_day_adds_up_by_either_convention() {
    let rows = decisions(&["党纪 警告 2024-01-15", "党纪 警告 2025-01-15"]);
    let table = InfluenceTable { convention: PeriodConvention::StartDayNotCounted, ..Default::default() };
    // 2025-01-15 is the last day barred where the day of effect is not counted
    let spans = influence(&rows, &table, day(LATER));
    assert_eq!((spans.len(), spans[0].last_blocked()), (1, Some(day("2026-01-15"))));
}

#[test]
fn settings_are_read_over_the_defaults_and_unknown_ones_refused() {
    let table: InfluenceTable =
        serde_json::from_str(r#"{"admonition": 12, "convention": "start_day_not_counted"}"#).unwrap();
    assert_eq!((table.admonition, table.party_warning), (12, 12));
    assert_eq!(table.convention, PeriodConvention::StartDayNotCounted);
    assert!(serde_json::from_str::<InfluenceTable>(r#"{"admonitions": 12}"#).is_err());
}

/// The end of the last period, by the plain recurrence: what is new is added to what runs, or starts afresh.
fn end_by_recurrence(decisions: &[(NaiveDate, u32)], cap: Option<u32>) -> Option<NaiveDate> {
    decisions.iter().fold(None, |end: Option<NaiveDate>, &(start, months)| {
        let end = match end {
            Some(end) if start < end => add_months(end, months),
            _ => add_months(start, months),
        };
        Some(cap.map_or(end, |cap| end.min(add_months(start, cap))))
    })
}

proptest! {
    #[test]
    fn adding_up_is_the_plain_recurrence(
        rows in prop::collection::vec((0_u64..3000, 1_u32..40), 1..8),
        government in any::<bool>(),
    ) {
        let mut rows: Vec<(NaiveDate, u32)> =
            rows.into_iter().map(|(days, months)| (day("2015-01-01") + chrono::Days::new(days), months)).collect();
        rows.sort_unstable();
        rows.dedup_by_key(|row| row.0);
        let written: Vec<String> = rows
            .iter()
            .map(|(start, months)| {
                let sanction = if government { "政务 记过" } else { "党纪 警告" };
                format!("{sanction} {start} influence_months={months}")
            })
            .collect();
        let written: Vec<&str> = written.iter().map(String::as_str).collect();
        let spans = influence(&decisions(&written), &InfluenceTable::default(), day(LATER));
        let end = end_by_recurrence(&rows, government.then_some(48));
        prop_assert_eq!(spans.last().unwrap().first_free, end);
        prop_assert_eq!(spans.iter().map(|span| span.records.len()).sum::<usize>(), rows.len());
        prop_assert!(spans.windows(2).all(|pair| pair[0].first_free.unwrap() <= pair[1].from));
    }
}
