//! 首页: the three jobs, what was cleared lately, and what the answers rest on.

use super::clearance::Run;
use super::clearances::ClearanceBrief;
use super::coverage::Coverage;
use super::filters;
use super::shell::{Room, Shell};
use askama::Template;

/// `/`.
#[derive(Debug, Clone, Template)]
#[template(path = "home.html")]
pub struct HomePage {
    /// The frame.
    pub shell: Shell,
    /// The latest clearances, five or so.
    pub recent: Vec<ClearanceBrief>,
    /// What would be searched now.
    pub coverage: Coverage,
    /// In an invented office: names worth clearing. Each is a button that posts `names` (and `purpose`) to
    /// `/clearances` as the form of 一键审核 does.
    pub worth_trying: Vec<Suggestion>,
}

/// A name that shows something.
#[derive(Debug, Clone)]
pub struct Suggestion {
    /// The line to clear: a name, or name, identity number, unit separated by tabs.
    pub line: String,
    /// What the button shows.
    pub name: String,
    /// Why it is worth trying.
    pub reason: String,
}
