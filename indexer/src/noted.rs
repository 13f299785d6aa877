//! What reading a text gave when it was indexed, kept with its document: every place of every name that was
//! known, with its reading and the reason, and the circumstances. A clearance of names that were known then
//! takes it from here, and no text is segmented twice.
//!
//! It holds while the same names and units are known: the follower notes again the texts in which one stands
//! that has come or gone. Written compactly, by hand: there is one of it for every text.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::circumstances::{Circumstances, MaskedId};
use crate::packed::{Bytes, Writer};
use crate::reading::{Occurrence, Reading, TextReading, WHYS};

/// All that was noted of one text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Noted<'n> {
    /// Keys of the known names that stand in title or content, in the order in which they are met.
    pub(crate) names: Vec<Cow<'n, str>>,
    /// Places in the title.
    pub(crate) title: Vec<Place>,
    /// Places in the content.
    pub(crate) content: Vec<Place>,
    pub(crate) circumstances: Circumstances<'n>,
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

impl<'n> Noted<'n> {
    /// Appends it.
    pub(crate) fn write(&self, out: &mut Writer) {
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
    }

    /// The last of what `from` holds, all of it; none if it is not whole.
    #[cfg(test)]
    pub(crate) fn read(mut from: Bytes<'n>) -> Option<Self> {
        let names: Vec<Cow<'n, str>> = from.list(|from| from.text().map(Cow::Borrowed))?;
        let mut places = || {
            let mut last = 0_u32;
            from.list(|from| {
                let name = from.size()?;
                let start = last.checked_add(from.small()?)?;
                let end = start.checked_add(from.small()?)?;
                let (reading, why) = how(from.size()?)?;
                last = start;
                (name < names.len()).then_some(())?;
                Some(Place { name, start, end, reading, why })
            })
        };
        let (title, content) = (places()?, places()?);
        let circumstances = circumstances(&mut from)?;
        from.0.is_empty().then_some(Self { names, title, content, circumstances })
    }

    /// What is asked for of all that `from` holds: `asked` gives the number of a name, and names without one are passed over.
    /// One text in two has a name that is asked for, and few have more than two.
    pub(crate) fn pick(
        mut from: Bytes<'n>,
        asked: impl Fn(&str) -> Option<usize>,
    ) -> Option<TextReading<'n>> {
        let names: Vec<Option<usize>> = from.list(|from| from.text().map(&asked))?;
        let mut places = || {
            let mut picked = Vec::new();
            let mut last = 0_u32;
            for _ in 0..from.count()? {
                let name = *names.get(from.size()?)?;
                let start = last.checked_add(from.small()?)?;
                let end = start.checked_add(from.small()?)?;
                let (reading, why) = how(from.size()?)?;
                last = start;
                picked.extend(name.map(|name| Occurrence { name, start, end, reading, why }));
            }
            Some(picked)
        };
        let (in_title, occurrences) = (places()?, places()?);
        let circumstances = circumstances(&mut from)?;
        from.0.is_empty().then_some(TextReading { occurrences, in_title, circumstances })
    }

    /// The index of `name` in [`Noted::names`], put there if it is new.
    pub(crate) fn index_of(&mut self, name: &'n str, met: &mut HashMap<&'n str, usize>) -> usize {
        *met.entry(name).or_insert_with(|| {
            self.names.push(Cow::Borrowed(name));
            self.names.len() - 1
        })
    }
}

/// How a place reads and why, of the number that both are written as.
fn how(number: usize) -> Option<(Reading, &'static str)> {
    let reading = [Reading::Free, Reading::Word, Reading::Inside][number % 3];
    Some((reading, WHYS.get(number / 3)?))
}

fn circumstances<'b>(from: &mut Bytes<'b>) -> Option<Circumstances<'b>> {
    Some(Circumstances {
        keeps_han: from.number()? != 0,
        units: from.list(Bytes::text)?,
        identities: from.list(|from| Some((from.small()?, from.small()?, from.owned()?)))?,
        title_identities: from.list(Bytes::owned)?.into_iter().collect(),
        masked: from
            .list(|from| Some(MaskedId { head: from.owned()?, tail: from.owned()? }))?
            .into_iter()
            .collect(),
        months: from.list(|from| Some((i32::try_from(from.small()?).ok()?, from.small()?)))?,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn encoded(noted: &Noted<'_>) -> Vec<u8> {
        let mut out = Writer(Vec::new());
        noted.write(&mut out);
        out.0
    }

    fn decoded(bytes: &[u8]) -> Option<Noted<'_>> {
        let noted = Noted::read(Bytes(bytes));
        // What is picked of it is there in the same cases, and says the same.
        let picked = Noted::pick(Bytes(bytes), |name| (name == "𬭎").then_some(7));
        assert_eq!(
            picked.as_ref().map(|one| &one.circumstances),
            noted.as_ref().map(|one| &one.circumstances)
        );
        let names = |one: TextReading<'_>| one.occurrences.iter().map(|place| place.name).collect::<Vec<_>>();
        let asked = noted.as_ref().is_some_and(|noted| !noted.content.is_empty());
        assert_eq!(picked.map(names).unwrap_or_default(), Vec::from_iter(asked.then_some(7)));
        noted
    }

    fn noted() -> Noted<'static> {
        Noted {
            names: vec!["王伟".into(), "𬭎".into()],
            title: vec![Place { name: 0, start: 0, end: 2, reading: Reading::Free, why: "" }],
            content: vec![
                Place { name: 1, start: 3, end: 4, reading: Reading::Word, why: WHYS[1] },
                Place { name: 0, start: 70_000, end: 70_002, reading: Reading::Inside, why: WHYS[2] },
            ],
            circumstances: Circumstances {
                units: vec!["水务局"],
                identities: vec![(5, 23, "ab".repeat(32))],
                title_identities: ["cd".to_owned()].into(),
                masked: [MaskedId { head: "1101".to_owned(), tail: "002X".to_owned() }].into(),
                months: vec![(1971, 5)],
                keeps_han: true,
            },
        }
    }

    #[test]
    fn what_was_noted_is_read_back() {
        for noted in [noted(), Noted::default()] {
            assert_eq!(decoded(&encoded(&noted)).as_ref(), Some(&noted));
        }
    }

    #[test]
    fn bytes_that_are_not_whole_are_refused() {
        let bytes = encoded(&noted());
        for cut in 0..bytes.len() {
            assert_eq!(decoded(&bytes[..cut]), None, "{cut}");
        }
        assert_eq!(decoded(&[bytes, vec![0]].concat()), None);
        assert_eq!(decoded(&[0xff; 20]), None);
    }
}
