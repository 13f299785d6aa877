//! 样式: the design system on one page, the reference for changes. It shows every part with invented content.

use super::bar::InfluenceBar;
use super::career::Career;
use super::chart::Columns;
use super::clearance::RowState;
use super::filters;
use super::kin::Kin;
use super::shell::Shell;
use super::tone::Tone;
use askama::Template;

/// `/style`.
#[derive(Debug, Clone, Template)]
#[template(path = "style.html")]
pub struct StylePage {
    /// The frame.
    pub shell: Shell,
    /// Bars to show.
    pub bars: Vec<InfluenceBar>,
    /// A picture to show.
    pub career: Career,
    /// A family to show.
    pub kin: Kin,
    /// Counts to show.
    pub columns: Columns,
}
