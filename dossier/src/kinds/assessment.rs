//! 廉政鉴定与述评: what was said about a person's integrity, by the person or by others, on one occasion.

use crate::choices;
use crate::declaration::{Column, Declaration, ValueType};
use crate::id::Kind;

/// 廉政鉴定与述评.
pub const DECLARATION: Declaration = Declaration {
    kind: Kind::Assessment,
    slug: "assessment",
    title: "廉政鉴定与述评",
    note: "一次廉政鉴定、述责述廉、民主生活会发言等。",
    columns: &[
        Column::new("id", "编号", ValueType::Key),
        Column::new("person", "人员编号", ValueType::Reference(Kind::Person)).required(),
        Column::new("type", "类型", choices!["廉政鉴定", "述责述廉", "民主生活会", "党风廉政意见", "承诺书"])
            .required(),
        Column::new("date", "日期", ValueType::Date).required(),
        Column::new(
            "dimension",
            "维度",
            choices!["个人信息", "管党治党", "工作履职", "精神状态", "廉洁自律", "巡查审计问题"],
        ),
        Column::new("content", "内容", ValueType::LongText),
        Column::new("result", "结果", ValueType::Text),
    ],
    person: Some("person"),
    unit: None,
    day: Some("date"),
    clearance: None,
};
