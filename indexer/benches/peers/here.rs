//! What runs in this process: our own index, by each of its paths, and tantivy with jieba and nothing else.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Instant;

use archive::{Archive, ImportMode, ImportStart, Incoming, IncomingText, OpenOptions};
use chrono::{DateTime, Utc};
use dossier::{Draft, Fields, Kind, RecordKey, Value};
use indexer::{Index, Path as Way, TextQuestion, candidate_texts};
use jieba_rs::Jieba;
use tantivy::collector::DocSetCollector;
use tantivy::query::{PhraseQuery, Query, TermQuery};
use tantivy::schema::{
    FAST, INDEXED, IndexRecordOption, SchemaBuilder, TextFieldIndexing, TextOptions, Value as _,
};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};
use tantivy::{TantivyDocument, Term};

use crate::corpus::Corpus;
use crate::{Outcome, bytes_of, own_peak, seconds};

pub(crate) fn mentions(corpus: &Corpus, folder: &Path) -> Result<Outcome, String> {
    ours(corpus, folder, Way::Mentions)
}

pub(crate) fn characters(corpus: &Corpus, folder: &Path) -> Result<Outcome, String> {
    ours(corpus, folder, Way::Characters)
}

pub(crate) fn scan(corpus: &Corpus, folder: &Path) -> Result<Outcome, String> {
    ours(corpus, folder, Way::Scan)
}

fn ours(corpus: &Corpus, folder: &Path, way: Way) -> Result<Outcome, String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime
        .map_err(|error| error.to_string())?
        .block_on(ours_within(corpus, folder, way))
        .map_err(|error| error.to_string())
}

async fn ours_within(
    corpus: &Corpus,
    folder: &Path,
    way: Way,
) -> Result<Outcome, Box<dyn std::error::Error>> {
    let now: DateTime<Utc> = DateTime::UNIX_EPOCH;
    let archive = Archive::open(folder, &OpenOptions::default(), now).await?;
    let start = ImportStart {
        source: "peers".to_owned(),
        mode: ImportMode::Add,
        fingerprint: "1".to_owned(),
        actor: archive::OPERATOR.to_owned(),
        dry_run: false,
        confirm_retire: false,
    };
    let mut run = archive.begin_import(start, now).await?;
    let persons = corpus.names.iter().enumerate().map(|(at, name)| {
        let mut fields = Fields::new();
        fields.set("name", Value::Text(name.clone()));
        let key = RecordKey::new(&format!("P{at}")).ok();
        Incoming::Record(Draft { kind: Kind::Person, key, fields })
    });
    let texts = corpus.texts.iter().enumerate().map(|(at, text)| {
        let key = RecordKey::new(&format!("T{at}")).ok();
        Incoming::Text(IncomingText {
            draft: Draft { kind: Kind::Text, key, fields: Fields::new() },
            content: text.clone(),
            extractor: "json/1".to_owned(),
            file_sha256: None,
        })
    });
    let all: Vec<Incoming> = persons.chain(texts).collect();
    let mut all = all.into_iter().peekable();
    while all.peek().is_some() {
        run.put(all.by_ref().take(2000).collect(), now).await?;
    }
    run.finish(&serde_json::Value::Null, now).await?;
    let begun = Instant::now();
    let index = Index::open(&folder.join("index"))?;
    indexer::follow(&archive, &index, "peers").await?;
    let build_s = seconds(begun.elapsed());
    let searcher = index.searcher()?;
    let snapshot = archive.snapshot().await?;
    let mut outcome = Outcome {
        build_s,
        bytes: bytes_of(&folder.join("index")),
        two_asked: corpus.two.len(),
        ..Outcome::default()
    };
    if way == Way::Scan {
        "all names of one length in one pass".clone_into(&mut outcome.note);
    }
    for (names, found, time) in [
        (&corpus.three, &mut outcome.three, &mut outcome.three_s),
        (&corpus.two, &mut outcome.two, &mut outcome.two_s),
    ] {
        let numbers = |keys: BTreeSet<RecordKey>| -> BTreeSet<u32> {
            keys.iter().filter_map(|key| key.as_str()[1..].parse().ok()).collect()
        };
        let begun = Instant::now();
        if way == Way::Scan {
            let question = TextQuestion { names: names.clone(), ..TextQuestion::default() };
            let together = candidate_texts(&searcher, &snapshot, &question, way).await?;
            *time = seconds(begun.elapsed());
            let together = numbers(together);
            // The pass gives the texts in which any name stands; which of them is read out of each text.
            let of_name = |name: &String| {
                together.iter().copied().filter(|at| corpus.texts[*at as usize].contains(name)).collect()
            };
            *found = names.iter().map(of_name).collect();
            continue;
        }
        for name in names {
            let question = TextQuestion { names: vec![name.clone()], ..TextQuestion::default() };
            found.push(numbers(candidate_texts(&searcher, &snapshot, &question, way).await?));
        }
        *time = seconds(begun.elapsed());
    }
    outcome.memory_kib = own_peak();
    Ok(outcome)
}

