//! `/reminders`: from stored reminders to their pages, and from forms to acts. What may happen is decided by
//! the table of transitions; which reminders there are for a reader, by his scope (`api::reminders::visible`).

mod acts;
mod facts;
mod fill;
pub(crate) mod held;
mod list;
mod names;
mod one;
mod trace;
mod views;

pub(crate) use list::show as list;
pub(crate) use names::{Actors, missing, offices, subjects};
pub(crate) use one::{act, by_token, show};
pub(crate) use views::{Counting, View, board, rule_settings, waiting_for};
