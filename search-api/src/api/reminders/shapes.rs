//! Reminders as programs read them: the shapes of the answers, and what the description of the API says of them.

use archive::{Batch, Reminder, ReminderAnswer, ReminderEvent, ReminderFact};
use dossier::RecordKey;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::app::App;

/// A reminder. Who it is about stands as a key, never as a name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReminderShown {
    /// Its number.
    #[schema(example = "TX2026-000001")]
    id: String,
    /// Where it stands.
    #[schema(example = "issued")]
    state: &'static str,
    /// Counts every change; sent back with an act, it keeps two people from overwriting each other.
    row_version: i64,
    /// Kind and key of the dossier or unit.
    #[schema(example = "person:P0001")]
    subject: String,
    /// The unit, where one is known.
    unit: Option<String>,
    /// The addressed office, where one is known.
    office: Option<String>,
    /// The first category.
    category: String,
    /// `high`, `medium` or `low`.
    severity: &'static str,
    /// 1, or more where it has been before.
    episode: i64,
    /// The ended one that it follows.
    reopens: Option<String>,
    /// The held batch that it came with.
    batch: Option<i64>,
    /// How it was closed.
    outcome: Option<&'static str>,
    /// `none`, `blue`, `yellow` or `red`; absent on a server that acts on none.
    colour: Option<&'static str>,
    /// Whether its present deadline was missed.
    overdue: bool,
    /// The last day to answer.
    #[schema(value_type = Option<String>, format = Date)]
    due: Option<chrono::NaiveDate>,
    /// Whether that day is firm: it is not where a year on the way has no notice of holidays.
    due_firm: Option<bool>,
    /// How far it has been escalated.
    escalation_level: u32,
    /// Extensions granted.
    extension_count: u32,
    /// The day that is asked for, where a request waits.
    #[schema(value_type = Option<String>, format = Date)]
    extension_day: Option<chrono::NaiveDate>,
    /// How often it was sent back.
    round: u32,
    /// How often the office was urged.
    times_reminded: u32,
    /// Whether the rule no longer finds what it found.
    cleared: bool,
    /// Until when its clocks stand still.
    #[schema(value_type = Option<String>, format = Date)]
    paused_until: Option<chrono::NaiveDate>,
    /// Whether somebody has proposed to take it back.
    cancel_proposed: bool,
    /// When it was made (RFC 3339).
    created_at: String,
    /// When it went to the office.
    issued_at: Option<String>,
    /// When it was signed for.
    acknowledged_at: Option<String>,
    /// When it was answered last.
    responded_at: Option<String>,
    /// When it ended.
    ended_at: Option<String>,
}

/// A reminder for programs.
pub(super) fn shown(app: &App, reminder: &Reminder) -> ReminderShown {
    let standing = &reminder.standing;
    let colour = app.desks().ok().map(|desks| standing.colour(&desks.desk().terms, app.now()));
    ReminderShown {
        id: reminder.id.clone(),
        state: standing.state.slug(),
        row_version: standing.row_version,
        subject: reminder.subject.to_string(),
        unit: reminder.unit.as_ref().map(|unit| RecordKey::as_str(unit).to_owned()),
        office: standing.office.clone(),
        category: reminder.category.clone(),
        severity: standing.severity.slug(),
        episode: reminder.episode,
        reopens: reminder.reopens.clone(),
        batch: reminder.batch,
        outcome: reminder.outcome.map(dossier::reminder::Outcome::slug),
        colour: colour.map(dossier::reminder::Colour::slug),
        overdue: standing.is_overdue(),
        due: reminder.due.map(|(day, _)| day),
        due_firm: reminder.due.map(|(_, firm)| firm),
        escalation_level: standing.escalation_level,
        extension_count: standing.extension_count,
        extension_day: standing.extension.as_ref().map(|(_, day)| *day),
        round: standing.round,
        times_reminded: standing.times_reminded,
        cleared: standing.cleared,
        paused_until: standing.paused_until,
        cancel_proposed: standing.cancel_proposed_by.is_some(),
        created_at: reminder.created_at.to_rfc3339(),
        issued_at: standing.issued_at.map(|at| at.to_rfc3339()),
        acknowledged_at: reminder.acked_at.map(|at| at.to_rfc3339()),
        responded_at: reminder.responded_at.map(|at| at.to_rfc3339()),
        ended_at: reminder.ended_at.map(|at| at.to_rfc3339()),
    }
}

pub(super) fn fact(fact: &ReminderFact) -> Value {
    json!({ "category": fact.category, "clause": fact.clause, "severity": fact.severity,
            "fingerprint": fact.fingerprint, "evidence": fact.evidence, "explanation": fact.explanation,
            "rule_version": fact.rule_version, "since": fact.since, "until": fact.until })
}

pub(super) fn event(event: &ReminderEvent) -> Value {
    let detail: Vec<Value> = event.detail.iter().map(|(what, value)| json!([what, value])).collect();
    json!({ "seq": event.seq, "event": event.event, "from": event.from, "to": event.to, "actor": event.actor,
            "party": event.party, "at": event.at.to_rfc3339(), "noticed_at": event.noticed_at.to_rfc3339(),
            "code": event.code, "reason": event.reason, "detail": detail, "hash": event.hash })
}

pub(super) fn given(answer: &ReminderAnswer) -> Value {
    json!({ "number": answer.number, "at": answer.at.to_rfc3339(), "author": answer.author,
            "signer": answer.signer, "hash": answer.hash, "answer": answer.answer })
}

pub(super) fn batch(batch: &Batch) -> Value {
    json!({ "id": batch.id, "run": batch.run, "office": batch.office, "gate": batch.gate, "state": batch.state,
            "held": batch.held, "proposal": batch.proposal, "proposed_by": batch.proposed_by,
            "reason": batch.reason, "decided_by": batch.decided_by,
            "created_at": batch.created_at.to_rfc3339() })
}
