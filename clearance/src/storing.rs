//! Answered rows on their way into the archive: hashed in their order, sealed, stored, while the next are answered. Each
//! of the steps has a thread of its own, and none is far ahead of the next.

use archive::{Archive, ClearanceText, SealedRow, both};
use chrono::{DateTime, Utc};
use tokio::sync::mpsc;

use crate::answer::Row;
use crate::error::ClearanceError;
use crate::proof::Tally;
use crate::row_json::RowJson;
use crate::task::Task;

/// Rows with what was written of each.
pub(crate) type Answered = (Vec<Row>, Vec<RowJson>);

/// Windows that may wait before each step.
const WAITING_MAX: usize = 1;
/// Windows that are stored in one transaction where they wait for it: each waits for the disk.
const WINDOWS_AT_ONCE: usize = 4;

/// Rows on their way.
pub(crate) struct Storing {
    give: mpsc::Sender<Answered>,
    hashed: Task<Tally>,
    stored: Task<()>,
}

impl Storing {
    /// The way of the rows of the clearance `id`, which are hashed into `tally`.
    pub(crate) fn begin(archive: &Archive, id: &str, tally: Tally, now: DateTime<Utc>) -> Self {
        let (give, answered) = mpsc::channel(WAITING_MAX);
        let (sealed, to_store) = mpsc::channel(WAITING_MAX);
        let into = (archive.clone(), id.to_owned());
        let stored = Task::begin(async move { store_all(&into.0, &into.1, to_store, now).await });
        let of = (archive.clone(), id.to_owned());
        let hash = move || hash_all(&of.0, &of.1, tally, answered, &sealed);
        Self { give, hashed: Task::working(hash), stored }
    }

    /// The next rows; waits where too many are on their way. An error is told at the end.
    pub(crate) async fn give(&self, answered: Answered) -> Result<(), Stopped> {
        self.give.send(answered).await.map_err(|_| Stopped)
    }

    /// Waits until everything is stored; gives what it was hashed into.
    pub(crate) async fn end(self) -> Result<Tally, ClearanceError> {
        drop(self.give);
        // Whoever stores stops first: the others only find that nobody takes their rows any more.
        self.stored.end().await?;
        self.hashed.end().await
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
    let (sealed, ()) = both(|| archive.seal_clearance_texts(id, texts), hash);
    Ok(sealed?)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use archive::{ClearanceState, NewClearance, OpenOptions};
    use chrono::NaiveDate;
    use dossier::day::Period;
    use serde_json::{Value, json};

    use super::*;
    use crate::answer::Head;
    use crate::canonical::tests::row;
    use crate::coverage::{Coverage, Scope};
    use crate::row_json::written;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
    }

    async fn office(folder: &tempfile::TempDir) -> (Archive, String, Head) {
        let archive = Archive::open(folder.path(), &OpenOptions::default(), at(0)).await.unwrap();
        let as_of = NaiveDate::from_ymd_opt(2026, 11, 27).unwrap();
        let new = NewClearance {
            purpose: String::new(),
            as_of,
            period: Period::ALWAYS,
            archive_version: 0,
            header: Value::Null,
            options: Value::Null,
            actor: archive::OPERATOR.to_owned(),
            inputs: vec![json!({})],
        };
        let id = archive.create_clearance(new, at(1)).await.unwrap();
        let snapshot = archive.snapshot().await.unwrap();
        let coverage = Coverage::take(&snapshot, 0, Scope::Full).await.unwrap();
        let (purpose, period) = (String::new(), Period::ALWAYS);
        (archive, id.clone(), Head { clearance: id, as_of, period, purpose, coverage })
    }

    /// Some windows of some rows, numbered through.
    fn windows(windows: u32, rows: u32) -> impl Iterator<Item = Answered> {
        (0..windows).map(move |window| {
            let number = |at| window * rows + at + 1;
            let mut rows: Vec<Row> =
                (0..rows).map(|at| Row { row: number(at), ..row(at % 2 == 0) }).collect();
            let forms = written(&mut rows).unwrap();
            (rows, forms)
        })
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn all_that_is_given_is_hashed_and_stored_in_its_order() {
        let folder = tempfile::tempdir().unwrap();
        let (archive, id, head) = office(&folder).await;
        let mut tally = Tally::of(&head).unwrap();
        let storing = Storing::begin(&archive, &id, Tally::of(&head).unwrap(), at(2));
        let mut given = Vec::new();
        for (rows, forms) in windows(13, 40) {
            for form in &forms {
                tally.add_form(form.canonical.as_bytes());
                given.push(form.json.clone());
            }
            storing.give((rows, forms)).await.unwrap();
        }
        assert_eq!(storing.end().await.unwrap().result(), tally.result());
        let stored = archive.clearance_texts(&id, 0, 1_000, None).await.unwrap();
        assert!(stored.iter().map(|text| &text.json).eq(&given));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn where_rows_cannot_be_stored_there_is_no_end_but_the_reason() {
        let folder = tempfile::tempdir().unwrap();
        let (archive, id, head) = office(&folder).await;
        let storing = Storing::begin(&archive, &id, Tally::of(&head).unwrap(), at(2));
        let mut all = windows(40, 2);
        storing.give(all.next().unwrap()).await.unwrap();
        archive.cancel_clearance(&id, at(3)).await.unwrap();
        let mut is_stopped = false;
        for window in all {
            is_stopped |= storing.give(window).await.is_err();
        }
        assert!(is_stopped, "more was taken than can wait");
        let reason = storing.end().await.err().map(|reason| reason.to_string());
        assert!(reason.as_deref().is_some_and(|reason| reason.contains(&id)), "{reason:?}");
        let header = archive.clearance(&id).await.unwrap().unwrap();
        assert_eq!(header.state, ClearanceState::Cancelled);
    }
}
