//! What working on reminders needs beside the archive: the calendar and the zone, the limits, who writes
//! mails, and the addresses that stand in no register. Passed in, so that the archive knows no mail format.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use dossier::reminder::{Audience, MailKind, Notice, Policy, Terms};

/// Writes the bytes of a mail from the six fields that it may say, once; they are stored and never written
/// again.
pub trait Press: Send + Sync {
    /// One mail about one or more reminders of one office. `unique` goes into its Message-ID.
    fn press(&self, sheet: &Sheet<'_>) -> Result<Pressed, String>;
}

/// What a mail is made from.
#[derive(Debug, Clone, Copy)]
pub struct Sheet<'a> {
    /// Which mail.
    pub kind: MailKind,
    /// To whom.
    pub recipient: &'a str,
    /// A random word.
    pub unique: &'a str,
    /// When.
    pub at: DateTime<Utc>,
    /// What it says; at least one.
    pub notices: &'a [Notice],
}

/// A mail as it will be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pressed {
    /// With its angle brackets.
    pub message_id: String,
    /// Header and body.
    pub bytes: Vec<u8>,
}

/// Addresses of the commission's own people. Those of the offices stand in their records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Addresses {
    /// By audience.
    pub of: BTreeMap<Audience, Vec<String>>,
}

/// All of it.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    /// Calendar and zone.
    pub terms: Terms<'a>,
    /// The limits for new reminders.
    pub policy: &'a Policy,
    /// Who writes mails.
    pub press: &'a dyn Press,
    /// Addresses.
    pub addresses: &'a Addresses,
}
