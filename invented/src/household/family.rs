//! Quiet families: who is married, who has children, and that nobody of them has gone abroad in a way that a
//! rule would speak of.

use chrono::{Days, Months, NaiveDate};
use dossier::Kind;

use super::quiet::{Ground, Writer};
use super::relative_number;
use crate::names;
use crate::row::cells;

/// A relative under work.
struct Relative {
    relation: &'static str,
    male: bool,
    birth: NaiveDate,
    alive: bool,
    together: bool,
    migration: &'static str,
}

const WORK: [&str; 10] = [
    "云岭市某小学教师",
    "务农",
    "退休",
    "云岭市医院护士",
    "个体经营者雇员",
    "外地企业职员",
    "自由职业",
    "云岭市银行职员",
    "待业",
    "快递公司职员",
];

impl Writer<'_> {
    /// Marital status and relatives.
    pub(super) fn family(&mut self) {
        let age = years(self.person.birth, self.ground.as_of);
        let throw = self.rng.below(100);
        self.home.marital = match age {
            ..28 if throw < 60 => "未婚",
            _ if throw < 4 => "未婚",
            _ if throw < 10 => "离异",
            _ if throw < 12 => "丧偶",
            _ => "已婚",
        };
        let married = self.home.marital == "已婚";
        if married {
            let birth = self.shifted(self.person.birth, 1_800);
            // abroad for study or work is not migration
            let migration = if self.rng.chance(1) { "仅留学或工作" } else { "无" };
            let male = !self.person.male;
            self.relative(&Relative {
                relation: "配偶",
                male,
                birth,
                alive: true,
                together: true,
                migration,
            });
        }
        if self.home.marital != "未婚" && age >= 29 {
            self.children(age, married);
        }
        for (relation, male) in [("父亲", true), ("母亲", false)] {
            let older = self.rng.between(22, 34);
            let birth = self.shifted(self.person.birth - Months::new(older * 12), 170);
            let alive = years(birth, self.ground.as_of) < self.rng.between(62, 96);
            let gone = Relative { relation, male, birth, alive, together: false, migration: "无" };
            if self.rng.chance(80) {
                self.relative(&gone);
            }
        }
        if self.rng.chance(30) {
            let (male, birth) = (self.rng.chance(50), self.shifted(self.person.birth, 2_200));
            let migration = if self.rng.chance(3) { "外国国籍" } else { "无" };
            let sibling =
                Relative { relation: "兄弟姐妹", male, birth, alive: true, together: false, migration };
            self.relative(&sibling);
        }
        self.kin();
    }

    fn children(&mut self, age: u32, married: bool) {
        let count = [1, 1, 1, 2, 2, 0][self.rng.index(6)];
        for _ in 0..count {
            let grown = self.rng.between(1, (age - 27).min(34));
            let birth = self.shifted(self.ground.as_of - Months::new(grown * 12), 160);
            // one gone child among several, or with a spouse at home, is no 裸官
            let migration = match self.rng.below(200) {
                0 if married => "永久居留",
                1 | 2 => "仅留学或工作",
                _ => "无",
            };
            let (male, together) = (self.rng.chance(50), grown < 20);
            self.relative(&Relative { relation: "子女", male, birth, alive: true, together, migration });
            if grown > 27 && self.rng.chance(60) {
                let birth = self.shifted(birth, 900);
                let in_law = Relative {
                    relation: "子女的配偶",
                    male: !male,
                    birth,
                    alive: true,
                    together: false,
                    migration: "无",
                };
                self.relative(&in_law);
            }
        }
    }

    fn relative(&mut self, relative: &Relative) {
        let name = self.relative_name(relative.relation);
        let number = if self.rng.chance(93) {
            relative_number(&mut self.rng, relative.birth, relative.male)
        } else {
            String::new()
        };
        let migrated = !matches!(relative.migration, "无" | "仅留学或工作");
        let since = self.ground.as_of - Days::new(u64::from(self.rng.between(900, 2_500)));
        let minor = years(relative.birth, self.ground.as_of) < 18;
        let work = if minor { "学生" } else { self.rng.pick(&WORK) };
        let row = cells![
            "relation": relative.relation,
            "name": name,
            "id_number": number,
            "birth": relative.birth.format("%Y-%m"),
            "workplace": if relative.alive { work } else { "" },
            "migration": relative.migration,
            "migration_place": if migrated { "加拿大" } else { "" },
            "migrated_on": if migrated { since.to_string() } else { String::new() },
            "lives_together": yes(relative.together),
            "alive": yes(relative.alive),
        ];
        self.home.add(Kind::Relative, row);
    }

    /// One relative in two hundred bears the name of some official without being that one.
    fn relative_name(&mut self, relation: &str) -> String {
        let Ground { persons, .. } = *self.ground;
        if self.rng.below(200) == 0 {
            return persons[self.rng.index(persons.len())].name.clone();
        }
        let of_one_name = match relation {
            "父亲" | "兄弟姐妹" => true,
            "子女" => self.person.male,
            _ => false,
        };
        names::relative(&mut self.rng, of_one_name.then_some(self.person.name.as_str()))
    }

    /// The relative with a dossier, where the plan says that there is one: in another unit, so that nothing is
    /// to be recused.
    fn kin(&mut self) {
        let Some(kin) = self.ground.kin.get(&self.index) else { return };
        let other = &self.ground.persons[kin.person as usize];
        let row = cells![
            "relation": kin.relation,
            "name": other.name,
            "id_number": other.id_number.clone().unwrap_or_default(),
            "birth": other.birth.format("%Y-%m"),
            "title": other.title(),
            "system_person": other.id,
            "migration": "无",
            "lives_together": "否",
            "alive": "是",
        ];
        self.home.add(Kind::Relative, row);
    }

    /// A day up to `most` days to either side.
    fn shifted(&mut self, day: NaiveDate, most: u32) -> NaiveDate {
        day - Days::new(u64::from(most)) + Days::new(u64::from(self.rng.between(0, 2 * most)))
    }
}

pub(super) fn yes(yes: bool) -> &'static str {
    if yes { "是" } else { "否" }
}

/// Whole years between two days.
pub(super) fn years(from: NaiveDate, to: NaiveDate) -> u32 {
    to.years_since(from).unwrap_or(0)
}
