//! Upkeep of dossiers, pure: what a dossier of its class must hold and lacks ([`contents`]), when a source has
//! to deliver next ([`cadence`]), what has to be on file so many days after an event ([`timely`]), what was declared
//! against what registries say ([`declared`]), and how a dossier stood on a day ([`as_of`]). Nothing here decides about a person.

pub mod as_of;
pub mod cadence;
pub mod contents;
pub mod declared;
pub mod timely;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod timely_tests;
