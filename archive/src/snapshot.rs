//! A snapshot: one read transaction, so that everything asked of it is answered as of one archive
//! version, whatever is written meanwhile. What can be asked of it stands with each subject.

use chrono::{DateTime, Utc};
use dossier::RecordKey;
use sqlx::{Sqlite, Transaction};
use tokio::sync::{Mutex, MutexGuard};

use crate::error::ArchiveError;
use crate::narrow::Narrowing;
use crate::open::Archive;
use crate::rows;

/// A consistent view. It holds one of the readers as long as it lives ([`crate::OpenOptions::readers`]),
/// and keeps the write-ahead log from being folded in: take it, ask, let it go.
pub struct Snapshot {
    archive: Archive,
    version: i64,
    tx: Mutex<Transaction<'static, Sqlite>>,
    /// Of a snapshot of the past: the texts that have changed since, by key.
    changed_texts: Option<Vec<RecordKey>>,
}

/// How much an answer rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CoverageCounts {
    /// Live records that are no texts.
    pub records: i64,
    /// Live texts, those settled by hand included.
    pub texts: i64,
    /// Files that could not be read and that nobody has settled.
    pub texts_failed: i64,
    /// Files that a person transcribed or withdrew.
    pub texts_settled_by_hand: i64,
    /// Live texts that were recognised in pictures ([`crate::OCR_MARK`]).
    pub texts_by_ocr: i64,
    /// Imports under way, or killed and not yet noticed.
    pub running_imports: i64,
    /// Imports that stopped half-way and were neither run again nor undone.
    pub interrupted_imports: i64,
    /// When the last complete import ended.
    pub latest_import: Option<DateTime<Utc>>,
}

impl CoverageCounts {
    /// Whether every import came to its end and every file is read or settled.
    pub fn complete(&self) -> bool {
        self.texts_failed == 0 && self.running_imports == 0 && self.interrupted_imports == 0
    }
}

impl Archive {
    /// Takes a snapshot. Waits for a free reader.
    pub async fn snapshot(&self) -> Result<Snapshot, ArchiveError> {
        let mut tx = self.readers().begin().await?;
        // the first read is what fixes the view: `BEGIN` alone does not
        let (version, generation): (i64, Option<String>) = sqlx::query_as(
            "SELECT (SELECT COALESCE(MAX(seq), 0) FROM record_version), \
                    (SELECT value FROM meta WHERE name = 'key_generation')",
        )
        .fetch_one(&mut *tx)
        .await?;
        // By another key nobody would be found by his number any more.
        self.holds_the_key(generation.as_deref())?;
        if let Some(narrowing) = self.narrowing() {
            narrowing.lay_out(&mut tx).await?;
        }
        Ok(Snapshot { archive: self.clone(), version, tx: Mutex::new(tx), changed_texts: None })
    }
}

impl Snapshot {
    /// The archive version: the number of the last change that this snapshot sees; 0 for none.
    pub fn version(&self) -> i64 {
        self.version
    }

    /// A view of the past: `tx` shows the archive as it was at `version`.
    pub(crate) fn past(
        archive: Archive,
        version: i64,
        tx: Transaction<'static, Sqlite>,
        changed_texts: Vec<RecordKey>,
    ) -> Self {
        Self { archive, version, tx: Mutex::new(tx), changed_texts: Some(changed_texts) }
    }

    /// A view of the present on another connection than the archive's own readers.
    pub(crate) fn beside(archive: Archive, version: i64, tx: Transaction<'static, Sqlite>) -> Self {
        Self { archive, version, tx: Mutex::new(tx), changed_texts: None }
    }

    /// Of a snapshot of the past: the texts that are new, changed or gone since. None: it is of the present.
    pub fn changed_texts(&self) -> Option<&[RecordKey]> {
        self.changed_texts.as_deref()
    }

    /// Counts that cost nothing, however large the archive is. A narrowed snapshot counts what it shows, and
    /// tells nothing of imports and files: they are about everything.
    pub async fn coverage(&self) -> Result<CoverageCounts, ArchiveError> {
        let mut tx = self.lock().await;
        let (records, texts): (i64, i64) = sqlx::query_as(
            "SELECT COALESCE(SUM(CASE WHEN kind <> 'text' THEN live ELSE 0 END), 0), \
                    COALESCE(SUM(CASE WHEN kind = 'text' THEN live ELSE 0 END), 0) FROM live_count",
        )
        .fetch_one(&mut **tx)
        .await?;
        let (texts_failed, texts_settled_by_hand): (i64, i64) = sqlx::query_as(
            "SELECT (SELECT COUNT(*) FROM text_file WHERE state = 'failed'), \
                    (SELECT COUNT(*) FROM text_file WHERE state IN ('transcribed', 'withdrawn'))",
        )
        .fetch_one(&mut **tx)
        .await?;
        // as the index says it; the mark stands here as a literal, or the index would not be used
        let texts_by_ocr: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM record \
             WHERE kind = 'text' AND instr(extractor, 'ocr/') > 0 AND state = 'live'",
        )
        .fetch_one(&mut **tx)
        .await?;
        let (running_imports, interrupted_imports, latest): (i64, i64, Option<i64>) = sqlx::query_as(
            "SELECT (SELECT COUNT(*) FROM import WHERE state = 'running'), \
                    (SELECT COUNT(*) FROM import WHERE state = 'interrupted'), \
                    (SELECT MAX(finished_at) FROM import WHERE state = 'complete')",
        )
        .fetch_one(&mut **tx)
        .await?;
        Ok(CoverageCounts {
            records,
            texts,
            texts_failed,
            texts_settled_by_hand,
            texts_by_ocr,
            running_imports,
            interrupted_imports,
            latest_import: latest.map(rows::instant).transpose()?,
        })
    }

    pub(crate) fn archive(&self) -> &Archive {
        &self.archive
    }

    pub(crate) fn narrowing(&self) -> Option<&Narrowing> {
        self.archive.narrowing()
    }

    pub(crate) async fn lock(&self) -> MutexGuard<'_, Transaction<'static, Sqlite>> {
        self.tx.lock().await
    }
}
