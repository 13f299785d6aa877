//! Facets, filters and pages of a search equal a plain count over the records, for random queries; and a
//! company or an address leads to the persons tied to it.

#![allow(clippy::unwrap_used, reason = "these are tests")]

mod dice;

use std::collections::BTreeMap;

use archive::{Archive, ImportMode, ImportStart, Incoming, IncomingText, OpenOptions};
use chrono::{DateTime, Utc};
use dice::Dice;
use dossier::{Draft, Fields, Kind, PartialDate, RecordKey, Value};
use indexer::{Index, Order, Query, SearchRequest, search};

fn now() -> DateTime<Utc> {
    "2026-11-20T01:00:00Z".parse().unwrap()
}

/// A text as the plain count sees it.
#[derive(Clone)]
struct Plain {
    key: String,
    class: &'static str,
    unit: &'static str,
    persons: Vec<&'static str>,
    year: Option<&'static str>,
    content: String,
}

const WORDS: &[&str] = &["采购", "礼金", "补贴", "宏达公司", "东风路12号", "王伟", "李红梅", "谈话"];
const CLASSES: &[&str] = &["通报", "新闻", "处分决定"];
const UNITS: &[&str] = &["U1", "U2", "U3"];
const PERSONS: &[&str] = &["P1", "P2", "P3"];
const YEARS: &[&str] = &["2019", "2021", "2023"];

fn plain(dice: &mut Dice, at: usize) -> Plain {
    let content = (0..=dice.roll(4)).map(|_| dice.of(WORDS)).collect::<Vec<_>>().join("，");
    let mut persons: Vec<&str> = (0..dice.roll(3)).map(|_| dice.of(PERSONS)).collect();
    persons.sort_unstable();
    persons.dedup();
    let year = (dice.roll(4) > 0).then(|| dice.of(YEARS));
    Plain { key: format!("T{at:03}"), class: dice.of(CLASSES), unit: dice.of(UNITS), persons, year, content }
}

fn incoming(text: &Plain) -> Incoming {
    let mut fields = Fields::new();
    fields.set("kind", Value::Text(text.class.to_owned()));
    fields.set("unit", Value::Text(text.unit.to_owned()));
    fields.set("persons", Value::List(text.persons.iter().map(|&person| person.to_owned()).collect()));
    if let Some(year) = text.year {
        fields.set("date", Value::Date(PartialDate::parse(&format!("{year}-05-06")).unwrap()));
    }
    let key = Some(RecordKey::new(&text.key).unwrap());
    Incoming::Text(IncomingText {
        draft: Draft { kind: Kind::Text, key, fields },
        content: text.content.clone(),
        extractor: "json/1".to_owned(),
        file_sha256: None,
    })
}

type Means = Box<dyn Fn(&Plain) -> bool>;

/// A query as typed, and which texts it means.
fn question(dice: &mut Dice) -> (String, Means) {
    let (a, b, not) = (dice.of(WORDS), dice.of(WORDS), dice.of(WORDS));
    let (class, unit, year) = (dice.of(CLASSES), dice.of(UNITS), dice.of(YEARS));
    let person = dice.of(PERSONS);
    match dice.roll(13) {
        6 => (
            format!("\"{a}\" 人员:{person}"),
            Box::new(move |t: &Plain| t.content.contains(a) && t.persons.contains(&person)),
        ),
        7 => (
            format!("\"{a}\" -类别:{class} NOT 单位:{unit}"),
            Box::new(move |t: &Plain| t.content.contains(a) && t.class != class && t.unit != unit),
        ),
        8 => (
            format!("\"{a}\" NOT 人员:{person}"),
            Box::new(move |t: &Plain| t.content.contains(a) && !t.persons.contains(&person)),
        ),
        9 => (
            format!("\"{a}\" OR \"{b}\" AND NOT \"{not}\""),
            Box::new(move |t: &Plain| {
                (t.content.contains(a) || t.content.contains(b)) && !t.content.contains(not)
            }),
        ),
        10 => (
            format!("类别:{class} 单位:{unit}"),
            Box::new(move |t: &Plain| t.class == class && t.unit == unit),
        ),
        11 => (
            format!("人员:{person} 日期:{year}.."),
            Box::new(move |t: &Plain| t.persons.contains(&person) && t.year.is_some_and(|own| own >= year)),
        ),
        0 => (format!("\"{a}\""), Box::new(move |t: &Plain| t.content.contains(a))),
        1 => (
            format!("\"{a}\" \"{b}\""),
            Box::new(move |t: &Plain| t.content.contains(a) && t.content.contains(b)),
        ),
        2 => (
            format!("\"{a}\" OR \"{b}\""),
            Box::new(move |t: &Plain| t.content.contains(a) || t.content.contains(b)),
        ),
        3 => (
            format!("\"{a}\" -\"{not}\""),
            Box::new(move |t: &Plain| t.content.contains(a) && !t.content.contains(not)),
        ),
        4 => (
            format!("\"{a}\" 类别:{class}"),
            Box::new(move |t: &Plain| t.content.contains(a) && t.class == class),
        ),
        5 => (
            format!("单位:{unit} \"{a}\""),
            Box::new(move |t: &Plain| t.content.contains(a) && t.unit == unit),
        ),
        _ => (
            format!("\"{a}\" 日期:{year}"),
            Box::new(move |t: &Plain| t.content.contains(a) && t.year == Some(year)),
        ),
    }
}

