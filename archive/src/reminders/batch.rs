//! Held batches: what the storm gate keeps back, office by office. One person proposes what is to become of
//! a batch, another one, the supervising lead, decides; then all of it goes out, or none of it.

use chrono::{DateTime, Utc};
use dossier::reminder::{Act as Move, Event, Party, ReasonCode};
use serde_json::json;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::reminders::desk::Desk;
use crate::reminders::event::By;
use crate::reminders::{post, row, store};
use crate::rows;
use crate::words::stored_words;

stored_words! {
    /// Where a batch stands.
    BatchState {
        /// Nobody has said anything about it.
        Held => "held",
        /// Somebody proposes what is to become of it.
        Proposed => "proposed",
        /// It has gone out.
        Released => "released",
        /// It never went out.
        Discarded => "discarded",
    }
}

stored_words! {
    /// What is proposed for a batch.
    Proposal {
        /// That it goes out.
        Release => "release",
        /// That it does not.
        Discard => "discard",
    }
}

/// A held batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Its number.
    pub id: i64,
    /// The run that made it.
    pub run: String,
    /// The office; empty where none is known.
    pub office: String,
    /// `opening` or `storm`.
    pub gate: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Where it stands.
    pub state: BatchState,
    /// What is proposed.
    pub proposal: Option<Proposal>,
    /// By whom.
    pub proposed_by: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Who decided.
    pub decided_by: Option<String>,
    /// Reminders in it that are still held.
    pub held: i64,
}

const COLUMNS: &str = "SELECT b.id, b.run, b.office, b.gate, b.created_at, b.state, b.proposal, b.proposed_by, b.reason, \
    b.decided_by, (SELECT COUNT(*) FROM reminder r WHERE r.batch = b.id AND r.state = 'held') FROM reminder_batch b ";

impl Archive {
    /// All batches that nobody has decided, the oldest first.
    pub async fn held_batches(&self) -> Result<Vec<Batch>, ArchiveError> {
        let mut query = crate::sql::Query::new(COLUMNS);
        query.push("WHERE b.state IN ('held', 'proposed') ORDER BY b.id");
        let rows = query.build().fetch_all(self.readers()).await?;
        rows.iter().map(|row| self.read_batch(row)).collect()
    }

    /// One batch.
    pub async fn batch(&self, id: i64) -> Result<Batch, ArchiveError> {
        let mut query = crate::sql::Query::new(COLUMNS);
        query.push("WHERE b.id = ").push_bind(id);
        let row = query.build().fetch_optional(self.readers()).await?;
        self.read_batch(&row.ok_or(ArchiveError::NoSuchBatch(id))?)
    }

    fn read_batch(&self, row: &SqliteRow) -> Result<Batch, ArchiveError> {
        let id: i64 = row.try_get(0)?;
        let reason: Option<&str> = row.try_get(8)?;
        Ok(Batch {
            id,
            run: row.try_get(1)?,
            office: row.try_get(2)?,
            gate: row.try_get(3)?,
            created_at: rows::instant(row.try_get(4)?)?,
            state: BatchState::read(row.try_get(5)?)?,
            proposal: row.try_get::<Option<&str>, _>(6)?.map(Proposal::read).transpose()?,
            proposed_by: row.try_get(7)?,
            reason: reason.map(|sealed| self.sealer().open(&place(id), sealed)).transpose()?,
            decided_by: row.try_get(9)?,
            held: row.try_get(10)?,
        })
    }

