//! 一键审核, the answer: coverage, rows by state, and the evidence of every row. It shows what was decided
//! and says why; it decides nothing.

use super::bar::InfluenceBar;
use super::coverage::Coverage;
use super::filters;
use super::mention::Mention;
use super::paging::{Paging, Step};
use super::shell::{Room, Shell};
use super::tone::Tone;
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
        self.counts
            .iter()
            .filter(|(counted, _)| *counted == state)
            .map(|(_, count)| count)
            .sum()
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
            (None, None) => "不限期间".to_owned(),
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

/// The state of a row, in the order in which a person works through them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowState {
    /// 需要判断
    Possible,
    /// 有记录
    Hit,
    /// 同名待定
    Ambiguous,
    /// 未建档
    NoDossier,
    /// 不完整
    Incomplete,
    /// 出错
    Error,
    /// 未发现
    Clear,
}

impl RowState {
    /// All states, what needs a person first.
    pub const ALL: [Self; 7] = [
        Self::Possible,
        Self::Hit,
        Self::Ambiguous,
        Self::NoDossier,
        Self::Incomplete,
        Self::Error,
        Self::Clear,
    ];

    /// Code of the contract.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Possible => "possible",
            Self::Hit => "hit",
            Self::Ambiguous => "ambiguous",
            Self::NoDossier => "no_dossier",
            Self::Incomplete => "incomplete",
            Self::Error => "error",
            Self::Clear => "clear",
        }
    }

    /// The state of a code.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.slug() == slug)
    }

    /// Word on the tag.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Possible => "需要判断",
            Self::Hit => "有记录",
            Self::Ambiguous => "同名待定",
            Self::NoDossier => "未建档",
            Self::Incomplete => "不完整",
            Self::Error => "出错",
            Self::Clear => "未发现",
        }
    }

    /// Symbol before the word (an id of `parts/icons.html`).
    pub const fn icon(self) -> &'static str {
        match self {
            Self::Possible => "i-ask",
            Self::Hit => "i-record",
            Self::Ambiguous => "i-twins",
            Self::NoDossier => "i-none",
            Self::Incomplete => "i-warn",
            Self::Error => "i-error",
            Self::Clear => "i-ok",
        }
    }

    /// Tone of the tag.
    pub const fn tone(self) -> Tone {
        match self {
            Self::Hit | Self::Error => Tone::Danger,
            Self::Possible | Self::Ambiguous | Self::Incomplete => Tone::Near,
            Self::NoDossier => Tone::Plain,
            Self::Clear => Tone::Done,
        }
    }
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
}

impl ClearanceRow {
    /// How many mentions stand open on the page; the rest is folded.
    pub const MENTIONS_OPEN: usize = 3;

    /// The mentions shown at once.
    pub fn first_mentions(&self) -> &[Mention] {
        &self.mentions[..self.mentions.len().min(Self::MENTIONS_OPEN)]
    }

    /// The mentions that are folded.
    pub fn further_mentions(&self) -> &[Mention] {
        &self.mentions[self.mentions.len().min(Self::MENTIONS_OPEN)..]
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
    /// Post; empty if unknown.
    pub post: String,
    /// Last four characters of the identity number; empty if unknown.
    pub id_tail: String,
}

/// How a row was resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatchedBy {
    /// 身份证号一致
    IdNumber,
    /// 姓名＋单位一致
    NameUnit,
    /// 仅姓名
    Name,
    /// 曾用名
    FormerName,
}

impl MatchedBy {
    /// All ways.
    pub const ALL: [Self; 4] = [Self::IdNumber, Self::NameUnit, Self::Name, Self::FormerName];

    /// Code of the contract.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::IdNumber => "id_number",
            Self::NameUnit => "name_unit",
            Self::Name => "name",
            Self::FormerName => "former_name",
        }
    }

    /// The way of a code.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.slug() == slug)
    }

    /// In words.
    pub const fn label(self) -> &'static str {
        match self {
            Self::IdNumber => "身份证号一致",
            Self::NameUnit => "姓名＋单位一致",
            Self::Name => "仅姓名一致",
            Self::FormerName => "曾用名一致",
        }
    }
}

/// The suggested opinion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opinion {
    /// Nothing shown.
    None,
    /// Closed without result.
    ClosedOk,
    /// Handled, influence over.
    HandledOk,
    /// In progress.
    Deferred,
    /// Better not now.
    Hold,
    /// Not fit.
    Unfit,
}

impl Opinion {
    /// All opinions, mildest first.
    pub const ALL: [Self; 6] = [
        Self::None,
        Self::ClosedOk,
        Self::HandledOk,
        Self::Deferred,
        Self::Hold,
        Self::Unfit,
    ];

    /// Code of the contract.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ClosedOk => "closed_ok",
            Self::HandledOk => "handled_ok",
            Self::Deferred => "deferred",
            Self::Hold => "hold",
            Self::Unfit => "unfit",
        }
    }

    /// The opinion of a code.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|opinion| opinion.slug() == slug)
    }

    /// The words of the reply letter.
    pub const fn label(self) -> &'static str {
        match self {
            Self::None => "未收到问题线索",
            Self::ClosedOk => "收到问题线索，已了结，对其使用不持异议",
            Self::HandledOk => "已作处理且已过影响期，对其使用不持异议",
            Self::Deferred => "问题线索尚在处置，暂缓提出党风廉政意见",
            Self::Hold => "建议暂缓使用",
            Self::Unfit => "建议不宜使用",
        }
    }

    /// Tone of the words.
    pub const fn tone(self) -> Tone {
        match self {
            Self::None | Self::ClosedOk | Self::HandledOk => Tone::Plain,
            Self::Deferred | Self::Hold => Tone::Near,
            Self::Unfit => Tone::Danger,
        }
    }
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

/// Why a record is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Because {
    /// A day of it lies in the period.
    Period,
    /// It still bars; until that day, or for good.
    Influence {
        /// Last day.
        until: Option<NaiveDate>,
    },
    /// Not closed yet.
    Open,
    /// 开除, of any age.
    Expelled,
}

impl Because {
    /// In words.
    pub fn label(&self) -> String {
        match self {
            Self::Period => "期间内".to_owned(),
            Self::Influence { until: Some(until) } => format!("影响期内（至 {until}）"),
            Self::Influence { until: None } => "影响期内".to_owned(),
            Self::Open => "未办结".to_owned(),
            Self::Expelled => "开除".to_owned(),
        }
    }

    /// Tone of the tag.
    pub const fn tone(&self) -> Tone {
        match self {
            Self::Period => Tone::Plain,
            Self::Influence { .. } | Self::Expelled => Tone::Danger,
            Self::Open => Tone::Near,
        }
    }
}

/// What is the matter with a row.
#[derive(Debug, Clone)]
pub struct Problem {
    /// Stable code.
    pub code: String,
    /// Its own words in Chinese where it has them (a value, a row number); else the words of the code.
    pub message: String,
}

impl Problem {
    /// A problem in the words of its code.
    pub fn of(code: &str) -> Self {
        Self {
            code: code.to_owned(),
            message: wording::problem(code).to_owned(),
        }
    }
}
