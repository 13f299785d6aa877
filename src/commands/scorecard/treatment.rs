//! Treatments: the same texts with their labelled names written otherwise, as offices and files write them.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::corpus::Document;

/// A way of writing a name otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Treatment {
    /// 王　伟
    Spaces,
    /// A line break inside the name.
    Wrap,
    /// Characters without width between.
    ZeroWidth,
    /// 張偉
    Traditional,
    /// Latin letters, digits and marks of the whole text in full width.
    Width,
    /// The dots of a name as others type them.
    Dots,
    /// The dots of a name left out.
    NoDots,
    /// 肖 for 萧: another surname, never merged; to be suggested at most.
    LookAlike,
}

impl Treatment {
    pub(super) const ALL: &[Treatment] = &[
        Treatment::Spaces,
        Treatment::Wrap,
        Treatment::ZeroWidth,
        Treatment::Traditional,
        Treatment::Width,
        Treatment::Dots,
        Treatment::NoDots,
        Treatment::LookAlike,
    ];

    pub(super) fn slug(self) -> &'static str {
        match self {
            Treatment::Spaces => "spaces",
            Treatment::Wrap => "wrap",
            Treatment::ZeroWidth => "zero_width",
            Treatment::Traditional => "traditional",
            Treatment::Width => "width",
            Treatment::Dots => "dots",
            Treatment::NoDots => "no_dots",
            Treatment::LookAlike => "look_alike",
        }
    }

    /// The labelled place `written` treated; `None` where the treatment does not apply to it.
    fn name(self, written: &[char]) -> Option<String> {
        let is_han = written.iter().all(|&c| dossier::normal::is_han(c));
        let joined = |separator: &str| {
            (is_han && written.len() >= 2)
                .then(|| written.iter().map(char::to_string).collect::<Vec<_>>().join(separator))
        };
        let changed = |name: String| (name != written.iter().collect::<String>()).then_some(name);
        let is_dot = |c: &char| matches!(c, '·' | '•' | '・' | '．' | '‧');
        match self {
            Treatment::Spaces => joined("\u{3000}"),
            Treatment::Wrap => joined("\n"),
            Treatment::ZeroWidth => joined("\u{200b}"),
            Treatment::Traditional => changed(written.iter().map(|&c| traditional(c)).collect()),
            Treatment::Width => written
                .iter()
                .any(char::is_ascii_graphic)
                .then(|| written.iter().map(|&c| full_width(c)).collect()),
            Treatment::Dots => changed(written.iter().map(|c| if is_dot(c) { '•' } else { *c }).collect()),
            Treatment::NoDots => changed(written.iter().filter(|c| !is_dot(c)).collect()),
            Treatment::LookAlike => {
                let first = written.first().copied()?;
                let other = LOOK_ALIKES.iter().find_map(|&(a, b)| match first {
                    _ if first == a => Some(b),
                    _ if first == b => Some(a),
                    _ => None,
                })?;
                Some(std::iter::once(other).chain(written[1..].iter().copied()).collect())
            }
        }
    }

    /// The text with every labelled name treated, and the names that were; `None` where none was.
    pub(super) fn text(self, document: &Document) -> Option<(String, Vec<String>)> {
        let chars: Vec<char> = document.text.chars().collect();
        let mut labels = document.persons.clone();
        labels.sort_by_key(|label| label.start);
        let mut out = String::new();
        let mut names = Vec::new();
        let mut next = 0;
        for label in labels.iter().filter(|label| label.end <= chars.len()) {
            if label.start < next {
                continue;
            }
            if let Some(name) = self.name(&chars[label.start..label.end]) {
                out.extend(&chars[next..label.start]);
                out.push_str(&name);
                next = label.end;
                names.push(label.name.clone());
            }
        }
        out.extend(&chars[next..]);
        (!names.is_empty()).then_some((out, names))
    }
}

/// Surnames that are used for each other and are others before the law.
const LOOK_ALIKES: &[(char, char)] =
    &[('肖', '萧'), ('付', '傅'), ('闫', '阎'), ('代', '戴'), ('丘', '邱'), ('兰', '蓝')];

fn full_width(c: char) -> char {
    if c.is_ascii_graphic() { char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c) } else { c }
}

fn traditional(c: char) -> char {
    static TABLE: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
        let mut table = HashMap::new();
        for written in ('\u{4e00}'..='\u{9fa5}').rev() {
            let key = dossier::normal::key(written.encode_utf8(&mut [0; 4]));
            let mut folded = key.chars();
            if let (Some(simple), None) = (folded.next(), folded.next())
                && simple != written
            {
                table.insert(simple, written);
            }
        }
        table
    });
    TABLE.get(&c).copied().unwrap_or(c)
}
