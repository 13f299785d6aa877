//! The transitions, as data: from where, on what, to where, by whom, if what holds, what is recorded and
//! which mail goes out. The rules, the triggers of the database, the documents and the tests are made from
//! this table; a move that is not in it does not exist.

use super::event::{Audience, Event, MailKind};
use super::guard::Guard;
use super::state::{Party, State};

/// Where a transition leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// A new reminder, in one of these states.
    New(&'static [State]),
    /// Another state.
    State(State),
    /// The same state; a facet changes.
    Same,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Transition {
    /// Its number in the specification.
    pub number: &'static str,
    /// From where; empty for a new reminder.
    pub from: &'static [State],
    /// On what.
    pub event: Event,
    /// To where.
    pub to: To,
    /// By whom.
    pub who: &'static [Party],
    /// What must hold, in the order in which it is looked at.
    pub guards: &'static [Guard],
    /// What is recorded beside what every event records.
    pub record: &'static str,
    /// The mail, and who gets it.
    pub mail: Option<(MailKind, Audience)>,
}

use Event as E;
use Guard as G;
use Party::{Handler, Lead, SupervisingLead, Supervisor, System};
use State as S;

/// Every state in which something can still happen.
pub const OPEN: &[State] =
    &[S::Held, S::PendingReview, S::Issued, S::Refused, S::Acknowledged, S::Responded, S::Returned];
const OUT: &[State] = &[S::Issued, S::Refused, S::Acknowledged, S::Responded, S::Returned];
const WITH_OFFICE: &[State] = &[S::Issued, S::Acknowledged, S::Returned];
const REVIEWED: &[State] =
    &[S::PendingReview, S::Refused, S::Responded, S::Issued, S::Acknowledged, S::Returned];
const BOTH: &[Party] = &[Supervisor, SupervisingLead];

macro_rules! row {
    ($number:literal, $from:expr, $event:expr, $to:expr, $who:expr, $guards:expr, $record:literal, $mail:expr) => {
        Transition {
            number: $number,
            from: $from,
            event: $event,
            to: $to,
            who: $who,
            guards: $guards,
            record: $record,
            mail: $mail,
        }
    };
}

const OFFICE: Audience = Audience::Office;
const REVIEWER: Audience = Audience::Supervisor;
const LEAD: Audience = Audience::SupervisingLead;

/// The table.
#[rustfmt::skip]
pub const TABLE: &[Transition] = &[
    row!("1", &[], E::Raise, To::New(&[S::PendingReview, S::Issued, S::Held]), &[System], &[],
         "run, facts with fingerprints, rule version, policy, calendar, episode, reopens (25)", Some((MailKind::M1, OFFICE))),
    row!("2", OPEN, E::SeenAgain, To::Same, &[System], &[], "run; new evidence", None),
    row!("3", &[S::Held], E::Release, To::State(S::Issued), &[SupervisingLead], &[G::BatchProposedByAnother, G::OfficeKnown],
         "batch, reason", Some((MailKind::M1, OFFICE))),
    row!("4", &[S::Held], E::Discard, To::State(S::Dismissed), &[SupervisingLead], &[G::BatchProposedByAnother, G::Reason],
         "batch, reason", None),
    row!("5", &[S::PendingReview], E::Approve, To::State(S::Issued), &[Supervisor], &[G::OfficeKnown, G::NotRuleAuthor],
         "note, days set", Some((MailKind::M1, OFFICE))),
    row!("6", &[S::PendingReview], E::Dismiss, To::State(S::Dismissed), &[Supervisor], &[G::Code, G::Reason],
         "code, reason", None),
    row!("7", &[S::Issued], E::Acknowledge, To::State(S::Acknowledged), &[Handler, Lead], &[G::AddressedOffice, G::NotPaused],
         "handler, address", Some((MailKind::M2, REVIEWER))),
    row!("8", &[S::Issued], E::Refuse, To::State(S::Refused), &[Lead], &[G::AddressedOffice, G::NotPaused, G::Reason, G::OtherOffice],
         "reason, proposed office", Some((MailKind::M3, REVIEWER))),
    row!("9", &[S::Refused], E::Reroute, To::State(S::Issued), BOTH, &[G::NotPaused, G::OtherOffice, G::RestartByLead],
         "old and new office", Some((MailKind::M1, OFFICE))),
    row!("10", &[S::Refused], E::Insist, To::State(S::Issued), BOTH, &[G::NotPaused, G::Reason],
         "reason", Some((MailKind::M4, OFFICE))),
    row!("11", &[S::Issued], E::AckOverdue, To::Same, &[System], &[], "day that was missed, instant noticed", Some((MailKind::M5, OFFICE))),
    row!("12a", &[S::Acknowledged, S::Returned], E::Draft, To::Same, &[Handler, Lead], &[G::AddressedOffice, G::AnswerGiven],
         "answer, sealed", None),
    row!("12", &[S::Acknowledged, S::Returned], E::Respond, To::State(S::Responded), &[Lead],
         &[G::AddressedOffice, G::NotPaused, G::AnswerWhole], "answer, its hash and number", Some((MailKind::M6, REVIEWER))),
    row!("13a", WITH_OFFICE, E::DueSoon, To::Same, &[System], &[], "last day", Some((MailKind::M5, OFFICE))),
    row!("13", WITH_OFFICE, E::RespondOverdue, To::Same, &[System], &[], "day that was missed, instant noticed", Some((MailKind::M5, OFFICE))),
    row!("14", &[S::Responded], E::Return, To::State(S::Returned), BOTH, &[G::NotPaused, G::NotResponder, G::Reason, G::ReturnDay],
         "what is missing, new day, round", Some((MailKind::M7, OFFICE))),
    row!("15", &[S::Responded], E::Accept, To::State(S::Closed), BOTH, &[G::NotResponder, G::OutcomeGiven],
         "outcome, basis", Some((MailKind::M8, OFFICE))),
    row!("15b", REVIEWED, E::ReviewOverdue, To::Same, &[System], &[], "breach against the supervising unit", Some((MailKind::M12, LEAD))),
    row!("16", WITH_OFFICE, E::RequestExtension, To::Same, &[Lead],
         &[G::AddressedOffice, G::NotPaused, G::NoExtensionPending, G::ExtensionsLeft, G::BeforeDue, G::Reason, G::LaterDay],
         "reason, proposed day", Some((MailKind::M10, REVIEWER))),
    row!("17", WITH_OFFICE, E::ApproveExtension, To::Same, BOTH,
         &[G::NotPaused, G::ExtensionPending, G::NotRequester, G::RankForExtension, G::GrantedDay],
         "old and new day, count, excused breach", Some((MailKind::M11, OFFICE))),
    row!("17b", WITH_OFFICE, E::RejectExtension, To::Same, BOTH,
         &[G::ExtensionPending, G::NotRequester, G::RankForExtension, G::Reason], "reason", Some((MailKind::M11, OFFICE))),
    row!("18", WITH_OFFICE, E::ExtensionOverdue, To::Same, &[System], &[],
         "day that was missed; the clock ran on", Some((MailKind::M5, OFFICE))),
    row!("19", OPEN, E::EscalateAuto, To::Same, &[System], &[], "step, level", Some((MailKind::M12, LEAD))),
    row!("20", OUT, E::Escalate, To::Same, BOTH, &[G::Reason, G::HigherLevel], "level, reason", Some((MailKind::M12, LEAD))),
    row!("21", OUT, E::Pause, To::Same, &[Supervisor, SupervisingLead], &[G::NotPaused, G::Reason, G::PauseDay],
         "until, days left of each clock", Some((MailKind::M13, OFFICE))),
    row!("21b", OUT, E::Resume, To::Same, &[System, Supervisor, SupervisingLead], &[G::Paused], "new days", Some((MailKind::M13, OFFICE))),
    row!("22", OPEN, E::ConditionCleared, To::Same, &[System], &[], "run", Some((MailKind::M14, REVIEWER))),
    row!("23", OUT, E::ConfirmClose, To::State(S::Closed), BOTH, &[G::Cleared, G::NotResponder], "outcome auto_cleared", Some((MailKind::M8, OFFICE))),
    row!("24a", OPEN, E::ProposeCancel, To::Same, &[Supervisor], &[G::Code, G::Reason, G::NoCancelProposed], "code, reason", None),
    row!("24", OPEN, E::Cancel, To::State(S::Cancelled), &[SupervisingLead], &[G::CancelProposedByAnother], "code, reason", Some((MailKind::M9, OFFICE))),
    row!("27", OPEN, E::Readdress, To::Same, &[System], &[], "old and new recipients", Some((MailKind::M1, OFFICE))),
    row!("3.4", OUT, E::Recalendar, To::Same, BOTH, &[G::Reason], "old and new days, calendar", None),
];

/// The row for `event` in `state`; `None`: it cannot happen there.
pub fn find(state: State, event: Event) -> Option<&'static Transition> {
    TABLE.iter().find(|row| row.event == event && row.from.contains(&state))
}

impl Transition {
    /// Where it leads from `from`; `None` for a new reminder, whose state the run decides.
    pub fn target(&self, from: State) -> Option<State> {
        match self.to {
            To::Same => Some(from),
            To::State(state) => Some(state),
            To::New(_) => None,
        }
    }
}
