//! What speaks for the name of something else at a place: a town, a firm, a longer foreign name, or two
//! words that only meet there.
//!
//! A place so read is `word`, never `inside`: it is a guess from the words around, and a person who decides
//! on a career still gets to see it.

use dossier::normal::{Gap, is_han};

use super::Context;
use super::letters::{RARE_SURNAME_SET, is_surname, sounds, transcribes};
use super::vocabulary::{BEFORE, COMPOUND_SURNAMES, EPONYMS, NOT_JOINING, OFFICES, PAPERS};
use crate::clause::{Tag, Token, frequency};
use crate::known::Found;

/// A neighbouring word more frequent than this is read as a word, not as a part of a foreign name.
const NEIGHBOUR_FREQUENCY_MIN: usize = 100;
/// Characters of a title behind the name at its front.
const TITLE_CHARS_MAX: usize = 12;

/// How a character hangs on the one before it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    /// White space parts them.
    None,
    /// They touch, or a dot joins them.
    Touch,
    /// A hyphen: between the parts of foreign names (乔治-路易).
    Hyphen,
}

impl Context<'_> {
    /// Why the place reads as part of the name of something else, if it does.
    pub(super) fn other_name(&mut self, found: Found) -> Option<&'static str> {
        if self.is_paper(found) {
            return Some("organisation_or_place");
        }
        if self.gives_its_name(found) {
            return None;
        }
        if self.part_of_place(found) {
            return Some("part_of_place");
        }
        if self.begins_a_work(found) {
            return Some("part_of_name");
        }
        if self.in_foreign_name(found) || self.in_dotted_name(found) {
            return Some("foreign_name");
        }
        if self.heads_an_entity(found) {
            return Some("organisation_or_place");
        }
        if self.crosses_title(found) {
            return Some("crosses_title");
        }
        (found.to - found.from == 2 && self.crosses_words(found)).then_some("crosses_words")
    }

    /// 《费加罗报》: the whole title of a paper.
    fn is_paper(&self, found: Found) -> bool {
        let at = |at: Option<u32>| at.and_then(|at| self.char_at(at));
        at(found.from.checked_sub(1)) == Some('《')
            && at(Some(found.to)) == Some('报')
            && at(Some(found.to + 1)) == Some('》')
    }

    /// 《达芬奇密码》, 《史密斯夫妇》: a name that is transcribed, at the front of a title and not the whole of it. What
    /// an office writes about somebody speaks of him otherwise (《艾力同志先进事迹》, 《艾力违纪案》).
    fn begins_a_work(&self, found: Found) -> bool {
        let open = found.from.checked_sub(1).and_then(|at| self.char_at(at)) == Some('《');
        if !open || !self.is_transcribed(found) {
            return false;
        }
        let rest = self.normal.chars()[found.to as usize..].iter().take(TITLE_CHARS_MAX);
        let rest: String = rest.copied().take_while(|c| *c != '》').collect();
        let closed = self.char_at(found.to + u32::try_from(rest.chars().count()).unwrap_or(0)) == Some('》');
        closed && !rest.is_empty() && (!self.title_beside(found) || rest == "夫妇") && !PAPERS.end(&rest)
    }

    /// 达尔文主义, 尤伯杯, 学雷锋: the dictionary has a longer word, which is named after the person.
    pub(super) fn gives_its_name(&mut self, found: Found) -> bool {
        let Some(token) = self.token_at(found.from) else { return false };
        if token.to < found.to || token.len() == found.to - found.from {
            return false;
        }
        let before = self.word_at(token.from, found.from);
        let behind = self.word_at(found.to, token.to);
        let named_before = before.is_empty() || self.names_to(found.from).any(|from| from == token.from);
        named_before && EPONYMS.contains(&behind) || before == "学" && behind.is_empty()
    }

    /// 罗斯 in 俄罗斯, 墨尔本 in 墨尔本市: the dictionary has a longer place or organisation here.
    pub(super) fn part_of_place(&mut self, found: Found) -> bool {
        self.token_at(found.from).is_some_and(|token| {
            token.to >= found.to
                && token.len() > found.to - found.from
                && token.is_entity()
                && (found.to - found.from <= 2 || token.from == found.from)
        })
    }

    /// 卡拉 in 卡拉奇, 克莱 in 克莱斯勒: a name made of transcribing characters whose neighbour is another of
    /// them and begins no ordinary word.
    fn in_foreign_name(&mut self, found: Found) -> bool {
        self.is_transcribed(found)
            && (!self.title_before(found) && self.joins_before(found)
                || !self.title_beside(found) && self.joins_behind(found))
    }

    /// 买买提 in 阿卜杜拉·买买提, 马克思 in 马克思·佩恩: a dot joins it to another part, and that is no Chinese name of
    /// its own. (元·方回 is dynasty and name: a part has two characters at least.)
    fn in_dotted_name(&self, found: Found) -> bool {
        let joined = |at: u32| {
            at > 0 && at < self.end() && self.normal.gap_before(at as usize) == Gap::Dot && {
                // A bullet parts items as well (曾培岳●国内生产总值).
                let (_, end) = self.normal.original(at as usize - 1, at as usize);
                let (start, _) = self.normal.original(at as usize, at as usize + 1);
                self.original[end as usize..start as usize].iter().all(|c| *c != '●')
            }
        };
        let parts = |one: u32, other: u32| {
            self.char_at(one).is_some_and(is_han)
                && self.char_at(other).is_some_and(is_han)
                && !matches!(self.normal.gap_before(one.max(other) as usize), Gap::Space | Gap::Break)
        };
        let (from, to) = (found.from, found.to);
        // 当代画家丛书·王伟: a Chinese name, and what stands before the dot is none that is transcribed.
        let parts_foreign = || {
            self.is_transcribed(found)
                || !self.is_chinese(from, to)
                || self.char_at(from - 1).is_some_and(transcribes)
                    && self.char_at(from - 2).is_some_and(transcribes)
        };
        let before = joined(from)
            && from >= 2
            && parts(from - 1, from - 2)
            && parts_foreign()
            && !self.names_to(from).any(|first| self.is_chinese(first, from));
        let behind =
            joined(to) && parts(to, to + 1) && !self.names_from(to).any(|end| self.is_chinese(to, end));
        before || behind
    }

    pub(super) fn is_transcribed(&self, found: Found) -> bool {
        let chars = self.chars(found);
        chars.iter().all(|&c| transcribes(c)) && chars.iter().any(|&c| sounds(c))
    }

    fn joins_before(&mut self, found: Found) -> bool {
        let Some(at) = found.from.checked_sub(1) else { return false };
        let named = self.names_to(found.from).any(|from| self.is_chinese(from, found.from))
            || self.char_at(at) == Some('比')
                && !at.checked_sub(1).and_then(|at| self.char_at(at)).is_some_and(transcribes);
        self.char_at(at).is_some_and(|c| match self.joint(found.from) {
            Joint::None => false,
            Joint::Touch => c == '圣' || self.joins(c, at, found, named),
            Joint::Hyphen => is_han(c) && !named,
        })
    }

    fn joins_behind(&mut self, found: Found) -> bool {
        self.char_at(found.to).is_some_and(|c| {
            let named = self.names_from(found.to).any(|to| self.is_chinese(found.to, to));
            match self.joint(found.to) {
                Joint::None => false,
                Joint::Touch => self.joins(c, found.to, found, named),
                Joint::Hyphen => is_han(c) && !named,
            }
        })
    }

    /// Whether the known name `from..to` looks like a Chinese one, and not like one that is transcribed (马图特斯).
    fn is_chinese(&self, from: u32, to: u32) -> bool {
        let chars = &self.normal.chars()[from as usize..to as usize];
        is_surname(chars[0]) && (chars.len() < 4 || !chars.iter().all(|&c| transcribes(c)))
    }

    /// What stands before the normal character `at` and joins it to the one before.
    pub(super) fn joint(&self, at: u32) -> Joint {
        match self.normal.gap_before(at as usize) {
            Gap::None | Gap::Dot => Joint::Touch,
            Gap::Break => Joint::None,
            Gap::Space => {
                let (_, end) = self.normal.original(at as usize - 1, at as usize);
                let (start, _) = self.normal.original(at as usize, at as usize + 1);
                let between = &self.original[end as usize..start as usize];
                let is_hyphen = |c: &char| matches!(c, '-' | '‐' | '‑' | '–' | '—' | '−' | '－' | '﹣');
                if between.iter().all(is_hyphen) { Joint::Hyphen } else { Joint::None }
            }
        }
    }

    /// Whether the neighbour `c` at `at` goes on the foreign name; `named`: a Chinese name stands there.
    fn joins(&mut self, c: char, at: u32, found: Found, named: bool) -> bool {
        if named {
            return false;
        }
        let token = self.token_at(at);
        let Some(token) = token else { return sounds(c) };
        if token.from < found.to && token.to > found.from {
            // 纽|博格|林: a word across the edge that hardly exists.
            let rare = || {
                !matches!(token.tag, Tag::Verbal | Tag::Word)
                    && frequency(self.normal, token.from, token.to) <= NEIGHBOUR_FREQUENCY_MIN
            };
            return sounds(c) || (transcribes(c) && !NOT_JOINING.contains(c) && rare());
        }
        // 沃尔|本周末: the day, not a part of the name.
        if c == '本' && self.char_at(at + 1).is_some_and(|next| "周月年届次人报赛季市县区国".contains(next))
        {
            return false;
        }
        if token.len() == 1 {
            return sounds(c) || (transcribes(c) && !NOT_JOINING.contains(c));
        }
        // 智利|萨拉斯: a country that is known is not a part of what follows it.
        let is_word = matches!(token.tag, Tag::Noun | Tag::Verbal | Tag::Word | Tag::Place)
            && frequency(self.normal, token.from, token.to) > NEIGHBOUR_FREQUENCY_MIN;
        let whole = &self.normal.chars()[token.from as usize..token.to as usize];
        let is_foreign = matches!(token.tag, Tag::Name | Tag::Person)
            && whole.iter().all(|&c| transcribes(c))
            && whole.iter().any(|&c| sounds(c));
        (sounds(c) && !is_word) || is_foreign
    }

    pub(super) fn token_starting(&mut self, at: u32) -> Option<Token> {
        self.token_at(at).filter(|token| token.from == at)
    }

    pub(super) fn word_at(&self, from: u32, to: u32) -> String {
        self.normal.chars()[from as usize..to as usize].iter().collect()
    }

    /// 副署长|孙乐平 where a 长孙 is known, 干事长|山中: the first character ends a title.
    fn crosses_title(&mut self, found: Found) -> bool {
        let Some(before) = found.from.checked_sub(1).and_then(|at| self.char_at(at)) else { return false };
        let first = self.chars(found)[0];
        if first == '长' && OFFICES.contains(before) {
            return true;
        }
        // 曾孙女|王芳 is no 女王.
        if self.token_before(found.from).is_some_and(|word| word.to == found.from && word.len() >= 2) {
            return false;
        }
        let from = (found.from as usize).saturating_sub(4);
        let with_first: String = self.normal.chars()[from..=found.from as usize].iter().collect();
        let mut ends = with_first.char_indices().map(|(at, _)| &with_first[at..]);
        ends.any(|end| end.chars().nth(1).is_some() && BEFORE.contains(end))
    }

    /// 大学|文理: both of its characters belong to words that go on to either side.
    fn crosses_words(&mut self, found: Found) -> bool {
        let (left, right) = (self.token_at(found.from), self.token_before(found.to));
        let (Some(left), Some(right)) = (left, right) else { return false };
        let crosses = left != right && left.from < found.from && right.to > found.to;
        // 所长|江良 is somebody, whatever 长江 is.
        crosses && !self.post_before(found)
    }

    /// Whether a surname is at its front, be it a rare one.
    pub(super) fn is_surnamed(&self, found: Found) -> bool {
        let chars = self.chars(found);
        let compound: String = chars.iter().take(2).collect();
        is_surname(chars[0]) || RARE_SURNAME_SET.has(chars[0]) || COMPOUND_SURNAMES.contains(&compound)
    }

    /// 广州|太阳神: right after a place, no surname at its front, nothing that speaks for a person.
    pub(super) fn brand(&mut self, found: Found) -> Option<&'static str> {
        if self.is_surnamed(found) || self.chars(found).iter().all(|&c| transcribes(c)) {
            return None;
        }
        let before = self.token_before(found.from)?;
        (before.to == found.from && before.tag == Tag::Place && self.person_beside(found).is_none())
            .then_some("after_place")
    }
}
