//! Is the place part of a longer known name? The longest one wins, unless white space parts the two, or
//! the text reads better when it is cut at the end of the shorter one.

use dossier::normal::{Gap, is_letter};

use super::Context;
use super::vocabulary::{ADVERBS, FUNCTION_WORDS};
use crate::clause::{frequency, is_common};
use crate::known::Found;
use crate::words::jieba;

/// What a longer known name over a place means for it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Longer {
    /// There is none.
    None,
    /// The longer name is the one that stands there.
    Holds,
    /// Either can be meant.
    Open,
}

/// A line at least this long may be one that was wrapped; a list with a name a line has shorter ones.
const WRAPPED_LINE_CHARS_MIN: usize = 16;
/// Characters and words behind a name by which two cuts are compared.
const CUT_CHARS: usize = 8;
const WORDS_BEHIND: usize = 3;
/// Most characters of a dictionary word that is looked for across the end of a name.
const WORD_CHARS_MAX: u32 = 4;

impl Context<'_> {
    /// The longest known name wins. Where a common word begins at the end of the shorter name and goes on
    /// past the longer one (刘建|正在 although a 刘建正 is known), both cuts can be meant, and a person has to
    /// look.
    pub(super) fn longer_name(&self, found: Found) -> Longer {
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
        if self.title_beside(longer) || self.ends_a_dotted_name(longer) {
            return false;
        }
        let behind = shorter.to < longer.to
            && self.names_from(longer.to).next().is_none()
            && (self.adverb_ends(shorter, longer) || self.word_behind(shorter, longer));
        behind || (shorter.from > longer.from && self.word_before(shorter, longer))
    }

    /// 乔尔·克莱因: a name with a dot in it is one as a whole, and so is what is transcribed after a dot.
    fn ends_a_dotted_name(&self, longer: Found) -> bool {
        let dotted = |at: u32| at > 0 && self.normal.gap_before(at as usize) == Gap::Dot;
        (longer.from + 1..longer.to).any(dotted) || dotted(longer.from) && self.is_transcribed(longer)
    }

    /// 曹先|后收受: the last character of the longer name is an adverb, and the sentence goes on. 均 is said of several.
    fn adverb_ends(&self, shorter: Found, longer: Found) -> bool {
        let is_adverb = |c| ADVERBS.contains(c) && (c != '均' || self.stands_among_others(shorter));
        longer.to - shorter.to == 1
            && self.char_at(shorter.to).is_some_and(is_adverb)
            && self.char_at(longer.to).is_some_and(is_letter)
    }

    /// Whether the place is the last item of a list.
    fn stands_among_others(&self, found: Found) -> bool {
        let before = found.from.checked_sub(1).and_then(|at| self.char_at(at));
        before.is_some_and(|c| matches!(c, '、' | '和' | '与' | '及' | '同'))
    }

    /// Whether a common word goes from the end of the shorter name past the longer one, and cuts no more
    /// frequent word apart that begins after the longer one (李铁|映出, but 出席).
    fn word_behind(&self, shorter: Found, longer: Found) -> bool {
        let last = |from: u32| self.end().min(from + WORD_CHARS_MAX);
        let stands = (longer.to + 1..=last(shorter.to)).any(|to| {
            let word = self.word_frequency(shorter.to, to);
            word > 0 && !(to + 1..=last(longer.to)).any(|cut| self.word_frequency(longer.to, cut) > word)
        });
        stands && self.stranded_behind(shorter.to) <= self.stranded_behind(longer.to)
    }

    /// How many characters are left over that are no words, when what follows is cut at `at`: 吴俊|明确|保|双打 leaves
    /// one, 吴俊明|确保|双打 none.
    fn stranded_behind(&self, at: u32) -> usize {
        let rest = self.normal.chars()[at as usize..].iter().take(CUT_CHARS).take_while(|c| is_letter(**c));
        let rest: String = rest.collect();
        let is_stranded = |word: &str| {
            let mut chars = word.chars();
            let first = chars.next();
            chars.next().is_none()
                && first.is_some_and(|c| !FUNCTION_WORDS.contains(c) && !ADVERBS.contains(c))
        };
        let words = jieba().cut(&rest, false);
        words.iter().take(WORDS_BEHIND).filter(|token| is_stranded(token.word)).count()
    }

    /// The same before the names: 由于|金磊 where a 于金磊 is known, but neither 念冼|星海 nor 纪念冼|星海 in
    /// 纪念冼星海, for 纪念 is the commoner word.
    fn word_before(&self, shorter: Found, longer: Found) -> bool {
        let first = |to: u32| to.saturating_sub(WORD_CHARS_MAX);
        (first(shorter.from)..longer.from).any(|from| {
            let word = self.word_frequency(from, shorter.from);
            let commoner = |cut| self.word_frequency(cut, longer.from) > word;
            word > 0 && !(first(longer.from)..longer.from).any(commoner)
        })
    }

    /// How common a word the normal characters `from..to` are, written in one piece; 0 for none.
    fn word_frequency(&self, from: u32, to: u32) -> usize {
        let in_one_piece = (from + 1..to).all(|at| self.normal.gap_before(at as usize) == Gap::None);
        if in_one_piece && is_common(self.normal, from, to) { frequency(self.normal, from, to) } else { 0 }
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
            || self.names_from(at).next().is_some()
            || (2..=rest.len()).any(|length| jieba().has_word(&rest[..length].iter().collect::<String>()))
    }
}
