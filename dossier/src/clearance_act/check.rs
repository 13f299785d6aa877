//! The table asked: may this happen now, by this person?

use super::table::Transition;
use super::{ActEvent, ActState, Guard};
use crate::role::Role;

/// What the guards need to know. Whoever asks gathers it first; nothing here looks anything up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "independent facts, one a guard")]
pub struct Facts {
    /// Whoever acts, as recorded.
    pub person: String,
    /// The drafter, once there is one.
    pub drafted_by: Option<String>,
    /// The approver named, or being named.
    pub approver: Option<String>,
    /// The list is not empty and its period in order.
    pub list_is_sound: bool,
    /// The reason given; blank is none.
    pub reason: String,
    /// The opinion given is another than the suggested one, or there is no suggestion.
    pub opinion_differs: bool,
    /// An office is named.
    pub office_named: bool,
    /// The consultation in question is open.
    pub consultation_open: bool,
    /// Whoever acts in the name of an office is of another one than was asked.
    pub of_another_office: bool,
    /// Consultations that are open.
    pub consultations_open: u32,
    /// Offices that object.
    pub objections: u32,
    /// Rows without an opinion that nobody has left out.
    pub rows_undecided: u32,
    /// The coverage is complete.
    pub coverage_complete: bool,
    /// Something new about its persons has come.
    pub something_new: bool,
    /// A document number is given.
    pub number_given: bool,
    /// The validity has run out.
    pub expired: bool,
}

/// Why it may not happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not in this state.
    #[error("{event} cannot happen while the act is {}", .state.map_or("new", ActState::slug))]
    State {
        /// The event.
        event: ActEvent,
        /// The state.
        state: Option<ActState>,
    },
    /// Not in this role.
    #[error("{event} is not for the role {role}")]
    Role {
        /// The event.
        event: ActEvent,
        /// The role.
        role: Role,
    },
    /// A condition does not hold.
    #[error("{event} is refused: {guard:?} ({})", .guard.refusal())]
    Guard {
        /// The event.
        event: ActEvent,
        /// The condition.
        guard: Guard,
    },
}

impl Refusal {
    /// Why, for people.
    pub fn chinese(&self) -> String {
        match self {
            Refusal::State { event, state } => {
                format!("当前状态为“{}”，不能{}", state.map_or("未登记", ActState::title), event.title())
            }
            Refusal::Role { event, role } => format!("{}不能{}", role.title(), event.title()),
            Refusal::Guard { guard, .. } => guard.refusal().to_owned(),
        }
    }

    /// A stable word.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::State { .. } => "act_wrong_state",
            Refusal::Role { .. } => "act_wrong_role",
            Refusal::Guard { .. } => "act_refused",
        }
    }
}

/// The state after `event`, if it may happen to an act in `from` by somebody in the role `role`.
pub fn check(
    from: Option<ActState>,
    event: ActEvent,
    role: Role,
    facts: &Facts,
) -> Result<ActState, Refusal> {
    let wrong = Refusal::State { event, state: from };
    let line = Transition::of(from, event).ok_or(wrong)?;
    if !line.who.contains(&role) {
        return Err(Refusal::Role { event, role });
    }
    if let Some(&guard) = line.guards.iter().find(|guard| !holds(**guard, facts)) {
        return Err(Refusal::Guard { event, guard });
    }
    line.target(from).ok_or(wrong)
}

/// What somebody in these roles may do next to an act in `from`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// What.
    pub event: ActEvent,
    /// In which of his roles.
    pub role: Role,
    /// What stands in the way, whatever he fills in; none: nothing.
    pub blocked: Option<Guard>,
}

/// Everything that the table has for these roles in this state, in the table's order: what can be done, and
/// what only waits for something. What another person has to do stands in [`waits_for`].
pub fn offers(from: ActState, roles: &[Role], facts: &Facts) -> Vec<Offer> {
    let lines = ActEvent::ALL.iter().filter_map(|&event| Transition::of(Some(from), event));
    lines
        .filter_map(|line| {
            let role = roles.iter().copied().find(|role| line.who.contains(role))?;
            let mut fixed = line.guards.iter().copied().filter(|guard| !guard.hangs_on_input());
            Some(Offer { event: line.event, role, blocked: fixed.find(|guard| !holds(*guard, facts)) })
        })
        .collect()
}

/// The step that takes an act on from here; none: nothing follows.
pub fn next(from: ActState) -> Option<ActEvent> {
    match from {
        ActState::Registered => Some(ActEvent::Gather),
        ActState::Gathered | ActState::Consulting => Some(ActEvent::Draft),
        ActState::Drafted => Some(ActEvent::Submit),
        ActState::Submitted => Some(ActEvent::Review),
        ActState::Reviewed => Some(ActEvent::Sign),
        ActState::Signed => Some(ActEvent::Issue),
        ActState::Issued => Some(ActEvent::File),
        ActState::Filed | ActState::Withdrawn | ActState::Cancelled => None,
    }
}

/// Who takes an act on from here.
pub fn waits_for(from: ActState) -> &'static [Role] {
    next(from).and_then(|event| Transition::of(Some(from), event)).map_or(&[], |line| line.who)
}

fn holds(guard: Guard, facts: &Facts) -> bool {
    let reason = !facts.reason.trim().is_empty();
    let drafter = facts.drafted_by.as_deref();
    match guard {
        Guard::ListIsSound => facts.list_is_sound,
        Guard::Reason => reason,
        Guard::ReasonIfOther => reason || !facts.opinion_differs,
        Guard::OfficeNamed => facts.office_named,
        Guard::ConsultationOpen => facts.consultation_open,
        Guard::OwnOffice => !facts.of_another_office,
        Guard::NoConsultationOpen => facts.consultations_open == 0,
        Guard::EveryRowDecided => facts.rows_undecided == 0,
        Guard::CoverageComplete => facts.coverage_complete,
        Guard::ApproverNamed => {
            facts.approver.as_deref().is_some_and(|name| !name.trim().is_empty() && Some(name) != drafter)
        }
        Guard::IsDrafter => drafter == Some(facts.person.as_str()),
        Guard::NotDrafter => drafter != Some(facts.person.as_str()),
        Guard::IsApprover => facts.approver.as_deref() == Some(facts.person.as_str()),
        Guard::NothingNew => !facts.something_new,
        Guard::NumberGiven => facts.number_given,
        Guard::StillValid => !facts.expired,
        Guard::ObjectionAddressed => reason || facts.objections == 0,
    }
}
