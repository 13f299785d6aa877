//! Turning the sealing key: what the old one sealed is sealed anew, the hashes by which numbers and contents are
//! looked up are made anew, in chunks; a process that dies in between leaves an archive that says so, and goes on
//! where it stopped when it is asked again. The old key is kept until nothing needs it any more.
//!
//! What stays: the audit chain (it holds no sealed value), the keys of records, and the key that names them. Who
//! has the archive open meanwhile neither reads nor writes by the old key: both ask the database first.

mod chunk;
mod hashes;
mod leftover;

pub(crate) use chunk::{with_triggers, without_triggers};

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::act::Act;
use crate::error::ArchiveError;
use crate::key::{self, KeyRing};
use crate::open::{Archive, OpenOptions};
use crate::seal::{SEALED_COLUMNS, SealAlgorithm, Sealer};
use crate::{attachments, format, import_lock, reminders};

/// Says that the key is being turned: from which generation to which.
const META: &str = "key_rotation";

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRotated {
    /// The generation that seals now.
    pub generation: u32,
    /// By what.
    pub algorithm: SealAlgorithm,
    /// Values and records that were sealed or hashed anew; what an earlier process had done is not counted.
    pub resealed: u64,
    /// Values that opened by no key: they were left as they are, and `check` names their records.
    pub unreadable: Vec<String>,
    /// Where the keys are kept that older backups need.
    pub retired: Option<PathBuf>,
}

/// What goes wrong outside of the archive while derived things are thrown away.
type Derived<'a> = &'a mut (dyn FnMut() -> std::io::Result<()> + Send);

impl Archive {
    /// Turns the key of the archive in `dir`, or goes on with what was begun. `forget` throws away what was
    /// derived by the old key (the index); it is called before anybody can open the archive again. `progress`
    /// hears of every chunk.
    pub async fn rotate_key(
        dir: &Path,
        options: &OpenOptions,
        by: &str,
        forget: Derived<'_>,
        progress: &mut (dyn FnMut(u64) + Send),
        now: DateTime<Utc>,
    ) -> Result<KeyRotated, ArchiveError> {
        if !dir.join("archive.db").exists() {
            return Err(ArchiveError::NoArchive { path: dir.to_owned() });
        }
        let _opening = import_lock::wait_for(dir.join("open.lock")).await?;
        let _importing = import_lock::take(dir).await?;
        let (archive, ring) = Self::connect(dir, options, now).await?;
        let path = options.key_path(dir);
        let turned = archive.turn(&path, ring, by, forget, progress, now).await;
        archive.close().await;
        turned
    }

    /// From which generation of the key to which it is being turned.
    pub(crate) async fn key_rotation(&self) -> Result<Option<(u32, u32)>, ArchiveError> {
        let Some(text) = format::get(&mut *self.readers().acquire().await?, META).await? else {
            return Ok(None);
        };
        let pair = text.split_once('>').and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
        pair.map(Some).ok_or_else(|| ArchiveError::Damaged(format!("{text:?} is no turning of a key")))
    }

    async fn turn(
        &self,
        path: &Path,
        mut ring: KeyRing,
        by: &str,
        forget: Derived<'_>,
        progress: &mut (dyn FnMut(u64) + Send),
        now: DateTime<Utc>,
    ) -> Result<KeyRotated, ArchiveError> {
        let algorithm = self.sealer().algorithm();
        let (from, to) = if let Some(begun) = self.key_rotation().await? {
            begun
        } else {
            let from = self.sealer().generation();
            if ring.generations().keys().any(|known| *known < from) {
                // Only the file of the key was not cleaned up any more.
                let retired = retire(path, &ring, from)?;
                let (resealed, unreadable) = (0, Vec::new());
                return Ok(KeyRotated { generation: from, algorithm, resealed, unreadable, retired });
            }
            // A key that was written down and never used is used now.
            let to = if ring.newest() > from { ring.newest() } else { ring.add(key::random()?) };
            key::write(path, &ring)?;
            (from, to)
        };
        let both = Sealer::new(&ring, to, algorithm)?
            .ok_or_else(|| ArchiveError::KeyWrong { path: path.to_owned() })?;
        let (old, new) = (both.sealing_by(from), both);
        self.begin_turning(&old, &new, by, now).await?;
        let mut work = chunk::Work { archive: self, old: &old, new: &new, done: 0, unreadable: Vec::new() };
        work.records("record", progress).await?;
        work.records("record_version", progress).await?;
        for column in SEALED_COLUMNS {
            work.column(column, progress).await?;
        }
        work.changes().await?;
        let (resealed, mut unreadable) = (work.done, work.unreadable);
        let (papers, closed) = attachments::reseal(self, &old, &new).await?;
        let resealed = resealed + papers;
        unreadable.extend(closed);
        reminders::reseal_events(self, &old, &new, by, now).await?;
        leftover::none_left(self, &new).await?;
        forget().map_err(|error| ArchiveError::io(path, error))?;
        let mut act = Act::begin_turning(self, by, now).await?;
        sqlx::query("DELETE FROM meta WHERE name = $1").bind(META).execute(act.connection()).await?;
        let detail = json!({ "from": from, "to": to, "resealed": resealed, "unreadable": unreadable.len() });
        act.audit("key.rotated", algorithm.slug(), &detail).await?;
        act.commit().await?;
        let retired = retire(path, &ring, to)?;
        Ok(KeyRotated { generation: to, algorithm, resealed, unreadable, retired })
    }

    /// From here on nobody opens the archive before the end, and nobody who has it open reads or writes.
    async fn begin_turning(
        &self,
        old: &Sealer,
        new: &Sealer,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<(), ArchiveError> {
        if self.key_rotation().await?.is_some() {
            return Ok(());
        }
        let (from, to) = (old.generation(), new.generation());
        let mut act = Act::begin_turning(self, by, now).await?;
        format::set(act.connection(), META, &format!("{from}>{to}")).await?;
        format::set(act.connection(), "key_generation", &to.to_string()).await?;
        format::set(act.connection(), "key_check", &new.key_check()).await?;
        act.audit("key.rotate", new.algorithm().slug(), &json!({ "from": from, "to": to })).await?;
        act.commit().await
    }
}

/// Takes the keys before `generation` out of the key file, after they were put beside it.
fn retire(path: &Path, ring: &KeyRing, generation: u32) -> Result<Option<PathBuf>, ArchiveError> {
    if ring.generations().keys().all(|known| *known >= generation) {
        return Ok(None);
    }
    let retired = key::retired_path(path, generation);
    key::write(&retired, &ring.up_to(generation - 1))?;
    key::write(path, &ring.from(generation))?;
    Ok(Some(retired))
}
