//! The auditor: proves that every open reminder moves and every mail has a fate, by questions over what is
//! due, and says so to the outside: a heartbeat file that grows old where it does not.

use std::io::Write as _;
use std::path::Path;

use archive::{Archive, ArchiveError, ReminderTrouble};
use chrono::{DateTime, Utc};
use serde::Serialize;

/// What one audit found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// When.
    pub at: DateTime<Utc>,
    /// Whether everything is right.
    pub green: bool,
    /// What is not.
    pub troubles: Vec<ReminderTrouble>,
    /// Events whose chain was followed; none where that was not asked for.
    pub events: Option<u64>,
}

/// Looks. `deep` also follows the chain of all events, which takes as long as there are events.
pub async fn audit(archive: &Archive, deep: bool, now: DateTime<Utc>) -> Result<Audit, ArchiveError> {
    let troubles = archive.reminder_troubles(now).await?;
    let events = if deep { Some(archive.verify_reminder_events().await?) } else { None };
    Ok(Audit { at: now, green: troubles.is_empty(), troubles, events })
}

/// Writes the heartbeat: whole or not at all, and only where everything is right.
pub fn beat(path: &Path, audit: &Audit) -> std::io::Result<()> {
    if !audit.green {
        return Ok(());
    }
    let part = path.with_extension("part");
    let mut file = std::fs::File::create(&part)?;
    file.write_all(audit.at.to_rfc3339().as_bytes())?;
    file.sync_all()?;
    std::fs::rename(part, path)
}
