//! How names are found here and elsewhere: the same generated texts and names in our index, in tantivy with jieba
//! alone, in SQLite FTS5 (trigram), PostgreSQL (`pg_trgm`) and Groonga, each held against a naive scan.
//!
//! `cargo bench -p indexer --bench peers`; `PEERS_TEXTS` sets the number of texts. A peer that is not installed
//! says so and is left out; none of them is linked into the program. Ratios count: machines differ.

#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "a bench")]
#![allow(clippy::disallowed_methods, reason = "a bench measures time")]

mod corpus;
mod elsewhere;
mod here;
mod postgres;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use corpus::Corpus;

/// What one system gave.
#[derive(serde::Serialize, serde::Deserialize, Default)]
pub(crate) struct Outcome {
    /// Seconds until everything was stored and indexed.
    pub(crate) build_s: f64,
    /// Bytes on disk.
    pub(crate) bytes: u64,
    /// Seconds for all names of three characters, and for those of two that were asked.
    pub(crate) three_s: f64,
    pub(crate) two_s: f64,
    /// How many of two characters were asked: a full scan a name is not waited for a hundred times.
    pub(crate) two_asked: usize,
    /// Texts found for each name of three characters, then for each of two that was asked.
    pub(crate) three: Vec<BTreeSet<u32>>,
    pub(crate) two: Vec<BTreeSet<u32>>,
    /// Peak memory in KiB; 0 where it cannot be told.
    pub(crate) memory_kib: u64,
    /// What is to be known about it.
    pub(crate) note: String,
}

/// A system, and how it is run.
type System = (&'static str, fn(&Corpus, &Path) -> Result<Outcome, String>);

const SYSTEMS: &[System] = &[
    ("here: mention index", here::mentions),
    ("here: character phrase", here::characters),
    ("here: one pass over all texts", here::scan),
    ("jieba in tantivy", here::jieba_in_tantivy),
    ("SQLite FTS5, trigram", elsewhere::sqlite),
    ("PostgreSQL, pg_trgm", postgres::run),
    ("Groonga, bigram", elsewhere::groonga),
];

#[allow(clippy::cast_precision_loss, reason = "printed with one digit")]
fn main() {
    let texts = std::env::var("PEERS_TEXTS").ok().and_then(|n| n.parse().ok()).unwrap_or(20_000);
    // A child runs one system, so that memory is counted for each alone.
    let mut args = std::env::args().skip(1).filter(|arg| arg != "--bench");
    if let (Some(at), Some(folder)) = (args.next().and_then(|at| at.parse::<usize>().ok()), args.next()) {
        let outcome = SYSTEMS[at].1(&Corpus::of(texts), Path::new(&folder));
        println!("{}", serde_json::to_string(&outcome).unwrap());
        return;
    }
    let corpus = Corpus::of(texts);
    let oracle = |names: &[String]| names.iter().map(|name| corpus.naive(name)).collect::<Vec<_>>();
    let (three, two) = (oracle(&corpus.three), oracle(&corpus.two));
    println!(
        "{} texts, {:.1} MB, {} names known, {} + {} asked\n",
        corpus.texts.len(),
        corpus.bytes() as f64 / 1e6,
        corpus.names.len(),
        three.len(),
        two.len()
    );
    println!(
        "| system | build | on disk | a name of 3 | a name of 2 | found of 3 | found of 2 | false | memory |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for (at, (name, _)) in SYSTEMS.iter().enumerate() {
        match child(at, texts) {
            Ok(outcome) => println!("{}", row(name, &outcome, &three, &two)),
            Err(why) => println!("| {name} | not run: {why} | | | | | | | |"),
        }
    }
}

fn child(at: usize, texts: usize) -> Result<Outcome, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let said = Command::new(std::env::current_exe().map_err(|error| error.to_string())?)
        .arg(at.to_string())
        .arg(folder.path())
        .env("PEERS_TEXTS", texts.to_string())
        .output()
        .map_err(|error| error.to_string())?;
    let out = String::from_utf8_lossy(&said.stdout);
    match serde_json::from_str::<Result<Outcome, String>>(out.lines().last().unwrap_or_default()) {
        Ok(outcome) => outcome,
        Err(_) => Err(format!("it broke off: {}", String::from_utf8_lossy(&said.stderr).trim())),
    }
}

#[allow(clippy::cast_precision_loss, reason = "printed with one digit")]
fn row(name: &str, outcome: &Outcome, three: &[BTreeSet<u32>], two: &[BTreeSet<u32>]) -> String {
    let each = |seconds: f64, asked: usize| {
        if asked == 0 { "–".to_owned() } else { format!("{:.1} µs", seconds * 1e6 / asked as f64) }
    };
    let found = |got: &[BTreeSet<u32>], right: &[BTreeSet<u32>]| {
        let (mut hits, mut all) = (0, 0);
        for (got, right) in got.iter().zip(right) {
            hits += got.intersection(right).count();
            all += right.len();
        }
        if all == 0 { "–".to_owned() } else { format!("{:.1} %", 100.0 * hits as f64 / all as f64) }
    };
    let wrong = |got: &[BTreeSet<u32>], right: &[BTreeSet<u32>]| -> usize {
        got.iter().zip(right).map(|(got, right)| got.difference(right).count()).sum()
    };
    let memory =
        if outcome.memory_kib == 0 { "–".to_owned() } else { format!("{} MB", outcome.memory_kib / 1024) };
    let note = if outcome.note.is_empty() { String::new() } else { format!(" ({})", outcome.note) };
    format!(
        "| {name}{note} | {:.1} s | {:.0} MB | {} | {} | {} | {} | {} | {memory} |",
        outcome.build_s,
        outcome.bytes as f64 / 1e6,
        each(outcome.three_s, outcome.three.len()),
        each(outcome.two_s, outcome.two_asked),
        found(&outcome.three, three),
        found(&outcome.two, two),
        wrong(&outcome.three, three) + wrong(&outcome.two, two),
    )
}

/// Bytes of all files below `folder`.
pub(crate) fn bytes_of(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(meta) if meta.is_dir() => bytes_of(&entry.path()),
            Ok(meta) => meta.len(),
            Err(_) => 0,
        })
        .sum()
}

/// Peak memory of this process in KiB.
pub(crate) fn own_peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

pub(crate) fn seconds(time: Duration) -> f64 {
    time.as_secs_f64()
}
