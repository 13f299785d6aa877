//! Which documents fit a query, all of them, by segment: what totals, facets and lists by day are made of.
//! (The engine's own collector of document sets keeps a hash set, which costs more than the search.)

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader};

/// Documents by segment, in ascending order.
#[derive(Debug, Default)]
pub(crate) struct Matched {
    segments: Vec<(SegmentOrdinal, Vec<DocId>)>,
}

impl Matched {
    /// How many.
    pub(crate) fn len(&self) -> usize {
        self.segments.iter().map(|(_, documents)| documents.len()).sum()
    }

    /// The segments with their documents.
    pub(crate) fn segments(&self) -> &[(SegmentOrdinal, Vec<DocId>)] {
        &self.segments
    }

    /// Every address.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = DocAddress> + '_ {
        self.segments
            .iter()
            .flat_map(|(segment, documents)| documents.iter().map(|doc| DocAddress::new(*segment, *doc)))
    }
}

/// Collects [`Matched`].
pub(crate) struct All;

/// Of one segment.
pub(crate) struct OfSegment {
    segment: SegmentOrdinal,
    documents: Vec<DocId>,
}

impl Collector for All {
    type Fruit = Matched;
    type Child = OfSegment;

    fn for_segment(&self, segment: SegmentOrdinal, _: &SegmentReader) -> tantivy::Result<OfSegment> {
        Ok(OfSegment { segment, documents: Vec::new() })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, mut segments: Vec<(SegmentOrdinal, Vec<DocId>)>) -> tantivy::Result<Matched> {
        segments.sort_unstable_by_key(|(segment, _)| *segment);
        Ok(Matched { segments })
    }
}

impl SegmentCollector for OfSegment {
    type Fruit = (SegmentOrdinal, Vec<DocId>);

    fn collect(&mut self, doc: DocId, _: Score) {
        self.documents.push(doc);
    }

    fn collect_block(&mut self, docs: &[DocId]) {
        self.documents.extend_from_slice(docs);
    }

    fn harvest(self) -> Self::Fruit {
        (self.segment, self.documents)
    }
}
