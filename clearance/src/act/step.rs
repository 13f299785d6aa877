//! What every step has in common: who acts, the facts that the table asks for, and the writing of it.

use archive::{ActChange, ActingPerson, Archive, ClearanceAct, Step};
use chrono::{DateTime, NaiveDate, Utc};
use dossier::RecordKey;
use dossier::clearance_act::{ActEvent, ActState, Facts, check};
use dossier::role::Role;
use serde_json::Value;

use crate::error::ClearanceError;

/// Who acts, and in what role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct By {
    /// The account, or the machine's operator.
    pub actor: String,
    /// The person, as recorded and compared with drafter and approver: with accounts the account's id, on a
    /// stand-alone machine the name that was given.
    pub person: String,
    /// In what role.
    pub role: Role,
    /// How the person is called, where that is not how he is recorded.
    pub name: Option<String>,
    /// The office of which he is, where he is of one.
    pub office: Option<RecordKey>,
    /// The same key twice is one step.
    pub idempotency_key: Option<String>,
    /// The version that was seen when it was decided; another one by now is a conflict. None: whatever it is.
    pub seen: Option<i64>,
}

impl By {
    /// `person`, acting through `actor`, in the role `role`.
    pub fn new(actor: &str, person: &str, role: Role) -> Self {
        Self {
            actor: actor.to_owned(),
            person: person.to_owned(),
            role,
            name: None,
            office: None,
            idempotency_key: None,
            seen: None,
        }
    }

    /// The same, for a step that follows from another one: with neither its key nor what was seen before it.
    #[must_use]
    pub fn following(&self) -> Self {
        Self { idempotency_key: None, seen: None, ..self.clone() }
    }

    /// How he is called.
    pub fn called(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.person)
    }

    pub(super) fn acting(&self) -> ActingPerson {
        ActingPerson {
            actor: self.actor.clone(),
            person: self.person.clone(),
            role: self.role.slug().to_owned(),
        }
    }
}

/// The version after the step that was made with the key of `by`, if it was made already: the same form sent
/// twice. A key that was used for another step is refused.
pub async fn made_before(
    archive: &Archive,
    id: &str,
    event: ActEvent,
    by: &By,
) -> Result<Option<i64>, ClearanceError> {
    let Some(key) = &by.idempotency_key else { return Ok(None) };
    match archive.step_with_key(id, key).await? {
        Some((version, made)) if made == event.slug() => Ok(Some(version)),
        Some(_) => Err(archive::ArchiveError::KeyReused.into()),
        None => Ok(None),
    }
}

/// The act `id` as it stands.
pub(super) async fn load(archive: &Archive, id: &str) -> Result<ClearanceAct, ClearanceError> {
    archive.act(id).await?.ok_or_else(|| ClearanceError::NoSuchAct(id.to_owned()))
}

/// Its state as the table knows it.
pub(super) fn state_of(act: &ClearanceAct) -> Result<ActState, ClearanceError> {
    ActState::parse(&act.state)
        .ok_or_else(|| ClearanceError::Format(format!("{:?} is no state of a clearance act", act.state)))
}

/// Facts that are known from the act and its actor alone.
pub(super) fn facts(act: &ClearanceAct, by: &By, reason: &str) -> Facts {
    Facts {
        person: by.person.clone(),
        drafted_by: act.drafted_by.clone(),
        approver: act.approver.clone(),
        reason: reason.to_owned(),
        ..Facts::default()
    }
}

/// One step to make.
pub(super) struct Making<'a> {
    pub(super) act: &'a ClearanceAct,
    pub(super) event: ActEvent,
    pub(super) by: &'a By,
    pub(super) facts: Facts,
    pub(super) detail: Value,
    pub(super) changes: Vec<ActChange>,
}

impl Making<'_> {
    /// Whether the table allows it; the state after it.
    pub(super) fn target(&self) -> Result<ActState, ClearanceError> {
        Ok(check(Some(state_of(self.act)?), self.event, self.by.role, &self.facts)?)
    }

    /// Whether the act is as it was when the step was decided on.
    pub(super) fn unchanged(&self) -> Result<(), ClearanceError> {
        if self.by.seen.is_none_or(|seen| seen == self.act.row_version) {
            return Ok(());
        }
        let (id, state) = (self.act.id.clone(), self.act.state.clone());
        Err(archive::ArchiveError::ActConflict { id, state, version: self.act.row_version }.into())
    }

    /// Asks the table, and writes the step. Gives the version of the act after it.
    pub(super) async fn make(self, archive: &Archive, now: DateTime<Utc>) -> Result<i64, ClearanceError> {
        if let Some(version) = made_before(archive, &self.act.id, self.event, self.by).await? {
            return Ok(version);
        }
        self.unchanged()?;
        let to = self.target()?;
        let step = Step {
            act: self.act.id.clone(),
            expected_version: self.act.row_version,
            event: self.event.slug().to_owned(),
            to: to.slug().to_owned(),
            by: self.by.acting(),
            detail: self.detail,
            changes: self.changes,
            idempotency_key: self.by.idempotency_key.clone(),
        };
        Ok(archive.step_act(&step, now).await?)
    }
}

/// The last day on which an opinion of `as_of` is valid.
pub(super) fn valid_until(as_of: NaiveDate, valid_days: u32) -> NaiveDate {
    as_of.checked_add_days(chrono::Days::new(u64::from(valid_days))).unwrap_or(as_of)
}
