//! The lock of a serving process on its data folder: a file that is locked as long as the process lives,
//! and says who it is.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Seek, Write};
use std::path::Path;

use anyhow::{Context as _, bail};

/// Held while serving; the lock goes with it.
pub(crate) struct ServeLock {
    file: File,
}

impl ServeLock {
    /// Takes the lock of `dir`, or says who holds it.
    pub(crate) fn take(dir: &Path) -> anyhow::Result<Self> {
        fs::create_dir_all(dir).with_context(|| format!("making the data folder {}", dir.display()))?;
        let path = dir.join("serve.lock");
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .with_context(|| format!("opening {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { file }),
            Err(TryLockError::WouldBlock) => {
                let who = fs::read_to_string(&path).unwrap_or_default();
                bail!("the data folder {} is already being served by {}", dir.display(), holder(&who));
            }
            Err(TryLockError::Error(error)) => {
                Err(error).with_context(|| format!("locking {}", path.display()))
            }
        }
    }

    /// Writes down who holds it.
    pub(crate) fn say(&mut self, who: &str) -> std::io::Result<()> {
        self.file.set_len(0)?;
        self.file.rewind()?;
        self.file.write_all(who.as_bytes())?;
        self.file.flush()
    }
}

fn holder(text: &str) -> String {
    if text.trim().is_empty() {
        "another process that has just started".to_owned()
    } else {
        text.trim().to_owned()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_second_one_is_told_who_the_first_is() {
        let dir = tempfile::tempdir().unwrap();
        let mut first = ServeLock::take(dir.path()).unwrap();
        first.say("pid 4711 at http://127.0.0.1:8080").unwrap();
        let refused = ServeLock::take(dir.path()).err().unwrap().to_string();
        assert!(refused.contains("pid 4711 at http://127.0.0.1:8080"), "{refused}");
        drop(first);
        assert!(ServeLock::take(dir.path()).is_ok());
    }
}
