//! Words, names and mentions: everything that is searched and nothing that is true. The index is
//! derived from the archive and can be thrown away at any time (`reindex`).
//!
//! It is the only crate that sees jieba, daachorse or tantivy. Whether a *name* stands in a text is never
//! decided by a segmenter here: recall comes from characters, jieba only ranks, and helps to tell a
//! name from a word.

mod characters;
mod check;
mod clause;
mod document;
mod error;
mod fingerprint;
mod follow;
mod highlight;
mod known;
mod lookup;
mod query;
mod reading;
mod schema;
mod scoped;
mod search;
mod store;
mod words;

pub use check::{Finding, check};
pub use document::{own_day as day_of, visible_text};
pub use error::IndexError;
pub use fingerprint::fingerprint;
pub use follow::{Followed, follow};
pub use highlight::{Highlight, excerpt, highlights};
pub use known::Known;
pub use lookup::{Path, TextQuestion, candidate_texts};
pub use query::{Query, QueryError, Term};
pub use reading::{
    Asked, KIN_BEFORE, Occurrence, Reading, TextReading, bears_compound_surname, bears_surname, read_text,
};
pub use search::{Answer, Facet, Hit, Order, SearchRequest, search, search_within};
pub use store::{Index, Searcher, damaged_files};
