//! Decisions of a person on a name where it stands: it is the one of this dossier, or it is not. About one
//! place, about one text, or about the name in all texts of a unit.
//!
//! They are kept apart from the records, which say what others reported; a decision says what somebody of
//! the office concluded, with the reason, and can be taken back. What follows for an answer is for the
//! clearance to say.

pub(crate) mod follow;
mod read;
mod write;

use chrono::{DateTime, Utc};
use dossier::RecordKey;

use crate::words::stored_words;

stored_words! {
    /// What was decided.
    DecisionVerdict {
        /// It is the person.
        Is => "is",
        /// It is somebody else, or nobody.
        IsNot => "is_not",
    }
}

/// How far a decision reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DecisionScope {
    /// One place: the code points `start..end` of a text.
    Mention {
        /// The text.
        text: RecordKey,
        /// First code point.
        start: u32,
        /// One past the last.
        end: u32,
    },
    /// The name wherever it stands in one text.
    Text(RecordKey),
    /// The name in every text of this unit, or that names it.
    Unit(RecordKey),
}

/// A decision to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDecision {
    /// What was decided.
    pub verdict: DecisionVerdict,
    /// About whom.
    pub person: RecordKey,
    /// Key of the name ([`dossier::name::name_key`]), which the person must bear.
    pub name_key: String,
    /// How far it reaches.
    pub scope: DecisionScope,
    /// Why. Never empty.
    pub reason: String,
}

/// A decision as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Its number, by which it is named in answers and revoked.
    pub id: i64,
    /// What was decided.
    pub verdict: DecisionVerdict,
    /// About whom.
    pub person: RecordKey,
    /// Key of the name.
    pub name_key: String,
    /// How far it reaches.
    pub scope: DecisionScope,
    /// What the text said then (its hash): a decision holds for that content, and for no later one.
    pub text_hash: Option<String>,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub actor: String,
    /// When.
    pub decided_at: DateTime<Utc>,
    /// Who took it back, when and why, if anybody did.
    pub revoked: Option<Revocation>,
}

/// How a decision was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocation {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// Why a decision cannot be stored or revoked, by what the caller can do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecisionError {
    /// Say why.
    #[error("a decision needs a reason of 1 to {REASON_CHARS_MAX} characters")]
    Reason,
    /// See how the person is recorded.
    #[error("person {0} is not in the archive, or does not bear this name")]
    NotTheirName(RecordKey),
    /// See what the archive has.
    #[error("text {0} is not in the archive")]
    NoSuchText(RecordKey),
    /// See what the archive has.
    #[error("unit {0} is not in the archive")]
    NoSuchUnit(RecordKey),
    /// Look at the text again.
    #[error("text {0} has no such place")]
    NoSuchPlace(RecordKey),
    /// Ask for the list of decisions.
    #[error("there is no decision {0}")]
    NoSuchDecision(i64),
    /// Nothing is left to do.
    #[error("decision {0} was revoked already")]
    Revoked(i64),
}

/// Longest reason, in code points.
pub const REASON_CHARS_MAX: usize = 1000;

/// What the seal of a reason is bound to.
fn place(person: &str) -> String {
    format!("mention_decision.{person}")
}
