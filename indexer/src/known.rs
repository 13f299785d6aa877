//! The names and units that the archive knows, compiled into automata: one pass over a text finds every
//! place where any of them stands.
//!
//! Character-wise double-array Aho–Corasick (Kanda, Akabe, Oda: Engineering faster double-array
//! Aho–Corasick automata, 2023), overlapping matches: nothing is decided here, everything is reported.

use std::collections::HashMap;
use std::sync::OnceLock;

use daachorse::CharwiseDoubleArrayAhoCorasick;

use crate::error::IndexError;

/// A set of keys in normal form that can be found in texts in normal form.
pub(crate) struct Patterns {
    keys: Vec<String>,
    lengths: Vec<u32>,
    index: HashMap<String, u32>,
    /// Compiled when a text is read for the first time: what the index keeps is answered by the keys alone. None
    /// where there is no pattern.
    automaton: OnceLock<Option<CharwiseDoubleArrayAhoCorasick<u32>>>,
    longest: u32,
}

/// Bytes of all keys together: an automaton has a state for each character at most, and numbers them in 32 bits.
const BYTES_MAX: usize = 1 << 28;

/// One place where a pattern stands: normal characters `from..to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) pattern: u32,
    pub(crate) from: u32,
    pub(crate) to: u32,
}

impl Patterns {
    /// Compiles `keys`; empty ones and repetitions are left out.
    pub(crate) fn compile(keys: impl IntoIterator<Item = String>) -> Result<Self, IndexError> {
        let mut distinct = Vec::new();
        let mut index = HashMap::new();
        for key in keys {
            if !key.is_empty() && !index.contains_key(&key) {
                index.insert(key.clone(), u32::try_from(distinct.len()).unwrap_or(u32::MAX));
                distinct.push(key);
            }
        }
        let lengths: Vec<u32> =
            distinct.iter().map(|key| u32::try_from(key.chars().count()).unwrap_or(u32::MAX)).collect();
        let longest = lengths.iter().copied().max().unwrap_or(0);
        if distinct.iter().map(String::len).sum::<usize>() > BYTES_MAX {
            return Err(IndexError::Automaton(format!("{} names are too many for one", distinct.len())));
        }
        Ok(Self { keys: distinct, lengths, index, automaton: OnceLock::new(), longest })
    }

    fn automaton(&self) -> Option<&CharwiseDoubleArrayAhoCorasick<u32>> {
        let compile = || CharwiseDoubleArrayAhoCorasick::with_values(self.keys.iter().zip(0_u32..)).ok();
        self.automaton.get_or_init(|| if self.keys.is_empty() { None } else { compile() }).as_ref()
    }

    /// Number of patterns.
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    /// The key of a pattern.
    pub(crate) fn key(&self, pattern: u32) -> &str {
        &self.keys[pattern as usize]
    }

    /// The keys of all patterns.
    pub(crate) fn keys(&self) -> impl Iterator<Item = String> {
        self.keys.iter().cloned()
    }

    /// The pattern with this key.
    pub(crate) fn find(&self, key: &str) -> Option<u32> {
        self.index.get(key).copied()
    }

    /// Length in characters of the longest pattern.
    pub(crate) fn longest(&self) -> u32 {
        self.longest
    }

    /// Every place where a pattern stands in `text`, ordered by where it ends.
    pub(crate) fn all_in(&self, text: &str) -> Vec<Found> {
        let mut found = Vec::new();
        let Some(automaton) = self.automaton() else {
            self.one_by_one(text, &mut found);
            return found;
        };
        let mut chars_before = 0_u32;
        let mut byte = 0;
        for hit in automaton.find_overlapping_iter(text) {
            if hit.end() > byte {
                let more = text[byte..hit.end()].chars().count();
                chars_before += u32::try_from(more).unwrap_or(u32::MAX);
                byte = hit.end();
            }
            let pattern = hit.value();
            found.push(Found {
                pattern,
                from: chars_before - self.lengths[pattern as usize],
                to: chars_before,
            });
        }
        found
    }

    /// The same without an automaton. There always is one; but if not, no name may be missed for it.
    fn one_by_one(&self, text: &str, found: &mut Vec<Found>) {
        for (key, pattern) in self.keys.iter().zip(0_u32..) {
            let length = self.lengths[pattern as usize];
            for (at, _) in text.char_indices().filter(|(at, _)| text[*at..].starts_with(key.as_str())) {
                let from = u32::try_from(text[..at].chars().count()).unwrap_or(u32::MAX);
                found.push(Found { pattern, from, to: from + length });
            }
        }
        found.sort_by_key(|found| (found.to, found.from));
    }
}

/// What the archive knew at one version: names, former names, units and their aliases.
pub struct Known {
    pub(crate) names: Patterns,
    pub(crate) units: Patterns,
}

impl Known {
    /// Compiles the given keys ([`dossier::name::name_key`]).
    pub fn compile(
        names: impl IntoIterator<Item = String>,
        units: impl IntoIterator<Item = String>,
    ) -> Result<Self, IndexError> {
        // A unit called by one character would stand in every text.
        let units = units.into_iter().filter(|unit| unit.chars().count() >= 2);
        Ok(Self { names: Patterns::compile(names)?, units: Patterns::compile(units)? })
    }

    /// Number of distinct name keys.
    pub fn name_count(&self) -> usize {
        self.names.len()
    }

    /// In how many places of a text in normal form known names stand: one pass of the automaton and nothing else, which
    /// everything that is done with names is measured against.
    pub fn places_in(&self, normal_text: &str) -> usize {
        self.names.automaton().map_or(0, |names| names.find_overlapping_iter(normal_text).count())
    }

    /// Whether this name key is among them.
    pub fn knows(&self, name_key: &str) -> bool {
        self.names.find(name_key).is_some()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_and_nested_names_are_all_found() {
        let patterns = Patterns::compile(["王伟", "王伟明", "伟明", "明天"].map(str::to_owned)).unwrap();
        let found: Vec<(&str, u32, u32)> =
            patterns.all_in("𬭎王伟明天").iter().map(|f| (patterns.key(f.pattern), f.from, f.to)).collect();
        assert_eq!(found, [("王伟", 1, 3), ("王伟明", 1, 4), ("伟明", 2, 4), ("明天", 3, 5)]);
        let mut one_by_one = Vec::new();
        patterns.one_by_one("𬭎王伟明天", &mut one_by_one);
        assert_eq!(one_by_one, patterns.all_in("𬭎王伟明天"));
    }

    #[test]
    fn no_pattern_finds_nothing() {
        assert!(Patterns::compile([String::new()]).unwrap().all_in("王伟").is_empty());
    }
}
