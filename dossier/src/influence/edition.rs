//! Which edition of the rules was in force on the day of a decision: a period is as long as the rule of that
//! day made it, and is cited by that rule's name. Data; how periods add up is in `influence`.
//!
//! Articles are given only for the editions in force today, whose text was read; older ones are cited by
//! name and year.

use chrono::{Datelike, NaiveDate};

use super::{InfluenceTable, Measure, Track};

/// Raised with every change of the rules of this module: a stored clearance says by which it was made.
pub const VERSION: &str = "influence/2";

/// One edition of the rules of one track.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edition {
    /// Which sanctions it is about.
    pub track: Track,
    /// Its name, as a report cites it.
    pub name: &'static str,
    /// Year, month and day from which it is in force.
    from: (i32, u32, u32),
    /// Months that differ from the present edition's.
    other_months: &'static [(Measure, u32)],
    /// Whether its articles are known well enough to be cited.
    articles: bool,
}

/// All editions that are told apart, the oldest of a track first. What was decided before the first is
/// taken by the first.
pub const EDITIONS: [Edition; 6] = [
    Edition {
        track: Track::Party,
        name: "《中国共产党纪律处分条例》（2003年印发）",
        from: (2003, 12, 31),
        other_months: &[(Measure::SeriousWarning, 12)],
        articles: false,
    },
    Edition {
        track: Track::Party,
        name: "《中国共产党纪律处分条例》（2015年修订）",
        from: (2016, 1, 1),
        other_months: &[],
        articles: false,
    },
    Edition {
        track: Track::Party,
        name: "《中国共产党纪律处分条例》（2018年修订）",
        from: (2018, 10, 1),
        other_months: &[],
        articles: false,
    },
    Edition {
        track: Track::Party,
        name: "《中国共产党纪律处分条例》",
        from: (2024, 1, 1),
        other_months: &[],
        articles: true,
    },
    Edition {
        track: Track::Government,
        name: "《行政机关公务员处分条例》",
        from: (2007, 6, 1),
        other_months: &[],
        articles: false,
    },
    Edition {
        track: Track::Government,
        name: "《中华人民共和国公职人员政务处分法》",
        from: (2020, 7, 1),
        other_months: &[],
        articles: true,
    },
];

impl Edition {
    /// The edition of `track` in force on `day`; none where no rule is published (组织处理, 诫勉).
    pub fn on(track: Track, day: NaiveDate) -> Option<&'static Edition> {
        let mut of_track = EDITIONS.iter().filter(|edition| edition.track == track);
        let first = of_track.next()?;
        Some(of_track.rfind(|edition| edition.from <= (day.year(), day.month(), day.day())).unwrap_or(first))
    }

    /// The months of `measure` where this edition has others than the present one.
    fn other_months(&self, measure: Measure) -> Option<u32> {
        self.other_months.iter().find(|(of, _)| *of == measure).map(|(_, months)| *months)
    }

    /// Its name, with the article where that is known.
    pub(super) fn cite(&self, measure: Measure) -> String {
        let article = if self.articles { article(measure) } else { "" };
        format!("{}{article}", self.name)
    }

    /// Its name, with the article on adding up where that is known.
    pub(super) fn cite_adding_up(&self) -> String {
        match self.track {
            Track::Party if self.articles => format!("{}第二十一条", self.name),
            Track::Party => self.name.to_owned(),
            // The law itself has no such rule; the regulation's goes on being used.
            Track::Government | Track::Organizational | Track::Admonition => {
                "《行政机关公务员处分条例》第十条".to_owned()
            }
        }
    }
}

impl InfluenceTable {
    /// The months that `measure`, decided on `day`, bars: those of the edition then in force, unless the
    /// office has set other months than the published ones.
    pub fn months_on(&self, measure: Measure, instead_of_removal: bool, day: NaiveDate) -> u32 {
        let set = self.months(measure, instead_of_removal);
        if instead_of_removal || set != InfluenceTable::default().months(measure, instead_of_removal) {
            return set;
        }
        Edition::on(measure.track(), day).and_then(|edition| edition.other_months(measure)).unwrap_or(set)
    }
}

