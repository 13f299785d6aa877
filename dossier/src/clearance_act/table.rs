//! The table: from, event, to, who, under which conditions.

use super::{ActEvent, ActState};
use crate::role::Role;

/// Where an event leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// The state stays.
    Same,
    /// To this state.
    State(ActState),
}

/// What must hold besides state and role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Guard {
    /// The list is not empty and its period does not end before it begins.
    ListIsSound,
    /// A reason is given.
    Reason,
    /// A reason is given where the opinion is not the suggested one.
    ReasonIfOther,
    /// The office that is asked is named.
    OfficeNamed,
    /// The consultation is open.
    ConsultationOpen,
    /// Whoever answers in the name of an office is of the office that was asked.
    OwnOffice,
    /// No consultation is open: silence is not consent.
    NoConsultationOpen,
    /// Every row has an opinion, or was left out by a person.
    EveryRowDecided,
    /// Everything was searched.
    CoverageComplete,
    /// An approver is named, who is not the drafter.
    ApproverNamed,
    /// Whoever acts is the drafter.
    IsDrafter,
    /// Whoever acts is not the drafter.
    NotDrafter,
    /// Whoever acts is the approver that was named.
    IsApprover,
    /// Nothing new about its persons has come since the list was searched.
    NothingNew,
    /// The document number is given.
    NumberGiven,
    /// The validity has not run out.
    StillValid,
    /// Where a consulted office objects, it is said why the draft stands all the same.
    ObjectionAddressed,
}

impl Guard {
    /// Why it refuses, for people.
    pub fn refusal(self) -> &'static str {
        match self {
            Guard::ListIsSound => "名单为空，或者审核期间的结束早于开始",
            Guard::Reason => "必须写明理由",
            Guard::ReasonIfOther => "与系统建议不同的意见必须写明理由",
            Guard::OfficeNamed => "必须写明征求意见的部门",
            Guard::ConsultationOpen => "该项征求意见已经结束或者不存在",
            Guard::OwnOffice => "只能由被征求意见的部门回复",
            Guard::NoConsultationOpen => {
                "尚有部门未回复；未回复不视为同意，须待回复或者由审批人写明理由后终止"
            }
            Guard::EveryRowDecided => "尚有人员未确认身份或者未提出意见",
            Guard::CoverageComplete => "检索不完整，不能拟稿",
            Guard::ApproverNamed => "必须指定审批人，且审批人不能是拟稿人",
            Guard::IsDrafter => "只有拟稿人可以办理",
            Guard::NotDrafter => "拟稿人不能审核或者签发自己的稿件",
            Guard::IsApprover => "只有指定的审批人可以办理",
            Guard::NothingNew => "检索之后出现了新的情况，须重新检索",
            Guard::NumberGiven => "必须编发文字号",
            Guard::StillValid => "有效期已过，须重新检索",
            Guard::ObjectionAddressed => "有部门提出异议，拟稿须写明如何处理",
        }
    }

    /// Whether it hangs on what is filled in: such a one does not keep a form from being offered.
    pub fn hangs_on_input(self) -> bool {
        match self {
            Guard::ListIsSound
            | Guard::Reason
            | Guard::ReasonIfOther
            | Guard::OfficeNamed
            | Guard::ApproverNamed
            | Guard::NumberGiven
            | Guard::ObjectionAddressed => true,
            Guard::ConsultationOpen
            | Guard::OwnOffice
            | Guard::NoConsultationOpen
            | Guard::EveryRowDecided
            | Guard::CoverageComplete
            | Guard::IsDrafter
            | Guard::NotDrafter
            | Guard::IsApprover
            | Guard::NothingNew
            | Guard::StillValid => false,
        }
    }
}

/// One line of the table.
#[derive(Debug, Clone, Copy)]
pub struct Transition {
    /// The states in which it may happen; none: it begins an act.
    pub from: &'static [ActState],
    /// What happens.
    pub event: ActEvent,
    /// What follows.
    pub to: To,
    /// In which roles.
    pub who: &'static [Role],
    /// What else must hold.
    pub guards: &'static [Guard],
}

use ActEvent as E;
use ActState as S;
use Guard as G;

const CASEWORK: &[Role] = &[Role::Inspector, Role::Approver];
const SIGNERS: &[Role] = &[Role::Approver, Role::SupervisingLead];
const REVIEWERS: &[Role] = &[Role::Reviewer, Role::Approver, Role::SupervisingLead];
const ANSWERERS: &[Role] =
    &[Role::Inspector, Role::Reviewer, Role::Approver, Role::OfficeHandler, Role::OfficeLead];

