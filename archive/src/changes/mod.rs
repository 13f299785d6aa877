//! Changes of dossiers that persons ask for and others decide: asked ([`propose`]), decided and carried out
//! ([`decide`]), taken back by another change ([`reverse`]), and held against later imports that bring what was
//! corrected again ([`hold`]). What a change is made of says `dossier::change`.
//!
//! A person whose dossier was joined to another's stands in `dossier_standing`; nothing is erased.

mod apply;
mod ask;
mod decide;
mod error;
mod follow;
pub(crate) mod hold;
mod list;
mod merge;
mod propose;
mod read;
mod reverse;

pub use ask::{ChangeAsk, MoveAsk, SplitAsk, StepAsk};
pub use error::ChangeError;
pub use list::{ChangeFilter, DossierStanding};
pub use propose::NewChange;
pub use read::{ChangeItem, DossierChange};
