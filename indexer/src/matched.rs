//! Which documents fit, all of them, by segment: what totals, facets and lists by day are made of.

use tantivy::{DocAddress, DocId, SegmentOrdinal};

/// Documents by segment, in ascending order. A segment may come in several parts, one after the other.
#[derive(Debug, Default)]
pub(crate) struct Matched {
    segments: Vec<(SegmentOrdinal, Vec<DocId>)>,
}

impl Matched {
    /// Those of each part.
    pub(crate) fn of(parts: impl Iterator<Item = (SegmentOrdinal, Vec<DocId>)>) -> Self {
        Self { segments: parts.collect() }
    }

    /// How many.
    pub(crate) fn len(&self) -> usize {
        self.segments.iter().map(|(_, documents)| documents.len()).sum()
    }

    /// The segments with their documents.
    pub(crate) fn segments(&self) -> &[(SegmentOrdinal, Vec<DocId>)] {
        &self.segments
    }

    /// The same in so many shares of about one size.
    pub(crate) fn shares(&self, shares: usize) -> Vec<Vec<(SegmentOrdinal, &[DocId])>> {
        let size = self.len().div_ceil(shares.max(1)).max(1);
        let mut all = vec![Vec::new()];
        let mut room = size;
        for (segment, documents) in &self.segments {
            let mut rest = &documents[..];
            while !rest.is_empty() {
                if room == 0 {
                    all.push(Vec::new());
                    room = size;
                }
                let (own, after) = rest.split_at(room.min(rest.len()));
                if let Some(share) = all.last_mut() {
                    share.push((*segment, own));
                }
                room -= own.len();
                rest = after;
            }
        }
        all
    }

    /// Every address.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = DocAddress> + '_ {
        self.segments
            .iter()
            .flat_map(|(segment, documents)| documents.iter().map(|doc| DocAddress::new(*segment, *doc)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_hold_everything_once_and_are_of_one_size() {
        let matched = Matched::of([(0, vec![1, 2, 3]), (0, vec![7]), (2, vec![0, 5, 6])].into_iter());
        for (shares, sizes) in
            [(1, vec![7]), (2, vec![4, 3]), (3, vec![3, 3, 1]), (7, vec![1; 7]), (9, vec![1; 7])]
        {
            let shared = matched.shares(shares);
            let flat = |share: &[(SegmentOrdinal, &[DocId])]| -> Vec<DocAddress> {
                let all = share.iter();
                all.flat_map(|(segment, own)| own.iter().map(|at| DocAddress::new(*segment, *at))).collect()
            };
            let all: Vec<Vec<DocAddress>> = shared.iter().map(|share| flat(share)).collect();
            assert_eq!(all.iter().map(Vec::len).collect::<Vec<_>>(), sizes, "{shares}");
            assert_eq!(all.concat(), matched.addresses().collect::<Vec<_>>(), "{shares}");
        }
        assert_eq!(Matched::default().shares(2), [Vec::new()]);
    }
}
