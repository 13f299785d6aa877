//! Conflicts: what cannot all be true of a person. Two sources that differ about who a person is, one
//! identity number on two persons, one person in two rows. The archive finds them at the end of each import
//! ([`crate::conflict_find`]); a person decides ([`Archive::settle_conflict`]), and the decision holds for
//! later imports of the same facts. Until then a clearance can see them ([`Snapshot::open_conflicts`]).

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use dossier::RecordKey;
use dossier::citizen_id::CitizenId;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use crate::error::ArchiveError;
use crate::open::Archive;
use crate::rows;
use crate::seal::Sealer;
use crate::snapshot::Snapshot;
use crate::sql::{CHUNK, Query, count, push_list};
use crate::words::stored_words;

stored_words! {
    /// What cannot all be true.
    ConflictKind {
        /// Two sources that both hold a person differ in name, identity number, sex or birth.
        SourcesDiffer => "sources_differ",
        /// Persons of different names bear one identity number.
        IdentityShared => "identity_shared",
        /// Two rows that look like one person: the same name, and the same identity number or birth month.
        PersonTwice => "person_twice",
    }
}

stored_words! {
    /// Where a conflict stands.
    ConflictState {
        /// Nobody has decided.
        Open => "open",
        /// A person has decided.
        Settled => "settled",
        /// The facts have changed, so that there is nothing to decide any more.
        Gone => "gone",
    }
}

/// One side of a conflict, which a decision can keep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConflictSide {
    /// What is named to keep it: a source, or the 编号 of a person.
    pub keep: String,
    /// What it says, by the Chinese headers of the columns; identity numbers are masked.
    pub says: BTreeMap<String, String>,
    /// The stored values in question, by slug.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub(crate) values: serde_json::Map<String, serde_json::Value>,
}

/// A conflict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Its number, by which it is settled.
    pub id: i64,
    /// What cannot all be true.
    pub kind: ConflictKind,
    /// Where it stands.
    pub state: ConflictState,
    /// Whom it is about.
    pub persons: Vec<RecordKey>,
    /// What there is to choose from.
    pub sides: Vec<ConflictSide>,
    /// The import that brought it up.
    pub import: Option<i64>,
    /// When it was found.
    pub found_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Who decided.
    pub settled_by: Option<String>,
    /// What was kept: the name of a side, or [`KEEP_ALL`].
    pub kept: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

impl Conflict {
    /// Whether it is about many namesakes: then the decision is that they are all different people; who is one of
    /// the others is joined to him first (`merge`), which leaves a question about the rest.
    pub fn is_group(&self) -> bool {
        let number = |side: &ConflictSide| {
            let text = side.values.get("id_number")?.as_str()?;
            CitizenId::parse(text).ok().map(|id| id.canonical())
        };
        let first = self.sides.first().and_then(number);
        let one_number = first.is_some() && self.sides.iter().all(|side| number(side) == first);
        self.kind == ConflictKind::PersonTwice && self.persons.len() > 2 && !one_number
    }
}

/// Keeps every side as it is: the persons are different people, the difference is known.
pub const KEEP_ALL: &str = "all";

const COLUMNS: &str = "SELECT c.id, c.kind, c.state, c.sides, c.import_id, c.found_at, c.updated_at, \
                       c.settled_by, c.kept, c.reason FROM conflict c ";

impl Archive {
    /// `limit` of the conflicts that nobody has settled, in the order in which they were found, after the first
    /// `offset`; with `all`, after them those that are settled or gone. Only what is asked for is opened.
    pub async fn conflicts(&self, all: bool, offset: u64, limit: u32) -> Result<Vec<Conflict>, ArchiveError> {
        let mut tx = self.readers().begin().await?;
        let mut query = Query::new(COLUMNS);
        // the index gives the numbers; the sealed sides of the others are not touched
        query.push("WHERE c.id IN (SELECT id FROM conflict ");
        query.push(if all { "ORDER BY state <> 'open', id" } else { "WHERE state = 'open' ORDER BY id" });
        query.push(" LIMIT ").push_bind(i64::from(limit)).push(" OFFSET ");
        query.push_bind(i64::try_from(offset).unwrap_or(i64::MAX)).push(") ORDER BY c.state <> 'open', c.id");
        let rows = query.build().fetch_all(&mut *tx).await?;
        read(&mut tx, self.sealer(), &rows).await
    }

