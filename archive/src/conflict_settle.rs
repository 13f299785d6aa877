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
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::seal::Sealer;
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
        if keep != KEEP_ALL && !found.sides.iter().any(|side| side.keep == keep) {
            let sides = found.sides.iter().map(|side| side.keep.as_str()).collect::<Vec<_>>().join(", ");
            return Err(ArchiveError::ConflictKeep { id, sides: format!("{sides}, {KEEP_ALL}") });
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
    let found = conflict_find::find(act.connection(), sealer, &touched).await?;
    let known = known(act).await?;
    let mut counts = ConflictCounts::default();
    let mut seen = HashSet::new();
    for found in found {
        if !seen.insert(found.fingerprint.clone()) {
            continue;
        }
        match known.get(&found.fingerprint) {
            None => {
                insert(act, sealer, &found, import).await?;
                counts.new += 1;
            }
            Some((id, ConflictState::Gone)) => {
                set_state(act, *id, ConflictState::Open).await?;
                counts.new += 1;
            }
            Some((_, ConflictState::Open)) => {}
            Some((id, ConflictState::Settled)) => counts.new += u64::from(!hold(act, sealer, *id).await?),
        }
    }
    close_answered(act, sealer, &seen, &touched).await?;
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
    found: &Found,
    import: Option<i64>,
) -> Result<(), ArchiveError> {
    let now_ms = act.now_ms();
    let id: i64 = sqlx::query_scalar("SELECT COALESCE(MAX(id), 0) + 1 FROM conflict")
        .fetch_one(act.connection())
        .await?;
    let sides = serde_json::to_value(&found.sides)
        .map_err(|_| ArchiveError::Damaged("the sides of a conflict".to_owned()))?;
    sqlx::query(
        "INSERT INTO conflict (id, kind, fingerprint, state, sides, import_id, found_at, updated_at) \
         VALUES ($1, $2, $3, 'open', $4, $5, $6, $6)",
    )
    .bind(id)
    .bind(found.kind.word())
    .bind(&found.fingerprint)
    .bind(sealer.seal_json(&conflict::sides_place(id), &sides)?)
    .bind(import)
    .bind(now_ms)
    .execute(act.connection())
    .await?;
    for person in &found.persons {
        sqlx::query("INSERT INTO conflict_person (conflict, person) VALUES ($1, $2)")
            .bind(id)
            .bind(person.as_str())
            .execute(act.connection())
            .await?;
    }
    Ok(())
}

async fn set_state(act: &mut Act, id: i64, state: ConflictState) -> Result<(), ArchiveError> {
    let now_ms = act.now_ms();
    sqlx::query("UPDATE conflict SET state = $1, updated_at = $2 WHERE id = $3")
        .bind(state.word())
        .bind(now_ms)
        .bind(id)
        .execute(act.connection())
        .await?;
    Ok(())
}

/// Open conflicts whose facts are no more. Two rows of one person were only looked for among `touched`.
async fn close_answered(
    act: &mut Act,
    sealer: &Sealer,
    seen: &HashSet<String>,
    touched: &BTreeSet<RecordKey>,
) -> Result<(), ArchiveError> {
    let open = sqlx::query("SELECT id, fingerprint FROM conflict WHERE state = 'open'")
        .fetch_all(act.connection())
        .await?;
    for row in open {
        let (id, fingerprint): (i64, String) = (row.try_get(0)?, row.try_get(1)?);
        if seen.contains(&fingerprint) {
            continue;
        }
        let Some(conflict) = conflict::find(act.connection(), sealer, id).await? else { continue };
        let looked_at = match conflict.kind {
            ConflictKind::SourcesDiffer | ConflictKind::IdentityShared => true,
            ConflictKind::PersonTwice => conflict.persons.iter().any(|person| touched.contains(person)),
        };
        if looked_at {
            set_state(act, id, ConflictState::Gone).await?;
        }
    }
    Ok(())
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
            set_state(act, id, ConflictState::Open).await?;
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
