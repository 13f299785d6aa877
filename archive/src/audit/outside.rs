//! What holds against somebody who can write the whole file: heads of the chain that are kept outside of
//! it, one a day; and checking a file without its key and without this program's archive around it.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;

use super::{AuditMark, export, follow_chain};
use crate::error::ArchiveError;
use crate::open::Archive;
use crate::sql;

const PREFIX: &str = "audit-head-";

/// What was found sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditVerified {
    /// Entries of the chain.
    pub entries: u64,
    /// After which number they begin: older ones left the log before.
    pub after: u64,
    /// Heads from outside that fit it.
    pub heads: u64,
    /// Heads of entries that are in none of the files.
    pub heads_before: u64,
}

impl Archive {
    /// Writes the present head of the chain into `folder`, once a day and never over an earlier one. Gives
    /// the file if it wrote one.
    pub async fn write_audit_head(
        &self,
        folder: &Path,
        now: DateTime<Utc>,
    ) -> Result<Option<PathBuf>, ArchiveError> {
        let path = folder.join(format!("{PREFIX}{}.txt", now.format("%Y-%m-%d")));
        if path.exists() {
            return Ok(None);
        }
        let head: Option<(i64, String)> =
            sqlx::query_as("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")
                .fetch_optional(self.readers())
                .await?;
        let Some((seq, hash)) = head else { return Ok(None) };
        let failed = |error| ArchiveError::io(&path, error);
        fs::create_dir_all(folder).map_err(failed)?;
        let mut file = match fs::OpenOptions::new().write(true).create_new(true).open(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => return Ok(None),
            opened => opened.map_err(failed)?,
        };
        file.write_all(format!("{seq} {hash} {}\n", now.to_rfc3339()).as_bytes()).map_err(failed)?;
        file.sync_all().map_err(failed)?;
        Ok(Some(path))
    }
}

/// Checks the audit chain of files: databases, be they copies on another machine, and files of entries that left
/// one ([`Archive::retire_audit`]), the oldest first. No key is needed. Each has to go on where the one before
/// ended. `heads` is the folder that [`Archive::write_audit_head`] wrote into.
pub async fn verify_audit_files(
    files: &[PathBuf],
    heads: Option<&Path>,
) -> Result<AuditVerified, ArchiveError> {
    let kept = heads.map(kept_heads).transpose()?.unwrap_or_default();
    let numbers: Vec<i64> = kept.iter().map(|head| head.seq).collect();
    let (mut begin, mut last): (Option<AuditMark>, Option<AuditMark>) = (None, None);
    let mut held = Vec::new();
    for file in files {
        if !file.is_file() {
            return Err(ArchiveError::NoArchive { path: file.clone() });
        }
        let (after, end) = if export::is_export(file) {
            let read = export::read(file, &numbers)?;
            held.extend(read.asked);
            (read.after, read.last)
        } else {
            database(file, &numbers, &mut held).await?
        };
        if last.as_ref().is_some_and(|last| *last != after) {
            return Err(ArchiveError::AuditBroken { seq: last.map_or(1, |last| last.seq + 1) });
        }
        begin.get_or_insert(after);
        last = Some(end);
    }
    let (begin, last) = (begin.unwrap_or_default(), last.unwrap_or_default());
    let within: Vec<&AuditMark> = kept.iter().filter(|head| head.seq > begin.seq).collect();
    for head in &within {
        if !held.contains(head) {
            return Err(ArchiveError::AuditBroken { seq: head.seq });
        }
    }
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    Ok(AuditVerified {
        entries: sql::count(last.seq - begin.seq),
        after: sql::count(begin.seq),
        heads: count(within.len()),
        heads_before: count(kept.len() - within.len()),
    })
}

/// Follows the chain of a database; adds those of `numbers` that it holds to `held`.
async fn database(
    file: &Path,
    numbers: &[i64],
    held: &mut Vec<AuditMark>,
) -> Result<(AuditMark, AuditMark), ArchiveError> {
    let mut connection =
        SqliteConnectOptions::new().filename(file).read_only(true).create_if_missing(false).connect().await?;
    let followed = follow_chain(&mut connection).await?;
    for seq in numbers {
        let hash: Option<String> = sqlx::query_scalar("SELECT hash FROM audit WHERE seq = $1")
            .bind(seq)
            .fetch_optional(&mut connection)
            .await?;
        held.extend(hash.map(|hash| AuditMark { seq: *seq, hash }));
    }
    Ok((followed.after, followed.last))
}

/// The heads in `folder`, the oldest first.
fn kept_heads(folder: &Path) -> Result<Vec<AuditMark>, ArchiveError> {
    let mut heads = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| ArchiveError::io(folder, error))? {
        let path = entry.map_err(|error| ArchiveError::io(folder, error))?.path();
        let named = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(PREFIX));
        if !named {
            continue;
        }
        let text = fs::read_to_string(&path).map_err(|error| ArchiveError::io(&path, error))?;
        let mut parts = text.split_whitespace();
        let head = parts.next().and_then(|seq| seq.parse().ok()).zip(parts.next().map(str::to_owned));
        let (seq, hash) =
            head.ok_or_else(|| ArchiveError::Damaged(format!("{} holds no head", path.display())))?;
        heads.push(AuditMark { seq, hash });
    }
    heads.sort_unstable_by_key(|head| head.seq);
    Ok(heads)
}
