//! 精准检索: one box, answered name by name (who bears it, where it stands) or as ranked places (phrases and
//! words). Questions are posted, never put into an address.

use super::clearance::PersonBrief;
use super::filters;
use super::marked::Marked;
use super::mention::{Mention, Tier};
use super::paging::{Paging, Step};
use super::shell::Shell;
use super::tone::Tone;
use askama::Template;

/// `/search`: `GET` shows the empty form, `POST` answers. Fields: `q`, `kind`, `year`, `unit`, `tier`, `page`,
/// `form_token`. The box in the header posts `q` alone.
#[derive(Debug, Clone, Template)]
#[template(path = "search.html")]
pub struct SearchPage {
    /// The frame.
    pub shell: Shell,
    /// The question, sent along with every further step.
    pub question: Question,
    /// What came of it.
    pub outcome: Outcome,
}

impl SearchPage {
    /// Something was asked: an answer to a posted form, which has no address of its own.
    pub fn asked(&self) -> bool {
        !matches!(self.outcome, Outcome::Unasked)
    }

    /// Number of the page that is shown.
    pub fn page(&self) -> u64 {
        let Outcome::Answered(answer) = &self.outcome else { return 1 };
        let of_tiers = answer.names.iter().flat_map(|name| &name.groups).filter_map(|group| group.paging);
        of_tiers.chain(answer.places.as_ref().map(|places| places.paging)).map(|p| p.page).max().unwrap_or(1)
    }
}

/// The question as it was sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Question {
    /// The words.
    pub q: String,
    /// Narrowed to a kind.
    pub kind: String,
    /// Narrowed to a year.
    pub year: String,
    /// Narrowed to a unit.
    pub unit: String,
    /// Of a single name: only this tier, paged.
    pub tier: String,
}

impl Question {
    /// The fields that a form of another step sends along, without the one it changes.
    pub fn without(&self, changed: &str) -> Vec<(&'static str, &str)> {
        let fields = [
            ("q", self.q.as_str()),
            ("kind", self.kind.as_str()),
            ("year", self.year.as_str()),
            ("unit", self.unit.as_str()),
            ("tier", self.tier.as_str()),
        ];
        fields.into_iter().filter(|(name, value)| *name != changed && !value.is_empty()).collect()
    }
}

/// What came of a question.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// Nothing asked yet.
    Unasked,
    /// The question cannot be read.
    Unreadable(Unreadable),
    /// Answered.
    Answered(SearchAnswer),
}

/// Where and why a question cannot be read.
#[derive(Debug, Clone)]
pub struct Unreadable {
    /// What is wrong, in Chinese, and what to do.
    pub message: String,
    /// Position in the question, in code points from 0.
    pub position: usize,
}

impl Unreadable {
    /// The question up to the position.
    pub fn before(&self, q: &str) -> String {
        q.chars().take(self.position).collect()
    }

    /// The character at the position, or a low line where the question ends too early.
    pub fn at(&self, q: &str) -> String {
        q.chars().nth(self.position).map_or_else(|| "␣".to_owned(), String::from)
    }

    /// The rest.
    pub fn after(&self, q: &str) -> String {
        q.chars().skip(self.position + 1).collect()
    }
}

/// The answer.
#[derive(Debug, Clone)]
pub struct SearchAnswer {
    /// Texts and records that were searched, as a sentence of the coverage.
    pub complete: bool,
    /// Why it is not complete, if so.
    pub gaps: Vec<String>,
    /// Name by name, in the order of the question.
    pub names: Vec<NameAnswer>,
    /// Ranked places, where the question has phrases or words.
    pub places: Option<Places>,
}

/// What there is about one name.
#[derive(Debug, Clone)]
pub struct NameAnswer {
    /// The name as asked.
    pub name: String,
    /// Dossiers that bear it, as name or former name.
    pub dossiers: Vec<Bearer>,
    /// Mentions by tier, surest first; tiers without any may be left out.
    pub groups: Vec<TierGroup>,
}

impl NameAnswer {
    /// Mentions altogether.
    pub fn mentions(&self) -> u64 {
        self.groups.iter().map(|group| group.total).sum()
    }

    /// Mentions of one tier.
    pub fn count(&self, tier: Tier) -> u64 {
        self.groups.iter().filter(|group| group.tier == tier).map(|group| group.total).sum()
    }
}

/// A dossier that bears the name.
#[derive(Debug, Clone)]
pub struct Bearer {
    /// The person.
    pub person: PersonBrief,
    /// It is a former name of theirs.
    pub former: bool,
    /// In office, retired, … as stored.
    pub status: String,
}

/// The mentions of one tier.
#[derive(Debug, Clone)]
pub struct TierGroup {
    /// Tier.
    pub tier: Tier,
    /// How many there are.
    pub total: u64,
    /// Those shown; where there are more, a button asks for the tier alone.
    pub mentions: Vec<Mention>,
    /// Where in the tier, when it is shown alone.
    pub paging: Option<Paging>,
}

impl TierGroup {
    /// What the tier says in a search, where no dossier is chosen.
    pub fn meaning(&self) -> &'static str {
        Self::meaning_of(self.tier)
    }

    /// A search asks for the name alone. What speaks for one of those who bear it is weighed where a person
    /// is known: in a dossier and in a clearance.
    pub const fn meaning_of(tier: Tier) -> &'static str {
        match tier {
            Tier::Name => "此名独立出现；写的是哪一位，请看该人档案的“文本提及”，或用一键审核",
            Tier::Linked | Tier::Corroborated | Tier::Word | Tier::Inside => tier.meaning(),
        }
    }

    /// How many are not shown.
    pub fn hidden(&self) -> u64 {
        self.total.saturating_sub(self.mentions.len() as u64)
    }
}

/// Ranked places.
#[derive(Debug, Clone)]
pub struct Places {
    /// Places, best first.
    pub hits: Vec<Hit>,
    /// Where in the list; its total counts all of them.
    pub paging: Paging,
    /// What the list can be narrowed by.
    pub facets: Vec<Facet>,
}

/// One place: a text or a record.
#[derive(Debug, Clone)]
pub struct Hit {
    /// `/texts/{id}` or `/persons/{id}#{anchor}`.
    pub href: String,
    /// Title, marked where it fits.
    pub title: Marked,
    /// Kind of the text, or the table's name.
    pub kind: String,
    /// Adverse kinds carry their own tone.
    pub tone: Tone,
    /// Day as stored; may be empty.
    pub date: String,
    /// Unit; may be empty.
    pub unit: String,
    /// Sentences around the words.
    pub quotes: Vec<Marked>,
}

/// Values to narrow by.
#[derive(Debug, Clone)]
pub struct Facet {
    /// Heading (类别, 年份).
    pub label: String,
    /// Field of the form: `kind`, `year` or `unit`.
    pub field: String,
    /// The values, most frequent first (years newest first).
    pub values: Vec<FacetValue>,
}

/// A value with its count.
#[derive(Debug, Clone)]
pub struct FacetValue {
    /// What is sent.
    pub value: String,
    /// What is shown.
    pub label: String,
    /// How many.
    pub count: u64,
    /// The list is narrowed to it; pressing it again widens.
    pub selected: bool,
}
