//! Makes persons and rows of the tables of cases.
//!
//! A fact is a table and some of its cells; what is not said is filled in by `defaults`. `@` is the person.
//! Before the table's name stands `-` for what is there only for the context (no evidence), `!` for what the
//! yearly report leaves out. In cells, `D-24m-1d` is a day before the office's day, `B` the base day of the
//! report due last, and `$…` something of the person's own.

use std::collections::HashMap;

use chrono::{Datelike, Months};
use dossier::Kind;

use super::facts::{has, is_day, is_record};
use super::setting::{Setting, defaults};
use super::{Case, Expected, MustNot, Office, Risks, Verdict};
use crate::archetype::Archetype;
use crate::persons::Post;
use crate::rng::Rng;
use crate::row::Calendar;

/// The office while cases are planted.
pub(super) struct Stage<'p> {
    pub(super) office: Office<'p>,
    pub(super) calendar: Calendar,
    pub(super) setting: &'p Setting,
    pub(super) rng: Rng,
    pub(super) risks: Risks,
    /// Free persons, the next one last.
    free: Vec<u32>,
    /// Who fired last, by category and clause and by category alone.
    fired: HashMap<(&'static str, &'static str), String>,
    pub(super) turn: usize,
    /// Numbers of papers given out.
    pub(super) fresh: u64,
}

impl<'p> Stage<'p> {
    pub(super) fn new(office: Office<'p>, setting: &'p Setting) -> Self {
        let calendar = Calendar::new(office.as_of);
        let grown = office.as_of - Months::new(30 * 12);
        let mut free: Vec<u32> = (0_u32..)
            .zip(office.persons.iter())
            .filter(|(_, person)| {
                person.archetype == Archetype::Clean
                    && person.id_number.is_some()
                    && person.birth < grown
                    && person.unit() != 0
                    && (office.unique)(&person.name)
            })
            .map(|(at, _)| at)
            .collect();
        let mut rng = Rng::stream(office.seed, "risks", 0);
        rng.shuffle(&mut free);
        // some must stay clean
        let stay = free.len() / 6;
        free.drain(..stay);
        let (risks, fired) = (Risks::default(), HashMap::new());
        Self { office, calendar, setting, rng, risks, free, fired, turn: 0, fresh: 0 }
    }

    pub(super) fn finish(self) -> Risks {
        self.risks
    }

    /// Whether the last weeks have neither holidays nor working Saturdays, so that 15 working days are three
    /// weeks.
    pub(super) fn month_is_plain(&self) -> bool {
        let day = self.office.as_of;
        let friday = day.weekday() == chrono::Weekday::Fri;
        friday && (day.month() == 11 && day.day() > 8 || day.month() == 12 && day.day() < 20)
    }

    /// Plays the cases of `category` one after the other.
    pub(super) fn play(&mut self, category: &'static str, cases: &'static [Case]) {
        for case in cases {
            // a boundary that the calendar does not allow is not planted
            if !self.has_all_days(case) {
                continue;
            }
            let with_record = case.facts.iter().any(|(name, _)| is_record(name));
            let Some(who) = self.enter(with_record) else { return };
            let actor = self.act(who, case);
            self.judge(category, case, who, &actor.evidence);
            self.risks.homes.insert(who, actor.home);
        }
    }

    /// Whether all days of the case can be reckoned.
    fn has_all_days(&self, case: &Case) -> bool {
        case.facts.iter().all(|(name, given)| {
            let kind = Kind::parse(name.trim_start_matches(['-', '!']));
            let assumed = kind.map_or(&[][..], defaults);
            let assumed = assumed.iter().filter(|(slug, _)| !has(given, slug));
            given.iter().chain(assumed).all(|(_, text)| !is_day(text) || self.calendar.day(text).is_some())
        })
    }

    /// How many are free.
    pub(super) fn left(&self) -> usize {
        self.free.len()
    }

    /// Takes somebody who is free and makes an ordinary official of them.
    pub(super) fn enter(&mut self, with_record: bool) -> Option<u32> {
        let who = self.free.pop()?;
        self.turn += 1;
        // those with sanctions work where sanctions are no surprise
        let desks = if with_record { &self.setting.hot } else { &self.setting.desks };
        let unit = desks.get(self.turn % desks.len().max(1)).copied().unwrap_or(0);
        let from = self.office.as_of - Months::new(40);
        let person = &mut self.office.persons[who as usize];
        person.status = "在职";
        person.left_on = None;
        person.duty = Some(false);
        person.born_exactly = true;
        person.posts = vec![Post::new(unit, ("四级主任科员", "科员及以下", false), from)];
        if with_record {
            person.archetype = Archetype::Risk;
        }
        Some(who)
    }

    pub(super) fn post_reference(&self, who: u32, at: usize) -> String {
        format!("post:{}", self.office.persons[who as usize].post_id(at))
    }

    fn judge(&mut self, category: &'static str, case: &Case, who: u32, evidence: &[String]) {
        let subject = (Some(self.office.persons[who as usize].id.clone()), None);
        for verdict in case.verdicts {
            self.note(category, *verdict, subject.clone(), evidence.to_vec(), case.why);
        }
    }

    /// Writes one verdict into the sheet.
    pub(super) fn note(
        &mut self,
        category: &'static str,
        verdict: Verdict,
        (person, unit): (Option<String>, Option<String>),
        evidence: Vec<String>,
        why: &'static str,
    ) {
        let (verdict, category, clause, severity) = match verdict {
            Verdict::Hit(clause, severity) => ("hit", category, clause, Some(severity)),
            Verdict::Also(other, clause, severity) => ("hit", other, clause, Some(severity)),
            Verdict::Near(clause, severity) => ("near", category, clause, Some(severity)),
            Verdict::Gap(clause) => ("data_gap", category, clause, None),
            Verdict::Not(clause) => {
                let clause_known = (!clause.is_empty()).then_some(clause);
                let twin_of = self.fired.get(&(category, clause)).cloned();
                self.risks.must_not.push(MustNot {
                    category,
                    clause: clause_known,
                    person,
                    unit,
                    twin_of,
                    why,
                });
                return;
            }
        };
        if verdict != "data_gap"
            && let Some(subject) = person.clone().or(unit.clone())
        {
            self.fired.insert((category, clause), subject.clone());
            self.fired.insert((category, ""), subject);
        }
        self.risks.expected.push(Expected {
            verdict,
            category,
            clause,
            severity,
            person,
            unit,
            evidence,
            why,
        });
    }
}
