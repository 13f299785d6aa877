//! The one place where a reminder changes: from what it is and what somebody wants (or which clock has run
//! out) to what it becomes, with the clocks that start and stop and the mails that go out. Pure; the store
//! writes the result in one transaction or not at all.

use chrono::{DateTime, Utc};

use super::act::{Act, Refusal};
use super::clock::{Terms, Timer, TimerKind, TimerStatus};
use super::draft::Draft;
use super::event::{Audience, Event, MailKind};
use super::guard::Guard;
use super::letter::{Action, MailOrder, StaleAfter};
use super::standing::Standing;
use super::state::{Outcome, Party, State};
use super::table;

/// What happens to a clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimerChange {
    /// It starts, or starts again after waiting.
    Arm(Timer),
    /// It waits.
    Wait {
        /// Which.
        kind: TimerKind,
        /// For a pause: the working days that were left.
        remaining: Option<i64>,
    },
    /// It ends.
    End {
        /// Which.
        kind: TimerKind,
        /// How.
        status: TimerStatus,
    },
    /// The last breach of this clock is excused; it stays on record.
    Excuse(TimerKind),
    /// A breach that was kept in view, so that an extension could still move its day, is history now.
    Forget(TimerKind),
}

/// One change of one reminder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What happened.
    pub event: Event,
    /// From where.
    pub from: State,
    /// What it became; `row_version` is one more.
    pub next: Standing,
    /// When it happened: for a clock, the instant at which it ran out.
    pub at: DateTime<Utc>,
    /// Clocks that start and stop, in order.
    pub timers: Vec<TimerChange>,
    /// Mails to write.
    pub mails: Vec<MailOrder>,
    /// What the event records beside reason and code: days, levels, offices.
    pub detail: Vec<(&'static str, String)>,
    /// How it ended, where it did.
    pub outcome: Option<Outcome>,
}

/// What becomes of a reminder by an act of a person, or why nothing does.
pub fn decide(standing: &Standing, act: &Act, terms: &Terms<'_>) -> Result<Change, Refusal> {
    let event = act.event;
    let row =
        table::find(standing.state, event).ok_or(Refusal::NoSuchMove { event, state: standing.state })?;
    if !row.who.contains(&act.party) {
        return Err(Refusal::NotYours { event, party: act.party });
    }
    if let Some(&guard) = row.guards.iter().find(|guard| !guard.holds(standing, act, terms)) {
        return Err(Refusal::Guarded { event, guard });
    }
    let mut draft = Draft::new(standing, row, act.at);
    draft.act(act, terms);
    Ok(draft.finish())
}

/// The acts that this party may do now, as far as that does not hang on what is filled in.
pub fn possible(standing: &Standing, party: Party) -> Vec<Event> {
    table::TABLE
        .iter()
        .filter(|row| row.from.contains(&standing.state) && row.who.contains(&party))
        .filter(|row| {
            row.guards.iter().all(|guard| match guard {
                Guard::NotPaused => standing.paused_until.is_none(),
                Guard::Paused => standing.paused_until.is_some(),
                Guard::Cleared => standing.cleared,
                Guard::NoExtensionPending => standing.extension.is_none(),
                Guard::ExtensionPending => standing.extension.is_some(),
                Guard::NoCancelProposed => standing.cancel_proposed_by.is_none(),
                Guard::CancelProposedByAnother => standing.cancel_proposed_by.is_some(),
                Guard::ExtensionsLeft => standing.extension_count < standing.policy.extensions_max,
                _ => true,
            })
        })
        .map(|row| row.event)
        .collect()
}

/// The first change of a reminder that goes out at once.
pub fn issue_new(standing: &Standing, at: DateTime<Utc>, terms: &Terms<'_>) -> Change {
    let mut draft = Draft::bare(standing, Event::Raise, at);
    match standing.state {
        State::Issued => draft.issue(terms),
        State::PendingReview => draft.arm_limit(terms, TimerKind::Review, standing.policy.review),
        _ => {}
    }
    draft.finish()
}

/// Other people have it now (row 27): the office has new addresses, or the person belongs to another office.
/// With another `office` the old one is told that it has nothing more to do; the clocks go on.
pub fn readdress(standing: &Standing, office: Option<&str>, at: DateTime<Utc>) -> Result<Change, Refusal> {
    let event = Event::Readdress;
    let row =
        table::find(standing.state, event).ok_or(Refusal::NoSuchMove { event, state: standing.state })?;
    let mut draft = Draft::new(standing, row, at);
    let old = standing.office.clone();
    if let Some(new) = office.filter(|new| old.as_deref() != Some(*new)) {
        draft.say("old_office", old.as_deref().unwrap_or_default());
        draft.say("new_office", new);
        draft.next.office = Some(new.to_owned());
        if old.is_some() && (standing.state.is_with_office() || standing.state == State::Responded) {
            draft.mails.push(MailOrder {
                kind: MailKind::M9,
                action: Action::Withdrawn,
                audience: Audience::Office,
                office: old,
                due: None,
                stale_after: StaleAfter::Never,
            });
        }
    }
    if standing.state.is_with_office() {
        let action = if standing.state == State::Issued { Action::Acknowledge } else { Action::Respond };
        draft.mail(MailKind::M1, action, Audience::Office, StaleAfter::Responded);
    }
    Ok(draft.finish())
}

/// A change by the program that is no clock: seen again, cleared.
pub fn note(standing: &Standing, event: Event, at: DateTime<Utc>) -> Result<Change, Refusal> {
    let row = table::find(standing.state, event)
        .filter(|row| row.who.contains(&Party::System))
        .ok_or(Refusal::NoSuchMove { event, state: standing.state })?;
    let mut draft = Draft::new(standing, row, at);
    match event {
        Event::SeenAgain => draft.next.cleared = false,
        Event::ConditionCleared => {
            draft.next.cleared = true;
            draft.mail(MailKind::M14, Action::Cleared, Audience::Supervisor, StaleAfter::Ended);
        }
        _ => {}
    }
    Ok(draft.finish())
}
