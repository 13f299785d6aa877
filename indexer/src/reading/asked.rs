//! The names that are asked for, prepared for many texts: to be looked for in a text, or taken from what was
//! noted of it when it was indexed.

use std::collections::HashMap;

use rustc_hash::FxHashMap;

use super::{Part, TextReading};
use crate::error::IndexError;
use crate::known::{Found, Known, Patterns};
use crate::noted::Noted;
use crate::packed::Bytes;

/// The names that are asked for.
pub struct Asked<'k> {
    known: &'k Known,
    /// For each known name, the asked name it is (`NOT_ASKED`: not asked).
    of_known: Vec<usize>,
    /// The same of those that are asked for alone, by their keys: every name that was noted of a text is looked up here.
    by_key: FxHashMap<&'k str, usize>,
    /// Asked names that the archive does not know.
    unknown: Patterns,
    of_unknown: Vec<usize>,
}

const NOT_ASKED: usize = usize::MAX;

impl<'k> Asked<'k> {
    /// Prepares the name keys `names`; an empty key stands nowhere.
    pub fn new(known: &'k Known, names: &[String]) -> Result<Self, IndexError> {
        let mut of_known = vec![NOT_ASKED; known.names.len()];
        let mut by_key = FxHashMap::default();
        let mut unknown: HashMap<&str, usize> = HashMap::new();
        for (at, name) in names.iter().enumerate() {
            match known.names.find(name) {
                Some(pattern) => {
                    of_known[pattern as usize] = at;
                    by_key.insert(known.names.key(pattern), at);
                }
                None => {
                    unknown.insert(name, at);
                }
            }
        }
        let patterns = Patterns::compile(unknown.keys().map(|&key| key.to_owned()))?;
        let of_unknown =
            (0..patterns.len()).map(|at| unknown[patterns.key(u32::try_from(at).unwrap_or(0))]).collect();
        Ok(Self { known, of_known, by_key, unknown: patterns, of_unknown })
    }

    /// Whether the archive knows every one of them.
    pub fn all_known(&self) -> bool {
        self.unknown.len() == 0
    }

    pub(super) fn known(&self) -> &'k Known {
        self.known
    }

    /// Where the asked names stand in `part`, in order, each with its index.
    pub(super) fn places_in(&self, part: &Part<'_>) -> Vec<(usize, Found)> {
        let known = part.names.iter().filter_map(|found| {
            let name = self.of_known[found.pattern as usize];
            (name != NOT_ASKED).then_some((name, *found))
        });
        let unknown = self.unknown.all_in(&part.normal_text);
        let unknown = unknown.iter().map(|found| (self.of_unknown[found.pattern as usize], *found));
        let mut places: Vec<(usize, Found)> = known.chain(unknown).collect();
        places.sort_unstable_by_key(|(name, found)| (found.from, found.to, *name));
        places
    }

    /// What was noted of a text, as far as it is asked for: equal to [`super::read_text`] of the same text while
    /// the same names and units are known, and all that are asked for are. None if the bytes are not whole.
    pub(crate) fn pick<'b>(&self, noted: Bytes<'b>) -> Option<TextReading<'b>> {
        Noted::pick(noted, |name| self.by_key.get(name).copied())
    }
}
