//! What each act of a person does to a reminder: which clocks start and stop, and who is told.

use chrono::NaiveDate;

use super::act::Act;
use super::clock::{Terms, Timer, TimerKind, TimerStatus};
use super::decide::TimerChange;
use super::draft::Draft;
use super::event::{Audience, Event, MailKind};
use super::guard::added_days;
use super::letter::{Action, MailOrder, StaleAfter};
use super::policy::Limit;
use super::state::{Outcome, Party, State};
use crate::calendar::Due;

impl Draft {
    pub(super) fn act(&mut self, act: &Act, terms: &Terms<'_>) {
        match act.event {
            Event::Release | Event::Approve => {
                if let Some(office) = &act.office {
                    self.next.office = Some(office.clone());
                }
                self.end(TimerKind::Review, TimerStatus::Met);
                self.issue(terms);
            }
            Event::Acknowledge => {
                self.end(TimerKind::Ack, TimerStatus::Met);
                self.end(TimerKind::EscalateAck, TimerStatus::Stopped);
                self.mail(MailKind::M2, Action::Acknowledged, Audience::Supervisor, StaleAfter::Ended);
            }
            Event::Refuse => self.refuse(act, terms),
            Event::Reroute | Event::Insist => self.send_again(act, terms),
            Event::Draft => self.next.drafted_by = Some(act.actor.clone()),
            Event::Respond => self.respond(act, terms),
            Event::Return => self.send_back(act, terms),
            Event::Accept => {
                self.end(TimerKind::Review, TimerStatus::Met);
                self.close(act.outcome);
            }
            Event::ConfirmClose => self.close(Some(Outcome::AutoCleared)),
            Event::RequestExtension => self.ask_extension(act, terms),
            Event::ApproveExtension => self.grant(act, terms),
            Event::RejectExtension => {
                self.next.extension = None;
                self.end(TimerKind::Review, TimerStatus::Met);
                self.end(TimerKind::EscalateReview, TimerStatus::Stopped);
                self.next.overdue_review = 0;
                self.mail(MailKind::M11, Action::ExtensionDecided, Audience::Office, StaleAfter::Ended);
            }
            Event::Escalate => {
                let level = act.level.unwrap_or(1);
                self.next.escalation_level = level;
                self.say("level", level);
                let audience = self.next.policy.audience_of(level);
                self.mail(MailKind::M12, Action::Urge, audience, StaleAfter::Ended);
            }
            Event::Pause => self.pause(act, terms),
            Event::Resume => self.resume(terms),
            Event::ProposeCancel => self.next.cancel_proposed_by = Some(act.actor.clone()),
            Event::Cancel => {
                if self.from.is_with_office() || matches!(self.from, State::Refused | State::Responded) {
                    self.mail(MailKind::M9, Action::Withdrawn, Audience::Office, StaleAfter::Never);
                }
            }
            Event::Recalendar => self.recount(act.party, terms),
            // A discarded or dismissed one ends, and the program's own events do not come this way.
            Event::Raise
            | Event::SeenAgain
            | Event::Discard
            | Event::Dismiss
            | Event::AckOverdue
            | Event::DueSoon
            | Event::RespondOverdue
            | Event::ReviewOverdue
            | Event::ExtensionOverdue
            | Event::EscalateAuto
            | Event::ConditionCleared
            | Event::Readdress => {}
        }
    }

    /// Goes to the office for the first time.
    pub(super) fn issue(&mut self, terms: &Terms<'_>) {
        let policy = self.next.policy.clone();
        self.next.issued_at = Some(self.at);
        self.next.overdue_review = 0;
        self.end(TimerKind::EscalateReview, TimerStatus::Stopped);
        self.arm_limit(terms, TimerKind::Ack, policy.acknowledge);
        let limit = policy.respond_limit(self.next.severity);
        self.arm_limit(terms, TimerKind::Respond, limit);
        self.arm_due_soon(terms);
        self.mail(MailKind::M1, Action::Acknowledge, Audience::Office, StaleAfter::Acknowledged);
    }

