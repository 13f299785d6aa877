//! The list of requests: what waits for the reader first, one line each.

use askama::Template;
use chrono::NaiveDateTime;
use dossier::clearance_act::ActState;

use super::{Wanted, state_icon, state_tone};
use crate::console::filters;
use crate::console::paging::{Paging, Step};
use crate::console::shell::Shell;

/// `/replies`; `?view=mine|open|out|ended|all`.
#[derive(Debug, Clone, Template)]
#[template(path = "replies.html")]
pub struct RepliesPage {
    /// The frame.
    pub shell: Shell,
    /// Whether the reader may put a request on record.
    pub may_create: bool,
    /// The tabs.
    pub tabs: Vec<Tab>,
    /// The acts of this page.
    pub rows: Vec<ReplyBrief>,
    /// Where in the list.
    pub paging: Paging,
    /// Notices that nobody has seen.
    pub notices: u64,
    /// Questions to offices that are overdue.
    pub overdue_questions: u64,
    /// Questions to the reader's own office.
    pub asked: u64,
}

/// One tab.
#[derive(Debug, Clone)]
pub struct Tab {
    /// As in the address.
    pub view: &'static str,
    /// What it says.
    pub title: String,
    /// How many.
    pub count: u64,
    /// Whether it is the one shown.
    pub here: bool,
    /// Whether its number is one to worry about.
    pub danger: bool,
}

/// One act in a line.
#[derive(Debug, Clone)]
pub struct ReplyBrief {
    /// Its id.
    pub id: String,
    /// Who asked.
    pub requester: String,
    /// By which letter; may be empty.
    pub request_no: String,
    /// For what.
    pub purpose: String,
    /// Rows of its list.
    pub persons: u64,
    /// When it was put on record.
    pub created: NaiveDateTime,
    /// Where it stands.
    pub state: ActState,
    /// By when an answer is wanted.
    pub wanted: Option<Wanted>,
    /// What is next, and for whom; empty where nothing is.
    pub next: String,
    /// Whether that is the reader.
    pub mine: bool,
    /// Its number, once it is out.
    pub number: String,
    /// Notices that nobody has seen.
    pub notices: u64,
    /// Questions that are overdue.
    pub overdue_questions: u64,
}

impl RepliesPage {
    /// Address of a page of the shown tab, without its number.
    fn base(&self) -> String {
        let view = self.tabs.iter().find(|tab| tab.here).map_or("open", |tab| tab.view);
        format!("/replies?view={view}&page=")
    }
}

impl ReplyBrief {
    pub(crate) fn tone(&self) -> &'static str {
        state_tone(self.state).slug()
    }

    pub(crate) fn icon(&self) -> &'static str {
        state_icon(self.state)
    }
}

/// What waits for the reader of the first page.
#[derive(Debug, Clone, Default)]
pub struct DeskReplies {
    /// Acts whose next step is his, the newest first.
    pub mine: Vec<ReplyBrief>,
    /// How many more there are.
    pub more: u64,
    /// 意见失效提示 that nobody has seen.
    pub notices: u64,
    /// Questions to his office that wait for an answer.
    pub asked: u64,
    /// Questions to offices that are overdue.
    pub overdue_questions: u64,
}

impl DeskReplies {
    /// Whether there is anything to say.
    pub fn quiet(&self) -> bool {
        self.mine.is_empty() && self.notices == 0 && self.asked == 0 && self.overdue_questions == 0
    }
}
