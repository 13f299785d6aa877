//! 工作台: what waits and what is late, the three jobs, what was cleared lately, what the answers rest on.

use super::clearance::Run;
use super::clearance_acts::DeskReplies;
use super::clearances::ClearanceBrief;
use super::coverage::Coverage;
use super::desk::Desk;
use super::filters;
use super::shell::{Room, Shell};
use super::upkeep::UpkeepDesk;
use askama::Template;

/// `/`.
#[derive(Debug, Clone, Template)]
#[template(path = "home.html")]
pub struct HomePage {
    /// The frame.
    pub shell: Shell,
    /// Reminders; none where the reader has no business with them.
    pub desk: Option<Desk>,
    /// Replies that wait for the reader, and what has come after them.
    pub replies: DeskReplies,
    /// What of the upkeep of dossiers waits for the reader.
    pub upkeep: UpkeepDesk,
    /// The latest clearances, five or so.
    pub recent: Vec<ClearanceBrief>,
    /// What would be searched now.
    pub coverage: Coverage,
    /// In an invented office: names worth clearing. Each is a button that posts `names` (and `purpose`) to
    /// `/clearances` as the form of 一键审核 does.
    pub worth_trying: Vec<Suggestion>,
}

impl HomePage {
    /// Whether anything stands beside the coverage; else it takes the whole width.
    fn has_lists(&self) -> bool {
        self.enters(Room::Clearances) || self.desk.as_ref().is_some_and(|desk| !desk.offices.is_empty())
    }

    /// Whether the reader may enter a room.
    fn enters(&self, room: Room) -> bool {
        self.shell.rooms.contains(&room)
    }
}

/// A name that shows something.
#[derive(Debug, Clone)]
pub struct Suggestion {
    /// The line to clear: a name, or name, identity number, unit separated by tabs.
    pub line: String,
    /// What the button shows.
    pub name: String,
    /// Why it is worth trying.
    pub reason: String,
}
