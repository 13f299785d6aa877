//! What goes along with a dossier that is joined to another's, or taken apart: open reminders change their subject,
//! so that whoever has them finds the dossier, and the next sweep finds them under the person that it judges; and
//! decisions about names ([`crate::decisions::follow`]). A reminder that has ended stays with the person that it
//! was about.

use std::collections::BTreeSet;

use dossier::change::{ChangeKind, Op};
use dossier::{Kind, RecordKey};
use sqlx::Row as _;

use super::read::{ChangeItem, DossierChange};
use crate::act::Act;
use crate::decisions::follow as decisions;
use crate::error::ArchiveError;
use crate::rows;
use crate::seal::Sealer;

/// Everything that goes along with a change that was carried out.
pub(super) async fn along(
    act: &mut Act,
    sealer: &Sealer,
    change: &DossierChange,
    items: &[ChangeItem],
) -> Result<(), ArchiveError> {
    for item in items.iter().filter(|item| item.op == Op::Join) {
        if let Some(into) = &item.into {
            decisions::unite(act, sealer, change.id, &item.record.key, into).await?;
        }
    }
    let new = items.iter().find(|item| item.op == Op::Create && item.record.kind == Kind::Person);
    if let (ChangeKind::Split, Some(whole), Some(part)) = (change.kind, &change.person, new) {
        decisions::divide(act, sealer, change.id, whole, &part.record.key).await?;
        part_reminders(act, change.id, whole, &part.record.key, items).await?;
    }
    let Some(reversed) = change.reverses else { return Ok(()) };
    decisions::undo(act, sealer, change.id, reversed).await?;
    came_back(act, reversed).await?;
    for (gone, into) in joins(act, reversed).await? {
        decisions::divide(act, sealer, change.id, &into, &gone).await?;
    }
    if let Some((whole, part)) = parted(act, reversed).await? {
        decisions::unite(act, sealer, change.id, &part, &whole).await?;
    }
    Ok(())
}

/// Who was joined to whom by a change.
async fn joins(act: &mut Act, change: i64) -> Result<Vec<(RecordKey, RecordKey)>, ArchiveError> {
    let found: Vec<(String, String)> = sqlx::query_as(
        "SELECT key, into_person FROM dossier_change_item WHERE change = $1 AND op = 'join' \
         AND into_person IS NOT NULL ORDER BY number",
    )
    .bind(change)
    .fetch_all(act.connection())
    .await?;
    found.iter().map(|(gone, into)| Ok((rows::key(gone)?, rows::key(into)?))).collect()
}

/// Who came out of whose dossier by a split.
async fn parted(act: &mut Act, change: i64) -> Result<Option<(RecordKey, RecordKey)>, ArchiveError> {
    let found: Option<(String, String)> = sqlx::query_as(
        "SELECT c.person, i.key FROM dossier_change c JOIN dossier_change_item i ON i.change = c.id \
         AND i.op = 'create' AND i.kind = 'person' WHERE c.id = $1 AND c.kind = $2 AND c.person IS NOT NULL",
    )
    .bind(change)
    .bind(ChangeKind::Split.slug())
    .fetch_optional(act.connection())
    .await?;
    found.map(|(whole, part)| Ok((rows::key(&whole)?, rows::key(&part)?))).transpose()
}

/// Open reminders about `whole` go to `part` where every record that they rest on went there.
async fn part_reminders(
    act: &mut Act,
    change: i64,
    whole: &RecordKey,
    part: &RecordKey,
    items: &[ChangeItem],
) -> Result<(), ArchiveError> {
    let moved: BTreeSet<String> = items.iter().map(|item| item.record.to_string()).collect();
    let (was, becomes) = (format!("person:{whole}"), format!("person:{part}"));
    let open: Vec<(String, String)> = sqlx::query_as(
        "SELECT r.id, f.evidence FROM reminder r JOIN reminder_fact f ON f.reminder = r.id \
         WHERE r.subject = $1 AND r.ended_at IS NULL ORDER BY r.seq",
    )
    .bind(&was)
    .fetch_all(act.connection())
    .await?;
    let (mut goes, mut stays) = (BTreeSet::new(), BTreeSet::new());
    for (reminder, evidence) in open {
        let evidence: Vec<String> = serde_json::from_str(&evidence)
            .map_err(|_| ArchiveError::Damaged(format!("the evidence of reminder {reminder}")))?;
        let all = !evidence.is_empty() && evidence.iter().all(|record| moved.contains(record));
        if all {
            goes.insert(reminder)
        } else {
            stays.insert(reminder)
        };
    }
    for reminder in goes.difference(&stays) {
        turn(act, reminder, &was, &becomes).await?;
        went(act, change, reminder, &was, &becomes).await?;
    }
    Ok(())
}

async fn went(
    act: &mut Act,
    change: i64,
    reminder: &str,
    was: &str,
    became: &str,
) -> Result<(), ArchiveError> {
    sqlx::query("INSERT INTO dossier_follow (change, reminder, was, became) VALUES ($1, $2, $3, $4)")
        .bind(change)
        .bind(reminder)
        .bind(was)
        .bind(became)
        .execute(act.connection())
        .await?;
    Ok(())
}

/// Open reminders about `from` are about `into` from now on; one whose category is open there already stays.
pub(super) async fn reminders(
    act: &mut Act,
    change: i64,
    from: &RecordKey,
    into: &RecordKey,
) -> Result<(), ArchiveError> {
    let (was, becomes) = (format!("person:{from}"), format!("person:{into}"));
    let open = sqlx::query(
        "SELECT r.id FROM reminder r WHERE r.subject = $1 AND r.ended_at IS NULL AND NOT EXISTS ( \
            SELECT 1 FROM reminder_key k JOIN reminder_key o ON o.open = 1 \
             AND o.key = REPLACE(k.key, $2, $3) \
            WHERE k.reminder = r.id AND k.open = 1) ORDER BY r.seq",
    )
    .bind(&was)
    .bind(format!("|{was}"))
    .bind(format!("|{becomes}"))
    .fetch_all(act.connection())
    .await?;
    for row in open {
        let reminder: String = row.try_get(0)?;
        turn(act, &reminder, &was, &becomes).await?;
        went(act, change, &reminder, &was, &becomes).await?;
    }
    Ok(())
}

/// Those that went along with the change `reversed` and are still open come back.
async fn came_back(act: &mut Act, reversed: i64) -> Result<(), ArchiveError> {
    let went = sqlx::query(
        "SELECT f.reminder, f.was, f.became FROM dossier_follow f \
         JOIN reminder r ON r.id = f.reminder AND r.subject = f.became \
         WHERE f.change = $1 AND r.ended_at IS NULL ORDER BY f.reminder",
    )
    .bind(reversed)
    .fetch_all(act.connection())
    .await?;
    for row in went {
        let (reminder, was, became): (String, String, String) =
            (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        turn(act, &reminder, &became, &was).await?;
    }
    Ok(())
}

async fn turn(act: &mut Act, reminder: &str, was: &str, becomes: &str) -> Result<(), ArchiveError> {
    sqlx::query("UPDATE reminder SET subject = $1 WHERE id = $2")
        .bind(becomes)
        .bind(reminder)
        .execute(act.connection())
        .await?;
    sqlx::query("UPDATE reminder_key SET key = REPLACE(key, $1, $2) WHERE reminder = $3")
        .bind(format!("|{was}"))
        .bind(format!("|{becomes}"))
        .bind(reminder)
        .execute(act.connection())
        .await?;
    Ok(())
}
