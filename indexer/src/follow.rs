//! The follower: brings the index up to the archive by its change log. The only writer of the index.
//!
//! Names learned since the watermark are searched in the texts that were there before (*back-fill*)
//! within the same commit that moves the watermark, so that one number says both: every text up to here
//! is in, and every name up to here is marked in every text.

use std::collections::{BTreeMap, HashSet};
use std::fs;

use archive::{Archive, Change, Snapshot};
use dossier::name::name_key;
use dossier::{Kind, RecordKey, RecordRef};
use tantivy::directory::error::LockError;
use tantivy::{IndexWriter, TantivyDocument, TantivyError, Term};

use crate::document;
use crate::error::IndexError;
use crate::known::Known;
use crate::lookup::{self, TextQuestion};
use crate::store::Index;

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
        let watermark = self.index.watermark()?;
        let snapshot = self.archive.snapshot().await?;
        let target = snapshot.version();
        let mut followed = Followed { watermark, ..Followed::default() };
        let changes = changes(&snapshot, watermark).await?;
        let known = self.index.known(&snapshot).await?;
        let changed_texts: HashSet<RecordKey> =
            changes.values().filter(|c| c.record.kind == Kind::Text).map(|c| c.record.key.clone()).collect();
        followed.back_filled = self.back_fill(&snapshot, &known, &changes, &changed_texts, watermark).await?;
        let mut since_commit = 0;
        let all: Vec<Change> = changes.into_values().collect();
        for chunk in all.chunks(TEXT_PAGE) {
            self.write(&snapshot, &known, chunk).await?;
            followed.documents += chunk.len() as u64;
            since_commit += chunk.len();
            if since_commit >= COMMIT_DOCUMENTS
                && let Some(last) = chunk.last()
            {
                self.commit(last.seq)?;
                since_commit = 0;
            }
        }
        self.commit(target)?;
        self.writer.wait_merging_threads()?;
        followed.watermark = target;
        Ok(followed)
    }

    fn commit(&mut self, watermark: i64) -> Result<(), IndexError> {
        let mut prepared = self.writer.prepare_commit()?;
        prepared.set_payload(&watermark.to_string());
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
                for text in snapshot.texts(&keys).await? {
                    self.add(document::of_text(&fields, self.archive, known, &text))?;
                }
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

    /// Reads the old texts again that hold a name learned since `watermark`.
    async fn back_fill(
        &mut self,
        snapshot: &Snapshot,
        known: &Known,
        changes: &BTreeMap<i64, Change>,
        changed_texts: &HashSet<RecordKey>,
        watermark: i64,
    ) -> Result<u64, IndexError> {
        let searcher = self.index.searcher()?;
        if watermark == 0 || searcher.documents() == 0 {
            return Ok(0);
        }
        let names = learned_names(snapshot, changes).await?;
        if names.is_empty() {
            return Ok(0);
        }
        let question = TextQuestion { names, ..TextQuestion::default() };
        let path = lookup::Path::without_mentions(&question, &searcher);
        let texts = lookup::candidate_texts(&searcher, snapshot, &question, path).await?;
        let texts: Vec<RecordKey> = texts.into_iter().filter(|key| !changed_texts.contains(key)).collect();
        let fields = self.index.fields();
        for chunk in texts.chunks(TEXT_PAGE) {
            for text in snapshot.texts(chunk).await? {
                self.delete(&text.stored.record);
                self.add(document::of_text(&fields, self.archive, known, &text))?;
            }
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

/// Keys of the names and former names of the persons among `changes`.
async fn learned_names(
    snapshot: &Snapshot,
    changes: &BTreeMap<i64, Change>,
) -> Result<Vec<String>, IndexError> {
    let persons: Vec<RecordKey> = changes
        .values()
        .filter(|change| change.live && change.record.kind == Kind::Person)
        .map(|change| change.record.key.clone())
        .collect();
    let mut names = Vec::new();
    for chunk in persons.chunks(500) {
        for person in snapshot.records(Kind::Person, chunk).await? {
            names.extend(person.fields.text("name").map(name_key));
            names.extend(person.fields.list("former_names").iter().map(|name| name_key(name)));
        }
    }
    names.sort_unstable();
    names.dedup();
    Ok(names)
}
