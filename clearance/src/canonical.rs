//! The canonical form of an answered row, written straight from it: JSON with the members of every object in the
//! order of their names, no white space, and without what has a life of its own (open reminders, open conflicts).
//!
//! The same as `proof::canonical_row` makes of the row's JSON, which is what stored rows are read through; a test
//! holds the two together. A county's answer is written so in a fraction of the time.

use serde::Serialize;

use crate::answer::{Candidate, Mention, Problem, Row, ShownRecord, UnitFinding};
use crate::beside::CONFLICT;
use crate::error::ClearanceError;
use crate::input::Input;

#[derive(Serialize)]
struct CanonicalRow<'r> {
    candidates: Vec<CanonicalCandidate<'r>>,
    input: CanonicalInput<'r>,
    matched_by: Option<&'r str>,
    mentions: Vec<CanonicalMention<'r>>,
    mentions_outside_period: u64,
    opinion: Option<&'r str>,
    person: Option<&'r str>,
    problems: Vec<CanonicalProblem<'r>>,
    records: Vec<CanonicalRecord<'r>>,
    row: u32,
    state: &'r str,
    unit_findings: Vec<CanonicalFinding<'r>>,
}

#[derive(Serialize)]
struct CanonicalCandidate<'r> {
    birth: Option<&'r str>,
    id_tail: Option<&'r str>,
    name: &'r str,
    person: &'r str,
    post: Option<&'r str>,
    unit: Option<&'r str>,
}

#[derive(Serialize)]
struct CanonicalInput<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    birth: Option<&'r str>,
    id_number: Option<&'r str>,
    name: &'r str,
    post: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proposed_post: Option<&'r str>,
    unit: Option<&'r str>,
}

#[derive(Serialize)]
struct CanonicalMention<'r> {
    end: Option<u32>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    ocr: bool,
    quote: &'r str,
    start: Option<u32>,
    text: &'r str,
    tier: &'r str,
    why: &'r [String],
}

#[derive(Serialize)]
struct CanonicalRecord<'r> {
    basis: &'r str,
    date: Option<&'r str>,
    id: &'r str,
    kind: &'r str,
    opinion: &'r str,
    shown_because: dossier::shown::ShownBecause,
    summary: &'r str,
    until: Option<chrono::NaiveDate>,
    wording: &'r str,
}

#[derive(Serialize)]
struct CanonicalFinding<'r> {
    id: &'r str,
    kind: &'r str,
    open: bool,
}

#[derive(Serialize)]
struct CanonicalProblem<'r> {
    code: &'r str,
    message: &'r str,
}

/// The canonical form of `row`.
pub(crate) fn canonical_form(row: &Row) -> Result<String, ClearanceError> {
    let Row {
        row: number,
        input,
        state,
        person,
        matched_by,
        candidates,
        opinion,
        records,
        unit_findings,
        reminders: _,
        mentions,
        mentions_outside_period,
        problems,
    } = row;
    let row = CanonicalRow {
        candidates: candidates.iter().map(candidate).collect(),
        input: asked(input),
        matched_by: matched_by.map(crate::resolve::MatchedBy::slug),
        mentions: mentions.iter().map(mention).collect(),
        mentions_outside_period: *mentions_outside_period,
        opinion: opinion.map(dossier::opinion::Opinion::slug),
        person: person.as_ref().map(dossier::RecordKey::as_str),
        problems: problems.iter().filter(|problem| problem.code != CONFLICT).map(problem).collect(),
        records: records.iter().map(record).collect(),
        row: *number,
        state,
        unit_findings: unit_findings.iter().map(finding).collect(),
    };
    serde_json::to_string(&row).map_err(|error| ClearanceError::Format(error.to_string()))
}

fn candidate(one: &Candidate) -> CanonicalCandidate<'_> {
    let Candidate { person, name, unit, post, birth, id_tail } = one;
    CanonicalCandidate {
        birth: birth.as_deref(),
        id_tail: id_tail.as_deref(),
        name,
        person: person.as_str(),
        post: post.as_deref(),
        unit: unit.as_deref(),
    }
}

