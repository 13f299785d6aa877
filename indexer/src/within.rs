//! Which of the documents that fit have a day in a period, and how many have none. Looked at after the search and not
//! in it: what has no day is counted in the same pass, where it took the search a second time.

use dossier::day::Period;
use tantivy::DocId;

use crate::document::day_number;
use crate::error::IndexError;
use crate::matched::Matched;
use crate::store::Searcher;

/// Documents whose days are read at once.
const BLOCK: usize = 512;

/// Keeps of `matched` what has any day in `period`; gives how many have no day. A period of always keeps all.
pub(crate) fn within(searcher: &Searcher, matched: &mut Matched, period: Period) -> Result<u64, IndexError> {
    if period == Period::ALWAYS {
        return Ok(0);
    }
    let from = period.from.map_or(i64::MIN, day_number);
    let to = period.to.map_or(i64::MAX, day_number);
    let mut undated = 0;
    for at in 0..matched.segments().len() {
        let (segment, documents) = &matched.segments()[at];
        let columns = searcher.engine.segment_reader(*segment).fast_fields();
        let (first, last) = (columns.i64("first_day")?, columns.i64("last_day")?);
        let mut keep = Vec::with_capacity(documents.len());
        let mut days = [[None; BLOCK]; 2];
        for block in documents.chunks(BLOCK) {
            let [firsts, lasts] = &mut days;
            read(&first, block, firsts);
            read(&last, block, lasts);
            for (first, last) in firsts.iter().zip(lasts.iter()).take(block.len()) {
                let dated = first.zip(*last);
                undated += u64::from(dated.is_none());
                keep.push(dated.is_some_and(|(first, last)| first <= to && last >= from));
            }
        }
        matched.keep(at, &keep);
    }
    Ok(undated)
}

fn read(column: &tantivy::columnar::Column<i64>, documents: &[DocId], days: &mut [Option<i64>; BLOCK]) {
    let days = &mut days[..documents.len()];
    days.fill(None);
    column.first_vals(documents, days);
}
