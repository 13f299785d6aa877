//! The dice: splitmix64, in streams that can be opened anywhere, so that text 80,000 can be invented
//! without inventing the 79,999 before it. No cryptography, and no crate whose next version would
//! deal other cards.

/// A stream of numbers that depends on its seed alone.
#[derive(Debug, Clone)]
pub(crate) struct Rng(u64);

impl Rng {
    /// The stream number `index` of what is called `topic`, under `seed`.
    pub(crate) fn stream(seed: u64, topic: &str, index: u64) -> Self {
        let mut rng = Rng(seed ^ fnv(topic));
        let mixed = rng.next() ^ index.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        Rng(mixed)
    }

    /// The next 64 bits.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `end`; 0 where `end` is 0.
    pub(crate) fn below(&mut self, end: u32) -> u32 {
        // multiply and shift: the bias at these sizes is below one in a billion
        u32::try_from(((self.next() >> 32) * u64::from(end)) >> 32).unwrap_or(0)
    }

    /// An index below `len`; 0 where `len` is 0.
    pub(crate) fn index(&mut self, len: usize) -> usize {
        self.below(u32::try_from(len).unwrap_or(u32::MAX)) as usize
    }

    /// A number from `first` to `last`, both possible.
    pub(crate) fn between(&mut self, first: u32, last: u32) -> u32 {
        first + self.below(last.saturating_sub(first) + 1)
    }

    /// True in `percent` of 100 throws.
    pub(crate) fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// One of `items`, which must not be empty.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.index(items.len())]
    }

    /// Puts `items` in a random order.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.index(last + 1);
            items.swap(last, other);
        }
    }
}

/// FNV-1a, for labels of streams and for the list of names that are not to be used.
pub(crate) fn fnv(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_depends_on_seed_topic_and_index_alone() {
        let throw = |seed, topic, index| Rng::stream(seed, topic, index).next();
        assert_eq!(throw(1, "text", 7), throw(1, "text", 7));
        assert_ne!(throw(1, "text", 7), throw(2, "text", 7));
        assert_ne!(throw(1, "text", 7), throw(1, "text", 8));
        assert_ne!(throw(1, "text", 7), throw(1, "person", 7));
    }

    #[test]
    fn every_number_of_a_range_comes_up_and_no_other() {
        let mut rng = Rng::stream(1, "range", 0);
        let mut seen = [0_u32; 6];
        for _ in 0..6_000 {
            seen[rng.between(0, 5) as usize] += 1;
        }
        assert!(seen.iter().all(|&count| (850..1_150).contains(&count)), "{seen:?}");
        assert_eq!(rng.below(0), 0);
    }

    #[test]
    fn shuffling_loses_nothing() {
        let mut items: Vec<u32> = (0..50).collect();
        Rng::stream(3, "shuffle", 0).shuffle(&mut items);
        assert_ne!(items, (0..50).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..50).collect::<Vec<_>>());
    }
}
