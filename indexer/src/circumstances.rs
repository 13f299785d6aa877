//! What a text says besides names, as far as it tells persons apart: units, identity numbers whole or masked,
//! months of birth. Facts only; whom they speak for, the clearance says.

use std::collections::BTreeSet;

use dossier::citizen_id;
use dossier::name::is_mask;
use dossier::normal::{Normal, is_han};

use crate::known::{Found, Patterns};

/// What stands in a text and its title.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Circumstances<'c> {
    /// Keys of the units (names or aliases) in it, in order and each once; a unit inside a longer unit's name does not
    /// count.
    pub units: Vec<&'c str>,
    /// Identity numbers of the content with their code points `start..end`, each as its keyed hash.
    pub identities: Vec<(u32, u32, String)>,
    /// Keyed hashes of the identity numbers of the title.
    pub title_identities: BTreeSet<String>,
    /// Identity numbers of which only the ends are shown.
    pub masked: BTreeSet<MaskedId>,
    /// Years and months that are written in it, in order and each once.
    pub months: Vec<(i32, u32)>,
    /// Whether the Han characters of title and content follow one another in normal form as they do as written.
    pub keeps_han: bool,
}

impl<'c> Circumstances<'c> {
    /// Adds what a title or a content says.
    pub(crate) fn add(&mut self, normal: &Normal, units: &[Found], known: &'c Patterns) {
        self.units.extend(outermost(units).map(|unit| known.key(unit.pattern)));
        self.units.sort_unstable();
        self.units.dedup();
        self.masked.extend(MaskedId::all_in(normal.chars()));
        self.months.extend(months_in(normal.chars()));
        self.months.sort_unstable();
        self.months.dedup();
    }

    /// Whether any identity number stands whole in title or content; in most texts none does.
    pub fn has_identities(&self) -> bool {
        !self.identities.is_empty() || !self.title_identities.is_empty()
    }

    /// Whether this identity number, as its keyed hash, stands in title or content.
    pub fn names_identity(&self, hash: &str) -> bool {
        self.title_identities.contains(hash) || self.identities.iter().any(|(_, _, other)| other == hash)
    }
}

/// Identity numbers as written in `text`, each hashed by `hash`.
pub(crate) fn identities_in(
    text: &str,
    normal: &Normal,
    hash: &dyn Fn(&str) -> String,
) -> Vec<(u32, u32, String)> {
    // Fifteen digits are the least; most texts have none, and need no second pass.
    if normal.chars().iter().filter(|c| c.is_ascii_digit()).count() < 15 {
        return Vec::new();
    }
    let chars: Vec<char> = text.chars().collect();
    let position = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    citizen_id::find_in(&chars)
        .into_iter()
        .map(|(start, end, id)| (position(start), position(end), hash(&id.canonical())))
        .collect()
}

/// Those of `found` that stand inside no longer one.
fn outermost(found: &[Found]) -> impl Iterator<Item = &Found> {
    found.iter().filter(move |this| {
        !found.iter().any(|other| {
            other.from <= this.from && other.to >= this.to && other.to - other.from > this.to - this.from
        })
    })
}

/// Months as they are written: 1971年5月, 1971年05月, 1971.05, 1971-05, 1971/5, 197105.
fn months_in(chars: &[char]) -> Vec<(i32, u32)> {
    let digit = |at: usize| chars.get(at).and_then(|c| c.to_digit(10));
    let mut months = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if digit(at).is_none() {
            at += 1;
            continue;
        }
        let to = (at..chars.len()).find(|&to| digit(to).is_none()).unwrap_or(chars.len());
        let number = |from: usize, to: usize| (from..to).filter_map(digit).fold(0, |n, d| n * 10 + d);
        if to - at == 4 {
            let behind = chars.get(to).copied();
            let last = (to + 1..chars.len()).take_while(|&next| digit(next).is_some()).last().unwrap_or(to);
            let digits = last - to;
            let named = match behind {
                Some('年') => matches!(digits, 1 | 2) && chars.get(last + 1) == Some(&'月'),
                Some('.' | '-' | '/') => matches!(digits, 1 | 2),
                _ => false,
            };
            // Only where it is a month: what else stands there may be a number of any length.
            let month = if named { number(to + 1, last + 1) } else { 0 };
            if (1..=12).contains(&month) {
                months.push((i32::try_from(number(at, to)).unwrap_or(0), month));
            }
        } else if to - at == 6 {
            let month = number(at + 4, to);
            let year = number(at, at + 4);
            if (1..=12).contains(&month) && (1900..2100).contains(&year) {
                months.push((i32::try_from(year).unwrap_or(0), month));
            }
        }
        at = to;
    }
    months
}

