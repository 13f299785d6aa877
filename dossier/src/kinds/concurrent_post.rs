//! 兼职: a post outside the main one, in an enterprise or an association. Posts of the official career stand
//! in `post`; shares and ownership in `business_interest`.

use crate::choices;
use crate::declaration::{Column, Declaration, ValueType};
use crate::id::Kind;

/// 兼职.
pub const DECLARATION: Declaration = Declaration {
    kind: Kind::ConcurrentPost,
    slug: "concurrent_post",
    title: "兼职",
    note: "本人在企业、社会团体等组织的兼职，每项一行。",
    columns: &[
        Column::new("id", "编号", ValueType::Key),
        Column::new("person", "人员编号", ValueType::Reference(Kind::Person)).required(),
        Column::new("organization", "组织名称", ValueType::Text).required(),
        Column::new("credit_code", "统一社会信用代码", ValueType::CreditCode),
        Column::new(
            "organization_type",
            "组织类型",
            choices!["企业", "其他营利性组织", "社会团体", "基金会", "民办非企业", "商会", "其他"],
        )
        .required(),
        Column::new("title", "兼任职务", ValueType::Text),
        Column::new("from", "开始日期", ValueType::Date).required(),
        Column::new("until", "结束日期", ValueType::Date),
        Column::new("approval_no", "批准文号", ValueType::Text),
        Column::new("approved_on", "批准日期", ValueType::Date),
        Column::new("approved_until", "批准有效期至", ValueType::Date),
        Column::new("pay", "取酬金额", ValueType::Number("万元")),
        Column::new("term", "届次", ValueType::Integer("届")),
        Column::new("ex_officio", "当然兼职", ValueType::YesNo),
        Column::new("source", "数据来源", ValueType::Text),
    ],
    person: Some("person"),
    unit: None,
    day: Some("from"),
    clearance: None,
};
