//! A person's name as written, and the key under which it is looked for. A name is never an identity
//! and is never split into surname and given name by position.

use crate::normal::{self, is_han};

/// Most code points of a name. Minority names need 25 Han characters or 50 letters (民委发〔2016〕33号).
pub const NAME_CHARS_MAX: usize = 100;

/// A name as the office wrote it (white space at the ends dropped, nothing else changed).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PersonName(String);

/// Why a text cannot stand as the name of a person in a dossier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing that could be looked for.
    #[error("the name is empty")]
    Empty,
    /// More than [`NAME_CHARS_MAX`] code points: another column's text.
    #[error("the name has {0} characters, at most {NAME_CHARS_MAX} are allowed")]
    TooLong(usize),
    /// 张某, 王××: stands for nobody in particular.
    #[error("the name is masked ({0:?}); a dossier needs the real one")]
    Masked(String),
}

impl NameError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            NameError::Empty => "name_missing",
            NameError::TooLong(_) => "name_too_long",
            NameError::Masked(_) => "name_masked",
        }
    }

    /// The text for the office.
    pub fn chinese(&self) -> &'static str {
        match self {
            NameError::Empty => "姓名为空",
            NameError::TooLong(_) => "姓名过长，请检查是否填错了列",
            NameError::Masked(_) => "姓名是化名或隐名（如“张某”“王××”），请填写真实姓名",
        }
    }
}

impl PersonName {
    /// Checks `text`.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let text = text.trim();
        if name_key(text).is_empty() {
            return Err(NameError::Empty);
        }
        let chars = text.chars().count();
        if chars > NAME_CHARS_MAX {
            return Err(NameError::TooLong(chars));
        }
        if is_masked(text) {
            return Err(NameError::Masked(text.to_owned()));
        }
        Ok(Self(text.to_owned()))
    }

    /// As written.
    pub fn as_written(&self) -> &str {
        &self.0
    }
}

/// The key under which a name is compared and looked for: [`normal::key`].
pub fn name_key(name: &str) -> String {
    normal::key(name)
}

/// Surnames that are used for each other in daily writing, and are different names before the law.
const LOOK_ALIKES: &[(char, char)] =
    &[('肖', '萧'), ('付', '傅'), ('闫', '阎'), ('代', '戴'), ('丘', '邱'), ('兰', '蓝'), ('邸', '底')];

/// The name keys that `name_key` becomes with a surname used for its own: to be suggested, never merged.
pub fn look_alikes(name_key: &str) -> Vec<String> {
    let mut chars = name_key.chars();
    let Some(surname) = chars.next().filter(|_| !chars.as_str().is_empty()) else { return Vec::new() };
    let pairs = LOOK_ALIKES.iter().flat_map(|&(a, b)| [(a, b), (b, a)]);
    pairs.filter(|&(from, _)| from == surname).map(|(_, to)| format!("{to}{}", chars.as_str())).collect()
}

/// Whether `c` stands for characters left out of a name.
pub fn is_mask(c: char) -> bool {
    matches!(c, '某' | '×' | '✕' | '╳' | '＊' | '*' | '□' | '■' | '？' | '?')
}

/// Whether the text is a masked name: a Han character, then a mask (张某, 张某某, 王××, 刘*, 李某甲).
pub fn is_masked(text: &str) -> bool {
    let mut chars = text.chars().filter(|c| !c.is_whitespace());
    let first = chars.next();
    first.is_some_and(is_han) && chars.take(3).any(is_mask)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_kept_as_written() {
        for name in ["王　伟", "阿卜杜拉·买买提", "𬭎", "'; --", "<script>", "=cmd()", "John Smith", "高峰"]
        {
            assert_eq!(PersonName::parse(name).map(|name| name.as_written().to_owned()), Ok(name.to_owned()));
        }
    }

    #[test]
    fn masked_names_stand_for_nobody() {
        for name in ["张某", "易某某", "王××", "刘*", "李某(男)", "王 某", "欧阳某某"] {
            assert!(matches!(PersonName::parse(name), Err(NameError::Masked(_))), "{name}");
        }
    }

    #[test]
    fn the_empty_name_and_the_misplaced_text_are_refused() {
        assert_eq!(PersonName::parse(" 　\u{200b}"), Err(NameError::Empty));
        assert_eq!(PersonName::parse(&"王".repeat(101)), Err(NameError::TooLong(101)));
    }

    #[test]
    fn surnames_used_for_each_other_are_suggested_and_never_merged() {
        for (name, others) in [
            ("肖明", &["萧明"][..]),
            ("傅强", &["付强"]),
            ("阎锡", &["闫锡"]),
            ("王伟", &[]),
            ("肖", &[]),
            ("", &[]),
        ] {
            assert_eq!(look_alikes(&name_key(name)), others, "{name}");
        }
        assert_ne!(name_key("肖明"), name_key("萧明"));
    }

    #[test]
    fn differently_written_names_have_one_key() {
        for name in ["达·芬奇", "达芬奇", "达 芬奇", "達•芬奇"] {
            assert_eq!(name_key(name), "达芬奇");
        }
    }
}
