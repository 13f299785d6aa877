//! How a name reads where it stands: free, as an ordinary word, or inside a longer name.
//!
//! Every place is reported with its reading and the reason. What follows for a person (is it this
//! 王伟?) is for the clearance to say; here only the text speaks.

mod asked;
mod entity;
mod heads;
mod letters;
mod longer;
mod person;
mod straddled;
#[cfg(test)]
mod tests;
mod vocabulary;

use std::collections::HashMap;

use dossier::name::is_mask;
use dossier::normal::{Gap, Normal, is_han, is_letter};

use crate::circumstances::{Circumstances, identities_in};
use crate::clause::{Clauses, Tag, Token, frequency};
use crate::known::{Found, Known};
use crate::noted::{Noted, Place};
pub use asked::Asked;
pub use letters::{bears_compound_surname, bears_surname};
use longer::Longer;
use straddled::Straddled;
use vocabulary::ORDINARY_WORDS;

/// How the characters of a name read at one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reading {
    /// As a name standing by itself.
    Free,
    /// As an ordinary word, or part of the name of something else (华盛顿 the city).
    Word,
    /// As part of a longer name that is known, or shown by a mask to be longer (王某 in 王某某).
    Inside,
}

/// One place where an asked name stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurrence {
    /// Which of the asked names: its index in [`Asked`].
    pub name: usize,
    /// First code point in the stored text.
    pub start: u32,
    /// One past the last code point.
    pub end: u32,
    /// How it reads.
    pub reading: Reading,
    /// Why it reads so, a stable word; empty for the plain case. Inside: `longer_name`, `masked_run`. Word:
    /// `dictionary_word`, `part_of_word`, `part_of_name`, `part_of_place`, `foreign_name`, `organisation_or_place`,
    /// `unit_name`, `crosses_words`, `crosses_title`, `after_place`. Free although a dictionary has the word:
    /// `title_beside`, `in_name_list`, `signed`; although a longer name is known: `ambiguous_cut`; as somebody's kin:
    /// [`KIN_BEFORE`].
    pub why: &'static str,
}

/// Why a free name may be nobody's of the dossiers: it is introduced as somebody's kin (其妻王芳).
pub const KIN_BEFORE: &str = "kin_before";

/// The reasons by which a place reads as it does; what is noted of a text refers to them by number, so a new
/// one goes to the end.
pub const WHYS: &[&str] = &[
    "",
    "longer_name",
    "masked_run",
    "dictionary_word",
    "part_of_word",
    "part_of_name",
    "part_of_place",
    "foreign_name",
    "organisation_or_place",
    "unit_name",
    "crosses_words",
    "crosses_title",
    "after_place",
    "title_beside",
    "in_name_list",
    "ambiguous_cut",
    KIN_BEFORE,
    "signed",
];

/// A text to be read.
#[derive(Debug, Clone, Copy)]
pub struct Written<'t> {
    /// Its title; empty for none.
    pub title: &'t str,
    /// Its content.
    pub content: &'t str,
}

/// What a text holds for the question.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TextReading<'c> {
    /// Every place of the content where an asked name stands, in order.
    pub occurrences: Vec<Occurrence>,
    /// The same of the title.
    pub in_title: Vec<Occurrence>,
    /// What else it says.
    pub circumstances: Circumstances<'c>,
}

/// Reads `written` for `asked`; identity numbers are reported as what `hash` makes of them. Linear in the text
/// but for jieba, which is asked only about clauses where a name stands.
pub fn read_text<'a>(
    asked: &'a Asked<'_>,
    written: Written<'_>,
    hash: &dyn Fn(&str) -> String,
) -> TextReading<'a> {
    let known = asked.known();
    let read = |part: &Part<'_>| {
        let places = asked.places_in(part);
        let mut occurrences = Vec::with_capacity(places.len());
        part.read_places(known, &places, |at, start, end, reading, why| {
            occurrences.push(Occurrence { name: places[at].0, start, end, reading, why });
        });
        occurrences
    };
    let parts = Parts::of(known, written);
    TextReading {
        occurrences: read(&parts.content),
        in_title: read(&parts.title),
        circumstances: parts.circumstances(known, hash),
    }
}

