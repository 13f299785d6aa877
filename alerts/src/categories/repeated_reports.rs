//! 12 信访举报、问题线索集中或久拖. a \[medium; high at ≥ 5, or one that is 实名 and 具体可查\] ≥ 3 petitions about the person in the last 12 months with
//! distinct 事项标识, not 重复件, not 已了结失实/澄清. b \[medium\] a clue without 处置方式 one month after 收到日期. c \[medium\] an 函询 without
//! 回复日期 15 working days after 发出日期. d \[medium\] an inquiry answered one month ago without 办结报告日期. What is about units, u and v,
//! stands in `units`. Never shows who reported.
//!
//! Basis: 监督执纪工作规则 ch. 4, 5; 检举控告工作规则 14. Decided here: a clue or an inquiry that has been closed does not linger;
//! where the calendar lacks a year, the working days are not certain, and close to the limit that is a gap.

use chrono::{Datelike, Days, NaiveDate};
use dossier::day::add_months;
use dossier::{PartialDate, Severity};

use super::{Case, Lines, Sign};
use crate::view::{Inquiry, Petition};

/// Days by which holidays can move a limit of working days that was counted without them.
const HOLIDAYS_DAYS_MAX: u64 = 15;

pub(super) fn judge(case: &Case<'_>, lines: &mut Lines) {
    petitions(case, lines);
    for clue in &case.dossier.clues {
        let disposed = clue.has_disposal && case.day.begun(clue.disposed_on);
        if disposed || case.day.ended(clue.closed_on) {
            continue;
        }
        let Some(received) = clue.received_on else {
            lines.gap("b", Severity::Medium, Sign::at(&clue.at), &["received_on"]);
            continue;
        };
        let due = add_months(received.last_day(), case.numbers().clue_disposal_months_max);
        if case.day.past(due) {
            let sign = Sign::at(&clue.at).fact("disposal", "-").since(due.checked_add_days(Days::new(1)));
            lines.hit(
                "b",
                Severity::Medium,
                sign.words(format!("{received}收到的线索，{due}前应有处置意见")),
            );
        }
    }
    for inquiry in case.dossier.inquiries.iter().filter(|inquiry| !case.day.ended(inquiry.reported_on)) {
        unanswered(case, inquiry, lines);
        unreported(case, inquiry, lines);
    }
}

fn petitions(case: &Case<'_>, lines: &mut Lines) {
    let numbers = case.numbers();
    let recent = |petition: &&Petition| {
        petition.received_on.is_some_and(|received| {
            let until = add_months(received.last_day(), numbers.petitions_within_months);
            case.day.reached(received.first_day()) && !case.day.past(until)
        })
    };
    let counts = |petition: &&Petition| {
        petition.duplicate_of.is_none() && !matches!(petition.status, Some("已了结失实" | "澄清"))
    };
    let counted: Vec<&Petition> = case.dossier.petitions.iter().filter(counts).filter(recent).collect();
    let from = numbers.petitions_from as usize;
    let mut matters: Vec<&String> = counted.iter().filter_map(|petition| petition.matter.as_ref()).collect();
    matters.sort_unstable();
    matters.dedup();
    let unnamed: Vec<&&Petition> = counted.iter().filter(|petition| petition.matter.is_none()).collect();
    if matters.len() < from {
        if matters.len() + unnamed.len() >= from {
            for petition in unnamed {
                lines.gap("a", Severity::Medium, Sign::at(&petition.at), &["matter"]);
            }
        }
        return;
    }
    let named = counted.iter().filter(|petition| petition.matter.is_some());
    let checkable =
        |petition: &&&Petition| petition.real_name == Some(true) && petition.checkable == Some(true);
    let grave = matters.len() >= numbers.petitions_high_from as usize || named.clone().any(|p| checkable(&p));
    let severity = if grave { Severity::High } else { Severity::Medium };
    let months = numbers.petitions_within_months;
    for petition in named {
        let sign = Sign::at(&petition.at)
            .fact_of("matter", petition.matter.as_ref())
            .since(petition.received_on.map(PartialDate::first_day));
        lines.hit("a", severity, sign.words(format!("{months}个月内反映事项达到{from}件")));
    }
}

