//! Work of a task of its own, beside the answer that waits for it.

use archive::outcome;
use tokio::task::JoinSet;

use crate::error::ClearanceError;

/// A task under way; it is called off where nobody waits for it any more, so that nothing of an answer that broke off is
/// written into the next one.
pub(crate) struct Task<T>(JoinSet<Result<T, ClearanceError>>);

impl<T: Send + 'static> Task<T> {
    /// Begins.
    pub(crate) fn begin(work: impl Future<Output = Result<T, ClearanceError>> + Send + 'static) -> Self {
        let mut task = JoinSet::new();
        task.spawn(work);
        Self(task)
    }

    /// The same for what does not wait but works: on a thread for such. It cannot be called off once it has begun.
    pub(crate) fn working(work: impl FnOnce() -> Result<T, ClearanceError> + Send + 'static) -> Self {
        let mut task = JoinSet::new();
        task.spawn_blocking(work);
        Self(task)
    }

    /// Waits for its end.
    pub(crate) async fn end(mut self) -> Result<T, ClearanceError> {
        self.0.join_next().await.and_then(outcome).unwrap_or(Err(ClearanceError::Cancelled))
    }
}
