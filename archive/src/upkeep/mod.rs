//! What keeps dossiers whole beside their records: the catalogue with the paper ([`catalogue`]), who should have
//! a dossier ([`roster`]), how often sources deliver ([`sources`]), when an event came on file ([`filed`]), which duties
//! offices were reminded of ([`remind`], [`nudges`]), and what was concluded about what a person declared
//! ([`verdicts`]). None of it is a fact about a person that a clearance would show.

mod catalogue;
mod filed;
mod nudges;
mod remind;
mod roster;
mod sources;
mod verdicts;

pub use catalogue::{CatalogueEntry, NewCatalogueEntry, PaperState};
pub use nudges::Nudge;
pub use remind::{DutyKind, DutyOwed, Reminded};
pub use roster::{Roster, RosterPerson};
pub use sources::Delivery;
pub use verdicts::{Concluded, DeclaredVerdict, NewDeclaredVerdict};
