//! 裸官: a spouse, or where there is none every child, has migrated.

use super::Verdict::{Gap, Hit, Not};
use super::{Case, case};

const OWN: (&str, &str) = ("family", "own");
const SINGLE: (&str, &str) = ("marital", "离异");
const SPOUSE: (&str, &str) = ("relation", "配偶");
const CHILD: (&str, &str) = ("relation", "子女");
const CITIZEN: (&str, &str) = ("migration", "外国国籍");
const RESIDENT: (&str, &str) = ("migration", "永久居留");

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    // a: the spouse
    case("配偶外国国籍，普通岗位", &[Hit("a", "medium")],
        &[("@", &[OWN]), ("relative", &[SPOUSE, CITIZEN])]),
    case("配偶永久居留", &[Hit("a", "medium")], &[("@", &[OWN]), ("relative", &[SPOUSE, RESIDENT])]),
    case("配偶长期居留许可", &[Hit("a", "medium")],
        &[("@", &[OWN]), ("relative", &[SPOUSE, ("migration", "长期居留许可")])]),
    case("配偶移居香港，同为国（境）外", &[Hit("a", "medium")],
        &[("@", &[OWN]), ("relative", &[SPOUSE, RESIDENT, ("migration_place", "香港")])]),
    case("限入性岗位", &[Hit("a", "high")],
        &[("@", &[OWN, ("restricted", "是")]), ("relative", &[SPOUSE, CITIZEN])]),
    case("领导成员", &[Hit("a", "high")],
        &[("@", &[OWN, ("leader", "是")]), ("relative", &[SPOUSE, CITIZEN])]),
    case("明日才放弃移居", &[Hit("a", "medium")],
        &[("@", &[OWN]), ("relative", &[SPOUSE, CITIZEN, ("renounced_on", "D+1d")])]),
    case("今日已放弃移居", &[Not("")],
        &[("@", &[OWN]), ("relative", &[SPOUSE, CITIZEN, ("renounced_on", "D")])]),
    case("昨日已放弃移居", &[Not("")],
        &[("@", &[OWN]), ("relative", &[SPOUSE, CITIZEN, ("renounced_on", "D-1d")])]),
    case("配偶仅留学或工作", &[Not("")],
        &[("@", &[OWN]), ("relative", &[SPOUSE, ("migration", "仅留学或工作")])]),
    case("配偶系组织批准引进", &[Not("")],
        &[("@", &[OWN]), ("relative", &[SPOUSE, CITIZEN, ("approved_introduction", "是")])]),
    case("婚姻关系已终止", &[Not("")], &[
        ("@", &[OWN, SINGLE]), ("relative", &[SPOUSE, CITIZEN, ("relation_ended_on", "D-900d")]), ("relative", &[CHILD]),
    ]),
    case("配偶已去世", &[Not("")], &[
        ("@", &[OWN, ("marital", "丧偶")]), ("relative", &[SPOUSE, CITIZEN, ("alive", "否")]), ("relative", &[CHILD]),
    ]),
    case("兄弟姐妹移居", &[Not("")],
        &[("@", &[OWN]), ("relative", &[SPOUSE]), ("relative", &[("relation", "兄弟姐妹"), CITIZEN])]),
    case("配偶移居情况不明", &[Gap("a")], &[("@", &[OWN]), ("relative", &[SPOUSE, ("migration", "")])]),
    case("退休人员不适用", &[Not("")],
        &[("@", &[OWN, ("status", "退休"), ("left", "D-200d")]), ("relative", &[SPOUSE, CITIZEN])]),
    // b: no spouse, every living child
    case("离异，独生子女移居", &[Hit("b", "medium")],
        &[("@", &[OWN, SINGLE]), ("relative", &[CHILD, RESIDENT])]),
    case("离异，子女均移居", &[Hit("b", "medium")],
        &[("@", &[OWN, SINGLE]), ("relative", &[CHILD, RESIDENT]), ("relative", &[CHILD, CITIZEN])]),
    case("丧偶，独生子女移居，领导成员", &[Hit("b", "high")], &[
        ("@", &[OWN, ("marital", "丧偶"), ("leader", "是")]), ("-relative", &[SPOUSE, ("alive", "否")]), ("relative", &[CHILD, CITIZEN]),
    ]),
    case("未移居的子女已去世", &[Hit("b", "medium")],
        &[("@", &[OWN, SINGLE]), ("relative", &[CHILD, CITIZEN]), ("-relative", &[CHILD, ("alive", "否")])]),
    case("两名子女仅一名移居", &[Not("")],
        &[("@", &[OWN, SINGLE]), ("relative", &[CHILD, CITIZEN]), ("relative", &[CHILD])]),
    case("配偶未移居，子女均移居", &[Not("")],
        &[("@", &[OWN]), ("relative", &[SPOUSE]), ("relative", &[CHILD, CITIZEN])]),
    case("子女仅留学或工作", &[Not("")],
        &[("@", &[OWN, SINGLE]), ("relative", &[CHILD, ("migration", "仅留学或工作")])]),
    case("子女系组织批准引进", &[Not("")],
        &[("@", &[OWN, SINGLE]), ("relative", &[CHILD, CITIZEN, ("approved_introduction", "是")])]),
    case("子女今日已放弃移居", &[Not("")],
        &[("@", &[OWN, SINGLE]), ("relative", &[CHILD, CITIZEN, ("renounced_on", "D")])]),
    case("未婚无子女", &[Not("")],
        &[("@", &[OWN, ("marital", "未婚")]), ("relative", &[("relation", "父亲"), RESIDENT])]),
];
