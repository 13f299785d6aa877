//! The normal form under which names are compared and texts are searched, with the way back to the
//! original (domain facts §7.2–7.7).
//!
//! Width and compatibility forms are folded, traditional characters become simplified ones, and what
//! stands *between* the characters of one name (padding, line breaks, zero-width characters, the many
//! middle dots) goes. Nothing else is removed, and nothing is ever displayed in this form: every
//! character knows which code points of the original it came from.
//! It is apart from names and from the index because both must agree on it, for ever: a change here is
//! a new [`VERSION`], and an index of another version is built anew.

mod characters;
mod traditional;
mod variants;

pub use characters::{is_han, is_letter};

use characters::{Class, class, is_combining};
use unicode_normalization::UnicodeNormalization;

/// Version of the rules in this file; part of the index's fingerprint.
pub const VERSION: &str = "normal/3";

/// What stood in the original between a character and the one before it, and was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gap {
    /// Nothing.
    None,
    /// A middle dot (or a full stop used as one): joins the parts of one name.
    Dot,
    /// White space inside a line, or a hyphen: padding of a name, or the space between two names.
    Space,
    /// A line break.
    Break,
}

/// A text in normal form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Normal {
    chars: Vec<char>,
    /// Where the original does not go on code point by code point, in order; the first is at 0.
    jumps: Vec<Jump>,
    /// Where something was removed, in order.
    gaps: Vec<(u32, Gap)>,
}

/// A normal character that came from the code points `start..end`, and does not follow its predecessor there
/// as one code point follows another. What comes after it does, until the next jump.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Jump {
    at: u32,
    start: u32,
    end: u32,
}

impl Normal {
    /// The normal form of `text`.
    pub fn of(text: &str) -> Self {
        Builder::new(text.len()).run(text)
    }

    /// Its characters.
    pub fn chars(&self) -> &[char] {
        &self.chars
    }

    /// Its characters as a string.
    pub fn text(&self) -> String {
        self.chars.iter().collect()
    }

    /// The code points `start..end` of the original from which the normal characters `from..to`
    /// came. `from < to` must hold.
    pub fn original(&self, from: usize, to: usize) -> (u32, u32) {
        (self.place(from).0, self.place(to - 1).1)
    }

    fn place(&self, at: usize) -> (u32, u32) {
        let at = position(at);
        let jump = self.jumps[self.jumps.partition_point(|jump| jump.at <= at) - 1];
        if jump.at == at {
            (jump.start, jump.end)
        } else {
            (jump.end + (at - jump.at) - 1, jump.end + (at - jump.at))
        }
    }

    /// What was removed just before the normal character `at`.
    pub fn gap_before(&self, at: usize) -> Gap {
        match self.gaps.binary_search_by_key(&position(at), |&(at, _)| at) {
            Ok(found) => self.gaps[found].1,
            Err(_) => Gap::None,
        }
    }

    /// Whether every Han character stands in the original as it stands here, next to the same Han neighbours:
    /// then Han characters follow one another here exactly where they do in the original.
    pub fn keeps_han(&self, original: &str) -> bool {
        let mut chars = original.chars().enumerate();
        let mut before: Option<usize> = None;
        self.chars.iter().enumerate().all(|(at, &c)| {
            if !is_han(c) {
                before = None;
                return true;
            }
            let (start, end) = self.place(at);
            let same = end == start + 1
                && chars.by_ref().find(|(place, _)| *place == start as usize).is_some_and(|(_, o)| o == c);
            let beside = before.is_none_or(|before| before + 1 == start as usize);
            before = Some(start as usize);
            same && beside
        })
    }

    /// Number of characters.
    pub fn len(&self) -> usize {
        self.chars.len()
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.chars.is_empty()
    }
}

/// The normal form of `text` as a string, trimmed: the key under which names are compared. Dots and hyphens at
/// its ends go too: in a text they vanish where the sentence goes on (艾力•到会), and the name would be missed.
pub fn key(text: &str) -> String {
    Normal::of(text)
        .text()
        .trim_matches(|c: char| c.is_whitespace() || matches!(c, '·' | '.' | '-'))
        .to_owned()
}

