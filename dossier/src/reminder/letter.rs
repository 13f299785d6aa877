//! All that a mail may say (reminders.md §7.1): six fields, none of which can hold a fact about a person.
//! Whoever writes a mail is given this and nothing else.

use chrono::NaiveDate;

use super::event::{Audience, MailKind};
use crate::words::words;

words! {
    /// What the reader is asked to do, or told.
    Action {
        /// 签收
        Acknowledge => "acknowledge", "请登录系统签收";
        /// 反馈
        Respond => "respond", "请登录系统反馈";
        /// 补正
        Complete => "complete", "反馈已退回，请登录系统补正";
        /// 审核
        Review => "review", "有待审核事项，请登录系统处理";
        /// 定夺
        Decide => "decide", "拒收待定，请登录系统处理";
        /// 审批延期
        DecideExtension => "decide_extension", "有延期申请待审批，请登录系统处理";
        /// 延期已决定
        ExtensionDecided => "extension_decided", "延期申请已有决定，请登录系统查看";
        /// 督办
        Urge => "urge", "事项已逾期，请登录系统督办";
        /// 已签收
        Acknowledged => "acknowledged", "已签收，供知悉";
        /// 无需再办
        NothingMore => "nothing_more", "已办结，无需再办";
        /// 撤销
        Withdrawn => "withdrawn", "已撤销或转办，无需再办";
        /// 维持交办
        Affirmed => "affirmed", "维持交办，请登录系统签收";
        /// 计时调整
        ClockChanged => "clock_changed", "办理时限有调整，请登录系统查看";
        /// 情形消除
        Cleared => "cleared", "情形可能已消除，请登录系统确认";
        /// 豁免将到期
        ExemptionEnds => "exemption_ends", "一项豁免将到期，请登录系统查看";
        /// 维护催办
        Upkeep => "upkeep", "有逾期未报送或未入档的事项，请登录系统办理";
        /// 运行告警
        SystemAlert => "system_alert", "系统运行需要处理，请登录服务器查看";
        /// 自检
        SelfTest => "self_test", "每日投递自检，无需处理";
    }
}

/// The six fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The number of the reminder, which says nothing about it.
    pub reference: String,
    /// The addressed office as it is called.
    pub office: String,
    /// What to do.
    pub action: Action,
    /// Until which day, and whether that is firm.
    pub due: Option<(NaiveDate, bool)>,
    /// How often it was urged.
    pub times_reminded: u32,
    /// Where the reader finds it: a random word, of this recipient only.
    pub token: String,
}

/// A mail that an event asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailOrder {
    /// Which.
    pub kind: MailKind,
    /// What it asks for.
    pub action: Action,
    /// Who gets it.
    pub audience: Audience,
    /// The office it is for, where that is not the present one.
    pub office: Option<String>,
    /// The last day that it names.
    pub due: Option<(NaiveDate, bool)>,
    /// After what it is out of date before it is sent.
    pub stale_after: StaleAfter,
}

words! {
    /// When a mail that has not gone out need not go out any more.
    StaleAfter {
        /// Never.
        Never => "never", "";
        /// Once the reminder has been signed for.
        Acknowledged => "acknowledged", "";
        /// Once it has been answered.
        Responded => "responded", "";
        /// Once the supervisor has decided.
        Reviewed => "reviewed", "";
        /// Once it has ended.
        Ended => "ended", "";
    }
}
