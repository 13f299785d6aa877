//! The follower: brings the index up to the archive by its change log. The only writer of the index.
//!
//! Names and units that have come or gone since the watermark are searched in the texts that were there before
//! (*back-fill*), and these are read again, within the same commit that moves the watermark: one number says
//! that every text up to here is in, and that every text reads by the names known up to here.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;

use archive::{Archive, Change, Snapshot, StoredText};
use dossier::{Kind, RecordKey, RecordRef};
use tantivy::directory::error::LockError;
use tantivy::{IndexWriter, TantivyDocument, TantivyError, Term};

use crate::document;
use crate::error::IndexError;
use crate::known::Known;
use crate::lookup::{self, TextQuestion};
use crate::store::{Index, Standing, read_keys};

/// What one run of the follower did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Followed {
    /// Documents written or removed.
    pub documents: u64,
    /// Texts read again because of names learned later.
    pub back_filled: u64,
    /// The watermark now.
    pub watermark: i64,
}

/// Bytes that the engine may hold before it writes a segment, over all its threads.
const WRITER_BYTES: usize = 96_000_000;
const WRITER_THREADS: usize = 2;
/// Documents a commit; a commit is also where a crash falls back to.
const COMMIT_DOCUMENTS: usize = 20_000;
/// Fewer texts than this are not worth another thread.
const TEXTS_A_THREAD_MIN: usize = 16;
/// Texts held at once.
const TEXT_PAGE: usize = 256;
/// Changes read from the log at once.
const LOG_PAGE: u32 = 10_000;

/// Indexes what the archive has and the index lacks. `holder` is what another process is told that finds
/// the index busy (e.g. `pid 4711, serve`). Does nothing where nothing changed; safe to repeat and to
/// interrupt at any point.
pub async fn follow(archive: &Archive, index: &Index, holder: &str) -> Result<Followed, IndexError> {
    let watermark = index.watermark()?;
    if archive.snapshot().await?.version() <= watermark {
        return Ok(Followed { watermark, ..Followed::default() });
    }
    let writer = writer(index, holder)?;
    let outcome = Follower { archive, index, writer }.run().await;
    let _ = fs::remove_file(holder_file(index));
    outcome
}

fn holder_file(index: &Index) -> std::path::PathBuf {
    index.dir().join("writer")
}

pub(crate) fn writer(index: &Index, holder: &str) -> Result<IndexWriter, IndexError> {
    match index.engine().writer_with_num_threads(WRITER_THREADS, WRITER_BYTES) {
        Ok(writer) => {
            // Only told to people; the lock is what counts.
            let _ = fs::write(holder_file(index), holder);
            Ok(writer)
        }
        Err(TantivyError::LockFailure(LockError::LockBusy, _)) => {
            let holder =
                fs::read_to_string(holder_file(index)).map(|who| format!(" ({who})")).unwrap_or_default();
            Err(IndexError::Busy { dir: index.dir().to_owned(), holder })
        }
        Err(error) => Err(error.into()),
    }
}

struct Follower<'a> {
    archive: &'a Archive,
    index: &'a Index,
    writer: IndexWriter,
}

