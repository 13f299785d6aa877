//! Mails into a folder, one `.eml` a message: for a demonstration, and for a site that fetches them from
//! there. The name comes from the Message-ID, so that one written twice is one file.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use archive::{LeasedMail, Sent};

use super::{Line, Mailer};

/// A folder.
#[derive(Debug, Clone)]
pub struct Directory {
    folder: PathBuf,
}

impl Directory {
    /// The folder; made with the first mail.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }
}

impl Mailer for Directory {
    type Line = Directory;

    async fn connect(&self) -> Result<Self::Line, String> {
        std::fs::create_dir_all(&self.folder)
            .map_err(|error| format!("{}: {error}", self.folder.display()))?;
        Ok(self.clone())
    }
}

impl Line for Directory {
    async fn send(&mut self, mail: &LeasedMail) -> Sent {
        let name: String = mail
            .message_id
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '@'))
            .collect();
        match write(&self.folder, &name, &mail.bytes) {
            Ok(()) => Sent::Accepted { reply: format!("written as {name}.eml") },
            Err(error) => Sent::Retry { phase: "write", reply: error.to_string() },
        }
    }

    fn is_usable(&self) -> bool {
        true
    }

    async fn close(self) {}
}

/// Whole or not at all: written beside, then renamed.
fn write(folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    let part = folder.join(format!("{name}.part"));
    let mut file = std::fs::File::create(&part)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(part, folder.join(format!("{name}.eml")))
}
