//! 系统 · 邮件: every mail with its state and its tries, a mail as it was written, and when what runs next. No
//! fact about a person is in a mail, so that whoever runs the machine may read all of it.

use askama::Template;
use chrono::{NaiveDate, NaiveDateTime};
use dossier::reminder::MailState;

use super::account::Notice;
use super::filters;
use super::shell::Shell;
use super::tone::Tone;

/// `/outbox`.
#[derive(Debug, Clone, Template)]
#[template(path = "outbox.html")]
pub struct OutboxPage {
    /// The frame.
    pub shell: Shell,
    /// How many there are in each state.
    pub counts: Vec<(MailState, u64)>,
    /// The state shown; none: all.
    pub state: Option<MailState>,
    /// The newest first.
    pub rows: Vec<MailRow>,
    /// What to ask for to go on; none on the last page.
    pub older: Option<i64>,
    /// What runs at which times.
    pub schedules: Vec<ScheduleRow>,
    /// The latest sweeps: begun, kind, outcome, what was found.
    pub runs: Vec<RunRow>,
    /// Mails that a person still has to look at.
    pub waiting: u64,
    /// The latest mails to ourselves: the day, what became of it, its tone.
    pub canaries: Vec<(NaiveDate, String, &'static str)>,
    /// What is to be known about the calendar; may be empty.
    pub calendar: String,
}

/// `/outbox/{id}`.
#[derive(Debug, Clone, Template)]
#[template(path = "outbox_mail.html")]
pub struct MailPage {
    /// The frame.
    pub shell: Shell,
    /// What was done, or why not.
    pub notice: Notice,
    /// The mail.
    pub mail: MailRow,
    /// What the reader may decide about it: word, what it is called, what it does.
    pub decisions: Vec<(&'static str, &'static str, &'static str)>,
    /// What was typed as a reason and could not be taken.
    pub typed: String,
    /// What is wrong with it.
    pub wrong: Option<String>,
    /// What a person has decided: when, who, why; may be empty.
    pub decided: String,
    /// What mail servers reported later.
    pub reports: Vec<ReportRow>,
    /// Its Message-ID.
    pub message_id: String,
    /// Header and value, as a reader's program shows them.
    pub headers: Vec<(&'static str, String)>,
    /// The text; empty where none could be written.
    pub text: String,
    /// Every try.
    pub attempts: Vec<AttemptRow>,
}

/// A mail in the list.
#[derive(Debug, Clone)]
pub struct MailRow {
    /// Its number.
    pub id: i64,
    /// When it was written.
    pub created: NaiveDateTime,
    /// What it is about.
    pub kind: String,
    /// The reminder; may be empty.
    pub reminder: String,
    /// Who it is for.
    pub audience: String,
    /// Its address; may be empty.
    pub recipient: String,
    /// Where it stands.
    pub state: MailState,
    /// Why it waits; may be empty.
    pub hold: &'static str,
    /// Tries so far.
    pub attempts: u64,
    /// The next try.
    pub next: Option<NaiveDateTime>,
    /// Whether it was sent a second time because its fate was unknown.
    pub resent: bool,
    /// What the server said, or what went wrong.
    pub said: String,
}

/// What a mail server reported after it had taken the mail.
#[derive(Debug, Clone)]
pub struct ReportRow {
    /// When it was read.
    pub at: NaiveDateTime,
    /// What it says.
    pub action: &'static str,
    /// The status, and what the last server said.
    pub said: String,
}

/// One try.
#[derive(Debug, Clone)]
pub struct AttemptRow {
    /// Its number.
    pub number: i64,
    /// When it began.
    pub started: NaiveDateTime,
    /// How long it took; empty while it runs.
    pub took: String,
    /// How it ended.
    pub outcome: &'static str,
    /// In which step; may be empty.
    pub phase: String,
    /// What was said or seen.
    pub reply: String,
}

/// Something that runs by itself.
#[derive(Debug, Clone)]
pub struct ScheduleRow {
    /// What.
    pub name: String,
    /// As it is set.
    pub expression: String,
    /// The next times.
    pub next: Vec<NaiveDateTime>,
}

/// One sweep.
#[derive(Debug, Clone)]
pub struct RunRow {
    /// When it began.
    pub started: NaiveDateTime,
    /// What made it run.
    pub kind: &'static str,
    /// Whom it looked at.
    pub extent: &'static str,
    /// How it ended.
    pub state: &'static str,
    /// The tone of that.
    pub tone: Tone,
    /// What it found.
    pub found: String,
}

/// The tone of a mail's state.
pub fn mail_tone(state: MailState) -> Tone {
    match state {
        MailState::Queued | MailState::Leased | MailState::Transmitting => Tone::Accent,
        MailState::Accepted => Tone::Done,
        MailState::Unknown => Tone::Near,
        MailState::Bounced | MailState::Rejected | MailState::DeadLetter => Tone::Danger,
        MailState::Obsolete => Tone::Plain,
    }
}

/// The symbol beside it.
pub fn mail_icon(state: MailState) -> &'static str {
    match state {
        MailState::Queued | MailState::Leased | MailState::Transmitting => "i-clock",
        MailState::Accepted => "i-ok",
        MailState::Unknown => "i-ask",
        MailState::Bounced | MailState::Rejected | MailState::DeadLetter => "i-error",
        MailState::Obsolete => "i-none",
    }
}

impl MailRow {
    fn tone(&self) -> &'static str {
        mail_tone(self.state).slug()
    }

    fn icon(&self) -> &'static str {
        mail_icon(self.state)
    }
}
