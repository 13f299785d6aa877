//! Whom the portrait of a unit names: who is barred or has something open, and whose dossier lacks most.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use dossier::upkeep::contents::{Class, completeness};
use dossier::{Fields, Kind};

use super::facts::Facts;
use crate::console::unit::{Marked, Upkeep};
use crate::pages::view_person::bar;

/// Dossiers that are named because they lack most.
const LACKING: usize = 5;

impl Facts {
    /// Who is barred, or about whom something is open; the barred first.
    pub(super) fn marked(&self) -> Vec<Marked> {
        let mut marked = Vec::new();
        for person in self.held_by() {
            let key = &person.record.key;
            let (bar, tone) = bar(self.of(key), self.today);
            let mut open: BTreeMap<&str, u64> = BTreeMap::new();
            for stored in self.of(key).iter().filter(|stored| self.is_open(stored)) {
                *open.entry(stored.record.kind.title()).or_default() += 1;
            }
            let subject = format!("person:{key}");
            let reminders =
                self.reminders.iter().filter(|one| one.subject == subject && !one.state.is_terminal());
            let reminders = reminders.count() as u64;
            if !bar.is_empty() || !open.is_empty() || reminders > 0 {
                marked.push(Marked {
                    id: key.to_string(),
                    name: self.called(key),
                    post: self.post_of(key),
                    bar,
                    tone,
                    open: open.into_iter().map(|(title, count)| (title.to_owned(), count)).collect(),
                    reminders,
                });
            }
        }
        let weight = |one: &Marked| (one.bar.is_empty(), std::cmp::Reverse(one.open.len()), one.id.clone());
        marked.sort_by_key(weight);
        marked
    }

    pub(super) fn upkeep(&self, roster: Option<(u64, NaiveDate)>) -> Upkeep {
        let mut judged = Vec::new();
        for person in self.held_by() {
            let rows: Vec<(Kind, &Fields)> = self
                .of(&person.record.key)
                .iter()
                .map(|stored| (stored.record.kind, &stored.fields))
                .collect();
            let found = completeness(&person.fields, &rows, self.today);
            if found.class != Class::Former {
                let lacks: Vec<String> = found.lacks.iter().map(|lack| lack.words.clone()).collect();
                judged.push((found.percent() as u64, person.record.key.clone(), lacks));
            }
        }
        judged.sort();
        let lacking = judged.iter().filter(|(_, _, lacks)| !lacks.is_empty()).take(LACKING);
        let dossiers = judged.len() as u64;
        Upkeep {
            dossiers,
            complete: judged.iter().filter(|(_, _, lacks)| lacks.is_empty()).count() as u64,
            percent: judged
                .iter()
                .map(|(percent, ..)| percent)
                .sum::<u64>()
                .checked_div(dossiers)
                .unwrap_or(0),
            lacking: lacking
                .map(|(percent, key, lacks)| (key.to_string(), self.called(key), *percent, lacks.join("；")))
                .collect(),
            roster,
        }
    }
}
