//! 离职退休后违规从业: what those who have left take up too soon.

use super::Verdict::{Hit, Not};
use super::{Case, case};

const RETIRED: (&str, &str) = ("status", "退休");
const LEFT: (&str, &str) = ("left", "D-18m");
const SELF: (&str, &str) = ("holder_relation", "本人");
const NAME: (&str, &str) = ("holder_name", "$self_name");
const NUMBER: (&str, &str) = ("holder_id_number", "$self");
const TIED: (&str, &str) = ("deals_with_unit", "是");
const LATER: (&str, &str) = ("from", "D-6m");

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    // a: tied to the former post
    case("退休后经商，与原单位有业务往来", &[Hit("a", "high")],
        &[("@", &[RETIRED, LEFT]), ("business_interest", &[SELF, NAME, NUMBER, TIED, LATER])]),
    case("离职后经商，行业在原单位监管之内", &[Hit("a", "high")],
        &[("@", &[("status", "离职"), LEFT]), ("business_interest", &[SELF, NAME, NUMBER, ("industry", "$industry"), LATER])]),
    case("退休后经商，注册地在原管辖区域", &[Hit("a", "high")],
        &[("@", &[RETIRED, LEFT]), ("business_interest", &[SELF, NAME, NUMBER, ("registered_place", "$area"), LATER])]),
    case("退休后经商，经营地在原管辖区域", &[Hit("a", "high")],
        &[("@", &[RETIRED, LEFT]), ("business_interest", &[SELF, NAME, NUMBER, ("operating_place", "$area"), LATER])]),
    case("离任当日开始", &[Hit("a", "high")],
        &[("@", &[RETIRED, LEFT]), ("business_interest", &[SELF, NAME, NUMBER, TIED, ("from", "D-18m")])]),
    case("离任前一日已开始", &[Not("")],
        &[("@", &[RETIRED, LEFT]), ("business_interest", &[SELF, NAME, NUMBER, TIED, ("from", "D-18m-1d")])]),
    // b: not tied, without approval
    case("退休后经商，与原职务无关", &[Hit("b", "medium"), Not("a")],
        &[("@", &[RETIRED, LEFT]), ("business_interest", &[SELF, NAME, NUMBER, LATER])]),
    case("退休后企业兼职，无批准", &[Hit("b", "medium"), Not("a")], &[("@", &[RETIRED, LEFT]), ("concurrent_post", &[LATER])]),
    case("离职后营利性组织兼职，无批准", &[Hit("b", "medium")],
        &[("@", &[("status", "离职"), LEFT]), ("concurrent_post", &[LATER, ("organization_type", "其他营利性组织")])]),
    case("退休后企业兼职，经批准", &[Not("")],
        &[("@", &[RETIRED, LEFT]), ("concurrent_post", &[LATER, ("approval_no", "组批〔2026〕9号"), ("pay", "0")])]),
    case("退休后社会团体兼职", &[Not("")],
        &[("@", &[RETIRED, LEFT]), ("concurrent_post", &[LATER, ("organization_type", "社会团体")])]),
    case("配偶经商", &[Not("")], &[("@", &[RETIRED, LEFT]), ("business_interest", &[TIED, LATER])]),
    case("开除人员不适用", &[Not("")],
        &[("@", &[("status", "开除"), LEFT]), ("business_interest", &[SELF, NAME, NUMBER, TIED, LATER])]),
    // the window
    case("普通岗位，恰满24个月", &[Hit("b", "medium")],
        &[("@", &[RETIRED, ("from", "D-60m"), ("left", "D-26m")]), ("concurrent_post", &[("from", "D-2m")])]),
    case("普通岗位，24个月又1天", &[Not("")],
        &[("@", &[RETIRED, ("from", "D-60m"), ("left", "D-26m")]), ("concurrent_post", &[("from", "D-2m+1d")])]),
    case("领导成员，30个月", &[Hit("b", "medium")],
        &[("@", &[RETIRED, ("leader", "是"), ("from", "D-70m"), ("left", "D-40m")]), ("concurrent_post", &[("from", "D-10m")])]),
    case("领导成员，恰满36个月", &[Hit("b", "medium")],
        &[("@", &[RETIRED, ("leader", "是"), ("from", "D-70m"), ("left", "D-40m")]), ("concurrent_post", &[("from", "D-4m")])]),
    case("领导成员，36个月又1天", &[Not("")],
        &[("@", &[RETIRED, ("leader", "是"), ("from", "D-70m"), ("left", "D-40m")]), ("concurrent_post", &[("from", "D-4m+1d")])]),
    case("县处级副职，30个月", &[Hit("b", "medium")],
        &[("@", &[RETIRED, ("rank", "县处级副职"), ("from", "D-70m"), ("left", "D-40m")]), ("concurrent_post", &[("from", "D-10m")])]),
    case("乡科级正职，30个月", &[Not("")],
        &[("@", &[RETIRED, ("rank", "乡科级正职"), ("from", "D-70m"), ("left", "D-40m")]), ("concurrent_post", &[("from", "D-10m")])]),
];
