//! What reading a text gave when it was indexed, kept with its document: every place of every name that was
//! known, with its reading and the reason, and the circumstances. A clearance of names that were known then
//! takes it from here, and no text is segmented twice.
//!
//! It holds while the same names and units are known: the follower notes again the texts in which one stands
//! that has come or gone. Written compactly, by hand: there is one of it for every text.

use std::collections::HashMap;

use crate::circumstances::{Circumstances, MaskedId};
use crate::reading::{Reading, WHYS};

/// All that was noted of one text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Noted {
    /// Keys of the known names that stand in title or content, in the order in which they are met.
    pub(crate) names: Vec<String>,
    /// Places in the title.
    pub(crate) title: Vec<Place>,
    /// Places in the content.
    pub(crate) content: Vec<Place>,
    pub(crate) circumstances: Circumstances,
}

/// One place of a known name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// Index in [`Noted::names`].
    pub(crate) name: usize,
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) reading: Reading,
    pub(crate) why: &'static str,
}

impl Noted {
    /// Its bytes.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Writer(Vec::with_capacity(64 + 12 * self.names.len() + 5 * self.content.len()));
        out.list(&self.names, |out, name| out.text(name));
        for places in [&self.title, &self.content] {
            let mut last = 0;
            out.list(places, |out, place| {
                out.number(place.name as u64);
                // Places come in order: the distance from the last one is small.
                out.number(u64::from(place.start.wrapping_sub(last)));
                out.number(u64::from(place.end - place.start));
                let why = WHYS.iter().position(|why| *why == place.why).unwrap_or(0);
                out.number((why as u64) * 3 + place.reading as u64);
                last = place.start;
            });
        }
        let said = &self.circumstances;
        out.number(u64::from(said.keeps_han));
        out.list(&said.units, |out, unit| out.text(unit));
        out.list(&said.identities, |out, (start, end, hash)| {
            out.number(u64::from(*start));
            out.number(u64::from(*end));
            out.text(hash);
        });
        out.list(&said.title_identities, |out, hash| out.text(hash));
        out.list(&said.masked, |out, masked| {
            out.text(&masked.head);
            out.text(&masked.tail);
        });
        out.list(&said.months, |out, (year, month)| {
            out.number(u64::from(year.unsigned_abs()));
            out.number(u64::from(*month));
        });
        out.0
    }

    /// From its bytes; none if they are not whole.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut from = Bytes(bytes);
        let names = from.list(Bytes::text)?;
        let mut places = || {
            let mut last = 0_u32;
            from.list(|from| {
                let name = from.size()?;
                let start = last.checked_add(from.small()?)?;
                let end = start.checked_add(from.small()?)?;
                let how = from.size()?;
                let reading = [Reading::Free, Reading::Word, Reading::Inside][how % 3];
                last = start;
                (name < names.len()).then_some(())?;
                Some(Place { name, start, end, reading, why: WHYS.get(how / 3)? })
            })
        };
        let (title, content) = (places()?, places()?);
        let keeps_han = from.number()? != 0;
        let circumstances = Circumstances {
            keeps_han,
            units: from.list(Bytes::text)?.into_iter().collect(),
            identities: from.list(|from| Some((from.small()?, from.small()?, from.text()?)))?,
            title_identities: from.list(Bytes::text)?.into_iter().collect(),
            masked: from
                .list(|from| Some(MaskedId { head: from.text()?, tail: from.text()? }))?
                .into_iter()
                .collect(),
            months: from
                .list(|from| Some((i32::try_from(from.small()?).ok()?, from.small()?)))?
                .into_iter()
                .collect(),
        };
        from.0.is_empty().then_some(Self { names, title, content, circumstances })
    }

    /// The index of `name` in [`Noted::names`], put there if it is new.
    pub(crate) fn index_of<'n>(&mut self, name: &'n str, met: &mut HashMap<&'n str, usize>) -> usize {
        *met.entry(name).or_insert_with(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        })
    }
}

struct Writer(Vec<u8>);

impl Writer {
    /// Seven bits a byte, the lowest first.
    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(low_bits(number) | 0x80);
            number >>= 7;
        }
        self.0.push(low_bits(number));
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.extend_from_slice(text.as_bytes());
    }

    fn list<'i, T: 'i>(
        &mut self,
        items: impl IntoIterator<Item = &'i T, IntoIter: ExactSizeIterator>,
        mut item: impl FnMut(&mut Self, &'i T),
    ) {
        let items = items.into_iter();
        self.number(items.len() as u64);
        for one in items {
            item(self, one);
        }
    }
}

/// The lowest seven bits.
fn low_bits(number: u64) -> u8 {
    (number & 0x7f).to_le_bytes()[0]
}

struct Bytes<'b>(&'b [u8]);

impl Bytes<'_> {
    fn number(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for shift in (0..63).step_by(7) {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn size(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    fn small(&mut self) -> Option<u32> {
        u32::try_from(self.number()?).ok()
    }

    fn text(&mut self) -> Option<String> {
        let bytes = self.size()?;
        let (text, rest) = self.0.split_at_checked(bytes)?;
        self.0 = rest;
        String::from_utf8(text.to_vec()).ok()
    }

    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.size()?;
        // Each item takes a byte at least: a damaged count does not ask for memory.
        (count <= self.0.len()).then_some(())?;
        (0..count).map(|_| item(self)).collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn noted() -> Noted {
        Noted {
            names: vec!["王伟".to_owned(), "𬭎".to_owned()],
            title: vec![Place { name: 0, start: 0, end: 2, reading: Reading::Free, why: "" }],
            content: vec![
                Place { name: 1, start: 3, end: 4, reading: Reading::Word, why: WHYS[1] },
                Place { name: 0, start: 70_000, end: 70_002, reading: Reading::Inside, why: WHYS[2] },
            ],
            circumstances: Circumstances {
                units: ["水务局".to_owned()].into(),
                identities: vec![(5, 23, "ab".repeat(32))],
                title_identities: ["cd".to_owned()].into(),
                masked: [MaskedId { head: "1101".to_owned(), tail: "002X".to_owned() }].into(),
                months: [(1971, 5)].into(),
                keeps_han: true,
            },
        }
    }

    #[test]
    fn what_was_noted_is_read_back() {
        for noted in [noted(), Noted::default()] {
            assert_eq!(Noted::decode(&noted.encode()), Some(noted));
        }
    }

    #[test]
    fn bytes_that_are_not_whole_are_refused() {
        let bytes = noted().encode();
        for cut in 0..bytes.len() {
            assert_eq!(Noted::decode(&bytes[..cut]), None, "{cut}");
        }
        assert_eq!(Noted::decode(&[bytes, vec![0]].concat()), None);
        assert_eq!(Noted::decode(&[0xff; 20]), None);
    }
}
