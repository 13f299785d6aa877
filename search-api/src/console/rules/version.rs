//! A proposed version of the numbers: what it changes, what it would add and lose per office, and who decides.

use askama::Template;
use chrono::{NaiveDate, NaiveDateTime};

use crate::console::account::Notice;
use crate::console::filters;
use crate::console::shell::Shell;

/// `/rules/versions/{id}`.
#[derive(Debug, Clone, Template)]
#[template(path = "rule_version.html")]
#[allow(clippy::struct_excessive_bools, reason = "what a reader may do are independent yes and no")]
pub struct RuleVersionPage {
    /// The frame.
    pub shell: Shell,
    /// What was done, or why not.
    pub notice: Notice,
    /// Its number.
    pub id: i64,
    /// What it is for.
    pub note: String,
    /// Who proposed it.
    pub author: String,
    /// When.
    pub proposed: NaiveDateTime,
    /// From which day to which.
    pub days: String,
    /// Where it stands.
    pub state: &'static str,
    /// What was decided, by whom and when; may be empty.
    pub decided: Vec<String>,
    /// What it changes against the numbers in force.
    pub changes: Vec<ChangeRow>,
    /// What it would do.
    pub preview: Option<PreviewView>,
    /// The rules in force have changed since the preview.
    pub stale: bool,
    /// Whether the reader can put it into force.
    pub approves: bool,
    /// Whether the reader can take it back or out of force.
    pub withdraws: bool,
    /// Whether the reader can ask for a preview.
    pub previews: bool,
    /// Why the reader cannot approve what waits for it; may be empty.
    pub why_not: &'static str,
}

/// One changed value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeRow {
    /// Slug of the category.
    pub slug: &'static str,
    /// The category.
    pub category: &'static str,
    /// What.
    pub label: String,
    /// As it is in force.
    pub before: String,
    /// As it would be.
    pub after: String,
}

/// What a version would do.
#[derive(Debug, Clone)]
pub struct PreviewView {
    /// When it was asked.
    pub made: NaiveDateTime,
    /// By whom.
    pub by: String,
    /// The day asked.
    pub as_of: NaiveDate,
    /// The version of the archive that was read.
    pub archive_version: i64,
    /// New, lost, same.
    pub total: (u64, u64, u64),
    /// By office.
    pub offices: Vec<PreviewOffice>,
}

/// One office.
#[derive(Debug, Clone)]
pub struct PreviewOffice {
    /// Its name.
    pub name: String,
    /// New, lost, same.
    pub counts: (u64, u64, u64),
    /// Samples: whether new, and which.
    pub samples: Vec<(bool, SampleRow)>,
}

/// A hit as a sample.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SampleRow {
    /// Address of the dossier; may be empty.
    pub href: String,
    /// Whose.
    pub name: String,
    /// Unit and post.
    pub place: String,
    /// The category.
    pub category: String,
    /// Its clause.
    pub clause: String,
    /// How grave.
    pub severity: &'static str,
}
