//! 家庭收入: the income that a person declared for one year, for the household, in 万元.

use crate::declaration::{Column, Declaration, ValueType};
use crate::id::Kind;

/// 家庭收入.
pub const DECLARATION: Declaration = Declaration {
    kind: Kind::HouseholdIncome,
    slug: "household_income",
    title: "家庭收入",
    note: "一年度申报的家庭收入合计。",
    columns: &[
        Column::new("id", "编号", ValueType::Key),
        Column::new("person", "人员编号", ValueType::Reference(Kind::Person)).required(),
        Column::new("year", "年度", ValueType::Year).required(),
        Column::new("declared_total", "申报收入合计", ValueType::Number("万元")).required(),
    ],
    person: Some("person"),
    unit: None,
    day: None,
    clearance: None,
};
