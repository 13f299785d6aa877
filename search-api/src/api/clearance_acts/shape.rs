//! Acts as programs read them. Names stand in the body alone, never in an address.

use archive::{Attachment, ClearanceAct, Consultation, Notice};
use clearance::act::{ActView, Concern, Decision};
use dossier::clearance_act::Offer;
use serde_json::{Value, json};

use crate::acts::Progress;

/// An act in short.
pub(super) fn brief(act: &ClearanceAct) -> Value {
    json!({
        "act": act.id, "state": act.state, "row_version": act.row_version, "clearance": act.clearance,
        "persons": act.persons, "created_at": act.created_at, "updated_at": act.updated_at,
        "created_by": act.created_by, "due_on": act.due_on, "drafted_by": act.drafted_by,
        "approver": act.approver, "reviewed_by": act.reviewed_by, "signed_by": act.signed_by,
        "number": act.number, "issued_on": act.issued_on, "valid_until": act.valid_until,
    })
}

/// An act as a whole.
pub(super) fn whole(view: &ActView) -> Value {
    let mut answer = brief(&view.act);
    let rows = view.rows.iter().map(|row| {
        json!({
            "row": row.row.row, "name": row.row.input.name, "state": row.row.state, "person": row.row.person,
            "candidates": row.row.candidates, "problems": row.row.problems,
            "suggested": row.row.opinion, "decision": decision(&row.decision),
            "concerns": row.concerns.iter().map(concern).collect::<Vec<_>>(),
        })
    });
    let events = view.events.iter().map(|event| {
        json!({
            "row_version": event.row_version, "event": event.event, "from": event.from, "to": event.to,
            "person": event.person, "role": event.role, "at": event.at, "detail": event.detail,
        })
    });
    let consultations = view.consultations.iter().map(|asked| {
        let mut shown = consultation(asked);
        let papers = view.attachments.get(&asked.no).into_iter().flatten();
        shown["attachments"] = papers.map(attachment).collect();
        shown
    });
    answer["request"] = view.act.request.clone();
    answer["purpose"] = json!(view.answer.purpose);
    answer["as_of"] = json!(view.answer.as_of);
    answer["code"] = json!(view.answer.code);
    answer["coverage"] = json!(view.coverage);
    answer["undecided"] = json!(view.undecided().count());
    answer["rows"] = rows.collect();
    answer["consultations"] = consultations.collect();
    answer["trace"] = events.collect();
    answer["notices"] = view.notices.iter().map(notice).collect();
    answer
}

fn decision(decision: &Decision) -> Value {
    match decision {
        Decision::Suggested(opinion) => json!({ "opinion": opinion, "suggested": true }),
        Decision::Decided { opinion, by, reason } => {
            json!({ "opinion": opinion, "by": by, "reason": reason })
        }
        Decision::LeftOut { by, reason } => json!({ "left_out": true, "by": by, "reason": reason }),
        Decision::Open => Value::Null,
    }
}

fn concern(concern: &Concern) -> Value {
    match concern {
        Concern::Dead => json!({ "code": "dead" }),
        Concern::Twice(row) => json!({ "code": "same_person", "row": row }),
        Concern::Left { how, since } => {
            json!({ "code": "left", "how": how, "since": since.map(|d| d.to_string()) })
        }
    }
}

/// What may be done next, and what stands in the way.
pub(super) fn offer(offer: Offer) -> Value {
    json!({ "event": offer.event, "role": offer.role, "blocked": offer.blocked.map(|guard| format!("{guard:?}")) })
}

/// A question to an office.
pub(super) fn consultation(asked: &Consultation) -> Value {
    json!({
        "act": asked.act, "no": asked.no, "office": asked.office,
        "office_key": asked.office_key.as_ref().map(dossier::RecordKey::as_str), "state": asked.state,
        "opinion": asked.opinion, "asked_at": asked.asked_at, "due_on": asked.due_on,
        "ended_at": asked.ended_at, "body": asked.body,
    })
}

fn attachment(attachment: &Attachment) -> Value {
    json!({
        "attachment": attachment.id, "name": attachment.name, "type": attachment.file_type,
        "bytes": attachment.bytes, "sha256": attachment.sha256,
        "location": format!("/api/v1/attachments/{}", attachment.id),
    })
}

/// Something that has come about a person of a valid letter.
pub(super) fn notice(notice: &Notice) -> Value {
    json!({
        "act": notice.act, "person": notice.person, "cause": notice.cause, "approver": notice.approver,
        "raised_at": notice.raised_at, "seen_by": notice.seen_by, "seen_at": notice.seen_at, "note": notice.note,
    })
}

/// How far the search is.
pub(super) fn progress(progress: &Progress) -> Value {
    match progress {
        Progress::Idle => Value::Null,
        Progress::Running(done, total) => json!({ "state": "running", "done": done, "total": total }),
        Progress::Failed(_) => json!({ "state": "failed" }),
    }
}
