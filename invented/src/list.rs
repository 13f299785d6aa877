//! An example of a list to be cleared: 40 rows of the kinds that offices send, each with the answer that
//! the plan calls for.

use std::collections::HashSet;

use serde::Serialize;

use crate::archetype::Archetype;
use crate::persons::Person;
use crate::plan::Plan;
use crate::rng::Rng;
use crate::truth::State;

/// Rows of the example.
const ROWS: usize = 40;

/// One row of the example list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListRow {
    /// From 1 on, as the answer counts.
    pub row: usize,
    /// 姓名.
    pub name: String,
    /// 身份证号, or empty.
    pub id_number: String,
    /// 单位, or empty.
    pub unit: String,
    /// 职务, or empty.
    pub post: String,
    /// 出生年月, or empty.
    pub birth: String,
    /// The state that the answer must have.
    pub expect_state: State,
    /// The person that it must find.
    pub person: Option<String>,
}

/// The example of `plan`.
pub(crate) fn of(
    plan: &Plan,
    states: &[State],
    outsider: Option<&str>,
    strangers: &HashSet<String>,
) -> Vec<ListRow> {
    let mut list =
        Writer { plan, states, rng: Rng::stream(plan.seed(), "list", 0), rows: Vec::new(), used: Vec::new() };
    list.specials(outsider, strangers);
    for number in list.rows.len()..ROWS {
        // seven of ten on a real list have nothing against them
        let clean = list.rng.chance(65);
        let Some(at) = list.someone(clean) else { break };
        match number % 5 {
            0 | 1 => list.by_id(at),
            2 | 3 => list.by_unit(at),
            _ => list.by_name(at),
        }
    }
    let mut rows = list.rows;
    list.rng.shuffle(&mut rows);
    for (number, row) in rows.iter_mut().enumerate() {
        row.row = number + 1;
    }
    rows
}

struct Writer<'p> {
    plan: &'p Plan,
    states: &'p [State],
    rng: Rng,
    rows: Vec<ListRow>,
    used: Vec<usize>,
}

impl Writer<'_> {
    /// The rows that every list should have one of.
    fn specials(&mut self, outsider: Option<&str>, strangers: &HashSet<String>) {
        let plan = self.plan;
        // two namesakes: once by the bare name, once with the identity number
        if let Some(group) = plan.namesakes().first() {
            let name = plan.persons()[group[0] as usize].name.clone();
            self.push(row(&name), State::Ambiguous, None);
            let with_id =
                group.iter().map(|&at| at as usize).find(|&at| plan.persons()[at].id_number.is_some());
            if let Some(at) = with_id {
                self.used.push(at);
                self.by_id(at);
            }
        }
        // two without a dossier: one stands in the texts, one does not
        if let Some(outsider) = outsider {
            self.push(row(outsider), State::NoDossier, None);
        }
        let unknown =
            (0..50).map(|_| plan.pool().stranger(&mut self.rng)).find(|name| !strangers.contains(name));
        if let Some(unknown) = unknown {
            self.push(row(&unknown), State::NoDossier, None);
        }
        for archetype in [
            Archetype::SanctionRunning,
            Archetype::SanctionExpired,
            Archetype::CaseOpen,
            Archetype::PetitionUnfounded,
            Archetype::WordOnly,
            Archetype::InsideOnly,
            Archetype::AdverseUnit,
        ] {
            if let Some(at) = self.find(|person| person.archetype == archetype && person.id_number.is_some())
            {
                self.by_id(at);
            }
        }
        if let Some(at) = self.find(|person| person.name.contains('·')) {
            self.by_unit(at);
        }
        if let Some(at) = self.find(|person| person.former.is_some())
            && let Some(former) = self.plan.persons()[at].former.clone()
        {
            let unit = self.unit_name(at);
            self.push(ListRow { unit, ..row(&former) }, self.states[at], Some(at));
        }
        if let Some(at) = self.find(|person| person.archetype == Archetype::Clean) {
            let person = &self.plan.persons()[at];
            let birth = person.birth.format("%Y.%m").to_string();
            self.push(ListRow { birth, ..row(&person.name) }, self.states[at], Some(at));
        }
    }

    /// A person not yet on the list, without namesakes.
    fn find(&mut self, test: impl Fn(&Person) -> bool) -> Option<usize> {
        let persons = self.plan.persons();
        let at = (0..persons.len()).find(|&at| {
            test(&persons[at])
                && !self.used.contains(&at)
                && self.plan.index().bearers(&persons[at].name).len() == 1
        })?;
        self.used.push(at);
        Some(at)
    }

    fn someone(&mut self, clean: bool) -> Option<usize> {
        let persons = self.plan.persons();
        for _ in 0..400 {
            let at = self.rng.index(persons.len());
            let fits = (persons[at].archetype == Archetype::Clean) == clean
                && persons[at].id_number.is_some()
                && self.plan.index().bearers(&persons[at].name).len() == 1;
            if fits && !self.used.contains(&at) {
                self.used.push(at);
                return Some(at);
            }
        }
        None
    }

    fn by_id(&mut self, at: usize) {
        let person = &self.plan.persons()[at];
        let id_number = person.id_number.clone().unwrap_or_default();
        self.push(ListRow { id_number, ..row(&person.name) }, self.states[at], Some(at));
    }

    fn by_unit(&mut self, at: usize) {
        let person = &self.plan.persons()[at];
        let filled =
            ListRow { unit: self.unit_name(at), post: person.title().to_owned(), ..row(&person.name) };
        self.push(filled, self.states[at], Some(at));
    }

    /// By the bare name: never better than possible.
    fn by_name(&mut self, at: usize) {
        let state = self.states[at].max(State::Possible);
        self.push(row(&self.plan.persons()[at].name), state, Some(at));
    }

    fn unit_name(&mut self, at: usize) -> String {
        let unit = &self.plan.place().units[self.plan.persons()[at].unit() as usize];
        match unit.aliases.first() {
            Some(alias) if self.rng.chance(40) => alias.clone(),
            _ => unit.name.clone(),
        }
    }

    fn push(&mut self, row: ListRow, expect_state: State, person: Option<usize>) {
        if self.rows.len() < ROWS {
            let person = person.map(|at| self.plan.persons()[at].id.clone());
            self.rows.push(ListRow { expect_state, person, ..row });
        }
    }
}

fn row(name: &str) -> ListRow {
    ListRow {
        row: 0,
        name: name.to_owned(),
        id_number: String::new(),
        unit: String::new(),
        post: String::new(),
        birth: String::new(),
        expect_state: State::Clear,
        person: None,
    }
}
