//! 6 因私出国（境）与证件异常. a \[high\] 因私 trip without 批准文号, or not covered by its approved dates at all. b \[medium; high if late by
//! more than 5 days\] with 批准文号: 目的地 outside 批准目的地, or 入境日期 > 批准返回日期. c \[low\] a valid private document not handed in within
//! 10 days of 签发日期 or of the last 入境日期. Not: 因公; 注销/遗失已报/过期 documents; persons retired.
//!
//! Basis: 报告规定 3(2)(3); 纪律处分条例 90, 91; 政务处分法 31. Decided here: what is a is not b too; a journey counts for the kind of
//! document that its destinations need; a document handed in too late has not been handed in in time.

use chrono::{Days, NaiveDate};
use dossier::{PartialDate, Severity};

use super::{Case, Lines, Sign};
use crate::view::{ExitDocument, Trip, name_key, region};

pub(super) fn judge(case: &Case<'_>, lines: &mut Lines) {
    for trip in &case.dossier.trips {
        if trip.document_class != Some("因公") && case.day.begun(trip.departed_on) {
            approved(case, trip, lines);
        }
    }
    for document in &case.dossier.exit_documents {
        handed_in(case, document, lines);
    }
}

fn approved(case: &Case<'_>, trip: &Trip, lines: &mut Lines) {
    let sign = Sign::at(&trip.at).since(trip.departed_on.map(PartialDate::first_day));
    let Some(number) = &trip.approval_no else {
        let sign = sign
            .fact("approval_no", "-")
            .words(format!("因私前往{}，未见批准", trip.destinations.join("、")));
        return hit_of_class(trip, "a", Severity::High, sign, lines);
    };
    let covered = match (trip.approved_departure_on, trip.approved_return_on) {
        (None, None) => None,
        (from, until) => {
            let after = until
                .zip(trip.departed_on)
                .is_some_and(|(until, departed)| departed.first_day() > until.last_day());
            let before =
                from.zip(trip.returned_on).is_some_and(|(from, back)| back.last_day() < from.first_day());
            Some(!after && !before)
        }
    };
    if covered == Some(false) {
        let sign = sign
            .fact_of("departed_on", trip.departed_on)
            .fact_of("approved_return_on", trip.approved_return_on)
            .words(format!("出行日期完全不在批准（{number}）的日期内"));
        return hit_of_class(trip, "a", Severity::High, sign, lines);
    }
    outside(trip, &sign, lines);
    late(case, trip, &sign, lines);
    if covered.is_none() {
        lines.gap("b", Severity::Medium, sign, &["approved_departure_on", "approved_return_on"]);
    }
}

/// A hit, unless it is not known whether the journey was private.
fn hit_of_class(trip: &Trip, clause: &'static str, severity: Severity, sign: Sign, lines: &mut Lines) {
    if trip.document_class.is_some() {
        lines.hit(clause, severity, sign);
    } else {
        lines.gap(clause, severity, sign, &["document_class"]);
    }
}

fn outside(trip: &Trip, sign: &Sign, lines: &mut Lines) {
    if trip.approved_destinations.is_empty() {
        lines.gap("b", Severity::Medium, sign.clone(), &["approved_destinations"]);
        return;
    }
    let approved: Vec<String> = trip.approved_destinations.iter().map(|place| name_key(place)).collect();
    let beyond: Vec<&str> = trip
        .destinations
        .iter()
        .filter(|place| !approved.iter().any(|approved| name_key(place).starts_with(approved.as_str())))
        .map(String::as_str)
        .collect();
    if !beyond.is_empty() {
        let places = beyond.join("、");
        let sign = sign.clone().fact("destinations", &places).words(format!("到过批准以外的{places}"));
        hit_of_class(trip, "b", Severity::Medium, sign, lines);
    }
}

