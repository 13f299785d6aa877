//! 任职: one post held by one person from a day on. Current and past posts both stand here: resolving a
//! name with a unit looks at all of them, the rules about tenure and recusal at the open ones.

use crate::choices;
use crate::declaration::{Column, Declaration, ValueType};
use crate::id::Kind;

const RANKS: ValueType = choices![
    "科员及以下",
    "乡科级副职" | "副科",
    "乡科级正职" | "正科",
    "县处级副职" | "副处",
    "县处级正职" | "正处",
    "厅局级副职" | "副厅",
    "厅局级正职" | "正厅",
    "省部级及以上",
    "其他",
];

const FUNCTIONS: ValueType = choices![list
    "组织", "人事", "纪检", "监察", "审计", "财务", "审批", "执法", "工程", "采购", "其他",
];

/// 任职.
pub const DECLARATION: Declaration = Declaration {
    kind: Kind::Post,
    slug: "post",
    title: "任职",
    note: "一人的一段任职；本职与其他职务分行填写。",
    columns: &[
        Column::new("id", "编号", ValueType::Key),
        Column::new("person", "人员编号", ValueType::Reference(Kind::Person)).required(),
        Column::new("unit", "单位编号", ValueType::Reference(Kind::Unit)).required(),
        Column::new("title", "职务", ValueType::Text).required(),
        Column::new("rank", "职级", RANKS),
        Column::new("from", "任职日期", ValueType::Date).required(),
        Column::new("until", "免职日期", ValueType::Date),
        Column::new("main_post", "本职", ValueType::YesNo).note("不填视为“是”"),
        Column::new(
            "appointment_type",
            "任免类型",
            choices!["任职", "提拔", "进一步使用", "平级调整", "晋升职级"],
        ),
        Column::new("leader", "领导成员", ValueType::YesNo),
        Column::new("restricted", "限入性岗位", ValueType::YesNo),
        Column::new("key_post", "重点岗位", ValueType::YesNo),
        Column::new("functions", "职能", FUNCTIONS).note("可填多个"),
        Column::new("superior", "直接上级人员编号", ValueType::Reference(Kind::Person)),
        Column::new("rotation_exempt", "免于轮岗", ValueType::YesNo),
    ],
    person: Some("person"),
    unit: Some("unit"),
    day: Some("from"),
    clearance: None,
};
