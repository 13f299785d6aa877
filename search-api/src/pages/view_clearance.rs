//! From stored answer rows to the rows of the page. The answer says what was decided; here it only gets
//! titles, names and words, for all rows of a page at once.

use std::collections::{BTreeSet, HashMap};

use archive::Stored;
use chrono::NaiveDate;
use dossier::name::name_key;
use dossier::{Kind, PartialDate, RecordKey};

use super::view_mention::Sources;
use crate::api::shapes::{self, Row};
use crate::app::App;
use crate::console::bar::InfluenceBar;
use crate::console::clearance::{
    Because, ClearanceRow, InputLine, MatchedBy, Opinion, PersonBrief, Problem, RowState, ShownRecord,
};
use crate::console::search::OtherName;
use crate::failure::Failure;
use crate::view::View;

/// What rows refer to.
struct Referred {
    texts: Sources,
    former_names: HashMap<String, Vec<String>>,
    findings: HashMap<(String, String), String>,
    units: HashMap<String, String>,
}

/// The rows of a page.
pub(super) async fn rows(
    app: &App,
    view: &View,
    rows: Vec<Row>,
    as_of: NaiveDate,
) -> Result<Vec<ClearanceRow>, Failure> {
    let referred = Referred::load(view, &rows).await?;
    let others = suggested(app, view, &rows).await?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let mut line = line(row, &referred, as_of)?;
        if may_be_another(line.state) {
            line.suggested = others.get(&line.input.name).cloned().unwrap_or_default();
        }
        lines.push(line);
    }
    Ok(lines)
}

/// Where nothing was found, the name may be written otherwise than its dossier.
fn may_be_another(state: RowState) -> bool {
    match state {
        RowState::Clear | RowState::NoDossier | RowState::Incomplete => true,
        RowState::Hit | RowState::Possible | RowState::Ambiguous | RowState::Error => false,
    }
}

/// Names of dossiers that look or sound like those of rows without a finding, by the name asked for: made now, of
/// the names that the reader may see, and no part of the stored answer.
async fn suggested(app: &App, view: &View, rows: &[Row]) -> Result<HashMap<String, Vec<OtherName>>, Failure> {
    let asked: BTreeSet<&String> = rows
        .iter()
        .filter(|row| RowState::from_slug(&row.state).is_some_and(may_be_another))
        .map(|row| &row.input.name)
        .collect();
    let asked: Vec<String> = asked.into_iter().cloned().collect();
    let found = clearance::suggest_names(view.reader.archive(), app.index(), &asked, view.today).await?;
    let found = super::view_search::suggested(view, &found, &[]).await?;
    Ok(found.into_iter().map(|one| (one.name, one.others)).collect())
}

impl Referred {
    async fn load(view: &View, rows: &[Row]) -> Result<Self, Failure> {
        let mentions = keys(rows.iter().flat_map(|row| &row.mentions).map(|mention| mention.text.as_str()));
        let texts = Sources::load(view, &mentions).await?;
        let persons = keys(rows.iter().filter_map(|row| row.person.as_deref()));
        let persons = view.snapshot.records(Kind::Person, &persons).await?;
        let former =
            |stored: Stored| (stored.record.key.to_string(), stored.fields.list("former_names").to_vec());
        let mut findings = HashMap::new();
        for kind in [Kind::Finding, Kind::Recommendation] {
            let of_kind =
                rows.iter().flat_map(|row| &row.unit_findings).filter(|finding| finding.kind == kind.slug());
            let of_kind = keys(of_kind.map(|finding| finding.id.as_str()));
            let stored = view.snapshot.records(kind, &of_kind).await?;
            findings.extend(stored.iter().map(|stored| {
                ((kind.slug().to_owned(), stored.record.key.to_string()), finding_words(stored))
            }));
        }
        let units = units(view, rows).await?;
        Ok(Self { texts, former_names: persons.into_iter().map(former).collect(), findings, units })
    }
}

