//! Mentions as they are gathered: packed, each a few dozen bytes. What led to a tier is kept as marks and written out
//! when a row is answered; quotes are ranges of sheets on which each stretch of a text stands once.
//!
//! A county's answer has millions of mentions, and most of an answer is quotes: only the rows that are being
//! answered hold them as `answer::Mention` does.

use dossier::RecordKey;

use crate::answer::{Mention, Tier};
use crate::decide::{Weight, weight};
use crate::mentions::Mentions;
use crate::why::Why;

/// Where a mention has no place of its own.
const NOWHERE: u32 = u32::MAX;
/// A sheet that is longer is not written on any more.
const SHEET_BYTES: usize = 1 << 24;

/// One mention.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// Among the texts of its [`Leaf`] or [`Found`].
    text: u32,
    start: u32,
    end: u32,
    /// Its quote on the sheet of its text.
    quote: (u32, u32),
    pub(crate) tier: Tier,
    why: Why,
}

/// A text in which somebody is mentioned.
#[derive(Debug)]
struct Told {
    key: RecordKey,
    by_ocr: bool,
    sheet: u32,
}

/// How a mention counts.
#[derive(Debug, Clone, Copy)]
struct Counted {
    subject: u32,
    /// None: outside the period.
    weight: Option<Weight>,
}

/// What one worker found.
#[derive(Debug, Default)]
pub(crate) struct Leaf {
    texts: Vec<Told>,
    sheets: Vec<String>,
    found: Vec<(Counted, Place)>,
}

impl Leaf {
    /// Begins with a text; what is found from now on stands in it.
    pub(crate) fn page<'l, 't>(
        &'l mut self,
        key: &'l RecordKey,
        by_ocr: bool,
        content: &'t str,
        in_period: bool,
    ) -> Page<'l, 't> {
        let first = self.found.len();
        let quotes = Quotes { content, at: (0, 0), copied: None };
        Page { leaf: self, key, by_ocr, in_period, quotes, first, text: None, title: None }
    }
}

/// The text that is being read, on a leaf.
pub(crate) struct Page<'l, 't> {
    leaf: &'l mut Leaf,
    key: &'l RecordKey,
    by_ocr: bool,
    in_period: bool,
    quotes: Quotes<'t>,
    /// What was found in this text begins here.
    first: usize,
    /// Its number, once it is needed.
    text: Option<u32>,
    title: Option<(u32, u32)>,
}

impl Page<'_, '_> {
    /// A mention of `subject` at a place of the content.
    pub(crate) fn at(&mut self, subject: usize, tier: Tier, place: (u32, u32), why: Why, adverse: bool) {
        // Of what lies outside the period only the number is told.
        let (text, quote) = if self.in_period {
            let text = self.text();
            (text, self.quotes.around(self.leaf.sheet_of(text), place))
        } else {
            (0, (0, 0))
        };
        let (start, end) = place;
        self.push(subject, Place { text, start, end, quote, tier, why }, adverse);
    }

    /// A mention without a place, quoted by the title of the text.
    pub(crate) fn by_title(&mut self, subject: usize, tier: Tier, title: &str, why: Why, adverse: bool) {
        let (text, quote) = if self.in_period {
            let text = self.text();
            let quote = self.title.unwrap_or_else(|| {
                self.quotes.copied = None;
                written(self.leaf.sheet_of(text), title)
            });
            self.title = Some(quote);
            (text, quote)
        } else {
            (0, (0, 0))
        };
        self.push(subject, Place { text, start: NOWHERE, end: NOWHERE, quote, tier, why }, adverse);
    }

    fn push(&mut self, subject: usize, place: Place, adverse: bool) {
        let weight = self.in_period.then(|| weight(place.tier, place.why.is_decided_against(), adverse));
        self.leaf.found.push((Counted { subject: number(subject), weight }, place));
    }

    fn text(&mut self) -> u32 {
        *self.text.get_or_insert_with(|| self.leaf.begin(self.key, self.by_ocr))
    }

