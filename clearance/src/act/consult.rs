//! Offices consulted about a list. Each answers by itself; silence is not consent: a draft waits until all
//! have answered, or until an approver says, with a reason, that one is not waited for.

use archive::{
    ActChange, Archive, AttachmentOwner, Consultation, ConsultationEnd, NewAttachment, NewConsultation,
};
use chrono::{DateTime, NaiveDate, Utc};
use dossier::RecordKey;
use dossier::clearance_act::{ActEvent, Facts};
use serde_json::{Value, json};

use super::step::{By, Making, facts, load};
use crate::error::ClearanceError;

/// An office to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asking {
    /// Which office.
    pub office: String,
    /// Its key, where the archive knows it: then its own people find the question.
    pub office_key: Option<RecordKey>,
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
    /// Papers that belong to it, with their names.
    pub attachments: Vec<(String, Vec<u8>)>,
}

/// Asks offices, all at once. Gives the numbers of the consultations.
pub async fn consult(
    archive: &Archive,
    id: &str,
    askings: &[Asking],
    by: &By,
    now: DateTime<Utc>,
) -> Result<Vec<u32>, ClearanceError> {
    let act = load(archive, id).await?;
    let before = u32::try_from(archive.consultations(id).await?.len()).unwrap_or(u32::MAX);
    let numbers: Vec<u32> = (1..).map(|n| before.saturating_add(n)).take(askings.len()).collect();
    let office_named = !askings.is_empty() && askings.iter().all(|asking| !asking.office.trim().is_empty());
    let new = numbers.iter().zip(askings).map(|(&no, asking)| {
        ActChange::Asked(NewConsultation {
            no,
            office: asking.office.trim().to_owned(),
            office_key: asking.office_key.clone(),
            due_on: asking.due_on,
            body: json!({ "asked_by": by.person, "asked_by_name": by.called(), "question": asking.text }),
        })
    });
    let offices: Vec<&str> = askings.iter().map(|asking| asking.office.trim()).collect();
    let making = Making {
        act: &act,
        event: ActEvent::Consult,
        by,
        facts: Facts { office_named, ..facts(&act, by, "") },
        detail: json!({ "no": numbers, "office": offices }),
        changes: new.collect(),
    };
    making.make(archive, now).await?;
    Ok(numbers)
}

/// An office answers; its papers go into the archive with the answer.
pub async fn answer(
    archive: &Archive,
    id: &str,
    answer: &Answer,
    by: &By,
    now: DateTime<Utc>,
) -> Result<i64, ClearanceError> {
    let papers = answer.attachments.iter().map(|(name, content)| NewAttachment {
        owner: AttachmentOwner::Consultation { act: id.to_owned(), no: answer.no },
        name: name.clone(),
        content: content.clone(),
    });
    let end = End {
        no: answer.no,
        opinion: Some(if answer.objects { "object" } else { "agree" }),
        body: json!({ "answered_by": by.person, "answered_by_name": by.called(), "text": answer.text }),
        event: ActEvent::Answer,
        reason: "",
        papers: papers.collect(),
    };
    end.make(archive, id, by, now).await
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
    let end = End {
        no,
        opinion: None,
        body: json!({ "closed_by": by.person, "closed_by_name": by.called(), "reason": reason }),
        event: ActEvent::CloseConsultation,
        reason,
        papers: Vec::new(),
    };
    end.make(archive, id, by, now).await
}

/// How a consultation ends.
struct End<'a> {
    no: u32,
    opinion: Option<&'static str>,
    body: Value,
    event: ActEvent,
    reason: &'a str,
    papers: Vec<NewAttachment>,
}

impl End<'_> {
    async fn make(
        self,
        archive: &Archive,
        id: &str,
        by: &By,
        now: DateTime<Utc>,
    ) -> Result<i64, ClearanceError> {
        let act = load(archive, id).await?;
        let consultations = archive.consultations(id).await?;
        let open = |c: &&Consultation| c.no == self.no && c.state == "open";
        let consultation = consultations.iter().find(open);
        let mut body = consultation.map_or_else(|| json!({}), |c| c.body.clone());
        if let (Some(body), Some(more)) = (body.as_object_mut(), self.body.as_object()) {
            body.extend(more.clone());
        }
        let facts = Facts {
            consultation_open: consultation.is_some(),
            of_another_office: consultation.is_some_and(|c| of_another_office(by, c)),
            ..facts(&act, by, self.reason)
        };
        let detail = json!({ "no": self.no, "opinion": self.opinion, "reason": self.reason,
                             "attachments": self.papers.len() });
        let ended = ConsultationEnd { no: self.no, opinion: self.opinion.map(str::to_owned), body };
        let mut changes = vec![ActChange::Ended(ended)];
        changes.extend(self.papers.into_iter().map(ActChange::Attached));
        Making { act: &act, event: self.event, by, facts, detail, changes }.make(archive, now).await
    }
}

/// Whether he would answer in the name of an office that is not his.
pub(super) fn of_another_office(by: &By, consultation: &Consultation) -> bool {
    by.role.is_of_an_office() && by.office.is_some() && by.office != consultation.office_key
}
