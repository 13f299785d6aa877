//! What the portrait of a unit says, from its records. Pure: no archive, no clock. A record of a person counts for the
//! unit if he held a post here on its day; who he is today does not matter.

use std::collections::{BTreeMap, BTreeSet};

use archive::{Stored, UnitReminder};
use chrono::{Datelike as _, Months, NaiveDate};
use dossier::person::{Person, Post};
use dossier::{Fields, Kind, PartialDate, RecordKey, ValueType};

use crate::console::chart::{Columns, Series};
use crate::console::tone::Tone;
use crate::console::unit::{Breakdown, Figure, Leader, Matter, Vacancy};
use crate::pages::view_person::{bar, record_href};

/// Years of the picture.
const YEARS: i32 = 10;
/// For how long a post without a holder is called vacant; after that it was given up.
const VACANT_MONTHS: u32 = 36;
/// What is counted by year.
const COUNTED: [(&str, Tone); 4] =
    [("处分", Tone::Danger), ("立案", Tone::Near), ("信访线索", Tone::Plain), ("监督提醒", Tone::Accent)];

/// Everything that the portrait is made of.
pub(super) struct Facts {
    /// The unit.
    pub(super) unit: Stored,
    /// Posts held in it, now or once.
    pub(super) posts: Vec<Stored>,
    /// Findings, recommendations and petitions about it.
    pub(super) own: Vec<Stored>,
    /// Whoever held a post, as far as he is seen.
    pub(super) persons: BTreeMap<RecordKey, Stored>,
    /// What is on record about them.
    pub(super) records: BTreeMap<RecordKey, Vec<Stored>>,
    /// The reminders of the unit.
    pub(super) reminders: Vec<UnitReminder>,
    /// The day.
    pub(super) today: NaiveDate,
}

impl Facts {
    /// Whoever holds one of these posts on `today`.
    pub(super) fn present(posts: &[Stored], today: NaiveDate) -> Vec<RecordKey> {
        let held =
            posts.iter().filter_map(|stored| Post::of(&stored.fields)).filter(|post| post.is_held_on(today));
        let persons: BTreeSet<RecordKey> = held.map(|post| post.person).collect();
        persons.into_iter().collect()
    }

    /// Whoever holds a post now and is seen.
    pub(super) fn held_by(&self) -> Vec<&Stored> {
        Self::present(&self.posts, self.today).iter().filter_map(|key| self.persons.get(key)).collect()
    }

    pub(super) fn name(&self) -> String {
        self.unit.fields.text("name").unwrap_or(self.unit.record.key.as_str()).to_owned()
    }

    pub(super) fn text(&self, slug: &str) -> String {
        self.unit.fields.text(slug).unwrap_or_default().to_owned()
    }

