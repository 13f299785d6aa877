//! 登记来函: the form that begins an act. What was typed comes back with the problem beside its field.

use askama::Template;

use crate::console::filters;
use crate::console::shell::Shell;

/// `/replies/new`: `POST /replies`, `multipart/form-data`.
#[derive(Debug, Clone, Template)]
#[template(path = "reply_new.html")]
pub struct NewReplyPage {
    /// The frame.
    pub shell: Shell,
    /// What stands in the form.
    pub form: ReplyForm,
    /// Nobody signs in here: the form asks who acts.
    pub asks_who: bool,
    /// The day on which the default number of working days would end, with a word where it may move.
    pub due_preview: String,
    /// The first year for which no notice of days off is known; days that reach it may move.
    pub unknown_year: Option<i32>,
}

/// The fields of the form, as their names in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplyField {
    /// Who acts, on a machine without accounts.
    Person,
    /// 来函单位
    Requester,
    /// 来函文号
    RequestNo,
    /// 来函日期
    RequestDate,
    /// 事由
    Purpose,
    /// Both ends of the period
    Period,
    /// 基准日
    AsOf,
    /// 办理时限
    Due,
    /// 有效期
    ValidDays,
    /// The pasted list
    Names,
    /// The uploaded list
    File,
}

/// What was typed, verbatim, and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct ReplyForm {
    /// Who acts.
    pub person: String,
    /// 来函单位
    pub requester: String,
    /// 来函文号
    pub request_no: String,
    /// 来函日期
    pub request_date: String,
    /// 发文机关
    pub issuer: String,
    /// 密级和保密期限
    pub secrecy: String,
    /// 联系人及电话
    pub contact: String,
    /// 办理时限, working days
    pub due_days: String,
    /// Or a day
    pub due_on: String,
    /// 有效期, days
    pub valid_days: String,
    /// 事由
    pub purpose: String,
    /// First day of the period
    pub from: String,
    /// Last day of the period
    pub to: String,
    /// 基准日
    pub as_of: String,
    /// The pasted list
    pub names: String,
    /// The same form twice is one act
    pub key: String,
    /// What is wrong, by field
    pub problems: Vec<(ReplyField, String)>,
}

impl ReplyForm {
    /// What is wrong with one field.
    pub fn problem(&self, field: ReplyField) -> Option<&str> {
        self.problems.iter().find(|(at, _)| *at == field).map(|(_, message)| message.as_str())
    }
}
