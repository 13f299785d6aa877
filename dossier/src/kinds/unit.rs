//! 单位: the units whose people are supervised, as a tree.
//! Aliases matter: case texts and name lists write short and former names of a unit.

use crate::choices;
use crate::declaration::{Column, Declaration, ValueType};
use crate::id::Kind;

/// 单位.
pub const DECLARATION: Declaration = Declaration {
    kind: Kind::Unit,
    slug: "unit",
    title: "单位",
    note: "被监督的单位，按上级编号成树。",
    columns: &[
        Column::new("id", "编号", ValueType::Key).required(),
        Column::new("name", "名称", ValueType::Text).required(),
        Column::new("aliases", "别名", ValueType::List).note("简称、曾用名，可填多个"),
        Column::new("parent", "上级编号", ValueType::Reference(Kind::Unit)),
        Column::new(
            "category",
            "类别",
            choices!["机关", "事业单位", "国有企业", "医院", "学校", "村社区", "其他"],
        ),
        Column::new("office", "监督单位编号", ValueType::Reference(Kind::Office)),
        Column::new("regulated_industries", "监管行业", ValueType::List).note("可填多个"),
        Column::new("jurisdiction", "管辖区域", ValueType::Text),
    ],
    person: None,
    unit: Some("id"),
    day: None,
    clearance: None,
};
