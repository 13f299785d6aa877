//! 配偶、子女及其配偶经商办企业, and 本人经商办企业.

use super::Verdict::{Hit, Not};
use super::{Case, case};

const TIED: (&str, &str) = ("deals_with_unit", "是");
const LEADER: (&str, &str) = ("leader", "是");

#[rustfmt::skip]
pub(super) const FAMILY: &[Case] = &[
    // a: tied to the post
    case("与任职单位有业务往来", &[Hit("a", "high")], &[("business_interest", &[TIED])]),
    case("行业在任职单位监管范围内", &[Hit("a", "high")], &[("business_interest", &[("industry", "$industry")])]),
    case("注册地在管辖区域内，领导成员", &[Hit("a", "high")],
        &[("@", &[LEADER]), ("business_interest", &[("registered_place", "$area")])]),
    case("经营地在管辖区域内，领导成员", &[Hit("a", "high")],
        &[("@", &[LEADER]), ("business_interest", &[("operating_place", "$area")])]),
    case("注册地在管辖区域内，非领导成员", &[Hit("c", "low"), Not("a")],
        &[("business_interest", &[("registered_place", "$area")])]),
    case("领导成员，企业在外地", &[Hit("c", "low"), Not("a")], &[("@", &[LEADER]), ("business_interest", &[])]),
    case("子女的企业与任职单位有业务往来", &[Hit("a", "high")],
        &[("business_interest", &[TIED, ("holder_relation", "子女"), ("holder_name", "$child_name"), ("holder_id_number", "$child")])]),
    case("子女的配偶的企业与任职单位有业务往来", &[Hit("a", "high")],
        &[("business_interest", &[TIED, ("holder_relation", "子女的配偶"), ("holder_name", "$inlaw_name"), ("holder_id_number", "$inlaw")])]),
    case("仅姓名相符：身份证号未填", &[Hit("a", "low")], &[("business_interest", &[TIED, ("holder_id_number", "")])]),
    case("仅姓名相符：身份证号不属家庭成员", &[Hit("a", "low")],
        &[("business_interest", &[TIED, ("holder_id_number", "$stranger")])]),
    // b: high rank, no tie
    case("厅局级副职，无关联", &[Hit("b", "medium")], &[("@", &[("rank", "厅局级副职")]), ("business_interest", &[])]),
    case("厅局级正职，无关联", &[Hit("b", "medium")], &[("@", &[("rank", "厅局级正职")]), ("business_interest", &[])]),
    case("省部级及以上，无关联", &[Hit("b", "medium")],
        &[("@", &[("rank", "省部级及以上")]), ("business_interest", &[])]),
    case("县处级正职，无关联", &[Hit("c", "low"), Not("b")],
        &[("@", &[("rank", "县处级正职")]), ("business_interest", &[])]),
    // c: any other
    case("无关联", &[Hit("c", "low")], &[("business_interest", &[])]),
    case("高级职务", &[Hit("c", "low")], &[("business_interest", &[("role", "高级职务")])]),
    case("在业", &[Hit("c", "low")], &[("business_interest", &[("enterprise_status", "在业")])]),
    case("开业", &[Hit("c", "low")], &[("business_interest", &[("enterprise_status", "开业")])]),
    case("吊销未注销，虽有业务往来", &[Hit("c", "low"), Not("a")],
        &[("business_interest", &[TIED, ("enterprise_status", "吊销未注销")])]),
    case("明日才结束", &[Hit("c", "low")], &[("business_interest", &[("until", "D+1d")])]),
    // none
    case("今日已结束", &[Not("")], &[("business_interest", &[TIED, ("until", "D")])]),
    case("明日才开始", &[Not("")], &[("business_interest", &[TIED, ("from", "D+1d")])]),
    case("首次任职前已结束", &[Not("")],
        &[("business_interest", &[TIED, ("from", "D-90m"), ("until", "D-41m")])]),
    case("已注销", &[Not("")], &[("business_interest", &[TIED, ("enterprise_status", "注销")])]),
    case("挂名", &[Not("")], &[("business_interest", &[TIED, ("role", "挂名")])]),
    case("普通雇员", &[Not("")], &[("business_interest", &[TIED, ("role", "普通雇员")])]),
    case("上市公司股票", &[Not("")],
        &[("business_interest", &[TIED, ("role", "股东"), ("share", "1"), ("listed_stock", "是")])]),
    case("父母经商", &[Not("")],
        &[("business_interest", &[TIED, ("holder_relation", "父母"), ("holder_name", "$father_name"), ("holder_id_number", "$father")])]),
    case("兄弟姐妹经商", &[Not("")], &[
        ("-relative", &[("relation", "兄弟姐妹")]),
        ("business_interest", &[TIED, ("holder_relation", "兄弟姐妹"), ("holder_id_number", "$stranger")]),
    ]),
    case("退休人员不适用", &[Not("")],
        &[("@", &[("status", "退休"), ("left", "D-100d")]), ("business_interest", &[TIED])]),
];

