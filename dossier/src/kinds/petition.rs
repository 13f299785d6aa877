//! 信访举报: one petition about a person or a unit. Who reported is sealed in the archive and never stands in a
//! summary, a list or a report. It is open by its state: there is no closing day.

use chrono::NaiveDate;

use crate::choices;
use crate::declaration::{ClearanceRule, Column, Declaration, ValueType};
use crate::fields::Fields;
use crate::id::Kind;
use crate::kinds::has_begun;

/// 信访举报.
pub const DECLARATION: Declaration = Declaration {
    kind: Kind::Petition,
    slug: "petition",
    title: "信访举报",
    note: "一件信访举报；反映单位的可不填人员。",
    columns: &[
        Column::new("id", "编号", ValueType::Key).required(),
        Column::new("person", "反映人员编号", ValueType::Reference(Kind::Person)),
        Column::new("unit", "反映单位编号", ValueType::Reference(Kind::Unit)),
        Column::new("received_on", "收到日期", ValueType::Date).required(),
        Column::new("channel", "渠道", ValueType::Text),
        Column::new("matter", "事项标识", ValueType::Text).note("同一事项填同一标识"),
        Column::new("real_name", "实名", ValueType::YesNo),
        Column::new("reporter", "举报人", ValueType::Text).sensitive().note("加密保存，不进入任何报告"),
        Column::new("reporter_contact", "举报人联系方式", ValueType::Text)
            .sensitive()
            .note("加密保存，不进入任何报告"),
        Column::new("duplicate_of", "重复件编号", ValueType::Reference(Kind::Petition))
            .note("重复件填首件的编号"),
        Column::new("checkable", "具体可查", ValueType::YesNo),
        Column::new("status", "状态", choices!["未办", "办理中", "已了结失实", "已了结属实", "澄清"]),
        Column::new("summary", "摘要", ValueType::LongText),
    ],
    person: Some("person"),
    unit: Some("unit"),
    day: Some("received_on"),
    clearance: Some(ClearanceRule {
        days: &["received_on"],
        open: is_open,
        summary: &["channel", "summary", "status"],
    }),
};

/// 未办 or 办理中, and received by that day; a petition whose state nobody filled in counts as open, because
/// unknown is never "settled". The state carries no day of its own, so it is taken as it stands.
fn is_open(fields: &Fields, as_of: NaiveDate) -> bool {
    matches!(fields.text("status"), None | Some("未办" | "办理中")) && has_begun(fields, "received_on", as_of)
}
