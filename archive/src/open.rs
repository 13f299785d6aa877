//! Opening a folder: its lock, its key, its database with one write connection and a pool of readers.
//!
//! WAL and a busy timeout alone do not suffice: a read that turns into a write fails at once and no
//! busy handler is asked. So writers begin with `BEGIN IMMEDIATE` on the one write connection of the
//! process, readers cannot write, and several processes may have the folder open.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use dossier::access::Scope;
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use crate::error::ArchiveError;
use crate::key::KeyRing;
use crate::narrow::Narrowing;
use crate::seal::{SealAlgorithm, Sealer};
use crate::{clearance_persons, format, import_lock, import_log, key, rekey};

/// How long a writer waits for another process.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);
/// Page cache of the write connection, in KiB (negative, as `SQLite` wants it).
const WRITER_CACHE: &str = "-32000";
/// Pages of the write-ahead log before it is folded in (32 MB): pages that each batch of an import touches are
/// then copied once in many batches, not in each.
const WRITER_CHECKPOINT: &str = "8000";
/// Page cache of each reader, in KiB.
const READER_CACHE: &str = "-8000";
/// Rows that a reader's thread may be ahead of the one who asks.
const ROWS_AHEAD: usize = 512;

/// How to open an archive.
#[derive(Debug, Clone)]
pub struct OpenOptions {
    /// Where the sealing key lies; `None`: `keys/seal.key` in the folder.
    pub key_path: Option<PathBuf>,
    /// Most snapshots at one time.
    pub readers: u32,
    /// Whether to make an archive where there is none.
    pub create: bool,
    /// By what new values are sealed; what is sealed already opens in any case.
    pub sealing: SealAlgorithm,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self { key_path: None, readers: 8, create: true, sealing: SealAlgorithm::default() }
    }
}

impl OpenOptions {
    /// Where the key of the archive in `dir` lies.
    pub(crate) fn key_path(&self, dir: &Path) -> PathBuf {
        self.key_path.clone().unwrap_or_else(|| dir.join("keys").join("seal.key"))
    }
}

/// An open archive. Cloning it is cheap and shares the connections.
#[derive(Debug, Clone)]
pub struct Archive {
    shared: Arc<Shared>,
    /// What the snapshots of this handle are narrowed to; `None`: nothing is kept from it.
    narrowing: Option<Narrowing>,
}

#[derive(Debug)]
struct Shared {
    dir: PathBuf,
    writer: SqlitePool,
    readers: SqlitePool,
    sealer: Sealer,
}

impl Archive {
    /// Opens the archive in `dir`. The first opening makes folder, key and database; an older format
    /// is migrated after a backup; a newer one, a missing or a wrong key are refused.
    pub async fn open(dir: &Path, options: &OpenOptions, now: DateTime<Utc>) -> Result<Self, ArchiveError> {
        let database = dir.join("archive.db");
        if !options.create && !database.exists() {
            return Err(ArchiveError::NoArchive { path: dir.to_owned() });
        }
        key::private_folder(dir)?;
        let _lock = import_lock::wait_for(dir.join("open.lock")).await?;
        let (archive, _) = Self::connect(dir, options, now).await?;
        if archive.key_rotation().await?.is_some() {
            archive.close().await;
            return Err(ArchiveError::KeyRotating);
        }
        import_log::notice_abandoned(&archive, now).await?;
        rekey::rekey_names(&archive, now).await?;
        clearance_persons::fill(&archive, now).await?;
        Ok(archive)
    }

    /// Opens key and database, and brings the format up to date. Only under the lock of opening.
    pub(crate) async fn connect(
        dir: &Path,
        options: &OpenOptions,
        now: DateTime<Utc>,
    ) -> Result<(Self, KeyRing), ArchiveError> {
        let database = dir.join("archive.db");
        let key_path = options.key_path(dir);
        let ring = key::read_or_create(&key_path, !database.exists())?;
        let writer =
            SqlitePoolOptions::new().max_connections(1).acquire_timeout(BUSY_TIMEOUT).idle_timeout(None);
        let connection_of_writer =
            connection(&database, WRITER_CACHE).pragma("wal_autocheckpoint", WRITER_CHECKPOINT);
        let writer = writer.max_lifetime(None).connect_with(connection_of_writer).await?;
        let Some(sealer) = own_sealer(&writer, &ring, options.sealing).await? else {
            writer.close().await;
            return Err(ArchiveError::KeyWrong { path: key_path });
        };
        format::bring_up_to_date(&writer, dir, &sealer, now.timestamp_millis()).await?;
        let reader =
            connection(&database, READER_CACHE).pragma("query_only", "ON").row_buffer_size(ROWS_AHEAD);
        let readers = SqlitePoolOptions::new()
            .max_connections(options.readers.max(1))
            .acquire_timeout(BUSY_TIMEOUT)
            .connect_with(reader)
            .await?;
        let shared = Shared { dir: dir.to_owned(), writer, readers, sealer };
        Ok((Self { shared: Arc::new(shared), narrowing: None }, ring))
    }

