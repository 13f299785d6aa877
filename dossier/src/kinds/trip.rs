//! 因私出国境: one journey abroad (or to 港澳台), as declared or as the border recorded it, beside what had
//! been approved.

use crate::choices;
use crate::declaration::{Column, Declaration, ValueType};
use crate::id::Kind;

/// 因私出国境.
pub const DECLARATION: Declaration = Declaration {
    kind: Kind::Trip,
    slug: "trip",
    title: "因私出国境",
    note: "一次出境，每次一行。",
    columns: &[
        Column::new("id", "编号", ValueType::Key),
        Column::new("person", "人员编号", ValueType::Reference(Kind::Person)).required(),
        Column::new("departed_on", "出境日期", ValueType::Date).required(),
        Column::new("returned_on", "入境日期", ValueType::Date),
        Column::new("destinations", "目的地", ValueType::List).required().note("可填多个"),
        Column::new("document_class", "证件类别", choices!["因私", "因公"]),
        Column::new("approval_no", "批准文号", ValueType::Text),
        Column::new("approved_destinations", "批准目的地", ValueType::List).note("可填多个"),
        Column::new("approved_departure_on", "批准出境日期", ValueType::Date),
        Column::new("approved_return_on", "批准返回日期", ValueType::Date),
        Column::new("source", "数据来源", ValueType::Text),
    ],
    person: Some("person"),
    unit: None,
    day: Some("departed_on"),
    clearance: None,
};
