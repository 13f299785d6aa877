//! 房产: real property of the person, the spouse or a child, declared or found in the registry.

use crate::choices;
use crate::declaration::{Column, Declaration, ValueType};
use crate::id::Kind;

/// 房产.
pub const DECLARATION: Declaration = Declaration {
    kind: Kind::Property,
    slug: "property",
    title: "房产",
    note: "本人、配偶或子女名下的房产、车位等，每处一行。",
    columns: &[
        Column::new("id", "编号", ValueType::Key),
        Column::new("person", "人员编号", ValueType::Reference(Kind::Person)).required(),
        Column::new(
            "owner_relation",
            "产权人关系",
            choices!["本人", "配偶", "共同生活子女", "其他子女", "其他"],
        )
        .required(),
        Column::new("owner_name", "产权人姓名", ValueType::Name),
        Column::new("title_no", "产权证号", ValueType::OtherId),
        Column::new("address", "地址", ValueType::Text),
        Column::new("area", "面积", ValueType::Number("㎡")),
        Column::new("use", "性质", choices!["住宅", "商铺", "办公", "车位", "车库", "储藏间"]).required(),
        Column::new(
            "acquired_by",
            "取得方式",
            choices!["购买", "继承", "赠与", "房改", "拆迁安置", "离婚分割"],
        ),
        Column::new("acquired_on", "取得日期", ValueType::Date),
        Column::new("acquired_price", "取得价格", ValueType::Number("万元")),
        Column::new("reference_price", "参考价格", ValueType::Number("万元")),
        Column::new("disposed_on", "处置日期", ValueType::Date),
        Column::new("disposed_price", "处置价格", ValueType::Number("万元")),
        Column::new("source", "数据来源", choices!["申报", "不动产登记", "其他核查"]).required(),
    ],
    person: Some("person"),
    unit: None,
    day: Some("acquired_on"),
    clearance: None,
};
