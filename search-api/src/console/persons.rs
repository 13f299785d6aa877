//! 人员档案, the list: find by name, narrow by unit and status, page.

use super::clearance::PersonBrief;
use super::filters;
use super::paging::{Paging, Step};
use super::shell::Shell;
use super::tone::Tone;
use askama::Template;

/// `/persons`: `GET ?page=n` browses; `POST` with `name`, `unit`, `status`, `page`, `form_token` finds.
#[derive(Debug, Clone, Template)]
#[template(path = "persons.html")]
pub struct PersonsPage {
    /// The frame.
    pub shell: Shell,
    /// Name that was asked for; may be empty.
    pub name: String,
    /// Units to narrow by.
    pub units: Vec<Choice>,
    /// Statuses to narrow by.
    pub statuses: Vec<Choice>,
    /// The persons of this page.
    pub rows: Vec<PersonRow>,
    /// Where in the list.
    pub paging: Paging,
}

impl PersonsPage {
    /// Something is asked for, so the steps through the pages are posted.
    pub fn narrowed(&self) -> bool {
        !self.name.is_empty() || self.units.iter().chain(&self.statuses).any(|choice| choice.selected)
    }
}

/// A value of a choice.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is shown.
    pub label: String,
    /// Chosen.
    pub selected: bool,
}

/// A person in the list.
#[derive(Debug, Clone)]
pub struct PersonRow {
    /// The person.
    pub person: PersonBrief,
    /// Key of the unit; may be empty.
    pub unit_id: String,
    /// Former names.
    pub former_names: Vec<String>,
    /// Rank (县处级副职 …); may be empty.
    pub rank: String,
    /// Status as stored; may be empty.
    pub status: String,
    /// Records of the supervised part (sanctions, clues, petitions, cases …).
    pub records: u64,
    /// What still bars, in a word (影响期至 2026-05-31, 立案未结); empty if nothing.
    pub bar: String,
    /// Tone of `bar`.
    pub tone: Tone,
}
