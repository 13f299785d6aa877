//! The sealing key's file: at first 32 random bytes in hexadecimal; after the key was turned, one line for each
//! generation that is still needed, and one for the key that names records, which stays. Readable by its owner
//! only.
//!
//! Made once, with the archive; never again: an archive whose key is gone must say so, and not go on
//! with another one. Only called under the lock of opening.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::error::ArchiveError;
use crate::seal::naming_key;

/// What the file of a key that was turned begins with.
const TITLE: &str = "qingjian keys 2";

/// The keys of one archive, by generation.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct KeyRing {
    naming: [u8; 32],
    generations: BTreeMap<u32, [u8; 32]>,
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeyRing {:?}", self.generations.keys())
    }
}

impl KeyRing {
    /// Of the first key alone.
    pub(crate) fn first(key: [u8; 32]) -> Result<Self, ArchiveError> {
        Ok(Self { naming: naming_key(&key)?, generations: BTreeMap::from([(1, key)]) })
    }

    /// By what records are named.
    pub(crate) fn naming(&self) -> &[u8; 32] {
        &self.naming
    }

    /// The keys by number.
    pub(crate) fn generations(&self) -> &BTreeMap<u32, [u8; 32]> {
        &self.generations
    }

    /// The number of the newest.
    pub(crate) fn newest(&self) -> u32 {
        self.generations.last_key_value().map_or(1, |(number, _)| *number)
    }

    /// Adds a key after the newest. Gives its number.
    pub(crate) fn add(&mut self, key: [u8; 32]) -> u32 {
        let number = self.newest() + 1;
        self.generations.insert(number, key);
        number
    }

    /// Without those before `number`.
    pub(crate) fn from(&self, number: u32) -> Self {
        Self { naming: self.naming, generations: self.generations.clone().split_off(&number) }
    }

    /// Without those after `number`.
    pub(crate) fn up_to(&self, number: u32) -> Self {
        let mut ring = self.clone();
        ring.generations.retain(|known, _| *known <= number);
        ring
    }

    /// As it is written down. The first key alone is written as it always was.
    fn text(&self) -> Result<String, ArchiveError> {
        if let (Some(first), 1) = (self.generations.get(&1), self.generations.len())
            && naming_key(first)? == self.naming
        {
            return Ok(format!("{}\n", hex::encode(first)));
        }
        let mut lines = vec![TITLE.to_owned(), format!("naming {}", hex::encode(self.naming))];
        let generations = self.generations.iter().rev();
        lines.extend(generations.map(|(number, key)| format!("generation {number} {}", hex::encode(key))));
        Ok(lines.join("\n") + "\n")
    }

    fn read(text: &str) -> Result<Option<Self>, ArchiveError> {
        let Some(lines) = text.trim().strip_prefix(TITLE) else {
            return bytes(text.trim()).map(Self::first).transpose();
        };
        let (mut naming, mut generations) = (None, BTreeMap::new());
        for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let words: Vec<&str> = line.split_whitespace().collect();
            match words[..] {
                ["naming", key] if naming.is_none() => naming = bytes(key),
                ["generation", number, key] => {
                    let Some((number, key)) = number.parse::<u32>().ok().zip(bytes(key)) else {
                        return Ok(None);
                    };
                    if generations.insert(number, key).is_some() {
                        return Ok(None);
                    }
                }
                _ => return Ok(None),
            }
        }
        Ok(naming.filter(|_| !generations.is_empty()).map(|naming| Self { naming, generations }))
    }
}

fn bytes(hexed: &str) -> Option<[u8; 32]> {
    hex::decode(hexed).ok()?.try_into().ok()
}

/// Reads the keys, or makes the first if `may_create`.
pub(crate) fn read_or_create(path: &Path, may_create: bool) -> Result<KeyRing, ArchiveError> {
    match fs::read_to_string(path) {
        Ok(text) => {
            KeyRing::read(&text)?.ok_or_else(|| ArchiveError::KeyUnreadable { path: path.to_owned() })
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && may_create => create(path),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(ArchiveError::KeyMissing { path: path.to_owned() })
        }
        Err(error) => Err(ArchiveError::io(path, error)),
    }
}

/// Writes the keys in the place of what the file holds.
pub(crate) fn write(path: &Path, ring: &KeyRing) -> Result<(), ArchiveError> {
    write_private(path, ring.text()?.as_bytes())
}

/// Where the keys are kept that opened the archive before generation `number`: backups of then need them.
pub(crate) fn retired_path(path: &Path, number: u32) -> PathBuf {
    let mut retired = path.as_os_str().to_owned();
    retired.push(format!(".before-{number}"));
    PathBuf::from(retired)
}

/// 32 random bytes.
pub(crate) fn random() -> Result<[u8; 32], ArchiveError> {
    let mut key = [0_u8; 32];
    getrandom::fill(&mut key)
        .map_err(|_| ArchiveError::Damaged("this machine gives no random numbers".to_owned()))?;
    Ok(key)
}

fn create(path: &Path) -> Result<KeyRing, ArchiveError> {
    let ring = KeyRing::first(random()?)?;
    if let Some(folder) = path.parent() {
        private_folder(folder)?;
    }
    write(path, &ring)?;
    Ok(ring)
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

    #[test]
    fn keys_that_were_turned_are_written_and_read_back_and_a_single_one_is_as_it_always_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seal.key");
        let mut ring = KeyRing::first([7; 32]).unwrap();
        write(&path, &ring).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), format!("{}\n", "07".repeat(32)));
        assert_eq!(ring.add([8; 32]), 2);
        write(&path, &ring).unwrap();
        assert_eq!(read_or_create(&path, false).unwrap(), ring);
        let later = ring.from(2);
        write(&path, &later).unwrap();
        let read = read_or_create(&path, false).unwrap();
        assert_eq!((read.generations().len(), read.newest()), (1, 2));
        assert_eq!(read.naming(), ring.naming(), "what names records stays");
        assert_eq!(ring.up_to(1), KeyRing::first([7; 32]).unwrap());
    }

    #[test]
    fn half_a_ring_is_no_key() {
        let hexed = "07".repeat(32);
        for text in [
            TITLE.to_owned(),
            format!("{TITLE}\nnaming {hexed}"),
            format!("{TITLE}\ngeneration 1 {hexed}"),
            format!("{TITLE}\nnaming {hexed}\ngeneration x {hexed}"),
            format!("{TITLE}\nnaming {hexed}\ngeneration 1 {hexed}\ngeneration 1 {hexed}"),
            format!("{TITLE}\nnaming {hexed}\ngeneration 1 {hexed}\nother"),
        ] {
            assert!(KeyRing::read(&text).unwrap().is_none(), "{text}");
        }
    }
}
