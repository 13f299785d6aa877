//! 家庭成员: a relative of a person in the dossiers. Relatives are matched by identity number; their names
//! alone never identify anybody.

use crate::choices;
use crate::declaration::{Column, Declaration, ValueType};
use crate::id::Kind;

/// 家庭成员.
pub const DECLARATION: Declaration = Declaration {
    kind: Kind::Relative,
    slug: "relative",
    title: "家庭成员",
    note: "监督对象的配偶、子女和其他亲属，每人一行。",
    columns: &[
        Column::new("id", "编号", ValueType::Key),
        Column::new("person", "人员编号", ValueType::Reference(Kind::Person)).required(),
        Column::new(
            "relation",
            "关系",
            choices![
                "配偶",
                "子女",
                "子女的配偶",
                "父亲",
                "母亲",
                "兄弟姐妹",
                "祖父母",
                "外祖父母",
                "孙子女",
                "外孙子女",
                "伯叔姑舅姨",
                "堂表兄弟姐妹",
                "侄甥",
                "配偶的父母",
                "配偶的兄弟姐妹",
                "其他"
            ],
        )
        .required(),
        Column::new("name", "姓名", ValueType::Name).required(),
        Column::new("id_number", "身份证号", ValueType::CitizenId)
            .sensitive()
            .note("18位或15位；请将该列设为文本格式"),
        Column::new("birth", "出生年月", ValueType::Date),
        Column::new("workplace", "工作单位", ValueType::Text),
        Column::new("title", "职务", ValueType::Text),
        Column::new("system_person", "本系统人员编号", ValueType::Reference(Kind::Person))
            .note("亲属本人也是监督对象时填写"),
        Column::new(
            "migration",
            "移居情况",
            choices!["无", "外国国籍", "永久居留", "长期居留许可", "仅留学或工作"],
        ),
        Column::new("migration_place", "移居地", ValueType::Text),
        Column::new("migrated_on", "移居日期", ValueType::Date),
        Column::new("renounced_on", "放弃移居日期", ValueType::Date),
        Column::new("approved_introduction", "组织批准引进", ValueType::YesNo),
        Column::new("lives_together", "共同生活", ValueType::YesNo),
        Column::new("alive", "健在", ValueType::YesNo),
        Column::new("relation_ended_on", "关系终止日期", ValueType::Date),
    ],
    person: Some("person"),
    unit: None,
    day: None,
    clearance: None,
};
