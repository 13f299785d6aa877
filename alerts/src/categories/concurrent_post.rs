//! 1 违规兼职取酬. Open rows of 兼职, 当然兼职 ≠ 是, in an organisation that is not the person's own unit.
//! a \[high\] 企业/其他营利性组织 without a valid approval (批准文号 empty, or 批准有效期至 < `as_of`) ·
//! b \[high\] approved, and 取酬金额 > 0 · c \[medium\] 社会团体/基金会/民办非企业/商会 without approval ·
//! d \[medium\] approved, and: more than 1 such open post, or 届次 > 2, or age ≥ 70.
//!
//! Basis: 公务员法 44, 59(16); 政务处分法 36; 中组发〔2013〕18号. Decided here: an approval that has run out is none for c
//! too; own units are those of all open posts; 届次 is needed of associations only.

use dossier::Severity;

use super::{Case, Lines, Sign};
use crate::day::Day;
use crate::view::{ConcurrentPost, name_key};

pub(super) fn judge(case: &Case<'_>, lines: &mut Lines) {
    let mut approved = Vec::new();
    for post in open_elsewhere(case) {
        let Some(organization_type) = post.organization_type else {
            lines.gap("a", Severity::High, Sign::at(&post.at), &["organization_type"]);
            continue;
        };
        if is_approved(post, case.day) {
            approved.push(post);
            paid(post, organization_type, lines);
        } else {
            unapproved(post, organization_type, lines);
        }
    }
    too_many_or_too_long(case, &approved, lines);
}

fn open_elsewhere<'a>(case: &'a Case<'_>) -> Vec<&'a ConcurrentPost> {
    let open: Vec<&ConcurrentPost> = case
        .dossier
        .concurrent_posts
        .iter()
        .filter(|post| post.ex_officio != Some(true) && case.day.open(post.from, post.until))
        .collect();
    if open.is_empty() {
        return open;
    }
    let posts = case.dossier.posts.iter().filter(|post| !post.is_reversed() && post.is_open(case.day));
    let own: Vec<&String> =
        posts.filter_map(|post| case.around.units.get(&post.unit)).flat_map(|unit| &unit.name_keys).collect();
    open.into_iter().filter(|post| !own.contains(&&name_key(&post.organization))).collect()
}

fn is_approved(post: &ConcurrentPost, day: &Day) -> bool {
    post.approval_no.is_some() && !post.approved_until.is_some_and(|until| day.past(until.last_day()))
}

fn is_for_profit(organization_type: &str) -> bool {
    matches!(organization_type, "企业" | "其他营利性组织")
}

fn is_association(organization_type: &str) -> bool {
    matches!(organization_type, "社会团体" | "基金会" | "民办非企业" | "商会")
}

fn unapproved(post: &ConcurrentPost, organization_type: &str, lines: &mut Lines) {
    let sign = Sign::at(&post.at)
        .fact("organization_type", organization_type)
        .fact_of("approval_no", post.approval_no.as_ref())
        .fact_of("approved_until", post.approved_until)
        .since(post.from.map(dossier::PartialDate::first_day))
        .words(format!("在“{}”（{organization_type}）兼职，未见有效批准", post.organization));
    if is_for_profit(organization_type) {
        lines.hit("a", Severity::High, sign);
    } else if is_association(organization_type) {
        lines.hit("c", Severity::Medium, sign);
    }
}

fn paid(post: &ConcurrentPost, organization_type: &str, lines: &mut Lines) {
    match post.pay {
        Some(pay) if pay.is_positive() => {
            let sign = Sign::at(&post.at)
                .fact("pay", pay)
                .since(post.from.map(dossier::PartialDate::first_day))
                .words(format!("在“{}”经批准兼职，取酬{pay}万元", post.organization));
            lines.hit("b", Severity::High, sign);
        }
        None if is_for_profit(organization_type) => {
            let sign = Sign::at(&post.at).words(format!("在“{}”经批准兼职，是否取酬不详", post.organization));
            lines.gap("b", Severity::High, sign, &["pay"]);
        }
        _ => {}
    }
}

