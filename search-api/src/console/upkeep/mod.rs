//! 档案维护 beside the changes: who should have a dossier and what dossiers lack, when sources deliver, the
//! catalogue with the paper, two states of a dossier side by side, declarations against registries.

mod work;

pub use work::{
    DeclaredListPage, DeclaredRow, DutiesPage, DutyRow, NudgeRow, PapersPage, UnreadRow, UpkeepDesk,
};

use super::account::Notice;
use super::changes::CellChange;
use super::filters;
use super::paging::{Paging, Step};
use super::reminders::Pick;
use super::shell::Shell;
use super::tone::Tone;
use super::{assets, changes};
use askama::Template;
use chrono::{NaiveDate, NaiveDateTime};

/// `/upkeep`
#[derive(Debug, Clone, Template)]
#[template(path = "upkeep.html")]
pub struct UpkeepPage {
    /// The frame.
    pub shell: Shell,
    /// What was just said or done.
    pub notice: Notice,
    /// The day for which it is true.
    pub as_of: NaiveDate,
    /// All units together.
    pub whole: UnitRow,
    /// Unit by unit; those with the most to do first.
    pub units: Vec<UnitRow>,
    /// Where in the list of units.
    pub paging: Paging,
    /// One unit, looked into.
    pub unit: Option<UnitView>,
}

/// A unit's dossiers in figures.
#[derive(Debug, Clone, Default)]
pub struct UnitRow {
    /// Key; empty: no unit is known.
    pub key: String,
    /// Name.
    pub name: String,
    /// How many should have a dossier; none: the unit has given no list.
    pub due: Option<u64>,
    /// Of these, how many have one.
    pub met: u64,
    /// Dossiers of people in service.
    pub kept: u64,
    /// Dossiers that lack something.
    pub lacking: u64,
    /// How complete they are together, in percent.
    pub percent: u64,
}

impl UnitRow {
    /// Who should have one and has none.
    pub fn missing(&self) -> u64 {
        self.due.map_or(0, |due| due.saturating_sub(self.met))
    }

    /// The width of the gauge, of 1000.
    pub fn gauge(&self) -> u64 {
        self.percent * 10
    }
}

/// One unit, looked into.
#[derive(Debug, Clone)]
pub struct UnitView {
    /// Its figures.
    pub row: UnitRow,
    /// The day of its list; empty: none.
    pub as_at: String,
    /// Who brought the list, and when.
    pub brought: Option<(String, NaiveDateTime)>,
    /// Who should have a dossier and has none: name and post.
    pub missing: Vec<(String, String)>,
    /// Its dossiers with what they lack; the least complete first.
    pub rows: Vec<LackRow>,
    /// Where in that list.
    pub paging: Paging,
    /// What the links of the pages begin with.
    pub base: String,
    /// Whether the reader may bring a list.
    pub may_set: bool,
    /// What was pasted and could not be taken.
    pub pasted: String,
    /// The day that is offered.
    pub today: String,
}

/// A dossier with what it lacks.
#[derive(Debug, Clone)]
pub struct LackRow {
    /// Key of the dossier.
    pub id: String,
    /// Name.
    pub name: String,
    /// Post; may be empty.
    pub post: String,
    /// Class.
    pub class: String,
    /// In percent.
    pub percent: u64,
    /// What it lacks: words, and where to put it.
    pub lacks: Vec<(String, String)>,
}

/// `/upkeep/sources`
#[derive(Debug, Clone, Template)]
#[template(path = "upkeep_sources.html")]
pub struct SourcesPage {
    /// The frame.
    pub shell: Shell,
    /// What was just said or done.
    pub notice: Notice,
    /// Which office answers for each source: its choices.
    pub offices: Vec<(String, Vec<Pick>)>,
    /// The deliveries; the late ones first.
    pub rows: Vec<SourceRow>,
    /// How many are late.
    pub overdue: u64,
    /// Whether the reader may set a cadence.
    pub may_set: bool,
    /// The reader sees a part: imports are about everything.
    pub hidden: bool,
}

/// A table that a source brings.
#[derive(Debug, Clone)]
pub struct SourceRow {
    /// Number of the row, for labels.
    pub number: usize,
    /// Who.
    pub source: String,
    /// Slug of the table.
    pub kind: String,
    /// Its name.
    pub title: String,
    /// When it came last.
    pub last: NaiveDateTime,
    /// With which import.
    pub import: i64,
    /// How often: choices.
    pub cadences: Vec<Pick>,
    /// How often, in words.
    pub cadence: String,
    /// Whether somebody set it.
    pub set: bool,
    /// When it is due next; empty: never by itself.
    pub due: String,
    /// How it stands, in words.
    pub standing: String,
    /// Its tone.
    pub tone: Tone,
}

