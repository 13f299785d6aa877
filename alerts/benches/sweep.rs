//! How long a sweep takes over offices of growing size: dry, kept, kept again, and after one changed dossier. Run with
//! `cargo bench -p alerts --bench sweep`; `SWEEP_BENCH_PERSONS` names sizes (`2579,57000`), `SWEEP_BENCH_FOLDER` a data
//! folder instead (use a copy: it is swept and gets one more record). With `SWEEP_BENCH_KEEP` the office of the one size
//! named is only made, in that folder, so that a second run measures it without the memory of the import: this is how a
//! million dossiers are measured. Dated results stand in docs/benchmarks.md.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    missing_docs
)]

use std::time::Instant;

use alerts::Outcome;
use alerts::sweep::{Ask, Settings, run};
use archive::{Archive, ImportMode, ImportStart, Incoming, OPERATOR, OpenOptions};
use chrono::{DateTime, NaiveDate, Utc};
use dossier::{Calendar, Draft, Fields, Kind, PartialDate, RecordKey, Value};

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000 + second, 0).unwrap()
}

fn draft(kind: Kind, key: &str, cells: &[(&str, &str)]) -> Incoming {
    let mut fields = Fields::new();
    for (slug, text) in cells {
        let value = match *text {
            "是" => Value::Bool(true),
            "否" => Value::Bool(false),
            text if text.len() == 10 && text.as_bytes()[4] == b'-' => {
                Value::Date(PartialDate::parse(text).unwrap())
            }
            text if matches!(*slug, "functions" | "destinations" | "approved_destinations") => {
                Value::List(vec![text.to_owned()])
            }
            text => Value::Text(text.to_owned()),
        };
        fields.set(slug, value);
    }
    Incoming::Record(Draft { kind, key: Some(RecordKey::new(key).unwrap()), fields })
}

/// Ten records about a person, as an ordinary dossier has them; one in fifty has something to be verified.
fn dossier_of(n: usize) -> Vec<Incoming> {
    let (person, unit) = (format!("P{n:07}"), format!("U{}", n % 600));
    let p = person.as_str();
    // a name of one's own: a county of namesakes born on one day is a question about conflicts, not about sweeps
    let name = format!("某{n}某");
    let mut rows = vec![
        draft(
            Kind::Person,
            &person,
            &[("name", &name), ("status", "在职"), ("birth", "1980-01-01"), ("reporting_duty", "否")],
        ),
        draft(
            Kind::Post,
            &format!("J{n}"),
            &[
                ("person", p),
                ("unit", &unit),
                ("title", "科员"),
                ("from", "2024-01-01"),
                ("leader", "否"),
                ("key_post", "否"),
                ("rank", "科员及以下"),
                ("functions", "其他"),
            ],
        ),
        draft(
            Kind::Post,
            &format!("K{n}"),
            &[
                ("person", p),
                ("unit", &unit),
                ("title", "办事员"),
                ("from", "2015-01-01"),
                ("until", "2023-12-31"),
                ("leader", "否"),
                ("key_post", "否"),
            ],
        ),
        draft(
            Kind::ExitDocument,
            &format!("E{n}"),
            &[
                ("person", p),
                ("type", "普通护照"),
                ("number", "E12345678"),
                ("issued_on", "2020-01-01"),
                ("valid_until", "2030-01-01"),
                ("status", "有效"),
                ("handed_in_on", "2020-01-05"),
                ("source", "出入境"),
            ],
        ),
        draft(
            Kind::Property,
            &format!("H{n}"),
            &[
                ("person", p),
                ("owner_relation", "本人"),
                ("title_no", &format!("证{n}")),
                ("area", "90"),
                ("use", "住宅"),
                ("acquired_by", "继承"),
                ("acquired_on", "2012-01-01"),
                ("source", "申报"),
            ],
        ),
        draft(
            Kind::HouseholdIncome,
            &format!("I{n}"),
            &[("person", p), ("year", "2025"), ("declared_total", "25.5")],
        ),
    ];
    for (number, relation) in ["配偶", "子女", "父亲", "母亲"].into_iter().enumerate() {
        rows.push(draft(
            Kind::Relative,
            &format!("R{n}-{number}"),
            &[
                ("person", p),
                ("relation", relation),
                ("name", "某某人"),
                ("birth", "1981-01-01"),
                ("workplace", "某某公司"),
                ("migration", "无"),
                ("alive", "是"),
                ("lives_together", "是"),
            ],
        ));
    }
    if n.is_multiple_of(50) {
        rows.push(draft(
            Kind::Clue,
            &format!("C{n}"),
            &[("person", p), ("received_on", "2026-01-01"), ("summary", "反映问题")],
        ));
    }
    rows
}

