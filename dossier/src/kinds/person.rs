//! 人员: one dossier per person. Identity is the 编号 here and the identity number, never the name.
//! Posts, family and everything else refer to this table.

use crate::choices;
use crate::declaration::{Column, Declaration, ValueType};
use crate::id::Kind;

/// 人员.
pub const DECLARATION: Declaration = Declaration {
    kind: Kind::Person,
    slug: "person",
    title: "人员",
    note: "一人一档：每名监督对象一行。",
    columns: &[
        Column::new("id", "编号", ValueType::Key).required(),
        Column::new("name", "姓名", ValueType::Name).required(),
        Column::new("former_names", "曾用名", ValueType::Names).note("可填多个"),
        Column::new("id_number", "身份证号", ValueType::CitizenId)
            .sensitive()
            .note("18位或15位；请将该列设为文本格式"),
        Column::new("other_id", "其他证件号", ValueType::OtherId)
            .sensitive()
            .note("护照、军官证等；请将该列设为文本格式"),
        Column::new("sex", "性别", ValueType::Text).note("男或女"),
        Column::new("birth", "出生年月", ValueType::Date).note("如 1978-05"),
        Column::new("ethnicity", "民族", ValueType::Text),
        Column::new("political_status", "政治面貌", ValueType::Text),
        Column::new("native_place", "籍贯", ValueType::Text),
        Column::new("grown_up_place", "成长地", ValueType::Text),
        Column::new("marital_status", "婚姻状况", choices!["未婚", "已婚", "离异", "丧偶"]),
        Column::new("person_category", "人员类别", ValueType::Text),
        Column::new("key_minority", "关键少数", ValueType::YesNo),
        Column::new("status", "在职状态", choices!["在职", "退出领导岗位", "离职", "退休", "开除", "去世"]),
        Column::new("left_on", "离任日期", ValueType::Date),
        Column::new("reporting_duty", "报告义务", ValueType::YesNo).note("是否须报告个人有关事项"),
        Column::new("office", "监督单位编号", ValueType::Reference(Kind::Office))
            .note("填写后优先于所在单位的监督单位"),
    ],
    person: Some("id"),
    unit: None,
    day: None,
    clearance: None,
};