    fn refuse(&mut self, act: &Act, terms: &Terms<'_>) {
        self.end(TimerKind::Ack, TimerStatus::Met);
        self.end(TimerKind::EscalateAck, TimerStatus::Stopped);
        for kind in [TimerKind::Respond, TimerKind::DueSoon, TimerKind::EscalateRespond] {
            self.wait(kind, None);
        }
        self.drop_extension();
        self.arm_limit(terms, TimerKind::Review, self.next.policy.review);
        if let Some(office) = &act.office {
            self.say("proposed_office", office);
        }
        self.mail(MailKind::M3, Action::Decide, Audience::Supervisor, StaleAfter::Reviewed);
    }

    fn send_again(&mut self, act: &Act, terms: &Terms<'_>) {
        let policy = self.next.policy.clone();
        self.review_done();
        self.next.overdue_ack = 0;
        if act.event == Event::Reroute {
            let old = self.next.office.clone();
            self.next.office.clone_from(&act.office);
            self.say("old_office", old.as_deref().unwrap_or_default());
            self.say("new_office", act.office.as_deref().unwrap_or_default());
            let due = None;
            let (kind, action) = (MailKind::M9, Action::Withdrawn);
            let stale_after = StaleAfter::Never;
            self.mails.push(MailOrder {
                kind,
                action,
                audience: Audience::Office,
                office: old,
                due,
                stale_after,
            });
        }
        if act.restart_respond {
            for kind in [TimerKind::Respond, TimerKind::DueSoon, TimerKind::EscalateRespond] {
                self.end(kind, TimerStatus::Stopped);
            }
            self.next.overdue_respond = 0;
            self.arm_limit(terms, TimerKind::Respond, policy.respond_limit(self.next.severity));
            self.arm_due_soon(terms);
        } else {
            self.run_on();
        }
        self.arm_limit(terms, TimerKind::Ack, policy.acknowledge);
        let (kind, action) = match act.event {
            Event::Insist => (MailKind::M4, Action::Affirmed),
            _ => (MailKind::M1, Action::Acknowledge),
        };
        self.mail(kind, action, Audience::Office, StaleAfter::Acknowledged);
    }

    fn respond(&mut self, act: &Act, terms: &Terms<'_>) {
        self.end(TimerKind::Respond, TimerStatus::Met);
        self.end(TimerKind::DueSoon, TimerStatus::Stopped);
        self.end(TimerKind::EscalateRespond, TimerStatus::Stopped);
        self.drop_extension();
        self.next.responder = Some(act.actor.clone());
        self.say("round", self.next.round + 1);
        self.arm_limit(terms, TimerKind::Review, self.next.policy.review);
        self.mail(MailKind::M6, Action::Review, Audience::Supervisor, StaleAfter::Reviewed);
    }

    fn send_back(&mut self, act: &Act, terms: &Terms<'_>) {
        self.review_done();
        self.next.overdue_respond = 0;
        self.next.round += 1;
        let policy = self.next.policy.clone();
        if let Some(day) = act.day {
            self.arm_day(terms, TimerKind::Respond, day);
        } else {
            let limit = policy.respond_limit(self.next.severity).halved(policy.return_days_min);
            self.arm_limit(terms, TimerKind::Respond, limit);
        }
        self.arm_due_soon(terms);
        self.say("round", self.next.round);
        self.mail(MailKind::M7, Action::Complete, Audience::Office, StaleAfter::Responded);
    }

    fn close(&mut self, outcome: Option<Outcome>) {
        self.outcome = outcome;
        if let Some(outcome) = outcome {
            self.say("outcome", outcome);
        }
        self.mail(MailKind::M8, Action::NothingMore, Audience::Office, StaleAfter::Never);
    }

    fn ask_extension(&mut self, act: &Act, terms: &Terms<'_>) {
        if let Some(day) = act.day {
            self.next.extension = Some((act.actor.clone(), day));
            self.say("proposed_day", day);
        }
        self.next.overdue_review = 0;
        self.arm_limit(terms, TimerKind::Review, self.next.policy.review);
        self.mail(MailKind::M10, Action::DecideExtension, Audience::Supervisor, StaleAfter::Reviewed);
    }

