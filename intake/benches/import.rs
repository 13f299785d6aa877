//! How fast tables are imported into an empty archive, and with how much memory: `cargo bench -p intake`.
//! CSV files of an invented county, then the workbook of a smaller office, which is parsed in a child process
//! (this program again). Indexing is not part of it. `IMPORT_BENCH_PERSONS` sets the size of the county.

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs, reason = "a bench")]
#![allow(clippy::disallowed_methods, reason = "a bench measures time")]

use std::io::BufReader;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use archive::{Archive, OpenOptions};
use chrono::{DateTime, NaiveDate, Utc};
use intake::{Extractor, ImportRequest, child_main};
use invented::{Scale, WORKBOOK_PERSONS_MAX, invent};

const CHILD: &str = "extract-child";

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000, 0).unwrap()
}

/// The most memory that this process has held, in MB; nothing where the system does not tell.
fn peak_megabytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kilobytes| kilobytes / 1024)
}

/// Only the tables: what is measured is rows.
fn written(persons: usize, dir: &Path) {
    let day = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
    invented::write_files(&invent(Scale::of(persons, 100), 1, day), dir).unwrap();
    for file in ["texts.jsonl", "truth.json", "names.csv"] {
        std::fs::remove_file(dir.join(file)).unwrap();
    }
}

async fn import(what: &str, from: &Path, into: &Path) {
    let archive = Archive::open(into, &OpenOptions::default(), now()).await.unwrap();
    let children = Extractor::new(std::env::current_exe().unwrap(), [CHILD]);
    let request = ImportRequest::new(vec![from.to_owned()], "bench");
    let start = Instant::now();
    let report = intake::import(&archive, &request, &children, &now, &mut |_| {}).await.unwrap();
    let seconds = start.elapsed().as_secs_f64();
    let rows = report.stored();
    println!(
        "{what:9} {rows:>8} records {seconds:7.1} s {:8.0} records/s, at most {} MB held so far",
        f64::from(u32::try_from(rows).unwrap()) / seconds,
        peak_megabytes().map_or_else(|| "?".to_owned(), |megabytes| megabytes.to_string())
    );
    assert!(report.rejected.is_empty());
    archive.close().await;
}

fn main() -> ExitCode {
    if std::env::args().nth(1).is_some_and(|first| first == CHILD) {
        return child_main(BufReader::new(std::io::stdin()), std::io::stdout());
    }
    let persons = std::env::var("IMPORT_BENCH_PERSONS").ok().and_then(|text| text.parse().ok());
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    // The invention holds much memory and is no part of an import: it goes with a process of its own.
    let invention = std::env::args().skip_while(|argument| argument != "invent").collect::<Vec<_>>();
    if let [_, persons, dir] = invention.as_slice() {
        written(persons.parse().unwrap(), Path::new(dir));
        return ExitCode::SUCCESS;
    }
    let invent_into = |persons: usize, dir: &Path| {
        let mut program = std::process::Command::new(std::env::current_exe().unwrap());
        assert!(program.args(["invent", &persons.to_string()]).arg(dir).status().unwrap().success());
    };
    invent_into(WORKBOOK_PERSONS_MAX, &at("workbook"));
    invent_into(persons.unwrap_or(57_000), &at("csv"));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(import("workbook", &at("workbook"), &at("of-workbook")));
    runtime.block_on(import("CSV", &at("csv"), &at("of-csv")));
    ExitCode::SUCCESS
}
