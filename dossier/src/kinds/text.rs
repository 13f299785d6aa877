//! 案件文本: what is known about one case text. The content itself is no column: it is stored beside the record,
//! with the extractor's version, and mentions point into it.

use crate::choices;
use crate::declaration::{Column, Declaration, ValueType};
use crate::id::Kind;

/// 案件文本.
pub const DECLARATION: Declaration = Declaration {
    kind: Kind::Text,
    slug: "text",
    title: "案件文本",
    note: "一份案件文本的登记信息；正文另存。",
    columns: &[
        Column::new("id", "编号", ValueType::Key).required(),
        Column::new("title", "标题", ValueType::Text),
        Column::new("date", "日期", ValueType::Date),
        Column::new(
            "kind",
            "种类",
            choices![
                "处分决定",
                "通报",
                "审查调查报告",
                "审理报告",
                "信访材料",
                "起诉意见",
                "判决文书",
                "谈话笔录",
                "任免文件",
                "会议纪要",
                "新闻",
                "工作总结",
                "其他"
            ],
        )
        .note("不填视为“其他”"),
        Column::new("secrecy", "密级", ValueType::Text),
        Column::new("unit", "单位编号", ValueType::Reference(Kind::Unit)),
        Column::new("persons", "人员编号", ValueType::References(Kind::Person)).note("可填多个"),
        Column::new("file", "原文件名", ValueType::Text),
    ],
    person: None,
    unit: Some("unit"),
    day: Some("date"),
    clearance: None,
};
