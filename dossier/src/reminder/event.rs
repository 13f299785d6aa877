//! What can happen to a reminder, and which mail may go out about it.

use crate::words::words;

words! {
    /// One thing that happens to a reminder.
    Event {
        /// A rule has hit.
        Raise => "raise", "规则命中";
        /// It has hit again.
        SeenAgain => "seen_again", "再次命中";
        /// A held one goes out.
        Release => "release", "整批放行";
        /// A held one never goes out.
        Discard => "discard", "整批不发";
        /// A person lets it go out.
        Approve => "approve", "下发";
        /// A person does not.
        Dismiss => "dismiss", "不予下发";
        /// The office signs for it.
        Acknowledge => "acknowledge", "签收";
        /// The office says that it is not theirs.
        Refuse => "refuse", "拒收";
        /// It goes to another office.
        Reroute => "reroute", "转办";
        /// It stays where it is.
        Insist => "insist", "维持交办";
        /// Not signed for in time.
        AckOverdue => "ack_overdue", "逾期未签收";
        /// A handler drafts the answer.
        Draft => "draft", "起草反馈";
        /// The lead signs the answer.
        Respond => "respond", "反馈";
        /// It will be due soon.
        DueSoon => "due_soon", "临期提示";
        /// Not answered in time.
        RespondOverdue => "respond_overdue", "逾期未反馈";
        /// The answer is sent back.
        Return => "return", "退回";
        /// The answer is accepted.
        Accept => "accept", "办结";
        /// The supervisor has not decided in time.
        ReviewOverdue => "review_overdue", "逾期未审核";
        /// The office asks for more time.
        RequestExtension => "request_extension", "申请延期";
        /// It is granted.
        ApproveExtension => "approve_extension", "同意延期";
        /// It is not.
        RejectExtension => "reject_extension", "不同意延期";
        /// The day has come before anybody decided.
        ExtensionOverdue => "extension_overdue", "延期未决已逾期";
        /// A step of the policy is due.
        EscalateAuto => "escalate_auto", "自动督办";
        /// A person escalates.
        Escalate => "escalate", "督办";
        /// The clocks stop.
        Pause => "pause", "暂停计时";
        /// They run again.
        Resume => "resume", "恢复计时";
        /// What the rule saw is gone.
        ConditionCleared => "condition_cleared", "情形消除";
        /// And a person closes it for that.
        ConfirmClose => "confirm_close", "确认消除办结";
        /// Somebody proposes to take it back.
        ProposeCancel => "propose_cancel", "提请撤销";
        /// A second person takes it back.
        Cancel => "cancel", "撤销";
        /// Its recipients have changed.
        Readdress => "readdress", "更新收件人";
        /// Its day was counted again.
        Recalendar => "recalendar", "日历重算";
    }
}

words! {
    /// The mails, by what they are about.
    MailKind {
        /// Issued.
        M1 => "m1", "交办";
        /// Signed for.
        M2 => "m2", "已签收";
        /// Refused.
        M3 => "m3", "拒收";
        /// Re-affirmed.
        M4 => "m4", "维持交办";
        /// Due soon, or overdue.
        M5 => "m5", "催办";
        /// The answer is in.
        M6 => "m6", "已反馈";
        /// Sent back.
        M7 => "m7", "退回";
        /// Closed.
        M8 => "m8", "办结";
        /// Withdrawn or moved.
        M9 => "m9", "撤销或转办";
        /// More time asked for.
        M10 => "m10", "延期申请";
        /// More time decided.
        M11 => "m11", "延期决定";
        /// Escalation.
        M12 => "m12", "督办";
        /// Paused or resumed.
        M13 => "m13", "计时调整";
        /// The condition has gone.
        M14 => "m14", "情形消除";
        /// An exemption ends soon.
        M15 => "m15", "豁免将到期";
        /// For the operator.
        M16 => "m16", "运行告警";
        /// An office owes upkeep of its dossiers; of no reminder.
        M17 => "m17", "维护催办";
        /// To ourselves, each day: proves the way that mails go.
        Canary => "canary", "投递自检";
    }
}

impl MailKind {
    /// What to do with a mail of which nobody knows whether it went out: these are sent once more, with the
    /// same Message-ID; the others are shown and left.
    pub fn resent_when_unknown(self) -> bool {
        match self {
            MailKind::M1 | MailKind::M5 | MailKind::M12 | MailKind::M17 => true,
            MailKind::M2
            | MailKind::M3
            | MailKind::M4
            | MailKind::M6
            | MailKind::M7
            | MailKind::M8
            | MailKind::M9
            | MailKind::M10
            | MailKind::M11
            | MailKind::M13
            | MailKind::M14
            | MailKind::M15
            | MailKind::M16
            | MailKind::Canary => false,
        }
    }
}

words! {
    /// Who a mail is for; addresses stand in the register of offices and in the settings.
    Audience {
        /// The addressed office.
        Office => "office", "监督单位";
        /// Who reviews.
        Supervisor => "supervisor", "复核人";
        /// Who is in charge of the review.
        SupervisingLead => "supervising_lead", "分管领导";
        /// The head.
        Leader => "leader", "主要领导";
        /// Who runs the machine.
        Operator => "operator", "系统管理员";
    }
}
