//! Why a clearance as a whole could not be answered. What is wrong with one row is in the row.

/// Failures of a clearance.
#[derive(Debug, thiserror::Error)]
pub enum ClearanceError {
    /// No name at all was given.
    #[error("the list of names is empty")]
    EmptyList,
    /// More rows than one clearance takes.
    #[error("the list has {rows} rows, at most {max} are taken at once; split it")]
    ListTooLong {
        /// Rows given.
        rows: usize,
        /// Most that are taken.
        max: usize,
    },
    /// The archive did not answer.
    #[error(transparent)]
    Archive(#[from] archive::ArchiveError),
    /// The index did not answer.
    #[error(transparent)]
    Index(#[from] indexer::IndexError),
    /// The answer could not be written out.
    #[error("writing the answer: {0}")]
    Output(#[from] std::io::Error),
    /// The answer could not be put into JSON or a workbook.
    #[error("writing the answer: {0}")]
    Format(String),
    /// Somebody cancelled it.
    #[error("the clearance was cancelled")]
    Cancelled,
}
