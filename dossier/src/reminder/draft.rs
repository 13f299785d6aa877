//! A change in the making: the next standing, the clocks that start and stop on the way there, and the mails.
//! Apart from what the events do, so that each of those reads as a few lines.

use chrono::{DateTime, NaiveDate, Utc};

use super::clock::{Terms, Timer, TimerKind, TimerStatus};
use super::decide::{Change, TimerChange};
use super::event::{Audience, Event, MailKind};
use super::letter::{Action, MailOrder, StaleAfter};
use super::policy::Limit;
use super::standing::Standing;
use super::state::{Outcome, State};
use super::table::Transition;
use crate::calendar::Due;

/// A change in the making.
pub(super) struct Draft {
    pub(super) event: Event,
    pub(super) from: State,
    pub(super) next: Standing,
    pub(super) at: DateTime<Utc>,
    pub(super) timers: Vec<TimerChange>,
    pub(super) mails: Vec<MailOrder>,
    pub(super) detail: Vec<(&'static str, String)>,
    pub(super) outcome: Option<Outcome>,
}

impl Draft {
    pub(super) fn bare(standing: &Standing, event: Event, at: DateTime<Utc>) -> Self {
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

    /// The supervisor has decided, whatever it was that waited for it.
    pub(super) fn review_done(&mut self) {
        self.end(TimerKind::Review, TimerStatus::Met);
        self.end(TimerKind::EscalateReview, TimerStatus::Stopped);
        self.next.overdue_review = 0;
    }

    /// An extension that nobody decided goes with what it was asked for.
    pub(super) fn drop_extension(&mut self) {
        if self.next.extension.take().is_some() {
            self.review_done();
        }
    }

    /// What waited out a refusal runs again, with its old day.
    pub(super) fn run_on(&mut self) {
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

    pub(super) fn arm_day(&mut self, terms: &Terms<'_>, kind: TimerKind, day: NaiveDate) {
        let due = Due { day, provisional: !terms.calendar.knows(day) };
        let timer = terms.on_day(&self.next.policy, kind, 0, self.at, due, None);
        self.arm(timer);
    }

    pub(super) fn arm_due_soon(&mut self, terms: &Terms<'_>) {
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

    pub(super) fn wait(&mut self, kind: TimerKind, remaining: Option<i64>) {
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
