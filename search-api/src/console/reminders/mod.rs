//! 监督提醒: the list that is worked through, one reminder with its reasons and its trace, and what is held
//! back. Every verdict shown here reads 疑似，需核实; a state is a word with a tone, never a colour alone.

// The frame's template asks for it one level up.
use super::assets;

mod act;
mod held;
mod list;
mod one;
mod words;

pub use act::{ActField, ActForm, Entry, Pick};
pub use held::{BatchRow, HeldPage};
pub use list::{Filters, ReminderRow, RemindersPage, Tab};
pub use one::{AnswerView, EvidenceView, FactView, PersonCard, ReminderPage, SubjectBrief, TraceItem, Watch};
pub use words::{
    Deadline, colour_icon, colour_tone, detail, requirement, severity_tone, severity_word, state_icon,
    state_tone,
};
