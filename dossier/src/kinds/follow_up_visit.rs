//! 回访教育: a planned or paid visit to a sanctioned person within the influence period.

use crate::choices;
use crate::declaration::{Column, Declaration, ValueType};
use crate::id::Kind;

/// 回访教育.
pub const DECLARATION: Declaration = Declaration {
    kind: Kind::FollowUpVisit,
    slug: "follow_up_visit",
    title: "回访教育",
    note: "对受处分人员的一次回访。",
    columns: &[
        Column::new("id", "编号", ValueType::Key),
        Column::new("person", "人员编号", ValueType::Reference(Kind::Person)).required(),
        Column::new("sanction", "处分编号", ValueType::Reference(Kind::Sanction)),
        Column::new("planned_on", "计划日期", ValueType::Date).required(),
        Column::new("visited_on", "实际日期", ValueType::Date),
        Column::new("visitors", "回访人", ValueType::List).note("可填多个"),
        Column::new("grade", "等次", choices!["好", "一般", "较差"]),
        Column::new("advice", "建议", ValueType::LongText),
    ],
    person: Some("person"),
    unit: None,
    day: Some("planned_on"),
    clearance: None,
};
