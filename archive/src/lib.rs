//! The record store: records and their versions, texts, imports, clearances, the audit log. The only
//! SQL of the project.
//!
//! What it is not: it reads no spreadsheet, searches no text, decides nothing about a person, and has
//! no clock (`now` is always given). It is apart so that one place knows the database; moving to
//! another engine is a matter of this crate.
//!
//! The folder: `archive.db`, `keys/seal.key` (a backup of the database is worthless without it, and is
//! to be kept elsewhere), `uploads/`, `backups/` and lock files.

mod accounts;
mod act;
mod actor;
mod as_of;
mod attachments;
mod audit;
mod changes;
mod clearance;
mod clearance_act;
mod clearance_persons;
mod clearance_rows;
mod conflict;
mod conflict_find;
mod conflict_namesakes;
mod conflict_settle;
mod cores;
mod decisions;
mod error;
mod fail_point;
mod files;
mod following;
mod format;
mod identity;
mod import;
mod import_lock;
mod import_log;
mod incoming;
mod key;
mod lookups;
mod narrow;
mod open;
mod outbox;
mod papers;
mod past;
mod places;
mod portrait;
mod put;
mod records;
mod rekey;
mod reminders;
mod retire;
mod rotate;
mod rows;
mod saved_searches;
mod seal;
mod settle;
mod snapshot;
mod sorting;
mod sql;
mod store;
mod sweeps;
mod texts;
mod undo;
mod upkeep;
mod uploads;
mod verify;
mod versions;
mod words;

#[cfg(test)]
mod tests;

pub use accounts::{
    AccessRequest, AccessReturn, Account, AccountError, AccountRules, ApiToken, NewAccessRequest, NewAccount,
    NewApiToken, RequestState, ReturnHow, ScopeSetting, Session, SignIn, SignInRefused, generate_password,
    totp_code_at,
};
pub use actor::{Actor, ActorKind, OPERATOR, SYSTEM};
pub use attachments::{Attachment, AttachmentOwner, NewAttachment};
pub use audit::{
    AuditEntry, AuditMark, AuditQuestion, AuditRetired, AuditVerified, audit_kept_from, verify_audit_files,
};
pub use changes::{
    ChangeAsk, ChangeError, ChangeFilter, ChangeItem, DossierChange, DossierStanding, MoveAsk, NewChange,
    SplitAsk, StepAsk,
};
pub use clearance::{ClearanceHeader, ClearanceState, NewClearance};
pub use clearance_act::{
    ActEventRow, ActFilter, ActingPerson, Change as ActChange, ClearanceAct, Consultation, ConsultationEnd,
    IdentityDecision, IdentityVerdict, NewAct, NewConsultation, NewNotice, Notice, RowDecision, Step,
};
pub use clearance_persons::PersonClearance;
pub use clearance_rows::{ClearanceRow, ClearanceText, SealedRow};
pub use conflict::{Conflict, ConflictKind, ConflictSide, ConflictState, KEEP_ALL};
pub use conflict_settle::ConflictCounts;
pub use cores::{both, each_owned, each_row, outcome, share_out};
pub use decisions::{
    Decision, DecisionError, DecisionScope, DecisionVerdict, NewDecision, REASON_CHARS_MAX, Revocation,
};
pub use error::ArchiveError;
pub use fail_point::fail_point;
pub use files::{FileState, TextFile};
pub use following::StandingText;
pub use identity::IdentityHit;
pub use import::{ImportRun, ImportStart};
pub use import_log::{ImportMode, ImportRow, ImportState};
pub use incoming::{BatchOutcome, FailedFile, Incoming, IncomingText, Tally};
pub use lookups::NameHit;
pub use narrow::Visible;
pub use open::{Archive, OpenOptions};
pub use outbox::{
    Budget, Canary, Lease, LeasedMail, Mail, MailAttempt, MailDecision, MailReport, NewMailReport,
    OutboxFilter, ReportAction, Reported, Sent, return_tag,
};
pub use papers::{PaperCounts, PaperReading, PaperTextState, UnreadPaper};
pub use portrait::{UnitReminder, UnitTree};
pub use put::PreparedBatch;
pub use records::{Columns, Stored};
pub use reminders::{
    Acted, Addresses, Batch, BatchState, Desk, Gate, HolidayProposal, HolidayProposalState, HolidayUpload,
    Judged, NewFact, NewReminder, Press, Pressed, Proposal, RaiseRun, Raised, RecountedLimit, Reminder,
    ReminderAct, ReminderAnswer, ReminderEvent, ReminderFact, ReminderFigures, ReminderFilter,
    ReminderTrouble, Sheet, Ticked, Waiting, WorkList, verify_reminder_file,
};
pub use retire::Retired;
pub use rotate::KeyRotated;
pub use saved_searches::{SAVED_SEARCHES_MAX, SEARCH_NAME_CHARS_MAX, SavedSearch, SavedSearchError};
pub use seal::SealAlgorithm;
pub use snapshot::{CoverageCounts, Snapshot};
pub use sweeps::{
    ChangedRecord, Exemption, ExemptionRequest, ExemptionRequestState, NewExemption, NewExemptionRequest,
    NewRulePreview, NewRuleVersion, NewRun, PackedDossier, PackedRecord, Precision, RulePreview, RuleVersion,
    Ruling, RunExtent, RunKind, RunState, StoredBody, StoredSweep, SweepRun, SweepStore, SweptScope,
    VerdictFilter, VerdictRow, VerdictWork,
};
pub use texts::{OCR_MARK, StoredText};
pub use undo::UndoOutcome;
pub use upkeep::{
    CatalogueEntry, Concluded, DeclaredVerdict, Delivery, DutyKind, DutyOwed, NewCatalogueEntry,
    NewDeclaredVerdict, Nudge, PaperState, Reminded, Roster, RosterPerson,
};
pub use uploads::Upload;
pub use verify::{Damage, DamageKind};
pub use versions::{Change, StoredVersion};
