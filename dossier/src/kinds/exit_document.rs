//! 出入境证件: a passport or travel permit of the person. Journeys made with it stand in `trip`.

use crate::choices;
use crate::declaration::{Column, Declaration, ValueType};
use crate::id::Kind;

/// 出入境证件.
pub const DECLARATION: Declaration = Declaration {
    kind: Kind::ExitDocument,
    slug: "exit_document",
    title: "出入境证件",
    note: "本人持有的护照、通行证，每本一行。",
    columns: &[
        Column::new("id", "编号", ValueType::Key),
        Column::new("person", "人员编号", ValueType::Reference(Kind::Person)).required(),
        Column::new(
            "type",
            "证件类型",
            choices!["普通护照", "往来港澳通行证", "往来台湾通行证", "前往港澳通行证", "公务护照"],
        )
        .required(),
        Column::new("number", "证件号", ValueType::OtherId)
            .required()
            .sensitive()
            .note("请将该列设为文本格式"),
        Column::new("issued_on", "签发日期", ValueType::Date),
        Column::new("valid_until", "有效期至", ValueType::Date),
        Column::new("status", "状态", choices!["有效", "注销", "遗失已报", "过期"]),
        Column::new("handed_in_on", "上交日期", ValueType::Date),
        Column::new("source", "数据来源", choices!["申报", "出入境", "其他核查"]).required(),
    ],
    person: Some("person"),
    unit: None,
    day: Some("issued_on"),
    clearance: None,
};
