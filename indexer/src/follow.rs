//! The follower: brings the index up to the archive by its change log. The only writer of the index.
//!
//! Names and units that have come or gone since the watermark are searched in the texts that were there before
//! (*back-fill*), and these are read again, within the same commit that moves the watermark: one number says
//! that every text up to here is in, and that every text reads by the names known up to here.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::sync::Arc;

use archive::{Archive, Snapshot, StandingText};
use dossier::{Kind, RecordKey};
use tantivy::directory::error::LockError;
use tantivy::{IndexWriter, TantivyError};

use crate::error::IndexError;
use crate::known::Known;
use crate::lookup::{self, TextQuestion};
use crate::store::{Index, Standing, read_keys};
use crate::writing::{Work, Writing};

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
/// Documents a commit; a commit is also where a crash falls back to. Each one makes segments that have to be
/// merged: at 20,000 documents that took a third of the time of a first import.
const COMMIT_DOCUMENTS: u64 = 200_000;
/// Texts held at once by one worker, and their characters.
const TEXT_PAGE: usize = 256;
const TEXT_PAGE_CHARS: u64 = 2_000_000;
/// Changes of the log that are looked at at once.
const LOG_PAGE: i64 = 4_000;

/// Indexes what the archive has and the index lacks. `holder` is what another process is told that finds
/// the index busy (e.g. `pid 4711, serve`). Does nothing where nothing changed; safe to repeat and to
/// interrupt at any point.
pub async fn follow(archive: &Archive, index: &Index, holder: &str) -> Result<Followed, IndexError> {
    let watermark = index.watermark()?;
    if archive.snapshot().await?.version() <= watermark {
        return Ok(Followed { watermark, ..Followed::default() });
    }
    let writing = Writing::new(writer(index, holder)?, index.fields(), archive);
    let outcome = Follower { archive, index, writing }.run().await;
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
    writing: Writing,
}

