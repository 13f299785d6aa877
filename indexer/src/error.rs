//! What can go wrong with the index, by what the caller can do about it.

use std::path::PathBuf;

/// Failures of the index.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// Another process writes this index. It will index what was imported.
    #[error(
        "the index in {dir} is being written by another process{holder}; one writer is allowed at a time"
    )]
    Busy {
        /// Folder of the index.
        dir: PathBuf,
        /// ` (pid 4711, serve)`, or empty where it did not say.
        holder: String,
    },
    /// The index was made by other rules, or is damaged; `qingjian reindex` builds it anew.
    #[error(
        "the index in {dir} cannot be used ({reason}); run `qingjian reindex`, which builds it anew from the archive"
    )]
    Unusable {
        /// Folder of the index.
        dir: PathBuf,
        /// What was found.
        reason: String,
    },
    /// The archive did not answer.
    #[error(transparent)]
    Archive(#[from] archive::ArchiveError),
    /// The search engine failed.
    #[error("search engine: {0}")]
    Engine(#[from] tantivy::TantivyError),
    /// A worker was stopped before it was done.
    #[error("indexing was broken off: {0}")]
    BrokenOff(String),
    /// A name list could not be compiled.
    #[error("name automaton: {0}")]
    Automaton(String),
    /// Reading or writing the folder failed.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}
