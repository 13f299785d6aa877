//! What one text says for one person, and how well the person fits it: the comparison by which namesakes are
//! told apart. Facts only; the tier that follows is given where the places are (`evidence`).

use std::cell::OnceCell;

use dossier::PartialDate;
use dossier::normal::{self, is_han};
use dossier::person::Post;
use indexer::{Circumstances, TextFrame};

use crate::profile::{Held, Profile, Profiles};

/// What a text says, as far as it tells persons apart.
pub(crate) struct TextFacts<'t> {
    /// Its title; empty for none.
    title: &'t str,
    content: &'t str,
    /// Keys of the persons that its metadata list.
    pub(crate) listed: Vec<&'t str>,
    /// Key of the unit that its metadata name.
    unit: Option<&'t str>,
    /// Its day.
    date: Option<PartialDate>,
    pub(crate) said: Circumstances<'t>,
    /// The numbers of the units that are named in it.
    units: Vec<u32>,
    /// Title and content in normal form, once somebody asks.
    normal: OnceCell<[String; 2]>,
}

impl<'t> TextFacts<'t> {
    /// Those of a text that lists `listed`, in which `said` was read; `profiles` are who is compared with it.
    pub(crate) fn of(
        text: TextFrame<'t>,
        listed: Vec<&'t str>,
        said: Circumstances<'t>,
        profiles: &Profiles,
    ) -> Self {
        let TextFrame { title, content, unit, date, .. } = text;
        let units = profiles.numbers_of(&said.units);
        Self { title, content, listed, unit, date, said, units, normal: OnceCell::new() }
    }

    /// Whether these characters in normal form stand in title or content. To fold a text costs more than to
    /// look through it, so that is done only where it can make a difference.
    fn contains(&self, key: &str) -> bool {
        if key.chars().all(is_han) {
            let as_written = self.content.contains(key) || self.title.contains(key);
            if as_written || self.said.keeps_han {
                return as_written;
            }
        }
        let folded = |text| normal::Normal::of(text).text();
        let normal = self.normal.get_or_init(|| [folded(self.title), folded(self.content)]);
        normal.iter().any(|text| text.contains(key))
    }
}

/// What one text says for one person: facts, each given or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Evidence(u8);

/// The text lists the person.
const LISTED: u8 = 1;
const ID: u8 = 1 << 1;
const ID_TAIL: u8 = 1 << 2;
const UNIT: u8 = 1 << 3;
/// The post in that unit was held when the text was written, as far as the days are known.
const IN_POST: u8 = 1 << 4;
const POST: u8 = 1 << 5;
const BIRTH: u8 = 1 << 6;

impl Evidence {
    /// What `facts` say for `profile`, whose identity number has the keyed hash `identity`; that is asked for only where
    /// there is one to compare it with.
    pub(crate) fn of<'i>(
        profile: &Profile,
        identity: impl FnOnce() -> Option<&'i str>,
        facts: &TextFacts<'_>,
    ) -> Self {
        let said = &facts.said;
        let mut served = 0;
        for held in profile.held.iter().filter(|held| is_named(held, facts)) {
            served |= UNIT;
            served |= if is_held_around(&held.post, facts.date) { IN_POST } else { 0 };
            served |= if served & POST == 0 && holds_title(held, facts) { POST } else { 0 };
        }
        let masked = || {
            let canonical = profile.canonical_id.as_deref();
            canonical.is_some_and(|id| said.masked.iter().any(|masked| masked.fits(id)))
        };
        let born = |birth: PartialDate| said.months.contains(&birth.year_month());
        let rest = [
            (LISTED, facts.listed.contains(&profile.person.key.as_str())),
            (ID, said.has_identities() && identity().is_some_and(|identity| said.names_identity(identity))),
            (ID_TAIL, !said.masked.is_empty() && masked()),
            (BIRTH, !said.months.is_empty() && profile.person.birth.is_some_and(born)),
        ];
        Self(rest.into_iter().filter(|(_, given)| *given).fold(served, |all, (fact, _)| all | fact))
    }

    fn has(self, fact: u8) -> bool {
        self.0 & fact != 0
    }

    /// Whether the text is linked to the person without any doubt about namesakes.
    pub(crate) fn links(self) -> bool {
        self.has(LISTED | ID)
    }

    /// How well the person fits: to compare namesakes. 0: nothing speaks for this one.
    pub(crate) fn strength(self) -> u8 {
        if self.links() {
            return LINKED;
        }
        let one = |fact| u8::from(self.has(fact));
        one(UNIT) + one(IN_POST) + one(POST) + 2 * one(BIRTH) + 3 * one(ID_TAIL)
    }

    /// Stable words for what was found.
    pub(crate) fn words(self) -> impl Iterator<Item = &'static str> {
        let all = [
            (self.has(LISTED), "persons"),
            (self.has(ID), "id_number"),
            (self.has(ID_TAIL), "id_tail"),
            (self.has(UNIT), "unit"),
            (self.has(UNIT) && !self.has(IN_POST), "not_in_post_then"),
            (self.has(POST), "post"),
            (self.has(BIRTH), "birth"),
        ];
        all.into_iter().filter(|(given, _)| *given).map(|(_, word)| word)
    }
}

/// Stronger than all circumstances together.
pub(crate) const LINKED: u8 = 20;
/// Stronger than that: a person has decided.
pub(crate) const DECIDED: u8 = 30;

fn is_named(held: &Held, facts: &TextFacts<'_>) -> bool {
    facts.unit == Some(held.post.unit.as_str())
        || held.unit_numbers.iter().any(|unit| facts.units.contains(unit))
}

/// Whether the post was held at some time within `date`; where a day is missing nothing speaks against it.
fn is_held_around(post: &Post, date: Option<PartialDate>) -> bool {
    date.is_none_or(|date| {
        post.from.is_none_or(|from| from.first_day() <= date.last_day())
            && post.until.is_none_or(|until| until.last_day() >= date.first_day())
    })
}

fn holds_title(held: &Held, facts: &TextFacts<'_>) -> bool {
    held.title_key.chars().nth(1).is_some() && facts.contains(&held.title_key)
}
