//! Reminders (监督提醒), pure: where one stands, what may happen to it and by whom, which clocks run, when
//! it is overdue and who is then told, what a mail may say, and the states of a mail.
//!
//! The transitions are a table ([`table::TABLE`]); [`decide`] and [`fire`] are the only ways to change a
//! reminder. Nothing here reads a clock, stores or sends: the archive stores a [`Change`] in one transaction.

pub mod act;
pub mod clock;
pub mod decide;
mod draft;
mod effects;
pub mod event;
pub mod fire;
pub mod guard;
pub mod letter;
pub mod outbox;
pub mod page;
pub mod policy;
pub mod sql;
pub mod standing;
pub mod state;
pub mod table;

#[cfg(test)]
mod tests;

pub use act::{Act, Answer, Finding, Measure, Method, Refusal};
pub use clock::{Terms, Timer, TimerKind, TimerStatus};
pub use decide::{Change, TimerChange, decide, issue_new, note, possible, readdress};
pub use event::{Audience, Event, MailKind};
pub use fire::fire;
pub use guard::Guard;
pub use letter::{Action, MailOrder, Notice, StaleAfter};
pub use outbox::{MAIL_MOVES, MailState, UNKNOWN_RESEND, retry_after};
pub use policy::{Exception, Limit, Policy, Step};
pub use standing::{Colour, Standing};
pub use state::{Outcome, Party, ReasonCode, State};
pub use table::{TABLE, To, Transition};
