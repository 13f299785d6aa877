//! After the answer: what has come about the persons of a valid reply (意见失效提示), and figures over time.

use askama::Template;
use chrono::{NaiveDate, NaiveDateTime};

use crate::console::account::Notice;
use crate::console::filters;
use crate::console::shell::Shell;

/// `/replies/notices`
#[derive(Debug, Clone, Template)]
#[template(path = "reply_notices.html")]
pub struct NoticesPage {
    /// The frame.
    pub shell: Shell,
    /// What was done, or why not.
    pub notice: Notice,
    /// By act, those that nobody has seen first.
    pub groups: Vec<NoticeGroup>,
    /// Nobody signs in here: the form asks who acts.
    pub asks_who: bool,
    /// Those that were seen are shown too.
    pub all: bool,
}

/// The notices of one act.
#[derive(Debug, Clone)]
pub struct NoticeGroup {
    /// The act.
    pub act: String,
    /// Its number.
    pub number: String,
    /// Who asked.
    pub requester: String,
    /// For what.
    pub purpose: String,
    /// Valid until.
    pub valid_until: Option<NaiveDate>,
    /// Each: the person's name, where the dossier is (may be empty), what has come, when.
    pub lines: Vec<(String, String, String, NaiveDateTime)>,
    /// Who saw them, when, and what was made of it; empty while nobody has.
    pub seen: String,
    /// The reader may say that he has seen them.
    pub may_see: bool,
}

/// `/replies/statistics`
#[derive(Debug, Clone, Template)]
#[template(path = "reply_statistics.html")]
pub struct StatisticsPage {
    /// The frame.
    pub shell: Shell,
    /// From this day, as typed.
    pub from: String,
    /// To this day, as typed.
    pub to: String,
    /// What is wrong with the days.
    pub wrong: Option<String>,
    /// Requests put on record.
    pub batches: u64,
    /// Rows of their lists.
    pub persons: u64,
    /// Letters out.
    pub issued: u64,
    /// In time, and late.
    pub on_time: (u64, u64),
    /// From the request to the letter: the median, in words.
    pub median: String,
    /// The longest, in words.
    pub longest: String,
    /// Notices that nobody has seen.
    pub notices: u64,
    /// Batches by state: title, how many, its part in thousandths.
    pub by_state: Vec<(&'static str, u64, u64)>,
    /// Persons by opinion, of letters that are out: letter, words, how many, part in thousandths.
    pub by_opinion: Vec<(char, &'static str, u64, u64)>,
}
