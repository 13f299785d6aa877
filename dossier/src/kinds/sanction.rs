//! 处分: one party or government sanction. Announcing, filing and pay changes are how it was carried out;
//! they are not days on which the sanction happened, and a clearance does not look at them.

use chrono::NaiveDate;

use crate::choices;
use crate::declaration::{ClearanceRule, Column, Declaration, ValueType};
use crate::fields::Fields;
use crate::id::Kind;

/// 处分.
pub const DECLARATION: Declaration = Declaration {
    kind: Kind::Sanction,
    slug: "sanction",
    title: "处分",
    note: "一次党纪处分或政务处分；同一事由受两种处分的分两行填写。",
    columns: &[
        Column::new("id", "编号", ValueType::Key).required(),
        Column::new("person", "人员编号", ValueType::Reference(Kind::Person)).required(),
        Column::new("category", "类别", choices!["党纪", "政务"]).required(),
        Column::new(
            "type",
            "种类",
            choices![
                "警告",
                "严重警告",
                "撤销党内职务",
                "留党察看",
                "开除党籍",
                "记过",
                "记大过",
                "降级",
                "撤职",
                "开除"
            ],
        )
        .required(),
        Column::new("effective_on", "生效日期", ValueType::Date).required(),
        Column::new("probation_months", "留党察看月数", ValueType::Integer("个月")),
        Column::new("restored_on", "恢复党员权利日期", ValueType::Date),
        Column::new("instead_of_removal", "代替撤职", ValueType::YesNo)
            .note("因无党内职务而以严重警告代替撤销党内职务的填“是”"),
        Column::new("influence_months", "影响期月数", ValueType::Integer("个月")).note("填写后以此为准"),
        Column::new("decided_by", "决定机关", ValueType::Text),
        Column::new("document_no", "文号", ValueType::Text),
        Column::new("reason", "事由", ValueType::LongText),
        Column::new("announced_on", "宣布日期", ValueType::Date),
        Column::new("filed_on", "归档日期", ValueType::Date),
        Column::new("pay_changed_on", "职务工资变更日期", ValueType::Date),
        Column::new("extension_approved", "延期批准", ValueType::YesNo),
        Column::new("revoked_on", "撤销日期", ValueType::Date),
    ],
    person: Some("person"),
    unit: None,
    day: Some("effective_on"),
    clearance: Some(ClearanceRule {
        days: &["effective_on", "restored_on", "revoked_on"],
        open: is_open,
        summary: &["category", "type", "decided_by", "document_no", "reason"],
    }),
};

/// A decision is taken in one day: what goes on is its influence, which `influence` counts.
fn is_open(_: &Fields, _: NaiveDate) -> bool {
    false
}