fn counted<'a>(values: impl Iterator<Item = &'a str>) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for value in values {
        *counts.entry(value.to_owned()).or_insert(0) += 1;
    }
    counts
}

fn facet_counts(facets: &indexer::Facets) -> BTreeMap<String, u64> {
    facets.iter().map(|facet| (facet.value.to_string(), facet.count)).collect()
}

async fn office(texts: &[Plain]) -> (tempfile::TempDir, Index) {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::open(folder.path(), &OpenOptions::default(), now()).await.unwrap();
    add(&archive, texts.iter().map(incoming).collect(), "1").await;
    let index = Index::open(&folder.path().join("index")).unwrap();
    indexer::follow(&archive, &index, "test").await.unwrap();
    (folder, index)
}

async fn add(archive: &Archive, batch: Vec<Incoming>, fingerprint: &str) {
    let start = ImportStart {
        source: "test".to_owned(),
        mode: ImportMode::Add,
        fingerprint: fingerprint.to_owned(),
        actor: "operator".to_owned(),
        dry_run: false,
        confirm_retire: false,
    };
    let mut run = archive.begin_import(start, now()).await.unwrap();
    run.put(batch, now()).await.unwrap();
    run.finish(&serde_json::Value::Null, now()).await.unwrap();
}

#[tokio::test]
async fn facets_totals_and_pages_equal_a_plain_count() {
    let mut dice = Dice(16_436_853);
    let texts: Vec<Plain> = (0..150).map(|at| plain(&mut dice, at)).collect();
    let (_folder, index) = office(&texts).await;
    let searcher = index.searcher().unwrap();
    for _ in 0..160 {
        let (typed, means) = question(&mut dice);
        let expected_texts: Vec<&Plain> = texts.iter().filter(|text| means(text)).collect();
        let query = Query::parse(&typed).unwrap();
        for order in [Order::Best, Order::Newest] {
            let mut keys: Vec<String> = Vec::new();
            // Pages of seven, to the last one and one beyond it.
            for offset in (0..=expected_texts.len() + 7).step_by(7) {
                let request = SearchRequest {
                    query: query.clone(),
                    order,
                    offset,
                    limit: 7,
                    ..SearchRequest::default()
                };
                let answer = search(&searcher, &request).unwrap();
                assert_eq!(answer.total, expected_texts.len() as u64, "{typed}");
                assert_eq!(
                    facet_counts(&answer.classes),
                    counted(expected_texts.iter().map(|t| t.class)),
                    "{typed}"
                );
                assert_eq!(
                    facet_counts(&answer.units),
                    counted(expected_texts.iter().map(|t| t.unit)),
                    "{typed}"
                );
                assert_eq!(
                    facet_counts(&answer.years),
                    counted(expected_texts.iter().filter_map(|t| t.year)),
                    "{typed}"
                );
                let persons = expected_texts.iter().flat_map(|t| t.persons.iter().copied());
                assert_eq!(facet_counts(&answer.persons), counted(persons), "{typed}");
                keys.extend(answer.hits.iter().map(|hit| hit.record.key.to_string()));
            }
            if order == Order::Newest {
                let year =
                    |key: &String| texts.iter().find(|text| text.key == *key).unwrap().year.unwrap_or("");
                assert!(keys.windows(2).all(|pair| year(&pair[0]) >= year(&pair[1])), "{typed}: {keys:?}");
            }
            keys.sort_unstable();
            let expected: Vec<String> = expected_texts.iter().map(|text| text.key.clone()).collect();
            assert_eq!(keys, expected, "{typed}: every hit on one page, and on one only");
        }
    }
}

