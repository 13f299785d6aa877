//! The numbers of each category as an office sets them: under which key of `categories.toml` each stands, how it is
//! called, in what unit it counts. Forms, comparisons of versions and their messages come from this one list.

use dossier::Category;

use super::Thresholds;

/// What can be put in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// A whole number from one on.
    Whole,
    /// A decimal number, nought included.
    Decimal,
    /// A value of 职级.
    Rank,
}

/// One number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// Its key in the section of its category.
    pub key: &'static str,
    /// What it is called.
    pub label: &'static str,
    /// In what it counts; may be empty.
    pub unit: &'static str,
    /// What can be put in.
    pub measure: Measure,
    /// How it is set.
    pub value: String,
}

/// The numbers of `category`, as `n` sets them.
#[allow(clippy::too_many_lines, reason = "one arm a category: the table of all numbers in one place")]
pub fn numbers(category: Category, n: &Thresholds) -> Vec<Number> {
    match category {
        Category::ConcurrentPost => vec![
            whole("posts_max", "同时兼职最多", "个", n.concurrent_posts_max),
            whole("terms_max", "届次最多", "届", n.concurrent_terms_max),
            whole("age_years_from", "不得再兼职的年龄", "周岁", n.concurrent_age_years_from),
        ],
        Category::NakedOfficial | Category::KinshipRecusal => Vec::new(),
        Category::FamilyBusiness => {
            vec![rank("rank_from", "b 款适用的最低职级", &n.family_rank_from)]
        }
        Category::SelfBusiness => vec![whole("grace_days", "首次任职后的宽限期", "日", n.self_grace_days)],
        Category::UndeclaredMatter => vec![
            whole("due_month", "年度报告截止月份（次年）", "月", n.report_due_month),
            whole("due_day", "年度报告截止日", "日", n.report_due_day),
            Number {
                key: "area_tolerance_sqm",
                label: "面积容许误差",
                unit: "㎡",
                measure: Measure::Decimal,
                value: n.area_tolerance_sqm.clone(),
            },
            whole("late_days_max", "迟交仍为低风险的最长时间", "日", n.report_late_days_max),
        ],
        Category::ExitDocument => vec![
            whole("late_days_max", "迟返仍为中风险的最长时间", "日", n.trip_late_days_max),
            whole("hand_in_days_max", "证件上交期限", "日", n.hand_in_days_max),
        ],
        Category::AssetAnomaly => vec![
            whole("homes_from", "持有住宅达到", "套", n.homes_from),
            whole("purchases_from", "短期购买住宅达到", "套", n.purchases_from),
            whole("purchases_within_months", "短期购买的计算期间", "个月", n.purchases_within_months),
            whole("spending_within_months", "购房支出的计算期间", "个月", n.spending_within_months),
            whole("income_multiple_max", "支出不超过申报收入的", "倍", n.income_multiple_max),
            whole("income_years", "收入合计的年数", "年", n.income_years),
            whole("income_years_known_from", "至少须有申报的年数", "年", n.income_years_known_from),
            whole(
                "purchase_price_percent_min",
                "取得价格不低于参考价格的",
                "%",
                n.purchase_price_percent_min,
            ),
            whole("sale_price_percent_max", "处置价格不高于参考价格的", "%", n.sale_price_percent_max),
            whole("dealing_wan_from", "借贷、受赠金额达到", "万元", n.dealing_wan_from),
        ],
        Category::OverdueTenure => vec![
            whole("leader_months_from", "领导成员任职达到", "个月", n.tenure_leader_months_from),
            whole("key_post_months_from", "重点岗位任职达到", "个月", n.tenure_key_post_months_from),
            whole("gap_months_max", "仍连续计算的最长中断", "个月", n.tenure_gap_months_max),
            whole("warning_days", "提前提示", "日", n.tenure_warning_days),
        ],
        Category::PostDeparture => vec![
            whole("window_months", "离任后的限制期", "个月", n.departure_window_months),
            whole("leader_window_months", "领导成员等的限制期", "个月", n.departure_leader_window_months),
            rank("leader_rank_from", "适用较长限制期的最低职级", &n.departure_leader_rank_from),
        ],
        Category::SanctionPeriod => vec![
            whole("announced_within_months", "宣布、归档期限", "个月", n.announced_within_months),
            whole("pay_changed_within_months", "职务工资变更期限", "个月", n.pay_changed_within_months),
            whole(
                "pay_changed_within_months_extended",
                "经批准延期的变更期限",
                "个月",
                n.pay_changed_within_months_extended,
            ),
            whole("warning_days", "影响期届满前提示", "日", n.visit_warning_days),
        ],
        Category::RepeatedReports => vec![
            whole("petitions_from", "不同事项达到", "件", n.petitions_from),
            whole("petitions_high_from", "为高风险的件数", "件", n.petitions_high_from),
            whole("petitions_within_months", "信访的计算期间", "个月", n.petitions_within_months),
            whole("clue_disposal_months_max", "线索处置期限", "个月", n.clue_disposal_months_max),
            whole(
                "inquiry_reply_working_days_max",
                "函询回复期限",
                "个工作日",
                n.inquiry_reply_working_days_max,
            ),
            whole("inquiry_report_months_max", "办结报告期限", "个月", n.inquiry_report_months_max),
            whole("unit_sanctions_from", "同一单位受处分达到", "次", n.unit_sanctions_from),
            whole(
                "unit_sanctions_within_months",
                "单位受处分的计算期间",
                "个月",
                n.unit_sanctions_within_months,
            ),
        ],
    }
}

fn whole(key: &'static str, label: &'static str, unit: &'static str, value: u32) -> Number {
    Number { key, label, unit, measure: Measure::Whole, value: value.to_string() }
}

fn rank(key: &'static str, label: &'static str, value: &str) -> Number {
    Number { key, label, unit: "", measure: Measure::Rank, value: value.to_owned() }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_number_that_a_rule_is_given_can_be_set_under_one_key_and_one_name() {
        let n = Thresholds::default();
        let all: Vec<(Category, Number)> = Category::ALL
            .into_iter()
            .flat_map(|category| numbers(category, &n).into_iter().map(move |number| (category, number)))
            .collect();
        let fields =
            serde_json::to_value(&n).ok().and_then(|value| value.as_object().map(serde_json::Map::len));
        assert_eq!(Some(all.len()), fields, "a number has no line here, or one too many");
        let names: BTreeSet<(&str, &str)> =
            all.iter().map(|(category, number)| (category.slug(), number.label)).collect();
        assert_eq!(names.len(), all.len());
    }
}
