//! 立案: a formal case. While it is open the person can neither be promoted nor leave (政务处分法 52).

use chrono::NaiveDate;

use crate::choices;
use crate::declaration::{ClearanceRule, Column, Declaration, ValueType};
use crate::fields::Fields;
use crate::id::Kind;
use crate::kinds::{has_begun, has_ended};

/// 立案.
pub const DECLARATION: Declaration = Declaration {
    kind: Kind::Case,
    slug: "case",
    title: "立案",
    note: "一件立案审查调查。",
    columns: &[
        Column::new("id", "编号", ValueType::Key).required(),
        Column::new("person", "人员编号", ValueType::Reference(Kind::Person)).required(),
        Column::new("filed_on", "立案日期", ValueType::Date).required(),
        Column::new("category", "类别", choices!["党纪", "政务", "双立案"]),
        Column::new("detention", "留置", ValueType::YesNo),
        Column::new("transferred_on", "移送司法日期", ValueType::Date),
        Column::new("closed_on", "结案日期", ValueType::Date),
        Column::new("result", "结果", ValueType::Text),
        Column::new("summary", "摘要", ValueType::LongText),
    ],
    person: Some("person"),
    unit: None,
    day: Some("filed_on"),
    clearance: Some(ClearanceRule {
        days: &["filed_on", "transferred_on", "closed_on"],
        open: is_open,
        summary: &["category", "summary", "result"],
    }),
};

/// Filed, and without 结案日期 by that day. A transfer to the courts does not end it.
fn is_open(fields: &Fields, as_of: NaiveDate) -> bool {
    has_begun(fields, "filed_on", as_of) && !has_ended(fields, "closed_on", as_of)
}
