//! The one place where a reminder changes: from what it is and what somebody wants (or which clock has run
//! out) to what it becomes, with the clocks that start and stop and the mails that go out. Pure; the store
//! writes the result in one transaction or not at all.

use chrono::{DateTime, NaiveDate, Utc};

use super::act::{Act, Refusal};
use super::clock::{Terms, Timer, TimerKind, TimerStatus};
use super::event::{Audience, Event, MailKind};
use super::guard::{Guard, added_days};
use super::letter::{Action, MailOrder, StaleAfter};
use super::policy::Limit;
use super::standing::Standing;
use super::state::{Outcome, Party, State};
use super::table::{self, Transition};
use crate::calendar::Due;

/// What happens to a clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimerChange {
    /// It starts, or starts again after waiting.
    Arm(Timer),
    /// It waits.
    Wait {
        /// Which.
        kind: TimerKind,
        /// For a pause: the working days that were left.
        remaining: Option<i64>,
    },
    /// It ends.
    End {
        /// Which.
        kind: TimerKind,
        /// How.
        status: TimerStatus,
    },
    /// The last breach of this clock is excused; it stays on record.
    Excuse(TimerKind),
    /// A breach that was kept in view, so that an extension could still move its day, is history now.
    Forget(TimerKind),
}

/// One change of one reminder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What happened.
    pub event: Event,
    /// From where.
    pub from: State,
    /// What it became; `row_version` is one more.
    pub next: Standing,
    /// When it happened: for a clock, the instant at which it ran out.
    pub at: DateTime<Utc>,
    /// Clocks that start and stop, in order.
    pub timers: Vec<TimerChange>,
    /// Mails to write.
    pub mails: Vec<MailOrder>,
    /// What the event records beside reason and code: days, levels, offices.
    pub detail: Vec<(&'static str, String)>,
    /// How it ended, where it did.
    pub outcome: Option<Outcome>,
}

/// What becomes of a reminder by an act of a person, or why nothing does.
pub fn decide(standing: &Standing, act: &Act, terms: &Terms<'_>) -> Result<Change, Refusal> {
    let event = act.event;
    let row =
        table::find(standing.state, event).ok_or(Refusal::NoSuchMove { event, state: standing.state })?;
    if !row.who.contains(&act.party) {
        return Err(Refusal::NotYours { event, party: act.party });
    }
    if let Some(&guard) = row.guards.iter().find(|guard| !guard.holds(standing, act, terms)) {
        return Err(Refusal::Guarded { event, guard });
    }
    let mut draft = Draft::new(standing, row, act.at);
    draft.act(act, terms);
    Ok(draft.finish())
}

/// The acts that this party may do now, as far as that does not hang on what is filled in.
pub fn possible(standing: &Standing, party: Party) -> Vec<Event> {
    table::TABLE
        .iter()
        .filter(|row| row.from.contains(&standing.state) && row.who.contains(&party))
        .filter(|row| {
            row.guards.iter().all(|guard| match guard {
                Guard::NotPaused => standing.paused_until.is_none(),
                Guard::Paused => standing.paused_until.is_some(),
                Guard::Cleared => standing.cleared,
                Guard::NoExtensionPending => standing.extension.is_none(),
                Guard::ExtensionPending => standing.extension.is_some(),
                Guard::NoCancelProposed => standing.cancel_proposed_by.is_none(),
                Guard::CancelProposedByAnother => standing.cancel_proposed_by.is_some(),
                Guard::ExtensionsLeft => standing.extension_count < standing.policy.extensions_max,
                _ => true,
            })
        })
        .map(|row| row.event)
        .collect()
}

/// The first change of a reminder that goes out at once.
pub fn issue_new(standing: &Standing, at: DateTime<Utc>, terms: &Terms<'_>) -> Change {
    let mut draft = Draft::bare(standing, Event::Raise, at);
    match standing.state {
        State::Issued => draft.issue(terms),
        State::PendingReview => draft.arm_limit(terms, TimerKind::Review, standing.policy.review),
        _ => {}
    }
    draft.finish()
}

/// A change by the program that is no clock: seen again, cleared, recipients changed.
pub fn note(standing: &Standing, event: Event, at: DateTime<Utc>) -> Result<Change, Refusal> {
    let row = table::find(standing.state, event)
        .filter(|row| row.who.contains(&Party::System))
        .ok_or(Refusal::NoSuchMove { event, state: standing.state })?;
    let mut draft = Draft::new(standing, row, at);
    match event {
        Event::SeenAgain => draft.next.cleared = false,
        Event::ConditionCleared => {
            draft.next.cleared = true;
            draft.mail(MailKind::M14, Action::Cleared, Audience::Supervisor, StaleAfter::Ended);
        }
        Event::Readdress if standing.state.is_with_office() => {
            let action = if standing.state == State::Issued { Action::Acknowledge } else { Action::Respond };
            draft.mail(MailKind::M1, action, Audience::Office, StaleAfter::Responded);
        }
        _ => {}
    }
    Ok(draft.finish())
}

/// A change in the making.
pub(super) struct Draft {
    pub(super) event: Event,
    from: State,
    pub(super) next: Standing,
    pub(super) at: DateTime<Utc>,
    timers: Vec<TimerChange>,
    pub(super) mails: Vec<MailOrder>,
    pub(super) detail: Vec<(&'static str, String)>,
    outcome: Option<Outcome>,
}

impl Draft {
    fn bare(standing: &Standing, event: Event, at: DateTime<Utc>) -> Self {
        Self {
            event,
            from: standing.state,
            next: standing.clone(),
            // The story of one reminder never runs backwards, whatever a clock does.
            at: at.max(standing.changed_at),
            timers: Vec::new(),
            mails: Vec::new(),
            detail: Vec::new(),
            outcome: None,
        }
    }

