//! Finding conflicts among the live persons. Two of the three kinds are asked of the whole archive each
//! time, because an index answers them; the third, rows that look like one person
//! ([`crate::conflict_namesakes`]), only of those whose name a person bears who has changed since the last time.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use dossier::citizen_id::CitizenId;
use dossier::name::name_key;
use dossier::{Fields, Kind, PartialDate, RecordKey, RecordRef, Value};
use sqlx::{Row as _, SqliteConnection};

use crate::conflict::{ConflictKind, ConflictSide};
use crate::conflict_namesakes;
use crate::error::ArchiveError;
use crate::rows;
use crate::seal::Sealer;
use crate::sql::{CHUNK, Query, push_list};

/// The columns in which two sources must not differ.
const WHO: &[&str] = &["name", "id_number", "other_id", "sex", "birth"];
/// The columns that a decision between two persons is shown.
const SHOWN: &[&str] = &["name", "id_number", "sex", "birth", "status"];
/// A conflict as it is found; nothing is known yet of what was decided before.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) kind: ConflictKind,
    pub(crate) persons: Vec<RecordKey>,
    pub(crate) sides: Vec<ConflictSide>,
    /// Keyed hash of the facts.
    pub(crate) fingerprint: String,
}

impl Found {
    pub(crate) fn new(
        sealer: &Sealer,
        kind: ConflictKind,
        persons: Vec<RecordKey>,
        sides: Vec<ConflictSide>,
    ) -> Self {
        let keys: Vec<&str> = persons.iter().map(RecordKey::as_str).collect();
        let facts: Vec<_> = sides.iter().map(|side| (&side.keep, &side.values)).collect();
        let facts = serde_json::json!(["conflict", kind.word(), keys, facts]).to_string();
        Self { fingerprint: sealer.question_hash(&facts), kind, persons, sides }
    }
}

/// All conflicts of the first two kinds, and those of the third about `touched` persons.
pub(crate) async fn find(
    connection: &mut SqliteConnection,
    sealer: &Sealer,
    touched: &BTreeSet<RecordKey>,
) -> Result<Vec<Found>, ArchiveError> {
    let mut found = between_sources(connection, sealer).await?;
    found.extend(shared_identities(connection, sealer).await?);
    found.extend(conflict_namesakes::find(connection, sealer, touched).await?);
    Ok(found)
}

/// Persons whom sources hold in versions that differ about who they are.
async fn between_sources(
    connection: &mut SqliteConnection,
    sealer: &Sealer,
) -> Result<Vec<Found>, ArchiveError> {
    let rows = sqlx::query(
        "SELECT v.key, v.source, rv.body FROM voucher v \
         JOIN record r ON r.kind = v.kind AND r.key = v.key AND r.state = 'live' \
         JOIN record_version rv ON rv.seq = v.seq AND rv.kind = v.kind AND rv.key = v.key \
         WHERE v.kind = 'person' AND v.withdrawn_by IS NULL AND v.key IN ( \
             SELECT key FROM voucher WHERE kind = 'person' AND withdrawn_by IS NULL AND seq IS NOT NULL \
             GROUP BY key HAVING COUNT(DISTINCT seq) > 1) \
         ORDER BY v.key, v.source",
    )
    .fetch_all(connection)
    .await?;
    let mut by_person: BTreeMap<RecordKey, Vec<(String, Fields)>> = BTreeMap::new();
    for row in rows {
        let record = RecordRef::new(Kind::Person, rows::key(row.try_get(0)?)?);
        let fields = sealer.fields(&record, row.try_get(2)?)?;
        by_person.entry(record.key).or_default().push((row.try_get(1)?, fields));
    }
    Ok(by_person.into_iter().filter_map(|(person, said)| differing(sealer, person, &said)).collect())
}

fn differing(sealer: &Sealer, person: RecordKey, said: &[(String, Fields)]) -> Option<Found> {
    let differs = |slug: &&&str| {
        said.iter().enumerate().any(|(at, (_, one))| {
            said.iter().skip(at + 1).any(|(_, other)| match (one.get(slug), other.get(slug)) {
                (Some(one), Some(other)) => !agree(slug, one, other),
                // what a source does not say it does not deny
                _ => false,
            })
        })
    };
    let columns: Vec<&str> = WHO.iter().filter(differs).copied().collect();
    if columns.is_empty() {
        return None;
    }
    let sides = said.iter().map(|(source, fields)| side(source, fields, &columns, &columns)).collect();
    Some(Found::new(sealer, ConflictKind::SourcesDiffer, vec![person], sides))
}

