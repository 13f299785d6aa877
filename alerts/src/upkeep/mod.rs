//! Upkeep of dossiers as duties of offices: what has to be on file after an event and is not, what came late, which
//! deliveries are late ([`judge`], [`ledger`]), and the reminders that come of it by themselves ([`remind`]). Decides
//! nothing about a person, and is none of the twelve categories: it stands on no board of risk.

mod judge;
mod ledger;
mod offices;
mod remind;

pub use judge::{Filed, Judge, Judged, KINDS, count_in};
pub use ledger::{Entry, Ledger, Owing};
pub use offices::{offices_below, supervising};
pub use remind::{Reminding, owed_by_office};

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
