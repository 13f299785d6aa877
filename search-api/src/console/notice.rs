//! The page that says that something did not work: what happened, and what to do. No internals.

use super::filters;
use super::shell::Shell;
use askama::Template;

/// An error page of any status.
#[derive(Debug, Clone, Template)]
#[template(path = "notice.html")]
pub struct NoticePage {
    /// The frame.
    pub shell: Shell,
    /// HTTP status, shown small.
    pub status: u16,
    /// What happened.
    pub title: String,
    /// A sentence more; may be empty.
    pub detail: String,
    /// What to do, one sentence a line.
    pub advice: Vec<String>,
    /// A number under which the operator finds it in the log; may be empty.
    pub reference: String,
}

impl NoticePage {
    /// Nothing stands at this address.
    pub fn not_found(shell: Shell) -> Self {
        Self {
            shell,
            status: 404,
            title: "没有这个页面".to_owned(),
            detail: "地址可能有误，或内容已撤下。".to_owned(),
            advice: vec![
                "从左侧导航进入，或在上方检索框里查找。".to_owned(),
                "如果是从书签打开的，请更新书签。".to_owned(),
            ],
            reference: String::new(),
        }
    }

    /// Something broke inside; `reference` finds it in the log.
    pub fn broken(shell: Shell, reference: String) -> Self {
        Self {
            shell,
            status: 500,
            title: "这一步没有完成".to_owned(),
            detail: "程序内部出了问题，已记入日志。没有任何数据被改动一半。".to_owned(),
            advice: vec!["稍候再试一次。".to_owned(), "仍不行时，请把下面的编号告诉系统管理员。".to_owned()],
            reference,
        }
    }
}
