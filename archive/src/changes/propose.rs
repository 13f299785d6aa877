//! Asking for a change: it is checked as an import checks a row, against the records as they are and as whoever
//! asks sees them, and then stored. Nothing of the dossier changes yet.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use dossier::change::diff::differences;
use dossier::change::{ChangeKind, Item, Op};
use dossier::{CellProblem, Column, Fields, Kind, RecordKey, RecordRef, Value, ValueType, draft};
use serde_json::json;
use sqlx::Row as _;

use super::error::ChangeError;
use super::read::{item_place, place};
use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::past::{self, Standing};
use crate::rows;
use crate::snapshot::Snapshot;

/// Most steps of one change: the merge of a very full dossier.
const STEPS_MAX: usize = 5_000;
/// Most characters of a reason or of the name of a document.
const WORDS_MAX: usize = 2_000;

/// A change that somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewChange {
    /// What for.
    pub kind: ChangeKind,
    /// Whose dossier it is listed under; `None`: that of its first step.
    pub person: Option<RecordKey>,
    /// Why.
    pub reason: String,
    /// The document that it rests on; may be empty.
    pub document: String,
    /// From which day it is so, where that is said.
    pub effective_on: Option<NaiveDate>,
    /// Its steps.
    pub items: Vec<Item>,
}

/// A step that has been checked.
pub(super) struct Step {
    pub(super) record: RecordRef,
    pub(super) op: Op,
    base: i64,
    into: Option<RecordKey>,
    fields: Fields,
    person: Option<RecordKey>,
    unit: Option<RecordKey>,
    office: Option<String>,
    key_derived: bool,
    before_hash: Option<String>,
    after_hash: Option<String>,
}

