//! Pages of what fits by day: the newest first, what has no day last. Only the days of all are read; sorted is no more
//! than the page.

use std::cmp::Reverse;

use tantivy::columnar::Column;
use tantivy::{DocAddress, DocId, SegmentOrdinal};

use crate::error::IndexError;
use crate::ids::id_of;
use crate::matched::Matched;
use crate::store::Searcher;
use crate::stored::Shelves;
use crate::within::{BLOCK, first_values};

/// A document by its day; those of one day as they lie in the index.
type Dated = (Reverse<i64>, DocAddress);

/// A page by day, then as documents lie in the index.
pub(crate) fn newest(
    searcher: &Searcher,
    matched: &Matched,
    offset: usize,
    limit: usize,
) -> Result<Vec<DocAddress>, IndexError> {
    let Some(end) = end_of_page(matched, offset, limit) else { return Ok(Vec::new()) };
    let mut dated = by_day(searcher, matched)?;
    dated.select_nth_unstable(end - 1);
    dated.truncate(end);
    dated.sort_unstable();
    Ok(dated.split_off(offset).into_iter().map(|(_, at)| at).collect())
}

/// A page by day, then by id: where documents lie in the index would tell what lies between them.
pub(crate) fn newest_by_id(
    searcher: &Searcher,
    matched: &Matched,
    offset: usize,
    limit: usize,
) -> Result<Vec<DocAddress>, IndexError> {
    let Some(end) = end_of_page(matched, offset, limit) else { return Ok(Vec::new()) };
    let mut dated = by_day(searcher, matched)?;
    let first = dated.select_nth_unstable(offset).1.0;
    let last = dated.select_nth_unstable(end - 1).1.0;
    let before = dated.iter().filter(|(day, _)| *day < first).count();
    let mut named = Vec::new();
    let mut shelves = Shelves::of(searcher);
    for &(day, at) in dated.iter().filter(|(day, _)| (first..=last).contains(day)) {
        named.push((day, id_of(searcher, &mut shelves, at)?, at));
    }
    named.sort_unstable_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    Ok(named.into_iter().skip(offset - before).take(end - offset).map(|(_, _, at)| at).collect())
}

/// Where a page ends; nothing for one that is empty: no day is read for it.
fn end_of_page(matched: &Matched, offset: usize, limit: usize) -> Option<usize> {
    let end = offset.saturating_add(limit).min(matched.len());
    (offset < end).then_some(end)
}

fn by_day(searcher: &Searcher, matched: &Matched) -> Result<Vec<Dated>, IndexError> {
    let mut dated: Vec<Dated> = Vec::with_capacity(matched.len());
    let mut open: Option<(SegmentOrdinal, Column<i64>)> = None;
    for (segment, documents) in matched.segments() {
        let days = match open.take() {
            Some((of, days)) if of == *segment => days,
            _ => searcher.engine.segment_reader(*segment).fast_fields().i64("last_day")?,
        };
        let mut room = [None; BLOCK];
        for block in documents.chunks(BLOCK) {
            let own = first_values(&days, block, &mut room);
            let dated_at = |(day, document): (&Option<i64>, &DocId)| {
                (Reverse(day.unwrap_or(i64::MIN)), DocAddress::new(*segment, *document))
            };
            dated.extend(own.iter().zip(block).map(dated_at));
        }
    }
    Ok(dated)
}
