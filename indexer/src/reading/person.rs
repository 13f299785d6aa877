//! What speaks for a person beside a place: titles, kin, verbs that take a person, neighbours in a list.

use dossier::normal::is_letter;

use super::Context;
use super::vocabulary::{AFTER, BEFORE, KIN};
use crate::known::Found;

/// Most characters of a title.
const TITLE_CHARS_MAX: usize = 4;

impl Context<'_> {
    /// Why a person is meant here although a dictionary has the word, if so.
    pub(super) fn person_beside(&self, found: Found) -> Option<&'static str> {
        if self.title_beside(found) || self.title_before(found) {
            return Some("title_beside");
        }
        self.in_name_list(found).then_some("in_name_list")
    }

    /// 高峰同志, 高峰说: what follows speaks for a person.
    pub(super) fn title_beside(&self, found: Found) -> bool {
        let after: String = self.normal.chars()[found.to as usize..].iter().take(TITLE_CHARS_MAX).collect();
        AFTER.iter().any(|title| after.starts_with(title))
    }

    /// 局长高峰, 其子高峰.
    pub(super) fn title_before(&self, found: Found) -> bool {
        let from = (found.from as usize).saturating_sub(TITLE_CHARS_MAX);
        let before: String = self.normal.chars()[from..found.from as usize].iter().collect();
        BEFORE.iter().any(|title| before.ends_with(title))
    }

    /// 其妻王芳: somebody's kin, who may be nobody with a dossier.
    pub(super) fn kin_before(&self, found: Found) -> bool {
        let from = (found.from as usize).saturating_sub(2);
        let before: String = self.normal.chars()[from..found.from as usize].iter().collect();
        KIN.contains(&before)
    }

    /// 张建国、高峰、李红: an item of a list whose neighbour is a known name.
    fn in_name_list(&self, found: Found) -> bool {
        let is_mark = |at: Option<u32>| {
            at.and_then(|at| self.char_at(at)).is_some_and(|c| matches!(c, '、' | ',' | ';'))
        };
        let is_free = |at: Option<u32>| at.and_then(|at| self.char_at(at)).is_none_or(|c| !is_letter(c));
        let (before, after) = (found.from.checked_sub(1), Some(found.to));
        let named_before = is_mark(before) && before.is_some_and(|at| self.names_to(at).next().is_some());
        let named_after = is_mark(after) && self.names_from(found.to + 1).next().is_some();
        named_before && (is_mark(after) || is_free(after)) || named_after && is_free(before)
    }
}
