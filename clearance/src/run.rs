//! The run of a clearance: the question stored, the rows answered window by window, each stored and handed on
//! as it comes, and in the end the proof. How a row is answered stands in `rows`.

use std::collections::BTreeMap;

use archive::{Archive, ClearanceHeader, NewClearance};
use chrono::{DateTime, NaiveDate, Utc};
use dossier::day::Period;
use indexer::Index;
use serde::{Deserialize, Serialize};

use crate::answer::{Head, Row};
use crate::coverage::{Coverage, Scope};
use crate::error::ClearanceError;
use crate::input::Input;
use crate::proof::{Tally, Versions, input_hash};
use crate::row_json;
use crate::rows::{Prepared, View};
use crate::storing::{Answered, Storing, hashed_and_sealed};

/// Most rows of one clearance: the county whole, with room.
pub const ROWS_MAX: usize = 200_000;
/// Rows gathered, decided and stored at once.
pub(crate) const WINDOW: usize = 500;

/// A clearance to be answered.
#[derive(Debug, Clone)]
pub struct Request {
    /// The rows, verbatim.
    pub inputs: Vec<Input>,
    /// The period asked about.
    pub period: Period,
    /// The day on which the question is asked.
    pub as_of: NaiveDate,
    /// What for.
    pub purpose: String,
    /// A person has looked at matches by a unique name alone.
    pub accept_unique_names: bool,
    /// Who asks.
    pub actor: String,
}

#[derive(Serialize, Deserialize)]
struct Options {
    accept_unique_names: bool,
}

/// Takes the answer as it comes.
pub trait RowSink: Send {
    /// Before the first row.
    fn head(&mut self, head: &Head) -> Result<(), ClearanceError>;
    /// Each row, in order.
    fn row(&mut self, row: &Row) -> Result<(), ClearanceError>;
    /// The same with the JSON that was made of the row: whoever writes that down need not make it again.
    fn written(&mut self, row: &Row, json: &str) -> Result<(), ClearanceError> {
        let _ = json;
        self.row(row)
    }
    /// After the last row. What has not seen this is not a whole answer.
    fn end(&mut self) -> Result<(), ClearanceError>;
}

/// Where nobody waits for the rows: they are stored all the same.
impl RowSink for () {
    fn head(&mut self, _: &Head) -> Result<(), ClearanceError> {
        Ok(())
    }

    fn row(&mut self, _: &Row) -> Result<(), ClearanceError> {
        Ok(())
    }

    fn end(&mut self) -> Result<(), ClearanceError> {
        Ok(())
    }
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Id of the stored clearance.
    pub id: String,
    /// Rows by state.
    pub by_state: BTreeMap<&'static str, u32>,
    /// The coverage.
    pub coverage: Coverage,
    /// Verification code of the stored answer.
    pub code: String,
}

impl Summary {
    /// Whether any row is an `error`.
    pub fn has_errors(&self) -> bool {
        self.by_state.contains_key("error")
    }
}

/// Stores the question and gives its id; [`run_created`] answers it.
pub async fn submit(
    archive: &Archive,
    request: &Request,
    now: DateTime<Utc>,
) -> Result<String, ClearanceError> {
    submit_within(archive, request, None, now).await
}

/// The same for a reader whose scope has the fingerprint `scope`, which is kept with it.
pub async fn submit_within(
    archive: &Archive,
    request: &Request,
    scope: Option<&str>,
    now: DateTime<Utc>,
) -> Result<String, ClearanceError> {
    if request.inputs.is_empty() {
        return Err(ClearanceError::EmptyList);
    }
    if request.inputs.len() > ROWS_MAX {
        return Err(ClearanceError::ListTooLong { rows: request.inputs.len(), max: ROWS_MAX });
    }
    let json = |error: serde_json::Error| ClearanceError::Format(error.to_string());
    let options = Options { accept_unique_names: request.accept_unique_names };
    let version = archive.snapshot().await?.version();
    let inputs =
        request.inputs.iter().map(serde_json::to_value).collect::<Result<Vec<_>, _>>().map_err(json)?;
    let new = NewClearance {
        purpose: request.purpose.clone(),
        as_of: request.as_of,
        period: request.period,
        archive_version: version,
        header: serde_json::Value::Null,
        options: serde_json::to_value(&options).map_err(json)?,
        actor: request.actor.clone(),
        inputs,
    };
    Ok(archive.create_clearance_within(new, scope, now).await?)
}

/// [`submit`] and [`run_created`] in one.
pub async fn clear(
    archive: &Archive,
    index: &Index,
    request: &Request,
    sink: &mut dyn RowSink,
    now: &(dyn Fn() -> DateTime<Utc> + Sync),
) -> Result<Summary, ClearanceError> {
    let id = submit(archive, request, now()).await?;
    run_created(archive, index, &id, request, sink, now).await
}

