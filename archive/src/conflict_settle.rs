//! Keeping the list of conflicts up to date, and carrying out what was decided. A decision changes records by
//! new versions with its reason; nothing is erased. A later import that brings the same facts again is put
//! right by the decision that was made, and asks nobody.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use dossier::citizen_id::CitizenId;
use dossier::{Kind, RecordKey, RecordRef, Value};
use serde_json::json;
use sqlx::{Row as _, SqliteConnection};

use crate::act::Act;
use crate::conflict::{self, Conflict, ConflictKind, ConflictSide, ConflictState, KEEP_ALL};
use crate::conflict_find::{self, Found};
use crate::conflict_namesakes;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::seal::Sealer;
use crate::sql::{CHUNK, Query, insert_all, push_list};
use crate::store::{self, NewVersion};
use crate::{format, past, rows};

/// Up to which change the persons have been looked at.
const LOOKED_AT: &str = "conflicts_seq";

/// What an import brought up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ConflictCounts {
    /// Found now and not before.
    pub new: u64,
    /// Open in all.
    pub open: u64,
}

impl Archive {
    /// How many conflicts wait for a decision; none of them is opened for it.
    pub async fn open_conflict_count(&self) -> Result<u64, ArchiveError> {
        let mut connection = self.readers().acquire().await?;
        open_count(&mut connection).await
    }

