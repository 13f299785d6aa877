//! One reminder: why it is there, until when what has to be done, what has happened, and what the reader may
//! do about it.

use askama::Template;
use chrono::NaiveDateTime;
use dossier::Severity;
use dossier::reminder::{Colour, Event, State};

use super::act::{ActForm, Entry};
use super::words::{
    Deadline, colour_icon, colour_tone, event_tone, severity_tone, severity_word, state_icon, state_tone,
};
use crate::console::account::Notice;
use crate::console::filters;
use crate::console::shell::Shell;
use crate::console::tone::Tone;

/// `/reminders/{id}`.
#[derive(Debug, Clone, Template)]
#[template(path = "reminder.html")]
pub struct ReminderPage {
    /// The frame.
    pub shell: Shell,
    /// What was done, or why not.
    pub notice: Notice,
    /// What somebody else has done meanwhile; empty where nobody has.
    pub meanwhile: Vec<TraceItem>,
    /// Its number.
    pub id: String,
    /// Counts its changes; goes with every form.
    pub row_version: i64,
    /// Its categories.
    pub title: String,
    /// Whom it is about.
    pub subject: SubjectBrief,
    /// The office that has it.
    pub office: String,
    /// Where it stands.
    pub state: State,
    /// How it was closed; may be empty.
    pub outcome: &'static str,
    /// Its colour.
    pub colour: Colour,
    /// How grave.
    pub severity: Severity,
    /// What else is to be known about it.
    pub flags: Vec<String>,
    /// What the rules said.
    pub facts: Vec<FactView>,
    /// What is not known.
    pub unknown: Vec<String>,
    /// The clocks.
    pub watch: Watch,
    /// What was answered, the newest first.
    pub answers: Vec<AnswerView>,
    /// What happened, the oldest first.
    pub trace: Vec<TraceItem>,
    /// The person.
    pub person: Option<PersonCard>,
    /// What the reader may do now.
    pub acts: Vec<ActForm>,
    /// Why he may do nothing; empty where he may.
    pub idle: String,
}

/// Whom a reminder is about.
#[derive(Debug, Clone, Default)]
pub struct SubjectBrief {
    /// Address of the dossier; empty where there is none for the reader.
    pub href: String,
    /// Name of the person or unit.
    pub name: String,
    /// Unit and post of a person; may be empty.
    pub place: String,
    /// Key and name of that unit, where it has a portrait that the reader may open.
    pub unit: Option<(String, String)>,
}

impl SubjectBrief {
    /// What stands beside the unit.
    pub fn post(&self) -> &str {
        let unit = self.unit.as_ref().map_or("", |(_, name)| name.as_str());
        self.place.strip_prefix(unit).unwrap_or(&self.place).trim_start()
    }
}

/// One thing that a rule said.
#[derive(Debug, Clone)]
pub struct FactView {
    /// The category.
    pub category: String,
    /// Its slug, for the link to the rule.
    pub slug: String,
    /// The clause.
    pub clause: String,
    /// How grave.
    pub severity: Severity,
    /// The version of the rule.
    pub version: String,
    /// What is demanded.
    pub requirement: &'static str,
    /// What the clause looks for.
    pub condition: String,
    /// The articles that it stands on; may be empty.
    pub basis: String,
    /// What there is to verify.
    pub explanation: String,
    /// Since when; may be empty.
    pub since: String,
    /// The records that it rests on.
    pub evidence: Vec<EvidenceView>,
}

/// One record that a fact rests on.
#[derive(Debug, Clone)]
pub struct EvidenceView {
    /// The table.
    pub kind: &'static str,
    /// Address of the record in its dossier; empty where the reader does not see it.
    pub href: String,
    /// Header and value of what is filled in.
    pub cells: Vec<(String, String)>,
    /// Where it came from; may be empty.
    pub source: String,
}

/// The clocks of a reminder.
#[derive(Debug, Clone, Default)]
pub struct Watch {
    /// What has to be done next, and until when.
    pub next: Option<Deadline>,
    /// Thousandths of the time that have passed.
    pub passed: u32,
    /// The day to answer by, where that is another one.
    pub respond: Option<Deadline>,
    /// How the limit was counted (10 个工作日).
    pub limit: String,
    /// What happens if nothing is done.
    pub ahead: Vec<String>,
}

/// An answer of the office, or a draft.
#[derive(Debug, Clone)]
pub struct AnswerView {
    /// Its number.
    pub number: i64,
    /// When.
    pub at: NaiveDateTime,
    /// By whom.
    pub author: String,
    /// Who signed it; empty: a draft.
    pub signer: String,
    /// Method, finding, measure.
    pub outcome: String,
    /// Who verified.
    pub handlers: String,
    /// In words.
    pub text: String,
}

/// One thing in the trace: an event, or a mail.
#[derive(Debug, Clone)]
pub struct TraceItem {
    /// When.
    pub at: NaiveDateTime,
    /// What happened.
    pub title: String,
    /// Who; empty for the program itself.
    pub who: String,
    /// Its tone.
    pub tone: Tone,
    /// What else is recorded.
    pub notes: Vec<String>,
    /// The reason in words; may be empty.
    pub reason: String,
    /// Whether it is a mail.
    pub mail: bool,
}

/// The person in a few lines.
#[derive(Debug, Clone)]
pub struct PersonCard {
    /// Key of the dossier.
    pub id: String,
    /// Name.
    pub name: String,
    /// Key and name of the unit; may be empty.
    pub unit: (String, String),
    /// Header and value.
    pub lines: Vec<(&'static str, String)>,
    /// What bars the person; may be empty.
    pub bar: String,
    /// Other open reminders about the same person: number, category, state.
    pub others: Vec<(String, String, State)>,
}

impl FactView {
    fn severity_tone(&self) -> &'static str {
        severity_tone(self.severity).slug()
    }

    fn severity_word(&self) -> &'static str {
        severity_word(self.severity)
    }
}

impl TraceItem {
    /// The tone of what happened.
    pub fn tone_of(event: Event) -> Tone {
        event_tone(event)
    }
}

impl ReminderPage {
    fn state_tone(&self) -> &'static str {
        state_tone(self.state).slug()
    }

    fn state_icon(&self) -> &'static str {
        state_icon(self.state)
    }

    fn colour_tone(&self) -> &'static str {
        colour_tone(self.colour).slug()
    }

    fn colour_icon(&self) -> &'static str {
        colour_icon(self.colour)
    }

    fn severity_tone(&self) -> &'static str {
        severity_tone(self.severity).slug()
    }

    fn severity_word(&self) -> &'static str {
        severity_word(self.severity)
    }

    /// The tone of the deadline.
    fn watch_tone(&self) -> &'static str {
        match &self.watch.next {
            Some(next) if next.overdue => "danger",
            _ if self.colour != Colour::None => self.colour_tone(),
            _ => "plain",
        }
    }
}