    /// Proposes what is to become of a batch; a later proposal takes the place of an earlier one.
    pub async fn propose_batch(
        &self,
        id: i64,
        proposal: Proposal,
        actor: &str,
        party: Party,
        reason: &str,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        if !matches!(party, Party::Supervisor | Party::SupervisingLead) {
            let event = event_of(proposal);
            return Err(ArchiveError::Refused(dossier::reminder::Refusal::NotYours { event, party }));
        }
        let mut act = Act::begin(self, actor, now).await?;
        let changed = sqlx::query(
            "UPDATE reminder_batch SET state = 'proposed', proposal = $1, proposed_by = $2, reason = $3 \
             WHERE id = $4 AND state IN ('held', 'proposed')",
        )
        .bind(proposal.word())
        .bind(actor)
        .bind(self.sealer().seal(&place(id), reason)?)
        .bind(id)
        .execute(act.connection())
        .await?
        .rows_affected();
        if changed == 0 {
            return Err(ArchiveError::NoSuchBatch(id));
        }
        act.audit("reminder.propose_batch", &id.to_string(), &json!({ "proposal": proposal })).await?;
        act.commit().await
    }

    /// Does what was proposed. `office` is for a batch whose office is not known. Gives how many reminders
    /// went out or ended.
    pub async fn decide_batch(
        &self,
        id: i64,
        actor: &str,
        party: Party,
        office: Option<&str>,
        desk: &Desk<'_>,
        now: DateTime<Utc>,
    ) -> Result<u64, ArchiveError> {
        let batch = self.batch(id).await?;
        let (Some(proposal), Some(proposer), BatchState::Proposed) =
            (batch.proposal, batch.proposed_by, batch.state)
        else {
            let refusal = dossier::reminder::Refusal::Guarded {
                event: Event::Release,
                guard: dossier::reminder::Guard::BatchProposedByAnother,
            };
            return Err(ArchiveError::Refused(refusal));
        };
        let mut act = Act::begin(self, actor, now).await?;
        let ids: Vec<String> =
            sqlx::query_scalar("SELECT id FROM reminder WHERE batch = $1 AND state = 'held' ORDER BY seq")
                .bind(id)
                .fetch_all(act.connection())
                .await?;
        let event = event_of(proposal);
        let mut what = Move::new(event, actor, party, now);
        what.batch_proposed_by = Some(proposer);
        what.reason.clone_from(&batch.reason);
        what.office = office.map(str::to_owned);
        what.code = (proposal == Proposal::Discard).then_some(ReasonCode::AbnormalBatch);
        let today = desk.terms.day(now).to_string();
        let by = By {
            actor,
            party: party.slug(),
            code: what.code.map(ReasonCode::slug),
            reason: what.reason.as_deref(),
            calendar: desk.terms.calendar.version(),
            local_date: &today,
            noticed_at: now.timestamp_millis(),
            ..By::default()
        };
        let mut mails = Vec::new();
        for reminder in &ids {
            let Some(mut before) = row::find(act.connection(), reminder).await? else { continue };
            before.limits_of(desk.policy);
            let mut change = dossier::reminder::decide(&before.standing, &what, &desk.terms)
                .map_err(ArchiveError::Refused)?;
            change.detail.push(("batch", id.to_string()));
            mails.extend(store(self, &mut act, &before, &change, &by).await?.1);
        }
        post::post(self, &mut act, desk, mails, None).await?;
        let state = match proposal {
            Proposal::Release => BatchState::Released,
            Proposal::Discard => BatchState::Discarded,
        };
        let changed = sqlx::query(
            "UPDATE reminder_batch SET state = $1, decided_by = $2, decided_at = $3 \
             WHERE id = $4 AND state = 'proposed' AND proposed_by = $5",
        )
        .bind(state.word())
        .bind(actor)
        .bind(now.timestamp_millis())
        .bind(id)
        .bind(&what.batch_proposed_by)
        .execute(act.connection())
        .await?
        .rows_affected();
        if changed == 0 {
            return Err(ArchiveError::NoSuchBatch(id));
        }
        act.audit(&format!("reminder.{event}"), &id.to_string(), &json!({ "reminders": ids.len() })).await?;
        act.commit().await?;
        Ok(ids.len() as u64)
    }
}

fn event_of(proposal: Proposal) -> Event {
    match proposal {
        Proposal::Release => Event::Release,
        Proposal::Discard => Event::Discard,
    }
}

fn place(id: i64) -> String {
    format!("reminder_batch:{id}.reason")
}
