//! 一键审核, the answer: coverage, rows by state, and the evidence of every row. It shows what was decided
//! and says why; it decides nothing.

use super::bar::InfluenceBar;
use super::coverage::Coverage;
use super::filters;
use super::mention::{Mention, Tier};
use super::paging::{Paging, Step};
use super::search::OtherName;
use super::shell::Shell;
pub use super::verdict::{Because, MatchedBy, Opinion, Problem, RowState};
use super::wording;
use askama::Template;
use chrono::{NaiveDate, NaiveDateTime};

/// `/clearances/{id}`; `?state=<slug>` narrows it, `&page=n` pages.
///
/// While it runs, the page asks `GET /clearances/{id}/progress` for
/// `{"done": 12, "total": 40, "state": "running" | "done" | "failed"}`. Downloads are
/// `/clearances/{id}/report.json`, `.csv` and `.xlsx`.
#[derive(Debug, Clone, Template)]
#[template(path = "clearance.html")]
pub struct ClearancePage {
    /// The frame.
    pub shell: Shell,
    /// Id in addresses.
    pub id: String,
    /// What it was for; may be empty.
    pub purpose: String,
    /// When it was asked.
    pub created: NaiveDateTime,
    /// The day on which the question was asked.
    pub as_of: NaiveDate,
    /// The period.
    pub period: Period,
    /// A person said that a name borne once means that person.
    pub accept_unique_names: bool,
    /// Where it is.
    pub run: Run,
    /// What was searched.
    pub coverage: Coverage,
    /// Rows altogether.
    pub total: u64,
    /// Rows by state; states without rows may be left out.
    pub counts: Vec<(RowState, u64)>,
    /// The state that is shown alone.
    pub filter: Option<RowState>,
    /// The rows of this page, in input order.
    pub rows: Vec<ClearanceRow>,
    /// Where in the (narrowed) list.
    pub paging: Paging,
}

impl ClearancePage {
    /// Rows in one state.
    pub fn count(&self, state: RowState) -> u64 {
        self.counts.iter().filter(|(counted, _)| *counted == state).map(|(_, count)| count).sum()
    }

    /// Address of the page narrowed to what is shown, without a page number.
    pub fn here(&self) -> String {
        match self.filter {
            Some(state) => format!("/clearances/{}?state={}&page=", self.id, state.slug()),
            None => format!("/clearances/{}?page=", self.id),
        }
    }
}

/// The period that was asked for; both ends inclusive, either may be open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub to: Option<NaiveDate>,
}

impl Period {
    /// The period in words.
    pub fn words(&self) -> String {
        match (self.from, self.to) {
            (Some(from), Some(to)) => format!("{from} 至 {to}"),
            (Some(from), None) => format!("{from} 起"),
            (None, Some(to)) => format!("至 {to}"),
            (None, None) => "不限".to_owned(),
        }
    }
}

/// Where a clearance is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Run {
    /// Working.
    Running {
        /// Rows answered.
        done: u64,
        /// Rows altogether.
        total: u64,
    },
    /// Answered.
    Done,
    /// Could not be finished.
    Failed {
        /// Why, in Chinese, and what to do.
        reason: String,
    },
}

/// One row of the list, answered.
#[derive(Debug, Clone)]
pub struct ClearanceRow {
    /// Row number of the input, from 1.
    pub number: u64,
    /// What was asked, verbatim.
    pub input: InputLine,
    /// State.
    pub state: RowState,
    /// The person it was resolved to.
    pub person: Option<PersonBrief>,
    /// How.
    pub matched_by: Option<MatchedBy>,
    /// Who it might be, where that is open.
    pub candidates: Vec<PersonBrief>,
    /// The suggestion.
    pub opinion: Option<Opinion>,
    /// The records that are shown.
    pub records: Vec<ShownRecord>,
    /// Influence periods that run.
    pub influence: Vec<InfluenceBar>,
    /// Findings of inspections and audits at the person's unit, as sentences.
    pub unit_findings: Vec<String>,
    /// Mentions, surest first. All of them; the page folds a long list.
    pub mentions: Vec<Mention>,
    /// Mentions in texts dated outside the period.
    pub mentions_outside_period: u64,
    /// What is the matter with the row.
    pub problems: Vec<Problem>,
    /// Names of other dossiers that look or sound like the one asked for; no part of the conclusion.
    pub suggested: Vec<OtherName>,
}

impl ClearanceRow {
    /// How many mentions stand open on the page; the rest is folded.
    pub const MENTIONS_OPEN: usize = 3;

    /// The mentions shown at once. Those inside longer names are about somebody else and never stand open.
    pub fn first_mentions(&self) -> &[Mention] {
        &self.mentions[..self.open()]
    }

    /// The mentions that are folded.
    pub fn further_mentions(&self) -> &[Mention] {
        &self.mentions[self.open()..]
    }

    fn open(&self) -> usize {
        let own = self.mentions.iter().take_while(|mention| mention.tier != Tier::Inside).count();
        own.min(Self::MENTIONS_OPEN)
    }

    /// Nobody bears the name, and it has several parts: it may well be a line whose cells were parted by
    /// spaces, which a name may hold too.
    pub fn one_cell(&self) -> bool {
        self.state == RowState::NoDossier
            && self.input.id_number.is_none()
            && self.input.unit.is_none()
            && self.input.name.split_whitespace().any(|part| part.chars().count() > 1)
            && self.input.name.split_whitespace().count() > 1
    }

    /// The row has evidence that is worth more than one line.
    pub fn bare(&self) -> bool {
        self.records.is_empty()
            && self.mentions.is_empty()
            && self.candidates.is_empty()
            && self.problems.is_empty()
            && self.unit_findings.is_empty()
    }

    /// The identity number of the input as it is shown: verbatim where something is wrong with it, masked
    /// once it has done its work.
    pub fn input_id(&self) -> Option<String> {
        let number = self.input.id_number.as_deref()?;
        match self.state {
            RowState::Error => Some(number.to_owned()),
            RowState::Possible
            | RowState::Hit
            | RowState::Ambiguous
            | RowState::NoDossier
            | RowState::Incomplete
            | RowState::Clear => Some(wording::masked_id(number)),
        }
    }
}

/// A row as it was typed.
#[derive(Debug, Clone, Default)]
pub struct InputLine {
    /// Name.
    pub name: String,
    /// Identity number.
    pub id_number: Option<String>,
    /// Unit.
    pub unit: Option<String>,
    /// Post.
    pub post: Option<String>,
}

/// A person in one line.
#[derive(Debug, Clone)]
pub struct PersonBrief {
    /// Key of the dossier, as in `/persons/{id}`.
    pub id: String,
    /// Name.
    pub name: String,
    /// Month of birth, as `1971-05`; empty if unknown.
    pub birth: String,
    /// Unit; empty if unknown.
    pub unit: String,
    /// Its key, where it has a portrait that the reader may open; else empty.
    pub unit_id: String,
    /// Post; empty if unknown.
    pub post: String,
    /// Last four characters of the identity number; empty if unknown.
    pub id_tail: String,
}

/// A record that is shown, and why.
#[derive(Debug, Clone)]
pub struct ShownRecord {
    /// Table name in Chinese (处分, 问题线索 …).
    pub kind: String,
    /// Slug of the table and key, the anchor in the dossier: `sanction-S01`.
    pub anchor: String,
    /// Dossier that holds it.
    pub person_id: String,
    /// Its day as stored, with its precision.
    pub date: String,
    /// One line.
    pub summary: String,
    /// Why it is shown.
    pub because: Because,
}