    pub(super) fn new(standing: &Standing, row: &Transition, at: DateTime<Utc>) -> Self {
        let mut draft = Self::bare(standing, row.event, at);
        draft.next.state = row.target(standing.state).unwrap_or(standing.state);
        draft
    }

    pub(super) fn finish(mut self) -> Change {
        if self.next.state.is_terminal() {
            for kind in self.next.timers.iter().map(|timer| timer.kind).collect::<Vec<_>>() {
                self.end(kind, TimerStatus::Stopped);
            }
        }
        self.next.row_version += 1;
        self.next.changed_at = self.at;
        Change {
            event: self.event,
            from: self.from,
            next: self.next,
            at: self.at,
            timers: self.timers,
            mails: self.mails,
            detail: self.detail,
            outcome: self.outcome,
        }
    }

    fn act(&mut self, act: &Act, terms: &Terms<'_>) {
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
    fn issue(&mut self, terms: &Terms<'_>) {
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

    /// The supervisor has decided, whatever it was that waited for it.
    fn review_done(&mut self) {
        self.end(TimerKind::Review, TimerStatus::Met);
        self.end(TimerKind::EscalateReview, TimerStatus::Stopped);
        self.next.overdue_review = 0;
    }

    /// An extension that nobody decided goes with what it was asked for.
    fn drop_extension(&mut self) {
        if self.next.extension.take().is_some() {
            self.review_done();
        }
    }

    /// What waited out a refusal runs again, with its old day.
    fn run_on(&mut self) {
        let waiting: Vec<Timer> =
            self.next.timers.iter().filter(|timer| timer.status == TimerStatus::Waiting).cloned().collect();
        for timer in waiting {
            self.arm(Timer { status: TimerStatus::Armed, remaining: None, ..timer });
        }
    }

    pub(super) fn arm_limit(&mut self, terms: &Terms<'_>, kind: TimerKind, limit: Limit) {
        let timer = terms.limit(&self.next.policy, kind, self.at, limit);
        self.arm(timer);
    }

    fn arm_day(&mut self, terms: &Terms<'_>, kind: TimerKind, day: NaiveDate) {
        let due = Due { day, provisional: !terms.calendar.knows(day) };
        let timer = terms.on_day(&self.next.policy, kind, 0, self.at, due, None);
        self.arm(timer);
    }

    fn arm_due_soon(&mut self, terms: &Terms<'_>) {
        let Some(respond) = self.next.timer(TimerKind::Respond) else { return };
        let due = Due { day: respond.due_day, provisional: respond.provisional };
        if let Some(timer) = terms.due_soon(&self.next.policy, self.at, due) {
            self.arm(timer);
        }
    }

    pub(super) fn arm(&mut self, timer: Timer) {
        self.end(timer.kind, TimerStatus::Stopped);
        if matches!(timer.kind, TimerKind::Ack | TimerKind::Respond | TimerKind::Review) {
            self.say(timer.kind.slug(), timer.due_day);
            if timer.provisional {
                self.say("provisional", timer.kind);
            }
        }
        self.next.timers.push(timer.clone());
        self.timers.push(TimerChange::Arm(timer));
    }

    fn wait(&mut self, kind: TimerKind, remaining: Option<i64>) {
        let armed = |timer: &&mut Timer| timer.kind == kind && timer.status == TimerStatus::Armed;
        if let Some(timer) = self.next.timers.iter_mut().find(armed) {
            timer.status = TimerStatus::Waiting;
            timer.remaining = remaining;
            self.timers.push(TimerChange::Wait { kind, remaining });
        }
    }

    pub(super) fn end(&mut self, kind: TimerKind, status: TimerStatus) {
        let Some(was) = self.next.timer(kind).map(|timer| timer.status) else { return };
        self.next.timers.retain(|timer| timer.kind != kind);
        self.timers.push(match was {
            TimerStatus::Fired => TimerChange::Forget(kind),
            _ => TimerChange::End { kind, status },
        });
    }

    /// It has run out and stays in view.
    pub(super) fn fired(&mut self, kind: TimerKind) {
        if let Some(timer) = self.next.timers.iter_mut().find(|timer| timer.kind == kind) {
            timer.status = TimerStatus::Fired;
            self.timers.push(TimerChange::End { kind, status: TimerStatus::Fired });
        }
    }

    pub(super) fn mail(
        &mut self,
        kind: MailKind,
        action: Action,
        audience: Audience,
        stale_after: StaleAfter,
    ) {
        let due = match audience {
            Audience::Office => self.next.office_due().map(|timer| (timer.due_day, !timer.provisional)),
            _ if action == Action::Urge => {
                self.next.office_due().map(|timer| (timer.due_day, !timer.provisional))
            }
            _ => self.next.timer(TimerKind::Review).map(|timer| (timer.due_day, !timer.provisional)),
        };
        let due = due.filter(|_| !self.next.state.is_terminal());
        self.mails.push(MailOrder { kind, action, audience, office: None, due, stale_after });
    }

    pub(super) fn say(&mut self, what: &'static str, value: impl std::fmt::Display) {
        self.detail.push((what, value.to_string()));
    }
}
