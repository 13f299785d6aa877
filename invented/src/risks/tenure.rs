//! 任职超期未交流: how long in one post.

use super::Verdict::{Hit, Near, Not};
use super::{Case, case};

const LEADER: (&str, &str) = ("leader", "是");
const KEY: (&str, &str) = ("key", "是");
const SHOWN: (&str, &str) = ("evidence", "posts");

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    case("领导成员，今日满120个月", &[Hit("a", "high")], &[("@", &[LEADER, SHOWN, ("from", "D-120m")])]),
    case("领导成员，昨日满120个月", &[Hit("a", "high")], &[("@", &[LEADER, SHOWN, ("from", "D-120m-1d")])]),
    case("领导成员，明日满120个月", &[Near("a", "high"), Not("")], &[("@", &[LEADER, SHOWN, ("from", "D-120m+1d")])]),
    case("领导成员，90天后满120个月", &[Near("a", "high"), Not("")], &[("@", &[LEADER, SHOWN, ("from", "D-120m+90d")])]),
    case("领导成员，91天后满120个月", &[Not("")], &[("@", &[LEADER, ("from", "D-120m+91d")])]),
    case("领导成员，尚差一年", &[Not("")], &[("@", &[LEADER, ("from", "D-108m")])]),
    case("领导成员，免于轮岗", &[Not("")], &[("@", &[LEADER, ("from", "D-130m"), ("exempt", "是")])]),
    case("非领导成员、非重点岗位", &[Not("")], &[("@", &[("from", "D-130m")])]),
    case("同职两段首尾相接", &[Hit("a", "high")], &[("@", &[LEADER, SHOWN, ("from", "D-130m")]), ("post", &[("from", "D-40m")])]),
    case("同职两段间隔恰为6个月", &[Hit("a", "high")],
        &[("@", &[LEADER, SHOWN, ("from", "D-130m"), ("until", "D-66m")]), ("post", &[("from", "D-60m")])]),
    case("同职两段间隔6个月又1天", &[Not("")],
        &[("@", &[LEADER, ("from", "D-130m"), ("until", "D-66m")]), ("-post", &[("from", "D-60m+1d")])]),
    case("期间转任其他单位", &[Not("")],
        &[("@", &[LEADER, ("from", "D-130m")]), ("-post", &[("from", "D-40m"), ("unit", "other")])]),
    case("期间改任其他职务", &[Not("")],
        &[("@", &[LEADER, ("from", "D-130m")]), ("-post", &[("from", "D-40m"), ("title", "二级主任科员")])]),
    case("重点岗位，今日满60个月", &[Hit("b", "medium")], &[("@", &[KEY, SHOWN, ("from", "D-60m")])]),
    case("重点岗位，昨日满60个月", &[Hit("b", "medium")], &[("@", &[KEY, SHOWN, ("from", "D-60m-1d")])]),
    case("重点岗位，明日满60个月", &[Near("b", "medium"), Not("")], &[("@", &[KEY, SHOWN, ("from", "D-60m+1d")])]),
    case("重点岗位，免于轮岗", &[Not("")], &[("@", &[KEY, ("from", "D-80m"), ("exempt", "是")])]),
    case("重点岗位，尚差半年", &[Not("")], &[("@", &[KEY, ("from", "D-54m")])]),
    case("退休人员不适用", &[Not("")], &[("@", &[LEADER, ("from", "D-150m"), ("status", "退休"), ("left", "D-10d")])]),
];
