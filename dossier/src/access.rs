//! Who may do what, and what of the dossiers he may see: the actions, the one matrix of roles and actions,
//! and the scope that narrows every question before it is asked.
//!
//! Pure: who holds which role and whose accounts there are is the archive's; which address needs which
//! action is `search-api`'s. Code, tests and `docs/roles.md` all come from the matrix here.

mod act;
mod action;
mod matrix;
mod scope;
mod secrecy;

pub use act::AccessAct;
pub use action::Action;
pub use matrix::{allows, any_allows, table};
pub use scope::{Offices, Scope};
pub use secrecy::Secrecy;
