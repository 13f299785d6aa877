//! The invented persons: who shares a name with whom, whose name stands inside another's, who was
//! called something else once, where everybody works and worked.

use std::collections::HashSet;

use chrono::{Datelike, Days, NaiveDate};

use crate::archetype::Archetype;
use crate::casting::Casting;
use crate::id_number;
use crate::names::NamePool;
use crate::rng::Rng;
use crate::scale::Scale;
use crate::units::{Place, PostKind, UnitKind};

/// One post of a person. Its yes-or-nos are columns of the table, each for itself.
#[allow(clippy::struct_excessive_bools, reason = "they are columns, and combine freely")]
#[derive(Debug, Clone)]
pub(crate) struct Post {
    pub(crate) unit: u32,
    pub(crate) title: &'static str,
    pub(crate) rank: &'static str,
    pub(crate) leader: bool,
    pub(crate) from: NaiveDate,
    pub(crate) until: Option<NaiveDate>,
    /// 本职.
    pub(crate) main: bool,
    /// 任免类型.
    pub(crate) appointment: &'static str,
    /// 限入性岗位.
    pub(crate) restricted: bool,
    /// 重点岗位.
    pub(crate) key: bool,
    /// 免于轮岗.
    pub(crate) exempt: bool,
    /// 职能.
    pub(crate) functions: &'static str,
    /// 直接上级: the person of that number.
    pub(crate) superior: Option<u32>,
}

impl Post {
    /// An ordinary post in `unit` from a day on.
    pub(crate) fn new(unit: u32, (title, rank, leader): PostKind, from: NaiveDate) -> Self {
        Self {
            unit,
            title,
            rank,
            leader,
            from,
            until: None,
            main: true,
            appointment: "任职",
            restricted: false,
            key: false,
            exempt: false,
            functions: "",
            superior: None,
        }
    }

    /// Whether it is held on `day`: the last day of one post is the first of the next.
    pub(crate) fn held_on(&self, day: NaiveDate) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }
}

/// One person.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) former: Option<String>,
    pub(crate) id_number: Option<String>,
    pub(crate) male: bool,
    pub(crate) birth: NaiveDate,
    pub(crate) ethnicity: &'static str,
    pub(crate) archetype: Archetype,
    /// Earlier posts first; the last one is the current one.
    pub(crate) posts: Vec<Post>,
    pub(crate) status: &'static str,
    pub(crate) left_on: Option<NaiveDate>,
    /// 报告义务; `None`: nobody has filled it in.
    pub(crate) duty: Option<bool>,
    /// The day of birth is written out, since something hangs on it.
    pub(crate) born_exactly: bool,
}

impl Person {
    /// The unit of the last post.
    pub(crate) fn unit(&self) -> u32 {
        self.posts.last().map_or(0, |post| post.unit)
    }

    /// The title of the last post.
    pub(crate) fn title(&self) -> &'static str {
        self.posts.last().map_or("干部", |post| post.title)
    }

    /// 编号 of the post number `at`.
    pub(crate) fn post_id(&self, at: usize) -> String {
        format!("R{}-{}", &self.id[1..], at + 1)
    }

    /// Year and month of birth.
    pub(crate) fn birth_month(&self) -> (i32, u32) {
        (self.birth.year(), self.birth.month())
    }

    /// Whether any post is or was in `unit`.
    pub(crate) fn worked_in(&self, unit: u32) -> bool {
        self.posts.iter().any(|post| post.unit == unit)
    }
}

/// The persons of a plan, and the groups that share a name.
#[derive(Debug, Clone)]
pub(crate) struct Cadre {
    pub(crate) persons: Vec<Person>,
    /// Groups of persons with one name; each has at least two.
    pub(crate) namesakes: Vec<Vec<u32>>,
}

/// Characters of given names that women bear.
const WOMANLY: [char; 52] = [
    '丽', '娟', '艳', '芳', '娜', '霞', '燕', '红', '玲', '慧', '颖', '倩', '雪', '梅', '丹', '婷', '萍',
    '琳', '洁', '璐', '莹', '蕾', '岚', '珊', '淑', '桂', '凤', '美', '秀', '香', '莲', '花', '菊', '娥',
    '琴', '珍', '兰', '怡', '涵', '琪', '瑶', '欣', '悦', '彤', '萱', '妍', '静', '雅', '思', '古', '娃',
    '汗',
];

