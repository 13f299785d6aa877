//! A stretch of a segment, which one core looks through at a time: short enough for its sets to stay near the
//! processor, and for two cores to share one great segment. And the postings of a term in it.

use std::sync::Arc;

use tantivy::index::InvertedIndexReader;
use tantivy::postings::{BlockSegmentPostings, SegmentPostings, TermInfo};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, SegmentOrdinal, SegmentReader, Term};

use super::documents::Documents;
use crate::error::IndexError;

/// From one document in so many on, a list is dense.
const DENSE: usize = 16;

/// Documents of a stretch, at most; a multiple of 64. (Few in tests, so that their segments have several.)
const DOCUMENTS_MAX: DocId = if cfg!(test) { 64 } else { 1 << 18 };

/// To look a document up in a list costs as much as to read this many entries of it.
const LOOK_UP: usize = 12;

/// Documents of a segment, one after the other.
pub(crate) struct Stretch<'s> {
    pub(crate) segment: SegmentOrdinal,
    pub(crate) reader: &'s SegmentReader,
    pub(crate) from: DocId,
    /// Exclusive.
    pub(crate) to: DocId,
}

impl<'s> Stretch<'s> {
    /// Those of all segments, in order.
    pub(crate) fn all(engine: &'s tantivy::Searcher) -> Vec<Self> {
        let mut all = Vec::new();
        for (segment, reader) in (0..).zip(engine.segment_readers()) {
            for from in (0..reader.max_doc()).step_by(DOCUMENTS_MAX as usize) {
                let to = reader.max_doc().min(from + DOCUMENTS_MAX);
                all.push(Self { segment, reader, from, to });
            }
        }
        all
    }

    /// None of its documents.
    pub(crate) fn none(&self) -> Documents {
        Documents::none(self.from, self.to)
    }

    /// All of them.
    pub(crate) fn everything(&self) -> Documents {
        Documents::all(self.from, self.to)
    }

    /// Leaves out what was deleted.
    pub(crate) fn keep_alive(&self, documents: &mut Vec<DocId>) {
        if let Some(alive) = self.reader.alive_bitset() {
            documents.retain(|document| alive.is_alive(*document));
        }
    }

    /// Where `term` stands; nothing if it stands nowhere in the segment.
    pub(crate) fn postings(&self, term: &Term) -> Result<Option<Postings>, IndexError> {
        let index = self.index(term.field())?;
        let info = index.get_term_info(term).map_err(tantivy::TantivyError::from)?;
        Ok(info.map(|info| {
            let share = u64::from(info.doc_freq) * u64::from(self.to - self.from);
            let expected = share.div_ceil(u64::from(self.reader.max_doc().max(1)));
            let expected = usize::try_from(expected).unwrap_or(usize::MAX);
            Postings { index, info, from: self.from, to: self.to, expected }
        }))
    }

    fn index(&self, field: Field) -> Result<Arc<InvertedIndexReader>, IndexError> {
        Ok(self.reader.inverted_index(field)?)
    }
}

/// Where a term stands in a stretch.
pub(crate) struct Postings {
    index: Arc<InvertedIndexReader>,
    info: TermInfo,
    from: DocId,
    to: DocId,
    /// In how many documents of the stretch, if they are spread evenly.
    pub(crate) expected: usize,
}

impl Postings {
    /// The documents that have it.
    pub(crate) fn add_to(&self, documents: &mut Documents) -> Result<(), IndexError> {
        self.each_block(IndexRecordOption::Basic, |block, _| documents.add(block))
    }

    /// Keeps of `documents` those that have it.
    pub(crate) fn narrow(&self, documents: &mut Documents) -> Result<(), IndexError> {
        let left = documents.len();
        if left == 0 {
            return Ok(());
        }
        if left * LOOK_UP < self.expected {
            let mut cursor = self.cursor(IndexRecordOption::Basic)?;
            for document in documents.list() {
                if cursor.look_up(document).is_none() {
                    documents.remove(document);
                }
            }
        } else {
            let mut having = Documents::none(self.from, self.to);
            self.add_to(&mut having)?;
            documents.and(&having);
        }
        Ok(())
    }

    /// How often it stands in each of `documents`, which ascend: `take` gets the place in the list and the number.
    pub(crate) fn count_in(
        &self,
        documents: &[DocId],
        mut take: impl FnMut(usize, u32),
    ) -> Result<(), IndexError> {
        if documents.len() * LOOK_UP < self.expected {
            let mut cursor = self.cursor(IndexRecordOption::WithFreqs)?;
            for (at, document) in documents.iter().enumerate() {
                if let Some(times) = cursor.look_up(*document) {
                    take(at, times);
                }
            }
            return Ok(());
        }
        let mut next = 0;
        self.each_block(IndexRecordOption::WithFreqs, |block, times| {
            for (document, times) in block.iter().zip(times) {
                while next < documents.len() && documents[next] < *document {
                    next += 1;
                }
                if documents.get(next) == Some(document) {
                    take(next, *times);
                    next += 1;
                }
            }
        })
    }

    /// Whether there are enough of it and of `hits` for a score of every document of the stretch.
    pub(crate) fn is_dense_among(&self, hits: &[DocId]) -> bool {
        let documents = (self.to - self.from) as usize;
        hits.len() * DENSE >= documents && self.expected * DENSE >= documents
    }

    /// Hands on all documents with how often it stands in each, some at a time.
    pub(crate) fn each_count(&self, take: impl FnMut(&[DocId], &[u32])) -> Result<(), IndexError> {
        self.each_block(IndexRecordOption::WithFreqs, take)
    }

    /// With the places in each document.
    pub(crate) fn with_places(&self) -> Result<SegmentPostings, IndexError> {
        let option = IndexRecordOption::WithFreqsAndPositions;
        let postings = self.index.read_postings_from_terminfo(&self.info, option);
        Ok(postings.map_err(tantivy::TantivyError::from)?)
    }

    fn cursor(&self, option: IndexRecordOption) -> Result<Cursor, IndexError> {
        let blocks = self.index.read_block_postings_from_terminfo(&self.info, option);
        Ok(Cursor { blocks: blocks.map_err(tantivy::TantivyError::from)? })
    }

    /// Hands on documents and, where they were asked for, how often it stands in each.
    fn each_block(
        &self,
        option: IndexRecordOption,
        mut take: impl FnMut(&[DocId], &[u32]),
    ) -> Result<(), IndexError> {
        let mut blocks = self.cursor(option)?.blocks;
        let counted = option.has_freq();
        let mut first = if self.from == 0 { 0 } else { blocks.seek(self.from) };
        loop {
            let documents = blocks.docs();
            let Some(last) = documents.last() else { return Ok(()) };
            let ends = *last >= self.to;
            let end = if ends { documents.partition_point(|at| *at < self.to) } else { documents.len() };
            let range = first.min(end)..end;
            let times = if counted { &blocks.freqs()[range.clone()] } else { &[][..] };
            take(&documents[range], times);
            if ends {
                return Ok(());
            }
            blocks.advance();
            first = 0;
        }
    }
}

/// Walks a list of documents forward.
struct Cursor {
    blocks: BlockSegmentPostings,
}

impl Cursor {
    /// How often it stands in `document` (1 where that was not asked for), which comes after all that were looked
    /// up before.
    fn look_up(&mut self, document: DocId) -> Option<u32> {
        let at = self.blocks.seek(document);
        (self.blocks.doc(at) == document).then(|| self.blocks.freq(at))
    }
}
