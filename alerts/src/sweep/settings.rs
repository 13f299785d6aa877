//! Everything that a sweep's answer depends on beside the dossiers and the day, in a form that is kept with its
//! receipts and read again years later.

use std::collections::BTreeSet;

use chrono::{Datelike as _, NaiveDate, Weekday};
use dossier::influence::InfluenceTable;
use dossier::{Calendar, Category};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::categories::{Mode, Rule, Thresholds};

/// Rules, numbers, periods, calendar.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The rules, in the order of the categories.
    pub rules: Vec<Rule>,
    /// Their numbers.
    pub thresholds: Thresholds,
    /// How long what bars.
    pub influence: InfluenceTable,
    /// The days off.
    pub calendar: Calendar,
}

/// The form in which it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    rules: Vec<Rule>,
    thresholds: Thresholds,
    influence: InfluenceTable,
    calendar_version: String,
    calendar_years: Vec<i32>,
    /// Days that differ from the plain week; `true` is a day off.
    calendar_exceptions: Vec<(NaiveDate, bool)>,
}

impl Settings {
    /// All twelve live with the published numbers.
    pub fn published(calendar: Calendar) -> Self {
        let rule = |category| Rule {
            category,
            mode: Mode::Live,
            version: "2026.1".to_owned(),
            basis: String::new(),
        };
        Self {
            rules: Category::ALL.into_iter().map(rule).collect(),
            thresholds: Thresholds::default(),
            influence: InfluenceTable::default(),
            calendar,
        }
    }

    /// The same with these categories only.
    #[must_use]
    pub fn only(&self, categories: &BTreeSet<Category>) -> Self {
        let mut settings = self.clone();
        settings.rules.retain(|rule| categories.contains(&rule.category));
        settings
    }

    /// Its hash, and the text that is kept under it.
    pub fn kept(&self) -> (String, String) {
        let kept = Kept {
            rules: self.rules.clone(),
            thresholds: self.thresholds.clone(),
            influence: self.influence.clone(),
            calendar_version: self.calendar.version().to_owned(),
            calendar_years: self.calendar.years().collect(),
            calendar_exceptions: exceptions(&self.calendar),
        };
        let body = serde_json::to_string(&kept).unwrap_or_default();
        (hex::encode(&Sha256::digest(body.as_bytes())[..16]), body)
    }

    /// Reads what [`Settings::kept`] gave.
    pub fn read(body: &str) -> Option<Self> {
        let kept: Kept = serde_json::from_str(body).ok()?;
        let calendar = Calendar::new(kept.calendar_years, kept.calendar_exceptions, &kept.calendar_version);
        Some(Self { rules: kept.rules, thresholds: kept.thresholds, influence: kept.influence, calendar })
    }
}

fn exceptions(calendar: &Calendar) -> Vec<(NaiveDate, bool)> {
    let mut found = Vec::new();
    for year in calendar.years() {
        let Some(first) = NaiveDate::from_ymd_opt(year, 1, 1) else { continue };
        for day in first.iter_days().take_while(|day| day.year() == year) {
            let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
            if calendar.is_working_day(day) == weekend {
                found.push((day, !weekend));
            }
        }
    }
    found
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_as_they_were_kept() {
        let off = NaiveDate::from_ymd_opt(2026, 10, 1).unwrap();
        let on = NaiveDate::from_ymd_opt(2026, 10, 10).unwrap();
        let settings = Settings::published(Calendar::new([2026], [(off, true), (on, false)], "2026"));
        let (hash, body) = settings.kept();
        let read = Settings::read(&body).unwrap();
        assert_eq!(read, settings);
        assert_eq!(read.kept().0, hash);
        let mut other = settings.clone();
        other.thresholds.homes_from = 5;
        assert_ne!(other.kept().0, hash);
    }
}
