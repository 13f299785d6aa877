//! Rows that look like one person: the same name and birth month, and not all of them have identity numbers to tell
//! them apart. A few are compared each with each; of more, one question names all of them: so questions grow with the
//! persons and not with their square, and no two of them are left uncompared.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use dossier::citizen_id::CitizenId;
use dossier::{Fields, Kind, PartialDate, RecordKey, RecordRef};
use sqlx::{Row as _, SqliteConnection};

use crate::conflict::{ConflictKind, KEEP_ALL};
use crate::conflict_find::{Found, between, bodies, persons};
use crate::error::ArchiveError;
use crate::rows;
use crate::seal::Sealer;
use crate::sql::{CHUNK, Query, push_list};

/// Namesakes of one birth month that are compared each with each; more of them are one question.
const PAIRED_MAX: usize = 6;
/// Of how many of a group the question shows what they say; it names all of them.
const SIDES_MAX: usize = 50;

/// Persons of one name and one birth month of whom not all have identity numbers to tell them apart.
pub(crate) async fn find(
    connection: &mut SqliteConnection,
    sealer: &Sealer,
    touched: &BTreeSet<RecordKey>,
) -> Result<Vec<Found>, ArchiveError> {
    let candidates = namesakes(connection, touched).await?;
    let all: Vec<RecordKey> = candidates.values().flatten().cloned().collect();
    let numbered = with_numbers(connection).await?;
    let mut by_birth: BTreeMap<(&str, (i32, u32)), Vec<RecordKey>> = BTreeMap::new();
    let born = births(connection, sealer, &all).await?;
    for (name, members) in &candidates {
        for member in members {
            if let Some(month) = born.get(member) {
                by_birth.entry((name.as_str(), *month)).or_default().push(member.clone());
            }
        }
    }
    by_birth.retain(|_, members| {
        members.len() > 1
            && members.iter().any(|member| !numbered.contains(member))
            && members.iter().any(|member| touched.contains(member))
    });
    let concerned: Vec<RecordKey> = by_birth.values().flatten().cloned().collect();
    let fields = persons(connection, sealer, &concerned).await?;
    let told_apart = ToldApart::read(connection).await?;
    let mut found = Vec::new();
    for members in by_birth.values() {
        for group in by_sex(members, &fields) {
            if group.len() > PAIRED_MAX {
                let keys: Vec<&RecordKey> = group.iter().map(|(key, _)| *key).collect();
                let open = keys.iter().any(|key| !numbered.contains(*key));
                if open && !told_apart.covers(&keys) {
                    found.push(of_group(sealer, &group));
                }
                continue;
            }
            for (at, one) in group.iter().enumerate() {
                for other in group.iter().skip(at + 1) {
                    let known = numbered.contains(one.0) && numbered.contains(other.0);
                    let looked_at = touched.contains(one.0) || touched.contains(other.0);
                    if !known && looked_at && !told_apart.covers(&[one.0, other.0]) {
                        found.push(between(sealer, ConflictKind::PersonTwice, &[*one, *other]));
                    }
                }
            }
        }
    }
    Ok(found)
}

type Member<'a> = (&'a RecordKey, &'a Fields);

/// Men and women apart; of whom the sex is not known, with both. What comes up twice has one fingerprint.
fn by_sex<'a>(members: &'a [RecordKey], fields: &'a HashMap<RecordKey, Fields>) -> Vec<Vec<Member<'a>>> {
    let members: Vec<Member<'_>> = members.iter().filter_map(|key| Some((key, fields.get(key)?))).collect();
    let sexes: BTreeSet<&str> = members.iter().filter_map(|(_, fields)| fields.text("sex")).collect();
    if sexes.len() < 2 {
        return vec![members];
    }
    let of = |sex: &&str| {
        let fits = |(_, fields): &&Member<'_>| fields.text("sex").is_none_or(|own| own == *sex);
        members.iter().filter(fits).copied().collect()
    };
    sexes.iter().map(of).collect()
}

