//! Names that could be meant by one that was asked for, and are not the same: written with a surname used for it
//! (肖 and 萧), with characters taken for its own (己 and 已), of the same sound, or asked for in letters.
//!
//! A channel beside the answer, never a part of it: nothing that is found, counted or decided hangs on it. It is
//! made of the names that the reader's snapshot shows, and of nothing else.

mod shapes;
mod sound;
mod surnames;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use dossier::name::{look_alikes, name_key};
use dossier::normal::is_han;

use crate::query::{Query, Term};
use crate::reading::bears_surname;
use crate::words::jieba;

/// Why a name is suggested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// A surname used for the one asked.
    LookAlikeSurname,
    /// One character that is taken for another.
    LookAlike,
    /// The same sound without tones, the surname read as a surname.
    SameSound,
    /// Asked for in pinyin.
    Pinyin,
    /// Asked for by initials.
    Initials,
}

impl Likeness {
    /// Every one, the nearest first.
    pub const ALL: &[Likeness] = &[
        Likeness::LookAlikeSurname,
        Likeness::LookAlike,
        Likeness::SameSound,
        Likeness::Pinyin,
        Likeness::Initials,
    ];

    /// A stable word for it.
    pub fn slug(self) -> &'static str {
        match self {
            Likeness::LookAlikeSurname => "look_alike_surname",
            Likeness::LookAlike => "look_alike",
            Likeness::SameSound => "same_sound",
            Likeness::Pinyin => "pinyin",
            Likeness::Initials => "initials",
        }
    }

    /// What people read.
    pub fn title(self) -> &'static str {
        match self {
            Likeness::LookAlikeSurname => "姓氏通写",
            Likeness::LookAlike => "形近",
            Likeness::SameSound => "音近",
            Likeness::Pinyin => "拼音",
            Likeness::Initials => "拼音首字母",
        }
    }
}

/// Sorted `(sound, name)`.
type Table = Vec<(Box<str>, u32)>;

/// The names of an archive, by how they look and sound. A table is made when somebody asks in its way for the
/// first time: a list of names in characters needs none of what is typed in letters.
#[derive(Debug, Default)]
pub struct Sounds {
    /// Distinct keys, sorted.
    names: Vec<String>,
    spoken: OnceLock<Table>,
    typed: OnceLock<Table>,
    initials: OnceLock<Table>,
}

impl Sounds {
    /// Of these name keys.
    pub fn of(names: impl IntoIterator<Item = String>) -> Self {
        let mut names: Vec<String> = names.into_iter().collect();
        names.sort_unstable();
        names.dedup();
        Self { names, ..Self::default() }
    }

    fn table(&self, ways: fn(&str) -> Vec<String>) -> Table {
        let ways = |(name, at): (&String, u32)| {
            ways(name).into_iter().map(move |way| (way.into_boxed_str(), at)).collect::<Vec<_>>()
        };
        let mut table: Table = self.names.iter().zip(0..).flat_map(ways).collect();
        table.sort_unstable();
        table
    }

    /// Whether one of the names has this key.
    pub fn knows(&self, key: &str) -> bool {
        self.names.binary_search_by(|name| name.as_str().cmp(key)).is_ok()
    }

    /// The names that could be meant by `asked`, the nearest first, each once and with its first reason.
    pub fn resembling(&self, asked: &str) -> Vec<(String, Likeness)> {
        let key = name_key(asked);
        let mut found: BTreeMap<String, Likeness> = BTreeMap::new();
        let mut add = |name: String, why| {
            if name != key {
                found.entry(name).or_insert(why);
            }
        };
        if let Some(letters) = sound::letters(asked) {
            let typed = self.typed.get_or_init(|| self.table(sound::typed));
            self.in_table(typed, &letters).for_each(|name| add(name, Likeness::Pinyin));
            if letters.len() <= INITIALS_MAX {
                let initials = self.initials.get_or_init(|| self.table(sound::initials));
                self.in_table(initials, &letters).for_each(|name| add(name, Likeness::Initials));
            }
        } else {
            look_alikes(&key)
                .into_iter()
                .filter(|other| self.knows(other))
                .for_each(|other| add(other, Likeness::LookAlikeSurname));
            one_character_apart(&key)
                .filter(|other| self.knows(other))
                .for_each(|other| add(other, Likeness::LookAlike));
            let spoken = self.spoken.get_or_init(|| self.table(sound::sounds));
            for sounds in sound::sounds(&key) {
                self.in_table(spoken, &sounds).for_each(|name| add(name, Likeness::SameSound));
            }
        }
        let mut found: Vec<(String, Likeness)> = found.into_iter().collect();
        let surname = key.chars().next();
        // Of one reason, those with the same surname first: the given name is what is written wrong most often.
        found.sort_by(|(a, why_a), (b, why_b)| {
            let apart = |name: &str| name.chars().next() != surname;
            (why_a, apart(a), a).cmp(&(why_b, apart(b), b))
        });
        found
    }

    fn in_table<'s>(&'s self, table: &'s Table, sound: &str) -> impl Iterator<Item = String> + 's {
        let from = table.partition_point(|(way, _)| way.as_ref() < sound);
        let to = table.partition_point(|(way, _)| way.as_ref() <= sound);
        table[from..to].iter().map(|(_, at)| self.names[*at as usize].clone())
    }
}

