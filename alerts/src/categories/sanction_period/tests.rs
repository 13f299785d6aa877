//! The table of cases of 处分影响期内违规使用、执行不到位.

use super::super::testing::rule_tests;

rule_tests!(dossier::Category::SanctionPeriod);

const AS_OF: &str = "2026-11-20";
const SERVING: &str = "person P1 status=在职 birth=1970-05";

/// A sanction that was announced and filed in time, and after which pay was changed.
fn sanction(key: &str, category: &str, kind: &str, from: &str) -> String {
    format!(
        "sanction {key} category={category} type={kind} effective_on={from} announced_on={from} filed_on={from} \
         pay_changed_on={from}"
    )
}

fn post(kind: &str, from: &str) -> String {
    format!("post J1 unit=U1 title=科长 from={from} appointment_type={kind}")
}

fn award(kind: &str, date: &str) -> String {
    format!("award A1 type={kind} date={date}")
}

#[test]
fn an_appointment_inside_a_period_is_a() {
    // 党内警告 2025-01-15: 12 months, the last day is 2026-01-14
    let warned = sanction("S1", "党纪", "警告", "2025-01-15");
    for kind in ["提拔", "进一步使用", "晋升职级"] {
        for (from, inside) in
            [("2025-01-14", false), ("2025-01-15", true), ("2026-01-14", true), ("2026-01-15", false)]
        {
            let expected = if inside { "a high post:J1 sanction:S1" } else { "" };
            fires(AS_OF, &[SERVING, &warned, &post(kind, from)], expected);
        }
    }
    for kind in ["任职", "平级调整"] {
        fires(AS_OF, &[SERVING, &warned, &post(kind, "2025-06-01")], "");
    }
    fires("2025-05-31", &[SERVING, &warned, &post("提拔", "2025-06-01")], "");
    fires(
        AS_OF,
        &["person P1 status=退休", &warned, &post("提拔", "2025-06-01")],
        "a high post:J1 sanction:S1",
    );
}

#[test]
fn an_award_inside_a_period_is_a_and_a_pay_step_only_from_a_demerit_on() {
    let warned = sanction("S1", "党纪", "警告", "2025-01-15");
    for kind in ["评优", "年度考核优秀", "晋级"] {
        fires(AS_OF, &[SERVING, &warned, &award(kind, "2026-01-14")], "a high sanction:S1 award:A1");
        fires(AS_OF, &[SERVING, &warned, &award(kind, "2026-01-15")], "");
    }
    for kind in ["晋档", "奖励"] {
        fires(AS_OF, &[SERVING, &warned, &award(kind, "2025-06-01")], "");
    }
    let light = sanction("S1", "政务", "警告", "2025-01-15");
    fires(AS_OF, &[SERVING, &light, &award("晋档", "2025-02-01")], "");
    for kind in ["记过", "记大过", "降级", "撤职"] {
        let grave = sanction("S1", "政务", kind, "2025-01-15");
        fires(AS_OF, &[SERVING, &grave, &award("晋档", "2025-02-01")], "a high sanction:S1 award:A1");
    }
}

#[test]
fn periods_add_up_and_revoked_decisions_have_none() {
    let first = sanction("S1", "党纪", "警告", "2024-01-15");
    let second = sanction("S2", "党纪", "严重警告", "2024-07-15");
    // 2025-01-15 + 18 months: free on 2026-07-15
    fires(
        AS_OF,
        &[SERVING, &first, &second, &post("提拔", "2026-07-14")],
        "a high post:J1 sanction:S1 sanction:S2 | e high sanction:S1 sanction:S2",
    );
    fires(AS_OF, &[SERVING, &first, &second, &post("提拔", "2026-07-15")], "e high sanction:S1 sanction:S2");
    let revoked = format!("{first} revoked_on=2026-11-20");
    fires(AS_OF, &[SERVING, &revoked, &post("提拔", "2024-02-01")], "");
    fires("2026-11-19", &[SERVING, &revoked, &post("提拔", "2024-02-01")], "a high post:J1 sanction:S1");
    let admonished = "organizational_measure M1 type=诫勉 effective_on=2025-01-15";
    fires(
        AS_OF,
        &[SERVING, admonished, &post("提拔", "2025-07-14")],
        "a high post:J1 organizational_measure:M1",
    );
    fires(AS_OF, &[SERVING, admonished, &post("提拔", "2025-07-15")], "");
}

#[test]
fn a_month_that_is_only_partly_inside_is_a_gap() {
    let warned = sanction("S1", "党纪", "警告", "2025-01-15");
    gap(AS_OF, &[SERVING, &warned, &post("提拔", "2026-01")], "a high post:J1.from");
    fires(AS_OF, &[SERVING, &warned, &post("提拔", "2025-12")], "a high post:J1 sanction:S1");
}

