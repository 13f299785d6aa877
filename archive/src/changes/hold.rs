//! What was corrected stays corrected: a later import that brings a record again as it was before is put right
//! at its end, by a version that says so. An import that brings a third thing is left alone, and the change is
//! marked overtaken, for a person to look at. Records that still come for a person whose dossier was joined to
//! another's go to that other.

use std::collections::BTreeMap;

use dossier::change::Op;
use dossier::{Fields, Kind, RecordRef};
use serde_json::json;
use sqlx::Row as _;

use super::apply::reason;
use super::merge::redirected;
use super::read;
use crate::act::Act;
use crate::error::ArchiveError;
use crate::past;
use crate::rows;
use crate::seal::Sealer;
use crate::store::{self, NewVersion};

/// What a change left of a record, and all that it had put right before.
#[derive(Default)]
struct Kept {
    change: i64,
    number: i64,
    /// Contents that were put right.
    wrong: Vec<String>,
    /// What it should be; `None`: out of use.
    right: Option<Fields>,
    right_hash: Option<String>,
    key_derived: bool,
}

/// Puts right what `import` has brought again. Gives how many records.
pub(crate) async fn hold(act: &mut Act, sealer: &Sealer, import: i64) -> Result<u64, ArchiveError> {
    let mut versions: Vec<NewVersion> = Vec::new();
    let mut overtaken = Vec::new();
    for (record, kept) in kept(act, sealer, Some(import)).await? {
        let Some(standing) =
            past::standing(act.connection(), sealer, std::slice::from_ref(&record)).await?.pop()
        else {
            continue;
        };
        if !standing.live || kept.right_hash.as_deref() == Some(standing.hash()) {
            continue;
        }
        if !kept.wrong.iter().any(|hash| hash == standing.hash()) {
            overtaken.push((kept.change, kept.number));
            continue;
        }
        let why = format!("{} holds against import {import}", reason(kept.change));
        versions.push(match kept.right {
            Some(fields) => standing.rewrite(sealer, fields, &why)?,
            None => standing.retire(None, &why),
        });
    }
    versions.extend(in_their_source_by_now(act, sealer, import).await?);
    store::write(act, sealer, &versions).await?;
    let followed = follow_joins(act, sealer, import).await?;
    for (change, number) in &overtaken {
        sqlx::query("UPDATE dossier_change_item SET overtaken_by = $1 WHERE change = $2 AND number = $3")
            .bind(import)
            .bind(change)
            .bind(number)
            .execute(act.connection())
            .await?;
    }
    let held = versions.len() as u64 + followed;
    if held > 0 || !overtaken.is_empty() {
        let detail = json!({ "held": held, "overtaken": overtaken.len() });
        act.audit("change.hold", &import.to_string(), &detail).await?;
    }
    Ok(held)
}

/// The changes in force, record by record; with `import`, of the records that it wrote.
async fn kept(
    act: &mut Act,
    sealer: &Sealer,
    import: Option<i64>,
) -> Result<BTreeMap<RecordRef, Kept>, ArchiveError> {
    let sql = format!(
        "{} JOIN dossier_change c ON c.id = i.change AND c.state = 'approved' AND c.reversed_by IS NULL \
         AND c.reverses IS NULL CROSS JOIN record r ON r.kind = i.kind AND r.key = i.key \
         WHERE i.op IN ('create', 'amend', 'retire') AND ($1 IS NULL OR r.import_id = $1) ORDER BY i.change, i.number",
        read::ITEM
    );
    let found = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(import).fetch_all(act.connection()).await?;
    let mut kept: BTreeMap<RecordRef, Kept> = BTreeMap::new();
    for row in found {
        let item = read::item(sealer, &row)?;
        let entry = kept.entry(item.record.clone()).or_default();
        entry.wrong.extend(item.before_hash.clone());
        // what an earlier change had made of it was put right by this one
        entry.wrong.extend(entry.right_hash.take());
        entry.change = row.try_get(12)?;
        entry.number = item.number;
        entry.key_derived = item.key_derived;
        entry.right_hash = item.after_hash;
        entry.right = (item.op != Op::Retire).then_some(item.fields);
        let right = entry.right_hash.clone();
        entry.wrong.retain(|hash| Some(hash) != right.as_ref());
    }
    Ok(kept)
}

/// A row without a number that its source has put right is another record there: the corrected one goes.
async fn in_their_source_by_now(
    act: &mut Act,
    sealer: &Sealer,
    import: i64,
) -> Result<Vec<NewVersion>, ArchiveError> {
    let mut versions = Vec::new();
    for (record, kept) in kept(act, sealer, None).await? {
        let Some(fields) = kept.right.as_ref().filter(|_| kept.key_derived && record.kind != Kind::Text)
        else {
            continue;
        };
        let twin = RecordRef::new(record.kind, sealer.derived_key(record.kind, fields, None)?);
        if twin == record {
            continue;
        }
        let brought: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM record WHERE kind = $1 AND key = $2 AND state = 'live' AND import_id = $3",
        )
        .bind(twin.kind.slug())
        .bind(twin.key.as_str())
        .bind(import)
        .fetch_one(act.connection())
        .await?;
        if brought == 0 {
            continue;
        }
        let standing = past::standing(act.connection(), sealer, std::slice::from_ref(&record)).await?.pop();
        let why = format!("{} is in the source with import {import}", reason(kept.change));
        versions
            .extend(standing.filter(|standing| standing.live).map(|standing| standing.retire(None, &why)));
    }
    Ok(versions)
}

/// Live records about a person whose dossier was joined to another's.
async fn follow_joins(act: &mut Act, sealer: &Sealer, import: i64) -> Result<u64, ArchiveError> {
    let joined: BTreeMap<String, String> =
        sqlx::query_as("SELECT person, joined_into FROM dossier_standing WHERE joined_into IS NOT NULL")
            .fetch_all(act.connection())
            .await?
            .into_iter()
            .collect();
    let found = sqlx::query(
        "SELECT r.kind, r.key, s.person FROM dossier_standing s \
         JOIN record r ON r.person = s.person WHERE s.joined_into IS NOT NULL AND r.state = 'live' \
         ORDER BY r.kind, r.key",
    )
    .fetch_all(act.connection())
    .await?;
    let mut versions = Vec::new();
    for row in found {
        let record = rows::record(row.try_get(0)?, row.try_get(1)?)?;
        let from = rows::key(row.try_get(2)?)?;
        let into = rows::key(last(&joined, from.as_str()))?;
        let why = format!("{from} was joined to {into}, import {import}");
        let Some(standing) =
            past::standing(act.connection(), sealer, std::slice::from_ref(&record)).await?.pop()
        else {
            continue;
        };
        if record.kind == Kind::Person {
            versions.push(standing.retire(None, &why));
        } else {
            let fields = redirected(&record, standing.fields(), &from, &into);
            versions.push(standing.rewrite(sealer, fields, &why)?);
        }
    }
    store::write(act, sealer, &versions).await?;
    Ok(versions.len() as u64)
}

/// The dossier at the end of a row of joins. One that bites its own tail ends where it began to.
fn last<'a>(joined: &'a BTreeMap<String, String>, person: &'a str) -> &'a str {
    let mut at = person;
    for _ in 0..joined.len() {
        match joined.get(at) {
            Some(into) => at = into,
            None => break,
        }
    }
    at
}