fn late(case: &Case<'_>, trip: &Trip, sign: &Sign, lines: &mut Lines) {
    let Some(due) = trip.approved_return_on.map(PartialDate::last_day) else { return };
    let back = trip.returned_on.filter(|back| case.day.reached(back.last_day()));
    let Some(back) = back.map(PartialDate::first_day) else {
        if case.day.past(due) {
            let sign = sign.clone().words(format!("批准返回日期{due}已过，入境日期不详"));
            lines.gap("b", Severity::Medium, sign, &["returned_on"]);
        }
        return;
    };
    if back > due {
        let long = (back - due).num_days() > i64::from(case.numbers().trip_late_days_max);
        let severity = if long { Severity::High } else { Severity::Medium };
        let sign = sign.clone().fact("returned_on", back).words(format!("批准{due}返回，实际{back}入境"));
        hit_of_class(trip, "b", severity, sign, lines);
    }
}

fn handed_in(case: &Case<'_>, document: &ExitDocument, lines: &mut Lines) {
    let day = case.day;
    let over = document.valid_until.is_some_and(|until| day.past(until.last_day()));
    let void = matches!(document.status, Some("注销" | "遗失已报" | "过期"));
    if document.kind == Some("公务护照") || over || void {
        return;
    }
    let issued = document.issued_on.map(PartialDate::last_day);
    let returned = last_return(case, document).filter(|back| issued.is_none_or(|issued| *back >= issued));
    let handed_in = document.handed_in_on.filter(|handed| day.reached(handed.first_day()));
    let sign = Sign::at(&document.at);
    let Some(start) = returned.max(issued) else {
        if handed_in.is_none() {
            lines.gap("c", Severity::Low, sign, &["issued_on"]);
        }
        return;
    };
    let days = u64::from(case.numbers().hand_in_days_max);
    let due = start.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX);
    // what was handed in before the last journey was taken out for it; what came back with the papers of another
    // journey had been taken out with them
    let in_time = match handed_in.map(PartialDate::first_day) {
        Some(handed) if returned.is_none_or(|back| handed >= back) => {
            handed <= due || came_back_with_others(case, handed, days)
        }
        _ => !day.past(due),
    };
    if in_time {
        return;
    }
    let kind = document.kind.unwrap_or("证件");
    let since = due.checked_add_days(Days::new(1));
    let sign = sign
        .fact("due", due)
        .fact_of("handed_in_on", document.handed_in_on)
        .since(since)
        .words(format!("{kind}应于{due}前上交"));
    let unknown: Vec<&str> = [("type", document.kind.is_none()), ("status", document.status.is_none())]
        .into_iter()
        .filter_map(|(slug, missing)| missing.then_some(slug))
        .collect();
    if unknown.is_empty() {
        lines.hit("c", Severity::Low, sign);
    } else {
        lines.gap("c", Severity::Low, sign, &unknown);
    }
}

/// Whether it was handed in within the days after the return from some private journey.
fn came_back_with_others(case: &Case<'_>, handed: NaiveDate, days: u64) -> bool {
    let private = case.dossier.trips.iter().filter(|trip| trip.document_class != Some("因公"));
    private
        .filter_map(|trip| trip.returned_on)
        .map(PartialDate::last_day)
        .any(|back| back <= handed && back.checked_add_days(Days::new(days)).is_some_and(|due| handed <= due))
}

/// The last 入境日期 of a private journey made with a document of this kind.
fn last_return(case: &Case<'_>, document: &ExitDocument) -> Option<NaiveDate> {
    let needs = |place: &String| match region(place) {
        Some("港澳") => matches!(document.kind, None | Some("往来港澳通行证" | "前往港澳通行证")),
        Some(_) => matches!(document.kind, None | Some("往来台湾通行证")),
        None => matches!(document.kind, None | Some("普通护照")),
    };
    case.dossier
        .trips
        .iter()
        .filter(|trip| trip.document_class != Some("因公") && trip.destinations.iter().any(needs))
        .filter_map(|trip| trip.returned_on)
        .map(PartialDate::last_day)
        .filter(|back| case.day.reached(*back))
        .max()
}

#[cfg(test)]
mod tests {
    use super::super::testing::rule_tests;

    rule_tests!(dossier::Category::ExitDocument);

