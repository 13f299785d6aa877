//! Locks as files: one import at a time in a folder, one opening at a time. The system lets go of them
//! when the process ends, however it ends, so a lock that can be taken proves that nobody holds it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::error::ArchiveError;

/// How often a taken import lock is asked again: another process that merely looks holds it for a moment.
const TRIES: u32 = 4;
const PAUSE: Duration = Duration::from_millis(40);

/// Held as long as it lives.
#[derive(Debug)]
pub(crate) struct FolderLock {
    /// The lock goes with the open file.
    _file: File,
}

/// Waits for the lock file `path`.
pub(crate) async fn wait_for(path: PathBuf) -> Result<FolderLock, ArchiveError> {
    let file = open(&path)?;
    let locked = tokio::task::spawn_blocking(move || file.lock().map(|()| file)).await;
    match locked {
        Ok(Ok(file)) => Ok(FolderLock { _file: file }),
        Ok(Err(error)) => Err(ArchiveError::io(path, error)),
        Err(_) => Err(ArchiveError::Busy),
    }
}

/// Takes the import lock of the folder `dir`, or says who holds it.
pub(crate) async fn take(dir: &Path) -> Result<FolderLock, ArchiveError> {
    for _ in 1..TRIES {
        match try_take(dir) {
            Err(ArchiveError::ImportBusy { .. }) => tokio::time::sleep(PAUSE).await,
            taken => return taken,
        }
    }
    try_take(dir)
}

/// The same without patience.
pub(crate) fn try_take(dir: &Path) -> Result<FolderLock, ArchiveError> {
    let path = dir.join("import.lock");
    let mut file = open(&path)?;
    match file.try_lock() {
        Ok(()) => {
            let noted = file.set_len(0).and_then(|()| write!(file, "{}", std::process::id()));
            noted.map_err(|error| ArchiveError::io(path, error))?;
            Ok(FolderLock { _file: file })
        }
        Err(TryLockError::WouldBlock) => Err(ArchiveError::ImportBusy { pid: holder(&mut file) }),
        Err(TryLockError::Error(error)) => Err(ArchiveError::io(path, error)),
    }
}

fn open(path: &Path) -> Result<File, ArchiveError> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .map_err(|error| ArchiveError::io(path, error))
}

fn holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_lock_names_its_holder_and_ends_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let held = take(folder.path()).await.unwrap();
        match take(folder.path()).await {
            Err(ArchiveError::ImportBusy { pid }) => assert_eq!(pid, Some(std::process::id())),
            other => panic!("{other:?}"),
        }
        drop(held);
        take(folder.path()).await.unwrap();
    }
}