/// Answers the stored clearance `id`. A failure is recorded with it.
pub async fn run_created(
    archive: &Archive,
    index: &Index,
    id: &str,
    request: &Request,
    sink: &mut dyn RowSink,
    now: &(dyn Fn() -> DateTime<Utc> + Sync),
) -> Result<Summary, ClearanceError> {
    let run = Run { archive, index, id, request, now };
    match run.answer(sink).await {
        Ok(summary) => Ok(summary),
        Err(ClearanceError::Cancelled) => Err(ClearanceError::Cancelled),
        Err(error) => {
            archive.fail_clearance(id, &error.to_string(), now()).await?;
            Err(error)
        }
    }
}

/// The question of a stored clearance, as it was asked.
pub async fn stored_request(archive: &Archive, header: &ClearanceHeader) -> Result<Request, ClearanceError> {
    let json = |error: serde_json::Error| ClearanceError::Format(error.to_string());
    let mut inputs = Vec::new();
    for input in archive.clearance_inputs(&header.id).await? {
        inputs.push(serde_json::from_value(input).map_err(json)?);
    }
    let options: Options = serde_json::from_value(header.options.clone()).map_err(json)?;
    Ok(Request {
        inputs,
        period: header.period,
        as_of: header.as_of,
        purpose: header.purpose.clone(),
        accept_unique_names: options.accept_unique_names,
        actor: header.actor.clone(),
    })
}

/// A stored question on its way to its answer.
pub(crate) struct Run<'a> {
    pub(crate) archive: &'a Archive,
    pub(crate) index: &'a Index,
    pub(crate) id: &'a str,
    pub(crate) request: &'a Request,
    pub(crate) now: &'a (dyn Fn() -> DateTime<Utc> + Sync),
}

impl Run<'_> {
    pub(crate) async fn answer(&self, sink: &mut dyn RowSink) -> Result<Summary, ClearanceError> {
        let view = View::present(self.archive, self.index, Scope::Full).await?;
        let view = view.on_day(self.request.as_of).await?;
        let prepared = Prepared::of(&view, self.request, (self.now)()).await?;
        self.finish(&view, prepared, sink).await
    }

    /// Answers, stores and hands on what is prepared.
    pub(crate) async fn finish(
        &self,
        view: &View<'_>,
        mut prepared: Prepared<'_>,
        sink: &mut dyn RowSink,
    ) -> Result<Summary, ClearanceError> {
        let head = head_of(self.id, self.request, &view.coverage);
        sink.head(&head)?;
        let mut by_state = BTreeMap::new();
        let storing = Storing::begin(self.archive, self.id, Tally::of(&head)?, (self.now)());
        let mut last = Answered::default();
        for start in (0..self.request.inputs.len()).step_by(WINDOW) {
            let end = (start + WINDOW).min(self.request.inputs.len());
            let mut rows = prepared.rows(start..end).await?;
            let written = row_json::written(&mut rows)?;
            for (row, written) in rows.iter().zip(&written) {
                *by_state.entry(row.state).or_insert(0) += 1;
                sink.written(row, &written.json)?;
            }
            if end == self.request.inputs.len() {
                last = (rows, written);
            } else if storing.give((rows, written)).await.is_err() {
                break;
            }
        }
        let input = input_hash(self.request);
        let mut tally = storing.end().await?;
        // The last rows are stored with the end itself: a short list waits for the disk once less.
        let last = hashed_and_sealed(self.archive, self.id, &mut tally, last)?;
        let versions = Versions::of(view);
        let proof = tally.proof(self.id, input, versions, prepared.answered_at());
        let stored = serde_json::to_value(&view.coverage)
            .map_err(|error| ClearanceError::Format(error.to_string()))?;
        let kept = serde_json::to_value(&proof).map_err(|error| ClearanceError::Format(error.to_string()))?;
        let proved = Some((proof.code.as_str(), &kept));
        self.archive.finish_clearance_with(self.id, &last, &stored, proved, (self.now)()).await?;
        sink.end()?;
        Ok(Summary { id: self.id.to_owned(), by_state, coverage: view.coverage.clone(), code: proof.code })
    }
}

/// What stands before the rows.
pub(crate) fn head_of(id: &str, request: &Request, coverage: &Coverage) -> Head {
    Head {
        clearance: id.to_owned(),
        as_of: request.as_of,
        period: request.period,
        purpose: request.purpose.clone(),
        coverage: coverage.clone(),
    }
}
