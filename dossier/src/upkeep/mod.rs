//! Upkeep of dossiers, pure: what a dossier of its class must hold and lacks ([`contents`]), when a source has
//! to deliver next ([`cadence`]), what was declared against what registries say ([`declared`]), and how a
//! dossier stood on a day ([`as_of`]). Nothing here decides about a person.

pub mod as_of;
pub mod cadence;
pub mod contents;
pub mod declared;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
