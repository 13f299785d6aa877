//! The tokenizer of the `chars` field: one token a character at its true position, so that a phrase of
//! characters is found exactly where it stands, whatever a segmenter would make of it.
//!
//! It is given text in normal form already (see `document`), with `\u{1f}` between the parts of a
//! record; that separator takes a position, so that no phrase reaches across it.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// Stands between parts of a document that no phrase may span.
pub(crate) const SEPARATOR: char = '\u{1f}';

/// The tokenizer. It gives the places of one character after those of another, and not in the order of the text: the
/// engine looks a term up for each token, and finds the one that it had last where it left it. Positions say where
/// each stands; nothing else of a token is looked at.
#[derive(Clone, Default)]
pub(crate) struct CharTokenizer {
    places: Vec<Place>,
    token: Token,
}

/// A character and its position, in one number that sorts by both.
type Place = u64;

/// Its stream.
pub(crate) struct CharStream<'a> {
    places: &'a [Place],
    next: usize,
    token: &'a mut Token,
}

impl Tokenizer for CharTokenizer {
    type TokenStream<'a> = CharStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> CharStream<'a> {
        self.places.clear();
        let all = text.chars().zip(0_u64..).filter(|(c, _)| *c != SEPARATOR);
        self.places.extend(all.map(|(c, position)| (u64::from(c) << POSITION_BITS) | position));
        self.places.sort_unstable();
        self.token.reset();
        CharStream { places: &self.places, next: 0, token: &mut self.token }
    }
}

/// A character needs 21 bits.
const POSITION_BITS: u32 = 40;

impl TokenStream for CharStream<'_> {
    fn advance(&mut self) -> bool {
        let Some(&place) = self.places.get(self.next) else {
            return false;
        };
        let c = u32::try_from(place >> POSITION_BITS).ok().and_then(char::from_u32).unwrap_or_default();
        self.next += 1;
        self.token.text.clear();
        self.token.text.push(c);
        self.token.position = usize::try_from(place & ((1 << POSITION_BITS) - 1)).unwrap_or(usize::MAX);
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
    fn every_character_is_one_token_and_the_separator_takes_a_place() {
        let mut tokenizer = CharTokenizer::default();
        let mut stream = tokenizer.token_stream("王𬭎王\u{1f}a");
        let mut seen = Vec::new();
        while stream.advance() {
            seen.push((stream.token().text.clone(), stream.token().position));
        }
        let expected = [("a", 4), ("王", 0), ("王", 2), ("𬭎", 1)];
        assert_eq!(seen, expected.map(|(c, position)| (c.to_owned(), position)));
    }
}
