//! The twelve categories of risk, one file each: the requirement and its legal basis on top, the rule, its table
//! of cases below. Every rule is a pure function of a dossier, its surroundings, the numbers and the day.
//!
//! What it is not: no reading, no storing, no reminder. What fires is fixed by the offices' own page; where
//! that page is silent, the rule's file says what was decided.

mod asset_anomaly;
mod business;
pub mod cards;
mod concurrent_post;
mod exit_document;
mod family_business;
mod kinship_recusal;
mod lines;
mod naked_official;
pub mod numbers;
mod overdue_tenure;
mod post_departure;
mod repeated_reports;
mod sanction_period;
mod self_business;
mod thresholds;
mod undeclared_matter;
pub(crate) mod units;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use chrono::NaiveDate;
use dossier::influence::InfluenceTable;
use dossier::{Calendar, Category, Kind, RecordKey, RecordRef};

pub use lines::{Lines, Sign};
pub use thresholds::{Mode, Rule, Thresholds};

use crate::day::Day;
use crate::verdict::{Outcome, Verdict};
use crate::view::{Dossier, Person, Post, Status, Units};

/// Everything that is the same for all dossiers of one sweep.
#[derive(Debug)]
pub struct Surroundings<'a> {
    /// The tree of units.
    pub units: &'a Units,
    /// The numbers.
    pub thresholds: &'a Thresholds,
    /// How long what bars.
    pub influence: &'a InfluenceTable,
    /// The days off.
    pub calendar: &'a Calendar,
}

/// What a rule may ask about another dossier: where the person stands, and whether in service.
#[derive(Debug, Clone, Default)]
pub struct Other {
    /// 在职状态
    pub status: Option<Status>,
    /// 任职
    pub posts: Vec<Post>,
    /// The versions that this was made from.
    pub made_from: Vec<(RecordRef, i64)>,
}

impl Other {
    /// What another rule may ask about this dossier.
    pub fn of(dossier: &Dossier) -> Self {
        Self {
            status: dossier.person.as_ref().and_then(|person| person.status),
            posts: dossier.posts.clone(),
            made_from: dossier
                .made_from
                .iter()
                .filter(|(record, _)| matches!(record.kind, Kind::Person | Kind::Post))
                .cloned()
                .collect(),
        }
    }
}

/// Persons of other dossiers that are named as relatives.
pub type Others = HashMap<RecordKey, Other>;

/// What one rule sees of one person.
pub struct Case<'a> {
    /// The dossier.
    pub dossier: &'a Dossier,
    /// The person.
    pub person: &'a Person,
    /// What is the same for all.
    pub around: &'a Surroundings<'a>,
    /// Relatives with a dossier of their own.
    pub others: &'a Others,
    /// The day, for this rule.
    pub day: &'a Day,
}

impl Case<'_> {
    /// The open 本职 posts.
    pub(crate) fn main_posts(&self) -> Vec<&Post> {
        self.dossier
            .posts
            .iter()
            .filter(|post| post.main && !post.is_reversed() && post.is_open(self.day))
            .collect()
    }

    /// The numbers.
    pub(crate) fn numbers(&self) -> &Thresholds {
        self.around.thresholds
    }
}

/// The verdicts about one subject, and the next day on which they can change by time alone.
#[derive(Debug, Default)]
pub struct Judged {
    /// Hits, near ones and gaps, in the stable order.
    pub verdicts: Vec<Verdict>,
    /// The next day on which any of it, or what is clear, can be another.
    pub turns_on: Option<NaiveDate>,
    /// The office in charge.
    pub office: Option<RecordKey>,
}

/// Judges one dossier by `rules` (those that are off are left out).
pub fn judge(
    dossier: &Dossier,
    others: &Others,
    around: &Surroundings<'_>,
    rules: &[Rule],
    as_of: NaiveDate,
) -> Judged {
    let mut judged = Judged::default();
    let Some(person) = &dossier.person else { return judged };
    if person.status == Some(Status::Gone) {
        return judged;
    }
    let place = Placement::of(dossier, person, around, as_of);
    judged.office.clone_from(&place.office);
    for rule in rules.iter().filter(|rule| rule.mode != Mode::Off) {
        let day = Day::new(as_of);
        let case = Case { dossier, person, around, others, day: &day };
        let mut lines = Lines::default();
        if !in_scope(rule.category, person) {
            continue;
        }
        rule_of(rule.category)(&case, &mut lines);
        if person.status.is_none() {
            lines.all_depend_on(&format!("{}.status", person.at));
        }
        let turns_on = day.turns_on();
        judged.turns_on = earlier(judged.turns_on, turns_on);
        let subject = Subject {
            of: &person.at,
            person: Some(&person.at.key),
            unit: place.unit.as_ref(),
            office: place.office.as_ref(),
        };
        judged.verdicts.extend(verdicts_of(lines, rule, &subject, turns_on));
    }
    // Where a person stands changes with the days of the posts, and with it the office of every verdict.
    if !judged.verdicts.is_empty() {
        judged.turns_on = earlier(judged.turns_on, place.turns_on);
        for verdict in &mut judged.verdicts {
            verdict.turns_on = earlier(verdict.turns_on, place.turns_on);
        }
    }
    judged
}

/// The earlier of two days.
pub(crate) fn earlier(a: Option<NaiveDate>, b: Option<NaiveDate>) -> Option<NaiveDate> {
    [a, b].into_iter().flatten().min()
}

