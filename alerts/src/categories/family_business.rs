//! 3 配偶、子女及其配偶经商办企业. Rows of 经商办企业 held by 配偶/子女/子女的配偶, open, 企业状态 存续/在业/开业, 角色 not 挂名/普通雇员,
//! 上市公司股票 ≠ 是. a \[high\] 与任职单位有业务往来 = 是, or 行业 within 监管行业 of the unit of an open 本职 post, or 注册地/经营地 within its
//! 管辖区域 while the person is 领导成员. b \[medium\] 职级 of 厅局级 or above, no tie. c \[low\] any other. 吊销未注销: c, low, with
//! a note. 注销: never. Interest ended before the first 任职日期: never. Holder's number empty or nobody's: low, 疑似同名.
//!
//! Basis: 配偶、子女及其配偶经商办企业管理规定; 公务员法 74(2); 纪律处分条例 107; 报告规定 3(7). Decided here: who is on the family
//! list with an ended relation is no longer family; the rank is that of an open 本职 post.

use dossier::Severity;

use super::business::{self, Holder, State};
use super::{Case, Lines};
use crate::view::Rank;

pub(super) fn judge(case: &Case<'_>, lines: &mut Lines) {
    let family = |relation: Option<&str>| matches!(relation, Some("配偶" | "子女" | "子女的配偶"));
    for row in case.dossier.businesses.iter().filter(|row| family(row.holder_relation)) {
        if row.listed_stock == Some(true) || matches!(row.role, Some("挂名" | "普通雇员")) {
            continue;
        }
        if !case.day.open(row.from, row.until) {
            continue;
        }
        let holder = business::holder(case, row);
        if holder == Holder::NoLonger {
            continue;
        }
        let posts = case.main_posts();
        let tie = business::tie(case, row, &posts, |post| post.leader == Some(true));
        let sign = business::sign(row, holder, tie);
        let state = business::is_in_business(row);
        if row.role.is_none() || state.is_none() {
            let unknown: Vec<&str> = [("role", row.role.is_none()), ("enterprise_status", state.is_none())]
                .into_iter()
                .filter_map(|(slug, missing)| missing.then_some(slug))
                .collect();
            if state != Some(State::Struck) {
                lines.gap("c", Severity::Low, sign, &unknown);
            }
            continue;
        }
        let from = Rank::parse(&case.numbers().family_rank_from);
        let high_rank =
            posts.iter().any(|post| post.rank().zip(from).is_some_and(|(rank, from)| rank >= from));
        match (state, tie) {
            (Some(State::Struck) | None, _) => {}
            (Some(State::Running), Some(_)) => lines.hit("a", Severity::High, sign),
            (Some(State::Running), None) if high_rank => lines.hit("b", Severity::Medium, sign),
            (Some(State::Running | State::Revoked), _) => lines.hit("c", Severity::Low, sign),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::rule_tests;

    rule_tests!(dossier::Category::FamilyBusiness);

    const AS_OF: &str = "2026-11-20";
    const SERVING: &str = "person P1 status=在职 birth=1970-05";
    const SPOUSE: &str = "relative R1 relation=配偶 id_number=11010519491231002X alive=是";
    const UNIT: &str = "unit U1 name=住建局 regulated_industries=建筑业、房地产 jurisdiction=云川县";
    const POST: &str = "post J1 unit=U1 title=局长 from=2020-01-01 rank=乡科级正职 leader=是";
    const SHOP: &str = "business_interest B1 holder_relation=配偶 holder_id_number=11010519491231002X \
                        enterprise=甲公司 role=股东 enterprise_status=存续 from=2021-01-01 source=市场监管";

    #[test]
    fn business_with_the_unit_its_industry_or_its_region_is_a() {
        for tie in [
            "deals_with_unit=是",
            "industry=房地产开发",
            "industry=建筑业",
            "registered_place=云川县东街",
            "operating_place=北省云川县",
        ] {
            fires(
                AS_OF,
                &[SERVING, SPOUSE, UNIT, POST, &format!("{SHOP} {tie}")],
                "a high business_interest:B1",
            );
        }
    }

    #[test]
    fn a_region_counts_for_a_leader_only_and_a_tie_only_by_an_open_main_post() {
        let there = format!("{SHOP} registered_place=云川县东街");
        let member = POST.replace("leader=是", "leader=否");
        fires(AS_OF, &[SERVING, SPOUSE, UNIT, &member, &there], "c low business_interest:B1");
        let industry = format!("{SHOP} industry=建筑业");
        fires(AS_OF, &[SERVING, SPOUSE, UNIT, &member, &industry], "a high business_interest:B1");
        for post in [format!("{POST} until=2026-11-20"), format!("{POST} main_post=否")] {
            fires(AS_OF, &[SERVING, SPOUSE, UNIT, &post, &industry], "c low business_interest:B1");
        }
        let elsewhere = format!("{SHOP} industry=餐饮业 registered_place=东川县");
        fires(AS_OF, &[SERVING, SPOUSE, UNIT, POST, &elsewhere], "c low business_interest:B1");
    }

    #[test]
    fn without_a_tie_it_is_b_from_the_bureau_ranks_on() {
        for (rank, expected) in [
            ("厅局级副职", "b medium business_interest:B1"),
            ("厅局级正职", "b medium business_interest:B1"),
            ("省部级及以上", "b medium business_interest:B1"),
            ("县处级正职", "c low business_interest:B1"),
            ("其他", "c low business_interest:B1"),
        ] {
            let post = POST.replace("乡科级正职", rank);
            fires(AS_OF, &[SERVING, SPOUSE, UNIT, &post, SHOP], expected);
        }
    }

    #[test]
    fn whom_and_what_it_does_not_count() {
        for shop in [
            SHOP.replace("股东", "挂名"),
            SHOP.replace("股东", "普通雇员"),
            SHOP.replace("存续", "注销"),
            SHOP.replace("holder_relation=配偶", "holder_relation=父母"),
            SHOP.replace("holder_relation=配偶", "holder_relation=兄弟姐妹"),
            SHOP.replace("holder_relation=配偶", "holder_relation=本人"),
            format!("{SHOP} listed_stock=是"),
            format!("{SHOP} until=2026-11-20"),
            SHOP.replace("2021-01-01", "2026-11-21"),
            format!("{SHOP} until=2019-12-31"),
        ] {
            clear(AS_OF, &[SERVING, SPOUSE, UNIT, POST, &shop]);
        }
        let divorced = format!("{SPOUSE} relation_ended_on=2026-11-20");
        clear(AS_OF, &[SERVING, &divorced, UNIT, POST, SHOP]);
    }

    #[test]
    fn a_revoked_licence_is_c_whatever_the_tie() {
        let shop = SHOP.replace("存续", "吊销未注销");
        fires(
            AS_OF,
            &[SERVING, SPOUSE, UNIT, POST, &format!("{shop} deals_with_unit=是")],
            "c low business_interest:B1",
        );
    }

    #[test]
    fn a_holder_known_by_name_only_keeps_the_clause_and_is_low() {
        let tied = format!("{SHOP} deals_with_unit=是");
        let unnumbered = tied.replace(" holder_id_number=11010519491231002X", "");
        let foreign = tied.replace("11010519491231002X", "440524188001010014");
        for shop in [&unnumbered, &foreign] {
            fires(AS_OF, &[SERVING, SPOUSE, UNIT, POST, shop], "a low business_interest:B1");
        }
        let old = tied.replace("11010519491231002X", "110105491231002");
        fires(AS_OF, &[SERVING, SPOUSE, UNIT, POST, &old], "a high business_interest:B1");
        fires(AS_OF, &[SERVING, UNIT, POST, &tied], "a low business_interest:B1");
    }

    #[test]
    fn a_role_or_a_state_that_is_not_understood_is_a_gap() {
        gap(
            AS_OF,
            &[SERVING, SPOUSE, UNIT, POST, &SHOP.replace("股东", "顾问")],
            "c low business_interest:B1.role",
        );
        let shop = SHOP.replace("存续", "迁出");
        gap(AS_OF, &[SERVING, SPOUSE, UNIT, POST, &shop], "c low business_interest:B1.enterprise_status");
    }

    #[test]
    fn children_and_their_spouses_count_as_a_spouse_does() {
        for relation in ["配偶", "子女", "子女的配偶"] {
            let kin = SPOUSE.replace("relation=配偶", &format!("relation={relation}"));
            let shop = SHOP.replace("holder_relation=配偶", &format!("holder_relation={relation}"));
            fires(AS_OF, &[SERVING, &kin, UNIT, POST, &shop], "c low business_interest:B1");
        }
    }

    #[test]
    fn whoever_was_divorced_and_married_again_is_family() {
        let former = format!("{SPOUSE} relation_ended_on=2010-01-01");
        let again = SPOUSE.replace("R1", "R2");
        let tied = format!("{SHOP} deals_with_unit=是");
        fires(AS_OF, &[SERVING, &former, &again, UNIT, POST, &tied], "a high business_interest:B1");
        clear(AS_OF, &[SERVING, &former, UNIT, POST, &tied]);
    }

    #[test]
    fn an_office_reads_that_the_licence_was_revoked_and_only_then() {
        let read = |shop: &str| {
            let judged = super::super::testing::judged(
                dossier::Category::FamilyBusiness,
                AS_OF,
                &[SERVING, SPOUSE, UNIT, POST, shop],
            );
            judged.verdicts[0].explain.clone()
        };
        let shop = format!("{SHOP} industry=建筑业");
        assert_eq!(
            read(&shop),
            "疑似配偶、子女及其配偶经商办企业：配偶在“甲公司”任股东，属任职单位监管行业。需核实。"
        );
        assert!(read(&shop.replace("存续", "吊销未注销")).contains("，企业已吊销未注销。需核实。"));
    }

    #[test]
    fn an_office_reads_that_only_the_name_fits() {
        let unnumbered = SHOP.replace(" holder_id_number=11010519491231002X", "");
        for (shop, by_name) in [(unnumbered.as_str(), true), (SHOP, false)] {
            let judged = super::super::testing::judged(
                dossier::Category::FamilyBusiness,
                AS_OF,
                &[SERVING, SPOUSE, UNIT, POST, shop],
            );
            let verdict = &judged.verdicts[0];
            assert_eq!(verdict.explain.contains("（疑似同名，待核实身份）"), by_name, "{}", verdict.explain);
            assert_eq!(verdict.name_only, by_name);
        }
    }
}
