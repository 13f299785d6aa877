//! What is to be done about dossiers as a whole: declarations with open differences, papers without text, and what each
//! office owes.

use super::super::account::Notice;
use super::super::filters;
use super::super::paging::{Paging, Step};
use super::super::shell::Shell;
use askama::Template;
use chrono::NaiveDateTime;

/// `/upkeep/declared`
#[derive(Debug, Clone, Template)]
#[template(path = "upkeep_declared.html")]
pub struct DeclaredListPage {
    /// The frame.
    pub shell: Shell,
    /// Persons with differences; those with the most open ones first.
    pub rows: Vec<DeclaredRow>,
    /// Where in that list.
    pub paging: Paging,
    /// What the links of the pages begin with.
    pub base: String,
    /// Facts that nobody has looked at, those still being looked into, and those concluded.
    pub figures: (u64, u64, u64),
    /// Whether those are listed too of whom nothing is open.
    pub all: bool,
}

/// A person whose report differs from what registries say.
#[derive(Debug, Clone)]
pub struct DeclaredRow {
    /// Key of the dossier.
    pub id: String,
    /// Name.
    pub name: String,
    /// Unit; may be empty.
    pub unit: String,
    /// Post; may be empty.
    pub post: String,
    /// The base day of the report.
    pub base: String,
    /// Facts that nobody has looked at.
    pub open: u64,
    /// Facts still being looked into.
    pub pending: u64,
    /// Facts that somebody has concluded about.
    pub done: u64,
}

/// `/upkeep/papers`
#[derive(Debug, Clone, Template)]
#[template(path = "upkeep_papers.html")]
pub struct PapersPage {
    /// The frame.
    pub shell: Shell,
    /// What was just said or done.
    pub notice: Notice,
    /// Papers that are not searched.
    pub rows: Vec<UnreadRow>,
    /// How many are.
    pub read: u64,
    /// Whether the reader may settle them.
    pub may_set: bool,
    /// Whether he may have all of them read again.
    pub may_again: bool,
}

/// A paper that is not searched.
#[derive(Debug, Clone)]
pub struct UnreadRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it belongs to: words and address.
    pub owner: (String, String),
    /// Why it is not searched; empty: it waits to be read.
    pub why: String,
    /// When it was attached.
    pub at: NaiveDateTime,
}

/// `/upkeep/duties`
#[derive(Debug, Clone, Template)]
#[template(path = "upkeep_duties.html")]
pub struct DutiesPage {
    /// The frame.
    pub shell: Shell,
    /// What was just said or done.
    pub notice: Notice,
    /// Office by office; the one that owes most first.
    pub offices: Vec<DutyRow>,
    /// What offices were reminded of.
    pub nudges: Vec<NudgeRow>,
    /// Whether the reader may remind offices.
    pub may_nudge: bool,
}

/// What an office owes.
#[derive(Debug, Clone, Default)]
pub struct DutyRow {
    /// Its key; empty: no office answers for it.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Deliveries that are late: source, table, day, how many days late.
    pub sources: Vec<(String, String, String, i64)>,
    /// What dossiers lack: words, and of how many.
    pub lacks: Vec<(String, u64)>,
    /// Dossiers that lack something.
    pub dossiers: u64,
    /// Dossiers of people in service.
    pub kept: u64,
}

impl DutyRow {
    /// How much it owes, for the order.
    pub fn weight(&self) -> (usize, u64) {
        (self.sources.len(), self.dossiers)
    }

    /// Whether it owes anything.
    pub fn owes(&self) -> bool {
        self.weight() != (0, 0)
    }
}

/// An office was reminded.
#[derive(Debug, Clone)]
pub struct NudgeRow {
    /// Its number.
    pub id: i64,
    /// The office.
    pub office: String,
    /// Of what.
    pub told: String,
    /// By whom.
    pub by: String,
    /// When.
    pub at: NaiveDateTime,
    /// What it said, who said it, and when.
    pub answer: Option<(String, String, NaiveDateTime)>,
    /// Whether the reader may answer.
    pub may_answer: bool,
}

/// What of the upkeep waits for a reader, on the first page.
#[derive(Debug, Clone, Copy, Default)]
pub struct UpkeepDesk {
    /// Changes that others asked for and that the reader may decide.
    pub to_decide: u64,
    /// Changes that the reader asked for and that nobody has decided.
    pub asked: u64,
    /// Reminders to his office without an answer.
    pub nudged: u64,
    /// Deliveries that are late.
    pub late_sources: u64,
    /// Papers without text.
    pub papers: u64,
}

impl UpkeepDesk {
    /// Whether there is nothing to be told.
    pub fn quiet(&self) -> bool {
        self.to_decide + self.asked + self.nudged + self.late_sources + self.papers == 0
    }
}
