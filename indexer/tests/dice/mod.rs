//! A small generator of its own for tests and benches: the cases are the same on every machine.

#![allow(dead_code, reason = "not everybody who throws it needs all of it")]
#![allow(clippy::unwrap_used, reason = "these are tests")]

/// Thrown from a seed.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// One of so many sides, from 0 on.
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }

    /// One of a list.
    pub(crate) fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.roll(list.len())]
    }
}
