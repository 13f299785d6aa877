//! How fast names are read, against the bare automaton pass over the same text: `cargo bench -p indexer --bench names`.
//! Read anew, and taken from what was noted when the texts were indexed, as a clearance of known names does.
//!
//! Generated names and texts, one core, the best of three. The ratio is what counts: machines differ.

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs, reason = "a bench")]
#![allow(clippy::disallowed_methods, reason = "a bench measures time")]

#[path = "../tests/dice/mod.rs"]
mod dice;

use std::time::{Duration, Instant};

use archive::{Archive, ImportMode, ImportStart, Incoming, IncomingText, OpenOptions};
use chrono::{DateTime, Utc};
use daachorse::CharwiseDoubleArrayAhoCorasick;
use dice::Dice;
use dossier::normal::Normal;
use dossier::{Draft, Fields, Kind, RecordKey, Value};
use indexer::{Asked, Index, Known, TextQuestion, Written, follow, marked_texts, read_text};

const NAMES: usize = 57_000;
const TEXTS: usize = 10_000;
const SURNAMES: &str =
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢";
const GIVEN: &str =
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国志文海燕玲鹏飞宇浩然子轩梓涵雨欣思佳怡嘉俊";
const FILLER: &str = "经查在担任负责人期间违反中央八项规定精神收受管理和服务对象所送礼品礼金违规发放津贴补贴接受可能影响公正执行公务的宴请安排并将应当由本人支付的费用由下属单位支付其行为已构成违纪决定给予处分";

fn best<T>(mut run: impl FnMut() -> T) -> Duration {
    (0..3)
        .map(|_| {
            let start = Instant::now();
            std::hint::black_box(run());
            start.elapsed()
        })
        .min()
        .unwrap_or_default()
}

fn main() {
    let mut dice = Dice(57_000);
    let (surnames, given): (Vec<char>, Vec<char>) = (SURNAMES.chars().collect(), GIVEN.chars().collect());
    let filler: Vec<char> = FILLER.chars().collect();
    let mut names: Vec<String> = (0..NAMES)
        .map(|_| {
            let length = 1 + usize::from(dice.roll(5) > 0);
            std::iter::once(surnames[dice.roll(surnames.len())])
                .chain((0..length).map(|_| given[dice.roll(given.len())]))
                .collect()
        })
        .collect();
    let texts: Vec<String> = (0..TEXTS)
        .map(|_| {
            let mut text = String::new();
            for _ in 0..12 {
                let start = dice.roll(filler.len() - 30);
                text.extend(&filler[start..start + 10 + dice.roll(18)]);
                if dice.roll(3) == 0 {
                    text.push('，');
                    text.push_str(&names[dice.roll(names.len())]);
                }
                text.push('。');
            }
            text
        })
        .collect();
    names.sort_unstable();
    names.dedup();
    let bytes: usize = texts.iter().map(String::len).sum();
    let megabytes = f64::from(u32::try_from(bytes).unwrap()) / 1e6;
    let normal: Vec<String> = texts.iter().map(|text| Normal::of(text).text()).collect();
    let automaton = CharwiseDoubleArrayAhoCorasick::<u32>::new(&names).unwrap();
    let known = Known::compile(names.iter().cloned(), []).unwrap();
    let asked = Asked::new(&known, &names).unwrap();
    let hash = |id: &str| id.to_owned();
    let read_all = |asked: &Asked<'_>| -> usize {
        let read = |content| read_text(asked, Written { title: "", content }, &hash).occurrences.len();
        texts.iter().map(|content| read(content)).sum()
    };
    let places = read_all(&asked);
    println!("{} names, {TEXTS} texts, {megabytes:.1} MB, {places} places", names.len());

    let bare =
        best(|| normal.iter().map(|text| automaton.find_overlapping_iter(text).count()).sum::<usize>());
    let fold = best(|| texts.iter().map(|text| Normal::of(text).len()).sum::<usize>());
    let read = best(|| read_all(&asked));
    let forty = Asked::new(&known, &names[..40]).unwrap();
    let few = best(|| read_all(&forty));
    let indexed = Indexed::of(&names, &texts);
    let noted = best(|| indexed.take(&names));
    let noted_of_forty = best(|| indexed.take(&names[..40]));
    assert_eq!(indexed.take(&names), places, "what was noted is what is read");
    let compile = best(|| Known::compile(names.iter().cloned(), []).unwrap().name_count());
    for (what, time) in [
        ("bare automaton pass", bare),
        ("normal form", fold),
        ("reading, all names", read),
        ("reading, 40 names", few),
        ("noted, all names", noted),
        ("noted, 40 names", noted_of_forty),
        ("compiling the names", compile),
    ] {
        println!(
            "{what:22} {time:>12.3?} {:8.1} MB/s {:6.1} x the bare pass",
            megabytes / time.as_secs_f64(),
            time.as_secs_f64() / bare.as_secs_f64()
        );
    }
}

/// The same names and texts in an archive and an index.
struct Indexed {
    runtime: tokio::runtime::Runtime,
    archive: Archive,
    index: Index,
    _folder: tempfile::TempDir,
}

impl Indexed {
    fn of(names: &[String], texts: &[String]) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let (archive, index) = runtime.block_on(async {
            let now: DateTime<Utc> = "2026-11-20T01:00:00Z".parse().unwrap();
            let archive = Archive::open(folder.path(), &OpenOptions::default(), now).await.unwrap();
            let start = ImportStart {
                source: "bench".to_owned(),
                mode: ImportMode::Add,
                fingerprint: "bench".to_owned(),
                actor: "operator".to_owned(),
                dry_run: false,
                confirm_retire: false,
            };
            let mut run = archive.begin_import(start, now).await.unwrap();
            let mut incoming: Vec<Incoming> = Vec::new();
            for (at, name) in names.iter().enumerate() {
                let mut fields = Fields::new();
                fields.set("name", Value::Text(name.clone()));
                let key = Some(RecordKey::new(&format!("P{at}")).unwrap());
                incoming.push(Incoming::Record(Draft { kind: Kind::Person, key, fields }));
            }
            incoming.extend(texts.iter().enumerate().map(|(at, content)| {
                let key = Some(RecordKey::new(&format!("T{at}")).unwrap());
                Incoming::Text(IncomingText {
                    draft: Draft { kind: Kind::Text, key, fields: Fields::new() },
                    content: content.clone(),
                    extractor: "json/1".to_owned(),
                    file_sha256: None,
                })
            }));
            for batch in incoming.chunks(2000) {
                run.put(batch.to_vec(), now).await.unwrap();
            }
            run.finish(&serde_json::Value::Null, now).await.unwrap();
            let index = Index::open(&folder.path().join("index")).unwrap();
            follow(&archive, &index, "bench").await.unwrap();
            (archive, index)
        });
        Self { runtime, archive, index, _folder: folder }
    }

    /// The number of places of `names`, from the notes.
    fn take(&self, names: &[String]) -> usize {
        self.runtime.block_on(async {
            let searcher = self.index.searcher().unwrap();
            let snapshot = self.archive.snapshot().await.unwrap();
            assert!(searcher.holds_notes_of(snapshot.version()));
            let known = self.index.known(&snapshot).await.unwrap();
            let asked = Asked::new(&known, names).unwrap();
            let question = TextQuestion { names: names.to_vec(), ..TextQuestion::default() };
            let texts = marked_texts(&searcher, &question).unwrap();
            let count = |text: indexer::KeptText<'_>, places: &mut usize| {
                *places += text.reading().occurrences.len();
            };
            let mut all = 0;
            texts.each(&asked, count, |places| all += places).unwrap();
            all
        })
    }
}
