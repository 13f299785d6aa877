//! The checked content of a record: slug → value, for the columns that are filled in.
//!
//! Values are canonical (one way to write each), so that equal content has equal bytes.

mod read;

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use crate::day::PartialDate;
use crate::declaration::{Declaration, ValueType};

/// One canonical value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// Text, a key, a number in decimal writing, or a value of a vocabulary.
    Text(String),
    /// A list, in the order given, without empty items.
    List(Vec<String>),
    /// A day or a month.
    Date(PartialDate),
    /// 是 or 否.
    Bool(bool),
}

impl Value {
    /// As an export writes it into a cell: lists joined by `；`, 是/否.
    pub fn to_cell(&self) -> String {
        match self {
            Value::Text(text) => text.clone(),
            Value::List(items) => items.join("；"),
            Value::Date(date) => date.to_string(),
            Value::Bool(true) => "是".to_owned(),
            Value::Bool(false) => "否".to_owned(),
        }
    }
}

/// A record's filled-in columns. A slug that is absent is *unknown*.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct Fields(BTreeMap<Cow<'static, str>, Value>);

/// A stored record does not fit its declaration. That is damage, or a newer program's archive.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("column {slug} of {kind} cannot hold the stored value")]
pub struct Misfit {
    /// Slug of the record kind.
    pub kind: &'static str,
    /// Slug of the column.
    pub slug: String,
}

impl Fields {
    /// No column filled in.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets `slug`; the caller has checked the value against the column.
    pub fn set(&mut self, slug: &str, value: Value) {
        self.0.insert(Cow::Owned(slug.to_owned()), value);
    }

    /// Takes `slug` out.
    pub fn remove(&mut self, slug: &str) -> Option<Value> {
        self.0.remove(slug)
    }

    /// The value of `slug`, if filled in.
    pub fn get(&self, slug: &str) -> Option<&Value> {
        self.0.get(slug)
    }

    /// The text of `slug`.
    pub fn text(&self, slug: &str) -> Option<&str> {
        match self.0.get(slug) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The items of the list `slug`; none if it is not filled in.
    pub fn list(&self, slug: &str) -> &[String] {
        match self.0.get(slug) {
            Some(Value::List(items)) => items,
            _ => &[],
        }
    }

    /// The date `slug`.
    pub fn date(&self, slug: &str) -> Option<PartialDate> {
        match self.0.get(slug) {
            Some(Value::Date(date)) => Some(*date),
            _ => None,
        }
    }

    /// 是 / 否 / unknown.
    pub fn yes(&self, slug: &str) -> Option<bool> {
        match self.0.get(slug) {
            Some(Value::Bool(yes)) => Some(*yes),
            _ => None,
        }
    }

    /// A whole number.
    pub fn integer(&self, slug: &str) -> Option<i64> {
        self.text(slug)?.parse().ok()
    }

    /// Filled-in columns by slug, in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(slug, value)| (&**slug, value))
    }

    /// Whether nothing is filled in.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Canonical JSON: slugs in alphabetical order, no white space.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(&self.0).unwrap_or(serde_json::Value::Null)
    }

    /// [`Fields::to_json`] as text, without making the value first: an import needs it for every row.
    pub fn to_json_text(&self) -> String {
        serde_json::to_string(&self.0).unwrap_or_default()
    }

    /// Reads what [`Fields::to_json`] wrote, by the types of `declaration`. Extra slugs that begin
    /// with `extra.` (columns kept as notes) are texts.
    pub fn from_json(
        declaration: &'static Declaration,
        json: serde_json::Map<String, serde_json::Value>,
    ) -> Result<Self, Misfit> {
        let mut fields = Fields::new();
        for (slug, value) in json {
            let misfit = || Misfit { kind: declaration.slug, slug: slug.clone() };
            let value = if slug.starts_with(EXTRA_PREFIX) {
                Value::Text(value.as_str().ok_or_else(misfit)?.to_owned())
            } else {
                read_value(declaration.column(&slug).ok_or_else(misfit)?.value, value).ok_or_else(misfit)?
            };
            fields.0.insert(Cow::Owned(slug), value);
        }
        Ok(fields)
    }
}

/// Prefix of the slugs under which unknown columns are kept as notes (`--extra-columns keep`).
pub const EXTRA_PREFIX: &str = "extra.";

fn read_value(value_type: ValueType, json: serde_json::Value) -> Option<Value> {
    use serde_json::Value as Json;
    match (value_type, json) {
        (ValueType::Date, Json::String(text)) => PartialDate::parse(&text).ok().map(Value::Date),
        (ValueType::YesNo, Json::Bool(yes)) => Some(Value::Bool(yes)),
        (ValueType::Date | ValueType::YesNo, _) => None,
        (_, Json::String(text)) => Some(Value::Text(text)),
        (_, Json::Array(items)) => items
            .into_iter()
            .map(|item| if let Json::String(text) = item { Some(text) } else { None })
            .collect::<Option<Vec<_>>>()
            .map(Value::List),
        _ => None,
    }
}
