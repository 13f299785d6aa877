//! What speaks for a person beside a place: titles, kin, verbs that take a person, neighbours in a list.

use dossier::normal::is_letter;

use super::Context;
use super::vocabulary::{AFTER, BEFORE, DOES, KIN};
use crate::clause::Tag;
use crate::known::Found;

/// Most characters of a title.
const TITLE_CHARS_MAX: usize = 4;

/// Most characters of a nationality, without 族.
const NATION_CHARS_MAX: u32 = 5;

/// Last characters of nouns for what people do.
const OCCUPATIONS: &str = "员长师士匠人";

impl Context<'_> {
    /// Why a person is meant here although a dictionary has the word, if so.
    pub(super) fn person_beside(&mut self, found: Found) -> Option<&'static str> {
        let beside = self.title_beside(found) || DOES.begin(&self.behind(found));
        if beside || self.post_before(found) {
            return Some("title_beside");
        }
        if self.in_name_list(found) {
            return Some("in_name_list");
        }
        self.signs(found).then_some("signed")
    }

    /// …已全部整改到位。(高峰): alone in brackets behind the last sentence of a paragraph, who wrote it.
    fn signs(&self, found: Found) -> bool {
        let at = |at: Option<u32>| at.and_then(|at| self.char_at(at));
        let ends_sentence = |c| matches!(c, '。' | '!' | '?' | '”' | '》' | '…');
        let closed = found.to + 1;
        at(found.from.checked_sub(1)) == Some('(')
            && at(found.from.checked_sub(2)).is_some_and(ends_sentence)
            && self.char_at(found.to) == Some(')')
            && (closed >= self.end() || self.breaks_at(closed))
    }

    /// Whether a line of the original ends at the normal character `at`.
    fn breaks_at(&self, at: u32) -> bool {
        let (start, _) = self.normal.original(at as usize, at as usize + 1);
        matches!(self.original.get(start as usize), Some('\n' | '\r'))
    }

    /// 高峰同志, 高峰说, 高峰(回族): what follows speaks for a person.
    pub(super) fn title_beside(&self, found: Found) -> bool {
        AFTER.begin(&self.behind(found)) || self.nation_behind(found)
    }

    /// 高峰(回族), 高峰(土家族): the nationality, as it stands behind a name in a list.
    fn nation_behind(&self, found: Found) -> bool {
        self.char_at(found.to) == Some('(')
            && (found.to + 2..found.to + 2 + NATION_CHARS_MAX).any(|at| {
                self.char_at(at) == Some('族') && matches!(self.char_at(at + 1), Some(')' | ',' | '、'))
            })
    }

    fn behind(&self, found: Found) -> String {
        self.normal.chars()[found.to as usize..].iter().take(TITLE_CHARS_MAX).collect()
    }

    /// 局长高峰, 其子高峰.
    pub(super) fn title_before(&self, found: Found) -> bool {
        let from = (found.from as usize).saturating_sub(TITLE_CHARS_MAX);
        let before: String = self.normal.chars()[from..found.from as usize].iter().collect();
        BEFORE.end(&before) || before.ends_with(['小', '老']) && !self.is_surnamed(found)
    }

    /// 局长高峰, 列车员高峰: what somebody is stands right before the name.
    pub(super) fn post_before(&mut self, found: Found) -> bool {
        self.title_before(found) || self.occupation_before(found)
    }

    /// 列车员高峰, 总工程师高峰: a noun of those that people are called by for what they do.
    fn occupation_before(&mut self, found: Found) -> bool {
        let noun = self.token_before(found.from).filter(|token| token.to == found.from && token.len() >= 2);
        let ends = self.char_at(found.from.wrapping_sub(1)).is_some_and(|c| OCCUPATIONS.contains(c));
        ends && noun.is_some_and(|token| token.tag == Tag::Noun)
    }

    /// 其妻王芳: somebody's kin, who may be nobody with a dossier.
    pub(super) fn kin_before(&self, found: Found) -> bool {
        let from = (found.from as usize).saturating_sub(2);
        let before: String = self.normal.chars()[from..found.from as usize].iter().collect();
        KIN.contains(&before)
    }

    /// 张建国、高峰、李红, 张建国和高峰: an item of a list whose neighbour is a known name.
    fn in_name_list(&mut self, found: Found) -> bool {
        let is_mark = |at: Option<u32>| {
            at.and_then(|at| self.char_at(at)).is_some_and(|c| matches!(c, '、' | ',' | ';'))
        };
        let joins = |at: Option<u32>| {
            is_mark(at) || at.and_then(|at| self.char_at(at)).is_some_and(|c| matches!(c, '和' | '与' | '及'))
        };
        let is_free = |at: Option<u32>| at.and_then(|at| self.char_at(at)).is_none_or(|c| !is_letter(c));
        let (before, after) = (found.from.checked_sub(1), Some(found.to));
        let named_before = joins(before) && before.is_some_and(|at| self.names_to(at).next().is_some());
        let named_after = joins(after) && self.names_from(found.to + 1).next().is_some();
        if named_before && (joins(after) || is_free(after))
            || named_after && (is_free(before) || named_before)
        {
            return true;
        }
        // 张建国、高峰等, 张建国和高峰受雇: the list ends, and the sentence goes on with what they do.
        let next = self.token_at(found.to).filter(|word| word.from == found.to);
        named_before && next.is_some_and(|word| word.tag == Tag::Word)
    }
}
