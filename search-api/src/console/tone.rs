//! The five tones of the design system. A tone is never the only sign: whoever shows one also shows a word
//! and an icon, so that a page reads the same in grey, in print, and to a colour-blind reader.

/// How a tag, a banner or a bar is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to remark.
    Plain,
    /// Points at something, without urgency.
    Accent,
    /// Complete, fine.
    Done,
    /// Near a limit, or waiting for somebody.
    Near,
    /// Overdue or dangerous.
    Danger,
}

impl Tone {
    /// All tones, in the order of the style page.
    pub const ALL: [Self; 5] = [Self::Plain, Self::Accent, Self::Done, Self::Near, Self::Danger];

    /// The suffix of the style classes, as in `tag-near`.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Accent => "accent",
            Self::Done => "done",
            Self::Near => "near",
            Self::Danger => "danger",
        }
    }
}
