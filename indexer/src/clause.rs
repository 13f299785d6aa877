//! How the dictionary cuts the text around a place into words: what tells a name from a word, and a name
//! from the beginning of a longer one. It never decides whether a name is found.

use std::cell::RefCell;
use std::collections::HashMap;

use dossier::normal::{Normal, is_letter};

use crate::words::jieba;

/// A word of the dictionary at most this frequent is rare (明天 has 3264, 新任 349, 民和 101, 冰封 64, 波包 3).
const RARE_FREQUENCY_MAX: usize = 150;

/// Words that are rare in books and not in offices (施正|科级干部).
const RANKS: &[&str] =
    &["科级", "处级", "局级", "厅级", "县级", "正科", "副科", "正处", "副处", "正局", "副局", "正厅", "副厅"];

/// What the dictionary makes of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tag {
    /// Name of a person.
    Person,
    /// Name of something else, or unknown.
    Name,
    /// Place.
    Place,
    /// Organisation.
    Organisation,
    /// Noun, abbreviation, or what stands before nouns.
    Noun,
    /// A verb that is also a noun (管理).
    Verbal,
    /// Any other word.
    Word,
}

/// A dictionary word over a place, in normal characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) from: u32,
    pub(crate) to: u32,
    pub(crate) tag: Tag,
}

impl Token {
    pub(crate) fn len(self) -> u32 {
        self.to - self.from
    }

    /// Whether it is the name of a place or an organisation.
    pub(crate) fn is_entity(self) -> bool {
        matches!(self.tag, Tag::Place | Tag::Organisation)
    }
}

fn text_of(normal: &Normal, from: u32, to: u32) -> String {
    normal.chars()[from as usize..to as usize].iter().collect()
}

/// How frequent the dictionary says `from..to` is as one word; 0 if it is none. A word that it would itself
/// cut apart (中林, 生在) counts as one that hardly occurs.
pub(crate) fn frequency(normal: &Normal, from: u32, to: u32) -> usize {
    let word = text_of(normal, from, to);
    FREQUENCIES.with_borrow_mut(|known| {
        if let Some(&frequency) = known.get(word.as_str()) {
            return frequency;
        }
        let frequency = frequency_of(&word);
        if known.len() >= FREQUENCIES_MAX {
            known.clear();
        }
        known.insert(word.into_boxed_str(), frequency);
        frequency
    })
}

/// Words whose frequency is remembered, a thread: the same ones stand beside names again and again.
const FREQUENCIES_MAX: usize = 20_000;

thread_local! {
    static FREQUENCIES: RefCell<HashMap<Box<str>, usize>> = RefCell::default();
}

fn frequency_of(word: &str) -> usize {
    let jieba = jieba();
    if !jieba.has_word(word) {
        return 0;
    }
    // What it is asked for is the frequency that keeps the word in one piece: for one that is, its own.
    if jieba.cut(word, false).len() == 1 { jieba.suggest_freq(word) } else { 1 }
}

/// Whether the normal characters `from..to` are a common word: 正在 in 刘建正在 is a reason to doubt that a
/// known 刘建正 is meant, 波包 in 徐亮波包案 is none. (Four characters are hardly ever something else.)
pub(crate) fn is_common(normal: &Normal, from: u32, to: u32) -> bool {
    let frequency = if to - from >= 2 { frequency(normal, from, to) } else { 0 };
    frequency > if to - from > 2 { 0 } else { RARE_FREQUENCY_MAX }
        || to - from == 2 && RANKS.contains(&&*text_of(normal, from, to))
}

/// Whether the dictionary has the normal characters `from..to` as a place.
pub(crate) fn is_place(normal: &Normal, from: u32, to: u32) -> bool {
    let word = text_of(normal, from, to);
    jieba().has_word(&word) && matches!(jieba().tag(&word, false)[..], [ref only] if only.tag == "ns")
}

/// The runs of letters of a text (what punctuation parts) and the words of the runs asked for so far.
pub(crate) struct Clauses {
    /// `from..to` of each run, in order.
    runs: Vec<(u32, u32)>,
    /// Words of the run looked at last: a text is read from front to back.
    tokens: Vec<Token>,
    of: Option<(u32, u32)>,
}

/// Longer runs without punctuation are cut at multiples of this, counted from their own beginning, so that
/// how a place reads does not hang on what else is asked for.
const RUN_CHARS_MAX: u32 = 200;

impl Clauses {
    pub(crate) fn of(normal: &Normal) -> Self {
        let mut runs: Vec<(u32, u32)> = Vec::new();
        for (&c, at) in normal.chars().iter().zip(0_u32..) {
            if is_letter(c) || c.is_ascii_digit() {
                match runs.last_mut() {
                    Some((from, to)) if *to == at && at - *from < RUN_CHARS_MAX => *to = at + 1,
                    _ => runs.push((at, at + 1)),
                }
            }
        }
        Self { runs, tokens: Vec::new(), of: None }
    }

    /// The word that covers the normal character `at`, be it of one character; none on punctuation.
    pub(crate) fn token_at(&mut self, normal: &Normal, at: u32) -> Option<Token> {
        let run = self.runs.partition_point(|&(_, to)| to <= at);
        let (from, to) = self.runs.get(run).copied().filter(|&(from, _)| from <= at)?;
        if self.of != Some((from, to)) {
            self.tokens = cut(normal, from, to);
            self.of = Some((from, to));
        }
        let next = self.tokens.partition_point(|token| token.to <= at);
        self.tokens.get(next).copied()
    }
}

fn cut(normal: &Normal, from: u32, to: u32) -> Vec<Token> {
    let text = text_of(normal, from, to);
    let mut next = from;
    let word = |tag: jieba_rs::Tag<'_>| {
        let end = next + u32::try_from(tag.word.chars().count()).unwrap_or(u32::MAX);
        let kind = match tag.tag {
            "ns" => Tag::Place,
            "nt" => Tag::Organisation,
            "x" | "eng" | "nz" => Tag::Name,
            other if other.starts_with("nr") => Tag::Person,
            "vn" => Tag::Verbal,
            "j" | "b" => Tag::Noun,
            other if other.starts_with('n') => Tag::Noun,
            _ => Tag::Word,
        };
        let token = Token { from: next, to: end, tag: kind };
        next = end;
        token
    };
    jieba().tag(&text, false).into_iter().map(word).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_clause_ends_at_punctuation_and_its_words_are_the_dictionarys() {
        let normal = Normal::of("经查，王伟明天到岗。其后");
        let mut clauses = Clauses::of(&normal);
        let mut word = |at| clauses.token_at(&normal, at).map(|word| (word.from, word.to));
        assert_eq!(word(6), Some((5, 7)));
        assert_eq!(word(2), None);
        assert_eq!(word(3), Some((3, 4)));
        assert_eq!(word(99), None);
    }

    #[test]
    fn hardly_used_short_words_are_not_common() {
        for (word, common) in [
            ("波包", false),
            ("兴林", false),
            ("明天", true),
            ("国有", true),
            ("明知故犯", true),
            ("王伟", false),
        ] {
            let normal = Normal::of(word);
            assert_eq!(is_common(&normal, 0, u32::try_from(normal.len()).unwrap()), common, "{word}");
        }
    }
}
