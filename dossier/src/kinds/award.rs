//! 奖励与考核: awards, yearly appraisals and pay steps; what an influence period should have barred.

use crate::choices;
use crate::declaration::{Column, Declaration, ValueType};
use crate::id::Kind;

/// 奖励与考核.
pub const DECLARATION: Declaration = Declaration {
    kind: Kind::Award,
    slug: "award",
    title: "奖励与考核",
    note: "一次奖励、评优、晋级或晋档。",
    columns: &[
        Column::new("id", "编号", ValueType::Key),
        Column::new("person", "人员编号", ValueType::Reference(Kind::Person)).required(),
        Column::new("type", "类型", choices!["奖励", "年度考核优秀", "评优", "晋级", "晋档"]).required(),
        Column::new("date", "日期", ValueType::Date).required(),
        Column::new("remark", "说明", ValueType::LongText),
    ],
    person: Some("person"),
    unit: None,
    day: Some("date"),
    clearance: None,
};