    /// The tiers of what was found for `subject` in this text.
    pub(crate) fn tiers_of(&self, subject: usize) -> impl Iterator<Item = Tier> {
        let subject = number(subject);
        let own = self.leaf.found[self.first..].iter().filter(move |(of, _)| of.subject == subject);
        own.map(|(_, place)| place.tier)
    }
}

impl Leaf {
    /// The number of a text of which something is to be told.
    fn begin(&mut self, key: &RecordKey, by_ocr: bool) -> u32 {
        if self.sheets.last().is_none_or(|sheet| sheet.len() > SHEET_BYTES) {
            self.sheets.push(String::new());
        }
        let sheet = number(self.sheets.len() - 1);
        self.texts.push(Told { key: key.clone(), by_ocr, sheet });
        number(self.texts.len() - 1)
    }

    fn sheet_of(&mut self, text: u32) -> &mut String {
        &mut self.sheets[self.texts[text as usize].sheet as usize]
    }
}

/// Code points of a quote to either side of the name.
const QUOTE_AROUND: usize = 40;

/// The quotes of one text, copied to a sheet as far as they are not there yet.
struct Quotes<'t> {
    content: &'t str,
    /// A code point, and the byte at which it begins.
    at: (u32, usize),
    /// What was copied last: from which byte to which, and to where.
    copied: Option<(usize, usize, u32)>,
}

/// Bytes that are looked at in one step on the way to a code point.
const STEP: usize = 32;

impl Quotes<'_> {
    /// The sentence around the code points `start..end`, as far as it is near (as `indexer::excerpt` cuts it).
    fn around(&mut self, sheet: &mut String, (start, end): (u32, u32)) -> (u32, u32) {
        let (from, to) = (self.byte_of(start), self.byte_of(end));
        let before = self.content[..from].char_indices().rev().take(QUOTE_AROUND);
        let mut first = from;
        for (at, c) in before {
            if ends_sentence(c) {
                break;
            }
            first = at;
        }
        let mut last = to;
        for c in self.content[to..].chars().take(QUOTE_AROUND) {
            last += c.len_utf8();
            if ends_sentence(c) {
                break;
            }
        }
        let quote = &self.content[first..last];
        let first = first + (quote.len() - quote.trim_start().len());
        self.copy(sheet, first, first + quote.trim().len())
    }

    fn byte_of(&mut self, point: u32) -> usize {
        let (mut at, mut byte) = if self.at.0 <= point { self.at } else { (0, 0) };
        // Whole steps first: how many code points begin in one is counted at once.
        for step in self.content.as_bytes()[byte..].chunks_exact(STEP) {
            let begin: u8 = step.iter().map(|byte| u8::from((*byte & 0xc0) != 0x80)).sum();
            if at + u32::from(begin) > point {
                break;
            }
            at += u32::from(begin);
            byte += STEP;
        }
        // A step may end within a code point, which was counted where it begins.
        while byte < self.content.len() && !self.content.is_char_boundary(byte) {
            byte += 1;
        }
        let mut rest = self.content[byte..].char_indices();
        let byte = rest.nth((point - at) as usize).map_or(self.content.len(), |(offset, _)| byte + offset);
        self.at = (point, byte);
        byte
    }

    fn copy(&mut self, sheet: &mut String, from: usize, to: usize) -> (u32, u32) {
        if let Some((first, last, place)) = self.copied
            && (first..=last).contains(&from)
        {
            if to > last {
                sheet.push_str(&self.content[last..to]);
                self.copied = Some((first, to, place));
            }
            let begin = place + number(from - first);
            return (begin, begin + number(to - from));
        }
        let quote = written(sheet, &self.content[from..to]);
        self.copied = Some((from, to, quote.0));
        quote
    }
}

fn ends_sentence(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '\n' | '；')
}

fn written(sheet: &mut String, text: &str) -> (u32, u32) {
    let from = number(sheet.len());
    sheet.push_str(text);
    (from, number(sheet.len()))
}

