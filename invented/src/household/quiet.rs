//! The rows of those about whom nothing is planted: full of life, and within every limit of every category.
//! They are a function of the plan and of the person's number, so that they need not be kept.

use std::collections::HashMap;

use chrono::{Datelike, Days, Months, NaiveDate};
use dossier::Kind;

use super::Household;
use crate::archetype::Archetype;
use crate::persons::Person;
use crate::records::Record;
use crate::rng::Rng;
use crate::row::cells;

/// What quiet households stand on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ground<'p> {
    pub(crate) seed: u64,
    pub(crate) as_of: NaiveDate,
    /// The last day of the year whose report was due last.
    pub(crate) base: NaiveDate,
    pub(crate) area: &'static str,
    pub(crate) persons: &'p [Person],
    pub(crate) kin: &'p HashMap<u32, Kin>,
}

/// A relative with a dossier.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kin {
    pub(crate) person: u32,
    pub(crate) relation: &'static str,
}

/// Writes one household.
pub(super) struct Writer<'a> {
    pub(super) ground: &'a Ground<'a>,
    pub(super) index: u32,
    pub(super) person: &'a Person,
    pub(super) rng: Rng,
    pub(super) home: Household,
}

/// The household of person number `index`, who has `records`.
pub(crate) fn invent<'r>(
    ground: &Ground<'_>,
    index: u32,
    records: impl Iterator<Item = &'r Record>,
) -> Household {
    let person = &ground.persons[index as usize];
    let rng = Rng::stream(ground.seed, "household", index.into());
    let mut writer = Writer { ground, index, person, rng, home: Household::new(index, person) };
    writer.write(records);
    writer.home
}

impl Writer<'_> {
    fn write<'r>(&mut self, records: impl Iterator<Item = &'r Record>) {
        let duty = self.person.duty == Some(true);
        self.family();
        self.property();
        if duty {
            self.incomes(self.ground.base.year());
            if self.rng.chance(4) {
                self.late_purchase();
            }
        }
        self.papers();
        if self.person.status == "在职" && self.rng.chance(3) {
            self.concurrent_post();
        }
        if self.rng.chance(4) {
            self.business();
        }
        if self.rng.chance(3) {
            self.dealing();
        }
        self.esteem();
        self.visits(records);
        if duty {
            self.reports();
        }
    }

    /// Awards, for those whom nothing bars, and what was said at assessments.
    fn esteem(&mut self) {
        let last_year = self.ground.as_of.year() - 1;
        let barred = self.person.archetype.has_record() || self.person.left_on.is_some();
        if !barred && self.rng.chance(45) {
            let kind = *self.rng.pick(&["年度考核优秀", "年度考核优秀", "评优", "奖励", "晋档"]);
            let year = last_year - i32::try_from(self.rng.below(3)).unwrap_or(0);
            self.home.add(Kind::Award, cells!["type": kind, "date": format!("{year}-12-28")]);
        }
        if self.person.left_on.is_none() && self.rng.chance(60) {
            let (kind, dimension, content) = *self.rng.pick(&[
                ("廉政鉴定", "廉洁自律", "遵守廉洁自律规定，未发现违纪违法问题。"),
                ("述责述廉", "管党治党", "履行一岗双责，接受评议。"),
                ("民主生活会", "精神状态", "作对照检查，提出整改措施。"),
                ("承诺书", "廉洁自律", "签订廉洁从政承诺书。"),
                ("党风廉政意见", "工作履职", "无不同意见。"),
            ]);
            let row = cells![
                "type": kind,
                "date": format!("{last_year}-12-{:02}", self.rng.between(1, 28)),
                "dimension": dimension,
                "content": content,
                "result": self.rng.pick(&["好", "较好"]),
            ];
            self.home.add(Kind::Assessment, row);
        }
    }

    /// Whoever is barred has been visited, half way between the decision and today.
    fn visits<'r>(&mut self, records: impl Iterator<Item = &'r Record>) {
        for record in records.filter(|record| record.until.is_some()) {
            let Some(&effective) = record.days.first() else { continue };
            let since = u64::try_from((self.ground.as_of - effective).num_days()).unwrap_or(0);
            let sanction = if record.kind == Kind::Sanction { record.id.clone() } else { String::new() };
            let row = cells![
                "sanction": sanction,
                "planned_on": effective + Days::new(since / 2),
                "visited_on": effective + Days::new(since / 2),
                "visitors": "值班员1；值班员2",
                "grade": self.rng.pick(&["好", "好", "一般"]),
                "advice": "继续跟踪教育。",
            ];
            self.home.add(Kind::FollowUpVisit, row);
        }
    }

    /// The yearly report due last, complete and in time, and for some the one before.
    fn reports(&mut self) {
        let base = self.ground.base;
        let items = self.home.items(base);
        let submitted = base + Days::new(u64::from(self.rng.between(3, 31)));
        self.home.report(base.year(), base, submitted, &items);
        if self.rng.chance(60) {
            let before = base - Months::new(12);
            let items = self.home.items(before);
            let submitted = before + Days::new(u64::from(self.rng.between(3, 31)));
            self.home.report(before.year(), before, submitted, &items);
        }
    }
}

/// Pairs of relatives who both have a dossier: in different units, both in office, one pair in a hundred
/// persons.
pub(crate) fn kin(seed: u64, persons: &[Person], taken: impl Fn(u32) -> bool) -> HashMap<u32, Kin> {
    let mut rng = Rng::stream(seed, "kin", 0);
    let mut kin: HashMap<u32, Kin> = HashMap::new();
    for _ in 0..persons.len() / 100 {
        let (a, b) = (rng.index(persons.len()), rng.index(persons.len()));
        let (one, other) = (&persons[a], &persons[b]);
        let ordinary = |person: &Person| person.status == "在职" && person.archetype != Archetype::Expelled;
        let apart = one.posts.iter().all(|post| !other.worked_in(post.unit));
        let (Ok(a), Ok(b)) = (u32::try_from(a), u32::try_from(b)) else { continue };
        let free = a != b && !taken(a) && !taken(b) && !kin.contains_key(&a) && !kin.contains_key(&b);
        if !(free && apart && ordinary(one) && ordinary(other)) {
            continue;
        }
        let relation = *rng.pick(&["兄弟姐妹", "堂表兄弟姐妹", "配偶的兄弟姐妹"]);
        kin.insert(a, Kin { person: b, relation });
        kin.insert(b, Kin { person: a, relation });
    }
    kin
}
