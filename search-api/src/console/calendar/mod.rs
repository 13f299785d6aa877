//! 放假安排: which years have their notice, a notice that waits for a second person, and what counting open limits
//! anew would move. No fact about a person stands here.

use askama::Template;
use chrono::NaiveDateTime;

use super::account::Notice;
use super::filters;
use super::shell::Shell;

/// `/calendar`.
#[derive(Debug, Clone, Template)]
#[template(path = "calendar.html")]
pub struct CalendarPage {
    /// The frame.
    pub shell: Shell,
    /// What was done, or why not.
    pub notice: Notice,
    /// What is to be known about a year that is missing; may be empty.
    pub missing: String,
    /// The years that are known, the latest first.
    pub years: Vec<YearRow>,
    /// Notices that were brought in here, the newest first.
    pub proposals: Vec<ProposalRow>,
    /// The form of a new one; `None`: the reader brings none in.
    pub form: Option<NoticeForm>,
    /// Counting anew; `None`: the reader counts nothing anew.
    pub recount: Option<Recount>,
}

/// A year.
#[derive(Debug, Clone)]
pub struct YearRow {
    /// Which.
    pub year: i32,
    /// Its working days.
    pub working_days: u64,
    /// Which notice, and where it comes from.
    pub source: String,
}

/// A notice that was brought in.
#[derive(Debug, Clone, Default)]
pub struct ProposalRow {
    /// Its number.
    pub id: i64,
    /// The year that it is about.
    pub year: i32,
    /// Which notice.
    pub notice: String,
    /// Holidays: name, first to last day, days.
    pub holidays: Vec<(String, String, i64)>,
    /// Days of a weekend on which people work.
    pub workdays: Vec<String>,
    /// Who brought it in.
    pub author: String,
    /// When.
    pub asked: NaiveDateTime,
    /// Where it stands,
    pub state: &'static str,
    /// and the tone of that.
    pub tone: &'static str,
    /// Who decided, and what was said; may be empty.
    pub decision: String,
    /// Whether the reader decides it now.
    pub decides: bool,
    /// Whether the reader can take it back.
    pub own: bool,
    /// Why the reader, who could decide others, does not decide this one; may be empty.
    pub why_not: &'static str,
}

/// What was pasted.
#[derive(Debug, Clone, Default)]
pub struct NoticeForm {
    /// The text.
    pub text: String,
    /// What is wrong with it.
    pub wrong: Option<String>,
}

/// Counting anew.
#[derive(Debug, Clone, Default)]
pub struct Recount {
    /// What would move; `None`: nobody has asked yet.
    pub shown: Option<Vec<LimitRow>>,
    /// How many of them are not listed.
    pub more: usize,
    /// Which way this reader can move days.
    pub hint: &'static str,
    /// What was typed as a reason.
    pub reason: String,
    /// What is wrong with it.
    pub wrong: Option<String>,
}

/// A limit that would move.
#[derive(Debug, Clone)]
pub struct LimitRow {
    /// Of which reminder.
    pub reminder: String,
    /// Which clock.
    pub clock: &'static str,
    /// The last day so far.
    pub before: String,
    /// The last day by the calendar as it is now.
    pub after: String,
}
