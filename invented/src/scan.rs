//! Every place where a known name stands in a folded text: a plain look at each position. It is the
//! plan's own check that nothing stands anywhere by chance.
//!
//! All names in one text, in order: of a million persons it takes thirty megabytes.

use std::collections::HashMap;
use std::ops::Range;

use crate::forms::fold;
use crate::persons::Person;

/// The known names, sorted, with those who bear them.
#[derive(Debug, Clone)]
pub(crate) struct NameIndex {
    /// The characters of all names, one name after the other.
    chars: Vec<char>,
    /// Where each name ends in `chars`.
    ends: Vec<u32>,
    /// All who bear a name, in the order of the names.
    persons: Vec<u32>,
    /// Where the bearers of each name end in `persons`.
    bearer_ends: Vec<u32>,
    /// Which names begin with two characters.
    by_start: HashMap<(char, char), Range<usize>>,
    /// Whether any name begins with the character of that code.
    starts: Vec<bool>,
}

impl NameIndex {
    /// The names and former names of `persons`.
    pub(crate) fn of(persons: &[Person]) -> Self {
        let mut bearers: Vec<(Box<str>, u32)> = Vec::with_capacity(persons.len() + persons.len() / 32);
        for (person, at) in persons.iter().zip(0_u32..) {
            let names = person.former.iter().chain([&person.name]);
            bearers.extend(names.map(|name| (fold(name).into_boxed_str(), at)));
        }
        // those of one name stay in the order of the persons
        bearers.sort_by(|(one, _), (other, _)| one.cmp(other));
        let mut index = Self {
            chars: Vec::with_capacity(3 * bearers.len()),
            ends: Vec::with_capacity(bearers.len()),
            persons: Vec::with_capacity(bearers.len()),
            bearer_ends: Vec::with_capacity(bearers.len()),
            by_start: HashMap::new(),
            starts: vec![false; 0x3_0000],
        };
        for alike in bearers.chunk_by(|(one, _), (other, _)| one == other) {
            index.add(&alike[0].0, alike.iter().map(|(_, person)| *person));
        }
        index
    }

    fn add(&mut self, name: &str, bearers: impl Iterator<Item = u32>) {
        let at = self.ends.len();
        let position = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let from = self.chars.len();
        self.chars.extend(name.chars());
        if let [first, second, ..] = self.chars[from..] {
            if let Some(start) = self.starts.get_mut(first as usize) {
                *start = true;
            }
            self.by_start.entry((first, second)).or_insert(at..at).end = at + 1;
        }
        self.ends.push(position(self.chars.len()));
        self.persons.extend(bearers);
        self.bearer_ends.push(position(self.persons.len()));
    }

    fn name(&self, at: usize) -> &[char] {
        &self.chars[span(&self.ends, at)]
    }

    /// Who bears `name`.
    pub(crate) fn bearers(&self, name: &str) -> &[u32] {
        let name: Vec<char> = fold(name).chars().collect();
        let [first, second, ..] = name[..] else { return &[] };
        let Some(range) = self.by_start.get(&(first, second)) else { return &[] };
        let at = range.start + self.before(range.clone(), |known| known < &name[..]);
        if range.contains(&at) && self.name(at) == name {
            &self.persons[span(&self.bearer_ends, at)]
        } else {
            &[]
        }
    }

    /// How many names of `range` come before what is looked for.
    fn before(&self, range: Range<usize>, is_before: impl Fn(&[char]) -> bool) -> usize {
        let (mut low, mut high) = (range.start, range.end);
        while low < high {
            let middle = low + (high - low) / 2;
            if is_before(self.name(middle)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low - range.start
    }

    /// Where known names stand in `text`, as start and end.
    pub(crate) fn occurrences(&self, text: &[char]) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        for (at, pair) in text.windows(2).enumerate() {
            if !self.starts.get(pair[0] as usize).copied().unwrap_or(false) {
                continue;
            }
            let Some(range) = self.by_start.get(&(pair[0], pair[1])) else { continue };
            let rest = &text[at..];
            // the name of two characters comes first of its range; of the others, those with the right third one
            if self.name(range.start).len() == 2 {
                found.push((at, at + 2));
            }
            let Some(&third) = rest.get(2) else { continue };
            let first = range.start
                + self.before(range.clone(), |known| known.get(2).is_none_or(|known| *known < third));
            let alike = (first..range.end).map(|at| self.name(at));
            let alike = alike.take_while(|name| name.get(2) == Some(&third));
            found.extend(alike.filter(|name| rest.starts_with(name)).map(|name| (at, at + name.len())));
        }
        found
    }
}

fn span(ends: &[u32], at: usize) -> Range<usize> {
    let from = at.checked_sub(1).map_or(0, |before| ends[before]);
    from as usize..ends[at] as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(names: &[&str]) -> NameIndex {
        let mut index = NameIndex {
            chars: Vec::new(),
            ends: Vec::new(),
            persons: Vec::new(),
            bearer_ends: Vec::new(),
            by_start: HashMap::new(),
            starts: vec![false; 0x3_0000],
        };
        let mut names = names.to_vec();
        names.sort_unstable();
        for (name, at) in names.into_iter().zip(10..) {
            index.add(name, [at, at + 100].into_iter());
        }
        index
    }

    #[test]
    fn every_place_of_every_name_is_found_the_shorter_name_first() {
        let index = index(&["王伟", "王伟明", "王伟明日", "王伟强", "李", "明日香", "阿卜杜拉买买提"]);
        let text: Vec<char> = "王伟明日香说王伟强、阿卜杜拉买买提、王".chars().collect();
        let found = index.occurrences(&text);
        assert_eq!(found, [(0, 2), (0, 3), (0, 4), (2, 5), (6, 8), (6, 9), (10, 17)]);
    }

    #[test]
    fn bearers_are_those_of_the_whole_name_only() {
        let index = index(&["王伟", "王伟明", "赵一曼"]);
        assert_eq!(index.bearers("王伟"), [10, 110]);
        assert_eq!(index.bearers("王 伟·明"), [11, 111]);
        for nobody in ["王", "", "王伟强", "赵一", "钱二"] {
            assert!(index.bearers(nobody).is_empty(), "{nobody}");
        }
    }
}
