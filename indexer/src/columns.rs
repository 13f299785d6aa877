//! What facets count, in memory: a row for each document of the segments that are there, by numbers that are the same
//! in all of them. To find the values of a document in the engine's columns, and to bring those of several segments
//! together by what they say, takes longer than the search. Read once for each segment; some 20 bytes a document.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::columnar::StrColumn;
use tantivy::index::SegmentId;
use tantivy::{DocId, SegmentReader, TantivyError};

use crate::asking::each;
use crate::error::IndexError;
use crate::facets::Facets;
use crate::store::Searcher;
use crate::within::{BLOCK, first_values};

/// The columns: of the first three a document has one value at most, of the last one any number.
pub(crate) const COLUMNS: usize = 4;
const NAMES: [&str; COLUMNS] = ["class", "year", "unit", "person"];
const SEVERAL: usize = COLUMNS - 1;

/// The number of what has no value; nobody counts it.
const NONE: u32 = 0;

/// What is kept from one view to the next.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    numbers: [HashMap<Arc<str>, u32>; COLUMNS],
    segments: Vec<SegmentId>,
    table: Table,
}

/// The columns as one view sees them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    values: [Values; COLUMNS],
    /// By segment of the view.
    segments: Vec<Arc<Rows>>,
}

/// The values of a column.
#[derive(Debug, Clone, Default)]
struct Values {
    /// By their numbers, from 1 on; with some that no document has any more.
    all: Arc<[Arc<str>]>,
    /// The numbers in the order of the values.
    in_order: Arc<[u32]>,
}

/// The documents of a segment.
#[derive(Debug, Default)]
struct Rows {
    /// The numbers of a document; of the last column its only one, as most have, or where its own begin ([`MANY`]).
    rows: Vec<[u32; COLUMNS]>,
    /// Of each document with more than one in the last column how many, and then these.
    several: Vec<u32>,
}

/// Rows that are fetched at once.
const FETCHED: usize = 64;

/// Marks the place of several numbers among numbers, of which there are never so many.
const MANY: u32 = 1 << 31;

/// How many documents have each value, by column and number.
#[derive(Debug)]
pub(crate) struct Counts([Vec<u32>; COLUMNS]);

/// The columns as they lie in a segment: the values of each in their order, and rows of their places from 1 on.
struct Read {
    values: [Vec<Arc<str>>; COLUMNS],
    rows: Rows,
}

impl Columns {
    /// As `searcher` sees them.
    pub(crate) fn of(&self, searcher: &Searcher) -> Result<Table, IndexError> {
        let readers = searcher.engine.segment_readers();
        let segments: Vec<SegmentId> = readers.iter().map(SegmentReader::segment_id).collect();
        let kept = || self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let known: HashMap<SegmentId, Arc<Rows>> = {
            let kept = kept();
            if kept.segments == segments {
                return Ok(kept.table.clone());
            }
            kept.segments.iter().copied().zip(kept.table.segments.iter().cloned()).collect()
        };
        // Not under the lock: whoever counts in another view does not wait.
        let unread: Vec<_> =
            readers.iter().filter(|reader| !known.contains_key(&reader.segment_id())).collect();
        let mut read = each(searcher, &unread, |reader| read(reader))?.into_iter();
        let mut kept = kept();
        let mut rows = Vec::with_capacity(segments.len());
        for segment in &segments {
            match known.get(segment) {
                Some(known) => rows.push(Arc::clone(known)),
                None => rows.extend(read.next().map(|read| Arc::new(kept.number(read)))),
            }
        }
        kept.bring_up();
        kept.table.segments = rows;
        kept.segments = segments;
        Ok(kept.table.clone())
    }
}