/// Reads `written` for every known name: what is kept with the text in the index.
pub(crate) fn note<'k>(known: &'k Known, parts: &Parts<'_>, hash: &dyn Fn(&str) -> String) -> Noted<'k> {
    let mut noted = Noted { circumstances: parts.circumstances(known, hash), ..Noted::default() };
    let mut met = HashMap::new();
    for (part, in_title) in [(&parts.title, true), (&parts.content, false)] {
        let mut places: Vec<(usize, Found)> = part.names.iter().map(|&found| (0, found)).collect();
        places.sort_unstable_by_key(|(_, found)| (found.from, found.to));
        let mut read = Vec::with_capacity(places.len());
        part.read_places(known, &places, |at, start, end, reading, why| {
            let name = noted.index_of(known.names.key(places[at].1.pattern), &mut met);
            read.push(Place { name, start, end, reading, why });
        });
        *(if in_title { &mut noted.title } else { &mut noted.content }) = read;
    }
    noted
}

/// Title and content of one text, folded and searched for what is known.
pub(crate) struct Parts<'t> {
    pub(crate) title: Part<'t>,
    pub(crate) content: Part<'t>,
}

impl<'t> Parts<'t> {
    pub(crate) fn of(known: &Known, written: Written<'t>) -> Self {
        Self { title: Part::of(known, written.title), content: Part::of(known, written.content) }
    }

    fn circumstances<'k>(&self, known: &'k Known, hash: &dyn Fn(&str) -> String) -> Circumstances<'k> {
        let mut said = Circumstances {
            identities: identities_in(self.content.text, &self.content.normal, hash),
            title_identities: identities_in(self.title.text, &self.title.normal, hash)
                .into_iter()
                .map(|(_, _, identity)| identity)
                .collect(),
            keeps_han: [&self.title, &self.content].iter().all(|part| part.normal.keeps_han(part.text)),
            ..Circumstances::default()
        };
        for part in [&self.title, &self.content] {
            said.add(&part.normal, &part.units, &known.units);
        }
        said
    }
}

/// A title or a content.
pub(crate) struct Part<'t> {
    text: &'t str,
    pub(crate) normal: Normal,
    pub(crate) normal_text: String,
    names: Vec<Found>,
    units: Vec<Found>,
}

impl<'t> Part<'t> {
    fn of(known: &Known, text: &'t str) -> Self {
        let normal = Normal::of(text);
        let normal_text = normal.text();
        let (names, units) = (known.names.all_in(&normal_text), known.units.all_in(&normal_text));
        Self { text, normal, normal_text, names, units }
    }

    /// Reads `places` and hands each on: its index, its code points, its reading and why.
    fn read_places(
        &self,
        known: &Known,
        places: &[(usize, Found)],
        mut take: impl FnMut(usize, u32, u32, Reading, &'static str),
    ) {
        if places.is_empty() {
            return;
        }
        let mut context = Context::of(self, known);
        for (at, &(_, found)) in places.iter().enumerate() {
            let (start, end) = self.normal.original(found.from as usize, found.to as usize);
            let (reading, why) = context.reading(found);
            take(at, start, end, reading, why);
        }
    }
}

/// What is at hand to read one text.
struct Context<'a> {
    normal: &'a Normal,
    /// The text as it came, by code points.
    original: Vec<char>,
    /// All known names in the text, ordered by where they end.
    names: &'a [Found],
    /// Those of two and more characters as `(from, to)`, ordered by where they begin.
    by_start: Vec<(u32, u32)>,
    longest: u32,
    /// Names of units in the text, ordered by where they end.
    units: &'a [Found],
    clauses: Clauses,
}

