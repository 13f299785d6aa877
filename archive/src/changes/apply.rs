//! Carrying a change out, within the act that decides about it: versions of records, how dossiers stand, and
//! what goes along with a dossier that is joined to another.

use dossier::change::{ChangeKind, Op};
use dossier::{RecordKey, RecordRef};

use super::error::ChangeError;
use super::follow;
use super::propose::stands_open;
use super::read::{ChangeItem, DossierChange};
use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::past::{self, Standing};
use crate::rows;
use crate::store::{self, Before, NewVersion};

/// The source of what was entered by hand and came with no import.
pub(super) const BY_HAND: &str = "人工录入";

/// What stands as the reason of a version that a change wrote.
pub(super) fn reason(change: i64) -> String {
    format!("change {change}")
}

/// All steps. Gives how many versions were written.
pub(super) async fn carry_out(
    archive: &Archive,
    act: &mut Act,
    change: &DossierChange,
    items: &[ChangeItem],
) -> Result<u64, ArchiveError> {
    let sealer = archive.sealer();
    let mut versions: Vec<NewVersion> = Vec::with_capacity(items.len());
    for item in items.iter().filter(|item| item.op.writes()) {
        let standing =
            past::standing(act.connection(), sealer, std::slice::from_ref(&item.record)).await?.pop();
        still_fits(item, standing.as_ref())?;
        if !matches!(change.kind, ChangeKind::Unseal | ChangeKind::Reversal) {
            let (person, _) = rows::subject(&item.record, &item.fields);
            stands_open(act, person.as_ref()).await?;
        }
        let why = reason(change.id);
        versions.push(match (item.op, standing) {
            (Op::Retire, Some(standing)) => standing.retire(None, &why),
            (_, Some(standing)) => standing.rewrite(sealer, item.fields.clone(), &why)?,
            (_, None) => first(archive, item, &why)?,
        });
    }
    store::write(act, sealer, &versions).await?;
    let mut written = versions.iter();
    for item in items.iter().filter(|item| item.op.writes()) {
        let version = written.next().map(|version| version.version);
        sqlx::query("UPDATE dossier_change_item SET written_version = $1 WHERE change = $2 AND number = $3")
            .bind(version)
            .bind(change.id)
            .bind(item.number)
            .execute(act.connection())
            .await?;
    }
    for item in items.iter().filter(|item| !item.op.writes()) {
        stand(act, change.id, item).await?;
    }
    follow::along(act, sealer, change, items).await?;
    if let Some(reversed) = change.reverses {
        let done = sqlx::query(
            "UPDATE dossier_change SET reversed_by = $1 WHERE id = $2 AND state = 'approved' AND reversed_by IS NULL",
        )
        .bind(change.id)
        .bind(reversed)
        .execute(act.connection())
        .await?;
        if done.rows_affected() != 1 {
            return Err(ChangeError::NotInForce(reversed).into());
        }
    }
    Ok(versions.len() as u64)
}

/// The record is what whoever asked has seen.
fn still_fits(item: &ChangeItem, standing: Option<&Standing>) -> Result<(), ArchiveError> {
    let present = standing.map_or(0, Standing::version);
    if present == item.base {
        return Ok(());
    }
    let record = item.record.clone();
    Err(match item.op {
        Op::Create => ChangeError::Exists(record),
        _ => ChangeError::Stale { record, base: item.base, present },
    }
    .into())
}

fn first(archive: &Archive, item: &ChangeItem, why: &str) -> Result<NewVersion, ArchiveError> {
    let sealer = archive.sealer();
    Ok(NewVersion {
        record: item.record.clone(),
        version: 1,
        before: Before::Absent,
        live: true,
        body: sealer.body(&item.record, &item.fields)?,
        content_hash: sealer.content_hash(item.record.kind, &item.fields, None),
        fields: item.fields.clone(),
        source: BY_HAND.to_owned(),
        import_id: None,
        asserted_by: None,
        reason: Some(why.to_owned()),
        text: None,
        key_derived: item.key_derived,
    })
}

/// How a dossier stands from now on.
async fn stand(act: &mut Act, change: i64, item: &ChangeItem) -> Result<(), ArchiveError> {
    let person = &item.record.key;
    match item.op {
        Op::Seal => set(act, change, &item.record, "sealed = 1").await,
        Op::Unseal => set(act, change, &item.record, "sealed = 0").await,
        Op::Join => {
            let into = item.into.clone().ok_or(ChangeError::NotTwo)?;
            set(act, change, &item.record, "sealed = 0").await?;
            joined(act, person, Some(&into)).await?;
            follow::reminders(act, change, person, &into).await
        }
        Op::Part => {
            set(act, change, &item.record, "sealed = 0").await?;
            joined(act, person, None).await
        }
        Op::Create | Op::Amend | Op::Retire => Ok(()),
    }
}

/// `what` is one of the literals above.
async fn set(act: &mut Act, change: i64, person: &RecordRef, what: &'static str) -> Result<(), ArchiveError> {
    let now_ms = act.now_ms();
    sqlx::query(
        "INSERT INTO dossier_standing (person, sealed, change, since) VALUES ($1, 0, $2, $3) \
         ON CONFLICT (person) DO UPDATE SET change = excluded.change, since = excluded.since",
    )
    .bind(person.key.as_str())
    .bind(change)
    .bind(now_ms)
    .execute(act.connection())
    .await?;
    sqlx::query(sqlx::AssertSqlSafe(format!("UPDATE dossier_standing SET {what} WHERE person = $1")))
        .bind(person.key.as_str())
        .execute(act.connection())
        .await?;
    Ok(())
}

async fn joined(act: &mut Act, person: &RecordKey, into: Option<&RecordKey>) -> Result<(), ArchiveError> {
    sqlx::query("UPDATE dossier_standing SET joined_into = $1 WHERE person = $2")
        .bind(into.map(RecordKey::as_str))
        .bind(person.as_str())
        .execute(act.connection())
        .await?;
    Ok(())
}
