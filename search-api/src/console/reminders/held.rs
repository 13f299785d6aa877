//! 暂存待放行: what the first sweep or a sudden flood has kept back, office by office. One person proposes,
//! another one, who is in charge, decides.

use askama::Template;
use chrono::NaiveDateTime;

use crate::console::account::Notice;
use crate::console::filters;
use crate::console::shell::Shell;

/// `/held`.
#[derive(Debug, Clone, Template)]
#[template(path = "reminders_held.html")]
pub struct HeldPage {
    /// The frame.
    pub shell: Shell,
    /// What was done, or why not.
    pub notice: Notice,
    /// The batches, the oldest first.
    pub batches: Vec<BatchRow>,
    /// Whether the reader may propose.
    pub proposes: bool,
    /// Whether the reader may decide.
    pub decides: bool,
}

/// One batch.
#[derive(Debug, Clone)]
pub struct BatchRow {
    /// Its number.
    pub id: i64,
    /// Key of the office; empty where none is known.
    pub office_key: String,
    /// The office.
    pub office: String,
    /// Why it is held: 首次巡检存量, 数量异常.
    pub gate: &'static str,
    /// When it was made.
    pub created: NaiveDateTime,
    /// Reminders in it.
    pub held: u64,
    /// What is proposed; empty: nothing yet.
    pub proposal: &'static str,
    /// By whom.
    pub proposed_by: String,
    /// Why.
    pub reason: String,
    /// Whether the reader has proposed it himself.
    pub own: bool,
    /// What was typed as a reason and could not be taken.
    pub typed: String,
    /// What is wrong with it.
    pub wrong: Option<String>,
}
