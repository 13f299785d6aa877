//! The records of persons: which ones an answer lists, why, and what they suggest.

use std::collections::{BTreeSet, HashMap, HashSet};

use archive::{Columns, Snapshot, Stored};
use chrono::NaiveDate;
use dossier::day::Period;
use dossier::influence::{Decision, InfluenceTable, Span, expulsions, influence, running_span};
use dossier::opinion::Opinion;
use dossier::shown::{ShownBecause, Standing, shown};
use dossier::{Fields, Kind, RecordKey, RecordRef};

use crate::answer::{ShownRecord, UnitFinding};
use crate::error::ClearanceError;
use crate::judge::judge;
use crate::wording::{basis, wording};

/// The kinds that a clearance lists.
pub(crate) fn listed_kinds() -> Vec<Kind> {
    Kind::ALL.iter().copied().filter(|kind| kind.declaration().clearance.is_some()).collect()
}

/// What was gathered about one person.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gathered {
    pub(crate) records: Vec<ShownRecord>,
    /// The worst of what the listed records suggest.
    pub(crate) opinion: Option<Opinion>,
}

/// The question put to the records.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question {
    pub(crate) period: Period,
    pub(crate) as_of: NaiveDate,
}

/// The listed records of `persons`, in one pass.
pub(crate) async fn records_of(
    snapshot: &Snapshot,
    persons: &[RecordKey],
    question: Question,
    table: &InfluenceTable,
) -> Result<HashMap<RecordKey, Gathered>, ClearanceError> {
    let mut by_person: HashMap<RecordKey, Vec<Columns>> = HashMap::new();
    for columns in snapshot.columns_of_persons(persons, &listed_kinds(), |columns| columns).await? {
        if let Some(person) = columns.person.clone() {
            by_person.entry(person).or_default().push(columns);
        }
    }
    Ok(by_person.into_iter().map(|(person, records)| (person, list(&records, question, table))).collect())
}

fn list(records: &[Columns], question: Question, table: &InfluenceTable) -> Gathered {
    let standings = Standings::of(records, table, question.as_of);
    let has_case = records.iter().any(|columns| columns.record.kind == Kind::Case);
    let mut gathered = Gathered::default();
    for Columns { record, fields, .. } in records {
        let kind = record.kind;
        let standing = standings.of_record(record);
        let Some(because) = shown(kind, fields, standing, question.period, question.as_of) else {
            continue;
        };
        let opinion = judge(kind, fields, standing, has_case, question.as_of);
        gathered.opinion = Some(gathered.opinion.map_or(opinion, |worst| worst.max(opinion)));
        let span = standings.span_of(record);
        gathered.records.push(ShownRecord {
            opinion,
            wording: wording(kind, fields, standing, opinion),
            basis: basis(kind, opinion, standing, span),
            ..shown_record(record, fields, because, standing)
        });
    }
    gathered.records.sort_by(|a, b| (&a.date, a.kind, &a.id).cmp(&(&b.date, b.kind, &b.id)));
    gathered
}

fn shown_record(
    record: &RecordRef,
    fields: &Fields,
    because: ShownBecause,
    standing: Standing,
) -> ShownRecord {
    let declaration = record.kind.declaration();
    let date = declaration.day.and_then(|slug| fields.date(slug)).map(|date| date.to_string());
    ShownRecord {
        kind: record.kind.slug(),
        id: record.key.clone(),
        date,
        shown_because: because,
        until: match standing {
            Standing::Running(until) => until,
            Standing::Ended | Standing::NotYet | Standing::Expelled => None,
        },
        summary: summary(record, fields),
        opinion: Opinion::None,
        wording: String::new(),
        basis: String::new(),
    }
}

/// One line in Chinese: the table's name and the columns that its declaration names.
pub(crate) fn summary(record: &RecordRef, fields: &Fields) -> String {
    let declaration = record.kind.declaration();
    let columns = declaration.clearance.as_ref().map_or(&[] as &[&str], |rule| rule.summary);
    let parts: Vec<String> =
        columns.iter().filter_map(|slug| fields.get(slug)).map(dossier::Value::to_cell).collect();
    if parts.is_empty() {
        declaration.title.to_owned()
    } else {
        format!("{}：{}", declaration.title, parts.join("，"))
    }
}

/// How the decisions about one person stand on a day.
struct Standings {
    spans: Vec<Span>,
    expelled: HashSet<RecordRef>,
    not_yet: HashSet<RecordRef>,
    as_of: NaiveDate,
}

impl Standings {
    fn of(records: &[Columns], table: &InfluenceTable, as_of: NaiveDate) -> Self {
        let decisions = decisions(records.iter().map(|columns| (&columns.record, &columns.fields)));
        Self {
            spans: influence(&decisions, table, as_of),
            expelled: expulsions(&decisions, as_of).into_iter().collect(),
            not_yet: decisions
                .iter()
                .filter(|d| d.effective_on.first_day() > as_of)
                .map(|d| d.record.clone())
                .collect(),
            as_of,
        }
    }

    /// The span that the record belongs to, running or over.
    fn span_of(&self, record: &RecordRef) -> Option<&Span> {
        self.spans.iter().find(|span| span.records.contains(record))
    }

    fn of_record(&self, record: &RecordRef) -> Standing {
        if self.expelled.contains(record) {
            return Standing::Expelled;
        }
        if self.not_yet.contains(record) {
            return Standing::NotYet;
        }
        running_span(&self.spans, record, self.as_of)
            .map_or(Standing::Ended, |span| Standing::Running(span.last_blocked()))
    }
}

fn decisions<'r>(records: impl Iterator<Item = (&'r RecordRef, &'r Fields)>) -> Vec<Decision> {
    records.filter_map(|(record, fields)| Decision::from_fields(record.kind, &record.key, fields)).collect()
}

/// The influence periods of one dossier, for its page.
#[derive(Debug, Clone)]
pub struct DossierInfluence {
    /// Periods, by start.
    pub spans: Vec<Span>,
    /// Records of expulsion.
    pub expelled: Vec<RecordRef>,
}

/// The influence periods of a person's decisions on a day.
pub fn dossier_influence(records: &[Stored], table: &InfluenceTable, as_of: NaiveDate) -> DossierInfluence {
    let decisions = decisions(records.iter().map(|stored| (&stored.record, &stored.fields)));
    DossierInfluence { spans: influence(&decisions, table, as_of), expelled: expulsions(&decisions, as_of) }
}

/// Findings and recommendations of `units`.
pub(crate) async fn unit_findings(
    snapshot: &Snapshot,
    units: &BTreeSet<RecordKey>,
    as_of: NaiveDate,
) -> Result<HashMap<RecordKey, Vec<UnitFinding>>, ClearanceError> {
    let units: Vec<RecordKey> = units.iter().cloned().collect();
    let mut findings: HashMap<RecordKey, Vec<UnitFinding>> = HashMap::new();
    for stored in snapshot.records_of_units(&units, &[Kind::Finding, Kind::Recommendation]).await? {
        let Some(unit) = stored.unit.clone() else { continue };
        let done = stored.fields.date("rectified_on").is_some_and(|day| day.last_day() <= as_of);
        let ahead = stored
            .record
            .kind
            .declaration()
            .day
            .and_then(|slug| stored.fields.date(slug))
            .is_some_and(|day| day.first_day() > as_of);
        findings.entry(unit).or_default().push(UnitFinding {
            kind: stored.record.kind.slug(),
            id: stored.record.key.clone(),
            open: !done && !ahead,
        });
    }
    Ok(findings)
}
