//! Exact counts of the values of a column over the documents that fit: no sampling, no estimate, no value left
//! out.

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

/// The values of the column `name`, most first, then by value. A document that has a value several times counts once.
pub(crate) fn facet(
    searcher: &Searcher,
    name: &'static str,
    matched: &Matched,
) -> Result<Vec<Facet>, IndexError> {
    if matched.len() == 0 {
        return Ok(Vec::new());
    }
    let column = searcher.columns.of(searcher, name)?;
    let parts = matched.segments().iter().map(|(segment, documents)| (*segment, &documents[..]));
    let mut counts: Vec<_> = column.counted(parts).collect();
    // They come by value, and stay so where they are equal.
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    Ok(counts.into_iter().map(|(value, count)| Facet { value: value.to_string(), count }).collect())
}
