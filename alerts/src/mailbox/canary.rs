//! The daily mail to ourselves. It goes the way of every other: a reminder that exists only in memory is
//! issued by the table, its mail is written and stored, leased, sent, and found in the mailbox that it was
//! sent to, or not, which is the alarm. No reminder is stored for it, so no list and no figure has it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use archive::{Archive, ArchiveError, Canary, Desk};
use chrono::{DateTime, TimeDelta, Utc};
use dossier::Severity;
use dossier::reminder::{MailKind, Standing, State, issue_new};

use super::{MailboxError, files, head, io, mbox};

/// Hours within which the mail must have arrived.
pub const CANARY_HOURS_MAX: i64 = 2;
/// Bytes of a message in which its header ends.
const HEADER_BYTES_MAX: u64 = 16 * 1024;
/// Bytes of an mbox file that are read.
const MBOX_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Writes today's mail to `recipient`, unless it is written. Says whether it wrote it.
pub async fn send_canary(
    archive: &Archive,
    recipient: &str,
    desk: &Desk<'_>,
    now: DateTime<Utc>,
) -> Result<bool, ArchiveError> {
    let policy = desk.policy.snapshot(None, Severity::Low);
    let standing = Standing::new(State::Issued, Some("canary".to_owned()), Severity::Low, policy);
    let issued = issue_new(&standing, now, &desk.terms);
    let Some(order) = issued.mails.iter().find(|order| order.kind == MailKind::M1) else {
        return Ok(false);
    };
    archive.write_canary(desk.terms.day(now), recipient, order, desk, now).await
}

/// Looks into the mailbox for the latest mail that was not found yet. Gives it as it stands now.
pub async fn look_for_canary(
    archive: &Archive,
    mailbox: &Path,
    now: DateTime<Utc>,
) -> Result<Option<Canary>, MailboxError> {
    let Some(mut latest) = archive.canaries(1).await?.pop() else { return Ok(None) };
    if latest.seen_at.is_none() && holds(mailbox, &latest)? {
        archive.canary_seen(latest.day, now).await?;
        latest.seen_at = Some(now);
    }
    Ok(Some(latest))
}

/// Whether the mail should have arrived by now.
pub fn is_missing(canary: &Canary, now: DateTime<Utc>) -> bool {
    canary.seen_at.is_none() && now - canary.sent_at > TimeDelta::hours(CANARY_HOURS_MAX)
}

fn holds(mailbox: &Path, canary: &Canary) -> Result<bool, MailboxError> {
    let has = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        text.split("\r\n\r\n").next().is_some_and(|head| head.contains(canary.message_id.as_str()))
            && text.contains(canary.message_id.as_str())
    };
    if mailbox.is_file() {
        return Ok(mbox(&head(mailbox, MBOX_BYTES_MAX)?).iter().any(|message| has(message)));
    }
    let since = SystemTime::from(canary.sent_at - TimeDelta::minutes(5));
    for folder in folders(mailbox) {
        for path in files(&folder)? {
            let changed = fs::metadata(&path).and_then(|about| about.modified());
            let changed = changed.map_err(|source| io(&path, source))?;
            if changed >= since && has(&head(&path, HEADER_BYTES_MAX)?) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// `new` and `cur` of a Maildir, else the folder itself; none where nothing has been delivered yet.
fn folders(mailbox: &Path) -> Vec<PathBuf> {
    let maildir = [mailbox.join("new"), mailbox.join("cur")];
    if maildir.iter().any(|folder| folder.is_dir()) {
        return maildir.into_iter().filter(|folder| folder.is_dir()).collect();
    }
    if mailbox.is_dir() { vec![mailbox.to_owned()] } else { Vec::new() }
}
