//! What the names in a query's filters mean: units by key, name or alias, persons by key or name, as far as the
//! reader's snapshot knows them. A name that means nothing is a fault with its position, not an empty answer.

use archive::Snapshot;
use dossier::name::name_key;
use dossier::{Kind, RecordKey};

use crate::error::IndexError;
use crate::query::{Choice, Named, Query, QueryError};

/// Puts the keys of units and persons in the place of what is written; the fault where nothing is called so.
pub async fn resolve(snapshot: &Snapshot, mut query: Query) -> Result<Result<Query, QueryError>, IndexError> {
    for (kind, choice) in [(Kind::Unit, &mut query.units), (Kind::Person, &mut query.persons)] {
        for list in [&mut choice.any, &mut choice.none] {
            match keys(snapshot, kind, list).await? {
                Ok(keys) => *list = keys,
                Err(fault) => return Ok(Err(fault)),
            }
        }
    }
    Ok(Ok(query))
}

async fn keys(
    snapshot: &Snapshot,
    kind: Kind,
    names: &[Named],
) -> Result<Result<Vec<Named>, QueryError>, IndexError> {
    let mut keys = Vec::new();
    for name in names {
        let mut found: Vec<RecordKey> = Vec::new();
        if let Ok(key) = RecordKey::new(&name.text) {
            found.extend(snapshot.existing(kind, &[key]).await?);
        }
        let asked = [name_key(&name.text)];
        if kind == Kind::Unit {
            found.extend(snapshot.units_by_names(&asked).await?.into_iter().map(|(_, key)| key));
        } else {
            found.extend(snapshot.persons_by_names(&asked).await?.into_iter().map(|hit| hit.person));
        }
        if found.is_empty() {
            return Ok(Err(unknown(kind, name)));
        }
        found.sort_unstable();
        found.dedup();
        keys.extend(found.into_iter().map(|key| Named { text: key.to_string(), at: name.at }));
    }
    Ok(Ok(keys))
}

fn unknown(kind: Kind, name: &Named) -> QueryError {
    let text = &name.text;
    let (message, message_zh) = if kind == Kind::Unit {
        ("no unit has this key, name or alias", format!("没有叫“{text}”的单位；请写单位全称、别名或编号"))
    } else {
        (
            "no dossier has this key or name",
            format!("没有“{text}”的档案，不能按人员限定；要找写到此名之处，请直接检索姓名"),
        )
    };
    QueryError { at: name.at.unwrap_or(0), message: message.to_owned(), message_zh }
}

impl Choice {
    /// The values to let through, and those to keep out.
    pub(crate) fn texts(&self) -> (Vec<&str>, Vec<&str>) {
        fn texts(list: &[Named]) -> Vec<&str> {
            list.iter().map(|named| named.text.as_str()).collect()
        }
        (texts(&self.any), texts(&self.none))
    }
}
