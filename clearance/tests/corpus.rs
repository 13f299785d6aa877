//! The labelled corpus: every name cleared over every text. Recall over all tiers must be 100 % of the
//! relevant pairs; the rest of the scorecard is printed. Skipped, and said so, where the corpus is absent.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use archive::{Archive, ImportMode, ImportStart, Incoming, IncomingText, OpenOptions};
use chrono::{DateTime, Utc};
use clearance::{ClearanceError, Head, Input, Request, Row, RowSink, Tier};
use dossier::{Draft, Fields, Kind, Period, RecordKey, Value};

fn corpus() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/dev");
    path.join("docs.jsonl").exists().then_some(path)
}

/// Says so, and lets the test run count it as skipped.
fn skip(reason: &str) {
    use std::io::Write as _;
    eprintln!("SKIPPED: {reason}");
    if let Some(list) = std::env::var_os("QINGJIAN_TEST_SKIPS") {
        let mut list = std::fs::OpenOptions::new().append(true).create(true).open(list).unwrap();
        writeln!(list, "labelled corpus: {reason}").unwrap();
    }
}

fn now() -> DateTime<Utc> {
    "2026-11-20T01:00:00Z".parse().unwrap()
}

#[derive(Default)]
struct Rows {
    rows: Vec<Row>,
    complete: bool,
}

impl RowSink for Rows {
    fn head(&mut self, head: &Head) -> Result<(), ClearanceError> {
        self.complete = head.coverage.complete;
        Ok(())
    }

    fn row(&mut self, row: &Row) -> Result<(), ClearanceError> {
        self.rows.push(row.clone());
        Ok(())
    }

    fn end(&mut self) -> Result<(), ClearanceError> {
        Ok(())
    }
}

fn draft(kind: Kind, key: &str, name: Option<&str>) -> Draft {
    let mut fields = Fields::new();
    if let Some(name) = name {
        fields.set("name", Value::Text(name.to_owned()));
    }
    Draft { kind, key: Some(RecordKey::new(key).unwrap()), fields }
}

async fn put(archive: &Archive, incoming: Vec<Incoming>) {
    let start = ImportStart {
        source: "corpus".to_owned(),
        mode: ImportMode::Add,
        fingerprint: incoming.len().to_string(),
        actor: "operator".to_owned(),
        dry_run: false,
        confirm_retire: false,
    };
    let mut run = archive.begin_import(start, now()).await.unwrap();
    let mut incoming = incoming.into_iter().peekable();
    while incoming.peek().is_some() {
        run.put(incoming.by_ref().take(2000).collect(), now()).await.unwrap();
    }
    run.finish(&serde_json::Value::Null, now()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_relevant_pair_of_the_labelled_corpus_is_found() {
    let Some(dir) = corpus() else {
        skip("the labelled corpus is not beside the project");
        return;
    };
    let mut judged: HashMap<(String, String), String> = HashMap::new();
    for line in std::fs::read_to_string(dir.join("qrels.tsv")).unwrap().lines().skip(1) {
        let mut cells = line.split('\t').map(str::to_owned);
        judged.insert((cells.next().unwrap(), cells.next().unwrap()), cells.next().unwrap());
    }
    let names: Vec<String> = judged
        .keys()
        .map(|(name, _)| name.clone())
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect();

    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::open(folder.path(), &OpenOptions::default(), now()).await.unwrap();
    // Masked names stand for nobody and have no dossier; they are asked for all the same.
    let persons = names.iter().enumerate().filter(|(_, name)| !dossier::name::is_masked(name));
    let persons = persons
        .map(|(at, name)| Incoming::Record(draft(Kind::Person, &format!("P{at:05}"), Some(name))))
        .collect();
    put(&archive, persons).await;
    let mut texts = Vec::new();
    for line in std::fs::read_to_string(dir.join("docs.jsonl")).unwrap().lines() {
        let document: serde_json::Value = serde_json::from_str(line).unwrap();
        texts.push(Incoming::Text(IncomingText {
            draft: draft(Kind::Text, document["id"].as_str().unwrap(), None),
            content: document["text"].as_str().unwrap().to_owned(),
            extractor: "json/1".to_owned(),
            file_sha256: None,
        }));
    }
    put(&archive, texts).await;
    let index = indexer::Index::open(&folder.path().join("index")).unwrap();
    indexer::follow(&archive, &index, "test").await.unwrap();

    let request = Request {
        inputs: names.iter().map(|name| Input::named(name)).collect(),
        period: Period::ALWAYS,
        as_of: "2026-11-20".parse().unwrap(),
        purpose: String::new(),
        accept_unique_names: false,
        actor: "operator".to_owned(),
    };
    let mut rows = Rows::default();
    clearance::clear(&archive, &index, &request, &mut rows, &now).await.unwrap();
    assert!(rows.complete, "the coverage is complete");
    assert_eq!(rows.rows.len(), names.len());

    // The best tier of each (name, text) pair.
    let mut best: HashMap<(String, String), Tier> = HashMap::new();
    for row in &rows.rows {
        for mention in &row.mentions {
            let pair = (row.input.name.clone(), mention.text.to_string());
            let tier = best.entry(pair).or_insert(mention.tier);
            *tier = (*tier).min(mention.tier);
        }
    }
    let missed: Vec<_> = judged
        .iter()
        .filter(|(pair, what)| *what == "relevant" && !best.contains_key(*pair))
        .map(|(pair, _)| pair)
        .collect();
    let full = score(&judged, &best);
    if std::env::var_os("QINGJIAN_CORPUS_DUMP").is_some() {
        dump(&judged, &best, &rows.rows);
    }
    assert!(
        missed.is_empty(),
        "{} relevant pairs missed, e.g. {:?}",
        missed.len(),
        missed.iter().take(5).collect::<Vec<_>>()
    );
    assert!(full.precision() >= 99.0, "precision of full Chinese names: {:.2} %", full.precision());
    assert!(full.hidden() <= 1.0, "full Chinese names only in word or inside: {:.2} %", full.hidden());
}

fn class(name: &str) -> &'static str {
    let chars: Vec<char> = name.chars().collect();
    if dossier::name::is_masked(name) {
        return "masked";
    }
    if name.contains(['·', '•', '．', '.']) {
        return "dotted";
    }
    if !chars.iter().all(|&c| dossier::normal::is_han(c)) {
        return "not Han";
    }
    let surnames = surnames();
    let compound: String = chars.iter().take(2).collect();
    let known = surnames.contains(&chars[0].to_string()) || (chars.len() > 2 && surnames.contains(&compound));
    if known && (2..=4).contains(&chars.len()) { "full Chinese name" } else { "other" }
}

fn surnames() -> &'static HashSet<String> {
    static SURNAMES: std::sync::OnceLock<HashSet<String>> = std::sync::OnceLock::new();
    SURNAMES.get_or_init(|| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/surnames.tsv");
        let text = std::fs::read_to_string(path).unwrap_or_default();
        text.lines().skip(1).filter_map(|line| line.split('\t').next()).map(str::to_owned).collect()
    })
}

