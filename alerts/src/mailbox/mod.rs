//! Reading what comes back: a mailbox that the mail server delivers into, as a folder (Maildir, or one `.eml`
//! a message) or as one file (mbox). Bounces are put on record, and the daily mail to ourselves is looked for.
//! What it is not: no IMAP, no answering; nothing in it is ever sent to anybody.

mod canary;
mod mime;
mod report;

#[cfg(test)]
mod tests;

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use archive::{Archive, ArchiveError, Desk, Reported};
use chrono::{DateTime, Utc};

pub use canary::{CANARY_HOURS_MAX, is_missing, look_for_canary, send_canary};
pub use report::read as read_report;

/// Bytes of one message that are read; a report says what it has to say in less.
const MESSAGE_BYTES_MAX: u64 = 512 * 1024;
/// Bytes of an mbox file that are read.
const MBOX_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Why a mailbox cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum MailboxError {
    /// See to the path.
    #[error("{}: {source}", .path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// See to the archive.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
}

/// What one look at the mailbox of bounces found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Bounces {
    /// Mails that are marked as come back now.
    pub bounced: u64,
    /// Reports about ours that change nothing (delays, and the like).
    pub noted: u64,
    /// Messages that are no reports, or about no mail of ours.
    pub foreign: u64,
}

/// Reads the mailbox at `path` and puts on record what it says about our mails. In a Maildir what was read
/// is moved to `cur`, as a mail reader does; a message that was read before changes nothing.
pub async fn collect_bounces(
    archive: &Archive,
    path: &Path,
    desk: &Desk<'_>,
    now: DateTime<Utc>,
) -> Result<Bounces, MailboxError> {
    let mut found = Bounces::default();
    for message in messages(path)? {
        let bytes = message.bytes()?;
        match report::read(&bytes) {
            Some(report) => match archive.record_mail_report(&report, desk, now).await? {
                Reported::Bounced => found.bounced += 1,
                Reported::Noted => found.noted += 1,
                Reported::Foreign => found.foreign += 1,
                Reported::Known => {}
            },
            None => found.foreign += 1,
        }
        message.was_read()?;
    }
    Ok(found)
}

/// One message of a mailbox.
enum Message {
    File { path: PathBuf, cur: Option<PathBuf> },
    Part(Vec<u8>),
}

impl Message {
    fn bytes(&self) -> Result<Vec<u8>, MailboxError> {
        match self {
            Message::File { path, .. } => head(path, MESSAGE_BYTES_MAX),
            Message::Part(bytes) => Ok(bytes.clone()),
        }
    }

    fn was_read(&self) -> Result<(), MailboxError> {
        let Message::File { path, cur: Some(cur) } = self else { return Ok(()) };
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        fs::rename(path, cur.join(format!("{name}:2,S"))).map_err(|source| io(path, source))
    }
}

/// The new messages of a Maildir, all of an mbox file, or the files of a folder.
fn messages(path: &Path) -> Result<Vec<Message>, MailboxError> {
    if path.is_file() {
        let whole = head(path, MBOX_BYTES_MAX)?;
        return Ok(mbox(&whole).into_iter().map(Message::Part).collect());
    }
    let (new, cur) = (path.join("new"), path.join("cur"));
    if new.is_dir() {
        fs::create_dir_all(&cur).map_err(|source| io(&cur, source))?;
        return Ok(files(&new)?
            .into_iter()
            .map(|path| Message::File { path, cur: Some(cur.clone()) })
            .collect());
    }
    Ok(files(path)?.into_iter().map(|path| Message::File { path, cur: None }).collect())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, MailboxError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(|source| io(folder, source))? {
        let path = entry.map_err(|source| io(folder, source))?.path();
        let part = path.extension().is_some_and(|end| end == "part");
        if path.is_file() && !part {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn head(path: &Path, bytes_max: u64) -> Result<Vec<u8>, MailboxError> {
    let failed = |source| io(path, source);
    let mut bytes = Vec::new();
    fs::File::open(path).map_err(failed)?.take(bytes_max).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// The messages of an mbox file: each begins with a line `From `, after an empty one or at the beginning.
fn mbox(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut messages: Vec<Vec<u8>> = Vec::new();
    let mut empty_before = true;
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        if empty_before && line.starts_with(b"From ") {
            messages.push(Vec::new());
        } else if let Some(message) = messages.last_mut() {
            message.extend_from_slice(
                line.strip_prefix(b">").filter(|rest| rest.starts_with(b"From ")).unwrap_or(line),
            );
        }
        empty_before = line.trim_ascii().is_empty();
    }
    messages
}

fn io(path: &Path, source: std::io::Error) -> MailboxError {
    MailboxError::Io { path: path.to_owned(), source }
}