#[derive(Clone)]
struct Words {
    jieba: std::sync::Arc<Jieba>,
    token: Token,
    cut: Vec<(String, usize, usize)>,
}

struct Stream<'a> {
    words: &'a [(String, usize, usize)],
    next: usize,
    token: &'a mut Token,
}

impl Tokenizer for Words {
    type TokenStream<'a> = Stream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream<'a> {
        let mut at = 0;
        self.cut = self
            .jieba
            .cut(text, true)
            .into_iter()
            .map(|word| {
                let from = at;
                at += word.word.len();
                (word.word.to_owned(), from, at)
            })
            .collect();
        self.token.reset();
        Stream { words: &self.cut, next: 0, token: &mut self.token }
    }
}

impl TokenStream for Stream<'_> {
    fn advance(&mut self) -> bool {
        let Some((word, from, to)) = self.words.get(self.next) else { return false };
        self.token.text.clone_from(word);
        (self.token.offset_from, self.token.offset_to, self.token.position) = (*from, *to, self.next);
        self.next += 1;
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

/// What everybody writes first: jieba's default cut as a tokenizer, a name asked as the phrase of its words.
pub(crate) fn jieba_in_tantivy(corpus: &Corpus, folder: &Path) -> Result<Outcome, String> {
    naive(corpus, folder).map_err(|error| error.to_string())
}

fn naive(corpus: &Corpus, folder: &Path) -> tantivy::Result<Outcome> {
    let jieba = std::sync::Arc::new(Jieba::new());
    let mut schema = SchemaBuilder::new();
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("jieba")
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let text = schema.add_text_field("text", TextOptions::default().set_indexing_options(indexing));
    let number = schema.add_u64_field("number", INDEXED | FAST | tantivy::schema::STORED);
    let begun = Instant::now();
    let index = tantivy::Index::create_in_dir(folder, schema.build())?;
    let words = Words { jieba: std::sync::Arc::clone(&jieba), token: Token::default(), cut: Vec::new() };
    index.tokenizers().register("jieba", words);
    let mut writer = index.writer_with_num_threads(2, 96_000_000)?;
    for (at, content) in (0_u64..).zip(&corpus.texts) {
        let mut document = TantivyDocument::default();
        document.add_u64(number, at);
        document.add_text(text, content);
        writer.add_document(document)?;
    }
    writer.commit()?;
    writer.wait_merging_threads()?;
    let build_s = seconds(begun.elapsed());
    let searcher = index.reader()?.searcher();
    let ask = |name: &str| -> tantivy::Result<BTreeSet<u32>> {
        let terms: Vec<Term> =
            jieba.cut(name, true).into_iter().map(|word| Term::from_field_text(text, word.word)).collect();
        let query: Box<dyn Query> = match terms.as_slice() {
            [term] => Box::new(TermQuery::new(term.clone(), IndexRecordOption::Basic)),
            _ => Box::new(PhraseQuery::new(terms)),
        };
        let mut found = BTreeSet::new();
        for at in searcher.search(&*query, &DocSetCollector)? {
            let document: TantivyDocument = searcher.doc(at)?;
            found.extend(
                document
                    .get_first(number)
                    .and_then(|value| value.as_u64())
                    .and_then(|at| u32::try_from(at).ok()),
            );
        }
        Ok(found)
    };
    let mut outcome =
        Outcome { build_s, bytes: bytes_of(folder), two_asked: corpus.two.len(), ..Outcome::default() };
    let begun = Instant::now();
    outcome.three = corpus.three.iter().map(|name| ask(name)).collect::<tantivy::Result<_>>()?;
    outcome.three_s = seconds(begun.elapsed());
    let begun = Instant::now();
    outcome.two = corpus.two.iter().map(|name| ask(name)).collect::<tantivy::Result<_>>()?;
    outcome.two_s = seconds(begun.elapsed());
    outcome.memory_kib = own_peak();
    Ok(outcome)
}
