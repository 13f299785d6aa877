//! What must hold before something may happen to a reminder: separation of duties, reasons, days within
//! their bounds. Each guard is a value with the sentence that a person reads where it does not hold.

use chrono::NaiveDate;

use super::act::Act;
use super::clock::{Terms, TimerKind};
use super::standing::Standing;
use super::state::{Outcome, Party};
use crate::words::words;

words! {
    /// One condition. Its title says what is wrong where it does not hold.
    Guard {
        /// The actor belongs to the addressed office.
        AddressedOffice => "reminder_other_office", "该提醒不是发给本单位的";
        /// The clocks run.
        NotPaused => "reminder_paused", "提醒已暂停计时，请先恢复";
        /// The clocks stand still.
        Paused => "reminder_not_paused", "提醒未暂停计时";
        /// There is a reason in words.
        Reason => "reminder_reason_missing", "须写明理由";
        /// There is a reason as a code.
        Code => "reminder_code_missing", "须选择原因";
        /// There is an office to send it to.
        OfficeKnown => "reminder_office_unknown", "没有可送达的监督单位，须指定";
        /// Another office than the present one is named.
        OtherOffice => "reminder_office_missing", "须写明另一个监督单位";
        /// Only the supervising lead starts the clock of the answer anew.
        RestartByLead => "reminder_restart_by_lead", "反馈时限重新起算须由分管领导决定";
        /// Whoever made the rule does not approve its hits.
        NotRuleAuthor => "reminder_rule_author", "规则制定人不能审批该规则的提醒";
        /// Another person has proposed it for the batch.
        BatchProposedByAnother => "reminder_second_person", "须由两人办理：一人提出，另一人确认";
        /// An answer is given.
        AnswerGiven => "reminder_answer_missing", "须填写反馈内容";
        /// The answer has words and two people who verified.
        AnswerWhole => "reminder_answer_incomplete", "反馈须有文字说明，并由两名以上承办人核实";
        /// Whoever answered does not review.
        NotResponder => "reminder_own_answer", "反馈人不能审核自己的反馈";
        /// The outcome is named.
        OutcomeGiven => "reminder_outcome_missing", "须选择办结结果";
        /// The new day lies within the policy.
        ReturnDay => "reminder_return_day", "退回后的新期限不在允许范围内";
        /// Nobody waits for a decision on more time.
        NoExtensionPending => "reminder_extension_pending", "已有延期申请待决定";
        /// Somebody does.
        ExtensionPending => "reminder_no_extension", "没有待决定的延期申请";
        /// Fewer extensions than allowed were granted.
        ExtensionsLeft => "reminder_extensions_used", "延期次数已用完";
        /// The day has not passed.
        BeforeDue => "reminder_past_due", "延期须在到期之前申请";
        /// The proposed day lies after the present one.
        LaterDay => "reminder_day_not_later", "须写明晚于现期限的具体日期";
        /// Whoever asks does not decide.
        NotRequester => "reminder_own_request", "申请人不能审批自己的申请";
        /// The first by the supervisor, later ones by the supervising lead.
        RankForExtension => "reminder_extension_rank", "第二次及以后的延期须由分管领导审批";
        /// A concrete new day, not before today, within the cap.
        GrantedDay => "reminder_granted_day", "须写明具体的新期限，不早于今天，且不超过可延长的工作日数";
        /// A level above the present one.
        HigherLevel => "reminder_level", "须选择高于当前的督办级别";
        /// Until when, within the policy.
        PauseDay => "reminder_pause_day", "须写明暂停到哪一天，且不超过允许的天数";
        /// The rule no longer finds it.
        Cleared => "reminder_not_cleared", "情形尚未消除";
        /// Nobody has proposed to take it back.
        NoCancelProposed => "reminder_cancel_proposed", "已有人提请撤销";
        /// Another person has.
        CancelProposedByAnother => "reminder_cancel_second_person", "撤销须由复核人提请、另一名分管领导确认";
    }
}

