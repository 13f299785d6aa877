//! Look-up of persons and units by name. The tables hold live records only and are kept in step with
//! them in the same transaction; what a name's key is, `dossier::name` says.

use std::collections::HashMap;

use dossier::name::name_key;
use dossier::{Fields, Kind, RecordKey, RecordRef};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use crate::error::ArchiveError;
use crate::identity;
use crate::places;
use crate::rows;
use crate::seal::Sealer;
use crate::snapshot::Snapshot;
use crate::sql::{CHUNK, Query, insert_all, push_list, select_in};

/// A person who bears a name, now or formerly.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NameHit {
    /// The key that was asked for.
    pub name_key: String,
    /// Who.
    pub person: RecordKey,
    /// The name as the dossier writes it.
    pub name: String,
    /// Whether it is a former name.
    pub former: bool,
}

impl Snapshot {
    /// Who bears a name with one of these keys.
    pub async fn persons_by_names(&self, name_keys: &[String]) -> Result<Vec<NameHit>, ArchiveError> {
        let name_keys = distinct(name_keys);
        let mut tx = self.lock().await;
        let head = "SELECT name_key, person, name, former FROM name WHERE name_key IN ";
        select_in(&mut tx, head, &name_keys, " ORDER BY name_key, person, former, name")
            .await?
            .iter()
            .map(name_hit)
            .collect()
    }

    /// Every name and former name of every live person, ordered by key.
    pub async fn all_names(&self) -> Result<Vec<NameHit>, ArchiveError> {
        let mut tx = self.lock().await;
        sqlx::query("SELECT name_key, person, name, former FROM name ORDER BY name_key, person, former, name")
            .fetch_all(&mut **tx)
            .await?
            .iter()
            .map(name_hit)
            .collect()
    }

    /// The units with one of these name keys, as name or as alias: `(key, unit)`.
    pub async fn units_by_names(
        &self,
        name_keys: &[String],
    ) -> Result<Vec<(String, RecordKey)>, ArchiveError> {
        let name_keys = distinct(name_keys);
        let mut tx = self.lock().await;
        let head = "SELECT name_key, unit FROM unit_name WHERE name_key IN ";
        select_in(&mut tx, head, &name_keys, " ORDER BY name_key, unit")
            .await?
            .iter()
            .map(|row| Ok((row.try_get(0)?, rows::key(row.try_get(1)?)?)))
            .collect()
    }
}

fn name_hit(row: &SqliteRow) -> Result<NameHit, ArchiveError> {
    Ok(NameHit {
        name_key: row.try_get(0)?,
        person: rows::key(row.try_get(1)?)?,
        name: row.try_get(2)?,
        former: row.try_get::<i64, _>(3)? != 0,
    })
}

/// Sorted and without repetitions, so that no answer comes twice.
pub(crate) fn distinct(items: &[String]) -> Vec<&str> {
    let mut items: Vec<&str> = items.iter().map(String::as_str).collect();
    items.sort_unstable();
    items.dedup();
    items
}

/// Takes the look-up rows of these records out.
pub(crate) async fn forget(
    connection: &mut SqliteConnection,
    records: &[&RecordRef],
) -> Result<(), ArchiveError> {
    for &kind in Kind::ALL {
        let keys: Vec<&str> =
            records.iter().filter(|record| record.kind == kind).map(|record| record.key.as_str()).collect();
        for keys in keys.chunks(CHUNK) {
            match kind {
                Kind::Person => delete_in(connection, "DELETE FROM name WHERE person IN ", keys).await?,
                Kind::Unit => delete_in(connection, "DELETE FROM unit_name WHERE unit IN ", keys).await?,
                _ => {}
            }
            if identity::holds_identities(kind) {
                let mut query = Query::new("DELETE FROM identity WHERE kind = ");
                query.push_bind(kind.slug()).push(" AND key IN ");
                push_list(&mut query, keys.iter().copied());
                query.build().persistent(false).execute(&mut *connection).await?;
            }
        }
    }
    Ok(())
}

async fn delete_in(connection: &mut SqliteConnection, head: &str, keys: &[&str]) -> Result<(), ArchiveError> {
    let mut query = Query::new(head);
    push_list(&mut query, keys.iter().copied());
    query.build().persistent(false).execute(connection).await?;
    Ok(())
}

