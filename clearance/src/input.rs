//! One row of the list, verbatim.

use dossier::name::name_key;
use serde::{Deserialize, Serialize};

/// A row as given: nothing is stripped or merged.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Input {
    /// 姓名.
    pub name: String,
    /// 身份证号.
    pub id_number: Option<String>,
    /// 单位.
    pub unit: Option<String>,
    /// 职务.
    pub post: Option<String>,
    /// 出生年月.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth: Option<String>,
    /// 拟任职务.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposed_post: Option<String>,
}

impl Input {
    /// A row with nothing but a name.
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// The key under which the name is looked for; empty where there is nothing to look for.
    pub fn name_key(&self) -> String {
        name_key(&self.name)
    }

    /// The text of an optional cell, `None` where it is blank.
    pub(crate) fn filled(cell: Option<&String>) -> Option<&str> {
        cell.map(|text| text.trim()).filter(|text| !text.is_empty())
    }
}
