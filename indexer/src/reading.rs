//! How a name reads where it stands: free, as an ordinary word, or inside a longer name.
//!
//! Every place is reported with its reading and the reason. What follows for a person (is it this
//! 王伟?) is for the clearance to say; here only the text speaks.

mod vocabulary;

use std::collections::{BTreeSet, HashMap};

use dossier::citizen_id::{self, CitizenId};
use dossier::name::is_mask;
use dossier::normal::{Gap, Normal, is_han, is_letter};

use crate::clause::{Clauses, Tag, is_common};
use crate::error::IndexError;
use crate::known::{Found, Known, Patterns};
use crate::words::jieba;
use vocabulary::{ADVERBS, AFTER, BEFORE, FUNCTION_WORDS, ORDINARY_WORDS};

/// How the characters of a name read at one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reading {
    /// As a name standing by itself.
    Free,
    /// As an ordinary word, or part of the name of something else (华盛顿 the city).
    Word,
    /// As part of a longer name that is known, or shown by a mask to be longer (王某 in 王某某).
    Inside,
}

/// One place where an asked name stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurrence {
    /// Which of the asked names: its index in [`Asked`].
    pub name: usize,
    /// First code point in the stored text.
    pub start: u32,
    /// One past the last code point.
    pub end: u32,
    /// How it reads.
    pub reading: Reading,
    /// Why it reads so; a stable word (`longer_name`, `masked_run`, `dictionary_word`, `part_of_word`,
    /// `title_beside`, `in_name_list`, `ambiguous_cut`), or empty for the plain case.
    pub why: &'static str,
}

/// The names that are asked for, prepared for many texts.
pub struct Asked<'k> {
    known: &'k Known,
    /// For each known name, the asked name it is (`usize::MAX`: not asked).
    of_known: Vec<usize>,
    /// Asked names that the archive does not know.
    unknown: Patterns,
    of_unknown: Vec<usize>,
}

const NOT_ASKED: usize = usize::MAX;

impl<'k> Asked<'k> {
    /// Prepares the name keys `names`; an empty key stands nowhere.
    pub fn new(known: &'k Known, names: &[String]) -> Result<Self, IndexError> {
        let mut of_known = vec![NOT_ASKED; known.names.len()];
        let mut unknown: HashMap<&str, usize> = HashMap::new();
        for (at, name) in names.iter().enumerate() {
            match known.names.find(name) {
                Some(pattern) => of_known[pattern as usize] = at,
                None => {
                    unknown.insert(name, at);
                }
            }
        }
        let patterns = Patterns::compile(unknown.keys().map(|&key| key.to_owned()))?;
        let of_unknown =
            (0..patterns.len()).map(|at| unknown[patterns.key(u32::try_from(at).unwrap_or(0))]).collect();
        Ok(Self { known, of_known, unknown: patterns, of_unknown })
    }
}

/// What a text holds for the question.
pub struct TextReading {
    /// Every place where an asked name stands, in order.
    pub occurrences: Vec<Occurrence>,
    /// Keys of the units (names or aliases) that stand in it; a unit inside a longer unit's name does not.
    pub units: BTreeSet<String>,
    /// Identity numbers in it with their code points `start..end`.
    pub identities: Vec<(u32, u32, CitizenId)>,
    /// The text in normal form.
    pub normal: Normal,
}

/// Reads `text` for `asked`. Linear in the text but for jieba, which is asked only about clauses where
/// a name stands.
pub fn read_text(asked: &Asked<'_>, text: &str) -> TextReading {
    let normal = Normal::of(text);
    let normal_text = normal.text();
    let known = asked.known.names.all_in(&normal_text);
    let unknown = asked.unknown.all_in(&normal_text);
    let mut places: Vec<(usize, Found)> = known
        .iter()
        .filter_map(|found| {
            let name = asked.of_known[found.pattern as usize];
            (name != NOT_ASKED).then_some((name, *found))
        })
        .chain(unknown.iter().map(|found| (asked.of_unknown[found.pattern as usize], *found)))
        .collect();
    places.sort_unstable_by_key(|(name, found)| (found.from, found.to, *name));
    let mut context = Context {
        normal: &normal,
        original: if places.is_empty() { Vec::new() } else { text.chars().collect() },
        names: &known,
        longest: asked.known.names.longest(),
        clauses: Clauses::default(),
    };
    let occurrences = places
        .into_iter()
        .map(|(name, found)| {
            let (start, end) = normal.original(found.from as usize, found.to as usize);
            let (reading, why) = context.reading(found);
            Occurrence { name, start, end, reading, why }
        })
        .collect();
    let units = if asked.known.units.len() == 0 {
        BTreeSet::new()
    } else {
        units_in(&asked.known.units, &normal_text)
    };
    let identities = identities_in(text, &normal);
    TextReading { occurrences, units, identities, normal }
}

