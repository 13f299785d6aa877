//! From rows to changes, and the places that their sealed words are bound to.

use chrono::{DateTime, NaiveDate, Utc};
use dossier::change::{ChangeKind, ChangeState, Op};
use dossier::{Fields, Kind, RecordKey, RecordRef};
use serde_json::Value;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use crate::error::ArchiveError;
use crate::rows;
use crate::seal::Sealer;

/// A change as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DossierChange {
    /// Its number.
    pub id: i64,
    /// What for.
    pub kind: ChangeKind,
    /// Where it stands.
    pub state: ChangeState,
    /// Its version, for whoever decides.
    pub row_version: i64,
    /// Whose dossier.
    pub person: Option<RecordKey>,
    /// About which unit, where it is about no person.
    pub unit: Option<RecordKey>,
    /// From which day it is so, where that was said.
    pub effective_on: Option<NaiveDate>,
    /// Why.
    pub reason: String,
    /// The document that it rests on; may be empty.
    pub document: String,
    /// Who asked.
    pub proposed_by: String,
    /// When.
    pub proposed_at: DateTime<Utc>,
    /// Who decided.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<DateTime<Utc>>,
    /// What was said then; may be empty.
    pub decision: String,
    /// The change that it takes back.
    pub reverses: Option<i64>,
    /// The change by which it was taken back.
    pub reversed_by: Option<i64>,
    /// How many steps it has.
    pub steps: u64,
    /// A later import brought something else for one of its records.
    pub overtaken: bool,
}

impl DossierChange {
    /// Whether what it did still stands.
    pub fn in_force(&self) -> bool {
        self.state == ChangeState::Approved && self.reversed_by.is_none()
    }
}

/// A step of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeItem {
    /// Its place, from 1.
    pub number: i64,
    /// The record.
    pub record: RecordRef,
    /// What is done.
    pub op: Op,
    /// The version that whoever asked has seen; 0: none.
    pub base: i64,
    /// Of a join: into whose dossier.
    pub into: Option<RecordKey>,
    /// The content afterwards.
    pub fields: Fields,
    /// Whether its key was made from the content.
    pub key_derived: bool,
    /// The version that it wrote.
    pub written_version: Option<i64>,
    /// The import that brought something else since.
    pub overtaken_by: Option<i64>,
    pub(crate) before_hash: Option<String>,
    pub(crate) after_hash: Option<String>,
}

pub(super) const CHANGE: &str = "SELECT c.id, c.kind, c.state, c.row_version, c.person, c.unit, c.effective_on, c.reason, c.document, \
     c.proposed_by, c.proposed_at, c.decided_by, c.decided_at, c.decision, c.reverses, c.reversed_by, \
     (SELECT COUNT(*) FROM dossier_change_item n WHERE n.change = c.id), \
     (SELECT COUNT(*) FROM dossier_change_item n WHERE n.change = c.id AND n.overtaken_by IS NOT NULL) \
     FROM dossier_change c ";

pub(super) const ITEM: &str = "SELECT i.number, i.kind, i.key, i.op, i.base, i.into_person, i.body, i.key_derived, i.written_version, \
     i.overtaken_by, i.before_hash, i.after_hash, i.change FROM dossier_change_item i ";

/// What the words of a change are sealed to.
pub(super) fn place(id: i64, what: &str) -> String {
    format!("dossier_change:{id}.{what}")
}

/// What the content of a step is sealed to.
pub(super) fn item_place(change: i64, number: i64) -> String {
    format!("dossier_change:{change}.item:{number}")
}

pub(super) fn change(sealer: &Sealer, row: &SqliteRow) -> Result<DossierChange, ArchiveError> {
    let id: i64 = row.try_get(0)?;
    let word = |slug: &str| ArchiveError::Damaged(format!("change {id} has an unknown word {slug:?}"));
    let (kind, state): (&str, &str) = (row.try_get(1)?, row.try_get(2)?);
    let day: Option<&str> = row.try_get(6)?;
    let decision: Option<&str> = row.try_get(13)?;
    Ok(DossierChange {
        id,
        kind: ChangeKind::parse(kind).ok_or_else(|| word(kind))?,
        state: ChangeState::parse(state).ok_or_else(|| word(state))?,
        row_version: row.try_get(3)?,
        person: rows::optional_key(row.try_get(4)?)?,
        unit: rows::optional_key(row.try_get(5)?)?,
        effective_on: day.map(|day| day.parse().map_err(|_| word(day))).transpose()?,
        reason: sealer.open(&place(id, "reason"), row.try_get(7)?)?,
        document: sealer.open(&place(id, "document"), row.try_get(8)?)?,
        proposed_by: row.try_get(9)?,
        proposed_at: rows::instant(row.try_get(10)?)?,
        decided_by: row.try_get(11)?,
        decided_at: row.try_get::<Option<i64>, _>(12)?.map(rows::instant).transpose()?,
        decision: decision
            .map(|sealed| sealer.open(&place(id, "decision"), sealed))
            .transpose()?
            .unwrap_or_default(),
        reverses: row.try_get(14)?,
        reversed_by: row.try_get(15)?,
        steps: crate::sql::count(row.try_get(16)?),
        overtaken: row.try_get::<i64, _>(17)? > 0,
    })
}

pub(super) fn item(sealer: &Sealer, row: &SqliteRow) -> Result<ChangeItem, ArchiveError> {
    let (number, change): (i64, i64) = (row.try_get(0)?, row.try_get(12)?);
    let record = rows::record(row.try_get(1)?, row.try_get(2)?)?;
    let damaged = || ArchiveError::Damaged(format!("step {number} of change {change}"));
    let Value::Object(body) = sealer.open_json(&item_place(change, number), row.try_get(6)?)? else {
        return Err(damaged());
    };
    Ok(ChangeItem {
        number,
        op: Op::parse(row.try_get(3)?).ok_or_else(damaged)?,
        base: row.try_get(4)?,
        into: rows::optional_key(row.try_get(5)?)?,
        fields: Fields::from_json(record.kind.declaration(), body).map_err(|_| damaged())?,
        key_derived: row.try_get::<i64, _>(7)? != 0,
        written_version: row.try_get(8)?,
        overtaken_by: row.try_get(9)?,
        before_hash: row.try_get(10)?,
        after_hash: row.try_get(11)?,
        record,
    })
}

/// The change with this number, and its steps.
pub(super) async fn find(
    connection: &mut SqliteConnection,
    sealer: &Sealer,
    id: i64,
) -> Result<Option<(DossierChange, Vec<ChangeItem>)>, ArchiveError> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{CHANGE} WHERE c.id = $1")))
        .bind(id)
        .fetch_optional(&mut *connection)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let found = change(sealer, &row)?;
    Ok(Some((found, items(connection, sealer, id).await?)))
}

pub(super) async fn items(
    connection: &mut SqliteConnection,
    sealer: &Sealer,
    id: i64,
) -> Result<Vec<ChangeItem>, ArchiveError> {
    sqlx::query(sqlx::AssertSqlSafe(format!("{ITEM} WHERE i.change = $1 ORDER BY i.number")))
        .bind(id)
        .fetch_all(connection)
        .await?
        .iter()
        .map(|row| item(sealer, row))
        .collect()
}

/// Whether a kind of record is about a person.
pub(super) fn about_persons(kind: Kind) -> bool {
    kind.declaration().person.is_some()
}
