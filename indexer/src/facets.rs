//! Exact counts of the values of a column over the documents that fit: no sampling, no estimate, no value left
//! out.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::columnar::{Cardinality, StrColumn};
use tantivy::index::SegmentId;
use tantivy::{DocId, TantivyError};

use crate::error::IndexError;
use crate::matched::Matched;
use crate::store::Searcher;

/// One value of a facet and how many hits have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    /// The value.
    pub value: String,
    /// Number of hits, exact.
    pub count: u64,
}

/// Documents whose values are read at once.
const BLOCK: usize = 512;

/// The values of a column of a segment by their ordinals: sorted, so that ordinals compare as values do.
type Terms = Arc<[Box<str>]>;

/// The values of columns that have been asked for, of the segments that are there: to unpack them for each answer
/// would take longer than to count.
#[derive(Debug, Default)]
pub(crate) struct Dictionaries {
    read: Mutex<HashMap<(SegmentId, &'static str), Terms>>,
}

impl Dictionaries {
    fn of(
        &self,
        searcher: &Searcher,
        segment: SegmentId,
        name: &'static str,
        column: &StrColumn,
    ) -> Result<Terms, IndexError> {
        let kept = || self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(terms) = kept().get(&(segment, name)) {
            return Ok(Arc::clone(terms));
        }
        let mut terms: Vec<Box<str>> = Vec::with_capacity(column.num_terms());
        let ordinals: Vec<u64> = (0..column.num_terms() as u64).collect();
        let mut add = |value: &[u8]| terms.push(String::from_utf8_lossy(value).into());
        column.dictionary().sorted_ords_to_term_cb(&ordinals, &mut add).map_err(TantivyError::from)?;
        let terms: Terms = terms.into();
        let mut read = kept();
        // Segments come and go; those of this view stay.
        let segments = searcher.engine.segment_readers();
        read.retain(|(kept, _), _| segments.iter().any(|segment| segment.segment_id() == *kept));
        read.insert((segment, name), Arc::clone(&terms));
        Ok(terms)
    }
}

/// The values of the column `name`, most first, then by value. A document that has a value several times counts once.
pub(crate) fn facet(
    searcher: &Searcher,
    name: &'static str,
    matched: &Matched,
) -> Result<Vec<Facet>, IndexError> {
    let mut parts: Vec<(Terms, Vec<u64>)> = Vec::new();
    for (segment, documents) in matched.segments().iter().filter(|(_, documents)| !documents.is_empty()) {
        let reader = searcher.engine.segment_reader(*segment);
        if let Some(column) = reader.fast_fields().str(name)? {
            let terms = searcher.dictionaries.of(searcher, reader.segment_id(), name, &column)?;
            parts.push((terms, count(&column, documents)));
        }
    }
    let counted = parts.iter().flat_map(|(terms, counts)| {
        terms.iter().zip(counts).filter(|(_, count)| **count > 0).map(|(term, count)| (&**term, *count))
    });
    let mut counts: Vec<(&str, u64)> = if parts.len() < 2 {
        counted.collect()
    } else {
        let mut together: HashMap<&str, u64> = HashMap::new();
        counted.for_each(|(term, count)| *together.entry(term).or_default() += count);
        together.into_iter().collect()
    };
    counts.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    Ok(counts.into_iter().map(|(value, count)| Facet { value: value.to_owned(), count }).collect())
}

/// How many of `documents` have each ordinal.
fn count(column: &StrColumn, documents: &[DocId]) -> Vec<u64> {
    let mut counts = vec![0_u64; column.num_terms()];
    let mut add = |ordinal: u64| {
        if let Some(count) = usize::try_from(ordinal).ok().and_then(|at| counts.get_mut(at)) {
            *count += 1;
        }
    };
    if column.ords().get_cardinality() == Cardinality::Multivalued {
        let mut own: Vec<u64> = Vec::new();
        for doc in documents {
            own.clear();
            own.extend(column.term_ords(*doc));
            own.sort_unstable();
            own.dedup();
            own.iter().copied().for_each(&mut add);
        }
        return counts;
    }
    let mut values = [None; BLOCK];
    for block in documents.chunks(BLOCK) {
        let values = &mut values[..block.len()];
        values.fill(None);
        column.ords().first_vals(block, values);
        values.iter().flatten().copied().for_each(&mut add);
    }
    counts
}
