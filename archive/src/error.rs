//! What can go wrong, by what the caller can do about it. The texts are for operators; none of them
//! holds a name or an identity number.

use std::path::PathBuf;

/// Why the archive did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// Ask for the list of reminders.
    #[error("there is no reminder {0}")]
    NoSuchReminder(String),
    /// Ask for the list of held batches.
    #[error("there is no open batch {0}")]
    NoSuchBatch(i64),
    /// Ask for the list of mails; one without an address cannot be sent again.
    #[error("there is no mail {0} that can be sent again")]
    NoSuchMail(i64),
    /// Look at the reminder as it is now, and decide again.
    #[error("reminder {id} has been changed meanwhile: it is {state}, version {row_version}")]
    ReminderConflict {
        /// Which.
        id: String,
        /// Where it stands.
        state: dossier::reminder::State,
        /// Its version.
        row_version: i64,
    },
    /// See what is refused, and why.
    #[error(transparent)]
    Refused(dossier::reminder::Refusal),
    /// Use another key for another act.
    #[error("this idempotency key was used for another act")]
    KeyReused,
    /// Somebody altered the events of reminders outside of the program.
    #[error("the chain of reminder events is broken at event {seq}")]
    RemindersBroken {
        /// First event that does not fit.
        seq: i64,
    },
    /// Wait until the other one is done, or stop it.
    #[error("{name} is held by {holder}")]
    LeaseHeld {
        /// For what.
        name: String,
        /// By whom.
        holder: String,
    },
    /// See to the clock of the machine.
    #[error(
        "the clock has been set back: the last instant seen is {seen}; nothing is fired until it has passed"
    )]
    ClockSetBack {
        /// The last instant.
        seen: chrono::DateTime<chrono::Utc>,
    },
    /// Wait and try again.
    #[error("the archive is busy: another process holds its write lock, or all readers are taken")]
    Busy,
    /// Wait until the other import has ended.
    #[error("another import is running{}", .pid.map(|pid| format!(" (process {pid})")).unwrap_or_default())]
    ImportBusy {
        /// Who runs it, if the lock file says so.
        pid: Option<u32>,
    },
    /// Give the right folder, or import something first.
    #[error("there is no archive in {}", .path.display())]
    NoArchive {
        /// The folder.
        path: PathBuf,
    },
    /// Bring the key back from where it is kept.
    #[error("the sealing key {} is missing; without it the archive cannot be read (no new key was made)", .path.display())]
    KeyMissing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// Bring the right key.
    #[error("the sealing key {} does not belong to this archive", .path.display())]
    KeyWrong {
        /// The key file.
        path: PathBuf,
    },
    /// Bring the right key.
    #[error("the sealing key {} is neither 64 hexadecimal digits nor a file of turned keys", .path.display())]
    KeyUnreadable {
        /// The key file.
        path: PathBuf,
    },
    /// Finish what was begun.
    #[error("the sealing key is being turned: run `qingjian key rotate` until it is done")]
    KeyRotating,
    /// Start the program again.
    #[error("the sealing key was turned since this program opened the archive; start it again")]
    KeyRotated,
    /// List the columns, so that their values can be sealed anew.
    #[error("values sealed by an older key are left in {0}; the older key is kept")]
    KeyStillNeeded(String),
    /// Choose a later month, or set a shorter retention.
    #[error("audit entries are kept for {months} months: nothing from {from} on leaves the archive")]
    AuditRetained {
        /// How long.
        months: u32,
        /// The first day that stays.
        from: chrono::NaiveDate,
    },
    /// Nothing to do.
    #[error("there is no audit entry that old")]
    NothingToRetire,
    /// Use the newer program.
    #[error("the archive has format {found}, this program knows formats up to {known}; use a newer program")]
    FormatTooNew {
        /// What the archive says.
        found: i64,
        /// What this program knows.
        known: i64,
    },
    /// Look at what the replace would retire, then confirm it.
    #[error(
        "this replace would retire {count} of {of} records (more than 10 %); check the file, or confirm it"
    )]
    RetireNeedsConfirm {
        /// Records that would be retired.
        count: u64,
        /// Live records of the source in the tables of the file.
        of: u64,
    },
    /// Start another import: this one has ended.
    #[error("the import has ended already")]
    ImportEnded,
    /// Ask for the list of imports.
    #[error("there is no import {0}")]
    NoSuchImport(i64),
    /// It has been undone, or was never part of the archive.
    #[error("import {import} cannot be undone: it is {state}")]
    NotUndoable {
        /// The import.
        import: i64,
        /// Its state.
        state: &'static str,
    },
    /// Ask for the list of files.
    #[error("there is no listed file {0}")]
    NoSuchFile(i64),
    /// Somebody was quicker.
    #[error("file {id} is settled already ({state})")]
    FileSettled {
        /// The file.
        id: i64,
        /// Its state.
        state: &'static str,
    },
    /// Ask for the list of conflicts.
    #[error("there is no conflict {0}")]
    NoSuchConflict(i64),
    /// Somebody was quicker, or the facts have changed.
    #[error("conflict {id} is {state} and waits for no decision")]
    ConflictSettled {
        /// The conflict.
        id: i64,
        /// Its state.
        state: &'static str,
    },
    /// Name one of its sides.
    #[error("conflict {id} has no such side; what can be kept is: {sides}")]
    ConflictKeep {
        /// The conflict.
        id: i64,
        /// What can be kept.
        sides: String,
    },
    /// Let the other records refer to the person that is kept first (correct them in their source).
    #[error(
        "conflict {id} cannot be settled so: {count} records still refer to person {person}, which would be \
         retired; let them refer to the person that is kept, then settle it"
    )]
    ConflictHasRecords {
        /// The conflict.
        id: i64,
        /// Who would be retired.
        person: String,
        /// How many records refer to that person.
        count: u64,
    },
    /// The draft of a text has another kind, or a record draft is a text without content.
    #[error("a draft of kind {0} was given where it does not belong")]
    WrongKind(dossier::Kind),
    /// Ask for the list of clearances.
    #[error("there is no clearance {0}")]
    NoSuchClearance(String),
    /// It has ended; its answer does not change any more.
    #[error("clearance {id} is {state} and takes no more rows")]
    ClearanceEnded {
        /// The clearance.
        id: String,
        /// Its state.
        state: &'static str,
    },
    /// Ask for an earlier version.
    #[error("the archive has version {present}; it has never had version {asked}")]
    NoSuchVersion {
        /// What was asked for.
        asked: i64,
        /// What it has.
        present: i64,
    },
    /// Look at it again: somebody else has moved it meanwhile.
    #[error("clearance act {id} is {state} (version {version}) by now; look at it again")]
    ActConflict {
        /// The act.
        id: String,
        /// Its state.
        state: String,
        /// Its version.
        version: i64,
    },
    /// Ask for the list of clearance acts.
    #[error("there is no clearance act {0}")]
    NoSuchAct(String),
    /// Attach another file.
    #[error(transparent)]
    UnfitAttachment(dossier::attachment::Unfit),
    /// Ask for the list of attachments; one that was withdrawn stays so.
    #[error("there is no attachment {0}, or it has been withdrawn")]
    NoSuchAttachment(String),
    /// See what it says about the change.
    #[error(transparent)]
    Change(#[from] crate::changes::ChangeError),
    /// Choose another number.
    #[error("the document number is in use already")]
    NumberTaken,
    /// See what it says about the decision.
    #[error(transparent)]
    Decision(#[from] crate::decisions::DecisionError),
    /// See what it says about the saved search.
    #[error(transparent)]
    SavedSearch(#[from] crate::saved_searches::SavedSearchError),
    /// See what it says about the account.
    #[error(transparent)]
    Account(#[from] crate::accounts::AccountError),
    /// Add the actor first.
    #[error("there is no actor {0:?}")]
    UnknownActor(String),
    /// Restore a backup; run the check first.
    #[error("the archive is damaged: {0}")]
    Damaged(String),
    /// Somebody altered the audit log outside of the program.
    #[error("the audit log is broken at entry {seq}")]
    AuditBroken {
        /// First entry that does not fit.
        seq: i64,
    },
    /// Choose another file name.
    #[error("{} exists already; a backup never overwrites", .0.display())]
    BackupExists(PathBuf),
    /// See to the disk, the folder or its permissions.
    #[error("{}: {source}", .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Anything else that the database says.
    #[error("database: {0}")]
    Database(#[source] sqlx::Error),
}

impl ArchiveError {
    /// An input or output error about `path`.
    pub(crate) fn io(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        Self::Io { path: path.into(), source }
    }
}

/// Primary result codes of `SQLite` (the low byte of an extended code).
const SQLITE_BUSY: u32 = 5;
const SQLITE_LOCKED: u32 = 6;
const SQLITE_CORRUPT: u32 = 11;
const SQLITE_NOTADB: u32 = 26;

impl From<sqlx::Error> for ArchiveError {
    fn from(error: sqlx::Error) -> Self {
        if matches!(error, sqlx::Error::PoolTimedOut) {
            return Self::Busy;
        }
        if let sqlx::Error::Database(ref database) = error {
            let code = database.code().and_then(|code| code.parse::<u32>().ok()).map(|code| code & 0xFF);
            match code {
                Some(SQLITE_BUSY | SQLITE_LOCKED) => return Self::Busy,
                Some(SQLITE_CORRUPT | SQLITE_NOTADB) => return Self::Damaged(database.message().to_owned()),
                _ => {}
            }
        }
        Self::Database(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_without_a_free_connection_is_busy() {
        assert!(matches!(ArchiveError::from(sqlx::Error::PoolTimedOut), ArchiveError::Busy));
        assert!(matches!(ArchiveError::from(sqlx::Error::RowNotFound), ArchiveError::Database(_)));
    }

    #[test]
    fn a_busy_import_names_the_process_if_it_is_known() {
        assert_eq!(ArchiveError::ImportBusy { pid: None }.to_string(), "another import is running");
        assert_eq!(
            ArchiveError::ImportBusy { pid: Some(7) }.to_string(),
            "another import is running (process 7)"
        );
    }
}
