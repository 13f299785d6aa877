//! 处分影响期内违规使用、执行不到位. A warning of six months ago runs for six months more.

use super::Verdict::{Hit, Near, Not};
use super::{Case, case};

const GOVERNMENT: (&str, &str) = ("category", "政务");
const REMOVED: (&str, &str) = ("type", "撤职");
const SEVERE: (&str, &str) = ("type", "严重警告");

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    // a: raised or praised while barred
    case("影响期内提拔", &[Hit("a", "high")],
        &[("-sanction", &[]), ("post", &[("from", "D-2m"), ("title", "三级主任科员"), ("appointment", "提拔")])]),
    case("影响期内进一步使用", &[Hit("a", "high")],
        &[("-sanction", &[]), ("post", &[("from", "D-2m"), ("title", "三级主任科员"), ("appointment", "进一步使用")])]),
    case("影响期内晋升职级", &[Hit("a", "high")],
        &[("-sanction", &[]), ("post", &[("from", "D-2m"), ("title", "三级主任科员"), ("appointment", "晋升职级")])]),
    case("影响期内平级调整", &[Not("")],
        &[("-sanction", &[]), ("post", &[("from", "D-2m"), ("title", "二级主任科员"), ("appointment", "平级调整")])]),
    case("生效前一日提拔", &[Not("")],
        &[("-sanction", &[]), ("post", &[("from", "D-6m-1d"), ("title", "三级主任科员"), ("appointment", "提拔")])]),
    case("生效当日提拔", &[Hit("a", "high")],
        &[("-sanction", &[]), ("post", &[("from", "D-6m"), ("title", "三级主任科员"), ("appointment", "提拔")])]),
    case("影响期内评优", &[Hit("a", "high")], &[("-sanction", &[]), ("award", &[("date", "D-2m")])]),
    case("影响期内年度考核优秀", &[Hit("a", "high")],
        &[("-sanction", &[]), ("award", &[("type", "年度考核优秀"), ("date", "D-2m")])]),
    case("影响期内晋级", &[Hit("a", "high")], &[("-sanction", &[]), ("award", &[("type", "晋级"), ("date", "D-2m")])]),
    case("政务警告期内晋档", &[Not("")],
        &[("-sanction", &[GOVERNMENT, ("effective_on", "D-4m")]), ("award", &[("type", "晋档"), ("date", "D-2m")])]),
    case("记过期内晋档", &[Hit("a", "high")],
        &[("-sanction", &[GOVERNMENT, ("type", "记过")]), ("award", &[("type", "晋档"), ("date", "D-2m")])]),
    case("影响期内一般奖励", &[Not("")], &[("-sanction", &[]), ("award", &[("type", "奖励"), ("date", "D-2m")])]),
    case("影响期最后一日评优", &[Hit("a", "high")],
        &[("-sanction", &[("effective_on", "D-15m")]), ("award", &[("date", "D-3m-1d")])]),
    case("影响期满次日评优", &[Not("")],
        &[("-sanction", &[("effective_on", "D-15m")]), ("award", &[("date", "D-3m")])]),
    case("处分已撤销", &[Not("")],
        &[("-sanction", &[("revoked_on", "D-1m")]), ("award", &[("date", "D-2m")])]),
    case("严重警告代替撤职，20个月时评优", &[Hit("a", "high")], &[
        ("-sanction", &[SEVERE, ("instead_of_removal", "是"), ("effective_on", "D-21m"), ("pay_changed_on", "D-20m-10d")]),
        ("award", &[("date", "D-1m")]),
    ]),
    case("一般严重警告，20个月时评优", &[Not("")],
        &[("-sanction", &[SEVERE, ("effective_on", "D-21m")]), ("award", &[("date", "D-1m")])]),
    case("决定写明影响期30个月，20个月时评优", &[Hit("a", "high")],
        &[("-sanction", &[("influence_months", "30"), ("effective_on", "D-21m")]), ("award", &[("date", "D-1m")])]),
    case("留党察看期间评优", &[Hit("a", "high")], &[
        ("-sanction", &[("type", "留党察看"), ("probation_months", "12"), ("effective_on", "D-8m")]), ("award", &[("date", "D-2m")]),
    ]),
    case("恢复党员权利后22个月评优", &[Hit("a", "high")], &[
        ("-sanction", &[
            ("type", "留党察看"), ("probation_months", "12"), ("effective_on", "D-35m"), ("restored_on", "D-23m"), ("bars_until", "D+1m-1d"),
        ]),
        ("-follow_up_visit", &[("visited_on", "D-60d")]), ("award", &[("date", "D-1m")]),
    ]),
    case("叠加后的影响期内评优", &[Hit("a", "high"), Hit("e", "high")], &[
        ("-sanction", &[("effective_on", "D-20m"), ("bars_until", "D+10m-1d")]),
        ("sanction", &[SEVERE, ("effective_on", "D-14m"), ("bars_until", "D+10m-1d")]),
        ("-award", &[("date", "D-1m")]),
    ]),
    case("原处分期满次日的新处分，不叠加", &[Not("e")], &[
        ("-sanction", &[("effective_on", "D-17m")]), ("-sanction", &[SEVERE, ("effective_on", "D-5m")]),
    ]),
    // b: not announced, not filed
    case("生效1个月又1天未宣布", &[Hit("b", "medium")],
        &[("sanction", &[("effective_on", "D-1m-1d"), ("announced_on", "")])]),
    case("生效1个月又1天未归档", &[Hit("b", "medium")],
        &[("sanction", &[("effective_on", "D-1m-1d"), ("filed_on", "")])]),
    case("生效恰满1个月未宣布", &[Not("")], &[("sanction", &[("effective_on", "D-1m"), ("announced_on", "")])]),
    case("生效差1天满1个月未归档", &[Not("")], &[("sanction", &[("effective_on", "D-1m+1d"), ("filed_on", "")])]),
    case("退休人员的处分未归档", &[Hit("b", "medium")],
        &[("@", &[("status", "退休"), ("left", "D-2m")]), ("sanction", &[("filed_on", "")])]),
    // c: post and pay not changed
    case("撤职，2个月未变更职务工资", &[Hit("c", "high")],
        &[("sanction", &[GOVERNMENT, REMOVED, ("effective_on", "D-2m"), ("pay_changed_on", "")])]),
    case("降级，2个月未变更职务工资", &[Hit("c", "high")],
        &[("sanction", &[GOVERNMENT, ("type", "降级"), ("effective_on", "D-2m"), ("pay_changed_on", "")])]),
    case("撤销党内职务，2个月未变更职务工资", &[Hit("c", "high")],
        &[("sanction", &[("type", "撤销党内职务"), ("effective_on", "D-2m"), ("pay_changed_on", "")])]),
    case("留党察看，2个月未变更职务工资", &[Hit("c", "high")], &[("sanction", &[
        ("type", "留党察看"), ("probation_months", "12"), ("effective_on", "D-2m"), ("pay_changed_on", ""),
    ])]),
    case("撤职，1个月又1天未变更", &[Hit("c", "high")],
        &[("sanction", &[GOVERNMENT, REMOVED, ("effective_on", "D-1m-1d"), ("pay_changed_on", "")])]),
    case("撤职，恰满1个月未变更", &[Not("")],
        &[("sanction", &[GOVERNMENT, REMOVED, ("effective_on", "D-1m"), ("pay_changed_on", "")])]),
    case("撤职，职务工资已变更", &[Not("")], &[("sanction", &[GOVERNMENT, REMOVED, ("effective_on", "D-2m")])]),
    case("延期批准，恰满6个月", &[Not("")],
        &[("sanction", &[GOVERNMENT, REMOVED, ("extension_approved", "是"), ("pay_changed_on", "")])]),
    case("延期批准，6个月又1天", &[Hit("c", "high")], &[("sanction", &[
        GOVERNMENT, REMOVED, ("effective_on", "D-6m-1d"), ("extension_approved", "是"), ("pay_changed_on", ""),
    ])]),
    case("记大过不涉及职务变更", &[Not("")],
        &[("sanction", &[GOVERNMENT, ("type", "记大过"), ("effective_on", "D-2m")])]),
    // d: the end comes near, and nobody has visited
    case("影响期将满，未回访", &[Near("d", "low"), Not("")], &[("sanction", &[("effective_on", "D-12m+15d")])]),
    case("影响期将满，仅有回访计划", &[Near("d", "low"), Not("")],
        &[("sanction", &[("effective_on", "D-12m+15d")]), ("-follow_up_visit", &[("grade", "")])]),
    case("影响期将满，已回访", &[Not("")],
        &[("-sanction", &[("effective_on", "D-12m+15d")]), ("-follow_up_visit", &[("visited_on", "D-60d")])]),
    case("影响期尚有45天", &[Not("")], &[("sanction", &[("effective_on", "D-12m+45d")])]),
    // e: again, while barred
    case("影响期内受新处分", &[Hit("e", "high")], &[
        ("-sanction", &[("effective_on", "D-9m"), ("bars_until", "D+21m-1d")]),
        ("sanction", &[SEVERE, ("effective_on", "D-3m"), ("bars_until", "D+21m-1d")]),
    ]),
    case("影响期最后一日受新处分", &[Hit("e", "high")], &[
        ("-sanction", &[("effective_on", "D-15m"), ("bars_until", "D+15m-1d")]),
        ("sanction", &[SEVERE, ("effective_on", "D-3m-1d"), ("bars_until", "D+15m-1d")]),
    ]),
    case("影响期满次日受新处分", &[Not("")],
        &[("-sanction", &[("effective_on", "D-15m")]), ("-sanction", &[SEVERE, ("effective_on", "D-3m")])]),
    case("原处分已撤销", &[Not("")], &[
        ("-sanction", &[("effective_on", "D-9m"), ("revoked_on", "D-4m")]), ("-sanction", &[SEVERE, ("effective_on", "D-3m")]),
    ]),
];
