//! 征求意见: what offices are asked about a list, and the form of their answer. Shows names and units, never
//! what was found about anybody: that stays with those who make the reply.

use askama::Template;
use chrono::NaiveDateTime;

use super::Wanted;
use super::one::Paper;
use crate::console::account::Notice;
use crate::console::filters;
use crate::console::shell::Shell;

/// `/consultations`: what was asked of the reader's office, or what is open anywhere.
#[derive(Debug, Clone, Template)]
#[template(path = "consultations.html")]
pub struct ConsultationsPage {
    /// The frame.
    pub shell: Shell,
    /// Whether they are those of the reader's own office.
    pub own: bool,
    /// The questions, the most urgent first.
    pub rows: Vec<AskedRow>,
}

/// One question in a line.
#[derive(Debug, Clone)]
pub struct AskedRow {
    /// The act.
    pub act: String,
    /// Its number.
    pub no: u32,
    /// Which office.
    pub office: String,
    /// Who asks for the opinion in the end.
    pub requester: String,
    /// For what.
    pub purpose: String,
    /// Rows of the list.
    pub persons: u64,
    /// When it was asked.
    pub asked: NaiveDateTime,
    /// By when it is to answer.
    pub wanted: Option<Wanted>,
    /// In a word: 待回复, 无不同意见 …
    pub outcome: &'static str,
    /// The tone of that.
    pub tone: &'static str,
}

/// Somebody on the list.
#[derive(Debug, Clone)]
pub struct ListedPerson {
    /// Row.
    pub row: u64,
    /// Name as asked.
    pub name: String,
    /// Unit as asked.
    pub unit: String,
    /// Post as asked.
    pub post: String,
    /// Post that is proposed.
    pub proposed: String,
}

/// `/consultations/{act}/{no}`
#[derive(Debug, Clone, Template)]
#[template(path = "consultation.html")]
pub struct ConsultationPage {
    /// The frame.
    pub shell: Shell,
    /// What was done, or why not.
    pub notice: Notice,
    /// The question.
    pub asked: AskedRow,
    /// What is asked.
    pub question: String,
    /// The period in words.
    pub period: String,
    /// The list.
    pub persons: Vec<ListedPerson>,
    /// The version of the act that is shown.
    pub row_version: i64,
    /// The reader may answer now.
    pub may_answer: bool,
    /// He puts on record what another office has answered on paper.
    pub for_others: bool,
    /// Nobody signs in here: the form asks who acts.
    pub asks_who: bool,
    /// What was chosen: `agree`, `object` or nothing.
    pub opinion: String,
    /// What was typed.
    pub text: String,
    /// Who acts, as typed.
    pub person: String,
    /// What is wrong, by field.
    pub wrong: Vec<(&'static str, String)>,
    /// The answer that was given: who, when, what.
    pub given: Option<(String, String)>,
    /// The papers of it.
    pub papers: Vec<Paper>,
}

impl ConsultationPage {
    /// What is wrong with one field.
    fn problem(&self, field: &str) -> Option<&str> {
        self.wrong.iter().find(|(at, _)| *at == field).map(|(_, message)| message.as_str())
    }
}