/// Invents them.
pub(crate) fn invent(scale: Scale, seed: u64, as_of: NaiveDate, place: &Place, pool: &mut NamePool) -> Cadre {
    let mut rng = Rng::stream(seed, "persons", 0);
    let mut casting = Casting::new(scale, &mut rng);
    casting.name_namesakes(&mut rng, pool);
    casting.name_words(&mut rng, pool);
    casting.name_insides(&mut rng, pool);
    casting.name_specials(&mut rng, pool);
    let width = scale.persons.to_string().len().max(4);
    let mut cadre =
        Cadre { persons: Vec::with_capacity(scale.persons), namesakes: casting.namesakes.clone() };
    for (index, archetype) in casting.archetypes.iter().copied().enumerate() {
        let name = casting.names[index].take().unwrap_or_else(|| pool.ordinary(&mut rng));
        let wants_former =
            archetype == Archetype::FormerName || archetype == Archetype::Clean && rng.chance(2);
        let former = wants_former.then(|| pool.ordinary(&mut rng));
        let mut person = life(&mut rng, as_of, place, archetype);
        person.id = format!("P{:0width$}", index + 1);
        person.name = name;
        person.former = former;
        if person.name.contains('·') {
            person.ethnicity = "维吾尔族";
        }
        // most given names tell, though not all
        let womanly = person.name.contains(WOMANLY);
        person.male = rng.chance(if womanly { 6 } else { 88 });
        cadre.persons.push(person);
    }
    number_them(&mut rng, &mut cadre.persons);
    settle_namesakes(&mut rng, &mut cadre, place);
    cadre
}

/// The particulars of all posts, once it is settled who works where: within every limit of tenure, nothing
/// barred, and with whom the duty to report lies.
pub(crate) fn detail(seed: u64, as_of: NaiveDate, place: &Place, persons: &mut [Person]) {
    for (index, person) in (0_u64..).zip(persons) {
        let mut rng = Rng::stream(seed, "post particulars", index);
        let barred = person.archetype.has_record();
        for at in 0..person.posts.len() {
            let before = at.checked_sub(1).map(|before| person.posts[before].clone());
            let post = &mut person.posts[at];
            if let Some(before) = &before {
                move_on(&mut rng, place, before, post);
            }
            let days = (post.until.unwrap_or(as_of) - post.from).num_days();
            post.functions = functions(post.title);
            let delicate = ["财务", "采购", "执法", "工程"].iter().any(|part| post.functions.contains(part));
            post.key = delicate && (days < 1_600 || rng.chance(40));
            post.exempt = post.key && days >= 1_600;
            let risen = before.is_some_and(|before| height(post.rank) > height(before.rank));
            post.appointment = match at {
                0 => "任职",
                _ if barred => "平级调整",
                _ if risen => "提拔",
                _ => *rng.pick(&["平级调整", "平级调整", "任职"]),
            };
        }
        let serving = matches!(person.status, "在职" | "退出领导岗位");
        person.duty = Some(serving && person.posts.last().is_some_and(|post| post.leader));
    }
}

/// Nobody has the same post in the same unit twice in a row: that would be one long term.
fn move_on(rng: &mut Rng, place: &Place, before: &Post, post: &mut Post) {
    let kind = place.units[post.unit as usize].kind;
    while (before.unit, before.title) == (post.unit, post.title) {
        (post.title, post.rank, post.leader) = post_in(rng, kind);
    }
}

fn functions(title: &str) -> &'static str {
    match title {
        _ if title.contains("财务") || title.contains("会计") => "财务",
        _ if title.contains("设备科") || title.contains("总务处") => "采购",
        _ if title.contains("执法") => "执法",
        _ if title.contains("工程部") => "工程；采购",
        _ if title.contains("监督检查室") || title.contains("审理室") => "纪检；监察",
        _ => "其他",
    }
}