/// Numbers of texts, subjects and bytes of a sheet are far below four thousand millions.
fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// What was found for some subjects, in their order.
#[derive(Debug)]
pub(crate) struct Found {
    texts: Vec<Told>,
    sheets: Vec<String>,
    /// Of each text its place among them in the order of their keys.
    ranks: Vec<u32>,
    of: Vec<OfSubject>,
}

#[derive(Debug, Clone)]
struct OfSubject {
    places: Vec<Place>,
    outside: u64,
    weight: Weight,
}

impl Found {
    /// Nothing yet, of `subjects`.
    pub(crate) fn nothing(subjects: usize) -> Self {
        let nothing = OfSubject { places: Vec::new(), outside: 0, weight: Weight::Nothing };
        let of = vec![nothing; subjects];
        Self { texts: Vec::new(), sheets: Vec::new(), ranks: Vec::new(), of }
    }

    /// Adds what a worker found.
    pub(crate) fn take(&mut self, leaf: Leaf) {
        let (texts, sheets) = (number(self.texts.len()), number(self.sheets.len()));
        let moved = leaf.texts.into_iter().map(|text| Told { sheet: text.sheet + sheets, ..text });
        self.texts.extend(moved);
        self.sheets.extend(leaf.sheets.into_iter().map(|mut sheet| {
            sheet.shrink_to_fit();
            sheet
        }));
        for (counted, place) in leaf.found {
            let into = &mut self.of[counted.subject as usize];
            match counted.weight {
                Some(weight) => {
                    into.weight = into.weight.max(weight);
                    into.places.push(Place { text: place.text + texts, ..place });
                }
                None => into.outside += 1,
            }
        }
    }

    /// All has been taken.
    pub(crate) fn whole(mut self) -> Self {
        let key = |at: u32| self.texts[at as usize].key.as_str();
        let mut order: Vec<(u128, u32)> =
            (0..number(self.texts.len())).map(|at| (beginning(key(at)), at)).collect();
        order.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| key(a.1).cmp(key(b.1))));
        self.ranks = vec![0; order.len()];
        for ((_, at), rank) in order.into_iter().zip(0..) {
            self.ranks[at as usize] = rank;
        }
        self
    }

    /// How many subjects.
    pub(crate) fn len(&self) -> usize {
        self.of.len()
    }

    /// How many mentions of a subject stand outside the period, and how the others weigh.
    pub(crate) fn counts(&self, subject: usize) -> (u64, Weight) {
        (self.of[subject].outside, self.of[subject].weight)
    }

    /// The mentions of a subject, surest first.
    pub(crate) fn listed(&self, subject: usize) -> Vec<Mention> {
        let mut places = self.of[subject].places.clone();
        let key = |place: &Place| (place.tier, self.ranks[place.text as usize], place.start.wrapping_add(1));
        places.sort_by_key(key);
        places.into_iter().map(|place| self.mention(place)).collect()
    }

    /// The same, where they are not asked for again.
    pub(crate) fn let_go(&mut self, subject: usize) {
        self.of[subject].places = Vec::new();
    }

    /// Everything that was found, by subject.
    pub(crate) fn all(&self) -> Vec<Mentions> {
        (0..self.of.len()).map(|subject| self.mentions(subject)).collect()
    }

    /// What was found for a subject.
    pub(crate) fn mentions(&self, subject: usize) -> Mentions {
        let (outside, weight) = self.counts(subject);
        Mentions { listed: self.listed(subject), outside, weight }
    }

    fn mention(&self, place: Place) -> Mention {
        let text = &self.texts[place.text as usize];
        let (from, to) = place.quote;
        let point = |at: u32| (at != NOWHERE).then_some(at);
        Mention {
            text: text.key.clone(),
            tier: place.tier,
            start: point(place.start),
            end: point(place.end),
            quote: self.sheets[text.sheet as usize][from as usize..to as usize].to_owned(),
            why: place.why.words(),
            ocr: text.by_ocr,
        }
    }
}

