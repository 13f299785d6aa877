//! What acting on reminders needs beside the archive: calendar, limits, who writes mails. The root puts it
//! together from the settings and passes it in; a server without it shows reminders and changes none.

use archive::Desk;
use chrono::{DateTime, Utc};
use dossier::Calendar;

use crate::holidays::Holidays;
use crate::rulebook::Rulebook;

/// Whoever can give a [`Desk`].
pub trait Desks: Send + Sync {
    /// The desk.
    fn desk(&self) -> Desk<'_>;

    /// The days off, for the figures of the board.
    fn calendar(&self) -> &Calendar;

    /// What changing the rules needs; none: they are shown and not changed.
    fn rulebook(&self) -> Option<&dyn Rulebook> {
        None
    }

    /// What bringing a notice of holidays in needs; none: the years are shown and not changed.
    fn holidays(&self) -> Option<&dyn Holidays> {
        None
    }

    /// What runs by itself, with its next `count` times after `now`.
    fn scheduled(&self, now: DateTime<Utc>, count: usize) -> Vec<Scheduled> {
        let _ = (now, count);
        Vec::new()
    }
}

/// Something that runs by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scheduled {
    /// What, in Chinese.
    pub name: String,
    /// As it is set, with the zone.
    pub expression: String,
    /// The next times.
    pub next: Vec<DateTime<Utc>>,
}
