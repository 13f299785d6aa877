//! 违规兼职取酬: posts outside the main one.

use super::Verdict::{Gap, Hit, Not};
use super::{Case, Cells, case};

const APPROVED: (&str, &str) = ("approval_no", "组批〔2026〕21号");
const UNPAID: (&str, &str) = ("pay", "0");
const A: Cells = &[];

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    // a: an enterprise, without a valid approval
    case("企业兼职，无批准文号", &[Hit("a", "high")], &[("concurrent_post", A)]),
    case("其他营利性组织兼职，无批准文号", &[Hit("a", "high")],
        &[("concurrent_post", &[("organization_type", "其他营利性组织")])]),
    case("批准昨日到期", &[Hit("a", "high")],
        &[("concurrent_post", &[APPROVED, UNPAID, ("approved_until", "D-1d")])]),
    case("批准今日到期，仍有效", &[Not("")],
        &[("concurrent_post", &[APPROVED, UNPAID, ("approved_until", "D")])]),
    case("批准明日到期，仍有效", &[Not("")],
        &[("concurrent_post", &[APPROVED, UNPAID, ("approved_until", "D+1d")])]),
    case("今日开始的企业兼职", &[Hit("a", "high")], &[("concurrent_post", &[("from", "D")])]),
    case("明日才开始的企业兼职", &[Not("")], &[("concurrent_post", &[("from", "D+1d")])]),
    case("明日才结束的企业兼职", &[Hit("a", "high")], &[("concurrent_post", &[("until", "D+1d")])]),
    case("今日已结束的企业兼职", &[Not("")], &[("concurrent_post", &[("until", "D")])]),
    case("昨日已结束的企业兼职", &[Not("")], &[("concurrent_post", &[("until", "D-1d")])]),
    case("无批准且取酬：一行只按一项", &[Hit("a", "high"), Not("b")], &[("concurrent_post", &[("pay", "5")])]),
    case("退出领导岗位者仍在范围内", &[Hit("a", "high")],
        &[("@", &[("status", "退出领导岗位")]), ("concurrent_post", A)]),
    case("退休人员不适用", &[Not("")],
        &[("@", &[("status", "退休"), ("left", "D-100d")]), ("concurrent_post", A)]),
    case("开除人员不适用", &[Not("")],
        &[("@", &[("status", "开除"), ("left", "D-100d")]), ("concurrent_post", A)]),
    case("去世人员不适用", &[Not("")],
        &[("@", &[("status", "去世"), ("left", "D-100d")]), ("concurrent_post", A)]),
    case("当然兼职", &[Not("")], &[("concurrent_post", &[("ex_officio", "是")])]),
    case("组织名称即本单位", &[Not("")], &[("concurrent_post", &[("organization", "$unit")])]),
    case("组织名称为本单位别名", &[Not("")], &[("concurrent_post", &[("organization", "$alias")])]),
    case("组织类型为其他", &[Not("")], &[("concurrent_post", &[("organization_type", "其他")])]),
    // b: approved, and paid
    case("经批准而取酬", &[Hit("b", "high")], &[("concurrent_post", &[APPROVED, ("pay", "3.6")])]),
    case("经批准、不取酬", &[Not("")], &[("concurrent_post", &[APPROVED, UNPAID])]),
    case("经批准的企业兼职，取酬情况不明", &[Gap("b")], &[("concurrent_post", &[APPROVED])]),
    // c: an association, without approval
    case("社会团体兼职，无批准", &[Hit("c", "medium")],
        &[("concurrent_post", &[("organization_type", "社会团体")])]),
    case("基金会兼职，无批准", &[Hit("c", "medium")], &[("concurrent_post", &[("organization_type", "基金会")])]),
    case("民办非企业兼职，无批准", &[Hit("c", "medium")],
        &[("concurrent_post", &[("organization_type", "民办非企业")])]),
    case("商会兼职，无批准", &[Hit("c", "medium")], &[("concurrent_post", &[("organization_type", "商会")])]),
    case("社会团体兼职，经批准、不取酬", &[Not("")],
        &[("concurrent_post", &[("organization_type", "社会团体"), APPROVED, UNPAID, ("term", "1")])]),
    // d: approved, but too many, too long, too old
    case("经批准的兼职两项", &[Hit("d", "medium"), Not("a")], &[
        ("concurrent_post", &[("organization_type", "社会团体"), APPROVED, UNPAID, ("term", "1")]),
        ("concurrent_post", &[APPROVED, UNPAID, ("term", "1")]),
    ]),
    case("两项中一项今日已结束", &[Not("")], &[
        ("concurrent_post", &[("organization_type", "社会团体"), APPROVED, UNPAID, ("term", "1")]),
        ("-concurrent_post", &[APPROVED, UNPAID, ("term", "1"), ("until", "D")]),
    ]),
    case("两项中一项未经批准：只按未批准的一项", &[Hit("a", "high"), Not("d")], &[
        ("-concurrent_post", &[("organization_type", "社会团体"), APPROVED, UNPAID, ("term", "1")]),
        ("concurrent_post", A),
    ]),
    case("第三届", &[Hit("d", "medium")],
        &[("concurrent_post", &[("organization_type", "社会团体"), APPROVED, UNPAID, ("term", "3")])]),
    case("第二届", &[Not("")],
        &[("concurrent_post", &[("organization_type", "社会团体"), APPROVED, UNPAID, ("term", "2")])]),
    case("今日满七十岁", &[Hit("d", "medium")],
        &[("@", &[("birth", "D-70y")]), ("concurrent_post", &[APPROVED, UNPAID, ("term", "1")])]),
    case("明日满七十岁", &[Not("")],
        &[("@", &[("birth", "D-70y+1d")]), ("concurrent_post", &[APPROVED, UNPAID, ("term", "1")])]),
    case("昨日满七十岁", &[Hit("d", "medium")],
        &[("@", &[("birth", "D-70y-1d")]), ("concurrent_post", &[APPROVED, UNPAID, ("term", "1")])]),
];
