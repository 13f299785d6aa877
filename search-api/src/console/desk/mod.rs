//! 工作台: what waits for this reader, what is late, how the offices and the twelve categories stand. Every
//! figure leads to the list that it was counted from.

use chrono::{NaiveDate, NaiveDateTime};

mod spark;

pub use spark::spark;

/// The part of the first page that is about reminders.
#[derive(Debug, Clone)]
pub struct Desk {
    /// The day.
    pub today: NaiveDate,
    /// When the latest sweep ended.
    pub swept: Option<NaiveDateTime>,
    /// Dossiers that it looked at.
    pub swept_persons: u64,
    /// What is to be known about the calendar; may be empty.
    pub calendar: String,
    /// What waits for the reader.
    pub mine: u64,
    /// What that is made of: title, count, address.
    pub mine_parts: Vec<(String, u64, String)>,
    /// Whether the reader acts on reminders at all.
    pub acts: bool,
    /// Overdue reminders.
    pub overdue: u64,
    /// Open reminders.
    pub open: u64,
    /// Those due within three working days.
    pub soon: u64,
    /// The last of these days.
    pub soon_until: NaiveDate,
    /// Closed in time, of those whose day has come.
    pub in_time: (u64, u64),
    /// The twelve categories.
    pub tiles: Vec<Tile>,
    /// The offices, the most overdue first; empty where the reader does not see the board.
    pub offices: Vec<OfficeRow>,
}

/// One category.
#[derive(Debug, Clone)]
pub struct Tile {
    /// Its slug.
    pub slug: &'static str,
    /// What it is called, short.
    pub title: &'static str,
    /// Open reminders.
    pub open: u64,
    /// Overdue ones among them.
    pub overdue: u64,
    /// Hits of the latest full sweeps, the oldest first.
    pub trend: Vec<u64>,
}

/// One office on the board.
#[derive(Debug, Clone)]
pub struct OfficeRow {
    /// Its key.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Open reminders.
    pub open: u64,
    /// Overdue ones.
    pub overdue: u64,
    /// Signed for in time, of those that were or should have been.
    pub signed: (u64, u64),
    /// Closed in time, of those whose day has come.
    pub closed: (u64, u64),
    /// Median of working days to close.
    pub median: Option<i64>,
}

/// A share in percent with one decimal; `None` where there is nothing to count.
pub fn percent((of, all): (u64, u64)) -> Option<String> {
    (all > 0).then(|| {
        let thousandths = (of * 1000 + all / 2) / all;
        if thousandths % 10 == 0 {
            format!("{}", thousandths / 10)
        } else {
            format!("{}.{}", thousandths / 10, thousandths % 10)
        }
    })
}

/// Where held batches are decided.
pub const HELD: &str = "/held";

impl Desk {
    /// The list that has as many as wait for the reader; empty where they stand in two.
    pub fn mine_href(&self) -> &'static str {
        let held = self.mine_parts.iter().filter(|(.., href)| href == HELD).count();
        match (held, self.mine_parts.len()) {
            (0, _) => "/reminders?view=mine",
            (held, parts) if held == parts => HELD,
            _ => "",
        }
    }

    /// The share of those closed in time.
    pub fn in_time_percent(&self) -> Option<String> {
        percent(self.in_time)
    }
}

impl Tile {
    /// The line of its trend; empty where there are fewer than two sweeps.
    pub fn line(&self) -> String {
        spark(&self.trend)
    }

    /// How it moved from the sweep before the latest, in words; empty where nobody knows.
    pub fn moved(&self) -> String {
        match self.trend.as_slice() {
            [.., before, last] if last > before => format!("较上次 +{}", last - before),
            [.., before, last] if last < before => format!("较上次 −{}", before - last),
            [.., _, _] => "与上次相同".to_owned(),
            _ => String::new(),
        }
    }
}

/// A share of an office as the board shows it.
#[derive(Debug, Clone)]
pub struct Share {
    /// How many.
    pub of: u64,
    /// Of how many.
    pub all: u64,
    /// The list of the former, as in the address.
    pub of_view: &'static str,
    /// The list of the latter.
    pub all_view: &'static str,
    /// In percent.
    pub percent: String,
    /// The width of its bar in thousandths.
    pub width: u64,
    /// Green from 90 %, amber from 75 %, vermilion below.
    pub tone: &'static str,
}

impl OfficeRow {
    /// Signed for in time, closed in time.
    pub fn shares(&self) -> [Share; 2] {
        let share = |(of, all): (u64, u64), of_view, all_view| Share {
            of,
            all,
            of_view,
            all_view,
            percent: percent((of, all)).map(|text| format!("{text}%")).unwrap_or_default(),
            width: of * 1000 / all.max(1),
            tone: match of * 100 / all.max(1) {
                90.. => "done",
                75..=89 => "near",
                _ => "danger",
            },
        };
        [share(self.signed, "acked_in_time", "acked_due"), share(self.closed, "closed_in_time", "closed_due")]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_rounded_to_a_tenth_and_of_nothing_there_is_none() {
        for (share, words) in [
            ((142, 152), Some("93.4")),
            ((1, 2), Some("50")),
            ((0, 3), Some("0")),
            ((3, 3), Some("100")),
            ((0, 0), None),
        ] {
            assert_eq!(percent(share).as_deref(), words);
        }
    }

    #[test]
    fn a_tile_says_how_it_moved() {
        let tile = |trend: &[u64]| Tile { slug: "", title: "", open: 0, overdue: 0, trend: trend.to_vec() };
        for (trend, words) in [
            (&[3, 5][..], "较上次 +2"),
            (&[5, 3], "较上次 −2"),
            (&[1, 4, 4], "与上次相同"),
            (&[4], ""),
            (&[], ""),
        ] {
            assert_eq!(tile(trend).moved(), words, "{trend:?}");
        }
    }
}
