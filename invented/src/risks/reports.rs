//! 信访举报、问题线索集中或久拖, of persons.

use super::Verdict::{Hit, Not};
use super::{Case, case};

const UNFOUNDED: (&str, &str) = ("status", "已了结失实");

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    // a: many petitions
    case("12个月内三件信访，事项各异", &[Hit("a", "medium")], &[("petition", &[]), ("petition", &[]), ("petition", &[])]),
    case("四件", &[Hit("a", "medium")], &[("petition", &[]), ("petition", &[]), ("petition", &[]), ("petition", &[])]),
    case("五件", &[Hit("a", "high")],
        &[("petition", &[]), ("petition", &[]), ("petition", &[]), ("petition", &[]), ("petition", &[])]),
    case("三件，一件实名且具体可查", &[Hit("a", "high")],
        &[("petition", &[]), ("petition", &[]), ("petition", &[("real_name", "是"), ("checkable", "是")])]),
    case("三件，一件实名而不具体", &[Hit("a", "medium")],
        &[("petition", &[]), ("petition", &[]), ("petition", &[("real_name", "是"), ("checkable", "否")])]),
    case("三件，一件匿名而具体可查", &[Hit("a", "medium")],
        &[("petition", &[]), ("petition", &[]), ("petition", &[("real_name", "否"), ("checkable", "是")])]),
    case("三件，一件已了结属实", &[Hit("a", "medium")],
        &[("petition", &[]), ("petition", &[]), ("petition", &[("status", "已了结属实")])]),
    case("三件，一件恰满12个月", &[Hit("a", "medium")],
        &[("petition", &[]), ("petition", &[]), ("petition", &[("received_on", "D-12m")])]),
    case("三件，一件已12个月又1天", &[Not("")],
        &[("petition", &[]), ("petition", &[]), ("petition", &[("received_on", "D-12m-1d")])]),
    case("两件", &[Not("")], &[("petition", &[]), ("petition", &[])]),
    case("三件，两件为同一事项", &[Not("")], &[
        ("petition", &[]), ("petition", &[("matter", "SX88000001")]), ("petition", &[("matter", "SX88000001")]),
    ]),
    case("三件，一件为重复件", &[Not("")],
        &[("petition", &[]), ("petition", &[]), ("petition", &[("duplicate_of", "$previous")])]),
    case("三件，一件失实", &[Not("")], &[("petition", &[]), ("petition", &[]), ("petition", &[UNFOUNDED])]),
    case("三件，一件澄清", &[Not("")], &[("petition", &[]), ("petition", &[]), ("petition", &[("status", "澄清")])]),
    case("退休人员不适用", &[Not("")], &[
        ("@", &[("status", "退休"), ("left", "D-300d")]), ("petition", &[]), ("petition", &[]), ("petition", &[]),
    ]),
    // b: a clue without a way of disposal
    case("线索1个月又1天未定处置方式", &[Hit("b", "medium")], &[("clue", &[("received_on", "D-1m-1d")])]),
    case("线索恰满1个月", &[Not("")], &[("clue", &[("received_on", "D-1m")])]),
    case("线索差1天满1个月", &[Not("")], &[("clue", &[("received_on", "D-1m+1d")])]),
    case("线索已定处置方式", &[Not("")],
        &[("clue", &[("disposal", "暂存待查"), ("disposed_on", "D-90d")])]),
    // c: a letter without an answer
    case("函询久未回复", &[Hit("c", "medium")], &[("inquiry", &[])]),
    case("函询发出5天", &[Not("")], &[("inquiry", &[("sent_on", "D-5d")])]),
    case("谈话无须回复", &[Not("")], &[("inquiry", &[("method", "谈话")])]),
    // d: answered, and no report
    case("回复1个月又1天未办结", &[Hit("d", "medium")], &[("inquiry", &[("replied_on", "D-1m-1d")])]),
    case("回复恰满1个月", &[Not("")], &[("inquiry", &[("replied_on", "D-1m")])]),
    case("回复差1天满1个月", &[Not("")], &[("inquiry", &[("replied_on", "D-1m+1d")])]),
    case("回复后已办结", &[Not("")], &[("inquiry", &[("replied_on", "D-70d"), ("reported_on", "D-50d")])]),
];

/// On a Friday in a time without holidays 15 working days ago was three weeks ago.
#[rustfmt::skip]
pub(super) const BY_WORKING_DAYS: &[Case] = &[
    case("函询今日满15个工作日", &[Not("")], &[("inquiry", &[("sent_on", "D-21d")])]),
    case("函询昨日满15个工作日", &[Hit("c", "medium")], &[("inquiry", &[("sent_on", "D-22d")])]),
    case("函询于周六发出，今日满15个工作日", &[Not("")], &[("inquiry", &[("sent_on", "D-20d")])]),
    case("函询下一工作日满15个工作日", &[Not("")], &[("inquiry", &[("sent_on", "D-18d")])]),
];
