//! Whether what an extractor gave is text that a name can be found in. Fonts without a Unicode table give
//! private-use characters or Latin rubbish; a search over that finds nothing and must not say "nothing".

/// What a text is made of, in code points without white space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Quality {
    /// All.
    pub visible: usize,
    /// Han characters.
    pub han: usize,
    /// Letters and digits of any script, Han included.
    pub letters: usize,
    /// Dots and dashes: a table of contents or a form is full of them.
    pub leaders: usize,
    /// Latin letters with accents, which wrongly decoded Chinese is full of.
    pub accented: usize,
    /// Private-use characters, U+FFFD and control characters.
    pub unreadable: usize,
}

/// Below this many characters a share says nothing.
const JUDGED_MIN: usize = 20;

impl Quality {
    /// Counts.
    pub fn of(text: &str) -> Self {
        let mut quality = Quality::default();
        for c in text.chars().filter(|c| !c.is_whitespace()) {
            quality.visible += 1;
            quality.han += usize::from(is_han(c));
            quality.letters += usize::from(c.is_alphanumeric());
            quality.leaders += usize::from(is_leader(c));
            quality.accented += usize::from(matches!(c, '\u{c0}'..='\u{24f}'));
            quality.unreadable += usize::from(is_unreadable(c));
        }
        quality
    }

    /// Whether names cannot be looked for in it: more than one character in fifty is unreadable, hardly any
    /// is a letter, or it is the Latin rubbish of a wrong encoding.
    pub fn is_garbled(self) -> bool {
        if self.unreadable * 50 > self.visible {
            return true;
        }
        self.visible >= JUDGED_MIN
            && (self.letters * 10 < (self.visible - self.leaders) * 4
                || self.han * 20 < self.visible && self.accented * 10 > self.visible * 3)
    }
}

fn is_leader(c: char) -> bool {
    matches!(c, '.' | '\u{2026}' | '·' | '•' | '_' | '-' | '—' | '–' | '．' | '―' | '─' | '│')
}

fn is_unreadable(c: char) -> bool {
    c == '\u{fffd}'
        || c.is_control()
        || matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{ffffd}' | '\u{100000}'..='\u{10fffd}')
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readable_and_garbled_texts_are_told_apart() {
        for (text, garbled) in [
            ("关于给予王伟同志党内严重警告处分的决定。2021年3月2日，县纪委常委会研究决定。", false),
            ("1,234.00  5,678.00  2021-03-02  89.7  12,000.00", false),
            ("The committee decided on 2 March.", false),
            ("\u{e012}\u{e345}同志任县财政局局长", true),
            ("王\u{fffd}同志", true),
            ("ÎÒÃÇ¹²Í¬Å¬Á¦ÎªÈËÃñ·þÎñÍõÎ°Í¬Ö¾ÈÎÏØ²ÆÕþ¾Ö¾Ö³¤", true),
            ("!\"#$%&'()*+,-./!\"#$%&'()*+,-./", true),
            ("——", false),
            ("第一章 总则 ........................................................ 1", false),
            ("目录……………………………………………………", false),
            ("", false),
        ] {
            assert_eq!(Quality::of(text).is_garbled(), garbled, "{text}");
        }
    }
}