impl<'a> Context<'a> {
    fn of(part: &'a Part<'_>, known: &Known) -> Self {
        let names = part.names.iter().filter(|name| name.to - name.from >= 2);
        let mut by_start: Vec<(u32, u32)> = names.map(|name| (name.from, name.to)).collect();
        by_start.sort_unstable();
        Self {
            normal: &part.normal,
            original: part.text.chars().collect(),
            names: &part.names,
            by_start,
            longest: known.names.longest(),
            units: &part.units,
            clauses: Clauses::of(&part.normal),
        }
    }
}

impl Context<'_> {
    fn reading(&mut self, found: Found) -> (Reading, &'static str) {
        match self.longer_name(found) {
            Longer::Holds => return (Reading::Inside, "longer_name"),
            // 罗斯 in 和俄罗斯科学家: whether the longer name is meant or not, the shorter one is not.
            Longer::Open if self.part_of_place(found) => return (Reading::Word, "part_of_place"),
            Longer::Open => return (Reading::Free, "ambiguous_cut"),
            Longer::None => {}
        }
        if self.in_masked_run(found) {
            return (Reading::Inside, "masked_run");
        }
        if self.in_unit(found) {
            return (Reading::Word, "unit_name");
        }
        if !self.chars(found).iter().all(|&c| is_han(c)) {
            let why = if self.in_latin_word(found) { "part_of_word" } else { "" };
            return (if why.is_empty() { Reading::Free } else { Reading::Word }, why);
        }
        // Nothing beside it, and no word of the dictionary: there is nothing to cut.
        if self.stands_alone(found) && frequency(self.normal, found.from, found.to) == 0 {
            return (Reading::Free, "");
        }
        if let Some(why) = self.other_name(found) {
            return (Reading::Word, why);
        }
        let word = self.word(found);
        let straddled = if word.is_none() { self.straddled(found) } else { None };
        let Some(why) = word.or_else(|| straddled.map(|_| "crosses_words")) else {
            return match self.brand(found) {
                Some(why) => (Reading::Word, why),
                None => (Reading::Free, if self.kin_before(found) { KIN_BEFORE } else { "" }),
            };
        };
        let surely = straddled == Some(Straddled::Surely) && !self.post_before(found);
        if surely || self.ends_a_word(found) {
            return (Reading::Word, why);
        }
        match self.person_beside(found) {
            Some(why) => (Reading::Free, why),
            None => (Reading::Word, why),
        }
    }

    /// The characters of a place.
    fn chars(&self, found: Found) -> &[char] {
        &self.normal.chars()[found.from as usize..found.to as usize]
    }

    /// Whether no letter stands to either side.
    fn stands_alone(&self, found: Found) -> bool {
        let is_open = |at: Option<u32>| at.and_then(|at| self.char_at(at)).is_some_and(is_letter);
        !is_open(found.from.checked_sub(1)) && !is_open(Some(found.to))
    }

    fn char_at(&self, at: u32) -> Option<char> {
        self.normal.chars().get(at as usize).copied()
    }

    fn end(&self) -> u32 {
        u32::try_from(self.normal.len()).unwrap_or(u32::MAX)
    }

    fn token_at(&mut self, at: u32) -> Option<Token> {
        self.clauses.token_at(self.normal, at)
    }

    fn token_before(&mut self, at: u32) -> Option<Token> {
        self.token_at(at.checked_sub(1)?)
    }

    /// Ends of the known names of two and more characters that begin at `at`.
    fn names_from(&self, at: u32) -> impl Iterator<Item = u32> {
        let first = self.by_start.partition_point(|&(from, _)| from < at);
        self.by_start[first..].iter().take_while(move |&&(from, _)| from == at).map(|&(_, to)| to)
    }

    /// Beginnings of the known names of two and more characters that end before `at`.
    fn names_to(&self, at: u32) -> impl Iterator<Item = u32> {
        let first = self.names.partition_point(|name| name.to < at);
        let there = self.names[first..].iter().take_while(move |name| name.to == at);
        there.filter(|name| name.to - name.from >= 2).map(|name| name.from)
    }

    /// 王某 in 王某某, 李某 in 李某甲: the mask goes on, so the name is another.
    fn in_masked_run(&self, found: Found) -> bool {
        let is_stem = |c| matches!(c, '甲' | '乙' | '丙' | '丁' | '戊' | '己' | '庚' | '辛' | '壬' | '癸');
        self.char_at(found.to - 1).is_some_and(is_mask)
            && self.char_at(found.to).is_some_and(|next| is_mask(next) || is_stem(next))
    }

    /// Rock in Rockstar: letters of the same word go on, without a blank.
    fn in_latin_word(&self, found: Found) -> bool {
        let latin = |at: u32| self.char_at(at).is_some_and(|c| c.is_ascii_alphabetic());
        let touches = |at: u32| self.normal.gap_before(at as usize) == Gap::None;
        let before = found.from > 0 && touches(found.from) && latin(found.from) && latin(found.from - 1);
        before || found.to < self.end() && touches(found.to) && latin(found.to) && latin(found.to - 1)
    }

    /// 斯坦 at the end of 爱因斯坦, in 爱因斯坦教授: the title is that of the longer one.
    fn ends_a_word(&mut self, found: Found) -> bool {
        self.token_at(found.from).is_some_and(|word| {
            word.from < found.from
                && word.to == found.to
                && matches!(word.tag, Tag::Person | Tag::Name)
                && frequency(self.normal, word.from, word.to) > WORD_FREQUENCY_MIN
        })
    }

    /// Whether the place is part of the name of a known unit (中山 in 中山区水务局).
    fn in_unit(&self, found: Found) -> bool {
        let first = self.units.partition_point(|unit| unit.to < found.to);
        let longest = found.to - found.from;
        self.units[first..].iter().any(|unit| unit.from <= found.from && unit.to - unit.from > longest)
    }

    /// Why the place reads as a word, if it does.
    ///
    /// The dictionary's tags are noisy: names of three and more characters stand in it under any tag,
    /// and common words are tagged as names (高峰, 陆军). So length and frequency decide first.
    fn word(&mut self, found: Found) -> Option<&'static str> {
        let length = found.to - found.from;
        let token = self.token_at(found.from).filter(|token| token.to >= found.to && token.len() >= 2)?;
        let how_often = || frequency(self.normal, found.from, found.to);
        if (token.from, token.to) == (found.from, found.to) {
            let is_word = if length > 2 {
                token.is_entity() && how_often() > PLACE_FREQUENCY_MIN
            } else {
                let word: String = self.chars(found).iter().collect();
                ORDINARY_WORDS.contains(&word)
                    || (!matches!(token.tag, Tag::Name | Tag::Person) && how_often() > WORD_FREQUENCY_MIN)
            };
            return is_word.then_some("dictionary_word");
        }
        // 老杰克, 马宏的: what somebody is called, or an article of the dictionary that is none.
        let before = token.from + 1 == found.from
            && self.char_at(token.from).is_some_and(|c| matches!(c, '老' | '小'));
        if before && token.to == found.to && !ORDINARY_WORDS.contains(&self.word_at(found.from, found.to))
            || token.from == found.from && self.word_at(found.to, token.to) == "的"
        {
            return None;
        }
        // 贝多芬交响曲, 达尔文主义: a name of three characters at the front is still the person's.
        if length > 2 && token.from == found.from || self.gives_its_name(found) {
            return None;
        }
        match token.tag {
            Tag::Name | Tag::Person => Some("part_of_name"),
            Tag::Place | Tag::Organisation | Tag::Noun | Tag::Verbal | Tag::Word => Some("part_of_word"),
        }
    }
}

/// Words rarer than this are as likely somebody's name (何年 48, 成钢 11).
const WORD_FREQUENCY_MIN: usize = 100;
/// The same for places of three and more characters (林熙蕾, tagged as one, has 3).
const PLACE_FREQUENCY_MIN: usize = 300;
