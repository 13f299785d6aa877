//! The tree of units, as an office has entered it: a parent may be missing, and the tree may hold a loop.

use std::collections::HashMap;

use dossier::{RecordKey, RecordRef};

use super::person::key;
use super::{Body, Raw, name_key};

/// 单位
#[derive(Debug, Clone)]
pub struct Unit {
    /// The record.
    pub at: RecordRef,
    /// The version that this view was made from.
    pub seq: i64,
    /// Keys of name and aliases.
    pub name_keys: Vec<String>,
    /// 上级编号
    pub parent: Option<RecordKey>,
    /// 监督单位编号
    pub office: Option<RecordKey>,
    /// Keys of 监管行业.
    pub regulated: Vec<String>,
    /// Keys of the regions of 管辖区域.
    pub jurisdiction: Vec<String>,
}

/// All units.
#[derive(Debug, Default)]
pub struct Units(HashMap<RecordKey, Unit>);

impl Units {
    /// From stored bodies of the kind `unit`.
    pub fn of(bodies: &[Body]) -> Self {
        let mut units = HashMap::new();
        for body in bodies {
            let Some(raw) = Raw::read(body.record.kind, &body.json) else { continue };
            let regions = raw.text("jurisdiction").unwrap_or_default().split([';', '；', '、', '，', ',']);
            let unit = Unit {
                at: body.record.clone(),
                seq: body.seq,
                name_keys: raw
                    .text("name")
                    .map(name_key)
                    .into_iter()
                    .chain(raw.list("aliases").iter().map(|alias| name_key(alias)))
                    .collect(),
                parent: key(&raw, "parent"),
                office: key(&raw, "office"),
                regulated: keys_of(raw.list("regulated_industries").iter().map(String::as_str)),
                jurisdiction: keys_of(regions),
            };
            units.insert(body.record.key.clone(), unit);
        }
        Self(units)
    }

    /// The unit with this key.
    pub fn get(&self, unit: &RecordKey) -> Option<&Unit> {
        self.0.get(unit)
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// None.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All keys, in order.
    pub fn keys(&self) -> Vec<&RecordKey> {
        let mut keys: Vec<_> = self.0.keys().collect();
        keys.sort_unstable();
        keys
    }

    /// The unit and all above it, each once, however the tree is tangled. A unit that is not on file is
    /// the last of its line.
    pub fn upwards<'a>(&'a self, unit: &'a RecordKey) -> Vec<&'a RecordKey> {
        let mut line = vec![unit];
        let mut next = self.get(unit).and_then(|unit| unit.parent.as_ref());
        while let Some(above) = next {
            if line.contains(&above) {
                break;
            }
            line.push(above);
            next = self.get(above).and_then(|unit| unit.parent.as_ref());
        }
        line
    }

    /// The office that supervises `unit`: its own, or that of the nearest unit above that has one.
    pub fn office_of(&self, unit: &RecordKey) -> Option<&RecordKey> {
        self.upwards(unit).into_iter().find_map(|unit| self.get(unit)?.office.as_ref())
    }
}

fn keys_of<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<String> {
    texts.map(name_key).filter(|key| !key.is_empty()).collect()
}

/// Whether `text` lies within one of these terms: it is one, or names one (房地产开发 within 房地产).
pub(crate) fn within(text: Option<&str>, terms: &[String]) -> bool {
    let Some(key) = text.map(name_key).filter(|key| !key.is_empty()) else { return false };
    terms.iter().any(|term| key.contains(term.as_str()))
}
