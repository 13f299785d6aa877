//! Invented names: surnames by how common they are, given names put together from characters, and the
//! special ones that searches stumble over (two characters, compound surnames, ordinary words, names
//! with a dot, rare and compatibility characters).

use std::collections::HashSet;

use crate::blocked::is_blocked;
use crate::rng::{Rng, fnv};

/// Surnames with their weight (rough share of people, in ten-thousandths), the rare and the compound
/// ones last.
const SURNAMES: [(&str, u32); 126] = [
    ("王", 710),
    ("李", 700),
    ("张", 670),
    ("刘", 510),
    ("陈", 460),
    ("杨", 320),
    ("黄", 245),
    ("吴", 200),
    ("赵", 200),
    ("周", 190),
    ("徐", 145),
    ("孙", 140),
    ("马", 130),
    ("朱", 128),
    ("胡", 116),
    ("林", 113),
    ("郭", 112),
    ("何", 105),
    ("高", 100),
    ("罗", 95),
    ("郑", 93),
    ("梁", 85),
    ("谢", 76),
    ("宋", 70),
    ("唐", 69),
    ("许", 66),
    ("邓", 62),
    ("冯", 61),
    ("韩", 61),
    ("曹", 59),
    ("曾", 58),
    ("彭", 57),
    ("肖", 55),
    ("蔡", 53),
    ("潘", 52),
    ("田", 51),
    ("董", 51),
    ("袁", 49),
    ("于", 48),
    ("余", 47),
    ("蒋", 47),
    ("叶", 47),
    ("杜", 46),
    ("苏", 45),
    ("魏", 45),
    ("程", 45),
    ("吕", 45),
    ("丁", 43),
    ("沈", 41),
    ("任", 41),
    ("姚", 40),
    ("卢", 40),
    ("钟", 40),
    ("姜", 39),
    ("崔", 38),
    ("谭", 37),
    ("廖", 36),
    ("范", 36),
    ("汪", 36),
    ("陆", 36),
    ("金", 35),
    ("石", 34),
    ("戴", 34),
    ("贾", 33),
    ("韦", 32),
    ("夏", 32),
    ("邱", 32),
    ("方", 31),
    ("侯", 30),
    ("邹", 29),
    ("熊", 29),
    ("孟", 29),
    ("秦", 28),
    ("白", 28),
    ("毛", 27),
    ("江", 27),
    ("闫", 27),
    ("薛", 26),
    ("尹", 26),
    ("付", 25),
    ("段", 24),
    ("雷", 24),
    ("黎", 21),
    ("史", 21),
    ("龙", 20),
    ("钱", 20),
    ("贺", 20),
    ("陶", 20),
    ("顾", 20),
    ("龚", 20),
    ("郝", 20),
    ("邵", 20),
    ("万", 19),
    ("严", 18),
    ("洪", 18),
    ("赖", 18),
    ("武", 18),
    ("傅", 17),
    ("莫", 17),
    ("孔", 17),
    ("汤", 17),
    ("温", 15),
    ("康", 15),
    ("施", 15),
    ("文", 15),
    ("牛", 15),
    ("樊", 15),
    ("柳", 10),
    ("欧阳", 9),
    ("司马", 2),
    ("上官", 4),
    ("诸葛", 3),
    ("司徒", 3),
    ("皇甫", 2),
    ("夏侯", 2),
    ("令狐", 2),
    ("慕容", 2),
    ("尉迟", 1),
    ("东方", 1),
    ("端木", 1),
    ("逄", 1),
    ("亓", 1),
    ("佘", 1),
    ("仉", 1),
    ("缑", 1),
    ("昝", 1),
];

/// Given names of one character; the first ones are far more common.
const SINGLE: &str = "伟勇军磊涛斌强鹏杰峰超波辉刚健明亮俊飞凯浩华平鑫毅林洋宇敏静丽娟艳芳娜霞燕红玲慧颖倩雪梅丹晶婷萍琳洁璐莹蕾岚珊淼昊翔旭晨阳锋彬凡诚宁坤炜恒钧铭森栋庚骏骞";
/// First characters of given names of two.
const FIRST: &str = "建国志文晓小海永玉春秀桂淑德金俊立家庆卫宏新振少光学世英忠继兴福凤美雅雨佳子思梓浩嘉一天宇泽明梦红丽爱慧云素瑞丹静艳亚景仁义礼传克承孝绍启远长树东江宝根水炳耀祖锦润崇延培敬";
/// Second characters of given names of two.
const SECOND: &str = "华明平军英兰芳梅珍霞玲红燕丽辉波涛勇强斌杰峰林生民成龙祥云山海东江松柏荣贵富才发根清文武德良义仁礼智信达昌盛兴旺宁安康健洁琴香莲花菊英娥凤娟敏静慧怡涵轩豪然博宇泽晨阳琪瑶欣悦彤萱妍颖琳霖铭钧鑫森淼磊晶蕾";