    const AS_OF: &str = "2026-11-20";
    const SERVING: &str = "person P1 status=在职 birth=1970-05";
    const TRIP: &str =
        "trip T1 departed_on=2026-05-01 returned_on=2026-05-10 destinations=日本 document_class=因私";
    const APPROVED: &str = "approval_no=批1 approved_destinations=日本 approved_departure_on=2026-05-01 approved_return_on=2026-05-10";
    const PASSPORT: &str =
        "exit_document E1 type=普通护照 number=E1 status=有效 valid_until=2036-01-01 source=出入境";

    #[test]
    fn a_private_journey_without_approval_or_outside_its_dates_is_a() {
        fires(AS_OF, &[SERVING, TRIP], "a high trip:T1");
        for (dates, covered) in [
            ("approved_departure_on=2026-04-01 approved_return_on=2026-04-30", false),
            ("approved_departure_on=2026-05-11 approved_return_on=2026-05-20", false),
            ("approved_departure_on=2026-05-10 approved_return_on=2026-05-20", true),
        ] {
            let trip = format!("{TRIP} approval_no=批1 approved_destinations=日本 {dates}");
            if covered {
                clear(AS_OF, &[SERVING, &trip]);
            } else {
                fires(AS_OF, &[SERVING, &trip], "a high trip:T1");
            }
        }
        clear(AS_OF, &[SERVING, &TRIP.replace("因私", "因公")]);
        clear("2026-04-30", &[SERVING, TRIP]);
        gap(AS_OF, &[SERVING, &TRIP.replace(" document_class=因私", "")], "a high trip:T1.document_class");
    }

    #[test]
    fn a_late_return_or_another_country_is_b() {
        for (back, expected) in [
            ("2026-05-10", ""),
            ("2026-05-11", "b medium trip:T1"),
            ("2026-05-15", "b medium trip:T1"),
            ("2026-05-16", "b high trip:T1"),
        ] {
            let trip = format!("{} {APPROVED}", TRIP.replace("2026-05-10", back));
            fires(AS_OF, &[SERVING, &trip], expected);
        }
        let trip = format!("{} {APPROVED}", TRIP.replace("destinations=日本", "destinations=日本、韩国"));
        fires(AS_OF, &[SERVING, &trip], "b medium trip:T1");
    }

    #[test]
    fn an_approval_that_says_too_little_is_a_gap() {
        let trip = format!("{TRIP} approval_no=批1 approved_destinations=日本");
        gap(AS_OF, &[SERVING, &trip], "b medium trip:T1.approved_departure_on trip:T1.approved_return_on");
        let trip = format!("{} {APPROVED}", TRIP.replace("returned_on=2026-05-10 ", ""));
        gap(AS_OF, &[SERVING, &trip], "b medium trip:T1.returned_on");
        clear("2026-05-10", &[SERVING, &trip]);
        let trip = format!("{TRIP} {}", APPROVED.replace(" approved_destinations=日本", ""));
        gap(AS_OF, &[SERVING, &trip], "b medium trip:T1.approved_destinations");
    }

    #[test]
    fn a_document_not_handed_in_ten_days_after_its_issue_or_the_return_is_c() {
        let passport = format!("{PASSPORT} issued_on=2026-11-10");
        clear("2026-11-20", &[SERVING, &passport]);
        fires("2026-11-21", &[SERVING, &passport], "c low exit_document:E1");
        clear("2026-11-21", &[SERVING, &format!("{passport} handed_in_on=2026-11-20")]);
        fires(
            "2026-11-21",
            &[SERVING, &format!("{passport} handed_in_on=2026-11-21")],
            "c low exit_document:E1",
        );
        let old = format!("{PASSPORT} issued_on=2020-01-01 handed_in_on=2020-01-05");
        clear(AS_OF, &[SERVING, &old]);
        let trip = format!("{TRIP} {APPROVED}");
        clear("2026-05-20", &[SERVING, &old, &trip]);
        fires("2026-05-21", &[SERVING, &old, &trip], "c low exit_document:E1");
        clear("2026-05-21", &[SERVING, &old.replace("2020-01-05", "2026-05-20"), &trip]);
        let permit = old.replace("普通护照", "往来港澳通行证");
        clear("2026-05-21", &[SERVING, &permit, &trip]);
        clear("2026-11-20", &[SERVING, &permit.replace("2020-01-05", "2026-05-20"), &trip]);
        fires(
            "2026-11-20",
            &[SERVING, &permit.replace("2020-01-05", "2026-05-21"), &trip],
            "c low exit_document:E1",
        );
    }

