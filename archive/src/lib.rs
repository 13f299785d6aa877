//! The record store: records and their versions, texts, imports, clearances, the audit log. The only
//! SQL of the project.
//!
//! What it is not: it reads no spreadsheet, searches no text, decides nothing about a person, and has
//! no clock (`now` is always given). It is apart so that one place knows the database; moving to
//! another engine is a matter of this crate.
//!
//! The folder: `archive.db`, `keys/seal.key` (a backup of the database is worthless without it, and is
//! to be kept elsewhere), `uploads/`, `backups/` and lock files.

mod act;
mod actor;
mod audit;
mod clearance;
mod clearance_rows;
mod decisions;
mod error;
mod files;
mod format;
mod identity;
mod import;
mod import_lock;
mod import_log;
mod incoming;
mod key;
mod lookups;
mod open;
mod past;
mod put;
mod records;
mod rekey;
mod retire;
mod rows;
mod seal;
mod settle;
mod snapshot;
mod sorting;
mod sql;
mod store;
mod texts;
mod undo;
mod uploads;
mod verify;
mod versions;
mod words;

#[cfg(test)]
mod tests;

pub use actor::{Actor, ActorKind, OPERATOR, SYSTEM};
pub use clearance::{ClearanceHeader, ClearanceState, NewClearance};
pub use clearance_rows::ClearanceRow;
pub use decisions::{
    Decision, DecisionError, DecisionScope, DecisionVerdict, NewDecision, REASON_CHARS_MAX, Revocation,
};
pub use error::ArchiveError;
pub use files::{FileState, TextFile};
pub use identity::IdentityHit;
pub use import::{ImportRun, ImportStart};
pub use import_log::{ImportMode, ImportRow, ImportState};
pub use incoming::{BatchOutcome, FailedFile, Incoming, IncomingText, Tally};
pub use lookups::NameHit;
pub use open::{Archive, OpenOptions};
pub use records::Stored;
pub use retire::Retired;
pub use snapshot::{CoverageCounts, Snapshot};
pub use texts::StoredText;
pub use undo::UndoOutcome;
pub use uploads::Upload;
pub use verify::{Damage, DamageKind};
pub use versions::{Change, StoredVersion};