    /// A person decides conflict `id`: `keep` names one of its sides, or is [`KEEP_ALL`]. What the decision
    /// says of the records is done in the same transaction. Gives how many records it changed.
    pub async fn settle_conflict(
        &self,
        id: i64,
        keep: &str,
        reason: &str,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<u64, ArchiveError> {
        let mut act = Act::begin(self, actor, now).await?;
        let found = conflict::find(act.connection(), self.sealer(), id).await?;
        let found = found.ok_or(ArchiveError::NoSuchConflict(id))?;
        if found.state != ConflictState::Open {
            return Err(ArchiveError::ConflictSettled { id, state: found.state.word() });
        }
        let sides = || found.sides.iter().map(|side| side.keep.as_str()).filter(|_| !found.is_group());
        if keep != KEEP_ALL && !sides().any(|side| side == keep) {
            let sides: Vec<&str> = sides().chain([KEEP_ALL]).collect();
            return Err(ArchiveError::ConflictKeep { id, sides: sides.join(", ") });
        }
        let changed = apply(&mut act, self.sealer(), &found, keep).await?;
        let (now_ms, actor) = (act.now_ms(), act.actor().to_owned());
        sqlx::query(
            "UPDATE conflict SET state = 'settled', settled_by = $1, kept = $2, reason = $3, updated_at = $4 \
             WHERE id = $5",
        )
        .bind(actor)
        .bind(keep)
        .bind(reason)
        .bind(now_ms)
        .bind(id)
        .execute(act.connection())
        .await?;
        // the reason stays in the conflict's row: a person wrote it, and it may name somebody
        let detail = json!({ "kind": found.kind.word(), "keep": keep, "changed": changed });
        act.audit("conflict.settle", &id.to_string(), &detail).await?;
        // what the decision changed may have answered another question too
        refresh(&mut act, self.sealer(), None).await?;
        act.commit().await?;
        Ok(changed)
    }
}

/// Brings the list of conflicts up to what the archive holds now, within the act that changed it.
pub(crate) async fn refresh(
    act: &mut Act,
    sealer: &Sealer,
    import: Option<i64>,
) -> Result<ConflictCounts, ArchiveError> {
    let touched = touched(act).await?;
    let touched = conflict_namesakes::with_groups(act.connection(), touched).await?;
    let found = conflict_find::find(act.connection(), sealer, &touched).await?;
    let known = known(act).await?;
    let mut counts = ConflictCounts::default();
    let (mut seen, mut new, mut reopened) = (HashSet::new(), Vec::new(), Vec::new());
    for found in found {
        if !seen.insert(found.fingerprint.clone()) {
            continue;
        }
        match known.get(&found.fingerprint) {
            None => new.push(found),
            Some((id, ConflictState::Gone)) => reopened.push(*id),
            Some((_, ConflictState::Open)) => {}
            Some((id, ConflictState::Settled)) => counts.new += u64::from(!hold(act, sealer, *id).await?),
        }
    }
    counts.new += (new.len() + reopened.len()) as u64;
    insert(act, sealer, &new, import).await?;
    set_states(act, ConflictState::Open, &reopened).await?;
    close_answered(act, &seen, &touched).await?;
    let last: i64 = sqlx::query_scalar("SELECT COALESCE(MAX(seq), 0) FROM record_version")
        .fetch_one(act.connection())
        .await?;
    format::set(act.connection(), LOOKED_AT, &last.to_string()).await?;
    if counts.new > 0 {
        let subject = import.map(|id| id.to_string()).unwrap_or_default();
        act.audit("conflict.found", &subject, &json!({ "new": counts.new })).await?;
    }
    Ok(ConflictCounts { open: open_count(act.connection()).await?, ..counts })
}

/// How many conflicts nobody has decided.
async fn open_count(connection: &mut SqliteConnection) -> Result<u64, ArchiveError> {
    let open: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM conflict WHERE state = 'open'")
        .fetch_one(connection)
        .await?;
    Ok(crate::sql::count(open))
}

/// The persons who have changed since the last time, retired ones included.
async fn touched(act: &mut Act) -> Result<BTreeSet<RecordKey>, ArchiveError> {
    let last = format::get(act.connection(), LOOKED_AT).await?;
    let last: i64 = last.and_then(|text| text.parse().ok()).unwrap_or(0);
    sqlx::query("SELECT key FROM record WHERE kind = 'person' AND seq > $1")
        .bind(last)
        .fetch_all(act.connection())
        .await?
        .iter()
        .map(|row| rows::key(row.try_get(0)?))
        .collect()
}

async fn known(act: &mut Act) -> Result<HashMap<String, (i64, ConflictState)>, ArchiveError> {
    sqlx::query("SELECT fingerprint, id, state FROM conflict")
        .fetch_all(act.connection())
        .await?
        .iter()
        .map(|row| Ok((row.try_get(0)?, (row.try_get(1)?, ConflictState::read(row.try_get(2)?)?))))
        .collect()
}

async fn insert(
    act: &mut Act,
    sealer: &Sealer,
    new: &[Found],
    import: Option<i64>,
) -> Result<(), ArchiveError> {
    let now_ms = act.now_ms();
    let next: i64 = sqlx::query_scalar("SELECT COALESCE(MAX(id), 0) + 1 FROM conflict")
        .fetch_one(act.connection())
        .await?;
    for (chunk, first) in new.chunks(CHUNK).zip((next..).step_by(CHUNK)) {
        let mut rows = Vec::with_capacity(chunk.len());
        for (found, id) in chunk.iter().zip(first..) {
            let sides = serde_json::to_value(&found.sides)
                .map_err(|_| ArchiveError::Damaged("the sides of a conflict".to_owned()))?;
            rows.push((id, found, sealer.seal_json(&conflict::sides_place(id), &sides)?));
        }
        let head =
            "INSERT INTO conflict (id, kind, fingerprint, state, sides, import_id, found_at, updated_at) ";
        insert_all(act.connection(), head, &rows, "", |values, (id, found, sides)| {
            values.push_bind(*id).push_bind(found.kind.word()).push_bind(found.fingerprint.as_str());
            values.push_bind(ConflictState::Open.word()).push_bind(sides.as_str()).push_bind(import);
            values.push_bind(now_ms).push_bind(now_ms);
        })
        .await?;
        let persons: Vec<(i64, &RecordKey)> =
            rows.iter().flat_map(|(id, found, _)| found.persons.iter().map(|person| (*id, person))).collect();
        let head = "INSERT INTO conflict_person (conflict, person) ";
        insert_all(act.connection(), head, &persons, "", |values, (id, person)| {
            values.push_bind(*id).push_bind(person.as_str());
        })
        .await?;
    }
    Ok(())
}

async fn set_states(act: &mut Act, state: ConflictState, conflicts: &[i64]) -> Result<(), ArchiveError> {
    let now_ms = act.now_ms();
    for chunk in conflicts.chunks(CHUNK) {
        let mut query = Query::new("UPDATE conflict SET state = ");
        query.push_bind(state.word()).push(", updated_at = ").push_bind(now_ms).push(" WHERE id IN ");
        push_list(&mut query, chunk.iter().copied());
        query.build().persistent(chunk.len() == CHUNK).execute(act.connection()).await?;
    }
    Ok(())
}

/// Open conflicts whose facts are no more. Two rows of one person were only looked for among `touched`.
async fn close_answered(
    act: &mut Act,
    seen: &HashSet<String>,
    touched: &BTreeSet<RecordKey>,
) -> Result<(), ArchiveError> {
    let open = sqlx::query(
        "SELECT c.id, c.fingerprint, c.kind, p.person FROM conflict c \
         JOIN conflict_person p ON p.conflict = c.id WHERE c.state = 'open' ORDER BY c.id",
    )
    .fetch_all(act.connection())
    .await?;
    let mut answered: Vec<i64> = Vec::new();
    for row in open {
        let (id, fingerprint): (i64, &str) = (row.try_get(0)?, row.try_get(1)?);
        if seen.contains(fingerprint) || answered.last() == Some(&id) {
            continue;
        }
        let looked_at = match ConflictKind::read(row.try_get(2)?)? {
            ConflictKind::SourcesDiffer | ConflictKind::IdentityShared => true,
            ConflictKind::PersonTwice => touched.contains(&rows::key(row.try_get(3)?)?),
        };
        if looked_at {
            answered.push(id);
        }
    }
    set_states(act, ConflictState::Gone, &answered).await
}

/// The facts of a settled conflict stand there again: what was decided is done again. `false`: it cannot be
/// done any more, so the question is open again.
async fn hold(act: &mut Act, sealer: &Sealer, id: i64) -> Result<bool, ArchiveError> {
    let Some(conflict) = conflict::find(act.connection(), sealer, id).await? else { return Ok(true) };
    let keep = conflict.kept.clone().unwrap_or_else(|| KEEP_ALL.to_owned());
    match apply(act, sealer, &conflict, &keep).await {
        Ok(0) => Ok(true),
        Ok(changed) => {
            let detail = json!({ "kind": conflict.kind.word(), "keep": keep, "changed": changed });
            act.audit("conflict.hold", &id.to_string(), &detail).await?;
            Ok(true)
        }
        Err(ArchiveError::ConflictHasRecords { .. }) => {
            set_states(act, ConflictState::Open, &[id]).await?;
            Ok(false)
        }
        Err(error) => Err(error),
    }
}

/// Does to the records what `keep` means. Gives how many it changed.
async fn apply(act: &mut Act, sealer: &Sealer, conflict: &Conflict, keep: &str) -> Result<u64, ArchiveError> {
    let Some(side) = conflict.sides.iter().find(|side| side.keep == keep) else {
        return Ok(0);
    };
    let reason = format!("conflict {} settled", conflict.id);
    let concerned: Vec<RecordRef> = conflict
        .persons
        .iter()
        .filter(|person| conflict.kind == ConflictKind::SourcesDiffer || person.as_str() != keep)
        .map(|person| RecordRef::new(Kind::Person, person.clone()))
        .collect();
    let mut versions: Vec<NewVersion> = Vec::new();
    for standing in past::standing(act.connection(), sealer, &concerned).await? {
        if !standing.live {
            continue;
        }
        match conflict.kind {
            ConflictKind::SourcesDiffer => {
                versions.extend(standing.amend(sealer, &reason, |fields| put_values(fields, side))?);
            }
            ConflictKind::IdentityShared => {
                let number = number_of(side);
                versions.extend(standing.amend(sealer, &reason, |fields| {
                    let canonical = fields.text("id_number").and_then(canonical);
                    if canonical.is_some() && canonical == number {
                        fields.remove("id_number");
                    }
                })?);
            }
            ConflictKind::PersonTwice => {
                let count = referring(act, &standing.record.key).await?;
                if count > 0 {
                    let person = standing.record.key.to_string();
                    return Err(ArchiveError::ConflictHasRecords { id: conflict.id, person, count });
                }
                versions.push(standing.retire(None, &reason));
            }
        }
    }
    store::write(act, sealer, &versions).await?;
    Ok(versions.len() as u64)
}

/// The values of the side that is kept; what it does not say stays.
fn put_values(fields: &mut dossier::Fields, side: &ConflictSide) {
    let kept = dossier::Fields::from_json(Kind::Person.declaration(), side.values.clone());
    for (slug, value) in kept.unwrap_or_default().iter() {
        let value: &Value = value;
        fields.set(slug, value.clone());
    }
}

fn canonical(text: &str) -> Option<String> {
    CitizenId::parse(text).ok().map(|id| id.canonical())
}

fn number_of(side: &ConflictSide) -> Option<String> {
    side.values.get("id_number").and_then(serde_json::Value::as_str).and_then(canonical)
}

/// Live records about a person, besides the person's own row.
async fn referring(act: &mut Act, person: &RecordKey) -> Result<u64, ArchiveError> {
    let count: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM record WHERE person = $1 AND kind <> 'person' AND state = 'live'",
    )
    .bind(person.as_str())
    .fetch_one(act.connection())
    .await?;
    Ok(crate::sql::count(count))
}
