//! The act that an office performs around a clearance, for console, API and command line alike: a request
//! put on record, the list searched, people's decisions, offices consulted, the letter drafted, reviewed,
//! signed by a named approver, issued with its number, filed into each dossier.
//!
//! Each function is one step: it gathers the facts, asks the table (`dossier::clearance_act`), and writes
//! state, change, trace and audit entry in one transaction. Nothing here decides about a person.

mod consult;
mod decide;
mod file;
mod issue;
mod paper;
mod request;
mod statistics;
mod step;
mod view;

pub use consult::{Answer, Asking, answer, close_consultation, consult};
pub use decide::{IdentityChoice, RowChoice, decide, opine};
pub use file::file;
pub use issue::{Issuing, cancel, draft, issue, offered, review, send_back, sign, submit, withdraw};
pub use paper::{letter, working_papers};
pub use request::{ACT_ROWS_MAX, Opening, create, gather};
pub use statistics::{Statistics, statistics};
pub use step::{By, made_before};
pub use view::{ActRow, ActView, Concern, Decision, show};
