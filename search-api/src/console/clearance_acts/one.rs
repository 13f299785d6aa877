//! One act: where it stands, its rows with their evidence and what counts for each, what its reader may do
//! next and what stands in the way, the offices asked, the trace.

use askama::Template;
use chrono::{NaiveDate, NaiveDateTime};
use dossier::clearance_act::{ActEvent, ActState};

use super::list::Tab;
use super::{Wanted, event_tone, state_icon, state_tone};
use crate::console::account::Notice;
use crate::console::clearance::{ClearanceRow, PersonBrief};
use crate::console::coverage::Coverage;
use crate::console::filters;
use crate::console::paging::{Paging, Step};
use crate::console::reminders::{ActForm, Entry};
use crate::console::shell::Shell;
use crate::console::verdict::{Opinion, RowState};

/// `/replies/{id}`; `?rows=todo|all|<opinion>|left_out&page=n`.
#[derive(Debug, Clone, Template)]
#[template(path = "reply.html")]
#[allow(clippy::struct_excessive_bools, reason = "independent yes and no of one page")]
pub struct ReplyPage {
    /// The frame.
    pub shell: Shell,
    /// What was done, or why not.
    pub notice: Notice,
    /// Its id.
    pub id: String,
    /// The version that is shown; every form sends it back.
    pub row_version: i64,
    /// For what.
    pub purpose: String,
    /// Who asked.
    pub requester: String,
    /// By which letter, of which day; may be empty.
    pub letter: String,
    /// Rows of the list.
    pub persons: u64,
    /// The period in words.
    pub period: String,
    /// The day of the question.
    pub as_of: NaiveDate,
    /// Where it stands.
    pub state: ActState,
    /// The way, step by step.
    pub steps: Vec<StepView>,
    /// By when an answer is wanted.
    pub wanted: Option<Wanted>,
    /// What is next and for whom; empty where nothing is.
    pub next: String,
    /// Where the search is.
    pub run: Run,
    /// What was searched; none while it has not been.
    pub coverage: Option<Coverage>,
    /// Something has come since.
    pub news: bool,
    /// Rows by what counts for them.
    pub tabs: Vec<Tab>,
    /// The rows of this page.
    pub rows: Vec<ReplyRow>,
    /// Where in the rows.
    pub paging: Paging,
    /// The reader may decide identities and opinions now.
    pub may_decide: bool,
    /// Nobody signs in here: every form asks who acts.
    pub asks_who: bool,
    /// What he may do, besides the rows.
    pub acts: Vec<ActForm>,
    /// What his roles have in this state, and what stands in the way.
    pub blocked: Vec<(&'static str, String)>,
    /// Why there is nothing to do for him.
    pub idle: String,
    /// The form by which offices are asked.
    pub consult: Option<ConsultForm>,
    /// Offices asked.
    pub consultations: Vec<ConsultationView>,
    /// Facts about the paper: label and value.
    pub facts: Vec<(&'static str, String)>,
    /// Papers to take along.
    pub papers: Vec<Paper>,
    /// The answer with all its rows, where the reader may see it.
    pub answer: Option<String>,
    /// What has come after the letter.
    pub notices: u64,
    /// Every step, the newest first.
    pub trace: Vec<TraceLine>,
}

/// Where the search of the list is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Run {
    /// None is under way.
    Idle,
    /// So many rows of so many.
    Running(u64, u64),
    /// The last one broke off.
    Failed(String),
}

/// One step of the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepView {
    /// What it is called.
    pub title: &'static str,
    /// Passed.
    pub done: bool,
    /// Where it stands.
    pub here: bool,
}

/// One row.
#[derive(Debug, Clone)]
pub struct ReplyRow {
    /// The answer with its evidence.
    pub row: ClearanceRow,
    /// What must not be passed over.
    pub concerns: Vec<String>,
    /// What counts.
    pub decided: Decided,
    /// Who could be meant, where that is a question.
    pub picks: Vec<PersonPick>,
    /// The identity was decided before.
    pub identity_decided: bool,
}

