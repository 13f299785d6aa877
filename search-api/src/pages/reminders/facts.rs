//! Why a reminder is there: what each rule said, the records that it rests on, and what is not known.

use std::collections::{BTreeMap, HashMap};

use alerts::categories::{Thresholds, cards};
use archive::{ReminderFact, Stored, VerdictFilter};
use dossier::{Category, Kind, RecordKey, RecordRef, ValueType};
use serde_json::Value;

use super::names::missing;
use crate::app::App;
use crate::console::reminders::{EvidenceView, FactView, requirement};
use crate::failure::Failure;
use crate::pages::segment;
use crate::pages::view_person::{Named, cell};
use crate::view::View;

/// Gaps of one subject that are looked through.
const GAPS: u32 = 200;

/// The facts, with their records as the reader may see them.
pub(super) async fn facts(
    view: &View,
    facts: &[ReminderFact],
    settings: Option<&alerts::sweep::Settings>,
) -> Result<Vec<FactView>, Failure> {
    let mut wanted: BTreeMap<Kind, Vec<RecordKey>> = BTreeMap::new();
    for record in facts.iter().flat_map(|fact| &fact.evidence).filter_map(|text| record_of(text)) {
        wanted.entry(record.kind).or_default().push(record.key);
    }
    let mut stored: Vec<Stored> = Vec::new();
    for (kind, mut keys) in wanted {
        keys.sort();
        keys.dedup();
        stored.extend(view.snapshot.records(kind, &keys).await?);
    }
    let named = Named::load(view, &stored).await?;
    let by_record: HashMap<String, &Stored> =
        stored.iter().map(|stored| (stored.record.to_string(), stored)).collect();
    let published = Thresholds::default();
    let numbers = settings.map_or(&published, |settings| &settings.thresholds);
    Ok(facts
        .iter()
        .filter_map(|fact| {
            let category = Category::parse(&fact.category)?;
            let clause =
                cards::clauses(category, numbers).into_iter().find(|clause| clause.letter == fact.clause);
            let rule =
                settings.and_then(|settings| settings.rules.iter().find(|rule| rule.category == category));
            Some(FactView {
                category: category.title().to_owned(),
                slug: category.slug().to_owned(),
                clause: fact.clause.clone(),
                severity: fact.severity,
                version: fact.rule_version.clone(),
                requirement: requirement(category),
                condition: clause.map(|clause| clause.text).unwrap_or_default(),
                basis: rule.map(|rule| rule.basis.clone()).unwrap_or_default(),
                explanation: fact.explanation.clone(),
                since: fact.since.map(|day| day.to_string()).unwrap_or_default(),
                evidence: fact
                    .evidence
                    .iter()
                    .filter_map(|text| evidence(text, &by_record, &named))
                    .collect(),
            })
        })
        .collect())
}

fn record_of(text: &str) -> Option<RecordRef> {
    let (kind, key) = text.split_once(':')?;
    Some(RecordRef::new(Kind::parse(kind)?, RecordKey::new(key).ok()?))
}

fn evidence(text: &str, by_record: &HashMap<String, &Stored>, named: &Named) -> Option<EvidenceView> {
    let record = record_of(text)?;
    let Some(stored) = by_record.get(text) else {
        let (href, source) = (String::new(), String::new());
        return Some(EvidenceView { kind: record.kind.title(), href, cells: Vec::new(), source });
    };
    let declaration = record.kind.declaration();
    let shown = declaration.columns.iter().filter(|column| {
        // Who reported is never shown, not even masked; whose record it is stands above.
        !column.sensitive
            && !matches!(column.value, ValueType::Key)
            && Some(column.slug) != declaration.person
    });
    let cells = shown
        .map(|column| (column.header.to_owned(), cell(stored, column, named)))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    let anchor = format!("{}-{}", record.kind.slug(), record.key);
    let person = stored.person.as_ref().map(|person| segment(person.as_str()));
    let href = match (person, record.kind) {
        (Some(person), Kind::Person) => format!("/persons/{person}"),
        (Some(person), _) => format!("/persons/{person}#{}", segment(&anchor)),
        (None, Kind::Unit) => format!("/units/{}", segment(record.key.as_str())),
        (None, _) => crate::pages::view_person::record_href(&record),
    };
    Some(EvidenceView { kind: record.kind.title(), href, cells, source: stored.source.clone() })
}

/// What the rules of the same categories would have to know about this subject and do not.
pub(super) async fn unknown(
    app: &App,
    view: &View,
    subject: &RecordRef,
    facts: &[ReminderFact],
) -> Result<Vec<String>, Failure> {
    let filter = VerdictFilter {
        outcome: Some(alerts::Outcome::DataGap.slug().to_owned()),
        subject: Some(subject.to_string()),
        limit: GAPS,
        ..VerdictFilter::default()
    };
    let withheld = &view.reader.scope().withheld;
    let mut unknown = Vec::new();
    for gap in app.archive().verdicts(&filter).await? {
        if !facts.iter().any(|fact| fact.category == gap.category) {
            continue;
        }
        for what in missing_of(&gap.body) {
            let kind = what.split(':').next().and_then(Kind::parse);
            if kind.is_some_and(|kind| withheld.contains(&kind)) {
                continue;
            }
            let (table, field) = missing(&what);
            let line = format!("{table}：{field}，档案未填（影响 {} 款的判断）", gap.clause);
            if !unknown.contains(&line) {
                unknown.push(line);
            }
        }
    }
    Ok(unknown)
}

/// The fields that a verdict's body names as missing.
pub(crate) fn missing_of(body: &str) -> Vec<String> {
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    let list = body.get("missing").and_then(Value::as_array).cloned().unwrap_or_default();
    list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}
