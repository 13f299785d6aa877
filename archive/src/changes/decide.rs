//! Deciding about a change: another person carries it out, or sends it back with a reason; who asked may take
//! it back. Each once, on the version that was looked at.

use chrono::{DateTime, Utc};
use dossier::change::ChangeState;
use serde_json::json;

use super::apply;
use super::error::ChangeError;
use super::read::{self, ChangeItem, DossierChange, place};
use crate::act::Act;
use crate::conflict_settle;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::papers;

impl Archive {
    /// Carries change `id` out, all of it or nothing. The handle's reader must see all of its records. Gives how
    /// many versions it wrote.
    pub async fn approve_change(
        &self,
        id: i64,
        row_version: i64,
        words: &str,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<u64, ArchiveError> {
        self.must_see_change(id).await?;
        let mut act = Act::begin(self, actor, now).await?;
        let (change, items) = open(self, &mut act, id, row_version).await?;
        if change.proposed_by == actor {
            return Err(ChangeError::OwnChange.into());
        }
        let written = apply::carry_out(self, &mut act, &change, &items).await?;
        decide(self, &mut act, id, ChangeState::Approved, words).await?;
        papers::approved(&mut act, id).await?;
        papers::align(&mut act, self.sealer()).await?;
        conflict_settle::refresh(&mut act, self.sealer(), None).await?;
        let detail = json!({ "kind": change.kind, "steps": items.len(), "versions": written });
        act.audit("change.approve", &id.to_string(), &detail).await?;
        act.commit().await?;
        Ok(written)
    }

    /// Sends change `id` back, with the reason.
    pub async fn reject_change(
        &self,
        id: i64,
        row_version: i64,
        reason: &str,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        if reason.trim().is_empty() {
            return Err(ChangeError::Reason.into());
        }
        self.must_see_change(id).await?;
        let mut act = Act::begin(self, actor, now).await?;
        let (change, _) = open(self, &mut act, id, row_version).await?;
        if change.proposed_by == actor {
            return Err(ChangeError::OwnChange.into());
        }
        decide(self, &mut act, id, ChangeState::Rejected, reason).await?;
        act.audit("change.reject", &id.to_string(), &json!({ "kind": change.kind })).await?;
        act.commit().await
    }

    /// Whoever asked takes change `id` back.
    pub async fn withdraw_change(
        &self,
        id: i64,
        row_version: i64,
        words: &str,
        actor: &str,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        self.must_see_change(id).await?;
        let mut act = Act::begin(self, actor, now).await?;
        let (change, _) = open(self, &mut act, id, row_version).await?;
        if change.proposed_by != actor {
            return Err(ChangeError::NotYours.into());
        }
        decide(self, &mut act, id, ChangeState::Withdrawn, words).await?;
        act.audit("change.withdraw", &id.to_string(), &json!({ "kind": change.kind })).await?;
        act.commit().await
    }

    /// A change outside of the reader's scope is not there.
    pub(super) async fn must_see_change(&self, id: i64) -> Result<(), ArchiveError> {
        match self.snapshot().await?.change(id).await? {
            Some(_) => Ok(()),
            None => Err(ChangeError::NoSuchChange(id).into()),
        }
    }
}

async fn open(
    archive: &Archive,
    act: &mut Act,
    id: i64,
    row_version: i64,
) -> Result<(DossierChange, Vec<ChangeItem>), ArchiveError> {
    let found = read::find(act.connection(), archive.sealer(), id).await?;
    let (change, items) = found.ok_or(ChangeError::NoSuchChange(id))?;
    if change.state != ChangeState::Open || change.row_version != row_version {
        let (state, row_version) = (change.state.slug(), change.row_version);
        return Err(ChangeError::Decided { id, state, row_version }.into());
    }
    Ok((change, items))
}

async fn decide(
    archive: &Archive,
    act: &mut Act,
    id: i64,
    state: ChangeState,
    words: &str,
) -> Result<(), ArchiveError> {
    let (now_ms, actor) = (act.now_ms(), act.actor().to_owned());
    sqlx::query(
        "UPDATE dossier_change SET state = $1, row_version = row_version + 1, decided_by = $2, decided_at = $3, \
         decision = $4 WHERE id = $5",
    )
    .bind(state.slug())
    .bind(actor)
    .bind(now_ms)
    .bind(archive.sealer().seal(&place(id, "decision"), words.trim())?)
    .bind(id)
    .execute(act.connection())
    .await?;
    Ok(())
}