/// The keys of the units that answers name, where only one unit bears the name today: an answer keeps the name alone.
async fn units(view: &View, rows: &[Row]) -> Result<HashMap<String, String>, Failure> {
    let named: BTreeSet<&String> =
        rows.iter().flat_map(|row| &row.candidates).filter_map(|one| one.unit.as_ref()).collect();
    let keys: Vec<String> = named.iter().map(|name| name_key(name)).collect();
    let mut found: HashMap<String, Vec<String>> = HashMap::new();
    for (key, unit) in view.snapshot.units_by_names(&keys).await? {
        found.entry(key).or_default().push(unit.to_string());
    }
    let one = |name: &&String| match found.get(&name_key(name)).map(Vec::as_slice) {
        Some([unit]) => Some(((*name).clone(), unit.clone())),
        _ => None,
    };
    Ok(named.iter().filter_map(one).collect())
}

fn keys<'k>(keys: impl Iterator<Item = &'k str>) -> Vec<RecordKey> {
    keys.filter_map(|key| RecordKey::new(key).ok()).collect()
}

fn finding_words(stored: &Stored) -> String {
    let text = |slug| stored.fields.text(slug).unwrap_or_default();
    match stored.record.kind {
        Kind::Recommendation => format!("所在单位收到{}：{}", text("type"), text("reason")),
        _ => format!("所在单位{}发现问题：{}", text("source"), text("problem")),
    }
}

fn line(row: Row, referred: &Referred, as_of: NaiveDate) -> Result<ClearanceRow, Failure> {
    let unknown = |what: &str| Failure::Internal(format!("a stored answer has an unknown {what}"));
    let person = row.person.as_deref().map(|key| person(key, &row.candidates, &referred.units));
    let mut names: Vec<&str> = vec![row.input.name.as_str()];
    names.extend(person.as_ref().map(|person| person.name.as_str()));
    let former = person.as_ref().and_then(|person| referred.former_names.get(&person.id));
    names.extend(former.into_iter().flatten().map(String::as_str));
    let mentions = row.mentions.iter().map(|mention| referred.texts.stored(mention, &names));
    let mentions = mentions.collect::<Option<Vec<_>>>().ok_or_else(|| unknown("tier"))?;
    let candidates = match person {
        Some(_) => Vec::new(),
        None => row.candidates.iter().map(|one| candidate(one, &referred.units)).collect(),
    };
    let person_id = row.person.unwrap_or_default();
    let records = row.records.iter().map(|record| shown(record, &person_id)).collect::<Option<Vec<_>>>();
    Ok(ClearanceRow {
        number: u64::from(row.row),
        state: RowState::from_slug(&row.state).ok_or_else(|| unknown("state"))?,
        matched_by: row.matched_by.as_deref().and_then(MatchedBy::from_slug),
        opinion: row.opinion.as_deref().and_then(Opinion::from_slug),
        influence: row.records.iter().filter_map(|record| bar(record, as_of)).collect(),
        records: records.ok_or_else(|| unknown("reason"))?,
        unit_findings: row.unit_findings.iter().map(|finding| finding_line(finding, referred)).collect(),
        mentions_outside_period: row.mentions_outside_period,
        problems: row.problems.into_iter().map(|p| Problem { code: p.code, message: p.message }).collect(),
        input: InputLine {
            name: row.input.name.clone(),
            id_number: row.input.id_number,
            unit: row.input.unit,
            post: row.input.post,
        },
        person,
        candidates,
        mentions,
        suggested: Vec::new(),
    })
}

fn person(key: &str, candidates: &[shapes::Candidate], units: &HashMap<String, String>) -> PersonBrief {
    let listed = candidates.iter().find(|candidate| candidate.person == key);
    listed.map_or_else(
        || PersonBrief {
            id: key.to_owned(),
            name: key.to_owned(),
            birth: String::new(),
            unit: String::new(),
            unit_id: String::new(),
            post: String::new(),
            id_tail: String::new(),
        },
        |listed| candidate(listed, units),
    )
}