#[test]
fn a_decision_not_announced_or_not_filed_after_a_month_is_b() {
    for missing in ["announced_on", "filed_on"] {
        let sanction =
            sanction("S1", "党纪", "警告", "2020-10-20").replace(&format!("{missing}=2020-10-20"), "");
        fires("2020-11-20", &[SERVING, &sanction], "");
        fires("2020-11-21", &[SERVING, &sanction], "b medium sanction:S1");
        fires("2020-11-21", &[SERVING, &format!("{sanction} revoked_on=2020-11-21")], "");
    }
    fires("2020-12-01", &[SERVING, &sanction("S1", "党纪", "警告", "2020-10-20")], "");
}

#[test]
fn a_grave_sanction_without_a_change_of_pay_after_a_month_is_c() {
    let unpaid = |category: &str, kind: &str| {
        sanction("S1", category, kind, "2020-10-20").replace("pay_changed_on=2020-10-20", "")
    };
    for (category, kind) in [
        ("政务", "降级"),
        ("政务", "撤职"),
        ("党纪", "撤销党内职务"),
        ("党纪", "留党察看"),
        ("党纪", "开除党籍"),
        ("政务", "开除"),
    ] {
        fires("2020-11-20", &[SERVING, &unpaid(category, kind)], "");
        fires("2020-11-21", &[SERVING, &unpaid(category, kind)], "c high sanction:S1");
        let extended = format!("{} extension_approved=是", unpaid(category, kind));
        fires("2021-04-20", &[SERVING, &extended], "");
        fires("2021-04-21", &[SERVING, &extended], "c high sanction:S1");
    }
    for (category, kind) in [("党纪", "警告"), ("党纪", "严重警告"), ("政务", "记过"), ("政务", "记大过")]
    {
        fires(AS_OF, &[SERVING, &unpaid(category, kind)], "");
    }
}

#[test]
fn a_period_that_ends_within_thirty_days_without_a_visit_is_near() {
    // the last day is 2026-01-14
    let warned = sanction("S1", "党纪", "警告", "2025-01-15");
    clear("2025-12-14", &[SERVING, &warned]);
    near("2025-12-15", &[SERVING, &warned], "d low sanction:S1");
    near("2026-01-14", &[SERVING, &warned], "d low sanction:S1");
    clear("2026-01-15", &[SERVING, &warned]);
    let planned = "follow_up_visit V1 sanction=S1 planned_on=2025-06-01";
    near("2025-12-15", &[SERVING, &warned, planned], "d low sanction:S1");
    clear("2025-12-15", &[SERVING, &warned, &format!("{planned} visited_on=2025-12-15")]);
    near("2025-12-15", &[SERVING, &warned, &format!("{planned} visited_on=2025-12-16")], "d low sanction:S1");
    let other = "follow_up_visit V1 sanction=S9 planned_on=2025-06-01 visited_on=2025-06-01";
    near("2025-12-15", &[SERVING, &warned, other], "d low sanction:S1");
}

#[test]
fn a_new_sanction_inside_a_running_period_is_e() {
    let first = sanction("S1", "党纪", "警告", "2024-01-15");
    for (from, expected) in [
        ("2024-01-15", ""),
        ("2024-01-16", "e high sanction:S1 sanction:S2"),
        ("2025-01-14", "e high sanction:S1 sanction:S2"),
        ("2025-01-15", ""),
    ] {
        fires(AS_OF, &[SERVING, &first, &sanction("S2", "党纪", "警告", from)], expected);
    }
    let second = sanction("S2", "政务", "记过", "2024-03-01");
    fires(AS_OF, &[SERVING, &first, &second], "e high sanction:S1 sanction:S2");
    let of_one = |row: &str| format!("{row} reason=违规收受礼金");
    fires(AS_OF, &[SERVING, &of_one(&first), &of_one(&second)], "");
    fires(AS_OF, &[SERVING, &format!("{first} revoked_on=2024-02-01"), &second], "");
    fires(AS_OF, &[SERVING, &first, &format!("{second} revoked_on=2024-04-01")], "");
}

#[test]
fn a_sanction_that_is_not_understood_is_a_gap() {
    let odd = sanction("S1", "党纪", "劝告", "2025-01-15");
    gap(AS_OF, &[SERVING, &odd], "a high sanction:S1.effective_on sanction:S1.type");
}

