//! The writing half of an import. One batch is written while the next is read, checked and prepared: the
//! database has a thread of its own, and waiting for it would leave a processor idle.

use archive::{ArchiveError, BatchOutcome, ImportRun, PreparedBatch};
use chrono::{DateTime, Utc};
use tokio::task::JoinHandle;

use super::ImportError;

/// The run, here or lent to the task that writes a batch.
pub(super) enum Writing {
    /// Nothing is being written.
    Idle(Box<ImportRun>),
    /// A batch is being written.
    Busy(JoinHandle<(Box<ImportRun>, Result<BatchOutcome, ArchiveError>)>),
    /// The task that had the run was broken off.
    Lost,
}

impl Writing {
    /// Nothing written yet.
    pub(super) fn new(run: ImportRun) -> Self {
        Self::Idle(Box::new(run))
    }

    /// Waits until the batch under way is written, and gives its outcome.
    pub(super) async fn settle(&mut self) -> Result<Option<BatchOutcome>, ImportError> {
        let writing = match self {
            Self::Idle(_) => return Ok(None),
            Self::Busy(writing) => writing,
            Self::Lost => return Err(lost()),
        };
        match writing.await {
            Ok((run, outcome)) => {
                *self = Self::Idle(run);
                Ok(Some(outcome?))
            }
            Err(error) => {
                *self = Self::Lost;
                Err(ImportError::BrokenOff(error.to_string()))
            }
        }
    }

    /// Begins to write `batch`; [`Writing::settle`] comes first.
    pub(super) fn put(&mut self, batch: PreparedBatch, now: DateTime<Utc>) -> Result<(), ImportError> {
        let Self::Idle(mut run) = std::mem::replace(self, Self::Lost) else {
            return Err(lost());
        };
        *self = Self::Busy(tokio::spawn(async move {
            let outcome = run.put_prepared(batch, now).await;
            (run, outcome)
        }));
        Ok(())
    }

    /// The run itself, while nothing is being written.
    pub(super) fn run(&mut self) -> Result<&mut ImportRun, ImportError> {
        match self {
            Self::Idle(run) => Ok(run),
            Self::Busy(_) | Self::Lost => Err(lost()),
        }
    }
}

fn lost() -> ImportError {
    ImportError::BrokenOff("writing to the archive was broken off".to_owned())
}