    fn grant(&mut self, act: &Act, terms: &Terms<'_>) {
        let Some(day) = act.day else { return };
        let added = added_days(&self.next, terms, day);
        if let Some(old) = self.next.timer(TimerKind::Respond) {
            let old = old.due_day;
            self.say("old_day", old);
        }
        if self.next.overdue_respond > 0 {
            self.timers.push(TimerChange::Excuse(TimerKind::Respond));
            self.say("breach", "excused");
        }
        self.next.extension = None;
        self.next.extension_count += 1;
        self.next.extended_days += added;
        self.next.overdue_respond = 0;
        self.review_done();
        for kind in [TimerKind::Respond, TimerKind::DueSoon, TimerKind::EscalateRespond] {
            self.end(kind, TimerStatus::Stopped);
        }
        self.arm_day(terms, TimerKind::Respond, day);
        self.arm_due_soon(terms);
        self.mail(MailKind::M11, Action::ExtensionDecided, Audience::Office, StaleAfter::Responded);
    }

    fn pause(&mut self, act: &Act, terms: &Terms<'_>) {
        let Some(until) = act.day else { return };
        let today = terms.day(self.at);
        self.next.paused_until = Some(until);
        self.say("until", until);
        let running: Vec<(TimerKind, NaiveDate)> = (self.next.timers.iter())
            .filter(|timer| timer.status == TimerStatus::Armed)
            .map(|timer| (timer.kind, timer.due_day))
            .collect();
        for (kind, due_day) in running {
            self.wait(kind, Some(terms.calendar.working_days_between(today, due_day).max(0)));
        }
        let due = Due { day: until, provisional: false };
        let end = terms.on_day(&self.next.policy, TimerKind::PauseEnd, 0, self.at, due, None);
        self.arm(end);
        self.mail(MailKind::M13, Action::ClockChanged, Audience::Office, StaleAfter::Ended);
    }

    pub(super) fn resume(&mut self, terms: &Terms<'_>) {
        self.next.paused_until = None;
        self.end(TimerKind::PauseEnd, TimerStatus::Stopped);
        let today = terms.day(self.at);
        let waiting: Vec<Timer> =
            self.next.timers.iter().filter(|timer| timer.remaining.is_some()).cloned().collect();
        for timer in waiting {
            let days = u32::try_from(timer.remaining.unwrap_or(0)).unwrap_or(0);
            let due = terms.calendar.add_working_days(today, days);
            let limit = Some(Limit::Working(days));
            self.arm(terms.on_day(&self.next.policy, timer.kind, timer.step, self.at, due, limit));
        }
        self.mail(MailKind::M13, Action::ClockChanged, Audience::Office, StaleAfter::Ended);
    }

    /// Later for everybody who may ask; earlier only for the supervising lead.
    fn recount(&mut self, party: Party, terms: &Terms<'_>) {
        for timer in self.next.timers.clone() {
            let (Some(limit), TimerStatus::Armed, TimerKind::Ack | TimerKind::Respond | TimerKind::Review) =
                (timer.limit, timer.status, timer.kind)
            else {
                continue;
            };
            let due = terms.last_day(terms.day(timer.armed_at), limit);
            let moves = due.day > timer.due_day
                || due.day < timer.due_day && party == Party::SupervisingLead
                || due.day == timer.due_day && due.provisional != timer.provisional;
            if !moves {
                continue;
            }
            self.detail.push((timer.kind.slug(), format!("{} to {}", timer.due_day, due.day)));
            let (kind, at) = (timer.kind, timer.armed_at);
            let again = terms.on_day(&self.next.policy, kind, 0, at, due, Some(limit));
            self.arm(again);
            if kind == TimerKind::Respond {
                self.end(TimerKind::DueSoon, TimerStatus::Stopped);
                self.arm_due_soon(terms);
            }
        }
    }
}
