//! The bytes of files that could not be read, kept for another try under their own hash.

use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::error::ArchiveError;
use crate::key;
use crate::open::Archive;

/// A kept file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// SHA-256 (hex) of its bytes.
    pub sha256: String,
    /// Where it is, relative to the folder of the archive.
    pub path: String,
}

impl Archive {
    /// Keeps `content`. Keeping the same bytes again is free.
    pub async fn keep_upload(&self, content: Vec<u8>) -> Result<Upload, ArchiveError> {
        let dir = self.dir().to_owned();
        tokio::task::spawn_blocking(move || keep(&dir, &content)).await.map_err(|_| {
            let ended = std::io::Error::other("the writing thread ended");
            ArchiveError::io("uploads", ended)
        })?
    }

    /// Where a kept file is.
    pub fn upload_path(&self, relative: &str) -> PathBuf {
        self.dir().join(relative)
    }
}

fn keep(dir: &Path, content: &[u8]) -> Result<Upload, ArchiveError> {
    let sha256 = hex::encode(Sha256::digest(content));
    let relative = format!("uploads/{}/{sha256}", &sha256[..2]);
    let path = dir.join(&relative);
    if !path.exists() {
        if let Some(folder) = path.parent() {
            key::private_folder(folder)?;
        }
        key::write_private(&path, content)?;
    }
    Ok(Upload { sha256, path: relative })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_same_bytes_are_kept_once() {
        let folder = tempfile::tempdir().unwrap();
        let first = keep(folder.path(), b"abc").unwrap();
        assert_eq!(first, keep(folder.path(), b"abc").unwrap());
        assert_eq!(first.path, format!("uploads/ba/{}", first.sha256));
        assert_eq!(std::fs::read(folder.path().join(first.path)).unwrap(), b"abc");
    }
}
