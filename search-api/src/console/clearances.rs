//! 一键审核, before it runs: the list of clearances and the form that starts one. What was typed comes back
//! with the problem beside its field.

use super::clearance::Run;
use super::filters;
use super::paging::{Paging, Step};
use super::shell::Shell;
use askama::Template;
use chrono::{NaiveDate, NaiveDateTime};

/// `/clearances`: the form, and the clearances there are.
///
/// The form is `POST /clearances`, `multipart/form-data`, with the fields `names`, `file`, `from`, `to`,
/// `as_of`, `purpose`, `accept_unique_names` (`yes` or absent) and `form_token`.
#[derive(Debug, Clone, Template)]
#[template(path = "clearances.html")]
pub struct ClearancesPage {
    /// The frame.
    pub shell: Shell,
    /// What stands in the form, with its problems.
    pub form: ClearanceForm,
    /// The clearances, newest first.
    pub clearances: Vec<ClearanceBrief>,
    /// Where in the list.
    pub paging: Paging,
}

/// What was typed, verbatim, and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct ClearanceForm {
    /// The pasted names.
    pub names: String,
    /// First day of the period as typed.
    pub from: String,
    /// Last day of the period as typed.
    pub to: String,
    /// The day on which the question is asked, as typed.
    pub as_of: String,
    /// What the clearance is for.
    pub purpose: String,
    /// A person has confirmed that a name borne once means that person.
    pub accept_unique_names: bool,
    /// What is wrong, by field.
    pub problems: Vec<FieldProblem>,
}

impl ClearanceForm {
    /// What is wrong with one field.
    pub fn problem(&self, field: Field) -> Option<&str> {
        self.problems.iter().find(|problem| problem.field == field).map(|problem| problem.message.as_str())
    }
}

/// A problem and the field beside which it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field.
    pub field: Field,
    /// What is wrong and what to do, in Chinese.
    pub message: String,
}

/// The fields of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The pasted names.
    Names,
    /// The uploaded file.
    File,
    /// Both ends of the period.
    Period,
    /// The day of the question.
    AsOf,
    /// The purpose.
    Purpose,
}

/// A clearance in a list.
#[derive(Debug, Clone)]
pub struct ClearanceBrief {
    /// Id in addresses.
    pub id: String,
    /// What it was for; may be empty.
    pub purpose: String,
    /// When it was asked.
    pub created: NaiveDateTime,
    /// The day on which the question was asked.
    pub as_of: NaiveDate,
    /// Rows.
    pub total: u64,
    /// Rows that need a person: 需要判断, 同名待定, 未建档, 不完整, 出错.
    pub open: u64,
    /// Rows in state 有记录.
    pub hits: u64,
    /// The coverage was complete.
    pub complete: bool,
    /// Where it is.
    pub run: Run,
}