/// 在职 and 退出领导岗位 in all but one; 离职 and 退休 in two; an unknown status could be any of them.
fn in_scope(category: Category, person: &Person) -> bool {
    match (category, person.status) {
        (_, Some(Status::Gone)) => false,
        (Category::SanctionPeriod, _) => true,
        (Category::PostDeparture, status) => status != Some(Status::Serving),
        (_, status) => status != Some(Status::Left),
    }
}

fn rule_of(category: Category) -> fn(&Case<'_>, &mut Lines) {
    match category {
        Category::ConcurrentPost => concurrent_post::judge,
        Category::NakedOfficial => naked_official::judge,
        Category::FamilyBusiness => family_business::judge,
        Category::SelfBusiness => self_business::judge,
        Category::UndeclaredMatter => undeclared_matter::judge,
        Category::ExitDocument => exit_document::judge,
        Category::AssetAnomaly => asset_anomaly::judge,
        Category::KinshipRecusal => kinship_recusal::judge,
        Category::OverdueTenure => overdue_tenure::judge,
        Category::PostDeparture => post_departure::judge,
        Category::SanctionPeriod => sanction_period::judge,
        Category::RepeatedReports => repeated_reports::judge,
    }
}

/// The unit and the office of a person.
struct Placement {
    unit: Option<RecordKey>,
    office: Option<RecordKey>,
    turns_on: Option<NaiveDate>,
}

impl Placement {
    /// The person's own 监督单位编号; else that of the unit of the open 本职 post, looked for upwards. Who holds none
    /// any more is placed by the last one held.
    fn of(dossier: &Dossier, person: &Person, around: &Surroundings<'_>, as_of: NaiveDate) -> Self {
        let day = Day::new(as_of);
        let main = dossier.posts.iter().filter(|post| post.main);
        let newest = |post: &&Post| {
            (post.from.map(dossier::PartialDate::first_day), std::cmp::Reverse(post.at.clone()))
        };
        let open = main.clone().filter(|post| !post.is_reversed() && post.is_open(&day)).max_by_key(newest);
        let last = || main.filter(|post| day.begun(post.from)).max_by_key(newest);
        let unit = open.or_else(last).map(|post| post.unit.clone());
        let office = person.office.clone().or_else(|| around.units.office_of(unit.as_ref()?).cloned());
        Self { unit, office, turns_on: day.turns_on() }
    }
}

/// Whom lines are about.
pub(crate) struct Subject<'a> {
    pub(crate) of: &'a RecordRef,
    pub(crate) person: Option<&'a RecordKey>,
    pub(crate) unit: Option<&'a RecordKey>,
    pub(crate) office: Option<&'a RecordKey>,
}

/// The finished verdicts of one rule about one subject.
pub(crate) fn verdicts_of(
    lines: Lines,
    rule: &Rule,
    subject: &Subject<'_>,
    turns_on: Option<NaiveDate>,
) -> impl Iterator<Item = Verdict> {
    lines.0.into_iter().map(move |(clause, line)| {
        let evidence: Vec<RecordRef> = line.records.into_iter().collect();
        let facts: Vec<String> = line.facts.into_iter().collect();
        let missing: Vec<String> = line.missing.into_iter().collect();
        let name_only = line.name_only && line.outcome == Outcome::Hit;
        let words: Vec<String> = line.words.into_iter().collect();
        Verdict {
            outcome: line.outcome,
            category: rule.category,
            clause,
            severity: line.severity,
            person: subject.person.cloned(),
            unit: subject.unit.cloned(),
            office: subject.office.cloned(),
            fingerprint: Verdict::fingerprint_of(rule.category, clause, subject.of, &evidence, &facts),
            explain: explain(rule.category, line.outcome, &words, &missing, name_only),
            evidence,
            facts,
            since: line.since,
            until: line.until,
            rule_version: rule.version.clone(),
            missing,
            name_only,
            turns_on,
        }
    })
}

/// The sentence that an office reads.
fn explain(
    category: Category,
    outcome: Outcome,
    words: &[String],
    missing: &[String],
    name_only: bool,
) -> String {
    let title = category.title();
    let words = if words.is_empty() { String::new() } else { format!("：{}", words.join("；")) };
    match outcome {
        Outcome::Hit if name_only => format!("疑似{title}（疑似同名，待核实身份）{words}。需核实。"),
        Outcome::Hit => format!("疑似{title}{words}。需核实。"),
        Outcome::Near => format!("临近{title}{words}。请提前关注。"),
        Outcome::DataGap => {
            let fields: Vec<String> = missing.iter().map(|field| chinese_field(field)).collect();
            format!("{title}无法判断{words}。缺少：{}。请补充后再核实。", fields.join("、"))
        }
    }
}

/// `relative:R1.migration` as 家庭成员“R1”的移居情况.
pub fn chinese_field(missing: &str) -> String {
    let Some((kind, rest)) = missing.split_once(':') else { return missing.to_owned() };
    if kind == "calendar" {
        return format!("{rest}年的放假安排");
    }
    let Some(kind) = Kind::parse(kind) else { return missing.to_owned() };
    match rest.rsplit_once('.') {
        Some((key, slug)) => {
            let header = kind.declaration().column(slug).map_or(slug, |column| column.header);
            format!("{}“{key}”的{header}", kind.title())
        }
        None => format!("{}记录", kind.title()),
    }
}
