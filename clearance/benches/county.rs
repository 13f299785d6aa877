//! A whole county cleared at once, against the bare automaton pass over the same texts and the bare pass over all records:
//! `COUNTY_BENCH_DATA=FOLDER cargo bench -p clearance --bench county`. The folder is that of an import of `qingjian
//! generate --scale county`; its index is brought up to date first. The answer is stored in the folder, as any other.
//!
//! What no answer that is kept can do without is measured by itself: its rows are packed, sealed and stored once more.
//!
//! The record pass reads the dossiers of everybody as an answer must (opened, parsed, by five hundred persons) and writes as
//! many bytes of JSON as the answer has, from some of its rows again and again; it decides, proves and stores nothing.
//!
//! `COUNTY_BENCH_SHORT=1` answers only the short list, for a profiler.
//!
//! Told are wall time and processor time of this process: on a busy machine only the latter says something.

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs, reason = "a bench")]
#![allow(clippy::disallowed_methods, reason = "a bench measures time")]

use std::io::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use archive::{Archive, OpenOptions, Snapshot};
use chrono::Utc;
use clearance::{ClearanceError, Head, Input, Request, Row, RowSink};
use dossier::normal::Normal;
use dossier::{Kind, Period, RecordKey};
use indexer::{Asked, Index, KeptText, TextQuestion, follow, marked_texts};

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Names of the short list, and how often it is answered.
const FORTY: usize = 40;
const TURNS: u32 = 30;
/// Every so many rows one is kept, to be written again.
const SAMPLED: usize = 64;

/// The JSON of the rows, counted and thrown away.
#[derive(Default)]
struct Json {
    bytes: u64,
    mentions: usize,
    rows: usize,
    sample: Vec<Row>,
}

impl RowSink for Json {
    fn head(&mut self, _: &Head) -> Result<(), ClearanceError> {
        Ok(())
    }

    fn row(&mut self, row: &Row) -> Result<(), ClearanceError> {
        let json = serde_json::to_string(row).unwrap();
        self.written(row, &json)
    }

    fn written(&mut self, row: &Row, json: &str) -> Result<(), ClearanceError> {
        self.bytes += json.len() as u64;
        self.mentions += row.mentions.len();
        if self.rows.is_multiple_of(SAMPLED) {
            self.sample.push(row.clone());
        }
        self.rows += 1;
        std::io::sink().write_all(json.as_bytes())?;
        Ok(())
    }

    fn end(&mut self) -> Result<(), ClearanceError> {
        Ok(())
    }
}

/// All records of `persons`, and as many bytes of JSON as an answer has. Gives the number of records.
async fn record_pass(snapshot: &Snapshot, persons: &[RecordKey], answer: &Json) -> usize {
    let mut kinds: Vec<Kind> = Kind::ALL.to_vec();
    kinds.retain(|kind| kind.declaration().clearance.is_some() || *kind == Kind::Post);
    let mut records = 0;
    for persons in persons.chunks(500) {
        records += snapshot.records(Kind::Person, persons).await.unwrap().len();
        records += snapshot.records_of_persons(persons, &kinds).await.unwrap().len();
    }
    let mut written = 0;
    for row in answer.sample.iter().cycle() {
        let json = serde_json::to_string(row).unwrap();
        std::io::sink().write_all(json.as_bytes()).unwrap();
        written += json.len() as u64;
        if written >= answer.bytes {
            break;
        }
    }
    records
}

/// The rows of the answer `id` packed, sealed and stored once more, as those of another answer: what no answer that is kept
/// can do without, whatever it takes to find it. To read them is not timed.
async fn store_pass(archive: &Archive, id: &str, request: &Request) -> Told {
    let other = clearance::submit(archive, request, Utc::now()).await.unwrap();
    let mut told = Told { wall: Duration::ZERO, processor: Duration::ZERO };
    let mut after = 0;
    loop {
        let rows = archive.clearance_texts(id, after, 2_000, None).await.unwrap();
        let Some(last) = rows.last() else { break };
        after = last.row;
        let begun = now();
        let sealed = archive.seal_clearance_texts(&other, rows).unwrap();
        archive.put_sealed_rows(&other, &sealed, Utc::now()).await.unwrap();
        told.wall += begun.0.elapsed();
        told.processor += processor().saturating_sub(begun.1);
    }
    archive.cancel_clearance(&other, Utc::now()).await.unwrap();
    told
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
    say(what, bare, &told);
    told
}

fn say(what: &str, bare: Option<&Told>, told: &Told) {
    let ratio = bare.map_or(String::new(), |bare| {
        let times = told.processor.as_secs_f64() / bare.processor.as_secs_f64().max(0.01);
        format!(", {times:.1} x the processor time of the bare pass")
    });
    println!("{what:44} {:>9.2?} on the clock, {:>9.2?} of processor{ratio}", told.wall, told.processor);
}

