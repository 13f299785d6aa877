//! 建议书: a letter in which the commission tells a unit what to put right, and what came of it.

use crate::choices;
use crate::declaration::{Column, Declaration, ValueType};
use crate::id::Kind;

/// 建议书.
pub const DECLARATION: Declaration = Declaration {
    kind: Kind::Recommendation,
    slug: "recommendation",
    title: "建议书",
    note: "一份纪律检查建议书、监察建议书或廉情抄告。",
    columns: &[
        Column::new("id", "编号", ValueType::Key).required(),
        Column::new("type", "类型", choices!["纪律检查建议书", "监察建议书", "纪检监察建议书", "廉情抄告"])
            .required(),
        Column::new("unit", "单位编号", ValueType::Reference(Kind::Unit)).required(),
        Column::new("case", "关联案件编号", ValueType::Reference(Kind::Case)),
        Column::new("issued_on", "制发日期", ValueType::Date).required(),
        Column::new("delivered_on", "送达日期", ValueType::Date),
        Column::new("signed_on", "签收日期", ValueType::Date),
        Column::new("reply_due", "回复期限", ValueType::Date),
        Column::new("replied_on", "回复日期", ValueType::Date),
        Column::new("rectified_on", "整改完成日期", ValueType::Date),
        Column::new("evaluation", "评估", choices!["合格", "退回"]),
        Column::new("review_on", "回头看日期", ValueType::Date),
        Column::new("reason", "事由", ValueType::LongText).required(),
    ],
    person: None,
    unit: Some("unit"),
    day: Some("issued_on"),
    clearance: None,
};
