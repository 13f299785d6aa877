//! 督办看板: how offices, categories and quarters stand. Every figure shows what it was counted from and leads to
//! that list; a share is a numerator, a denominator and a percentage, never the last alone.

use askama::Template;
use chrono::NaiveDate;

use super::desk::percent;
use super::filters;
use super::shell::Shell;

/// `/board`.
#[derive(Debug, Clone, Template)]
#[template(path = "board.html")]
pub struct BoardPage {
    /// The frame.
    pub shell: Shell,
    /// The day that it shows.
    pub as_of: NaiveDate,
    /// What is to be known about the calendar; may be empty.
    pub calendar: String,
    /// Offices, categories, quarters.
    pub groups: Vec<BoardGroup>,
}

/// Lines of one kind.
#[derive(Debug, Clone)]
pub struct BoardGroup {
    /// What they are.
    pub title: &'static str,
    /// The name of the part of the page.
    pub id: &'static str,
    /// The lines.
    pub rows: Vec<BoardRow>,
}

/// One line.
#[derive(Debug, Clone)]
pub struct BoardRow {
    /// What it is about.
    pub name: String,
    /// What narrows a list to it, as in an address (`office=O1`); may be empty.
    pub query: String,
    /// Not ended.
    pub open: u64,
    /// Past their day.
    pub overdue: u64,
    /// The shares, in the order of [`BoardPage::TITLES`].
    pub shares: Vec<BoardShare>,
    /// Median of working days to close.
    pub median: Option<i64>,
}

/// One share.
#[derive(Debug, Clone)]
pub struct BoardShare {
    /// How many.
    pub of: u64,
    /// Of how many.
    pub all: u64,
    /// The list of the former, as in the address.
    pub of_view: &'static str,
    /// The list of the latter.
    pub all_view: &'static str,
    /// Whether a small share is bad, which colours it.
    pub rated: bool,
}

impl BoardPage {
    /// What the shares are.
    pub const TITLES: [&'static str; 7] = ["签收及时", "按期办结", "退回", "延期", "转线索", "误报", "属实"];
}

impl BoardRow {
    /// What narrows a list to `value` of `name`, as in an address.
    pub fn narrowed(name: &str, value: &str) -> String {
        format!("{name}={}", filters::encoded(value))
    }

    /// The address of a list of this line.
    pub fn href(&self, view: &str) -> String {
        if self.query.is_empty() {
            format!("/reminders?view={view}")
        } else {
            format!("/reminders?view={view}&{}", self.query)
        }
    }
}

impl BoardShare {
    /// In percent; empty where there is nothing to count.
    pub fn percent(&self) -> String {
        percent((self.of, self.all)).map(|text| format!("{text}%")).unwrap_or_default()
    }

    /// Its tone where it is rated: good from 90 %, near from 75 %, bad below.
    pub fn tone(&self) -> &'static str {
        match self.of * 100 / self.all.max(1) {
            _ if !self.rated || self.all == 0 => "plain",
            90.. => "done",
            75..=89 => "near",
            _ => "danger",
        }
    }
}
