//! The values of the columns that facets count, of the segments that are there, by numbers that are the same in all of
//! them: to find the values of a document in the engine's columns, and to bring those of several segments together by
//! what they say, would take longer than the search. Read once for each segment; some 14 bytes a document for all
//! four columns.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::columnar::Cardinality;
use tantivy::index::SegmentId;
use tantivy::{DocId, SegmentReader, TantivyError};

use crate::asking::each;
use crate::error::IndexError;
use crate::store::Searcher;

/// The number of what has no value.
const NONE: u32 = u32::MAX;
/// Documents whose values are read at once.
const BLOCK: usize = 512;

/// Columns that have been asked for.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    kept: Mutex<HashMap<&'static str, Kept>>,
}

/// A column as one view sees it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Column {
    /// Every value, by its number; and some that no document has any more.
    values: Arc<[Arc<str>]>,
    /// The numbers in the order of the values.
    by_value: Arc<[u32]>,
    /// Of each segment of the view, the numbers of its documents.
    segments: Vec<Arc<Numbers>>,
}

/// What is kept of a column from one view to the next.
#[derive(Debug, Default)]
struct Kept {
    numbers: HashMap<Arc<str>, u32>,
    segments: Vec<SegmentId>,
    column: Column,
}

/// The numbers of the values of each document of a segment.
#[derive(Debug)]
enum Numbers {
    /// One at most.
    One(Vec<u32>),
    /// Those of a document from one start to the next, each once.
    Several { starts: Vec<u32>, numbers: Vec<u32> },
}

/// A column as it lies in a segment: its values in their order, and for each document their places.
struct Read {
    values: Vec<Arc<str>>,
    places: Numbers,
}

impl Columns {
    /// The column `name` of `searcher`.
    pub(crate) fn of(&self, searcher: &Searcher, name: &'static str) -> Result<Column, IndexError> {
        let segments: Vec<SegmentId> =
            searcher.engine.segment_readers().iter().map(SegmentReader::segment_id).collect();
        let kept = || self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let known = match kept().get(name) {
            Some(kept) if kept.segments == segments => return Ok(kept.column.clone()),
            Some(kept) => kept.segments.clone(),
            None => Vec::new(),
        };
        let unread: Vec<&SegmentReader> = searcher
            .engine
            .segment_readers()
            .iter()
            .filter(|reader| !known.contains(&reader.segment_id()))
            .collect();
        // Not under the lock: whoever counts another column does not wait.
        let read = each(searcher, &unread, |reader| read(reader, name))?;
        let mut all = kept();
        let kept = all.entry(name).or_default();
        let mut numbered: HashMap<SegmentId, Arc<Numbers>> =
            kept.segments.drain(..).zip(kept.column.segments.drain(..)).collect();
        for (reader, read) in unread.iter().zip(read) {
            numbered.insert(reader.segment_id(), Arc::new(kept.number(read)));
        }
        kept.bring_up();
        // Another view may have come and gone meanwhile, and taken segments of this one with it.
        let found: Option<Vec<Arc<Numbers>>> = segments.iter().map(|id| numbered.get(id).cloned()).collect();
        let Some(found) = found else {
            drop(all);
            return self.of(searcher, name);
        };
        kept.column.segments = found;
        kept.segments = segments;
        Ok(kept.column.clone())
    }
}

impl Kept {
    /// Gives the values of a segment their numbers, new ones where they are new.
    fn number(&mut self, read: Read) -> Numbers {
        let mut numbers = Vec::with_capacity(read.values.len());
        for value in read.values {
            let next = u32::try_from(self.numbers.len()).unwrap_or(NONE);
            numbers.push(*self.numbers.entry(value).or_insert(next));
        }
        let number = |places: Vec<u32>| -> Vec<u32> {
            places.into_iter().map(|place| numbers.get(place as usize).copied().unwrap_or(NONE)).collect()
        };
        match read.places {
            Numbers::One(places) => Numbers::One(number(places)),
            Numbers::Several { starts, numbers } => Numbers::Several { starts, numbers: number(numbers) },
        }
    }

