//! A dossier: who it is, what bars, posts and events over time, the sections that the record declarations
//! give, mentions in case texts, and how the records came to be as they are.

use super::bar::InfluenceBar;
use super::career::Career;
use super::clearance::RowState;
use super::filters;
use super::kin::Kin;
use super::mention::{Mention, Tier};
use super::reminders::state_tone;
use super::shell::Shell;
use super::tone::Tone;
use askama::Template;
use chrono::{NaiveDate, NaiveDateTime};
use dossier::reminder::State;

/// `/persons/{id}`.
#[derive(Debug, Clone, Template)]
#[template(path = "person.html")]
pub struct PersonPage {
    /// The frame.
    pub shell: Shell,
    /// Who it is.
    pub head: PersonHead,
    /// The day for which the page is true.
    pub as_of: NaiveDate,
    /// Influence periods, running first.
    pub influence: Vec<InfluenceBar>,
    /// Posts and events as a picture.
    pub career: Career,
    /// Family and enterprises as a picture.
    pub kin: Kin,
    /// What happened, newest first.
    pub timeline: Vec<Event>,
    /// The sections, in the order of the declarations; empty ones may be left out.
    pub sections: Vec<Section>,
    /// Mentions in case texts, surest first.
    pub mentions: Vec<Mention>,
    /// Whether the reader may decide about them.
    pub may_decide: bool,
    /// The reminders about the person that the reader sees, newest first; none where he has no business with them.
    pub reminders: Option<Vec<ReminderLine>>,
    /// The clearances that the person was in and that the reader may read, newest first; none where he runs none.
    pub clearances: Option<Vec<ClearanceLine>>,
    /// How the records changed, newest first.
    pub versions: Vec<Change>,
    /// How the dossier is kept.
    pub keeping: Keeping,
}

impl PersonPage {
    /// The line that clears this person: unit and post tell namesakes apart; the number itself stays here.
    pub fn line(&self) -> String {
        format!("{}\t\t{}\t{}", self.head.name, self.head.unit, self.head.post)
    }

    /// Influence periods that run.
    pub fn running(&self) -> usize {
        self.influence.iter().filter(|bar| bar.running()).count()
    }

    /// Mentions of one tier.
    pub fn count(&self, tier: Tier) -> usize {
        self.mentions.iter().filter(|mention| mention.tier == tier).count()
    }

    /// Mentions of one tier, in order.
    pub fn of_tier(&self, tier: Tier) -> Vec<&Mention> {
        self.mentions.iter().filter(|mention| mention.tier == tier).collect()
    }
}

/// The identity of a dossier.
#[derive(Debug, Clone)]
pub struct PersonHead {
    /// Key of the dossier.
    pub id: String,
    /// Name.
    pub name: String,
    /// Former names.
    pub former_names: Vec<String>,
    /// Identity number, already masked ([`super::wording::masked_id`]); empty if unknown.
    pub id_masked: String,
    /// Unit; may be empty.
    pub unit: String,
    /// Its key; may be empty.
    pub unit_id: String,
    /// Post; may be empty.
    pub post: String,
    /// Status as stored; may be empty.
    pub status: String,
    /// The other fields of the person, in order: label and value.
    pub facts: Vec<(String, String)>,
    /// Other dossiers that bear the name.
    pub namesakes: u64,
}

/// How a dossier is kept: its place in the catalogue, whether it takes changes, what waits.
#[derive(Debug, Clone, Default)]
pub struct Keeping {
    /// 档案编号; may be empty.
    pub number: String,
    /// Labels.
    pub labels: Vec<String>,
    /// The paper, in words; empty: the catalogue says nothing.
    pub paper: String,
    /// Since when it is closed to changes, and by which change.
    pub sealed: Option<(NaiveDateTime, i64)>,
    /// Keys of dossiers that were joined to this one.
    pub joined: Vec<String>,
    /// Changes that wait for their decision.
    pub pending: Vec<i64>,
    /// How complete it is, in percent.
    pub percent: u64,
    /// What it lacks.
    pub lacks: Vec<String>,
    /// Whether the reader may ask for changes.
    pub may_propose: bool,
    /// Whether there is a yearly report to compare.
    pub reports: bool,
}

/// A reminder about the person.
#[derive(Debug, Clone)]
pub struct ReminderLine {
    /// Its number.
    pub id: String,
    /// What it is about.
    pub title: String,
    /// When it was made.
    pub created: NaiveDate,
    /// Where it stands.
    pub state: State,
    /// What the rules said, one line each.
    pub facts: Vec<String>,
}

impl ReminderLine {
    fn tone(&self) -> &'static str {
        state_tone(self.state).slug()
    }
}

/// A clearance that the person was in.
#[derive(Debug, Clone)]
pub struct ClearanceLine {
    /// Its id.
    pub id: String,
    /// What for; may be empty.
    pub purpose: String,
    /// When.
    pub created: NaiveDateTime,
    /// The row.
    pub row: u32,
    /// The dossier that was answered about, where that is another one that was joined to it or taken apart from it.
    pub of: String,
    /// The answer.
    pub state: Option<RowState>,
}

/// Something that happened.
#[derive(Debug, Clone)]
pub struct Event {
    /// Day as stored, with its precision.
    pub date: String,
    /// What kind (任职, 处分 …).
    pub kind: String,
    /// One line.
    pub title: String,
    /// A second line; may be empty.
    pub detail: String,
    /// Tone of the dot.
    pub tone: Tone,
    /// Anchor of the record in its section; may be empty.
    pub anchor: String,
}

/// The records of one table.
#[derive(Debug, Clone)]
pub struct Section {
    /// Slug of the table.
    pub slug: String,
    /// Name of the table.
    pub title: String,
    /// Headers of the columns.
    pub headers: Vec<String>,
    /// Records.
    pub rows: Vec<SectionRow>,
}

impl Section {
    /// The columns that hold something in any record.
    pub fn filled(&self) -> Vec<usize> {
        (0..self.headers.len())
            .filter(|column| self.rows.iter().any(|row| !row.cell(*column).is_empty()))
            .collect()
    }

    /// How many columns are empty in all records.
    pub fn empty_columns(&self) -> usize {
        self.headers.len() - self.filled().len()
    }
}

/// One record: a cell for each header.
#[derive(Debug, Clone)]
pub struct SectionRow {
    /// Anchor: slug of the table and key, `sanction-S01`.
    pub anchor: String,
    /// Values as stored, empty where unknown.
    pub cells: Vec<String>,
    /// Address of the record with its history.
    pub href: String,
    /// Cells that name a unit or a person who can be opened: column and address.
    pub links: Vec<(usize, String)>,
}

impl SectionRow {
    /// Where a cell leads; empty: nowhere.
    pub fn link(&self, column: usize) -> &str {
        self.links.iter().find(|(of, _)| *of == column).map_or("", |(_, href)| href.as_str())
    }

    /// The value of a column; a missing cell is an empty one.
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }
}

/// A version of a record.
#[derive(Debug, Clone)]
pub struct Change {
    /// When it was stored.
    pub recorded: NaiveDateTime,
    /// Version of the archive.
    pub version: u64,
    /// Table and record in words (处分 S01).
    pub record: String,
    /// What was done (新增, 修改, 撤下).
    pub act: String,
    /// By whom.
    pub by: String,
    /// From where, in words; may be empty.
    pub source: String,
    /// Address of the record with its history; may be empty.
    pub href: String,
}
