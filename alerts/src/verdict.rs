//! What one rule says about one subject: a hit, a near one, or a gap in what is known. A value with its
//! reason, never a bool; what is clear or not applicable is counted and leaves no line.
//!
//! What it is not: no reminder, and no finding. Every text that a person reads says 疑似，需核实.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use dossier::{Category, Kind, RecordKey, RecordRef, Severity};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// What a rule can say that somebody has to hear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// 疑似: to be verified.
    Hit,
    /// It will be a hit within the category's warning lead.
    Near,
    /// A field that the decision needs is not known.
    DataGap,
}

impl Outcome {
    /// All three.
    pub const ALL: [Outcome; 3] = [Outcome::Hit, Outcome::Near, Outcome::DataGap];

    /// The name for programs.
    pub fn slug(self) -> &'static str {
        match self {
            Outcome::Hit => "hit",
            Outcome::Near => "near",
            Outcome::DataGap => "data_gap",
        }
    }

    /// The name for people.
    pub fn title(self) -> &'static str {
        match self {
            Outcome::Hit => "疑似",
            Outcome::Near => "临近",
            Outcome::DataGap => "信息缺失",
        }
    }

    /// The outcome with this slug.
    pub fn parse(slug: &str) -> Option<Outcome> {
        Outcome::ALL.into_iter().find(|outcome| outcome.slug() == slug)
    }
}

/// One verdict: at most one a subject, category and clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What it says.
    pub outcome: Outcome,
    /// Which of the twelve.
    pub category: Category,
    /// Which clause of it: `a` to `e`, `u` and `v` for units.
    pub clause: &'static str,
    /// How grave it is (for a near one or a gap: how grave it would be).
    pub severity: Severity,
    /// The person it is about; `None` for a verdict about a unit.
    pub person: Option<RecordKey>,
    /// The unit it is about, or the unit of the person's open 本职 post.
    pub unit: Option<RecordKey>,
    /// The supervising office that a reminder goes to; `None`: nobody is named.
    pub office: Option<RecordKey>,
    /// The records that made it fire, in order, each once.
    pub evidence: Vec<RecordRef>,
    /// What stands in them, as far as it made the rule fire: `record.slug=value`, in order, each once.
    pub facts: Vec<String>,
    /// Since when it is so.
    pub since: Option<NaiveDate>,
    /// Until when, or (near) the day on which it becomes a hit.
    pub until: Option<NaiveDate>,
    /// Category, clause, subject, evidence and facts in one: equal exactly if nothing has changed.
    pub fingerprint: String,
    /// The version of the rule and its thresholds.
    pub rule_version: String,
    /// What is not known: `record.slug`, in order.
    pub missing: Vec<String>,
    /// What there is to verify, in Chinese.
    pub explain: String,
    /// It rests on a name only: 疑似同名，待核实身份.
    pub name_only: bool,
    /// The next day on which it can change by time alone.
    pub turns_on: Option<NaiveDate>,
}

impl Verdict {
    /// Whom it is about: `person:P1` or `unit:U1`. `None` never comes out of a rule.
    pub fn subject(&self) -> Option<RecordRef> {
        match (&self.person, &self.unit) {
            (Some(person), _) => Some(RecordRef::new(Kind::Person, person.clone())),
            (None, Some(unit)) => Some(RecordRef::new(Kind::Unit, unit.clone())),
            (None, None) => None,
        }
    }

    /// The stable order of a sweep: persons, then units; by subject, category, clause, outcome.
    pub fn order(&self) -> (bool, Option<&RecordKey>, Option<&RecordKey>, Category, &'static str, Outcome) {
        let unit = if self.person.is_none() { self.unit.as_ref() } else { None };
        (self.person.is_none(), self.person.as_ref(), unit, self.category, self.clause, self.outcome)
    }

    /// The fingerprint of these parts.
    pub fn fingerprint_of(
        category: Category,
        clause: &str,
        subject: &RecordRef,
        evidence: &[RecordRef],
        facts: &[String],
    ) -> String {
        let mut hash = Sha256::new();
        let mut part = |text: &str| {
            hash.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(text.as_bytes());
        };
        part(category.slug());
        part(clause);
        part(&subject.to_string());
        for record in evidence {
            part(&record.to_string());
        }
        part("");
        for fact in facts {
            part(fact);
        }
        hex::encode(&hash.finalize()[..16])
    }
}

