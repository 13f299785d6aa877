//! A place in a case text where a name stands, with the reason why it is thought to be this person or not.

use super::marked::Marked;
use super::tone::Tone;

/// How sure it is that a mention means the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// The text lists the person, or the identity number stands in it.
    Linked,
    /// Name, and unit, post or birth month.
    Corroborated,
    /// The name and nothing more.
    Name,
    /// The characters read as an ordinary word there.
    Word,
    /// They stand inside a longer name.
    Inside,
}

impl Tier {
    /// All tiers, surest first.
    pub const ALL: [Self; 5] = [Self::Linked, Self::Corroborated, Self::Name, Self::Word, Self::Inside];

    /// Code of the contract (`linked`, `corroborated`, …).
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Linked => "linked",
            Self::Corroborated => "corroborated",
            Self::Name => "name",
            Self::Word => "word",
            Self::Inside => "inside",
        }
    }

    /// The tier of a code.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| tier.slug() == slug)
    }

    /// Word on the tag.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Linked => "已关联",
            Self::Corroborated => "有印证",
            Self::Name => "仅姓名",
            Self::Word => "或为普通词语",
            Self::Inside => "较长姓名之中",
        }
    }

    /// One sentence that says what the tier rests on.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Linked => "文本登记了此人，或文中有其身份证号",
            Self::Corroborated => "同一文本中另有单位、职务或出生年月相符",
            Self::Name => "只见姓名，未见单位或证件印证，需人工判断",
            Self::Word => "此处可能是普通词语、地名或机构名的一部分",
            Self::Inside => "此处是另一个更长姓名的一部分",
        }
    }

    /// Tone of the tag.
    pub const fn tone(self) -> Tone {
        match self {
            Self::Linked | Self::Corroborated => Tone::Accent,
            Self::Name => Tone::Near,
            Self::Word | Self::Inside => Tone::Plain,
        }
    }
}

/// One mention.
#[derive(Debug, Clone)]
pub struct Mention {
    /// Tier.
    pub tier: Tier,
    /// Key of the text.
    pub text_id: String,
    /// First code point in the stored text and one past the last; none where only the title or the list of
    /// persons has the name.
    pub span: Option<(u32, u32)>,
    /// Title of the text.
    pub title: String,
    /// Kind of the text (处分决定, 会议纪要 …).
    pub kind: String,
    /// The kind is one of the adverse ones.
    pub adverse: bool,
    /// Day of the text as stored; empty when it has none.
    pub date: String,
    /// The sentence around the name, the name marked.
    pub quote: Marked,
    /// What speaks for the person, in Chinese; see [`super::wording::why`].
    pub why: Vec<String>,
    /// The text was recognised in pictures.
    pub ocr: bool,
}

impl Mention {
    /// The end of the address that leads to the place: offsets, never a name.
    pub fn place(&self) -> String {
        places(self.span)
    }
}

/// `#c120-123,140-142`: places in a text, for the reader's own script. A fragment is not sent to the server.
pub fn places(spans: impl IntoIterator<Item = (u32, u32)>) -> String {
    let spans: Vec<String> = spans.into_iter().map(|(start, end)| format!("{start}-{end}")).collect();
    if spans.is_empty() { String::new() } else { format!("#c{}", spans.join(",")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_offsets_after_the_hash() {
        assert_eq!(places([(120, 123), (140, 142)]), "#c120-123,140-142");
        assert_eq!(places(None), "");
    }
}