fn now() -> (Instant, Duration) {
    (Instant::now(), processor())
}

/// Everybody on file, with name and identity number.
async fn everybody(archive: &Archive) -> (Vec<RecordKey>, Request) {
    let snapshot = archive.snapshot().await.unwrap();
    let (mut inputs, mut persons) = (Vec::new(), Vec::new());
    let mut after: Option<RecordKey> = None;
    loop {
        let page = snapshot.page(Kind::Person, after.as_ref(), 1000).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.record.key.clone());
        persons.extend(page.iter().map(|person| person.record.key.clone()));
        inputs.extend(page.iter().map(|person| Input {
            id_number: person.fields.text("id_number").map(str::to_owned),
            ..Input::named(person.fields.text("name").unwrap_or_default())
        }));
    }
    let request = Request {
        inputs,
        period: Period::ALWAYS,
        as_of: Utc::now().date_naive(),
        purpose: String::new(),
        accept_unique_names: true,
        actor: archive::OPERATOR.to_owned(),
    };
    (persons, request)
}

/// A short list again and again, as a warm server answers it: stored, answered, read back.
async fn forty(archive: &Archive, index: &Index, county: &Request) {
    let every = (county.inputs.len() / FORTY).max(1);
    let request = Request {
        inputs: county.inputs.iter().step_by(every).take(FORTY).cloned().collect(),
        ..county.clone()
    };
    let mut walls = Vec::new();
    let (mut bytes, mut spent) = (0, Duration::ZERO);
    for turn in 0..=TURNS {
        let begun = now();
        let summary = clearance::clear(archive, index, &request, &mut (), &Utc::now).await.unwrap();
        let rows = archive.clearance_texts(&summary.id, 0, 1_000, None).await.unwrap();
        bytes = rows.iter().map(|row| row.json.len()).sum();
        if turn > 0 {
            walls.push(begun.0.elapsed());
            spent += processor().saturating_sub(begun.1);
        }
    }
    walls.sort_unstable();
    println!(
        "{} names, {bytes} bytes of JSON: {:.1?} to {:.1?} on the clock, half of them within {:.1?}; {:.1?} of processor",
        request.inputs.len(),
        walls[0],
        walls[walls.len() - 1],
        walls[walls.len() / 2],
        spent / TURNS
    );
}

async fn run(folder: PathBuf) {
    let archive = Archive::open(&folder, &OpenOptions::default(), Utc::now()).await.unwrap();
    let dir = folder.join("index");
    let index = Index::open(&dir).or_else(|_| Index::anew(&dir)).unwrap();
    let begun = now();
    let followed = follow(&archive, &index, "bench").await.unwrap();
    told(&format!("follower, {} documents", followed.documents), None, begun);

    if std::env::var_os("COUNTY_BENCH_SHORT").is_some() {
        let (_, request) = everybody(&archive).await;
        forty(&archive, &index, &request).await;
        archive.close().await;
        return;
    }
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
    let mut read = 0;
    let count = |text: KeptText<'_>, read: &mut usize| *read += text.reading().occurrences.len();
    marked_texts(&searcher, &question).unwrap().each(&asked, count, |more| read += more).unwrap();
    told(&format!("all that was noted taken, {read} places"), Some(&bare), begun);

    drop(snapshot);
    let (persons, request) = everybody(&archive).await;
    let rows = persons.len();
    forty(&archive, &index, &request).await;
    let begun = now();
    let mut json = Json::default();
    let summary = clearance::clear(&archive, &index, &request, &mut json, &Utc::now).await.unwrap();
    let what = format!("{rows} rows, {} mentions, {} MB of JSON", json.mentions, json.bytes / 1_000_000);
    let answer = told(&what, Some(&bare), begun);
    let snapshot = archive.snapshot().await.unwrap();
    let begun = now();
    let records = record_pass(&snapshot, &persons, &json).await;
    drop(snapshot);
    let record = told(&format!("bare record pass, {records} records"), None, begun);
    say(
        "its rows packed, sealed and stored again",
        Some(&bare),
        &store_pass(&archive, &summary.id, &request).await,
    );
    let aim = |time: fn(&Told) -> Duration| {
        time(&answer).as_secs_f64() / (3.0 * time(&bare).as_secs_f64() + time(&record).as_secs_f64())
    };
    println!(
        "the answer takes {:.2} x (3 x the bare automaton pass + the record pass) on the clock, {:.2} x by processor",
        aim(|told| told.wall),
        aim(|told| told.processor)
    );
    archive.close().await;
}

fn main() {
    let Some(folder) = std::env::var_os("COUNTY_BENCH_DATA").map(PathBuf::from) else {
        println!("COUNTY_BENCH_DATA names no folder: nothing measured");
        return;
    };
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(run(folder));
}
