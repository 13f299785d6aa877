//! How the dictionary cuts the text around a place into words: what tells a name from a word, and a name
//! from the beginning of a longer one. It never decides whether a name is found.

use dossier::normal::{Normal, is_letter};

use crate::known::Found;
use crate::words::jieba;

/// A word of the dictionary at most this frequent is rare (明天 has 3264, 波段 386, 波包 3).
const RARE_FREQUENCY_MAX: usize = 30;

/// What the dictionary makes of a word.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tag {
    Person,
    Place,
    Word,
}

/// A dictionary word over a place.
#[derive(Clone, Copy)]
pub(crate) struct Token {
    pub(crate) from: u32,
    pub(crate) to: u32,
    pub(crate) tag: Tag,
}

/// Whether the normal characters `from..to` are a common word: 正在 in 刘建正在 is a reason to doubt that a
/// known 刘建正 is meant, 波包 in 徐亮波包案 is none. (Four characters are hardly ever something else.)
pub(crate) fn is_common(normal: &Normal, from: u32, to: u32) -> bool {
    let chars = &normal.chars()[from as usize..to as usize];
    let word: String = chars.iter().collect();
    let jieba = jieba();
    chars.len() >= 2
        && jieba.has_word(&word)
        && (chars.len() > 2 || jieba.suggest_freq(&word) > RARE_FREQUENCY_MAX)
}

/// How jieba cuts one clause: dictionary only, so that it never invents a name.
#[derive(Default)]
pub(crate) struct Clause {
    from: u32,
    to: u32,
    tokens: Vec<Token>,
}

impl Clause {
    /// The word of two or more characters that covers `found` wholly.
    pub(crate) fn token_over(&self, found: Found) -> Option<Token> {
        self.tokens
            .iter()
            .copied()
            .find(|token| token.from <= found.from && token.to >= found.to && token.to - token.from >= 2)
    }
}

/// Clauses already cut; a text is read from front to back, so the last one is kept.
#[derive(Default)]
pub(crate) struct Clauses {
    last: Option<Clause>,
}

impl Clauses {
    pub(crate) fn around(&mut self, normal: &Normal, at: u32) -> &Clause {
        let fits = self.last.as_ref().is_some_and(|clause| clause.from <= at && at < clause.to);
        if !fits {
            self.last = None;
        }
        self.last.get_or_insert_with(|| cut(normal, at))
    }
}

/// Most characters of a clause that are looked at to either side; longer runs without punctuation are
/// cut there.
const CLAUSE_CHARS_MAX: usize = 60;

fn cut(normal: &Normal, at: u32) -> Clause {
    let chars = normal.chars();
    let at = at as usize;
    let belongs = |c: char| is_letter(c) || c.is_ascii_digit();
    let from = (at.saturating_sub(CLAUSE_CHARS_MAX)..at)
        .rev()
        .take_while(|&i| belongs(chars[i]))
        .last()
        .unwrap_or(at);
    let to = (at..chars.len().min(at + CLAUSE_CHARS_MAX))
        .take_while(|&i| belongs(chars[i]))
        .last()
        .map_or(at + 1, |i| i + 1);
    let text: String = chars[from..to].iter().collect();
    let position = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let mut tokens = Vec::new();
    let mut next = position(from);
    for tag in jieba().tag(&text, false) {
        let end = next + position(tag.word.chars().count());
        let kind = match tag.tag {
            "ns" | "nt" => Tag::Place,
            "x" | "eng" | "nz" => Tag::Person,
            other if other.starts_with("nr") => Tag::Person,
            _ => Tag::Word,
        };
        tokens.push(Token { from: next, to: end, tag: kind });
        next = end;
    }
    Clause { from: position(from), to: position(to), tokens }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_clause_ends_at_punctuation_and_its_words_are_the_dictionarys() {
        let normal = Normal::of("经查，王伟明天到岗。其后");
        let mut clauses = Clauses::default();
        let clause = clauses.around(&normal, 3);
        assert_eq!((clause.from, clause.to), (3, 9));
        let word = clause.token_over(Found { pattern: 0, from: 5, to: 7 }).unwrap();
        assert_eq!((word.from, word.to), (5, 7));
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
