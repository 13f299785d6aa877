//! Every place where a known name stands in a folded text: a plain look at each position. It is the
//! plan's own check that nothing stands anywhere by chance.

use std::collections::HashMap;

use crate::forms::fold;
use crate::persons::{Person, bearers};

/// The known names, by their first two characters.
#[derive(Debug, Clone)]
pub(crate) struct NameIndex {
    by_start: HashMap<(char, char), Vec<Vec<char>>>,
    /// Whether any name begins with the character of that code.
    starts: Vec<bool>,
    bearers: HashMap<String, Vec<u32>>,
}

impl NameIndex {
    /// The names and former names of `persons`.
    pub(crate) fn of(persons: &[Person]) -> Self {
        let bearers = bearers(persons);
        let mut by_start: HashMap<(char, char), Vec<Vec<char>>> = HashMap::new();
        let mut starts = vec![false; 0x3_0000];
        for name in bearers.keys() {
            let chars: Vec<char> = name.chars().collect();
            if let [first, second, ..] = chars[..] {
                if let Some(start) = starts.get_mut(first as usize) {
                    *start = true;
                }
                by_start.entry((first, second)).or_default().push(chars);
            }
        }
        for names in by_start.values_mut() {
            names.sort();
        }
        Self { by_start, starts, bearers }
    }

    /// Who bears `name`.
    pub(crate) fn bearers(&self, name: &str) -> &[u32] {
        self.bearers.get(&fold(name)).map_or(&[], Vec::as_slice)
    }

    /// Where known names stand in `text`, as start and end.
    pub(crate) fn occurrences(&self, text: &[char]) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        for (at, pair) in text.windows(2).enumerate() {
            if !self.starts.get(pair[0] as usize).copied().unwrap_or(false) {
                continue;
            }
            for name in self.by_start.get(&(pair[0], pair[1])).into_iter().flatten() {
                if text[at..].starts_with(name) {
                    found.push((at, at + name.len()));
                }
            }
        }
        found
    }
}
