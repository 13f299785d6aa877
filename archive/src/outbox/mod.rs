//! The outbox: mails as they were written, and what became of each. A sender takes them under a lease, says
//! that it is about to transmit *before* it does, and then what happened; so after any crash each mail is
//! either not yet sent, sent, or visibly of unknown fate.

mod canary;
mod due;
mod lease;
mod list;
mod person;
mod report;
mod send;

pub use canary::Canary;
pub use lease::Lease;
pub use list::{Mail, MailAttempt, OutboxFilter};
pub use person::MailDecision;
pub use report::{MailReport, NewMailReport, ReportAction, Reported, return_tag};
pub use send::{Budget, LeasedMail, Sent};