impl Kept {
    /// Gives the values of a segment their numbers, new ones where they are new.
    fn number(&mut self, read: Read) -> Rows {
        let mut numbers: [Vec<u32>; COLUMNS] = Default::default();
        for ((numbers, known), values) in numbers.iter_mut().zip(&mut self.numbers).zip(read.values) {
            numbers.push(NONE);
            for value in values {
                let next = u32::try_from(known.len() + 1).unwrap_or(NONE);
                numbers.push(*known.entry(value).or_insert(next));
            }
        }
        let Rows { mut rows, mut several } = read.rows;
        for row in &mut rows {
            for (place, numbers) in row.iter_mut().zip(&numbers).take(SEVERAL) {
                *place = numbers.get(*place as usize).copied().unwrap_or(NONE);
            }
        }
        let number =
            |place: &mut u32| *place = numbers[SEVERAL].get(*place as usize).copied().unwrap_or(NONE);
        rows.iter_mut().map(|row| &mut row[SEVERAL]).filter(|place| **place & MANY == 0).for_each(number);
        let mut rest = &mut several[..];
        while let Some((count, after)) = rest.split_first_mut() {
            let (own, after) = after.split_at_mut((*count as usize).min(after.len()));
            own.iter_mut().for_each(number);
            rest = after;
        }
        Rows { rows, several }
    }

    /// The lists of values, where there are new ones.
    fn bring_up(&mut self) {
        for (numbers, values) in self.numbers.iter().zip(&mut self.table.values) {
            if values.all.len() == numbers.len() {
                continue;
            }
            let mut all: Vec<(&Arc<str>, u32)> =
                numbers.iter().map(|(value, number)| (value, *number)).collect();
            all.sort_unstable();
            values.in_order = all.iter().map(|(_, number)| *number).collect();
            all.sort_unstable_by_key(|(_, number)| *number);
            values.all = all.into_iter().map(|(value, _)| Arc::clone(value)).collect();
        }
    }
}

impl Table {
    /// Nothing counted yet.
    pub(crate) fn counts(&self) -> Counts {
        Counts([0, 1, 2, 3].map(|column: usize| vec![0; self.values[column].all.len() + 1]))
    }

    /// Counts the values of `documents` of a segment. Of what a document has several times it has one.
    pub(crate) fn count(&self, segment: u32, documents: &[DocId], counts: &mut Counts) {
        let Some(Rows { rows, several }) = self.segments.get(segment as usize).map(|rows| &**rows) else {
            return;
        };
        let [class, year, unit, persons] = &mut counts.0;
        // Rows are fetched some at a time before anything is decided by them: they lie far apart, and a wrong guess would
        // wait for each.
        let mut fetched = [[NONE; COLUMNS]; FETCHED];
        for documents in documents.chunks(FETCHED) {
            let fetched = &mut fetched[..documents.len()];
            for (row, document) in fetched.iter_mut().zip(documents) {
                *row = rows.get(*document as usize).copied().unwrap_or_default();
            }
            for row in fetched {
                class[row[0] as usize] += 1;
                year[row[1] as usize] += 1;
                unit[row[2] as usize] += 1;
                if row[SEVERAL] & MANY == 0 {
                    persons[row[SEVERAL] as usize] += 1;
                    continue;
                }
                let at = (row[SEVERAL] & !MANY) as usize;
                for person in &several[at + 1..=at + several[at] as usize] {
                    persons[*person as usize] += 1;
                }
            }
        }
    }

    /// The values of a column that were counted, most first, then in their order.
    pub(crate) fn most_first(&self, column: usize, counts: &Counts) -> Facets {
        let (values, counts) = (&self.values[column], &counts.0[column]);
        let counted = values.in_order.iter().map(|number| (*number, counts[*number as usize]));
        let mut counted: Vec<(u32, u32)> = counted.filter(|(_, count)| *count > 0).collect();
        most_first(&mut counted);
        Facets::of(Arc::clone(&values.all), counted)
    }
}

impl Counts {
    /// With what was counted elsewhere.
    pub(crate) fn add(&mut self, other: &Self) {
        for (own, other) in self.0.iter_mut().zip(&other.0) {
            for (own, other) in own.iter_mut().zip(other) {
                *own += other;
            }
        }
    }
}

/// Higher counts than this are few: what has them is sorted.
const COUNTED_MAX: u32 = 4_096;

