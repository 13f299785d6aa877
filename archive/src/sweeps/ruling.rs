//! What becomes of a decision about rules or exemptions: a value with its reason. An audit entry is written where
//! something was decided, and nowhere else.

use serde_json::Value;

use crate::act::Act;
use crate::error::ArchiveError;

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ruling {
    /// It is so from now on.
    Done,
    /// There is none with this number.
    NoSuch,
    /// It has been decided, withdrawn or lifted already.
    Decided,
    /// Who asked for it cannot decide it.
    SamePerson,
    /// Nobody has been shown what it would do.
    NotPreviewed,
}

impl Ruling {
    /// Whether something was decided.
    pub fn is_done(self) -> bool {
        self == Ruling::Done
    }

    /// Why nothing was decided, for an operator.
    pub fn explain(self) -> &'static str {
        match self {
            Ruling::Done => "done",
            Ruling::NoSuch => "there is none with this number",
            Ruling::Decided => "it has been decided, withdrawn or lifted already",
            Ruling::SamePerson => "whoever asked for it cannot decide it; somebody else does",
            Ruling::NotPreviewed => "nobody has been shown what it would do; preview it first",
        }
    }
}

/// Ends `act` with its audit entry where it has changed a row; else nothing has happened, and nothing is written.
pub(super) async fn close(
    mut act: Act,
    changed: u64,
    action: &str,
    subject: &str,
    detail: &Value,
) -> Result<bool, ArchiveError> {
    if changed == 0 {
        return Ok(false);
    }
    act.audit(action, subject, detail).await?;
    act.commit().await?;
    Ok(true)
}
