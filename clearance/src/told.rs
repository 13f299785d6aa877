//! The mentions of a list on the way to its rows: looked up for as many of its persons at a time as memory allows, in
//! the order in which the rows come, and let go with the last row that is about them.

use std::collections::HashMap;

use archive::each_row;
use dossier::day::Period;
use indexer::texts_marked;

use crate::answer::Mention;
use crate::decide::Weight;
use crate::error::ClearanceError;
use crate::mentions::{Mentions, gather};
use crate::places::Found;
use crate::resolved::Resolved;
use crate::rows::View;

/// About so many mentions are held at a time: some hundred bytes each, with what is quoted. One look through the texts
/// answers for all of them, so that a county of 100,000 texts takes one and one of a million two.
const MENTIONS_AT_ONCE: u64 = 3_000_000;

/// The mentions of the subjects of a list.
pub(crate) struct Told {
    found: Found,
    /// The subject that `found` begins with.
    first: usize,
    /// What is known of others: of those that were looked up before and are asked for again.
    written: HashMap<usize, Mentions>,
    /// How many rows about each subject are still to be answered.
    awaited: Vec<u32>,
    /// In about how many texts each subject stands, once that is asked.
    texts: Vec<u64>,
}

impl Told {
    /// Of subjects about whom so many rows are to be answered; nothing has been looked up.
    pub(crate) fn nothing(awaited: Vec<u32>) -> Self {
        Self { found: Found::nothing(0), first: 0, written: HashMap::new(), awaited, texts: Vec::new() }
    }

    /// The same, where everything is known.
    pub(crate) fn of(awaited: Vec<u32>, mentions: Vec<Mentions>) -> Self {
        let first = mentions.len();
        let written = mentions.into_iter().enumerate().collect();
        Self { found: Found::nothing(0), first, written, awaited, texts: Vec::new() }
    }

    /// Looks up the mentions of all subjects up to `subject`, if that has not been done.
    pub(crate) async fn up_to(
        &mut self,
        subject: usize,
        view: &View<'_>,
        resolved: &Resolved,
        period: Period,
    ) -> Result<(), ClearanceError> {
        while self.first + self.found.len() <= subject {
            for at in self.first..self.first + self.found.len() {
                if self.awaited[at] > 0 {
                    self.written.insert(at, self.found.mentions(at - self.first));
                }
            }
            self.first += self.found.len();
            // The old ones go before the new ones come.
            self.found = Found::nothing(0);
            if self.texts.is_empty() {
                self.texts = texts_of_subjects(view, resolved)?;
            }
            let end = end_of_part(&self.texts, self.first);
            let question = resolved.mention_question(self.first..end, period);
            self.found = gather(&view.sources(), &question).await?;
        }
        Ok(())
    }

    /// How many mentions of a subject stand outside the period, and how the others weigh.
    pub(crate) fn counts(&self, subject: usize) -> (u64, Weight) {
        match self.written.get(&subject) {
            Some(mentions) => (mentions.outside, mentions.weight),
            None => self.found.counts(subject - self.first),
        }
    }

    /// The mentions of these subjects, for a row about each; they go with the last row about them.
    pub(crate) fn listed(&mut self, subjects: &[usize]) -> Vec<Vec<Mention>> {
        let packed = |subject: &usize| {
            let is_written = self.written.contains_key(subject);
            if is_written { Vec::new() } else { self.found.listed(subject - self.first) }
        };
        let mut listed: Vec<Vec<Mention>> = each_row(subjects, packed);
        for (&subject, listed) in subjects.iter().zip(&mut listed) {
            let awaited = &mut self.awaited[subject];
            *awaited = awaited.saturating_sub(1);
            let is_last = *awaited == 0;
            match self.written.get_mut(&subject) {
                Some(mentions) if is_last => *listed = std::mem::take(&mut mentions.listed),
                Some(mentions) => listed.clone_from(&mentions.listed),
                None if is_last => self.found.let_go(subject - self.first),
                None => {}
            }
        }
        listed
    }
}

/// In about how many texts each subject stands.
fn texts_of_subjects(view: &View<'_>, resolved: &Resolved) -> Result<Vec<u64>, ClearanceError> {
    let names: Vec<&str> = resolved.names_of_subjects().flatten().map(String::as_str).collect();
    let mut texts = texts_marked(&view.searcher, &names)?.into_iter();
    Ok(resolved.names_of_subjects().map(|names| texts.by_ref().take(names.len()).sum()).collect())
}

/// The first subject after `first` whose mentions are looked up another time.
fn end_of_part(texts: &[u64], first: usize) -> usize {
    let mut mentions = 0;
    let full = texts.iter().skip(first).position(|texts| {
        mentions += texts;
        mentions > MENTIONS_AT_ONCE
    });
    full.map_or(texts.len(), |at| first + at + 1)
}