fn unanswered(case: &Case<'_>, inquiry: &Inquiry, lines: &mut Lines) {
    let replied = inquiry.replied_on.is_some_and(|replied| case.day.reached(replied.first_day()));
    if replied || inquiry.method == Some("谈话") {
        return;
    }
    let Some(sent) = inquiry.sent_on else {
        lines.gap("c", Severity::Medium, Sign::at(&inquiry.at), &["sent_on"]);
        return;
    };
    let limit = case.numbers().inquiry_reply_working_days_max;
    let due = case.around.calendar.add_working_days(sent.last_day(), limit);
    if !case.day.past(due.day) {
        return;
    }
    let sign = Sign::at(&inquiry.at)
        .fact("replied_on", "-")
        .since(due.day.checked_add_days(Days::new(1)))
        .words(format!("{sent}发出的函询，{}前应回复", due.day));
    let surely = due.day.checked_add_days(Days::new(HOLIDAYS_DAYS_MAX)).unwrap_or(NaiveDate::MAX);
    if due.provisional && !case.day.past(surely) {
        let unknown = [sent.last_day(), due.day].into_iter().find(|day| !case.around.calendar.knows(*day));
        let year = unknown.map_or_else(|| due.day.year(), |day| day.year());
        lines.gap_of("c", Severity::Medium, sign, &[format!("calendar:{year}")]);
    } else if inquiry.method.is_none() {
        lines.gap("c", Severity::Medium, sign, &["method"]);
    } else {
        // a provisional day is not printed as a firm one
        let sign = if due.provisional {
            sign.since(None).words(format!("{sent}发出的函询，至今未见回复"))
        } else {
            sign
        };
        lines.hit("c", Severity::Medium, sign);
    }
}

