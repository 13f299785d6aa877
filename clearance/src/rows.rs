//! How the rows of a list are answered: the list resolved as a whole, the mentions of as many as memory allows in one
//! pass, and then, window by window, records, unit findings and the one state of each row.
//!
//! Nothing is stored here and nobody is told: the same rows come out for a run, for a proof that recomputes
//! an old one, and for a rescreening that knows most mentions already.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

use archive::{Archive, Snapshot, each_row};
use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use dossier::RecordKey;
use dossier::opinion::Opinion;
use indexer::{Index, Known, Searcher};

use crate::answer::{Problem, Row, UnitFinding};
use crate::coverage::{Coverage, Scope};
use crate::decide::{Identity, State, Weight, decide};
use crate::error::ClearanceError;
use crate::gather::Question;
use crate::identity::Decided;
use crate::input::Input;
use crate::mentions::{Mentions, Sources};
use crate::profile::Profile;
use crate::resolve::{MatchedBy, Resolution};
use crate::resolved::{DecisionsUpto, Resolved};
use crate::run::Request;
use crate::task::Task;
use crate::told::Told;
use crate::window::{About, Fetch, Window};

/// The offices are in one time zone: the day it is there, eight hours ahead of UTC.
pub(crate) const OFFICE_SECONDS_EAST: i32 = 8 * 3600;

/// What an answer is taken from: one view of the index and, after it, one of the archive.
pub(crate) struct View<'a> {
    pub(crate) archive: &'a Archive,
    pub(crate) searcher: Searcher,
    /// Shared with what reads records of the next rows.
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) known: Arc<Known>,
    pub(crate) coverage: Coverage,
    /// Up to which of their numbers decisions of people count.
    pub(crate) decisions: DecisionsUpto,
}

impl<'a> View<'a> {
    /// Of everything as it is now.
    pub(crate) async fn present(
        archive: &'a Archive,
        index: &Index,
        scope: Scope,
    ) -> Result<View<'a>, ClearanceError> {
        // The index first, then the archive: what the index may lack is then counted as pending.
        let searcher = index.searcher()?;
        let snapshot = Arc::new(archive.snapshot().await?);
        let known = index.known(&snapshot).await?;
        let coverage = Coverage::take(&snapshot, searcher.watermark(), scope).await?;
        let decisions = DecisionsUpto {
            identities: snapshot.last_identity_decision().await?,
            mentions: snapshot.last_mention_decision().await?,
        };
        Ok(View { archive, searcher, snapshot, known, coverage, decisions })
    }

    /// The same, with what each source owes on the day `as_of`.
    pub(crate) async fn on_day(self, as_of: NaiveDate) -> Result<Self, ClearanceError> {
        let coverage = self.coverage.on_day(&self.snapshot, as_of).await?;
        Ok(Self { coverage, ..self })
    }

    /// Of the archive as it was when it had version `version`, with the coverage that was stated then: files
    /// that could not be read and imports under way leave no version behind.
    pub(crate) async fn past(
        archive: &'a Archive,
        index: &Index,
        version: i64,
        decisions: DecisionsUpto,
        coverage: Coverage,
    ) -> Result<View<'a>, ClearanceError> {
        let searcher = index.searcher()?;
        let snapshot = Arc::new(archive.snapshot_at(version).await?);
        let known = index.known(&snapshot).await?;
        Ok(View { archive, searcher, snapshot, known, coverage, decisions })
    }

    pub(crate) fn sources(&self) -> Sources<'_> {
        Sources {
            archive: self.archive,
            searcher: &self.searcher,
            snapshot: &self.snapshot,
            known: &self.known,
        }
    }
}

/// A list whose persons are known.
pub(crate) struct Prepared<'a> {
    view: &'a View<'a>,
    request: &'a Request,
    resolved: Resolved,
    mentions: Told,
    duplicates: HashMap<usize, usize>,
    /// What was found about the units of rows answered so far: in each window there are people of most units.
    findings: HashMap<RecordKey, Vec<UnitFinding>>,
    /// The window that is fetched while the one before it is answered, and its rows.
    ahead: Option<(Range<usize>, Task<Window>)>,
    /// When it is answered.
    now: DateTime<Utc>,
    /// The day asked has not come yet.
    is_early: bool,
}