fn too_many_or_too_long(case: &Case<'_>, approved: &[&ConcurrentPost], lines: &mut Lines) {
    let numbers = case.numbers();
    let Some(first) = approved.first() else { return };
    let many = approved.len() > numbers.concurrent_posts_max as usize;
    let old = case.person.reaches_age(numbers.concurrent_age_years_from);
    let is_old = old.is_some_and(|day| case.day.reached(day));
    for post in approved {
        let too_long =
            post.term.is_some_and(|term| i64::from(term) > i64::from(numbers.concurrent_terms_max));
        if too_long {
            let words = format!("在“{}”兼职已第{}届", post.organization, post.term.unwrap_or_default());
            lines.hit("d", Severity::Medium, Sign::at(&post.at).fact_of("term", post.term).words(words));
        }
        if many {
            let sign = Sign::at(&post.at).fact("approved_posts", "many").words("同时经批准兼任多个职务");
            lines.hit("d", Severity::Medium, sign);
        }
        if is_old {
            let sign = Sign::at(&post.at).fact("age", "reached").since(old);
            let words = format!("年满{}周岁仍在兼职", numbers.concurrent_age_years_from);
            lines.hit("d", Severity::Medium, sign.words(words));
        }
        if post.term.is_none() && post.organization_type.is_some_and(is_association) {
            lines.gap("d", Severity::Medium, Sign::at(&post.at), &["term"]);
        }
    }
    if old.is_none() {
        let sign = Sign::at(&case.person.at).and(&first.at);
        lines.gap("d", Severity::Medium, sign, &["birth"]);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{person, rule_tests};

    rule_tests!(dossier::Category::ConcurrentPost);

    const SERVING: &str = "person P1 status=在职 birth=1970-05";

    fn post(cells: &str) -> String {
        format!("concurrent_post R1 organization=甲公司 from=2024-01-01 organization_type=企业 {cells}")
    }

    #[test]
    fn an_enterprise_without_a_valid_approval_is_a_and_high() {
        for (cells, as_of) in [
            ("", "2026-11-20"),
            ("pay=3", "2026-11-20"),
            ("approval_no=批1 approved_until=2026-11-19", "2026-11-20"),
            ("", "2024-01-01"),
            ("until=2026-11-21", "2026-11-20"),
        ] {
            fires(as_of, &[SERVING, &post(cells)], "a high concurrent_post:R1");
        }
        let other = post("").replace("企业", "其他营利性组织");
        fires("2026-11-20", &[SERVING, &other], "a high concurrent_post:R1");
    }

    #[test]
    fn what_has_not_begun_has_ended_or_is_approved_to_the_day_is_not_a() {
        for (cells, as_of) in [
            ("", "2023-12-31"),
            ("until=2026-11-20", "2026-11-20"),
            ("ex_officio=是", "2026-11-20"),
            ("approval_no=批1 approved_until=2026-11-20 pay=0", "2026-11-20"),
            ("approval_no=批1 pay=0", "2026-11-20"),
        ] {
            clear(as_of, &[SERVING, &post(cells)]);
        }
        clear("2026-11-20", &[SERVING, &post("").replace("企业", "其他")]);
    }

    #[test]
    fn the_own_unit_or_its_alias_is_no_concurrent_post() {
        let unit = "unit U1 name=甲有限公司 aliases=甲公司";
        let held = "post J1 unit=U1 title=董事长 from=2020-01-01";
        clear("2026-11-20", &[SERVING, unit, held, &post("")]);
        let left = "post J1 unit=U1 title=董事长 from=2020-01-01 until=2026-11-20";
        fires("2026-11-20", &[SERVING, unit, left, &post("")], "a high concurrent_post:R1");
    }

    #[test]
    fn an_approved_post_that_pays_is_b_and_one_whose_pay_is_unknown_is_a_gap() {
        fires("2026-11-20", &[SERVING, &post("approval_no=批1 pay=0.01")], "b high concurrent_post:R1");
        gap("2026-11-20", &[SERVING, &post("approval_no=批1")], "b high concurrent_post:R1.pay");
        let association = post("approval_no=批1 term=1").replace("企业", "商会");
        clear("2026-11-20", &[SERVING, &association]);
        let paid = post("approval_no=批1 term=1 pay=2").replace("企业", "商会");
        fires("2026-11-20", &[SERVING, &paid], "b high concurrent_post:R1");
    }

    #[test]
    fn an_association_without_approval_is_c_and_medium() {
        for kind in ["社会团体", "基金会", "民办非企业", "商会"] {
            fires("2026-11-20", &[SERVING, &post("").replace("企业", kind)], "c medium concurrent_post:R1");
        }
        clear("2026-11-20", &[SERVING, &post("approval_no=批1 term=2").replace("企业", "商会")]);
    }

    #[test]
    fn more_than_one_approved_post_a_third_term_or_seventy_years_is_d_once() {
        let one = post("approval_no=批1 pay=0 term=2");
        let two = one.replace("R1", "R2");
        fires("2026-11-20", &[SERVING, &one, &two], "d medium concurrent_post:R1 concurrent_post:R2");
        let ended = two.replace("from=", "until=2026-11-20 from=");
        clear("2026-11-20", &[SERVING, &one, &ended]);
        fires("2026-11-20", &[SERVING, &one.replace("term=2", "term=3")], "d medium concurrent_post:R1");
        let born = "person P1 status=在职 birth=1956-11-20";
        clear("2026-11-19", &[born, &one]);
        fires("2026-11-20", &[born, &one], "d medium concurrent_post:R1");
        fires("2026-11-21", &[born, &one], "d medium concurrent_post:R1");
    }

    #[test]
    fn who_has_no_birth_and_an_approved_post_is_a_gap() {
        let association = post("approval_no=批1").replace("企业", "商会");
        gap("2026-11-20", &[SERVING, &association], "d medium concurrent_post:R1.term");
        gap(
            "2026-11-20",
            &["person P1 status=在职", &post("approval_no=批1 pay=0")],
            "d medium person:P1.birth",
        );
    }

    #[test]
    fn who_has_left_or_is_gone_is_out_of_scope_and_an_unknown_status_makes_a_gap() {
        for status in ["退休", "离职", "开除", "去世"] {
            clear("2026-11-20", &[&person(status), &post("")]);
        }
        fires("2026-11-20", &[&person("退出领导岗位"), &post("")], "a high concurrent_post:R1");
        gap("2026-11-20", &["person P1 birth=1970-01", &post("")], "a high person:P1.status");
        gap("2026-11-20", &[&person("借调"), &post("")], "a high person:P1.status");
    }

    #[test]
    fn an_approval_until_a_month_holds_to_its_last_day() {
        let until = post("approval_no=批1 approved_until=2026-11 pay=0");
        clear("2026-11-30", &[SERVING, &until]);
        fires("2026-12-01", &[SERVING, &until], "a high concurrent_post:R1");
    }

    #[test]
    fn what_is_certain_does_not_wait_for_what_is_missing_and_is_not_mixed_with_it() {
        let odd = post("").replace("R1", "R2").replace("organization_type=企业", "organization_type=联盟");
        fires("2026-11-20", &[SERVING, &post(""), &odd], "a high concurrent_post:R1");
        fires("2026-11-20", &[SERVING, &odd.replace("R2", "R0"), &post("")], "a high concurrent_post:R1");
        gap("2026-11-20", &[SERVING, &odd], "a high concurrent_post:R2.organization_type");
    }

    #[test]
    fn an_office_reads_what_there_is_to_verify() {
        let judged = super::super::testing::judged(
            dossier::Category::ConcurrentPost,
            "2026-11-20",
            &[SERVING, &post("")],
        );
        assert_eq!(
            judged.verdicts[0].explain,
            "疑似违规兼职取酬：在“甲公司”（企业）兼职，未见有效批准。需核实。"
        );
    }
}
