//! A whole county cleared at once, against the bare automaton pass over the same texts: `COUNTY_BENCH_DATA=FOLDER cargo
//! bench -p clearance --bench county`. The folder is that of an import of `qingjian generate --scale county`; its index is
//! brought up to date first. The answer is stored in the folder, as any other.
//!
//! Told are wall time and processor time of this process: on a busy machine only the latter says something.

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs, reason = "a bench")]
#![allow(clippy::disallowed_methods, reason = "a bench measures time")]

use std::io::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use archive::{Archive, OpenOptions};
use chrono::Utc;
use clearance::{ClearanceError, Head, Input, Request, Row, RowSink};
use dossier::normal::Normal;
use dossier::{Kind, Period, RecordKey};
use indexer::{Asked, Index, TextQuestion, follow, marked_texts};

/// The JSON of the rows, counted and thrown away.
#[derive(Default)]
struct Json {
    bytes: u64,
    mentions: usize,
    buffer: Vec<u8>,
}

impl RowSink for Json {
    fn head(&mut self, _: &Head) -> Result<(), ClearanceError> {
        Ok(())
    }

    fn row(&mut self, row: &Row) -> Result<(), ClearanceError> {
        self.buffer.clear();
        serde_json::to_writer(&mut self.buffer, row).unwrap();
        self.bytes += self.buffer.len() as u64;
        self.mentions += row.mentions.len();
        std::io::sink().write_all(&self.buffer)?;
        Ok(())
    }

    fn end(&mut self) -> Result<(), ClearanceError> {
        Ok(())
    }
}

/// Processor time of this process so far, of the kernel's accounts.
fn processor() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<u64>().ok()).unwrap_or(0);
    Duration::from_millis((ticks(11) + ticks(12)) * 10)
}

struct Told {
    wall: Duration,
    processor: Duration,
}

fn told(what: &str, bare: Option<&Told>, begun: (Instant, Duration)) -> Told {
    let told = Told { wall: begun.0.elapsed(), processor: processor().saturating_sub(begun.1) };
    let ratio = bare.map_or(String::new(), |bare| {
        let times = told.processor.as_secs_f64() / bare.processor.as_secs_f64().max(0.01);
        format!(", {times:.1} x the processor time of the bare pass")
    });
    println!("{what:44} {:>9.2?} on the clock, {:>9.2?} of processor{ratio}", told.wall, told.processor);
    told
}

fn now() -> (Instant, Duration) {
    (Instant::now(), processor())
}

async fn run(folder: PathBuf) {
    let archive = Archive::open(&folder, &OpenOptions::default(), Utc::now()).await.unwrap();
    let dir = folder.join("index");
    let index = Index::open(&dir).or_else(|_| Index::anew(&dir)).unwrap();
    let begun = now();
    let followed = follow(&archive, &index, "bench").await.unwrap();
    told(&format!("follower, {} documents", followed.documents), None, begun);

    let snapshot = archive.snapshot().await.unwrap();
    let known = index.known(&snapshot).await.unwrap();
    let (mut texts, mut bytes) = (Vec::new(), 0);
    let mut after: Option<RecordKey> = None;
    loop {
        let page = snapshot.text_page(after.as_ref(), 1000).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.stored.record.key.clone());
        bytes += page.iter().map(|text| text.content.len()).sum::<usize>();
        texts.extend(page.iter().map(|text| Normal::of(&text.content).text()));
    }
    println!("{} names, {} texts, {bytes} bytes", known.name_count(), texts.len());
    let begun = now();
    let places: usize = texts.iter().map(|text| known.places_in(text)).sum();
    let bare = told(&format!("bare automaton pass, {places} places"), None, begun);
    drop(texts);

    let names: Vec<String> =
        snapshot.all_names().await.unwrap().into_iter().map(|hit| hit.name_key).collect();
    let begun = now();
    let asked = Asked::new(&known, &names).unwrap();
    let question = TextQuestion { names, ..TextQuestion::default() };
    let searcher = index.searcher().unwrap();
    let read = marked_texts(&searcher, &question).unwrap().each(|text, read: &mut Vec<usize>| {
        read.push(text.reading(&asked).occurrences.len());
    });
    let read: usize = read.unwrap().into_iter().sum();
    told(&format!("all that was noted taken, {read} places"), Some(&bare), begun);

    let mut inputs = Vec::new();
    let mut after: Option<RecordKey> = None;
    loop {
        let page = snapshot.page(Kind::Person, after.as_ref(), 1000).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.record.key.clone());
        inputs.extend(page.iter().map(|person| Input {
            id_number: person.fields.text("id_number").map(str::to_owned),
            ..Input::named(person.fields.text("name").unwrap_or_default())
        }));
    }
    drop(snapshot);
    let rows = inputs.len();
    let request = Request {
        inputs,
        period: Period::ALWAYS,
        as_of: Utc::now().date_naive(),
        purpose: String::new(),
        accept_unique_names: true,
        actor: archive::OPERATOR.to_owned(),
    };
    let begun = now();
    let mut json = Json::default();
    clearance::clear(&archive, &index, &request, &mut json, &Utc::now).await.unwrap();
    let what = format!("{rows} rows, {} mentions, {} MB of JSON", json.mentions, json.bytes / 1_000_000);
    told(&what, Some(&bare), begun);
    archive.close().await;
}

fn main() {
    let Some(folder) = std::env::var_os("COUNTY_BENCH_DATA").map(PathBuf::from) else {
        println!("COUNTY_BENCH_DATA names no folder: nothing measured");
        return;
    };
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(run(folder));
}