impl<'a> Prepared<'a> {
    /// Resolves the rows; their names are looked for as the rows are asked for.
    pub(crate) async fn of(
        view: &'a View<'a>,
        request: &'a Request,
        now: DateTime<Utc>,
    ) -> Result<Prepared<'a>, ClearanceError> {
        let resolved = Resolved::of(view.archive, &view.snapshot, &request.inputs, view.decisions).await?;
        let mentions = Told::nothing(awaited(&resolved));
        Ok(Self::telling(view, request, now, resolved, mentions))
    }

    /// The same, where mentions have been found already.
    pub(crate) fn with(
        view: &'a View<'a>,
        request: &'a Request,
        now: DateTime<Utc>,
        resolved: Resolved,
        mentions: Vec<Mentions>,
    ) -> Prepared<'a> {
        let mentions = Told::of(awaited(&resolved), mentions);
        Self::telling(view, request, now, resolved, mentions)
    }

    fn telling(
        view: &'a View<'a>,
        request: &'a Request,
        now: DateTime<Utc>,
        resolved: Resolved,
        mentions: Told,
    ) -> Prepared<'a> {
        let today = FixedOffset::east_opt(OFFICE_SECONDS_EAST)
            .map_or_else(|| now.date_naive(), |zone| now.with_timezone(&zone).date_naive());
        let duplicates = duplicates(&request.inputs, &resolved);
        let findings = HashMap::new();
        let is_early = request.as_of > today;
        Self { view, request, resolved, mentions, duplicates, findings, ahead: None, now, is_early }
    }

    /// The rows `range` (from 0), answered; each is asked for once. Meanwhile the records of as many rows after them
    /// are fetched.
    pub(crate) async fn rows(&mut self, range: Range<usize>) -> Result<Vec<Row>, ClearanceError> {
        let fetching = match self.ahead.take() {
            Some((rows, fetching)) if rows == range => fetching,
            _ => self.fetch(range.clone()),
        };
        if let Some(last) = self.resolved.subject_of_row[range.clone()].iter().copied().max() {
            self.mentions.up_to(last, self.view, &self.resolved, self.request.period).await?;
        }
        let Window { about, findings } = fetching.end().await?;
        self.findings.extend(findings);
        let next = range.end..(range.end + range.len()).min(self.request.inputs.len());
        if !next.is_empty() {
            self.ahead = Some((next.clone(), self.fetch(next)));
        }
        let subjects = &self.resolved.subject_of_row[range.clone()];
        let listed = self.mentions.listed(subjects);
        let places: Vec<usize> = range.collect();
        let rows = each_row(&places, |&at| self.row(at, &about));
        Ok(rows.into_iter().zip(listed).map(|(row, mentions)| Row { mentions, ..row }).collect())
    }

    /// Begins to fetch what stands about the persons of some rows.
    fn fetch(&self, rows: Range<usize>) -> Task<Window> {
        let as_of = self.request.as_of;
        let persons: BTreeSet<RecordKey> =
            rows.filter_map(|row| self.resolved.person(row)).map(|(p, _)| p.clone()).collect();
        let units = persons.iter().flat_map(|p| self.resolved.profiles.present_units(p, as_of));
        Fetch {
            archive: self.view.archive.clone(),
            snapshot: Arc::clone(&self.view.snapshot),
            units: units.filter(|unit| !self.findings.contains_key(unit)).collect(),
            persons: persons.into_iter().collect(),
            question: Question { period: self.request.period, as_of },
        }
        .begin()
    }

    /// A row without its mentions.
    fn row(&self, at: usize, about: &About) -> Row {
        let subject = self.resolved.subject_of_row[at];
        let (outside, weight) = self.mentions.counts(subject);
        let mut row = blank(at, &self.request.inputs[at]);
        row.mentions_outside_period = outside;
        let state = match &self.resolved.rows[at] {
            Resolution::Error(problem) => {
                row.problems.push(problem.clone());
                State::Error
            }
            Resolution::Ambiguous { candidates, problem } => {
                let as_of = self.request.as_of;
                let known = |p| self.resolved.profiles.candidate(p, as_of);
                row.candidates.extend(candidates.iter().filter_map(known));
                row.problems.extend(problem.clone());
                State::Ambiguous
            }
            Resolution::NoDossier => State::NoDossier,
            Resolution::Person { person, by } => self.settled(&mut row, at, person, *by, about, weight),
        };
        row.problems.extend(self.resolved.decided.get(&at).map(Decided::problem));
        self.caveats(at, &mut row);
        row.state = state.slug();
        row
    }

    /// What a reader has to know whatever the state.
    fn caveats(&self, at: usize, row: &mut Row) {
        let coverage = &self.view.coverage;
        if !coverage.complete {
            row.problems.push(Problem::new("coverage_incomplete", coverage.gaps().join("；")));
        }
        if coverage.scope == Scope::Partial {
            row.problems.push(Problem::new("scope_partial", "当前用户只能查看部分内容，不能得出“未发现”"));
        }
        if self.is_early {
            row.problems.push(Problem::new("as_of_in_future", "基准日尚未到来，不能得出“未发现”"));
        }
        if let Some(first) = self.duplicates.get(&at) {
            let same = self.request.inputs.get(*first) == self.request.inputs.get(at);
            let how = if same { "完全相同" } else { "是同一份档案" };
            row.problems.push(Problem::new("duplicate_row", format!("与第{}行{how}", first + 1)));
        }
    }

    fn settled(
        &self,
        row: &mut Row,
        at: usize,
        person: &RecordKey,
        by: MatchedBy,
        about: &About,
        weight: Weight,
    ) -> State {
        let (profiles, as_of) = (&self.resolved.profiles, self.request.as_of);
        row.person = Some(person.clone());
        row.matched_by = Some(by);
        row.candidates.extend(profiles.candidate(person, as_of));
        let decided = self.resolved.decided.contains_key(&at);
        if !decided && matches!(by, MatchedBy::Name | MatchedBy::FormerName) {
            row.problems.push(Problem::new("identity_by_name", "仅凭姓名对应到唯一一份档案，请核对是否本人"));
        }
        row.problems.extend(profiles.get(person).and_then(status_note));
        row.problems.extend(about.conflicts.get(person).cloned());
        row.reminders = about.reminders.get(person).cloned().unwrap_or_default();
        let gathered = about.records.get(person).cloned().unwrap_or_default();
        for unit in profiles.present_units(person, as_of) {
            row.unit_findings.extend(self.findings.get(&unit).into_iter().flatten().cloned());
        }
        let identity = Identity::of(by, self.request.accept_unique_names || decided);
        let coverage = self.view.coverage.proof().filter(|_| !self.is_early);
        let state = decide(!gathered.records.is_empty(), weight, identity, coverage);
        row.opinion = match state {
            State::Hit => Some(gathered.opinion.unwrap_or(Opinion::Deferred)),
            State::Clear(_) => Some(Opinion::None),
            State::Error | State::Ambiguous | State::NoDossier | State::Possible | State::Incomplete => None,
        };
        row.records = gathered.records;
        state
    }

    /// When it is answered.
    pub(crate) fn answered_at(&self) -> DateTime<Utc> {
        self.now
    }
}