impl Follower<'_> {
    async fn run(mut self) -> Result<Followed, IndexError> {
        // Read again under the lock: another writer may have committed meanwhile.
        let standing = self.index.standing()?;
        let snapshot = self.archive.snapshot().await?;
        let target = snapshot.version();
        let mut followed = Followed { watermark: standing.watermark, ..Followed::default() };
        let changes = changes(&snapshot, standing.watermark).await?;
        // What was known is asked first: what is known now takes its place in the cache.
        let touched = self.keys_that_came_or_went(&snapshot, &changes, standing).await?;
        let known = self.index.known(&snapshot).await?;
        followed.back_filled = self.back_fill(&snapshot, &known, &changes, touched).await?;
        let mut since_commit = 0;
        let all: Vec<Change> = changes.into_values().collect();
        for chunk in all.chunks(TEXT_PAGE) {
            self.write(&snapshot, &known, chunk).await?;
            followed.documents += chunk.len() as u64;
            since_commit += chunk.len();
            if since_commit >= COMMIT_DOCUMENTS
                && let Some(last) = chunk.last()
            {
                self.commit(Standing { watermark: last.seq, known_at: target })?;
                since_commit = 0;
            }
        }
        self.commit(Standing { watermark: target, known_at: target })?;
        self.writer.wait_merging_threads()?;
        followed.watermark = target;
        Ok(followed)
    }

    fn commit(&mut self, standing: Standing) -> Result<(), IndexError> {
        let mut prepared = self.writer.prepare_commit()?;
        prepared.set_payload(&standing.payload());
        prepared.commit()?;
        Ok(())
    }

    /// Writes the present state of what `changes` name. Idempotent: delete by id, then add.
    async fn write(
        &mut self,
        snapshot: &Snapshot,
        known: &Known,
        changes: &[Change],
    ) -> Result<(), IndexError> {
        let mut by_kind: BTreeMap<Kind, Vec<RecordKey>> = BTreeMap::new();
        for change in changes {
            self.delete(&change.record);
            if change.live {
                by_kind.entry(change.record.kind).or_default().push(change.record.key.clone());
            }
        }
        let fields = self.index.fields();
        for (kind, keys) in by_kind {
            if kind == Kind::Text {
                self.add_texts(known, &snapshot.texts(&keys).await?)?;
            } else {
                for stored in snapshot.records(kind, &keys).await? {
                    self.add(document::of_record(&fields, &stored))?;
                }
            }
        }
        Ok(())
    }

    fn delete(&self, record: &RecordRef) {
        self.writer.delete_term(Term::from_field_text(self.index.fields().id, &document::id(record)));
    }

    fn add(&self, document: TantivyDocument) -> Result<(), IndexError> {
        self.writer.add_document(document)?;
        Ok(())
    }

    /// Reads and adds `texts`, on all cores: to read a text is to cut it into words.
    fn add_texts(&self, known: &Known, texts: &[StoredText]) -> Result<(), IndexError> {
        let fields = self.index.fields();
        let hash = |id: &str| self.archive.identity_hash(id);
        let read = |part: &[StoredText]| -> Vec<TantivyDocument> {
            part.iter().map(|text| document::of_text(&fields, &hash, known, text)).collect()
        };
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let share = texts.len().div_ceil(cores).max(TEXTS_A_THREAD_MIN);
        if texts.len() <= share {
            return read(texts).into_iter().try_for_each(|document| self.add(document));
        }
        let documents: Vec<Vec<TantivyDocument>> = std::thread::scope(|scope| {
            let workers: Vec<_> = texts.chunks(share).map(|part| scope.spawn(|| read(part))).collect();
            // A worker that panics must not turn into texts that are not in the index.
            let join = |worker: std::thread::ScopedJoinHandle<'_, _>| {
                worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            };
            workers.into_iter().map(join).collect()
        });
        documents.into_iter().flatten().try_for_each(|document| self.add(document))
    }

    /// Keys of names and units that are known now and were not when the texts of the index were read, or the
    /// other way round.
    async fn keys_that_came_or_went(
        &self,
        snapshot: &Snapshot,
        changes: &BTreeMap<i64, Change>,
        standing: Standing,
    ) -> Result<Vec<String>, IndexError> {
        let knows = |change: &Change| matches!(change.record.kind, Kind::Person | Kind::Unit);
        if standing.watermark == 0 || !changes.values().any(knows) {
            return Ok(Vec::new());
        }
        let (names, units) = read_keys(snapshot).await?;
        let now = (names.into_iter().collect::<HashSet<_>>(), units.into_iter().collect::<HashSet<_>>());
        let mut touched: HashSet<String> = HashSet::new();
        for version in BTreeSet::from([standing.watermark, standing.known_at]) {
            let then = self.index.keys_at(self.archive, version).await?;
            touched.extend(now.0.symmetric_difference(&then.0).cloned());
            touched.extend(now.1.symmetric_difference(&then.1).cloned());
        }
        touched.remove("");
        Ok(touched.into_iter().collect())
    }

    /// Reads the old texts again in which one of `touched` stands, but those that are `changes` themselves.
    async fn back_fill(
        &mut self,
        snapshot: &Snapshot,
        known: &Known,
        changes: &BTreeMap<i64, Change>,
        touched: Vec<String>,
    ) -> Result<u64, IndexError> {
        let searcher = self.index.searcher()?;
        if touched.is_empty() || searcher.documents() == 0 {
            return Ok(0);
        }
        let rewritten: HashSet<&RecordKey> =
            changes.values().filter(|c| c.record.kind == Kind::Text).map(|c| &c.record.key).collect();
        let question = TextQuestion { names: touched, ..TextQuestion::default() };
        let path = lookup::Path::without_mentions(&question, &searcher);
        let texts = lookup::candidate_texts(&searcher, snapshot, &question, path).await?;
        let texts: Vec<RecordKey> = texts.into_iter().filter(|key| !rewritten.contains(key)).collect();
        for chunk in texts.chunks(TEXT_PAGE) {
            let texts = snapshot.texts(chunk).await?;
            for text in &texts {
                self.delete(&text.stored.record);
            }
            self.add_texts(known, &texts)?;
        }
        Ok(texts.len() as u64)
    }
}

/// The latest change of each record since `watermark`, in order.
async fn changes(snapshot: &Snapshot, watermark: i64) -> Result<BTreeMap<i64, Change>, IndexError> {
    let mut latest: std::collections::HashMap<RecordRef, Change> = std::collections::HashMap::new();
    let mut since = watermark;
    loop {
        let page = snapshot.changes_since(since, LOG_PAGE).await?;
        let Some(last) = page.last() else { break };
        since = last.seq;
        for change in page {
            latest.insert(change.record.clone(), change);
        }
    }
    Ok(latest.into_values().map(|change| (change.seq, change)).collect())
}