/// Whether two values can both be true.
fn agree(slug: &str, one: &Value, other: &Value) -> bool {
    match (slug, one, other) {
        (_, Value::Date(one), Value::Date(other)) => dates_agree(*one, *other),
        ("name", Value::Text(one), Value::Text(other)) => name_key(one) == name_key(other),
        ("id_number", Value::Text(one), Value::Text(other)) => {
            let canonical = |text: &str| CitizenId::parse(text).map(|id| id.canonical()).ok();
            canonical(one) == canonical(other)
        }
        _ => one == other,
    }
}

/// A month agrees with all its days.
fn dates_agree(one: PartialDate, other: PartialDate) -> bool {
    match (one, other) {
        (PartialDate::Day(one), PartialDate::Day(other)) => one == other,
        _ => one.year_month() == other.year_month(),
    }
}

/// Identity numbers that more than one person bears. Of equal names: the same person in two rows.
async fn shared_identities(
    connection: &mut SqliteConnection,
    sealer: &Sealer,
) -> Result<Vec<Found>, ArchiveError> {
    let rows = sqlx::query(
        "SELECT hash, key FROM identity WHERE kind = 'person' AND slug = 'id_number' AND hash IN ( \
             SELECT hash FROM identity WHERE kind = 'person' AND slug = 'id_number' \
             GROUP BY hash HAVING COUNT(*) > 1) \
         ORDER BY hash, key",
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut groups: BTreeMap<String, Vec<RecordKey>> = BTreeMap::new();
    for row in rows {
        groups.entry(row.try_get(0)?).or_default().push(rows::key(row.try_get(1)?)?);
    }
    let all: Vec<RecordKey> = groups.values().flatten().cloned().collect();
    let fields = persons(connection, sealer, &all).await?;
    Ok(groups
        .into_values()
        .filter_map(|members| {
            let known: Vec<(&RecordKey, &Fields)> =
                members.iter().filter_map(|key| Some((key, fields.get(key)?))).collect();
            let names: HashSet<String> =
                known.iter().filter_map(|(_, fields)| fields.text("name").map(name_key)).collect();
            let kind = if names.len() > 1 { ConflictKind::IdentityShared } else { ConflictKind::PersonTwice };
            (known.len() > 1).then(|| between(sealer, kind, &known))
        })
        .collect())
}

/// Persons whose dossiers cannot all be true, or cannot all be different people's.
pub(crate) fn between(sealer: &Sealer, kind: ConflictKind, members: &[(&RecordKey, &Fields)]) -> Found {
    let sides = members
        .iter()
        .map(|(key, fields)| side(key.as_str(), fields, SHOWN, &["name", "id_number", "birth"]));
    Found::new(sealer, kind, members.iter().map(|(key, _)| (*key).clone()).collect(), sides.collect())
}

fn side(keep: &str, fields: &Fields, shown: &[&str], decided: &[&str]) -> ConflictSide {
    let declaration = Kind::Person.declaration();
    let says = shown.iter().filter_map(|slug| {
        let text = fields.get(slug)?.to_cell();
        let text = match *slug {
            "id_number" => CitizenId::parse(&text).map_or_else(|_| "***".to_owned(), |id| id.masked()),
            "other_id" => "***".to_owned(),
            _ => text,
        };
        Some((declaration.column(slug)?.header.to_owned(), text))
    });
    let values = decided.iter().filter_map(|slug| {
        Some(((*slug).to_owned(), serde_json::to_value(fields.get(slug)?).unwrap_or_default()))
    });
    ConflictSide { keep: keep.to_owned(), says: says.collect(), values: values.collect() }
}

/// What the dossiers of these persons say.
pub(crate) async fn persons(
    connection: &mut SqliteConnection,
    sealer: &Sealer,
    keys: &[RecordKey],
) -> Result<HashMap<RecordKey, Fields>, ArchiveError> {
    let mut found = HashMap::with_capacity(keys.len());
    for chunk in keys.chunks(CHUNK) {
        for (key, body) in bodies(connection, chunk).await? {
            let record = RecordRef::new(Kind::Person, key.clone());
            found.insert(key, sealer.fields(&record, &body)?);
        }
    }
    Ok(found)
}

/// The same, as it is stored.
pub(crate) async fn bodies(
    connection: &mut SqliteConnection,
    keys: &[RecordKey],
) -> Result<Vec<(RecordKey, String)>, ArchiveError> {
    let mut query =
        Query::new("SELECT key, body FROM record WHERE kind = 'person' AND state = 'live' AND key IN ");
    push_list(&mut query, keys.iter().map(RecordKey::as_str));
    let rows = query.build().persistent(keys.len() == CHUNK).fetch_all(connection).await?;
    rows.iter().map(|row| Ok((rows::key(row.try_get(0)?)?, row.try_get(1)?))).collect()
}
