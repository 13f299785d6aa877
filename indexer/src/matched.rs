//! Which documents fit a query, all of them, by segment, and how well where that is asked for: what totals, facets,
//! lists by day and ranked pages are made of. One pass over the postings for all of it. (The engine's own collector
//! of document sets keeps a hash set, which costs more than the search; its ranked one would be a second pass.)

use std::cmp::Ordering;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader};

/// Documents by segment, in ascending order.
#[derive(Debug, Default)]
pub(crate) struct Matched {
    segments: Vec<(SegmentOrdinal, Vec<DocId>)>,
    /// Beside each document, where they were asked for.
    scores: Vec<Vec<Score>>,
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

    /// Of the segment at place `at` leaves those documents for which `keep` says so.
    pub(crate) fn keep(&mut self, at: usize, keep: &[bool]) {
        let mut left = keep.iter();
        self.segments[at].1.retain(|_| left.next().is_some_and(|keep| *keep));
        let mut left = keep.iter();
        self.scores[at].retain(|_| left.next().is_some_and(|keep| *keep));
    }

    /// Every address.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = DocAddress> + '_ {
        self.segments
            .iter()
            .flat_map(|(segment, documents)| documents.iter().map(|doc| DocAddress::new(*segment, *doc)))
    }

    /// A page of the best, in their order; of equals the one that lies first.
    pub(crate) fn best(&self, offset: usize, limit: usize) -> Vec<(Score, DocAddress)> {
        let scores = self.scores.iter().flatten().copied();
        let mut all: Vec<(Score, DocAddress)> = scores.zip(self.addresses()).collect();
        let better = |a: &(Score, DocAddress), b: &(Score, DocAddress)| -> Ordering {
            b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1))
        };
        let end = offset.saturating_add(limit).min(all.len());
        if offset >= end {
            return Vec::new();
        }
        if end < all.len() {
            all.select_nth_unstable_by(end, better);
            all.truncate(end);
        }
        all.sort_unstable_by(better);
        all.split_off(offset)
    }
}

/// Collects [`Matched`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum All {
    /// Without weighing them.
    Unweighed,
    /// With their scores.
    Weighed,
}

/// Of one segment.
pub(crate) struct OfSegment {
    segment: SegmentOrdinal,
    documents: Vec<DocId>,
    scores: Option<Vec<Score>>,
}

impl Collector for All {
    type Fruit = Matched;
    type Child = OfSegment;

    fn for_segment(&self, segment: SegmentOrdinal, _: &SegmentReader) -> tantivy::Result<OfSegment> {
        let scores = (*self == All::Weighed).then(Vec::new);
        Ok(OfSegment { segment, documents: Vec::new(), scores })
    }

    fn requires_scoring(&self) -> bool {
        *self == All::Weighed
    }

    fn merge_fruits(&self, mut parts: Vec<OfSegment>) -> tantivy::Result<Matched> {
        parts.sort_unstable_by_key(|part| part.segment);
        let mut matched = Matched::default();
        for part in parts {
            matched.segments.push((part.segment, part.documents));
            matched.scores.push(part.scores.unwrap_or_default());
        }
        Ok(matched)
    }
}

impl SegmentCollector for OfSegment {
    type Fruit = Self;

    fn collect(&mut self, doc: DocId, score: Score) {
        self.documents.push(doc);
        if let Some(scores) = &mut self.scores {
            scores.push(score);
        }
    }

    fn collect_block(&mut self, docs: &[DocId]) {
        if let Some(scores) = &mut self.scores {
            // Nothing was weighed.
            scores.resize(scores.len() + docs.len(), 0.0);
        }
        self.documents.extend_from_slice(docs);
    }

    fn harvest(self) -> Self {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_keeps_its_scores() {
        let mut matched = Matched {
            segments: vec![(0, vec![3, 5]), (1, vec![1, 4, 8])],
            scores: vec![vec![0.5, 1.0], vec![2.0, 3.0, 4.0]],
        };
        matched.keep(1, &[true, false, true]);
        let best: Vec<(Score, DocId)> =
            matched.best(0, 9).into_iter().map(|(score, at)| (score, at.doc_id)).collect();
        assert_eq!((matched.len(), best), (4, vec![(4.0, 8), (2.0, 1), (1.0, 5), (0.5, 3)]));
        let mut unweighed = Matched { segments: vec![(0, vec![3, 5])], scores: vec![Vec::new()] };
        unweighed.keep(0, &[false, true]);
        assert_eq!(unweighed.segments()[0].1, [5]);
    }

    #[test]
    fn a_page_of_the_best_is_that_page_of_all_sorted() {
        let scores = [0.5, 2.0, 2.0, 1.0, 3.0, 0.5];
        let matched = Matched {
            segments: vec![(0, vec![3, 5, 9, 11]), (2, vec![0, 7])],
            scores: vec![scores[..4].to_vec(), scores[4..].to_vec()],
        };
        let at = |segment, doc| DocAddress::new(segment, doc);
        let all = [
            (3.0, at(2, 0)),
            (2.0, at(0, 5)),
            (2.0, at(0, 9)),
            (1.0, at(0, 11)),
            (0.5, at(0, 3)),
            (0.5, at(2, 7)),
        ];
        for (offset, limit) in [(0, 6), (0, 1), (1, 2), (2, 1), (4, 9), (5, 1), (6, 1), (0, 0)] {
            let page: Vec<_> = all.iter().skip(offset).take(limit).copied().collect();
            assert_eq!(matched.best(offset, limit), page, "{offset} {limit}");
        }
    }
}
