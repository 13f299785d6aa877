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
    /// Key and name of the unit; may be empty.
    pub unit: (String, String),
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
    /// What offices were reminded of, the newest first.
    pub nudges: Vec<NudgeRow>,
    /// Where in that list.
    pub paging: Paging,
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
    /// What should have followed from events and has not: what, how often, and how many days the oldest is late.
    pub events: Vec<(String, u64, i64)>,
    /// Events of the last twelve months by table: how many came on file in time, and how many late.
    pub filed: Vec<(String, u64, u64)>,
    /// What dossiers lack: words, and of how many.
    pub lacks: Vec<(String, u64)>,
    /// Dossiers that lack something.
    pub dossiers: u64,
    /// Dossiers of people in service.
    pub kept: u64,
}

impl DutyRow {
    /// How much it owes, for the order.
    pub fn weight(&self) -> (usize, u64, u64) {
        (self.sources.len(), self.overdue(), self.dossiers)
    }

    /// What should have followed from events and has not.
    pub fn overdue(&self) -> u64 {
        self.events.iter().map(|(_, count, _)| count).sum()
    }

    /// Whether it owes anything.
    pub fn owes(&self) -> bool {
        self.weight() != (0, 0, 0)
    }

    /// Whether events of the last twelve months have been seen at all.
    pub fn has_filed(&self) -> bool {
        self.filed_in_time() + self.filed_late() > 0
    }

    /// How many of them came on file in time.
    pub fn filed_in_time(&self) -> u64 {
        self.filed.iter().map(|(_, in_time, _)| in_time).sum()
    }

    /// How many came late.
    pub fn filed_late(&self) -> u64 {
        self.filed.iter().map(|(.., late)| late).sum()
    }

    /// The share that came in time, in percent, rounded down.
    pub fn filed_percent(&self) -> u64 {
        let all = self.filed_in_time() + self.filed_late();
        (self.filed_in_time() * 100).checked_div(all).unwrap_or(100)
    }
}

/// An office was reminded.
#[derive(Debug, Clone)]
pub struct NudgeRow {
    /// Its number.
    pub id: i64,
    /// How it is called in mails.
    pub reference: String,
    /// The office.
    pub office: String,
    /// Of what.
    pub told: String,
    /// Duties with a day of which it was reminded, and how many of them are done.
    pub duties: (u64, u64),
    /// When the last of them was.
    pub closed: Option<NaiveDateTime>,
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
