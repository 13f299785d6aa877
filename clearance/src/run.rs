//! The run of a clearance: everything set-based and in one pass, rows out one by one.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use archive::{Archive, ClearanceRow, NewClearance, Snapshot};
use chrono::{DateTime, NaiveDate, Utc};
use dossier::RecordKey;
use dossier::day::Period;
use dossier::influence::InfluenceTable;
use dossier::opinion::Opinion;
use indexer::Index;
use serde::{Deserialize, Serialize};

use crate::answer::{Head, Problem, Row, UnitFinding};
use crate::coverage::{Coverage, Scope};
use crate::decide::{Identity, State, Weight, decide};
use crate::error::ClearanceError;
use crate::gather::{Gathered, Question, records_of, unit_findings};
use crate::input::Input;
use crate::mentions::{MentionQuestion, Mentions, Sources, gather};
use crate::resolve::{MatchedBy, Resolution};
use crate::resolved::Resolved;

/// Most rows of one clearance: the county whole, with room.
pub const ROWS_MAX: usize = 200_000;
/// Rows gathered, decided and stored at once.
const WINDOW: usize = 500;

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
    Ok(archive.create_clearance(new, now).await?)
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

struct Run<'a> {
    archive: &'a Archive,
    index: &'a Index,
    id: &'a str,
    request: &'a Request,
    now: &'a (dyn Fn() -> DateTime<Utc> + Sync),
}