/// Characters between two solid ones, whose fate depends on both.
#[derive(Default)]
struct Pending {
    /// (folded character, start, end) of each, in order.
    between: Vec<(char, u32, u32)>,
    dots: usize,
    hyphens: usize,
    spaces: bool,
    breaks: bool,
}

struct Builder {
    normal: Normal,
    pending: Pending,
    /// Where the last normal character ended in the original.
    end: u32,
}

impl Builder {
    fn new(bytes: usize) -> Self {
        let normal = Normal { chars: Vec::with_capacity(bytes / 2), ..Normal::default() };
        Self { normal, pending: Pending::default(), end: 0 }
    }

    fn run(mut self, text: &str) -> Normal {
        let simple = characters::simple();
        let mut chars = text.chars().enumerate().peekable();
        while let Some((at, c)) = chars.next() {
            // Nearly all of a text: one look, one push.
            if self.pending.between.is_empty()
                && let Some(folded) = simple.of(c)
                && (characters::bears_no_marks(c)
                    || chars.peek().is_none_or(|&(_, next)| !is_combining(next)))
            {
                self.push(folded, position(at), position(at) + 1, Gap::None);
                continue;
            }
            let start = position(at);
            // A base character and the marks on it are folded together.
            let marked = chars.peek().is_some_and(|&(_, next)| is_combining(next));
            let own = class(c);
            let folded_with_marks = marked && matches!(own, Class::Plain | Class::FullWidth);
            match if folded_with_marks { Class::Other } else { own } {
                Class::Plain => self.solid(c, start, start + 1),
                Class::FullWidth => self.solid(half_width(c), start, start + 1),
                Class::Ideograph => self.solid(traditional::simplify(c), start, start + 1),
                Class::Ignorable => {}
                Class::Space => {
                    self.pending.spaces = true;
                    self.between(' ', start);
                }
                Class::LineBreak => {
                    self.pending.breaks = true;
                    self.between(' ', start);
                }
                Class::MiddleDot => {
                    self.pending.dots += 1;
                    self.between('·', start);
                }
                Class::Period => {
                    self.pending.dots += 1;
                    self.between('.', start);
                }
                Class::Hyphen => {
                    self.pending.hyphens += 1;
                    self.between('-', start);
                }
                // An underline or a tone mark on a Han character says nothing about the name.
                Class::Other if is_combining(c) && self.follows_han() => {}
                Class::Other => {
                    // Composed, so that é written as one or as two code points is the same.
                    let mut cluster = String::from(c);
                    let mut end = start + 1;
                    while let Some(&(next, mark)) = chars.peek() {
                        if !is_combining(mark) {
                            break;
                        }
                        cluster.push(mark);
                        end = position(next) + 1;
                        chars.next();
                    }
                    for folded in cluster.nfkc() {
                        match class(folded) {
                            Class::Ideograph => self.solid(traditional::simplify(folded), start, end),
                            Class::Space | Class::LineBreak => self.between(' ', start),
                            Class::MiddleDot => {
                                self.pending.dots += 1;
                                self.between('·', start);
                            }
                            Class::Plain
                            | Class::FullWidth
                            | Class::Other
                            | Class::Ignorable
                            | Class::Period
                            | Class::Hyphen => {
                                self.solid(folded, start, end);
                            }
                        }
                    }
                }
            }
        }
        self.flush(None);
        self.normal
    }

    fn between(&mut self, c: char, start: u32) {
        self.pending.between.push((c, start, start + 1));
    }

    fn follows_han(&self) -> bool {
        self.pending.between.is_empty() && self.normal.chars.last().is_some_and(|&last| is_han(last))
    }

    fn solid(&mut self, c: char, start: u32, end: u32) {
        // 佐々木 is 佐佐木.
        let c =
            if c == '々' && self.follows_han() { self.normal.chars[self.normal.chars.len() - 1] } else { c };
        let gap = if self.pending.between.is_empty() { Gap::None } else { self.flush(Some(c)) };
        self.push(c, start, end, gap);
    }

    fn push(&mut self, c: char, start: u32, end: u32, gap: Gap) {
        let at = position(self.normal.chars.len());
        if start != self.end || end != start + 1 || at == 0 {
            self.normal.jumps.push(Jump { at, start, end });
        }
        if gap != Gap::None {
            self.normal.gaps.push((at, gap));
        }
        self.end = end;
        self.normal.chars.push(c);
    }

