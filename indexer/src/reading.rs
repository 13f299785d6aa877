//! How a name reads where it stands: free, as an ordinary word, or inside a longer name.
//!
//! Every place is reported with its reading and the reason. What follows for a person (is it this
//! 王伟?) is for the clearance to say; here only the text speaks.

mod entity;
mod longer;
mod person;
#[cfg(test)]
mod tests;
mod vocabulary;

use std::collections::{BTreeSet, HashMap};

use dossier::citizen_id::{self, CitizenId};
use dossier::name::is_mask;
use dossier::normal::{Normal, is_han, is_letter};

use crate::clause::{Clauses, Tag, Token, frequency};
use crate::error::IndexError;
use crate::known::{Found, Known, Patterns};
pub use entity::{bears_compound_surname, bears_surname};
use longer::Longer;
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
    /// `title_beside`, `in_name_list`; although a longer name is known: `ambiguous_cut`; as somebody's kin:
    /// [`KIN_BEFORE`].
    pub why: &'static str,
}

/// Why a free name may be nobody's of the dossiers: it is introduced as somebody's kin (其妻王芳).
pub const KIN_BEFORE: &str = "kin_before";

/// The names that are asked for, prepared for many texts.
pub struct Asked<'k> {
    known: &'k Known,
    /// For each known name, the asked name it is (`usize::MAX`: not asked).
    of_known: Vec<usize>,
    /// Asked names that the archive does not know.
    unknown: Patterns,
    of_unknown: Vec<usize>,
}

const NOT_ASKED: usize = usize::MAX;

impl<'k> Asked<'k> {
    /// Prepares the name keys `names`; an empty key stands nowhere.
    pub fn new(known: &'k Known, names: &[String]) -> Result<Self, IndexError> {
        let mut of_known = vec![NOT_ASKED; known.names.len()];
        let mut unknown: HashMap<&str, usize> = HashMap::new();
        for (at, name) in names.iter().enumerate() {
            match known.names.find(name) {
                Some(pattern) => of_known[pattern as usize] = at,
                None => {
                    unknown.insert(name, at);
                }
            }
        }
        let patterns = Patterns::compile(unknown.keys().map(|&key| key.to_owned()))?;
        let of_unknown =
            (0..patterns.len()).map(|at| unknown[patterns.key(u32::try_from(at).unwrap_or(0))]).collect();
        Ok(Self { known, of_known, unknown: patterns, of_unknown })
    }
}

/// What a text holds for the question.
pub struct TextReading {
    /// Every place where an asked name stands, in order.
    pub occurrences: Vec<Occurrence>,
    /// Keys of the units (names or aliases) that stand in it; a unit inside a longer unit's name does not.
    pub units: BTreeSet<String>,
    /// Identity numbers in it with their code points `start..end`.
    pub identities: Vec<(u32, u32, CitizenId)>,
    /// The text in normal form.
    pub normal: Normal,
}

/// Reads `text` for `asked`. Linear in the text but for jieba, which is asked only about clauses where
/// a name stands.
pub fn read_text(asked: &Asked<'_>, text: &str) -> TextReading {
    let normal = Normal::of(text);
    let normal_text = normal.text();
    let known = asked.known.names.all_in(&normal_text);
    let unknown = asked.unknown.all_in(&normal_text);
    let mut places: Vec<(usize, Found)> = known
        .iter()
        .filter_map(|found| {
            let name = asked.of_known[found.pattern as usize];
            (name != NOT_ASKED).then_some((name, *found))
        })
        .chain(unknown.iter().map(|found| (asked.of_unknown[found.pattern as usize], *found)))
        .collect();
    places.sort_unstable_by_key(|(name, found)| (found.from, found.to, *name));
    let units = asked.known.units.all_in(&normal_text);
    let occurrences = occurrences_of(places, &normal, text, asked, &known, &units);
    let identities = identities_in(text, &normal);
    let units = outermost(&units).map(|unit| asked.known.units.key(unit.pattern).to_owned()).collect();
    TextReading { occurrences, units, identities, normal }
}

fn occurrences_of(
    places: Vec<(usize, Found)>,
    normal: &Normal,
    text: &str,
    asked: &Asked<'_>,
    names: &[Found],
    units: &[Found],
) -> Vec<Occurrence> {
    if places.is_empty() {
        return Vec::new();
    }
    let mut by_start: Vec<(u32, u32)> =
        names.iter().filter(|name| name.to - name.from >= 2).map(|name| (name.from, name.to)).collect();
    by_start.sort_unstable();
    let mut context = Context {
        normal,
        original: text.chars().collect(),
        names,
        by_start,
        longest: asked.known.names.longest(),
        units,
        clauses: Clauses::of(normal),
    };
    let occurrence = |(name, found): (usize, Found)| {
        let (start, end) = normal.original(found.from as usize, found.to as usize);
        let (reading, why) = context.reading(found);
        Occurrence { name, start, end, reading, why }
    };
    places.into_iter().map(occurrence).collect()
}

/// Identity numbers of the original text.
fn identities_in(text: &str, normal: &Normal) -> Vec<(u32, u32, CitizenId)> {
    // Fifteen digits are the least; most texts have none, and need no second pass.
    if normal.chars().iter().filter(|c| c.is_ascii_digit()).count() < 15 {
        return Vec::new();
    }
    let chars: Vec<char> = text.chars().collect();
    let position = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    citizen_id::find_in(&chars)
        .into_iter()
        .map(|(start, end, id)| (position(start), position(end), id))
        .collect()
}

/// Those of `found` that stand inside no longer one.
fn outermost(found: &[Found]) -> impl Iterator<Item = &Found> {
    found.iter().filter(move |this| {
        !found.iter().any(|other| {
            other.from <= this.from && other.to >= this.to && other.to - other.from > this.to - this.from
        })
    })
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

impl Context<'_> {
    fn reading(&mut self, found: Found) -> (Reading, &'static str) {
        match self.longer_name(found) {
            Longer::Holds => return (Reading::Inside, "longer_name"),
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
            return (Reading::Free, "");
        }
        // Nothing beside it, and no word of the dictionary: there is nothing to cut.
        if self.stands_alone(found) && frequency(self.normal, found.from, found.to) == 0 {
            return (Reading::Free, "");
        }
        if let Some(why) = self.other_name(found) {
            return (Reading::Word, why);
        }
        let Some(why) = self.word(found) else {
            return match self.brand(found) {
                Some(why) => (Reading::Word, why),
                None => (Reading::Free, if self.kin_before(found) { KIN_BEFORE } else { "" }),
            };
        };
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
        // 克林顿政府, 列宁主义: a name of three characters at the front is still the person's.
        if length > 2 && token.from == found.from {
            return None;
        }
        match token.tag {
            Tag::Name => None,
            Tag::Person => Some("part_of_name"),
            Tag::Place | Tag::Organisation | Tag::Noun | Tag::Verbal | Tag::Word => Some("part_of_word"),
        }
    }
}

/// Words rarer than this are as likely somebody's name (何年 48, 成钢 11, 安南 222).
const WORD_FREQUENCY_MIN: usize = 100;
/// The same for places of three and more characters (林熙蕾, tagged as one, has 3).
const PLACE_FREQUENCY_MIN: usize = 300;