    /// The list of values, where there are new ones.
    fn bring_up(&mut self) {
        if self.column.values.len() == self.numbers.len() {
            return;
        }
        let mut values: Vec<(&Arc<str>, u32)> =
            self.numbers.iter().map(|(value, number)| (value, *number)).collect();
        values.sort_unstable();
        self.column.by_value = values.iter().map(|(_, number)| *number).collect();
        values.sort_unstable_by_key(|(_, number)| *number);
        self.column.values = values.into_iter().map(|(value, _)| Arc::clone(value)).collect();
    }
}

impl Column {
    /// How many of `documents` have each value, in the order of the values; those that none has are left out. A
    /// document that has a value several times counts once.
    pub(crate) fn counted<'d>(
        &self,
        documents: impl Iterator<Item = (u32, &'d [DocId])>,
    ) -> impl Iterator<Item = (&Arc<str>, u64)> {
        let mut counts = vec![0_u32; self.values.len()];
        for (segment, documents) in documents {
            if let Some(numbers) = self.segments.get(segment as usize) {
                numbers.count(documents, &mut counts);
            }
        }
        self.by_value
            .iter()
            .map(move |number| (&self.values[*number as usize], u64::from(counts[*number as usize])))
            .filter(|(_, count)| *count > 0)
    }
}

impl Numbers {
    fn count(&self, documents: &[DocId], counts: &mut [u32]) {
        let mut add = |number: u32| {
            if let Some(count) = counts.get_mut(number as usize) {
                *count += 1;
            }
        };
        match self {
            Numbers::One(numbers) => {
                for document in documents {
                    add(numbers.get(*document as usize).copied().unwrap_or(NONE));
                }
            }
            Numbers::Several { starts, numbers } => {
                for document in documents {
                    let at = *document as usize;
                    if let Some([from, to]) = starts.get(at..at + 2) {
                        numbers[*from as usize..*to as usize].iter().copied().for_each(&mut add);
                    }
                }
            }
        }
    }
}

/// The column of one segment.
fn read(reader: &SegmentReader, name: &str) -> Result<Read, IndexError> {
    let Some(column) = reader.fast_fields().str(name)? else {
        return Ok(Read { values: Vec::new(), places: Numbers::One(Vec::new()) });
    };
    let mut values: Vec<Arc<str>> = Vec::with_capacity(column.num_terms());
    let ordinals: Vec<u64> = (0..column.num_terms() as u64).collect();
    let mut add = |value: &[u8]| values.push(String::from_utf8_lossy(value).into());
    column.dictionary().sorted_ords_to_term_cb(&ordinals, &mut add).map_err(TantivyError::from)?;
    let place = |ordinal: u64| u32::try_from(ordinal).unwrap_or(NONE);
    let all = 0..reader.max_doc();
    if column.ords().get_cardinality() != Cardinality::Multivalued {
        let mut places = Vec::with_capacity(all.len());
        let documents: Vec<DocId> = all.collect();
        let mut block_values = [None; BLOCK];
        for block in documents.chunks(BLOCK) {
            let block_values = &mut block_values[..block.len()];
            block_values.fill(None);
            column.ords().first_vals(block, block_values);
            places.extend(block_values.iter().map(|value| value.map_or(NONE, place)));
        }
        return Ok(Read { values, places: Numbers::One(places) });
    }
    let (mut starts, mut places) = (vec![0_u32], Vec::new());
    let mut own: Vec<u32> = Vec::new();
    for document in all {
        own.clear();
        own.extend(column.term_ords(document).map(place));
        own.sort_unstable();
        own.dedup();
        places.extend_from_slice(&own);
        starts.push(u32::try_from(places.len()).unwrap_or(NONE));
    }
    Ok(Read { values, places: Numbers::Several { starts, numbers: places } })
}
