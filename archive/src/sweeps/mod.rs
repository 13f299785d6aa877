//! What a sweep over the categories of risk reads and keeps: stored bodies page by page, the ledger of runs, the
//! verdicts that stand, when a subject is due again, exemptions, versions of the rules.
//!
//! What it is not: no rule; what a verdict says comes in and goes out as it is.

mod due;
mod exemption_requests;
mod exemptions;
mod ledger;
mod list;
mod packed;
mod precision;
mod preview;
mod read;
mod rules;
mod ruling;
mod verdicts;
mod worklist;

pub use exemption_requests::{ExemptionRequest, ExemptionRequestState, NewExemptionRequest};
pub use exemptions::{Exemption, NewExemption};
pub use ledger::{NewRun, RunExtent, RunKind, RunState, SweepRun};
pub use list::VerdictFilter;
pub use packed::{PackedDossier, PackedRecord};
pub use precision::Precision;
pub use preview::{NewRulePreview, RulePreview};
pub use read::{ChangedRecord, StoredBody};
pub use rules::{NewRuleVersion, RuleVersion};
pub use ruling::Ruling;
pub use verdicts::{StoredSweep, SweepStore, SweptScope, VerdictRow};
pub use worklist::VerdictWork;
