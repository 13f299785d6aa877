//! 备份与索引: what the system administrator sees of what is stored: the backups with the state of the last one, how
//! to make one, the files, and whether the index has followed. Nothing of any dossier.

use super::filters;
use super::shell::Shell;
use super::tone::Tone;
use askama::Template;
use chrono::NaiveDateTime;

/// `/system`.
#[derive(Debug, Clone, Template)]
#[template(path = "system.html")]
pub struct SystemPage {
    /// The frame.
    pub shell: Shell,
    /// The state of the last backup, in words.
    pub last: String,
    /// Tone of that.
    pub tone: Tone,
    /// Backups that are on record, newest first.
    pub backups: Vec<BackupRow>,
    /// Copies that the program made by itself before it changed the format: name, size, when.
    pub copies: Vec<(String, String, Option<NaiveDateTime>)>,
    /// What is stored: what, size, more.
    pub stored: Vec<(String, String, String)>,
    /// How the index stands: label, value.
    pub index: Vec<(String, String)>,
    /// Whether it has taken in everything.
    pub index_whole: bool,
}

/// A backup on record.
#[derive(Debug, Clone)]
pub struct BackupRow {
    /// When.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: String,
    /// Name of the file.
    pub file: String,
    /// Its size; empty where it failed.
    pub size: String,
    /// Version of the archive in it; 0 where it failed.
    pub version: u64,
    /// SHA-256 of the file; empty where it failed.
    pub sha256: String,
    /// Whether it is whole.
    pub done: bool,
}

/// A size as people read it.
pub fn size(bytes: u64) -> String {
    const UNITS: [(&str, u64); 3] = [("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10)];
    for (unit, of) in UNITS {
        if bytes >= of {
            let tenths = bytes / (of / 10).max(1);
            return format!("{}.{} {unit}", tenths / 10, tenths % 10);
        }
    }
    format!("{bytes} 字节")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short() {
        for (bytes, told) in [
            (0, "0 字节"),
            (1023, "1023 字节"),
            (1 << 20, "1.0 MB"),
            (5 << 30, "5.0 GB"),
            (1536 << 20, "1.5 GB"),
        ] {
            assert_eq!(size(bytes), told);
        }
    }
}