/// An identity number of which only the ends are shown: 1101**********002X, or 尾号002X.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MaskedId {
    pub(crate) head: String,
    pub(crate) tail: String,
}

/// Characters of a tail that say something.
const TAIL_CHARS: usize = 4;
/// What stands before a tail that is given by itself.
const TAIL_WORDS: &[&str] = &["身份证尾号", "身份证号尾号", "证件尾号", "身份证后四位", "身份证号后四位"];

impl MaskedId {
    /// Whether an identity number in canonical form can be this one.
    pub fn fits(&self, canonical: &str) -> bool {
        canonical.starts_with(&self.head) && canonical.ends_with(&self.tail)
    }

    /// All of them in characters in normal form.
    fn all_in(chars: &[char]) -> Vec<Self> {
        let mut found = Vec::new();
        if chars.contains(&'证') {
            let normal: String = chars.iter().collect();
            let tails = TAIL_WORDS.iter().flat_map(|word| normal.split(word).skip(1));
            let tails = tails.filter_map(|after| tail_of(after.trim_start_matches([':', '为', '是', ' '])));
            found.extend(tails.map(|tail| Self { head: String::new(), tail }));
        }
        if chars.iter().any(|c| matches!(c, '*' | '×' | '✕' | '╳')) {
            found.extend(between_masks(chars));
        }
        found
    }
}

fn tail_of(text: &str) -> Option<String> {
    let tail: String = text.chars().take(TAIL_CHARS).map(|c| c.to_ascii_uppercase()).collect();
    let mut chars = tail.chars().rev();
    let last = chars.next().is_some_and(|c| c.is_ascii_digit() || c == 'X');
    (last && tail.len() == TAIL_CHARS && chars.all(|c| c.is_ascii_digit())).then_some(tail)
}

/// Digits, six masks or more, and a tail: together eighteen.
fn between_masks(chars: &[char]) -> Vec<MaskedId> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let masks = chars[at..].iter().take_while(|&&c| is_mask(c) && !is_han(c)).count();
        if masks < 6 {
            at += masks.max(1);
            continue;
        }
        let digits = chars[..at].iter().rev().take_while(|c| c.is_ascii_digit()).count();
        let head: String = chars[at - digits..at].iter().collect();
        let rest: String = chars[at + masks..].iter().take(TAIL_CHARS).collect();
        if let Some(tail) = tail_of(&rest)
            && head.len() + masks + TAIL_CHARS == 18
        {
            found.push(MaskedId { head, tail });
        }
        at += masks;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(text: &str) -> Vec<char> {
        Normal::of(text).chars().to_vec()
    }

    #[test]
    fn masked_numbers_are_read_by_their_ends() {
        let cases = [
            ("身份证号1101**********002X。", "11010519491231002X", true),
            ("身份证号110105********002x,男", "11010519491231002X", true),
            ("身份证号3301**********002X", "11010519491231002X", false),
            ("身份证尾号:002X", "11010519491231002X", true),
            ("身份证尾号0014", "11010519491231002X", false),
            ("1101*****002X", "11010519491231002X", false),
            ("电话138****0021", "11010519491231002X", false),
        ];
        for (text, id, fits) in cases {
            let found = MaskedId::all_in(&chars(text));
            assert_eq!(found.iter().any(|masked| masked.fits(id)), fits, "{text}");
        }
    }

    #[test]
    fn months_are_read_as_they_are_written() {
        for (text, months) in [
            ("王伟，男，1971年5月生", &[(1971, 5)][..]),
            ("1971年05月、1972.11、1973-01、1974/3", &[(1971, 5), (1972, 11), (1973, 1), (1974, 3)]),
            ("出生年月197105", &[(1971, 5)]),
            ("１９７１年１２月", &[(1971, 12)]),
            ("1971年13月，11971年5月，编号1971.055", &[]),
            ("文号〔1971〕5号，金额19715元", &[]),
            ("1971年", &[]),
            ("电话1971-12345678901234", &[]),
            ("1971年12345678901234元", &[]),
            ("1971.", &[]),
        ] {
            assert_eq!(months_in(&chars(text)), months, "{text}");
        }
    }
}