/// Identity numbers of the original text.
fn identities_in(text: &str, normal: &Normal) -> Vec<(u32, u32, CitizenId)> {
    // Fifteen digits are the least; most texts have none, and need no second pass.
    if normal.chars().iter().filter(|c| c.is_ascii_digit()).count() < 15 {
        return Vec::new();
    }
    let chars: Vec<char> = text.chars().collect();
    let position = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    citizen_id::find_in(&chars)
        .into_iter()
        .map(|(start, end, id)| (position(start), position(end), id))
        .collect()
}

fn units_in(units: &Patterns, normal_text: &str) -> BTreeSet<String> {
    let found = units.all_in(normal_text);
    found
        .iter()
        .filter(|this| {
            !found.iter().any(|other| {
                other.from <= this.from && other.to >= this.to && other.to - other.from > this.to - this.from
            })
        })
        .map(|found| units.key(found.pattern).to_owned())
        .collect()
}

/// A line at least this long may be one that was wrapped; a list with a name a line has shorter ones.
const WRAPPED_LINE_CHARS_MIN: usize = 16;

struct Context<'a> {
    normal: &'a Normal,
    /// The text as it came, by code points; empty where no name stands in it.
    original: Vec<char>,
    /// All known names in the text, ordered by where they end.
    names: &'a [Found],
    longest: u32,
    clauses: Clauses,
}

