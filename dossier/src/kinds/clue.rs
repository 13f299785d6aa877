//! 问题线索: a clue about a person, how it is being handled, and how it ended.

use chrono::NaiveDate;

use crate::choices;
use crate::declaration::{ClearanceRule, Column, Declaration, ValueType};
use crate::fields::Fields;
use crate::id::Kind;
use crate::kinds::{has_begun, has_ended};

/// 问题线索.
pub const DECLARATION: Declaration = Declaration {
    kind: Kind::Clue,
    slug: "clue",
    title: "问题线索",
    note: "一条问题线索及其处置。",
    columns: &[
        Column::new("id", "编号", ValueType::Key).required(),
        Column::new("person", "人员编号", ValueType::Reference(Kind::Person)).required(),
        Column::new("received_on", "收到日期", ValueType::Date).required(),
        Column::new("source", "来源", ValueType::Text),
        Column::new("summary", "摘要", ValueType::LongText).required(),
        Column::new("disposal", "处置方式", choices!["谈话函询", "初步核实", "暂存待查", "予以了结"]),
        Column::new("disposed_on", "处置日期", ValueType::Date),
        Column::new("closed_on", "办结日期", ValueType::Date),
        Column::new(
            "result",
            "结果",
            choices!["采信了结", "失实了结", "无可查性了结", "谈话提醒", "批评教育", "诫勉", "立案", "移送"],
        ),
    ],
    person: Some("person"),
    unit: None,
    day: Some("received_on"),
    clearance: Some(ClearanceRule {
        days: &["received_on", "disposed_on", "closed_on"],
        open: is_open,
        summary: &["source", "summary", "disposal", "result"],
    }),
};

/// Received, and without 办结日期 by that day; 暂存待查 is open too.
fn is_open(fields: &Fields, as_of: NaiveDate) -> bool {
    has_begun(fields, "received_on", as_of) && !has_ended(fields, "closed_on", as_of)
}