    /// Refuses to go on where the key was turned since the archive was opened. `generation` is what the
    /// database says now.
    pub(crate) fn holds_the_key(&self, generation: Option<&str>) -> Result<(), ArchiveError> {
        let now = generation.map_or(Some(1), |text| text.parse().ok());
        if now == Some(self.sealer().generation()) { Ok(()) } else { Err(ArchiveError::KeyRotated) }
    }

    /// The same archive as a reader of this scope sees it: all snapshots that are taken of the handle are
    /// narrowed to it. `day` tells who holds which post.
    #[must_use]
    pub fn for_reader(&self, scope: &Arc<Scope>, day: NaiveDate) -> Self {
        let narrowing = (!scope.is_full()).then(|| Narrowing { scope: Arc::clone(scope), day });
        Self { shared: Arc::clone(&self.shared), narrowing }
    }

    /// The archive itself again: for what the program has to know whoever asks.
    pub(crate) fn unscoped(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), narrowing: None }
    }

    pub(crate) fn narrowing(&self) -> Option<&Narrowing> {
        self.narrowing.as_ref()
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.shared.dir
    }

    /// Waits for what is under way, snapshots included, and closes the database.
    pub async fn close(&self) {
        self.shared.readers.close().await;
        self.shared.writer.close().await;
    }

    /// Writes a consistent copy of the database to a new file, beside running readers. The sealing key
    /// is **not** in it: keep that elsewhere, or the copy cannot be read.
    pub async fn backup(&self, path: &Path) -> Result<(), ArchiveError> {
        format::copy_into(self.writer(), path).await
    }

    /// How far `now` lies before the last instant that the archive has seen, if it does: somebody set
    /// the clock back.
    pub async fn clock_jump(&self, now: DateTime<Utc>) -> Result<Option<TimeDelta>, ArchiveError> {
        let mut reader = self.readers().acquire().await?;
        let last = format::get(&mut reader, "last_instant").await?.and_then(|text| text.parse::<i64>().ok());
        let behind = last.map_or(0, |last| last - now.timestamp_millis());
        Ok((behind > 0).then(|| TimeDelta::milliseconds(behind)))
    }

    /// The keyed hash under which a canonical identity number is looked up. It may stand in an index
    /// where the number itself may not.
    pub fn identity_hash(&self, canonical: &str) -> String {
        self.sealer().identity_hash(canonical)
    }

    /// The keyed hash of a question that has to be known again, also by a later key.
    pub fn question_hash(&self, question: &str) -> String {
        self.sealer().question_hash(question)
    }

    pub(crate) fn writer(&self) -> &SqlitePool {
        &self.shared.writer
    }

    pub(crate) fn readers(&self) -> &SqlitePool {
        &self.shared.readers
    }

    pub(crate) fn sealer(&self) -> &Sealer {
        &self.shared.sealer
    }
}

/// The keys by the generation that the database is at, if the ring has it and it is the archive's own.
async fn own_sealer(
    pool: &SqlitePool,
    ring: &KeyRing,
    sealing: SealAlgorithm,
) -> Result<Option<Sealer>, ArchiveError> {
    let known = format::known_key_check(pool).await?;
    let generation = match (&known, format::key_generation(pool).await?) {
        // A database that is being made takes the newest.
        (None, _) => ring.newest(),
        (Some(_), generation) => generation,
    };
    let sealer = Sealer::new(ring, generation, sealing)?;
    Ok(sealer.filter(|sealer| known.is_none_or(|known| known == sealer.key_check())))
}

/// A connection that reads the archive in `dir` and may keep tables of its own beside it.
pub(crate) fn past_reader(dir: &Path) -> SqliteConnectOptions {
    connection(&dir.join("archive.db"), READER_CACHE).read_only(true).row_buffer_size(ROWS_AHEAD)
}

fn connection(database: &Path, cache: &'static str) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(database)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // NORMAL would lose the last commits on a power cut: an import that said "done" must be there
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY_TIMEOUT)
        .foreign_keys(true)
        .pragma("cache_size", cache)
        .pragma("temp_store", "MEMORY")
}