impl Guard {
    /// The stable word for programs.
    pub fn code(self) -> &'static str {
        self.slug()
    }

    /// What does not hold, in Chinese.
    pub fn explain(self) -> &'static str {
        self.title()
    }

    /// What must hold, for operators.
    pub fn requirement(self) -> String {
        let words = self.slug().trim_start_matches("reminder_").replace('_', " ");
        format!("refused ({words})")
    }

    /// Whether it holds.
    pub fn holds(self, standing: &Standing, act: &Act, terms: &Terms<'_>) -> bool {
        let today = terms.day(act.at);
        let due = standing.timer(TimerKind::Respond);
        match self {
            Guard::AddressedOffice => standing.office.is_some() && act.actor_office == standing.office,
            Guard::NotPaused => standing.paused_until.is_none(),
            Guard::Paused => standing.paused_until.is_some(),
            Guard::Reason => act.has_reason(),
            Guard::Code => act.code.is_some(),
            Guard::OfficeKnown => standing.office.is_some() || act.office.is_some(),
            Guard::OtherOffice => act.office.is_some() && act.office != standing.office,
            Guard::RestartByLead => !act.restart_respond || act.party == Party::SupervisingLead,
            Guard::NotRuleAuthor => standing.rule_author.as_deref() != Some(act.actor.as_str()),
            Guard::BatchProposedByAnother => is_another(act.batch_proposed_by.as_deref(), &act.actor),
            Guard::AnswerGiven => act.answer.is_some(),
            Guard::AnswerWhole => {
                act.answer.as_ref().map_or(act.answer_drafted, super::act::Answer::is_whole)
            }
            Guard::NotResponder => {
                let own = |who: &Option<String>| who.as_deref() == Some(act.actor.as_str());
                !own(&standing.responder) && !own(&standing.drafted_by)
            }
            // What the rule no longer sees is closed by confirming that, with its own guard.
            Guard::OutcomeGiven => act.outcome.is_some_and(|outcome| outcome != Outcome::AutoCleared),
            Guard::ReturnDay => {
                act.day.is_none_or(|day| day > today && day <= return_day(standing, act, terms))
            }
            Guard::NoExtensionPending => standing.extension.is_none(),
            Guard::ExtensionPending => standing.extension.is_some(),
            Guard::ExtensionsLeft => standing.extension_count < standing.policy.extensions_max,
            Guard::BeforeDue => {
                standing.overdue_respond == 0 && due.is_some_and(|timer| act.at < timer.due_at)
            }
            Guard::LaterDay => act.day.is_some_and(|day| due.is_some_and(|timer| day > timer.due_day)),
            Guard::NotRequester => {
                standing.extension.as_ref().is_none_or(|(requester, _)| *requester != act.actor)
            }
            Guard::RankForExtension => standing.extension_count == 0 || act.party == Party::SupervisingLead,
            Guard::GrantedDay => act.day.is_some_and(|day| grants(standing, terms, today, day)),
            Guard::HigherLevel => act.level.is_some_and(|level| {
                level > standing.escalation_level && level <= standing.policy.level_max()
            }),
            Guard::PauseDay => act.day.is_some_and(|day| {
                day > today && (day - today).num_days() <= i64::from(standing.policy.pause_days_max)
            }),
            Guard::Cleared => standing.cleared,
            Guard::NoCancelProposed => standing.cancel_proposed_by.is_none(),
            Guard::CancelProposedByAnother => is_another(standing.cancel_proposed_by.as_deref(), &act.actor),
        }
    }
}

fn is_another(proposer: Option<&str>, actor: &str) -> bool {
    proposer.is_some_and(|proposer| proposer != actor)
}

/// The last day that an answer which is sent back may get.
pub(super) fn return_day(standing: &Standing, act: &Act, terms: &Terms<'_>) -> NaiveDate {
    let policy = &standing.policy;
    let limit = policy.respond_limit(standing.severity).halved(policy.return_days_min);
    terms.last_day(terms.day(act.at), limit).day
}

/// Working days that a grant of `day` adds to the present last day.
pub(super) fn added_days(standing: &Standing, terms: &Terms<'_>, day: NaiveDate) -> u32 {
    let from = standing.timer(TimerKind::Respond).map_or(day, |timer| timer.due_day);
    u32::try_from(terms.calendar.working_days_between(from, day)).unwrap_or(0)
}

fn grants(standing: &Standing, terms: &Terms<'_>, today: NaiveDate, day: NaiveDate) -> bool {
    let (first, all) = standing.policy.extension_days;
    let cap = if standing.extension_count == 0 { first } else { all };
    let later = standing.timer(TimerKind::Respond).is_none_or(|timer| day > timer.due_day);
    day >= today && later && standing.extended_days + added_days(standing, terms, day) <= cap
}
