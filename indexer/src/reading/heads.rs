//! Does a place give its name to an organisation or a place: is what follows it the head of one, and not the unit
//! of the next person, or what a person does?

use dossier::normal::is_letter;

use super::Context;
use super::entity::Joint;
use super::vocabulary::{BEFORE, GANGS, HEADS, MEETS, ORGANISATIONS, REGIMES, SHORT_HEADS, WORD_ENDS};
use crate::clause::{Tag, Token, is_place};
use crate::known::Found;

/// Places that are called after a person with the person's title.
const MEMORIALS: &[&str] = &["故居", "故里", "旧居", "纪念馆", "纪念堂", "陵园", "墓"];
/// What has branches that are called after the place behind the person.
const BRANCHES: &[&str] = &["基金会", "基金", "研究会", "学会", "协会", "公司", "集团", "中心"];
/// Words between a name and the head of an organisation.
const CHAIN_WORDS_MAX: usize = 3;
/// Characters of a line with a name, a unit and a post.
const ROW_CHARS_MAX: usize = 24;

impl Context<'_> {
    /// 盖蒂|博物馆, 鲁迅|艺术|学院, 大连市|中山|区: what follows makes it the name of an organisation or a place.
    pub(super) fn heads_an_entity(&mut self, found: Found) -> bool {
        if self.names_from(found.to).next().is_some() {
            return false;
        }
        // The dictionary cuts 大连市中山区 into 大连市, 中, 山区.
        let ends_address = |c| "市区县州镇乡".contains(c);
        let goes_on_address = |c| "省市县州区".contains(c);
        let before = found.from.checked_sub(1).and_then(|at| self.char_at(at));
        if before.is_some_and(goes_on_address) && self.char_at(found.to).is_some_and(ends_address) {
            return true;
        }
        // 建水县李浩寨乡: a village under a county.
        let is_settlement = |c| "乡镇村寨庄屯".contains(c);
        if before.is_some_and(|c| "市县区州镇乡".contains(c))
            && (found.to..found.to + 2).any(|at| self.char_at(at).is_some_and(is_settlement))
        {
            return true;
        }
        if let Some(token) = self.token_at(found.from)
            && token.from == found.from
            && token.to > found.to
        {
            let rest = self.word_at(found.to, token.to);
            return HEADS.contains(&rest)
                || (rest.chars().count() == 1 && WORD_ENDS.contains(&rest))
                || REGIMES.contains(&rest) && self.is_transcribed(found);
        }
        // 王伟 公司经理: what is parted by a blank is another cell.
        let Some(next) = self.token_starting(found.to).filter(|_| self.joint(found.to) == Joint::Touch)
        else {
            return false;
        };
        // 凯恩斯|市内: a town that is transcribed.
        let word = self.word_at(next.from, next.to);
        let is_town = word.starts_with(['市', '州', '省', '县', '岛']) && !BEFORE.contains(&word);
        let is_regime = REGIMES.end(&word) || {
            let behind = self.token_starting(next.to);
            next.len() >= 2 && behind.is_some_and(|last| REGIMES.contains(&self.word_at(last.from, last.to)))
        };
        (is_town || is_regime) && self.is_transcribed(found)
            || self.is_head(found, next) && !self.is_row(found)
    }

    fn is_head(&mut self, found: Found, next: Token) -> bool {
        let word = self.word_at(next.from, next.to);
        if HEADS.contains(&word) || (next.len() == 1 && SHORT_HEADS.contains(&word)) {
            // 学会|了: what somebody has learnt.
            return word != "学会" || self.char_at(next.to) != Some('了');
        }
        // 宋双党, at the end of what is said; 党籍, 党委 and their like are words of their own.
        let ends = |at: u32| self.char_at(at).is_none_or(|c| !is_letter(c) || c == '等');
        if word == "党" && ends(next.to) {
            return true;
        }
        // 劳拉|公司总裁: the dictionary has head and title as one word.
        let cut = |at: usize| HEADS.contains(&word[..at]) && BEFORE.contains(&word[at..]);
        if next.len() > 2 && word.char_indices().any(|(at, _)| cut(at)) {
            return true;
        }
        // 鲁迅|先生|故居
        if matches!(word.as_str(), "同志" | "先生")
            && self
                .token_starting(next.to)
                .is_some_and(|after| MEMORIALS.contains(&&*self.word_at(after.from, after.to)))
        {
            return true;
        }
        if MEETS.contains(&word) || self.is_next_unit(found, next) {
            return false;
        }
        if self.post_before(found) || self.title_beside(found) {
            return false;
        }
        next.len() >= 4 && ORGANISATIONS.end(&word) || self.chain_of(found, next)
    }

    /// Whether nouns alone lead from `next` to the head of an organisation. The first of them is no verb: in
    /// 由王伟管理公司账目 somebody manages; a name that is transcribed does so less often than it names something.
    fn chain_of(&mut self, found: Found, next: Token) -> bool {
        let mut token = next;
        // 于青|反革命|集团: whom a gang is named after is meant; a cup is played for, whoever it is called after.
        if GANGS.contains(&self.word_at(next.from, next.to)) {
            return false;
        }
        for _ in 0..CHAIN_WORDS_MAX {
            let word = self.word_at(token.from, token.to);
            if token.len() > 2 && ORGANISATIONS.end(&word) || ORGANISATIONS.contains(&word) {
                return self.char_at(token.to) != Some('杯');
            }
            let is_verb = token.tag == Tag::Word || token == next && token.tag == Tag::Verbal;
            if token.len() < 2 || is_verb && !(token == next && self.is_transcribed(found)) {
                return false;
            }
            match self.token_starting(token.to) {
                Some(after) if self.joint(after.from) == Joint::Touch => token = after,
                _ => return false,
            }
        }
        false
    }

    /// 王伟|江州师范大学, 王伟|江州市|机械厂: a unit that begins with its place is one by itself, and so it is the unit of
    /// somebody; a firm that is called after a person has the place before the name. (What is transcribed may be a
    /// place itself.)
    fn is_next_unit(&mut self, found: Found, next: Token) -> bool {
        if self.is_transcribed(found) {
            return false;
        }
        if next.tag != Tag::Place {
            return next.len() >= 4 && self.begins_with_place(next);
        }
        // 王伟江州基金会 is one of several that are called after the same person.
        let after = self.token_starting(next.to);
        !after.is_some_and(|head| BRANCHES.contains(&&*self.word_at(head.from, head.to)))
    }

    fn begins_with_place(&self, word: Token) -> bool {
        (2..=3).any(|length| word.len() > length && is_place(self.normal, word.from, word.from + length))
    }

    /// 王伟江州集团董事长: a line with a name, a unit and a post, from one mark to the next.
    fn is_row(&self, found: Found) -> bool {
        let before = found.from.checked_sub(1).and_then(|at| self.char_at(at));
        if before.is_some_and(is_letter) && self.joint(found.from) == Joint::Touch || before == Some('(') {
            return false;
        }
        let mut rest = String::new();
        for at in found.to..self.end() {
            let goes_on =
                self.char_at(at).is_some_and(is_letter) && (at == found.to || self.joint(at) == Joint::Touch);
            if !goes_on {
                break;
            }
            rest.extend(self.char_at(at));
        }
        rest.chars().count() <= ROW_CHARS_MAX && BEFORE.end(&rest) && !self.is_transcribed(found)
    }
}
