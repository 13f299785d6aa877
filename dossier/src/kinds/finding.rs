//! 巡察审计问题: a problem that an inspection or an audit found in a unit, with its rectification. It is about the
//! unit; the people answerable for it are named, but it is no record against them.

use crate::choices;
use crate::declaration::{Column, Declaration, ValueType};
use crate::id::Kind;

/// 巡察审计问题.
pub const DECLARATION: Declaration = Declaration {
    kind: Kind::Finding,
    slug: "finding",
    title: "巡察审计问题",
    note: "巡视巡察或审计发现的一个问题及其整改。",
    columns: &[
        Column::new("id", "编号", ValueType::Key).required(),
        Column::new("unit", "单位编号", ValueType::Reference(Kind::Unit)).required(),
        Column::new("source", "来源", choices!["巡视", "巡察", "审计"]).required(),
        Column::new("found_on", "发现日期", ValueType::Date).required(),
        Column::new("problem", "问题", ValueType::LongText).required(),
        Column::new("responsible", "责任人编号", ValueType::References(Kind::Person)).note("可填多个"),
        Column::new("due", "整改期限", ValueType::Date),
        Column::new("rectified_on", "整改完成日期", ValueType::Date),
        Column::new("result", "验收结果", ValueType::Text),
    ],
    person: None,
    unit: Some("unit"),
    day: Some("found_on"),
    clearance: None,
};
