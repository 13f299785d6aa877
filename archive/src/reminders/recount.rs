//! Counting the limits of open reminders anew after the calendar has changed: an explicit act with a name and a reason,
//! never something that happens by itself. First it is shown what would move; the rule which way whom is the table's.

use chrono::NaiveDate;
use dossier::reminder::{Act as Move, TimerChange, TimerKind, decide};

use super::{Desk, Reminder, ReminderAct, ReminderFilter};
use crate::error::ArchiveError;
use crate::open::Archive;

/// A limit that is another one by the calendar as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecountedLimit {
    /// Of which reminder.
    pub reminder: String,
    /// Which clock.
    pub clock: TimerKind,
    /// The last day so far.
    pub before: NaiveDate,
    /// The last day by the calendar as it is now.
    pub after: NaiveDate,
    /// Whether that day is firm.
    pub firm: bool,
}

impl Archive {
    /// What counting anew would move of the reminders that `seen` lets through, if `what` (an act `recalendar`) did it.
    pub async fn recounted_limits(
        &self,
        seen: &ReminderFilter,
        what: &Move,
        desk: &Desk<'_>,
    ) -> Result<Vec<RecountedLimit>, ArchiveError> {
        let open = ReminderFilter { open: true, ..seen.clone() };
        Ok(self.reminders(&open).await?.iter().flat_map(|one| moves(one, what, desk)).collect())
    }

    /// Counts them anew, each with its event. Gives what has moved.
    pub async fn recount_limits(
        &self,
        seen: &ReminderFilter,
        what: &Move,
        address: Option<&str>,
        desk: &Desk<'_>,
    ) -> Result<Vec<RecountedLimit>, ArchiveError> {
        let open = ReminderFilter { open: true, ..seen.clone() };
        let mut moved = Vec::new();
        for reminder in self.reminders(&open).await? {
            let limits = moves(&reminder, what, desk);
            if limits.is_empty() {
                continue;
            }
            let expected = Some(reminder.standing.row_version);
            let act = ReminderAct { what: what.clone(), expected, idempotency_key: None, address };
            match self.act_on_reminder(&reminder.id, &act, desk).await {
                Ok(_) => moved.extend(limits),
                // somebody was quicker: it is seen again at the next counting
                Err(ArchiveError::ReminderConflict { .. } | ArchiveError::Refused(_)) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(moved)
    }
}

/// What would move of one; nothing where it cannot be done now.
fn moves(reminder: &Reminder, what: &Move, desk: &Desk<'_>) -> Vec<RecountedLimit> {
    let standing = &reminder.standing;
    let Ok(change) = decide(standing, what, &desk.terms) else { return Vec::new() };
    let armed = change.timers.iter().filter_map(|timer| match timer {
        TimerChange::Arm(timer) => Some(timer),
        _ => None,
    });
    armed
        .filter_map(|after| {
            let before = standing.timer(after.kind)?;
            let other = (before.due_day, before.provisional) != (after.due_day, after.provisional);
            other.then(|| RecountedLimit {
                reminder: reminder.id.clone(),
                clock: after.kind,
                before: before.due_day,
                after: after.due_day,
                firm: !after.provisional,
            })
        })
        .collect()
}
