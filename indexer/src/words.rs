//! jieba, once per process, and the tokenizer that puts its words into the `words` field.
//!
//! Search mode without HMM: HMM costs recall (5 of 100 names), and long dictionary words must also be
//! found by their parts. Runs of Latin letters and digits are split by ourselves, so that `5.4.5` is
//! found inside `WES-5.4.5`.

use std::sync::{Arc, LazyLock};

use jieba_rs::{Jieba, TokenizeMode};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

static JIEBA: LazyLock<Arc<Jieba>> = LazyLock::new(|| Arc::new(Jieba::new()));

/// The one segmenter of the process; loading its dictionary takes some tenths of a second.
pub(crate) fn jieba() -> Arc<Jieba> {
    Arc::clone(&JIEBA)
}

/// One word: byte offsets in the text, ordinal of its first character among the text's characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) position: usize,
}

impl Word {
    /// As it stands in the index: small letters.
    pub(crate) fn write_into(self, text: &str, out: &mut String) {
        let word = &text[self.from..self.to];
        out.clear();
        if word.chars().all(is_plain_han) {
            out.push_str(word);
        } else if word.is_ascii() {
            out.push_str(word);
            out.make_ascii_lowercase();
        } else {
            out.push_str(&word.to_lowercase());
        }
    }

    /// The same, by itself.
    pub(crate) fn term(self, text: &str) -> String {
        let mut term = String::new();
        self.write_into(text, &mut term);
        term
    }
}

/// Whether `c` is one of the characters that nearly all of a text consists of: a letter without a case.
fn is_plain_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// The words of `text` in order of position; overlapping where a long word has parts.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::with_capacity(text.len() / 5);
    for token in JIEBA.tokenize(text, TokenizeMode::Search, false) {
        let (from, to, position) = (token.byte_start, token.byte_end, token.start);
        if token.word.chars().all(is_plain_han) {
            words.push(Word { from, to, position });
        } else if token.word.chars().any(char::is_alphanumeric) {
            words.extend(split_alphanumeric(token.word).into_iter().map(|(first, last)| Word {
                from: from + first,
                to: from + last,
                position: position + token.word[..first].chars().count(),
            }));
        }
    }
    words.sort_by_key(|word| (word.position, word.to));
    words
}

/// Byte ranges of the runs in `word` that belong together: Han as it is, and each run of letters and
/// each run of digits of other scripts.
fn split_alphanumeric(word: &str) -> Vec<(usize, usize)> {
    #[derive(PartialEq, Clone, Copy)]
    enum Run {
        Digits,
        Letters,
        Nothing,
    }
    let run = |c: char| {
        if c.is_ascii_digit() {
            Run::Digits
        } else if c.is_alphanumeric() || dossier::normal::is_han(c) {
            Run::Letters
        } else {
            Run::Nothing
        }
    };
    let mut runs: Vec<(usize, usize)> = Vec::new();
    let mut last = Run::Nothing;
    for (at, c) in word.char_indices() {
        let this = run(c);
        let end = at + c.len_utf8();
        if this == Run::Nothing {
        } else if this == last
            && let Some(open) = runs.last_mut()
        {
            open.1 = end;
        } else {
            runs.push((at, end));
        }
        last = this;
    }
    runs
}

/// The tokenizer of the `words` field.
#[derive(Clone, Default)]
pub(crate) struct WordTokenizer {
    words: Vec<Word>,
    token: Token,
}

/// Its stream.
pub(crate) struct WordStream<'a> {
    text: &'a str,
    words: &'a [Word],
    next: usize,
    token: &'a mut Token,
}

impl Tokenizer for WordTokenizer {
    type TokenStream<'a> = WordStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream<'a> {
        self.words = words(text);
        self.token.reset();
        WordStream { text, words: &self.words, next: 0, token: &mut self.token }
    }
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        let Some(&word) = self.words.get(self.next) else {
            return false;
        };
        self.next += 1;
        word.write_into(self.text, &mut self.token.text);
        self.token.offset_from = word.from;
        self.token.offset_to = word.to;
        self.token.position = word.position;
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_word_is_found_by_its_parts() {
        let text = "中华人民共和国国务院发布通知";
        let found: Vec<String> = words(text).into_iter().map(|word| word.term(text)).collect();
        for part in ["国务院", "发布", "通知", "人民", "共和国"] {
            assert!(found.contains(&part.to_owned()), "{part} in {found:?}");
        }
    }

    #[test]
    fn alphanumeric_runs_are_split() {
        let text = "样品WES-5.4.5号";
        let found: Vec<String> = words(text).into_iter().map(|word| word.term(text)).collect();
        assert_eq!(found, ["样品", "wes", "5", "4", "5", "号"]);
    }

    #[test]
    fn offsets_are_bytes_of_the_text_on_character_boundaries() {
        let text = "𠅤区水务局 ABC12 王𬭎";
        for word in words(text) {
            assert_eq!(text[word.from..word.to].to_lowercase(), word.term(text));
            assert_eq!(text[..word.from].chars().count(), word.position);
        }
    }
}
