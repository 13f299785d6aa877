//! 4 本人经商办企业. As 3 with 持有人关系 = 本人, without 3's filter on 角色 (普通雇员 never). a \[high\] 法定代表人/股东 (认缴比例 > 0 or
//! unknown)/合伙人/个体工商户经营者/实际控制人/隐名股东/有偿中介或法律服务/私募股权. b \[medium\] 挂名 or 高级职务 without share. c \[low\]
//! 吊销未注销. Grace: 90 days after the first 任职日期. Not: 上市公司股票.
//!
//! Basis: 公务员法 59(16); 政务处分法 36. Decided here: 挂名 or 高级职务 with a share is a shareholder, so a; without any post on
//! file the grace cannot be counted, which is a gap.

use chrono::Days;
use dossier::Severity;

use super::business::{self, Holder, State};
use super::{Case, Lines, Sign};
use crate::view::Business;

pub(super) fn judge(case: &Case<'_>, lines: &mut Lines) {
    for row in case.dossier.businesses.iter().filter(|row| row.holder_relation == Some("本人")) {
        if row.listed_stock == Some(true) || row.role == Some("普通雇员") {
            continue;
        }
        if !case.day.open(row.from, row.until) || business::is_in_business(row) == Some(State::Struck) {
            continue;
        }
        let holder = business::holder(case, row);
        if holder != Holder::NoLonger {
            in_business(case, row, business::sign(row, holder, None).fact_of("share", row.share), lines);
        }
    }
}

fn in_business(case: &Case<'_>, row: &Business, sign: Sign, lines: &mut Lines) {
    let unknown: Vec<&str> =
        [("role", row.role.is_none()), ("enterprise_status", row.enterprise_status.is_none())]
            .into_iter()
            .filter_map(|(slug, missing)| missing.then_some(slug))
            .collect();
    let Some((clause, severity)) = clause(row) else {
        if !unknown.is_empty() {
            lines.gap("a", Severity::High, sign, &unknown);
        }
        return;
    };
    let first =
        case.dossier.posts.iter().filter_map(|post| post.from).map(dossier::PartialDate::last_day).min();
    let Some(first) = first else {
        let sign = sign.words("首次任职日期不详");
        lines.gap_of(clause, severity, sign, &[format!("post:{}", case.person.at.key)]);
        return;
    };
    let grace = first.checked_add_days(Days::new(u64::from(case.numbers().self_grace_days)));
    if grace.is_some_and(|grace| case.day.past(grace)) {
        lines.hit(clause, severity, sign);
    }
}

/// Which clause the row is of; `None`: of none, or it cannot be told.
fn clause(row: &Business) -> Option<(&'static str, Severity)> {
    let holds = match row.role? {
        "挂名" | "高级职务" => row.share.is_some_and(crate::view::Amount::is_positive),
        "股东" => row.share.is_none_or(crate::view::Amount::is_positive),
        _ => true,
    };
    match business::is_in_business(row)? {
        State::Struck => None,
        State::Revoked => Some(("c", Severity::Low)),
        State::Running if holds => Some(("a", Severity::High)),
        State::Running if row.role == Some("股东") => None,
        State::Running => Some(("b", Severity::Medium)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::rule_tests;

    rule_tests!(dossier::Category::SelfBusiness);

    const AS_OF: &str = "2026-11-20";
    const SERVING: &str = "person P1 status=在职 birth=1970-05 id_number=11010519491231002X";
    const POST: &str = "post J1 unit=U1 title=科长 from=2020-01-01";
    const SHOP: &str = "business_interest B1 holder_relation=本人 holder_id_number=11010519491231002X \
                        enterprise=甲公司 role=股东 enterprise_status=存续 from=2021-01-01 source=市场监管";

    #[test]
    fn an_owner_a_partner_or_a_broker_is_a() {
        for role in [
            "法定代表人",
            "股东",
            "合伙人",
            "个体工商户经营者",
            "实际控制人",
            "隐名股东",
            "有偿中介或法律服务",
            "私募股权投资或从业",
        ] {
            for status in ["存续", "在业", "开业"] {
                let shop = SHOP.replace("股东", role).replace("存续", status);
                fires(AS_OF, &[SERVING, POST, &shop], "a high business_interest:B1");
            }
        }
        fires(AS_OF, &[SERVING, POST, &format!("{SHOP} share=0.1")], "a high business_interest:B1");
        clear(AS_OF, &[SERVING, POST, &format!("{SHOP} share=0")]);
    }

    #[test]
    fn a_title_without_a_share_is_b_and_with_one_a() {
        for role in ["挂名", "高级职务"] {
            let shop = SHOP.replace("股东", role);
            fires(AS_OF, &[SERVING, POST, &shop], "b medium business_interest:B1");
            fires(AS_OF, &[SERVING, POST, &format!("{shop} share=0")], "b medium business_interest:B1");
            fires(AS_OF, &[SERVING, POST, &format!("{shop} share=5")], "a high business_interest:B1");
        }
    }

    #[test]
    fn a_revoked_licence_is_c_and_what_does_not_count_is_clear() {
        fires(AS_OF, &[SERVING, POST, &SHOP.replace("存续", "吊销未注销")], "c low business_interest:B1");
        for shop in [
            SHOP.replace("股东", "普通雇员"),
            SHOP.replace("存续", "注销"),
            SHOP.replace("holder_relation=本人", "holder_relation=配偶"),
            format!("{SHOP} listed_stock=是"),
            format!("{SHOP} until=2026-11-20"),
            SHOP.replace("2021-01-01", "2026-11-21"),
        ] {
            clear(AS_OF, &[SERVING, POST, &shop]);
        }
    }

    #[test]
    fn ninety_days_after_the_first_appointment_the_grace_is_over() {
        let post = "post J1 unit=U1 title=科长 from=2026-08-22";
        for (as_of, over) in [("2026-11-19", false), ("2026-11-20", false), ("2026-11-21", true)] {
            if over {
                fires(as_of, &[SERVING, post, SHOP], "a high business_interest:B1");
            } else {
                clear(as_of, &[SERVING, post, SHOP]);
            }
        }
        fires(
            AS_OF,
            &[SERVING, post, "post J0 unit=U1 title=科员 from=2010-01-01 until=2012-01-01", SHOP],
            "a high business_interest:B1",
        );
        gap(AS_OF, &[SERVING, SHOP], "a high post:P1");
    }

    #[test]
    fn without_a_number_or_with_another_it_is_low() {
        let unnumbered = SHOP.replace(" holder_id_number=11010519491231002X", "");
        let foreign = SHOP.replace("11010519491231002X", "440524188001010014");
        for shop in [&unnumbered, &foreign] {
            fires(AS_OF, &[SERVING, POST, shop], "a low business_interest:B1");
        }
        gap(AS_OF, &[SERVING, POST, &SHOP.replace("股东", "顾问")], "a high business_interest:B1.role");
    }
}
