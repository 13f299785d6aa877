//! 精准检索: one box, answered name by name (who bears it, where it stands) or as ranked places (phrases and
//! words). Questions are posted, never put into an address.

use super::account::Notice;
use super::clearance::PersonBrief;
use super::filters;
use super::marked::Marked;
use super::mention::{Mention, Tier};
use super::paging::{Paging, Step};
use super::shell::Shell;
use super::tone::Tone;
use askama::Template;
use chrono::NaiveDateTime;

/// `/search`: `GET` shows the empty form, `POST` answers. Fields: `q`, `kind`, `year`, `unit`, `person`, `order`,
/// `tier`, `saved`, `fresh`, `page`, `form_token`. The box in the header posts `q` alone.
#[derive(Debug, Clone, Template)]
#[template(path = "search.html")]
pub struct SearchPage {
    /// The frame.
    pub shell: Shell,
    /// The question, sent along with every further step.
    pub question: Question,
    /// What came of it.
    pub outcome: Outcome,
    /// The searches that the reader keeps.
    pub saved: Vec<SavedRow>,
    /// What became of saving, renaming or deleting one.
    pub notice: Notice,
}

/// A search that the reader keeps.
#[derive(Debug, Clone)]
pub struct SavedRow {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// The question, in the language of the box.
    pub question: String,
    /// When it was run last.
    pub run_at: Option<NaiveDateTime>,
    /// Hits that have come or changed since; none where it was never run.
    pub new: Option<u64>,
    /// Why it cannot be read any more.
    pub unreadable: Option<String>,
}

impl SearchPage {
    /// The saved search that is shown.
    pub fn shown(&self) -> Option<&SavedRow> {
        self.saved.iter().find(|saved| saved.id.to_string() == self.question.saved)
    }

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
    /// Narrowed to a person, by key.
    pub person: String,
    /// `newest`, or empty for the best first.
    pub order: String,
    /// Of a single name: only this tier, paged.
    pub tier: String,
    /// Number of the saved search that it is.
    pub saved: String,
    /// Not empty: of the saved search, only what is new.
    pub fresh: String,
}

impl Question {
    /// The fields that a form of another step sends along, without the one it changes.
    pub fn without(&self, changed: &str) -> Vec<(&'static str, &str)> {
        let fields = [
            ("q", self.q.as_str()),
            ("kind", self.kind.as_str()),
            ("year", self.year.as_str()),
            ("unit", self.unit.as_str()),
            ("person", self.person.as_str()),
            ("order", self.order.as_str()),
            ("tier", self.tier.as_str()),
            ("saved", self.saved.as_str()),
            ("fresh", self.fresh.as_str()),
        ];
        fields.into_iter().filter(|(name, value)| *name != changed && !value.is_empty()).collect()
    }
}

impl Question {
    /// What is kept of it when it is saved: what it asks, and not what was being looked at.
    pub fn kept(&self) -> Vec<(&'static str, &str)> {
        let looked_at = ["tier", "saved", "fresh"];
        self.without("page").into_iter().filter(|(name, _)| !looked_at.contains(name)).collect()
    }

    /// By day rather than by fit.
    pub fn newest(&self) -> bool {
        self.order == "newest"
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
    /// Names that could be meant instead; not searched, not counted.
    pub suggested: Vec<Suggested>,
}

/// What could be meant by a name that was asked for.
#[derive(Debug, Clone)]
pub struct Suggested {
    /// As asked.
    pub name: String,
    /// Whether a dossier bears the very name.
    pub borne: bool,
    /// Other names of dossiers, the nearest first.
    pub others: Vec<OtherName>,
}

/// A name that could be meant instead.
#[derive(Debug, Clone)]
pub struct OtherName {
    /// The name as the dossiers write it.
    pub name: String,
    /// Why (音近, 形近 …).
    pub why: &'static str,
    /// Who bears it.
    pub persons: Vec<PersonBrief>,
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
    /// How many more would fit but have no day, where a period was asked for.
    pub undated: u64,
    /// The order means something: a reader with a part of the dossiers is answered by day.
    pub by_fit: bool,
    /// Who is tied to what was looked for, most first.
    pub ties: Vec<TieRow>,
    /// How many persons are tied altogether.
    pub tied: u64,
    /// Where in the list; its total counts all of them.
    pub paging: Paging,
    /// What the list can be narrowed by.
    pub facets: Vec<Facet>,
}

/// A person who is tied to what was looked for, and by what.
#[derive(Debug, Clone)]
pub struct TieRow {
    /// The person.
    pub person: PersonBrief,
    /// How many records and texts tie them.
    pub count: u64,
    /// Tables and kinds of text, with their numbers.
    pub classes: Vec<(String, u64)>,
    /// The newest of them: where it can be read, what it is, its day.
    pub records: Vec<(String, String, String)>,
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
    /// Key and name of the unit; may be empty.
    pub unit: (String, String),
    /// The text was recognised in pictures.
    pub ocr: bool,
    /// Sentences around the words.
    pub quotes: Vec<Marked>,
}

/// Values to narrow by.
#[derive(Debug, Clone)]
pub struct Facet {
    /// Heading (类别, 年份).
    pub label: String,
    /// Field of the form: `kind`, `year`, `unit` or `person`.
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
