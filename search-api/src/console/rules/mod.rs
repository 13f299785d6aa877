//! 预警规则: the twelve categories as cards, each with what it demands, what it stands on, when it fires and
//! what it has found, so that whoever answers for a rule can read it without the code.

mod exemptions;
mod one;
mod version;

use askama::Template;
use chrono::NaiveDateTime;

use super::shell::Shell;
use super::tone::Tone;
use super::{assets, filters};

pub use exemptions::{ExemptionForm, ExemptionRow, ExemptionsPage, RequestedRow};
pub use one::{NumberRow, RuleForm, RuleOffice, RulePage};
pub use version::{ChangeRow, PreviewOffice, PreviewView, RuleVersionPage, SampleRow};

/// `/rules`.
#[derive(Debug, Clone, Template)]
#[template(path = "rules.html")]
pub struct RulesPage {
    /// The frame.
    pub shell: Shell,
    /// The cards, in the order of the categories.
    pub cards: Vec<RuleCard>,
    /// When the latest sweep ended.
    pub ran: Option<NaiveDateTime>,
    /// Whether the numbers are those of the latest sweep; else the published ones.
    pub as_ran: bool,
    /// Proposed and approved versions of the numbers.
    pub versions: Vec<VersionRow>,
    /// Exemptions that hold today, and requests that wait.
    pub exemptions: (usize, usize),
}

/// One category.
#[derive(Debug, Clone)]
pub struct RuleCard {
    /// Its number.
    pub number: usize,
    /// Its slug, as in addresses.
    pub slug: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// How it is switched.
    pub mode: RuleMode,
    /// The version of its numbers; may be empty.
    pub version: String,
    /// What it demands.
    pub requirement: &'static str,
    /// The articles; may be empty.
    pub basis: String,
    /// Letter, severity, condition.
    pub clauses: Vec<(String, String, String)>,
    /// What it does not count.
    pub exceptions: &'static str,
    /// Standing hits.
    pub hits: u64,
    /// Standing hits of a category on trial, which issue nothing.
    pub shadow: u64,
    /// Standing near ones.
    pub near: u64,
    /// Standing gaps.
    pub gaps: u64,
    /// Open reminders.
    pub open: u64,
    /// Reminders that were closed, and how many of them as a false alarm.
    pub closed: u64,
    /// See `closed`.
    pub false_positive: u64,
}

/// How a category is switched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleMode {
    /// Computed and issued.
    Live,
    /// Computed and silent.
    Shadow,
    /// Not computed.
    Off,
}

/// A version of the numbers.
#[derive(Debug, Clone)]
pub struct VersionRow {
    /// Its number.
    pub id: i64,
    /// What it is for.
    pub note: String,
    /// Who proposed it.
    pub author: String,
    /// Who approved it; may be empty.
    pub approver: String,
    /// From which day to which.
    pub days: String,
    /// 待审批, 已生效, 已撤回 …
    pub state: &'static str,
}

impl RuleMode {
    /// The word that people read.
    pub fn title(self) -> &'static str {
        match self {
            Self::Live => "启用",
            Self::Shadow => "试运行（不下发）",
            Self::Off => "停用",
        }
    }

    fn tone(self) -> &'static str {
        match self {
            Self::Live => Tone::Done.slug(),
            Self::Shadow => Tone::Near.slug(),
            Self::Off => Tone::Plain.slug(),
        }
    }

    fn icon(self) -> &'static str {
        match self {
            Self::Live => "i-ok",
            Self::Shadow => "i-ask",
            Self::Off => "i-none",
        }
    }
}

impl RuleCard {
    /// The share of false alarms in percent; `None`: nothing has been closed.
    fn false_share(&self) -> Option<u64> {
        (self.closed > 0).then(|| self.false_positive * 100 / self.closed)
    }
}