/// One question about all of them. What stands in it of the first ones is enough to see what kind of people they are; its
/// fingerprint is made of what all of them say.
fn of_group(sealer: &Sealer, group: &[Member<'_>]) -> Found {
    let mut found = between(sealer, ConflictKind::PersonTwice, group);
    found.sides.truncate(SIDES_MAX);
    found
}

/// Groups of which a person has said that they are all different people, and since when.
struct ToldApart {
    groups: Vec<HashSet<RecordKey>>,
}

impl ToldApart {
    /// Who of a group has changed since then does not belong to it any more.
    async fn read(connection: &mut SqliteConnection) -> Result<Self, ArchiveError> {
        let rows = sqlx::query(
            "SELECT c.id, p.person FROM conflict c JOIN conflict_person p ON p.conflict = c.id \
             JOIN record r ON r.kind = 'person' AND r.key = p.person AND r.recorded_at <= c.updated_at \
             WHERE c.kind = $1 AND c.state = 'settled' AND c.kept = $2 AND c.id IN \
             (SELECT conflict FROM conflict_person GROUP BY conflict HAVING COUNT(*) > $3) ORDER BY c.id",
        )
        .bind(ConflictKind::PersonTwice.word())
        .bind(KEEP_ALL)
        .bind(i64::try_from(PAIRED_MAX).unwrap_or(i64::MAX))
        .fetch_all(connection)
        .await?;
        let mut groups: BTreeMap<i64, HashSet<RecordKey>> = BTreeMap::new();
        for row in rows {
            groups.entry(row.try_get(0)?).or_default().insert(rows::key(row.try_get(1)?)?);
        }
        Ok(Self { groups: groups.into_values().collect() })
    }

    fn covers(&self, keys: &[&RecordKey]) -> bool {
        self.groups.iter().any(|group| keys.iter().all(|key| group.contains(*key)))
    }
}

/// `touched`, and with each of them all who stand in an open question about a group with him: when he leaves it, the others
/// are still to be told apart.
pub(crate) async fn with_groups(
    connection: &mut SqliteConnection,
    touched: BTreeSet<RecordKey>,
) -> Result<BTreeSet<RecordKey>, ArchiveError> {
    let rows = sqlx::query(
        "SELECT c.id, p.person FROM conflict c JOIN conflict_person p ON p.conflict = c.id \
         WHERE c.kind = $1 AND c.state = 'open' AND c.id IN \
         (SELECT conflict FROM conflict_person GROUP BY conflict HAVING COUNT(*) > $2) ORDER BY c.id",
    )
    .bind(ConflictKind::PersonTwice.word())
    .bind(i64::try_from(PAIRED_MAX).unwrap_or(i64::MAX))
    .fetch_all(connection)
    .await?;
    let mut groups: BTreeMap<i64, Vec<RecordKey>> = BTreeMap::new();
    for row in rows {
        groups.entry(row.try_get(0)?).or_default().push(rows::key(row.try_get(1)?)?);
    }
    let mut all = touched.clone();
    for group in groups.into_values().filter(|group| group.iter().any(|key| touched.contains(key))) {
        all.extend(group);
    }
    Ok(all)
}

/// The bearers of each name that two or more persons bear, at least one of them touched.
async fn namesakes(
    connection: &mut SqliteConnection,
    touched: &BTreeSet<RecordKey>,
) -> Result<BTreeMap<String, Vec<RecordKey>>, ArchiveError> {
    let mut all: BTreeMap<String, Vec<RecordKey>> = BTreeMap::new();
    let touched_keys: Vec<&str> = touched.iter().map(RecordKey::as_str).collect();
    let mut take = |rows: Vec<sqlx::sqlite::SqliteRow>| -> Result<(), ArchiveError> {
        for row in rows {
            all.entry(row.try_get(0)?).or_default().push(rows::key(row.try_get(1)?)?);
        }
        Ok(())
    };
    if touched.len() > CHUNK {
        let shared = "SELECT name_key, person FROM name WHERE former = 0 AND name_key IN ( \
                      SELECT name_key FROM name WHERE former = 0 GROUP BY name_key HAVING COUNT(*) > 1) \
                      ORDER BY name_key, person";
        take(sqlx::query(shared).fetch_all(connection).await?)?;
    } else if !touched_keys.is_empty() {
        let mut query = Query::new(
            "SELECT name_key, person FROM name WHERE former = 0 AND name_key IN \
             (SELECT name_key FROM name WHERE former = 0 AND person IN ",
        );
        push_list(&mut query, touched_keys);
        query.push(") ORDER BY name_key, person");
        take(query.build().persistent(false).fetch_all(connection).await?)?;
    }
    all.retain(|_, members| members.len() > 1 && members.iter().any(|member| touched.contains(member)));
    Ok(all)
}

/// Persons with an identity number.
async fn with_numbers(connection: &mut SqliteConnection) -> Result<HashSet<RecordKey>, ArchiveError> {
    sqlx::query("SELECT key FROM identity WHERE kind = 'person' AND slug = 'id_number'")
        .fetch_all(connection)
        .await?
        .iter()
        .map(|row| rows::key(row.try_get(0)?))
        .collect()
}

/// Birth months: as the dossier says, else as the identity number does. Nothing is unsealed that need not be.
async fn births(
    connection: &mut SqliteConnection,
    sealer: &Sealer,
    keys: &[RecordKey],
) -> Result<HashMap<RecordKey, (i32, u32)>, ArchiveError> {
    let mut born = HashMap::with_capacity(keys.len());
    for chunk in keys.chunks(CHUNK) {
        for (key, body) in bodies(connection, chunk).await? {
            let plain: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&body)
                .map_err(|_| ArchiveError::Damaged(format!("the body of person {key}")))?;
            let written = plain.get("birth").and_then(|birth| PartialDate::parse(birth.as_str()?).ok());
            let month = match written {
                Some(date) => Some(date.year_month()),
                None if plain.contains_key("id_number") => {
                    let record = RecordRef::new(Kind::Person, key.clone());
                    let fields = sealer.fields(&record, &body)?;
                    let id = fields.text("id_number").and_then(|text| CitizenId::parse(text).ok());
                    id.map(|id| PartialDate::Day(id.birth()).year_month())
                }
                None => None,
            };
            born.extend(month.map(|month| (key, month)));
        }
    }
    Ok(born)
}
