//! A set of documents of one stretch of a segment, a bit each: a quarter of a million of them lie in 32 KiB, next to
//! the processor. What a dense word has in common with another is a few thousand operations then, where to walk
//! both lists would be a million.

use tantivy::DocId;

/// Documents from `from` on, as many as there are bits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Documents {
    from: DocId,
    bits: Vec<u64>,
}

impl Documents {
    /// None of those between `from` and `to` (exclusive).
    pub(crate) fn none(from: DocId, to: DocId) -> Self {
        Self { from, bits: vec![0; (to.saturating_sub(from) as usize).div_ceil(64)] }
    }

    /// All of them.
    pub(crate) fn all(from: DocId, to: DocId) -> Self {
        let mut all = Self::none(from, to);
        all.bits.fill(u64::MAX);
        let over = (to - from) % 64;
        if over > 0
            && let Some(last) = all.bits.last_mut()
        {
            *last = (1 << over) - 1;
        }
        all
    }

    /// Adds these, which ascend and lie in the stretch.
    pub(crate) fn add(&mut self, documents: &[DocId]) {
        // What falls into one word is gathered first: to write it for each document would be to wait for each.
        let (mut word, mut gathered) = (0, 0_u64);
        for &document in documents {
            let at = (document - self.from) as usize;
            if at / 64 != word {
                self.bits[word] |= gathered;
                (word, gathered) = (at / 64, 0);
            }
            gathered |= 1 << (at % 64);
        }
        if gathered != 0 {
            self.bits[word] |= gathered;
        }
    }

    /// Takes one out.
    pub(crate) fn remove(&mut self, document: DocId) {
        let at = (document - self.from) as usize;
        self.bits[at / 64] &= !(1 << (at % 64));
    }

    /// Whether it is in it.
    pub(crate) fn contains(&self, document: DocId) -> bool {
        let at = (document.wrapping_sub(self.from)) as usize;
        self.bits.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }

    /// How many.
    pub(crate) fn len(&self) -> usize {
        self.bits.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Keeps what is in both.
    pub(crate) fn and(&mut self, other: &Self) {
        self.each_word(other, |own, other| own & other);
    }

    /// Adds what is in the other.
    pub(crate) fn or(&mut self, other: &Self) {
        self.each_word(other, |own, other| own | other);
    }

    /// Takes out what is in the other.
    pub(crate) fn and_not(&mut self, other: &Self) {
        self.each_word(other, |own, other| own & !other);
    }

    /// Those between `from`, which is a multiple of 64, and `to`.
    pub(crate) fn part(&self, from: DocId, to: DocId) -> Self {
        let first = ((from - self.from) / 64) as usize;
        let last = ((to - self.from) as usize).div_ceil(64);
        Self { from, bits: self.bits[first..last].to_vec() }
    }

    /// As a list.
    pub(crate) fn list(&self) -> Vec<DocId> {
        let mut list = Vec::with_capacity(self.len());
        let mut first = self.from;
        // A loop of its own: chained iterators tell no length, and each document would ask for room.
        for &word in &self.bits {
            let mut rest = word;
            while rest != 0 {
                list.push(first + rest.trailing_zeros());
                rest &= rest - 1;
            }
            first += 64;
        }
        list
    }

    fn each_word(&mut self, other: &Self, make: impl Fn(u64, u64) -> u64) {
        debug_assert_eq!((self.from, self.bits.len()), (other.from, other.bits.len()));
        for (own, other) in self.bits.iter_mut().zip(&other.bits) {
            *own = make(*own, *other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(documents: &[DocId]) -> Documents {
        let mut set = Documents::none(128, 128 + 200);
        set.add(documents);
        set
    }

    #[test]
    fn sets_are_joined_and_told_apart_as_lists_are() {
        let (one, other) = (of(&[128, 191, 192, 255, 300]), of(&[128, 192, 193, 327]));
        for (name, join, expected) in [
            ("and", Documents::and as fn(&mut Documents, &Documents), vec![128, 192]),
            ("or", Documents::or, vec![128, 191, 192, 193, 255, 300, 327]),
            ("and not", Documents::and_not, vec![191, 255, 300]),
        ] {
            let mut joined = one.clone();
            join(&mut joined, &other);
            assert_eq!((joined.list(), joined.len()), (expected.clone(), expected.len()), "{name}");
            assert!((128..328).all(|at| joined.contains(at) == expected.contains(&at)), "{name}");
        }
    }

    #[test]
    fn all_are_all_and_none_is_none() {
        for to in [128, 129, 191, 192, 193, 400] {
            let all = Documents::all(128, to);
            assert_eq!(all.list(), (128..to).collect::<Vec<_>>());
            assert!(Documents::none(128, to).len() == 0 && !all.contains(127) && !all.contains(to));
        }
    }

    #[test]
    fn a_part_holds_what_lies_in_it_and_what_is_added_in_turns_stays() {
        let mut set = of(&[130, 300]);
        set.add(&[131, 192, 256]);
        assert_eq!(set.part(192, 328).list(), [192, 256, 300]);
        set.remove(192);
        assert_eq!(set.list(), [130, 131, 256, 300]);
    }
}
