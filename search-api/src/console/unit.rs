//! 单位画像: who leads a unit, what people it has, what was found and decided there over the years, what waits, and
//! how its dossiers are kept; and the list of units. What is said of a person here is 疑似 until somebody has verified it.

use super::chart::Columns;
use super::filters;
use super::paging::{Paging, Step};
use super::shell::Shell;
use super::tone::Tone;
use askama::Template;
use chrono::NaiveDate;

/// `/units`: `GET ?page=n` browses; `POST` with `name`, `page`, `form_token` finds.
#[derive(Debug, Clone, Template)]
#[template(path = "units.html")]
pub struct UnitsPage {
    /// The frame.
    pub shell: Shell,
    /// Part of a name that was asked for; may be empty.
    pub name: String,
    /// The units of this page.
    pub rows: Vec<UnitRow>,
    /// Where in the list.
    pub paging: Paging,
    /// Who sees a part counts the persons of that part.
    pub partial: bool,
}

/// A unit in a list.
#[derive(Debug, Clone)]
pub struct UnitRow {
    /// Key.
    pub id: String,
    /// Name.
    pub name: String,
    /// 类别; may be empty.
    pub category: String,
    /// Key and name of the unit above; may be empty.
    pub parent: (String, String),
    /// The office that sees to it; may be empty.
    pub office: String,
    /// Persons who hold a post there.
    pub persons: u64,
}

/// `/units/{id}`.
#[derive(Debug, Clone, Template)]
#[template(path = "unit.html")]
pub struct UnitPage {
    /// The frame.
    pub shell: Shell,
    /// Key.
    pub id: String,
    /// Name.
    pub name: String,
    /// 类别; may be empty.
    pub category: String,
    /// The units above, the highest first: key, name.
    pub above: Vec<(String, String)>,
    /// What its record says: label, value.
    pub facts: Vec<(String, String)>,
    /// The day for which the page is true.
    pub as_of: NaiveDate,
    /// Whether the reader sees a part only.
    pub partial: bool,
    /// The figures at the top.
    pub figures: Vec<Figure>,
    /// Who leads.
    pub leaders: Vec<Leader>,
    /// Posts of leaders that nobody holds.
    pub vacant: Vec<Vacancy>,
    /// What its people are.
    pub made_of: Vec<Breakdown>,
    /// What happened by year.
    pub years: Columns,
    /// How much of that is older than the picture, in the order of its series.
    pub before: Vec<u64>,
    /// Sanctions by kind: kind, how many, the last one's day.
    pub sanctions: Vec<(String, u64, String)>,
    /// Problems that an inspection or an audit found, newest first.
    pub findings: Vec<Matter>,
    /// Recommendations, newest first.
    pub recommendations: Vec<Matter>,
    /// People whom something bars or about whom something is open.
    pub marked: Vec<Marked>,
    /// The units right below.
    pub below: Vec<UnitRow>,
    /// How its dossiers are kept.
    pub upkeep: Upkeep,
}

impl UnitPage {
    /// The tables of `made_of` that hold something.
    pub fn breakdowns(&self) -> impl Iterator<Item = &Breakdown> {
        self.made_of.iter().filter(|one| !one.rows.is_empty())
    }

    /// Whether anything of the years lies before the picture.
    pub fn any_before(&self) -> bool {
        self.before.iter().any(|count| *count > 0)
    }
}

/// A figure at the top.
#[derive(Debug, Clone)]
pub struct Figure {
    /// What.
    pub label: &'static str,
    /// How many.
    pub value: u64,
    /// Of what (人, 件).
    pub of: &'static str,
    /// More; may be empty.
    pub note: String,
    /// Tone of the number.
    pub tone: Tone,
    /// Where it leads; may be empty.
    pub href: String,
}

/// A leader.
#[derive(Debug, Clone)]
pub struct Leader {
    /// Key of the dossier.
    pub id: String,
    /// Name.
    pub name: String,
    /// Post.
    pub post: String,
    /// Rank; may be empty.
    pub rank: String,
    /// Since when he has held the post; may be empty.
    pub since: String,
    /// Whole years of it; none where the day is unknown.
    pub years: Option<u32>,
    /// What bars him, in a word; may be empty.
    pub bar: String,
    /// Tone of `bar`.
    pub tone: Tone,
}

/// A post of a leader that nobody holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vacancy {
    /// Post.
    pub post: String,
    /// Since when, as stored.
    pub since: String,
    /// Key and name of who held it last.
    pub last: (String, String),
}

/// How many of each: a table with a bar for each row.
#[derive(Debug, Clone)]
pub struct Breakdown {
    /// By what (人员类别).
    pub title: &'static str,
    /// What, how many, and the share in thousandths.
    pub rows: Vec<(String, u64, u64)>,
}

impl Breakdown {
    /// Shares of the whole, the most frequent first.
    pub fn new(title: &'static str, counts: impl IntoIterator<Item = (String, u64)>) -> Self {
        let mut rows: Vec<(String, u64)> = counts.into_iter().collect();
        rows.sort_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));
        Self::in_order(title, rows)
    }

    /// Shares of the whole, in the order given.
    pub fn in_order(title: &'static str, rows: Vec<(String, u64)>) -> Self {
        let whole: u64 = rows.iter().map(|(_, count)| count).sum();
        let rows = rows.into_iter().map(|(label, count)| (label, count, count * 1000 / whole.max(1)));
        Self { title, rows: rows.collect() }
    }
}

/// A finding or a recommendation.
#[derive(Debug, Clone)]
pub struct Matter {
    /// Its day, as stored.
    pub date: String,
    /// 巡察, 监察建议书 …
    pub kind: String,
    /// What.
    pub what: String,
    /// Until when something is due; may be empty.
    pub due: String,
    /// Where it stands, in a word.
    pub state: String,
    /// Tone of the state.
    pub tone: Tone,
    /// Address of the record.
    pub href: String,
}

/// A person whom something bars or about whom something is open.
#[derive(Debug, Clone)]
pub struct Marked {
    /// Key of the dossier.
    pub id: String,
    /// Name.
    pub name: String,
    /// Post; may be empty.
    pub post: String,
    /// What bars, in a word; may be empty.
    pub bar: String,
    /// Tone of `bar`.
    pub tone: Tone,
    /// What is open: table, how many.
    pub open: Vec<(String, u64)>,
    /// Reminders that have not ended.
    pub reminders: u64,
}

/// How the dossiers of a unit are kept.
#[derive(Debug, Clone, Default)]
pub struct Upkeep {
    /// Dossiers that are kept up.
    pub dossiers: u64,
    /// Those that lack nothing.
    pub complete: u64,
    /// The mean completeness in percent.
    pub percent: u64,
    /// Those that lack most: key, name, percent, what is lacking.
    pub lacking: Vec<(String, String, u64, String)>,
    /// Who should have a dossier by the unit's own list: how many, and for which day.
    pub roster: Option<(u64, NaiveDate)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_of_the_whole_and_the_most_frequent_stands_first() {
        let counts = [("乙", 1), ("甲", 1), ("丙", 6)];
        let breakdown = Breakdown::new("人员类别", counts.map(|(label, count)| (label.to_owned(), count)));
        let rows: Vec<_> =
            breakdown.rows.iter().map(|(label, count, share)| (label.as_str(), *count, *share)).collect();
        assert_eq!(rows, [("丙", 6, 750), ("乙", 1, 125), ("甲", 1, 125)]);
        assert!(Breakdown::new("职级", []).rows.is_empty());
    }
}