fn unreported(case: &Case<'_>, inquiry: &Inquiry, lines: &mut Lines) {
    let Some(replied) = inquiry.replied_on else { return };
    let due = add_months(replied.last_day(), case.numbers().inquiry_report_months_max);
    if case.day.past(due) {
        let sign = Sign::at(&inquiry.at).fact("reported_on", "-").since(due.checked_add_days(Days::new(1)));
        lines.hit("d", Severity::Medium, sign.words(format!("{replied}已回复，{due}前应有办结报告")));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::rule_tests;

    rule_tests!(dossier::Category::RepeatedReports);

    const AS_OF: &str = "2026-11-20";
    const SERVING: &str = "person P1 status=在职 birth=1970-05";

    fn petition(number: u32, cells: &str) -> String {
        format!("petition X{number} received_on=2026-05-01 matter=事项{number} status=办理中 {cells}")
    }

    fn petitions(numbers: std::ops::RangeInclusive<u32>, last: &str) -> Vec<String> {
        let mut lines = vec![SERVING.to_owned()];
        lines.extend(numbers.map(|number| petition(number, "")));
        lines.push(last.to_owned());
        lines
    }

    #[track_caller]
    fn says(lines: &[String], expected: &str) {
        fires(AS_OF, &lines.iter().map(String::as_str).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn three_distinct_matters_in_twelve_months_are_a() {
        let three = "a medium petition:X1 petition:X2 petition:X3";
        says(&petitions(1..=2, &petition(3, "")), three);
        for (received, counted) in [
            ("2025-11-19", false),
            ("2025-11-20", true),
            ("2025-11-21", true),
            ("2026-11-20", true),
            ("2026-11-21", false),
        ] {
            let last = petition(3, "").replace("2026-05-01", received);
            says(&petitions(1..=2, &last), if counted { three } else { "" });
        }
        for not in [
            petition(3, "").replace("事项3", "事项2"),
            petition(3, "duplicate_of=X1"),
            petition(3, "").replace("办理中", "已了结失实"),
            petition(3, "").replace("办理中", "澄清"),
            petition(3, "person=P2"),
        ] {
            says(&petitions(1..=2, &not), "");
        }
        for counted in ["未办", "已了结属实"] {
            says(&petitions(1..=2, &petition(3, "").replace("办理中", counted)), three);
        }
    }

    #[test]
    fn five_of_them_or_a_named_and_checkable_one_make_it_high() {
        says(&petitions(1..=3, &petition(4, "")), "a medium petition:X1 petition:X2 petition:X3 petition:X4");
        says(
            &petitions(1..=4, &petition(5, "")),
            "a high petition:X1 petition:X2 petition:X3 petition:X4 petition:X5",
        );
        let three = |severity: &str| format!("a {severity} petition:X1 petition:X2 petition:X3");
        says(&petitions(1..=2, &petition(3, "real_name=是 checkable=是")), &three("high"));
        says(&petitions(1..=2, &petition(3, "real_name=是 checkable=否")), &three("medium"));
        says(&petitions(1..=2, &petition(3, "real_name=否 checkable=是")), &three("medium"));
    }

    #[test]
    fn petitions_whose_matter_is_unknown_are_a_gap() {
        let unnamed = petition(3, "").replace("matter=事项3 ", "");
        gap(AS_OF, &[SERVING, &petition(1, ""), &petition(2, ""), &unnamed], "a medium petition:X3.matter");
        clear(AS_OF, &[SERVING, &petition(1, ""), &unnamed]);
    }

    #[test]
    fn a_clue_without_a_way_of_disposal_after_a_month_is_b() {
        let clue = "clue K1 received_on=2026-10-20 summary=反映";
        clear("2026-11-20", &[SERVING, clue]);
        fires("2026-11-21", &[SERVING, clue], "b medium clue:K1");
        clear("2026-11-21", &[SERVING, &format!("{clue} disposal=暂存待查")]);
        clear("2026-11-21", &[SERVING, &format!("{clue} closed_on=2026-11-01")]);
        fires(
            "2026-11-21",
            &[SERVING, &format!("{clue} disposal=初步核实 disposed_on=2026-11-22")],
            "b medium clue:K1",
        );
    }

    #[test]
    fn a_letter_unanswered_after_fifteen_working_days_is_c() {
        // from Friday on, with 2026-10-01 off: the fifteenth working day is 2026-10-19
        let letter = "inquiry Q1 method=函询 sent_on=2026-09-25";
        clear("2026-10-19", &[SERVING, letter]);
        fires("2026-10-20", &[SERVING, letter], "c medium inquiry:Q1");
        clear("2026-10-20", &[SERVING, &letter.replace("函询", "谈话")]);
        clear("2026-10-20", &[SERVING, &format!("{letter} replied_on=2026-10-20")]);
        fires("2026-10-20", &[SERVING, &format!("{letter} replied_on=2026-10-21")], "c medium inquiry:Q1");
        clear("2026-10-20", &[SERVING, &format!("{letter} reported_on=2026-10-20")]);
        let uncertain = "inquiry Q1 method=函询 sent_on=2026-12-25";
        gap("2027-01-20", &[SERVING, uncertain], "c medium calendar:2027");
        fires("2027-03-01", &[SERVING, uncertain], "c medium inquiry:Q1");
    }

    #[test]
    fn an_answer_without_a_report_after_a_month_is_d() {
        for method in ["谈话", "函询"] {
            let answered = format!("inquiry Q1 method={method} sent_on=2026-10-10 replied_on=2026-10-20");
            clear("2026-11-20", &[SERVING, &answered]);
            fires("2026-11-21", &[SERVING, &answered], "d medium inquiry:Q1");
            clear("2026-11-21", &[SERVING, &format!("{answered} reported_on=2026-11-21")]);
        }
    }

    #[test]
    fn months_of_petitions_clues_and_answers_count_from_their_first_day_to_their_last() {
        let three = "a medium petition:X1 petition:X2 petition:X3";
        for (as_of, received, counted) in [
            ("2026-11-30", "2025-11", true),
            ("2026-12-01", "2025-11", false),
            ("2026-11-20", "2026-11", true),
            ("2026-10-31", "2026-11", false),
        ] {
            let last = petition(3, "").replace("2026-05-01", received);
            let lines = petitions(1..=2, &last);
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            fires(as_of, &lines, if counted { three } else { "" });
        }
        let clue = "clue K1 received_on=2026-10 summary=反映";
        clear("2026-11-30", &[SERVING, clue]);
        fires("2026-12-01", &[SERVING, clue], "b medium clue:K1");
        let answered = "inquiry Q1 method=谈话 sent_on=2026-10-01 replied_on=2026-10";
        clear("2026-11-30", &[SERVING, answered]);
        fires("2026-12-01", &[SERVING, answered], "d medium inquiry:Q1");
    }

    #[test]
    fn a_letter_of_a_month_counts_from_its_last_day_and_an_answer_of_a_month_from_its_first() {
        // from Wednesday 2026-09-30 on, with 2026-10-01 off: the fifteenth working day is 2026-10-22
        let letter = "inquiry Q1 method=函询 sent_on=2026-09";
        clear("2026-10-22", &[SERVING, letter]);
        fires("2026-10-23", &[SERVING, letter], "c medium inquiry:Q1");
        clear("2026-10-23", &[SERVING, &format!("{letter} replied_on=2026-10")]);
    }

    #[test]
    fn a_limit_that_holidays_can_move_is_a_gap_as_long_as_they_can() {
        let uncertain = "inquiry Q1 method=函询 sent_on=2026-12-25";
        clear("2027-01-15", &[SERVING, uncertain]);
        for as_of in ["2027-01-16", "2027-01-30"] {
            gap(as_of, &[SERVING, uncertain], "c medium calendar:2027");
        }
        fires("2027-01-31", &[SERVING, uncertain], "c medium inquiry:Q1");
        let odd = "inquiry Q1 method=约谈 sent_on=2026-09-25";
        gap("2026-10-20", &[SERVING, odd], "c medium inquiry:Q1.method");
    }
}
