//! 房产、大额财产异常.

use super::Verdict::{Gap, Hit, Not};
use super::{Case, case};

const BOUGHT: (&str, &str) = ("acquired_by", "购买");
/// Five years with 20 each: three times that is 300.
const INCOMES: (&str, &str) = ("incomes", "20,20,20,20,20");
const RICH: (&str, &str) = ("incomes", "90,90,90,90,90");
const USED: (&str, &str) = ("type", "借用房屋");
const NO_SUM: (&str, &str) = ("amount", "");

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    // a: how many homes
    case("四套住宅", &[Hit("a", "medium")], &[("property", &[]), ("property", &[]), ("property", &[]), ("property", &[])]),
    case("四套住宅，分属本人、配偶、共同生活子女", &[Hit("a", "medium")], &[
        ("property", &[]), ("property", &[]), ("property", &[("owner_relation", "配偶")]), ("property", &[("owner_relation", "共同生活子女")]),
    ]),
    case("三套住宅", &[Not("")], &[("property", &[]), ("property", &[]), ("property", &[])]),
    case("三套住宅，车位、储藏间不计", &[Not("")], &[
        ("property", &[]), ("property", &[]), ("property", &[]), ("property", &[("use", "车位")]), ("property", &[("use", "储藏间")]),
        ("property", &[("use", "车库")]),
    ]),
    case("三套住宅加商铺", &[Not("")],
        &[("property", &[]), ("property", &[]), ("property", &[]), ("property", &[("use", "商铺")])]),
    case("同一产权证登记两次", &[Not("")], &[
        ("property", &[]), ("property", &[]), ("property", &[("title_no", "云岭市不动产权第8800001号")]),
        ("property", &[("title_no", "云岭市不动产权第8800001号"), ("owner_relation", "配偶")]),
    ]),
    case("四套中一套已处置", &[Not("")],
        &[("property", &[]), ("property", &[]), ("property", &[]), ("property", &[("disposed_on", "D-30d")])]),
    case("四套中一套属其他子女", &[Not("")],
        &[("property", &[]), ("property", &[]), ("property", &[]), ("property", &[("owner_relation", "其他子女")])]),
    case("12个月内购入两套，一套恰满12个月", &[Hit("a", "medium")], &[
        ("@", &[RICH]),
        ("property", &[BOUGHT, ("acquired_on", "D-12m"), ("acquired_price", "80")]),
        ("property", &[BOUGHT, ("acquired_on", "D-2m"), ("acquired_price", "80")]),
    ]),
    case("两套中一套购于12个月又1天前", &[Not("")], &[
        ("@", &[RICH]),
        ("property", &[BOUGHT, ("acquired_on", "D-12m-1d"), ("acquired_price", "80")]),
        ("property", &[BOUGHT, ("acquired_on", "D-2m"), ("acquired_price", "80")]),
    ]),
    case("12个月内取得两套，一套系继承", &[Not("")], &[
        ("@", &[RICH]), ("property", &[("acquired_on", "D-3m")]),
        ("property", &[BOUGHT, ("acquired_on", "D-2m"), ("acquired_price", "80")]),
    ]),
    case("12个月内购入住宅、车位各一", &[Not("")], &[
        ("@", &[RICH]), ("property", &[BOUGHT, ("use", "车位"), ("acquired_on", "D-3m"), ("acquired_price", "10")]),
        ("property", &[BOUGHT, ("acquired_on", "D-2m"), ("acquired_price", "80")]),
    ]),
    // b: spent more than declared
    case("24个月内购房301万元，五年收入100万元", &[Hit("b", "high")],
        &[("@", &[INCOMES]), ("property", &[BOUGHT, ("acquired_on", "D-5m"), ("acquired_price", "301")])]),
    case("购房恰为收入的三倍", &[Not("")],
        &[("@", &[INCOMES]), ("property", &[BOUGHT, ("acquired_on", "D-5m"), ("acquired_price", "300")])]),
    case("购房299万元", &[Not("")],
        &[("@", &[INCOMES]), ("property", &[BOUGHT, ("acquired_on", "D-5m"), ("acquired_price", "299")])]),
    case("购房恰满24个月", &[Hit("b", "high")],
        &[("@", &[INCOMES]), ("property", &[BOUGHT, ("acquired_on", "D-24m"), ("acquired_price", "301")])]),
    case("购房已24个月又1天", &[Not("")],
        &[("@", &[INCOMES]), ("property", &[BOUGHT, ("acquired_on", "D-24m-1d"), ("acquired_price", "301")])]),
    case("两次购房合计超出", &[Hit("b", "high")], &[
        ("@", &[INCOMES]), ("property", &[BOUGHT, ("acquired_on", "D-23m"), ("acquired_price", "151")]),
        ("property", &[BOUGHT, ("acquired_on", "D-5m"), ("acquired_price", "150"), ("owner_relation", "配偶")]),
    ]),
    case("只计最近五年收入", &[Hit("b", "high")], &[
        ("@", &[("incomes", "20,20,20,20,20,500")]), ("property", &[BOUGHT, ("acquired_on", "D-5m"), ("acquired_price", "301")]),
    ]),
    case("三年收入在档，超出", &[Hit("b", "high")],
        &[("@", &[("incomes", "20,20,20")]), ("property", &[BOUGHT, ("acquired_on", "D-5m"), ("acquired_price", "181")])]),
    case("三年收入在档，未超出", &[Not("")],
        &[("@", &[("incomes", "20,20,20")]), ("property", &[BOUGHT, ("acquired_on", "D-5m"), ("acquired_price", "180")])]),
    case("仅两年收入在档", &[Gap("b")],
        &[("@", &[("incomes", "20,20")]), ("property", &[BOUGHT, ("acquired_on", "D-5m"), ("acquired_price", "301")])]),
    case("继承、房改、拆迁安置不计", &[Not("")], &[
        ("@", &[INCOMES]), ("property", &[("acquired_on", "D-5m"), ("acquired_price", "400")]),
        ("property", &[("acquired_by", "房改"), ("acquired_on", "D-8m"), ("acquired_price", "400")]),
        ("property", &[("acquired_by", "拆迁安置"), ("acquired_on", "D-9m"), ("acquired_price", "400")]),
    ]),
    case("其他子女购房", &[Not("")], &[
        ("@", &[INCOMES]), ("property", &[BOUGHT, ("owner_relation", "其他子女"), ("acquired_on", "D-5m"), ("acquired_price", "400")]),
    ]),
    // c: odd prices
    case("购入价低于参考价七成", &[Hit("c", "medium")],
        &[("property", &[BOUGHT, ("acquired_price", "69.9"), ("reference_price", "100")])]),
    case("购入价恰为参考价七成", &[Not("")],
        &[("property", &[BOUGHT, ("acquired_price", "70"), ("reference_price", "100")])]),
    case("购入价为参考价七成又余", &[Not("")],
        &[("property", &[BOUGHT, ("acquired_price", "70.1"), ("reference_price", "100")])]),
    case("购入价在，参考价格不明", &[Gap("c")], &[("property", &[BOUGHT, ("acquired_price", "70"), ("reference_price", "")])]),
    case("处置价高于参考价130%", &[Hit("c", "medium")], &[("property", &[
        BOUGHT, ("acquired_price", "90"), ("reference_price", "100"), ("disposed_on", "D-200d"), ("disposed_price", "130.1"),
    ])]),
    case("处置价恰为参考价130%", &[Not("")], &[("property", &[
        BOUGHT, ("acquired_price", "90"), ("reference_price", "100"), ("disposed_on", "D-200d"), ("disposed_price", "130"),
    ])]),
    // d: favours
    case("借用管理服务对象房屋", &[Hit("d", "high")], &[("dealing", &[USED, NO_SUM])]),
    case("借用管理服务对象车辆", &[Hit("d", "high")], &[("dealing", &[("type", "借用车辆"), NO_SUM])]),
    case("借用明日才结束", &[Hit("d", "high")], &[("dealing", &[USED, NO_SUM, ("until", "D+1d")])]),
    case("借用今日已结束", &[Not("")], &[("dealing", &[USED, NO_SUM, ("until", "D")])]),
    case("借用昨日已结束", &[Not("")], &[("dealing", &[USED, NO_SUM, ("until", "D-1d")])]),
    case("借用亲友房屋", &[Not("")], &[("dealing", &[USED, NO_SUM, ("counterparty_supervised", "否")])]),
    case("向管理服务对象借入10万元", &[Hit("d", "high")], &[("dealing", &[("amount", "10")])]),
    case("向管理服务对象借入9.99万元", &[Not("")], &[("dealing", &[("amount", "9.99")])]),
    case("向管理服务对象借出10.01万元", &[Hit("d", "high")], &[("dealing", &[("type", "借出"), ("amount", "10.01")])]),
    case("受管理服务对象赠与12万元", &[Hit("d", "high")], &[("dealing", &[("type", "受赠"), ("amount", "12")])]),
    case("向亲友借入30万元", &[Not("")], &[("dealing", &[("amount", "30"), ("counterparty_supervised", "否")])]),
    case("借入20万元，对方身份不明", &[Gap("d")], &[("dealing", &[("counterparty_supervised", "")])]),
];
