//! The plan of an invented office: everything is decided in it, and the rest only writes it out.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use crate::cast::{self, Cast};
use crate::forms::fold;
use crate::grammar::{self, Grammar};
use crate::household::{self, Ground, Household, Kin};
use crate::names::NamePool;
use crate::persons::{self, Person};
use crate::records::{self, Numbers, Record};
use crate::risks::{self, Expected, MustNot, Risks, Setting};
use crate::rng::Rng;
use crate::row::{Calendar, Row};
use crate::scale::Scale;
use crate::scan::NameIndex;
use crate::tables::{self, Table};
use crate::texts::Texts;
use crate::truth::{Sheet, Truth, WorthTrying};
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
    /// Where in `records` those of a person stand.
    records_of: HashMap<u32, Vec<u32>>,
    kin: HashMap<u32, Kin>,
    risks: Risks,
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
    let mut cadre = persons::invent(scale, seed, as_of, &place, &mut pool);
    let mut rng = Rng::stream(seed, "records", 0);
    let mut numbers = Numbers::default();
    let mut records: Vec<Record> = (0_u32..)
        .zip(&cadre.persons)
        .flat_map(|(at, person)| records::invent(&mut rng, as_of, at, person, &mut numbers))
        .collect();
    let setting = Setting::new(&place);
    risks::settle(seed, as_of, &place, &setting, &mut cadre.persons, &records);
    persons::detail(seed, as_of, &place, &mut cadre.persons);
    let mut risks = plant(seed, as_of, &place, &setting, &mut cadre, &mut records, &mut numbers);
    risks.unit_rows.extend(risks::quiet_units(seed, as_of, &place));
    risks.expected.extend(records::twice_sanctioned(&cadre.persons, &records));
    risks.expected.extend(risks::sanctioned_units(as_of, &place, &cadre.persons, &records));
    let kin = household::kin(seed, &cadre.persons, |at| risks.homes.contains_key(&at));
    let mut records_of: HashMap<u32, Vec<u32>> = HashMap::new();
    for (at, record) in (0_u32..).zip(&records) {
        records_of.entry(record.person).or_default().push(at);
    }
    let index = NameIndex::of(&cadre.persons);
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
        records_of,
        kin,
        risks,
        index,
        spellings,
        casts,
        pool,
        grammar: Grammar::new(),
    }
}

/// Plants the cases of the twelve categories on persons of whom nobody shares the name.
fn plant(
    seed: u64,
    as_of: NaiveDate,
    place: &Place,
    setting: &Setting,
    cadre: &mut persons::Cadre,
    records: &mut Vec<Record>,
    numbers: &mut Numbers,
) -> Risks {
    let shared: HashSet<String> = cadre
        .namesakes
        .iter()
        .filter_map(|group| group.first())
        .map(|&at| cadre.persons[at as usize].name.clone())
        .collect();
    let unique = |name: &str| !shared.contains(name);
    let office =
        risks::Office { seed, as_of, place, persons: &mut cadre.persons, records, numbers, unique: &unique };
    risks::plant(office, setting)
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

    /// What was planted and what an answer must say about it, all of it in memory. Runs through all texts.
    pub fn truth(&self) -> Truth {
        let mut sheet = Sheet::new(self);
        let mut mentions = Vec::new();
        for text in self.texts() {
            sheet.add(&text);
            mentions.extend(text.mentions);
        }
        sheet.finish(mentions)
    }

    /// Three names to try first. Runs through all texts.
    pub fn worth_trying(&self) -> Vec<WorthTrying> {
        let mut sheet = Sheet::new(self);
        self.texts().for_each(|text| sheet.add(&text));
        sheet.worth_trying()
    }

    /// The lines that a sweep of all categories on the day of the office must give; hits and near ones are all
    /// there are.
    pub fn expected(&self) -> &[Expected] {
        &self.risks.expected
    }

    /// The hits that a sweep must not give, each a twin of one that it must.
    pub fn must_not(&self) -> &[MustNot] {
        &self.risks.must_not
    }

    /// What the dossier of person number `index` holds beside career and matters.
    pub(crate) fn household(&self, index: u32) -> Household {
        if let Some(home) = self.risks.homes.get(&index) {
            return home.clone();
        }
        let ground = Ground {
            seed: self.seed,
            as_of: self.as_of,
            base: Calendar::new(self.as_of).base,
            area: self.place.area,
            persons: &self.persons,
            kin: &self.kin,
        };
        household::invent(&ground, index, self.records_of(index))
    }

    /// The records of person number `index`.
    pub(crate) fn records_of(&self, index: u32) -> impl Iterator<Item = &Record> {
        let places = self.records_of.get(&index).map_or(&[][..], Vec::as_slice);
        places.iter().map(|&at| &self.records[at as usize])
    }

    /// Findings and recommendations.
    pub(crate) fn unit_rows(&self) -> &[Row] {
        &self.risks.unit_rows
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