    /// Decides what becomes of the characters between the last solid one and `next`.
    fn flush(&mut self, next: Option<char>) -> Gap {
        let pending = std::mem::take(&mut self.pending);
        if let (Some(&before), Some(after)) = (self.normal.chars.last(), next)
            && let Some(gap) = pending.vanishes_between(before, after, self.ends_in_initial())
        {
            return gap;
        }
        let mut last_was_space = false;
        for (c, start, end) in pending.between {
            let space = c == ' ';
            if !(space && last_was_space) {
                self.push(c, start, end, Gap::None);
            }
            last_was_space = space;
        }
        Gap::None
    }
}

impl Builder {
    /// Whether the last solid character is a capital letter by itself: J. K. 罗琳.
    fn ends_in_initial(&self) -> bool {
        let last_at = self.normal.chars.len().checked_sub(1).map(position);
        let apart = self.normal.gaps.last().is_some_and(|&(at, _)| Some(at) == last_at);
        let mut last = self.normal.chars.iter().rev();
        last.next().is_some_and(char::is_ascii_uppercase)
            && (apart || !last.next().is_some_and(|&c| c.is_alphabetic() && !is_han(c)))
    }
}

impl Pending {
    /// The gap that is left where everything pending goes; `None` where it stays.
    ///
    /// White space and a single hyphen go between two Han characters. A dot, single or typed twice, goes
    /// between two letters of any script (J·K·罗琳), and with white space around it between two Han
    /// characters and after an initial (J. K. 罗琳).
    fn vanishes_between(&self, before: char, after: char, initial: bool) -> Option<Gap> {
        let han = is_han(before) && is_han(after);
        let letters = is_letter(before) && is_letter(after);
        let space = self.spaces || self.breaks;
        let vanishes = match (self.dots, self.hyphens) {
            (0, 0 | 1) => han,
            (1 | 2, 0) if space => han || (initial && letters),
            (1 | 2, 0) => letters,
            _ => false,
        };
        vanishes.then_some(if self.breaks {
            Gap::Break
        } else if self.hyphens > 0 || (self.spaces && self.dots == 0) {
            Gap::Space
        } else {
            Gap::Dot
        })
    }
}

/// The ASCII character of which `c` is the full-width form.
fn half_width(c: char) -> char {
    char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c)
}

