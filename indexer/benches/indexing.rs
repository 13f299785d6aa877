//! How fast texts are indexed, against bare jieba and tantivy on the same cores: `cargo bench -p indexer --bench
//! indexing`. The baseline splits the same texts into words with jieba and gives them to tantivy, and does
//! nothing else; the follower also reads the archive, finds every name, keeps every character at its place,
//! and leaves a watermark. Between the two stands what the engine alone takes for the words and for each character at its
//! place: what no index can do without in which a name is found wherever it stands. `INDEX_BENCH_TEXTS` sets how many
//! texts (20,000), `INDEX_BENCH_PERSONS` how many persons have names in them (2,000), `INDEX_BENCH_ROUNDS` how often each
//! is run (2; with 0 the follower alone runs, once, for a profiler).
//!
//! Invented texts; all sides with as many threads and as much memory. The ratio is what counts.

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs, reason = "a bench")]
#![allow(clippy::disallowed_methods, reason = "a bench measures time")]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use archive::{Archive, ImportMode, ImportStart, Incoming, IncomingText, OpenOptions};
use chrono::{DateTime, NaiveDate, Utc};
use dossier::{Draft, Fields, Kind, RecordKey, Value};
use indexer::Index;
use invented::{InventedText, Scale, invent};
use jieba_rs::{Jieba, TokenizeMode};
use tantivy::schema::{IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};
use tantivy::{TantivyDocument, doc};

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// As the follower has them.
const THREADS: usize = 2;
const WRITER_BYTES: usize = 96_000_000;

fn asked(name: &str, otherwise: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000, 0).unwrap()
}

/// What a run took: of the clock, and of the processors (zero where the system does not tell).
#[derive(Clone, Copy)]
struct Taken {
    clock: Duration,
    processors: Duration,
}

fn timed<T>(run: impl FnOnce() -> T) -> (Taken, T) {
    let (start, before) = (Instant::now(), processor_time());
    let done = run();
    (Taken { clock: start.elapsed(), processors: processor_time().saturating_sub(before) }, done)
}

/// What this process has taken of the processors so far, in hundredths of a second.
fn processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(") ").next().unwrap_or_default();
    let ticks = after_name.split(' ').skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok());
    Duration::from_millis(10 * ticks.sum::<u64>())
}

/// The better of both measures: other work on the machine falls on each run differently.
fn better(one: Option<Taken>, other: Taken) -> Taken {
    one.map_or(other, |one| Taken {
        clock: one.clock.min(other.clock),
        processors: one.processors.min(other.processors),
    })
}

/// What the bare side does.
#[derive(Clone, Copy)]
struct Bareness {
    /// With jieba's model of unknown words, as jieba and its published adapter for tantivy come.
    hmm: bool,
    /// Each character at its place besides.
    characters: bool,
}

/// jieba's words, each at its ordinal, and nothing more.
#[derive(Clone)]
struct Bare {
    jieba: Arc<Jieba>,
    hmm: bool,
    tokens: Vec<Token>,
}

struct BareStream<'a> {
    tokens: &'a mut Vec<Token>,
    next: usize,
}

impl Tokenizer for Bare {
    type TokenStream<'a> = BareStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> BareStream<'a> {
        let words = self.jieba.tokenize(text, TokenizeMode::Search, self.hmm);
        self.tokens.clear();
        self.tokens.extend(words.into_iter().map(|word| Token {
            offset_from: word.byte_start,
            offset_to: word.byte_end,
            position: word.start,
            text: word.word.to_owned(),
            position_length: 1,
        }));
        BareStream { tokens: &mut self.tokens, next: 0 }
    }
}

impl TokenStream for BareStream<'_> {
    fn advance(&mut self) -> bool {
        self.next += 1;
        self.next <= self.tokens.len()
    }

    fn token(&self) -> &Token {
        &self.tokens[self.next - 1]
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.tokens[self.next - 1]
    }
}

/// Each character at its ordinal, and nothing more.
#[derive(Clone, Default)]
struct Characters {
    token: Token,
}

struct CharacterStream<'a> {
    rest: std::str::CharIndices<'a>,
    token: &'a mut Token,
}

impl Tokenizer for Characters {
    type TokenStream<'a> = CharacterStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> CharacterStream<'a> {
        self.token.reset();
        CharacterStream { rest: text.char_indices(), token: &mut self.token }
    }
}

