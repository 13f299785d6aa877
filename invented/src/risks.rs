//! What is planted for the twelve categories, and what a sweep must say of it: each clause with its
//! severities, beside each a twin that only just does not fire, and the days before, on and after a limit.
//!
//! Everything here is written down from the page of the categories, case by case. No rule is computed: the
//! sheet must be able to prove the rules. The tables stand in the files below, one or two categories each;
//! `stage` makes persons and rows of them.

mod abroad;
mod actor;
mod assets;
mod business;
mod concurrent;
mod departure;
mod facts;
mod kinship;
mod migration;
mod reports;
mod sanctioned;
mod setting;
mod stage;
mod tenure;
mod undeclared;
mod units;

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::Serialize;

use crate::household::Household;
use crate::persons::Person;
use crate::records::{Numbers, Record};
use crate::row::Row;
use crate::units::Place;

pub(crate) use setting::{Setting, settle};
pub(crate) use units::{quiet as quiet_units, sanctioned_units};

/// One line that a sweep must give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Expected {
    /// `hit`, `near` or `data_gap`.
    pub verdict: &'static str,
    /// English name of the category.
    pub category: &'static str,
    /// The clause; a data gap may leave it open.
    pub clause: &'static str,
    /// `high`, `medium` or `low`; none for a data gap.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<&'static str>,
    /// 编号 of the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// 编号 of the unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Records that must be among the evidence: `sanction:CF00012`.
    pub evidence: Vec<String>,
    /// What was planted, in Chinese.
    pub why: &'static str,
}

/// One hit that a sweep must not give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MustNot {
    /// English name of the category.
    pub category: &'static str,
    /// The clause; `None`: no clause of the category.
    pub clause: Option<&'static str>,
    /// 编号 of the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// 编号 of the unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The person or unit that does fire, of which this is the twin.
    pub twin_of: Option<String>,
    /// What makes the difference, in Chinese.
    pub why: &'static str,
}

/// What a table of cases says of one case.
#[derive(Debug, Clone, Copy)]
enum Verdict {
    /// Clause and severity.
    Hit(&'static str, &'static str),
    /// A hit of another category that the same facts make.
    Also(&'static str, &'static str, &'static str),
    /// Clause and severity.
    Near(&'static str, &'static str),
    /// Clause.
    Gap(&'static str),
    /// The clause that does not fire; empty: none does.
    Not(&'static str),
}

/// Slug and text, see `stage` for the words that stand for something else.
type Cells = &'static [(&'static str, &'static str)];

/// One planted case: why, what a sweep says, and the facts.
struct Case {
    why: &'static str,
    verdicts: &'static [Verdict],
    facts: &'static [(&'static str, Cells)],
}

/// A case in a table.
const fn case(
    why: &'static str,
    verdicts: &'static [Verdict],
    facts: &'static [(&'static str, Cells)],
) -> Case {
    Case { why, verdicts, facts }
}

/// All that was planted.
#[derive(Debug, Default)]
pub(crate) struct Risks {
    /// The households of those about whom something was planted.
    pub(crate) homes: HashMap<u32, Household>,
    /// Findings and recommendations.
    pub(crate) unit_rows: Vec<Row>,
    pub(crate) expected: Vec<Expected>,
    pub(crate) must_not: Vec<MustNot>,
}

/// The office while it is being planned.
pub(crate) struct Office<'p> {
    pub(crate) seed: u64,
    pub(crate) as_of: NaiveDate,
    pub(crate) place: &'p Place,
    pub(crate) persons: &'p mut Vec<Person>,
    pub(crate) records: &'p mut Vec<Record>,
    pub(crate) numbers: &'p mut Numbers,
    /// Whose names are theirs alone.
    pub(crate) unique: &'p dyn Fn(&str) -> bool,
}

/// Most times that every case is planted, however big the office: what is planted is kept in memory.
const ROUNDS_MAX: usize = 20;

/// Plants every case, once for each five thousand persons up to [`ROUNDS_MAX`]; what finds nobody free is left
/// out, from the last case on.
pub(crate) fn plant(office: Office<'_>, setting: &Setting) -> Risks {
    let rounds = (office.persons.len() / 5_000).clamp(1, ROUNDS_MAX);
    let mut stage = stage::Stage::new(office, setting);
    for round in 0..rounds {
        stage.play("concurrent_post", concurrent::CASES);
        stage.play("naked_official", migration::CASES);
        stage.play("family_business", business::FAMILY);
        stage.play("self_business", business::OWN);
        stage.play("undeclared_matter", undeclared::CASES);
        stage.play("exit_document", abroad::CASES);
        stage.play("asset_anomaly", assets::CASES);
        kinship::plant(&mut stage);
        stage.play("overdue_tenure", tenure::CASES);
        stage.play("post_departure", departure::CASES);
        stage.play("sanction_period", sanctioned::CASES);
        stage.play("repeated_reports", reports::CASES);
        stage.play("repeated_reports", if stage.month_is_plain() { reports::BY_WORKING_DAYS } else { &[] });
        units::plant(&mut stage, round);
    }
    stage.finish()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests;
