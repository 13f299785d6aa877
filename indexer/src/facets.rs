//! Exact counts of the values of a column over the documents that fit: no sampling, no estimate, no value left
//! out.

use std::collections::HashMap;

use tantivy::columnar::{Cardinality, StrColumn};
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

/// The values of `column`, most first, then by value. A document that has a value several times counts once.
pub(crate) fn facet(searcher: &Searcher, column: &str, matched: &Matched) -> Result<Vec<Facet>, IndexError> {
    let mut counts: HashMap<Vec<u8>, u64> = HashMap::new();
    for (segment, documents) in matched.segments() {
        let reader = searcher.engine.segment_reader(*segment);
        if let Some(column) = reader.fast_fields().str(column)? {
            let by_ordinal = count(&column, documents);
            let ordinals: Vec<u64> =
                (0..).zip(&by_ordinal).filter(|(_, n)| **n > 0).map(|(at, _)| at).collect();
            let mut next = ordinals.iter();
            let name = |value: &[u8]| {
                let n = next.next().and_then(|at| by_ordinal.get(usize::try_from(*at).ok()?)).copied();
                match counts.get_mut(value) {
                    Some(count) => *count += n.unwrap_or(0),
                    None => drop(counts.insert(value.to_vec(), n.unwrap_or(0))),
                }
            };
            column.dictionary().sorted_ords_to_term_cb(&ordinals, name).map_err(TantivyError::from)?;
        }
    }
    let facet = |(value, count)| Facet { value: String::from_utf8(value).unwrap_or_default(), count };
    let mut facets: Vec<Facet> = counts.into_iter().map(facet).collect();
    facets.sort_unstable_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
    Ok(facets)
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