impl Follower<'_> {
    async fn run(mut self) -> Result<Followed, IndexError> {
        // Read again under the lock: another writer may have committed meanwhile.
        let standing = self.index.standing()?;
        let snapshot = self.archive.snapshot().await?;
        let target = snapshot.version();
        let mut followed = Followed { watermark: standing.watermark, ..Followed::default() };
        // What was known is asked first: what is known now takes its place in the cache.
        let touched = self.keys_that_came_or_went(&snapshot, standing).await?;
        let known = self.index.known(&snapshot).await?;
        followed.back_filled = self.back_fill(&snapshot, &known, standing.watermark, touched).await?;
        let (mut after, mut since_commit) = (standing.watermark, 0);
        while after < target {
            let until = target.min(after + LOG_PAGE);
            let written = self.write(&snapshot, &known, after, until).await?;
            followed.documents += written;
            since_commit += written;
            after = until;
            if since_commit >= COMMIT_DOCUMENTS && until < target {
                self.writing.commit(Standing { watermark: until, known_at: target }).await?;
                since_commit = 0;
            }
        }
        self.writing.commit(Standing { watermark: target, known_at: target }).await?;
        self.writing.end()?;
        followed.watermark = target;
        Ok(followed)
    }

    /// Writes the present state of what changed last between `after` and `until`. Idempotent: what the index may
    /// hold is deleted by its id first. It cannot hold what is there in its first version and came after its
    /// watermark.
    async fn write(
        &mut self,
        snapshot: &Snapshot,
        known: &Arc<Known>,
        after: i64,
        until: i64,
    ) -> Result<u64, IndexError> {
        let mut written = 0;
        for &kind in Kind::ALL.iter().filter(|kind| **kind != Kind::Text) {
            let (live, retired) = snapshot.standing_records(kind, after, until).await?;
            written += (live.len() + retired.len()) as u64;
            if !(live.is_empty() && retired.is_empty()) {
                self.writing.give(Work::Records { live, retired }).await?;
            }
        }
        let texts = snapshot.standing_texts(after, until).await?;
        written += texts.len() as u64;
        self.write_texts(snapshot, known, &texts).await?;
        Ok(written)
    }

    async fn write_texts(
        &mut self,
        snapshot: &Snapshot,
        known: &Arc<Known>,
        texts: &[StandingText],
    ) -> Result<(), IndexError> {
        for page in pages(texts) {
            let stale: Vec<RecordKey> =
                page.iter().filter(|text| !text.is_first).map(|text| text.key.clone()).collect();
            let live: Vec<RecordKey> =
                page.iter().filter(|text| text.live).map(|text| text.key.clone()).collect();
            let texts = snapshot.texts(&live).await?;
            self.writing.give(Work::Texts { known: Arc::clone(known), texts, stale }).await?;
        }
        Ok(())
    }

    /// Keys of names and units that are known now and were not when the texts of the index were read, or the
    /// other way round.
    async fn keys_that_came_or_went(
        &self,
        snapshot: &Snapshot,
        standing: Standing,
    ) -> Result<Vec<String>, IndexError> {
        let since = standing.watermark;
        if since == 0
            || !(snapshot.has_changed(Kind::Person, since).await?
                || snapshot.has_changed(Kind::Unit, since).await?)
        {
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

    /// Reads the old texts again in which one of `touched` stands, but those that have changed themselves since
    /// the watermark `since`.
    async fn back_fill(
        &mut self,
        snapshot: &Snapshot,
        known: &Arc<Known>,
        since: i64,
        touched: Vec<String>,
    ) -> Result<u64, IndexError> {
        let searcher = self.index.searcher()?;
        if touched.is_empty() || searcher.documents() == 0 {
            return Ok(0);
        }
        let rewritten = snapshot.standing_texts(since, snapshot.version()).await?;
        let rewritten: HashSet<RecordKey> = rewritten.into_iter().map(|text| text.key).collect();
        let question = TextQuestion { names: touched, ..TextQuestion::default() };
        let path = lookup::Path::without_mentions(&question, &searcher);
        let texts = lookup::candidate_texts(&searcher, snapshot, &question, path).await?;
        let texts: Vec<RecordKey> = texts.into_iter().filter(|key| !rewritten.contains(key)).collect();
        for chunk in texts.chunks(TEXT_PAGE) {
            let (texts, stale) = (snapshot.texts(chunk).await?, chunk.to_vec());
            self.writing.give(Work::Texts { known: Arc::clone(known), texts, stale }).await?;
        }
        Ok(texts.len() as u64)
    }
}

/// So many of them at a time that they fit into memory, however long they are.
fn pages(texts: &[StandingText]) -> impl Iterator<Item = &[StandingText]> {
    let mut rest = texts;
    std::iter::from_fn(move || {
        let mut chars = 0;
        let fits = |text: &&StandingText| {
            let first = chars == 0;
            chars += text.chars.max(1);
            first || chars <= TEXT_PAGE_CHARS
        };
        let size = rest.iter().take(TEXT_PAGE).take_while(fits).count();
        let (page, after) = rest.split_at(size);
        rest = after;
        (size > 0).then_some(page)
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_come_one_at_a_time_and_short_ones_together() {
        let texts = |chars: &[u64]| -> Vec<StandingText> {
            let text = |&chars| StandingText {
                key: RecordKey::new("T1").unwrap(),
                is_first: true,
                live: true,
                chars,
            };
            chars.iter().map(text).collect()
        };
        for (chars, expected) in [
            (vec![], vec![]),
            (vec![0; 600], vec![256, 256, 88]),
            (vec![TEXT_PAGE_CHARS * 3, 1, 1], vec![1, 2]),
            (vec![TEXT_PAGE_CHARS / 2, TEXT_PAGE_CHARS / 2, 1], vec![2, 1]),
        ] {
            let texts = texts(&chars);
            assert_eq!(pages(&texts).map(<[_]>::len).collect::<Vec<_>>(), expected);
        }
    }
}
