//! What becomes of decisions when two dossiers become one, or one becomes two. A decision is about a person as the
//! dossier knew him then, so that:
//!
//! - joined: what was the one that goes is the one that stays (`is` goes along); what was *not* the one that stays may
//!   well have been the other, so that it is asked again, unless it was neither;
//! - taken apart: what was not the one is neither of the two (`is_not` goes along); whom an `is` means now, a person
//!   has to say for the new dossier, and it stays with the old one until then.
//!
//! So nothing that names a person can vanish by a merge or a split. Each is noted with its change, and goes back
//! with it.

use std::collections::BTreeSet;

use dossier::name::name_key;
use dossier::{Kind, RecordKey, RecordRef};

use super::read::{self, COLUMNS};
use super::write::{insert, next_number, revoke};
use super::{Decision, DecisionVerdict, NewDecision, REASON_CHARS_MAX};
use crate::act::Act;
use crate::error::ArchiveError;
use crate::past;
use crate::seal::Sealer;

/// The dossier of `from` becomes that of `into`.
pub(crate) async fn unite(
    act: &mut Act,
    sealer: &Sealer,
    change: i64,
    from: &RecordKey,
    into: &RecordKey,
) -> Result<(), ArchiveError> {
    let (gone, kept) = (in_force(act, sealer, from).await?, in_force(act, sealer, into).await?);
    for one in gone.iter().filter(|one| one.verdict == DecisionVerdict::Is) {
        if !kept.iter().any(|other| alike(one, other)) {
            let why = format!("随档案合并转入（变更 {change}）：{}", one.reason);
            copy(act, sealer, change, one, into, &why).await?;
        }
    }
    let borne = names(act, sealer, from).await?;
    for one in kept.iter().filter(|one| one.verdict == DecisionVerdict::IsNot) {
        if borne.contains(&one.name_key) && !gone.iter().any(|other| alike(one, other)) {
            let why = format!("档案合并（变更 {change}）：当时排除的可能正是并入的一方，须重新判断");
            revoke(act, sealer, one, &why).await?;
            note(act, change, one.id, one.id).await?;
        }
    }
    Ok(())
}

/// `part` comes out of the dossier of `whole`.
pub(crate) async fn divide(
    act: &mut Act,
    sealer: &Sealer,
    change: i64,
    whole: &RecordKey,
    part: &RecordKey,
) -> Result<(), ArchiveError> {
    let (held, there) = (in_force(act, sealer, whole).await?, in_force(act, sealer, part).await?);
    let borne = names(act, sealer, part).await?;
    for one in held.iter().filter(|one| one.verdict == DecisionVerdict::IsNot) {
        if borne.contains(&one.name_key) && !there.iter().any(|other| alike(one, other)) {
            let why = format!("随档案拆分转入（变更 {change}）：{}", one.reason);
            copy(act, sealer, change, one, part, &why).await?;
        }
    }
    Ok(())
}

/// What went along with the change `reversed` goes back, by the change `change`.
pub(crate) async fn undo(
    act: &mut Act,
    sealer: &Sealer,
    change: i64,
    reversed: i64,
) -> Result<(), ArchiveError> {
    let noted: Vec<(i64, i64)> =
        sqlx::query_as("SELECT was, became FROM dossier_follow_decision WHERE change = $1 ORDER BY became")
            .bind(reversed)
            .fetch_all(act.connection())
            .await?;
    for (was, became) in noted {
        let Some(decision) = by_number(act, sealer, became).await? else { continue };
        if was == became {
            let present = in_force(act, sealer, &decision.person).await?;
            if !present.iter().any(|other| same_place(&decision, other)) {
                let why = format!("变更 {reversed} 已撤销（变更 {change}），恢复：{}", decision.reason);
                copy(act, sealer, change, &decision, &decision.person, &why).await?;
            }
        } else if decision.revoked.is_none() {
            let why = format!("变更 {reversed} 已撤销（变更 {change}）");
            revoke(act, sealer, &decision, &why).await?;
        }
    }
    Ok(())
}

/// About the same place of the same name.
fn same_place(one: &Decision, other: &Decision) -> bool {
    one.name_key == other.name_key && one.scope == other.scope
}

fn alike(one: &Decision, other: &Decision) -> bool {
    same_place(one, other) && one.verdict == other.verdict
}

async fn copy(
    act: &mut Act,
    sealer: &Sealer,
    change: i64,
    one: &Decision,
    person: &RecordKey,
    why: &str,
) -> Result<(), ArchiveError> {
    let new = NewDecision {
        verdict: one.verdict,
        person: person.clone(),
        name_key: one.name_key.clone(),
        scope: one.scope.clone(),
        reason: why.chars().take(REASON_CHARS_MAX).collect(),
    };
    let number = next_number(act).await?;
    insert(act, sealer, number, &new, one.text_hash.as_deref()).await?;
    note(act, change, one.id, number).await
}

async fn note(act: &mut Act, change: i64, was: i64, became: i64) -> Result<(), ArchiveError> {
    sqlx::query("INSERT INTO dossier_follow_decision (change, was, became) VALUES ($1, $2, $3)")
        .bind(change)
        .bind(was)
        .bind(became)
        .execute(act.connection())
        .await?;
    Ok(())
}

async fn in_force(act: &mut Act, sealer: &Sealer, person: &RecordKey) -> Result<Vec<Decision>, ArchiveError> {
    let sql = format!("{COLUMNS} WHERE person = $1 AND revoked_at IS NULL ORDER BY id");
    sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(person.as_str())
        .fetch_all(act.connection())
        .await?
        .iter()
        .map(|row| read::decision(sealer, row))
        .collect()
}

async fn by_number(act: &mut Act, sealer: &Sealer, id: i64) -> Result<Option<Decision>, ArchiveError> {
    let sql = format!("{COLUMNS} WHERE id = $1");
    let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id).fetch_optional(act.connection()).await?;
    row.map(|row| read::decision(sealer, &row)).transpose()
}

/// The names of a person, also of one whose dossier has gone.
async fn names(act: &mut Act, sealer: &Sealer, person: &RecordKey) -> Result<BTreeSet<String>, ArchiveError> {
    let record = RecordRef::new(Kind::Person, person.clone());
    let standing = past::standing(act.connection(), sealer, std::slice::from_ref(&record)).await?.pop();
    let Some(standing) = standing else { return Ok(BTreeSet::new()) };
    let fields = standing.fields();
    let own = fields.text("name").into_iter();
    Ok(own.chain(fields.list("former_names").iter().map(String::as_str)).map(name_key).collect())
}
