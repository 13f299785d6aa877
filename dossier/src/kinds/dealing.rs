//! 借贷与借用: money lent or borrowed, houses and cars lent, gifts. The other side is a text: it may be a
//! person or a company, and need not be in any dossier.

use crate::choices;
use crate::declaration::{Column, Declaration, ValueType};
use crate::id::Kind;

/// 借贷与借用.
pub const DECLARATION: Declaration = Declaration {
    kind: Kind::Dealing,
    slug: "dealing",
    title: "借贷与借用",
    note: "借入借出、借用房屋车辆、受赠，每笔一行。",
    columns: &[
        Column::new("id", "编号", ValueType::Key),
        Column::new("person", "人员编号", ValueType::Reference(Kind::Person)).required(),
        Column::new("type", "类型", choices!["借入", "借出", "借用房屋", "借用车辆", "受赠"]).required(),
        Column::new("counterparty", "对方", ValueType::Text).required(),
        Column::new("counterparty_supervised", "对方是否管理服务对象", ValueType::YesNo),
        Column::new("amount", "金额", ValueType::Number("万元")),
        Column::new("date", "日期", ValueType::Date).required(),
        Column::new("until", "结束日期", ValueType::Date),
    ],
    person: Some("person"),
    unit: None,
    day: Some("date"),
    clearance: None,
};