/// Everything that can happen.
pub const TABLE: &[Transition] = &[
    Transition {
        from: &[],
        event: E::Create,
        to: To::State(S::Registered),
        who: CASEWORK,
        guards: &[G::ListIsSound],
    },
    Transition {
        from: &[S::Registered, S::Gathered, S::Drafted, S::Signed],
        event: E::Gather,
        to: To::State(S::Gathered),
        who: CASEWORK,
        guards: &[],
    },
    Transition { from: &[S::Consulting], event: E::Gather, to: To::Same, who: CASEWORK, guards: &[] },
    Transition {
        from: &[S::Gathered, S::Consulting],
        event: E::Decide,
        to: To::Same,
        who: CASEWORK,
        guards: &[G::Reason],
    },
    Transition {
        from: &[S::Gathered, S::Consulting],
        event: E::Opine,
        to: To::Same,
        who: CASEWORK,
        guards: &[G::ReasonIfOther],
    },
    Transition {
        from: &[S::Gathered, S::Consulting],
        event: E::Consult,
        to: To::State(S::Consulting),
        who: CASEWORK,
        guards: &[G::OfficeNamed],
    },
    Transition {
        from: &[S::Consulting],
        event: E::Answer,
        to: To::Same,
        who: ANSWERERS,
        guards: &[G::ConsultationOpen, G::OwnOffice],
    },
    Transition {
        from: &[S::Consulting],
        event: E::CloseConsultation,
        to: To::Same,
        who: SIGNERS,
        guards: &[G::ConsultationOpen, G::Reason],
    },
    Transition {
        from: &[S::Gathered, S::Consulting],
        event: E::Draft,
        to: To::State(S::Drafted),
        who: CASEWORK,
        guards: &[G::CoverageComplete, G::EveryRowDecided, G::NoConsultationOpen, G::ObjectionAddressed],
    },
    Transition {
        from: &[S::Drafted],
        event: E::Submit,
        to: To::State(S::Submitted),
        who: CASEWORK,
        guards: &[G::IsDrafter, G::ApproverNamed],
    },
    Transition {
        from: &[S::Submitted, S::Reviewed],
        event: E::Return,
        to: To::State(S::Gathered),
        who: REVIEWERS,
        guards: &[G::NotDrafter, G::Reason],
    },
    Transition {
        from: &[S::Submitted],
        event: E::Review,
        to: To::State(S::Reviewed),
        who: REVIEWERS,
        guards: &[G::NotDrafter],
    },
    Transition {
        from: &[S::Reviewed],
        event: E::Sign,
        to: To::State(S::Signed),
        who: SIGNERS,
        guards: &[G::NotDrafter, G::IsApprover, G::NothingNew, G::StillValid],
    },
    Transition {
        from: &[S::Signed],
        event: E::Issue,
        to: To::State(S::Issued),
        who: CASEWORK,
        guards: &[G::NumberGiven, G::NothingNew, G::StillValid],
    },
    Transition { from: &[S::Issued], event: E::File, to: To::State(S::Filed), who: CASEWORK, guards: &[] },
    Transition {
        from: &[S::Issued, S::Filed],
        event: E::Withdraw,
        to: To::State(S::Withdrawn),
        who: SIGNERS,
        guards: &[G::Reason],
    },
    Transition {
        from: &[S::Registered, S::Gathered, S::Consulting, S::Drafted, S::Submitted, S::Reviewed, S::Signed],
        event: E::Cancel,
        to: To::State(S::Cancelled),
        who: CASEWORK,
        guards: &[G::Reason],
    },
];

impl Transition {
    /// The line for `event` in the state `from`.
    pub fn of(from: Option<ActState>, event: ActEvent) -> Option<&'static Transition> {
        TABLE.iter().find(|line| {
            line.event == event && from.map_or(line.from.is_empty(), |from| line.from.contains(&from))
        })
    }

    /// The state after it, from `from`.
    pub fn target(&self, from: Option<ActState>) -> Option<ActState> {
        match self.to {
            To::Same => from,
            To::State(state) => Some(state),
        }
    }
}

/// Every move between two states that some line makes, staying included: what the database allows.
pub fn moves() -> Vec<(ActState, ActState)> {
    let mut moves: Vec<(ActState, ActState)> = TABLE
        .iter()
        .flat_map(|line| line.from.iter().filter_map(|&from| Some((from, line.target(Some(from))?))))
        .collect();
    moves.sort_unstable();
    moves.dedup();
    moves
}
