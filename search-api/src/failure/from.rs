//! From the errors of the rooms below to what a request fails with. Each has a status and a code.

use archive::ArchiveError;
use clearance::ClearanceError;
use indexer::IndexError;

use super::{Failure, Missing};

impl From<ArchiveError> for Failure {
    fn from(error: ArchiveError) -> Self {
        match error {
            ArchiveError::Busy => Self::Busy,
            ArchiveError::NoSuchClearance(_) => Self::NotFound(Missing::Clearance),
            ArchiveError::NoSuchImport(_) => Self::NotFound(Missing::Import),
            ArchiveError::NoSuchReminder(_) => Self::NotFound(Missing::Reminder),
            ArchiveError::NoSuchBatch(_) | ArchiveError::NoSuchMail(_) => Self::NotFound(Missing::Address),
            ArchiveError::Refused(refusal) => {
                Self::Conflict { code: refusal.code(), detail: refusal.to_string() }
            }
            ArchiveError::ReminderConflict { .. } => {
                Self::Conflict { code: "reminder_changed", detail: error.to_string() }
            }
            ArchiveError::KeyReused => {
                Self::Conflict { code: "idempotency_key_reused", detail: error.to_string() }
            }
            ArchiveError::Account(error) => {
                Self::Conflict { code: "account_refused", detail: error.to_string() }
            }
            ArchiveError::ClearanceEnded { state, .. } => {
                Self::Conflict { code: "clearance_ended", detail: format!("the clearance is {state}") }
            }
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<IndexError> for Failure {
    fn from(error: IndexError) -> Self {
        match error {
            IndexError::Archive(error) => error.into(),
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<ClearanceError> for Failure {
    fn from(error: ClearanceError) -> Self {
        match error {
            ClearanceError::EmptyList => Self::field("names", "list_empty", "the list of names is empty"),
            ClearanceError::ListTooLong { .. } => Self::field("names", "list_too_long", &error.to_string()),
            ClearanceError::Archive(error) => error.into(),
            ClearanceError::Index(error) => error.into(),
            ClearanceError::Cancelled => {
                Self::Conflict { code: "clearance_ended", detail: "the clearance was cancelled".to_owned() }
            }
            ClearanceError::NoSuchAct(_) | ClearanceError::NoSuchAnswer(_) => {
                Self::NotFound(Missing::Clearance)
            }
            ClearanceError::NoSuchRow(_) => Self::field("row", "row_not_found", &error.to_string()),
            ClearanceError::Refused(_) | ClearanceError::NotDecidable { .. } => {
                Self::Conflict { code: "clearance_act_refused", detail: error.to_string() }
            }
            ClearanceError::Output(_) | ClearanceError::Format(_) => Self::Internal(error.to_string()),
        }
    }
}

impl From<askama::Error> for Failure {
    fn from(error: askama::Error) -> Self {
        Self::Internal(format!("a page cannot be written: {error}"))
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(format!("an answer cannot be written: {error}"))
    }
}

impl From<tokio::task::JoinError> for Failure {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::Internal(format!("a task broke off: {error}"))
    }
}