const SELF: (&str, &str) = ("holder_relation", "本人");
const NAME: (&str, &str) = ("holder_name", "$self_name");
const NUMBER: (&str, &str) = ("holder_id_number", "$self");

#[rustfmt::skip]
pub(super) const OWN: &[Case] = &[
    // a: in earnest
    case("法定代表人", &[Hit("a", "high")], &[("business_interest", &[SELF, NAME, NUMBER])]),
    case("股东，持股10%", &[Hit("a", "high")],
        &[("business_interest", &[SELF, NAME, NUMBER, ("role", "股东"), ("share", "10")])]),
    case("股东，持股比例不明", &[Hit("a", "high")],
        &[("business_interest", &[SELF, NAME, NUMBER, ("role", "股东"), ("share", "")])]),
    case("股东，持股为零", &[Not("a")],
        &[("business_interest", &[SELF, NAME, NUMBER, ("role", "股东"), ("share", "0")])]),
    case("合伙人", &[Hit("a", "high")], &[("business_interest", &[SELF, NAME, NUMBER, ("role", "合伙人")])]),
    case("个体工商户经营者", &[Hit("a", "high")],
        &[("business_interest", &[SELF, NAME, NUMBER, ("role", "个体工商户经营者")])]),
    case("实际控制人", &[Hit("a", "high")], &[("business_interest", &[SELF, NAME, NUMBER, ("role", "实际控制人")])]),
    case("隐名股东", &[Hit("a", "high")], &[("business_interest", &[SELF, NAME, NUMBER, ("role", "隐名股东")])]),
    case("有偿中介或法律服务", &[Hit("a", "high")],
        &[("business_interest", &[SELF, NAME, NUMBER, ("role", "有偿中介或法律服务")])]),
    case("私募股权投资或从业", &[Hit("a", "high")],
        &[("business_interest", &[SELF, NAME, NUMBER, ("role", "私募股权投资或从业")])]),
    case("明日才结束", &[Hit("a", "high")], &[("business_interest", &[SELF, NAME, NUMBER, ("until", "D+1d")])]),
    case("仅姓名相符：身份证号未填", &[Hit("a", "low")],
        &[("business_interest", &[SELF, NAME, ("holder_id_number", "")])]),
    case("仅姓名相符：身份证号为他人", &[Hit("a", "low")],
        &[("business_interest", &[SELF, NAME, ("holder_id_number", "$stranger")])]),
    case("首次任职91天，宽限期已过", &[Hit("a", "high")],
        &[("@", &[("from", "D-91d")]), ("business_interest", &[SELF, NAME, NUMBER])]),
    case("首次任职90天，仍在宽限期", &[Not("")],
        &[("@", &[("from", "D-90d")]), ("business_interest", &[SELF, NAME, NUMBER])]),
    case("首次任职89天，仍在宽限期", &[Not("")],
        &[("@", &[("from", "D-89d")]), ("business_interest", &[SELF, NAME, NUMBER])]),
    // b: in name
    case("挂名，无股份", &[Hit("b", "medium"), Not("a")],
        &[("business_interest", &[SELF, NAME, NUMBER, ("role", "挂名"), ("share", "0")])]),
    case("高级职务，无股份", &[Hit("b", "medium"), Not("a")],
        &[("business_interest", &[SELF, NAME, NUMBER, ("role", "高级职务"), ("share", "0")])]),
    // c: dormant
    case("吊销未注销", &[Hit("c", "low"), Not("a")],
        &[("business_interest", &[SELF, NAME, NUMBER, ("enterprise_status", "吊销未注销")])]),
    // none
    case("已注销", &[Not("")], &[("business_interest", &[SELF, NAME, NUMBER, ("enterprise_status", "注销")])]),
    case("普通雇员", &[Not("")], &[("business_interest", &[SELF, NAME, NUMBER, ("role", "普通雇员"), ("share", "")])]),
    case("上市公司股票", &[Not("")],
        &[("business_interest", &[SELF, NAME, NUMBER, ("role", "股东"), ("share", "1"), ("listed_stock", "是")])]),
    case("今日已结束", &[Not("")], &[("business_interest", &[SELF, NAME, NUMBER, ("until", "D")])]),
    case("明日才开始", &[Not("")], &[("business_interest", &[SELF, NAME, NUMBER, ("from", "D+1d")])]),
    case("首次任职前已结束", &[Not("")],
        &[("business_interest", &[SELF, NAME, NUMBER, ("from", "D-90m"), ("until", "D-41m")])]),
];
