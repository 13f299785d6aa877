//! 数据缺口: what the rules would have to know and the dossiers do not say, as a work list by office and field.
//! A gap is no suspicion; it says what to fill in.

use askama::Template;

use super::filters;
use super::paging::{Paging, Step};
use super::reminders::{Pick, SubjectBrief};
use super::shell::Shell;

/// `/gaps`.
#[derive(Debug, Clone, Template)]
#[template(path = "gaps.html")]
pub struct GapsPage {
    /// The frame.
    pub shell: Shell,
    /// Offices to choose from.
    pub offices: Vec<Pick>,
    /// Categories to choose from.
    pub categories: Vec<Pick>,
    /// Gaps by office: key, name, count; the most first.
    pub by_office: Vec<(String, String, u64)>,
    /// Gaps by category: slug, title, count.
    pub by_category: Vec<(String, String, u64)>,
    /// The gaps of this page.
    pub rows: Vec<GapRow>,
    /// Where in the list.
    pub paging: Paging,
    /// Whether a sweep has ever run.
    pub swept: bool,
}

/// One gap.
#[derive(Debug, Clone)]
pub struct GapRow {
    /// Whose dossier.
    pub subject: SubjectBrief,
    /// The office; may be empty.
    pub office: String,
    /// Slug of the category, for the link to its rule.
    pub category_slug: String,
    /// The category that cannot be judged.
    pub category: String,
    /// Its clause.
    pub clause: String,
    /// Table and field that are not filled in.
    pub missing: Vec<(String, String)>,
    /// In words.
    pub explanation: String,
}

impl GapsPage {
    fn narrowed(&self) -> bool {
        self.offices.iter().chain(&self.categories).any(|pick| pick.chosen)
    }

    /// The address of a page, without its number.
    fn base(&self) -> String {
        let mut base = "/gaps?".to_owned();
        for (name, picks) in [("office", &self.offices), ("category", &self.categories)] {
            if let Some(pick) = picks.iter().find(|pick| pick.chosen) {
                base.extend([name, "=", &filters::encoded(&pick.value), "&"]);
            }
        }
        base.push_str("page=");
        base
    }
}
