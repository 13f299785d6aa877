//! The tokenizer of the `chars` field: one token a character at its true position, so that a phrase of
//! characters is found exactly where it stands, whatever a segmenter would make of it.
//!
//! It is given text in normal form already (see `document`), with `\u{1f}` between the parts of a
//! record; that separator takes a position, so that no phrase reaches across it.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// Stands between parts of a document that no phrase may span.
pub(crate) const SEPARATOR: char = '\u{1f}';

/// The tokenizer.
#[derive(Clone, Default)]
pub(crate) struct CharTokenizer {
    token: Token,
}

/// Its stream.
pub(crate) struct CharStream<'a> {
    text: &'a str,
    at: usize,
    position: usize,
    token: &'a mut Token,
}

impl Tokenizer for CharTokenizer {
    type TokenStream<'a> = CharStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> CharStream<'a> {
        self.token.reset();
        CharStream { text, at: 0, position: 0, token: &mut self.token }
    }
}

impl TokenStream for CharStream<'_> {
    fn advance(&mut self) -> bool {
        loop {
            let Some(c) = self.text[self.at..].chars().next() else {
                return false;
            };
            let from = self.at;
            self.at += c.len_utf8();
            let position = self.position;
            self.position += 1;
            if c == SEPARATOR {
                continue;
            }
            self.token.text.clear();
            self.token.text.push(c);
            self.token.offset_from = from;
            self.token.offset_to = self.at;
            self.token.position = position;
            return true;
        }
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
    fn every_character_is_one_token_and_the_separator_takes_a_place() {
        let mut tokenizer = CharTokenizer::default();
        let mut stream = tokenizer.token_stream("王𬭎\u{1f}a");
        let mut seen = Vec::new();
        while stream.advance() {
            seen.push((stream.token().text.clone(), stream.token().position));
        }
        assert_eq!(seen, [("王".to_owned(), 0), ("𬭎".to_owned(), 1), ("a".to_owned(), 3)]);
    }
}
