//! What somebody wants to do to a reminder, and why it is refused where it is: a refusal is a value with a
//! code for programs and a sentence for the person who tried.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::event::Event;
use super::guard::Guard;
use super::state::{Outcome, Party, ReasonCode, State};
use crate::words::words;

words! {
    /// How an office verified.
    Method {
        /// 谈话
        Talk => "talk", "谈话";
        /// 查询
        Query => "query", "查询";
        /// 调取资料
        Papers => "papers", "调取资料";
        /// 走访
        Visit => "visit", "走访";
    }
}

words! {
    /// What it found.
    Finding {
        /// 属实
        True => "true", "属实";
        /// 部分属实
        Partly => "partly", "部分属实";
        /// 不属实
        Untrue => "untrue", "不属实";
        /// 无法核实
        Unverifiable => "unverifiable", "无法核实";
    }
}

words! {
    /// What it did about it.
    Measure {
        /// 谈话提醒
        Talk => "talk", "谈话提醒";
        /// 批评教育
        Criticism => "criticism", "批评教育";
        /// 责令纠正
        Correction => "correction", "责令纠正";
        /// 补报
        LateReport => "late_report", "补报";
        /// 转线索
        Transfer => "transfer", "转线索";
        /// 无需处理
        Nothing => "nothing", "无需处理";
    }
}

/// An office's answer (domain.md §5.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// How it was verified.
    pub method: Method,
    /// What was found.
    pub finding: Finding,
    /// What was done.
    pub measure: Measure,
    /// In words.
    pub text: String,
    /// Who verified: two or more.
    pub handlers: Vec<String>,
}

impl Answer {
    /// Whether it can be signed: words, and two different people who verified.
    pub fn is_whole(&self) -> bool {
        let mut handlers: Vec<&str> =
            self.handlers.iter().map(|name| name.trim()).filter(|name| !name.is_empty()).collect();
        handlers.sort_unstable();
        handlers.dedup();
        !self.text.trim().is_empty() && handlers.len() >= 2
    }
}

/// What somebody wants to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// What.
    pub event: Event,
    /// Who.
    pub actor: String,
    /// As whom.
    pub party: Party,
    /// The office that the actor belongs to.
    pub actor_office: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
    /// Why, in words.
    pub reason: Option<String>,
    /// Why, as a code.
    pub code: Option<ReasonCode>,
    /// A day: proposed, granted, or until when to pause.
    pub day: Option<NaiveDate>,
    /// An office: proposed, or the new one.
    pub office: Option<String>,
    /// What it came to.
    pub outcome: Option<Outcome>,
    /// The level to escalate to.
    pub level: Option<u32>,
    /// Whether rerouting also starts the clock of the answer anew.
    pub restart_respond: bool,
    /// The answer, or its draft.
    pub answer: Option<Answer>,
    /// Whether a whole draft of the answer is stored.
    pub answer_drafted: bool,
    /// Who proposed what is to be done with the batch.
    pub batch_proposed_by: Option<String>,
}

impl Act {
    /// An act with nothing but what every act has.
    pub fn new(event: Event, actor: &str, party: Party, at: DateTime<Utc>) -> Self {
        Self {
            event,
            actor: actor.to_owned(),
            party,
            actor_office: None,
            at,
            reason: None,
            code: None,
            day: None,
            office: None,
            outcome: None,
            level: None,
            restart_respond: false,
            answer: None,
            answer_drafted: false,
            batch_proposed_by: None,
        }
    }

    /// Whether the reason has words.
    pub(super) fn has_reason(&self) -> bool {
        self.reason.as_deref().is_some_and(|reason| !reason.trim().is_empty())
    }
}

/// Why something cannot be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It cannot happen in this state.
    #[error("{event} cannot happen to a reminder that is {state}")]
    NoSuchMove {
        /// What was tried.
        event: Event,
        /// Where the reminder stands.
        state: State,
    },
    /// Somebody else may.
    #[error("{party} may not {event}")]
    NotYours {
        /// What was tried.
        event: Event,
        /// By whom.
        party: Party,
    },
    /// Something that must hold does not.
    #[error("{event}: {}", .guard.requirement())]
    Guarded {
        /// What was tried.
        event: Event,
        /// What does not hold.
        guard: Guard,
    },
}

impl Refusal {
    /// A stable word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::NoSuchMove { .. } => "reminder_no_such_move",
            Refusal::NotYours { .. } => "reminder_not_yours",
            Refusal::Guarded { guard, .. } => guard.code(),
        }
    }

    /// For the person who tried, in Chinese.
    pub fn explain(&self) -> String {
        match self {
            Refusal::NoSuchMove { event, state } => {
                format!("提醒当前为“{}”，不能办理“{}”。", state.title(), event.title())
            }
            Refusal::NotYours { event, party } => {
                format!("“{}”不能由{}办理。", event.title(), party.title())
            }
            Refusal::Guarded { event, guard } => {
                format!("不能办理“{}”：{}。", event.title(), guard.explain())
            }
        }
    }
}
