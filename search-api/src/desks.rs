//! What acting on reminders needs beside the archive: calendar, limits, who writes mails. The root puts it
//! together from the settings and passes it in; a server without it shows reminders and changes none.

use archive::Desk;
use dossier::Calendar;

/// Whoever can give a [`Desk`].
pub trait Desks: Send + Sync {
    /// The desk.
    fn desk(&self) -> Desk<'_>;

    /// The days off, for the figures of the board.
    fn calendar(&self) -> &Calendar;
}