#[test]
fn what_happens_today_or_in_a_month_that_has_begun_has_happened() {
    let running = sanction("S1", "党纪", "警告", "2026-01-15");
    for day in [AS_OF, "2026-11"] {
        fires(AS_OF, &[SERVING, &running, &post("提拔", day)], "a high post:J1 sanction:S1");
        let second = sanction("S2", "党纪", "警告", day);
        fires(AS_OF, &[SERVING, &running, &second], "e high sanction:S1 sanction:S2");
    }
    let promoted = super::super::testing::judged(
        dossier::Category::SanctionPeriod,
        AS_OF,
        &[SERVING, &running, &post("提拔", "2026-11")],
    );
    assert_eq!(promoted.verdicts[0].since, "2026-11-01".parse().ok());
    // announced today, or in a month that has begun
    for day in ["2020-11-21", "2020-11"] {
        let announced = sanction("S1", "党纪", "警告", "2020-10-20")
            .replace("announced_on=2020-10-20", &format!("announced_on={day}"));
        fires("2020-11-21", &[SERVING, &announced], "");
    }
    // the month after a month begins with its end
    let bare = "sanction S1 category=党纪 type=警告 effective_on=2020-10";
    fires("2020-11-30", &[SERVING, bare], "");
    fires("2020-12-01", &[SERVING, bare], "b medium sanction:S1");
}

#[test]
fn a_decision_that_will_be_revoked_is_asked_again_on_that_day() {
    let admonished = "organizational_measure M1 type=诫勉 effective_on=2026-10-15";
    let hit = "a high post:J1 organizational_measure:M1";
    let promoted = post("提拔", "2026-11-01");
    for (as_of, revoked, expected) in [
        (AS_OF, "2026-12-01", hit),
        ("2026-12-01", "2026-12-01", ""),
        (AS_OF, "2026-12", hit),
        ("2026-12-02", "2026-12", hit),
        ("2026-12-31", "2026-12", ""),
    ] {
        fires(as_of, &[SERVING, &format!("{admonished} revoked_on={revoked}"), &promoted], expected);
    }
}

#[test]
fn a_visit_for_one_of_several_decisions_or_for_none_by_name_was_held() {
    let ends = |visit: &str, rows: &[&str], as_of: &str| {
        let lines: Vec<&str> = std::iter::once(SERVING).chain(rows.iter().copied()).chain([visit]).collect();
        let judged = super::super::testing::judged(dossier::Category::SanctionPeriod, as_of, &lines);
        judged.verdicts.iter().any(|verdict| verdict.clause == "d")
    };
    let first = sanction("S1", "党纪", "警告", "2024-01-15");
    let second = sanction("S2", "党纪", "严重警告", "2024-07-15");
    let both = [first.as_str(), second.as_str()];
    let of = |sanction: &str| {
        format!("follow_up_visit V1 sanction={sanction} planned_on=2025-06-01 visited_on=2025-06-01")
    };
    assert!(ends(&of("S9"), &both, "2026-06-20"));
    for sanction in ["S1", "S2"] {
        assert!(!ends(&of(sanction), &both, "2026-06-20"), "{sanction}");
    }
    // without its number: from the first day of the period on
    let warned = sanction("S1", "党纪", "警告", "2025-01-15");
    for (visited, held) in [
        ("2025-01-14", false),
        ("2025-01-15", true),
        ("2025-01", true),
        ("2024-12", false),
        ("2025-12", false),
    ] {
        let visit = format!("follow_up_visit V1 planned_on=2025-01-01 visited_on={visited}");
        assert_eq!(ends(&visit, &[&warned], "2025-12-15"), !held, "{visited}");
    }
    let in_december = "follow_up_visit V1 planned_on=2025-01-01 visited_on=2025-12";
    assert!(!ends(in_december, &[&warned], "2025-12-31"), "that month is over");
}

#[test]
fn a_second_sanction_is_measured_by_days_and_in_both_tracks() {
    let first = sanction("S1", "党纪", "警告", "2024-01-15");
    // the month begins inside the period, which ends on 2025-01-14
    fires(
        AS_OF,
        &[SERVING, &first, &sanction("S2", "党纪", "警告", "2025-01")],
        "e high sanction:S1 sanction:S2",
    );
    // of one month, and nobody knows which was first
    let march = sanction("S1", "党纪", "警告", "2024-03");
    fires(AS_OF, &[SERVING, &march, &sanction("S2", "党纪", "警告", "2024-03-20")], "");
    fires(
        AS_OF,
        &[SERVING, &march, &sanction("S2", "党纪", "警告", "2024-04-01")],
        "e high sanction:S1 sanction:S2",
    );
    let government = sanction("S1", "政务", "记过", "2024-03-01");
    fires(
        AS_OF,
        &[SERVING, &government, &sanction("S2", "政务", "警告", "2024-06-01")],
        "e high sanction:S1 sanction:S2",
    );
    // what a measure bars is no running sanction
    let admonished = "organizational_measure M1 type=诫勉 effective_on=2024-05-15";
    fires(AS_OF, &[SERVING, admonished, &sanction("S2", "政务", "警告", "2024-06-01")], "");
}
