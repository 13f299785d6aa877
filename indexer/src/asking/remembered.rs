//! Where terms stand though their words are cut otherwise there, by stretch: what was looked for once is not looked for
//! again. To find it, documents that have all characters are looked at one by one, which is the dear part of a
//! search; what is found is mostly little. A segment never changes, so it holds as long as the segment is there.
//!
//! [`prepare`] finds it for the words that stand in the most documents, before anybody asks.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use dossier::normal::is_han;
use tantivy::DocId;
use tantivy::index::SegmentId;

use super::phrase::Counted;
use super::stretch::Stretch;
use super::wanted::Wanted;
use crate::error::IndexError;
use crate::query::Term;
use crate::store::Searcher;

/// Places that are remembered at most, of 8 bytes each.
const PLACES_MAX: usize = 4_000_000;
/// Words in fewer of the documents of a segment than one of so many are quick anyway.
const FREQUENT: u32 = 100;
/// Smaller segments are quick anyway. (Not so in tests.)
const DOCUMENTS_MIN: DocId = if cfg!(test) { 1 } else { 20_000 };

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Remembered(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    lists: HashMap<Key, Arc<[Counted]>>,
    places: usize,
}

/// Of which term in which stretch.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    segment: SegmentId,
    from: DocId,
    /// In normal form.
    term: Box<str>,
    /// By what words: where these stand is left out.
    words: Box<[tantivy::Term]>,
}

impl Key {
    pub(super) fn of(stretch: &Stretch<'_>, term: &str, words: impl Iterator<Item = tantivy::Term>) -> Self {
        let segment = stretch.reader.segment_id();
        Self { segment, from: stretch.from, term: term.into(), words: words.collect() }
    }
}

impl Remembered {
    /// What was found, if it was looked for.
    pub(super) fn get(&self, key: &Key) -> Option<Arc<[Counted]>> {
        self.kept().lists.get(key).cloned()
    }

    /// Remembers what was found. When there is no room any more, what belongs to segments that are gone makes room;
    /// if that is not enough, nothing more is remembered.
    pub(super) fn put(&self, searcher: &Searcher, key: Key, places: &[Counted]) {
        let mut kept = self.kept();
        // What is empty takes room too.
        let size = places.len() + 16;
        if kept.places + size > PLACES_MAX {
            let there = searcher.engine.segment_readers();
            kept.lists.retain(|key, _| there.iter().any(|reader| reader.segment_id() == key.segment));
            kept.places = kept.lists.values().map(|list| list.len() + 16).sum();
        }
        if kept.places + size <= PLACES_MAX && kept.lists.insert(key, places.into()).is_none() {
            kept.places += size;
        }
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads what all searches need, and looks for the words of the most documents; what is remembered already is not
/// looked for again. By one core, so that searches go on; gives how many words there are.
pub fn prepare(searcher: &Searcher) -> Result<usize, IndexError> {
    searcher.columns.of(searcher)?;
    let stretches = Stretch::all(&searcher.engine);
    let mut prepared = 0;
    for (segment, reader) in (0..).zip(searcher.engine.segment_readers()) {
        if reader.max_doc() < DOCUMENTS_MIN {
            continue;
        }
        let index = reader.inverted_index(searcher.field(|f| f.words))?;
        let mut words = index.terms().stream().map_err(tantivy::TantivyError::from)?;
        let mut frequent: Vec<(u32, String)> = Vec::new();
        while words.advance() {
            let documents = words.value().doc_freq;
            if documents >= reader.max_doc() / FREQUENT
                && let Ok(word) = std::str::from_utf8(words.key())
                && word.chars().nth(1).is_some()
                && word.chars().all(is_han)
            {
                frequent.push((documents, word.to_owned()));
            }
        }
        frequent.sort_unstable_by(|a, b| b.cmp(a));
        prepared += frequent.len();
        for (_, word) in frequent {
            let wanted = Wanted::of(searcher, &Term::Words(word), false)?;
            for stretch in stretches.iter().filter(|stretch| stretch.segment == segment) {
                wanted.remember(searcher, stretch)?;
            }
        }
    }
    Ok(prepared)
}