#[tokio::test]
async fn a_page_far_beyond_the_end_is_empty_and_the_last_one_is_whole() {
    let mut dice = Dice(99);
    let texts: Vec<Plain> = (0..30).map(|at| plain(&mut dice, at)).collect();
    let (_folder, index) = office(&texts).await;
    let searcher = index.searcher().unwrap();
    for order in [Order::Best, Order::Newest] {
        for (offset, limit, expected) in
            [(29, 50, 1), (30, 50, 0), (usize::MAX, usize::MAX, 0), (0, usize::MAX, 30), (5, 0, 0)]
        {
            let all = SearchRequest { order, offset, limit, ..SearchRequest::default() };
            let answer = search(&searcher, &all).unwrap();
            assert_eq!((answer.total, answer.hits.len()), (30, expected), "{offset} {limit}");
        }
    }
}

#[tokio::test]
async fn what_has_come_or_changed_since_a_version_is_told_apart() {
    let mut dice = Dice(7);
    let mut texts: Vec<Plain> = (0..20).map(|at| plain(&mut dice, at)).collect();
    for text in &mut texts {
        text.content.push_str("，津贴");
    }
    let (folder, index) = office(&texts[..12]).await;
    let version = index.watermark().unwrap();
    let since = |after| SearchRequest {
        query: Query::parse("“津贴”").unwrap(),
        changed_after: Some(after),
        limit: 50,
        ..SearchRequest::default()
    };
    let keys = |answer: indexer::Answer| {
        let mut keys: Vec<String> = answer.hits.iter().map(|hit| hit.record.key.to_string()).collect();
        keys.sort();
        keys
    };
    assert_eq!(search(&index.searcher().unwrap(), &since(version)).unwrap().total, 0);
    let archive = Archive::open(folder.path(), &OpenOptions::default(), now()).await.unwrap();
    texts[3].content.push_str("，再改");
    let batch = texts[12..].iter().chain([&texts[3], &texts[4]]).map(incoming).collect();
    add(&archive, batch, "2").await;
    indexer::follow(&archive, &index, "test").await.unwrap();
    let found = search(&index.searcher().unwrap(), &since(version)).unwrap();
    let mut expected: Vec<String> =
        texts[12..].iter().chain([&texts[3]]).map(|text| text.key.clone()).collect();
    expected.sort();
    assert_eq!(
        keys(found),
        expected,
        "new ones and the one that changed; not the one that came again as it was"
    );
    assert_eq!(search(&index.searcher().unwrap(), &since(0)).unwrap().total, 20);
}

#[tokio::test]
async fn a_company_leads_to_the_persons_tied_to_it_and_to_what_ties_them() {
    let mut dice = Dice(5);
    let texts: Vec<Plain> = (0..120).map(|at| plain(&mut dice, at)).collect();
    let (_folder, index) = office(&texts).await;
    let searcher = index.searcher().unwrap();
    let request =
        SearchRequest {
            query: Query::parse("“宏达公司”").unwrap(), limit: 5, ..SearchRequest::default()
        };
    let answer = search(&searcher, &request).unwrap();
    let persons: Vec<String> =
        answer.persons.iter().map(|facet| facet.value.to_string()).chain(["P9".to_owned()]).collect();
    let ties = indexer::ties(&searcher, &request, None, &persons, 3).unwrap();
    assert_eq!(ties.len(), answer.persons.len(), "who is not tied is left out");
    for (tie, facet) in ties.iter().zip(answer.persons.iter()) {
        let both =
            |text: &&Plain| text.content.contains("宏达公司") && text.persons.contains(&tie.person.as_str());
        let expected: Vec<&Plain> = texts.iter().filter(both).collect();
        assert_eq!((tie.count, facet.count), (expected.len() as u64, expected.len() as u64));
        assert_eq!(facet_counts(&tie.classes), counted(expected.iter().map(|text| text.class)));
        assert_eq!(tie.records.len(), expected.len().min(3));
        assert!(tie.records.iter().all(|record| expected.iter().any(|text| text.key == record.key.as_str())));
    }
}
