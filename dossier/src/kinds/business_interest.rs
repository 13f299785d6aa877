//! 经商办企业: an interest of the person or a relative in an enterprise, declared or found in a registry.
//! Who holds it is matched by identity number; a name alone is only 疑似同名.

use crate::choices;
use crate::declaration::{Column, Declaration, ValueType};
use crate::id::Kind;

/// 经商办企业.
pub const DECLARATION: Declaration = Declaration {
    kind: Kind::BusinessInterest,
    slug: "business_interest",
    title: "经商办企业",
    note: "本人或亲属在企业的出资、任职，每项一行。",
    columns: &[
        Column::new("id", "编号", ValueType::Key),
        Column::new("person", "人员编号", ValueType::Reference(Kind::Person)).required(),
        Column::new(
            "holder_relation",
            "持有人关系",
            choices!["本人", "配偶", "子女", "子女的配偶", "父母", "兄弟姐妹"],
        )
        .required(),
        Column::new("holder_name", "持有人姓名", ValueType::Name),
        Column::new("holder_id_number", "持有人身份证号", ValueType::CitizenId)
            .sensitive()
            .note("18位或15位；请将该列设为文本格式"),
        Column::new("enterprise", "企业名称", ValueType::Text).required(),
        Column::new("credit_code", "统一社会信用代码", ValueType::CreditCode),
        Column::new("enterprise_type", "企业类型", ValueType::Text),
        Column::new(
            "role",
            "角色",
            choices![
                "法定代表人",
                "股东",
                "合伙人",
                "个体工商户经营者",
                "实际控制人",
                "隐名股东",
                "高级职务",
                "私募股权投资或从业",
                "有偿中介或法律服务",
                "挂名",
                "普通雇员"
            ],
        )
        .required(),
        Column::new("share", "认缴比例", ValueType::Number("%")),
        Column::new("enterprise_status", "企业状态", choices!["存续", "在业", "开业", "吊销未注销", "注销"])
            .required(),
        Column::new("registered_place", "注册地", ValueType::Text),
        Column::new("operating_place", "经营地", ValueType::Text),
        Column::new("industry", "行业", ValueType::Text),
        Column::new("listed_stock", "上市公司股票", ValueType::YesNo),
        Column::new("deals_with_unit", "与任职单位有业务往来", ValueType::YesNo),
        Column::new("from", "开始日期", ValueType::Date),
        Column::new("until", "结束日期", ValueType::Date),
        Column::new("source", "数据来源", choices!["申报", "市场监管", "其他核查"]).required(),
    ],
    person: Some("person"),
    unit: None,
    day: Some("from"),
    clearance: None,
};
