//! What happens when a clock runs out. It has happened at that instant, whenever the program notices: so a
//! year with stops tells the same story as one without.

use chrono::{DateTime, Utc};

use super::clock::{Terms, Timer, TimerKind, TimerStatus};
use super::decide::Change;
use super::draft::Draft;
use super::event::{Audience, Event, MailKind};
use super::letter::{Action, StaleAfter};
use super::policy::Limit;
use super::standing::Standing;
use super::state::State;
use super::table;

/// The change that is due at `now`, if one is: the clock that ran out first.
pub fn fire(standing: &Standing, now: DateTime<Utc>, terms: &Terms<'_>) -> Option<Change> {
    let timer = standing.due(now)?.clone();
    let event = event_of(standing, &timer);
    // A clock that waited while it ran out fires when it runs again: not before what happened last.
    let at = timer.due_at.max(standing.changed_at);
    let mut draft = match table::find(standing.state, event) {
        Some(row) => Draft::new(standing, row, at),
        None => return Some(pointless(standing, &timer, at)),
    };
    draft.say("missed_day", timer.due_day);
    match timer.kind {
        TimerKind::Ack => {
            draft.next.overdue_ack += 1;
            urge(&mut draft, Action::Acknowledge, StaleAfter::Acknowledged);
            breach(&mut draft, &timer, terms);
        }
        TimerKind::Respond => {
            draft.next.overdue_respond += 1;
            urge(&mut draft, Action::Respond, StaleAfter::Responded);
            breach(&mut draft, &timer, terms);
        }
        TimerKind::Review => {
            draft.next.overdue_review += 1;
            draft.mail(MailKind::M12, Action::Review, Audience::SupervisingLead, StaleAfter::Reviewed);
            breach(&mut draft, &timer, terms);
        }
        TimerKind::DueSoon => {
            draft.end(timer.kind, TimerStatus::Fired);
            urge(&mut draft, Action::Respond, StaleAfter::Responded);
        }
        TimerKind::EscalateAck | TimerKind::EscalateRespond | TimerKind::EscalateReview => {
            step(&mut draft, &timer, terms);
        }
        TimerKind::PauseEnd => {
            draft.end(timer.kind, TimerStatus::Fired);
            draft.resume(terms);
        }
    }
    Some(draft.finish())
}

fn event_of(standing: &Standing, timer: &Timer) -> Event {
    match timer.kind {
        TimerKind::Ack => Event::AckOverdue,
        TimerKind::Respond if standing.extension.is_some() => Event::ExtensionOverdue,
        TimerKind::Respond => Event::RespondOverdue,
        TimerKind::Review => Event::ReviewOverdue,
        TimerKind::DueSoon => Event::DueSoon,
        TimerKind::EscalateAck | TimerKind::EscalateRespond | TimerKind::EscalateReview => {
            Event::EscalateAuto
        }
        TimerKind::PauseEnd => Event::Resume,
    }
}

/// A clock that has no meaning in the present state ends without an effect; none is known to get here.
fn pointless(standing: &Standing, timer: &Timer, at: DateTime<Utc>) -> Change {
    let mut change = Draft::new(standing, &table::TABLE[1], at);
    change.end(timer.kind, TimerStatus::Stopped);
    change.say("stopped", timer.kind);
    change.finish()
}

fn urge(draft: &mut Draft, action: Action, stale_after: StaleAfter) {
    draft.next.times_reminded += 1;
    draft.mail(MailKind::M5, action, Audience::Office, stale_after);
}

/// The clock has run out; the first step of the escalation begins to count.
fn breach(draft: &mut Draft, timer: &Timer, terms: &Terms<'_>) {
    let (Some(kind), Some(first)) = (timer.kind.escalation(), draft.next.policy.escalation.first().copied())
    else {
        draft.end(timer.kind, TimerStatus::Fired);
        return;
    };
    if timer.kind == TimerKind::Respond {
        // It stays, so that an extension that is granted later knows which day it moves.
        draft.fired(timer.kind);
    } else {
        draft.end(timer.kind, TimerStatus::Fired);
    }
    let due = terms.calendar.add_working_days(timer.due_day, first.after_days);
    let limit = Some(Limit::Working(first.after_days));
    let next = terms.on_day(&draft.next.policy, kind, 0, draft.at, due, limit);
    draft.arm(next);
}

/// A step of the escalation; after the last one the same people are told again and again.
fn step(draft: &mut Draft, timer: &Timer, terms: &Terms<'_>) {
    let policy = draft.next.policy.clone();
    let place = usize::try_from(timer.step).unwrap_or(usize::MAX);
    let Some(here) = policy.escalation.get(place).or(policy.escalation.last()).copied() else {
        draft.end(timer.kind, TimerStatus::Fired);
        return;
    };
    draft.next.escalation_level = draft.next.escalation_level.max(here.level);
    draft.say("level", draft.next.escalation_level);
    draft.say("step", timer.step + 1);
    draft.mail(MailKind::M12, Action::Urge, here.audience, stale(timer.kind));
    if draft.next.state == State::Issued || draft.next.state.is_with_office() {
        draft.next.times_reminded += 1;
    }
    let wait = match policy.escalation.get(place.saturating_add(1)) {
        Some(following) => following.after_days.saturating_sub(here.after_days).max(1),
        None => policy.repeat_days.max(1),
    };
    let due = terms.calendar.add_working_days(timer.due_day, wait);
    draft.end(timer.kind, TimerStatus::Fired);
    let limit = Some(Limit::Working(wait));
    let next = terms.on_day(&policy, timer.kind, timer.step.saturating_add(1), draft.at, due, limit);
    draft.arm(next);
}

fn stale(kind: TimerKind) -> StaleAfter {
    match kind {
        TimerKind::EscalateAck => StaleAfter::Acknowledged,
        TimerKind::EscalateRespond => StaleAfter::Responded,
        TimerKind::Ack
        | TimerKind::Respond
        | TimerKind::Review
        | TimerKind::DueSoon
        | TimerKind::EscalateReview
        | TimerKind::PauseEnd => StaleAfter::Reviewed,
    }
}
