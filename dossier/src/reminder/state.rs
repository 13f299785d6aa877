//! Where a reminder stands, who may move it, and how it can end. Lifecycle only: what runs beside it
//! (overdue, escalated, paused) is a facet of its [`Standing`](super::Standing) and never a state.

use crate::role::Role;
use crate::words::words;

words! {
    /// The one place where a reminder stands.
    State {
        /// Kept back by the storm gate or as opening inventory.
        Held => "held", "暂存待放行";
        /// Waits for a person to look at it before it goes out.
        PendingReview => "pending_review", "待下发";
        /// Sent to the office.
        Issued => "issued", "待签收";
        /// The office says that it is not theirs.
        Refused => "refused", "拒收待定";
        /// Signed for; the office verifies.
        Acknowledged => "acknowledged", "核实中";
        /// Answered; the supervisor reviews.
        Responded => "responded", "待审核";
        /// Sent back for more.
        Returned => "returned", "退回";
        /// Done.
        Closed => "closed", "办结";
        /// Taken back.
        Cancelled => "cancelled", "撤销";
        /// Never went out.
        Dismissed => "dismissed", "不予下发";
    }
}

impl State {
    /// Whether nothing can follow any more.
    pub fn is_terminal(self) -> bool {
        matches!(self, State::Closed | State::Cancelled | State::Dismissed)
    }

    /// Whether the office has it, or had it.
    pub fn is_with_office(self) -> bool {
        matches!(self, State::Issued | State::Acknowledged | State::Returned)
    }
}

words! {
    /// Who acts on a reminder.
    Party {
        /// The program itself.
        System => "system", "系统";
        /// 承办人 of the addressed office.
        Handler => "handler", "监督单位承办人";
        /// 负责人 of the addressed office.
        Lead => "lead", "监督单位负责人";
        /// 复核人 of the commission.
        Supervisor => "supervisor", "复核人";
        /// 分管领导 of the commission.
        SupervisingLead => "supervising_lead", "分管领导";
    }
}

impl Party {
    /// As whom somebody with this role acts on reminders; `None`: not at all.
    pub fn of(role: Role) -> Option<Party> {
        match role {
            Role::OfficeHandler => Some(Party::Handler),
            Role::OfficeLead => Some(Party::Lead),
            Role::Reviewer => Some(Party::Supervisor),
            Role::SupervisingLead => Some(Party::SupervisingLead),
            Role::Inspector
            | Role::Approver
            | Role::Leader
            | Role::SystemAdmin
            | Role::SecurityAdmin
            | Role::AuditAdmin => None,
        }
    }

    /// Whether it belongs to the addressed office.
    pub fn is_of_office(self) -> bool {
        matches!(self, Party::Handler | Party::Lead)
    }
}

words! {
    /// What a closed reminder came to.
    Outcome {
        /// True, and dealt with.
        Resolved => "resolved", "属实已处理";
        /// Lawful, and explained.
        LawfulExplained => "lawful_explained", "依规说明";
        /// The rule was wrong about it.
        FalsePositive => "false_positive", "误报";
        /// The same as another one.
        Duplicate => "duplicate", "重复";
        /// Handed over as a clue.
        Transferred => "transferred", "转问题线索";
        /// What the rule saw is gone.
        AutoCleared => "auto_cleared", "情形消除";
    }
}

impl Outcome {
    /// Whether the same facts stay silent after it (categories.md §1).
    pub fn silences(self) -> bool {
        match self {
            Outcome::Resolved | Outcome::LawfulExplained | Outcome::FalsePositive | Outcome::Transferred => {
                true
            }
            Outcome::Duplicate | Outcome::AutoCleared => false,
        }
    }
}

words! {
    /// Why a reminder was not sent out, or taken back.
    ReasonCode {
        /// The rule was wrong about it.
        FalsePositive => "false_positive", "误报";
        /// What it rests on is wrong in the archive.
        WrongRecord => "wrong_record", "数据有误";
        /// Another reminder says the same.
        Duplicate => "duplicate", "重复";
        /// Issued in error.
        IssuedInError => "issued_in_error", "误发";
        /// The person or the office is no longer in charge.
        OutOfCharge => "out_of_charge", "不属管辖";
        /// The batch is abnormal.
        AbnormalBatch => "abnormal_batch", "批量异常";
        /// Anything else, in words.
        Other => "other", "其他";
    }
}
