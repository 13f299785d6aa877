//! The answer sheet: what was planted and what an answer must therefore say. It is written from the
//! plan alone; no rule of the program is asked.

use std::collections::HashSet;

use chrono::NaiveDate;
use serde::Serialize;

use crate::archetype::Archetype;
use crate::forms::Form;
use crate::list::{self, ListRow};
use crate::mention::{InventedText, Mention, Standing};
use crate::plan::Plan;
use crate::records::{Record, Why};
use crate::risks::{Expected, MustNot};

/// The state of an answer that the plan calls for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nothing.
    Clear,
    /// A person has to look.
    Possible,
    /// A record, or an adverse text that is certain to mean this person.
    Hit,
    /// Several dossiers fit.
    Ambiguous,
    /// No dossier fits.
    NoDossier,
    /// The question itself is wrong.
    Error,
}

/// A record that was planted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownRecord {
    /// English name of the table.
    pub kind: &'static str,
    /// 编号.
    pub id: String,
    /// All reasons for which a clearance without a period shows it; `period` always holds.
    pub why: Vec<Why>,
    /// Its own days, for questions with a period.
    pub days: Vec<NaiveDate>,
    /// Last day on which it bars the person, where there is one.
    pub until: Option<NaiveDate>,
}

/// A person of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TruePerson {
    /// 编号.
    pub person: String,
    /// 姓名.
    pub name: String,
    /// 曾用名.
    pub former_names: Vec<String>,
    /// As the dossier has it; some have none.
    pub id_number: Option<String>,
    /// 编号 of the present unit.
    pub unit: String,
    /// What was planted, in one word.
    pub archetype: &'static str,
    /// Planted records.
    pub shown: Vec<ShownRecord>,
    /// The state when asked for by identity number, without a period, on `as_of`.
    pub expect_state: State,
}

/// A name to try first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WorthTrying {
    /// What to type.
    pub name: String,
    /// What it shows, in Chinese.
    pub why: String,
}

/// The answer sheet of an office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Truth {
    /// The day on which it holds.
    pub as_of: NaiveDate,
    /// All persons.
    pub persons: Vec<TruePerson>,
    /// All planted mentions, text by text.
    pub mentions: Vec<Mention>,
    /// Names that several dossiers bear.
    pub ambiguous: Vec<String>,
    /// Names without a dossier that are on the example list.
    pub no_dossier: Vec<String>,
    /// The example list (`names.csv`) with the expected answers.
    pub list: Vec<ListRow>,
    /// Three names to try first.
    pub worth_trying: Vec<WorthTrying>,
    /// The lines that a sweep must give. Its hits and near ones are exactly these; of the data gaps, these are
    /// among them.
    pub expected: Vec<Expected>,
    /// The hits that a sweep must not give.
    pub must_not: Vec<MustNot>,
}

/// The sheet while the texts go by. It keeps nothing of a text but what that means for each person.
#[derive(Debug)]
pub(crate) struct Sheet<'p> {
    plan: &'p Plan,
    standings: Vec<Option<Standing>>,
    /// The first who is told of without having a dossier.
    outsider: Option<String>,
    /// All of those.
    strangers: HashSet<String>,
}

impl<'p> Sheet<'p> {
    pub(crate) fn new(plan: &'p Plan) -> Self {
        let standings = vec![None; plan.persons().len()];
        Self { plan, standings, outsider: None, strangers: HashSet::new() }
    }

    /// Takes in what was planted in `text`.
    pub(crate) fn add(&mut self, text: &InventedText) {
        for &(person, standing) in &text.standings {
            let known = &mut self.standings[person as usize];
            *known = (*known).max(Some(standing));
        }
        for mention in text.mentions.iter().filter(|mention| mention.person.is_none()) {
            if mention.form == Form::Outsider && self.outsider.is_none() {
                self.outsider = Some(mention.name.clone());
            }
            if !self.strangers.contains(&mention.name) {
                self.strangers.insert(mention.name.clone());
            }
        }
    }

    /// The whole answer sheet, with the mentions that were kept.
    pub(crate) fn finish(self, mentions: Vec<Mention>) -> Truth {
        let list = self.list();
        Truth {
            as_of: self.plan.as_of(),
            persons: self.persons().collect(),
            mentions,
            ambiguous: self.ambiguous(),
            no_dossier: no_dossier(&list),
            list,
            worth_trying: self.worth_trying(),
            expected: self.plan.expected().to_vec(),
            must_not: self.plan.must_not().to_vec(),
        }
    }

