//! Exact counts of the values of the columns over the documents that fit: no sampling, no estimate, no value left
//! out.

use std::sync::Arc;

use crate::asking::{CORES_MAX, each};
use crate::columns::COLUMNS;
use crate::error::IndexError;
use crate::matched::Matched;
use crate::store::Searcher;

/// One value of a facet and how many hits have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    /// The value.
    pub value: Arc<str>,
    /// Number of hits, exact.
    pub count: u64,
}

/// Fewer hits than this are counted at once.
const SHARED_FROM: usize = 20_000;

/// The values of the columns (class, year, unit, person), each most first, then by value. A document that has a value
/// several times counts once.
pub(crate) fn facets(searcher: &Searcher, matched: &Matched) -> Result<[Vec<Facet>; COLUMNS], IndexError> {
    if matched.len() == 0 {
        return Ok(Default::default());
    }
    let table = searcher.columns.of(searcher)?;
    let shares = matched.shares(if matched.len() < SHARED_FROM { 1 } else { *CORES_MAX });
    let counted = each(searcher, &shares, |share| {
        let mut counts = table.counts();
        for (segment, documents) in share {
            table.count(*segment, documents, &mut counts);
        }
        Ok(counts)
    })?;
    let mut counted = counted.into_iter();
    let mut counts = counted.next().unwrap_or_else(|| table.counts());
    counted.for_each(|other| counts.add(&other));
    Ok([0, 1, 2, 3].map(|column| {
        let counted = table.most_first(column, &counts).into_iter();
        counted.map(|(value, count)| Facet { value: Arc::clone(value), count: u64::from(count) }).collect()
    }))
}