fn asked(input: &Input) -> CanonicalInput<'_> {
    let Input { name, id_number, unit, post, birth, proposed_post } = input;
    CanonicalInput {
        birth: birth.as_deref(),
        id_number: id_number.as_deref(),
        name,
        post: post.as_deref(),
        proposed_post: proposed_post.as_deref(),
        unit: unit.as_deref(),
    }
}

fn mention(one: &Mention) -> CanonicalMention<'_> {
    let Mention { text, tier, start, end, quote, why, ocr } = one;
    CanonicalMention {
        end: *end,
        ocr: *ocr,
        quote,
        start: *start,
        text: text.as_str(),
        tier: tier.slug(),
        why,
    }
}

fn record(one: &ShownRecord) -> CanonicalRecord<'_> {
    let ShownRecord { kind, id, date, shown_because, until, summary, opinion, wording, basis } = one;
    CanonicalRecord {
        basis,
        date: date.as_deref(),
        id: id.as_str(),
        kind,
        opinion: opinion.slug(),
        shown_because: *shown_because,
        summary,
        until: *until,
        wording,
    }
}

fn finding(one: &UnitFinding) -> CanonicalFinding<'_> {
    let UnitFinding { kind, id, open } = one;
    CanonicalFinding { id: id.as_str(), kind, open: *open }
}

fn problem(one: &Problem) -> CanonicalProblem<'_> {
    let Problem { code, message } = one;
    CanonicalProblem { code, message }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(crate) mod tests {
    use dossier::RecordKey;
    use dossier::opinion::Opinion;
    use dossier::shown::ShownBecause;
    use serde_json::json;

    use super::*;
    use crate::answer::Tier;
    use crate::proof::canonical_row;
    use crate::resolve::MatchedBy;

    pub(crate) fn row(full: bool) -> Row {
        let key = |text: &str| RecordKey::new(text).unwrap();
        let some = |text: &str| full.then(|| text.to_owned());
        Row {
            row: 7,
            input: Input {
                name: "王　\"伟\"\n".to_owned(),
                id_number: some("11010519491231002X"),
                unit: some("水务局"),
                post: some(""),
                birth: some("1949-12"),
                proposed_post: some("局长"),
            },
            state: "hit",
            person: full.then(|| key("P1")),
            matched_by: full.then_some(MatchedBy::IdNumber),
            candidates: vec![Candidate {
                person: key("P1"),
                name: "王伟".to_owned(),
                unit: some("水务局"),
                post: some("科长"),
                birth: some("1949-12"),
                id_tail: some("002X"),
            }],
            opinion: full.then_some(Opinion::Unfit),
            records: vec![ShownRecord {
                kind: "sanction",
                id: key("S/1"),
                date: some("2021-03"),
                shown_because: ShownBecause::Influence,
                until: if full { "2022-09-02".parse().ok() } else { None },
                summary: "处分：党纪".to_owned(),
                opinion: Opinion::HandledOk,
                wording: "曾受……".to_owned(),
                basis: String::new(),
            }],
            unit_findings: vec![UnitFinding { kind: "finding", id: key("F9"), open: full }],
            reminders: vec![json!({"id": "R-1"})],
            mentions: vec![Mention {
                text: key("T1"),
                tier: Tier::Corroborated,
                start: full.then_some(3),
                end: full.then_some(5),
                quote: "\u{1f}𬭎 \\ 收受\t礼金".to_owned(),
                why: vec!["unit".to_owned(), "post".to_owned()],
                ocr: full,
            }],
            mentions_outside_period: 2,
            problems: vec![Problem::new(CONFLICT, "资料冲突"), Problem::new("identity_by_name", "请核对")],
        }
    }

    #[test]
    fn it_is_what_is_made_of_the_rows_json() {
        for full in [true, false] {
            let row = row(full);
            let by_json = canonical_row(&serde_json::to_value(&row).unwrap());
            assert_eq!(canonical_form(&row).unwrap(), by_json);
        }
    }
}