    #[test]
    fn documents_that_are_no_more_official_ones_and_retired_persons_do_not_count() {
        let passport = format!("{PASSPORT} issued_on=2026-01-10");
        for document in [
            passport.replace("有效 ", "注销 "),
            passport.replace("有效 ", "遗失已报 "),
            passport.replace("有效 ", "过期 "),
            passport.replace("2036-01-01", "2026-11-19"),
            passport.replace("普通护照", "公务护照"),
        ] {
            clear(AS_OF, &[SERVING, &document]);
        }
        fires(AS_OF, &[SERVING, &passport.replace("2036-01-01", "2026-11-20")], "c low exit_document:E1");
        clear(AS_OF, &["person P1 status=退休", &passport, TRIP]);
        gap(AS_OF, &[SERVING, &passport.replace("status=有效 ", "")], "c low exit_document:E1.status");
        gap(AS_OF, &[SERVING, PASSPORT], "c low exit_document:E1.issued_on");
    }

    #[test]
    fn months_of_a_journey_or_an_approval_speak_for_the_traveller() {
        for (trip, dates) in [
            (
                "departed_on=2026-05 returned_on=2026-05-10",
                "approved_departure_on=2026-05-01 approved_return_on=2026-05-10",
            ),
            (
                "departed_on=2026-05-20 returned_on=2026-05-25",
                "approved_departure_on=2026-05-01 approved_return_on=2026-05",
            ),
            (
                "departed_on=2026-05-01 returned_on=2026-05",
                "approved_departure_on=2026-05-10 approved_return_on=2026-05-20",
            ),
            (
                "departed_on=2026-05-01 returned_on=2026-05-10",
                "approved_departure_on=2026-05 approved_return_on=2026-05-10",
            ),
        ] {
            let trip = format!(
                "trip T1 {trip} destinations=日本 document_class=因私 approval_no=批1 approved_destinations=日本 {dates}"
            );
            clear(AS_OF, &[SERVING, &trip]);
        }
    }

    #[test]
    fn a_journey_that_touches_its_approved_dates_is_covered_and_may_be_late() {
        let touches = |departure: &str, back: &str| {
            format!(
                "{TRIP} approval_no=批1 approved_destinations=日本 approved_departure_on={departure} approved_return_on={back}"
            )
        };
        fires(AS_OF, &[SERVING, &touches("2026-04-01", "2026-05-01")], "b high trip:T1");
        fires(AS_OF, &[SERVING, &touches("2026-04-01", "2026-04-30")], "a high trip:T1");
        clear(AS_OF, &[SERVING, &touches("2026-05-10", "2026-05-20")]);
    }

    #[test]
    fn one_of_several_approved_countries_is_enough() {
        let both = APPROVED.replace("approved_destinations=日本", "approved_destinations=韩国、日本");
        clear(AS_OF, &[SERVING, &format!("{TRIP} {both}")]);
        let third = TRIP.replace("destinations=日本", "destinations=日本、泰国");
        fires(AS_OF, &[SERVING, &format!("{third} {both}")], "b medium trip:T1");
    }

    #[test]
    fn a_return_counts_on_its_day_and_a_month_when_it_is_over() {
        let trip = |back: &str, due: &str| {
            format!(
                "trip T1 departed_on=2026-11-01 returned_on={back} destinations=日本 document_class=因私 approval_no=批1 \
                 approved_destinations=日本 approved_departure_on=2026-11-01 approved_return_on={due}"
            )
        };
        fires(AS_OF, &[SERVING, &trip("2026-11-20", "2026-11-15")], "b medium trip:T1");
        gap("2026-11-19", &[SERVING, &trip("2026-11-20", "2026-11-15")], "b medium trip:T1.returned_on");
        gap("2026-11-29", &[SERVING, &trip("2026-11", "2026-11-15")], "b medium trip:T1.returned_on");
        // the first day of that month speaks for the traveller
        clear("2026-11-30", &[SERVING, &trip("2026-11", "2026-11-15")]);
    }

