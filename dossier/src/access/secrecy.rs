//! 密级 of a text, as offices write it, and the highest one that a reader may see.

use std::fmt;

/// How secret a text is, the most secret last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Secrecy {
    /// 公开, or nothing said.
    Open,
    /// 内部, 敏感, 工作秘密.
    Internal,
    /// 秘密; also what is written and not known: the word was put there for a reason.
    Secret,
    /// 机密.
    Confidential,
    /// 绝密.
    Top,
}

impl Secrecy {
    /// Every level, the most secret last.
    pub const ALL: [Secrecy; 5] =
        [Secrecy::Open, Secrecy::Internal, Secrecy::Secret, Secrecy::Confidential, Secrecy::Top];

    /// What an office wrote into 密级.
    pub fn read(text: &str) -> Secrecy {
        let text = text.trim();
        let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if says(&["绝密"]) {
            Secrecy::Top
        } else if says(&["机密"]) {
            Secrecy::Confidential
        } else if says(&["工作秘密", "内部", "敏感"]) {
            Secrecy::Internal
        } else if text.is_empty() || says(&["公开", "非密", "无密级"]) || text == "无" || text == "普通"
        {
            Secrecy::Open
        } else {
            Secrecy::Secret
        }
    }

    /// The name in commands and in the archive.
    pub fn slug(self) -> &'static str {
        match self {
            Secrecy::Open => "open",
            Secrecy::Internal => "internal",
            Secrecy::Secret => "secret",
            Secrecy::Confidential => "confidential",
            Secrecy::Top => "top",
        }
    }

    /// The word that people read.
    pub fn title(self) -> &'static str {
        match self {
            Secrecy::Open => "公开",
            Secrecy::Internal => "内部",
            Secrecy::Secret => "秘密",
            Secrecy::Confidential => "机密",
            Secrecy::Top => "绝密",
        }
    }

    /// The level with this slug.
    pub fn parse(slug: &str) -> Option<Secrecy> {
        Secrecy::ALL.into_iter().find(|level| level.slug() == slug)
    }

    /// Its place in the order, from 0.
    pub fn rank(self) -> i64 {
        match self {
            Secrecy::Open => 0,
            Secrecy::Internal => 1,
            Secrecy::Secret => 2,
            Secrecy::Confidential => 3,
            Secrecy::Top => 4,
        }
    }
}

impl fmt::Display for Secrecy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_offices_write_has_a_level_and_an_unknown_word_is_secret() {
        for (text, level) in [
            ("", Secrecy::Open),
            ("公开", Secrecy::Open),
            ("无", Secrecy::Open),
            ("内部", Secrecy::Internal),
            ("内部资料★1年", Secrecy::Internal),
            ("工作秘密", Secrecy::Internal),
            ("秘密★5年", Secrecy::Secret),
            ("保密", Secrecy::Secret),
            ("???", Secrecy::Secret),
            (" 机密 ", Secrecy::Confidential),
            ("绝密★长期", Secrecy::Top),
        ] {
            assert_eq!(Secrecy::read(text), level, "{text:?}");
        }
    }

    #[test]
    fn ranks_follow_the_order() {
        assert!(Secrecy::ALL.is_sorted());
        for (rank, level) in (0..).zip(Secrecy::ALL) {
            assert_eq!((level.rank(), Secrecy::parse(level.slug())), (rank, Some(level)));
        }
    }
}