/// Puts the look-up rows of these live records in; they have none yet.
pub(crate) async fn remember(
    connection: &mut SqliteConnection,
    sealer: &Sealer,
    records: &[(&RecordRef, &Fields)],
) -> Result<(), ArchiveError> {
    let mut names = Vec::new();
    let mut unit_names = Vec::new();
    for &(record, fields) in records {
        match record.kind {
            Kind::Person => names.extend(person_names(record, fields)),
            Kind::Unit => unit_names.extend(unit_name_keys(record, fields)),
            _ => {}
        }
    }
    let head = "INSERT INTO name (name_key, person, name, former) ";
    insert_all(connection, head, &names, "", |values, (key, person, name, former)| {
        values.push_bind(key.as_str()).push_bind(*person).push_bind(*name).push_bind(i64::from(*former));
    })
    .await?;
    insert_all(
        connection,
        "INSERT INTO unit_name (name_key, unit) ",
        &unit_names,
        "",
        |values, (key, unit)| {
            values.push_bind(key.as_str()).push_bind(*unit);
        },
    )
    .await?;
    identity::remember(connection, sealer, records).await
}

fn person_names<'a>(record: &'a RecordRef, fields: &'a Fields) -> Vec<(String, &'a str, &'a str, bool)> {
    let current = fields.text("name").map(|name| (name, false));
    let former = fields.list("former_names").iter().map(|name| (name.as_str(), true));
    let mut names: Vec<_> = current
        .into_iter()
        .chain(former)
        .map(|(name, former)| (name_key(name), record.key.as_str(), name, former))
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn unit_name_keys<'a>(record: &'a RecordRef, fields: &'a Fields) -> Vec<(String, &'a str)> {
    let aliases = fields.list("aliases").iter().map(String::as_str);
    let mut keys: Vec<_> = fields
        .text("name")
        .into_iter()
        .chain(aliases)
        .map(|name| (name_key(name), record.key.as_str()))
        .collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The look-up rows that a live record should have, as comparable lines.
pub(crate) fn expected(sealer: &Sealer, record: &RecordRef, fields: &Fields) -> Vec<String> {
    let mut lines: Vec<String> = match record.kind {
        Kind::Person => person_names(record, fields)
            .into_iter()
            .map(|(key, _, name, former)| name_line(&key, name, former))
            .collect(),
        Kind::Unit => unit_name_keys(record, fields).into_iter().map(|(key, _)| key).collect(),
        _ => Vec::new(),
    };
    lines.extend(
        identity::hashes(sealer, record, fields).into_iter().map(|(hash, slug)| format!("{hash} {slug}")),
    );
    lines.extend(places::expected(record, fields));
    lines.sort_unstable();
    lines
}

/// The look-up rows that these records of `kind` have, in the same form.
pub(crate) async fn held(
    connection: &mut SqliteConnection,
    kind: Kind,
    keys: &[&str],
) -> Result<HashMap<String, Vec<String>>, ArchiveError> {
    let mut found: HashMap<String, Vec<String>> = HashMap::new();
    match kind {
        Kind::Person => {
            let head = "SELECT person, name_key, name, former FROM name WHERE person IN ";
            for row in select_in(connection, head, keys, "").await? {
                let line = name_line(row.try_get(1)?, row.try_get(2)?, row.try_get::<i64, _>(3)? != 0);
                found.entry(row.try_get(0)?).or_default().push(line);
            }
        }
        Kind::Unit => {
            let head = "SELECT unit, name_key FROM unit_name WHERE unit IN ";
            for row in select_in(connection, head, keys, "").await? {
                found.entry(row.try_get(0)?).or_default().push(row.try_get(1)?);
            }
        }
        _ => {}
    }
    identity::held(connection, kind, keys, &mut found).await?;
    places::held(connection, kind, keys, &mut found).await?;
    for lines in found.values_mut() {
        lines.sort_unstable();
    }
    Ok(found)
}

fn name_line(key: &str, name: &str, former: bool) -> String {
    format!("{key}\n{name}\n{former}")
}