    /// Names that several dossiers bear.
    pub(crate) fn ambiguous(&self) -> Vec<String> {
        let namesakes = self.plan.namesakes().iter().filter_map(|group| group.first());
        let mut ambiguous: Vec<String> =
            namesakes.map(|&at| self.plan.persons()[at as usize].name.clone()).collect();
        ambiguous.sort();
        ambiguous
    }

    /// The example list.
    pub(crate) fn list(&self) -> Vec<ListRow> {
        list::of(self.plan, &self.states(), self.outsider.as_deref(), &self.strangers)
    }

    /// The state of each person.
    fn states(&self) -> Vec<State> {
        (0_u32..)
            .zip(&self.standings)
            .map(|(at, standing)| match standing {
                _ if self.plan.records_of(at).next().is_some() => State::Hit,
                Some(Standing::Held) => State::Hit,
                Some(Standing::Look) => State::Possible,
                None => State::Clear,
            })
            .collect()
    }

    /// The persons one after the other.
    pub(crate) fn persons(&self) -> impl Iterator<Item = TruePerson> {
        let plan = self.plan;
        (0_u32..).zip(plan.persons()).zip(self.states()).map(move |((at, person), expect_state)| TruePerson {
            person: person.id.clone(),
            name: person.name.clone(),
            former_names: person.former.iter().cloned().collect(),
            id_number: person.id_number.clone(),
            unit: plan.place().units[person.unit() as usize].id.clone(),
            archetype: person.archetype.slug(),
            expect_state,
            shown: plan.records_of(at).map(shown).collect(),
        })
    }

    /// Three names to try first.
    pub(crate) fn worth_trying(&self) -> Vec<WorthTrying> {
        worth_trying(self.plan, &self.states(), &self.ambiguous())
    }
}

/// The names of the example list that nobody with a dossier bears.
pub(crate) fn no_dossier(list: &[ListRow]) -> Vec<String> {
    let unknown = list.iter().filter(|row| row.expect_state == State::NoDossier);
    unknown.map(|row| row.name.clone()).collect()
}

fn shown(record: &Record) -> ShownRecord {
    ShownRecord {
        kind: record.kind.slug(),
        id: record.id.clone(),
        why: record.why.clone(),
        days: record.days.clone(),
        until: record.until,
    }
}

/// One who is barred, one of several namesakes, and one who is written in many ways.
fn worth_trying(plan: &Plan, states: &[State], ambiguous: &[String]) -> Vec<WorthTrying> {
    let mut names: Vec<WorthTrying> = Vec::new();
    let mut offer = |name: Option<&str>, why: &str| {
        if let Some(name) = name
            && !names.iter().any(|known| known.name == name)
        {
            names.push(WorthTrying { name: name.to_owned(), why: why.to_owned() });
        }
    };
    let of = |archetype: Archetype| {
        plan.persons()
            .iter()
            .find(|person| person.archetype == archetype && !ambiguous.contains(&person.name))
            .map(|person| person.name.as_str())
    };
    // The one who is barred longest: what is said of him holds as long after the invented day as can be.
    let until = |at: u32| plan.records_of(at).filter_map(|record| record.until).max();
    let barred = (0..)
        .zip(plan.persons())
        .filter(|(_, person)| {
            person.archetype == Archetype::SanctionRunning && !ambiguous.contains(&person.name)
        })
        .max_by_key(|(at, _)| until(*at));
    offer(barred.map(|(_, person)| person.name.as_str()), "处分影响期未满，并可看到影响期截止日");
    let told = |name: &&String| {
        plan.persons().iter().zip(states).any(|(person, state)| person.name == **name && *state == State::Hit)
    };
    let shared = ambiguous.iter().find(told).or(ambiguous.first());
    offer(shared.map(String::as_str), "同名同姓，需凭身份证号或单位区分");
    let dotted = plan
        .persons()
        .iter()
        .zip(states)
        .find(|(person, state)| person.name.contains('·') && **state != State::Clear)
        .map(|(person, _)| person.name.as_str());
    offer(dotted.or(of(Archetype::WordOnly)), "姓名在文书中有多种写法，均能找到");
    offer(of(Archetype::FormerName), "文书中只出现曾用名");
    offer(of(Archetype::CaseOpen), "立案审查调查中，尚未结案");
    offer(of(Archetype::Clean), "没有任何记录，可与前几人对照");
    names.truncate(3);
    names
}