    #[test]
    fn a_document_valid_to_a_month_counts_to_its_last_day_and_a_month_of_handing_in_from_its_first() {
        let passport = format!("{} issued_on=2026-01-10", PASSPORT.replace("2036-01-01", "2026-11"));
        fires("2026-11-30", &[SERVING, &passport], "c low exit_document:E1");
        clear("2026-12-01", &[SERVING, &passport]);
        let handed = format!("{PASSPORT} issued_on=2026-11-01 handed_in_on=2026-11");
        clear(AS_OF, &[SERVING, &handed]);
        // handed in on this very day, with the papers of another journey
        let trip = format!("{TRIP} {APPROVED}").replace("日本", "香港").replace("2026-05-", "2026-11-");
        let with_it = format!("{PASSPORT} issued_on=2026-11-01 handed_in_on=2026-11-20");
        clear("2026-11-20", &[SERVING, &with_it, &trip]);
        fires("2026-11-21", &[SERVING, &with_it.replace("11-20", "11-21"), &trip], "c low exit_document:E1");
    }

    #[test]
    fn handed_in_on_the_day_of_the_return_is_in_time_and_before_it_is_not() {
        let trip = format!("{TRIP} {APPROVED}");
        let handed = |day: &str| format!("{PASSPORT} issued_on=2020-01-01 handed_in_on={day}");
        clear(AS_OF, &[SERVING, &handed("2026-05-10"), &trip]);
        fires(AS_OF, &[SERVING, &handed("2026-05-09"), &trip], "c low exit_document:E1");
        // what came back with the papers of another journey, on the day of that return or in the ten days after
        let permit = |day: &str| handed(day).replace("普通护照", "往来港澳通行证");
        for (day, in_time) in
            [("2026-05-09", false), ("2026-05-10", true), ("2026-05-20", true), ("2026-05-21", false)]
        {
            let expected = if in_time { "" } else { "c low exit_document:E1" };
            fires(AS_OF, &[SERVING, &permit(day), &trip], expected);
        }
        // a new document of the day of the return: what was handed in before was another one
        let new = format!("{PASSPORT} issued_on=2026-05-10 handed_in_on=2026-04-01");
        fires(AS_OF, &[SERVING, &new, &trip], "c low exit_document:E1");
        // whoever comes back today has ten days again
        let never = format!("{PASSPORT} issued_on=2026-01-10");
        clear("2026-05-10", &[SERVING, &never, &trip]);
        fires("2026-05-09", &[SERVING, &never, &trip], "c low exit_document:E1");
    }

    #[test]
    fn a_journey_counts_for_the_documents_that_its_destinations_need() {
        for (kind, needed) in [
            ("普通护照", "日本"),
            ("往来港澳通行证", "香港"),
            ("往来港澳通行证", "澳门"),
            ("前往港澳通行证", "香港"),
            ("往来台湾通行证", "台湾"),
        ] {
            for place in ["日本", "香港", "澳门", "台湾", "香港、日本"] {
                let trip = format!("{TRIP} {APPROVED}").replace("日本", place);
                let paper = format!("{PASSPORT} issued_on=2020-01-01 handed_in_on=2020-01-05")
                    .replace("普通护照", kind);
                let region = |place: &str| match place {
                    "香港" | "澳门" => "港澳",
                    other => match other {
                        "台湾" => "台湾",
                        _ => "外国",
                    },
                };
                let counts = place.split('、').any(|place| region(place) == region(needed));
                let expected = if counts { "c low exit_document:E1" } else { "" };
                fires(AS_OF, &[SERVING, &paper, &trip], expected);
            }
        }
        for place in ["日本", "香港", "台湾"] {
            let odd = format!("{PASSPORT} issued_on=2020-01-01 handed_in_on=2020-01-05")
                .replace("普通护照", "旅行证");
            let trip = format!("{TRIP} {APPROVED}").replace("日本", place);
            gap(AS_OF, &[SERVING, &odd, &trip], "c low exit_document:E1.type");
        }
    }
}
