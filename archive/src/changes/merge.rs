//! The steps by which two dossiers become one: every record about the one that goes is about the one that stays,
//! every other record that refers to it too, and what only the one that goes knows of the person is kept.

use std::collections::BTreeMap;

use dossier::change::{Held, Item};
use dossier::{Fields, Kind, RecordKey, RecordRef, Value, ValueType};
use sqlx::Row as _;

use super::error::ChangeError;
use crate::error::ArchiveError;
use crate::rows;
use crate::snapshot::Snapshot;

impl Snapshot {
    /// The steps that join the dossier of `gone` to that of `keep`; both must be seen.
    pub async fn merge_steps(&self, keep: &RecordKey, gone: &RecordKey) -> Result<Vec<Item>, ArchiveError> {
        let persons = self.records(Kind::Person, &[keep.clone(), gone.clone()]).await?;
        let of = |key: &RecordKey| persons.iter().find(|stored| stored.record.key == *key);
        let (Some(stays), Some(goes)) = (of(keep), of(gone)) else {
            return Err(ChangeError::NotTwo.into());
        };
        if keep == gone {
            return Err(ChangeError::NotTwo.into());
        }
        let mut items = Vec::new();
        let whole = united(&stays.fields, &goes.fields);
        if whole != stays.fields {
            items.push(Item::amend(&stays.record, stays.version, whole));
        }
        for held in self.referring(gone).await? {
            let fields = redirected(&held.record, &held.fields, gone, keep);
            items.push(Item::amend(&held.record, held.version, fields));
        }
        items.push(Item::retire(&goes.record, goes.version));
        items.push(Item::join(gone, keep));
        Ok(items)
    }

    /// Every live record that refers to a person, but for the person's own row.
    async fn referring(&self, person: &RecordKey) -> Result<Vec<Held>, ArchiveError> {
        let mut found: BTreeMap<RecordRef, Held> = BTreeMap::new();
        let mut tx = self.lock().await;
        for &kind in Kind::ALL {
            let refers = |value| {
                matches!(value, ValueType::Reference(Kind::Person) | ValueType::References(Kind::Person))
            };
            let columns: Vec<&str> = kind
                .declaration()
                .columns
                .iter()
                .filter(|column| refers(column.value))
                .map(|column| column.slug)
                .collect();
            let others = columns.iter().any(|slug| Some(*slug) != kind.declaration().person);
            if columns.is_empty() {
                continue;
            }
            // a body is JSON with references in clear: the text of the key narrows, the fields decide
            let by_text = if others { " OR INSTR(r.body, $3) > 0" } else { "" };
            let sql = format!(
                "SELECT {} FROM record r WHERE r.kind = $1 AND r.state = 'live' AND (r.person = $2{by_text})",
                rows::STORED
            );
            let needle = serde_json::to_string(person.as_str())
                .map_err(|_| ArchiveError::Damaged("a key".to_owned()))?;
            let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(kind.slug()).bind(person.as_str());
            let query = if others { query.bind(needle) } else { query };
            for row in query.fetch_all(&mut **tx).await? {
                let stored = rows::stored(self.archive().sealer(), &row)?;
                let _: i64 = row.try_get(2)?;
                let told = redirected(&stored.record, &stored.fields, person, person);
                let names = columns.iter().any(|slug| refers_to(&told, slug, person));
                if names {
                    let held = Held {
                        record: stored.record.clone(),
                        version: stored.version,
                        fields: stored.fields,
                    };
                    found.insert(stored.record, held);
                }
            }
        }
        Ok(found.into_values().collect())
    }
}

fn refers_to(fields: &Fields, slug: &str, person: &RecordKey) -> bool {
    match fields.get(slug) {
        Some(Value::Text(key)) => key == person.as_str(),
        Some(Value::List(keys)) => keys.iter().any(|key| key == person.as_str()),
        Some(Value::Date(_) | Value::Bool(_)) | None => false,
    }
}

/// The content with `to` wherever it referred to `from`.
pub(super) fn redirected(record: &RecordRef, fields: &Fields, from: &RecordKey, to: &RecordKey) -> Fields {
    let mut fields = fields.clone();
    for column in record.kind.declaration().columns {
        match (column.value, fields.get(column.slug)) {
            (ValueType::Reference(Kind::Person), Some(Value::Text(key))) if key == from.as_str() => {
                fields.set(column.slug, Value::Text(to.to_string()));
            }
            (ValueType::References(Kind::Person), Some(Value::List(keys))) => {
                let mut turned: Vec<String> = Vec::with_capacity(keys.len());
                for key in keys {
                    let key = if key == from.as_str() { to.to_string() } else { key.clone() };
                    if !turned.contains(&key) {
                        turned.push(key);
                    }
                }
                fields.set(column.slug, Value::List(turned));
            }
            _ => {}
        }
    }
    fields
}

/// What is known of the person in either row: the one that stays goes before, the other's name is a former one.
fn united(stays: &Fields, goes: &Fields) -> Fields {
    let mut whole = stays.clone();
    for (slug, value) in goes.iter() {
        if whole.get(slug).is_none() {
            whole.set(slug, value.clone());
        }
    }
    let mut former = stays.list("former_names").to_vec();
    let others = goes.text("name").map(str::to_owned).into_iter().chain(goes.list("former_names").to_vec());
    for name in others {
        if Some(name.as_str()) != stays.text("name") && !former.contains(&name) {
            former.push(name);
        }
    }
    if !former.is_empty() {
        whole.set("former_names", Value::List(former));
    }
    whole
}
