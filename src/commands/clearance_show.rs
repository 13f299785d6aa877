//! How acts are shown at the command line: lists, one act with its rows and trace, notices.

use archive::{ActFilter, Archive, Notice};
use clearance::act::{ActRow, ActView, Concern, Decision};
use serde_json::{Value, json};

use super::Outcome;
use crate::output;

pub(crate) async fn list(
    archive: &Archive,
    state: Option<&str>,
    limit: u32,
    as_json: bool,
) -> anyhow::Result<Outcome> {
    let filter = ActFilter { states: state.map(str::to_owned).into_iter().collect(), ..ActFilter::default() };
    for act in archive.acts(&filter, limit).await? {
        if as_json {
            output::json(&json!({
                "act": act.id, "state": act.state, "persons": act.persons, "clearance": act.clearance,
                "created_at": act.created_at, "due_on": act.due_on, "number": act.number,
                "valid_until": act.valid_until,
            }))?;
        } else {
            let due = act.due_on.map(|day| format!(", due {day}")).unwrap_or_default();
            let number = act.number.map(|number| format!(", {number}")).unwrap_or_default();
            output::line(&format!("{}\t{}\t{} persons{due}{number}", act.id, act.state, act.persons))?;
        }
    }
    Ok(Outcome::Done)
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

/// What must not be passed over about a row, in words.
fn concerns(row: &ActRow) -> Vec<String> {
    row.concerns.iter().map(Concern::in_words).collect()
}

fn as_value(view: &ActView) -> Value {
    let act = &view.act;
    let rows: Vec<Value> = view
        .rows
        .iter()
        .map(|row| {
            json!({
                "row": row.row.row, "name": row.row.input.name, "state": row.row.state, "person": row.row.person,
                "suggested": row.row.opinion, "decision": decision(&row.decision), "concerns": concerns(row),
            })
        })
        .collect();
    let events: Vec<Value> = view
        .events
        .iter()
        .map(|event| {
            json!({
                "step": event.row_version, "event": event.event, "from": event.from, "to": event.to,
                "person": event.person, "role": event.role, "at": event.at, "detail": event.detail,
            })
        })
        .collect();
    let consultations: Vec<Value> = view
        .consultations
        .iter()
        .map(|c| {
            json!({ "no": c.no, "office": c.office, "state": c.state, "opinion": c.opinion, "due_on": c.due_on,
                    "body": c.body })
        })
        .collect();
    json!({
        "act": act.id, "state": act.state, "version": act.row_version, "clearance": act.clearance,
        "request": act.request, "due_on": act.due_on, "drafted_by": act.drafted_by, "approver": act.approver,
        "reviewed_by": act.reviewed_by, "signed_by": act.signed_by, "number": act.number,
        "issued_on": act.issued_on, "valid_until": act.valid_until, "code": view.answer.code,
        "undecided": view.undecided().count(), "rows": rows, "consultations": consultations, "events": events,
        "notices": view.notices.len(),
    })
}

/// The whole act.
pub(crate) fn show(view: &ActView, as_json: bool) -> anyhow::Result<Outcome> {
    if as_json {
        output::json(&as_value(view))?;
        return Ok(Outcome::Done);
    }
    where_it_stands(view, false)?;
    for row in &view.rows {
        let what = match &row.decision {
            Decision::Open => "UNDECIDED".to_owned(),
            Decision::Suggested(opinion) => format!("{opinion} (suggested)"),
            Decision::Decided { opinion, by, .. } => format!("{opinion} ({by})"),
            Decision::LeftOut { by, .. } => format!("left out ({by})"),
        };
        let line = format!("{}\t{}\t{}\t{what}", row.row.row, row.row.state, row.row.input.name);
        output::line(&[vec![line], concerns(row)].concat().join("\t"))?;
    }
    for c in &view.consultations {
        let opinion = c.opinion.as_deref().unwrap_or("-");
        output::line(&format!("consultation {}\t{}\t{}\t{opinion}", c.no, c.office, c.state))?;
    }
    for event in &view.events {
        let from = event.from.as_deref().unwrap_or("-");
        output::line(&format!(
            "{}\t{}\t{from} → {}\t{} ({})",
            event.at.format("%Y-%m-%dT%H:%M:%SZ"),
            event.event,
            event.to,
            event.person,
            event.role
        ))?;
    }
    for notice in &view.notices {
        let seen = notice.seen_by.as_deref().unwrap_or("unseen");
        output::line(&format!("notice\t{}\t{}\t{seen}", notice.cause, notice.person))?;
    }
    Ok(Outcome::Done)
}

/// One line, or one object, on where the act stands.
pub(crate) fn where_it_stands(view: &ActView, as_json: bool) -> anyhow::Result<Outcome> {
    let (act, undecided) = (&view.act, view.undecided().count());
    if as_json {
        output::json(&json!({
            "act": act.id, "state": act.state, "version": act.row_version, "clearance": act.clearance,
            "undecided": undecided, "code": view.answer.code, "number": act.number,
            "valid_until": act.valid_until,
        }))?;
    } else {
        let title = dossier::clearance_act::ActState::parse(&act.state).map_or("", |state| state.title());
        output::line(&format!(
            "{}\t{} {title}\t{} persons, {undecided} undecided\t{}",
            act.id,
            act.state,
            act.persons,
            view.answer.code.as_deref().unwrap_or("-")
        ))?;
    }
    Ok(Outcome::Done)
}

pub(crate) fn notices(notices: &[Notice], as_json: bool) -> anyhow::Result<Outcome> {
    for notice in notices {
        if as_json {
            output::json(&json!({
                "act": notice.act, "person": notice.person, "cause": notice.cause, "approver": notice.approver,
                "raised_at": notice.raised_at, "seen_by": notice.seen_by,
            }))?;
        } else {
            let seen = notice.seen_by.as_deref().unwrap_or("unseen");
            output::line(&format!("{}\t{}\t{}\t{seen}", notice.act, notice.cause, notice.person))?;
        }
    }
    Ok(Outcome::Done)
}
