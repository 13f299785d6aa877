//! The answer sheet: what was planted and what an answer must therefore say. It is written from the
//! plan alone; no rule of the program is asked.

use chrono::NaiveDate;
use serde::Serialize;

use crate::archetype::Archetype;
use crate::list::{self, ListRow};
use crate::mention::{InventedText, Mention, Standing};
use crate::plan::Plan;
use crate::records::Why;

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
}

/// The sheet while the texts go by.
#[derive(Debug)]
pub(crate) struct Sheet<'p> {
    plan: &'p Plan,
    standings: Vec<Option<Standing>>,
    mentions: Vec<Mention>,
}

impl<'p> Sheet<'p> {
    pub(crate) fn new(plan: &'p Plan) -> Self {
        Self { plan, standings: vec![None; plan.persons().len()], mentions: Vec::new() }
    }

    /// Takes in what was planted in `text`.
    pub(crate) fn add(&mut self, text: &InventedText) {
        for &(person, standing) in &text.standings {
            let known = &mut self.standings[person as usize];
            *known = (*known).max(Some(standing));
        }
        self.mentions.extend(text.mentions.iter().cloned());
    }

    pub(crate) fn finish(self) -> Truth {
        let plan = self.plan;
        let persons = self.persons();
        let list = list::of(plan, &persons, &self.mentions);
        let namesakes = plan.namesakes().iter().filter_map(|group| group.first());
        let mut ambiguous: Vec<String> =
            namesakes.map(|&at| plan.persons()[at as usize].name.clone()).collect();
        ambiguous.sort();
        let no_dossier = list
            .iter()
            .filter(|row| row.expect_state == State::NoDossier)
            .map(|row| row.name.clone())
            .collect();
        let worth_trying = worth_trying(plan, &persons, &ambiguous);
        Truth {
            as_of: plan.as_of(),
            persons,
            mentions: self.mentions,
            ambiguous,
            no_dossier,
            list,
            worth_trying,
        }
    }

    fn persons(&self) -> Vec<TruePerson> {
        let plan = self.plan;
        let mut shown: Vec<Vec<ShownRecord>> = vec![Vec::new(); plan.persons().len()];
        for record in plan.records() {
            shown[record.person as usize].push(ShownRecord {
                kind: record.kind.slug(),
                id: record.id.clone(),
                why: record.why.clone(),
                days: record.days.clone(),
                until: record.until,
            });
        }
        plan.persons()
            .iter()
            .zip(shown)
            .zip(&self.standings)
            .map(|((person, shown), standing)| TruePerson {
                person: person.id.clone(),
                name: person.name.clone(),
                former_names: person.former.iter().cloned().collect(),
                id_number: person.id_number.clone(),
                unit: plan.place().units[person.unit() as usize].id.clone(),
                archetype: person.archetype.slug(),
                expect_state: match standing {
                    _ if !shown.is_empty() => State::Hit,
                    Some(Standing::Held) => State::Hit,
                    Some(Standing::Look) => State::Possible,
                    None => State::Clear,
                },
                shown,
            })
            .collect()
    }
}

/// One who is barred, one of several namesakes, and one who is written in many ways.
fn worth_trying(plan: &Plan, persons: &[TruePerson], ambiguous: &[String]) -> Vec<WorthTrying> {
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
    offer(of(Archetype::SanctionRunning), "处分影响期未满，并可看到影响期截止日");
    let told = |name: &&String| {
        persons.iter().any(|person| person.name == **name && person.expect_state == State::Hit)
    };
    let shared = ambiguous.iter().find(told).or(ambiguous.first());
    offer(shared.map(String::as_str), "同名同姓，需凭身份证号或单位区分");
    let dotted = persons
        .iter()
        .find(|person| person.name.contains('·') && person.expect_state != State::Clear)
        .map(|person| person.name.as_str());
    offer(dotted.or(of(Archetype::WordOnly)), "姓名在文书中有多种写法，均能找到");
    offer(of(Archetype::FormerName), "文书中只出现曾用名");
    offer(of(Archetype::CaseOpen), "立案审查调查中，尚未结案");
    offer(of(Archetype::Clean), "没有任何记录，可与前几人对照");
    names.truncate(3);
    names
}
