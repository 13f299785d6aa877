//! Stored reminders: raised from the hits of a sweep, moved by people and clocks, each change with its
//! event, its clocks and its mails in one transaction.
//!
//! What may happen is decided by `dossier::reminder`; here it is stored, or refused by the database too.

mod act;
mod batch;
mod birth;
mod desk;
mod event;
mod figures;
mod holidays;
mod limits;
mod list;
mod post;
mod raise;
mod readdress;
mod recount;
mod row;
mod seen;
mod tick;
mod verify;
mod watch;
mod worklist;

pub use act::{Acted, ReminderAct};
pub use batch::{Batch, BatchState, Proposal};
pub use desk::{Addresses, Desk, Press, Pressed, Sheet};
pub use event::ReminderEvent;
pub use figures::ReminderFigures;
pub use holidays::{HolidayProposal, HolidayProposalState, HolidayUpload};
pub use list::{ReminderAnswer, ReminderFact, ReminderFilter};
pub use raise::{Gate, Judged, NewFact, NewReminder, RaiseRun, Raised};
pub use recount::RecountedLimit;
pub use row::Reminder;
pub use tick::Ticked;
pub use verify::verify_reminder_file;
pub use watch::ReminderTrouble;
pub use worklist::{Waiting, WorkList};

pub(crate) use event::reseal_events;
pub(crate) use list::conditions;
pub(crate) use post::upkeep;
pub(crate) use post::{alert_operator, write_canary};
pub(crate) use row::{damaged as row_error, day as row_day};

use dossier::reminder::{Audience, Change};

use crate::act::Act;
use crate::error::ArchiveError;
use crate::open::Archive;
use event::By;
use post::Posting;

/// Stores one change: row, clocks, event. Gives the reminder as it is now, and its mails, which the caller
/// posts when all changes of the act are known.
pub(crate) async fn store(
    archive: &Archive,
    act: &mut Act,
    before: &Reminder,
    change: &Change,
    by: &By<'_>,
) -> Result<(Reminder, Vec<Posting>), ArchiveError> {
    let after = row::write(act.connection(), before, change, by.calendar).await?;
    let event = event::append(act.connection(), archive.sealer(), &before.id, change, by).await?;
    Ok((after, postings(&before.id, change, event)))
}

/// The mails of a change. One to an office that is not known is left out: nobody has it yet.
pub(crate) fn postings(id: &str, change: &Change, event: i64) -> Vec<Posting> {
    change
        .mails
        .iter()
        .filter(|order| {
            order.audience != Audience::Office || order.office.is_some() || change.next.office.is_some()
        })
        .map(|order| Posting {
            reminder: id.to_owned(),
            office: change.next.office.clone(),
            event,
            times_reminded: change.next.times_reminded,
            order: order.clone(),
        })
        .collect()
}
