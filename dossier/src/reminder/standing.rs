//! A reminder as the rules see it: its state, its facets, the clocks that run, and the policy that it was
//! made under. No name and no fact about a person is in it.

use chrono::{DateTime, NaiveDate, Utc};

use super::clock::{Terms, Timer, TimerKind, TimerStatus};
use super::policy::Policy;
use super::state::State;
use crate::category::Severity;
use crate::words::words;

/// The facets and clocks of one reminder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Where it stands.
    pub state: State,
    /// The addressed office; `None` where none could be found.
    pub office: Option<String>,
    /// How grave; sets the limit.
    pub severity: Severity,
    /// Counts every change.
    pub row_version: i64,
    /// When it changed last.
    pub changed_at: DateTime<Utc>,
    /// When it went to the office first.
    pub issued_at: Option<DateTime<Utc>>,
    /// Level of the breach of the present deadline to sign for it; 0: none.
    pub overdue_ack: u32,
    /// The same for the answer.
    pub overdue_respond: u32,
    /// The same for the review.
    pub overdue_review: u32,
    /// How far it has been escalated.
    pub escalation_level: u32,
    /// Extensions granted.
    pub extension_count: u32,
    /// Working days that they added together.
    pub extended_days: u32,
    /// An extension that nobody has decided: who asked, and for which day.
    pub extension: Option<(String, NaiveDate)>,
    /// Who proposed to take it back.
    pub cancel_proposed_by: Option<String>,
    /// Until when its clocks stand still.
    pub paused_until: Option<NaiveDate>,
    /// Whether the rule no longer finds what it found.
    pub cleared: bool,
    /// Who drafted the answer.
    pub drafted_by: Option<String>,
    /// Who signed it.
    pub responder: Option<String>,
    /// How often it was sent back.
    pub round: u32,
    /// How often the office was urged.
    pub times_reminded: u32,
    /// Who wrote the version of the rule.
    pub rule_author: Option<String>,
    /// The clocks that run or wait.
    pub timers: Vec<Timer>,
    /// The limits that it was made under.
    pub policy: Policy,
}

words! {
    /// The colour of a reminder on a list (三色督办).
    Colour {
        /// Nothing to say.
        None => "none", "";
        /// Due soon.
        Blue => "blue", "临期";
        /// Behind, or sent back.
        Yellow => "yellow", "滞后";
        /// Overdue.
        Red => "red", "超期";
    }
}

impl Standing {
    /// One that is made now, without a clock.
    pub fn new(state: State, office: Option<String>, severity: Severity, policy: Policy) -> Self {
        Self {
            state,
            office,
            severity,
            row_version: 0,
            changed_at: DateTime::UNIX_EPOCH,
            issued_at: None,
            overdue_ack: 0,
            overdue_respond: 0,
            overdue_review: 0,
            escalation_level: 0,
            extension_count: 0,
            extended_days: 0,
            extension: None,
            cancel_proposed_by: None,
            paused_until: None,
            cleared: false,
            drafted_by: None,
            responder: None,
            round: 0,
            times_reminded: 0,
            rule_author: None,
            timers: Vec::new(),
            policy,
        }
    }

    /// The clock of this kind that runs or waits.
    pub fn timer(&self, kind: TimerKind) -> Option<&Timer> {
        self.timers.iter().find(|timer| timer.kind == kind)
    }

    /// The clock that has to fire next, if `now` has reached it.
    pub fn due(&self, now: DateTime<Utc>) -> Option<&Timer> {
        self.timers
            .iter()
            .filter(|timer| timer.status == TimerStatus::Armed && timer.due_at <= now)
            .min_by_key(|timer| (timer.due_at, timer.kind))
    }

    /// The last day for what the office has to do next.
    pub fn office_due(&self) -> Option<&Timer> {
        match self.state {
            State::Issued => self.timer(TimerKind::Ack).or_else(|| self.timer(TimerKind::Respond)),
            State::Acknowledged | State::Returned => self.timer(TimerKind::Respond),
            State::Held
            | State::PendingReview
            | State::Refused
            | State::Responded
            | State::Closed
            | State::Cancelled
            | State::Dismissed => None,
        }
    }

    /// Whether the present deadline of the office has been missed.
    pub fn is_overdue(&self) -> bool {
        match self.state {
            State::Issued => self.overdue_ack > 0 || self.overdue_respond > 0,
            State::Acknowledged | State::Returned => self.overdue_respond > 0,
            State::PendingReview | State::Refused | State::Responded => self.overdue_review > 0,
            State::Held | State::Closed | State::Cancelled | State::Dismissed => false,
        }
    }

    /// Red: overdue. Yellow: sent back, or half of the time gone and not even signed for. Blue: due soon.
    pub fn colour(&self, terms: &Terms<'_>, now: DateTime<Utc>) -> Colour {
        if self.is_overdue() {
            return Colour::Red;
        }
        if self.paused_until.is_some() || !self.state.is_with_office() {
            return Colour::None;
        }
        let Some(respond) = self.timer(TimerKind::Respond) else { return Colour::None };
        let half_gone = now - respond.armed_at >= (respond.due_at - respond.armed_at) / 2;
        if self.state == State::Returned || self.state == State::Issued && half_gone {
            return Colour::Yellow;
        }
        let left = terms.calendar.working_days_between(terms.day(now), respond.due_day);
        if left <= i64::from(self.policy.due_soon_days) { Colour::Blue } else { Colour::None }
    }
}
