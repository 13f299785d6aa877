//! A person of a case: made an official of the kind that is wanted, with family, posts and reports.

use chrono::{Datelike, Days, Months, NaiveDate};
use dossier::Kind;

use super::facts::{find, has, is_record, set};
use super::stage::Stage;
use super::{Case, Cells};
use crate::household::{Household, item_of, relative_number};
use crate::id_number;
use crate::names;
use crate::persons::Post;
use crate::row::{Cell, Row, cells, text};

/// A person under work.
pub(super) struct Actor {
    pub(super) who: u32,
    pub(super) home: Household,
    pub(super) evidence: Vec<String>,
    /// Rows that the yearly report leaves out.
    pub(super) left_out: Vec<Row>,
    pub(super) report: &'static str,
    pub(super) correction: &'static str,
    pub(super) declared_area: &'static str,
    pub(super) show_posts: bool,
}

impl Stage<'_> {
    pub(super) fn act(&mut self, who: u32, case: &Case) -> Actor {
        let home = Household::new(who, &self.office.persons[who as usize]);
        let mut actor = Actor {
            who,
            home,
            evidence: Vec::new(),
            left_out: Vec::new(),
            report: "B+20d",
            correction: "",
            declared_area: "",
            show_posts: false,
        };
        actor.home.marital = "已婚";
        let own_family = case.facts.iter().any(|(name, cells)| *name == "@" && has(cells, "family"));
        if !own_family {
            self.family(&mut actor);
        }
        for (name, cells) in case.facts {
            match name.trim_start_matches(['-', '!']) {
                "@" => self.person(&mut actor, cells),
                "post" => self.post(&mut actor, cells, !name.starts_with('-')),
                kind if is_record(kind) => self.record(&mut actor, kind, cells, !name.starts_with('-')),
                kind => self.row(&mut actor, name, kind, cells),
            }
        }
        if actor.show_posts {
            let posts = self.office.persons[who as usize].posts.len();
            actor.evidence.extend((0..posts).map(|at| self.post_reference(who, at)));
        }
        if self.office.persons[who as usize].duty != Some(false) {
            self.reports(&mut actor);
        }
        actor
    }

    /// Spouse, a grown child with spouse, both parents: nobody abroad, nobody in business.
    fn family(&mut self, actor: &mut Actor) {
        const RELATIVES: [Cells; 5] = [
            &[("relation", "配偶")],
            &[("relation", "子女")],
            &[("relation", "子女的配偶")],
            &[("relation", "父亲")],
            &[("relation", "母亲")],
        ];
        for relative in RELATIVES {
            let row = self.relative(actor, relative);
            actor.home.add(Kind::Relative, row);
        }
    }

    pub(super) fn relative(&mut self, actor: &Actor, given: Cells) -> Vec<Cell> {
        let person = &self.office.persons[actor.who as usize];
        let relation = find(given, "relation").unwrap_or("配偶");
        let birth = match relation {
            "子女" | "子女的配偶" => {
                (person.birth + Months::new(25 * 12)).min(self.office.as_of - Days::new(900))
            }
            "父亲" | "母亲" | "配偶的父母" => person.birth - Months::new(27 * 12),
            _ => person.birth + Days::new(u64::from(self.rng.between(100, 900))),
        };
        let male = match relation {
            "父亲" => true,
            "母亲" => false,
            "配偶" => !person.male,
            _ => self.rng.chance(50),
        };
        let number = relative_number(&mut self.rng, birth, male);
        let mut row = cells![
            "relation": relation,
            "name": names::relative(&mut self.rng, None),
            "id_number": number,
            "birth": birth,
            "migration": "无",
            "lives_together": if relation == "配偶" { "是" } else { "否" },
            "alive": "是",
        ];
        for &(slug, text) in given {
            set(&mut row, slug, self.resolve(actor, text));
        }
        let migrated = ["外国国籍", "永久居留", "长期居留许可"].contains(&text(&row, "migration"));
        if migrated && !has(given, "migrated_on") {
            set(&mut row, "migrated_on", (self.calendar.base - Days::new(900)).to_string());
        }
        if migrated && !has(given, "migration_place") {
            set(&mut row, "migration_place", "加拿大".to_owned());
        }
        row
    }

    /// The cells of `@`.
    fn person(&mut self, actor: &mut Actor, given: Cells) {
        for &(slug, value) in given {
            let day = self.calendar.day(value);
            let yes = value == "是";
            let elsewhere = self.setting.desks[(self.turn + 1) % self.setting.desks.len()];
            let person = &mut self.office.persons[actor.who as usize];
            match slug {
                "status" => person.status = value,
                "duty" => person.duty = if value.is_empty() { None } else { Some(yes) },
                "left" => {
                    person.left_on = day;
                    if let Some(post) = person.posts.last_mut() {
                        post.until = day;
                    }
                }
                "birth" => {
                    person.birth = day.unwrap_or(person.birth);
                    self.renumber(actor.who);
                }
                "marital" => actor.home.marital = value,
                "family" => {}
                "report" => actor.report = value,
                "correction" => actor.correction = value,
                "declared_area" => actor.declared_area = value,
                "evidence" => actor.show_posts = true,
                "incomes" => self.incomes(actor, value),
                slug => {
                    if let Some(post) = person.posts.last_mut() {
                        set_post(post, slug, value, day, elsewhere);
                    }
                }
            }
        }
    }

    fn renumber(&mut self, who: u32) {
        let person = &self.office.persons[who as usize];
        let (birth, male) = (person.birth, person.male);
        loop {
            let number = id_number::invent(&mut self.rng, birth, male);
            let taken =
                self.office.persons.iter().any(|other| other.id_number.as_deref() == Some(number.as_str()));
            if !taken {
                self.office.persons[who as usize].id_number = Some(number);
                return;
            }
        }
    }

    /// Declared income of so many years, the last one first.
    fn incomes(&mut self, actor: &mut Actor, totals: &str) {
        for (back, total) in (0..).zip(totals.split(',')) {
            let row = cells!["year": self.calendar.base.year() - back, "declared_total": total];
            actor.home.add(Kind::HouseholdIncome, row);
        }
    }

    /// A further post; the one before ends where it begins, unless it ended earlier.
    fn post(&mut self, actor: &mut Actor, given: Cells, is_evidence: bool) {
        let from = find(given, "from").and_then(|text| self.calendar.day(text)).unwrap_or(self.office.as_of);
        let elsewhere = self.setting.desks[(self.turn + 1) % self.setting.desks.len()];
        let person = &mut self.office.persons[actor.who as usize];
        let Some(last) = person.posts.last_mut() else { return };
        last.until = last.until.or(Some(from));
        let mut post = Post { from, until: None, ..last.clone() };
        for &(slug, value) in given {
            set_post(&mut post, slug, value, self.calendar.day(value), elsewhere);
        }
        person.posts.push(post);
        let at = person.posts.len() - 1;
        if is_evidence {
            actor.evidence.push(self.post_reference(actor.who, at));
        }
    }

    fn reports(&mut self, actor: &mut Actor) {
        let before = self.calendar.base - Months::new(12);
        let missing = actor.report == "none";
        let base = if missing { before } else { self.calendar.base };
        let submitted = self.calendar.day(actor.report).unwrap_or(base + Days::new(20));
        let left_out: Vec<_> = actor.left_out.iter().filter_map(|row| item_of(row, base)).collect();
        let mut items = actor.home.items(base);
        for item in &left_out {
            if let Some(at) = items.iter().position(|known| known == item) {
                items.remove(at);
            }
        }
        if !actor.declared_area.is_empty()
            && let Some(item) = items.iter_mut().find(|item| item.matter == "房产")
        {
            actor.declared_area.clone_into(&mut item.amount);
        }
        actor.home.report(base.year(), base, submitted, &items);
        if let Some(day) = self.calendar.day(actor.correction) {
            actor.home.report_between(day.year(), day, &left_out);
        }
    }
}

fn set_post(post: &mut Post, slug: &str, value: &'static str, day: Option<NaiveDate>, elsewhere: u32) {
    let yes = value == "是";
    match slug {
        "from" => post.from = day.unwrap_or(post.from),
        "until" => post.until = day,
        "title" => post.title = value,
        "rank" => post.rank = value,
        "leader" => post.leader = yes,
        "restricted" => post.restricted = yes,
        "key" => post.key = yes,
        "exempt" => post.exempt = yes,
        "main" => post.main = yes,
        "functions" => post.functions = value,
        "appointment" => post.appointment = value,
        "unit" => post.unit = elsewhere,
        other => debug_assert!(false, "{other} is nothing of a post"),
    }
}
