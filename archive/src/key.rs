//! The sealing key's file: 32 random bytes in hexadecimal, readable by its owner only.
//!
//! Made once, with the archive; never again: an archive whose key is gone must say so, and not go on
//! with another one. Only called under the lock of opening.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use crate::error::ArchiveError;

/// Reads the key, or makes one if `may_create`.
pub(crate) fn read_or_create(path: &Path, may_create: bool) -> Result<[u8; 32], ArchiveError> {
    match fs::read_to_string(path) {
        Ok(text) => {
            let unreadable = || ArchiveError::KeyUnreadable { path: path.to_owned() };
            let bytes = hex::decode(text.trim()).map_err(|_| unreadable())?;
            bytes.try_into().map_err(|_| unreadable())
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && may_create => create(path),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(ArchiveError::KeyMissing { path: path.to_owned() })
        }
        Err(error) => Err(ArchiveError::io(path, error)),
    }
}

fn create(path: &Path) -> Result<[u8; 32], ArchiveError> {
    let mut key = [0_u8; 32];
    getrandom::fill(&mut key)
        .map_err(|_| ArchiveError::Damaged("this machine gives no random numbers".to_owned()))?;
    if let Some(folder) = path.parent() {
        private_folder(folder)?;
    }
    write_private(path, format!("{}\n", hex::encode(key)).as_bytes())?;
    Ok(key)
}

/// Makes a folder (and those above it) that only its owner may enter.
pub(crate) fn private_folder(folder: &Path) -> Result<(), ArchiveError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| ArchiveError::io(folder, error))
}

/// Writes a file that only its owner may read, whole or not at all: under another name, to the disk,
/// then renamed.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> Result<(), ArchiveError> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(format!(".{}.tmp", std::process::id()));
    let failed = |error| ArchiveError::io(path, error);
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&unfinished).map_err(failed)?;
    file.write_all(content).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    fs::rename(&unfinished, path).map_err(failed)?;
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        // so that the name is on the disk before anything is sealed with what stands behind it
        fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys/seal.key");
        assert!(matches!(read_or_create(&path, false), Err(ArchiveError::KeyMissing { .. })));
        let key = read_or_create(&path, true).unwrap();
        assert_eq!(read_or_create(&path, true).unwrap(), key);
        assert_eq!(read_or_create(&path, false).unwrap(), key);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            assert_eq!(fs::metadata(path.parent().unwrap()).unwrap().permissions().mode() & 0o777, 0o700);
        }
    }

    #[test]
    fn what_is_no_key_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seal.key");
        for text in ["", "abc", "zz", &"0".repeat(62)] {
            fs::write(&path, text).unwrap();
            assert!(matches!(read_or_create(&path, true), Err(ArchiveError::KeyUnreadable { .. })), "{text}");
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
    }
}