/// Positions are 32 bit: texts are limited far below that at intake.
fn position(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[track_caller]
    fn folds(written: &str, normal: &str) {
        assert_eq!(Normal::of(written).text(), normal, "{written:?}");
    }

    #[test]
    fn padding_and_line_breaks_inside_han_runs_go() {
        for written in [
            "王　伟",
            "王 伟",
            "王\u{2002}\u{2003}伟",
            "王\u{a0}伟",
            "王\n伟",
            "王\r\n　伟",
            "王\u{200b}伟",
            "王\u{feff}\u{ad}伟",
            "王\u{2005}\u{200d}伟",
            "王-伟",
        ] {
            folds(written, "王伟");
        }
    }

    #[test]
    fn every_middle_dot_met_in_the_wild_gives_the_same_key() {
        for dot in ["·", "•", "・", "･", "‧", "∙", "⋅", "●", "．", ".", "﹒", " ", "-", "", " · ", "᛫", "･\n"]
        {
            folds(&format!("阿卜杜拉{dot}买买提"), "阿卜杜拉买买提");
        }
    }

    #[test]
    fn latin_names_keep_single_spaces_and_lose_their_dots() {
        folds("John   Smith", "John Smith");
        folds("J·K·罗琳", "JK罗琳");
        folds("J.K.罗琳", "JK罗琳");
        folds("王 Wei", "王 Wei");
        folds("3.5", "3.5");
        folds("王……伟", "王......伟");
    }

    #[test]
    fn width_compatibility_and_traditional_forms_are_folded() {
        folds("張偉", "张伟");
        folds("\u{F900}", "岂");
        folds("\u{2F00}\u{2F2F}", "一工");
        folds("ＡＢ１２（甲）", "AB12(甲)");
        folds("陳劉後發髮於範", "陈刘后发发于范");
        folds("\u{FA11}", "\u{FA11}");
        folds("e\u{301}", "é");
        folds("葛\u{E0100}", "葛");
    }

    #[test]
    fn radicals_variants_and_marks_are_folded() {
        folds("⻢向前⻩⻓⻘⻰⻜⻋郑⻬⻛冯⻅⻄吴⻚一", "马向前黄长青龙飞车郑齐风冯见西吴页一");
        folds("鍾書锺书", "钟书钟书");
        folds("戸靑眞鮡王○佐々木", "户青真𬶍王〇佐佐木");
        for mark in [
            "\u{332}",
            "\u{323}",
            "\u{20dd}",
            "\u{302a}",
            "\u{3164}",
            "\u{ffa0}",
            "\u{34f}",
            "\u{2800}",
            "\u{80}",
            "\u{fffc}",
            "\u{e0020}",
        ] {
            folds(&format!("王{mark}伟{mark}明"), "王伟明");
        }
        for dot in ["\u{387}", "\u{2024}", "–", "—", "−", "˙", "◦", "▪", "⦁", "⸳", "ꞏ", "··", "・・"]
        {
            folds(&format!("阿不都{dot}艾力"), "阿不都艾力");
        }
        folds("J. K. 罗琳", "JK罗琳");
        folds("end. Next", "end. Next");
        folds("王——伟", "王--伟");
    }

    #[test]
    fn every_character_knows_where_it_came_from() {
        let normal = Normal::of("报告：王　\n伟明、㈱");
        let at = normal.chars().iter().position(|&c| c == '王').unwrap();
        assert_eq!(normal.original(at, at + 3), (3, 8));
        assert_eq!(normal.gap_before(at + 1), Gap::Break);
        assert_eq!(normal.gap_before(at + 2), Gap::None);
        assert_eq!(normal.original(normal.len() - 3, normal.len()), (9, 10));
    }

    #[test]
    fn the_gap_says_whether_a_dot_joined_or_white_space_parted() {
        assert_eq!(Normal::of("买·买").gap_before(1), Gap::Dot);
        assert_eq!(Normal::of("买 买").gap_before(1), Gap::Space);
        assert_eq!(Normal::of("买 · 买").gap_before(1), Gap::Dot);
        assert_eq!(Normal::of("买买").gap_before(1), Gap::None);
    }

    #[test]
    fn every_assigned_han_character_that_goes_in_is_found_again() {
        let ranges = [
            (0x3400, 0x4DBF),
            (0x4E00, 0x9FFF),
            (0xF900, 0xFA6D),
            (0xFA70, 0xFAD9),
            (0x20000, 0x2A6DF),
            (0x2A700, 0x2EE5D),
            (0x2F800, 0x2FA1D),
            (0x30000, 0x323AF),
            (0xE000, 0xF8FF),
            (0x2F00, 0x2FD5),
        ];
        for (first, last) in ranges {
            for c in (first..=last).filter_map(char::from_u32) {
                let name = format!("王{c}");
                let key = key(&name);
                assert_eq!(key.chars().count(), 2, "U+{:04X}", u32::from(c));
                let text = Normal::of(&format!("查明，{name}。"));
                assert!(text.text().contains(&key), "U+{:04X}", u32::from(c));
            }
        }
    }

    #[test]
    fn a_text_says_whether_its_han_characters_stand_as_written() {
        for (text, keeps) in [
            ("经查，王伟担任局长。\n其后（二〇二六年）", true),
            ("ＡＢ１２，王伟 is here", true),
            ("", true),
            ("王　伟", false),
            ("王\n伟", false),
            ("王\u{200b}伟", false),
            ("張偉", false),
            ("佐々木", false),
            ("㈱", false),
        ] {
            assert_eq!(Normal::of(text).keeps_han(text), keeps, "{text:?}");
        }
    }

    #[test]
    fn folding_twice_is_folding_once() {
        for text in ["王　伟 明·卡", "J.K.罗琳 ㈱ ﹒·", "陳\n大文", "a - b", "王.\n.伟", "·王·"]
        {
            let once = Normal::of(text).text();
            assert_eq!(Normal::of(&once).text(), once, "{text:?}");
        }
    }
}