impl Context<'_> {
    fn reading(&mut self, found: Found) -> (Reading, &'static str) {
        match self.longer_name(found) {
            Longer::Holds => return (Reading::Inside, "longer_name"),
            Longer::Open => return (Reading::Free, "ambiguous_cut"),
            Longer::None => {}
        }
        if self.in_masked_run(found) {
            return (Reading::Inside, "masked_run");
        }
        let Some(why) = self.word(found) else {
            return (Reading::Free, "");
        };
        if self.title_beside(found) {
            return (Reading::Free, "title_beside");
        }
        if self.in_name_list(found) {
            return (Reading::Free, "in_name_list");
        }
        (Reading::Word, why)
    }

    /// The longest known name wins, unless white space parts the two. Where a common word begins at the
    /// end of the shorter name and goes on past the longer one (刘建|正在 although a 刘建正 is known), both
    /// cuts can be meant, and a person has to look.
    fn longer_name(&self, found: Found) -> Longer {
        let mut outcome = Longer::None;
        let first = self.names.partition_point(|other| other.to < found.to);
        for &other in &self.names[first..] {
            if other.to > found.from + self.longest + (found.to - found.from) {
                break;
            }
            let longer = other.to - other.from > found.to - found.from;
            if !longer || other.from > found.from || other.to < found.to || self.is_parted(found, other) {
                continue;
            }
            if !self.cut_is_open(found, other) {
                return Longer::Holds;
            }
            outcome = Longer::Open;
        }
        outcome
    }

    fn is_parted(&self, shorter: Found, longer: Found) -> bool {
        let goes_on = self.text_goes_on_at(longer.to);
        (longer.from + 1..=shorter.from).chain(shorter.to..longer.to).any(|at| self.parted(at, goes_on))
    }

    /// Whether the shorter name can be meant where the longer one stands.
    fn cut_is_open(&self, shorter: Found, longer: Found) -> bool {
        let chars = self.normal.chars();
        let end = u32::try_from(chars.len()).unwrap_or(u32::MAX);
        let next_name = self.names.iter().any(|name| name.from == longer.to && name.to - name.from >= 2);
        let behind = shorter.to < longer.to
            && !next_name
            && ((longer.to + 1..=end.min(shorter.to + WORD_CHARS_MAX))
                .any(|to| self.is_word(shorter.to, to))
                || (longer.to - shorter.to == 1
                    && ADVERBS.contains(chars[shorter.to as usize])
                    && chars.get(longer.to as usize).is_some_and(|&c| is_letter(c))));
        let start = shorter.from.saturating_sub(WORD_CHARS_MAX);
        let before = (start..longer.from).any(|from| self.is_word(from, shorter.from));
        behind || (shorter.from > longer.from && before)
    }

    /// Whether the normal characters `from..to` are a common word, written in one piece.
    fn is_word(&self, from: u32, to: u32) -> bool {
        (from + 1..to).all(|at| self.normal.gap_before(at as usize) == Gap::None)
            && is_common(self.normal, from, to)
    }

    /// Whether white space before the normal character `at` parts what stands there. A dot joins; a
    /// line break after a long line is a wrap, and joins, and so is one before a long line if the text
    /// `goes_on` after the longer name; blanks and the ends of short lines part.
    fn parted(&self, at: u32, goes_on: bool) -> bool {
        match self.normal.gap_before(at as usize) {
            Gap::None | Gap::Dot => false,
            Gap::Space => true,
            Gap::Break => {
                let (_, end) = self.normal.original(at as usize - 1, at as usize);
                let (start, _) = self.normal.original(at as usize, at as usize + 1);
                let single =
                    self.original[end as usize..start as usize].iter().filter(|&&c| c == '\n').count() == 1
                        && self.original[end as usize..start as usize]
                            .iter()
                            .all(|&c| matches!(c, '\n' | '\r'));
                let line = self.original[..end as usize].iter().rev().take_while(|&&c| c != '\n').count();
                let next_line = self.original[start as usize..].iter().take_while(|&&c| c != '\n').count();
                let wrapped =
                    line >= WRAPPED_LINE_CHARS_MIN || goes_on && next_line >= WRAPPED_LINE_CHARS_MIN;
                !(single && wrapped)
            }
        }
    }

    /// Whether the text reads on naturally at the normal character `at`: it ends there, or a function
    /// word, another known name, or a dictionary word of two to four characters begins.
    fn text_goes_on_at(&self, at: u32) -> bool {
        let rest: Vec<char> = self.normal.chars()[at as usize..].iter().take(4).copied().collect();
        rest.first().is_none_or(|&next| !is_letter(next) || FUNCTION_WORDS.contains(next))
            || self.names.iter().any(|name| name.from == at && name.to - name.from >= 2)
            || (2..=rest.len()).any(|length| jieba().has_word(&rest[..length].iter().collect::<String>()))
    }

    /// 王某 in 王某某, 李某 in 李某甲: the mask goes on, so the name is another.
    fn in_masked_run(&self, found: Found) -> bool {
        let chars = self.normal.chars();
        let last = chars[found.to as usize - 1];
        let next = chars.get(found.to as usize).copied();
        is_mask(last)
            && next.is_some_and(|next| {
                is_mask(next) || matches!(next, '甲' | '乙' | '丙' | '丁' | '戊' | '己' | '庚' | '辛')
            })
    }

    /// Why the place reads as a word, if it does.
    ///
    /// The dictionary's tags are noisy: names of three and more characters stand in it under any tag,
    /// and common words are tagged as names (高峰, 陆军). So the length decides first.
    fn word(&mut self, found: Found) -> Option<&'static str> {
        let chars = &self.normal.chars()[found.from as usize..found.to as usize];
        if !chars.iter().all(|&c| is_han(c)) {
            return None;
        }
        let short = chars.len() <= 2;
        let ordinary = short && ORDINARY_WORDS.contains(&chars.iter().collect::<String>().as_str());
        let token = self.clauses.around(self.normal, found.from).token_over(found)?;
        let whole = token.from == found.from && token.to == found.to;
        match (whole, short) {
            (true, true) if ordinary || token.tag == Tag::Word || token.tag == Tag::Place => {
                Some("dictionary_word")
            }
            (true, false) if token.tag == Tag::Place => Some("dictionary_word"),
            (true, _) => None,
            // 克林顿政府, 列宁主义: a name of three characters at the front is still the person's.
            (false, false) if token.from == found.from => None,
            (false, _) if token.tag == Tag::Person => None,
            (false, _) => Some("part_of_word"),
        }
    }

    /// 高峰同志, 局长高峰: a title beside it speaks for a person.
    fn title_beside(&self, found: Found) -> bool {
        let chars = self.normal.chars();
        let after: String = chars[found.to as usize..].iter().take(3).collect();
        let from = (found.from as usize).saturating_sub(4);
        let before: String = chars[from..found.from as usize].iter().collect();
        AFTER.iter().any(|title| after.starts_with(title))
            || BEFORE.iter().any(|title| before.ends_with(title))
    }

    /// 张建国、高峰、李红: an item of a list whose neighbour is a known name.
    fn in_name_list(&self, found: Found) -> bool {
        let chars = self.normal.chars();
        let mark = |at: Option<usize>| {
            at.and_then(|at| chars.get(at)).is_some_and(|&c| matches!(c, '、' | ',' | ';'))
        };
        let before = (found.from as usize).checked_sub(1);
        let after = found.to as usize;
        let ends_at =
            |to: usize| self.names.iter().any(|name| name.to as usize == to && name.to - name.from >= 2);
        let starts_at = |from: usize| {
            self.names.iter().any(|name| name.from as usize == from && name.to - name.from >= 2)
        };
        (mark(before) && before.is_some_and(ends_at))
            && (mark(Some(after)) || !chars.get(after).is_some_and(|&c| is_letter(c)))
            || (mark(Some(after)) && starts_at(after + 1)) && (before.is_none_or(|at| !is_letter(chars[at])))
    }
}