/// Sorts values by their counts, the highest first; they stay in their order where they are equal. Most of very many
/// persons have one of a few small counts, so those are counted out.
fn most_first(counted: &mut Vec<(u32, u32)>) {
    let most = counted.iter().map(|(_, count)| *count).max().unwrap_or(0);
    if most > COUNTED_MAX || counted.len() < COUNTED_MAX as usize {
        counted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        return;
    }
    // Where the values of each count begin, the highest first.
    let place = |count: u32| (most - count) as usize;
    let mut begin = vec![0_usize; place(0) + 2];
    for (_, count) in counted.iter() {
        begin[place(*count) + 1] += 1;
    }
    for at in 1..begin.len() {
        begin[at] += begin[at - 1];
    }
    let mut sorted = vec![(0, 0); counted.len()];
    for one in counted.iter() {
        let at = &mut begin[place(one.1)];
        sorted[*at] = *one;
        *at += 1;
    }
    *counted = sorted;
}

/// The columns of one segment.
fn read(reader: &SegmentReader) -> Result<Read, IndexError> {
    let mut rows = Rows { rows: vec![[NONE; COLUMNS]; reader.max_doc() as usize], several: Vec::new() };
    let mut values: [Vec<Arc<str>>; COLUMNS] = Default::default();
    for (at, name) in NAMES.iter().enumerate() {
        let Some(column) = reader.fast_fields().str(name)? else { continue };
        values[at] = all_values(&column)?;
        if at == SEVERAL {
            several(&column, &mut rows);
            continue;
        }
        let mut room = [None; BLOCK];
        for (rows, first) in rows.rows.chunks_mut(BLOCK).zip((0..reader.max_doc()).step_by(BLOCK)) {
            let documents: Vec<DocId> = (first..reader.max_doc()).take(rows.len()).collect();
            let own = first_values(column.ords(), &documents, &mut room);
            for (row, ordinal) in rows.iter_mut().zip(own) {
                row[at] = ordinal.map_or(NONE, place);
            }
        }
    }
    Ok(Read { values, rows })
}

fn several(column: &StrColumn, rows: &mut Rows) {
    let mut own: Vec<u32> = Vec::new();
    for (row, document) in rows.rows.iter_mut().zip(0..column.num_rows()) {
        own.clear();
        own.extend(column.term_ords(document).map(place));
        own.sort_unstable();
        own.dedup();
        row[SEVERAL] = match own[..] {
            [] => NONE,
            [only] => only,
            _ => {
                let begin = u32::try_from(rows.several.len()).unwrap_or(u32::MAX);
                rows.several.push(u32::try_from(own.len()).unwrap_or(u32::MAX));
                rows.several.extend(&own);
                begin | MANY
            }
        };
    }
}

fn place(ordinal: u64) -> u32 {
    u32::try_from(ordinal + 1).unwrap_or(NONE)
}

fn all_values(column: &StrColumn) -> Result<Vec<Arc<str>>, IndexError> {
    let mut values: Vec<Arc<str>> = Vec::with_capacity(column.num_terms());
    let ordinals: Vec<u64> = (0..column.num_terms() as u64).collect();
    let mut add = |value: &[u8]| values.push(String::from_utf8_lossy(value).into());
    column.dictionary().sorted_ords_to_term_cb(&ordinals, &mut add).map_err(TantivyError::from)?;
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Dice;

    #[test]
    fn values_that_are_counted_out_come_as_if_they_were_sorted() {
        let mut dice = Dice(88_172_645_463_325_252);
        for most in [1, 7, COUNTED_MAX, COUNTED_MAX + 1] {
            let mut roll = |_| u32::try_from(dice.roll(most as usize)).unwrap_or(0) + 1;
            let counted: Vec<(u32, u32)> = (1..6_000).zip((0..).map(&mut roll)).collect();
            for size in [0, 1, 100, counted.len()] {
                let mut found = counted[..size].to_vec();
                let mut expected = found.clone();
                most_first(&mut found);
                expected.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
                assert_eq!(found, expected, "{most} {size}");
            }
        }
    }
}