/// How many rows there are about each subject.
fn awaited(resolved: &Resolved) -> Vec<u32> {
    let mut awaited = vec![0; resolved.names_of_subjects().len()];
    for &subject in &resolved.subject_of_row {
        awaited[subject] += 1;
    }
    awaited
}

fn blank(at: usize, input: &Input) -> Row {
    Row {
        row: u32::try_from(at + 1).unwrap_or(u32::MAX),
        input: input.clone(),
        state: "",
        person: None,
        matched_by: None,
        candidates: Vec::new(),
        opinion: None,
        records: Vec::new(),
        unit_findings: Vec::new(),
        reminders: Vec::new(),
        mentions: Vec::new(),
        mentions_outside_period: 0,
        problems: Vec::new(),
    }
}

/// That a person is not in office is no reason to leave the row unanswered, but one to look at the list.
fn status_note(profile: &Profile) -> Option<Problem> {
    match profile.person.status.as_deref()? {
        "去世" => Some(Problem::new("person_deceased", "档案登记该人员已去世，请核对名单")),
        status @ ("离职" | "退休" | "开除") => {
            Some(Problem::new("person_left", format!("档案登记该人员已{status}，请核对名单")))
        }
        _ => None,
    }
}

/// Rows that say the same as an earlier one, or lead to the same dossier as it (two numbers of one person whose dossiers
/// were joined meanwhile, a name with its unit and without): row → the first alike.
fn duplicates(inputs: &[Input], resolved: &Resolved) -> HashMap<usize, usize> {
    let mut first: HashMap<&Input, usize> = HashMap::new();
    let mut dossiers: HashMap<&RecordKey, usize> = HashMap::new();
    let mut duplicates = HashMap::new();
    for (at, input) in inputs.iter().enumerate() {
        let same = *first.entry(input).or_insert(at);
        let person = resolved.person(at).map_or(at, |(person, _)| *dossiers.entry(person).or_insert(at));
        if same.min(person) < at {
            duplicates.insert(at, if same < at { same } else { person });
        }
    }
    duplicates
}
