//! The act around a clearance: where it stands, every step, what people decided, whom they consulted, what
//! has come since the reply. What may follow what is `dossier::clearance_act`'s to say; the database's own
//! checks and triggers refuse the rest.

mod acts;
mod consultations;
mod events;
mod identity;
mod notices;
mod row_decisions;
mod steps;

pub use acts::{Act as ClearanceAct, ActFilter, NewAct};
pub use consultations::{Consultation, ConsultationEnd, NewConsultation};
pub use events::ActEventRow;
pub use identity::{IdentityDecision, IdentityVerdict};
pub use notices::{NewNotice, Notice};
pub use row_decisions::RowDecision;
pub use steps::{Actor as ActingPerson, Change, Step};
