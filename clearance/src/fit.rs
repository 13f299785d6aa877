//! What one text says for one person, and how well the person fits it: the comparison by which namesakes are
//! told apart. Facts only; the tier that follows is given where the places are (`evidence`).

use std::collections::BTreeSet;

use dossier::citizen_id::CitizenId;
use dossier::name::is_mask;
use dossier::person::Post;
use dossier::{PartialDate, RecordKey};

use crate::profile::Profile;

/// What a text says, as far as it tells persons apart.
pub(crate) struct TextFacts<'t> {
    /// Persons that its metadata list.
    pub(crate) listed: &'t [RecordKey],
    /// Unit that its metadata name.
    pub(crate) unit: Option<&'t RecordKey>,
    /// Its day.
    pub(crate) date: Option<PartialDate>,
    /// Identity numbers in it, in canonical form.
    pub(crate) identities: &'t BTreeSet<String>,
    /// Identity numbers of which only the ends are shown.
    pub(crate) masked: &'t [MaskedId],
    /// Keys of the units in it.
    pub(crate) units: &'t BTreeSet<String>,
    /// The text in normal form.
    pub(crate) normal: &'t str,
}

/// What one text says for one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(clippy::struct_excessive_bools, reason = "independent facts, each given or not")]
pub(crate) struct Evidence {
    pub(crate) listed: bool,
    pub(crate) id: bool,
    id_tail: bool,
    unit: bool,
    /// The post in that unit was held when the text was written, as far as the days are known.
    in_post: bool,
    post: bool,
    birth: bool,
}

impl Evidence {
    /// What `facts` say for `profile`.
    pub(crate) fn of(profile: &Profile, facts: &TextFacts<'_>) -> Self {
        let canonical = profile.person.id_number.as_ref().map(CitizenId::canonical);
        let there: Vec<&Post> = profile.posts.iter().filter(|post| is_named(profile, post, facts)).collect();
        Self {
            listed: facts.listed.contains(&profile.person.key),
            id: canonical.as_ref().is_some_and(|id| facts.identities.contains(id)),
            id_tail: canonical.as_ref().is_some_and(|id| facts.masked.iter().any(|masked| masked.fits(id))),
            unit: !there.is_empty(),
            in_post: there.iter().any(|post| is_held_around(post, facts.date)),
            post: there.iter().any(|post| holds_title(post, facts.normal)),
            birth: profile.person.birth.is_some_and(|birth| names_month(facts.normal, birth)),
        }
    }

    /// Whether the text is linked to the person without any doubt about namesakes.
    pub(crate) fn links(self) -> bool {
        self.listed || self.id
    }

    /// How well the person fits: to compare namesakes. 0: nothing speaks for this one.
    pub(crate) fn strength(self) -> u8 {
        if self.links() {
            return LINKED;
        }
        let unit = u8::from(self.unit) + u8::from(self.in_post) + u8::from(self.post);
        unit + 2 * u8::from(self.birth) + 3 * u8::from(self.id_tail)
    }

    /// Stable words for what was found.
    pub(crate) fn why(self) -> Vec<String> {
        let all = [
            (self.listed, "persons"),
            (self.id, "id_number"),
            (self.id_tail, "id_tail"),
            (self.unit, "unit"),
            (self.unit && !self.in_post, "not_in_post_then"),
            (self.post, "post"),
            (self.birth, "birth"),
        ];
        all.into_iter().filter(|(given, _)| *given).map(|(_, word)| word.to_owned()).collect()
    }
}

/// Stronger than all circumstances together.
pub(crate) const LINKED: u8 = 20;
/// Stronger than that: a person has decided.
pub(crate) const DECIDED: u8 = 30;

fn is_named(profile: &Profile, post: &Post, facts: &TextFacts<'_>) -> bool {
    facts.unit == Some(&post.unit)
        || profile.unit_keys_of(&post.unit).iter().any(|unit| facts.units.contains(unit))
}

/// Whether the post was held at some time within `date`; where a day is missing nothing speaks against it.
fn is_held_around(post: &Post, date: Option<PartialDate>) -> bool {
    date.is_none_or(|date| {
        post.from.is_none_or(|from| from.first_day() <= date.last_day())
            && post.until.is_none_or(|until| until.last_day() >= date.first_day())
    })
}

fn holds_title(post: &Post, normal: &str) -> bool {
    let title = dossier::normal::key(&post.title);
    title.chars().count() >= 2 && normal.contains(&title)
}

/// Whether the month of `birth` is written in the text: 1971年5月, 1971年05月, 1971.05, 1971-05.
fn names_month(normal: &str, birth: PartialDate) -> bool {
    let (year, month) = birth.year_month();
    if !normal.contains(&year.to_string()) {
        return false;
    }
    let forms = [
        format!("{year}年{month}月"),
        format!("{year}年{month:02}月"),
        format!("{year}.{month:02}"),
        format!("{year}-{month:02}"),
    ];
    forms.iter().any(|form| normal.contains(form.as_str()))
}

/// An identity number of which only the ends are shown: 1101**********002X, or 尾号002X.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MaskedId {
    head: String,
    tail: String,
}

/// Characters of a tail that say something.
const TAIL_CHARS: usize = 4;
/// What stands before a tail that is given by itself.
const TAIL_WORDS: &[&str] = &["身份证尾号", "身份证号尾号", "证件尾号", "身份证后四位", "身份证号后四位"];

impl MaskedId {
    fn fits(&self, canonical: &str) -> bool {
        canonical.starts_with(&self.head) && canonical.ends_with(&self.tail)
    }

    /// All of them in a text in normal form.
    pub(crate) fn all_in(normal: &str) -> Vec<Self> {
        let mut found: Vec<Self> = TAIL_WORDS
            .iter()
            .flat_map(|word| normal.split(word).skip(1))
            .filter_map(|after| tail_of(after.trim_start_matches([':', '为', '是', ' '])))
            .map(|tail| Self { head: String::new(), tail })
            .collect();
        if normal.contains(['*', '×', '✕', '╳']) {
            found.extend(between_masks(&normal.chars().collect::<Vec<_>>()));
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
        let masks = chars[at..].iter().take_while(|&&c| is_mask(c) && !dossier::normal::is_han(c)).count();
        if masks < 6 {
            at += masks.max(1);
            continue;
        }
        let head: String = chars[..at]
            .iter()
            .rev()
            .take_while(|c| c.is_ascii_digit())
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .collect();
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
            let normal = dossier::normal::key(text);
            assert_eq!(MaskedId::all_in(&normal).iter().any(|masked| masked.fits(id)), fits, "{text}");
        }
    }
}