/// Letters up to which a word is also taken for initials.
const INITIALS_MAX: usize = 4;

/// `key` with one character replaced by one that is taken for it.
fn one_character_apart(key: &str) -> impl Iterator<Item = String> {
    let chars: Vec<char> = key.chars().collect();
    let long_enough = chars.len() >= 2;
    let mut others = Vec::new();
    for (at, c) in chars.iter().enumerate().filter(|_| long_enough) {
        for other in shapes::alike(*c) {
            let mut changed = chars.clone();
            changed[at] = other;
            others.push(changed.into_iter().collect());
        }
    }
    others.into_iter()
}

/// Longest Chinese name that is taken for one without a dot in it.
const HAN_NAME_MAX: usize = 4;
/// Most words in letters that are taken for one name together: `ou yang xiu ying`.
const LETTER_WORDS_MAX: usize = 4;
/// A word of the dictionary more frequent than this is asked for as a word (管理), not as a name.
const WORD_FREQUENCY_MIN: usize = 30;

/// What of a query may be a name that is written otherwise in a dossier: names that are known, what has the
/// form of a name and is no ordinary word, and what is typed in letters.
pub fn asked_names(query: &Query, known: impl Fn(&str) -> bool) -> Vec<String> {
    let terms = query.terms();
    let in_letters = terms.len() > 1
        && terms.len() <= LETTER_WORDS_MAX
        && terms.iter().all(|term| matches!(term, Term::Words(text) if sound::letters(text).is_some()));
    let mut names: Vec<String> = Vec::new();
    if in_letters {
        names.push(terms.iter().map(|term| term.text()).collect::<Vec<_>>().join(" "));
    }
    for term in terms {
        let key = name_key(term.text());
        if known(&key) || may_be_a_name(term.text(), &key) {
            names.push(term.text().to_owned());
        }
    }
    names
}

fn may_be_a_name(text: &str, key: &str) -> bool {
    if sound::letters(text).is_some() {
        return true;
    }
    let han = key.chars().all(is_han);
    let length = key.chars().count();
    if !han || length < 2 {
        return false;
    }
    if text.contains(['·', '•', '・', '．']) {
        return true;
    }
    let jieba = jieba();
    length <= HAN_NAME_MAX
        && bears_surname(key)
        && !(jieba.has_word(key) && jieba.suggest_freq(key) > WORD_FREQUENCY_MIN)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn sounds() -> Sounds {
        let names = [
            "王伟",
            "汪伟",
            "王玮",
            "王卫",
            "萧明",
            "单小红",
            "山小红",
            "丹小红",
            "张已",
            "欧阳修",
            "吕布",
            "买买提",
            "麦麦提",
            "谢军",
            "约翰",
        ];
        Sounds::of(names.map(str::to_owned))
    }

    #[track_caller]
    fn check(asked: &str, expected: &[(&str, Likeness)]) {
        let found = sounds().resembling(asked);
        let found: Vec<(&str, Likeness)> = found.iter().map(|(name, why)| (name.as_str(), *why)).collect();
        assert_eq!(found, expected, "{asked}");
    }

    #[test]
    fn what_looks_or_sounds_alike_is_suggested_with_its_reason_and_never_the_name_itself() {
        use Likeness::{Initials, LookAlike, LookAlikeSurname, Pinyin, SameSound};
        check("王伟", &[("王玮", LookAlike), ("王卫", SameSound), ("汪伟", SameSound)]);
        check("肖明", &[("萧明", LookAlikeSurname)]);
        check("张己", &[("张已", LookAlike)]);
        check("单晓红", &[("单小红", SameSound), ("山小红", SameSound)]);
        check("解军", &[("谢军", SameSound)]);
        check("麦麦提", &[("买买提", SameSound)]);
        check("wang wei", &[("汪伟", Pinyin), ("王伟", Pinyin), ("王卫", Pinyin), ("王玮", Pinyin)]);
        check("LÜ BU", &[("吕布", Pinyin)]);
        check("oyx", &[("欧阳修", Initials)]);
        check("不在册", &[]);
        check("", &[]);
        check("王", &[]);
    }

    #[test]
    fn what_may_be_a_name_is_told_from_words() {
        let asked = |query: &str| asked_names(&Query::parse(query).unwrap(), |key| key == "高峰");
        assert_eq!(asked("王某红 采购 管理"), ["王某红"]);
        assert_eq!(asked("高峰 “肖明”"), ["高峰", "肖明"]);
        assert_eq!(asked("zhang wei"), ["zhang wei", "zhang", "wei"]);
        assert_eq!(asked("阿卜杜拉·买买提"), ["阿卜杜拉·买买提"]);
        assert!(asked("工程款结算情况 12").is_empty());
    }

    #[test]
    fn slugs_and_titles_are_distinct() {
        let slugs: std::collections::BTreeSet<_> = Likeness::ALL.iter().map(|why| why.slug()).collect();
        let titles: std::collections::BTreeSet<_> = Likeness::ALL.iter().map(|why| why.title()).collect();
        assert_eq!((slugs.len(), titles.len()), (Likeness::ALL.len(), Likeness::ALL.len()));
    }
}