/// Parts of transliterated names with a dot.
const DOTTED_FIRST: [&str; 16] = [
    "阿卜杜拉",
    "买买提",
    "古丽",
    "艾合买提",
    "热依汗",
    "吐尔逊",
    "阿依夏木",
    "努尔兰",
    "巴合提",
    "叶尔兰",
    "迪丽娜尔",
    "玉素甫",
    "帕提古丽",
    "阿曼古丽",
    "哈力克",
    "塔依尔",
];
const DOTTED_SECOND: [&str; 14] = [
    "买买提",
    "艾山",
    "吐尔地",
    "热合曼",
    "库尔班",
    "依明",
    "赛买提",
    "哈斯木",
    "那孜尔",
    "别克",
    "马木提",
    "卡德尔",
    "沙比尔",
    "阿西木",
];

/// Rare characters as given names: extensions A, B, C, E and the end of the basic block, and
/// compatibility forms that the normal form folds.
const RARE_GIVEN: [&str; 14] =
    ["䶮", "㛃", "鿍", "𬭎", "𫖯", "𬘭", "𫠊", "𠅤", "堃", "喆", "晓䶮", "文𬭎", "子㛃", "\u{F9DC}"];

/// The names given out so far, and how to make more.
#[derive(Debug, Default)]
pub(crate) struct NamePool {
    /// Hashes of the names: where two meet, one name less is given out.
    taken: HashSet<u64>,
    avoid: HashSet<String>,
}

impl NamePool {
    /// A pool that gives out no name that stands in one of `texts` (the phrases of the grammar, the
    /// names of units): it would stand there for nobody.
    pub(crate) fn avoiding(texts: &[&str]) -> Self {
        let mut avoid = HashSet::new();
        for text in texts {
            let chars: Vec<char> = text.chars().collect();
            for length in 2..=4 {
                for window in chars.windows(length) {
                    avoid.insert(window.iter().collect());
                }
            }
        }
        Self { taken: HashSet::new(), avoid }
    }

    /// Takes `name` if it is free and may be used.
    pub(crate) fn take(&mut self, name: &str) -> bool {
        !is_blocked(name) && !self.avoid.contains(name) && self.taken.insert(fnv(name))
    }

    /// Takes an ordinary word as a name, which of course stands in the phrases.
    pub(crate) fn take_word(&mut self, name: &str) -> bool {
        self.taken.insert(fnv(name))
    }

    /// Whether somebody bears it.
    pub(crate) fn is_taken(&self, name: &str) -> bool {
        self.taken.contains(&fnv(name))
    }

    /// A new ordinary name; given names of one character in about a fifth of all. Where hundreds of thousands
    /// are wanted the common surnames run out, and the others come to be drawn evenly.
    pub(crate) fn ordinary(&mut self, rng: &mut Rng) -> String {
        for _ in 0..40 {
            let name = draw(rng, 20);
            if self.take(&name) {
                return name;
            }
        }
        loop {
            let name = draw_widely(rng);
            if self.take(&name) {
                return name;
            }
        }
    }

    /// A new name of two characters out of the most common ones, as namesakes share them.
    pub(crate) fn common(&mut self, rng: &mut Rng) -> String {
        let given: Vec<char> = SINGLE.chars().collect();
        for _ in 0..400 {
            let name = format!("{}{}", SURNAMES[rng.index(14)].0, given[rng.index(24)]);
            if self.take(&name) {
                return name;
            }
        }
        self.ordinary(rng)
    }

    /// A longer name that begins with `short` (王伟 → 王伟明).
    pub(crate) fn longer(&mut self, rng: &mut Rng, short: &str) -> Option<String> {
        let last: Vec<char> = SECOND.chars().collect();
        (0..20).find_map(|_| {
            let name = format!("{short}{}", rng.pick(&last));
            self.take(&name).then_some(name)
        })
    }

    /// A new name with a dot.
    pub(crate) fn dotted(&mut self, rng: &mut Rng) -> Option<String> {
        (0..40).find_map(|_| {
            let (first, second) = (rng.pick(&DOTTED_FIRST), rng.pick(&DOTTED_SECOND));
            let name = format!("{first}·{second}");
            (first != second && self.take(&name)).then_some(name)
        })
    }

    /// A new name with a rare character.
    pub(crate) fn rare(&mut self, rng: &mut Rng) -> Option<String> {
        (0..40).find_map(|_| {
            let name = format!("{}{}", surname(rng), rng.pick(&RARE_GIVEN));
            self.take(&name).then_some(name)
        })
    }

    /// A new name with a compound surname.
    pub(crate) fn compound(&mut self, rng: &mut Rng) -> Option<String> {
        let compound: Vec<&str> = SURNAMES
            .iter()
            .map(|(surname, _)| *surname)
            .filter(|surname| surname.chars().count() == 2)
            .collect();
        (0..40).find_map(|_| {
            let name = format!("{}{}", rng.pick(&compound), given(rng, 40));
            self.take(&name).then_some(name)
        })
    }

