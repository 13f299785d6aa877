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
    /// A letter says what is known up to a day; that day has not come.
    #[error("the day of the question, {0}, has not come yet")]
    AsOfInFuture(chrono::NaiveDate),
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
    /// An answer too long for one paper or workbook.
    #[error(
        "up to row {row} the answer has {bytes_max} bytes, more than one document takes; take it as JSON or CSV"
    )]
    PaperTooLong {
        /// The row that does not fit any more.
        row: u32,
        /// Most bytes of rows that are taken.
        bytes_max: usize,
    },
    /// The table of clearance acts does not allow it.
    #[error(transparent)]
    Refused(#[from] dossier::clearance_act::Refusal),
    /// There is no such act.
    #[error("there is no clearance act {0}")]
    NoSuchAct(String),
    /// No stored answer has this code or id, or none that is whole.
    #[error("no finished clearance has the code or id {0:?}")]
    NoSuchAnswer(String),
    /// The row is not there.
    #[error("the list has no row {0}")]
    NoSuchRow(u32),
    /// The row asks nothing that a person could decide, or not that.
    #[error("row {row} cannot be decided so: {why}")]
    NotDecidable {
        /// Which row.
        row: u32,
        /// Why.
        why: &'static str,
    },
    /// Somebody cancelled it.
    #[error("the clearance was cancelled")]
    Cancelled,
}
