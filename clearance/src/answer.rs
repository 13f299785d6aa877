//! The shapes of an answer as they leave the program (contract §3.1).

use dossier::RecordKey;
use dossier::day::Period;
use dossier::opinion::Opinion;
use dossier::shown::ShownBecause;
use serde::{Deserialize, Serialize};

use crate::coverage::Coverage;
use crate::input::Input;
use crate::resolve::MatchedBy;

/// What stands before the rows.
#[derive(Debug, Clone, Serialize)]
pub struct Head {
    /// Id of the stored clearance.
    pub clearance: String,
    /// The day on which the question is asked.
    pub as_of: chrono::NaiveDate,
    /// The period asked about.
    pub period: Period,
    /// What for.
    pub purpose: String,
    /// How complete the search was.
    pub coverage: Coverage,
}

/// The answer to one input row.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// 1-based number of the input row.
    pub row: u32,
    /// Verbatim.
    pub input: Input,
    /// Exactly one state.
    pub state: &'static str,
    /// The person it is about, where that is settled.
    pub person: Option<RecordKey>,
    /// By what the person was found.
    pub matched_by: Option<MatchedBy>,
    /// Who it might be, where it is not.
    pub candidates: Vec<Candidate>,
    /// What the records suggest; a named person decides.
    #[serde(serialize_with = "opinion")]
    pub opinion: Option<Opinion>,
    /// Records shown, by day.
    pub records: Vec<ShownRecord>,
    /// Findings about and recommendations to the person's units.
    pub unit_findings: Vec<UnitFinding>,
    /// Open reminders about the person.
    pub reminders: Vec<serde_json::Value>,
    /// Every place where a name of the person stands in the texts of the period.
    pub mentions: Vec<Mention>,
    /// How many more there are in texts outside the period.
    pub mentions_outside_period: u64,
    /// What a reader has to know about this row.
    pub problems: Vec<Problem>,
}

#[allow(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn opinion<S: serde::Serializer>(opinion: &Option<Opinion>, serializer: S) -> Result<S::Ok, S::Error> {
    match opinion {
        Some(opinion) => serializer.serialize_str(opinion.slug()),
        None => serializer.serialize_none(),
    }
}

/// A person that a row might mean, with what tells namesakes apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Key of the dossier.
    pub person: RecordKey,
    /// Name as written there.
    pub name: String,
    /// Name of the present unit, or of the last.
    pub unit: Option<String>,
    /// Present post, or the last.
    pub post: Option<String>,
    /// Year and month of birth.
    pub birth: Option<String>,
    /// Last four characters of the identity number.
    pub id_tail: Option<String>,
}

/// A record that the answer lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownRecord {
    /// Slug of the record kind.
    pub kind: &'static str,
    /// Key.
    pub id: RecordKey,
    /// Its main day, as precise as it is known.
    pub date: Option<String>,
    /// Why it is listed.
    pub shown_because: ShownBecause,
    /// Last day on which its influence bars the person, where it still runs and the day is known.
    pub until: Option<chrono::NaiveDate>,
    /// One line in Chinese.
    pub summary: String,
    /// What this record alone suggests; the worst of a row is the row's.
    pub opinion: Opinion,
    /// What the letter says of it, in Chinese.
    pub wording: String,
    /// The rule that led to the opinion, in Chinese; for an influence period, how it was counted.
    pub basis: String,
}

/// A finding about, or a recommendation to, a unit of the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnitFinding {
    /// `finding` or `recommendation`.
    pub kind: &'static str,
    /// Key.
    pub id: RecordKey,
    /// Not yet rectified on the day asked.
    pub open: bool,
}

/// How surely a mention is about the person, surest first (contract §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// The text lists the person, or holds the identity number.
    Linked,
    /// The name with the unit, or the birth month, and no namesake fits better.
    Corroborated,
    /// The name and nothing more.
    Name,
    /// The characters read as a word there.
    Word,
    /// They stand inside a longer name.
    Inside,
}

impl Tier {
    /// All tiers, surest first.
    pub const ALL: &[Tier] = &[Tier::Linked, Tier::Corroborated, Tier::Name, Tier::Word, Tier::Inside];

    /// As in the JSON.
    pub fn slug(self) -> &'static str {
        match self {
            Tier::Linked => "linked",
            Tier::Corroborated => "corroborated",
            Tier::Name => "name",
            Tier::Word => "word",
            Tier::Inside => "inside",
        }
    }
}

/// One place where a name stands in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// Key of the text.
    pub text: RecordKey,
    /// How surely it is this person.
    pub tier: Tier,
    /// First code point in the stored text; `None` where only the title or the list of persons names it.
    pub start: Option<u32>,
    /// One past the last.
    pub end: Option<u32>,
    /// The sentence around it.
    pub quote: String,
    /// What led to the tier: stable words.
    pub why: Vec<String>,
    /// Whether the text was recognised in pictures, so that what is quoted may be misread.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ocr: bool,
}

/// Something about a row that a reader has to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Stable code.
    pub code: String,
    /// Explanation.
    pub message: String,
}

impl Problem {
    /// The problem `code`, explained by `message`.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into() }
    }
}