    /// How many conflicts there are, settled and gone ones included.
    pub async fn conflict_count(&self) -> Result<u64, ArchiveError> {
        Ok(count(sqlx::query_scalar("SELECT COUNT(*) FROM conflict").fetch_one(self.readers()).await?))
    }
}

impl Snapshot {
    /// The open conflicts about any of these persons, in the order in which they were found; of a narrowed
    /// snapshot, those all of whose persons it shows.
    pub async fn open_conflicts(&self, persons: &[RecordKey]) -> Result<Vec<Conflict>, ArchiveError> {
        let mut tx = self.lock().await;
        let mut found = BTreeMap::new();
        for chunk in persons.chunks(CHUNK) {
            let mut query = Query::new(COLUMNS);
            query.push(
                "WHERE c.state = 'open' AND c.id IN (SELECT conflict FROM conflict_person WHERE person IN ",
            );
            push_list(&mut query, chunk.iter().map(RecordKey::as_str));
            // a reader who does not see one of the persons does not see what is said of the others either
            query.push(
                ") AND NOT EXISTS (SELECT 1 FROM conflict_person p WHERE p.conflict = c.id AND NOT EXISTS \
                 (SELECT 1 FROM record r WHERE r.kind = 'person' AND r.key = p.person))",
            );
            let rows = query.build().persistent(chunk.len() == CHUNK).fetch_all(&mut **tx).await?;
            for conflict in read(&mut tx, self.archive().sealer(), &rows).await? {
                found.insert(conflict.id, conflict);
            }
        }
        Ok(found.into_values().collect())
    }
}

/// The conflict with this number.
pub(crate) async fn find(
    connection: &mut SqliteConnection,
    sealer: &Sealer,
    id: i64,
) -> Result<Option<Conflict>, ArchiveError> {
    let mut query = Query::new(COLUMNS);
    query.push("WHERE c.id = ").push_bind(id);
    let rows = query.build().fetch_all(&mut *connection).await?;
    Ok(read(connection, sealer, &rows).await?.pop())
}

/// What the sides of a conflict are sealed to.
pub(crate) fn sides_place(id: i64) -> String {
    format!("conflict.sides:{id}")
}

async fn read(
    connection: &mut SqliteConnection,
    sealer: &Sealer,
    rows: &[SqliteRow],
) -> Result<Vec<Conflict>, ArchiveError> {
    let ids = rows.iter().map(|row| row.try_get(0)).collect::<Result<Vec<i64>, _>>()?;
    let mut persons: BTreeMap<i64, Vec<RecordKey>> = BTreeMap::new();
    for chunk in ids.chunks(CHUNK) {
        let mut query = Query::new("SELECT conflict, person FROM conflict_person WHERE conflict IN ");
        push_list(&mut query, chunk.iter().copied());
        for row in query.build().persistent(chunk.len() == CHUNK).fetch_all(&mut *connection).await? {
            persons.entry(row.try_get(0)?).or_default().push(rows::key(row.try_get(1)?)?);
        }
    }
    rows.iter().map(|row| conflict(sealer, row, &mut persons)).collect()
}

fn conflict(
    sealer: &Sealer,
    row: &SqliteRow,
    persons: &mut BTreeMap<i64, Vec<RecordKey>>,
) -> Result<Conflict, ArchiveError> {
    let id: i64 = row.try_get(0)?;
    let sides = sealer.open_json(&sides_place(id), row.try_get(3)?)?;
    let mut persons = persons.remove(&id).unwrap_or_default();
    persons.sort_unstable();
    Ok(Conflict {
        id,
        kind: ConflictKind::read(row.try_get(1)?)?,
        state: ConflictState::read(row.try_get(2)?)?,
        persons,
        sides: serde_json::from_value(sides)
            .map_err(|_| ArchiveError::Damaged(format!("the sides of conflict {id}")))?,
        import: row.try_get(4)?,
        found_at: rows::instant(row.try_get(5)?)?,
        updated_at: rows::instant(row.try_get(6)?)?,
        settled_by: row.try_get(7)?,
        kept: row.try_get(8)?,
        reason: row.try_get(9)?,
    })
}
