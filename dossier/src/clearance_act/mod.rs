//! The act around a clearance (党风廉政意见回复): from the registered request to the reply that is filed into
//! each dossier. States, events, who may do what and under which condition stand in ONE table
//! ([`TABLE`]); the program asks it, the database's triggers are tested against it, and the documentation
//! prints it.
//!
//! Facets (overdue, valid, something new has come) are computed from days and notices; they are never states.

mod check;
mod table;

pub use check::{Facts, Offer, Refusal, check, next, offers, waits_for};
pub use table::{Guard, TABLE, To, Transition, moves};

use crate::words::words;

words! {
    /// Where an act stands.
    ActState {
        /// The request is on record.
        Registered => "registered", "已登记";
        /// The list has been searched; people decide what is left open.
        Gathered => "gathered", "待确认";
        /// Offices have been asked.
        Consulting => "consulting", "征求意见中";
        /// Every row has its opinion and its drafter.
        Drafted => "drafted", "已拟稿";
        /// It is before the reviewer.
        Submitted => "submitted", "待审核";
        /// It is before the approver.
        Reviewed => "reviewed", "待签发";
        /// The named approver has signed.
        Signed => "signed", "已签发";
        /// It has its number and has gone out.
        Issued => "issued", "已发文";
        /// It stands in each dossier.
        Filed => "filed", "已归档";
        /// It has gone out and has been taken back.
        Withdrawn => "withdrawn", "已撤回";
        /// It ended before it went out.
        Cancelled => "cancelled", "已取消";
    }
}

impl ActState {
    /// Whether nothing can follow.
    pub fn is_terminal(self) -> bool {
        matches!(self, ActState::Withdrawn | ActState::Cancelled)
    }

    /// Whether a reply is out that others rely on.
    pub fn is_out(self) -> bool {
        matches!(self, ActState::Issued | ActState::Filed)
    }
}

words! {
    /// What happens to an act.
    ActEvent {
        /// The request comes in.
        Create => "create", "登记";
        /// The list is searched, or searched again.
        Gather => "gather", "检索";
        /// A person says whom a row means.
        Decide => "decide", "确认人选";
        /// A person gives the opinion on a row, or leaves it out.
        Opine => "opine", "提出意见";
        /// An office is asked.
        Consult => "consult", "征求意见";
        /// It answers.
        Answer => "answer", "回复意见";
        /// It has not answered, and somebody says that it will not be waited for.
        CloseConsultation => "close_consultation", "终止征求";
        /// The letter is drafted.
        Draft => "draft", "拟稿";
        /// The draft goes to review, for a named approver.
        Submit => "submit", "送审";
        /// It goes back.
        Return => "return", "退回";
        /// It is reviewed.
        Review => "review", "审核";
        /// It is signed.
        Sign => "sign", "签发";
        /// It gets its number and goes out.
        Issue => "issue", "发文";
        /// It is filed into each dossier.
        File => "file", "归档";
        /// It is taken back after it went out.
        Withdraw => "withdraw", "撤回";
        /// It ends before it goes out.
        Cancel => "cancel", "取消";
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
