//! What changing the rules needs beside the archive: the office's file, and the form of its settings. The root puts
//! it together and passes it in with the desks; a server without it shows rules and changes none.

use std::collections::BTreeMap;

use alerts::categories::Mode;
use alerts::sweep::Settings;
use archive::RuleVersion;
use chrono::NaiveDate;
use dossier::Category;

/// Whoever can read and change the settings of the rules.
pub trait Rulebook: Send + Sync {
    /// The text and the settings that count on `day`: of the version in force, of the office's file, or as shipped.
    fn in_force(&self, versions: &[RuleVersion], day: NaiveDate) -> Result<(String, Settings), RuleFault>;

    /// The settings that a text says.
    fn read(&self, body: &str) -> Result<Settings, RuleFault>;

    /// `body` with one category changed.
    fn changed(&self, body: &str, change: &RuleChange) -> Result<String, RuleFault>;
}

/// One category as it is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleChange {
    /// Which.
    pub category: Category,
    /// How it is switched.
    pub mode: Mode,
    /// The name of its new version.
    pub version: String,
    /// The first day on which it counts.
    pub from: NaiveDate,
    /// The last one.
    pub to: Option<NaiveDate>,
    /// Numbers by key, as they were typed.
    pub numbers: BTreeMap<String, String>,
}

/// Why settings cannot be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleFault {
    /// This key does not take what was typed.
    Number(String),
    /// The number of the first key is less than that of the second.
    Less(String, String),
    /// Something else is wrong, in the words of an operator.
    Other(String),
}
