//! The plan of an invented office: everything is decided in it, and the rest only writes it out.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::cast::{self, Cast};
use crate::forms::fold;
use crate::grammar::{self, Grammar};
use crate::names::NamePool;
use crate::persons::{self, Person};
use crate::records::{self, Numbers, Record};
use crate::rng::Rng;
use crate::scale::Scale;
use crate::scan::NameIndex;
use crate::tables::{self, Table};
use crate::texts::Texts;
use crate::truth::{self, Truth};
use crate::units::{self, Place};
use crate::words::WORDS;

/// An invented office. Equal scale, seed and day give equal bytes.
#[derive(Debug)]
pub struct Plan {
    scale: Scale,
    seed: u64,
    as_of: NaiveDate,
    place: Place,
    towns: Vec<String>,
    persons: Vec<Person>,
    namesakes: Vec<Vec<u32>>,
    records: Vec<Record>,
    index: NameIndex,
    /// Folded name → as the dossier has it, where the two differ.
    spellings: HashMap<String, String>,
    casts: Vec<Cast>,
    pool: NamePool,
    grammar: Grammar,
}

/// Plans an office of `scale`, as it stands on `as_of`.
pub fn invent(scale: Scale, seed: u64, as_of: NaiveDate) -> Plan {
    let place = units::invent(scale, seed);
    let mut phrases = grammar::phrases();
    phrases.extend(WORDS.iter().flat_map(|(_, phrases)| phrases.iter().copied()));
    phrases.extend(
        place.units.iter().flat_map(|unit| unit.aliases.iter().chain([&unit.name])).map(String::as_str),
    );
    let mut pool = NamePool::avoiding(&phrases);
    let cadre = persons::invent(scale, seed, as_of, &place, &mut pool);
    let index = NameIndex::of(&cadre.persons);
    let mut rng = Rng::stream(seed, "records", 0);
    let mut numbers = Numbers::default();
    let records = (0_u32..)
        .zip(&cadre.persons)
        .flat_map(|(at, person)| records::invent(&mut rng, as_of, at, person, &mut numbers))
        .collect();
    let spellings = cadre
        .persons
        .iter()
        .flat_map(|person| person.former.iter().chain([&person.name]))
        .map(|name| (fold(name), name.clone()))
        .filter(|(folded, name)| folded != name)
        .collect();
    let mut towns: Vec<String> = place.units.iter().filter_map(|unit| unit.town.clone()).collect();
    towns.dedup();
    towns.sort();
    towns.dedup();
    let casts = cast::invent(seed, scale.texts, &cadre.persons, &index);
    Plan {
        scale,
        seed,
        as_of,
        place,
        towns,
        persons: cadre.persons,
        namesakes: cadre.namesakes,
        records,
        index,
        spellings,
        casts,
        pool,
        grammar: Grammar::new(),
    }
}

impl Plan {
    /// How big it is.
    pub fn scale(&self) -> Scale {
        self.scale
    }

    /// The day as of which the office stands, and on which the answers of [`Plan::truth`] hold.
    pub fn as_of(&self) -> NaiveDate {
        self.as_of
    }

    /// The rows of every table that is filled in, in import form and in the order of the contract.
    pub fn tables(&self) -> Vec<Table> {
        tables::of(self)
    }

    /// The case texts with what was planted in them; made one at a time.
    pub fn texts(&self) -> Texts<'_> {
        Texts::new(self)
    }

    /// What was planted and what an answer must say about it. Runs through all texts.
    pub fn truth(&self) -> Truth {
        let mut sheet = truth::Sheet::new(self);
        for text in self.texts() {
            sheet.add(&text);
        }
        sheet.finish()
    }

    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    pub(crate) fn towns(&self) -> &[String] {
        &self.towns
    }

    pub(crate) fn persons(&self) -> &[Person] {
        &self.persons
    }

    pub(crate) fn namesakes(&self) -> &[Vec<u32>] {
        &self.namesakes
    }

    pub(crate) fn records(&self) -> &[Record] {
        &self.records
    }

    pub(crate) fn index(&self) -> &NameIndex {
        &self.index
    }

    pub(crate) fn casts(&self) -> &[Cast] {
        &self.casts
    }

    pub(crate) fn pool(&self) -> &NamePool {
        &self.pool
    }

    pub(crate) fn grammar(&self) -> &Grammar {
        &self.grammar
    }

    /// The name as the dossier has it.
    pub(crate) fn known_as(&self, folded: &str) -> String {
        self.spellings.get(folded).cloned().unwrap_or_else(|| folded.to_owned())
    }

    /// 编号 of the text number `number`.
    pub(crate) fn text_id(&self, number: usize) -> String {
        let width = self.scale.texts.to_string().len().max(4);
        format!("T{:0width$}", number + 1)
    }
}
