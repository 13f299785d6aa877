//! The request put on record, and its list searched, the first time and again.

use archive::{ActChange, Archive, ClearanceState, NewAct};
use chrono::{DateTime, NaiveDate, Utc};
use dossier::Calendar;
use dossier::clearance_act::{ActEvent, ActState, Facts, check};
use indexer::Index;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::step::{By, Making, facts, load, made_before, state_of};
use crate::error::ClearanceError;
use crate::rescreen::rescreen;
use crate::run::{Request, run_created, stored_request, submit};

/// Days for which an opinion is valid unless the request says otherwise.
pub(super) const VALID_DAYS: u32 = 90;

/// What a request letter says, and how it is to be answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// Who asks.
    pub requester: String,
    /// 来函文号.
    #[serde(default)]
    pub request_no: Option<String>,
    /// 来函日期.
    #[serde(default)]
    pub request_date: Option<NaiveDate>,
    /// 发文机关: in whose name it is answered.
    #[serde(default)]
    pub issuer: Option<String>,
    /// 密级和保密期限.
    #[serde(default)]
    pub secrecy: Option<String>,
    /// 联系人 and 电话.
    #[serde(default)]
    pub contact: Option<String>,
    /// Until when an answer is wanted.
    #[serde(default)]
    pub due_on: Option<NaiveDate>,
    /// In how many working days, where the day was counted out.
    #[serde(default)]
    pub due_work_days: Option<u32>,
    /// The day was counted through a year whose days off are not known yet: it may move.
    #[serde(default)]
    pub due_provisional: bool,
    /// Days for which the opinion is to be valid.
    #[serde(default = "default_valid_days")]
    pub valid_days: u32,
}

impl Opening {
    /// Wants the answer within `days` working days after `from`, as `calendar` counts them.
    pub fn due_within(&mut self, days: u32, from: NaiveDate, calendar: &Calendar) {
        let due = calendar.add_working_days(from, days);
        self.due_on = Some(due.day);
        self.due_work_days = Some(days);
        self.due_provisional = due.provisional;
    }

    /// Notes whether a day that was given by hand lies in a year whose days off are known.
    pub fn due_on_given(&mut self, day: NaiveDate, calendar: &Calendar) {
        self.due_on = Some(day);
        self.due_work_days = None;
        self.due_provisional = !calendar.knows(day);
    }
}

/// Rows of the list of one act: a letter that a person can sign. A longer list is asked in parts.
pub const ACT_ROWS_MAX: usize = 10_000;

fn default_valid_days() -> u32 {
    VALID_DAYS
}

/// Puts the request on record, with its question, which is not answered yet. Gives the id of the act; the
/// same idempotency key gives the same act.
pub async fn create(
    archive: &Archive,
    opening: &Opening,
    question: &Request,
    by: &By,
    now: DateTime<Utc>,
) -> Result<String, ClearanceError> {
    let period = question.period;
    let in_order = period.from.zip(period.to).is_none_or(|(from, to)| from <= to);
    let sound = Facts {
        person: by.person.clone(),
        list_is_sound: in_order && !question.inputs.is_empty(),
        ..Facts::default()
    };
    if question.inputs.is_empty() {
        return Err(ClearanceError::EmptyList);
    }
    if question.inputs.len() > ACT_ROWS_MAX {
        return Err(ClearanceError::ListTooLong { rows: question.inputs.len(), max: ACT_ROWS_MAX });
    }
    if question.as_of > now.date_naive().succ_opt().unwrap_or(NaiveDate::MAX) {
        return Err(ClearanceError::AsOfInFuture(question.as_of));
    }
    check(None, ActEvent::Create, by.role, &sound)?;
    if let Some(key) = &by.idempotency_key
        && let Some(id) = archive.act_with_key(key).await?
    {
        return Ok(id);
    }
    let clearance = submit(archive, question, now).await?;
    let new = NewAct {
        clearance,
        persons: u32::try_from(question.inputs.len()).unwrap_or(u32::MAX),
        request: serde_json::to_value(opening).map_err(|error| ClearanceError::Format(error.to_string()))?,
        due_on: opening.due_on,
        by: by.acting(),
        idempotency_key: by.idempotency_key.clone(),
    };
    Ok(archive.create_act(&new, now).await?)
}

/// Searches the list: the first time as it was asked; later anew, as of `as_of`, looking only at what has
/// changed. What was drafted before is void.
pub async fn gather(
    archive: &Archive,
    index: &Index,
    id: &str,
    as_of: Option<NaiveDate>,
    by: &By,
    now: &(dyn Fn() -> DateTime<Utc> + Sync),
) -> Result<i64, ClearanceError> {
    if let Some(version) = made_before(archive, id, ActEvent::Gather, by).await? {
        return Ok(version);
    }
    let act = load(archive, id).await?;
    let mut making = Making {
        act: &act,
        event: ActEvent::Gather,
        by,
        facts: facts(&act, by, ""),
        detail: json!({}),
        changes: Vec::new(),
    };
    making.unchanged()?;
    making.target()?;
    let header = archive
        .clearance(&act.clearance)
        .await?
        .ok_or_else(|| ClearanceError::NoSuchAnswer(act.clearance.clone()))?;
    let clearance = match header.state {
        // The request's own question, which a killed run may have begun to answer: it is answered again.
        ClearanceState::Running => {
            let request = stored_request(archive, &header).await?;
            run_created(archive, index, &header.id, &request, &mut (), now).await?;
            header.id
        }
        ClearanceState::Done if state_of(&act)? == ActState::Registered => header.id,
        ClearanceState::Done => {
            rescreen(archive, index, &header.id, as_of, &by.actor, &mut (), now).await?.summary.id
        }
        ClearanceState::Failed | ClearanceState::Cancelled => {
            let request = stored_request(archive, &header).await?;
            let id = submit(archive, &request, now()).await?;
            run_created(archive, index, &id, &request, &mut (), now).await?;
            id
        }
    };
    let answered = archive.clearance(&clearance).await?;
    let version = answered.as_ref().and_then(|header| {
        header.coverage.as_ref()?.get("archive_version").and_then(serde_json::Value::as_i64)
    });
    making.detail = json!({ "clearance": clearance });
    making.changes.push(ActChange::Answer { clearance, version: version.unwrap_or(act.watched_version) });
    if state_of(&act)? != ActState::Consulting {
        making.changes.push(ActChange::Undrafted);
    }
    making.make(archive, now()).await
}
