//! 因私出国（境）与证件异常.

use super::Verdict::{Hit, Not};
use super::{Case, case};

const UNAPPROVED: &[(&str, &str)] = &[
    ("approval_no", ""),
    ("approved_destinations", ""),
    ("approved_departure_on", ""),
    ("approved_return_on", ""),
];

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    // a: no approval
    case("因私出国无批准文号", &[Hit("a", "high")], &[("trip", UNAPPROVED)]),
    case("批准的日期全在返回之后", &[Hit("a", "high"), Not("b")],
        &[("trip", &[("approved_departure_on", "D-199d"), ("approved_return_on", "D-180d")])]),
    case("返回当日即批准的首日，有一日相合", &[Not("")],
        &[("trip", &[("approved_departure_on", "D-200d"), ("approved_return_on", "D-180d")])]),
    case("按批准出行", &[Not("")], &[("trip", &[])]),
    case("因公出国", &[Not("")], &[("trip", &[
        ("document_class", "因公"), ("approval_no", ""), ("approved_destinations", ""),
        ("approved_departure_on", ""), ("approved_return_on", ""),
    ])]),
    // b: another place, or back too late
    case("目的地不在批准之内", &[Hit("b", "medium"), Not("a")], &[("trip", &[("destinations", "韩国")])]),
    case("目的地之一不在批准之内", &[Hit("b", "medium")], &[("trip", &[("destinations", "日本；韩国")])]),
    case("少去一地", &[Not("")], &[("trip", &[("approved_destinations", "日本；韩国")])]),
    case("超期1天返回", &[Hit("b", "medium")], &[("trip", &[("approved_return_on", "D-201d")])]),
    case("超期5天返回", &[Hit("b", "medium")], &[("trip", &[("approved_return_on", "D-205d")])]),
    case("超期6天返回", &[Hit("b", "high")], &[("trip", &[("approved_return_on", "D-206d")])]),
    case("提前1天返回", &[Not("")], &[("trip", &[("approved_return_on", "D-199d")])]),
    // c: not handed in
    case("签发11天未上交", &[Hit("c", "low")],
        &[("exit_document", &[("issued_on", "D-11d"), ("valid_until", "D+3600d"), ("handed_in_on", "")])]),
    case("签发10天未上交，尚在期限内", &[Not("")],
        &[("exit_document", &[("issued_on", "D-10d"), ("valid_until", "D+3600d"), ("handed_in_on", "")])]),
    case("签发9天未上交，尚在期限内", &[Not("")],
        &[("exit_document", &[("issued_on", "D-9d"), ("valid_until", "D+3600d"), ("handed_in_on", "")])]),
    case("港澳通行证未上交", &[Hit("c", "low")],
        &[("exit_document", &[("type", "往来港澳通行证"), ("number", "$permit"), ("handed_in_on", "")])]),
    case("返回11天未交回", &[Hit("c", "low")], &[
        ("exit_document", &[("handed_in_on", "")]),
        ("-trip", &[("departed_on", "D-20d"), ("returned_on", "D-11d"), ("approved_departure_on", "D-20d"), ("approved_return_on", "D-11d")]),
    ]),
    case("返回10天未交回，尚在期限内", &[Not("")], &[
        ("exit_document", &[("handed_in_on", "")]),
        ("-trip", &[("departed_on", "D-20d"), ("returned_on", "D-10d"), ("approved_departure_on", "D-20d"), ("approved_return_on", "D-10d")]),
    ]),
    case("签发10天内已上交", &[Not("")],
        &[("exit_document", &[("issued_on", "D-90d"), ("valid_until", "D+3500d"), ("handed_in_on", "D-80d")])]),
    case("护照已注销", &[Not("")], &[("exit_document", &[("status", "注销"), ("handed_in_on", "")])]),
    case("护照遗失已报", &[Not("")], &[("exit_document", &[("status", "遗失已报"), ("handed_in_on", "")])]),
    case("护照已过期", &[Not("")],
        &[("exit_document", &[("status", "过期"), ("issued_on", "D-4000d"), ("valid_until", "D-348d"), ("handed_in_on", "")])]),
    case("公务护照", &[Not("")], &[("exit_document", &[("type", "公务护照"), ("handed_in_on", "")])]),
    case("退休人员不适用", &[Not("")], &[
        ("@", &[("status", "退休"), ("left", "D-300d")]), ("exit_document", &[("handed_in_on", "")]), ("trip", UNAPPROVED),
    ]),
];
