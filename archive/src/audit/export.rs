//! Audit entries as a file of their own: one JSON object a line, between a first line that says where the chain
//! stood before them and a last one that says where it stands after. Such a file is checked by itself, and a row
//! of them, with the database at the end, as one chain.

use std::fs;
use std::io::{BufRead as _, BufReader, BufWriter, Read as _, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{AuditMark, Entry, fits};
use crate::error::ArchiveError;

/// What the first line says a file is.
pub(super) const FORMAT: &str = "qingjian-audit/1";

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct First {
    format: String,
    after_seq: i64,
    after_hash: String,
}

/// The last line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Last {
    last_seq: i64,
    last_hash: String,
}

/// One entry, as it stands in the database.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    seq: i64,
    at: i64,
    actor: String,
    action: String,
    subject: String,
    detail: String,
    prev_hash: String,
    hash: String,
}

/// A file of entries under construction. It gets its name when it is whole.
pub(super) struct Writing {
    file: BufWriter<fs::File>,
    last: AuditMark,
}

impl Writing {
    pub(super) fn begin(path: &Path, after: &AuditMark) -> Result<Self, ArchiveError> {
        let failed = |error| ArchiveError::io(path, error);
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut writing =
            Self { file: BufWriter::new(options.open(path).map_err(failed)?), last: after.clone() };
        let first = First { format: FORMAT.to_owned(), after_seq: after.seq, after_hash: after.hash.clone() };
        writing.line(&first).map_err(failed)?;
        Ok(writing)
    }

    pub(super) fn entry(&mut self, path: &Path, entry: Entry) -> Result<(), ArchiveError> {
        let (seq, at, actor, action, subject, detail, prev_hash, hash) = entry;
        self.last = AuditMark { seq, hash: hash.clone() };
        let line = Line { seq, at, actor, action, subject, detail, prev_hash, hash };
        self.line(&line).map_err(|error| ArchiveError::io(path, error))
    }

    pub(super) fn end(mut self, path: &Path) -> Result<(), ArchiveError> {
        let failed = |error| ArchiveError::io(path, error);
        let last = Last { last_seq: self.last.seq, last_hash: self.last.hash.clone() };
        self.line(&last).map_err(failed)?;
        let file = self.file.into_inner().map_err(|error| failed(error.into_error()))?;
        file.sync_all().map_err(failed)
    }

    fn line(&mut self, line: &impl Serialize) -> std::io::Result<()> {
        serde_json::to_writer(&mut self.file, line)?;
        self.file.write_all(b"\n")
    }
}

/// What a file of entries was found to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) after: AuditMark,
    pub(super) last: AuditMark,
    pub(super) entries: u64,
    /// Number and hash of each entry that `asked` names.
    pub(super) asked: Vec<AuditMark>,
    /// SHA-256 of the file.
    pub(super) sha256: String,
}

/// Whether `path` is a file of entries rather than a database.
pub(super) fn is_export(path: &Path) -> bool {
    let mut first = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(64).read_to_end(&mut first));
    read.is_ok() && String::from_utf8_lossy(&first).contains(FORMAT)
}

/// Reads a file of entries and follows its chain; the first that does not fit is named.
pub(super) fn read(path: &Path, asked: &[i64]) -> Result<Found, ArchiveError> {
    let failed = |error| ArchiveError::io(path, error);
    let broken = |seq: i64| ArchiveError::AuditBroken { seq };
    let mut lines = BufReader::new(fs::File::open(path).map_err(failed)?).lines();
    let mut hasher = Sha256::new();
    let mut next = || -> Result<Option<String>, ArchiveError> {
        let line = lines.next().transpose().map_err(failed)?;
        if let Some(line) = &line {
            hasher.update(line.as_bytes());
            hasher.update(b"\n");
        }
        Ok(line)
    };
    let first: First = next()?
        .and_then(|line| serde_json::from_str(&line).ok())
        .filter(|first: &First| first.format == FORMAT)
        .ok_or_else(|| ArchiveError::Damaged(format!("{} is no file of audit entries", path.display())))?;
    let after = AuditMark { seq: first.after_seq, hash: first.after_hash };
    let (mut last, mut entries, mut found) = (after.clone(), 0, Vec::new());
    loop {
        let Some(line) = next()? else { return Err(broken(last.seq + 1)) };
        if let Ok(end) = serde_json::from_str::<Last>(&line) {
            let whole = end.last_seq == last.seq && end.last_hash == last.hash && next()?.is_none();
            if !whole {
                return Err(broken(last.seq + 1));
            }
            break;
        }
        let entry: Line = serde_json::from_str(&line).map_err(|_| broken(last.seq + 1))?;
        let Line { seq, at, actor, action, subject, detail, prev_hash, hash } = entry;
        let entry = (seq, at, actor, action, subject, detail, prev_hash, hash);
        if !fits(&entry, &last) {
            return Err(broken(last.seq + 1));
        }
        last = AuditMark { seq: entry.0, hash: entry.7 };
        entries += 1;
        if asked.contains(&last.seq) {
            found.push(last.clone());
        }
    }
    Ok(Found { after, last, entries, asked: found, sha256: hex::encode(hasher.finalize()) })
}
