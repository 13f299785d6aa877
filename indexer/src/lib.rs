//! Words, names and mentions: everything that is searched and nothing that is true. The index is
//! derived from the archive and can be thrown away at any time (`reindex`).
//!
//! It is the only crate that sees jieba, daachorse or tantivy. Whether a *name* stands in a text is never
//! decided by a segmenter here: recall comes from characters, jieba only ranks, and helps to tell a
//! name from a word.

mod asked_for;
mod asking;
mod characters;
mod check;
mod circumstances;
mod clause;
mod columns;
mod dated;
mod document;
mod error;
mod facets;
mod fingerprint;
mod follow;
mod highlight;
mod ids;
mod kept;
mod known;
mod lookup;
mod marked;
mod matched;
mod named;
mod noted;
mod packed;
mod pieces;
mod query;
mod reading;
mod schema;
mod scoped;
mod search;
mod store;
mod stored;
mod suggest;
mod ties;
mod within;
mod words;
mod writing;

#[cfg(test)]
#[path = "../tests/dice/mod.rs"]
mod dice;

pub use asked_for::names_in;
pub use asking::prepare;
pub use check::{Depth, Finding, check};
pub use circumstances::{Circumstances, MaskedId};
pub use document::{own_day as day_of, visible_text};
pub use error::IndexError;
pub use facets::{Facet, Facets};
pub use fingerprint::fingerprint;
pub use follow::{Followed, follow};
pub use highlight::{Highlight, Highlighter, excerpt, highlights};
pub use kept::{KeptText, TextFrame};
pub use known::Known;
pub use lookup::{Path, TextQuestion, candidate_texts};
pub use marked::{MarkedTexts, marked_texts, texts_marked};
pub use named::resolve;
pub use query::{Choice, Named, Query, QueryError, Term, classes};
pub use reading::{
    Asked, KIN_BEFORE, Occurrence, Reading, TextReading, WHYS, Written, bears_compound_surname,
    bears_surname, read_text,
};
pub use search::{Answer, Hit, Order, SearchRequest, search, search_within};
pub use store::{Index, Searcher, damaged_files};
pub use suggest::{Likeness, Sounds, asked_names};
pub use ties::{Tie, ties};
