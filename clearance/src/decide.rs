//! From what was found to one state. `clear` cannot be constructed without a complete coverage, a
//! proven identity and nothing found.

use crate::answer::{Mention, Tier};
use crate::coverage::CompleteCoverage;
use crate::resolve::MatchedBy;

/// Whether a person is identified well enough for "clear".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// By identity number, by name and unit or birth month, or by name with a person's confirmation.
    Proven(ProvenIdentity),
    /// By a name alone.
    ByName,
}

/// Proof of an identity. Only [`Identity::of`] makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProvenIdentity(());

impl Identity {
    /// What `by` proves; `names_confirmed`: a person has looked at the matches by name alone.
    pub fn of(by: MatchedBy, names_confirmed: bool) -> Self {
        match by {
            MatchedBy::IdNumber | MatchedBy::NameUnit => Identity::Proven(ProvenIdentity(())),
            MatchedBy::Name | MatchedBy::FormerName if names_confirmed => {
                Identity::Proven(ProvenIdentity(()))
            }
            MatchedBy::Name | MatchedBy::FormerName => Identity::ByName,
        }
    }
}

/// Why a row may be called clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClearBecause {
    /// Everything was searched.
    pub coverage: CompleteCoverage,
    /// For this person.
    pub identity: ProvenIdentity,
}

/// The state of a row, worst first in the order of precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The row cannot be answered as it stands.
    Error,
    /// Several persons fit, or one whose dossier contradicts the row.
    Ambiguous,
    /// Nobody fits.
    NoDossier,
    /// Something is on record.
    Hit,
    /// Something a person has to look at.
    Possible,
    /// Nothing found, but not everything was searched.
    Incomplete,
    /// Nothing found, and everything was searched.
    Clear(ClearBecause),
}

impl State {
    /// As in the JSON.
    pub fn slug(self) -> &'static str {
        match self {
            State::Error => "error",
            State::Ambiguous => "ambiguous",
            State::NoDossier => "no_dossier",
            State::Hit => "hit",
            State::Possible => "possible",
            State::Incomplete => "incomplete",
            State::Clear(_) => "clear",
        }
    }

    /// All slugs in the order of precedence.
    pub const SLUGS: &[&str] =
        &["error", "ambiguous", "no_dossier", "hit", "possible", "incomplete", "clear"];
}

/// How heavily the mentions of a row weigh.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Weight {
    /// None, or only inside longer names.
    Nothing,
    /// A person has to look.
    ToLookAt,
    /// Surely this person, in a text of an adverse kind.
    Adverse,
}

/// Among the reasons of a mention: a person decided that it is not this one.
pub(crate) const DECIDED_IS_NOT: &str = "decided_is_not";

/// The weight of one mention in a text of an adverse or neutral kind.
pub(crate) fn weigh(mention: &Mention, adverse: bool) -> Weight {
    weight(mention.tier, mention.why.iter().any(|why| why == DECIDED_IS_NOT), adverse)
}

/// The same by its tier; `against`: a person decided that it is not this one.
pub(crate) fn weight(tier: Tier, against: bool, adverse: bool) -> Weight {
    if against {
        return Weight::Nothing;
    }
    match tier {
        Tier::Linked | Tier::Corroborated if adverse => Weight::Adverse,
        Tier::Linked | Tier::Corroborated | Tier::Name | Tier::Word => Weight::ToLookAt,
        Tier::Inside => Weight::Nothing,
    }
}

/// The state of a row whose person is settled.
pub(crate) fn decide(
    any_record: bool,
    mentions: Weight,
    identity: Identity,
    coverage: Option<CompleteCoverage>,
) -> State {
    if any_record || mentions == Weight::Adverse {
        return State::Hit;
    }
    let Identity::Proven(identity) = identity else {
        return State::Possible;
    };
    if mentions == Weight::ToLookAt {
        return State::Possible;
    }
    match coverage {
        Some(coverage) => State::Clear(ClearBecause { coverage, identity }),
        None => State::Incomplete,
    }
}
