//! What people decide about rows: whom one means, and what the opinion is.

use archive::{ActChange, Archive, IdentityVerdict, RowDecision};
use chrono::{DateTime, Utc};
use dossier::RecordKey;
use dossier::clearance_act::{ActEvent, Facts};
use dossier::opinion::Opinion;
use indexer::Index;
use serde_json::json;

use super::request::gather;
use super::step::{By, Making, facts, load, made_before};
use super::view::show;
use crate::error::ClearanceError;
use crate::identity::question;
use crate::resolve::Resolution;
use crate::resolved::{DecisionsUpto, Resolved};
use crate::run::stored_request;

/// Whom a row means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityChoice {
    /// The row, from 1.
    pub row: u32,
    /// The dossier; none: nobody of those who could be meant.
    pub person: Option<RecordKey>,
}

/// The opinion on a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowChoice {
    /// The row, from 1.
    pub row: u32,
    /// The opinion; none: the row is left out of the letter.
    pub opinion: Option<Opinion>,
}

/// Says whom rows mean, with one reason; the list is searched again right away. Remembered: the same question
/// (the same row, the same people who could be meant) is not asked again, on any list.
pub async fn decide(
    archive: &Archive,
    index: &Index,
    id: &str,
    choices: &[IdentityChoice],
    reason: &str,
    by: &By,
    now: &(dyn Fn() -> DateTime<Utc> + Sync),
) -> Result<i64, ClearanceError> {
    if let Some(version) = made_before(archive, id, ActEvent::Decide, by).await? {
        return Ok(version);
    }
    let act = load(archive, id).await?;
    let header = archive
        .clearance(&act.clearance)
        .await?
        .ok_or_else(|| ClearanceError::NoSuchAnswer(act.clearance.clone()))?;
    let request = stored_request(archive, &header).await?;
    let snapshot = archive.snapshot().await?;
    let mut changes = Vec::new();
    for choice in choices {
        let input = request
            .inputs
            .get(usize::try_from(choice.row).unwrap_or(usize::MAX).wrapping_sub(1))
            .ok_or(ClearanceError::NoSuchRow(choice.row))?;
        // The question as it is without any decision: an earlier one may be changed.
        let decisions = DecisionsUpto { identities: 0, mentions: snapshot.last_mention_decision().await? };
        let resolved = Resolved::of(archive, &snapshot, std::slice::from_ref(input), decisions).await?;
        let resolution = &resolved.rows[0];
        let not = |why| ClearanceError::NotDecidable { row: choice.row, why };
        let question =
            question(archive, input, resolution).ok_or_else(|| not("it asks nothing about an identity"))?;
        let verdict = match &choice.person {
            Some(person) if could_be(resolution, person) => IdentityVerdict::Person(person.clone()),
            Some(_) => return Err(not("that person is not among those who could be meant")),
            None => IdentityVerdict::Nobody,
        };
        let (by, reason) = (by.called().to_owned(), reason.to_owned());
        changes.push(ActChange::Identity { question, verdict, by, reason });
    }
    drop(snapshot);
    let rows: Vec<u32> = choices.iter().map(|choice| choice.row).collect();
    let making = Making {
        act: &act,
        event: ActEvent::Decide,
        by,
        facts: facts(&act, by, reason),
        detail: json!({ "reason": reason, "rows": rows }),
        changes,
    };
    making.make(archive, now()).await?;
    gather(archive, index, id, None, &by.following(), now).await
}

fn could_be(resolution: &Resolution, person: &RecordKey) -> bool {
    match resolution {
        Resolution::Ambiguous { candidates, .. } => candidates.contains(person),
        Resolution::Person { person: only, .. } => only == person,
        Resolution::NoDossier | Resolution::Error(_) => false,
    }
}

/// Gives the opinion on rows, or leaves them out. One that is not the suggested one needs a reason, and so
/// does leaving out. A row whose person is not settled can only be left out.
pub async fn opine(
    archive: &Archive,
    id: &str,
    choices: &[RowChoice],
    reason: &str,
    by: &By,
    now: DateTime<Utc>,
) -> Result<i64, ClearanceError> {
    if let Some(version) = made_before(archive, id, ActEvent::Opine, by).await? {
        return Ok(version);
    }
    let view = show(archive, id).await?;
    let mut differs = false;
    let mut changes = Vec::new();
    let mut detail = Vec::new();
    for choice in choices {
        let row = view
            .rows
            .get(usize::try_from(choice.row).unwrap_or(usize::MAX).wrapping_sub(1))
            .ok_or(ClearanceError::NoSuchRow(choice.row))?;
        if choice.opinion.is_some() && matches!(row.row.state.as_str(), "ambiguous" | "error") {
            let why = "its person is not settled; decide that first, or leave it out";
            return Err(ClearanceError::NotDecidable { row: choice.row, why });
        }
        differs |= choice.opinion.is_none() || choice.opinion != row.row.opinion;
        let opinion = choice.opinion.map(|opinion| opinion.slug().to_owned());
        detail.push(json!({ "row": choice.row, "opinion": opinion, "suggested": row.row.opinion }));
        changes.push(ActChange::Row(RowDecision {
            row: choice.row,
            opinion,
            body: json!({ "by": by.called(), "person": by.person, "reason": reason, "at": now.to_rfc3339() }),
            clearance: view.act.clearance.clone(),
        }));
    }
    let facts = Facts { opinion_differs: differs, ..facts(&view.act, by, reason) };
    let detail = json!({ "reason": reason, "rows": detail });
    let making = Making { act: &view.act, event: ActEvent::Opine, by, facts, detail, changes };
    making.make(archive, now).await
}
