//! Which life falls to whom, and who gets one of the names that searches stumble over: shared by several,
//! inside another's, an ordinary word, dotted, rare, compound. Done before the persons exist.

use crate::archetype::Archetype;
use crate::names::NamePool;
use crate::rng::Rng;
use crate::scale::Scale;
use crate::words::WORDS;

/// Archetypes and special names by person, before the persons exist.
pub(crate) struct Casting {
    pub(crate) archetypes: Vec<Archetype>,
    pub(crate) names: Vec<Option<String>>,
    pub(crate) namesakes: Vec<Vec<u32>>,
    /// Clean persons whose name is not decided yet.
    free: Vec<usize>,
    /// Persons with a text of their own, likewise.
    told: Vec<usize>,
    /// Persons with a record, likewise.
    recorded: Vec<usize>,
    count: usize,
}

impl Casting {
    /// Deals out the archetypes for `scale`.
    pub(crate) fn new(scale: Scale, rng: &mut Rng) -> Self {
        let count = scale.persons;
        let mut archetypes = Vec::with_capacity(count);
        let mut texts_left = scale.texts / 2;
        for (archetype, share) in Archetype::QUOTA {
            let wanted = (count * share as usize / 1_000).max(1);
            let number = if archetype.needs_text() { wanted.min(texts_left / 2) } else { wanted };
            if archetype.needs_text() {
                texts_left -= number;
            }
            archetypes.extend(std::iter::repeat_n(archetype, number));
        }
        rng.shuffle(&mut archetypes);
        archetypes.resize(count, Archetype::Clean);
        rng.shuffle(&mut archetypes);
        let with = |test: fn(Archetype) -> bool| -> Vec<usize> {
            (0..count).filter(|&index| test(archetypes[index])).collect()
        };
        let free = with(|archetype| archetype == Archetype::Clean);
        let told = with(Archetype::needs_text);
        let recorded = with(Archetype::has_record);
        Self { names: vec![None; count], namesakes: Vec::new(), free, told, recorded, archetypes, count }
    }

    /// Groups of two to five with one common name; in half of them one member has a story.
    pub(crate) fn name_namesakes(&mut self, rng: &mut Rng, pool: &mut NamePool) {
        for group in 0..(self.count / 90).max(3) {
            let mut members = Vec::new();
            if group % 2 == 0 {
                // those known by name alone cannot be told from their namesakes, which is the point
                let queue = if group % 4 == 0 { &mut self.told } else { &mut self.recorded };
                members.extend(queue.pop());
            }
            let size = if self.count > 20_000 && group % 50 == 1 { 11 } else { rng.between(2, 5) as usize };
            while members.len() < size.min(self.count / 20) {
                let Some(index) = self.free.pop() else { break };
                self.archetypes[index] = Archetype::Namesake;
                members.push(index);
            }
            if members.len() < 2 {
                continue;
            }
            let name = pool.common(rng);
            for &index in &members {
                self.names[index] = Some(name.clone());
            }
            self.namesakes.push(members.iter().filter_map(|&index| u32::try_from(index).ok()).collect());
        }
    }

    /// Persons whose name is an ordinary word: every other one has a record, the rest only the word.
    pub(crate) fn name_words(&mut self, rng: &mut Rng, pool: &mut NamePool) {
        let mut words: Vec<&str> = WORDS.iter().map(|(word, _)| *word).collect();
        rng.shuffle(&mut words);
        for (number, word) in words.into_iter().take((self.count / 60).max(3)).enumerate() {
            let index = if number % 2 == 0 { self.free.pop() } else { self.recorded.pop() };
            let Some(index) = index else { continue };
            if !pool.take_word(word) {
                continue;
            }
            if number % 2 == 0 {
                self.archetypes[index] = Archetype::WordOnly;
            }
            self.names[index] = Some(word.to_owned());
        }
    }

    /// Pairs in which the name of a clean person begins the name of one who is written about.
    pub(crate) fn name_insides(&mut self, rng: &mut Rng, pool: &mut NamePool) {
        for _ in 0..(self.count / 150).max(2) {
            let (Some(short_at), Some(long_at)) = (self.free.pop(), self.told.pop()) else {
                return;
            };
            let short = pool.common(rng);
            if let Some(long) = pool.longer(rng, &short) {
                self.names[long_at] = Some(long);
                self.archetypes[short_at] = Archetype::InsideOnly;
            }
            self.names[short_at] = Some(short);
        }
    }

    /// Dotted, rare and compound names: two of three for persons who are written about.
    pub(crate) fn name_specials(&mut self, rng: &mut Rng, pool: &mut NamePool) {
        for number in 0..(self.count / 25).max(9) {
            let queue = match number / 3 % 3 {
                0 => &mut self.told,
                1 => &mut self.recorded,
                _ => &mut self.free,
            };
            let Some(index) = queue.pop() else { continue };
            self.names[index] = match number % 3 {
                0 => pool.dotted(rng),
                1 => pool.rare(rng),
                _ => pool.compound(rng),
            };
        }
    }
}
