//! 豁免: persons that a category does not bother anybody with, for a time, for a reason, by two persons. They are still
//! evaluated and counted, and listed before they end.

use askama::Template;

use crate::console::account::Notice;
use crate::console::filters;
use crate::console::reminders::{Pick, SubjectBrief};
use crate::console::shell::Shell;

/// `/exemptions`.
#[derive(Debug, Clone, Template)]
#[template(path = "exemptions.html")]
pub struct ExemptionsPage {
    /// The frame.
    pub shell: Shell,
    /// What was done, or why not.
    pub notice: Notice,
    /// The form of a request; `None`: the reader asks for nothing.
    pub form: Option<ExemptionForm>,
    /// Requests, the newest first.
    pub requests: Vec<RequestedRow>,
    /// Exemptions, those that hold first.
    pub rows: Vec<ExemptionRow>,
    /// Of them, how many hold today,
    pub holding: usize,
    /// how many of these end within the days of warning,
    pub ending: usize,
    /// and how many standing hits they keep silent.
    pub silenced: u64,
}

/// What is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExemptionForm {
    /// Key of the person.
    pub person: String,
    /// Categories to choose from.
    pub categories: Vec<Pick>,
    /// Why.
    pub reason: String,
    /// The first day.
    pub from: String,
    /// The last day.
    pub until: String,
    /// What is wrong with which field.
    pub wrong: Vec<(&'static str, String)>,
}

impl ExemptionForm {
    fn wrong(&self, field: &str) -> Option<&str> {
        self.wrong.iter().find(|(name, _)| *name == field).map(|(_, message)| message.as_str())
    }
}

/// A request.
#[derive(Debug, Clone, Default)]
pub struct RequestedRow {
    /// Its number.
    pub id: i64,
    /// Who is to be exempt.
    pub subject: SubjectBrief,
    /// The category.
    pub category: String,
    /// Why.
    pub reason: String,
    /// Who asks.
    pub author: String,
    /// From which day to which.
    pub days: String,
    /// Where it stands.
    pub state: &'static str,
    /// Who decided, and what was said; may be empty.
    pub decision: String,
    /// Whether the reader decides it now.
    pub decides: bool,
    /// Whether the reader can take it back.
    pub own: bool,
}

/// An exemption.
#[derive(Debug, Clone, Default)]
pub struct ExemptionRow {
    /// Its number.
    pub id: i64,
    /// Who is exempt.
    pub subject: SubjectBrief,
    /// Slug of the category.
    pub slug: &'static str,
    /// The category.
    pub category: &'static str,
    /// Why.
    pub reason: String,
    /// Who asked, who granted.
    pub by: (String, String),
    /// From which day to which.
    pub days: String,
    /// Where it stands.
    pub state: &'static str,
    /// Its tone.
    pub tone: &'static str,
    /// Days until it ends, where it ends soon.
    pub ends_in: Option<i64>,
    /// Standing hits that it keeps silent.
    pub hits: u64,
    /// Whether the reader can lift it.
    pub lifts: bool,
}
