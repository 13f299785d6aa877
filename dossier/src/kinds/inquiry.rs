//! 谈话函询: one talk or written inquiry, usually about a clue. An answer does not end it; the report on it does.

use chrono::NaiveDate;

use crate::choices;
use crate::declaration::{ClearanceRule, Column, Declaration, ValueType};
use crate::fields::Fields;
use crate::id::Kind;
use crate::kinds::{has_begun, has_ended};

/// 谈话函询.
pub const DECLARATION: Declaration = Declaration {
    kind: Kind::Inquiry,
    slug: "inquiry",
    title: "谈话函询",
    note: "一次谈话或函询及其结论。",
    columns: &[
        Column::new("id", "编号", ValueType::Key),
        Column::new("person", "人员编号", ValueType::Reference(Kind::Person)).required(),
        Column::new("clue", "线索编号", ValueType::Reference(Kind::Clue)),
        Column::new("method", "方式", choices!["谈话", "函询"]).required(),
        Column::new("sent_on", "发出日期", ValueType::Date).required(),
        Column::new("replied_on", "回复日期", ValueType::Date),
        Column::new("reported_on", "办结报告日期", ValueType::Date),
        Column::new("conclusion", "结论", ValueType::LongText),
    ],
    person: Some("person"),
    unit: None,
    day: Some("sent_on"),
    clearance: Some(ClearanceRule {
        days: &["sent_on", "replied_on", "reported_on"],
        open: is_open,
        summary: &["method", "conclusion"],
    }),
};

/// Sent, and without 办结报告日期 by that day, answered or not.
fn is_open(fields: &Fields, as_of: NaiveDate) -> bool {
    has_begun(fields, "sent_on", as_of) && !has_ended(fields, "reported_on", as_of)
}
