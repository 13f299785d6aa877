//! Words that only meet at a place (向东|亚 in 向|东亚|国家, 林和 in 香蕉|林|和): a dictionary word goes on past an edge
//! of it, and the text reads better when it is cut there than when it is cut around a name.
//!
//! Both cuts are weighed as the dictionary weighs its own (the sum of the logarithms of how often each word occurs). A
//! name counts as a rare word: a text with a name of the dossiers in it is more likely about that person than not.

use std::cmp::Ordering;

use dossier::name::is_mask;
use dossier::normal::Gap;

use super::Context;
use super::vocabulary::{ADVERBS, FUNCTION_WORDS, GOING_ON, MEASURES};
use crate::clause::{Token, frequency};
use crate::known::Found;
use crate::words::jieba;

/// By how much (natural logarithm) the cut into words may be the less likely one, where it leaves fewer characters
/// over: a name is as likely as a word of the dictionary that occurs 50 times in its 60 million.
const NAME_WEIGHT: f64 = 14.0;
/// The same where both leave as many over.
const NAME_WEIGHT_EVEN: f64 = 11.0;
/// The same where not even a title beside it makes it a name (李明凤|和 in 大使|李明凤|和|夫人).
const SURELY: f64 = 9.0;
/// Occurrences of all words of the dictionary together.
const WORDS_TOTAL: f64 = 60_000_000.0;
/// Words behind a place that are looked at.
const WORDS_BEHIND: usize = 2;
/// And characters of them.
const CHARS_BEHIND: u32 = 6;

/// How surely a place is made of words that only meet there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Straddled {
    /// Unless something beside it speaks for a person.
    Likely,
    /// Whatever stands beside it.
    Surely,
}

/// A way to cut a text.
#[derive(Default)]
struct Cut {
    /// Logarithm of its likelihood.
    weight: f64,
    /// Single characters in it that hardly stand by themselves.
    stranded: usize,
}

impl Context<'_> {
    /// Whether the place is made of words that only meet there, and how surely.
    pub(super) fn straddled(&mut self, found: Found) -> Option<Straddled> {
        if self.counts(found) {
            return Some(Straddled::Surely);
        }
        let (left, right) = (self.token_at(found.from)?, self.token_before(found.to)?);
        let (crosses_left, crosses_right) = (left.from < found.from, right.to > found.to);
        if left == right || !(crosses_left || crosses_right) || self.chars(found).iter().any(|&c| is_mask(c))
        {
            return None;
        }
        let before = left.from.checked_sub(1).filter(|_| crosses_left).and_then(|at| self.token_at(at));
        let begin = before.filter(|word| word.to == left.from).map_or(left.from, |word| word.from);
        let end = self.end_of_words(right);
        let words = self.cut_in_words(begin, end, found)?;
        let mut named = Cut::default();
        self.cut_apart(begin, found.from, None, &mut named);
        self.cut_apart(found.to, end, Some(found.to), &mut named);
        let margin = if words.stranded < named.stranded || self.is_measure(found) {
            NAME_WEIGHT
        } else {
            NAME_WEIGHT_EVEN
        };
        let surplus = words.weight - named.weight;
        match words.stranded.cmp(&named.stranded) {
            Ordering::Less if surplus > -SURELY => Some(Straddled::Surely),
            Ordering::Less | Ordering::Equal if surplus > -margin => Some(Straddled::Likely),
            _ => None,
        }
    }

    /// 4000|万|云南人: a number goes on, whoever is called 万云.
    fn counts(&self, found: Found) -> bool {
        matches!(self.chars(found)[0], '万' | '亿') && self.is_number_before(found.from)
    }

    /// 一|张|图: what is counted by pieces begins with a surname.
    fn is_measure(&self, found: Found) -> bool {
        MEASURES.contains(self.chars(found)[0]) && self.is_number_before(found.from)
    }

    fn is_number_before(&self, at: u32) -> bool {
        let is_digit = |c: char| c.is_ascii_digit() || "一二三四五六七八九十百千两几数余多".contains(c);
        self.normal.gap_before(at as usize) == Gap::None
            && at.checked_sub(1).and_then(|at| self.char_at(at)).is_some_and(is_digit)
    }

    /// The end of the words that follow `word`, as far as they are looked at.
    fn end_of_words(&mut self, word: Token) -> u32 {
        let mut end = word.to;
        for _ in 0..WORDS_BEHIND {
            match self.token_at(end) {
                Some(next) if next.from == end && end - word.to < CHARS_BEHIND => end = next.to,
                _ => break,
            }
        }
        end
    }

    /// `begin..end` as the dictionary cuts it; nothing where punctuation or white space stands in a word.
    fn cut_in_words(&mut self, begin: u32, end: u32, found: Found) -> Option<Cut> {
        let counted = self.is_measure(found).then_some(found.from);
        let mut cut = Cut::default();
        let mut at = begin;
        while at < end {
            let word = self.token_at(at)?;
            if (word.from + 1..word.to).any(|inside| self.normal.gap_before(inside as usize) != Gap::None) {
                return None;
            }
            self.add(word.from, word.to, false, &mut cut);
            cut.stranded -= usize::from(counted == Some(word.from) && word.len() == 1 && cut.stranded > 0);
            at = word.to;
        }
        Some(cut)
    }

    /// `begin..end` cut by itself, before a name or `behind` it.
    fn cut_apart(&self, begin: u32, end: u32, behind: Option<u32>, cut: &mut Cut) {
        let text: String = self.normal.chars()[begin as usize..end as usize].iter().collect();
        let mut at = begin;
        for word in jieba().cut(&text, false) {
            let to = at + u32::try_from(word.word.chars().count()).unwrap_or(0);
            self.add(at, to, behind == Some(at), cut);
            at = to;
        }
    }

    fn add(&self, from: u32, to: u32, right_behind: bool, cut: &mut Cut) {
        #[allow(clippy::cast_precision_loss, reason = "a count of words")]
        let often = frequency(self.normal, from, to).max(1) as f64;
        cut.weight += (often / WORDS_TOTAL).ln();
        let c = self.normal.chars()[from as usize];
        let stands =
            FUNCTION_WORDS.contains(c) || ADVERBS.contains(c) || right_behind && GOING_ON.contains(c);
        cut.stranded += usize::from(to - from == 1 && !stands);
    }
}
