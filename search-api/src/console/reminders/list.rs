//! The list of reminders: tabs by what has to be done, filters in the address, one line a reminder.

use askama::Template;
use dossier::Severity;
use dossier::reminder::{Colour, State};

use super::act::Pick;
use super::one::SubjectBrief;
use super::words::{Deadline, colour_icon, severity_tone, state_icon, state_tone};
use crate::console::filters;
use crate::console::paging::{Paging, Step};
use crate::console::shell::Shell;

/// `/reminders`.
#[derive(Debug, Clone, Template)]
#[template(path = "reminders.html")]
pub struct RemindersPage {
    /// The frame.
    pub shell: Shell,
    /// What is asked for.
    pub filters: Filters,
    /// The tabs.
    pub tabs: Vec<Tab>,
    /// What the list shows, where it is the list behind a figure; may be empty.
    pub figure: String,
    /// The reminders of this page.
    pub rows: Vec<ReminderRow>,
    /// Where in the list.
    pub paging: Paging,
    /// Batches that are held back and wait for two people.
    pub held_batches: u64,
    /// Whether the reader sees the board.
    pub board: bool,
    /// Whether a sweep has ever run.
    pub swept: bool,
}

/// What is asked for beside the tab.
#[derive(Debug, Clone, Default)]
pub struct Filters {
    /// The tab, as in the address.
    pub view: String,
    /// The quarter of a figure; empty: all.
    pub quarter: String,
    /// Offices to choose from.
    pub offices: Vec<Pick>,
    /// Categories to choose from.
    pub categories: Vec<Pick>,
    /// Severities to choose from.
    pub severities: Vec<Pick>,
}

/// One tab.
#[derive(Debug, Clone)]
pub struct Tab {
    /// As in the address.
    pub view: &'static str,
    /// What it says.
    pub title: &'static str,
    /// How many.
    pub count: u64,
    /// Whether it is the one shown.
    pub here: bool,
    /// Whether its number is one to worry about.
    pub danger: bool,
}

/// One reminder in the list.
#[derive(Debug, Clone)]
pub struct ReminderRow {
    /// Its number.
    pub id: String,
    /// The first category.
    pub category: String,
    /// All of them, in words.
    pub categories: String,
    /// How many more there are.
    pub more: usize,
    /// Whom it is about.
    pub subject: SubjectBrief,
    /// The office that has it; may be empty.
    pub office: String,
    /// How grave.
    pub severity: Severity,
    /// Where it stands.
    pub state: State,
    /// Its colour.
    pub colour: Colour,
    /// The next deadline.
    pub deadline: Option<Deadline>,
    /// What else is to be known about it, in a word each.
    pub flags: Vec<String>,
}

impl Filters {
    /// Whether anything narrows the tab.
    pub fn narrowed(&self) -> bool {
        [&self.offices, &self.categories, &self.severities].into_iter().flatten().any(|pick| pick.chosen)
    }

    /// The query of the same filters with another tab, without the question mark.
    pub fn query(&self, view: &str) -> String {
        let chosen = |picks: &[Pick]| picks.iter().find(|pick| pick.chosen).map(|pick| pick.value.clone());
        let named =
            [("office", &self.offices), ("category", &self.categories), ("severity", &self.severities)];
        let mut query = format!("view={view}");
        for (name, picks) in named {
            if let Some(value) = chosen(picks) {
                query.extend(["&", name, "=", &filters::encoded(&value)]);
            }
        }
        query
    }
}

impl RemindersPage {
    /// The address of a page, without its number.
    fn base(&self) -> String {
        let mut query = self.filters.query(&self.filters.view);
        if !self.filters.quarter.is_empty() {
            query.extend(["&quarter=", &filters::encoded(&self.filters.quarter)]);
        }
        format!("/reminders?{query}&page=")
    }
}

impl ReminderRow {
    fn state_tone(&self) -> &'static str {
        state_tone(self.state).slug()
    }

    fn state_icon(&self) -> &'static str {
        state_icon(self.state)
    }

    fn colour_icon(&self) -> &'static str {
        colour_icon(self.colour)
    }

    fn severity_tone(&self) -> &'static str {
        severity_tone(self.severity).slug()
    }
}
