//! Which of the documents that fit have a day in a period, and how many have none; and which have come or changed
//! since. Looked at after the search and not in it: what has no day is counted in the same pass, where it took the
//! search a second time.

use dossier::day::Period;
use tantivy::columnar::Column;
use tantivy::{DocId, SegmentReader};

use crate::document::day_number;
use crate::error::IndexError;

/// Documents whose values are read at once.
pub(crate) const BLOCK: usize = 512;

/// Keeps of `documents` what has any day in `period`; gives how many have no day. A period of always keeps all.
pub(crate) fn within(
    reader: &SegmentReader,
    documents: &mut Vec<DocId>,
    period: Period,
) -> Result<u64, IndexError> {
    if period == Period::ALWAYS || documents.is_empty() {
        return Ok(0);
    }
    let from = period.from.map_or(i64::MIN, day_number);
    let to = period.to.map_or(i64::MAX, day_number);
    let columns = reader.fast_fields();
    let (first, last) = (columns.i64("first_day")?, columns.i64("last_day")?);
    let mut undated = 0;
    let mut kept = Vec::with_capacity(documents.len());
    let mut days = [[None; BLOCK]; 2];
    for block in documents.chunks(BLOCK) {
        let [firsts, lasts] = &mut days;
        let (firsts, lasts) = (first_values(&first, block, firsts), first_values(&last, block, lasts));
        for ((first, last), document) in firsts.iter().zip(lasts).zip(block) {
            let dated = first.zip(*last);
            undated += u64::from(dated.is_none());
            if dated.is_some_and(|(first, last)| first <= to && last >= from) {
                kept.push(*document);
            }
        }
    }
    *documents = kept;
    Ok(undated)
}

/// Keeps of `documents` what has come or changed after this archive version.
pub(crate) fn changed_after(
    reader: &SegmentReader,
    documents: &mut Vec<DocId>,
    version: i64,
) -> Result<(), IndexError> {
    let changes = reader.fast_fields().i64("seq")?;
    documents.retain(|document| changes.first(*document).is_some_and(|change| change > version));
    Ok(())
}

/// The first values of `documents`, of which there are [`BLOCK`] at most, in the room that is given: a column is read
/// so in a fraction of the time that its documents take one by one.
pub(crate) fn first_values<'r, T: Copy + PartialOrd + Send + Sync + std::fmt::Debug + 'static>(
    column: &Column<T>,
    documents: &[DocId],
    room: &'r mut [Option<T>; BLOCK],
) -> &'r [Option<T>] {
    let values = &mut room[..documents.len()];
    values.fill(None);
    column.first_vals(documents, values);
    values
}
