//! One category: what it demands, its numbers, how it stands office by office, and the form in which somebody
//! proposes other numbers.

use askama::Template;

use super::{RuleCard, VersionRow};
use crate::console::account::Notice;
use crate::console::filters;
use crate::console::reminders::Pick;
use crate::console::shell::Shell;

/// `/rules/{slug}`.
#[derive(Debug, Clone, Template)]
#[template(path = "rule.html")]
pub struct RulePage {
    /// The frame.
    pub shell: Shell,
    /// What was done, or why not.
    pub notice: Notice,
    /// The category.
    pub card: RuleCard,
    /// Its numbers in force.
    pub numbers: Vec<NumberRow>,
    /// How it stands, office by office.
    pub offices: Vec<RuleOffice>,
    /// Exemptions from it that hold today.
    pub exempt: usize,
    /// Versions that change it.
    pub versions: Vec<VersionRow>,
    /// The form; `None`: the reader proposes nothing.
    pub form: Option<RuleForm>,
}

/// A number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NumberRow {
    /// Its key.
    pub key: &'static str,
    /// What it is called.
    pub label: &'static str,
    /// In what it counts.
    pub unit: &'static str,
    /// As it is in force.
    pub value: String,
    /// What stands in the form.
    pub typed: String,
    /// Values to choose from; none: it is typed.
    pub picks: Vec<Pick>,
    /// What is wrong with what was typed.
    pub wrong: Option<String>,
}

/// One office.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleOffice {
    /// Its key; empty: nobody is in charge.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Standing hits that make reminders.
    pub hits: u64,
    /// Standing hits of a category on trial.
    pub shadow: u64,
    /// Standing near ones.
    pub near: u64,
    /// Standing gaps.
    pub gaps: u64,
    /// Closed reminders that say whether the hit was right.
    pub judged: u64,
    /// Those that were right.
    pub right: u64,
}

/// What is proposed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleForm {
    /// How it is switched.
    pub modes: Vec<Pick>,
    /// The name of the new version.
    pub version: String,
    /// The first day.
    pub from: String,
    /// The last day; may be empty.
    pub to: String,
    /// Why.
    pub note: String,
    /// What is wrong with which field.
    pub wrong: Vec<(&'static str, String)>,
    /// Whether it is open.
    pub open: bool,
}

impl RuleForm {
    fn wrong(&self, field: &str) -> Option<&str> {
        self.wrong.iter().find(|(name, _)| *name == field).map(|(_, message)| message.as_str())
    }
}

impl RuleOffice {
    /// How often it was right, in percent; `None`: nothing has been closed.
    pub fn precision(&self) -> Option<u64> {
        (self.judged > 0).then(|| self.right * 100 / self.judged)
    }
}