/// `/catalogue`
#[derive(Debug, Clone, Template)]
#[template(path = "catalogue.html")]
pub struct CataloguePage {
    /// The frame.
    pub shell: Shell,
    /// Units to narrow by.
    pub units: Vec<Pick>,
    /// Classes.
    pub classes: Vec<Pick>,
    /// Ranks.
    pub ranks: Vec<Pick>,
    /// How the paper stands.
    pub papers: Vec<Pick>,
    /// Something is asked for.
    pub narrowed: bool,
    /// The dossiers.
    pub rows: Vec<CatalogueRow>,
    /// Where in the list.
    pub paging: Paging,
    /// What the links of the pages begin with.
    pub base: String,
    /// Whether the reader may change the catalogue.
    pub may_set: bool,
}

/// A dossier in the catalogue.
#[derive(Debug, Clone)]
pub struct CatalogueRow {
    /// Key of the dossier.
    pub id: String,
    /// 档案编号; may be empty.
    pub number: String,
    /// Name.
    pub name: String,
    /// Key and name of the unit; may be empty.
    pub unit: (String, String),
    /// Post.
    pub post: String,
    /// Rank.
    pub rank: String,
    /// Class.
    pub class: String,
    /// Labels.
    pub labels: Vec<String>,
    /// Where the paper lies.
    pub place: String,
    /// How it stands.
    pub paper: String,
    /// Its tone.
    pub tone: Tone,
    /// When the two were last compared; may be empty.
    pub checked_on: String,
    /// Closed to changes.
    pub sealed: bool,
}

/// `/persons/{id}/catalogue`
#[derive(Debug, Clone, Template)]
#[template(path = "catalogue_entry.html")]
pub struct CatalogueEntryPage {
    /// The frame.
    pub shell: Shell,
    /// What was wrong.
    pub notice: Notice,
    /// Key of the dossier.
    pub id: String,
    /// Name.
    pub name: String,
    /// The version that was seen.
    pub seen: i64,
    /// 档案编号.
    pub number: String,
    /// Labels, in one line.
    pub labels: String,
    /// Where the paper lies.
    pub place: String,
    /// How it stands.
    pub papers: Vec<Pick>,
    /// When the two were last compared.
    pub checked_on: String,
}

/// `/persons/{id}/compare`
#[derive(Debug, Clone, Template)]
#[template(path = "compare.html")]
pub struct ComparePage {
    /// The frame.
    pub shell: Shell,
    /// Key of the dossier.
    pub id: String,
    /// Name.
    pub name: String,
    /// By what: choices.
    pub by: Vec<Pick>,
    /// One side.
    pub from: String,
    /// The other.
    pub to: String,
    /// Base days of reports, to choose from.
    pub reports: Vec<String>,
    /// What is wrong with the question; may be empty.
    pub wrong: String,
    /// What differs, record by record.
    pub rows: Vec<CompareRow>,
    /// How many are the same on both sides.
    pub same: u64,
    /// Nothing was asked yet.
    pub unasked: bool,
}

/// A record that differs.
#[derive(Debug, Clone)]
pub struct CompareRow {
    /// In words.
    pub record: String,
    /// Its address; may be empty.
    pub href: String,
    /// What happened to it.
    pub act: String,
    /// Its tone.
    pub tone: Tone,
    /// The columns that differ.
    pub cells: Vec<CellChange>,
}

/// `/persons/{id}/declared`
#[derive(Debug, Clone, Template)]
#[template(path = "declared.html")]
pub struct DeclaredPage {
    /// The frame.
    pub shell: Shell,
    /// What was just said or done.
    pub notice: Notice,
    /// Key of the dossier.
    pub id: String,
    /// Name.
    pub name: String,
    /// The report: its base day; empty: there is none.
    pub base: String,
    /// All reports.
    pub bases: Vec<String>,
    /// The facts; what differs first.
    pub facts: Vec<FactView>,
    /// How many differ, and of these how many are concluded.
    pub figures: (u64, u64),
    /// Whether the reader may conclude.
    pub may_conclude: bool,
}

/// A fact against the report.
#[derive(Debug, Clone)]
pub struct FactView {
    /// Number, for labels.
    pub number: usize,
    /// The record: slug and key.
    pub record: (String, String),
    /// Its address.
    pub href: String,
    /// Its version.
    pub version: i64,
    /// 事项.
    pub matter: String,
    /// The fact.
    pub words: String,
    /// The identifier, as it may be shown; may be empty.
    pub identifier: String,
    /// Where it is from.
    pub source: String,
    /// How it stands, as a word for programs.
    pub found: String,
    /// In words.
    pub standing: String,
    /// Its tone.
    pub tone: Tone,
    /// The difference; may be empty.
    pub difference: String,
    /// What was declared of it.
    pub declared: Vec<String>,
    /// Conclusions, the newest first: verdict, reason, who, when, whether the record has changed since.
    pub verdicts: Vec<(String, String, String, NaiveDateTime, bool)>,
    /// What can be concluded.
    pub picks: Vec<Pick>,
    /// Whether something waits for a conclusion.
    pub open: bool,
}
