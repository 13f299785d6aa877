//! What a rule has found about one subject, gathered into one line a clause.
//!
//! A rule reports single signs (this row, for this reason); here they become the evidence of a clause. A
//! hit outweighs a near one, and that a gap: what is certain does not wait for what is missing.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use dossier::{RecordRef, Severity};

use crate::verdict::Outcome;

/// One sign for a clause: which records, what in them, in words.
#[derive(Debug, Clone, Default)]
pub struct Sign {
    pub(crate) records: Vec<RecordRef>,
    pub(crate) facts: Vec<String>,
    pub(crate) since: Option<NaiveDate>,
    pub(crate) until: Option<NaiveDate>,
    pub(crate) name_only: bool,
    pub(crate) words: String,
}

impl Sign {
    /// A sign in this record.
    pub fn at(record: &RecordRef) -> Self {
        Self { records: vec![record.clone()], ..Self::default() }
    }

    /// And in that one.
    #[must_use]
    pub fn and(mut self, record: &RecordRef) -> Self {
        self.records.push(record.clone());
        self
    }

    /// What stands in the last record named: part of the fingerprint.
    #[must_use]
    pub fn fact(mut self, slug: &str, value: impl std::fmt::Display) -> Self {
        if let Some(record) = self.records.last() {
            self.facts.push(format!("{record}.{slug}={value}"));
        }
        self
    }

    /// What stands in it, if anything does; nothing is written as `-`.
    #[must_use]
    pub fn fact_of(self, slug: &str, value: Option<impl std::fmt::Display>) -> Self {
        match value {
            Some(value) => self.fact(slug, value),
            None => self.fact(slug, "-"),
        }
    }

    /// Since when.
    #[must_use]
    pub fn since(mut self, since: Option<NaiveDate>) -> Self {
        self.since = since;
        self
    }

    /// Until when, or the day on which a near one becomes a hit.
    #[must_use]
    pub fn until(mut self, until: Option<NaiveDate>) -> Self {
        self.until = until;
        self
    }

    /// That it rests on a name only.
    #[must_use]
    pub fn by_name_only(mut self, name_only: bool) -> Self {
        self.name_only = name_only;
        self
    }

    /// In Chinese, for the office.
    #[must_use]
    pub fn words(mut self, words: impl Into<String>) -> Self {
        self.words = words.into();
        self
    }
}

/// One line in the making.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) outcome: Outcome,
    pub(crate) severity: Severity,
    pub(crate) records: BTreeSet<RecordRef>,
    pub(crate) facts: BTreeSet<String>,
    pub(crate) missing: BTreeSet<String>,
    pub(crate) since: Option<NaiveDate>,
    pub(crate) until: Option<NaiveDate>,
    pub(crate) name_only: bool,
    pub(crate) words: BTreeSet<String>,
}

impl Line {
    fn new(outcome: Outcome, severity: Severity) -> Self {
        Self {
            outcome,
            severity,
            records: BTreeSet::new(),
            facts: BTreeSet::new(),
            missing: BTreeSet::new(),
            since: None,
            until: None,
            name_only: true,
            words: BTreeSet::new(),
        }
    }
}

/// The lines of one subject and category, by clause.
#[derive(Debug, Default)]
pub struct Lines(pub(crate) BTreeMap<&'static str, Line>);

impl Lines {
    /// A hit. By a name only it keeps its clause and becomes low.
    pub fn hit(&mut self, clause: &'static str, severity: Severity, sign: Sign) {
        let severity = if sign.name_only { Severity::Low } else { severity };
        self.add(clause, Outcome::Hit, severity, sign, &[]);
    }

    /// It will be a hit; `sign.until` says when.
    pub fn near(&mut self, clause: &'static str, severity: Severity, sign: Sign) {
        self.add(clause, Outcome::Near, severity, sign, &[]);
    }

    /// These columns of the first record of `sign` are not known, and could turn the answer.
    pub fn gap(&mut self, clause: &'static str, severity: Severity, sign: Sign, slugs: &[&str]) {
        let missing: Vec<String> = sign
            .records
            .first()
            .map(|record| slugs.iter().map(|slug| format!("{record}.{slug}")).collect())
            .unwrap_or_default();
        self.add(clause, Outcome::DataGap, severity, sign, &missing);
    }

    /// What is missing is no column: `calendar:2027`, `post`.
    pub fn gap_of(&mut self, clause: &'static str, severity: Severity, sign: Sign, missing: &[String]) {
        self.add(clause, Outcome::DataGap, severity, sign, missing);
    }

    fn add(
        &mut self,
        clause: &'static str,
        outcome: Outcome,
        severity: Severity,
        sign: Sign,
        missing: &[String],
    ) {
        let line = self.0.entry(clause).or_insert_with(|| Line::new(outcome, severity));
        if outcome < line.outcome {
            *line = Line::new(outcome, severity);
        } else if outcome > line.outcome {
            return;
        }
        line.severity = line.severity.max(severity);
        line.records.extend(sign.records);
        line.facts.extend(sign.facts);
        line.missing.extend(missing.iter().cloned());
        line.since = [line.since, sign.since].into_iter().flatten().min();
        line.until = [line.until, sign.until].into_iter().flatten().min();
        line.name_only &= sign.name_only;
        if !sign.words.is_empty() {
            line.words.insert(sign.words);
        }
    }

    /// Makes every line a gap: this field decides whether any of it counts.
    pub(crate) fn all_depend_on(&mut self, missing: &str) {
        for line in self.0.values_mut() {
            line.outcome = Outcome::DataGap;
            line.missing.insert(missing.to_owned());
        }
    }
}
