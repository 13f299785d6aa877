//! 档案维护, the changes: their list, one of them step by step with before and after, a record with its history,
//! and the forms by which a change is asked for.

use super::account::Notice;
use super::filters;
use super::paging::{Paging, Step};
use super::reminders::Pick;
use super::shell::Shell;
use super::tone::Tone;
use askama::Template;
use chrono::NaiveDateTime;

/// The tabs of the room, with their addresses.
pub const TABS: [(&str, &str, &str); 7] = [
    ("changes", "/changes", "变更审批"),
    ("upkeep", "/upkeep", "建档与完整性"),
    ("declared", "/upkeep/declared", "申报核查"),
    ("sources", "/upkeep/sources", "来源时效"),
    ("duties", "/upkeep/duties", "维护催办"),
    ("papers", "/upkeep/papers", "附件文字"),
    ("catalogue", "/catalogue", "档案目录"),
];

/// `/changes`
#[derive(Debug, Clone, Template)]
#[template(path = "changes.html")]
pub struct ChangesPage {
    /// The frame.
    pub shell: Shell,
    /// Which are shown: a slug, its name, how many, whether it is this one.
    pub views: Vec<(String, String, u64, bool)>,
    /// The changes.
    pub rows: Vec<ChangeRow>,
    /// Where in the list.
    pub paging: Paging,
    /// What the links of the pages begin with.
    pub base: String,
    /// Whether the reader may ask for one.
    pub may_propose: bool,
}

/// A change in a list.
#[derive(Debug, Clone)]
pub struct ChangeRow {
    /// Its number.
    pub id: i64,
    /// What for.
    pub kind: String,
    /// Whose dossier, or which unit.
    pub subject: String,
    /// Its address; may be empty.
    pub href: String,
    /// What it touches, in words.
    pub what: String,
    /// Who asked.
    pub by: String,
    /// When.
    pub at: NaiveDateTime,
    /// Where it stands.
    pub state: String,
    /// Its tone.
    pub tone: Tone,
    /// What is to be seen at once (已被导入覆盖, 已撤销).
    pub flags: Vec<String>,
}

/// `/changes/{id}`
#[derive(Debug, Clone, Template)]
#[template(path = "change.html")]
pub struct ChangePage {
    /// The frame.
    pub shell: Shell,
    /// What was just said or done.
    pub notice: Notice,
    /// The change.
    pub row: ChangeRow,
    /// For whoever decides.
    pub row_version: i64,
    /// Why.
    pub reason: String,
    /// The document; may be empty.
    pub document: String,
    /// From which day; may be empty.
    pub effective_on: String,
    /// Who decided, and when; none as long as nobody has.
    pub decided: Option<(String, NaiveDateTime)>,
    /// What was said then.
    pub decision: String,
    /// The change that it takes back.
    pub reverses: Option<i64>,
    /// By which it was taken back.
    pub reversed_by: Option<i64>,
    /// Its steps.
    pub steps: Vec<StepView>,
    /// Steps that are not shown.
    pub more: u64,
    /// The papers.
    pub papers: Vec<Paper>,
    /// Whether papers may be added.
    pub may_attach: bool,
    /// What the reader may do.
    pub acts: Acts,
    /// Why he may do nothing; may be empty.
    pub idle: String,
}

/// What may be done about a change.
#[derive(Debug, Clone, Copy, Default)]
#[allow(clippy::struct_excessive_bools, reason = "acts are independent of each other")]
pub struct Acts {
    /// Carry it out.
    pub approve: bool,
    /// Send it back.
    pub reject: bool,
    /// Take one's own back.
    pub withdraw: bool,
    /// Ask for what it did to be taken back.
    pub reverse: bool,
}

impl Acts {
    /// Nothing at all.
    pub fn none(self) -> bool {
        !(self.approve || self.reject || self.withdraw || self.reverse)
    }
}

/// A step of a change.
#[derive(Debug, Clone)]
pub struct StepView {
    /// The record, in words.
    pub record: String,
    /// Its address; may be empty.
    pub href: String,
    /// What is done.
    pub op: String,
    /// Its tone.
    pub tone: Tone,
    /// The columns that differ: header, before, after.
    pub cells: Vec<CellChange>,
    /// A sentence more; may be empty.
    pub note: String,
    /// It does not fit any more: why.
    pub trouble: String,
}

