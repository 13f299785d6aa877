//! 意见回复: the act around a clearance as the people who make it see it: the list of requests, a stepped page
//! for one, what an office is asked, what has come after an answer. What may happen is not decided here.

// The frame's template asks for it one level up.
use super::assets;

mod after;
mod asked;
mod list;
mod new;
mod one;

use chrono::NaiveDate;
use dossier::clearance_act::{ActEvent, ActState};

use super::filters::with_weekday;
use super::tone::Tone;

pub use after::{NoticeGroup, NoticesPage, StatisticsPage};
pub use asked::{AskedRow, ConsultationPage, ConsultationsPage, ListedPerson};
pub use list::{DeskReplies, RepliesPage, ReplyBrief, Tab};
pub use new::{NewReplyPage, ReplyField, ReplyForm};
pub use one::{
    ConsultForm, ConsultationView, Decided, Paper, PersonPick, ReplyPage, ReplyRow, Run, StepView, TraceLine,
};

/// The day by which something is wanted, and what is left of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The day.
    pub day: NaiveDate,
    /// Working days left; negative: so many have passed since.
    pub left: i64,
    /// Counted through a year whose days off are not known yet: it may move.
    pub provisional: bool,
    /// It is done, or has ended: nothing is late any more.
    pub done: bool,
}

impl Wanted {
    /// `2026-12-02 周三`.
    pub fn day_words(&self) -> String {
        with_weekday(self.day)
    }

    /// What is left, in words; empty where it is done.
    pub fn left_words(&self) -> String {
        match (self.done, self.left) {
            (true, _) => String::new(),
            (false, left) if left < 0 => format!("超期 {} 个工作日", -left),
            (false, 0) => "今日到期".to_owned(),
            (false, left) => format!("还剩 {left} 个工作日"),
        }
    }

    /// Its tone.
    pub fn tone(&self) -> &'static str {
        match (self.done, self.left) {
            (false, left) if left < 0 => Tone::Danger,
            (false, left) if left <= 1 => Tone::Near,
            _ => Tone::Plain,
        }
        .slug()
    }

    /// Whether it was missed.
    pub fn overdue(&self) -> bool {
        !self.done && self.left < 0
    }
}

/// The tone of a state.
pub fn state_tone(state: ActState) -> Tone {
    match state {
        ActState::Registered | ActState::Cancelled => Tone::Plain,
        ActState::Gathered | ActState::Consulting => Tone::Near,
        ActState::Drafted | ActState::Submitted | ActState::Reviewed | ActState::Signed => Tone::Accent,
        ActState::Issued | ActState::Filed => Tone::Done,
        ActState::Withdrawn => Tone::Danger,
    }
}

/// The symbol beside a state.
pub fn state_icon(state: ActState) -> &'static str {
    match state {
        ActState::Registered => "i-record",
        ActState::Gathered => "i-ask",
        ActState::Consulting => "i-mail",
        ActState::Drafted | ActState::Submitted | ActState::Reviewed => "i-text",
        ActState::Signed | ActState::Issued | ActState::Filed => "i-ok",
        ActState::Withdrawn => "i-error",
        ActState::Cancelled => "i-none",
    }
}

/// The tone of a step in the trace.
pub fn event_tone(event: ActEvent) -> Tone {
    match event {
        ActEvent::Return | ActEvent::CloseConsultation => Tone::Near,
        ActEvent::Withdraw | ActEvent::Cancel => Tone::Danger,
        ActEvent::Sign | ActEvent::Issue | ActEvent::File => Tone::Done,
        ActEvent::Create
        | ActEvent::Gather
        | ActEvent::Decide
        | ActEvent::Opine
        | ActEvent::Consult
        | ActEvent::Answer
        | ActEvent::Draft
        | ActEvent::Submit
        | ActEvent::Review => Tone::Accent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wanted_day_reads_as_people_say_it() {
        let day = NaiveDate::from_ymd_opt(2026, 12, 2).unwrap_or_default();
        for (left, done, words, tone) in [
            (3, false, "还剩 3 个工作日", "plain"),
            (1, false, "还剩 1 个工作日", "near"),
            (0, false, "今日到期", "near"),
            (-2, false, "超期 2 个工作日", "danger"),
            (-2, true, "", "plain"),
        ] {
            let wanted = Wanted { day, left, provisional: false, done };
            assert_eq!((wanted.left_words().as_str(), wanted.tone()), (words, tone));
        }
    }
}