fn article(measure: Measure) -> &'static str {
    match measure {
        Measure::PartyWarning | Measure::SeriousWarning => "第十条",
        Measure::PartyRemoval => "第十一条",
        Measure::Probation => "第十二条",
        Measure::PartyExpulsion => "第十三条",
        Measure::GovernmentWarning
        | Measure::Demerit
        | Measure::SeriousDemerit
        | Measure::Demotion
        | Measure::Removal => "第八条",
        Measure::Dismissal
        | Measure::Reminder
        | Measure::Criticism
        | Measure::OrderedExamination
        | Measure::Admonition
        | Measure::Suspension
        | Measure::Reassignment
        | Measure::OrderedResignation
        | Measure::RemovalFromPost
        | Measure::Downgrade
        | Measure::Accountability
        | Measure::Disqualification => "",
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[track_caller]
    fn months(measure: Measure, day: &str) -> u32 {
        InfluenceTable::default().months_on(measure, false, day.parse().unwrap())
    }

    #[test]
    fn each_decision_is_measured_by_the_edition_in_force_on_its_day() {
        for (measure, day, expected) in [
            (Measure::SeriousWarning, "2003-06-01", 12),
            (Measure::SeriousWarning, "2015-12-31", 12),
            (Measure::SeriousWarning, "2016-01-01", 18),
            (Measure::SeriousWarning, "2018-10-01", 18),
            (Measure::SeriousWarning, "2024-01-01", 18),
            (Measure::PartyWarning, "2015-12-31", 12),
            (Measure::PartyRemoval, "2015-12-31", 24),
            (Measure::Probation, "2015-12-31", 24),
            (Measure::PartyExpulsion, "2015-12-31", 60),
            (Measure::GovernmentWarning, "2010-01-01", 6),
            (Measure::Demerit, "2010-01-01", 12),
            (Measure::SeriousDemerit, "2010-01-01", 18),
            (Measure::Demotion, "2010-01-01", 24),
            (Measure::Removal, "2010-01-01", 24),
            (Measure::Admonition, "2010-01-01", 6),
        ] {
            assert_eq!(months(measure, day), expected, "{measure:?} on {day}");
        }
    }

    #[test]
    fn what_an_office_has_set_stands_over_every_edition() {
        let table = InfluenceTable { serious_warning: 15, ..InfluenceTable::default() };
        for day in ["2015-06-01", "2026-01-01"] {
            assert_eq!(table.months_on(Measure::SeriousWarning, false, day.parse().unwrap()), 15);
        }
        let instead = table.months_on(Measure::SeriousWarning, true, "2015-06-01".parse().unwrap());
        assert_eq!(instead, 24, "given in place of a removal, it counts as one in every edition");
    }

    #[test]
    fn a_decision_is_cited_by_the_rule_of_its_day() {
        for (track, measure, day, cited) in [
            (Track::Party, Measure::SeriousWarning, "2015-12-31", "《中国共产党纪律处分条例》（2003年印发）"),
            (Track::Party, Measure::SeriousWarning, "2016-01-01", "《中国共产党纪律处分条例》（2015年修订）"),
            (Track::Party, Measure::PartyWarning, "2023-12-31", "《中国共产党纪律处分条例》（2018年修订）"),
            (Track::Party, Measure::PartyWarning, "2024-01-01", "《中国共产党纪律处分条例》第十条"),
            (Track::Government, Measure::Demerit, "2020-06-30", "《行政机关公务员处分条例》"),
            (Track::Government, Measure::Demerit, "2020-07-01", "《中华人民共和国公职人员政务处分法》第八条"),
        ] {
            assert_eq!(Edition::on(track, day.parse().unwrap()).unwrap().cite(measure), cited, "{day}");
        }
        assert_eq!(Edition::on(Track::Admonition, "2026-01-01".parse().unwrap()), None);
    }

    #[test]
    fn the_editions_of_a_track_stand_in_their_order() {
        for track in Track::ALL {
            let days: Vec<_> = EDITIONS.iter().filter(|e| e.track == track).map(|e| e.from).collect();
            assert!(days.is_sorted(), "{track:?}");
        }
    }
}