/// How high a rank is; 其他 is none.
fn height(rank: &str) -> usize {
    ["科员及以下", "乡科级副职", "乡科级正职"].iter().position(|known| *known == rank).map_or(0, |at| at + 1)
}

/// Everything of a person that is not the name.
fn life(rng: &mut Rng, as_of: NaiveDate, place: &Place, archetype: Archetype) -> Person {
    let age_days = rng.between(24 * 366, 62 * 365);
    let birth = as_of - Days::new(u64::from(age_days));
    let ethnicity = if rng.chance(93) {
        "汉族"
    } else {
        rng.pick(&["土家族", "苗族", "侗族", "瑶族", "回族", "满族", "壮族"])
    };
    let (status, left) = match archetype {
        Archetype::Expelled => ("开除", true),
        Archetype::CaseOpen | Archetype::SanctionRunning | Archetype::Probation => ("在职", false),
        _ => match rng.below(100) {
            0..=3 => ("退休", true),
            4 => ("离职", true),
            5 => ("退出领导岗位", true),
            _ => ("在职", false),
        },
    };
    let left_on = left.then(|| as_of - Days::new(u64::from(rng.between(60, 2_400))));
    Person {
        id: String::new(),
        name: String::new(),
        former: None,
        id_number: None,
        male: true,
        birth,
        ethnicity,
        archetype,
        posts: posts(rng, as_of, place, age_days, left_on),
        status,
        left_on,
        duty: None,
        born_exactly: false,
    }
}

/// One to four posts one after the other, the last one in the unit where the person is. Nobody but the
/// commission's own people ever worked in the commission: it signs half of all texts.
fn posts(
    rng: &mut Rng,
    as_of: NaiveDate,
    place: &Place,
    age_days: u32,
    left_on: Option<NaiveDate>,
) -> Vec<Post> {
    let units = u32::try_from(place.units.len()).unwrap_or(1);
    let count = 1 + rng.below(if age_days > 40 * 365 { 4 } else { 2 });
    let mut until = left_on;
    let mut posts = Vec::with_capacity(count as usize);
    let last_end = left_on.unwrap_or(as_of);
    let mut end = last_end;
    for _ in 0..count {
        let length = rng.between(300, 2_400);
        let from = end - Days::new(u64::from(length));
        let unit = rng.between(1, units.max(2) - 1).min(units - 1);
        let kind = place.units[unit as usize].kind;
        let (title, rank, leader) = post_in(rng, kind);
        posts.push(Post { until, ..Post::new(unit, (title, rank, leader), from) });
        until = Some(from);
        end = from;
    }
    posts.reverse();
    posts
}

pub(crate) fn post_in(rng: &mut Rng, kind: UnitKind) -> PostKind {
    let posts = kind.posts();
    // a unit has one head and many others
    let at = if rng.chance(4) { 0 } else { 1 + rng.index(posts.len() - 1) };
    posts[at]
}

/// Identity numbers: all different, some of 15 digits, a few persons without one.
fn number_them(rng: &mut Rng, persons: &mut [Person]) {
    let mut used: HashSet<u64> = HashSet::with_capacity(persons.len());
    for person in persons {
        let must = matches!(person.archetype, Archetype::AdverseLinked);
        if !must && rng.chance(4) {
            continue;
        }
        let full = loop {
            let number = id_number::invent(rng, person.birth, person.male);
            // the 15 digits of two persons must differ too
            if used.insert(old_digits(&number)) {
                break number;
            }
        };
        let old = if rng.chance(2) { id_number::old_form(&full, person.birth) } else { None };
        person.id_number = Some(old.unwrap_or(full));
    }
}

/// The fifteen digits that the number would have in its old form.
fn old_digits(number: &str) -> u64 {
    let digits = number[..6].bytes().chain(number[8..17].bytes());
    digits.fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'))
}

