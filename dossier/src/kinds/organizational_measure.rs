//! 组织处理: measures short of a sanction, from 谈话提醒 to 降职. How long they bar a person is a matter of
//! `influence`, or of 影响期月数 where the decision says so itself.

use chrono::NaiveDate;

use crate::choices;
use crate::declaration::{ClearanceRule, Column, Declaration, ValueType};
use crate::fields::Fields;
use crate::id::Kind;

/// 组织处理.
pub const DECLARATION: Declaration = Declaration {
    kind: Kind::OrganizationalMeasure,
    slug: "organizational_measure",
    title: "组织处理",
    note: "一次组织处理或第一种形态处理（谈话提醒、诫勉等）。",
    columns: &[
        Column::new("id", "编号", ValueType::Key),
        Column::new("person", "人员编号", ValueType::Reference(Kind::Person)).required(),
        Column::new(
            "type",
            "种类",
            choices![
                "谈话提醒",
                "批评教育",
                "责令检查",
                "诫勉",
                "停职检查",
                "调整职务",
                "责令辞职",
                "免职",
                "降职",
                "问责",
                "取消资格"
            ],
        )
        .required(),
        Column::new("effective_on", "生效日期", ValueType::Date).required(),
        Column::new("influence_months", "影响期月数", ValueType::Integer("个月")).note("填写后以此为准"),
        Column::new("document_no", "文号", ValueType::Text),
        Column::new("reason", "事由", ValueType::LongText),
        Column::new("revoked_on", "撤销日期", ValueType::Date),
    ],
    person: Some("person"),
    unit: None,
    day: Some("effective_on"),
    clearance: Some(ClearanceRule {
        days: &["effective_on", "revoked_on"],
        open: is_open,
        summary: &["type", "document_no", "reason"],
    }),
};

/// A decision is taken in one day: what goes on is its influence, which `influence` counts.
fn is_open(_: &Fields, _: NaiveDate) -> bool {
    false
}