/// One fact, one task: which of these hits share a record as evidence about the same subject, so that they
/// make one reminder with all their clauses. Gives the positions, each group and the groups in order. Posts
/// are circumstances of several rules and join nothing.
pub fn tasks(verdicts: &[Verdict]) -> Vec<Vec<usize>> {
    let mut group: Vec<usize> = (0..verdicts.len()).collect();
    let mut first: BTreeMap<(Option<RecordRef>, &RecordRef), usize> = BTreeMap::new();
    for (at, verdict) in verdicts.iter().enumerate() {
        if verdict.outcome != Outcome::Hit {
            continue;
        }
        let subject = verdict.subject();
        for record in verdict.evidence.iter().filter(|record| record.kind != Kind::Post) {
            let other = *first.entry((subject.clone(), record)).or_insert(at);
            let (from, to) = (root(&group, at), root(&group, other));
            let (low, high) = (from.min(to), from.max(to));
            group[high] = low;
        }
    }
    let hits: BTreeSet<usize> =
        (0..verdicts.len()).filter(|&at| verdicts[at].outcome == Outcome::Hit).collect();
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for at in hits {
        groups.entry(root(&group, at)).or_default().push(at);
    }
    groups.into_values().collect()
}

fn root(group: &[usize], mut at: usize) -> usize {
    while group[at] != at {
        at = group[at];
    }
    at
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn hit(person: &str, category: Category, evidence: &[&str]) -> Verdict {
        let evidence: Vec<RecordRef> = evidence
            .iter()
            .map(|record| {
                let (kind, key) = record.split_once(':').unwrap();
                RecordRef::new(Kind::parse(kind).unwrap(), RecordKey::new(key).unwrap())
            })
            .collect();
        Verdict {
            outcome: Outcome::Hit,
            category,
            clause: "a",
            severity: Severity::High,
            person: Some(RecordKey::new(person).unwrap()),
            unit: None,
            office: None,
            evidence,
            facts: Vec::new(),
            since: None,
            until: None,
            fingerprint: String::new(),
            rule_version: String::new(),
            missing: Vec::new(),
            explain: String::new(),
            name_only: false,
            turns_on: None,
        }
    }

    #[test]
    fn a_record_that_two_categories_point_at_makes_one_task() {
        let verdicts = [
            hit("P1", Category::NakedOfficial, &["relative:R1"]),
            hit("P1", Category::UndeclaredMatter, &["relative:R1", "property:H1"]),
            hit("P1", Category::AssetAnomaly, &["property:H1"]),
            hit("P1", Category::SanctionPeriod, &["sanction:S1"]),
            hit("P2", Category::NakedOfficial, &["relative:R1"]),
            hit("P1", Category::KinshipRecusal, &["post:J1"]),
            hit("P1", Category::OverdueTenure, &["post:J1"]),
        ];
        assert_eq!(tasks(&verdicts), [vec![0, 1, 2], vec![3], vec![4], vec![5], vec![6]]);
    }

    #[test]
    fn a_fingerprint_tells_its_parts_apart() {
        let of = |clause: &str, key: &str, facts: &[&str]| {
            let subject = RecordRef::new(Kind::Person, RecordKey::new(key).unwrap());
            let facts: Vec<String> = facts.iter().map(|fact| (*fact).to_owned()).collect();
            Verdict::fingerprint_of(Category::NakedOfficial, clause, &subject, &[], &facts)
        };
        let base = of("a", "P1", &["x=1"]);
        assert_eq!(base, of("a", "P1", &["x=1"]));
        for other in [
            of("b", "P1", &["x=1"]),
            of("a", "P2", &["x=1"]),
            of("a", "P1", &["x=2"]),
            of("a", "P1", &["x", "=1"]),
        ] {
            assert_ne!(base, other);
        }
    }

    #[test]
    fn what_is_no_hit_joins_nothing() {
        let mut gap = hit("P1", Category::UndeclaredMatter, &["relative:R1", "property:H1"]);
        gap.outcome = Outcome::DataGap;
        let verdicts = [
            hit("P1", Category::NakedOfficial, &["relative:R1"]),
            gap,
            hit("P1", Category::AssetAnomaly, &["property:H1"]),
        ];
        assert_eq!(tasks(&verdicts), [vec![0], vec![2]]);
    }

    #[test]
    fn persons_come_before_units_each_by_key() {
        let mut unit = hit("P0", Category::RepeatedReports, &[]);
        (unit.person, unit.unit) = (None, Some(RecordKey::new("U1").unwrap()));
        let of = |person: &str, unit: &str, category| {
            let unit = Some(RecordKey::new(unit).unwrap());
            Verdict { unit, ..hit(person, category, &[]) }
        };
        let sorted = [
            of("P1", "U9", Category::ConcurrentPost),
            of("P1", "U1", Category::NakedOfficial),
            of("P2", "U1", Category::ConcurrentPost),
            unit.clone(),
            Verdict { unit: Some(RecordKey::new("U2").unwrap()), ..unit },
        ];
        for pair in sorted.windows(2) {
            assert!(pair[0].order() < pair[1].order(), "{:?} {:?}", pair[0].order(), pair[1].order());
        }
        assert_eq!(sorted[0].order().2, None, "a person is not sorted by the unit");
    }

    #[test]
    fn an_outcome_is_read_by_its_own_word() {
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::parse(outcome.slug()), Some(outcome));
        }
        assert_eq!(Outcome::parse("clear"), None);
    }
}
