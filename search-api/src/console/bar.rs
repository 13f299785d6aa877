//! A period as a bar: how much of an influence period has passed on a given day. Geometry only, in thousandths
//! of the width, so that the template can draw it as SVG without any inline style.

use super::tone::Tone;
use chrono::NaiveDate;

/// An influence period on a given day.
#[derive(Debug, Clone)]
pub struct InfluenceBar {
    /// What bars (党内严重警告).
    pub label: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day; none when it never ends (开除).
    pub until: Option<NaiveDate>,
    /// The day on which the question is asked.
    pub as_of: NaiveDate,
    /// The article that fixes the length, as a citation; may be empty.
    pub basis: String,
}

impl InfluenceBar {
    /// The day lies inside the period.
    pub fn running(&self) -> bool {
        self.from <= self.as_of && self.until.is_none_or(|until| self.as_of <= until)
    }

    /// Width of the passed part, 0 to 1000.
    pub fn passed(&self) -> i64 {
        let Some(until) = self.until else { return 1000 };
        let length = (until - self.from).num_days() + 1;
        if length <= 0 {
            return 1000;
        }
        let passed = (self.as_of - self.from).num_days() + 1;
        (passed * 1000 / length).clamp(0, 1000)
    }

    /// What is left, in words.
    pub fn remainder(&self) -> String {
        let Some(until) = self.until else {
            return "长期有效".to_owned();
        };
        if self.as_of < self.from {
            return format!("{} 起算", self.from);
        }
        let days = (until - self.as_of).num_days();
        match days {
            1.. => format!("还剩 {days} 天"),
            0 => "今日期满".to_owned(),
            _ => "已期满".to_owned(),
        }
    }

    /// Tone of the bar.
    pub fn tone(&self) -> Tone {
        if self.running() { Tone::Danger } else { Tone::Plain }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[track_caller]
    fn check(from: &str, until: Option<&str>, as_of: &str, expected: (bool, i64, &str)) {
        let bar = InfluenceBar {
            label: "党内严重警告".to_owned(),
            from: day(from),
            until: until.map(day),
            as_of: day(as_of),
            basis: String::new(),
        };
        assert_eq!((bar.running(), bar.passed(), bar.remainder().as_str()), expected);
    }

    #[test]
    fn a_bar_is_as_long_as_the_days_that_have_passed() {
        check("2026-01-01", Some("2026-12-31"), "2026-01-01", (true, 2, "还剩 364 天"));
        check("2026-01-01", Some("2026-12-31"), "2026-07-02", (true, 501, "还剩 182 天"));
        check("2026-01-01", Some("2026-12-31"), "2026-12-31", (true, 1000, "今日期满"));
        check("2026-01-01", Some("2026-12-31"), "2027-01-01", (false, 1000, "已期满"));
        check("2026-01-01", Some("2026-12-31"), "2025-12-31", (false, 0, "2026-01-01 起算"));
        check("2026-01-01", None, "2040-01-01", (true, 1000, "长期有效"));
    }

    #[test]
    fn a_reversed_period_is_full_rather_than_negative() {
        check("2026-03-01", Some("2026-02-01"), "2026-03-01", (false, 1000, "已期满"));
    }
}