impl Archive {
    /// Asks for a change; gives its number. What the handle's reader does not see is not there for it.
    pub async fn propose_change(
        &self,
        new: &NewChange,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<i64, ArchiveError> {
        self.propose(new, None, actor, now).await
    }

    pub(super) async fn propose(
        &self,
        new: &NewChange,
        reverses: Option<i64>,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<i64, ArchiveError> {
        let chars = new.reason.trim().chars().count();
        if chars == 0 || chars > WORDS_MAX || new.document.chars().count() > WORDS_MAX {
            return Err(ChangeError::Reason.into());
        }
        if new.items.is_empty() || new.items.len() > STEPS_MAX {
            return Err(ChangeError::Steps { steps: new.items.len(), max: STEPS_MAX }.into());
        }
        let seen = self.snapshot().await?;
        let mut act = Act::begin(self, actor, now).await?;
        let steps = check(self, &mut act, &seen, new).await?;
        drop(seen);
        let id = insert(self, &mut act, new, reverses, &steps).await?;
        let detail = json!({ "kind": new.kind, "steps": steps.len() });
        act.audit("change.propose", &id.to_string(), &detail).await?;
        act.commit().await?;
        Ok(id)
    }
}

/// Checks every step; those that would change nothing are left out.
async fn check(
    archive: &Archive,
    act: &mut Act,
    seen: &Snapshot,
    new: &NewChange,
) -> Result<Vec<Step>, ArchiveError> {
    let made: BTreeSet<RecordRef> = new
        .items
        .iter()
        .filter(|item| item.op == Op::Create)
        .filter_map(|item| Some(RecordRef::new(item.kind, item.key.clone()?)))
        .collect();
    // what the change itself makes or brings back can be referred to by its other steps
    let there: BTreeSet<RecordRef> = new
        .items
        .iter()
        .filter(|item| matches!(item.op, Op::Create | Op::Amend))
        .filter_map(|item| Some(RecordRef::new(item.kind, item.key.clone()?)))
        .collect();
    let office = new
        .items
        .iter()
        .find(|item| item.op == Op::Create && item.kind == Kind::Person)
        .and_then(|item| item.fields.text("office").map(str::to_owned));
    let mut steps = Vec::with_capacity(new.items.len());
    let mut problems = Vec::new();
    for item in &new.items {
        match one(archive, act, item).await {
            Ok(Some((mut step, before))) => {
                step.office.clone_from(&office);
                must_see(seen, &step, &made).await?;
                problems.extend(unknown_references(seen, &step, before.as_ref(), &there).await?);
                may_change(act, &step, new.kind).await?;
                steps.push(step);
            }
            Ok(None) => {}
            Err(ArchiveError::Change(ChangeError::Invalid(found))) => problems.extend(found),
            Err(error) => return Err(error),
        }
    }
    if !problems.is_empty() {
        return Err(ChangeError::Invalid(problems).into());
    }
    if steps.is_empty() {
        return Err(ChangeError::NothingChanges.into());
    }
    Ok(steps)
}

/// One step, with the content before it; `None`: it changes nothing.
async fn one(
    archive: &Archive,
    act: &mut Act,
    item: &Item,
) -> Result<Option<(Step, Option<Fields>)>, ArchiveError> {
    let sealer = archive.sealer();
    let fields = if matches!(item.op, Op::Create | Op::Amend) {
        validated(item).map_err(ChangeError::Invalid)?
    } else {
        Fields::new()
    };
    let key_derived = item.key.is_none();
    let key = match &item.key {
        Some(key) => key.clone(),
        None => sealer.derived_key(item.kind, &fields, None)?,
    };
    let record = RecordRef::new(item.kind, key);
    let standing = past::standing(act.connection(), sealer, std::slice::from_ref(&record)).await?.pop();
    let present = standing.as_ref().map_or(0, Standing::version);
    if item.op.writes() {
        let there = standing.as_ref().is_some_and(|standing| standing.live);
        match item.op {
            Op::Create if there => return Err(ChangeError::Exists(record).into()),
            Op::Create if item.kind == Kind::Text => return Err(ArchiveError::WrongKind(Kind::Text)),
            Op::Create => {}
            _ if item.base != present || present == 0 => {
                return Err(ChangeError::Stale { record, base: item.base, present }.into());
            }
            _ => {}
        }
    }
    // what was retired and is entered again is the same record
    let op = if item.op == Op::Create && present > 0 { Op::Amend } else { item.op };
    let before = standing.as_ref().map(|standing| standing.fields().clone());
    let live = standing.as_ref().is_some_and(|standing| standing.live);
    let unchanged = match op {
        Op::Amend => live && before.as_ref() == Some(&fields),
        Op::Retire => !live,
        Op::Create | Op::Seal | Op::Unseal | Op::Join | Op::Part => false,
    };
    if unchanged {
        return Ok(None);
    }
    let told = if op == Op::Retire { before.clone().unwrap_or_default() } else { fields.clone() };
    let (person, unit) = rows::subject(&record, &told);
    let after_hash = match (&standing, op) {
        (Some(standing), Op::Amend) => Some(standing.hash_with(sealer, &fields)),
        (None, Op::Create) => Some(sealer.content_hash(record.kind, &fields, None)),
        _ => None,
    };
    let step = Step {
        op,
        base: if op.writes() { present } else { 0 },
        into: item.into.clone(),
        person,
        unit,
        office: None,
        key_derived: standing.as_ref().map_or(key_derived, Standing::key_derived),
        before_hash: standing.as_ref().filter(|_| op.writes()).map(|standing| standing.hash().to_owned()),
        after_hash,
        fields,
        record,
    };
    Ok(Some((step, before)))
}

/// The content of a step, checked by the rules of an import.
fn validated(item: &Item) -> Result<Fields, Vec<CellProblem>> {
    let declaration = item.kind.declaration();
    let mut texts: Vec<(&'static Column, String)> = Vec::new();
    for column in declaration.columns {
        if matches!(column.value, ValueType::Key) {
            texts.extend(item.key.as_ref().map(|key| (column, key.to_string())));
        } else if let Some(value) = item.fields.get(column.slug) {
            texts.push((column, value.to_cell()));
        }
    }
    // a derived key stands in for a number that the table does not ask for
    let cells: Vec<(&'static Column, &str)> =
        texts.iter().map(|(column, text)| (*column, text.as_str())).collect();
    let mut fields = draft::check(item.kind, &cells, &[])?.draft.fields;
    for (slug, value) in item.fields.iter() {
        if declaration.column(slug).is_none() {
            fields.set(slug, value.clone());
        }
    }
    Ok(fields)
}

/// A record outside of the reader's scope is not there.
async fn must_see(seen: &Snapshot, step: &Step, made: &BTreeSet<RecordRef>) -> Result<(), ArchiveError> {
    let Some(narrowing) = seen.narrowing() else { return Ok(()) };
    let new_person = step.op == Op::Create && step.record.kind == Kind::Person;
    let of_new = step
        .person
        .as_ref()
        .is_some_and(|person| made.contains(&RecordRef::new(Kind::Person, person.clone())));
    let mut tx = seen.lock().await;
    let found: i64 = if new_person || of_new {
        let sql = narrowing.new_persons();
        sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .bind(step.record.kind.slug())
            .bind(step.office.as_deref().unwrap_or_default())
            .fetch_one(&mut **tx)
            .await?
    } else {
        let sql = format!(
            "SELECT COUNT(*) FROM (SELECT $1 AS kind, $2 AS key, $3 AS person, $4 AS unit) r WHERE 1 = 1{}",
            narrowing.records()
        );
        sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .bind(step.record.kind.slug())
            .bind(step.record.key.as_str())
            .bind(step.person.as_ref().map(RecordKey::as_str))
            .bind(step.unit.as_ref().map(RecordKey::as_str))
            .fetch_one(&mut **tx)
            .await?
    };
    drop(tx);
    let hidden = found == 0 || step.base > 0 && seen.versions(&step.record).await?.is_empty();
    if hidden {
        return Err(ChangeError::Stale { record: step.record.clone(), base: step.base, present: 0 }.into());
    }
    Ok(())
}

/// What a filled-in or changed column refers to must be there for whoever asks.
async fn unknown_references(
    seen: &Snapshot,
    step: &Step,
    before: Option<&Fields>,
    made: &BTreeSet<RecordRef>,
) -> Result<Vec<CellProblem>, ArchiveError> {
    let mut problems = Vec::new();
    if !matches!(step.op, Op::Create | Op::Amend) {
        return Ok(problems);
    }
    let nothing = Fields::new();
    for change in differences(step.record.kind, before.unwrap_or(&nothing), &step.fields) {
        let (kind, keys) = match (change.column.map(|column| column.value), &change.after) {
            (Some(ValueType::Reference(kind)), Some(Value::Text(key))) => (kind, vec![key.clone()]),
            (Some(ValueType::References(kind)), Some(Value::List(keys))) => (kind, keys.clone()),
            _ => continue,
        };
        let keys: Vec<RecordKey> = keys.iter().filter_map(|key| RecordKey::new(key).ok()).collect();
        let known = seen.existing(kind, &keys).await?;
        for key in keys {
            if !known.contains(&key) && !made.contains(&RecordRef::new(kind, key.clone())) {
                problems.push(CellProblem::new(
                    &change.header,
                    key.as_str(),
                    "reference_unknown",
                    &format!("there is no {kind} {key}"),
                    &format!("没有编号为 {key} 的{}", kind.title()),
                ));
            }
        }
    }
    Ok(problems)
}

/// No other change about the record waits, and the dossier is neither sealed nor joined to another.
async fn may_change(act: &mut Act, step: &Step, kind: ChangeKind) -> Result<(), ArchiveError> {
    let pending: Option<i64> = sqlx::query_scalar(
        "SELECT c.id FROM dossier_change_item i JOIN dossier_change c ON c.id = i.change \
         WHERE i.kind = $1 AND i.key = $2 AND c.state = 'open' ORDER BY c.id LIMIT 1",
    )
    .bind(step.record.kind.slug())
    .bind(step.record.key.as_str())
    .fetch_optional(act.connection())
    .await?;
    if let Some(change) = pending {
        return Err(ChangeError::Pending { change, record: step.record.clone() }.into());
    }
    if matches!(kind, ChangeKind::Unseal | ChangeKind::Reversal) {
        return Ok(());
    }
    stands_open(act, step.person.as_ref()).await
}

/// Whether a dossier takes changes.
pub(super) async fn stands_open(act: &mut Act, person: Option<&RecordKey>) -> Result<(), ArchiveError> {
    let Some(person) = person else { return Ok(()) };
    let standing = sqlx::query("SELECT sealed, joined_into FROM dossier_standing WHERE person = $1")
        .bind(person.as_str())
        .fetch_optional(act.connection())
        .await?;
    let Some(standing) = standing else { return Ok(()) };
    if standing.try_get::<i64, _>(0)? != 0 {
        return Err(ChangeError::Sealed(person.to_string()).into());
    }
    match standing.try_get::<Option<String>, _>(1)? {
        Some(into) => Err(ChangeError::Joined { person: person.to_string(), into }.into()),
        None => Ok(()),
    }
}

async fn insert(
    archive: &Archive,
    act: &mut Act,
    new: &NewChange,
    reverses: Option<i64>,
    steps: &[Step],
) -> Result<i64, ArchiveError> {
    let sealer = archive.sealer();
    let (now_ms, actor) = (act.now_ms(), act.actor().to_owned());
    let id: i64 = sqlx::query_scalar("SELECT COALESCE(MAX(id), 0) + 1 FROM dossier_change")
        .fetch_one(act.connection())
        .await?;
    let person = new.person.clone().or_else(|| steps.iter().find_map(|step| step.person.clone()));
    let unit = steps.iter().find_map(|step| step.unit.clone()).filter(|_| person.is_none());
    sqlx::query(
        "INSERT INTO dossier_change (id, kind, state, row_version, person, unit, effective_on, reason, document, \
         proposed_by, proposed_at, reverses) VALUES ($1, $2, 'open', 1, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(id)
    .bind(new.kind.slug())
    .bind(person.map(String::from))
    .bind(unit.map(String::from))
    .bind(new.effective_on.map(|day| day.to_string()))
    .bind(sealer.seal(&place(id, "reason"), new.reason.trim())?)
    .bind(sealer.seal(&place(id, "document"), new.document.trim())?)
    .bind(&actor)
    .bind(now_ms)
    .bind(reverses)
    .execute(act.connection())
    .await?;
    for (number, step) in (1_i64..).zip(steps) {
        sqlx::query(
            "INSERT INTO dossier_change_item (change, number, kind, key, op, base, into_person, person, unit, \
             office, key_derived, body, before_hash, after_hash) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        )
        .bind(id)
        .bind(number)
        .bind(step.record.kind.slug())
        .bind(step.record.key.as_str())
        .bind(step.op.slug())
        .bind(step.base)
        .bind(step.into.as_ref().map(RecordKey::as_str))
        .bind(step.person.as_ref().map(RecordKey::as_str))
        .bind(step.unit.as_ref().map(RecordKey::as_str))
        .bind(step.office.as_deref())
        .bind(i64::from(step.key_derived))
        .bind(sealer.seal_json(&item_place(id, number), &step.fields.to_json())?)
        .bind(step.before_hash.as_deref())
        .bind(step.after_hash.as_deref())
        .execute(act.connection())
        .await?;
    }
    Ok(id)
}