/// A column before and after.
#[derive(Debug, Clone)]
pub struct CellChange {
    /// Its header.
    pub header: String,
    /// Before; empty: unknown.
    pub before: String,
    /// After; empty: unknown.
    pub after: String,
}

/// A paper.
#[derive(Debug, Clone)]
pub struct Paper {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: String,
    /// How large, in words.
    pub size: String,
    /// Who attached it.
    pub by: String,
    /// When.
    pub at: NaiveDateTime,
    /// Its hash, shortened.
    pub hash: String,
}

/// `/records/{kind}/{key}`
#[derive(Debug, Clone, Template)]
#[template(path = "record.html")]
pub struct RecordPage {
    /// The frame.
    pub shell: Shell,
    /// What was just said or done.
    pub notice: Notice,
    /// Slug of the table.
    pub kind: String,
    /// Key.
    pub key: String,
    /// Table and key in words.
    pub title: String,
    /// Whose dossier: key and name; none for a record about no person.
    pub person: Option<(String, String)>,
    /// Whether it is in use.
    pub live: bool,
    /// Its version.
    pub version: i64,
    /// Its columns.
    pub cells: Vec<(String, String, String)>,
    /// Its versions, newest first.
    pub versions: Vec<VersionView>,
    /// Changes about it.
    pub changes: Vec<ChangeRow>,
    /// The papers of it and of the changes that made it.
    pub papers: Vec<Paper>,
    /// Whether the reader may ask for a change.
    pub may_propose: bool,
}

/// A version of a record.
#[derive(Debug, Clone)]
pub struct VersionView {
    /// Its number within the record.
    pub number: i64,
    /// When it was stored.
    pub at: NaiveDateTime,
    /// What was done.
    pub act: String,
    /// Its tone.
    pub tone: Tone,
    /// By whom.
    pub by: String,
    /// From where, in words.
    pub from: String,
    /// The change that made it.
    pub change: Option<i64>,
    /// The import that brought it.
    pub import: Option<i64>,
    /// What differs from the version before.
    pub cells: Vec<CellChange>,
}

/// A form by which a change is asked for.
#[derive(Debug, Clone, Template)]
#[template(path = "entry.html")]
pub struct EntryPage {
    /// The frame.
    pub shell: Shell,
    /// What is wrong with the whole.
    pub notice: Notice,
    /// The heading.
    pub title: String,
    /// A sentence below it.
    pub intro: String,
    /// Where one comes from: words and address.
    pub crumbs: Vec<(String, String)>,
    /// Where it is sent.
    pub action: String,
    /// The version that was seen.
    pub version: i64,
    /// The fields.
    pub fields: Vec<EntryField>,
    /// Why.
    pub reason: String,
    /// What is wrong with it.
    pub reason_wrong: bool,
    /// The document.
    pub document: String,
    /// What the button says.
    pub button: String,
    /// Choices of records, of a split: name, words, chosen.
    pub picks: Vec<(String, String, bool)>,
}

/// A field of such a form.
#[derive(Debug, Clone)]
pub struct EntryField {
    /// Its name.
    pub name: String,
    /// Its label.
    pub label: String,
    /// Whether it must be filled in.
    pub required: bool,
    /// What helps; may be empty.
    pub hint: String,
    /// What stands in it.
    pub value: String,
    /// How it is filled in.
    pub entry: Entry,
    /// What is wrong with it.
    pub wrong: Option<String>,
}

/// How a field is filled in.
#[derive(Debug, Clone)]
pub enum Entry {
    /// A line.
    Line,
    /// Several lines.
    Area,
    /// One of these.
    Choice(Vec<Pick>),
    /// It cannot be changed here.
    Fixed,
    /// A masked value that stays unless something is typed.
    Masked(String),
}

impl EntryField {
    /// Whether it takes the whole width.
    pub fn wide(&self) -> bool {
        matches!(self.entry, Entry::Area)
    }
}

/// `/entry`: which table.
#[derive(Debug, Clone, Template)]
#[template(path = "entry_tables.html")]
pub struct TablesPage {
    /// The frame.
    pub shell: Shell,
    /// Whose dossier: key and name; none: what is about no person.
    pub person: Option<(String, String)>,
    /// Slug, name, what a row is, address.
    pub tables: Vec<(String, String, String)>,
    /// Moves: address, name, what it does.
    pub moves: Vec<(String, String, String)>,
}