/// Namesakes: a quarter of the groups works in one unit; all of a group differ in the month of birth.
fn settle_namesakes(rng: &mut Rng, cadre: &mut Cadre, place: &Place) {
    for (number, group) in cadre.namesakes.iter().enumerate() {
        if number % 4 != 1 {
            continue;
        }
        let Some(unit) = group.first().map(|&first| cadre.persons[first as usize].unit()) else {
            continue;
        };
        let kind = place.units[unit as usize].kind;
        for &member in &group[1..] {
            if let Some(post) = cadre.persons[member as usize].posts.last_mut() {
                (post.title, post.rank, post.leader) = post_in(rng, kind);
                post.unit = unit;
            }
        }
    }
    let staff = u32::try_from(cadre.persons.len() / 60).unwrap_or(0).min(60);
    for _ in 0..staff {
        let index = rng.index(cadre.persons.len());
        let person = &mut cadre.persons[index];
        if person.archetype == Archetype::Clean
            && let Some(post) = person.posts.last_mut()
        {
            (post.title, post.rank, post.leader) = *rng.pick(&[
                ("第一监督检查室主任", "乡科级正职", false),
                ("审理室副主任", "乡科级副职", false),
                ("案件监督管理室干部", "科员及以下", false),
                ("常委、监委委员", "乡科级正职", true),
            ]);
            post.unit = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units;

    fn cadre(scale: Scale) -> Cadre {
        let as_of = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap_or_default();
        invent(scale, 7, as_of, &units::invent(scale, 7), &mut NamePool::default())
    }

    #[test]
    fn seven_of_ten_persons_have_nothing_planted_about_them() {
        let cadre = cadre(Scale::district());
        let quiet = |person: &&Person| {
            matches!(person.archetype, Archetype::Clean | Archetype::Namesake | Archetype::InsideOnly)
        };
        let share = cadre.persons.iter().filter(quiet).count() * 100 / cadre.persons.len();
        assert!((66..=74).contains(&share), "{share}");
    }

    #[test]
    fn every_archetype_is_cast_even_in_a_small_office() {
        let cadre = cadre(Scale::small());
        for (archetype, _) in Archetype::QUOTA {
            assert!(cadre.persons.iter().any(|person| person.archetype == archetype), "{archetype:?}");
        }
        for archetype in [Archetype::Namesake, Archetype::InsideOnly, Archetype::WordOnly, Archetype::Clean] {
            assert!(cadre.persons.iter().any(|person| person.archetype == archetype), "{archetype:?}");
        }
    }

    #[test]
    fn nobody_but_the_planned_namesakes_shares_a_name() {
        let cadre = cadre(Scale::district());
        let mut names: Vec<String> = cadre
            .persons
            .iter()
            .flat_map(|person| person.former.iter().chain([&person.name]))
            .map(|name| crate::forms::fold(name))
            .collect();
        names.sort_unstable();
        let shared = names.chunk_by(|one, other| one == other).filter(|alike| alike.len() > 1).count();
        assert_eq!(shared, cadre.namesakes.len());
    }

    #[test]
    fn identity_numbers_are_valid_and_all_different() {
        let cadre = cadre(Scale::district());
        let mut seen = std::collections::HashSet::new();
        let (mut old, mut none) = (0, 0);
        for person in &cadre.persons {
            let Some(number) = &person.id_number else {
                none += 1;
                continue;
            };
            assert!(seen.insert(number));
            let (birth, last) = match number.len() {
                18 => {
                    assert_eq!(number.chars().last(), Some(id_number::check_char(&number[..17])));
                    (person.birth.format("%Y%m%d").to_string(), &number[16..17])
                }
                15 => {
                    old += 1;
                    (person.birth.format("%y%m%d").to_string(), &number[14..15])
                }
                other => panic!("{other} characters"),
            };
            assert!(number[6..].starts_with(&birth), "{number} {birth}");
            assert_eq!(last.parse::<u32>().is_ok_and(|digit| digit % 2 == 1), person.male);
        }
        assert!(old > 5 && none > 50, "{old} {none}");
    }

    #[test]
    fn posts_follow_one_another() {
        for person in cadre(Scale::small()).persons {
            assert!(!person.posts.is_empty());
            for pair in person.posts.windows(2) {
                assert_eq!(pair[0].until, Some(pair[1].from));
            }
            assert_eq!(person.posts.last().and_then(|post| post.until), person.left_on);
        }
    }
}
