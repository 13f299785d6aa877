//! From what was filled in to an act, or what is wrong beside which field.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use dossier::reminder::act::{Finding, Measure, Method};
use dossier::reminder::{Act, Answer, Event, Guard, Outcome, ReasonCode, Refusal};

use crate::console::reminders::{ActForm, Entry};

/// What is wrong with which field.
pub(super) type Wrong = Vec<(&'static str, String)>;

/// Fills `act` with the fields of `form`.
pub(super) fn fill(act: &mut Act, form: &ActForm, values: &BTreeMap<String, String>) -> Result<(), Wrong> {
    let text = |name: &str| values.get(name).map(|text| text.trim()).unwrap_or_default();
    let mut wrong: Wrong = Vec::new();
    for field in &form.fields {
        let value = text(field.name);
        let known = match &field.entry {
            Entry::Choice(picks) => value.is_empty() || picks.iter().any(|pick| pick.value == value),
            Entry::Day => value.is_empty() || value.parse::<NaiveDate>().is_ok(),
            Entry::Area | Entry::Line | Entry::Tick(_) => true,
        };
        if !known {
            wrong.push((field.name, "无法识别，请重新选择".to_owned()));
        } else if field.required && value.is_empty() {
            let verb = if matches!(field.entry, Entry::Choice(_)) { "选择" } else { "填写" };
            wrong.push((field.name, format!("请{verb}{}", field.label)));
        }
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let some = |name: &str| Some(text(name).to_owned()).filter(|text| !text.is_empty());
    act.reason = some("reason");
    act.code = ReasonCode::parse(text("code"));
    act.day = text("day").parse().ok();
    act.office = some("office");
    act.outcome = Outcome::parse(text("outcome"));
    act.level = text("level").parse().ok();
    act.restart_respond = !text("restart").is_empty();
    if matches!(act.event, Event::Draft | Event::Respond) {
        act.answer = answer(text);
    }
    Ok(())
}

fn answer<'v>(text: impl Fn(&str) -> &'v str) -> Option<Answer> {
    let handlers = text("handlers").split(['、', '，', ',', ';', '；', ' ', '　', '\n']);
    Some(Answer {
        method: Method::parse(text("method"))?,
        finding: Finding::parse(text("finding"))?,
        measure: Measure::parse(text("measure"))?,
        text: text("text").to_owned(),
        handlers: handlers.map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect(),
    })
}

/// The field that a refusal is about; `None`: it is about the whole.
pub(super) fn field_of(refusal: &Refusal) -> Option<(&'static str, String)> {
    let Refusal::Guarded { guard, .. } = refusal else { return None };
    let field = match guard {
        Guard::Reason => "reason",
        Guard::Code => "code",
        Guard::OfficeKnown | Guard::OtherOffice => "office",
        Guard::RestartByLead => "restart",
        Guard::AnswerGiven => "text",
        Guard::AnswerWhole => "handlers",
        Guard::OutcomeGiven => "outcome",
        Guard::ReturnDay | Guard::LaterDay | Guard::GrantedDay | Guard::PauseDay => "day",
        Guard::HigherLevel => "level",
        Guard::AddressedOffice
        | Guard::NotPaused
        | Guard::Paused
        | Guard::NotRuleAuthor
        | Guard::BatchProposedByAnother
        | Guard::NotResponder
        | Guard::NoExtensionPending
        | Guard::ExtensionPending
        | Guard::ExtensionsLeft
        | Guard::BeforeDue
        | Guard::NotRequester
        | Guard::RankForExtension
        | Guard::Cleared
        | Guard::NoCancelProposed
        | Guard::CancelProposedByAnother => return None,
    };
    Some((field, guard.explain().to_owned()))
}