impl TokenStream for CharacterStream<'_> {
    fn advance(&mut self) -> bool {
        let Some((at, c)) = self.rest.next() else { return false };
        self.token.text.clear();
        self.token.text.push(c);
        (self.token.offset_from, self.token.offset_to) = (at, at + c.len_utf8());
        // The first one comes after what `reset` leaves, and that is one before the first.
        self.token.position = self.token.position.wrapping_add(1);
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

/// Words alone, or with each character at its place.
fn bare(dir: &Path, texts: &[InventedText], Bareness { hmm, characters }: Bareness) -> Taken {
    let mut schema = Schema::builder();
    let positions = |tokenizer| {
        let indexing = TextFieldIndexing::default().set_tokenizer(tokenizer);
        let indexing = indexing.set_index_option(IndexRecordOption::WithFreqsAndPositions);
        TextOptions::default().set_indexing_options(indexing)
    };
    let id = schema.add_text_field("id", STRING | STORED);
    let body = schema.add_text_field("body", positions("bare"));
    let chars = schema.add_text_field("chars", positions("characters"));
    std::fs::create_dir(dir).unwrap();
    let index = tantivy::Index::create_in_dir(dir, schema.build()).unwrap();
    index.tokenizers().register("bare", Bare { jieba: Arc::new(Jieba::new()), hmm, tokens: Vec::new() });
    index.tokenizers().register("characters", Characters::default());
    let (time, ()) = timed(|| {
        let mut writer = index.writer_with_num_threads::<TantivyDocument>(THREADS, WRITER_BYTES).unwrap();
        for text in texts {
            let mut document = doc!(id => text.id.as_str(), body => text.text.as_str());
            if characters {
                document.add_text(chars, &text.text);
            }
            writer.add_document(document).unwrap();
        }
        writer.commit().unwrap();
        writer.wait_merging_threads().unwrap();
    });
    time
}

fn draft(kind: Kind, key: &str, fields: &[(&str, Value)]) -> Draft {
    let mut all = Fields::new();
    for (slug, value) in fields {
        all.set(slug, value.clone());
    }
    Draft { kind, key: Some(RecordKey::new(key).unwrap()), fields: all }
}

async fn filled(dir: &Path, names: Vec<(String, String)>, texts: &[InventedText]) -> Archive {
    let archive = Archive::open(dir, &OpenOptions::default(), now()).await.unwrap();
    let start = ImportStart {
        source: "bench".to_owned(),
        mode: ImportMode::Add,
        fingerprint: "bench".to_owned(),
        actor: "operator".to_owned(),
        dry_run: false,
        confirm_retire: false,
    };
    let mut run = archive.begin_import(start, now()).await.unwrap();
    let persons = names
        .into_iter()
        .map(|(key, name)| Incoming::Record(draft(Kind::Person, &key, &[("name", Value::Text(name))])));
    run.put(persons.collect(), now()).await.unwrap();
    for chunk in texts.chunks(2_000) {
        let incoming = chunk.iter().map(|text| {
            let fields = [
                ("title", Value::Text(text.title.clone())),
                ("kind", Value::Text(text.kind.to_owned())),
                ("persons", Value::List(text.persons.clone())),
            ];
            Incoming::Text(IncomingText {
                draft: draft(Kind::Text, &text.id, &fields),
                content: text.text.clone(),
                extractor: "given/1".to_owned(),
                file_sha256: None,
            })
        });
        run.put(incoming.collect(), now()).await.unwrap();
    }
    run.finish(&serde_json::Value::Null, now()).await.unwrap();
    archive
}

fn main() {
    let (persons, count) = (asked("INDEX_BENCH_PERSONS", 2_000), asked("INDEX_BENCH_TEXTS", 20_000));
    let day = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
    let plan = invent(Scale::of(persons, count), 1, day);
    let names: Vec<(String, String)> = plan
        .tables()
        .into_iter()
        .filter(|table| table.kind == Kind::Person)
        .flat_map(|table| {
            let name = table.headers.iter().position(|header| *header == "姓名").unwrap();
            table.rows.into_iter().map(move |row| (row[0].clone(), row[name].clone())).collect::<Vec<_>>()
        })
        .collect();
    let texts: Vec<InventedText> = plan.texts().collect();
    let bytes: usize = texts.iter().map(|text| text.text.len()).sum();
    let megabytes = f64::from(u32::try_from(bytes).unwrap()) / 1e6;
    println!("{} names, {} texts, {megabytes:.1} MB", names.len(), texts.len());

    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let archive = runtime.block_on(filled(&folder.path().join("archive"), names, &texts));
    // Twice each, in turns, the better one counts: other work on the machine falls on both.
    let rounds = asked("INDEX_BENCH_ROUNDS", 2);
    if rounds == 0 {
        let index = Index::anew(&folder.path().join("index")).unwrap();
        runtime.block_on(indexer::follow(&archive, &index, "bench")).unwrap();
        return;
    }
    let mut best = [None; 4];
    let bares = [
        Bareness { hmm: false, characters: false },
        Bareness { hmm: true, characters: false },
        Bareness { hmm: false, characters: true },
    ];
    for round in 0..rounds {
        for (which, bareness) in bares.into_iter().enumerate() {
            let dir = folder.path().join(format!("bare{which}{round}"));
            best[which] = Some(better(best[which], bare(&dir, &texts, bareness)));
        }
        let index = Index::anew(&folder.path().join(format!("index{round}"))).unwrap();
        let (time, followed) = timed(|| runtime.block_on(indexer::follow(&archive, &index, "bench")));
        assert!(followed.unwrap().documents >= texts.len() as u64);
        best[3] = Some(better(best[3], time));
    }
    let [bare, hmm, exact, follower] = best.map(Option::unwrap);
    let share = |bare: Duration, time: Duration| 100.0 * bare.as_secs_f64() / time.as_secs_f64().max(1e-9);
    for (what, time) in [
        ("bare jieba + tantivy", bare),
        ("as published, with HMM", hmm),
        ("with each character", exact),
        ("the follower", follower),
    ] {
        println!(
            "{what:22} {:>9.2?} {:6.1} MB/s {:7.0} texts/s {:4.0} % of the bare throughput, {:4.0} % of the published; processors {:>6.2?}, {:.0} %, {:.0} %",
            time.clock,
            megabytes / time.clock.as_secs_f64(),
            f64::from(u32::try_from(texts.len()).unwrap()) / time.clock.as_secs_f64(),
            share(bare.clock, time.clock),
            share(hmm.clock, time.clock),
            time.processors,
            share(bare.processors, time.processors),
            share(hmm.processors, time.processors),
        );
    }
}