    /// What the record of the unit says beside its name.
    pub(super) fn told(&self, office: Option<&str>) -> Vec<(String, String)> {
        let list = |slug: &str| self.unit.fields.list(slug).join("、");
        let all = [
            ("单位编号", self.unit.record.key.to_string()),
            ("别名", list("aliases")),
            ("监督单位", office.unwrap_or_default().to_owned()),
            ("监管行业", list("regulated_industries")),
            ("管辖区域", self.text("jurisdiction")),
        ];
        all.into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(label, value)| (label.to_owned(), value))
            .collect()
    }

    fn posts(&self) -> impl Iterator<Item = (&Stored, Post)> {
        self.posts.iter().filter_map(|stored| Some((stored, Post::of(&stored.fields)?)))
    }

    fn held(&self) -> impl Iterator<Item = (&Stored, Post)> {
        self.posts()
            .filter(|(_, post)| post.is_held_on(self.today) && self.persons.contains_key(&post.person))
    }

    pub(super) fn of(&self, person: &RecordKey) -> &[Stored] {
        self.records.get(person).map_or(&[], Vec::as_slice)
    }

    pub(super) fn called(&self, person: &RecordKey) -> String {
        let stored = self.persons.get(person);
        stored.and_then(|stored| stored.fields.text("name")).unwrap_or(person.as_str()).to_owned()
    }

    /// The post by which a person stands in a list: the main one, then the one held longest.
    pub(super) fn post_of(&self, person: &RecordKey) -> String {
        let held = self.held().filter(|(_, post)| post.person == *person);
        let best = held.min_by_key(|(_, post)| (!post.main, post.from.map(PartialDate::first_day)));
        best.map(|(_, post)| post.title).unwrap_or_default()
    }

    pub(super) fn figures(&self) -> Vec<Figure> {
        let people = self.held_by();
        let marked = self.marked();
        let barred = marked.iter().filter(|one| !one.bar.is_empty()).count();
        let open: u64 = marked.iter().flat_map(|one| &one.open).map(|(_, count)| count).sum();
        let own_open = self.own.iter().filter(|stored| self.is_open(stored)).count();
        let reminders = self.reminders.iter().filter(|one| !one.state.is_terminal()).count();
        let late = self.findings().iter().filter(|one| one.tone == Tone::Danger).count();
        let to = |anchor: &str| format!("#{anchor}");
        let figure = |label, value: usize, of, tone, href| Figure {
            label,
            value: value as u64,
            of,
            note: String::new(),
            tone,
            href,
        };
        let leaders = self.leaders().len();
        let open = usize::try_from(open).unwrap_or(usize::MAX).saturating_add(own_open);
        vec![
            figure("现任人员", people.len(), "人", Tone::Plain, to("people")),
            figure("领导成员", leaders, "人", Tone::Plain, to("leaders")),
            figure("影响期内、立案未结", barred, "人", Tone::Danger, to("marked")),
            figure("未结信访、线索、案件", open, "件", Tone::Near, to("marked")),
            figure("未结监督提醒", reminders, "件", Tone::Near, to("marked")),
            figure("超期未整改", late, "个", Tone::Danger, to("findings")),
        ]
    }

    pub(super) fn leaders(&self) -> Vec<Leader> {
        let mut leaders: Vec<(usize, Leader)> = self
            .held()
            .filter(|(stored, _)| stored.fields.yes("leader") == Some(true))
            .map(|(stored, post)| {
                let rank = stored.fields.text("rank").unwrap_or_default();
                let (bar, tone) = bar(self.of(&post.person), self.today);
                let years = post.from.and_then(|from| self.today.years_since(from.first_day()));
                let leader = Leader {
                    name: self.called(&post.person),
                    id: post.person.to_string(),
                    post: post.title,
                    rank: rank.to_owned(),
                    since: post.from.map(|from| from.to_string()).unwrap_or_default(),
                    years,
                    bar,
                    tone,
                };
                (rank_place(rank), leader)
            })
            .collect();
        // 正 before 副, and who has been there longest first.
        leaders.sort_by(|(a, one), (b, other)| {
            (b, is_deputy(&one.post), &one.since, &one.id).cmp(&(
                a,
                is_deputy(&other.post),
                &other.since,
                &other.id,
            ))
        });
        leaders.into_iter().map(|(_, leader)| leader).collect()
    }

    /// Posts of leaders whose last holder has left and that nobody holds.
    pub(super) fn vacant(&self) -> Vec<Vacancy> {
        let title = |post: &Post| post.title.trim().to_owned();
        let held: BTreeSet<String> = self
            .posts()
            .filter(|(_, post)| post.is_held_on(self.today))
            .map(|(_, post)| title(&post))
            .collect();
        let since = self.today.checked_sub_months(Months::new(VACANT_MONTHS)).unwrap_or(self.today);
        let mut last: BTreeMap<String, Post> = BTreeMap::new();
        for (stored, post) in self.posts() {
            let ended = post.until.filter(|until| until.last_day() <= self.today);
            let counts = stored.fields.yes("leader") == Some(true) && !held.contains(&title(&post));
            if let Some(until) = ended.filter(|until| counts && until.last_day() >= since) {
                let known = last.get(&title(&post)).and_then(|known| known.until).map(PartialDate::last_day);
                if known.is_none_or(|known| known < until.last_day()) {
                    last.insert(title(&post), post);
                }
            }
        }
        let vacancy = |(post, held): (String, Post)| Vacancy {
            post,
            since: held.until.map(|day| day.to_string()).unwrap_or_default(),
            last: (held.person.to_string(), self.called(&held.person)),
        };
        last.into_iter().map(vacancy).collect()
    }

    pub(super) fn made_of(&self) -> Vec<Breakdown> {
        let people = self.held_by();
        let mut categories: BTreeMap<String, u64> = BTreeMap::new();
        let mut ranks: BTreeMap<(usize, String), u64> = BTreeMap::new();
        let mut ages = [0_u64; 5];
        for person in &people {
            let category = person.fields.text("person_category").filter(|text| !text.is_empty());
            *categories.entry(category.unwrap_or("未填").to_owned()).or_default() += 1;
            let best = self.held().filter(|(_, post)| post.person == person.record.key);
            let best =
                best.filter_map(|(stored, _)| stored.fields.text("rank")).max_by_key(|rank| rank_place(rank));
            let rank = best.unwrap_or("未填");
            *ranks.entry((usize::MAX - rank_place(rank), rank.to_owned())).or_default() += 1;
            ages[age_place(person, self.today)] += 1;
        }
        let named = ["35 岁及以下", "36–45 岁", "46–55 岁", "56 岁及以上", "年龄不详"];
        let ages = named.iter().zip(ages).filter(|(_, count)| *count > 0);
        vec![
            Breakdown::new("人员类别", categories),
            Breakdown::in_order("职级", ranks.into_iter().map(|((_, rank), count)| (rank, count)).collect()),
            Breakdown::in_order("年龄", ages.map(|(label, count)| ((*label).to_owned(), count)).collect()),
        ]
    }

    /// Whether somebody held a post here on a day.
    fn was_here(&self, person: &RecordKey, day: NaiveDate) -> bool {
        self.posts().any(|(_, post)| post.person == *person && post.is_held_on(day))
    }

    /// What counts for this unit, with its day: whose people it is about, and what is about itself.
    fn counted(&self, kinds: &[Kind]) -> impl Iterator<Item = (&Stored, PartialDate)> {
        let day = |stored: &Stored| stored.fields.date(stored.record.kind.declaration().day?);
        let of_people = self
            .records
            .iter()
            .flat_map(|(person, records)| records.iter().map(move |stored| (Some(person), stored)));
        let own = self.own.iter().filter(|stored| stored.person.is_none()).map(|stored| (None, stored));
        of_people
            .chain(own)
            .filter(|(_, stored)| kinds.contains(&stored.record.kind))
            .filter(|(_, stored)| stored.fields.date("revoked_on").is_none())
            .filter_map(move |(person, stored)| Some((person, stored, day(stored)?)))
            .filter(|(person, _, day)| person.is_none_or(|person| self.was_here(person, day.first_day())))
            .map(|(_, stored, day)| (stored, day))
    }

    /// What happened by year, and how much of it lies before the picture.
    pub(super) fn years(&self, year_of: &dyn Fn(&UnitReminder) -> i32) -> (Columns, Vec<u64>) {
        let first = self.today.year() - YEARS + 1;
        let years: Vec<i32> = (first..=self.today.year()).collect();
        let of_kinds = |kinds: &[Kind]| -> Vec<i32> {
            self.counted(kinds).map(|(_, day)| day.first_day().year()).collect()
        };
        let happened = [
            of_kinds(&[Kind::Sanction]),
            of_kinds(&[Kind::Case]),
            of_kinds(&[Kind::Petition, Kind::Clue]),
            self.reminders.iter().map(year_of).collect(),
        ];
        let counted = |year: i32, of: &[i32]| of.iter().filter(|one| **one == year).count() as u64;
        let series = COUNTED.iter().zip(&happened).map(|((label, tone), of)| Series {
            label: (*label).to_owned(),
            tone: *tone,
            values: years.iter().map(|year| counted(*year, of)).collect(),
        });
        let series = series.collect();
        let before = happened.iter().map(|of| of.iter().filter(|year| **year < first).count() as u64);
        let before = before.collect();
        (Columns::new(years, series), before)
    }

    /// Sanctions by kind: how many, and the day of the last.
    pub(super) fn sanctions(&self) -> Vec<(String, u64, String)> {
        let mut kinds: BTreeMap<&str, (u64, PartialDate)> = BTreeMap::new();
        for (stored, day) in self.counted(&[Kind::Sanction]) {
            let kind = kinds.entry(stored.fields.text("type").unwrap_or_default()).or_insert((0, day));
            kind.0 += 1;
            kind.1 = if kind.1.last_day() < day.last_day() { day } else { kind.1 };
        }
        let mut told: Vec<_> = kinds
            .into_iter()
            .map(|(kind, (count, last))| (kind.to_owned(), count, last.to_string()))
            .collect();
        told.sort_by_key(|(kind, count, _)| (std::cmp::Reverse(*count), kind.clone()));
        told
    }

    pub(super) fn findings(&self) -> Vec<Matter> {
        let state = |fields: &Fields| match (fields.date("rectified_on"), fields.date("due")) {
            (Some(done), _) => (format!("{done} 已整改"), Tone::Done),
            (None, Some(due)) if due.last_day() < self.today => ("超期未整改".to_owned(), Tone::Danger),
            (None, _) => ("整改中".to_owned(), Tone::Near),
        };
        self.matters(Kind::Finding, ("found_on", "source", "problem", "due"), state)
    }

    pub(super) fn recommendations(&self) -> Vec<Matter> {
        let state = |fields: &Fields| {
            let returned = fields.text("evaluation") == Some("退回");
            match (fields.date("rectified_on"), fields.date("replied_on"), fields.date("reply_due")) {
                _ if returned => ("评估退回".to_owned(), Tone::Near),
                (Some(done), ..) => (format!("{done} 已整改"), Tone::Done),
                (None, Some(replied), _) => (format!("{replied} 已回复"), Tone::Accent),
                (None, None, Some(due)) if due.last_day() < self.today => {
                    ("超期未回复".to_owned(), Tone::Danger)
                }
                (None, None, _) => ("待回复".to_owned(), Tone::Near),
            }
        };
        self.matters(Kind::Recommendation, ("issued_on", "type", "reason", "reply_due"), state)
    }

    fn matters(
        &self,
        kind: Kind,
        (date, of, what, due): (&str, &str, &str, &str),
        state: impl Fn(&Fields) -> (String, Tone),
    ) -> Vec<Matter> {
        let mut own: Vec<&Stored> = self.own.iter().filter(|stored| stored.record.kind == kind).collect();
        own.sort_by_key(|stored| std::cmp::Reverse(stored.fields.date(date).map(PartialDate::last_day)));
        let day =
            |fields: &Fields, slug: &str| fields.date(slug).map(|day| day.to_string()).unwrap_or_default();
        own.into_iter()
            .map(|stored| {
                let (state, tone) = state(&stored.fields);
                Matter {
                    date: day(&stored.fields, date),
                    kind: stored.fields.text(of).unwrap_or_default().to_owned(),
                    what: stored.fields.text(what).unwrap_or_default().to_owned(),
                    due: day(&stored.fields, due),
                    state,
                    tone,
                    href: record_href(&stored.record),
                }
            })
            .collect()
    }

    pub(super) fn is_open(&self, stored: &Stored) -> bool {
        let rule = stored.record.kind.declaration().clearance.as_ref();
        rule.is_some_and(|rule| (rule.open)(&stored.fields, self.today))
    }
}

/// The place of a rank in its vocabulary: higher is higher; unknown and 其他 are lowest.
fn rank_place(rank: &str) -> usize {
    let column = Kind::Post.declaration().column("rank");
    let ValueType::Choice(values) = column.map_or(ValueType::Text, |column| column.value) else { return 0 };
    let place = values.iter().position(|one| one.value == rank);
    place.filter(|_| rank != "其他").map_or(0, |place| place + 1)
}

fn is_deputy(title: &str) -> bool {
    title.contains('副')
}

fn age_place(person: &Stored, today: NaiveDate) -> usize {
    let born = Person::of(person.record.key.clone(), &person.fields).birth;
    match born.and_then(|born| today.years_since(born.first_day())) {
        None => 4,
        Some(..=35) => 0,
        Some(36..=45) => 1,
        Some(46..=55) => 2,
        Some(_) => 3,
    }
}
