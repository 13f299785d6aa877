//! 监督单位: the supervising offices (联系室, 派驻组, 片区) that reminders are addressed to.
//! Apart from `unit`, because it is who supervises, not who is supervised.

use crate::declaration::{Column, Declaration, ValueType};
use crate::id::Kind;

/// 监督单位.
pub const DECLARATION: Declaration = Declaration {
    kind: Kind::Office,
    slug: "office",
    title: "监督单位",
    note: "负责监督的纪检监察室、派驻组或片区；提醒任务发往这里。",
    columns: &[
        Column::new("id", "编号", ValueType::Key).required(),
        Column::new("name", "名称", ValueType::Text).required(),
        Column::new("parent", "上级编号", ValueType::Reference(Kind::Office)),
        Column::new("emails", "邮箱", ValueType::Emails).note("可填多个，用分号隔开"),
        Column::new("contact", "联系人", ValueType::Text),
        Column::new("phone", "电话", ValueType::Text),
    ],
    person: None,
    unit: None,
    day: None,
    clearance: None,
};
