//! 个人有关事项漏报瞒报: the yearly report due last beside what the registries say.

use super::Verdict::{Also, Gap, Hit, Not};
use super::{Case, case};

const DUTY: (&str, &str) = ("duty", "是");
/// A family interest that no other category minds.
const NOMINAL: (&str, &str) = ("role", "挂名");

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    // a: concealed
    case("瞒报住宅", &[Hit("a", "high")], &[("@", &[DUTY]), ("!property", &[])]),
    case("瞒报商铺", &[Hit("a", "high")], &[("@", &[DUTY]), ("!property", &[("use", "商铺")])]),
    case("瞒报办公用房", &[Hit("a", "high")], &[("@", &[DUTY]), ("!property", &[("use", "办公")])]),
    case("瞒报配偶名下住宅", &[Hit("a", "high")],
        &[("@", &[DUTY]), ("!property", &[("owner_relation", "配偶"), ("owner_name", "$spouse_name")])]),
    case("住宅已如实申报", &[Not("")], &[("@", &[DUTY]), ("property", &[])]),
    case("住宅系其他核查所得，未申报", &[Hit("a", "high")],
        &[("@", &[DUTY]), ("!property", &[("source", "其他核查")])]),
    case("数据来源为申报，不是登记事实", &[Not("")], &[("@", &[DUTY]), ("!property", &[("source", "申报")])]),
    case("其他子女的房产", &[Not("")], &[("@", &[DUTY]), ("!property", &[("owner_relation", "其他子女")])]),
    case("其他人的房产", &[Not("")], &[("@", &[DUTY]), ("!property", &[("owner_relation", "其他")])]),
    case("基准日当日取得", &[Hit("a", "high")], &[("@", &[DUTY]), ("!property", &[("acquired_on", "B")])]),
    case("基准日次日取得", &[Not("")], &[("@", &[DUTY]), ("!property", &[("acquired_on", "B+1d")])]),
    case("基准日当日处置", &[Hit("a", "high")], &[("@", &[DUTY]), ("!property", &[("disposed_on", "B")])]),
    case("基准日前一日已处置", &[Not("")], &[("@", &[DUTY]), ("!property", &[("disposed_on", "B-1d")])]),
    case("事后随时报告补报", &[Not("")], &[("@", &[DUTY, ("correction", "D-30d")]), ("!property", &[])]),
    case("无报告义务", &[Not("")], &[("@", &[("duty", "否")]), ("!property", &[])]),
    case("报告义务不明", &[Gap("a")], &[("@", &[("duty", "")]), ("!property", &[])]),
    case("瞒报企业", &[Hit("a", "high")], &[("@", &[DUTY]), ("!business_interest", &[NOMINAL])]),
    case("企业已如实申报", &[Not("")], &[("@", &[DUTY]), ("business_interest", &[NOMINAL])]),
    case("瞒报企业，持有人身份证号未填", &[Hit("a", "low")],
        &[("@", &[DUTY]), ("!business_interest", &[NOMINAL, ("holder_id_number", "")])]),
    case("瞒报普通护照", &[Hit("a", "high")], &[("@", &[DUTY]), ("!exit_document", &[])]),
    case("普通护照已如实申报", &[Not("")], &[("@", &[DUTY]), ("exit_document", &[])]),
    case("公务护照不在申报之列", &[Not("")], &[("@", &[DUTY]), ("!exit_document", &[("type", "公务护照")])]),
    case("基准日次日签发的护照", &[Not("")], &[
        ("@", &[DUTY]), ("!exit_document", &[("issued_on", "B+1d"), ("handed_in_on", "B+5d"), ("valid_until", "B+3650d")]),
    ]),
    case("瞒报因私出国（境）", &[Hit("a", "high")], &[
        ("@", &[DUTY]),
        ("-exit_document", &[("handed_in_on", "B+8d")]),
        ("!trip", &[("departed_on", "B-4d"), ("returned_on", "B+5d"), ("approved_departure_on", "B-4d"), ("approved_return_on", "B+5d")]),
    ]),
    case("因私出国（境）已如实申报", &[Not("")], &[
        ("@", &[DUTY]),
        ("-exit_document", &[("handed_in_on", "B+8d")]),
        ("trip", &[("departed_on", "B-4d"), ("returned_on", "B+5d"), ("approved_departure_on", "B-4d"), ("approved_return_on", "B+5d")]),
    ]),
    case("瞒报子女移居", &[Hit("a", "high")],
        &[("@", &[DUTY]), ("!relative", &[("relation", "子女"), ("migration", "永久居留")])]),
    case("子女移居已如实申报", &[Not("")],
        &[("@", &[DUTY]), ("relative", &[("relation", "子女"), ("migration", "永久居留")])]),
    case("基准日后子女才移居", &[Not("")],
        &[("@", &[DUTY]), ("!relative", &[("relation", "子女"), ("migration", "永久居留"), ("migrated_on", "B+1d")])]),
    case("瞒报配偶移居", &[Hit("a", "high"), Also("naked_official", "a", "medium")], &[
        ("@", &[DUTY, ("family", "own")]), ("!relative", &[("relation", "配偶"), ("migration", "外国国籍")]),
    ]),
    // b: incomplete
    case("面积少报2㎡", &[Hit("b", "medium")], &[("@", &[DUTY, ("declared_area", "88")]), ("property", &[])]),
    case("面积少报1.01㎡", &[Hit("b", "medium")], &[("@", &[DUTY, ("declared_area", "88.99")]), ("property", &[])]),
    case("面积少报1㎡，在容差内", &[Not("")], &[("@", &[DUTY, ("declared_area", "89")]), ("property", &[])]),
    case("面积少报0.99㎡，在容差内", &[Not("")], &[("@", &[DUTY, ("declared_area", "89.01")]), ("property", &[])]),
    case("面积多报", &[Not("")], &[("@", &[DUTY, ("declared_area", "95")]), ("property", &[])]),
    case("漏报车位", &[Hit("b", "medium"), Not("a")], &[("@", &[DUTY]), ("!property", &[("use", "车位"), ("area", "12")])]),
    case("漏报车库", &[Hit("b", "medium")], &[("@", &[DUTY]), ("!property", &[("use", "车库"), ("area", "20")])]),
    case("漏报储藏间", &[Hit("b", "medium")], &[("@", &[DUTY]), ("!property", &[("use", "储藏间"), ("area", "8")])]),
    case("漏报往来港澳通行证", &[Hit("b", "medium"), Not("a")],
        &[("@", &[DUTY]), ("!exit_document", &[("type", "往来港澳通行证"), ("number", "$permit")])]),
    case("漏报往来台湾通行证", &[Hit("b", "medium")],
        &[("@", &[DUTY]), ("!exit_document", &[("type", "往来台湾通行证"), ("number", "$permit")])]),
    case("往来港澳通行证已如实申报", &[Not("")],
        &[("@", &[DUTY]), ("exit_document", &[("type", "往来港澳通行证"), ("number", "$permit")])]),
    // c: late
    case("1月31日当日提交", &[Not("")], &[("@", &[DUTY, ("report", "B+31d")])]),
    case("1月30日提交", &[Not("")], &[("@", &[DUTY, ("report", "B+30d")])]),
    case("迟报1天", &[Hit("c", "low")], &[("@", &[DUTY, ("report", "B+32d")])]),
    case("迟报30天", &[Hit("c", "low")], &[("@", &[DUTY, ("report", "B+61d")])]),
    case("迟报31天", &[Hit("c", "medium")], &[("@", &[DUTY, ("report", "B+62d")])]),
    case("至今未报", &[Hit("c", "medium")], &[("@", &[DUTY, ("report", "none")])]),
];
