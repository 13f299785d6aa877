//! Which characters are Han, letters, dots, blanks: the one tested table of ranges. Written by hand such
//! tables go wrong (compatibility ideographs and the later extensions are what gets forgotten).

use std::sync::OnceLock;

use unicode_normalization::char::canonical_combining_class;

/// What the normal form does with a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Stays as it is (ASCII but blanks, dots and hyphens).
    Plain,
    /// A Han character of the unified blocks or the private use area: only its simplified form matters.
    Ideograph,
    /// Has no width and no meaning here: goes.
    Ignorable,
    /// White space that does not break the line.
    Space,
    /// A line or paragraph break.
    LineBreak,
    /// One of the dots that stand between the parts of a name.
    MiddleDot,
    /// A full stop that is also used as one.
    Period,
    /// A hyphen that is also used as one.
    Hyphen,
    /// ASCII in full width.
    FullWidth,
    /// Anything else: folded by NFKC.
    Other,
}

pub(super) fn class(c: char) -> Class {
    match c {
        ' ' | '\t' => Class::Space,
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Class::LineBreak,
        '.' | '．' | '﹒' | '\u{2024}' => Class::Period,
        '-' | '‐' | '‑' | '–' | '—' | '−' | '－' | '﹣' => Class::Hyphen,
        // ASCII, and the marks of Chinese text that NFKC leaves alone: most of what is no ideograph.
        '\u{21}'..='\u{7e}'
        | '\u{2018}'..='\u{201d}'
        | '\u{3001}'..='\u{3003}'
        | '\u{3008}'..='\u{3011}'
        | '\u{3014}'..='\u{301b}' => Class::Plain,
        '\u{ff01}'..='\u{ff5e}' => Class::FullWidth,
        '\u{4e00}'..='\u{9fff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{20000}'..='\u{2f7ff}'
        | '\u{30000}'..='\u{3ffff}'
        | '\u{e000}'..='\u{f8ff}'
        | '\u{f0000}'..='\u{10ffff}'
        | '\u{2e80}'..='\u{2eff}'
        | '〇'
        | '○'
        | '々' => Class::Ideograph,
        '·' | '•' | '・' | '･' | '‧' | '∙' | '⋅' | '●' | '᛫' | '⸱' | '\u{387}' | '˙' | '◦' | '▪' | '⦁'
        | '⸳' | 'ꞏ' => Class::MiddleDot,
        '\u{ad}'
        | '\u{61c}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{34f}'
        | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{20d0}'..='\u{20ff}'
        | '\u{2800}'
        | '\u{3164}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffc}'
        | '\u{e0000}'..='\u{e0fff}'
        | '\u{0}'..='\u{1f}'
        | '\u{7f}'..='\u{9f}' => Class::Ignorable,
        _ if c.is_whitespace() => Class::Space,
        _ => Class::Other,
    }
}

/// What becomes of the characters that are folded one by one, whatever stands beside them.
pub(super) struct Simple(Vec<char>);

/// How far the table reaches: the basic plane.
const SIMPLE_END: u32 = 0x1_0000;

impl Simple {
    /// The folded form of `c`; none where more than the character itself has to be looked at.
    #[inline]
    pub(super) fn of(&self, c: char) -> Option<char> {
        self.0.get(u32::from(c) as usize).copied().filter(|&folded| folded != '\0')
    }
}

/// Whether marks after `c` say nothing: it is an ideograph.
#[inline]
pub(super) fn bears_no_marks(c: char) -> bool {
    ('\u{3400}'..'\u{ff00}').contains(&c)
}

/// The table, made once.
pub(super) fn simple() -> &'static Simple {
    static TABLE: OnceLock<Simple> = OnceLock::new();
    TABLE.get_or_init(|| {
        let folded = |c: char| match class(c) {
            Class::Plain => c,
            Class::FullWidth => super::half_width(c),
            // A repetition mark stands for the character before it.
            Class::Ideograph if c != '々' => super::traditional::simplify(c),
            _ => '\0',
        };
        Simple((0..SIMPLE_END).map(|code| char::from_u32(code).map_or('\0', folded)).collect())
    })
}

/// Whether `c` is a Han character: unified ideographs with all extensions, compatibility ideographs,
/// radicals, 〇, 々, and the private use areas, where old systems keep rare characters of names.
pub fn is_han(c: char) -> bool {
    matches!(c,
        '\u{4e00}'..='\u{9fff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{20000}'..='\u{3ffff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{2e80}'..='\u{2fdf}'
        | '\u{e000}'..='\u{f8ff}'
        | '\u{f0000}'..='\u{10ffff}'
        | '〇'
        | '々')
}

/// Whether `c` can be part of a name: a Han character or a letter of any script.
pub fn is_letter(c: char) -> bool {
    is_han(c) || c.is_alphabetic()
}

/// Whether `c` is a mark on the character before it.
pub(super) fn is_combining(c: char) -> bool {
    match c {
        // Where no mark is, which is where nearly all text is: the table is slow to ask.
        '\u{0}'..='\u{2ff}'
        | '\u{3040}'..='\u{3098}'
        | '\u{309b}'..='\u{a66e}'
        | '\u{ac00}'..='\u{fb1d}'
        | '\u{fe30}'..='\u{ffff}'
        | '\u{20000}'..='\u{10ffff}' => false,
        _ => canonical_combining_class(c) != 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_blocks_that_hand_written_tables_forget_are_han() {
        for c in [
            '䶮',
            '㛃',
            '㕙',
            '鿍',
            '𬭎',
            '𫖯',
            '𬘭',
            '𫠊',
            '𠅤',
            '\u{31350}',
            '\u{2ebf0}',
            '\u{fa11}',
            '〇',
            '\u{e863}',
        ] {
            assert!(is_han(c), "U+{:04X}", u32::from(c));
            assert!(is_letter(c));
        }
        for c in ['，', '。', 'a', '1', '·', '　', 'ア'] {
            assert!(!is_han(c), "{c}");
        }
    }

    #[test]
    fn variation_selectors_and_joiners_have_no_meaning() {
        for c in ['\u{fe00}', '\u{e0100}', '\u{200d}', '\u{feff}', '\u{ad}', '\u{0}'] {
            assert_eq!(class(c), Class::Ignorable, "U+{:04X}", u32::from(c));
        }
    }
}