/// Most characters of a dictionary word that is looked for across the end of a name.
const WORD_CHARS_MAX: u32 = 4;

/// What a longer known name over a place means for it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Longer {
    /// There is none.
    None,
    /// The longer name is the one that stands there.
    Holds,
    /// Either can be meant.
    Open,
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// Reads `text` for `name` where the archive knows `known`.
    #[track_caller]
    fn readings(known: &[&str], name: &str, text: &str) -> Vec<(u32, u32, Reading)> {
        let known = Known::compile(known.iter().map(|name| dossier::name::name_key(name)), []).unwrap();
        let names = [dossier::name::name_key(name)];
        let asked = Asked::new(&known, &names).unwrap();
        read_text(&asked, text).occurrences.into_iter().map(|o| (o.start, o.end, o.reading)).collect()
    }

    #[test]
    #[allow(clippy::too_many_lines, clippy::type_complexity, reason = "a table of cases")]
    fn each_reading_has_its_cases() {
        use Reading::{Free, Inside, Word};
        let cases: &[(&str, &[&str], &str, &str, &[(u32, u32, Reading)])] = &[
            ("plain", &["王伟"], "王伟", "经查，王伟收受礼金。", &[(3, 5, Free)]),
            ("padded", &["王伟"], "王伟", "经查，王　伟收受礼金。", &[(3, 6, Free)]),
            ("wrapped", &["王伟"], "王伟", "经查，王\n伟收受礼金。", &[(3, 6, Free)]),
            (
                "in a longer known name",
                &["王伟", "王伟明"],
                "王伟",
                "经查，王伟明收受礼金。",
                &[(3, 5, Inside)],
            ),
            (
                "a space parts it from what follows",
                &["王伟", "王伟明"],
                "王伟",
                "王伟 明年退休",
                &[(0, 2, Free)],
            ),
            (
                "a line parts it from what follows",
                &["王伟", "王伟明"],
                "王伟",
                "参加人：王伟\n明年计划",
                &[(4, 6, Free)],
            ),
            ("a word parts it", &["王伟", "王伟明"], "王伟", "书记王伟明天到岗", &[(2, 4, Free)]),
            ("an idiom parts it", &["王伟", "王伟明"], "王伟", "经查，王伟明知故犯。", &[(3, 5, Free)]),
            (
                "a rare word does not",
                &["徐亮", "徐亮波"],
                "徐亮",
                "积案4件，徐亮波包案到人。",
                &[(5, 7, Inside)],
            ),
            (
                "a wrap before a long line does not",
                &["张丽", "张丽荣"],
                "张丽",
                "以下情况。\n　　张丽\n荣在污水处理厂扩建工程中为合作社承揽业务提供帮助。",
                &[(8, 10, Inside)],
            ),
            (
                "a heading before a long line does",
                &["张丽", "张丽荣"],
                "张丽",
                "事迹：张丽\n荣获先进个人称号，长期在污水处理厂扩建工程一线工作。",
                &[(3, 5, Free)],
            ),
            (
                "a list with a name a line does",
                &["张丽", "张丽荣"],
                "张丽",
                "张丽\n荣华\n李强\n",
                &[(0, 2, Free)],
            ),
            (
                "a wrapped line does not",
                &["王伟", "王伟明"],
                "王伟",
                "经调查核实，上述问题反映的对象是王伟\n明同志。",
                &[(16, 18, Inside)],
            ),
            (
                "a word goes on after the longer name",
                &["徐亮", "徐亮波"],
                "徐亮",
                "徐亮波海量数据",
                &[(0, 2, Inside)],
            ),
            (
                "a dot does not",
                &["买买提", "阿卜杜拉·买买提"],
                "买买提",
                "阿卜杜拉·买买提到会",
                &[(5, 8, Inside)],
            ),
            ("the peak", &["高峰"], "高峰", "客流达到高峰", &[(4, 6, Word)]),
            ("comrade", &["高峰"], "高峰", "高峰同志到会", &[(0, 2, Free)]),
            ("chief", &["高峰"], "高峰", "副局长高峰到会", &[(3, 5, Free)]),
            ("in a list of names", &["高峰", "张建国"], "高峰", "出席：张建国、高峰。", &[(7, 9, Free)]),
            ("part of a place", &["罗斯"], "罗斯", "访问俄罗斯期间", &[(3, 5, Word)]),
            ("unknown to the archive", &[], "赵铁柱", "赵铁柱、赵铁柱", &[(0, 3, Free), (4, 7, Free)]),
            ("masked run", &[], "王某", "王某某、王某", &[(0, 2, Inside), (4, 6, Free)]),
            ("traditional", &["张伟"], "张伟", "張偉到會", &[(0, 2, Free)]),
        ];
        for (label, known, name, text, expected) in cases {
            assert_eq!(readings(known, name, text), *expected, "{label}: {text}");
        }
    }

    #[test]
    fn where_both_cuts_can_be_meant_the_shorter_name_is_not_hidden() {
        let open = [
            ("刘建", "刘建正", "经查，刘建正在接受纪律审查。"),
            ("王伟", "王伟明", "王伟明确认罪认罚"),
            ("张建", "张建平", "张建平均分得赃款30万元"),
            ("周国", "周国平", "周国平时收受礼金"),
            ("孙立", "孙立新", "孙立新任局长期间受贿"),
            ("高建", "高建立", "高建立即退缴违纪所得"),
            ("曹先", "曹先后", "曹先后收受礼金。"),
            ("杨建", "杨建国", "杨建国有资产流失负责"),
            ("施正", "施正科", "施正科级干部违纪"),
            ("金磊", "于金磊", "材料由于金磊存档备查"),
        ];
        for (name, longer, text) in open {
            let found = readings(&[name, longer], name, text);
            assert!(found.iter().all(|(_, _, reading)| *reading == Reading::Free), "{text}");
        }
        for (name, longer, text) in [
            ("王伟", "王伟明", "王伟明收受礼金"),
            ("徐亮", "徐亮波", "徐亮波包案到人"),
            ("金成", "金成功", "金成功套取资金"),
        ] {
            let found = readings(&[name, longer], name, text);
            assert!(found.iter().all(|(_, _, reading)| *reading == Reading::Inside), "{text}");
        }
    }

    #[test]
    fn a_unit_inside_a_longer_units_name_does_not_count() {
        let known = Known::compile([], ["水务局", "城东区水务局", "教体局"].map(str::to_owned)).unwrap();
        let asked = Asked::new(&known, &[]).unwrap();
        let units = read_text(&asked, "城东区水务局与教体局会商").units;
        assert_eq!(units.into_iter().collect::<Vec<_>>(), ["城东区水务局", "教体局"]);
    }
}
