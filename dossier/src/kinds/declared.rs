//! 个人事项报告: one item that a person declared in a yearly or occasional report. What registries say
//! stands in the tables of the thing itself; the two are compared by a rule, never merged.
//!
//! The table is called `declaration`; the kind is `Declared`, since in this crate a declaration is what
//! says which columns a table has.

use crate::choices;
use crate::declaration::{Column, Declaration, ValueType};
use crate::id::Kind;

/// 个人事项报告.
pub const DECLARATION: Declaration = Declaration {
    kind: Kind::Declared,
    slug: "declaration",
    title: "个人事项报告",
    note: "领导干部个人有关事项报告，每个申报事项一行；没有可报告的也填一行“无其他事项”。",
    columns: &[
        Column::new("id", "编号", ValueType::Key),
        Column::new("person", "人员编号", ValueType::Reference(Kind::Person)).required(),
        Column::new("year", "年度", ValueType::Year).required(),
        Column::new("as_at", "基准日", ValueType::Date).required(),
        Column::new("submitted_on", "提交日期", ValueType::Date).required(),
        Column::new("type", "类别", choices!["年度集中", "随时"]),
        Column::new(
            "matter",
            "事项",
            choices![
                "无其他事项",
                "婚姻",
                "普通护照",
                "因私出国境",
                "港澳台证件",
                "通婚",
                "移居",
                "从业",
                "刑责",
                "房产",
                "车位等",
                "股票基金保险",
                "经商办企业",
                "其他"
            ],
        )
        .required(),
        Column::new("identifier", "标识", ValueType::OtherId)
            .note("产权证号、统一社会信用代码、证件号等；请将该列设为文本格式"),
        Column::new("amount", "数值", ValueType::Number("㎡或万元")).note("面积填㎡，金额填万元"),
        Column::new("remark", "说明", ValueType::LongText),
    ],
    person: Some("person"),
    unit: None,
    day: Some("submitted_on"),
    clearance: None,
};
