//! Exact counts of the values of the columns over the documents that fit: no sampling, no estimate, no value left
//! out.

use std::cmp::Reverse;
use std::fmt;
use std::sync::Arc;

use crate::asking::{CORES_MAX, each};
use crate::columns::COLUMNS;
use crate::error::IndexError;
use crate::matched::Matched;
use crate::store::Searcher;

/// One value of a facet and how many hits have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facet<'f> {
    /// The value.
    pub value: &'f str,
    /// Number of hits, exact.
    pub count: u64,
}

/// The values of one column that hits have, each with their number. A wide question has tens of thousands of persons:
/// they are numbers here until somebody reads them.
#[derive(Clone, Default)]
pub struct Facets {
    /// The values by their numbers, from 1 on.
    values: Arc<[Arc<str>]>,
    /// Numbers of values, and how many hits have each.
    counted: Vec<(u32, u32)>,
}

impl Facets {
    pub(crate) fn of(values: Arc<[Arc<str>]>, counted: Vec<(u32, u32)>) -> Self {
        Self { values, counted }
    }

    /// How many values.
    pub fn len(&self) -> usize {
        self.counted.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.counted.is_empty()
    }

    /// Each, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Facet<'_>> {
        let facet = |&(number, count): &(u32, u32)| Facet {
            value: value(&self.values, number),
            count: u64::from(count),
        };
        self.counted.iter().map(facet)
    }

    /// Puts the last values first.
    pub(crate) fn last_first(&mut self) {
        let Self { values, counted } = self;
        counted.sort_by_key(|(number, _)| Reverse(value(values, *number)));
    }

    /// Keeps the values that `fit`.
    pub(crate) fn retain(&mut self, fit: impl Fn(&str) -> bool) {
        let Self { values, counted } = self;
        counted.retain(|(number, _)| fit(value(values, *number)));
    }
}

fn value(values: &[Arc<str>], number: u32) -> &str {
    &values[number as usize - 1]
}

impl fmt::Debug for Facets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl PartialEq for Facets {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Facets {}

/// Fewer hits than this are counted at once.
const SHARED_FROM: usize = 20_000;

/// The values of the columns (class, year, unit, person), each most first, then by value. A document that has a value
/// several times counts once.
pub(crate) fn facets(searcher: &Searcher, matched: &Matched) -> Result<[Facets; COLUMNS], IndexError> {
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
    Ok([0, 1, 2, 3].map(|column| table.most_first(column, &counts)))
}
