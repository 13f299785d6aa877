//! From the draft to the letter that goes out, and back.

use archive::{ActChange, Archive};
use chrono::{DateTime, NaiveDate, Utc};
use dossier::clearance_act::{ActEvent, Facts, Offer, offers};
use dossier::role::Role;
use indexer::Index;
use serde_json::{Value, json};

use super::consult::of_another_office;
use super::step::{By, Making, facts, load, state_of, valid_until};
use super::view::{ActView, show};
use crate::error::ClearanceError;
use crate::watch::news;

/// How a letter goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuing {
    /// 发文字号.
    pub number: String,
    /// 成文日期.
    pub on: NaiveDate,
}

/// Drafts the letter: every row has its opinion, and whoever drafts stands for them. `reason`: what is made
/// of an office's objection.
pub async fn draft(
    archive: &Archive,
    id: &str,
    reason: &str,
    by: &By,
    now: DateTime<Utc>,
) -> Result<i64, ClearanceError> {
    let view = show(archive, id).await?;
    let facts = standing(&view, by, reason);
    let opinions = json!(view.by_opinion());
    let detail = json!({ "reason": reason, "opinions": opinions });
    let changes = vec![ActChange::Drafted { by: by.person.clone(), opinions }];
    Making { act: &view.act, event: ActEvent::Draft, by, facts, detail, changes }.make(archive, now).await
}

/// What the table asks about the rows, the coverage and the consultations of an act.
fn standing(view: &ActView, by: &By, reason: &str) -> Facts {
    let count = |state: &str| view.consultations.iter().filter(|c| c.state == state).count();
    let objections = view.consultations.iter().filter(|c| c.opinion.as_deref() == Some("object")).count();
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let open = || view.consultations.iter().filter(|c| c.state == "open");
    Facts {
        coverage_complete: view.coverage.as_ref().is_some_and(|coverage| coverage.complete),
        rows_undecided: number(view.undecided().count()),
        consultations_open: number(count("open")),
        consultation_open: count("open") > 0,
        of_another_office: open().count() > 0 && open().all(|c| of_another_office(by, c)),
        objections: number(objections),
        ..facts(&view.act, by, reason)
    }
}

/// What `by` may do next, in any of `roles`, and what stands in the way of it. `news`: something has come since
/// the list was searched.
pub fn offered(view: &ActView, by: &By, roles: &[Role], news: bool, today: NaiveDate) -> Vec<Offer> {
    let facts = Facts { something_new: news, expired: view.validity().1 < today, ..standing(view, by, "") };
    state_of(&view.act).map_or_else(|_| Vec::new(), |state| offers(state, roles, &facts))
}

/// Sends the draft to review, for `approver` to sign.
pub async fn submit(
    archive: &Archive,
    id: &str,
    approver: &str,
    by: &By,
    now: DateTime<Utc>,
) -> Result<i64, ClearanceError> {
    let act = load(archive, id).await?;
    let approver = approver.trim().to_owned();
    let facts = Facts { approver: Some(approver.clone()), ..facts(&act, by, "") };
    let detail = json!({ "approver": approver });
    let changes = vec![ActChange::Approver(approver)];
    Making { act: &act, event: ActEvent::Submit, by, facts, detail, changes }.make(archive, now).await
}

/// Sends it back.
pub async fn send_back(
    archive: &Archive,
    id: &str,
    reason: &str,
    by: &By,
    now: DateTime<Utc>,
) -> Result<i64, ClearanceError> {
    simple(archive, id, ActEvent::Return, reason, vec![ActChange::Undrafted], by, now).await
}

/// Somebody other than the drafter has looked it through.
pub async fn review(
    archive: &Archive,
    id: &str,
    note: &str,
    by: &By,
    now: DateTime<Utc>,
) -> Result<i64, ClearanceError> {
    simple(archive, id, ActEvent::Review, note, vec![ActChange::Reviewed(by.person.clone())], by, now).await
}

/// The named approver signs, if nothing new has come since the list was searched.
pub async fn sign(
    archive: &Archive,
    index: &Index,
    id: &str,
    today: NaiveDate,
    by: &By,
    now: DateTime<Utc>,
) -> Result<i64, ClearanceError> {
    let view = show(archive, id).await?;
    let facts = fresh(archive, index, &view, today, by).await?;
    let changes = vec![ActChange::Signed(by.person.clone())];
    let detail = json!({ "clearance": view.act.clearance, "code": view.answer.code });
    Making { act: &view.act, event: ActEvent::Sign, by, facts, detail, changes }.make(archive, now).await
}

/// The letter gets its number and goes out.
pub async fn issue(
    archive: &Archive,
    index: &Index,
    id: &str,
    issuing: &Issuing,
    by: &By,
    now: DateTime<Utc>,
) -> Result<i64, ClearanceError> {
    let view = show(archive, id).await?;
    let number = issuing.number.trim().to_owned();
    let facts =
        Facts { number_given: !number.is_empty(), ..fresh(archive, index, &view, issuing.on, by).await? };
    let until = valid_until(view.answer.as_of, view.opening.valid_days);
    let detail =
        json!({ "number": number, "on": issuing.on, "valid_until": until, "code": view.answer.code });
    let changes = vec![ActChange::Issued { number, on: issuing.on, valid_until: until }];
    Making { act: &view.act, event: ActEvent::Issue, by, facts, detail, changes }.make(archive, now).await
}

/// Takes a letter back that is out.
pub async fn withdraw(
    archive: &Archive,
    id: &str,
    reason: &str,
    by: &By,
    now: DateTime<Utc>,
) -> Result<i64, ClearanceError> {
    simple(archive, id, ActEvent::Withdraw, reason, Vec::new(), by, now).await
}

/// Ends an act before its letter is out.
pub async fn cancel(
    archive: &Archive,
    id: &str,
    reason: &str,
    by: &By,
    now: DateTime<Utc>,
) -> Result<i64, ClearanceError> {
    simple(archive, id, ActEvent::Cancel, reason, Vec::new(), by, now).await
}

async fn simple(
    archive: &Archive,
    id: &str,
    event: ActEvent,
    reason: &str,
    changes: Vec<ActChange>,
    by: &By,
    now: DateTime<Utc>,
) -> Result<i64, ClearanceError> {
    let act = load(archive, id).await?;
    let facts = facts(&act, by, reason);
    let detail: Value = json!({ "reason": reason });
    Making { act: &act, event, by, facts, detail, changes }.make(archive, now).await
}

/// The facts about how fresh the answer is on `today`.
async fn fresh(
    archive: &Archive,
    index: &Index,
    view: &ActView,
    today: NaiveDate,
    by: &By,
) -> Result<Facts, ClearanceError> {
    Ok(Facts {
        something_new: !news(archive, index, &view.act).await?.is_empty(),
        expired: view.validity().1 < today,
        ..facts(&view.act, by, "")
    })
}