/// The first bytes of a key: they decide most comparisons, and lie beside one another.
fn beginning(key: &str) -> u128 {
    let mut bytes = [0; 16];
    let length = key.len().min(16);
    bytes[..length].copy_from_slice(&key.as_bytes()[..length]);
    u128::from_be_bytes(bytes)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use indexer::{Highlight, excerpt};

    use super::*;

    const CONTENT: &str = "　王伟，男，1971年5月生。\n经查，王伟收受礼金𬭎；李红（另案处理）与王伟系同事！其妻王芳在水务局工作多年，\
        负责物资采购、合同审核、档案管理以及日常值班等事项，后由赵敏接替王伟继续办理相关手续直至二〇二一年底为止。 末";

    #[test]
    fn a_quote_is_the_excerpt_around_its_place_wherever_that_is() {
        let chars: Vec<char> = CONTENT.chars().collect();
        let places: Vec<(u32, u32)> = (0..number(chars.len()))
            .flat_map(|from| [1, 2, 60].map(|length| (from, from + length)))
            .collect();
        let inside = places.iter().filter(|(_, end)| *end as usize <= chars.len());
        // Also the other way round: each place is found from the one before.
        let backwards: Vec<_> = inside.clone().rev().collect();
        for places in [inside.collect(), backwards] {
            let mut leaf = Leaf::default();
            let key = RecordKey::new("T1").unwrap();
            let mut page = leaf.page(&key, false, CONTENT, true);
            for &&place in &places {
                page.at(0, Tier::Name, place, Why::default(), false);
            }
            page.by_title(0, Tier::Word, "题", Why::default(), false);
            page.at(0, Tier::Inside, (3, 5), Why::default(), false);
            // What overlaps stands once, where the places come in order.
            assert!(leaf.sheets[0].len() < 3 * CONTENT.len() || places[0].0 > 0);
            let mut found = Found::nothing(1);
            found.take(leaf);
            let listed = found.whole().listed(0);
            assert_eq!(listed.len(), places.len() + 2);
            for mention in listed.iter().filter(|mention| mention.tier != Tier::Word) {
                let (start, end) = (mention.start.unwrap(), mention.end.unwrap());
                let around = excerpt(&chars, Highlight { start, end }, 40);
                let quote: String = chars[around.start as usize..around.end as usize].iter().collect();
                assert_eq!(mention.quote, quote.trim(), "{start}..{end}");
            }
        }
    }

    #[test]
    fn mentions_come_by_tier_text_and_place_and_those_outside_the_period_are_only_counted() {
        let mut found = Found::nothing(2);
        for (text, in_period) in [("T10", true), ("T9", true), ("T9-a-very-long-key-2", true), ("T1", false)]
        {
            let mut leaf = Leaf::default();
            let key = RecordKey::new(text).unwrap();
            let mut page = leaf.page(&key, true, CONTENT, in_period);
            page.at(1, Tier::Name, (19, 21), Why::default(), true);
            page.at(1, Tier::Name, (1, 3), Why::default(), true);
            page.by_title(1, Tier::Linked, "题", Why::default(), false);
            found.take(leaf);
        }
        let found = found.whole();
        assert_eq!(found.counts(1), (3, Weight::ToLookAt));
        assert_eq!(found.counts(0), (0, Weight::Nothing));
        let listed = found.listed(1);
        let order: Vec<(&str, Option<u32>)> =
            listed.iter().map(|one| (one.text.as_str(), one.start)).collect();
        let of = |text| [(text, Some(1)), (text, Some(19))];
        let names = ["T10", "T9", "T9-a-very-long-key-2"];
        let by_title = names.into_iter().map(|text| (text, None));
        assert_eq!(order, by_title.chain(names.into_iter().flat_map(of)).collect::<Vec<_>>());
        assert!(listed.iter().all(|mention| mention.ocr) && listed[0].quote == "题");
    }
}