fn candidate(candidate: &shapes::Candidate, units: &HashMap<String, String>) -> PersonBrief {
    let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
    PersonBrief {
        id: candidate.person.clone(),
        name: candidate.name.clone(),
        birth: or_empty(&candidate.birth),
        unit_id: candidate.unit.as_ref().and_then(|unit| units.get(unit)).cloned().unwrap_or_default(),
        unit: or_empty(&candidate.unit),
        post: or_empty(&candidate.post),
        id_tail: or_empty(&candidate.id_tail),
    }
}

fn shown(record: &shapes::ShownRecord, person_id: &str) -> Option<ShownRecord> {
    let known = Kind::parse(&record.kind);
    let title: &str = if let Some(kind) = known { kind.title() } else { &record.kind };
    let because = match record.shown_because.as_str() {
        "period" => Because::Period,
        "influence" => Because::Influence { until: record.until },
        "open" => Because::Open,
        "expelled" => Because::Expelled,
        _ => return None,
    };
    Some(ShownRecord {
        kind: title.to_owned(),
        anchor: format!("{}-{}", record.kind, record.id),
        person_id: person_id.to_owned(),
        date: record.date.clone().unwrap_or_default(),
        summary: without_title(&record.summary, title).to_owned(),
        because,
    })
}

/// The table's name stands beside the summary already.
fn without_title<'s>(summary: &'s str, title: &str) -> &'s str {
    summary.strip_prefix(title).and_then(|rest| rest.strip_prefix('：')).unwrap_or(summary)
}

/// An influence that the answer says to run, as a bar.
fn bar(record: &shapes::ShownRecord, as_of: NaiveDate) -> Option<InfluenceBar> {
    let runs = record.until.is_some() || record.shown_because == "influence";
    let from = PartialDate::parse(record.date.as_deref()?).ok()?.first_day();
    let kind = Kind::parse(&record.kind)?;
    let words = without_title(&record.summary, kind.title());
    let label: Vec<&str> = words.split('，').take(2).collect();
    runs.then(|| InfluenceBar {
        label: label.join(""),
        from,
        until: record.until,
        as_of,
        basis: String::new(),
    })
}

fn finding_line(finding: &shapes::UnitFinding, referred: &Referred) -> String {
    let known = referred.findings.get(&(finding.kind.clone(), finding.id.clone()));
    let words = known.cloned().unwrap_or_else(|| format!("所在单位有巡察审计问题 {}", finding.id));
    format!("{words}（{}）", if finding.open { "未整改" } else { "已整改" })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn record(because: &str, until: Option<&str>) -> shapes::ShownRecord {
        shapes::ShownRecord {
            kind: "sanction".to_owned(),
            id: "S01".to_owned(),
            date: Some("2026-03".to_owned()),
            shown_because: because.to_owned(),
            until: until.map(|day| day.parse().unwrap()),
            summary: "处分：党纪，严重警告，样例纪委".to_owned(),
            opinion: None,
            wording: None,
            basis: None,
        }
    }

    #[test]
    fn a_shown_record_says_its_table_once_and_why_it_is_shown() {
        let view = shown(&record("influence", Some("2027-09-30")), "P1").unwrap();
        assert_eq!((view.kind.as_str(), view.summary.as_str()), ("处分", "党纪，严重警告，样例纪委"));
        assert_eq!(view.anchor, "sanction-S01");
        assert_eq!(view.because, Because::Influence { until: "2027-09-30".parse().ok() });
        assert!(shown(&record("brand_new", None), "P1").is_none());
    }

    #[test]
    fn only_an_influence_that_runs_gets_a_bar() {
        let as_of = "2026-11-23".parse().unwrap();
        assert!(bar(&record("period", None), as_of).is_none());
        let running = bar(&record("period", Some("2027-09-30")), as_of).unwrap();
        assert_eq!(
            (running.label.as_str(), running.from.to_string().as_str()),
            ("党纪严重警告", "2026-03-01")
        );
        assert!(bar(&record("influence", None), as_of).unwrap().until.is_none());
    }
}
