//! Offices consulted about a list. Each answers by itself; silence is not consent: a draft waits until all
//! have answered, or until an approver says, with a reason, that one is not waited for.

use archive::{ActChange, Archive, Consultation, ConsultationEnd, NewConsultation};
use chrono::{DateTime, NaiveDate, Utc};
use dossier::clearance_act::{ActEvent, Facts};
use serde_json::{Value, json};

use super::step::{By, Making, facts, load};
use crate::error::ClearanceError;

/// An office to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asking {
    /// Which office.
    pub office: String,
    /// What it is asked.
    pub text: String,
    /// Until when it is to answer.
    pub due_on: Option<NaiveDate>,
}

/// What an office says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The consultation's number.
    pub no: u32,
    /// `true`: something is known against somebody on the list.
    pub objects: bool,
    /// What it says.
    pub text: String,
    /// Name of a paper that belongs to it.
    pub attachment: Option<String>,
}

/// Asks an office. Gives the consultation's number.
pub async fn consult(
    archive: &Archive,
    id: &str,
    asking: &Asking,
    by: &By,
    now: DateTime<Utc>,
) -> Result<u32, ClearanceError> {
    let act = load(archive, id).await?;
    let no = u32::try_from(archive.consultations(id).await?.len()).unwrap_or(u32::MAX).saturating_add(1);
    let office = asking.office.trim().to_owned();
    let new = NewConsultation {
        no,
        office: office.clone(),
        due_on: asking.due_on,
        body: json!({ "asked_by": by.person, "question": asking.text }),
    };
    let making = Making {
        act: &act,
        event: ActEvent::Consult,
        by,
        facts: Facts { office_named: !office.is_empty(), ..facts(&act, by, "") },
        detail: json!({ "no": no, "office": office }),
        changes: vec![ActChange::Asked(new)],
    };
    making.make(archive, now).await?;
    Ok(no)
}

/// An office answers.
pub async fn answer(
    archive: &Archive,
    id: &str,
    answer: &Answer,
    by: &By,
    now: DateTime<Utc>,
) -> Result<i64, ClearanceError> {
    let opinion = if answer.objects { "object" } else { "agree" };
    let more = json!({ "answered_by": by.person, "text": answer.text, "attachment": answer.attachment });
    end(archive, id, answer.no, Some(opinion), &more, ActEvent::Answer, "", by, now).await
}

/// An approver says that an office is not waited for. That is no consent of the office.
pub async fn close_consultation(
    archive: &Archive,
    id: &str,
    no: u32,
    reason: &str,
    by: &By,
    now: DateTime<Utc>,
) -> Result<i64, ClearanceError> {
    let more = json!({ "closed_by": by.person, "reason": reason });
    end(archive, id, no, None, &more, ActEvent::CloseConsultation, reason, by, now).await
}

#[allow(clippy::too_many_arguments, reason = "the parts of one end, of two kinds")]
async fn end(
    archive: &Archive,
    id: &str,
    no: u32,
    opinion: Option<&str>,
    more: &Value,
    event: ActEvent,
    reason: &str,
    by: &By,
    now: DateTime<Utc>,
) -> Result<i64, ClearanceError> {
    let act = load(archive, id).await?;
    let consultations = archive.consultations(id).await?;
    let open = |c: &&Consultation| c.no == no && c.state == "open";
    let consultation = consultations.iter().find(open);
    let mut body = consultation.map_or_else(|| json!({}), |c| c.body.clone());
    if let (Some(body), Some(more)) = (body.as_object_mut(), more.as_object()) {
        body.extend(more.clone());
    }
    let ended = ConsultationEnd { no, opinion: opinion.map(str::to_owned), body };
    let making = Making {
        act: &act,
        event,
        by,
        facts: Facts { consultation_open: consultation.is_some(), ..facts(&act, by, reason) },
        detail: json!({ "no": no, "opinion": opinion, "reason": reason }),
        changes: vec![ActChange::Ended(ended)],
    };
    making.make(archive, now).await
}