impl Run<'_> {
    async fn answer(&self, sink: &mut dyn RowSink) -> Result<Summary, ClearanceError> {
        // The index first, then the archive: what the index may lack is then counted as pending.
        let searcher = self.index.searcher()?;
        let snapshot = self.archive.snapshot().await?;
        let known = self.index.known(&snapshot).await?;
        let coverage = Coverage::take(&snapshot, searcher.watermark(), Scope::Full).await?;
        let head = Head {
            clearance: self.id.to_owned(),
            as_of: self.request.as_of,
            period: self.request.period,
            purpose: self.request.purpose.clone(),
            coverage: coverage.clone(),
        };
        sink.head(&head)?;

        let resolved = Resolved::of(&snapshot, &self.request.inputs).await?;
        let question = resolved.mention_question(self.request.period);
        let sources =
            Sources { archive: self.archive, searcher: &searcher, snapshot: &snapshot, known: &known };
        let mut mentions = gather(&sources, &question).await?;
        let shares = question.subject_use(&resolved.subject_of_row);

        let mut by_state = BTreeMap::new();
        let duplicates = duplicates(&self.request.inputs);
        for start in (0..self.request.inputs.len()).step_by(WINDOW) {
            let end = (start + WINDOW).min(self.request.inputs.len());
            let window = self.gather_window(&snapshot, &resolved, start..end).await?;
            let mut stored = Vec::with_capacity(end - start);
            for at in start..end {
                let found = take_mentions(&mut mentions, &shares, &resolved, at);
                let row = self.row(at, &resolved, &window, found, &coverage, duplicates.get(&at).copied());
                *by_state.entry(row.state).or_insert(0) += 1;
                sink.row(&row)?;
                let body =
                    serde_json::to_value(&row).map_err(|error| ClearanceError::Format(error.to_string()))?;
                stored.push(ClearanceRow { row: row.row, state: row.state.to_owned(), body });
            }
            self.archive.put_clearance_rows(self.id, &stored, (self.now)()).await?;
        }
        let stored =
            serde_json::to_value(&coverage).map_err(|error| ClearanceError::Format(error.to_string()))?;
        self.archive.finish_clearance(self.id, &stored, (self.now)()).await?;
        sink.end()?;
        Ok(Summary { id: self.id.to_owned(), by_state, coverage })
    }

    async fn gather_window(
        &self,
        snapshot: &Snapshot,
        resolved: &Resolved,
        rows: std::ops::Range<usize>,
    ) -> Result<Window, ClearanceError> {
        let persons: BTreeSet<RecordKey> =
            rows.filter_map(|row| resolved.person(row)).map(|(p, _)| p.clone()).collect();
        let persons: Vec<RecordKey> = persons.into_iter().collect();
        let question = Question { period: self.request.period, as_of: self.request.as_of };
        let records = records_of(snapshot, &persons, question, &InfluenceTable::default()).await?;
        let units: BTreeSet<RecordKey> =
            persons.iter().flat_map(|p| resolved.profiles.present_units(p, self.request.as_of)).collect();
        let findings = unit_findings(snapshot, &units, self.request.as_of).await?;
        Ok(Window { records, findings })
    }

    fn row(
        &self,
        at: usize,
        resolved: &Resolved,
        window: &Window,
        mentions: Mentions,
        coverage: &Coverage,
        first_alike: Option<usize>,
    ) -> Row {
        let mut row = Row {
            row: u32::try_from(at + 1).unwrap_or(u32::MAX),
            input: self.request.inputs[at].clone(),
            state: "",
            person: None,
            matched_by: None,
            candidates: Vec::new(),
            opinion: None,
            records: Vec::new(),
            unit_findings: Vec::new(),
            reminders: Vec::new(),
            mentions: Vec::new(),
            mentions_outside_period: mentions.outside,
            problems: Vec::new(),
        };
        let state = match &resolved.rows[at] {
            Resolution::Error(problem) => {
                row.problems.push(problem.clone());
                State::Error
            }
            Resolution::Ambiguous { candidates, problem } => {
                row.candidates.extend(
                    candidates.iter().filter_map(|p| resolved.profiles.candidate(p, self.request.as_of)),
                );
                row.problems.extend(problem.clone());
                State::Ambiguous
            }
            Resolution::NoDossier => State::NoDossier,
            Resolution::Person { person, by } => {
                self.settled(&mut row, person, *by, resolved, window, mentions.weight, coverage)
            }
        };
        row.mentions = mentions.listed;
        if !coverage.complete {
            row.problems.push(Problem::new("coverage_incomplete", coverage.gaps().join("；")));
        }
        if coverage.scope == Scope::Partial {
            row.problems.push(Problem::new("scope_partial", "当前用户只能查看部分内容，不能得出“未发现”"));
        }
        if let Some(first) = first_alike {
            row.problems.push(Problem::new("duplicate_row", format!("与第{}行完全相同", first + 1)));
        }
        row.state = state.slug();
        row
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one row, gathered in different passes")]
    fn settled(
        &self,
        row: &mut Row,
        person: &RecordKey,
        by: MatchedBy,
        resolved: &Resolved,
        window: &Window,
        weight: Weight,
        coverage: &Coverage,
    ) -> State {
        row.person = Some(person.clone());
        row.matched_by = Some(by);
        row.candidates.extend(resolved.profiles.candidate(person, self.request.as_of));
        if matches!(by, MatchedBy::Name | MatchedBy::FormerName) {
            row.problems.push(Problem::new("identity_by_name", "仅凭姓名对应到唯一一份档案，请核对是否本人"));
        }
        let gathered = window.records.get(person).cloned().unwrap_or_default();
        for unit in resolved.profiles.present_units(person, self.request.as_of) {
            row.unit_findings.extend(window.findings.get(&unit).into_iter().flatten().cloned());
        }
        let identity = Identity::of(by, self.request.accept_unique_names);
        let state = decide(!gathered.records.is_empty(), weight, identity, coverage.proof());
        row.opinion = match state {
            State::Hit => Some(gathered.opinion.unwrap_or(Opinion::Deferred)),
            State::Clear(_) => Some(Opinion::None),
            State::Error | State::Ambiguous | State::NoDossier | State::Possible | State::Incomplete => None,
        };
        row.records = gathered.records;
        state
    }
}

/// Records and findings of the persons of some rows.
struct Window {
    records: HashMap<RecordKey, Gathered>,
    findings: HashMap<RecordKey, Vec<UnitFinding>>,
}

impl MentionQuestion<'_> {
    /// How many rows still need each subject's mentions: the last one may take them without a copy.
    fn subject_use(&self, subject_of_row: &[usize]) -> Vec<usize> {
        let mut last_row = vec![0; self.subjects.len()];
        for (row, &subject) in subject_of_row.iter().enumerate() {
            last_row[subject] = row;
        }
        last_row
    }
}

fn take_mentions(mentions: &mut [Mentions], last_row: &[usize], resolved: &Resolved, row: usize) -> Mentions {
    let subject = resolved.subject_of_row[row];
    if last_row[subject] == row { std::mem::take(&mut mentions[subject]) } else { mentions[subject].clone() }
}

/// Rows that repeat an earlier one: row → the first alike.
fn duplicates(inputs: &[Input]) -> HashMap<usize, usize> {
    let mut first: HashMap<&Input, usize> = HashMap::new();
    let mut duplicates = HashMap::new();
    for (at, input) in inputs.iter().enumerate() {
        match first.get(input) {
            Some(&earlier) => {
                duplicates.insert(at, earlier);
            }
            None => {
                first.insert(input, at);
            }
        }
    }
    duplicates
}
