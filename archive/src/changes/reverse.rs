//! Taking a change that was carried out back: by another change, asked and decided like any other, that gives
//! each record the content it had before. What has been changed since is named, and nothing is done.

use chrono::{DateTime, Utc};
use dossier::change::{ChangeKind, Item, Op};

use super::error::ChangeError;
use super::propose::NewChange;
use super::read::{self, ChangeItem};
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::snapshot::Snapshot;

impl Archive {
    /// Asks for change `id` to be taken back; gives the number of the new change.
    pub async fn reverse_change(
        &self,
        id: i64,
        reason: &str,
        document: &str,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<i64, ArchiveError> {
        let snapshot = self.snapshot().await?;
        let change = snapshot.change(id).await?.ok_or(ChangeError::NoSuchChange(id))?;
        if !change.in_force() {
            return Err(ChangeError::NotInForce(id).into());
        }
        let mut items = Vec::new();
        for item in snapshot.change_items(id).await? {
            items.extend(inverse(&snapshot, &item).await?);
        }
        drop(snapshot);
        // what was done last is undone first
        items.reverse();
        let new = NewChange {
            kind: ChangeKind::Reversal,
            person: change.person.clone(),
            reason: reason.to_owned(),
            document: document.to_owned(),
            effective_on: None,
            items,
        };
        self.propose(&new, Some(id), actor, now).await
    }
}

async fn inverse(snapshot: &Snapshot, item: &ChangeItem) -> Result<Option<Item>, ArchiveError> {
    let record = &item.record;
    let base = item.written_version.unwrap_or(0);
    let back = match item.op {
        Op::Create => Some(Item::retire(record, base)),
        Op::Amend | Op::Retire => {
            let versions = snapshot.versions(record).await?;
            let before = versions.into_iter().find(|version| version.stored.version == item.base);
            before.map(|before| {
                if before.live {
                    Item::amend(record, base, before.stored.fields)
                } else {
                    Item::retire(record, base)
                }
            })
        }
        Op::Seal => Some(Item::about(record, Op::Unseal)),
        Op::Unseal => Some(Item::about(record, Op::Seal)),
        Op::Join => Some(Item::about(record, Op::Part)),
        Op::Part => item.into.as_ref().map(|into| Item::join(&record.key, into)),
    };
    if item.op.writes() && base == 0 {
        return Err(read_error(item));
    }
    Ok(back)
}

fn read_error(item: &ChangeItem) -> ArchiveError {
    ArchiveError::Damaged(format!(
        "step {} of {} wrote no version",
        item.number,
        read::about_persons(item.record.kind)
    ))
}