    /// Whether somebody's name stands in `name`, or is it.
    fn holds_taken(&self, name: &str) -> bool {
        let starts: Vec<usize> = name.char_indices().map(|(at, _)| at).chain([name.len()]).collect();
        (0..starts.len())
            .any(|from| (from + 2..starts.len()).any(|to| self.is_taken(&name[starts[from]..starts[to]])))
    }

    /// A name that nobody with a dossier bears, and that holds nobody's, for those who stand in texts
    /// only. It is not taken: two texts may speak of the same stranger.
    pub(crate) fn stranger(&self, rng: &mut Rng) -> String {
        for attempt in 0_u32.. {
            let name = if attempt < 60 { draw(rng, 25) } else { draw_widely(rng) };
            if !self.holds_taken(&name) && !is_blocked(&name) && !self.avoid.contains(&name) {
                return name;
            }
        }
        String::new()
    }
}

/// Any surname with any two characters: some millions of names.
fn draw_widely(rng: &mut Rng) -> String {
    let surname = rng.pick(&SURNAMES).0;
    let mut half = || if rng.chance(50) { one_of(rng, FIRST) } else { one_of(rng, SECOND) };
    let (first, second) = (half(), half());
    if first == second { format!("{surname}{first}") } else { format!("{surname}{first}{second}") }
}

/// A name for a relative, with the surname of `of` where one is given. Nobody minds who else bears it.
pub(crate) fn relative(rng: &mut Rng, of: Option<&str>) -> String {
    let own = of.and_then(|name| {
        let known = SURNAMES.iter().rev().find(|(surname, _)| name.starts_with(surname));
        known.map(|(surname, _)| *surname).filter(|_| !name.contains('·'))
    });
    loop {
        let surname = own.unwrap_or_else(|| surname(rng));
        let name = format!("{surname}{}", given(rng, 20));
        if !is_blocked(&name) {
            return name;
        }
    }
}

fn draw(rng: &mut Rng, single_percent: u32) -> String {
    format!("{}{}", surname(rng), given(rng, single_percent))
}

/// A surname by weight.
pub(crate) fn surname(rng: &mut Rng) -> &'static str {
    let total: u32 = SURNAMES.iter().map(|(_, weight)| weight).sum();
    let mut at = rng.below(total);
    for (surname, weight) in SURNAMES {
        if at < weight {
            return surname;
        }
        at -= weight;
    }
    SURNAMES[0].0
}

fn given(rng: &mut Rng, single_percent: u32) -> String {
    if rng.chance(single_percent) {
        return one_of(rng, SINGLE).to_string();
    }
    let first = one_of(rng, FIRST);
    let second = one_of(rng, SECOND);
    if first == second { first.to_string() } else { format!("{first}{second}") }
}

fn one_of(rng: &mut Rng, characters: &str) -> char {
    let count = characters.chars().count();
    characters.chars().nth(rng.index(count)).unwrap_or('明')
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_given_out_twice_or_against_the_phrases() {
        let mut pool = NamePool::avoiding(&["高建国同志"]);
        assert!(!pool.take("高建国"));
        let mut rng = Rng::stream(1, "names", 0);
        let names: Vec<String> = (0..20_000).map(|_| pool.ordinary(&mut rng)).collect();
        let distinct: HashSet<&String> = names.iter().collect();
        assert_eq!(distinct.len(), names.len());
        assert!(names.iter().all(|name| (2..=4).contains(&name.chars().count())));
    }

    #[test]
    fn common_surnames_are_common() {
        let mut rng = Rng::stream(1, "surnames", 0);
        let drawn: Vec<&str> = (0..10_000).map(|_| surname(&mut rng)).collect();
        let share = |name: &str| drawn.iter().filter(|drawn| **drawn == name).count();
        assert!((700..1_200).contains(&share("王")), "{}", share("王"));
        assert!(share("欧阳") < 60);
        assert!(drawn.iter().collect::<HashSet<_>>().len() > 105);
    }

    #[test]
    fn the_special_names_are_what_they_say() {
        let mut pool = NamePool::default();
        let mut rng = Rng::stream(1, "special", 0);
        assert_eq!(pool.common(&mut rng).chars().count(), 2);
        assert!(pool.longer(&mut rng, "王伟").unwrap().starts_with("王伟"));
        assert!(pool.dotted(&mut rng).unwrap().contains('·'));
        assert!(pool.compound(&mut rng).unwrap().chars().count() >= 3);
        let rare = pool.rare(&mut rng).unwrap();
        assert!(
            rare.chars().any(|c| !('\u{4E00}'..='\u{9FA5}').contains(&c) || "堃喆".contains(c)),
            "{rare}"
        );
        let stranger = pool.stranger(&mut rng);
        assert!(!pool.is_taken(&stranger));
    }
}