#[derive(Default)]
struct Score {
    relevant: u32,
    found: u32,
    surely: u32,
    surely_wrong: u32,
}

impl Score {
    fn precision(&self) -> f64 {
        percent(self.surely, self.surely + self.surely_wrong)
    }

    fn hidden(&self) -> f64 {
        percent(self.found - self.surely, self.relevant)
    }
}

fn percent(part: u32, whole: u32) -> f64 {
    100.0 * f64::from(part) / f64::from(whole.max(1))
}

/// Prints the figures of each class and gives those of full Chinese names.
fn score(judged: &HashMap<(String, String), String>, best: &HashMap<(String, String), Tier>) -> Score {
    let mut classes: BTreeMap<&str, Score> = BTreeMap::new();
    for (pair, what) in judged {
        let score = classes.entry(class(&pair.0)).or_default();
        let tier = best.get(pair);
        let sure = tier.is_some_and(|tier| *tier <= Tier::Name);
        match what.as_str() {
            "relevant" => {
                score.relevant += 1;
                score.found += u32::from(tier.is_some());
                score.surely += u32::from(sure);
            }
            "not_relevant" => score.surely_wrong += u32::from(sure),
            _ => {}
        }
    }
    for (class, s) in &classes {
        eprintln!(
            "{class:18} relevant {:6}  recall {:7.3} %  precision {:6.2} %  only word/inside {:5.2} %",
            s.relevant,
            percent(s.found, s.relevant),
            s.precision(),
            s.hidden(),
        );
    }
    classes.remove("full Chinese name").unwrap_or_default()
}

/// Writes what is wrong, with its quote, to a file named by the variable: for tuning only.
fn dump(judged: &HashMap<(String, String), String>, best: &HashMap<(String, String), Tier>, rows: &[Row]) {
    let mut out = String::new();
    for row in rows {
        for mention in &row.mentions {
            let pair = (row.input.name.clone(), mention.text.to_string());
            let sure = best[&pair] <= Tier::Name;
            let what = judged.get(&pair).map_or("?", String::as_str);
            let bad = (what == "not_relevant" && sure) || (what == "relevant" && !sure);
            if bad && class(&pair.0) == "full Chinese name" {
                let _ = writeln!(
                    out,
                    "{what}\t{}\t{}\t{:?}\t{}",
                    pair.0,
                    mention.tier.slug(),
                    mention.why,
                    mention.quote.replace('\n', " ")
                );
            }
        }
    }
    std::fs::write(std::env::var_os("QINGJIAN_CORPUS_DUMP").unwrap(), out).unwrap();
}