/// What counts for a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decided {
    /// Nothing yet.
    Open,
    /// The suggestion.
    Suggested(Opinion),
    /// A person's opinion: which, by whom, why.
    ByPerson(Opinion, String, String),
    /// Left out: by whom, why.
    LeftOut(String, String),
}

/// Somebody who could be meant.
#[derive(Debug, Clone)]
pub struct PersonPick {
    /// Who.
    pub person: PersonBrief,
    /// Whether that is settled already.
    pub chosen: bool,
}

/// The form by which offices are asked, all at once.
#[derive(Debug, Clone, Default)]
pub struct ConsultForm {
    /// Offices of the archive: key, name, whether it was ticked.
    pub offices: Vec<(String, String, bool)>,
    /// Rooms that the archive does not know, as typed.
    pub others: String,
    /// What they are asked.
    pub text: String,
    /// In how many working days.
    pub due_days: String,
    /// What is wrong, by field.
    pub wrong: Vec<(&'static str, String)>,
    /// Unfolded.
    pub open: bool,
}

impl ConsultForm {
    /// What is wrong with one field.
    pub fn problem(&self, field: &str) -> Option<&str> {
        self.wrong.iter().find(|(at, _)| *at == field).map(|(_, message)| message.as_str())
    }
}

/// An office that was asked.
#[derive(Debug, Clone)]
pub struct ConsultationView {
    /// Its number.
    pub no: u32,
    /// Which office.
    pub office: String,
    /// What it was asked.
    pub question: String,
    /// When.
    pub asked: NaiveDateTime,
    /// By when it is to answer.
    pub wanted: Option<Wanted>,
    /// Nobody has answered yet.
    pub open: bool,
    /// What it said, in a word: 无不同意见, 有不同意见, 未回复已终止; empty while open.
    pub outcome: &'static str,
    /// The tone of that.
    pub tone: &'static str,
    /// Who said so, and when.
    pub who: String,
    /// What it said.
    pub text: String,
    /// Papers that belong to it.
    pub papers: Vec<Paper>,
    /// The reader may put the answer on record.
    pub may_answer: bool,
    /// The reader may say that it is not waited for.
    pub may_close: bool,
}

/// A paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// What it is called.
    pub title: String,
    /// Where it is.
    pub href: String,
    /// Type and size, or what it is for.
    pub note: String,
}

/// One step of the trace.
#[derive(Debug, Clone)]
pub struct TraceLine {
    /// What happened.
    pub event: ActEvent,
    /// When.
    pub at: NaiveDateTime,
    /// Who, in what role.
    pub who: String,
    /// What else.
    pub notes: Vec<String>,
    /// Why.
    pub reason: String,
}

impl ReplyPage {
    fn tone(&self) -> &'static str {
        state_tone(self.state).slug()
    }

    fn icon(&self) -> &'static str {
        state_icon(self.state)
    }

    fn shown_tab(&self) -> &'static str {
        self.tabs.iter().find(|tab| tab.here).map_or("all", |tab| tab.view)
    }

    fn base(&self) -> String {
        format!("/replies/{}?rows={}&page=", self.id, self.shown_tab())
    }

    /// Rows of this page that one click could settle: one person, to be confirmed.
    fn ticks(&self) -> bool {
        self.may_decide && self.rows.iter().any(ReplyRow::ticked)
    }
}

impl ReplyRow {
    /// Whether it can be confirmed together with others: one person, found by name, not looked at yet.
    fn ticked(&self) -> bool {
        self.picks.len() == 1 && !self.identity_decided && self.decided == Decided::Open
    }

    /// Whether an opinion may be given: not before its person is settled.
    fn may_have_opinion(&self) -> bool {
        !matches!(self.row.state, RowState::Ambiguous | RowState::Error)
    }

    fn is_chosen(&self, opinion: Opinion) -> bool {
        match &self.decided {
            Decided::Suggested(chosen) | Decided::ByPerson(chosen, ..) => *chosen == opinion,
            Decided::Open | Decided::LeftOut(..) => false,
        }
    }
}

impl TraceLine {
    fn tone(&self) -> &'static str {
        event_tone(self.event).slug()
    }
}
