//! From the errors of the rooms below to what a request fails with. Each has a status and a code.

use archive::{ArchiveError, SavedSearchError};
use axum::extract::multipart::MultipartError;
use axum::http::StatusCode;
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
            ArchiveError::SavedSearch(error) => match error {
                SavedSearchError::NoSuchSearch(_) => Self::NotFound(Missing::SavedSearch),
                SavedSearchError::Name => Self::field("name", "search_name_invalid", &error.to_string()),
                SavedSearchError::NameTaken => Self::field("name", "search_name_taken", &error.to_string()),
                SavedSearchError::TooMany => Self::field("name", "saved_searches_full", &error.to_string()),
            },
            ArchiveError::KeyReused => {
                Self::Conflict { code: "idempotency_key_reused", detail: error.to_string() }
            }
            ArchiveError::NoSuchAct(_) => Self::NotFound(Missing::Act),
            ArchiveError::ActConflict { .. } => {
                Self::Conflict { code: "act_changed", detail: error.to_string() }
            }
            ArchiveError::NumberTaken => Self::field("number", "number_taken", &error.to_string()),
            ArchiveError::UnfitAttachment(unfit) => {
                Self::field("attachment", unfit.code(), &unfit.to_string())
            }
            ArchiveError::NoSuchAttachment(_) => Self::NotFound(Missing::Attachment),
            ArchiveError::ImportBusy { .. } => {
                Self::Conflict { code: "import_running", detail: error.to_string() }
            }
            ArchiveError::Change(error) => changed(&error),
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

/// What is wrong with a change: each cell by the slug of its column.
fn changed(error: &archive::ChangeError) -> Failure {
    use archive::ChangeError;
    match error {
        ChangeError::NoSuchChange(_) => Failure::NotFound(Missing::Change),
        ChangeError::Invalid(problems) => {
            let slug = |header: &str| {
                let columns = dossier::Kind::ALL.iter().flat_map(|kind| kind.declaration().columns);
                columns
                    .into_iter()
                    .find(|column| column.header == header)
                    .map_or(header, |column| column.slug)
                    .to_owned()
            };
            let errors = problems.iter().map(|problem| super::FieldError {
                row: None,
                field: slug(&problem.column),
                position: None,
                code: problem.code.to_owned(),
                message: problem.message.clone(),
            });
            Failure::Invalid { code: "record_invalid", detail: error.to_string(), errors: errors.collect() }
        }
        ChangeError::Reason => Failure::field("reason", "reason_missing", &error.to_string()),
        other => Failure::Conflict { code: other.code(), detail: other.to_string() },
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
            ClearanceError::AsOfInFuture(_) => Self::field("as_of", "as_of_in_future", &error.to_string()),
            ClearanceError::NoSuchAct(_) => Self::NotFound(Missing::Act),
            ClearanceError::NoSuchAnswer(_) => Self::NotFound(Missing::Clearance),
            ClearanceError::NoSuchRow(_) => Self::field("row", "row_not_found", &error.to_string()),
            ClearanceError::Refused(refusal) => {
                Self::Conflict { code: refusal.code(), detail: error.to_string() }
            }
            ClearanceError::NotDecidable { .. } => {
                Self::Conflict { code: "act_refused", detail: error.to_string() }
            }
            ClearanceError::PaperTooLong { .. } => {
                Self::Conflict { code: "report_too_long", detail: error.to_string() }
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

impl From<MultipartError> for Failure {
    fn from(error: MultipartError) -> Self {
        if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
            return Self::TooLarge;
        }
        let detail = "the form broke off or is no multipart form".to_owned();
        Self::Malformed { code: "form_invalid", detail }
    }
}

impl Failure {
    /// A field of a form that nobody knows: a misspelt one must not be lost silently.
    pub(crate) fn unknown_field() -> Self {
        let detail = "the form has a field that nobody knows".to_owned();
        Self::Malformed { code: "field_unknown", detail }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(format!("an answer cannot be written: {error}"))
    }
}

impl From<tokio::task::JoinError> for Failure {
    fn from(error: tokio::task::JoinError) -> Self {
        // The error of a panic bears its message, which may quote a dossier.
        Self::Internal(format!(
            "a task broke off ({})",
            if error.is_panic() { "panicked" } else { "cancelled" }
        ))
    }
}