async fn import(archive: &Archive, batches: impl Iterator<Item = Vec<Incoming>>, second: i64) {
    let start = ImportStart {
        source: "bench".to_owned(),
        mode: ImportMode::Add,
        fingerprint: second.to_string(),
        actor: OPERATOR.to_owned(),
        dry_run: false,
        confirm_retire: false,
    };
    let mut run = archive.begin_import(start, at(second)).await.unwrap();
    for batch in batches {
        run.put(batch, at(second)).await.unwrap();
    }
    run.finish(&serde_json::json!({}), at(second)).await.unwrap();
}

async fn office(persons: usize, as_of: NaiveDate) {
    let folder = tempfile::tempdir().unwrap();
    let archive = made(folder.path(), persons).await;
    measure(&archive, persons, as_of).await;
    archive.close().await;
}

/// The office of so many persons, in this folder.
async fn made(path: &std::path::Path, persons: usize) -> Archive {
    let archive = Archive::open(path, &OpenOptions::default(), at(0)).await.unwrap();
    let units = (0..600)
        .map(|n| draft(Kind::Unit, &format!("U{n}"), &[("name", "某局"), ("office", "O1")]))
        .collect();
    let people = (0..persons.div_ceil(200))
        .map(|page| (page * 200..(page * 200 + 200).min(persons)).flat_map(dossier_of).collect());
    // kind by kind within a batch, as tables come
    let began = Instant::now();
    import(&archive, std::iter::once(units).chain(people), 1).await;
    println!("{persons} persons imported in {:.1} s", began.elapsed().as_secs_f64());
    archive
}

/// The most memory that this process has had, in MB.
fn memory_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    line.and_then(|line| line.split_whitespace().nth(1)).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0)
        / 1024
}

async fn measure(archive: &Archive, persons: usize, as_of: NaiveDate) {
    let settings = Settings::published(Calendar::new([2024, 2025, 2026], [], "bench"));
    let timed = async |name: &str, ask: Ask| {
        let began = Instant::now();
        let report = run(archive, &settings, &ask, at(2)).await.unwrap();
        let ms = began.elapsed().as_secs_f64() * 1_000.0;
        println!(
            "{persons:>9} {name:<22} {ms:>10.1} ms  judged {} hits {}  {} MB",
            report.persons,
            report.count(Outcome::Hit),
            memory_mb()
        );
    };
    timed("dry", Ask { store: false, ..Ask::on_demand(as_of, OPERATOR) }).await;
    timed("dry again", Ask { store: false, ..Ask::on_demand(as_of, OPERATOR) }).await;
    timed("kept, the first", Ask::on_demand(as_of, OPERATOR)).await;
    timed("kept, the second", Ask::on_demand(as_of, OPERATOR)).await;
    for n in 3_u32..8 {
        let clue = &format!("C-new-{n}");
        let changed = vec![draft(
            Kind::Clue,
            clue,
            &[("person", "P0000007"), ("received_on", "2026-01-01"), ("summary", "反映问题")],
        )];
        import(archive, std::iter::once(changed), i64::from(n)).await;
        timed("incremental, one", Ask::after_import(as_of, OPERATOR)).await;
    }
    timed("incremental, none", Ask::after_import(as_of, OPERATOR)).await;
}

/// A folder that is there already.
async fn folder(path: &std::path::Path, as_of: NaiveDate) {
    let archive = Archive::open(path, &OpenOptions::default(), at(0)).await.unwrap();
    measure(&archive, 0, as_of).await;
    archive.close().await;
}

fn main() {
    let sizes: Vec<usize> = match std::env::var("SWEEP_BENCH_PERSONS") {
        Ok(list) => list.split(',').map(|size| size.parse().unwrap()).collect(),
        Err(_) => vec![2_579, 15_000, 57_000],
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let as_of = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
    if let Ok(path) = std::env::var("SWEEP_BENCH_FOLDER") {
        runtime.block_on(folder(std::path::Path::new(&path), as_of));
        return;
    }
    if let Ok(path) = std::env::var("SWEEP_BENCH_KEEP") {
        let persons = *sizes.first().unwrap();
        runtime.block_on(async { made(std::path::Path::new(&path), persons).await.close().await });
        return;
    }
    for persons in sizes {
        runtime.block_on(office(persons, as_of));
    }
}
