//! Answered rows on their way into the archive: hashed in their order, sealed, stored, while the next are answered. Each
//! of the steps has a thread of its own, and none is far ahead of the next.

use archive::{Archive, ClearanceText, SealedRow, both, outcome};
use chrono::{DateTime, Utc};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::answer::Row;
use crate::error::ClearanceError;
use crate::proof::Tally;
use crate::row_json::RowJson;

/// Rows with what was written of each.
pub(crate) type Answered = (Vec<Row>, Vec<RowJson>);

/// Windows that may wait before each step.
const WAITING_MAX: usize = 1;
/// Windows that are stored in one transaction where they wait for it: each waits for the disk.
const WINDOWS_AT_ONCE: usize = 4;

/// Rows on their way.
pub(crate) struct Storing {
    give: mpsc::Sender<Answered>,
    hashed: JoinHandle<Result<Tally, ClearanceError>>,
    stored: JoinHandle<Result<(), ClearanceError>>,
}

impl Storing {
    /// The way of the rows of the clearance `id`, which are hashed into `tally`.
    pub(crate) fn begin(archive: &Archive, id: &str, tally: Tally, now: DateTime<Utc>) -> Self {
        let (give, answered) = mpsc::channel(WAITING_MAX);
        let (sealed, to_store) = mpsc::channel(WAITING_MAX);
        let hashing = (archive.clone(), id.to_owned());
        let storing = (archive.clone(), id.to_owned());
        Self {
            give,
            hashed: tokio::task::spawn_blocking(move || hash_all(&hashing.0, &hashing.1, tally, answered, &sealed)),
            stored: tokio::spawn(async move { store_all(&storing.0, &storing.1, to_store, now).await }),
        }
    }

    /// The next rows; waits where too many are on their way. An error is told at the end.
    pub(crate) async fn give(&self, answered: Answered) -> Result<(), Stopped> {
        self.give.send(answered).await.map_err(|_| Stopped)
    }

    /// Waits until everything is stored; gives what it was hashed into.
    pub(crate) async fn end(self) -> Result<Tally, ClearanceError> {
        drop(self.give);
        // Whoever stores stops first: the others only find that nobody takes their rows any more.
        outcome(self.stored.await).unwrap_or(Err(ClearanceError::Cancelled))?;
        outcome(self.hashed.await).unwrap_or(Err(ClearanceError::Cancelled))
    }
}

/// Rows are not taken any more; [`Storing::end`] says why.
#[derive(Debug)]
pub(crate) struct Stopped;

fn hash_all(
    archive: &Archive,
    id: &str,
    mut tally: Tally,
    mut answered: mpsc::Receiver<Answered>,
    sealed: &mpsc::Sender<Vec<SealedRow>>,
) -> Result<Tally, ClearanceError> {
    while let Some(answered) = answered.blocking_recv() {
        let rows = hashed_and_sealed(archive, id, &mut tally, answered)?;
        sealed.blocking_send(rows).map_err(|_| ClearanceError::Cancelled)?;
    }
    Ok(tally)
}

async fn store_all(
    archive: &Archive,
    id: &str,
    mut sealed: mpsc::Receiver<Vec<SealedRow>>,
    now: DateTime<Utc>,
) -> Result<(), ClearanceError> {
    while let Some(mut rows) = sealed.recv().await {
        for _ in 1..WINDOWS_AT_ONCE {
            rows.extend(sealed.try_recv().into_iter().flatten());
        }
        archive.put_sealed_rows(id, &rows, now).await?;
    }
    Ok(())
}

/// The rows as they are stored, once they have been added to the proof.
pub(crate) fn hashed_and_sealed(
    archive: &Archive,
    id: &str,
    tally: &mut Tally,
    (rows, forms): Answered,
) -> Result<Vec<SealedRow>, ClearanceError> {
    let (mut texts, mut canonicals) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
    for (row, RowJson { json, canonical }) in rows.into_iter().zip(forms) {
        texts.push(ClearanceText { row: row.row, state: row.state.to_owned(), person: row.person, json });
        canonicals.push(canonical);
    }
    let hash = || canonicals.iter().for_each(|canonical| tally.add_form(canonical.as_bytes()));
    let (sealed, ()) = both(|| archive.seal_clearance_texts(id, &texts), hash);
    Ok(sealed?)
}
