//! The places where the names of one person stand, each to be decided: it is this person, or it is not.

use askama::Template;
use chrono::NaiveDateTime;

use super::account::Notice;
use super::filters;
use super::mention::Mention;
use super::paging::{Paging, Step};
use super::shell::Shell;

/// A place to be decided.
#[derive(Debug, Clone)]
pub struct Place {
    /// What stands there.
    pub mention: Mention,
    /// What is sent to name the place.
    pub place: String,
    /// Whether one place of the text can be decided by itself.
    pub exact: bool,
}

/// A decision.
#[derive(Debug, Clone)]
pub struct Decided {
    /// Its number.
    pub id: i64,
    /// 是此人 or 不是此人.
    pub verdict: String,
    /// How far it reaches, in words.
    pub reach: String,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: NaiveDateTime,
    /// How it was taken back; empty: it is in force.
    pub revoked: String,
}

/// `/persons/{id}/mentions`
#[derive(Debug, Clone, Template)]
#[template(path = "mentions.html")]
pub struct MentionsPage {
    /// The frame.
    pub shell: Shell,
    /// Key of the person.
    pub id: String,
    /// Name of the person.
    pub name: String,
    /// Unit and post, to tell namesakes apart.
    pub place: String,
    /// What was said about the last decision.
    pub notice: Notice,
    /// The places of this page.
    pub places: Vec<Place>,
    /// Where in the list.
    pub paging: Paging,
    /// Decisions, the newest first.
    pub decisions: Vec<Decided>,
}

impl MentionsPage {
    /// Address of the page without a page number.
    pub fn here(&self) -> String {
        format!("/persons/{}/mentions?page=", filters::encoded(&self.id))
    }
}
