//! What holds against somebody who can write the whole file: heads of the chain that are kept outside of
//! it, one a day; and checking a file without its key and without this program's archive around it.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, SqliteConnection};

use super::follow_chain;
use crate::error::ArchiveError;
use crate::open::Archive;

const PREFIX: &str = "audit-head-";

/// What was found sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditVerified {
    /// Entries of the chain.
    pub entries: u64,
    /// Heads from outside that fit it.
    pub heads: u64,
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

    /// [`verify_audit_file`] of the open archive.
    pub async fn verify_audit_with_heads(&self, heads: &Path) -> Result<AuditVerified, ArchiveError> {
        let mut tx = self.readers().begin().await?;
        verify(&mut tx, Some(heads)).await
    }
}

/// Checks the audit chain of a database file, be it a copy on another machine: no key is needed. `heads` is
/// the folder that [`Archive::write_audit_head`] wrote into.
pub async fn verify_audit_file(file: &Path, heads: Option<&Path>) -> Result<AuditVerified, ArchiveError> {
    if !file.is_file() {
        return Err(ArchiveError::NoArchive { path: file.to_owned() });
    }
    let mut connection =
        SqliteConnectOptions::new().filename(file).read_only(true).create_if_missing(false).connect().await?;
    verify(&mut connection, heads).await
}

async fn verify(
    connection: &mut SqliteConnection,
    heads: Option<&Path>,
) -> Result<AuditVerified, ArchiveError> {
    let entries = follow_chain(connection).await?;
    let mut fitting = 0;
    for (seq, hash) in heads.map(kept_heads).transpose()?.unwrap_or_default() {
        let held: Option<String> = sqlx::query_scalar("SELECT hash FROM audit WHERE seq = $1")
            .bind(seq)
            .fetch_optional(&mut *connection)
            .await?;
        if held.as_deref() != Some(hash.as_str()) {
            return Err(ArchiveError::AuditBroken { seq });
        }
        fitting += 1;
    }
    Ok(AuditVerified { entries, heads: fitting })
}

/// The heads in `folder`, the oldest first.
fn kept_heads(folder: &Path) -> Result<Vec<(i64, String)>, ArchiveError> {
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
        heads.push(head.ok_or_else(|| ArchiveError::Damaged(format!("{} holds no head", path.display())))?);
    }
    heads.sort_unstable();
    Ok(heads)
}
